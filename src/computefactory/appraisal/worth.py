"""Industrial value of a result at a date: its parts, the rate of each contract, and the lines they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory.appraisal.qualifying import defences_of
from computefactory.appraisal.rates import ContractRate, premium_row, rates_of
from computefactory.appraisal.site import CASE, Terms, items_of_book, site_of
from computefactory.valuation import PARTS, Rates, Site, part_flows, part_values, present_value, sum_of_parts

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["Industrial", "Question", "industrial_of", "terms_of"]

KW_PER_MW = 1e3
NOT_SHELL = ("grid", "land")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the period of the date, and how default and leases are counted."""

    index: int
    month: str
    expected: bool
    leases_as_debt: bool


@dataclass(frozen=True)
class Industrial:
    """Value by parts; ``flows`` are the monthly flows of each part, ``site`` what they were made of."""

    question: Question
    parts: Mapping[str, float]
    contracts: Mapping[str, float]  # by contract
    items: tuple[ContractRate, ...]
    book: NDArray[np.float64]  # value of each item
    of_which: Mapping[str, float]
    rates: Rates
    terms: Terms
    site: Site
    flows: Mapping[str, NDArray[np.float64]]
    lease_liability: float
    difference: float  # largest monthly gap between the parts and the ledger's own cash flow

    @property
    def enterprise_value(self) -> float:
        """All parts; with leases as debt the rent still to be paid is added back, and is owed instead."""
        return sum(self.parts.values())

    @property
    def committed_value(self) -> float:
        """Contracts with the shell that serves them and the overhead that no contract bears."""
        return self.parts["contracts"] + self.parts["shell_now"] + self.parts["overhead"]

    def as_dict(self) -> dict[str, Any]:
        """The JSON object, without the equity."""
        return {
            "enterprise_value_usd": self.enterprise_value,
            "parts": dict(self.parts),
            "contracts": dict(self.contracts),
            "of_which": dict(self.of_which),
            "rates": {
                "market": float(self.rates.market),
                "shell": float(self.rates.shell),
                "contracts": [item.as_dict() for item in self.items if item.contract in self.contracts],
            },
            "credit": "expected" if self.question.expected else "spread",
            "leases": "as_debt" if self.question.leases_as_debt else "in_cash",
            "lease_liability_usd": self.lease_liability,
            "whole_site_difference_usd": self.difference,
        }


def terms_of(result: Result, *, expected: bool) -> Terms:
    """What the valuation takes from the library beside the lines."""
    library = result.factory.library
    status = result.factory.plant.interconnection.status
    return Terms(
        defences_of(result)["next"],
        max(float(result.known["stranded_power"]), 0.0),
        float(library.fact("value", status, "energises").value),
        float(library.fact("value", "default", "undeveloped").value),
        float(result.factory.finance.values.release_rent),
        expected,
    )


def industrial_of(result: Result, question: Question) -> Industrial:
    """The value at the date of the question."""
    at = float(result.factory.timeline.month[question.index])
    terms = terms_of(result, expected=question.expected)
    premium = _premium(result, at)
    shell = float(result.factory.library.fact("value", "default", "shell_rate").value)
    items = items_of_book(result)
    rates, each = rates_of(result, items, at, expected=question.expected, premium=premium, shell=shell)
    lines = result.runs[CASE].lines
    site = site_of(result, lines, terms)
    flows = part_flows(site)
    values = part_values(site, flows, rates, at)
    parts = {name: float(values[name]) for name in PARTS}
    liability = float(present_value(site.shell_cost, rates.shell, site.months, at))
    if question.leases_as_debt:
        parts["leases"] = liability
    contracts: dict[str, float] = {}
    for item, worth, promised in zip(each, values["book"], np.any(site.book_promised != 0, axis=-1), strict=True):
        if not promised:  # sales as they come are no contract: their value is the market's
            continue
        contracts[item.contract] = contracts.get(item.contract, 0.0) + float(worth)
    return Industrial(
        question,
        parts,
        contracts,
        tuple(each),
        np.asarray(values["book"]),
        _of_which(result, parts, rates, site, question.index),
        rates,
        terms,
        site,
        flows,
        liability,
        _difference(flows, lines, expected=question.expected),
    )


def _premium(result: Result, at: float) -> float:
    """For operating risk: what the file or the library says of a finished site, more before it is finished."""
    if at < float(result.factory.finance.full_operation):
        return float(premium_row(result, at).value)
    return float(result.factory.finance.capital.operating_premium)


def _difference(flows: Mapping[str, Any], lines: Mapping[str, Any], *, expected: bool) -> float:
    """The parts without scrap and upgrade against the ledger's cash flow; 0 where default is in the cash instead."""
    if expected:
        return 0.0
    ours = sum_flows({name: flow for name, flow in flows.items() if name not in ("scrap", "shell_upgrade")})
    return float(np.max(np.abs(ours - np.asarray(lines["project_flow"]))))


def sum_flows(flows: Mapping[str, Any]) -> NDArray[np.float64]:
    """All parts together by month."""
    return np.asarray(
        flows["contracts"].sum(axis=-2) + sum(flow for name, flow in flows.items() if name != "contracts")
    )


def _of_which(result: Result, parts: Mapping[str, float], rates: Rates, site: Site, index: int) -> dict[str, float]:
    """Two numbers inside the parts: silicon beyond what is promised, and the scarcity of a powered shell.

    Replacement is what the durables have cost, what they will still cost in money of the date, less their wear.
    """
    lines = result.runs[CASE].lines
    at, cost = float(site.months[index]), 0.0
    for asset, paid, worn in zip(result.factory.finance.assets, lines["a_capex"], lines["a_wear"], strict=True):
        if asset.layer == "durable" and asset.name not in NOT_SHELL:
            cost += float(np.sum(paid[:index]) - np.sum(worn[:index]))
            cost += float(present_value(paid, rates.market, site.months, at))
    shell = parts["shell_now"] + parts["shell_after"] + parts["shell_upgrade"]
    return {
        "silicon_residual": parts["merchant"] + parts["scrap"],
        "shell": shell,
        "depreciated_replacement_without_grid": cost,
        "energised_scarcity": shell - cost,
    }


def enterprise_value(site: Site, rates: Rates, at: float) -> Any:
    """Enterprise value of a site, with any leading scenario axis."""
    return sum_of_parts(part_values(site, part_flows(site), rates, at))
