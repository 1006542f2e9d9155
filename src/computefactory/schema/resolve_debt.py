"""The debt's inputs from file and library: tranches in the order of the file, rates by month, reserves."""

from __future__ import annotations

from computefactory.finance import inputs, loans
from computefactory.schema import derive
from computefactory.schema.origin import MISSING, Sources, Traced, annotation
from computefactory.schema.resolve_dates import Calendar
from computefactory.units import Month, One, PerYear

__all__ = ["base_rate", "choices", "last_maturity", "reserves", "sizing_tax", "takes_out", "tranches"]

UNTESTED = ("revolver", "preferred")
UNLIMITED = ("revolver", "vendor", "preferred", "bullet")  # by value, where no limit is stated


def tranches(sources: Sources, dates: Calendar, full_operation: Traced) -> tuple[loans.Tranche, ...]:
    """All tranches in order of rank."""
    capital = sources.document.model.capital
    return tuple(_tranche(sources, dates, full_operation, name) for name in (capital.debt if capital else {}))


def takes_out(sources: Sources, name: str) -> list[str]:
    """The tranches that one repays."""
    capital = sources.document.model.capital
    return [other for other, debt in (capital.debt if capital else {}).items() if debt.refinanced_by == name]


def _tranche(sources: Sources, dates: Calendar, full_operation: Traced, name: str) -> loans.Tranche:
    path = f"capital.debt.{name}"
    others = [sources.name_at(f"capital.debt.{other}", other) for other in takes_out(sources, name)]
    kind = sources.get(f"{path}.kind", "text", ("debt", "default", "kind"))

    def get(field: str) -> Traced:
        return sources.get(f"{path}.{field}", annotation(loans.Tranche, field), ("debt", "default", field))

    def stated(field: str, otherwise: Traced) -> Traced:
        return sources.given(f"{path}.{field}", annotation(loans.Tranche, field)) or otherwise

    closes, matures, ends = dates.debts[name]
    open_ended = kind.value in UNLIMITED and sources.given(f"{path}.max_ltv") is None
    unlimited = sources.derive(derive.unlimited)
    covenants = {
        field: sources.derive(derive.no_test)
        if kind.value in UNTESTED and sources.given(f"{path}.{field}") is None
        else get(field)
        for field in ("covenant_dscr", "lockup_dscr")
    }
    return sources.make(
        loans.Tranche,
        f"finance.tranches.{name}",
        name=sources.name_at(path, name),
        kind=kind,
        secures=get("secures"),
        offtaker=stated("offtaker", sources.derive(derive.not_tied)),
        refinanced_by=stated("refinanced_by", sources.derive(derive.not_refinanced)),
        takes_out=sources.derive(derive.takes_out, *others) if others else sources.derive(derive.takes_nothing_out),
        closes=dates.from_start(sources, closes),
        begins=sources.derive(derive.begins, full_operation, dates.from_start(sources, closes)),
        matures=dates.from_start(sources, matures),
        ends=dates.from_start(sources, ends),
        profile_ends=dates.from_start(sources, sources.given(f"{path}.amortises_until", "month") or matures),
        prepaid=sources.derive(derive.yes if sources.given(f"{path}.prepaid", "month") else derive.no),
        make_whole_spread=sources.given(f"{path}.make_whole.spread", PerYear) or sources.derive(derive.no_spread),
        **_rates(sources, dates, path, closes),
        sizing_dscr=get("sizing_dscr"),
        merchant_dscr=stated("merchant_dscr", unlimited),
        max_ltv=unlimited if open_ended else _max_ltv(sources, path),
        max_gearing=stated("max_gearing", unlimited),
        max_commitment=stated("max_commitment", sources.derive(derive.no_cap)),
        tail=get("tail"),
        amount=stated("amount", sources.derive(derive.no_amount)),
        share=stated("share", sources.derive(derive.sized_on_cash)),
        **covenants,
        upfront_fee=get("upfront_fee"),
        commitment_fee=get("commitment_fee"),
        agency_fee=get("agency_fee"),
        dsra=stated("dsra", sources.derive(derive.no_reserve)) if kind.value in UNTESTED else get("dsra"),
        dsra_held=get("dsra_held"),
        letter_fee=get("letter_fee"),
        sweep=get("sweep") if kind.value == "sweep" else stated("sweep", sources.derive(derive.no_sweep)),
        downside=sources.fact(One, "debt", "default", "downside"),
    )


def _max_ltv(sources: Sources, path: str) -> Traced:
    """The limit by value; a loan on the durable layer alone has a default of its own."""
    durable = sources.document.model.capital.debt[path.removeprefix("capital.debt.")].secures == "durable"  # type: ignore[union-attr]
    return sources.get(f"{path}.max_ltv", One, ("debt", "default", "max_ltv_durable" if durable else "max_ltv"))


