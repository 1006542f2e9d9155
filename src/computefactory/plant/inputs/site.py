"""The place, its climate and its weather file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from computefactory.plant import air
from computefactory.records import Absent, Doc, FromRow, Stated
from computefactory.units import Celsius, Degree, Kelvin, Metre, One

Normals = tuple[float, ...]  # twelve monthly values, January first
WEATHER = FromRow("weather", "default")
OF_PLACE = FromRow("place", "=place")


class HourlyYear:
    """8,760 hours of outdoor air from a weather file, January first; one value, never a column of scenarios."""

    __slots__ = (
        "digest",
        "dropped",
        "drybulb",
        "elevation",
        "extreme",
        "filled",
        "latitude",
        "longitude",
        "name",
        "notes",
        "pressure",
        "vapour",
        "zone",
    )

    def __init__(
        self,
        drybulb: NDArray[np.float64],
        vapour: NDArray[np.float64],
        pressure: NDArray[np.float64] | None,
        *,
        name: str = "",
        latitude: Degree | None = None,
        longitude: Degree | None = None,
        elevation: Metre | None = None,
        extreme: Celsius | None = None,
        filled: int = 0,
        dropped: int = 0,
        notes: tuple[str, ...] = (),
        zone: float | None = None,
        digest: str = "",
    ) -> None:
        self.drybulb = drybulb  # degC
        self.vapour = vapour  # Pa, of water in the air
        self.pressure = pressure  # Pa, of the station by the hour; None: that of the elevation
        self.name = name
        self.latitude, self.longitude, self.elevation = latitude, longitude, elevation
        self.extreme = extreme  # 20-year extreme dry bulb that the file states
        self.filled = filled  # hours bridged by straight lines
        self.dropped = dropped  # hours of 29 February
        self.notes = notes  # of how it was read
        self.zone = zone  # hours that its clock is ahead of UTC
        self.digest = digest

    @property
    def relative_humidity(self) -> NDArray[np.float64]:
        """Share 0-1 (ASHRAE Fundamentals 2017, chapter 1, eq. 22)."""
        return np.asarray(self.vapour / air.saturation_pressure(self.drybulb))

    def __str__(self) -> str:
        return f"{len(self.drybulb):,} hours of {self.name} ({self.digest})"


@dataclass(frozen=True, slots=True)
class Site:
    """The place: monthly climate normals (twelve values, January first) and design conditions."""

    place: Annotated[str, Doc("Name of the place."), Stated()]
    country: Annotated[str, Doc("Country."), Stated(), OF_PLACE]
    region: Annotated[str, Doc("Grid and price region, e.g. US-TX."), Stated(), OF_PLACE]
    latitude: Annotated[Degree, Doc("Latitude."), OF_PLACE]
    elevation: Annotated[Metre, Doc("Height above the sea."), OF_PLACE]
    drybulb_mean: Annotated[Normals, Doc("Mean dry bulb by month, degC.")]
    drybulb_max: Annotated[Normals, Doc("Mean daily maximum by month, degC.")]
    drybulb_min: Annotated[Normals, Doc("Mean daily minimum by month, degC.")]
    relative_humidity: Annotated[Normals, Doc("Mean relative humidity by month, share.")]
    extreme_margin: Annotated[
        Kelvin, Doc("20-year extreme dry bulb above the hottest hour of the typical year."), Stated()
    ]
    anomaly_floor: Annotated[
        Kelvin,
        Doc("Standard deviation of daily mean temperature about the season, at least."),
        Stated(),
        WEATHER,
    ]
    anomaly_range: Annotated[
        One,
        Doc("Plus this per K of the annual range of monthly means."),
        Stated(),
        WEATHER,
    ]
    anomaly_season: Annotated[
        One,
        Doc("Plus this per K that a month is colder than the hottest month."),
        Stated(),
        WEATHER,
    ]
    persistence: Annotated[
        One,
        Doc("Correlation of a day's anomaly with that of the day before."),
        Stated(),
        WEATHER,
    ]
    dew_limit: Annotated[
        Celsius,
        Doc("Dew point above which hours are counted: the recommended limit of supply air."),
        FromRow("specification", "supply_air", "dew_point_at_most"),
    ]
    hours: Annotated[
        HourlyYear | None,
        Doc("A weather file instead of normals."),
        Absent(None, "no weather file: the year is made from monthly normals"),
    ]
