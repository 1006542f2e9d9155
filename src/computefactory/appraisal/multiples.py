"""The market's view of a factory: four groups of companies, multiples by layer, the cloud multiple, replacement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from computefactory.appraisal.industrial import Industrial, number, terms_of
from computefactory.appraisal.market import (
    GROUPS,
    NONE_KNOWN,
    Group,
    ListedCompany,
    Three,
    calibrated,
    grouped,
    listed,
)
from computefactory.library.peers import LAYERS, multiple_of, peers_at
from computefactory.library.rows import Fact
from computefactory.timeline import MONTHS_PER_YEAR, month_number

__all__ = ["Cloud", "Comparables"]

INCOME = {"shell": "net_rent", "silicon": "silicon_income"}


@dataclass(frozen=True)
class _Multiples:
    """Lines and terms of the valuation, as the market sees them."""

    industrial: Industrial

    def number(self, name: str) -> float:
        """One number of the valuation."""
        return number(self.industrial.run, name)

    def three(self, name: str) -> Three:
        """Low, middle and high of a line."""
        low, middle, high = map(float, self.industrial.run.lines[name])
        return low, middle, high

    def multiples(self, layer: str) -> Three:
        """Lowest, median and highest multiple beside a layer."""
        low, middle, high = (getattr(item, f"{layer}_multiple") for item in terms_of(self.industrial.run).estimates)
        return low, middle, high

    @property
    def month(self) -> int:
        """The calendar month of the valuation."""
        return month_number(self.industrial.month)

    def companies(self, group: str) -> tuple[ListedCompany, ...]:
        """Companies of a group as they were known at the date, newest row of each."""
        return listed(self.industrial.run.factory.library, group, self.month)

    def rows(self, layer: str) -> dict[str, Fact]:
        """Companies or industries beside a layer, with their multiples."""
        library = self.industrial.run.factory.library
        found = {
            peer.company: multiple_of(library, peer, LAYERS[layer])
            for peer in peers_at(library, layer, self.month, LAYERS[layer])
        }
        return {name: fact for name, fact in found.items() if fact is not None}


class Comparables(_Multiples):
    """Layers on their multiples, with what a short contract can be worth, growth, and two values of the assets."""

    @property
    def rate(self) -> float:
        """The cost of capital."""
        return self.number("discount_rate")

    @cached_property
    def longest(self) -> dict[str, Any]:
        """The part of each contract that runs longest."""
        return {item["contract"]: item for item in sorted(self.industrial.items, key=lambda item: float(item["tenor"]))}

    @property
    def warnings(self) -> list[str]:
        """Where a multiple promises more than a contract can pay."""
        highest = max(self.multiples(layer)[1] for layer in INCOME)
        return [
            f"{name}: {item['tenor'] / MONTHS_PER_YEAR:.1f} years at {100 * self.rate:.1f} % are worth at most "
            f"{item['most']:.2f} times a year's cash, beside multiples of about {highest:.0f}"
            for name in self.industrial.contracts
            if (item := self.longest[name])["most"] < highest
        ]

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The four groups of companies at the date, and what the multiples of each make of the factory."""
        seen, left = self.number("first_year_factor"), self.number("cost_to_complete_value")
        revenue, ebitda = (self.number(f"{name}_usd_per_year") * seen for name in ("revenue", "ebitda"))

        def income(multiple: Fact) -> float:
            return revenue if multiple.field.startswith("ev_revenue") else ebitda

        kinds = self.industrial.kinds
        return tuple(
            grouped(name, self.companies(name), income, left, beside=any(kind in beside for kind in kinds))
            for name, (_, beside, _) in GROUPS.items()
        )

    def _layer(self, layer: str) -> dict[str, Any]:
        low, middle, high = self.three(f"e_{layer}_layer")
        lowest, median, highest = self.multiples(layer)
        return {
            "income_usd_per_year": self.number(INCOME[layer]),
            "low": low,
            "value_usd": middle,
            "high": high,
            "median": median,
            "range": [lowest, highest],
            "multiples": [
                {"name": name, "ev_ebitda": float(row.value), "as_of": row.as_of, "source": row.source}
                for name, row in self.rows(layer).items()
            ],
        }

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        low, middle, high = self.three("e_layers")
        return {
            "low": low,
            "enterprise_value_usd": middle,
            "high": high,
            "layers": {layer: self._layer(layer) for layer in INCOME},
            "groups": {group.name: group.as_dict() for group in self.groups},
            "annuity": {
                name: {"tenor_months": item["tenor"], "most": item["most"]} for name, item in self.longest.items()
            },
            "growth": {
                "nopat_usd": self.number("nopat"),
                "return_on_capital": self.number("return_on_capital"),
                "rate": self.rate,
                "reinvestment": self.number("reinvestment"),
                "years": self.number("growth_years"),
                "ev_nopat": self.number("growth_multiple") if self.rate else None,
                "ev_nopat_without_growth": 1 / self.rate if self.rate else None,
            },
            "replacement_usd": list(self.three("e_replacement")),
            "liquidation_usd": list(self.three("e_liquidation")),
            "warnings": self.warnings,
        }


