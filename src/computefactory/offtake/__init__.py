"""Offtake: contracts, leases and the market, and the revenue they bring."""

from __future__ import annotations

from computefactory.ledger import collect
from computefactory.offtake import bills, commitments, contracts, leases, market
from computefactory.offtake.inputs import GIVENS
from computefactory.offtake.service import STEPS

__all__ = ["LINES", "STEPS"]

LINES = [*GIVENS, *collect(contracts, bills, commitments, leases, market)]
