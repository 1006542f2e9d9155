"""The debt's inputs from file and library: tranches in the order of the file, rates by month, reserves."""

from __future__ import annotations

from math import nan

from computefactory.finance import inputs, loans
from computefactory.finance.loans import STATED
from computefactory.schema import derive
from computefactory.schema.disclosed import refuse_unknown_rows
from computefactory.schema.fill import field_of, fill
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.resolve_credit import carries, lent_on
from computefactory.schema.resolve_dates import Calendar
from computefactory.timeline import month_name
from computefactory.units import Month, One, PerYear, Usd

__all__ = ["base_rate", "choices", "last_maturity", "sizing_tax", "takes_out", "tranches"]

UNTESTED = ("revolver", "preferred")
LEASES = ("colocation", "powered_shell")


def tranches(sources: Sources, dates: Calendar, full_operation: Traced) -> tuple[loans.Tranche, ...]:
    """All tranches in order of rank."""
    refuse_unknown_rows(sources)
    return tuple(_tranche(sources, dates, full_operation, name) for name in sources.model.tranches)


def takes_out(sources: Sources, name: str) -> list[str]:
    """The tranches that one repays."""
    return [other for other, debt in sources.model.tranches.items() if debt.refinanced_by == name]


def _tranche(sources: Sources, dates: Calendar, full_operation: Traced, name: str) -> loans.Tranche:
    path, prefix = f"capital.debt.{name}", f"finance.tranches.{name}"
    others = [sources.name_at(f"capital.debt.{other}", other) for other in takes_out(sources, name)]
    closes, matures, ends = dates.debts[name]
    repaid, by_kind = _schedule(sources, dates, path, full_operation, matures)
    kind = by_kind.get("kind") or field_of(sources, loans.Tranche, "kind", path)

    def unless_stated(field: str, value: float, unit: object, why: str) -> dict[str, Traced]:
        """What a kind leaves open goes before the library's row, not before the file."""
        stated = sources.given(f"{path}.{field}") is not None
        return {} if stated else {field: sources.absent(f"{prefix}.{field}", value, unit, why)}

    if kind.value in UNTESTED:
        by_kind |= unless_stated("covenant_dscr", 0.0, One, "preferred equity and revolvers are not tested")
        by_kind |= unless_stated("lockup_dscr", 0.0, One, "preferred equity and revolvers are not tested")
        by_kind |= unless_stated("dsra", 0.0, Month, "no reserve is held by a tranche of its kind")
    if kind.value != "sweep":
        by_kind |= unless_stated("sweep", 0.0, One, "cash does not prepay it")
    if kind.value not in STATED:
        by_kind |= _backed(sources, path)
    by_kind |= _in_dollars(sources, path)
    last = max((part.begins.value + part.tenor.value for found in dates.parts.values() for part in found), default=0)
    if last - 1 <= matures.value:
        why = f"repayment ends with the contracts, the last in {month_name(int(last) - 1)}"
        sources.account.idle(f"{path}.amortises_until", why)
    if others:
        by_kind["takes_out"] = sources.derive(derive.takes_out, *others)
    return fill(
        sources,
        loans.Tranche,
        prefix,
        path,
        name=sources.name_at(path, name),
        closes=dates.from_start(sources, closes),
        matures=dates.from_start(sources, matures),
        ends=dates.from_start(sources, ends),
        margin=_margin(sources, dates, path, closes),
        repaid_share=repaid,
        full_operation=full_operation,
        month_0=dates.month_0,
        default_dscr=lambda: _default_dscr(sources, dates, path, full_operation, closes, matures),
        default_advance=lambda: _default_advance(sources, path, kind, others),
        default_gearing=lambda: _default_gearing(sources, path, kind, others),
        default_tail=lambda: sources.fact(Month, "debt", "default", "tail_rent" if _let(sources, path) else "tail"),
        **by_kind,
    )


