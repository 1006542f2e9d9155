"""The blocks of a company: how much of each bills and is sold, when the rest comes, what it earns and costs.

A block is drafted first, then the book is spread over what the drafts can bill, then each is split by customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from computefactory.company.inputs import ANNOUNCED, SECURED, SOLD, Block
from computefactory.library import market
from computefactory.schema import derive
from computefactory.schema.company import BlockChapter
from computefactory.schema.figures import Figures
from computefactory.schema.fill import fill
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_book import Book, book_of, spread_over
from computefactory.schema.resolve_company_dates import CompanyDates
from computefactory.schema.resolve_company_economics import POWER, SECURED_POWER, Economics, OwnEconomics, basis_of
from computefactory.schema.resolve_company_names import factory_file
from computefactory.schema.resolve_company_notes import Notes
from computefactory.schema.resolve_credit import grade_of
from computefactory.timeline import month_number
from computefactory.units import Kw, Month, One, PerYear, Usd, UsdPerKw, UsdPerKwMonth, UsdPerKwYear

__all__ = ["Blocks", "Draft", "blocks"]

DEFAULT = ("company", "default")
LET = ("accelerators", "shell")  # what a contract of some years holds
VARIOUS = "various"
UNRATED = "unrated"
UNSOLD = {"secured": SECURED, "pipeline": ANNOUNCED}


@dataclass
class Draft:
    """A block before it is split by customer; months from month 0."""

    name: str
    path: str
    chapter: BlockChapter
    sells: str
    power: Traced  # that bills at the balance date
    billed: Traced  # months that it has billed by then
    sold: Traced | None = None  # None: as much as its value, or the rest of the book, takes
    start: Traced | None = None
    ramp: Traced | None = None
    until: Traced | None = None
    price: Traced | None = None
    on_demand: Traced | None = None
    value: Traced | None = None  # of an order
    owed: Traced | None = None  # of that what the buyer owes
    inside: bool = False  # the book holds the order
    book: Traced | None = None
    deferred: Traced | None = None
    beyond: dict[str, Traced] = field(default_factory=dict)  # secured and not sold, announced and not secured

    @property
    def is_sold(self) -> bool:
        """Whether customers have signed any of it."""
        return self.sold is None or not self.beyond or bool(np.any(np.asarray(self.sold.value) > 0))

    @property
    def undelivered(self) -> bool:
        """Whether any of it is still to come."""
        return self.sold is None or bool(np.any(np.asarray(self.sold.value) > np.asarray(self.power.value)))


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a company, and what follows from all of them."""

    records: tuple[Block, ...]
    ends: tuple[Traced, ...]  # last months of contracts and silicon, from month 0
    book_ends: tuple[Traced, ...]  # of what customers owe
    book: Book
    economics: tuple[Economics, ...]


def blocks(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, loan_rate: Traced) -> Blocks:
    """All blocks, those of factories inside as placeholders of their own months."""
    own = OwnEconomics(sources, figures, dates, notes)
    file = sources.document.company
    capacity = {name: chapter for name, chapter in file.blocks.items() if chapter.factory is None}
    drafts = [_draft(sources, dates, name, chapter) for name, chapter in capacity.items()]
    _rest_of_power(sources, figures, dates, notes, drafts)
    for draft in drafts:
        _dates(sources, figures, dates, notes, draft)
        _economics(sources, figures, own, draft)
        _order(sources, notes, draft)
    book = book_of(sources, figures, dates, notes)
    spread_over(sources, notes, book, drafts)
    made = Made(sources, figures, dates, notes, own, loan_rate)
    records = [block for draft in drafts for block in made.sold(draft)]
    records += [block for draft in drafts for block in made.unsold(draft)]
    records += made.secured_beside(drafts)
    records += [made.inside(name) for name, chapter in file.blocks.items() if chapter.factory is not None]
    return Blocks(
        tuple(records),
        tuple(made.ends),
        tuple(draft.until for draft in drafts if draft.until is not None and draft.book is not None),
        book,
        own.records(),
    )


