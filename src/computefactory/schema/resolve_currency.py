"""Prices that recur in another currency: their rise in USD with the difference in inflation."""

from __future__ import annotations

from computefactory.schema import derive
from computefactory.schema.currency import code_in
from computefactory.schema.origin import Sources, Traced
from computefactory.units import PerYear

__all__ = ["rising"]


def rising(sources: Sources, path: str, escalator: Traced) -> Traced:
    """The escalator of a price, in USD: with the forward rate of its currency, where the file states inflation there.

    Relative purchasing power: the forward rate rises by (1 + inflation at home) / (1 + inflation abroad) a year.
    """
    code = code_in(sources.document.places.given(path))
    abroad = sources.given(f"capital.inflation_abroad.{code}", PerYear) if code else None
    if abroad is None:
        return escalator
    home = sources.get("operations.inflation", PerYear, ("operations", "default", "inflation"))
    return sources.derive(derive.with_forward_rate, escalator, home, abroad)
