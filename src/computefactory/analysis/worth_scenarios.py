"""A valuation of a company in three scenarios, low, middle and high: one batch of its ledger.

Rates, market prices, and the market's margins and costs where a company reports none, stand at the ends of their rows'
ranges, as they are worth less or more; in the low one what is promised is discounted at no less than the lenders' own
rate. Clouds' multiples go from the lowest to the highest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.analysis.evaluation import CompanyRun, company_ledger, inputs_for
from computefactory.analysis.unknown import next_year_known
from computefactory.appraisal import value_of as value_of_factory
from computefactory.appraisal.market import ListedCompany, listed
from computefactory.company.worth_inputs import WorthTerms
from computefactory.schema.resolve_company import Company
from computefactory.schema.resolve_worth import SCENARIOS, CloudMultiple, CloudMultiples, worth
from computefactory.timeline import month_number

if TYPE_CHECKING:
    from computefactory.analysis.inside import Inside
    from computefactory.ledger import Given
    from computefactory.result import Result
    from computefactory.schema.resolve_company import Company

__all__ = [
    "CLOUDS",
    "MIDDLE",
    "MOVED",
    "cloud_multiple",
    "clouds_of",
    "in_scenarios",
    "itself_and_parent",
    "middle_of",
    "month_of",
]

MIDDLE = "middle"
CLOUDS = ("cloud", "software", "it_services")  # groups of the table that a market of clouds holds
MOVED = {  # field of the resolved company -> whether more of it is worth more
    "company.terms.premium": False,
    "company.terms.market_rate": False,
    "company.terms.land_value": True,
    "company.blocks.*.margin": True,  # of the market, where the company reports none
    "company.blocks.*.capex": False,
    "company.blocks.*.shell_rent": True,
    "company.blocks.*.market_price": True,
    "company.blocks.*.decline": False,
    "company.blocks.*.sold_after": True,
}


def month_of(company: Company) -> int:
    """Calendar month number of the question."""
    return month_number(company.as_of)


def itself_and_parent(company: Company) -> list[str]:
    """Names whose multiples are never its comparables: its own, its operator's, its parent's."""
    names = (company.name, company.operator, company.parent)
    return [name for name in names if name]


def clouds_of(company: Company) -> tuple[ListedCompany, ...]:
    """Clouds with a multiple of revenue that was known at the date; the stale ones only where too few others are."""
    found = listed(company.library, "cloud", month_of(company), itself_and_parent(company), CLOUDS)
    fresh = tuple(each for each in found if not each.stale)
    return fresh if len(fresh) >= _least(company) else found


def _least(company: Company) -> int:
    """Clouds below which no value is taken from them."""
    return int(company.library.fact("worth", "default", "least_clouds").value)


def cloud_multiple(company: Company, cloud: ListedCompany) -> CloudMultiple | None:
    """A cloud's multiple of twelve months' revenue at the date; None where it has none."""
    fact = cloud.multiples["ev_revenue"]
    return None if fact is None else CloudMultiple.at(company.library, fact, month_of(company))


def multiples_of(company: Company, base: CompanyRun) -> CloudMultiples:
    """Clouds' multiples as they were known at the date, by the value that each gives on the revenue of the base."""
    clouds = [found for each in clouds_of(company) if (found := cloud_multiple(company, each)) is not None]
    last, _ = worth(company, MIDDLE, CloudMultiples())
    following = base.number("revenue_next_twelve_months") if next_year_known(company) else nan
    return CloudMultiples.of(clouds, last.revenue_last, following, _least(company))


def middle_of(company: Company, base: CompanyRun, inside: Inside) -> dict[str, Any]:
    """Every given of the middle valuation of a company in many scenarios; ``base`` is the run that they differ from."""
    values = {name: float(_worth_of(result, company.timeline.names[0])[1]) for name, result in inside.items()}
    blocks = tuple(replace(each, factory_value=values.get(each.name, each.factory_value)) for each in company.blocks)
    terms, _ = worth(company, MIDDLE, multiples_of(base.factory, base))
    return inputs_for(replace(company, blocks=blocks), terms)


def in_scenarios(company: Company, base: CompanyRun, inside: Inside) -> dict[str, CompanyRun]:
    """The runs of low, middle and high over that of what is sold."""
    multiples = multiples_of(company, base)
    found = {name: worth(company, name, multiples) for name in SCENARIOS}
    moved = _with_factories(_moved(company), company, inside)
    ledger, inputs = company_ledger(valued=True), inputs_for(moved, _stacked([found[name][0] for name in SCENARIOS]))
    lines = ledger.run_many(inputs, len(SCENARIOS), ledger.lines)
    varied = {name for name, given in ledger.givens.items() if name in inputs and _varies(inputs[name], given)}
    return {
        name: CompanyRun(
            f"{name} value",
            replace(company, origins=found[name][1]),
            {given: np.asarray(each)[k] if given in varied else each for given, each in inputs.items()},
            {line: each[k] if each.ndim > 1 else float(each[k]) for line, each in lines.items()},
            worth=found[name][0],
        )
        for k, name in enumerate(SCENARIOS)
    }


def _varies(values: Any, given: Given) -> bool:
    """Whether a given has a leading axis of scenarios."""
    return np.ndim(values) > (given.per is not None) + bool(given.series or given.table)


def _stacked(terms: Sequence[WorthTerms]) -> WorthTerms:
    """Terms that differ, a scenario each."""
    rows = {each.name: np.array([getattr(item, each.name) for item in terms]) for each in fields(WorthTerms)}
    varied: dict[str, Any] = {name: row for name, row in rows.items() if np.ptp(row)}
    return replace(terms[1], **varied)


def _moved(company: Company) -> Company:
    """The company with the rows behind what is uncertain at both ends: what is worth less first."""
    values: dict[str, Any] = {}
    for path, more_is_worth_more in _uncertain(company):
        for leaf in company.origins[path].leaves():
            if (
                leaf.kind == "fact"
                and isinstance(leaf.value, float)
                and (leaf.low is not None or leaf.high is not None)
            ):
                low, high = (leaf.value if end is None else end for end in (leaf.low, leaf.high))
                ends = (low, leaf.value, high) if more_is_worth_more else (high, leaf.value, low)
                values |= {leaf.key: np.array(ends)} if low < high else {}
    return company.with_values(values) if values else company


def _uncertain(company: Company) -> list[tuple[str, bool]]:
    names = [block.name for block in company.blocks]
    paths = [
        (path.replace("*", name), more) for path, more in MOVED.items() for name in (names if "*" in path else [""])
    ]
    return [(path, more) for path, more in paths if path in company.origins]


def _with_factories(company: Company, run: Company, inside: Inside) -> Company:
    """The company with the months of the factories inside as they were run, and their industrial values."""
    if not inside:
        return company
    as_run = {block.name: block for block in run.blocks}
    worths = {name: _worth_of(result, run.timeline.names[0]) for name, result in inside.items()}
    blocks = tuple(
        replace(as_run[block.name], factory_value=worths[block.name]) if block.name in worths else block
        for block in company.blocks
    )
    return replace(company, timeline=run.timeline, blocks=blocks)


def _worth_of(inside: Result, month_0: str) -> Any:
    """Low, middle and high of a factory's own industrial value at the company's month 0, or at its own first month."""
    found = value_of_factory(inside, at=max(month_0, inside.factory.timeline.names[0]))
    return np.array([found.low, found.industrial.enterprise_value, found.high])
