"""The facilities of a company: balances and rates as stated or of rows, when each is repaid, the rate of new ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np

from computefactory.company.inputs import CreditFacility
from computefactory.schema import derive
from computefactory.schema.company_rows import DEBT
from computefactory.schema.figures import Figures
from computefactory.schema.fill import fill
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_dates import CompanyDates
from computefactory.schema.resolve_company_notes import Notes
from computefactory.units import Month, One, PerYear, Usd

__all__ = ["WHOLE", "Loan", "facilities", "loans", "new_rate"]

DEFAULT = ("company", "default")
# what stands for it where facilities are of an earlier day
TOTALS = (*DEBT, "debt_total_net_of_discount", "debt_total")
# names after debt_ of rows that are no facility
WHOLE = ("principal", "total", "total_net_of_discount", "to_ebitda", "facility")
ONE_LOAN = "debt"
BESIDE = "not by facility"
DUE = "principal_due_"  # and a year: of all facilities together
UNSTATED = "unstated"  # stands for debt of which nothing is known
UNKNOWN = "nobody states it, or of a segment: it is its parent's"
NEAR = 1e-3  # by which rows are rounded


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
    reported = figures.on(Usd, day, *DEBT)
    stated = sources.document.company.debt
    names = list(stated)
    if reported is not None and not stated and not np.any(np.asarray(reported.traced.value)):
        return []  # it owes nothing
    if reported is not None and not any(facility.balance is not None for facility in stated.values()):
        names = _of_rows(figures, day, reported.traced, names)
        for name in names if stated else ():
            if name not in stated:
                notes.say(f"debt: the facility {name} stands in the rows of {reported.period} and not in the file")
    if not names:
        return [_unknown_debt(sources, figures, notes)]
    found = [loan for name in names if (loan := _loan(sources, figures, dates, notes, name)) is not None]
    if len(found) < len(names):
        return found
    found = _due_of_rows(sources, figures, day, found)
    if any(loan.aged for loan in found):
        return [*found, *_beside(sources, figures, dates, notes, found)]
    if stated and reported is not None:
        unlisted = [name for name in figures.named(day, "debt_") if name not in (*WHOLE, *names)]
        _must_sum(sources, found, reported.traced, reported.period, unlisted)
    return found


def _due_of_rows(sources: Sources, figures: Figures, day: str, found: list[Loan]) -> list[Loan]:
    """Where no facility says what falls due, each with its part of what rows give for the whole, by year."""
    years = {name[: len("2025")]: f"{DUE}{name}" for name in figures.named(day, DUE)}
    rows = {year: row for year, name in years.items() if (row := figures.on(Usd, day, name)) is not None}
    if not rows or any(loan.due for loan in found) or any(loan.aged for loan in found):
        return found

    def due(loan: Loan) -> Iterator[Traced]:
        others = [other.balance for other in found if other is not loan]
        for year, row in rows.items():
            yield sources.derive(derive.year_of, sources.named_by(row.traced, year))
            yield sources.derive(derive.of_book, row.traced, loan.balance, *others)

    return [replace(loan, due=tuple(due(loan))) for loan in found]


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
    place = f"debt.{BESIDE}"
    notes.lack(f"balances of facilities on {day} (taken: {aged})", "when the rest of the debt falls due", place)
    rest = sources.derive(derive.debt_beside, whole.traced, *balances)
    yield Loan(BESIDE, rest, None, sources.fact(Month, *DEFAULT, "facility_tenor", path=f"{place}.matures"), ())


def _unknown_debt(sources: Sources, figures: Figures, notes: Notes) -> Loan:
    """Debt of which nobody states anything: what rests on it is not known either."""
    if sources.document.company.parent is None:
        newest = figures.newest(
            Usd, "instant", "debt_total", "debt_total_net_of_discount", "project_and_corporate_debt"
        )
        beside = f" (reported otherwise: {newest.metric} for {newest.period})" if newest else ""
        notes.lack(f"principal of the financial debt at the balance date{beside}", "net debt, interest", ONE_LOAN)
    balance = sources.absent(f"{ONE_LOAN}.balance", nan, Usd, UNKNOWN)
    rate = sources.absent(f"{ONE_LOAN}.rate", nan, PerYear, UNKNOWN)
    return Loan(UNSTATED, balance, rate, sources.fact(Month, *DEFAULT, "facility_tenor", path=ONE_LOAN), ())


def _of_rows(figures: Figures, day: str, principal: Traced, stated: list[str]) -> list[str]:
    """The facilities that rows name at a date beside those of the file, where all sum to the principal; else those.

    Without any of either, one of all the principal.
    """
    every = list(dict.fromkeys([*stated, *(name for name in figures.named(day, "debt_") if name not in WHOLE)]))
    balances = [figures.on(Usd, day, f"debt_{name}") for name in every]
    total = sum(float(np.max(item.traced.value)) for item in balances if item is not None)
    whole = float(np.max(principal.value))
    return every if abs(total - whole) <= whole * NEAR and every else stated or [ONE_LOAN]


def _loan(sources: Sources, figures: Figures, dates: CompanyDates, notes: Notes, name: str) -> Loan | None:
    path, day, aged = f"debt.{name}", dates.balance_date, ""
    sources.account.read(path)  # a name alone says that it is owed
    balance = sources.given(f"{path}.balance", Usd)
    if balance is None:
        row = figures.on(Usd, day, f"debt_{name}") or (figures.on(Usd, day, *DEBT) if name == ONE_LOAN else None)
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
        if np.all(np.asarray(ends.value) < 0) and np.any(np.asarray(balance.value) > 0):
            notes.say(f"{name} matured before {dates.balance_date}, when it still stood: all of it falls due at once")
    else:
        if np.any(np.asarray(balance.value) != 0):
            notes.lack(f"when {name} matures", "when its principal falls due", f"{path}.matures")
        ends = sources.fact(Month, *DEFAULT, "facility_tenor", path=f"{path}.matures")
    due: list[Traced] = []
    stated = sources.document.company.debt.get(name)
    for year in (stated.due or {}) if stated else ():
        due += [sources.derive(derive.year_of, sources.name_at(f"{path}.due.{year}", year))]
        due += [sources.required(f"{path}.due.{year}", Usd)]
    total = sum((np.asarray(part.value, dtype=float) for part in due[1::2]), np.zeros(()))
    if np.any(total > np.asarray(balance.value) * (1 + NEAR)):
        most = f"at most the balance, {float(np.max(balance.value)) / 1e6:,.6g} million USD"
        sources.refuse("above_limit", f"{path}.due", f"{float(np.max(total)) / 1e6:,.6g} million USD", most)
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
        hint = f"a balance that is left out is a row of the library{also}"
        sources.refuse("wrong_sum", "debt", given, expected, hint)


def new_rate(sources: Sources, notes: Notes, found: list[Loan]) -> Traced:
    """The rate of new facilities: stated, else the mean of those that stand."""
    stated = sources.given("financing.rate", PerYear)
    if stated is not None:
        return stated
    shares = sources.document.company.shares
    notes_held = shares.convertibles if shares else {}  # they pay in shares what they leave of a rate
    plain = [loan for loan in found if loan.name not in (*notes_held, UNSTATED)]
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
            "interest" if np.any(np.isnan(mean.value)) else "interest: the mean of the others stands for it",
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
