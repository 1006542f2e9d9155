"""The market's view: multiples by layer, the cloud multiple with its three calibrators, replacement and liquidation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.appraisal.site import CASE
from computefactory.errors import FactNotFound
from computefactory.timeline import MONTHS_PER_YEAR
from computefactory.valuation import Layer, Multiple, annuity, growth_multiple, layer_value, median_of

if TYPE_CHECKING:
    from computefactory.appraisal.worth import Industrial
    from computefactory.result import Result

__all__ = ["Cloud", "Comparables", "cloud_of", "comparables_of"]

CALIBRATORS = ("customer_diversity", "flexible_demand", "price_risk")
Three = tuple[float, float, float]


@dataclass(frozen=True)
class Comparables:
    """Layers on their multiples, with what a short contract can be worth, growth, and two values of the assets."""

    layers: tuple[Layer, ...]
    shortest: Mapping[str, float]  # contract -> most that a year of its cash is worth
    tenors: Mapping[str, float]
    perpetuity: float
    nopat: float
    return_on_capital: float
    reinvestment: float
    growth_years: float
    growth_multiple: float
    rate: float
    replacement: Three
    liquidation: Three

    @property
    def span(self) -> Three:
        """The layers together."""
        return (
            sum(layer.low for layer in self.layers),
            sum(layer.value for layer in self.layers),
            sum(layer.high for layer in self.layers),
        )

    @property
    def warnings(self) -> list[str]:
        """Where a multiple promises more than a contract can pay."""
        highest = max((median_of(layer.multiples)[1] for layer in self.layers), default=0.0)
        return [
            f"{name}: {self.tenors[name] / MONTHS_PER_YEAR:.1f} years at {100 * self.rate:.1f} % are worth at most "
            f"{most:.2f} times a year's cash, beside multiples of about {highest:.0f}"
            for name, most in self.shortest.items()
            if most < highest
        ]

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        low, middle, high = self.span
        return {
            "low": low,
            "enterprise_value_usd": middle,
            "high": high,
            "layers": {layer.name: _layer(layer) for layer in self.layers},
            "annuity": {
                name: {"tenor_months": self.tenors[name], "most": most} for name, most in self.shortest.items()
            },
            "growth": {
                "nopat_usd": self.nopat,
                "return_on_capital": self.return_on_capital,
                "rate": self.rate,
                "reinvestment": self.reinvestment,
                "years": self.growth_years,
                "ev_nopat": self.growth_multiple if self.rate else None,
                "ev_nopat_without_growth": 1 / self.rate if self.rate else None,
            },
            "replacement_usd": list(self.replacement),
            "liquidation_usd": list(self.liquidation),
            "warnings": self.warnings,
        }


def _layer(layer: Layer) -> dict[str, Any]:
    low, middle, high = median_of(layer.multiples)
    return {
        "income_usd_per_year": layer.income,
        "low": layer.low,
        "value_usd": layer.value,
        "high": layer.high,
        "median": middle,
        "range": [low, high],
        "multiples": [
            {"name": item.name, "ev_ebitda": item.value, "as_of": item.as_of, "source": item.source}
            for item in layer.multiples
        ],
    }


@dataclass(frozen=True)
class Cloud:
    """EV/revenue of cloud companies on the factory's revenue, with what the multiple is calibrated to."""

    revenue: float
    multiples: tuple[Multiple, ...]
    calibrators: Mapping[str, Mapping[str, str]]  # company -> calibrator -> words
    own: Mapping[str, str]
    discount: float  # to the date from full operation
    cost_to_complete: float

    def _at(self, multiple: float) -> float:
        return multiple * self.revenue * self.discount + self.cost_to_complete

    @property
    def gross(self) -> float:
        """The multiple of revenue, before what is still to be spent."""
        return self.enterprise_value - self.cost_to_complete

    @property
    def low(self) -> float:
        """At the lowest multiple."""
        return self._at(median_of(self.multiples)[0])

    @property
    def enterprise_value(self) -> float:
        """At the median."""
        return self._at(median_of(self.multiples)[1])

    @property
    def high(self) -> float:
        """At the highest multiple."""
        return self._at(median_of(self.multiples)[2])

    def as_dict(self) -> dict[str, Any]:
        """The JSON object, without the equity."""
        low, middle, high = median_of(self.multiples)
        return {
            "enterprise_value_usd": self.enterprise_value,
            "parts": {"multiple_of_revenue": self.gross, "cost_to_complete": self.cost_to_complete},
            "revenue_usd_per_year": self.revenue,
            "ev_revenue": {"low": low, "median": middle, "high": high, "n": len(self.multiples)},
            "method": f"median and range; no regression on {len(self.multiples)} companies",
            "companies": [
                {"name": item.name, "ev_revenue": item.value, "as_of": item.as_of, **self.calibrators[item.name]}
                for item in self.multiples
            ],
            "this_factory": dict(self.own),
        }


def _multiples(result: Result, layer: str, field: str) -> tuple[Multiple, ...]:
    library = result.factory.library
    found = []
    for key in library.keys("multiple"):
        group, _, name = key.partition("/")
        if group == layer:
            fact = library.fact("multiple", key, field)
            found.append(Multiple(name, float(fact.value), fact.as_of, fact.source))
    return tuple(found)


