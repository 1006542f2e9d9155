"""Where the records that steps and lines read stand among the inputs, for ``explain`` and the workbook."""

from __future__ import annotations

__all__ = ["RECORDS"]

RECORDS = {
    "site": "plant.site",
    "interconnection": "plant.interconnection",
    "phases": "plant.phases",
    "supply": "plant.supply",
    "sources": "plant.sources",
    "shortage": "plant.shortage",
    "silicon": "plant.silicon",
    "halls": "plant.halls",
    "cooling": "plant.cooling",
    "electrical": "plant.electrical",
    "network": "plant.network",
    "reliability": "plant.reliability",
    "production": "plant.production",
    "values": "finance.values",
    "capital": "finance.capital",
    "operations": "finance.operations",
    "full_operation": "finance.full_operation",
    "economic_life": "finance.economic_life",
    "refresh": "finance.refresh",
    "refresh_cost": "finance.refresh_cost",
    "silicon_outlay": "finance.assets",
    "merchant": "offtake.merchant",
    "contracts": "offtake.contracts",
    "contract_ends": "offtake",
    "leased_power": "offtake.leases",
    "owns_building": "finance.operations.lease_rent",
}