def _rates(sources: Sources, dates: Calendar, path: str, closes: Traced) -> dict[str, Traced]:
    """A fixed rate, or a margin by month over the base rate, part of which may be swapped."""
    fixed = sources.given(f"{path}.rate", PerYear)
    steps: list[Traced] = []
    if fixed is not None:
        margin = sources.derive(derive.no_margin)
        found = {"fixed_share": sources.derive(derive.yes), "fixed_rate": fixed}
    else:
        margin = sources.given(f"{path}.margin", PerYear) or _credit_margin(sources, path)
        listed = sources.document.model.capital.debt[path.removeprefix("capital.debt.")].margin_steps  # type: ignore[union-attr]
        for name in listed or ():
            place = f"{path}.margin_steps.{name}"
            steps += [sources.derive(derive.step_month, sources.name_at(place, name), closes)]
            steps += [sources.required(place, PerYear)]
        found = {
            "fixed_share": sources.given(f"{path}.hedge.share", One) or sources.derive(derive.floating),
            "fixed_rate": sources.given(f"{path}.hedge.rate", PerYear) or sources.derive(derive.no_swap),
        }
    fall = sources.get(f"{path}.draws_fall", "text", ("debt", "default", "draws_fall"))
    return found | {
        "margin": sources.derive(derive.by_month, dates.timeline, margin, *steps),
        "day_count": sources.get(f"{path}.day_count", "text", ("debt", "default", "day_count")),
        "drawn_early": sources.derive(derive.drawn_early, fall),
    }


def _credit_margin(sources: Sources, path: str) -> Traced:
    """What lenders ask over the base rate by the credit of the buyer: of the weakest where several repay it."""
    model = sources.document.model
    tied = sources.given(f"{path}.offtaker")
    names = [tied.value] if tied else [name for name, terms in model.offtake.items() if terms.kind != "on_demand"]
    spreads = []
    for name in names or list(model.offtake):
        kept = (path for path in sources.origins if path.startswith("offtake.") and path.endswith(".rating"))
        place = next((path for path in kept if path.split(".", 2)[2].startswith(f"{name} ")), "")
        rating = sources.kept(place)
        grade = "unrated" if rating.origin is None or not rating.value else rating
        spreads.append(sources.fact(PerYear, "margin", grade, "spread", path=f"{path}.rate"))
    if any(spread.origin is None for spread in spreads):
        return MISSING
    return sources.derive(derive.weakest, *spreads)


def base_rate(sources: Sources, dates: Calendar) -> Traced:
    """The floating rate before margin, by month."""
    capital = sources.document.model.capital
    first = sources.get("capital.base_rate", PerYear, ("capital", "default", "base_rate"))
    steps: list[Traced] = []
    for name in (capital.base_curve if capital else None) or ():
        place = f"capital.base_curve.{name}"
        steps += [sources.derive(derive.calendar_month, sources.name_at(place, name))]
        steps += [sources.required(place, PerYear)]
    return sources.derive(derive.by_month, dates.timeline, first, *steps)


def last_maturity(sources: Sources, dates: Calendar) -> Traced:
    """The month in which the last debt ends."""
    ends = [dates.from_start(sources, end) for _, _, end in dates.debts.values()]
    return sources.derive(derive.latest, *ends) if ends else sources.derive(derive.never_owed)


def reserves(sources: Sources) -> loans.Reserves:
    """Cash held for upkeep and the next silicon."""
    rows = {
        name: sources.get(f"capital.reserves.{name}", Month, ("reserves", "default", name))
        for name in ("maintenance", "refresh")
    }
    return sources.make(loans.Reserves, "finance.reserves", **rows)


def choices(sources: Sources) -> inputs.Choices:
    """The conventions that select lines: what the first tranche that states them says."""
    order = _said(sources, "draw_order")
    return sources.make(
        inputs.Choices,
        "finance.choices",
        draw_order=sources.derive(derive.draw_order, order)
        if order
        else sources.fact("text", "debt", "default", "draw_order"),
    )


def sizing_tax(sources: Sources) -> Traced:
    """1 where debt is sized on cash after tax."""
    said = _said(sources, "sizing_tax") or sources.fact("text", "debt", "default", "sizing_tax")
    return sources.derive(derive.sized_after_tax, said)


def _said(sources: Sources, field: str) -> Traced | None:
    """What the first tranche that states it says."""
    capital = sources.document.model.capital
    names = list(capital.debt if capital else {})
    return next((found for name in names if (found := sources.given(f"capital.debt.{name}.{field}"))), None)
