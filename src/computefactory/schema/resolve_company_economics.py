"""Price, contract margin and capital cost of a kW: from what the company itself reported by the day of the question.

Price = the last known quarter, annualised, over the mean of the power at its ends; margin = what the last full year
known leaves before depreciation; capital cost = property and equipment at cost less construction, over power.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from computefactory.library import market
from computefactory.library.dates import last_day
from computefactory.schema import derive
from computefactory.schema.checks.company import reached
from computefactory.schema.company import BlockChapter
from computefactory.schema.company_rows import OF_KIND, POWER, REVENUE
from computefactory.schema.figures import Figures
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_dates import CompanyDates
from computefactory.schema.resolve_company_notes import Notes
from computefactory.timeline import MONTHS_PER_QUARTER, month_name, month_number
from computefactory.units import Kw, One, Usd, UsdPerKw, UsdPerKwYear

__all__ = ["Economics", "OwnEconomics", "basis_of"]

COST = ("cost_of_revenue", "technology_and_infrastructure", "depreciation_amortisation")
UNITS = {"price": UsdPerKwYear, "margin": One, "capex": UsdPerKw}  # of the market's rows
LACKING = {
    "price": ("a quarter's revenue and the power that earned it", "price of a MW-year, and with it power not stated"),
    "margin": ("cost of revenue, technology and infrastructure, depreciation of a full year", "cost, EBITDA, value"),
    "capex": ("property and equipment at cost, construction in progress, power in service", "cost of what is sold"),
}


@dataclass(frozen=True, slots=True)
class Economics:
    """One figure of unit economics of a kind of capacity: the company's own, or the market's of a vintage."""

    name: str  # price, margin, capex
    sells: str
    value: Any  # in the canonical unit; None: not known
    period: str  # that it is of; of the market's its date
    note: str  # what a reader should know of it
    whose: str = "own"  # own, market


@dataclass
class OwnEconomics:
    """The unit economics of a company by kind of capacity, worked out once each."""

    sources: Sources
    figures: Figures
    dates: CompanyDates
    notes: Notes
    found: dict[tuple[str, str], tuple[Traced | None, str, str]] = field(default_factory=dict)
    vintages: dict[tuple[str, str], tuple[Traced | None, str, str]] = field(default_factory=dict)

    def of(self, name: str, sells: str) -> Traced | None:
        """``price``, ``margin`` or ``capex`` of a kind of capacity; None where it is not known."""
        if (name, sells) not in self.found:
            self.found[name, sells] = getattr(self, f"_{name}")(sells)
        return self.found[name, sells][0]

    def of_market(self, name: str, sells: str) -> Traced | None:
        """The same of the market, by the newest vintage public on the day; None where no row has it."""
        if (name, sells) not in self.vintages:
            self.vintages[name, sells] = self._vintage(name, sells)
        traced, date, note = self.vintages[name, sells]
        if traced is not None:
            self.notes.say(f"{name} of {sells}: the market's of {date}, where the company's own is not known ({note})")
        return traced

    def _vintage(self, name: str, sells: str) -> tuple[Traced | None, str, str]:
        library, day = self.sources.library, self.dates.as_of
        if name == "price":
            quotes = [quote for quote in market.capacity_prices(library, sells, day) if quote.fact is not None]
            quote = next((each for each in quotes if basis_of(self.sources, each) == "fleet"), next(iter(quotes), None))
        else:
            quote = market.nearest(library, market.CONTRACTS, sells, name, day)
        if quote is None or quote.fact is None:
            return None, "", ""
        fact = quote.fact
        traced = self.sources.fact(UNITS[name], fact.table, fact.key, fact.field)
        if name == "price":
            traced = self.sources.derive(derive.monthly_price, traced)
        return traced, quote.date, fact.note or fact.key

    def lack(self, name: str, path: str) -> None:
        """Note that one of them is missing, and what it decides."""
        self.notes.lack(*LACKING[name], path)

    def records(self) -> tuple[Economics, ...]:
        """All that were asked for, and beside the company's own the market's."""
        for name, sells in self.found:
            if sells in market.CAPACITY:
                self.vintages.setdefault((name, sells), self._vintage(name, sells))
        return tuple(
            Economics(name, sells, traced.value if traced else None, period, note, whose)
            for whose, held in (("own", self.found), ("market", self.vintages))
            for (name, sells), (traced, period, note) in held.items()
        )

    def power_at(self, sells: str, day: str) -> Traced | None:
        """Critical IT of a kind that bills on a day: as the company reports it, else as its blocks state it."""
        kinds = {block.sells or "accelerators" for block in self._own_blocks().values()}
        row = self.figures.on(Kw, day, *POWER[sells]) if kinds <= {sells} else None
        if row is not None:
            return row.traced
        if any(_silent(block, sells) for block in self._own_blocks().values()):
            return None
        stated = list(self._stated(sells, month_number(day)))
        return self.sources.derive(derive.all_power, *stated) if stated else None

    def _own_blocks(self) -> dict[str, BlockChapter]:
        return {name: block for name, block in self.sources.document.company.blocks.items() if block.factory is None}

    def _stated(self, sells: str, month: int) -> Iterator[Traced]:
        for name, block in self._own_blocks().items():
            levels = block.power.billing if block.power and (block.sells or "accelerators") == sells else None
            if levels and reached(levels, month) is not None:
                stated = {month_number(key): key for key in levels}
                last = stated[max(key for key in stated if key <= month)]
                yield self.sources.required(f"blocks.{name}.power.billing.{last}", Kw)

    def _share(self, sells: str) -> Traced:
        """Share of a kind of capacity in all revenue, as the file states its business."""
        business = self.sources.document.company.business
        shares = [
            self.sources.required(f"business.{name}.share", One)
            for name, part in business.items()
            if part.sells == sells
        ]
        if not shares:
            return self.sources.absent(f"business {sells}", 1.0, One, "the file states no other business")
        return self.sources.derive(derive.sum_of_shares, *shares)

    def _whose(self, sells: str) -> str:
        """A word where a figure is of more than one kind of capacity."""
        return "" if np.all(np.asarray(self._share(sells).value) == 1.0) else "of the whole company"

    def _price(self, sells: str) -> tuple[Traced | None, str, str]:
        own = self.figures.newest(Usd, "quarter", *OF_KIND[sells])
        quarter = own or self.figures.newest(Usd, "quarter", *REVENUE)
        if quarter is None:
            return None, "", ""
        end = self.power_at(sells, quarter.end)
        before = self.power_at(sells, _quarter_before(quarter.end))
        ends = [power for power in (before, end) if power is not None]
        if not ends:
            return None, quarter.period, ""
        note = "" if len(ends) > 1 else "the power at one end of the quarter alone is known"
        share = (
            self.sources.absent(f"business {sells} alone", 1.0, One, f"{own.metric} is of it alone") if own else None
        )
        price = self.sources.derive(derive.price_of_quarter, quarter.traced, share or self._share(sells), *ends)
        return price, quarter.period, note

    def _margin(self, sells: str) -> tuple[Traced | None, str, str]:
        for day in self.figures.ends("year", "revenue"):
            parts = [self.figures.of(Usd, "year", day, name) for name in ("revenue", *COST)]
            if all(part is not None for part in parts):
                known = [part.traced for part in parts if part is not None]
                note = self._whose(sells)
                return self.sources.derive(derive.contract_margin, *known), parts[0].period if parts[0] else "", note
        return None, "", ""

    def _capex(self, sells: str) -> tuple[Traced | None, str, str]:
        """From the newest balance sheet that has all of it."""
        for day in self.figures.ends("instant", "property_equipment_gross"):
            gross, construction = (
                self.figures.on(Usd, day, name) for name in ("property_equipment_gross", "construction_in_progress")
            )
            power = self.power_at(sells, day) if day <= self.dates.balance_date else None
            if gross is not None and construction is not None and power is not None:
                found = self.sources.derive(derive.capex_of_plant, gross.traced, construction.traced, power)
                return found, gross.period, self._whose(sells)
        return None, "", ""


def _silent(block: BlockChapter, sells: str) -> bool:
    """Whether a block of a kind bills and the file does not say how much."""
    order = any(item is not None for item in (block.full, block.starts, block.value, block.deal))
    return (block.sells or "accelerators") == sells and block.power is None and not order


def basis_of(sources: Sources, quote: market.Quote) -> str:
    """Of what a price is: a fleet, a contract, a short term; of a deal its type."""
    fact = quote.fact
    found = sources.library.seen(fact.table, fact.key, "basis") if fact is not None else None
    return str(found.value) if found is not None else ""


def _quarter_before(day: str) -> str:
    """The last day of the quarter before one that ends on a day."""
    return last_day(month_name(month_number(day) - MONTHS_PER_QUARTER))
