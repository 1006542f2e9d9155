"""Two versions of the model side by side: the same cases, every number that leaves either, and where they part.

``snapshot`` writes what one version says; ``differences`` compares two snapshots; ``compare`` (``python -m compare``)
sets both up and reports. Names that changed are read from ``src/computefactory/renamed.csv``.
"""
