"""What stands once for a company: its cash, plant, overhead, tax and rates."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from computefactory.company.inputs import CompanyTerms
from computefactory.schema import derive
from computefactory.schema.company_rows import CASH
from computefactory.schema.figures import Figures
from computefactory.schema.fill import fill
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_book import landing
from computefactory.schema.resolve_company_dates import CompanyDates
from computefactory.schema.resolve_company_notes import Notes
from computefactory.schema.resolve_company_shares import basic
from computefactory.units import Kw, Month, One, Usd, UsdPerKw, UsdPerMonth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from computefactory.schema.resolve_company_blocks import Blocks

__all__ = ["terms"]

DEFAULT = ("company", "default")
NONE = "nobody states any"
UNKNOWN = "nobody states it, or of a segment: it is its parent's"


def terms(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, found: Blocks) -> CompanyTerms:
    """What stands once."""
    overhead, stock_pay = _overhead(sources, figures, notes)
    plant, construction, life = _plant(sources, figures, dates, notes)
    until = sources.given("overhead.until", "month")
    ends = found.book_ends or (dates.asked,)
    return fill(
        sources,
        CompanyTerms,
        "company.terms",
        "",
        as_of=dates.asked,
        schedule=landing(sources, found.book, dates, found.book_ends),
        stage=sources.asked("stage", 0.0, One),
        overhead=overhead,
        stock_pay=stock_pay,
        overhead_until=dates.after(sources, until) if until is not None else sources.derive(derive.latest_of, *ends),
        opening_cash=_opening_cash(sources, figures, dates, notes),
        restricted_cash=_stated_or_row(sources, figures, dates, "cash.restricted", "restricted_cash"),
        proceeds=sources.derive(derive.proceeds_by_month, dates.timeline, *_proceeds(sources, dates)),
        construction=construction,
        plant=plant,
        plant_life=life,
        capitalised=_capitalised(sources, figures),
        losses=_losses(sources, notes),
        lease_liability=_leases(sources, figures, dates, notes),
        land_value=_land(sources),
        shares_stated=basic(sources, figures),
    )


def _stated_or_row(
    sources: Sources, figures: Figures, dates: CompanyDates, path: str, *metrics: str, why: str = NONE
) -> Traced:
    """A balance as stated, else the row of the balance date; nothing where there is none."""
    found = sources.given(path, Usd)
    if found is None and (row := figures.on(Usd, dates.balance_date, *metrics)) is not None:
        found = row.traced
    return found or sources.absent(path, 0.0, Usd, why)


def _opening_cash(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes) -> Traced:
    found = sources.given("cash.unrestricted", Usd)
    if found is not None:
        return found
    row = figures.on(Usd, dates.balance_date, *CASH)
    if row is not None:
        return row.traced
    if sources.document.company.parent is None:
        notes.lack("unrestricted cash at the balance date", "net debt, and when money runs out", "cash.unrestricted")
    return sources.absent("cash.unrestricted", nan, Usd, UNKNOWN)


def _proceeds(sources: Sources, dates: CompanyDates) -> Iterator[Traced]:
    """Month and amount of each offering after the balance sheet; what came before is in its cash."""
    cash = sources.document.company.cash
    for name, offering in (cash.proceeds if cash else {}).items():
        day = sources.required(f"cash.proceeds.{name}.date")
        amount = sources.required(f"cash.proceeds.{name}.amount", Usd)
        if offering.date > dates.balance_date:
            yield sources.derive(derive.month_of_question, day, dates.month_0)
            yield amount


def _overhead(sources: Sources, figures: Figures, notes: Notes) -> tuple[Traced, Traced]:
    """Sales and administration without share-based pay, and that pay, by the month: stated, else of the last year."""
    stated = sources.given("overhead.amount", UsdPerMonth)
    paid = sources.given("overhead.stock_compensation", UsdPerMonth)
    year = figures.newest(Usd, "year", "general_admin")
    sales = figures.of(Usd, "year", year.end, "sales_marketing") if year else None
    stock = figures.of(Usd, "year", year.end, "stock_based_compensation") if year else None
    none = sources.absent("overhead.stock", 0.0, Usd, "share-based pay is not apart: it is in the overhead")
    newest = figures.newest(Usd, "year", "stock_based_compensation") if paid is None else None
    if newest is not None:  # of a later year than the overhead, where only that was found
        paid = sources.derive(derive.yearly_to_monthly, newest.traced)
    elif paid is None:
        notes.lack(
            "share-based pay of a full year", "overhead: it is in it, as if it were paid", "overhead.stock_compensation"
        )
    paid = paid or sources.absent("overhead.stock_compensation", 0.0, UsdPerMonth, "not known apart from overhead")
    if stated is None and year is not None and sales is not None:
        stated = sources.derive(derive.overhead_of_year, sales.traced, year.traced, stock.traced if stock else none)
    elif stated is None:
        notes.lack("sales and administration of a full year", "EBITDA, value: none is taken off", "overhead.amount")
    return stated or sources.absent("overhead.amount", 0.0, UsdPerMonth, NONE), paid


def _plant(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes) -> tuple[Traced, Traced, Traced]:
    """Property in service, construction in progress and the life left of what is in service.

    Of the balance date, else of the newest sheet before it that gives them, and said.
    """
    day = dates.balance_date
    net, construction = (
        figures.newest(Usd, "instant", name, until=day)
        for name in ("property_equipment_net", "construction_in_progress")
    )
    gross = figures.on(Usd, net.end, "property_equipment_gross") if net else None
    for what, found in (("property and equipment", net), ("construction in progress", construction)):
        if found is not None and found.end < day:
            notes.say(f"{what} is that of {found.period}: none of {day} was public")
    usual = figures.newest(Month, "instant", "useful_life_servers", "useful_life_technology")
    life = usual.traced if usual else sources.fact(Month, *DEFAULT, "book_life")
    nothing = sources.absent("reported.construction_in_progress", 0.0, Usd, NONE)
    if construction is None and sources.document.company.blocks:
        notes.lack("construction in progress", "what of the undelivered is paid already", "reported")
    building = construction.traced if construction else nothing
    if net is None:
        notes.lack("property and equipment", "depreciation, tax", "reported")
        return sources.absent("reported.property_equipment_net", 0.0, Usd, NONE), building, life
    plant = sources.derive(derive.plant_in_service, net.traced, building)
    if gross is not None:
        life = sources.derive(derive.plant_life_left, net.traced, gross.traced, building, life)
    return plant, building, life


def _capitalised(sources: Sources, figures: Figures) -> Traced:
    """Share of interest that is capitalised: stated, else of the newest period that gives it."""
    stated = sources.given("financing.capitalised", One)
    if stated is not None:
        return stated
    row = figures.newest(Usd, "instant", "capitalised_interest")
    kind = "year" if row and len(row.period) <= len("FY2024") else "quarter"
    paid = figures.of(Usd, kind, row.end, "interest_expense") if row else None
    if row is None or paid is None:
        return sources.absent("financing.capitalised", 0.0, One, "no row gives what is capitalised")
    return sources.derive(derive.capitalised_share, row.traced, paid.traced)


def _losses(sources: Sources, notes: Notes) -> Traced:
    stated = sources.given("tax.losses", Usd)
    if stated is None and sources.document.company.parent is None:
        notes.lack("tax losses carried forward", "tax: none are used", "tax.losses")
    return stated or sources.absent("tax.losses", 0.0, Usd, NONE)


def _leases(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes) -> Traced:
    """The liability where leases are counted as a claim; nothing where their rent is a cost."""
    leases = sources.document.company.leases
    sources.given("leases.counted")
    sources.given("leases.signed", Usd)
    if leases is None or leases.counted != "claim":
        sources.given("leases.commenced", Usd)
        return sources.absent("leases.claim", 0.0, Usd, "rent is a cost in cash flow, and the liability no claim")
    found = _stated_or_row(sources, figures, dates, "leases.commenced", "operating_lease_liabilities")
    if found.origin is not None and found.origin.kind == "absent":
        notes.lack("liability of operating leases", "claims", "leases.commenced")
    return found


def _land(sources: Sources) -> Traced:
    """Powered land, by the chance that it is energised."""
    parts: list[Traced] = []
    for name in sources.document.company.land:
        status = sources.required(f"land.{name}.status")
        price = sources.given(f"land.{name}.price", UsdPerKw) or sources.fact(
            UsdPerKw, "value", "default", "undeveloped"
        )
        chance = sources.fact(One, "value", status, "energises", named_by=f"land.{name}.status")
        parts += [sources.required(f"land.{name}.power", Kw), price, chance]
    return sources.derive(derive.land_worth, *parts) if parts else sources.absent("land", 0.0, Usd, "no land is stated")
