"""The plant's inputs from file and library."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from computefactory.errors import FactoryFileError
from computefactory.plant import inputs
from computefactory.schema import derive
from computefactory.schema.origin import MISSING, Sources, Traced, annotation, measured
from computefactory.schema.resolve_cooling import check_halls, cooling, hall, hall_cost
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_power import electrical, interconnection, phases, shortage, supply
from computefactory.schema.resolve_production import network, reliability
from computefactory.schema.resolve_supply import stack
from computefactory.schema.resolve_tokens import production
from computefactory.schema.weather_file import read_weather
from computefactory.units import (
    Celsius,
    Count,
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
    return sources.make(
        inputs.Plant,
        "plant",
        workload=sources.given("workload") or sources.derive(derive.not_named),
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

    def measured_or_fact(name: str) -> Traced:
        known = hours is not None and getattr(hours.value, name, None) is not None
        unit = annotation(inputs.Site, name)
        return sources.derive(getattr(derive, f"{name}_of"), hours) if known and hours else fact(unit, name)

    def normals(name: str) -> Traced:
        if hours is not None:
            return sources.derive(getattr(derive, f"{name}_of"), hours)
        return sources.derive(derive.monthly, *(fact(_NORMALS[name], f"{name}_{month:02d}") for month in MONTHS))

    def shape(name: str) -> Traced:
        return sources.get(f"site.{name}", annotation(inputs.Site, name), ("weather", "default", name))

    warmest = normals("drybulb_max")
    return sources.make(
        inputs.Site,
        "plant.site",
        place=sources.required("site.place"),
        country=sources.given("site.country") or fact(TEXT, "country"),
        region=sources.given("site.region") or fact(TEXT, "region"),
        latitude=measured_or_fact("latitude"),
        elevation=measured_or_fact("elevation"),
        drybulb_mean=normals("drybulb_mean"),
        drybulb_max=warmest,
        drybulb_min=normals("drybulb_min"),
        relative_humidity=normals("relative_humidity"),
        extreme_margin=_extreme_margin(sources, hours, warmest),
        anomaly_floor=shape("anomaly_floor"),
        anomaly_range=shape("anomaly_range"),
        anomaly_season=shape("anomaly_season"),
        persistence=shape("persistence"),
        hours=hours or sources.derive(derive.no_hours),
    )


def _extreme_margin(sources: Sources, hours: Traced | None, warmest: Traced) -> Traced:
    """What the file says; else what the weather file states of its station; else what stations teach."""
    unit = annotation(inputs.Site, "extreme_margin")
    given = sources.given("site.extreme_margin", unit)
    if given is not None:
        return given
    place = sources.document.model.site.place
    if "extreme_margin" in sources.library.fields("place", place):  # a row of the user's own
        return sources.fact(unit, "place", place, "extreme_margin")
    if hours is None:
        row = {name: ("weather", "default", name) for name in ("extreme_margin", "extreme_slope", "extreme_reference")}
        base = sources.fact(unit, *row["extreme_margin"], path="site.extreme_margin")
        slope = sources.fact(One, *row["extreme_slope"])
        return sources.derive(
            derive.extreme_margin, base, slope, sources.fact(Celsius, *row["extreme_reference"]), warmest
        )
    if hours.value is not None and hours.value.extreme is not None:
        return sources.derive(derive.extreme_margin_of, hours)
    return sources.fact(unit, "weather", "default", "extreme_margin_of_file", path="site.extreme_margin")


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
    system = sources.document.model.silicon.system
    values = {
        name: sources.get(
            f"silicon.{name}", annotation(inputs.Silicon, name), ("system", system, name), named_by="silicon.system"
        )
        for name in measured(
            inputs.Silicon, "system", "accelerators", "available", "spares", "spares_in_rack", "rack_area"
        )
    }
    accelerators = sources.required("silicon.accelerators", Count)
    in_rack = sources.given("silicon.spares_in_rack", Count)
    if in_rack:
        spares = sources.derive(derive.spares_of_racks, in_rack, accelerators, values["accelerators_per_rack"])
    else:
        spares = sources.get("silicon.spares", Count, ("silicon", "default", "spares"))
    if in_rack and sources.given("silicon.spares"):
        expected = "one of spares and spares_in_rack"
        sources.refuse("contradiction", "silicon.spares", "both spares and spares_in_rack", expected)
    made = sources.make(
        inputs.Silicon,
        "plant.silicon",
        system=sources.required("silicon.system"),
        accelerators=accelerators,
        available=sources.given("silicon.available", Count) or sources.derive(derive.no_accelerators),
        spares=spares,
        rack_area=sources.get(
            "silicon.rack_area", annotation(inputs.Silicon, "rack_area"), ("layout", "default", "rack_area")
        ),
        spares_in_rack=in_rack or sources.derive(derive.none_in_rack),
        **values,
    )
    idle = np.asarray(spares.value, dtype=float) >= np.asarray(accelerators.value)
    if np.any(idle & (np.asarray(accelerators.value) > 0)):
        where = "silicon.spares_in_rack" if in_rack else "silicon.spares"
        sources.refuse("above_limit", where, "no accelerator is left to work", "fewer spares than accelerators")
    return made
