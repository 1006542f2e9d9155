"""The named metrics of a company: what each is called, which line it is, in which unit it leaves the program."""

from __future__ import annotations

from typing import Any

from computefactory.entries import Registry
from computefactory.metrics import Definition

__all__ = ["COMPANY_METRICS", "company_metric"]

MEGAWATT = 1e-3  # MW per kW
KILOWATTS = 1e3  # kW per MW
YEARLY = 12 * KILOWATTS  # USD/MW-year per USD/kW-month
COMPANY_METRICS: Registry[Definition] = Registry("company metric")


def company_metric(
    name: str, label: str, unit: str, key: str, scale: float = 1.0, source: str = "company", **rules: Any
) -> Definition:
    """Register a metric of a company; ``key`` is its line, or with the source ``input`` a path among the records.

    Raises:
        ValueError: the name is taken.
    """
    return COMPANY_METRICS.add(name, Definition(name, label, unit, source, key, scale, **rules))


company_metric("backlog_usd", "revenue signed and not recognised", "USD", "book_at_start")
company_metric("cash_to_come_usd", "of that, cash still to come", "USD", "cash_to_come")
company_metric(
    "revenue_usd_next_twelve_months", "revenue of what is sold, next twelve months", "USD", "revenue_next_twelve_months"
)
company_metric("debt_principal_usd", "principal of financial debt", "USD", "debt_principal")
company_metric("net_debt_usd", "debt and finance leases less cash", "USD", "opening_net_debt")
company_metric("billing_mw", "critical IT that bills", "MW", "power_billing", MEGAWATT)
company_metric("sold_mw", "critical IT sold", "MW", "power_sold", MEGAWATT)
company_metric("secured_mw", "critical IT secured, sold or not", "MW", "power_secured", MEGAWATT)
company_metric("price_usd_per_mw_year", "revenue of a MW that bills", "USD/MW-year", "average_price", YEARLY)
company_metric("contract_margin", "contract margin", "1", "average_margin")
company_metric("capex_usd_per_mw", "cost of a MW sold", "USD/MW", "average_capex", KILOWATTS)
company_metric("funding_gap_usd", "largest funding gap", "USD", "largest_gap")
company_metric("shares_basic", "shares outstanding", "count", "company.terms.shares_stated", source="input", least=1.0)