def _schedule(
    sources: Sources, dates: Calendar, path: str, full_operation: Traced, matures: Traced
) -> tuple[Traced, dict[str, Traced]]:
    """What falls due by month of a schedule that the file states, and what else follows from it."""
    debt = sources.model.tranches[path.removeprefix("capital.debt.")]
    stated = debt.repayment or debt.repayment_amounts
    if not stated:
        none = sources.absent(f"{path}.repaid_share", 0.0, One, "no schedule is stated")
        return sources.derive(derive.by_month, dates.timeline, none), {}
    field, unit = ("repayment", One) if debt.repayment else ("repayment_amounts", Usd)
    balloon = sources.stated(f"{path}.balloon", One, 0.0, "regular payments repay it")
    amounts, pairs = [], []
    begins = full_operation.value + dates.month_0.value
    for name in stated:
        place = f"{path}.{field}.{name}"
        month = sources.derive(derive.calendar_month, sources.name_at(place, name))
        if month.value < begins and sources.model.power.delay is None:
            expected, hint = f"{month_name(int(begins))} or later", "principal falls due from full operation on"
            sources.refuse("dates_out_of_order", place, name, expected, hint)
        amounts.append(sources.required(place, unit))
        pairs += [month, amounts[-1]]
    found = {}
    if debt.kind is None:
        found["kind"] = sources.derive(derive.kind_of_schedule, *amounts)
    if unit is Usd:
        most = sources.given(f"{path}.max_commitment", Usd)
        found["max_commitment"] = sources.derive(derive.repaid_in_all, balloon, *amounts) if most is None else most
    return sources.derive(derive.repaid_by_month, dates.timeline, full_operation, balloon, matures, *pairs), found


def _default_dscr(
    sources: Sources, dates: Calendar, path: str, full_operation: Traced, closes: Traced, matures: Traced
) -> Traced:
    """The cover that lenders size at, by the credit of who pays, what is paid for and the months of service."""
    until = sources.given(f"{path}.amortises_until", "month") or matures
    begins = sources.derive(derive.begins, full_operation, dates.from_start(sources, closes))
    terms: list[Traced] = []
    for name in _repaid_by(sources, path):
        letter = _letter(sources, name)
        if letter.origin is None:
            return MISSING
        what = "rent" if sources.model.offtake[name].kind in LEASES else "compute"
        terms += [
            sources.fact(unit, "cover", f"{what} {letter.value}", field, path=f"{path}.sizing_dscr")
            for field, unit in (("dscr", One), ("months", Month), ("per_year_longer", PerYear))
        ]
    return sources.derive(derive.cover_at_tenor, begins, dates.from_start(sources, until), *terms)


def _default_advance(sources: Sources, path: str, kind: Traced, others: list[Traced]) -> Traced:
    """The advance rate by what it secures; what is built as a whole is lent on by its funded cost alone."""
    secures = field_of(sources, loans.Tranche, "secures", path).value
    row = {"silicon": "max_advance", "durable": "max_advance_durable"}.get(secures)
    why = _unlimited(sources, path, kind, others) if secures != "silicon" else _of_kind(kind, others)
    if row is None or why:
        return sources.absent(f"{path}.max_advance", nan, One, why or "the cost limit holds for all that is built")
    return sources.fact(One, "debt", "default", row, path=f"{path}.max_advance")


def _default_gearing(sources: Sources, path: str, kind: Traced, others: list[Traced]) -> Traced:
    """The cost limit; none where somebody else carries the loan."""
    why = _unlimited(sources, path, kind, others)
    if why:
        return sources.absent(f"{path}.max_gearing", nan, One, why)
    return sources.fact(One, "debt", "default", "max_gearing", path=f"{path}.max_gearing")


def _of_kind(kind: Traced, others: list[Traced]) -> str:
    """Why its kind leaves cost out."""
    if kind.value in STATED:
        return "the amount of its kind is stated"
    return "a takeout lends on what is owed, not on what was built" if others else ""


def _unlimited(sources: Sources, path: str, kind: Traced, others: list[Traced]) -> str:
    """Why cost does not limit it: its kind, or a guarantee or backstop of everything that repays it."""
    names = _repaid_by(sources, path)
    if why := _of_kind(kind, others):
        return why
    if all(carries(sources, name) for name in names):
        return "a guarantee or backstop carries the loan: its cost does not limit it"
    funded = all(getattr(sources.model.offtake[name], "tenant_funding", None) for name in names)
    return "a tenant funds the cost: it does not limit the loan" if funded else ""


def _backed(sources: Sources, path: str) -> dict[str, Traced]:
    """1 where backstops of stated sums alone carry it."""
    names = _repaid_by(sources, path)
    partial = all(sources.given(f"offtake.{name}.backstop.amount", Usd) for name in names)
    found = [carried for name in names if (carried := carries(sources, name)) is not None]
    return {"backed": found[0]} if partial and len(found) == len(names) else {}