def comparables_of(result: Result, industrial: Industrial) -> Comparables:
    """Layers, annuities, growth, replacement and liquidation at the date."""
    lines, known = result.runs[CASE].lines, result.known
    money = result.factory.finance
    rate = float(money.capital.discount_rate)
    first = np.asarray(result.known["first_year"]) > 0
    site = industrial.site
    used = site.silicon_power + site.book_power.sum(axis=-2)
    rents = float(np.sum((site.rent * used - site.shell_cost)[first]))
    ebitda = float(lines["ebitda_usd_per_year"])
    silicon, life = float(lines["silicon_cost"]), float(money.economic_life) / MONTHS_PER_YEAR
    refresh = silicon / annuity(rate, life) if life else 0.0
    layers = (
        layer_value("shell", rents, _multiples(result, "shell", "ev_ebitda")),
        layer_value("silicon", ebitda - rents - refresh, _multiples(result, "silicon", "ev_ebitda")),
    )
    tenors: dict[str, float] = {}
    for item in industrial.items:
        if item.contract not in industrial.contracts:
            continue
        tenors[item.contract] = max(tenors.get(item.contract, 0.0), item.tenor)
    shortest = {name: annuity(rate, months / MONTHS_PER_YEAR) for name, months in tenors.items()}
    cost = float(lines["first_cost"])
    wear = silicon / life if life else 0.0
    wear += float(lines["durable_cost"]) / (float(money.values.durable_life) / MONTHS_PER_YEAR)
    nopat = (ebitda - wear) * (1 - float(lines["tax_rate"]))
    earned = nopat / cost if cost else 0.0
    reinvestment, years = (_value(result, name) for name in ("reinvestment", "growth_years"))
    multiple = growth_multiple(rate, reinvestment, years, earned) if rate else float("nan")
    return Comparables(
        layers,
        shortest,
        tenors,
        ebitda / rate if rate else float("nan"),
        nopat,
        earned,
        reinvestment,
        years,
        multiple,
        rate,
        _replacement(lines, industrial.question.index, cost),
        _liquidation(result, lines, industrial.question.index, known),
    )


def _value(result: Result, name: str) -> float:
    return float(result.factory.library.fact("value", "default", name).value)


def _opening(lines: Mapping[str, Any], name: str, index: int) -> float:
    return float(np.asarray(lines[name])[index - 1]) if index > 0 else 0.0


def _replacement(lines: Mapping[str, Any], index: int, cost: float) -> Three:
    """Silicon at its low-case value and durables worn; half way; everything new."""
    aged = _opening(lines, "silicon_value", index) + _opening(lines, "durable_value", index)
    aged = aged or cost
    return aged, (aged + cost) / 2, cost


def _liquidation(result: Result, lines: Mapping[str, Any], index: int, known: Mapping[str, Any]) -> Three:
    """A forced sale: silicon at its low-case value, durables at a share of their depreciated cost."""
    share = result.factory.library.fact("value", "default", "liquidation_share")
    del known
    silicon, durable = (_opening(lines, name, index) for name in ("silicon_value", "durable_value"))
    shares = (share.low, share.value, share.high)
    low, middle, high = (silicon + float(share.value if one is None else one) * durable for one in shares)
    return low, middle, high


def cloud_of(result: Result, industrial: Industrial) -> Cloud:
    """The cloud frame on the same factory and date."""
    lines = result.runs[CASE].lines
    library = result.factory.library
    multiples = _multiples(result, "cloud", "ev_revenue")
    calibrators: dict[str, dict[str, str]] = {}
    for item in multiples:
        words = {}
        for name in CALIBRATORS:
            try:
                words[name] = str(library.fact("multiple", f"cloud/{item.name}", name).value)
            except FactNotFound:
                words[name] = "not judged"
        calibrators[item.name] = words
    full, at = float(result.factory.finance.full_operation), float(industrial.question.index)
    wait = max(full - at, 0.0) / MONTHS_PER_YEAR
    discount = (1 + float(result.factory.finance.capital.discount_rate)) ** -wait
    return Cloud(
        float(lines["revenue_usd_per_year"]),
        multiples,
        calibrators,
        _own(result, lines),
        discount,
        industrial.parts["cost_to_complete"],
    )


def _own(result: Result, lines: Mapping[str, Any]) -> dict[str, str]:
    """What the three calibrators are for this factory."""
    first = np.asarray(result.known["first_year"]) > 0
    revenue = float(lines["revenue_usd_per_year"])
    by_buyer: dict[str, float] = {}
    book = result.factory.offtake
    rows = [*np.asarray(lines["c_revenue"])] * bool(book.contracts) + [*np.asarray(lines["l_rent"])] * bool(book.leases)
    for item, row in zip(book.committable, rows, strict=True):
        by_buyer[item.buyer] = by_buyer.get(item.buyer, 0.0) + float(np.sum(row[first]))
    committed = float(np.sum(np.asarray(lines["committed_revenue"])[first]))
    shares = [amount / revenue for amount in by_buyer.values()] if revenue else []
    spread = 1 / sum(share**2 for share in shares) if any(shares) else 0.0
    owed = committed / revenue if revenue else 0.0
    return {
        "customer_diversity": f"{spread:.1f} customers of equal size; the largest {100 * max(shares, default=0):.0f} %",
        "flexible_demand": f"{100 * max(1 - owed, 0):.0f} % of revenue is not owed",
        "price_risk": f"{100 * max(1 - owed, 0):.0f} % of revenue at the market's price in the first year",
    }
