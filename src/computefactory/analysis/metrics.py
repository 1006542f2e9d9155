"""The named metrics of a company: what each is called, which line it is, in which unit it leaves the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from computefactory.entries import Registry
from computefactory.metrics import Definition, Metric

if TYPE_CHECKING:
    from computefactory.schema.resolve_company import Missing

__all__ = ["COMPANY_METRICS", "CompanyMetric", "company_metric", "known_of"]

MEGAWATT = 1e-3  # MW per kW
KILOWATTS = 1e3  # kW per MW
YEARLY = 12 * KILOWATTS  # USD/MW-year per USD/kW-month
COMPANY_METRICS: Registry[CompanyMetric] = Registry("company metric")


@dataclass(frozen=True, slots=True)
class CompanyMetric(Definition):
    """A metric of a company: not known where a fact is missing at a path like one of ``rests_on``.

    Where it is not a number, the facts missing at paths like ``follows`` are why.
    """

    rests_on: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()


def company_metric(
    name: str,
    label: str,
    unit: str,
    key: str,
    scale: float = 1.0,
    source: str = "company",
    rests_on: tuple[str, ...] = (),
    follows: tuple[str, ...] = (),
    **rules: Any,
) -> CompanyMetric:
    """Register a metric of a company; ``key`` is its line, or with the source ``input`` a path among the records.

    Raises:
        ValueError: the name is taken.
    """
    item = CompanyMetric(name, label, unit, source, key, scale, **rules, rests_on=rests_on, follows=follows)
    COMPANY_METRICS.add(name, item)
    return item


def known_of(item: CompanyMetric, found: Metric, missing: Sequence[Missing]) -> Metric:
    """A metric as it is known: with the missing facts that it rests on as the reason where it is not."""
    places = item.rests_on if found.value is not None else (*item.rests_on, *item.follows)
    names = [each.name for each in missing if any(fnmatchcase(each.path, place) for place in places)]
    return replace(found, value=None, reason=f"missing: {'; '.join(names)}") if names else found


BOOK = ("book.amount",)
POWER = ("blocks.*.power", "blocks.*.power.*")
CASH = ("debt", "cash.unrestricted")
CAPEX = ("blocks.*.capex",)
company_metric("backlog_usd", "revenue signed and not recognised", "USD", "book_at_start", rests_on=BOOK)
company_metric(
    "cash_to_come_usd", "of that, cash still to come", "USD", "cash_to_come", rests_on=(*BOOK, "book.deferred")
)
company_metric(
    "revenue_usd_next_twelve_months",
    "revenue of what is sold, next twelve months",
    "USD",
    "revenue_next_twelve_months",
    rests_on=(*BOOK, "blocks.*.tenor_left"),
)
company_metric("debt_principal_usd", "principal of financial debt", "USD", "debt_principal", rests_on=("debt",))
company_metric("net_debt_usd", "debt and finance leases less cash", "USD", "opening_net_debt", rests_on=CASH)
for _stage, _label in (("billing", "that bills"), ("sold", "sold"), ("secured", "secured, sold or not")):
    company_metric(
        f"{_stage}_mw",
        f"critical IT {_label}",
        "MW",
        f"power_{_stage}",
        MEGAWATT,
        rests_on=POWER,
        needs="power_secured",
    )
company_metric(
    "price_usd_per_mw_year",
    "revenue of a MW that bills",
    "USD/MW-year",
    "average_price",
    YEARLY,
    rests_on=POWER,
    follows=("blocks.*.price",),
)
company_metric("contract_margin", "contract margin", "1", "average_margin", follows=("blocks.*.margin",))
company_metric("capex_usd_per_mw", "cost of a MW sold", "USD/MW", "average_capex", KILOWATTS, follows=(*CAPEX, *POWER))
company_metric(
    "funding_gap_usd",
    "largest funding gap",
    "USD",
    "largest_gap",
    rests_on=(*BOOK, *CASH, "overhead.amount"),
    follows=(*CAPEX, "blocks.*.margin", "blocks.*.price", "financing.rate"),
)
company_metric(
    "shares_basic",
    "shares outstanding",
    "count",
    "company.terms.shares_stated",
    source="input",
    least=1.0,
    rests_on=("shares.classes",),
)
