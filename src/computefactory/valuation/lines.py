"""The lines of the valuation, which stand over those of a factory's full life."""

from __future__ import annotations

from computefactory.ledger import collect
from computefactory.valuation import claims, comparables, parts, shares
from computefactory.valuation.inputs import GIVENS

__all__ = ["LINES"]

LINES = (*GIVENS, *collect(parts, comparables, claims, shares))