def _draft(sources: Sources, dates: CompanyDates, name: str, chapter: BlockChapter) -> Draft:
    path = f"blocks.{name}"
    sells = str(sources.stated(f"{path}.sells", "text", "accelerators", "the file says nothing else").value)
    power = _level(sources, path, "billing", dates.balance_month)
    power = power or sources.absent(f"{path}.billing", 0.0, Kw, "none of it bills")
    draft = Draft(name, path, chapter, sells, power, _billed(sources, dates, path, chapter))
    draft.sold = _last(sources, path, "sold") or _last(sources, path, "billing")
    if draft.sold is None and chapter.power is not None and not _is_order(chapter):
        draft.sold = sources.absent(f"{path}.sold", 0.0, Kw, "none of it is sold")
    before = draft.sold
    for stage in UNSOLD:
        level = _last(sources, path, stage)
        if level is not None and before is not None:
            draft.beyond[stage] = sources.derive(derive.beyond_power, level, before)
        before = level or before
    return draft


def _billed(sources: Sources, dates: CompanyDates, path: str, chapter: BlockChapter) -> Traced:
    """Months since the first of a block billed, by the months that its file states."""
    levels = _levels(chapter, "billing")
    if not levels or min(levels) >= dates.balance_month:
        return sources.absent(f"{path}.billed", 0.0, Month, "the file states nothing of it before the balance date")
    first = levels[min(levels)]
    month = sources.derive(derive.calendar_month, sources.name_at(f"{path}.power.billing.{first}", first))
    return sources.derive(derive.months_billed, month, dates.month_0)


def _levels(chapter: BlockChapter, stage: str) -> dict[int, str]:
    """The months of a stage of a block, by calendar month number."""
    levels = getattr(chapter.power, stage) if chapter.power else None
    return {month_number(name): name for name in levels or {}}


def _level(sources: Sources, path: str, stage: str, month: int) -> Traced | None:
    """What a stage has reached by a month; None where the file says nothing by then."""
    chapter = sources.document.company.blocks[path.removeprefix("blocks.")]
    past = {number: name for number, name in _levels(chapter, stage).items() if number <= month}
    return sources.required(f"{path}.power.{stage}.{past[max(past)]}", Kw) if past else None


def _last(sources: Sources, path: str, stage: str) -> Traced | None:
    """What a stage reaches in the end, plans included."""
    chapter = sources.document.company.blocks[path.removeprefix("blocks.")]
    found = _levels(chapter, stage)
    for number, name in found.items():
        if number != max(found):
            sources.account.read(f"{path}.power.{stage}.{name}")
    return sources.required(f"{path}.power.{stage}.{found[max(found)]}", Kw) if found else None


def _is_order(chapter: BlockChapter) -> bool:
    """Whether a block is still to be delivered by what the file says of it."""
    stated = (chapter.full, chapter.starts, chapter.value, chapter.deal)
    return any(item is not None for item in stated)


def _rest_of_power(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, drafts: list[Draft]) -> None:
    """Give a block whose power nobody states what the company reports less all others of its kind."""
    for sells in dict.fromkeys(draft.sells for draft in drafts):
        same = [draft for draft in drafts if draft.sells == sells]
        silent = [draft for draft in same if draft.chapter.power is None and not _is_order(draft.chapter)]
        row = figures.newest(Kw, "instant", *POWER[sells], until=dates.balance_date)
        for draft in silent:
            if row is not None:
                others = [other.power for other in same if other is not draft]
                draft.power = sources.derive(derive.rest_of_power, row.traced, *others)
            elif sells in LET:
                name = f"critical IT of {draft.name} that bills"
                notes.lack(name, "price of a MW, capacity", f"{draft.path}.power")
            draft.sold = draft.power
        if row is not None:
            for draft in silent[1:]:
                given = f"no power, and none of {silent[0].name}"
                sources.refuse("missing", f"{draft.path}.power", given, "the power of all blocks but one")


