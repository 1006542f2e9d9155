"""The book of a result: who owes what until when, and what the debt's cover is when one of them stops paying.

Everything is read from the lines of the contract-only case; committed are bills and fees, before service credits and
without what is only passed on (power, upkeep). A default is the same ledger with one buyer gone a year
after full operation (:mod:`computefactory.offtake.events`), the debt frozen and nothing recovered: once with nothing in
its place, once let again after the void at the market price of that state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory import model
from computefactory.offtake import merchant
from computefactory.offtake.inputs import Contract, Lease
from computefactory.timeline import HOURS_PER_YEAR, MONTHS_PER_YEAR

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["Book", "Customer", "Entry", "MarketPrice", "study"]

LONGEST = 240  # months that silicon is looked at
NEVER = 1e6  # months of void

Series = NDArray[np.float64]


@dataclass(frozen=True)
class Entry:
    """One contract, all its parts together; series have shape (month,) and are in USD."""

    name: str
    parts: tuple[Contract | Lease, ...]
    value: float
    billed: Series
    committed: Series
    prepaid: Series
    credited: Series
    damages: Series
    service_credits: Series
    expected: Series
    owed: Series
    settled: Series
    refund: Series
    again: Series

    @property
    def first(self) -> Contract | Lease:
        """The part that stands for all: terms other than dates and sizes are the same."""
        return self.parts[0]

    @property
    def start(self) -> float:
        """First month of the first part."""
        return min(part.start for part in self.parts)

    @property
    def end(self) -> float:
        """Last month of the last part."""
        return max(part.start + part.tenor for part in self.parts) - 1

    @property
    def committed_end(self) -> float:
        """Last month that is committed; before the start where nothing is."""
        if not (self.first.committed or (isinstance(self.first, Contract) and self.first.floor)):
            return self.start - 1
        return max(part.start + part.committed_until for part in self.parts) - 1

    @property
    def size(self) -> float:
        """Accelerators, or kW of a lease."""
        return sum(part.accelerators if isinstance(part, Contract) else part.power for part in self.parts)


@dataclass(frozen=True)
class Customer:
    """One buyer and all it owes; covers are the lowest of the tests, None without debt."""

    name: str
    entries: tuple[Entry, ...]
    committed: float
    cover_gone: float | None
    cover_relet: float | None

    @property
    def guaranteed(self) -> bool:
        """Whether a guarantor stands in for everything."""
        return all(part.guarantee_full for entry in self.entries for part in entry.parts)

    @property
    def backstop(self) -> float:
        """What guarantors with a limit pay at most, at first."""
        return sum(part.backstop for entry in self.entries for part in entry.parts)


@dataclass(frozen=True, slots=True)
class MarketPrice:
    """Per accelerator-hour: the price that would pay an entrant, running cost; and the life that is worth most."""

    anchor: float
    running: float
    kept: merchant.Worth


@dataclass(frozen=True)
class Book:
    """The book of one result."""

    result: Result
    entries: tuple[Entry, ...]

    @cached_property
    def lines(self) -> dict[str, Any]:
        """The contract-only case."""
        return dict(self.result.runs[model.HEAD].lines)

    @cached_property
    def total(self) -> float:
        """All that cannot be avoided."""
        return float(sum(entry.committed.sum() for entry in self.entries))

    def sum_of(self, name: str) -> Series:
        """One series of all contracts together."""
        none = np.zeros(self.result.factory.timeline.periods)
        return np.asarray(sum((getattr(entry, name) for entry in self.entries), none))

    @cached_property
    def to_come(self) -> Series:
        """Committed revenue of later months [month]."""
        committed = self.sum_of("committed")
        return np.asarray(committed.sum() - np.cumsum(committed))

    @cached_property
    def deferred(self) -> Series:
        """Customer money received and not yet credited [month]."""
        return np.cumsum(self.sum_of("prepaid") - self.sum_of("credited"))

    @cached_property
    def owed_by(self) -> dict[str, float]:
        """What each buyer cannot avoid, the largest first."""
        sums: dict[str, float] = {}
        for entry in self.entries:
            sums[entry.first.buyer] = sums.get(entry.first.buyer, 0.0) + float(entry.committed.sum())
        return dict(sorted(sums.items(), key=lambda item: -item[1]))

    @cached_property
    def customers(self) -> tuple[Customer, ...]:
        """Every buyer of the book, the largest first."""
        return tuple(self._customer(name, owed) for name, owed in self.owed_by.items())

    @cached_property
    def shares(self) -> dict[str, float]:
        """Each buyer's share of what is committed."""
        return {name: owed / self.total if self.total else 0.0 for name, owed in self.owed_by.items()}

    @property
    def concentration(self) -> float:
        """Herfindahl-Hirschman index: the sum of squared shares, 1 for a single buyer."""
        return sum(share**2 for share in self.shares.values())

    @cached_property
    def market(self) -> MarketPrice | None:
        """What the market pays the silicon, by the rules of ``offtake.merchant``; None without silicon."""
        factory, lines = self.result.factory, self.lines
        installed = float(factory.plant.accelerators)
        if not installed or not np.isfinite(lines["energy_usd_per_accelerator_hour"]):
            return None
        money, prices = factory.finance, factory.offtake.merchant
        cost = float(lines["silicon_cost"]) / installed
        running = merchant.running_cost(
            1.0,
            float(lines["energy_usd_per_accelerator_hour"]),
            cost * float(money.operations.silicon_support) / HOURS_PER_YEAR,
        )
        hours = HOURS_PER_YEAR * float(self.result.known["availability"]) * float(prices.sold)
        rate, low = float(money.capital.discount_rate), money.values.silicon_low
        ages = np.arange(LONGEST + 1)
        scrap = cost * np.array([low[min(int(age), len(low) - 1)] for age in ages])
        price = prices.price_new * (1 - prices.decline) ** (ages / MONTHS_PER_YEAR)
        margin = merchant.margins(price[:-1], running) * hours / MONTHS_PER_YEAR
        kept = merchant.worth(margin, cost, scrap, (1 + rate) ** (1 / MONTHS_PER_YEAR) - 1)
        years = max(round(float(money.economic_life) / MONTHS_PER_YEAR), 1)
        value_at_end = float(scrap[min(years * MONTHS_PER_YEAR, LONGEST)])
        anchor = merchant.anchor(cost, value_at_end, running, float(prices.decline), rate, years, hours)
        return MarketPrice(anchor, running, kept)

    def _customer(self, name: str, committed: float) -> Customer:
        entries = tuple(entry for entry in self.entries if entry.first.buyer == name)
        gone = self._cover_without(name, relet=False)
        return Customer(name, entries, committed, gone, self._cover_without(name, relet=True))

    def _cover_without(self, buyer: str, *, relet: bool) -> float | None:
        """Lowest cover where a buyer stops paying a year after full operation; None without debt."""
        result = self.result
        if result.factory.finance.debt is None:
            return None
        book, stop = result.factory.offtake, float(result.factory.finance.full_operation) + MONTHS_PER_YEAR

        def after(parts: Iterable[Any]) -> tuple[Any, ...]:
            gone = {"leaves": 1.0, "left": stop, "agreed": 0.0, "claim_recovery": 0.0}
            return tuple(replace(part, **gone) if part.buyer == buyer else part for part in parts)

        market = book.merchant if relet else replace(book.merchant, void=NEVER)
        ended = replace(book, contracts=after(book.contracts), leases=after(book.leases), merchant=market)
        frozen = model.freeze(result.runs[model.HEAD])
        lines = model.evaluate(replace(result.factory, offtake=ended), dict(result.known), model.HEAD, frozen).lines
        cover = float(lines["min_dscr"])
        return cover if cover < result.known[model.HEAD].no_test else None


