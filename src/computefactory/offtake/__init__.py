"""Offtake: contracts, leases and the market, and the revenue they bring."""

from __future__ import annotations

from computefactory.ledger import collect
from computefactory.offtake import bills, commitments, contracts, leases, market
from computefactory.offtake.service import STEPS

__all__ = ["LINES", "STEPS"]

LINES = collect(contracts, bills, commitments, leases, market)
