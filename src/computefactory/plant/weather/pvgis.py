"""A typical year from PVGIS, the European Commission's service: asked for by name, never by default."""

from __future__ import annotations

import numpy as np

from computefactory.errors import FactoryFileError, Problem
from computefactory.plant import air
from computefactory.plant.inputs.site import HourlyYear
from computefactory.plant.weather.year import DEGREES_PER_HOUR
from computefactory.tables import HOURS
from computefactory.units import Degree

__all__ = ["pvgis_year"]


def pvgis_year(latitude: Degree, longitude: Degree) -> HourlyYear:
    """The typical meteorological year at a point, through pvlib.

    Raises:
        FactoryFileError: pvlib is not installed, the service cannot be reached, or it has no year there.
    """
    place = f"{latitude:g},{longitude:g}"
    try:
        from pvlib.iotools import get_pvgis_tmy
    except ImportError:
        raise _refused(place, "pvlib is not installed", "pip install computefactory[weather]") from None
    try:
        data, about = get_pvgis_tmy(latitude, longitude, map_variables=True)[:2]
    except (OSError, ValueError) as error:  # requests' errors are OSErrors; the service's refusals ValueErrors
        reason = str(error).strip().splitlines() or ["no answer"]
        raise _refused(
            place, f"PVGIS: {reason[0][:120]}", "a weather file or a place of the library needs no network"
        ) from None
    if len(data) != HOURS:
        raise _refused(place, f"PVGIS: {len(data):,} hours", "another point")
    where = about.get("inputs", about).get("location", {}) if isinstance(about, dict) else {}
    elevation = where.get("elevation")
    zone = round(longitude / DEGREES_PER_HOUR)
    drybulb, humidity, pressure = (
        np.roll(np.array(data[name], dtype=float), zone) for name in ("temp_air", "relative_humidity", "pressure")
    )
    return HourlyYear(
        drybulb,
        np.clip(humidity / 100, 0.0, 1.0) * air.saturation_pressure(drybulb),
        pressure,
        name=f"PVGIS {place}",
        latitude=latitude,
        longitude=longitude,
        elevation=None if elevation is None else float(elevation),
        zone=float(zone),
        notes=(f"hours in UTC are shifted to the zone of the longitude, UTC{zone:+d}",) if zone else (),
        digest="PVGIS typical year",
    )


def _refused(place: str, given: str, hint: str) -> FactoryFileError:
    return FactoryFileError([Problem("not_reachable", place, given, "a typical year from PVGIS", hint)])
