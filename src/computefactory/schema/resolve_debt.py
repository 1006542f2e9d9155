"""The debt's inputs from file and library."""

from __future__ import annotations

from computefactory.finance import inputs
from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced, annotation
from computefactory.schema.resolve_dates import Calendar
from computefactory.units import (
    One,
    PerYear,
)

__all__ = ["choices", "debt"]


def debt(sources: Sources, dates: Calendar) -> inputs.Debt | None:
    """The facility; None where the file has no debt."""
    capital = sources.document.model.capital
    if capital is None or not capital.debt:
        return None
    (name,) = capital.debt
    path = f"capital.debt.{name}"

    def get(field: str, fallback: str = "") -> Traced:
        return sources.get(f"{path}.{field}", annotation(inputs.Debt, field), ("debt", "default", fallback or field))

    closes = sources.given(f"{path}.closes", "month") or dates.month_0
    return sources.make(
        inputs.Debt,
        "finance.debt",
        name=sources.name_at(path, name),
        secures=get("secures"),
        rate=sources.required(f"{path}.rate", PerYear),
        closes=dates.from_start(sources, closes),
        matures=dates.from_start(sources, sources.required(f"{path}.matures", "month")),
        sizing_dscr=get("sizing_dscr"),
        max_ltv=get("max_ltv"),
        max_gearing=sources.given(f"{path}.max_gearing", One) or sources.derive(derive.unlimited),
        covenant_dscr=get("covenant_dscr"),
        upfront_fee=get("upfront_fee"),
        commitment_fee=get("commitment_fee"),
        dsra=get("dsra"),
    )


def choices(sources: Sources, tax: dict[str, Traced]) -> inputs.Choices:
    """The conventions that select lines."""
    capital = sources.document.model.capital
    path = f"capital.debt.{next(iter(capital.debt), '')}" if capital and capital.debt else ""
    order = sources.given(f"{path}.draw_order") if path else None
    before = sources.given(f"{path}.sizing_tax") if path else None
    return sources.make(
        inputs.Choices,
        "finance.choices",
        losses=sources.get("owner.losses", "text", ("capital", "default", "losses")),
        draw_order=sources.derive(derive.draw_order, order)
        if order
        else sources.fact("text", "debt", "default", "draw_order"),
        sizing_tax=before or sources.fact("text", "debt", "default", "sizing_tax"),
        **tax,
    )
