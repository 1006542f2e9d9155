"""The calculation engine: one definition of a line, read as plain Python, compiled, checked for units, explained.

It knows nothing of factories. See ``docs/explanation/ledger.md``.
"""

from __future__ import annotations

from computefactory.ledger.expression import (
    MONTHS_PER_YEAR,
    ahead,
    compound,
    floor,
    following,
    irr,
    maximum,
    minimum,
    over,
    prev,
    senior,
    spread,
    total,
    trailing,
    where,
    ytd,
)
from computefactory.ledger.ledger import BuiltLine, Ledger
from computefactory.ledger.line import Given, Line, collect, given, line
from computefactory.ledger.roots import irr_roots

__all__ = [
    "MONTHS_PER_YEAR",
    "BuiltLine",
    "Given",
    "Ledger",
    "Line",
    "ahead",
    "collect",
    "compound",
    "floor",
    "following",
    "given",
    "irr",
    "irr_roots",
    "line",
    "maximum",
    "minimum",
    "over",
    "prev",
    "senior",
    "spread",
    "total",
    "trailing",
    "where",
    "ytd",
]