def _in_dollars(sources: Sources, path: str) -> dict[str, Traced]:
    """The fixed rate of a loan in another currency, with its forward rate where the file states inflation there."""
    code = sources.given(f"{path}.currency")
    abroad = sources.given(f"capital.inflation_abroad.{code.value}", PerYear) if code else None
    fixed = sources.given(f"{path}.rate", PerYear) or sources.given(f"{path}.hedge.rate", PerYear)
    if abroad is None or fixed is None:
        return {}
    home = sources.get("operations.inflation", PerYear, ("operations", "default", "inflation"))
    return {"fixed_rate": sources.derive(derive.with_forward_rate, fixed, home, abroad)}


def _let(sources: Sources, path: str) -> bool:
    """Whether rent alone repays it."""
    return all(sources.model.offtake[name].kind in LEASES for name in _repaid_by(sources, path))


def _margin(sources: Sources, dates: Calendar, path: str, closes: Traced) -> Traced:
    """The margin by month over the base rate; a rate that is stated is all-in."""
    if sources.given(f"{path}.rate", PerYear):
        none = sources.absent(f"{path}.margin", 0.0, PerYear, "the rate is all-in")
        return sources.derive(derive.by_month, dates.timeline, none)
    steps: list[Traced] = []
    margin = sources.given(f"{path}.margin", PerYear) or _credit_margin(sources, path)
    for name in sources.model.tranches[path.removeprefix("capital.debt.")].margin_steps or ():
        place = f"{path}.margin_steps.{name}"
        steps += [sources.derive(derive.step_month, sources.name_at(place, name), closes)]
        steps += [sources.required(place, PerYear)]
    return sources.derive(derive.by_month, dates.timeline, margin, *steps)


def _credit_margin(sources: Sources, path: str) -> Traced:
    """What lenders ask over the base rate by the credit of who pays: of the weakest where several repay it."""
    letters = [_letter(sources, name) for name in _repaid_by(sources, path)]
    spreads = [sources.fact(PerYear, "margin", letter, "spread", path=f"{path}.rate") for letter in letters]
    if any(spread.origin is None for spread in spreads):
        return MISSING
    return sources.derive(derive.weakest, *spreads)


def _repaid_by(sources: Sources, path: str) -> list[str]:
    """The contracts that repay a tranche: its own, or all that somebody owes; of a market site all there are."""
    tied = sources.given(f"{path}.offtaker")
    book = sources.model.offtake
    return [tied.value] if tied else [name for name, terms in book.items() if terms.kind != "on_demand"] or list(book)


def _letter(sources: Sources, name: str) -> Traced:
    """The letter grade of who pays a contract; a notch takes the row of its letter."""
    return sources.fact("text", "rating", lent_on(sources, name), "letter")


def base_rate(sources: Sources, dates: Calendar) -> Traced:
    """The floating rate before margin, by month."""
    capital = sources.model.capital
    floats = any(debt.rate is None for debt in sources.model.tranches.values())
    for path in ("base_rate", *(f"base_curve.{name}" for name in (capital.base_curve if capital else None) or ())):
        if not floats:
            sources.account.idle(f"capital.{path}", "no loan bears a floating rate")
    first = sources.get("capital.base_rate", PerYear, ("capital", "default", "base_rate"))
    steps: list[Traced] = []
    for name in (capital.base_curve if capital else None) or ():
        place = f"capital.base_curve.{name}"
        steps += [sources.derive(derive.calendar_month, sources.name_at(place, name))]
        steps += [sources.required(place, PerYear)]
    return sources.derive(derive.by_month, dates.timeline, first, *steps)


def last_maturity(sources: Sources, dates: Calendar) -> dict[str, Traced]:
    """The month in which the last debt ends, where there is any."""
    ends = [dates.from_start(sources, end) for _, _, end in dates.debts.values()]
    return {"last_maturity": sources.derive(derive.latest, *ends)} if ends else {}


def choices(sources: Sources) -> inputs.Choices:
    """The conventions that select lines: what the first tranche that states them says."""
    order = _said(sources, "draw_order")
    said = {"draw_order": sources.derive(derive.draw_order, order)} if order else {}
    return fill(sources, inputs.Choices, "finance.choices", **said)


def sizing_tax(sources: Sources) -> Traced:
    """1 where debt is sized on cash after tax."""
    said = _said(sources, "sizing_tax") or sources.fact("text", "debt", "default", "sizing_tax")
    return sources.derive(derive.sized_after_tax, said)


def _said(sources: Sources, field: str) -> Traced | None:
    """What the first tranche that states it says."""
    paths = (f"capital.debt.{name}.{field}" for name in sources.model.tranches)
    return next((found for path in paths if (found := sources.given(path))), None)