def _dates(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, draft: Draft) -> None:
    """When the rest of a block comes, and when its contracts end."""
    full = None
    if draft.undelivered:
        full = _full(sources, dates, notes, draft)
    else:
        draft.start = sources.absent(f"{draft.path}.first", 0.0, Month, "all of it is delivered")
        draft.ramp = sources.absent(f"{draft.path}.ramp", 1.0, Month, "all of it is delivered")
    stated = sources.given(f"{draft.path}.until", "month")
    if stated is not None:
        draft.until = dates.after(sources, stated)
        if np.all(np.asarray(draft.until.value) <= 0):
            notes.warnings.append(
                f"the contracts of {draft.name} ended before {dates.balance_date}: nobody owes its revenue"
            )
        return
    bills = full or sources.absent(f"{draft.path}.full in service", -1.0, Month, "all of it bills at the balance date")
    draft.until = sources.derive(derive.contract_end, bills, _tenor(sources, figures, notes, draft))


def _full(sources: Sources, dates: CompanyDates, notes: Notes, draft: Draft) -> Traced:
    """The month in which the last of a block bills; sets its ramp."""
    chapter, path = draft.chapter, draft.path
    planned = {n: name for n, name in _levels(chapter, "billing").items() if n > dates.balance_month}
    starts = sources.given(f"{path}.starts", "month")
    stated = sources.given(f"{path}.full", "month")
    if stated is None and planned:
        stated, starts = (
            sources.derive(
                derive.calendar_month, sources.name_at(f"{path}.power.billing.{planned[which]}", planned[which])
            )
            for which in (max(planned), min(planned))
        )
    usual = sources.fact(Month, *DEFAULT, "ramp", path=f"{path}.starts")
    begun = dates.from_start(sources, starts) if starts is not None else None
    if stated is not None:
        full = dates.from_start(sources, stated)
    elif begun is not None:
        full = sources.derive(derive.end_of_ramp, begun, usual)
    else:
        notes.lack(f"when all of {draft.name} bills", "when its revenue comes and its cost is paid", f"{path}.full")
        full = sources.fact(Month, *DEFAULT, "delivery", path=f"{path}.full")
    draft.start = begun or sources.derive(derive.first_of_ramp, full, usual)
    draft.ramp = sources.derive(derive.ramp_between, draft.start, full)
    return full


def _tenor(sources: Sources, figures: Figures, notes: Notes, draft: Draft) -> Traced:
    """Time that contracts run: stated, of the deal, of the company's book, else as such contracts do."""
    path, deal = f"{draft.path}.tenor_left", draft.chapter.deal
    stated = sources.given(path, Month)
    if stated is not None:
        return stated
    if deal is not None and sources.library.seen("deal", deal, "tenor") is not None:
        return sources.fact(Month, "deal", deal, "tenor", path=path)
    reported = figures.newest(Month, "instant", "weighted_average_contract_duration")
    if reported is not None and draft.sells == "accelerators":
        return reported.traced
    if draft.sells in LET:
        notes.lack(f"when the contracts of {draft.name} end", "when its book lands, and what comes after", path)
    return sources.fact(Month, *DEFAULT, "tenor", path=path)


def _economics(sources: Sources, figures: Figures, own: OwnEconomics, draft: Draft) -> None:
    """The price of a block, and what is sold on demand beside it."""
    draft.price = sources.given(f"{draft.path}.price", UsdPerKwMonth)
    if draft.sells in LET:
        draft.price = draft.price or own.of("price", draft.sells)
    draft.on_demand = _on_demand(sources, figures, draft)


def _on_demand(sources: Sources, figures: Figures, draft: Draft) -> Traced:
    """Revenue that nobody owes over that which is owed; nothing beside an order, which takes all of its capacity."""
    if draft.chapter.value is not None or draft.chapter.deal is not None:
        return sources.absent(f"{draft.path}.on_demand", 0.0, One, "the order takes all of it")
    parts = sources.document.company.business
    shares: dict[bool, list[Traced]] = {True: [], False: []}
    for name, part in parts.items():
        if part.sells == draft.sells:
            shares[bool(part.committed)].append(sources.required(f"business.{name}.share", One))
    if shares[True]:
        committed = sources.derive(derive.sum_of_shares, *shares[True])
        return sources.derive(derive.beyond_committed, sources.derive(derive.committed_of, committed, *shares[False]))
    row = figures.newest(One, "instant", "committed_contract_revenue_share") if draft.sells == "accelerators" else None
    if row is not None and not parts:
        return sources.derive(derive.beyond_committed, row.traced)
    return sources.absent(f"{draft.path}.on_demand", 0.0, One, "nothing is said to be sold on demand")


