"""Questions about a factory that take more than one run: what late power costs, what relief is worth.

A study asks the model again with other inputs and reads the results; it holds no formula of the chain. One that
``ask`` answers stands below ``@study("its-name")``: a function of the factory that gives a page.
"""
