"""Sites and cooling as the library's rows have them, without a factory file: for ``weather`` and validations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from math import asin, cos, radians, sin, sqrt
from typing import Any

from computefactory.errors import FactNotFound, FactoryFileError, Problem
from computefactory.library import Library
from computefactory.plant.inputs import Cooling, Site
from computefactory.plant.inputs.site import HourlyYear
from computefactory.records import hints
from computefactory.schema import derive
from computefactory.schema.quantity import convert
from computefactory.units import Degree, unit_of

__all__ = ["cooling_of", "distance_km", "nearest_places", "point_of", "site_of", "site_of_hours"]

EARTH_RADIUS = 6371.0  # km, mean
HUMIDITY = ("dew_low", "dew_high", "humidity_low", "humidity_high")
TABLE_OF = {**dict.fromkeys(HUMIDITY, "air_class"), "density_exponent": "fan_rating"}
NORMALS = ("drybulb_mean", "drybulb_max", "drybulb_min", "relative_humidity")
SHAPE = ("anomaly_floor", "anomaly_range", "anomaly_season", "persistence")
MONTHS = range(1, 13)


def _value(library: Library, table: str, key: str, name: str) -> float:
    return float(library.fact(table, key, name).value)


def _number(library: Library, table: str, key: str, name: str, unit: object) -> float:
    fact = library.fact(table, key, name)
    wanted = unit_of(unit)
    value = float(fact.value)
    return value if wanted is None or fact.unit in ("1", "") else convert(value, fact.unit, wanted)


def cooling_of(library: Library, architecture: str, **changes: Any) -> Cooling:
    """An architecture with the values of its rows; ``changes`` replace some.

    Raises:
        FactNotFound: the library has no such architecture.
    """
    units = hints(Cooling)
    named = {
        name: changes.pop(name, None) or str(library.fact("cooling", "default", name).value)
        for name in ("air_class", "fan_rating")
    }
    values: dict[str, Any] = {"architecture": architecture, "chiller": None}
    for item in fields(Cooling):
        if item.name not in ("architecture", "chiller"):
            table = TABLE_OF.get(item.name, "cooling")
            key = named.get(table, architecture)
            values[item.name] = _number(library, table, key, item.name, units[item.name])
    return Cooling(**{**values, **changes})


def distance_km(a: tuple[Degree, Degree], b: tuple[Degree, Degree]) -> float:
    """Great-circle distance of two points (latitude, longitude), by haversines."""
    north, south = radians(a[0]), radians(b[0])
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(min(half, 1.0)))


def nearest_places(library: Library, point: tuple[Degree, Degree], count: int = 3) -> list[tuple[str, float]]:
    """The places of the library nearest to a point, with the distance in km."""
    found = []
    for place in library.keys("place"):
        try:
            at = (_value(library, "place", place, "latitude"), _value(library, "place", place, "longitude"))
        except FactNotFound:
            continue  # a user's own place without coordinates
        found.append((place, distance_km(point, at)))
    return sorted(found, key=lambda item: item[1])[:count]


def site_of(library: Library, place: str) -> Site:
    """A place of the library.

    Raises:
        FactoryFileError: no such place; the nearest in spelling are named, or in distance where it is ``LAT,LON``.
    """
    known = library.keys("place")
    if place not in known:
        raise FactoryFileError([_unknown(library, place, known)])
    normals = {
        name: tuple(_value(library, "place", place, f"{name}_{month:02d}") for month in MONTHS) for name in NORMALS
    }
    own = "extreme_margin" in library.fields("place", place)
    margin = _value(library, "place", place, "extreme_margin") if own else _margin(library, normals["drybulb_max"])
    about = {name: library.fact("place", place, name).value for name in ("country", "region", "latitude", "elevation")}
    return _site(library, {"place": place, **about, **normals, "extreme_margin": margin, "hours": None})


def site_of_hours(library: Library, hours: HourlyYear, elevation: float | None = None) -> Site:
    """Where a weather file was taken; without an elevation in it or given, sea level."""
    margin = (
        derive.extreme_margin_of(hours)
        if hours.extreme is not None
        else _value(library, "weather", "default", "extreme_margin_of_file")
    )
    height = hours.elevation if elevation is None else elevation
    values = {
        "place": hours.name,
        "country": "",
        "region": "",
        "latitude": hours.latitude or 0.0,
        "elevation": height or 0.0,
        **{name: getattr(derive, f"{name}_of")(hours) for name in NORMALS},
        "extreme_margin": margin,
        "hours": hours,
    }
    return _site(library, values)


def _margin(library: Library, drybulb_max: tuple[float, ...]) -> float:
    base, slope, reference = (
        _value(library, "weather", "default", name) for name in ("extreme_margin", "extreme_slope", "extreme_reference")
    )
    return float(derive.extreme_margin(base, slope, reference, drybulb_max))


def _site(library: Library, values: Mapping[str, Any]) -> Site:
    shape = {name: _value(library, "weather", "default", name) for name in SHAPE}
    return Site(**{**values, **shape, "dew_limit": _value(library, "specification", "supply_air", "dew_point_at_most")})


def _unknown(library: Library, place: str, known: list[str]) -> Problem:
    point = _point(place)
    if point is not None:
        near = ", ".join(f"{name} ({km:,.0f} km)" for name, km in nearest_places(library, point))
        return Problem("unknown_name", "place", place, "a place of the library", f"nearest: {near}")
    from difflib import get_close_matches  # only a wrong name needs it

    lower = {name.lower(): name for name in known}
    holding = [name for small, name in lower.items() if place.lower() in small or small in place.lower()]
    like = [lower[small] for small in get_close_matches(place.lower(), lower, n=3, cutoff=0.4)]
    near = " or ".join(dict.fromkeys([*holding, *like][:3]))
    hint = f"did you mean {near}?" if near else "computefactory library place lists them; LAT,LON names the nearest"
    return Problem("unknown_name", "place", place, "a place of the library, or a weather file", hint)


def point_of(library: Library, where: str) -> tuple[Degree, Degree]:
    """Coordinates of a place of the library, or those that are written as ``LAT,LON``.

    Raises:
        FactoryFileError: neither.
    """
    if where in library.keys("place"):
        return _value(library, "place", where, "latitude"), _value(library, "place", where, "longitude")
    point = _point(where)
    if point is None:
        raise FactoryFileError([_unknown(library, where, library.keys("place"))])
    return point


def _point(text: str) -> tuple[Degree, Degree] | None:
    """``LAT,LON`` in degrees; None where it is something else."""
    parts = text.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None  # noqa: PLR2004
