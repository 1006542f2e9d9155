"""The page of a place's weather: design conditions, months, bins, and who cools in how many hours."""

from __future__ import annotations

import numpy as np

from computefactory.page import Column, Figure, Grid, Page, Section
from computefactory.plant.climate import humid_hours
from computefactory.studies.weather import PlaceWeather

__all__ = ["weather"]


def weather(found: PlaceWeather) -> Page:
    """Everything that is said of a site's weather before a factory stands there."""
    return Page(
        "weather", found.site.place, (_place(found), _design(found), _months(found), _bins(found), _cooling(found))
    )


def _place(found: PlaceWeather) -> Section:
    site, year, hours = found.site, found.year, found.site.hours
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
        notes += [f"{note}." for note in hours.notes]
        if hours.pressure is None and hours.elevation is None and not site.elevation:
            notes.append("The file states neither pressure nor elevation: sea level is taken (--elevation says more).")
    return Section("place", "Place", tuple(figures), text=tuple(notes))


def _design(found: PlaceWeather) -> Section:
    year, design = found.year, found.design
    columns = (
        Column("of", "value"),
        Column("exceeded", "exceeded", "%"),
        Column("value_c", "value", "degC"),
        Column("with", "coincident"),
        Column("coincident_c", "mean", "degC"),
    )
    rows = tuple((each.of, each.share, each.value, each.with_, each.coincident) for each in found.conditions)
    extreme = Figure("drybulb_extreme_c", "Dry bulb, 20-year extreme", float(design.drybulb[1]), "degC")
    hottest = Figure("drybulb_highest_c", "Dry bulb, hottest hour of the year", float(year.drybulb.max()), "degC")
    coldest = Figure("drybulb_lowest_c", "Dry bulb, coldest hour of the year", float(year.drybulb.min()), "degC")
    above = f"Hours with a dew point above {found.site.dew_limit:g} degC (ASHRAE recommended)"
    humid = Figure("humid_h", above, humid_hours(found.site, year), "h")
    return Section("design", "Design conditions", (extreme, hottest, coldest, humid), Grid(columns, rows))


def _months(found: PlaceWeather) -> Section:
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
        for each in found.months
    )
    said = "Mean; mean daily max and min; extreme hours; mean wet bulb, dew point, RH."
    return Section("months", "Months", grid=Grid(columns, rows), text=(said,))


def _bins(found: PlaceWeather) -> Section:
    columns = (
        Column("from_c", "from", "degC"),
        Column("to_c", "to", "degC"),
        Column("hours", "hours", "h"),
        Column("wetbulb_c", "mean wet bulb", "degC"),
    )
    rows = tuple((each.low, each.high, each.hours, each.wetbulb) for each in found.bins)
    return Section("bins", "Hours by dry bulb", grid=Grid(columns, rows))


def _cooling(found: PlaceWeather) -> Section:
    """Hours and energy of every architecture at its design load, with the liquid share of the library's system."""
    columns = (
        Column("architecture", "architecture"),
        Column("free_h", "free", "h"),
        Column("partial_h", "part", "h"),
        Column("mechanical_h", "mech.", "h"),
        Column("cooling_kwh_per_it_kwh", "power", "kWh/kWh"),
        Column("water_l_per_it_kwh", "water", "L/kWh"),
        Column("warmest_c", "warmest", "degC"),
    )
    rows = tuple(
        (
            each.architecture,
            each.hours.free,
            each.hours.partial,
            each.hours.mechanical,
            each.power,
            each.water,
            each.warmest,
        )
        for each in found.cooling
    )
    said = (
        "Free: no compressor; part: one for some of the heat; mech.: for all of it.",
        f"At the design load, library rows; liquid share of {found.system} if there is a loop.",
        "Power and water: per kWh of IT. Warmest: supply to racks, liquid or else air.",
    )
    return Section("cooling", "Who cools", grid=Grid(columns, rows), text=said)
