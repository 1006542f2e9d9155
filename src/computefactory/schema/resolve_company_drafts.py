"""The blocks of a company before they are split by customer: what bills, is sold and comes, when, at what price.

Power is as the file states it by stage and month, else what the company reports less all other blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from computefactory.company.inputs import ANNOUNCED, SECURED
from computefactory.schema import derive
from computefactory.schema.company import BlockChapter
from computefactory.schema.company_rows import POWER
from computefactory.schema.figures import Figures
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_dates import CompanyDates
from computefactory.schema.resolve_company_economics import OwnEconomics
from computefactory.schema.resolve_company_notes import Notes
from computefactory.timeline import month_number
from computefactory.units import Kw, Month, One, Usd, UsdPerKwMonth

__all__ = ["DEFAULT", "LET", "UNSOLD", "Draft", "drafted"]

DEFAULT = ("company", "default")
LET = ("accelerators", "shell")  # what a contract of some years holds
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
    new_power: Traced  # power that has begun to bill since, by the question
    new_from: Traced  # mean month in which it did
    new_last: Traced  # month in which the last of that did
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

    @property
    def to_begin(self) -> bool:
        """Whether any of it has not begun to bill by the question."""
        bills = np.asarray(self.power.value) + np.asarray(self.new_power.value)
        return self.sold is None or bool(np.any(np.asarray(self.sold.value) > bills))


def drafted(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, own: OwnEconomics) -> list[Draft]:
    """Every block without a factory file of its own, in the order of the file."""
    file = sources.document.company
    capacity = {name: chapter for name, chapter in file.blocks.items() if chapter.factory is None}
    drafts = [_draft(sources, dates, name, chapter) for name, chapter in capacity.items()]
    _rest_of_power(sources, figures, dates, notes, drafts)
    for draft in drafts:
        _dates(sources, figures, dates, notes, draft)
        _economics(sources, figures, own, draft)
        _order(sources, notes, draft)
    return drafts


def _draft(sources: Sources, dates: CompanyDates, name: str, chapter: BlockChapter) -> Draft:
    path = f"blocks.{name}"
    sells = str(sources.stated(f"{path}.sells", "text", "accelerators", "the file says nothing else").value)
    power = _level(sources, path, "billing", dates.balance_month)
    power = power or sources.absent(f"{path}.billing", 0.0, Kw, "none of it bills")
    none = sources.absent(f"{path}.new_power", 0.0, Kw, "the file states nothing after the balance date")
    never = sources.absent(f"{path}.new_from", 0.0, Month, "nothing of it began after the balance date")
    draft = Draft(name, path, chapter, sells, power, _billed(sources, dates, path, chapter), none, never, never)
    draft.sold = _last(sources, path, "sold") or _last(sources, path, "billing")
    _begun(sources, dates, draft)
    if draft.sold is None and chapter.power is not None and not _is_order(chapter):
        draft.sold = sources.absent(f"{path}.sold", 0.0, Kw, "none of it is sold")
    before = draft.sold
    for stage in UNSOLD:
        level = _last(sources, path, stage)
        if level is not None and before is not None:
            draft.beyond[stage] = sources.derive(derive.beyond_power, level, before)
        before = level or before
    return draft


def _begun(sources: Sources, dates: CompanyDates, draft: Draft) -> None:
    """What has begun to bill since the balance sheet, as the file states it up to the question."""
    levels, before, parts = _levels(draft.chapter, "billing"), draft.power, []
    for month in sorted(levels):
        if dates.balance_month < month <= month_number(dates.as_of) and draft.sold is not None:
            path = f"{draft.path}.power.billing.{levels[month]}"
            level = sources.required(path, Kw)
            day = sources.derive(derive.calendar_month, sources.name_at(path, levels[month]))
            added = sources.derive(derive.power_added, before, draft.sold, level)
            parts += [added, dates.from_start(sources, day)]
            before = level
    if parts and np.any(np.asarray(draft.sold.value if draft.sold else 0) > np.asarray(draft.power.value)):
        draft.new_power = sources.derive(derive.all_power, *parts[::2])
        draft.new_from, draft.new_last = sources.derive(derive.mean_month, *parts), parts[-1]


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
    if not draft.to_begin:
        draft.start = draft.new_last
        draft.ramp = sources.absent(f"{path}.ramp", 1.0, Month, "all of it has begun to bill")
        return draft.new_last
    planned = {n: name for n, name in _levels(chapter, "billing").items() if n > month_number(dates.as_of)}
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
        if np.all(np.asarray(full.value) < 0):
            notes.say(f"{draft.name} was to be full before {dates.balance_date} and was not: the rest bills at once")
    elif begun is not None:
        full = sources.derive(derive.end_of_ramp, begun, usual)
    else:
        notes.lack(f"when all of {draft.name} bills", "when its revenue comes and its cost is paid", f"{path}.full")
        full = sources.fact(Month, *DEFAULT, "delivery", path=f"{path}.full")
    draft.start = begun or sources.derive(derive.first_of_ramp, full, usual)
    if np.any(np.asarray(draft.new_power.value) > 0):
        draft.start = sources.derive(derive.after_new, draft.start, draft.new_last)
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
