"""The cooling part of the page ``plant``: PUE, TUE and WUE by hour and month, heat by path, flows, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import FactNotFound
from computefactory.page import Column, Figure, Grid, Of, Section, megawatts
from computefactory.plant.cooling import ARCHITECTURES
from computefactory.report.named import FiguresOf, filled

if TYPE_CHECKING:
    from computefactory.library import Library
    from computefactory.result import Result

__all__ = ["sections"]

Array = NDArray[np.float64]

MW = 1e-3
MINUTES = 60.0
SECONDS_PER_HOUR = 3600.0
FACILITY_WATER = ("W17", "W27", "W32", "W40", "W45")
HEAT = (  # the parts of the heat, by path
    ("it_to_liquid_mw", "IT heat into liquid", "typical_cooling.to_liquid"),
    ("it_to_air_mw", "IT heat into air", "mean_load - typical_cooling.to_liquid"),
    ("lighting_mw", "Lighting and other", "typical_cooling.lighting"),
    ("room_fans_mw", "Room fans", "typical_cooling.room_fans"),
    ("humidifiers_mw", "Humidifiers", "typical_cooling.humidifiers"),
    ("pumps_mw", "Pumps, CDUs included", "typical_cooling.pumps"),
    ("compressors_mw", "Compressors", "typical_cooling.chillers"),
    ("free_mw", "Leaves without a compressor", "typical_cooling.free"),
    ("rejected_mw", "Leaves in all", "typical_cooling.rejected"),
    ("rejection_fans_mw", "Fans outdoors, beside the heat", "typical_cooling.rejection_fans"),
)
TUE = "tue_annual / pue_annual"  # facility / compute energy over facility / IT energy
LOAD = "(it_design_load + leased_power)"
HALL_LOAD = f"hall_shares * {LOAD}"
EXCEEDED = "Hours above it in the typical year"
COOLANT = ("S30", "S40", "S50")


def sections(result: Result) -> tuple[Section, ...]:
    """Everything about cooling, for the typical year at the installed load unless it says design."""
    known = result.known
    return (
        _year(result),
        _outdoors(result),
        _months(result),
        _heat(result),
        _flows(result, known),
        _temperatures(result, known),
        _hours(result, known),
    )


def _tue(result: Result) -> float:
    """Facility / compute energy over facility / IT energy."""
    factor: float = result.known["tue_annual"] / result.known["pue_annual"]
    return factor


def _year(result: Result) -> Section:
    shown = FiguresOf(result)
    figures = (
        shown("pue_annual", "PUE, energy-weighted"),
        shown("pue_highest", "PUE, highest hour", "", "highest(pue_hourly)"),
        shown("pue_lowest", "PUE, lowest hour", "", "lowest(pue_hourly)"),
        shown("pue_design", "PUE at the design draw, binding hour"),
        shown("tue_annual", "TUE, facility / compute energy"),
        shown("wue_l_per_kwh", "WUE, site", "L/kWh"),
        shown("free_h", "Hours without a compressor", "h", "free_hours.free"),
        shown("partial_h", "Hours with a compressor beside free cooling", "h", "free_hours.partial"),
        shown("mechanical_h", "Hours with compressors alone", "h", "free_hours.mechanical"),
    )
    return Section("pue", "PUE, TUE, WUE", figures)


def _outdoors(result: Result) -> Section:
    """Outdoor air of the typical year."""
    shown, site = FiguresOf(result), result.factory.plant.site
    above = f"Hours with a dew point above {float(site.dew_limit):g} degC"
    figures = (
        shown("drybulb_mean_c", "Dry bulb, mean", "degC", "mean(typical_weather.drybulb)"),
        shown("dew_point_mean_c", "Dew point, mean", "degC", "mean(typical_weather.dew_point)"),
        shown("dew_point_highest_c", "Dew point, highest hour", "degC", "highest(typical_weather.dew_point)"),
        shown("humid_h", above, "h", "humid_hours"),
        shown("pressure_mean_pa", "Pressure, mean", "Pa", "mean(typical_weather.hourly_pressure)"),
        shown("pressure_lowest_pa", "Pressure, lowest hour", "Pa", "lowest(typical_weather.hourly_pressure)"),
        shown("pressure_highest_pa", "Pressure, highest hour", "Pa", "highest(typical_weather.hourly_pressure)"),
    )
    basis = "monthly normals, at the pressure of the elevation" if site.hours is None else f"{site.hours}"
    said = (f"From {basis}.", "Limit of the dew point: ASHRAE's recommended range of supply air.")
    return Section("outdoors", "Outdoor air", figures, text=said)


def _months(result: Result) -> Section:
    columns = (
        Column("month", "month"),
        Column("drybulb_c", "dry bulb", "degC", of="mean_by_month(typical_weather.drybulb)"),
        Column("dew_point_c", "dew point", "degC", of="mean_by_month(typical_weather.dew_point)"),
        Column("pue", "PUE", of="by_month(typical_power.grid) / by_month(typical_power.it)"),
        Column("tue", "TUE", of=f"by_month(typical_power.grid) / by_month(typical_power.it) * {TUE}"),
        Column("wue_l_per_kwh", "WUE", "L/kWh", of="by_month(typical_cooling.water) / by_month(typical_power.it)"),
        Column("compressor_h", "compressor", "h", of="by_month(typical_cooling.chillers > 0)"),
    )
    return Section("pue_months", "By month", grid=filled(result, columns, ((month,) for month in range(1, 13))))


def _heat(result: Result) -> Section:
    """Mean power by path over the typical year; what goes in comes out."""
    figures = tuple(FiguresOf(result)(name, label, "MW", megawatts(f"mean({of}) * {LOAD}")) for name, label, of in HEAT)
    said = "Means of the year. IT, lighting, room fans, humidifiers, pumps, compressors: what leaves."
    return Section("heat", "Heat by path", figures, text=(said,))


def _flows(result: Result, known: Any) -> Section:
    """Design flows, a hall each."""
    plant = result.factory.plant
    columns = (
        Column("hall", "hall"),
        Column("liquid_mw", "liquid", "MW", of=megawatts(f"design_flows.liquid_heat * {HALL_LOAD}")),
        Column("liquid_l_per_s", "flow", "L/s", of=f"design_flows.liquid * {HALL_LOAD}"),
        Column("liquid_m3_per_h", "flow", "m3/h", of=Of(f"design_flows.liquid * {HALL_LOAD}", scale=3.6)),
        Column("air_mw", "air", "MW", of=megawatts(f"design_flows.air_heat * {HALL_LOAD}")),
        Column("chilled_l_per_s", "coils", "L/s", of=f"design_flows.chilled * {HALL_LOAD}"),
        Column("air_m3_per_h", "air flow", "m3/h", of=Of(f"design_flows.air * {HALL_LOAD}", scale=SECONDS_PER_HOUR)),
        Column("ride_through_min", "ride", "min", of=Of("ride_throughs", scale=MINUTES)),
    )
    liquid = not np.all(np.isnan(known["ride_throughs"]))
    volumes = ", ".join(f"{float(np.max(each.water_volume)):g}" for each in plant.cooling)
    said = (
        "At the design load; coils: water of coils in the hall or in rack doors.",
        *([f"Ride: time to the silicon's coolant limit once the plant stops, {volumes} L/kW."] if liquid else ()),
    )
    return Section(
        "flows",
        "Design flows and ride-through",
        grid=filled(result, columns, ((hall.name,) for hall in plant.halls)),
        text=said,
    )


def _class_of(library: Library, classes: tuple[str, ...], supply: float) -> str:
    """The coolest ASHRAE class that such water belongs to; beyond the last, that one and a plus."""
    for name in classes:
        try:
            if supply <= float(library.fact("water_class", name, "supply_max").value):
                return name
        except FactNotFound:
            continue
    return f"{classes[-1]}+"


def _temperatures(result: Result, known: Any) -> Section:
    library, shown = result.factory.library, FiguresOf(result)
    figures: list[Figure] = []
    if not np.isnan(known["coolant_warmest"]):
        accepted = "plant.silicon.coolant_limit"
        figures += [
            shown("coolant_limit_c", "Coolant that the silicon accepts", "degC", accepted),
            shown("coolant_warmest_c", "Warmest coolant, design hours included", "degC", "coolant_warmest"),
            shown("coolant_hours_exceeded_h", EXCEEDED, "h", "coolant_hours_exceeded"),
        ]
    figures += [
        shown("inlet_limit_c", "Inlet air that the silicon accepts", "degC", "plant.silicon.inlet_limit"),
        shown("inlet_warmest_c", "Warmest supply air", "degC", "inlet_warmest"),
        shown("air_hours_exceeded_h", EXCEEDED, "h", "air_hours_exceeded"),
        shown("outside_map_h", "Hours outside a chiller's map", "h", "chiller_hours_outside"),
    ]
    for hall, each in zip(result.factory.plant.halls, result.factory.plant.cooling, strict=True):
        if ARCHITECTURES[each.architecture].liquid != "none":
            water = float(each.liquid_supply - each.cdu_approach)
            coolant = float(each.liquid_supply)
            for kind, classes, supply, label in (
                ("water", FACILITY_WATER, water, "Facility water, ASHRAE class"),
                ("coolant", COOLANT, coolant, "Coolant to the racks, ASHRAE class"),
            ):
                name, found = f"{kind}_class_{hall.name}", _class_of(library, classes, supply)
                figures.append(Figure(name, label, found, "", f"{supply:g} degC at {hall.name}"))
    return Section("temperatures", "Limits of temperature", tuple(figures))


def _hours(result: Result, known: Any) -> Section:
    weather, chain, draw = known["typical_weather"], known["typical_power"], known["typical_cooling"]
    columns = (
        Column("hour", "hour of the year"),
        Column("drybulb_c", "dry bulb", "degC", of="typical_weather.drybulb"),
        Column("wetbulb_c", "wet bulb", "degC", of="typical_weather.wetbulb"),
        Column("dew_point_c", "dew point", "degC", of="typical_weather.dew_point"),
        Column("pressure_pa", "pressure", "Pa", of="typical_weather.hourly_pressure"),
        Column("pue", "PUE", of="typical_power.pue"),
        Column("tue", "TUE", of=f"typical_power.pue * {TUE}"),
        Column("wue_l_per_kwh", "WUE", "L/kWh", of="typical_cooling.water / typical_power.it"),
        Column("coolant_c", "coolant", "degC", of="typical_cooling.coolant"),
        Column("chillers_share", "compressors", "kW/kW", of="typical_cooling.chillers / typical_power.it"),
    )
    pue = chain.pue
    series = (
        weather.drybulb,
        weather.wetbulb,
        weather.dew_point,
        weather.hourly_pressure,
        pue,
        pue * _tue(result),
        draw.water / chain.it,
        draw.coolant,
        draw.chillers / chain.it,
    )
    rows = tuple((hour + 1, *(float(values[hour]) for values in series)) for hour in range(len(pue)))
    return Section("pue_hours", "By hour", grid=Grid(columns, rows, long=True))