class Cloud(_Multiples):
    """EV/revenue of cloud companies on the factory's revenue, with what the multiple is calibrated to."""

    @property
    def known(self) -> bool:
        """Whether any cloud's multiple was known at the date."""
        return self.number("cloud_known") > 0

    @property
    def enterprise_value(self) -> float | None:
        """At the median; None where no multiple was known."""
        return self.number("cloud_enterprise_value_usd") if self.known else None

    @property
    def gross(self) -> float | None:
        """The multiple of revenue, before what is still to be spent."""
        value = self.enterprise_value
        return None if value is None else value - self.industrial.parts["cost_to_complete"]

    @cached_property
    def own(self) -> dict[str, str]:
        """What the three calibrators are for this factory."""
        run, revenue = self.industrial.run, self.number("revenue_usd_per_year")
        first, book = np.asarray(run.inputs["first_year"]) > 0, run.factory.offtake
        by_buyer: dict[str, float] = {}
        rows = [*run.lines["c_revenue"][: len(book.contracts)], *run.lines["l_rent"][: len(book.leases)]]
        for item, row in zip(book.committable, rows, strict=True):
            by_buyer[item.buyer] = by_buyer.get(item.buyer, 0.0) + float(np.sum(row[first]))
        shares = [amount / revenue for amount in by_buyer.values()] if revenue else []
        spread = 1 / sum(share**2 for share in shares) if any(shares) else 0.0
        owed = float(np.sum(run.lines["committed_revenue"][first])) / revenue if revenue else 0.0
        free, largest = 100 * max(1 - owed, 0), 100 * max(shares, default=0)
        return {
            "customer_diversity": f"{spread:.1f} customers of equal size; the largest {largest:.0f} %",
            "flexible_demand": f"{free:.0f} % of revenue is not owed",
            "price_risk": f"{free:.0f} % of revenue at the market's price in the first year",
        }

    def as_dict(self) -> dict[str, Any]:
        """The JSON object, without the equity."""
        companies = self.companies("cloud")
        low, middle, high = self.multiples("cloud") if self.known else (None, None, None)
        found: dict[str, Any] = {
            "enterprise_value_usd": self.enterprise_value,
            "parts": {"multiple_of_revenue": self.gross, "cost_to_complete": self.industrial.parts["cost_to_complete"]},
            "revenue_usd_per_year": self.number("revenue_usd_per_year"),
            "ev_revenue": {"low": low, "median": middle, "high": high, "n": len(companies)},
            "method": f"median and range; no regression on {len(companies)} companies",
            "companies": [
                company.as_dict()
                | {"as_of": fact.as_of}
                | calibrated(self.industrial.run.factory.library, company.peer)
                for company in companies
                if (fact := company.multiples["ev_revenue"]) is not None
            ],
            "this_factory": self.own,
        }
        return found if self.known else found | {"parts": None, "reason": NONE_KNOWN}
