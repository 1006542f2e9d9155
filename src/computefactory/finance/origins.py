"""Where the records that steps and lines read stand among the inputs, for ``explain`` and the workbook."""

from __future__ import annotations

__all__ = ["READ_FROM", "RECORDS"]

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
READ_FROM = {  # what a record works out of one of its own fields
    "first_year_share": "schedule",
    "later_shares": "schedule",
    "part_power": "part",
    "part_cooling": "part",
    "part_silicon": "part",
    "part_fabric": "part",
    **dict.fromkeys(
        ("sculpted", "level", "equal", "bullet", "on_path", "stated", "revolving", "preferred", "of_silicon"), "kind"
    ),
    "on_silicon": "secures",
    "on_durable": "secures",
    "tied": "offtaker",
    "refinanced": "refinanced_by",
    "refinances": "takes_out",
    "balloon": "refinanced_by",
    "actual": "day_count",
    "letter": "dsra_held",
    "has_ltv": "max_ltv",
    "ltv": "max_ltv",
    "has_gearing": "max_gearing",
    "gearing": "max_gearing",
    "merchant": "merchant_dscr",
    "merchant_cover": "merchant_dscr",
}
