"""Fields of the library's table ``operator`` by what they mean, the nearest first: one figure has many names."""

from __future__ import annotations

__all__ = ["BOOKS", "CASH", "DEBT", "OF_KIND", "POWER", "REVENUE", "SECURED_POWER"]

CASH = ("cash_and_equivalents", "cash")
DEBT = ("debt_principal",)
BOOKS = {  # revenue signed and not recognised, by kind of book
    "rpo": ("rpo",),
    "backlog": (
        "revenue_backlog",
        "backlog",
        "backlog_reported",
        "contracted_revenue",
        "contracted_lease_backlog",
        "contracted_base_term_revenue",
        "contracted_lease_revenue",
        "contracted_base_value",
        "contracted_value",
    ),
}
REVENUE = ("revenue", "revenue_group", "revenue_quarter_total")  # of the whole company
OF_KIND = {  # revenue of one kind of capacity alone
    "accelerators": ("ai_cloud_revenue", "revenue_ai_cloud", "revenue_core", "cloud_revenue_quarter"),
    "shell": (
        "ai_hpc_hosting_revenue",
        "hpc_lease_revenue",
        "revenue_hpc_lease",
        "revenue_colocation",
        "revenue_lease",
    ),
    "mining": ("mining_revenue", "revenue_mining"),
    "cloud": (),
    "other": (),
}
POWER = {  # critical IT that bills
    "accelerators": ("active_power",),
    "shell": ("billing_mw", "active_power"),
    "mining": (),
    "cloud": (),
    "other": (),
}
SECURED_POWER = ("contracted_power", "secured_power", "contracted_critical_it", "contracted_it", "contracted_ai_it")
