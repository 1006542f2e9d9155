"""An AI compute factory underwritten from one file: physics, output, unit cost, cash flow, debt, returns, verdict."""

__version__ = "0.1.0"
