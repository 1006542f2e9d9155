"""What stands once for a company: its facilities, cash, plant, overhead, tax and rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from computefactory.company.inputs import CompanyTerms, CreditFacility
from computefactory.schema import derive
from computefactory.schema.figures import Figures
from computefactory.schema.fill import fill
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_book import landing
from computefactory.schema.resolve_company_dates import CompanyDates
from computefactory.schema.resolve_company_notes import Notes
from computefactory.schema.resolve_company_shares import basic
from computefactory.units import Kw, Month, One, PerYear, Usd, UsdPerKw, UsdPerMonth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from computefactory.schema.resolve_company_blocks import Blocks

__all__ = ["WHOLE", "Loan", "facilities", "loans", "new_rate", "terms"]

DEFAULT = ("company", "default")
PRINCIPAL = ("debt_principal",)
TOTALS = (
    *PRINCIPAL,
    "debt_total_net_of_discount",
    "debt_total",
)  # what stands for it where facilities are of an earlier day
WHOLE = (
    "principal",
    "total",
    "total_net_of_discount",
    "to_ebitda",
    "facility",
)  # names after debt_ that are no facility
CASH = ("cash_and_equivalents", "cash")
ONE_LOAN = "debt"
BESIDE = "not by facility"
NONE = "nobody states any"


@dataclass(frozen=True, slots=True)
class Loan:
    """A facility before its months are known."""

    name: str
    balance: Traced
    rate: Traced | None
    matures: Traced  # from month 0
    due: tuple[Traced, ...]  # pairs of a calendar year and an amount
    aged: str = ""  # the earlier day that its balance is of


def loans(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes) -> list[Loan]:
    """The facilities as stated, else as the library names them, else one of all the principal reported."""
    day = dates.balance_date
    reported = figures.on(Usd, day, *PRINCIPAL)
    stated = sources.document.company.debt
    names = list(stated)
    if reported is not None and all(facility.balance is None for facility in stated.values()):
        beside = [name for name in _of_rows(figures, day, reported.traced) if name not in names]
        if names and beside != [ONE_LOAN]:
            for name in beside:
                notes.say(f"debt: the facility {name} stands in the rows of {reported.period} and not in the file")
        names += beside if not names or beside != [ONE_LOAN] else []
    if not names and reported is None:
        _unknown_debt(sources, figures, notes)
        return []
    found = [loan for name in names if (loan := _loan(sources, figures, dates, notes, name)) is not None]
    if len(found) < len(names):
        return found
    if any(loan.aged for loan in found):
        return [*found, *_beside(sources, figures, dates, notes, found)]
    if stated and reported is not None:
        unlisted = [name for name in figures.named(day, "debt_") if name not in (*WHOLE, *names)]
        _must_sum(sources, found, reported.traced, reported.period, unlisted)
    return found


def _beside(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, found: list[Loan]) -> Iterator[Loan]:
    """What is owed at the balance date beyond facilities whose balances are of an earlier day: one more, of no name."""
    day = dates.balance_date
    aged = ", ".join(f"{loan.name} of {loan.aged}" for loan in found if loan.aged)
    whole = figures.on(Usd, day, *TOTALS)
    if whole is None:
        notes.lack(f"balances of facilities on {day} (taken: {aged})", "net debt, interest", "debt")
        return
    balances = [loan.balance for loan in found]
    if float(np.max(whole.traced.value)) < sum(float(np.max(balance.value)) for balance in balances):
        _must_sum(sources, found, whole.traced, whole.period)
        return
    notes.lack(f"balances of facilities on {day} (taken: {aged})", "when the rest of the debt falls due", "debt")
    rest = sources.derive(derive.debt_beside, whole.traced, *balances)
    yield Loan(BESIDE, rest, None, sources.fact(Month, *DEFAULT, "facility_tenor", path=f"debt.{BESIDE}.matures"), ())


def _unknown_debt(sources: Sources, figures: Figures, notes: Notes) -> None:
    if sources.document.company.parent is None:
        newest = figures.newest(
            Usd, "instant", "debt_total", "debt_total_net_of_discount", "project_and_corporate_debt"
        )
        beside = f" (reported otherwise: {newest.metric} for {newest.period})" if newest else ""
        notes.lack(f"principal of the financial debt at the balance date{beside}", "net debt, interest", "debt")


def _of_rows(figures: Figures, day: str, principal: Traced) -> list[str]:
    """The facilities that rows name at a date, where they sum to the principal; else one."""
    names = [name for name in figures.named(day, "debt_") if name not in WHOLE]
    balances = [figures.on(Usd, day, f"debt_{name}") for name in names]
    total = sum(float(np.max(item.traced.value)) for item in balances if item is not None)
    whole = float(np.max(principal.value))
    return names if names and abs(total - whole) <= whole * 1e-3 else [ONE_LOAN]


def _loan(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, name: str) -> Loan | None:
    path, day, aged = f"debt.{name}", dates.balance_date, ""
    balance = sources.given(f"{path}.balance", Usd)
    if balance is None:
        row = figures.on(Usd, day, f"debt_{name}") or (figures.on(Usd, day, *PRINCIPAL) if name == ONE_LOAN else None)
        row = row or figures.newest(Usd, "instant", f"debt_{name}", until=day)
        if row is None:
            expected = f"a balance, or a row debt_{name} of {day}"
            known = [other for other in figures.named(day, "debt_") if other not in WHOLE]
            sources.refuse(
                "missing", f"{path}.balance", "no balance", expected, f"rows: {', '.join(known)}" if known else ""
            )
            return None
        balance, aged = row.traced, row.end if row.end < day else ""
    rate = sources.given(f"{path}.rate", PerYear)
    if rate is None and (row := figures.newest(PerYear, "instant", f"rate_{name}", until=day)) is not None:
        rate = row.traced
    matures = sources.given(f"{path}.matures", "month")
    if matures is not None:
        ends = dates.from_start(sources, matures)
    else:
        notes.lack(f"when {name} matures", "when its principal falls due", f"{path}.matures")
        ends = sources.fact(Month, *DEFAULT, "facility_tenor", path=f"{path}.matures")
    due: list[Traced] = []
    stated = sources.document.company.debt.get(name)
    for year in (stated.due or {}) if stated else ():
        due += [sources.derive(derive.year_of, sources.name_at(f"{path}.due.{year}", year))]
        due += [sources.required(f"{path}.due.{year}", Usd)]
    return Loan(name, balance, rate, ends, tuple(due), aged)


def _must_sum(
    sources: Sources, found: list[Loan], principal: Traced, period: str, unlisted: Sequence[str] = ()
) -> None:
    """Refuse facilities that do not sum to the principal that the company reported."""
    tolerance = sources.fact(One, *DEFAULT, "tolerance")
    total = sum(np.asarray(loan.balance.value, dtype=float) for loan in found)
    wanted = np.asarray(principal.value, dtype=float)
    if tolerance.origin is not None and np.any(np.abs(total - wanted) > wanted * tolerance.value):
        given = f"facilities that sum to {float(np.max(total)) / 1e6:,.6g} million USD"
        expected = f"the principal reported for {period}, {float(np.max(wanted)) / 1e6:,.6g} million USD"
        also = f"; rows also name {', '.join(unlisted)}" if unlisted else ""
        sources.refuse(
            "not_allowed", "debt", given, expected, f"a balance that is left out is a row of the library{also}"
        )


def new_rate(sources: Sources, notes: Notes, found: list[Loan]) -> Traced:
    """The rate of new facilities: stated, else the mean of those that stand."""
    stated = sources.given("financing.rate", PerYear)
    if stated is not None:
        return stated
    shares = sources.document.company.shares
    notes_held = shares.convertibles if shares else {}  # they pay in shares what they leave of a rate
    plain = [loan for loan in found if loan.name not in notes_held]
    known = [part for loan in plain if loan.rate is not None for part in (loan.balance, loan.rate)]
    if known:
        return sources.derive(derive.mean_rate, *known)
    notes.lack("the rate of new facilities", "interest of what is still to be built", "financing.rate")
    return sources.absent("financing.rate", float("nan"), PerYear, "nobody states it")


def facilities(
    sources: Sources, dates: CompanyDates, notes: Notes, found: list[Loan], mean: Traced
) -> tuple[CreditFacility, ...]:
    """The records of the facilities, month by month."""
    return tuple(_facility(sources, dates, notes, loan, mean) for loan in found)


def _facility(sources: Sources, dates: CompanyDates, notes: Notes, loan: Loan, mean: Traced) -> CreditFacility:
    if loan.rate is None:
        notes.lack(
            f"the effective rate of {loan.name}",
            "interest: the mean of the others stands for it",
            f"debt.{loan.name}.rate",
        )
    return fill(
        sources,
        CreditFacility,
        f"company.facilities.{loan.name}",
        f"debt.{loan.name}",
        name=loan.name,
        balance=loan.balance,
        rate=loan.rate or mean,
        matures=loan.matures,
        due=sources.derive(derive.due_by_month, dates.timeline, loan.balance, loan.matures, *loan.due),
    )


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
        schedule=landing(sources, dates, found.book_ends),
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
    return sources.absent("cash.unrestricted", 0.0, Usd, NONE)


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
    if paid is None and stock is not None:
        paid = sources.derive(derive.yearly_to_monthly, stock.traced)
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
    """Property in service, construction in progress and the life left of what is in service."""
    day = dates.balance_date
    net, gross, construction = (
        figures.on(Usd, day, name)
        for name in ("property_equipment_net", "property_equipment_gross", "construction_in_progress")
    )
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
