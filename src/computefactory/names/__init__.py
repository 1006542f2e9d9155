"""What a name, path or formula is worth in a result: pages show it, ``explain`` opens it."""

from __future__ import annotations

from computefactory.names.number import number_of, single

__all__ = ["number_of", "single"]
