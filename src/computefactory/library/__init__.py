"""The facts: sourced, dated rows that give every default, and layers of the user's own rows over them."""

from __future__ import annotations

from computefactory.library.lookup import Library, is_dated
from computefactory.library.rows import Fact
from computefactory.library.sheets import COLUMNS

__all__ = ["COLUMNS", "Fact", "Library", "is_dated"]
