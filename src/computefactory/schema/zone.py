"""The zone of a site: how many hours its standard time is ahead of UTC."""

from __future__ import annotations

from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced
from computefactory.units import Hour

__all__ = ["site_zone"]


def site_zone(sources: Sources) -> Traced:
    """What the file says, else the row of the place, else the head of its weather file; None where none does."""
    stated = sources.given("site.utc_offset", Hour)
    if stated is not None:
        return stated
    place = sources.model.site.place
    if "utc_offset" in sources.library.fields("place", place):
        return sources.fact(Hour, "place", place, "utc_offset", path="site.utc_offset", named_by="site.place")
    hours = sources.kept("plant.site.hours")
    if hours.value is not None and hours.value.zone is not None:
        return sources.derive(derive.zone_of, hours)
    return sources.absent("site.utc_offset", None, Hour, "no zone is known: stamps stay in that of their file")
