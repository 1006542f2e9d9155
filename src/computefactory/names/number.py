"""The one number that a name, path or formula is worth in a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefactory.names.formula import Leaf, Values, is_name, read
from computefactory.names.place import Place, values_of

if TYPE_CHECKING:
    from computefactory.page import Of
    from computefactory.underwriting import Underwritten

__all__ = ["number_of", "single"]


def number_of(result: Underwritten, of: Of) -> float | None:
    """What ``explain`` answers for a number of a page, in the page's unit; or None: not one number.

    Raises:
        LookupError: the result has no such name (a mistake of ours, of the page).
    """
    run = result.sized if of.case == "sized" else result.runs[of.case or result.head]
    assert run is not None
    place = Place.of(run.timeline, of.item, of.month)

    def look(leaf: Leaf) -> Values:
        values = values_of(result, run, leaf, place)
        if values is None:
            raise LookupError(f"{leaf.name} is no name of this result")
        return values

    formula = None if is_name(of.name) else read(of.name)
    values = look(Leaf(of.name)) if formula is None else formula.value(look, place.slice)
    number = single(values, place, summed=formula is not None)
    return None if number is None else number * of.scale


def single(values: Values, place: Place, *, summed: bool = False) -> float | None:
    """One number: the only one, the one counted by an item's number, or the sum over what item and month leave."""
    if values.size == 1:
        return float(values[0, 0])
    if place.item.isdigit() and len(values) == 1 and 0 < int(place.item) <= values.shape[1]:
        place.fits.add(place.item)
        return float(values[0, int(place.item) - 1])
    if summed and place.item and len(values) != 1:
        values = values.sum(axis=0, keepdims=True)
    if summed and place.month:
        values = values.sum(axis=1, keepdims=True)
    return float(values[0, 0]) if values.size == 1 else None