def _order(sources: Sources, notes: Notes, draft: Draft) -> None:
    """What an order is worth, and what of it the buyer owes."""
    chapter, path, deal = draft.chapter, draft.path, draft.chapter.deal
    if deal is not None and not any(sources.library.seen("deal", deal, name) for name in ("seller", "announced")):
        sources.fact("text", "deal", deal, "seller", path=f"{path}.deal", named_by=f"{path}.deal")
        return
    sources.given(f"{path}.deal")
    sources.given(f"{path}.up_to")
    value = sources.given(f"{path}.value", Usd)
    if value is None and deal is not None and sources.library.seen("deal", deal, "total_value") is not None:
        value = sources.fact(Usd, "deal", deal, "total_value", path=f"{path}.value")
    if value is None:
        return
    draft.value = draft.owed = value
    if chapter.up_to:
        owed = sources.given(f"{path}.owed", One)
        if owed is None:
            notes.lack(f"what the buyer owes of {draft.name}", "book: all that it may take counts", f"{path}.owed")
            notes.warnings.append(f"{draft.name}: the value is the most that the buyer may take, and all of it counts")
        else:
            draft.owed = sources.derive(derive.owed_value, value, owed)


@dataclass
class Made:
    """Makes the records of the ledger from drafts."""

    sources: Sources
    figures: Figures
    dates: CompanyDates
    notes: Notes
    own: OwnEconomics
    loan_rate: Traced
    ends: list[Traced] = field(default_factory=list)

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
        power = self.sources.derive(derive.rest_of_power, row.traced, *held)
        if not np.any(np.asarray(power.value) > 0) or self._price_beside(first.sells) is None:
            return []
        draft = Draft("secured", "blocks.secured", BlockChapter(customers={}), first.sells, first.power, first.billed)
        draft.price, draft.on_demand = self._price_beside(draft.sells), first.on_demand
        whole = self.sources.absent("blocks.secured", 1.0, One, "nobody has bought it")
        return [self._block(draft, "unsold", "", whole, SECURED, power)]

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
            "scheduled": self._scheduled(draft, kept),
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
        if stated is None and draft.sells not in LET:
            return self.sources.absent(f"{kept}.margin", 0.0, One, "nobody states what it leaves: nothing")
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

    def _scheduled(self, draft: Draft, kept: str) -> Traced:
        book = self.sources.document.company.book
        scheduled = bool(book and book.schedule) and draft.value is None and draft.sells in LET
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
        sources, library, day = self.sources, self.sources.library, self.dates.as_of
        left = sources.derive(derive.left_until, until, self.dates.asked)
        points = [
            point
            for tenor, quote in market.curve(library, "USD", day).items()
            if quote.fact is not None
            for rate in [sources.fact(PerYear, quote.fact.table, quote.fact.key, quote.fact.field)]
            for point in (sources.named_by(rate, str(tenor)), rate)
        ]
        spread = market.spread(library, str(credit.value), day)
        prices = [q for q in market.capacity_prices(library, draft.sells, day) if q.fact] if draft.sells in LET else []
        fleet = [q for q in prices if basis_of(sources, q) == "fleet"] or prices
        unknown = self.notes.unknown
        return {
            "risk_free": sources.derive(derive.risk_free_at, left, *points)
            if points
            else unknown(f"{kept}.risk_free", PerYear, f"risk-free rates on {day}", "industrial value", ""),
            "spread": sources.fact(PerYear, spread.fact.table, spread.fact.key, spread.fact.field)
            if spread.fact
            else unknown(
                f"{kept}.spread", PerYear, f"credit spread of {credit.value} on {day}", "industrial value", ""
            ),
            "market_price": sources.derive(derive.monthly_price, _of_year(sources, fleet[0]))
            if fleet
            else self._no_market_price(draft, kept),
        }

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
