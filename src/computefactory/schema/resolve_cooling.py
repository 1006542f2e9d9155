"""The plant's halls and their cooling from file and library."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from computefactory.plant import inputs
from computefactory.plant.cooling import ARCHITECTURES
from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced, annotation, measured
from computefactory.units import (
    Celsius,
    Count,
    KgPerM2,
    Kw,
    One,
    Pascal,
    SquareMetre,
    UsdPerKw,
)

__all__ = ["check_halls", "cooling", "hall", "hall_capacities", "hall_cost", "hall_costs"]

LIQUID = ("direct_to_chip", "immersion")
HUMIDITY = ("dew_low", "dew_high", "humidity_low", "humidity_high")


def hall(sources: Sources, name: str) -> inputs.Hall:
    """A hall: its cooling, capacity and racks."""
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
        floor_rating=sources.given(f"{path}.floor_rating", KgPerM2) or sources.derive(derive.no_rating),
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


def cooling(sources: Sources, hall: str) -> inputs.Cooling:
    """The cooling of a hall: the file's numbers over those of the architecture's row."""
    where = _cooling_path(sources, hall)
    architecture = sources.required(f"{where}.architecture")

    def row(name: str, record: type = inputs.Cooling) -> Traced:
        fact = ("cooling", architecture, name)
        return sources.get(f"{where}.{name}", annotation(record, name), fact, named_by=f"{where}.architecture")

    unread = _unread(str(architecture.value))
    if sources.given(f"{where}.air_class") is not None:  # asked for, so looked up
        unread = {name: none for name, none in unread.items() if name not in HUMIDITY}
    if sources.given(f"{where}.chiller") is None:
        unread["chiller_modules"] = derive.no_share
    values = {
        name: (sources.given(f"{where}.{name}", annotation(inputs.Cooling, name)) or sources.derive(unread[name]))
        if name in unread
        else row(name)
        for name in measured(inputs.Cooling, "architecture", "pump_power", *HUMIDITY)
    }
    humid = sources.get(f"{where}.air_class", "text", ("cooling", "default", "air_class"))
    for name in HUMIDITY:
        fact = ("air_class", humid, name)
        unit = annotation(inputs.Cooling, name)
        given = sources.given(f"{where}.{name}", unit)
        if given is None and name in unread:
            values[name] = sources.derive(unread[name])
        else:
            values[name] = given or sources.fact(unit, *fact, named_by=f"{where}.air_class")
    pressure = sources.given(f"{where}.pump_pressure", Pascal)
    if pressure is None:
        values["pump_power"] = row("pump_power")
    else:
        efficiency = sources.get(f"{where}.pump_efficiency", One, ("cooling", architecture, "pump_efficiency"))
        values["pump_power"] = sources.derive(derive.pump_power, pressure, efficiency, values["water_rise"])
    machine = _chiller(sources, where, f"plant.cooling.{hall}", values["water_cooled"])
    return sources.make(inputs.Cooling, f"plant.cooling.{hall}", architecture=architecture, chiller=machine, **values)


def _unread(architecture: str) -> dict[str, Callable[[], float]]:
    """Fields that this way of cooling never reads: absent unless the file gives them, so nothing is said to depend."""
    way = ARCHITECTURES.get(architecture)
    if way is None:
        return {}
    outdoor = way.air in ("outdoor", "spray")
    absent = {
        "adiabatic_approach": (way.liquid == "pads" or way.air == "spray", derive.no_difference),
        "rejection_air_rise": (way.liquid == "pads", derive.no_difference),
        "dew_low": (outdoor, derive.no_temperature),
        "dew_high": (outdoor, derive.no_temperature),
        "humidity_low": (outdoor, derive.no_share),
        "humidity_high": (outdoor, derive.no_share),
        "immersion_capture": (way.immersed, derive.no_share),
    }
    return {name: none for name, (read, none) in absent.items() if not read}


def _chiller(sources: Sources, where: str, kept: str, water_cooled: Traced) -> inputs.Chiller | Traced:
    """The curves of a machine that the file names; else none: a Carnot fraction."""
    path = f"{where}.chiller"
    name = sources.given(path)
    if name is None:
        return sources.derive(derive.no_chiller)
    if water_cooled.origin is not None and not np.all(water_cooled.value):
        expected = "chillers on towers (water_cooled: 1): the machines of the table have water-cooled condensers"
        sources.refuse("contradiction", path, f"{name.value} with dry condensers", expected)
    unknown = len(sources.problems)

    def fact(unit: object, field: str) -> Traced:
        return sources.fact(unit, "chiller", name, field, named_by=path)

    def curve(field: str) -> Traced:
        return sources.derive(derive.coefficients, fact("text", field))

    values = {
        "cop": fact(One, "cop_nominal"),
        "capacity_curve": curve("cap_f_t"),
        "energy_curve": curve("eir_f_t"),
        "part_load_curve": curve("eir_f_plr"),
        "part_load_min": fact(One, "part_load_min"),
        "evaporator_min": fact(Celsius, "evap_leaving_min"),
        "evaporator_max": fact(Celsius, "evap_leaving_max"),
        "condenser_min": fact(Celsius, "cond_entering_min"),
        "condenser_max": fact(Celsius, "cond_entering_max"),
    }
    if len(sources.problems) > unknown:
        return sources.derive(derive.no_chiller)
    return sources.make(inputs.Chiller, f"{kept}.chiller", name=name, **values)


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


def hall_cost(sources: Sources) -> Traced:
    """Mean cost of the halls per kW of IT capacity."""
    costs = sources.derive(derive.sum_of, *hall_costs(sources))
    return sources.derive(
        derive.mean_hall_cost, costs, sources.derive(derive.total_capacity, *hall_capacities(sources))
    )


def check_halls(sources: Sources, halls: tuple[inputs.Hall, ...], cooling: tuple[inputs.Cooling, ...]) -> None:
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
