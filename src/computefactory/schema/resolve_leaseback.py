"""A sale and leaseback from the file; most files have none."""

from __future__ import annotations

from computefactory.finance import inputs
from computefactory.schema.fill import fill
from computefactory.schema.origin import Sources
from computefactory.schema.resolve_dates import Calendar

__all__ = ["leaseback"]

PATH = "capital.sale_leaseback"


def leaseback(sources: Sources, dates: Calendar) -> inputs.Leaseback:
    """The sale, or one that never comes."""
    capital = sources.document.model.capital
    stated = capital.sale_leaseback if capital else None
    if stated is None:
        return fill(sources, inputs.Leaseback, "finance.leaseback", PATH, month_0=dates.month_0)
    full = dates.full_operation.value
    sold = sources.required(f"{PATH}.sold", "month")
    if full is not None and sold.value < full:
        hint = "what is not complete cannot be sold"
        names = dates.timeline.value.names
        expected = f"a month from full operation on ({names[dates.timeline.value.index(full)]})"
        sources.refuse(
            "dates_out_of_order", f"{PATH}.sold", sources.document.places.given(f"{PATH}.sold"), expected, hint
        )
    model = sources.document.model
    if stated.sells == "building" and model.build.lease is not None:
        hint = "a building that is leased is not the factory's to sell"
        sources.refuse("contradiction", f"{PATH}.sells", "building", "silicon, or no build.lease", hint)
    if stated.sells == "silicon" and model.silicon.refresh:
        hint = "sold silicon is the buyer's to replace"
        sources.refuse("contradiction", f"{PATH}.sells", "silicon", "building, or no silicon.refresh", hint)
    return fill(sources, inputs.Leaseback, "finance.leaseback", PATH, month_0=dates.month_0)
