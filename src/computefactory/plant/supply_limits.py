"""What a supply stack cannot do: hours that nothing serves, machines that never start."""

from __future__ import annotations

from typing import Any

import numpy as np

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant.climate import HOURS_OF_DAY, Weather
from computefactory.plant.hours import MONTH
from computefactory.plant.inputs.site import Site
from computefactory.plant.onsite import derating
from computefactory.plant.sources import Source
from computefactory.plant.stack import Dispatch

__all__ = ["STEPS", "hour_name"]

ROUNDING = 1e-6  # of the largest load
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def hour_name(hour: int) -> str:
    """``14 Jul, 15:00`` of an hour of the typical year."""
    month = int(MONTH[hour])
    day = (hour - int(np.flatnonzero(month == MONTH)[0])) // HOURS_OF_DAY + 1
    return f"{day} {MONTH_NAMES[month]}, {hour % HOURS_OF_DAY:02d}:00"


def supply_limits(dispatch: Dispatch, sources: tuple[Source, ...], typical_weather: Weather, site: Site) -> float:
    """Hours of the typical year in which load is shed.

    Raises:
        FactoryFileError: load is left in hours in which it may not be shed, or a plant cannot start; all at once.
    """
    if not dispatch.sent:
        return 0.0
    problems = [problem for each in sources if (problem := _start(each, dispatch, typical_weather, site)) is not None]
    largest = float(dispatch.load.max())
    short = dispatch.refused
    if short.max() > ROUNDING * largest:
        hours = np.flatnonzero(short > ROUNDING * largest)
        worst = int(np.argmax(short))
        given = (
            f"{short[worst]:,.0f} of {dispatch.load[worst]:,.0f} kW are not served on {hour_name(worst)} "
            f"(hour {worst}), {len(hours):,} hours in all, {short.sum():,.0f} kWh, the first on "
            f"{hour_name(int(hours[0]))} (hour {int(hours[0])})"
        )
        hint = "more supply, a smaller load, or power.shortage: {allowed: true} to carry it as lost production"
        problems.append(Problem("not_served", "power.supply", given, "supply for every hour of a typical year", hint))
    if problems:
        raise FactoryFileError(problems)
    return float(np.count_nonzero(dispatch.shed > ROUNDING * largest))


def _start(source: Any, dispatch: Dispatch, weather: Weather, site: Site) -> Problem | None:
    """Why a plant never runs."""
    if source.kind != "generation":
        return None
    path = f"power.supply.{source.name}"
    share = derating(source, weather, site.elevation)
    if not share.any():
        given = f"nothing is left of {source.capacity:,.0f} kW at {site.elevation:,.0f} m and in this weather"
        return Problem("cannot_start", path, given, "a plant that runs in some hour", "check its derating and hottest")
    least = source.minimum_load * min(source.unit, source.capacity)
    if least > dispatch.load.max():
        given = f"one machine runs at no less than {least:,.0f} kW"
        expected = f"at most the largest load, {dispatch.load.max():,.0f} kW"
        return Problem("cannot_start", path, given, expected, "smaller machines, or a lower minimum_load")
    return None


STEPS = (supply_limits,)
