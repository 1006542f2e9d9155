"""The named metrics of a company: what each is called, which line it is, in which unit it leaves the program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.entries import Registry
from computefactory.metrics import Definition, Metric

if TYPE_CHECKING:
    from computefactory.company.inputs import Block
    from computefactory.schema.resolve_company import Company

__all__ = ["COMPANY_METRICS", "CompanyMetric", "known_of"]

MEGAWATT = 1e-3  # MW per kW
KILOWATTS = 1e3  # kW per MW
YEARLY = 12 * KILOWATTS  # USD/MW-year per USD/kW-month
COMPANY_METRICS: Registry[CompanyMetric] = Registry("company metric")


@dataclass(frozen=True, slots=True)
class CompanyMetric(Definition):
    """A metric of a company: not known where a fact is missing at a path like one of ``rests_on``.

    Where it is not a number, the facts missing at paths like ``follows`` are why. What is counted ``by_power`` is not
    known while a block that has a book has none.
    """

    rests_on: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    by_power: bool = False


def _register(
    name: str, label: str, unit: str, key: str, scale: float = 1.0, source: str = "company", **rules: Any
) -> None:
    """Register a metric of a company; ``key`` is its line, or with the source ``input`` a path among the records.

    Raises:
        ValueError: the name is taken.
    """
    COMPANY_METRICS.add(name, CompanyMetric(name, label, unit, source, key, scale, **rules))


def known_of(item: CompanyMetric, found: Metric, company: Company) -> Metric:
    """A metric as it is known: with the facts that it rests on and nobody states as the reason where it is not."""
    places = item.rests_on if found.value is not None else (*item.rests_on, *item.follows)
    names = [each.name for each in company.missing if any(fnmatchcase(each.path, place) for place in places)]
    if item.by_power:
        blocks = dict.fromkeys(block.block for block in company.blocks if _unmeasured(block))
        names += [f"critical IT of {name}" for name in blocks if not any(name in each for each in names)]
    return replace(found, value=None, reason=f"missing: {'; '.join(names)}") if names else found


def _unmeasured(block: Block) -> bool:
    """Whether a block has a book and no power."""
    return bool(np.any(np.asarray(block.book) != 0) and not np.any(np.asarray(block.full_power) > 0))


BOOK = ("book.amount", "blocks")
POWER = ("blocks.*.power", "blocks.*.power.*")
CASH = ("debt", "cash.unrestricted")
CAPEX = ("blocks.*.capex",)
_register("backlog_usd", "revenue signed and not recognised", "USD", "book_at_start", rests_on=BOOK)
_register("cash_to_come_usd", "of that, cash still to come", "USD", "cash_to_come", rests_on=(*BOOK, "book.deferred"))
_register(
    "revenue_usd_next_twelve_months",
    "revenue of what is sold, next twelve months",
    "USD",
    "revenue_next_twelve_months",
    rests_on=(*BOOK, "blocks.*.tenor_left"),
)
_register("debt_principal_usd", "principal of financial debt", "USD", "debt_principal", rests_on=("debt",))
_register("net_debt_usd", "debt and finance leases less cash", "USD", "opening_net_debt", rests_on=CASH)
for _stage, _label in (("billing", "that bills"), ("sold", "sold"), ("secured", "secured, sold or not")):
    _register(
        f"{_stage}_mw",
        f"critical IT {_label}",
        "MW",
        f"power_{_stage}",
        MEGAWATT,
        rests_on=POWER,
        by_power=True,
        needs="power_secured",
    )
_register(
    "price_usd_per_mw_year",
    "revenue of a MW that bills",
    "USD/MW-year",
    "average_price",
    YEARLY,
    rests_on=POWER,
    follows=("blocks.*.price",),
)
_register("contract_margin", "contract margin", "1", "average_margin", follows=("blocks.*.margin",))
_register("capex_usd_per_mw", "cost of a MW sold", "USD/MW", "average_capex", KILOWATTS, follows=(*CAPEX, *POWER))
_register(
    "funding_gap_usd",
    "largest funding gap",
    "USD",
    "largest_gap",
    rests_on=(*BOOK, *CASH, "overhead.amount"),
    follows=(*CAPEX, "blocks.*.margin", "blocks.*.price", "financing.rate"),
)
_register(
    "shares_basic",
    "shares outstanding",
    "count",
    "company.terms.shares_stated",
    source="input",
    least=1.0,
    rests_on=("shares.classes",),
)
