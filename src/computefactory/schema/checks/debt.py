"""What is lent: dates, schedules, ranks and currencies of the tranches."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from computefactory.finance.loans import STATED
from computefactory.schema.capital import DRAW_ORDERS, CapitalChapter, DebtChapter
from computefactory.schema.checks.plant import Found, Months
from computefactory.schema.contracts import (
    Contract,
    LeaseTerms,
    Mining,
    OnDemand,
)
from computefactory.schema.currency import rate_of
from computefactory.schema.problems import Places, near
from computefactory.timeline import month_name, month_number

__all__ = ["CHECKS"]

NOT_PREPAID = ("revolver", "preferred")
BALLOONED = ("level", "equal_principal", "scheduled")
SUM_OF_SHARES = 1e-6  # of a loan: shares written to four digits of a per cent
PROFILED = ("sculpted", "delayed_draw", "level", "equal_principal")
AGE = re.compile(r"\d{1,3} months?")


def _exchange_rates(at: Places, capital: CapitalChapter) -> Found:
    for code in capital.fx or {}:
        path = f"capital.fx.{code}"
        given = at.given(path)
        if "/" in given and rate_of(given.strip("'\""), code) is None:
            yield at.problem("not_a_quantity", path, given, f"a rate of {code} against USD: 1.08 USD/{code}")


def _loan_currencies(at: Places, capital: CapitalChapter) -> Found:
    for name, debt in capital.debt.items():
        if debt.currency is not None and debt.currency not in (capital.fx or {}):
            hint = f"state capital.fx: {{{debt.currency}: … USD/{debt.currency}}}"
            expected = "a currency with a rate in capital.fx"
            yield at.problem("no_rate", f"capital.debt.{name}.currency", debt.currency, expected, hint)


def _end(debt: DebtChapter) -> int:
    """The month at whose end nothing is owed."""
    return debt.matures if debt.prepaid is None else debt.prepaid


def _kind(debt: DebtChapter) -> str:
    return debt.kind or ("scheduled" if debt.repayment or debt.repayment_amounts else "sculpted")


def _tranche_dates(at: Places, capital: CapitalChapter) -> Found:
    for name, debt in capital.debt.items():
        path = f"capital.debt.{name}"
        if debt.closes is not None and debt.matures <= debt.closes:
            after = at.given(f"{path}.closes")
            yield at.wrong("dates_out_of_order", f"{path}.matures", f"a month after it closes, {after}")
        if debt.available_until is not None:
            where, closes = f"{path}.available_until", debt.closes
            if closes is not None and debt.available_until < closes:
                yield at.wrong("dates_out_of_order", where, f"the month it closes or later, {month_name(closes)}")
            if debt.available_until > debt.matures:
                yield at.wrong("dates_out_of_order", where, f"a month before it matures, {month_name(debt.matures)}")
        if debt.prepaid is not None and debt.prepaid >= debt.matures:
            before = at.given(f"{path}.matures")
            yield at.wrong("dates_out_of_order", f"{path}.prepaid", f"a month before it matures, {before}")
        if debt.amortises_until is not None:
            where = f"{path}.amortises_until"
            if debt.amortises_until <= debt.matures:
                after = at.given(f"{path}.matures")
                yield at.wrong("dates_out_of_order", where, f"a month after it matures, {after}")
            if _kind(debt) not in PROFILED:
                yield at.wrong("not_allowed", where, f"one of the kinds {', '.join(PROFILED)}")


def _draw_orders(at: Places, capital: CapitalChapter) -> Found:
    stated = {name: debt.draw_order for name, debt in capital.debt.items() if debt.draw_order is not None}
    first = next(iter(stated.values()), ("prepayment", "debt", "equity"))
    taxes = {name: debt.sizing_tax for name, debt in capital.debt.items() if debt.sizing_tax is not None}
    for name, debt in capital.debt.items():
        path = f"capital.debt.{name}"
        if debt.draw_order is not None and debt.draw_order not in DRAW_ORDERS:
            allowed = " or ".join(f"[{', '.join(order)}]" for order in DRAW_ORDERS)
            yield at.problem("not_allowed", f"{path}.draw_order", f"[{', '.join(debt.draw_order)}]", allowed)
        elif debt.draw_order not in (None, first):
            given = f"[{', '.join(debt.draw_order or ())}]"
            yield at.problem("contradiction", f"{path}.draw_order", given, f"[{', '.join(first)}], as the first says")
        if debt.sizing_tax not in (None, next(iter(taxes.values()), None)):
            yield at.wrong("contradiction", f"{path}.sizing_tax", "one for all tranches")


def _tranche_amounts(at: Places, capital: CapitalChapter) -> Found:
    for name, debt in capital.debt.items():
        path, kind = f"capital.debt.{name}", _kind(debt)
        stated = [field for field in ("amount", "share") if getattr(debt, field) is not None]
        if kind in STATED:
            if not stated:
                hint = "the amount of this kind is not sized on cash"
                yield at.problem("one_of", f"{path}.amount", "missing", "amount or share", hint)
            if len(stated) > 1:
                yield at.problem("one_of", f"{path}.share", "amount and share", "one of them")
        for field in stated if kind not in STATED else ():
            hint = "it is sized; max_commitment caps it"
            yield at.wrong("not_allowed", f"{path}.{field}", "none", hint)
        if kind in NOT_PREPAID and debt.sweep is not None:
            yield at.wrong("not_allowed", f"{path}.sweep", f"none for the kind {kind}")


def _schedules(at: Places, capital: CapitalChapter) -> Found:
    """A stated schedule repays all of the loan with its balloon, within its life."""
    for name, debt in capital.debt.items():
        path, stated = f"capital.debt.{name}", debt.repayment or debt.repayment_amounts
        if debt.repayment and debt.repayment_amounts:
            yield at.problem("one_of", f"{path}.repayment_amounts", "shares and amounts", "one of them")
        if (_kind(debt) == "scheduled") != bool(stated):
            if stated:
                where = f"{path}.{'repayment' if debt.repayment else 'repayment_amounts'}"
                yield at.problem("not_allowed", where, _kind(debt), "kind: scheduled beside it")
            else:
                yield at.problem("missing", f"{path}.repayment", "missing", "repayment, or repayment_amounts, by month")
        if debt.balloon is not None and _kind(debt) not in BALLOONED:
            hint = "of a sculpted loan state amortises_until: what is owed at maturity is a balloon"
            yield at.wrong("not_allowed", f"{path}.balloon", f"one of the kinds {', '.join(BALLOONED)}", hint)
        if debt.balloon is not None and debt.balloon >= 1:
            yield at.wrong(
                "out_of_range", f"{path}.balloon", "below 100 %", "kind: bullet repays all of it at maturity"
            )
        for month in stated or ():
            if not _is_month(month):
                continue
            where = f"{path}.{'repayment' if debt.repayment else 'repayment_amounts'}.{month}"
            if month_number(month) > debt.matures:
                expected = f"a month no later than it matures, {month_name(debt.matures)}"
                yield at.problem("dates_out_of_order", where, month, expected, key=True)
        if debt.repayment:
            repaid = sum(debt.repayment.values()) + (debt.balloon or 0.0)
            if abs(repaid - 1) > SUM_OF_SHARES:
                given, hint = f"{repaid:.4%} with the balloon", "balloon: the share that is left at maturity"
                yield at.problem("unpaid_at_maturity", f"{path}.repayment", given, "100 % of the commitment", hint)


def _margins(at: Places, capital: CapitalChapter) -> Found:
    for name, debt in capital.debt.items():
        path = f"capital.debt.{name}"
        for field in ("margin", "margin_steps", "hedge"):
            if debt.rate is not None and getattr(debt, field) is not None:
                yield at.problem("one_of", f"{path}.{field}", f"rate and {field}", "a fixed rate, or a margin")
        if _kind(debt) == "preferred" and debt.rate is None:
            yield at.problem("missing", f"{path}.rate", "missing", "the coupon of preferred equity")
        for step in debt.margin_steps or ():
            if not AGE.fullmatch(step) and not _is_month(step):
                where, expected = f"{path}.margin_steps.{step}", "a month (2028-06) or an age (24 months) as its name"
                yield at.problem("not_a_date", where, step, expected, key=True)
    for step in capital.base_curve or ():
        if not _is_month(step):
            where = f"capital.base_curve.{step}"
            yield at.problem("not_a_date", where, step, "a month such as 2028-06 as its name", key=True)


def _is_month(text: str) -> bool:
    try:
        month_number(text)
    except ValueError:
        return False
    return True


def _refinancing(at: Places, capital: CapitalChapter) -> Found:
    names = list(capital.debt)
    waiting: str | None = None  # the refinancing that the tranches so far wait for
    for rank, (name, debt) in enumerate(capital.debt.items()):
        path, by, kind = f"capital.debt.{name}", debt.refinanced_by, _kind(debt)
        if waiting == name:
            waiting = None
        if debt.make_whole is not None and debt.prepaid is None:
            hint = "prepaid: the month in which it is repaid early"
            yield at.problem("not_allowed", f"{path}.make_whole", "nothing is prepaid", "prepaid beside it", hint)
        if by is None:
            if debt.prepaid:
                hint = "refinanced_by: the later tranche that repays it"
                given = f"a loan that still owes in {month_name(_end(debt))}"
                yield at.problem("unpaid_at_maturity", f"{path}.prepaid", given, "something that repays it", hint)
            continue
        where = f"{path}.refinanced_by"
        if by not in names[rank + 1 :]:
            expected = "a tranche that stands below this one"
            yield at.problem("unknown_name", where, by, expected, near(by, names[rank + 1 :]))
            continue
        if waiting not in (None, by):
            hint = f"put {by} right below what it repays"
            yield at.problem("not_allowed", where, by, f"{waiting}, which still has to follow", hint)
        waiting = by
        later = capital.debt[by]
        if kind in ("sweep", *NOT_PREPAID) or _kind(later) in NOT_PREPAID:
            yield at.problem("not_allowed", where, f"{kind} by {_kind(later)}", "loans with a schedule on both sides")
        if later.closes is not None and later.closes != _end(debt):
            closes, expected = f"capital.debt.{by}.closes", f"{month_name(_end(debt))}, when {name} ends"
            yield at.wrong("dates_out_of_order", closes, expected)
        if later.matures <= _end(debt):
            matures, expected = f"capital.debt.{by}.matures", f"a month after {name} ends, {month_name(_end(debt))}"
            yield at.wrong("dates_out_of_order", matures, expected)


def _tranche_milestones(at: Places, months: Months, capital: CapitalChapter) -> Found:
    last = max((item.planned for item in months), default=0)
    if not last:
        return
    later = {debt.refinanced_by for debt in capital.debt.values()}
    for name, debt in capital.debt.items():
        for field in ("closes", "matures", "prepaid"):
            month, path = getattr(debt, field), f"capital.debt.{name}.{field}"
            before = field == "closes" and name not in later
            if month is not None and (month > last if before else month <= last):
                expected = f"{'no later than' if before else 'after'} the last milestone, {month_name(last)}"
                yield at.wrong("dates_out_of_order", path, expected)


def _rents(at: Places, capital: CapitalChapter, offtake: Mapping[str, Contract]) -> Found:
    for name, debt in capital.debt.items():
        path = f"capital.debt.{name}"
        repaying = [terms for contract, terms in offtake.items() if debt.offtaker in (None, contract)]
        if debt.secures == "rent" and not any(isinstance(terms, LeaseTerms) for terms in repaying):
            hint = "silicon, durable or all: what it is lent on"
            yield at.problem(
                "not_allowed", f"{path}.secures", "rent, and nothing is let", "a lease that repays it", hint
            )
        if debt.cap_rate is not None and debt.secures != "rent":
            yield at.wrong("not_allowed", f"{path}.cap_rate", "secures: rent beside it")


def _offtakers(at: Places, capital: CapitalChapter, offtake: Mapping[str, Contract]) -> Found:
    taken: dict[str, str] = {}
    for name, debt in capital.debt.items():
        if debt.offtaker is None:
            continue
        path, given = f"capital.debt.{name}.offtaker", debt.offtaker
        if given not in offtake:
            yield at.problem("unknown_name", path, given, "a contract under offtake", near(given, list(offtake)))
        elif isinstance(offtake[given], (OnDemand, Mining)):
            yield at.problem("not_allowed", path, given, "a contract that is paid whether it is used or not")
        elif taken.setdefault(given, name) != name:
            hint = f"{taken[given]} already is; leave the offtaker out to share all receipts"
            yield at.problem("contradiction", path, given, "one tranche repaid from a contract", hint)


CHECKS: tuple[Callable[..., Found], ...] = (
    _exchange_rates,
    _loan_currencies,
    _tranche_dates,
    _draw_orders,
    _tranche_amounts,
    _schedules,
    _margins,
    _refinancing,
    _tranche_milestones,
    _rents,
    _offtakers,
)
