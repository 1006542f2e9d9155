"""The plant's inputs from file and library."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from computefactory.errors import FactoryFileError
from computefactory.plant import inputs
from computefactory.plant.weather.file import read_weather
from computefactory.schema import derive
from computefactory.schema.fill import fill
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.resolve_cooling import check_halls, cooling, hall, hall_cost
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_power import electrical, interconnection, phases, shortage, supply
from computefactory.schema.resolve_production import network, reliability
from computefactory.schema.resolve_supply import stack
from computefactory.schema.resolve_tokens import production
from computefactory.units import (
    Celsius,
    Count,
    Kelvin,
    One,
)

__all__ = ["plant"]

MONTHS = range(1, 13)
TEXT = "text"
_NORMALS = {"drybulb_mean": Celsius, "drybulb_max": Celsius, "drybulb_min": Celsius, "relative_humidity": One}


def plant(sources: Sources, dates: Calendar) -> inputs.Plant:
    """All physical inputs."""
    model = sources.document.model
    silicon = _silicon(sources)
    names = list(model.build.halls)
    rejection = tuple(cooling(sources, name) for name in names)
    halls = tuple(hall(sources, name) for name in names)
    site = _site(sources)
    check_halls(sources, halls, rejection)
    chain = electrical(sources)
    feeds = stack(sources)
    return fill(
        sources,
        inputs.Plant,
        "plant",
        site=site,
        interconnection=interconnection(sources),
        phases=phases(sources, dates),
        supply=supply(sources),
        sources=feeds,
        shortage=shortage(sources),
        silicon=silicon,
        halls=halls,
        cooling=rejection,
        electrical=chain,
        network=network(sources),
        reliability=reliability(sources),
        hall_cost=hall_cost(sources),
        production=production(sources),
    )


def _site(sources: Sources) -> inputs.Site:
    place = sources.document.model.site.place
    hours = _hours(sources)

    def fact(unit: object, name: str) -> Traced:
        return sources.fact(unit, "place", place, name, named_by="site.place")

    def normals(name: str) -> Traced:
        if hours is not None:
            return sources.derive(getattr(derive, f"{name}_of"), hours)
        return sources.derive(derive.monthly, *(fact(_NORMALS[name], f"{name}_{month:02d}") for month in MONTHS))

    of_file: dict[str, Traced] = {"hours": hours} if hours is not None else {}
    for name in ("latitude", "elevation"):
        if hours is not None and getattr(hours.value, name, None) is not None:
            of_file[name] = sources.derive(getattr(derive, f"{name}_of"), hours)
    climate = {name: normals(name) for name in _NORMALS}
    margin = _extreme_margin(sources, hours, climate["drybulb_max"])
    return fill(sources, inputs.Site, "plant.site", "site", extreme_margin=margin, **climate, **of_file)


def _extreme_margin(sources: Sources, hours: Traced | None, warmest: Traced) -> Traced:
    """What the file says; else what the weather file states of its station; else what stations teach."""
    given = sources.given("site.extreme_margin", Kelvin)
    if given is not None:
        return given
    place = sources.document.model.site.place
    if "extreme_margin" in sources.library.fields("place", place):  # a row of the user's own
        return sources.fact(Kelvin, "place", place, "extreme_margin")
    if hours is None:
        row = {name: ("weather", "default", name) for name in ("extreme_margin", "extreme_slope", "extreme_reference")}
        base = sources.fact(Kelvin, *row["extreme_margin"], path="site.extreme_margin")
        slope = sources.fact(One, *row["extreme_slope"])
        return sources.derive(
            derive.extreme_margin, base, slope, sources.fact(Celsius, *row["extreme_reference"]), warmest
        )
    if hours.value is not None and hours.value.extreme is not None:
        return sources.derive(derive.extreme_margin_of, hours)
    return sources.fact(Kelvin, "weather", "default", "extreme_margin_of_file", path="site.extreme_margin")


def _hours(sources: Sources) -> Traced | None:
    """The weather file, beside the factory file; one given with --set is looked for where the command runs."""
    given = sources.document.model.site.weather
    if given is None:
        return None
    file, line, _ = sources.document.places.place("site.weather")
    folder = Path() if file in (None, "--set") else Path(str(sources.document.file)).parent
    try:
        year = read_weather(folder / given, path="site.weather", place=(file, line))
    except FactoryFileError as error:
        sources.problems.extend(error.problems)
        return MISSING
    return sources.read("site.weather", year)


def _silicon(sources: Sources) -> inputs.Silicon:
    in_rack = sources.given("silicon.spares_in_rack", Count)
    if in_rack and sources.given("silicon.spares"):
        expected = "one of spares and spares_in_rack"
        sources.refuse("contradiction", "silicon.spares", "both spares and spares_in_rack", expected)
    made = fill(sources, inputs.Silicon, "plant.silicon", "silicon")
    spares, accelerators = np.asarray(made.spares, dtype=float), np.asarray(made.accelerators)
    if np.any((spares >= accelerators) & (accelerators > 0)):
        where = "silicon.spares_in_rack" if in_rack else "silicon.spares"
        sources.refuse("above_limit", where, "no accelerator is left to work", "fewer spares than accelerators")
    return made
