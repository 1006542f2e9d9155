"""The records of a company's blocks: each split by customer, with its rates and prices of the market at the date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from computefactory.company.inputs import SECURED, SOLD, Block
from computefactory.library import market
from computefactory.schema import derive
from computefactory.schema.company import BlockChapter
from computefactory.schema.company_rows import SECURED_POWER
from computefactory.schema.figures import Figures, ReportedFigure
from computefactory.schema.fill import fill
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_book import MINED
from computefactory.schema.resolve_company_dates import CompanyDates
from computefactory.schema.resolve_company_drafts import DEFAULT, LET, UNSOLD, Draft
from computefactory.schema.resolve_company_economics import OwnEconomics, basis_of
from computefactory.schema.resolve_company_names import factory_file
from computefactory.schema.resolve_company_notes import Notes
from computefactory.schema.resolve_credit import grade_of
from computefactory.units import Kw, Month, One, PerYear, Usd, UsdPerKw, UsdPerKwMonth, UsdPerKwYear

__all__ = ["Made"]

VARIOUS = "various"
UNRATED = "unrated"


@dataclass
class Made:
    """Makes the records of the ledger from drafts."""

    sources: Sources
    figures: Figures
    dates: CompanyDates
    notes: Notes
    own: OwnEconomics
    loan_rate: Traced
    scheduled: bool = False  # the book has a published schedule
    ends: list[Traced] = field(default_factory=list)
    spreads: dict[str, Traced | None] = field(default_factory=dict)  # by letter
    prices: dict[str, Traced | None] = field(default_factory=dict)  # of the market, by what is sold

    def sold(self, draft: Draft) -> Iterator[Block]:
        """A block that is sold, by customer."""
        customers = draft.chapter.customers
        if not draft.is_sold:
            return
        if not customers:
            whole = self.sources.absent(f"{draft.path}.customers", 1.0, One, "one buyer, or many like one")
            yield self._block(draft, VARIOUS, "", whole, SOLD)
        for name in customers:
            yield self._block(draft, name, f"{draft.path}.customers.{name}", self._share(draft, name), SOLD)

    def unsold(self, draft: Draft) -> Iterator[Block]:
        """What of a block is secured and not sold, or announced and not secured; where a price is known."""
        draft.price = draft.price or self._price_beside(draft.sells)
        for stage, power in draft.beyond.items():
            if np.any(np.asarray(power.value) > 0) and draft.price is not None:
                whole = self.sources.absent(f"{draft.path}.{stage}", 1.0, One, "nobody has bought it")
                yield self._block(draft, f"unsold {stage}", "", whole, UNSOLD[stage], power)

    def secured_beside(self, drafts: list[Draft]) -> list[Block]:
        """What the company reports as secured beyond its blocks."""
        row = self.figures.newest(Kw, "instant", *SECURED_POWER)
        let = [draft for draft in drafts if draft.sells in LET]
        if row is None or not let:
            return []
        first = let[0]
        held = [draft.sold for draft in drafts if draft.sold is not None and draft.sells in LET]
        held += [draft.beyond["secured"] for draft in drafts if "secured" in draft.beyond]
        self._within_secured(row, held, [draft for draft in let if draft.chapter.power is None])
        power = self.sources.derive(derive.rest_of_power, row.traced, *held)
        if not np.any(np.asarray(power.value) > 0) or self._price_beside(first.sells) is None:
            return []
        draft = Draft(
            "secured",
            "blocks.secured",
            BlockChapter(customers={}),
            first.sells,
            first.power,
            first.billed,
            first.new_power,
            first.new_from,
            first.new_last,
        )
        draft.price, draft.on_demand = self._price_beside(draft.sells), first.on_demand
        whole = self.sources.absent("blocks.secured", 1.0, One, "nobody has bought it")
        return [self._block(draft, "unsold", "", whole, SECURED, power)]

    def _within_secured(self, row: ReportedFigure, held: list[Traced], derived: list[Draft]) -> None:
        """Refuse a book or an order for which more power than is secured would have to bill."""
        room = self.sources.fact(One, "company", "default", "book_room")
        taken = float(np.min(np.asarray(sum(power.value for power in held))))  # of scenarios the one that needs least
        most = float(np.max(row.traced.value))
        if derived and room.origin is not None and taken > most * (1 + float(np.max(room.value))):
            stated = self.sources.document.company.book
            path = "book.amount" if stated and stated.amount is not None else "blocks"
            given = f"a book that takes {taken / 1e3:,.0f} MW"
            expected = f"at most what is secured, {most / 1e3:,.6g} MW ({row.metric} of {row.period})"
            hint = f"its price, its time left or its amount: {', '.join(draft.name for draft in derived)}"
            self.sources.refuse("over_capacity", path, given, expected, hint)

    def _price_beside(self, sells: str) -> Traced | None:
        """The company's own price of a kind of capacity, else what the file states of another block."""
        return self.own.of("price", sells) or self._stated_beside(sells, "price", UsdPerKwMonth)

    def _stated_beside(self, sells: str, name: str, unit: object) -> Traced | None:
        """What the file states of the first block of a kind that states it."""
        for block, chapter in self.sources.document.company.blocks.items():
            if (chapter.sells or "accelerators") == sells and getattr(chapter, name) is not None:
                return self.sources.required(f"blocks.{block}.{name}", unit)
        return None

    def inside(self, name: str) -> Block:
        """A factory with a file of its own: its months come from its own run."""
        path = f"blocks.{name}"
        chapter = self.sources.document.company.blocks[name]
        customer = next(iter(chapter.customers), VARIOUS)
        zero = {
            item: self.sources.absent(f"{path}.{item}", 0.0, unit, "the factory's own file says it")
            for item, unit in _NUMBERS.items()
        }
        credit = self._credit(f"{path}.customers.{customer}" if chapter.customers else "")
        return fill(
            self.sources,
            Block,
            f"company.blocks.{name}",
            path,
            **{**zero, "name": name, "block": name, "customer": customer, "sells": "accelerators", "credit": credit},
            factory=factory_file(self.sources, name),
            stage=self.sources.absent(f"{path}.stage", SOLD, One, "what is underwritten is sold"),
        )

    def _share(self, draft: Draft, name: str) -> Traced:
        """A customer's share of a block: stated, or an equal one of what the others leave."""
        customers = draft.chapter.customers
        found = self.sources.given(f"{draft.path}.customers.{name}.share", One)
        if found is not None:
            return found
        silent = sum(customer.share is None for customer in customers.values())
        others = [
            self.sources.required(f"{draft.path}.customers.{other}.share", One)
            for other, customer in customers.items()
            if customer.share is not None
        ]
        count = self.sources.absent(f"{draft.path}.customers.silent", float(silent), One, "customers without a share")
        return self.sources.derive(derive.equal_share, count, *others)

    def _credit(self, path: str) -> Traced:
        """The letter of a customer's grade."""
        grade = grade_of(self.sources, path) if path else None
        if grade is None:
            return self.sources.absent(f"{path or 'customers'}.rating", UNRATED, "text", "the buyer has no grade")
        return self.sources.fact("text", "rating", grade, "letter", named_by=f"{path}.rating")

    def _block(
        self, draft: Draft, customer: str, path: str, share: Traced, stage: float, unsold: Traced | None = None
    ) -> Block:
        sources, name = self.sources, f"{draft.name} {customer}"
        kept = f"company.blocks.{name}"
        credit = self._credit(path)
        nothing = sources.absent(f"{kept}.nothing", 0.0, Usd, "nothing of it is sold")
        none = sources.absent(f"{kept}.none", 0.0, Kw, "none of it bills")
        power = none if unsold is not None else sources.derive(derive.part_of_power, draft.power, share)
        whole = unsold if unsold is not None else draft.sold
        full = sources.derive(derive.part_of_power, whole or draft.power, share)
        sold = unsold is None
        to_come = sold is False or draft.undelivered
        found: dict[str, Any] = {
            "name": name,
            "block": draft.name,
            "customer": self._called(path, customer),
            "sells": draft.sells,
            "credit": credit,
            "factory": "",
            "stage": sources.absent(f"{kept}.stage", stage, One, "by what is signed"),
            "power": power,
            "new_power": none if unsold is not None else sources.derive(derive.part_of_power, draft.new_power, share),
            "new_from": draft.new_from,
            "full_power": full,
            **(self._dates_of_unsold(draft) if unsold is not None else _dates_of(draft)),
            "price": draft.price or self._no_price(draft, kept),
            "margin": self._margin(draft, kept),
            "capex": self._capex(draft, kept, needed=to_come),
            "on_demand": draft.on_demand,
            "book": sources.derive(derive.part_of_money, draft.book, share) if sold and draft.book else nothing,
            "deferred": sources.derive(derive.part_of_money, draft.deferred, share)
            if sold and draft.deferred
            else nothing,
            "prepayment": self._prepayment(draft, share) if sold else nothing,
            "scheduled": self._scheduled(draft, kept, sold=sold),
            "loan_rate": self.loan_rate if to_come else self._nothing_lent(kept),
        }
        found["retires"] = self._retires(draft, found)
        self.ends += [found["until"], found["retires"]]
        found |= self._market(draft, kept, credit, found["until"])
        found |= self._shell(draft, kept)
        return fill(sources, Block, kept, draft.path, **found)

    def _nothing_lent(self, kept: str) -> Traced:
        return self.sources.absent(f"{kept}.loan_rate", 0.0, PerYear, "nothing of it is to be built")

    def _no_price(self, draft: Draft, kept: str) -> Traced:
        if draft.sells not in LET:
            return self.sources.absent(f"{kept}.price", 0.0, UsdPerKwMonth, "it is not let by the MW")
        found = self._of_market(draft, "price")
        return found or self._lack(f"{kept}.price", "price", UsdPerKwMonth, f"{draft.path}.price")

    def _of_market(self, draft: Draft, name: str) -> Traced | None:
        """The market's figure of the newest vintage, for capacity whose MW are known: it makes no MW of its own."""
        known = draft.sold if draft.sold is not None else draft.power
        if not np.all(np.isfinite(np.asarray(known.value))) or not np.any(np.asarray(known.value) > 0):
            return None
        return self.own.of_market(name, draft.sells)

    def _called(self, path: str, customer: str) -> Any:
        return self.sources.required(f"{path}.buyer") if path else customer

    def _lack(self, kept: str, name: str, unit: object, path: str) -> Traced:
        self.own.lack(name, path)
        return self.sources.absent(kept, float("nan"), unit, "nobody states it")

    def _dates_of_unsold(self, draft: Draft) -> dict[str, Traced]:
        """What is not sold comes after the usual time, or as its block says, and is let for the usual one."""
        sources = self.sources
        if draft.start is not None and draft.ramp is not None and draft.undelivered:
            full = sources.derive(derive.end_of_ramp, draft.start, draft.ramp)
        else:
            full = sources.fact(Month, *DEFAULT, "delivery")
        start = sources.derive(derive.first_of_ramp, full, sources.fact(Month, *DEFAULT, "ramp"))
        ramp = sources.derive(derive.ramp_between, start, full)
        until = sources.derive(derive.contract_end, full, sources.fact(Month, *DEFAULT, "tenor"))
        return {"start": start, "ramp": ramp, "until": until}

    def _margin(self, draft: Draft, kept: str) -> Traced:
        stated = self.sources.given(f"{draft.path}.margin", One)
        if stated is None and draft.sells not in LET and draft.book is None:
            return self.sources.absent(f"{kept}.margin", 0.0, One, "no revenue of it counts")
        found = stated or self.own.of("margin", draft.sells) or self._stated_beside(draft.sells, "margin", One)
        found = found or self._of_market(draft, "margin")
        return found or self._lack(f"{kept}.margin", "margin", One, f"{draft.path}.margin")

    def _capex(self, draft: Draft, kept: str, *, needed: bool) -> Traced:
        stated = self.sources.given(f"{draft.path}.capex", UsdPerKw)
        found = stated or (self.own.of("capex", draft.sells) if draft.sells in LET else None)
        found = found or self._stated_beside(draft.sells, "capex", UsdPerKw)
        if found is None and (not needed or draft.sells not in LET):
            return self.sources.absent(f"{kept}.capex", 0.0, UsdPerKw, "nothing of it is to be built")
        found = found or self._of_market(draft, "capex")
        return found or self._lack(f"{kept}.capex", "capex", UsdPerKw, f"{draft.path}.capex")

    def _prepayment(self, draft: Draft, share: Traced) -> Traced:
        stated = self.sources.given(f"{draft.path}.prepayment.share", One)
        if stated is None or draft.owed is None:
            return self.sources.absent(f"{draft.path}.prepayment", 0.0, Usd, "no prepayment is said to come")
        whole = self.sources.derive(derive.part_of_money, draft.owed, stated)
        return self.sources.derive(derive.part_of_money, whole, share)

    def _scheduled(self, draft: Draft, kept: str, *, sold: bool) -> Traced:
        scheduled = self.scheduled and sold and draft.owed is None and draft.sells != MINED
        why = "its book lands by the published schedule" if scheduled else "its book lands as its capacity bills"
        return self.sources.absent(f"{kept}.scheduled", float(scheduled), One, why)

    def _retires(self, draft: Draft, found: dict[str, Any]) -> Traced:
        """The first month after the life of what is let."""
        row = "release_life" if draft.sells == "shell" else "silicon_economic_life"
        life = self.sources.fact(Month, "values", "default", row)
        return self.sources.derive(derive.retirement, self._since(draft, found), life, found["until"])

    def _since(self, draft: Draft, found: dict[str, Any]) -> Traced:
        """The month in which the middle of it came into service, from month 0."""
        sources = self.sources
        stated = sources.given(f"{draft.path}.in_service", "month")
        if stated is not None:
            return self.dates.from_start(sources, stated)
        if draft.undelivered or float(np.max(found["stage"].value)) > SOLD:
            return sources.derive(derive.middle_of_ramp, found["start"], found["ramp"])
        if np.any(np.asarray(draft.billed.value) > 0):
            return sources.derive(derive.months_ago, draft.billed)
        self._lack_age(draft)
        return sources.absent(f"{draft.path}.since", 0.0, Month, "as if it were new at the balance date")

    def _lack_age(self, draft: Draft) -> None:
        if draft.sells in LET and np.any(np.asarray(draft.power.value) > 0):
            decides = "when it retires: its life counts from the balance date"
            self.notes.lack(f"when {draft.name} came into service", decides, f"{draft.path}.in_service")

    def _market(self, draft: Draft, kept: str, credit: Traced, until: Traced) -> dict[str, Traced]:
        """Rates and prices of the market on the day of the question."""
        sources, day = self.sources, self.dates.as_of
        left = sources.derive(derive.left_until, until, self.dates.asked)
        points, spread = self.curve, self._spread(str(credit.value))
        unknown = self.notes.unknown
        return {
            "risk_free": sources.derive(derive.risk_free_at, left, *points)
            if points
            else unknown(f"{kept}.risk_free", PerYear, f"risk-free rates on {day}", "industrial value", ""),
            "spread": spread
            or unknown(f"{kept}.spread", PerYear, f"credit spread of {credit.value} on {day}", "industrial value", ""),
            "market_price": self._price_of_market(draft.sells) or self._no_market_price(draft, kept),
        }

    @cached_property
    def curve(self) -> tuple[Traced, ...]:
        """Points of the risk-free curve: months and a rate in turn."""
        quotes = market.curve(self.sources.library, "USD", self.dates.as_of)
        return tuple(
            point
            for tenor, quote in quotes.items()
            if quote.fact is not None
            for rate in [self.sources.fact(PerYear, quote.fact.table, quote.fact.key, quote.fact.field)]
            for point in (self.sources.named_by(rate, str(tenor)), rate)
        )

    def _spread(self, letter: str) -> Traced | None:
        """Credit spread of a grade; looked up once each."""
        if letter not in self.spreads:
            fact = market.spread(self.sources.library, letter, self.dates.as_of).fact
            self.spreads[letter] = self.sources.fact(PerYear, fact.table, fact.key, fact.field) if fact else None
        return self.spreads[letter]

    def _price_of_market(self, sells: str) -> Traced | None:
        """What the market paid for such capacity, a fleet before one contract; looked up once each."""
        if sells not in self.prices:
            quotes = market.capacity_prices(self.sources.library, sells, self.dates.as_of) if sells in LET else ()
            known = [quote for quote in quotes if quote.fact is not None]
            fleet = [quote for quote in known if basis_of(self.sources, quote) == "fleet"] or known
            year = _of_year(self.sources, fleet[0]) if fleet else None
            self.prices[sells] = self.sources.derive(derive.monthly_price, year) if year else None
        return self.prices[sells]

    def _no_market_price(self, draft: Draft, kept: str) -> Traced:
        if draft.sells not in LET:
            return self.sources.absent(f"{kept}.market_price", 0.0, UsdPerKwMonth, "it is not let by the MW")
        name = f"price of such capacity on {self.dates.as_of}"
        return self.notes.unknown(f"{kept}.market_price", UsdPerKwMonth, name, "value after contracts", "")

    def _shell(self, draft: Draft, kept: str) -> dict[str, Traced]:
        sources, shell = self.sources, draft.chapter.shell
        owned = sources.absent(f"{kept}.tenure", 0.0, One, "its shell is leased, or nobody says whose it is")
        if shell is not None:
            owned = sources.derive(derive.is_owned, sources.required(f"{draft.path}.shell.tenure"))
        rent = sources.given(f"{draft.path}.shell.rent", UsdPerKwMonth)
        return {"owned_shell": owned, "shell_rent": rent or sources.fact(UsdPerKwMonth, *DEFAULT, "rent")}


