"""Offtake: contracts, leases and the market, and the revenue they bring."""

from __future__ import annotations

from computefactory.ledger import collect
from computefactory.offtake import (
    bills,
    commitments,
    contracts,
    credit,
    events,
    leases,
    market,
    service_levels,
    tenant_funding,
)
from computefactory.offtake.inputs import GIVENS
from computefactory.offtake.service_levels import STEPS

__all__ = ["LINES", "STEPS"]

LINES = [
    *GIVENS,
    *collect(contracts, service_levels, bills, commitments, leases, tenant_funding, credit, events, market),
]
