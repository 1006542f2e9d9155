"""The plant's halls and their cooling from file and library."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np

from computefactory.plant import inputs
from computefactory.plant.cooling import ARCHITECTURES
from computefactory.schema import derive
from computefactory.schema.fill import field_of, fill
from computefactory.schema.origin import Sources, Traced
from computefactory.units import Celsius, Count, Kelvin, Kw, One, UsdPerKw

__all__ = ["check_halls", "cooling", "hall", "hall_capacities", "hall_cost", "hall_costs"]

LIQUID = ("direct_to_chip", "immersion")
HUMIDITY = ("dew_low", "dew_high", "humidity_low", "humidity_high")


def hall(sources: Sources, name: str) -> inputs.Hall:
    """A hall: its cooling, capacity and racks."""
    path = f"build.halls.{name}"
    capacity = sources.required(f"{path}.it_capacity", Kw)
    place, kept = _standing(sources, name)
    alike = [
        sources.required(f"build.halls.{other}.it_capacity", Kw)
        for other in sources.model.build.halls
        if _standing(sources, other)[0] == place
    ]
    installed = sources.given(f"{path}.accelerators", Count) or sources.derive(
        derive.hall_accelerators, sources.kept(f"{kept}.accelerators"), capacity, *alike
    )
    generation = {"generation": sources.derive(derive.place, sources.name_at(path, f"{place}"))} if place else {}
    where = _cooling_path(sources, name)
    architecture = sources.required(f"{where}.architecture")

    return fill(
        sources,
        inputs.Hall,
        f"plant.halls.{name}",
        path,
        name=sources.name_at(path, name),
        architecture=architecture,
        installed=installed,
        accelerators_per_rack=sources.kept(f"{kept}.accelerators_per_rack"),
        rack_power=sources.kept(f"{kept}.rack_power"),
        **generation,
        **_liquid_from(sources, where, architecture),
    )


def _standing(sources: Sources, hall: str) -> tuple[int, str]:
    """The place of the generation of silicon in a hall, which its phase says, and where its silicon is kept."""
    named = next((each.generation for each in sources.model.phases.values() if hall in (each.halls or ())), None)
    if named in (None, inputs.FIRST):
        return 0, "plant.silicon"
    return 1 + list(sources.model.generations).index(str(named)), f"plant.generations.{named}.silicon"


def _liquid_from(sources: Sources, where: str, architecture: Traced) -> dict[str, Traced]:
    """When liquid came to the racks, where the architecture brings it."""
    if not str(architecture.value).startswith(LIQUID):
        sources.account.idle(f"{where}.installed", f"{architecture.value} brings no liquid to the racks")
        return {}
    installed = sources.given(f"{where}.installed")
    if installed is None:
        sources.refuse("missing", f"{where}.installed", "missing", "construction or retrofit: when it was built in")
    return {"liquid_from": installed or architecture}


def _cooling_path(sources: Sources, hall: str) -> str:
    own = sources.model.build.halls[hall].cooling
    return f"build.halls.{hall}.cooling" if own else "cooling"


def cooling(sources: Sources, hall: str) -> inputs.Cooling:
    """The cooling of a hall: the file's numbers over those of the architecture's row."""
    where = _cooling_path(sources, hall)
    architecture = sources.required(f"{where}.architecture")

    unread = _unread(str(architecture.value))
    if sources.given(f"{where}.air_class") is not None:  # asked for, so looked up
        unread = {name: unit for name, unit in unread.items() if name not in HUMIDITY}
    no_machine = {} if sources.given(f"{where}.chiller") else {"chiller_modules": One}
    prefix = f"plant.cooling.{hall}"
    for name in unread:
        sources.account.idle(f"{where}.{name}", f"{architecture.value} does not use it")
    for name in no_machine:
        sources.account.idle(f"{where}.{name}", "it needs chiller beside it")
    absent = {
        name: sources.absent(f"{prefix}.{name}", nan, unit, "the architecture does not have it")
        for name, unit in (unread | no_machine).items()
        if sources.given(f"{where}.{name}") is None
    }
    wet = field_of(sources, inputs.Cooling, "water_cooled", where, architecture=architecture)
    _say_idle(sources, where, architecture, bool(np.any(wet.value)))
    return fill(
        sources,
        inputs.Cooling,
        prefix,
        where,
        architecture=architecture,
        air_class=lambda: sources.get(f"{where}.air_class", "text", ("cooling", "default", "air_class")),
        fan_rating=lambda: sources.get(f"{where}.fan_rating", "text", ("cooling", "default", "fan_rating")),
        pump_efficiency=lambda: sources.get(
            f"{where}.pump_efficiency", One, ("cooling", architecture, "pump_efficiency")
        ),
        **_chiller(sources, where, prefix, wet),
        **absent,
    )


def _unread(architecture: str) -> dict[str, object]:
    """Fields that this way of cooling never reads: absent unless the file gives them, so nothing is said to depend."""
    way = ARCHITECTURES.get(architecture)
    if way is None:
        return {}
    outdoor = way.air in ("outdoor", "spray")
    read = {
        "adiabatic_approach": (way.liquid == "pads" or way.air == "spray", Kelvin),
        "rejection_air_rise": (way.liquid == "pads", Kelvin),
        "dew_low": (outdoor, Celsius),
        "dew_high": (outdoor, Celsius),
        "humidity_low": (outdoor, One),
        "humidity_high": (outdoor, One),
        "sensible_heat_ratio": (not outdoor, One),
        "humidifier_power": (not outdoor, One),
        "immersion_capture": (way.immersed, One),
    }
    return {name: unit for name, (used, unit) in read.items() if not used}


def _say_idle(sources: Sources, where: str, architecture: Traced, wet: bool) -> None:
    """Stated fields that this plant has no use for, on towers or without them."""
    way = ARCHITECTURES.get(str(architecture.value))
    if way is None:
        return
    outdoor, liquid, water = way.air in ("outdoor", "spray"), way.liquid != "none", way.air != "dx"
    economiser = way.liquid in ("dry", "trim") or way.air in ("water", "door")
    read = {
        "air_class": outdoor,
        "cdu_approach": liquid,
        "chilled_water": way.air != "door",
        "cycles_of_concentration": wet or outdoor or way.liquid == "pads",
        "drift": wet,
        "dry_cooler_approach": way.liquid == "pads" or (economiser and not wet),
        "exchanger_approach": economiser and wet,
        "liquid_supply": liquid or way.air == "door",
        "pump_efficiency": water,
        "pump_power": water,
        "pump_pressure": water,
        "tower_approach": wet,
        "water_rise": water,
        "water_volume": liquid,
    }
    for name in (name for name, used in read.items() if not used):
        sources.account.idle(
            f"{where}.{name}", f"{architecture.value} {'on' if wet else 'without'} towers does not use it"
        )
    ratio = field_of(sources, inputs.Cooling, "sensible_heat_ratio", where, architecture=architecture)
    if not outdoor and np.all(ratio.value == 1):
        sources.account.idle(f"{where}.humidifier_power", "at a sensible_heat_ratio of 1 no water condenses")
    if sources.given(f"{where}.density_exponent") is not None:
        sources.account.idle(f"{where}.fan_rating", "density_exponent beside it says the same")


def _chiller(sources: Sources, where: str, kept: str, water_cooled: Traced) -> dict[str, Any]:
    """The curves of a machine that the file names, where it names one."""
    path = f"{where}.chiller"
    name = sources.given(path)
    if name is None:
        return {}
    if water_cooled.origin is not None and not np.all(water_cooled.value):
        expected = "chillers on towers (water_cooled: 1): the machines of the table have water-cooled condensers"
        sources.refuse("contradiction", path, f"{name.value} with dry condensers", expected)
    unknown = len(sources.problems)
    machine = fill(sources, inputs.Chiller, f"{kept}.chiller", name=name)
    return {"chiller": machine} if len(sources.problems) == unknown else {}


def hall_capacities(sources: Sources) -> list[Traced]:
    """IT capacity of each hall."""
    return [sources.required(f"build.halls.{name}.it_capacity", Kw) for name in sources.model.build.halls]


def hall_costs(sources: Sources) -> list[Traced]:
    """Cost of each hall; where the building is leased, only what the file states."""
    build = sources.model.build
    costs = []
    for name in build.halls:
        path = f"build.halls.{name}.cost"
        cost = sources.given(path, UsdPerKw)
        if build.lease is None:
            cost = sources.get(path, UsdPerKw, ("build", "default", "hall_cost"))
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
    for hall, each in zip(halls, cooling, strict=True):
        kept = _standing(sources, hall.name)[1]
        if {f"plant.halls.{hall.name}.racks", f"{kept}.rack_power"} - sources.origins.keys():
            continue
        system = sources.kept(f"{kept}.system").value
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