def _dates_of(draft: Draft) -> dict[str, Traced]:
    """The dates of what is sold."""
    return {"start": draft.start, "ramp": draft.ramp, "until": draft.until}  # type: ignore[dict-item]  # set by now


def _of_year(sources: Sources, quote: market.Quote) -> Traced:
    assert quote.fact is not None
    return sources.fact(UsdPerKwYear, quote.fact.table, quote.fact.key, quote.fact.field)


_NUMBERS: dict[str, object] = {  # of a block whose months come from a factory's own run
    "power": Kw,
    "new_power": Kw,
    "new_from": Month,
    "full_power": Kw,
    "start": Month,
    "ramp": Month,
    "until": Month,
    "retires": Month,
    "price": UsdPerKwMonth,
    "margin": One,
    "book": Usd,
    "deferred": Usd,
    "prepayment": Usd,
    "prepaid_lead": Month,
    "scheduled": One,
    "on_demand": One,
    "capex": UsdPerKw,
    "lead": Month,
    "handover": Month,
    "advance": One,
    "loan_rate": PerYear,
    "loan_tenor": Month,
    "book_life": Month,
    "risk_free": PerYear,
    "spread": PerYear,
    "market_price": UsdPerKwMonth,
    "decline": PerYear,
    "sold_after": One,
    "owned_shell": One,
    "shell_rent": UsdPerKwMonth,
}
