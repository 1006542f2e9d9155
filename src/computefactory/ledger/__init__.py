"""The engine of money: lines written once as small functions, read as formulas by everything else.

It knows nothing of factories. See ``docs/explanation/ledger.md``.
"""

from __future__ import annotations

from computefactory.ledger.explain import Explained
from computefactory.ledger.expression import DAYS_360, MONTHS_PER_YEAR, Quantity
from computefactory.ledger.ledger import Ledger
from computefactory.ledger.line import Given, Line, belonging, collect, given, line
from computefactory.ledger.roots import irr_roots, without_dust
from computefactory.ledger.verbs import (
    ahead,
    at,
    compound,
    floor,
    following,
    highest,
    irr,
    lowest,
    maximum,
    minimum,
    over,
    prev,
    senior,
    solve,
    spread,
    total,
    trailing,
    where,
    ytd,
)

__all__ = [
    "DAYS_360",
    "MONTHS_PER_YEAR",
    "Explained",
    "Given",
    "Ledger",
    "Line",
    "Quantity",
    "ahead",
    "at",
    "belonging",
    "collect",
    "compound",
    "floor",
    "following",
    "given",
    "highest",
    "irr",
    "irr_roots",
    "line",
    "lowest",
    "maximum",
    "minimum",
    "over",
    "prev",
    "senior",
    "solve",
    "spread",
    "total",
    "trailing",
    "where",
    "without_dust",
    "ytd",
]
