"""What the valuation of a company is told beside its forecast: who holds its equity, rates, multiples at the date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.ledger.fields import givens_of
from computefactory.records import Absent, Doc, FromRow
from computefactory.units import Month, One, PerYear, Usd
from computefactory.valuation import Holder

__all__ = ["GIVENS", "PARTS", "WorthTerms"]

PARTS = (  # of the industrial value; each is the line ``<part>_value``
    "contracts",
    "after_contracts",
    "shells",
    "land",
    "factories",
    "leases",
    "cost_to_complete",
    "overhead",
    "tax",
)
VALUE = FromRow("value", "default")
NO_CLOUD = "no cloud value at this date"


@dataclass(frozen=True, slots=True)
class WorthTerms:
    """The terms of one valuation of a company."""

    at_lenders: Annotated[One, Doc("1: what is promised is discounted at no less than the lenders' own rate.")]
    shell_rate: Annotated[PerYear, Doc("Rate of a shell that is let again."), VALUE]
    shell_life: Annotated[
        Month, Doc("Time over which an owned shell is let again."), FromRow("values", "default", "release_life")
    ]
    revenue_last: Annotated[Usd, Doc("Revenue of the last twelve months."), Absent(0.0, "no twelve months are known")]
    cloud_last: Annotated[One, Doc("Clouds' multiple of the last twelve months' revenue."), Absent(0.0, NO_CLOUD)]
    cloud_next: Annotated[One, Doc("Clouds' multiple of the next twelve months' revenue."), Absent(0.0, NO_CLOUD)]
    notes_in_debt: Annotated[
        Usd, Doc("Notes that may convert and stand among the facilities too."), Absent(0.0, "no facility may convert")
    ]
    reinvestment: Annotated[One, Doc("Share of NOPAT put into new capacity each year."), VALUE]


GIVENS = (
    *givens_of(WorthTerms, "worth", prefix=""),
    *givens_of(Holder, "company.holders", prefix="h_", per="holder"),
)
