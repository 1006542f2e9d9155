"""A small company by hand: records as a file and the library would make them, for tests of its lines and pages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from computefactory.company.inputs import Block, CompanyTerms, CreditFacility
from computefactory.schema.resolve_company import Company
from computefactory.timeline import Timeline, month_number

__all__ = ["block", "company", "facility", "terms"]

MW = 1000.0  # kW
MILLION = 1e6
WITHOUT_FILE: Any = SimpleNamespace(hash="", overrides={})
WITHOUT_LIBRARY: Any = SimpleNamespace(hash="", used={})
PER_MW_YEAR = MILLION / 12 / MW  # USD/kW-month of a million USD/MW-year


def block(name: str, **changes: Any) -> Block:
    """120 MW let to one customer for three years, half of it still to come."""
    stated = {
        "name": name,
        "block": name,
        "customer": "Contoso",
        "sells": "accelerators",
        "credit": "A",
        "factory": "",
        "stage": 0.0,
        "power": 60 * MW,
        "new_power": 0.0,
        "new_from": 0.0,
        "full_power": 120 * MW,
        "start": 4.0,
        "ramp": 12.0,
        "until": 36.0,
        "retires": 60.0,
        "price": 9 * PER_MW_YEAR,
        "margin": 0.7,
        "book": 2_400 * MILLION,
        "deferred": 300 * MILLION,
        "prepayment": 120 * MILLION,
        "prepaid_lead": 3.0,
        "scheduled": 0.0,
        "on_demand": 0.04,
        "capex": 26_000.0,
        "lead": 2.0,
        "handover": 1.0,
        "advance": 0.7,
        "loan_rate": 0.09,
        "loan_tenor": 48.0,
        "book_life": 72.0,
        "risk_free": 0.04,
        "spread": 0.02,
        "market_price": 7 * PER_MW_YEAR,
        "decline": 0.2,
        "sold_after": 0.8,
        "owned_shell": 0.0,
        "shell_rent": 130.0,
        **dict.fromkeys((f"factory_{name}" for name in FACTORY_SERIES), ()),
        "factory_billing": 0.0,
        "factory_debt": 0.0,
        "factory_value": 0.0,
    }
    return Block(**{**stated, **changes})


FACTORY_SERIES = (
    *("revenue", "ebitda", "capex", "prepayments", "credits", "draws", "principal", "interest", "tax", "equity"),
    *("depreciation", "power", "owed"),
)


def facility(name: str, **changes: Any) -> CreditFacility:
    """2 bn USD at 11 %, repaid in halves, the rest at maturity."""
    due = tuple(50 * MILLION if month % 3 == 2 else 0.0 for month in range(30))
    stated = {"name": name, "balance": 2_000 * MILLION, "rate": 0.11, "matures": 40.0, "due": due}
    return CreditFacility(**{**stated, **changes})


def terms(**changes: Any) -> CompanyTerms:
    """Overhead, cash, tax: of a company with a book of three years."""
    stated = {
        "as_of": 2.0,
        "schedule": (),
        "stage": 0.0,
        "overhead": 5 * MILLION,
        "stock_pay": 2 * MILLION,
        "overhead_until": 36.0,
        "opening_cash": 400 * MILLION,
        "restricted_cash": 30 * MILLION,
        "cash_floor": 200 * MILLION,
        "proceeds": (),
        "construction": 250 * MILLION,
        "plant": 1_400 * MILLION,
        "plant_life": 60.0,
        "capitalised": 0.05,
        "tax_rate": 0.25,
        "losses": 90 * MILLION,
        "loss_limit": 0.8,
        "premium": 0.02,
        "market_rate": 0.12,
        "lease_liability": 0.0,
        "finance_leases": 40 * MILLION,
        "preferred": 0.0,
        "minorities": 0.0,
        "land_value": 0.0,
        "shares_stated": 465e6,
    }
    return CompanyTerms(**{**stated, **changes})


def company(*blocks: Block, facilities: tuple[CreditFacility, ...] | None = None, **changes: Any) -> Company:
    """A company from 2025-01 for ten years: one of two blocks by the published schedule, one by capacity."""
    schedule = tuple(0.6 / 24 if month < 24 else 0.4 / 24 if month < 48 else 0.0 for month in range(48))
    two = (
        block("hopper contoso", scheduled=1.0, power=100 * MW, full_power=100 * MW, prepayment=0.0),
        block("blackwell fabrikam", power=0.0, book=3_600 * MILLION, deferred=0.0, until=66.0, retires=78.0),
    )
    return Company(
        name="Small Compute",
        as_of="2025-03-31",
        balance_date="2024-12-31",
        hindsight=False,
        operator=None,
        parent=None,
        timeline=Timeline(month_number("2025-01"), 120),
        terms=terms(**{"schedule": schedule, "overhead_until": 66.0, **changes}),
        blocks=blocks or two,
        facilities=(facility("ddtl"),) if facilities is None else facilities,
        holders=(),
        economics=(),
        missing=(),
        origins={},
        warnings=(),
        document=WITHOUT_FILE,
        library=WITHOUT_LIBRARY,
    )
