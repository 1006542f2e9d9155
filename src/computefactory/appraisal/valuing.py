"""``cf.value``: what a factory is worth as an industrial plant, what a cloud multiple says, what a price implies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory import model
from computefactory.appraisal.implied import Reverse, implied_by, refuse_out_of_reach, sought_of, target_of
from computefactory.appraisal.industrial import Equity, Industrial, equity_of, industrial_of, number
from computefactory.appraisal.multiples import Cloud, Comparables
from computefactory.appraisal.ranges import PREMIUM, VALUE, moved_values, moves_of, spans_of
from computefactory.errors import FactoryFileError, Problem
from computefactory.schema.resolve_valuation import Question
from computefactory.timeline import month_number

if TYPE_CHECKING:
    from computefactory.result import Result
    from computefactory.schema import Document, Factory, Overrides

__all__ = ["Valuation", "value", "value_of"]

CREDIT = ("spread", "expected")
LEASES = ("in_cash", "as_debt")
PRICED = ("enterprise", "equity")
ROWS = ("value", "multiple", "credit_spread", "risk_free", "capital", "retrofit", "cure", "generation", "merchant")
LATEST = 120  # months after full operation: the last date of a valuation


@dataclass(frozen=True)
class Valuation:
    """Two valuations of a factory at one date, with what stands between them and what a price implies."""

    result: Result
    industrial: Industrial
    industrial_equity: Equity
    low: float
    high: float
    cloud: Cloud
    cloud_equity: Equity
    comparables: Comparables
    reverse: Reverse
    swings: Mapping[str, tuple[float, float]]

    @property
    def bridge(self) -> list[tuple[str, str, float]]:
        """From the industrial to the cloud value: name, words, USD; the steps add up; none without a cloud value."""
        parts, value, gross = self.industrial.parts, self.cloud.enterprise_value, self.cloud.gross
        if value is None or gross is None:
            return []
        running = sum(
            parts[name]
            for name in ("contracts", "merchant", "scrap", "shell_now", "shell_after", "shell_upgrade", "overhead")
        )
        # at a rate of nothing no value is for ever
        for_ever = self.comparables.number("perpetuity") if self.comparables.rate else running
        return [
            ("industrial", "industrial value", self.industrial.enterprise_value),
            ("contracts_for_ever", "today's cash for ever, at one rate", for_ever - running),
            ("no_tax", "tax left out", -parts["tax"]),
            ("no_undeveloped", "power without halls left out", -parts["undeveloped"]),
            ("growth", "margin and growth that the multiple pays for", gross - for_ever),
            ("cloud", "cloud value", value),
        ]

    @property
    def football_field(self) -> list[dict[str, Any]]:
        """Every method with its low, middle and high, in USD of enterprise value."""
        found, alone = self.comparables, self.comparables.number("contracted_value")
        premium = self.swings[PREMIUM]
        rows = [
            ("industrial", "industrial, by parts", self.low, self.industrial.enterprise_value, self.high),
            ("contracts", "contracts and their shell", alone + min(premium), alone, alone + max(premium)),
            *(
                [("layers", "industrial multiples, by layer", *found.three("e_layers"))]
                if all(found.multiples(layer)[1] for layer in ("shell", "silicon"))
                else []
            ),
            *(
                (group.name, f"{group.label}, EV/EBITDA", *group.values)
                for group in found.groups
                if group.beside and group.values and group.counted == "ev_ebitda"
            ),
            *([("cloud", "cloud EV/revenue", *self.cloud.three("e_cloud"))] if self.cloud.known else []),
            ("replacement", "replacement cost, aged to new", *found.three("e_replacement")),
            ("liquidation", "liquidation", *found.three("e_liquidation")),
        ]
        if self.reverse.given:
            price = self.reverse.price
            rows.append(("price", "price that is asked about", price, price, price))
        return [
            {"method": name, "label": label, "low_usd": low, "value_usd": middle, "high_usd": high}
            for name, label, low, middle, high in rows
        ]

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        factory = self.result.factory
        return {
            "kind": "valuation",
            "version": 1,
            "engine": self.result.engine,
            "factory": factory.name,
            "at": self.industrial.month,
            "industrial": self.industrial.as_dict()
            | {
                "equity_value_usd": self.industrial_equity.value,
                "low": self.low,
                "high": self.high,
                "equity_bridge": self.industrial_equity.as_dict(),
                "swings": {name: list(ends) for name, ends in self.swings.items()},
            },
            "cloud": self.cloud.as_dict()
            | {
                "equity_value_usd": self.cloud_equity.value if self.cloud.known else None,
                "low": self.cloud.three("e_cloud")[0] if self.cloud.known else None,
                "high": self.cloud.three("e_cloud")[2] if self.cloud.known else None,
                "equity_bridge": self.cloud_equity.as_dict() if self.cloud.known else None,
            },
            "comparables": self.comparables.as_dict(),
            "reverse": self.reverse.as_dict(),
            "bridge": [{"step": name, "label": label, "usd": usd} for name, label, usd in self.bridge],
            "football_field": self.football_field,
            "facts": [row for row in factory.library.rows_used(ROWS) if not row["path"].endswith("/known")],
        }


def value(
    source: str | Path | Document | Factory,
    *,
    at: str | None = None,
    price: float | None = None,
    price_of: str = "enterprise",
    credit: str = "spread",
    leases: str = "in_cash",
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
) -> Valuation:
    """What a factory is worth.

    Args:
        source: a path, the name of a shipped factory, or one already loaded.
        at: the month of the valuation (``2027-01``); default: full operation. Cash of that month counts.
        price: a price in USD, to see what it implies; default: the cloud value, else the industrial one.
        price_of: ``enterprise`` or ``equity``: what the price is of.
        credit: ``spread`` discounts promised cash at a rate with the buyer's spread; ``expected`` discounts cash after
            expected default without it. Never both.
        leases: ``in_cash`` counts rent paid to landlords as a cost; ``as_debt`` as a liability. Never both.
        overrides: values by path, as in :func:`computefactory.run`.
        library: folders of facts that come before the package's own.

    Raises:
        FactoryFileError: every problem found in the input; a price below what a forced sale would bring.
        NoSolution: a price that no market price, discount rate, growth or share of hours sold gives; says what they do.
    """
    result = model.run(source, overrides=overrides, library=library)
    return value_of(result, at=at, price=price, price_of=price_of, credit=credit, leases=leases)


def value_of(
    result: Result,
    *,
    at: str | None = None,
    price: float | None = None,
    price_of: str = "enterprise",
    credit: str = "spread",
    leases: str = "in_cash",
) -> Valuation:
    """The same of a result."""
    problems = [
        Problem("not_allowed", name, str(given), f"one of {', '.join(allowed)}")
        for name, given, allowed in (
            ("--credit", credit, CREDIT),
            ("--leases", leases, LEASES),
            ("--of", price_of, PRICED),
        )
        if given not in allowed
    ]
    index, wrong = _index(result, at)
    if price is not None and not (np.isfinite(price) and price > 0):
        wrong.append(Problem("out_of_range", "--price", f"{price:g} USD", "a price above nothing"))
    if price is None and price_of == "equity":
        wrong.append(Problem("missing", "--of", price_of, "a price of the equity, as --price"))
    if problems or wrong:
        raise FactoryFileError([*problems, *wrong])
    date = None if at is None else float(result.factory.timeline.month[index])
    question = Question(date, credit == "expected", leases == "as_debt")
    run = (
        result.runs[model.VALUATION]
        if question == Question()
        else model.with_valuation(result.runs[model.VALUED], question)
    )
    industrial, equity = industrial_of(run, question), equity_of(run, "industrial")
    comparables, cloud = Comparables(industrial), Cloud(industrial)
    instead = industrial.enterprise_value if cloud.enterprise_value is None else cloud.enterprise_value
    target = target_of(comparables, instead, equity, price, price_of)
    sought, moves = sought_of(result, industrial), moves_of(result, industrial)
    moves |= {item.name: item.move(item.points) for item in sought if item.move is not None}
    found = moved_values(result, industrial, moves)
    points = {item.name: found[item.name] for item in sought if item.move is not None}
    swings, low, high = spans_of(
        {name: values for name, values in found.items() if name not in points},
        number(run, VALUE),
        industrial.enterprise_value,
    )
    implied = implied_by(result, industrial, comparables, target, sought, points)
    if price is not None:
        refuse_out_of_reach(target, implied)
    asked = "given" if price is not None else "the cloud value" if cloud.known else "the industrial value"
    reverse = Reverse(target, asked, price_of, implied, comparables.three("e_liquidation")[0])
    return Valuation(
        result, industrial, equity, low, high, cloud, equity_of(run, "cloud"), comparables, reverse, swings
    )


def _index(result: Result, at: str | None) -> tuple[int, list[Problem]]:
    """The period of a month; full operation where none is given."""
    factory = result.factory
    full = int(factory.finance.full_operation)
    if at is None:
        return full, []
    names = factory.timeline.names
    expected = f"a month from {names[0]} to {factory.timeline.names[min(full + LATEST, len(names) - 1)]}"
    try:
        index = factory.timeline.index(month_number(at))
    except ValueError:
        return full, [Problem("not_a_date", "--at", at, expected)]
    if not 0 <= index <= min(full + LATEST, len(names) - 1):
        return full, [Problem("out_of_range", "--at", at, expected)]
    return index, []
