"""The page of a place's weather: design conditions, months, bins, and who cools in how many hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from computefactory.errors import FactNotFound
from computefactory.page import Column, Figure, Grid, Page, Section
from computefactory.plant import conditions as outdoors
from computefactory.plant.climate import Weather, design_weather, typical_weather
from computefactory.plant.cooling import ARCHITECTURES, cool
from computefactory.plant.cooling_year import hours_by_source
from computefactory.schema.standard import cooling_of

if TYPE_CHECKING:
    from computefactory.library import Library
    from computefactory.plant.inputs import Site

__all__ = ["weather_sheet"]

BIN = 5.0  # K
LOAD = 1.0  # of the design load: the plant as it was built


def weather_sheet(library: Library, site: Site) -> Page:
    """Everything that is said of a site's weather before a factory stands there."""
    year = typical_weather(site)
    design = design_weather(site, year)
    return Page(
        "weather",
        site.place,
        (_place(site, year), _design(year, design), _months(year), _bins(year), _cooling(library, year)),
    )


def _place(site: Site, year: Weather) -> Section:
    hours = site.hours
    made = "a year made from monthly normals" if hours is None else f"hourly file ({hours.digest})"
    figures = [
        Figure("basis", "Typical year from", made),
        Figure("latitude_deg", "Latitude", site.latitude, "deg"),
        Figure("elevation_m", "Elevation", site.elevation, "m"),
        Figure("pressure_pa", "Air pressure", float(np.mean(year.pressure)), "Pa"),
        Figure("drybulb_mean_c", "Mean dry bulb", float(year.drybulb.mean()), "degC"),
        Figure("wetbulb_mean_c", "Mean wet bulb", float(year.wetbulb.mean()), "degC"),
        Figure("density_mean_kg_per_m3", "Mean air density", float(year.density.mean()), "kg/m3"),
    ]
    notes = []
    if hours is not None:
        figures.append(Figure("hours_filled", "Values bridged by straight lines", float(hours.filled), "h"))
        figures.append(Figure("hours_dropped", "Hours of 29 February left out", float(hours.dropped), "h"))
        if hours.pressure is None and hours.elevation is None and not site.elevation:
            notes.append("The file states neither pressure nor elevation: sea level is taken (--elevation says more).")
    return Section("place", "Place", tuple(figures), text=tuple(notes))


def _design(year: Weather, design: Weather) -> Section:
    columns = (
        Column("of", "value"),
        Column("exceeded", "exceeded", "%"),
        Column("value_c", "value", "degC"),
        Column("with", "coincident"),
        Column("coincident_c", "mean", "degC"),
    )
    rows = tuple((each.of, each.share, each.value, each.with_, each.coincident) for each in outdoors.conditions(year))
    extreme = Figure("drybulb_extreme_c", "Dry bulb, 20-year extreme", float(design.drybulb[1]), "degC")
    hottest = Figure("drybulb_highest_c", "Dry bulb, hottest hour of the year", float(year.drybulb.max()), "degC")
    coldest = Figure("drybulb_lowest_c", "Dry bulb, coldest hour of the year", float(year.drybulb.min()), "degC")
    return Section("design", "Design conditions", (extreme, hottest, coldest), Grid(columns, rows))


def _months(year: Weather) -> Section:
    columns = (
        Column("month", "month"),
        Column("mean_c", "mean", "degC"),
        Column("mean_max_c", "max", "degC"),
        Column("mean_min_c", "min", "degC"),
        Column("highest_c", "high", "degC"),
        Column("lowest_c", "low", "degC"),
        Column("wetbulb_c", "wet", "degC"),
        Column("dew_point_c", "dew", "degC"),
        Column("relative_humidity", "RH", "%"),
    )
    rows = tuple(
        (
            each.number,
            each.mean,
            each.mean_max,
            each.mean_min,
            each.highest,
            each.lowest,
            each.wetbulb,
            each.dew_point,
            each.relative_humidity,
        )
        for each in outdoors.months(year)
    )
    said = "Mean; mean daily max and min; extreme hours; mean wet bulb, dew point, RH."
    return Section("months", "Months", grid=Grid(columns, rows), text=(said,))


def _bins(year: Weather) -> Section:
    columns = (
        Column("from_c", "from", "degC"),
        Column("to_c", "to", "degC"),
        Column("hours", "hours", "h"),
        Column("wetbulb_c", "mean wet bulb", "degC"),
    )
    rows = tuple((each.low, each.high, each.hours, each.wetbulb) for each in outdoors.bins(year, BIN))
    return Section("bins", "Hours by dry bulb", grid=Grid(columns, rows))


def _cooling(library: Library, year: Weather) -> Section:
    """Hours and energy of every architecture at its design load, with the liquid share of the library's system."""
    system = str(library.fact("weather", "default", "system").value)
    liquid = float(library.fact("system", system, "liquid_fraction").value)
    columns = (
        Column("architecture", "architecture"),
        Column("free_h", "free", "h"),
        Column("partial_h", "part", "h"),
        Column("mechanical_h", "mech.", "h"),
        Column("cooling_kwh_per_it_kwh", "power", "kWh/kWh"),
        Column("water_l_per_it_kwh", "water", "L/kWh"),
        Column("warmest_c", "warmest", "degC"),
    )
    rows: list[tuple[str | float | None, ...]] = []
    for name, way in ARCHITECTURES.items():
        try:
            cooling = cooling_of(library, name)
        except FactNotFound:
            continue  # a user's layer may lack a row of one
        share = 0.0 if way.liquid == "none" else cooling.immersion_capture if way.immersed else liquid
        draw = cool(cooling, year, LOAD, share)
        hours = hours_by_source(draw)
        warmest = float(draw.coolant.max()) if share else float(draw.inlet.max())
        overhead = float(draw.power.mean()) / LOAD
        rows.append(
            (name, hours.free, hours.partial, hours.mechanical, overhead, float(draw.water.mean()) / LOAD, warmest)
        )
    said = (
        "Free: no compressor; part: one for some of the heat; mech.: for all of it.",
        f"At the design load, library rows; liquid share of {system} if there is a loop.",
        "Power and water: per kWh of IT. Warmest: supply to racks, liquid or else air.",
    )
    return Section("cooling", "Who cools", grid=Grid(columns, tuple(rows)), text=said)
