"""Offtake: contracts, leases and the market, and the revenue they bring."""

from __future__ import annotations

from computefactory.ledger import collect
from computefactory.offtake import lines

__all__ = ["LINES"]

LINES = collect(lines)
