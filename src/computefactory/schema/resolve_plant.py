"""The plant's inputs from file and library."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from computefactory.plant import inputs
from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced, hints
from computefactory.schema.resolve_dates import Calendar
from computefactory.units import (
    Celsius,
    Count,
    Degree,
    Hour,
    Kilovolt,
    Kw,
    Metre,
    One,
    PerHour,
    SquareMetre,
    Usd,
    UsdPerKw,
    unit_of,
)

__all__ = ["plant"]

MONTHS = range(1, 13)
TEXT = "text"
_NORMALS = {"drybulb_mean": Celsius, "drybulb_max": Celsius, "drybulb_min": Celsius, "relative_humidity": One}
_NETWORK = {
    "switch_radix": One,
    "switch_power": Kw,
    "transceiver_power": Kw,
    "switch_price": Usd,
    "transceiver_price": Usd,
    "nic_price": Usd,
}
LIQUID = ("direct_to_chip", "immersion")


def plant(sources: Sources, dates: Calendar) -> inputs.Plant:
    """All physical inputs."""
    model = sources.document.model
    silicon = _silicon(sources)
    names = list(model.build.halls)
    cooling = tuple(_cooling(sources, name) for name in names)
    halls = tuple(_hall(sources, name) for name in names)
    site = _site(sources)
    _check_halls(sources, halls, cooling)
    return sources.make(
        inputs.Plant,
        "plant",
        workload=sources.given("workload") or sources.derive(derive.not_named),
        site=site,
        interconnection=_interconnection(sources),
        phases=_phases(sources, dates),
        supply=_supply(sources),
        silicon=silicon,
        halls=halls,
        cooling=cooling,
        electrical=_electrical(sources),
        network=_network(sources),
        reliability=_reliability(sources),
        hall_cost=_hall_cost(sources),
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


def _interconnection(sources: Sources) -> inputs.Interconnection:
    path = "power.interconnection"
    capacity = sources.required(f"{path}.capacity", Kw)
    level = sources.required(f"{path}.level", Kilovolt)
    if isinstance(level.value, str):
        named = sources.fact(Kilovolt, "voltage", level.value, "level", path=f"{path}.level")
        level = sources.derive(derive.voltage, sources.required(f"{path}.level"), named)
    substation = sources.given(f"{path}.dedicated_substation")
    return sources.make(
        inputs.Interconnection,
        "plant.interconnection",
        capacity=capacity,
        reserved=sources.given(f"{path}.reserved", Kw) or sources.derive(derive.all_of, capacity),
        firm=sources.given(f"{path}.firm", Kw) or sources.derive(derive.all_of, capacity),
        level=level,
        status=sources.required(f"{path}.status"),
        dedicated_substation=sources.derive(derive.flag, substation) if substation else sources.derive(derive.no),
    )


def _phases(sources: Sources, dates: Calendar) -> tuple[inputs.Phase, ...]:
    return tuple(
        sources.make(
            inputs.Phase,
            f"plant.phases.{phase.name}",
            name=sources.name_at(f"power.energised.{phase.name}", phase.name),
            month=dates.from_start(sources, phase.milestone),
            energised=phase.energised,
            share=phase.share,
        )
        for phase in dates.phases
    )


def _supply(sources: Sources) -> inputs.Supply:
    (name,) = sources.document.model.power.supply
    path = f"power.supply.{name}"
    take = sources.document.model.power.supply[name].minimum_take
    of = sources.given(f"{path}.minimum_take.of")
    applies = sources.given(f"{path}.minimum_take.applies_to")

    def get(field: str) -> Traced:
        return sources.get(f"{path}.{field}", annotation(inputs.Supply, field), ("supply", "default", field))

    share = (
        sources.required(f"{path}.minimum_take.share", One)
        if take
        else sources.fact(One, "supply", "default", "minimum_take", path=f"{path}.minimum_take.share")
    )
    return sources.make(
        inputs.Supply,
        "plant.supply",
        energy=sources.required(f"{path}.energy", annotation(inputs.Supply, "energy")),
        demand=get("demand"),
        fixed=get("fixed"),
        minimum_take=share,
        minimum_take_of_reserved=sources.derive(derive.of_reserved, of) if of else sources.derive(derive.no),
        minimum_take_on_energy=sources.derive(derive.on_energy, applies) if applies else sources.derive(derive.no),
    )


def _silicon(sources: Sources) -> inputs.Silicon:
    system = sources.document.model.silicon.system
    values = {
        name: sources.get(
            f"silicon.{name}", annotation(inputs.Silicon, name), ("system", system, name), named_by="silicon.system"
        )
        for name in _names(inputs.Silicon, "system", "accelerators", "spares")
    }
    return sources.make(
        inputs.Silicon,
        "plant.silicon",
        system=sources.required("silicon.system"),
        accelerators=sources.required("silicon.accelerators", Count),
        spares=sources.get("silicon.spares", Count, ("silicon", "default", "spares")),
        **values,
    )


def _hall(sources: Sources, name: str) -> inputs.Hall:
    path = f"build.halls.{name}"
    capacity = sources.required(f"{path}.it_capacity", Kw)
    installed = sources.given(f"{path}.accelerators", Count) or sources.derive(
        derive.hall_accelerators, sources.kept("plant.silicon.accelerators"), capacity, *hall_capacities(sources)
    )
    where = _cooling_path(sources, name)
    architecture = sources.required(f"{where}.architecture")

    return sources.make(
        inputs.Hall,
        f"plant.halls.{name}",
        name=sources.name_at(path, name),
        architecture=architecture,
        liquid_from=_liquid_from(sources, where, architecture),
        it_capacity=capacity,
        rack_limit=sources.required(f"{path}.rack_limit", Kw),
        racks=sources.derive(derive.racks, installed, sources.kept("plant.silicon.accelerators_per_rack")),
        rack_power=sources.kept("plant.silicon.rack_power"),
        space_racks=sources.given(f"{path}.space_racks", One) or sources.derive(derive.no_count),
        white_space=sources.given(f"{path}.white_space", SquareMetre) or sources.derive(derive.no_area),
        building_area=sources.given(f"{path}.building_area", SquareMetre) or sources.derive(derive.no_area),
    )


def _liquid_from(sources: Sources, where: str, architecture: Traced) -> Traced:
    installed = sources.given(f"{where}.installed")
    if not str(architecture.value).startswith(LIQUID):
        return sources.derive(derive.no_liquid)
    if installed is None:
        sources.refuse("missing", f"{where}.installed", "missing", "construction or retrofit: when it was built in")
        return architecture
    return installed


def _cooling_path(sources: Sources, hall: str) -> str:
    own = sources.document.model.build.halls[hall].cooling
    return f"build.halls.{hall}.cooling" if own else "cooling"


def _cooling(sources: Sources, hall: str) -> inputs.Cooling:
    where = _cooling_path(sources, hall)
    architecture = sources.required(f"{where}.architecture")
    values = {
        name: sources.get(
            f"{where}.{name}",
            annotation(inputs.Cooling, name),
            ("cooling", architecture, name),
            named_by=f"{where}.architecture",
        )
        for name in _names(inputs.Cooling, "architecture")
    }
    return sources.make(inputs.Cooling, f"plant.cooling.{hall}", architecture=architecture, **values)


def _electrical(sources: Sources) -> inputs.Electrical:
    redundancy = sources.get("electrical.redundancy", TEXT, ("electrical", "default", "redundancy"))
    values = {
        name: sources.get(f"electrical.{name}", annotation(inputs.Electrical, name), ("electrical", redundancy, name))
        for name in _names(inputs.Electrical)
    }
    return sources.make(inputs.Electrical, "plant.electrical", **values)


def _network(sources: Sources) -> inputs.Network:
    system = sources.document.model.silicon.system
    switch = sources.get("interconnect.switch", TEXT, ("system", system, "switch"), named_by="silicon.system")
    by = "interconnect.switch" if sources.given("interconnect.switch") else "silicon.system"
    listed = sources.given("silicon.price_includes")
    fabric = sources.get("interconnect.fabric", TEXT, ("network", "default", "fabric"))
    if fabric.value == "rail_optimised":
        rails = sources.fact(One, "system", system, "rails", named_by="silicon.system")
    else:
        rails = sources.derive(derive.single_rail)
    values = {
        name: sources.get(f"interconnect.{name}", unit, ("network", switch, name), named_by=by)
        for name, unit in _NETWORK.items()
    }
    return sources.make(
        inputs.Network,
        "plant.network",
        oversubscription=sources.get("interconnect.oversubscription", One, ("network", "default", "oversubscription")),
        rails=rails,
        switch=switch,
        included=sources.derive(derive.includes_fabric, listed) if listed else sources.derive(derive.no),
        **values,
    )


def _reliability(sources: Sources) -> inputs.Reliability:
    path = "operations.reliability"

    def get(unit: object, field: str, row: str) -> Traced:
        return sources.get(f"{path}.{field}", unit, ("reliability", "default", row))

    rate = sources.given(f"{path}.failures", PerHour) or sources.derive(
        derive.failures_of_node,
        sources.fact(PerHour, "reliability", "default", "failures", path=f"{path}.failures"),
        sources.kept("plant.silicon.accelerators_per_node"),
        sources.fact(Count, "reliability", "default", "node", path=f"{path}.failures"),
    )
    return sources.make(
        inputs.Reliability,
        "plant.reliability",
        failures=rate,
        repair=get(Hour, "repair", "repair"),
        facility=get(One, "facility", "facility"),
        fabric=get(One, "fabric", "fabric"),
        planned=get(One, "planned", "planned"),
        job=get(Count, "job.accelerators", "job"),
        checkpoint_write=get(Hour, "job.write", "checkpoint_write"),
        restart=get(Hour, "job.restart", "restart"),
        detect=get(Hour, "job.detect", "detect"),
    )


def hall_capacities(sources: Sources) -> list[Traced]:
    """IT capacity of each hall."""
    return [sources.required(f"build.halls.{name}.it_capacity", Kw) for name in sources.document.model.build.halls]


def hall_costs(sources: Sources) -> list[Traced]:
    """Cost of each hall; where the building is leased, only what the file states."""
    build = sources.document.model.build
    costs = []
    for name in build.halls:
        path = f"build.halls.{name}.cost"
        cost = sources.given(path, UsdPerKw)
        if cost is None and build.lease is None:
            cost = sources.fact(UsdPerKw, "build", "default", "hall_cost", path=path)
        if cost is not None:
            capacity = sources.required(f"build.halls.{name}.it_capacity", Kw)
            costs.append(sources.derive(derive.cost_of_capacity, cost, capacity))
    return costs


def _hall_cost(sources: Sources) -> Traced:
    costs = sources.derive(derive.sum_of, *hall_costs(sources))
    return sources.derive(
        derive.mean_hall_cost, costs, sources.derive(derive.total_capacity, *hall_capacities(sources))
    )


def _check_halls(sources: Sources, halls: tuple[inputs.Hall, ...], cooling: tuple[inputs.Cooling, ...]) -> None:
    """A rack that the hall or its cooling cannot hold, and racks without a place, with both numbers."""
    system = sources.document.model.silicon.system
    for hall, each in zip(halls, cooling, strict=True):
        if {f"plant.halls.{hall.name}.racks", "plant.silicon.rack_power"} - sources.origins.keys():
            continue
        power = float(np.max(hall.rack_power))
        rack = f"racks of {power:g} kW ({system})"
        path = f"build.halls.{hall.name}"
        if power > np.min(hall.rack_limit):
            expected = f"at most {float(np.min(hall.rack_limit)):g} kW, the hall's limit for one rack"
            sources.refuse("rack_too_dense", f"{path}.rack_limit", rack, expected)
        known = f"plant.cooling.{hall.name}.rack_limit" in sources.origins
        if known and power > np.min(each.rack_limit):
            expected = f"at most {float(np.min(each.rack_limit)):g} kW, which {each.architecture} can hold"
            where = f"{_cooling_path(sources, hall.name)}.architecture"
            sources.refuse("rack_too_dense", where, rack, expected)
        if np.any(np.asarray(hall.racks) > np.asarray(hall.space_racks)):
            given, most = f"{float(np.max(hall.racks)):,.0f} racks", f"{float(np.min(hall.space_racks)):,.0f}"
            sources.refuse("above_limit", f"{path}.space_racks", given, f"at most the {most} positions")


def annotation(record: type, name: str) -> object:
    """The annotated unit of a record's field."""
    return hints(record)[name]


def _names(record: type, *without: str) -> list[str]:
    """The fields of a record that carry a unit, less some."""
    return [item.name for item in fields(record) if item.name not in without and unit_of(annotation(record, item.name))]
