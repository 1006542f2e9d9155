"""The plant's inputs from file and library."""

from __future__ import annotations

from computefactory.plant import inputs
from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced, annotation, measured
from computefactory.schema.resolve_cooling import check_halls, cooling, hall, hall_cost
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_power import electrical, interconnection, phases, supply
from computefactory.schema.resolve_production import network, reliability
from computefactory.units import (
    Celsius,
    Count,
    Degree,
    Metre,
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
    return sources.make(
        inputs.Plant,
        "plant",
        workload=sources.given("workload") or sources.derive(derive.not_named),
        site=site,
        interconnection=interconnection(sources),
        phases=phases(sources, dates),
        supply=supply(sources),
        silicon=silicon,
        halls=halls,
        cooling=rejection,
        electrical=electrical(sources),
        network=network(sources),
        reliability=reliability(sources),
        hall_cost=hall_cost(sources),
    )


def _site(sources: Sources) -> inputs.Site:
    place = sources.document.model.site.place

    def fact(unit: object, name: str) -> Traced:
        return sources.fact(unit, "place", place, name, named_by="site.place")

    def normals(name: str) -> Traced:
        return sources.derive(derive.monthly, *(fact(_NORMALS[name], f"{name}_{month:02d}") for month in MONTHS))

    def shape(name: str) -> Traced:
        return sources.get(f"site.{name}", annotation(inputs.Site, name), ("weather", "default", name))

    return sources.make(
        inputs.Site,
        "plant.site",
        place=sources.required("site.place"),
        country=fact(TEXT, "country"),
        region=sources.given("site.region") or fact(TEXT, "region"),
        latitude=fact(Degree, "latitude"),
        elevation=fact(Metre, "elevation"),
        drybulb_mean=normals("drybulb_mean"),
        drybulb_max=normals("drybulb_max"),
        drybulb_min=normals("drybulb_min"),
        relative_humidity=normals("relative_humidity"),
        extreme_margin=sources.given("site.extreme_margin", annotation(inputs.Site, "extreme_margin"))
        or fact(annotation(inputs.Site, "extreme_margin"), "extreme_margin"),
        anomaly_floor=shape("anomaly_floor"),
        anomaly_range=shape("anomaly_range"),
        anomaly_season=shape("anomaly_season"),
        persistence=shape("persistence"),
    )


def _silicon(sources: Sources) -> inputs.Silicon:
    system = sources.document.model.silicon.system
    values = {
        name: sources.get(
            f"silicon.{name}", annotation(inputs.Silicon, name), ("system", system, name), named_by="silicon.system"
        )
        for name in measured(inputs.Silicon, "system", "accelerators", "spares")
    }
    return sources.make(
        inputs.Silicon,
        "plant.silicon",
        system=sources.required("silicon.system"),
        accelerators=sources.required("silicon.accelerators", Count),
        spares=sources.get("silicon.spares", Count, ("silicon", "default", "spares")),
        **values,
    )
