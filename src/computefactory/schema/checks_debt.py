"""What tranches must agree on: dates, rank, one way of stating each thing, and that each is repaid by something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from computefactory.errors import Problem
from computefactory.finance.loans import STATED
from computefactory.schema import schedule
from computefactory.schema.capital import CapitalChapter, DebtChapter
from computefactory.schema.contracts import Contract, Mining, OnDemand
from computefactory.schema.power import PowerChapter
from computefactory.schema.problems import Places, near
from computefactory.timeline import month_name, month_number

__all__ = ["CHECKS", "DRAW_ORDERS"]

Found = Iterator[Problem]
DRAW_ORDERS: Mapping[tuple[str, ...], str] = {
    ("prepayment", "debt", "equity"): "debt_first",
    ("prepayment", "equity", "debt"): "equity_first",
    ("prepayment", "pro_rata"): "pro_rata",
}
PRO_RATA = ("prepayment", "pro_rata")
NOT_PREPAID = ("revolver", "preferred")
PROFILED = ("sculpted", "delayed_draw", "level", "equal_principal")
AGE = re.compile(r"\d{1,3} months?")


def _end(debt: DebtChapter) -> int:
    """The month at whose end nothing is owed."""
    return debt.matures if debt.prepaid is None else debt.prepaid


def _kind(debt: DebtChapter) -> str:
    return debt.kind or "sculpted"


def _dates(at: Places, capital: CapitalChapter) -> Found:
    for name, debt in capital.debt.items():
        path = f"capital.debt.{name}"
        if debt.closes is not None and debt.matures <= debt.closes:
            given, after = at.given(f"{path}.matures"), at.given(f"{path}.closes")
            yield at.problem("dates_out_of_order", f"{path}.matures", given, f"a month after it closes, {after}")
        if debt.prepaid is not None and debt.prepaid >= debt.matures:
            given, before = at.given(f"{path}.prepaid"), at.given(f"{path}.matures")
            yield at.problem("dates_out_of_order", f"{path}.prepaid", given, f"a month before it matures, {before}")
        if debt.amortises_until is not None:
            where, given = f"{path}.amortises_until", at.given(f"{path}.amortises_until")
            if debt.amortises_until <= debt.matures:
                after = at.given(f"{path}.matures")
                yield at.problem("dates_out_of_order", where, given, f"a month after it matures, {after}")
            if _kind(debt) not in PROFILED:
                yield at.problem("not_allowed", where, given, f"one of the kinds {', '.join(PROFILED)}")


def _orders(at: Places, capital: CapitalChapter) -> Found:
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
        elif debt.max_gearing is not None and first != PRO_RATA:
            where, expected = f"{path}.max_gearing", "draw_order: [prepayment, pro_rata] beside it"
            hint = "a gearing limit closes in one formula only where draws are pro rata"
            yield at.problem("not_allowed", where, at.given(where), expected, hint)
        if debt.draws_fall in ("start", "middle") and DRAW_ORDERS.get(first) == "debt_first":
            where, expected = f"{path}.draws_fall", "end, or draws pro rata or equity first"
            hint = "where debt pays first its draw would depend on its own interest"
            yield at.problem("not_allowed", where, at.given(where), expected, hint)
        if debt.sizing_tax not in (None, next(iter(taxes.values()), None)):
            where = f"{path}.sizing_tax"
            yield at.problem("contradiction", where, at.given(where), "one for all tranches")


def _amounts(at: Places, capital: CapitalChapter) -> Found:
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
            yield at.problem("not_allowed", f"{path}.{field}", at.given(f"{path}.{field}"), "none", hint)
        if kind in NOT_PREPAID and debt.sweep is not None:
            yield at.problem("not_allowed", f"{path}.sweep", at.given(f"{path}.sweep"), f"none for the kind {kind}")


def _rates(at: Places, capital: CapitalChapter) -> Found:
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
            why = "amortises_until" if debt.amortises_until is not None else "prepaid" if debt.prepaid else ""
            if why:
                hint = "refinanced_by: the later tranche that repays it"
                given = f"a loan that still owes in {month_name(_end(debt))}"
                yield at.problem("unpaid_at_maturity", f"{path}.{why}", given, "something that repays it", hint)
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
            yield at.problem("dates_out_of_order", closes, at.given(closes), expected)
        if later.matures <= _end(debt):
            matures, expected = f"capital.debt.{by}.matures", f"a month after {name} ends, {month_name(_end(debt))}"
            yield at.problem("dates_out_of_order", matures, at.given(matures), expected)


def _milestones(at: Places, power: PowerChapter, capital: CapitalChapter) -> Found:
    try:
        months = schedule.milestones(power)
    except ValueError:
        months = []
    last = max((item.planned for item in months), default=0)
    later = {debt.refinanced_by for debt in capital.debt.values()}
    for name, debt in capital.debt.items():
        for field in ("closes", "matures", "prepaid"):
            month, path = getattr(debt, field), f"capital.debt.{name}.{field}"
            before = field == "closes" and name not in later
            if month is not None and (month > last if before else month <= last):
                expected = f"{'no later than' if before else 'after'} the last milestone, {month_name(last)}"
                yield at.problem("dates_out_of_order", path, at.given(path), expected)


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


CHECKS = (_dates, _orders, _amounts, _rates, _refinancing, _milestones, _offtakers)
