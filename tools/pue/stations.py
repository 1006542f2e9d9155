"""Hourly years of real stations: the collected weather, and what ships with the EnergyPlus package."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from computefactory.library import Library
from computefactory.plant import air
from computefactory.plant.climate import Weather, typical_weather
from computefactory.plant.inputs.site import HourlyYear
from computefactory.plant.weather.file import read_weather
from computefactory.schema.standard import site_of_hours

__all__ = ["Station", "elevation_at", "every", "weather_of", "zones"]


@dataclass(frozen=True)
class Station:
    """A real year and the one that is made from its own monthly normals."""

    name: str
    real: Weather
    made: Weather


def elevation_at(pressure: float) -> float:
    """Elevation [m] of a mean pressure [Pa]: the inverse of ASHRAE Fundamentals 2017, chapter 1, eq. 3."""
    return float((1 - (pressure / 101325) ** (1 / 5.2559)) / 2.25577e-5)


def weather_of(hours: HourlyYear, elevation: float | None = None) -> Weather:
    """The hours of a file as outdoor air."""
    pressure = air.pressure_at(elevation or 0.0) if hours.pressure is None else hours.pressure
    return Weather(hours.drybulb, air.humidity_ratio_of(hours.vapour, pressure), pressure)


def zones(folder: Path) -> dict[str, HourlyYear]:
    """The reference years of the US climate zones."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    with gzip.open(folder / "us_climate_zone_reference_hourly.csv.gz", "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            values = float(row["drybulb_c"]), float(row["rh_pct"]), float(row["pressure_pa"])
            rows.setdefault(row["climate_zone"], []).append(values)
    found = {}
    for zone, hourly in rows.items():
        dry, humid, press = np.array(hourly).T
        mean = float(press.mean())
        found[zone] = HourlyYear(
            dry,
            np.clip(humid / 100, 0, 1) * air.saturation_pressure(dry),
            press,
            name=f"zone {zone}",
            elevation=elevation_at(mean),
        )
    return found


def every(library: Library, folder: Path) -> list[Station]:
    """All stations, each year once."""
    seen: set[bytes] = set()
    found = []
    for name, hours, elevation in _years(folder):
        key = hours.drybulb.tobytes()
        if key not in seen:
            seen.add(key)
            site = site_of_hours(library, hours, elevation)
            blank = replace(site, hours=None)
            height = site.elevation if hours.elevation is None else hours.elevation
            found.append(Station(name, weather_of(hours, height), typical_weather(blank)))
    return found


def _years(folder: Path) -> Iterator[tuple[str, HourlyYear, float | None]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as text:
        about = {row["file"]: row for row in csv.DictReader(text)}
    for file in sorted(folder.glob("*.gz")):
        if file.name.startswith("us_climate"):
            continue
        elevation = about[file.name]["elevation_m"]
        yield about[file.name]["place"], read_weather(file), float(elevation) if elevation else None
    for hours in zones(folder).values():
        yield hours.name, hours, None
    package = find_spec("pyenergyplus")
    if package is None or package.origin is None:
        return
    for file in sorted(Path(package.origin).parent.rglob("*.epw")):
        hours = read_weather(file)
        yield hours.name, hours, None
