"""Valuation as lines over a factory's full life: industrial by parts, cloud by multiples, claims to equity."""

from __future__ import annotations

from computefactory.valuation.inputs import PARTS, Buyer, Estimate, Holder, ShellAsset, ValuationTerms
from computefactory.valuation.shares import owed_at, shares_at

__all__ = ["PARTS", "Buyer", "Estimate", "Holder", "ShellAsset", "ValuationTerms", "owed_at", "shares_at"]