def study(result: Result) -> Book:
    """The book of a result."""
    lines = result.runs[model.HEAD].lines
    book = result.factory.offtake
    none = np.zeros(result.factory.timeline.periods)
    entries: dict[str, list[tuple[Any, dict[str, Any]]]] = {}
    for place, part in enumerate(book.contracts):
        found = {name: lines[key][place] for name, key in _CONTRACT.items()}
        found["committed"] = lines["c_committed_bill"][place] + lines["c_exit_due"][place]
        entries.setdefault(part.contract, []).append((part, {"value": float(lines["c_value"][place]), **found}))
    for place, lease in enumerate(book.leases):
        found = {name: lines[key][place] if key else none for name, key in _LEASE.items()}
        found["committed"] = lines["l_rent"][place] * lines["l_committed_now"][place] + lines["l_exit_due"][place]
        value = float(lines["l_rent"][place].sum())
        entries.setdefault(lease.contract, []).append((lease, {"value": value, **found}))
    return Book(result, tuple(_entry(name, parts) for name, parts in entries.items()))


_CONTRACT = {
    "billed": "c_base_billed",
    "prepaid": "c_prepay_in",
    "credited": "c_credit",
    "damages": "c_damages",
    "service_credits": "c_sla_credit",
    "expected": "c_expected",
    "owed": "c_owed",
    "settled": "c_settled",
    "refund": "c_refund",
    "again": "c_again_revenue",
}
_LEASE = {
    "billed": "l_rent",
    "prepaid": "l_funding_in",
    "credited": "l_credit",
    "damages": "",
    "service_credits": "l_sla_credit",
    "expected": "l_expected",
    "owed": "l_owed",
    "settled": "l_settled",
    "refund": "l_refund",
    "again": "l_again_rent",
}


def _entry(name: str, parts: Iterable[tuple[Any, dict[str, Any]]]) -> Entry:
    items, found = zip(*parts, strict=True)
    return Entry(
        name, tuple(items), **{key: sum(part[key] for part in found) for key in ("value", "committed", *_CONTRACT)}
    )
