"""Weather of a place: a typical year of 8,760 hours made from monthly normals, and its design hours.

A day's temperature is season + daily cycle + a weather anomaly. The season is the continuous curve whose monthly means,
together with the other two, are exactly the normals; the cycle has the ASHRAE shape and the month's mean daily range;
the anomaly is a first-order autoregression over days with a fixed seed, so that a place always has the same year.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from computefactory.plant import air
from computefactory.plant.inputs.site import Site
from computefactory.steps import hourly
from computefactory.units import Hour, Pascal

__all__ = [
    "HOURS_OF_MONTH",
    "MONTH_STARTS",
    "STEPS",
    "Weather",
    "design_weather",
    "every_hour",
    "monthly_means",
    "typical_weather",
]

Array = NDArray[np.float64]

HOURS_OF_DAY = 24
DAYS_OF_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
DAYS = int(DAYS_OF_MONTH.sum())
HOURS_OF_MONTH: Array = DAYS_OF_MONTH * float(HOURS_OF_DAY)
MONTH_STARTS = np.concatenate(([0], np.cumsum(DAYS_OF_MONTH)[:-1])) * HOURS_OF_DAY
SEED = 20251103  # any fixed number: names the one typical year that a set of normals has
HUMIDITY_ROUNDS = 12
ROUNDING = 1e-9  # of a humidity ratio: a dew point at the limit is not above it
DESIGN_SHARE = 0.004  # of the year: the ASHRAE 0.4 % cooling design condition

# Depth below the daily maximum as a share of the daily range, hours 1 to 24, local standard time:
# ASHRAE Handbook, Fundamentals (2009), chapter 14, table 6.
# fmt: off
DAILY_CYCLE = np.array([
    0.88, 0.92, 0.95, 0.98, 1.00, 0.98, 0.91, 0.74, 0.55, 0.38, 0.23, 0.13,
    0.05, 0.00, 0.00, 0.06, 0.14, 0.24, 0.39, 0.50, 0.59, 0.68, 0.75, 0.82,
])
# fmt: on


@dataclass(frozen=True, eq=False)
class Weather:
    """Hours of outdoor air: arrays of shape (hour,); the pressure may be one for all."""

    drybulb: Array  # degC
    humidity_ratio: Array  # kg/kg
    pressure: Array | Pascal

    @cached_property
    def mean_pressure(self) -> Array | Pascal:
        """Pressure over the year, which a plant is sized for [Pa]."""
        return np.mean(self.pressure, axis=-1, keepdims=True) if np.ndim(self.pressure) else self.pressure

    @cached_property
    def wetbulb(self) -> Array:
        """Thermodynamic wet bulb [degC]."""
        return air.wet_bulb(self.drybulb, self.humidity_ratio, self.pressure)

    @cached_property
    def density(self) -> Array:
        """Density [kg/m3]."""
        return air.density(self.drybulb, self.humidity_ratio, self.pressure)

    @cached_property
    def dew_point(self) -> Array:
        """Dew point, below freezing the frost point [degC]."""
        return air.dew_point(self.humidity_ratio, self.pressure)

    @property
    def hourly_pressure(self) -> Array:
        """Pressure of every hour [Pa]."""
        return every_hour(self.pressure, self)

    @property
    def relative_humidity(self) -> Array:
        """Relative humidity, share."""
        return air.relative_humidity(self.drybulb, self.humidity_ratio, self.pressure)

    def then(self, other: Weather) -> Weather:
        """These hours followed by those of ``other``."""
        return Weather(
            np.concatenate([self.drybulb, other.drybulb]),
            np.concatenate([self.humidity_ratio, other.humidity_ratio]),
            np.concatenate([self.hourly_pressure, other.hourly_pressure]) if np.ndim(self.pressure) else self.pressure,
        )


def every_hour(value: Array | float, weather: Weather) -> Array:
    """A value laid out over the hours of the weather; a constant takes the room of one number."""
    return np.broadcast_to(value, np.broadcast_shapes(np.shape(value), weather.drybulb.shape))


@cache
def _blend() -> tuple[Array, Array]:
    """What each month contributes to a day, straight lines between mid-months: (day, month), and its monthly means."""
    middle = np.cumsum(DAYS_OF_MONTH) - DAYS_OF_MONTH / 2
    day = np.arange(DAYS) + 0.5
    columns = [np.interp(day, middle, unit, period=DAYS) for unit in np.eye(len(middle))]
    weights = np.stack(columns, axis=1)
    return weights, np.asarray(np.linalg.inv(_monthly_mean(weights)), dtype=float)


def _monthly_mean(daily: Array) -> Array:
    """Means by month of a series of days (day, ...)."""
    sums = np.add.reduceat(daily, MONTH_STARTS // HOURS_OF_DAY, axis=0)
    return np.asarray(sums / DAYS_OF_MONTH.reshape(-1, *(1,) * (daily.ndim - 1)))


def monthly_means(daily: Array) -> tuple[float, ...]:
    """Means of the twelve months of 365 daily values."""
    return tuple(float(value) for value in _monthly_mean(daily))


@cache
def _anomalies(persistence: float) -> Array:
    """Daily anomalies of unit variance, shape (day,): a stationary first-order autoregression."""
    noise = np.random.default_rng(SEED).standard_normal(DAYS)
    series = np.empty(DAYS)
    series[0] = noise[0]
    for day in range(1, DAYS):
        series[day] = persistence * series[day - 1] + np.sqrt(1 - persistence**2) * noise[day]
    return np.asarray((series - series.mean()) / series.std())


def _daily_mean(site: Site) -> Array:
    """Mean temperature of each day [degC]; its monthly means are the normals."""
    weights, inverse = _blend()
    normal = np.asarray(site.drybulb_mean)
    hottest = normal.max()
    spread = site.anomaly_floor + site.anomaly_range * np.ptp(normal) + site.anomaly_season * (hottest - normal)
    anomaly = _anomalies(float(site.persistence)) * (weights @ spread)
    return np.asarray(weights @ (inverse @ (normal - _monthly_mean(anomaly))) + anomaly)


def _hourly(daily: Array) -> Array:
    """Straight lines between middays, then each day lifted so that its mean stays what it was."""
    hour = np.arange(DAYS * HOURS_OF_DAY) + 0.5
    smooth = np.interp(hour / HOURS_OF_DAY, np.arange(DAYS) + 0.5, daily, period=DAYS)
    months = np.repeat(np.arange(len(DAYS_OF_MONTH)), DAYS_OF_MONTH)
    lift = _monthly_mean(daily) - _monthly_mean(smooth.reshape(DAYS, HOURS_OF_DAY).mean(axis=1))
    return np.asarray(smooth + np.repeat(lift[months], HOURS_OF_DAY))


def _humidity(site: Site, drybulb: Array, daily: Array, pressure: float) -> Array:
    """Humidity ratio: vapour pressure constant over a day, a share of saturation at the day's mean.

    That share is one number a month, found so that the mean relative humidity, capped at saturation, is the normal.
    """
    saturation = air.saturation_pressure(drybulb)
    potential = np.repeat(air.saturation_pressure(daily), HOURS_OF_DAY) / saturation
    normal = np.clip(np.asarray(site.relative_humidity), 0.0, 1.0)
    months = np.repeat(np.arange(len(normal)), DAYS_OF_MONTH * HOURS_OF_DAY)
    share = np.array(normal)
    for _ in range(HUMIDITY_ROUNDS):
        mean = np.add.reduceat(np.minimum(share[months] * potential, 1.0), MONTH_STARTS) / HOURS_OF_MONTH
        share = share * normal / np.maximum(mean, np.finfo(float).tiny)
    relative = np.minimum(share[months] * potential, 1.0)
    return air.humidity_ratio(drybulb, relative, pressure)


@hourly
def typical_weather(site: Site) -> Weather:
    """The typical year: a weather file's hours, or 8,760 made from monthly normals, which are exactly its means.

    Temperatures in degC, humidity ratio in kg/kg, shape (hour,), at the pressure of the file's hours or the standard
    one of the elevation. Made years hold no heat waves: their extremes are milder than a place's.
    """
    pressure = air.pressure_at(site.elevation)
    if site.hours is not None:
        at = pressure if site.hours.pressure is None else site.hours.pressure
        return Weather(site.hours.drybulb, air.humidity_ratio_of(site.hours.vapour, at), at)
    daily = _daily_mean(site)
    weights, _ = _blend()
    daily_range = weights @ (np.asarray(site.drybulb_max) - np.asarray(site.drybulb_min))
    cycle = np.outer(daily_range, DAILY_CYCLE.mean() - DAILY_CYCLE).ravel()
    drybulb = _hourly(daily) + cycle
    return Weather(drybulb, _humidity(site, drybulb, daily, pressure), pressure)


@hourly
def design_weather(site: Site, typical_weather: Weather) -> Weather:
    """Two design hours: the dry bulb exceeded in 0.4 % of the year, and the 20-year extreme (hottest hour + margin).

    The first is the cooling design condition of ASHRAE Fundamentals 2017, chapter 14, of one year instead of 25.

    Both stand at the mean pressure and carry the mean humidity ratio of the hours beyond the 0.4 % condition (mean
    coincident humidity).
    """
    hot = float(np.quantile(typical_weather.drybulb, 1 - DESIGN_SHARE, method="higher"))
    coincident = float(typical_weather.humidity_ratio[typical_weather.drybulb >= hot].mean())
    drybulb = np.array([hot, float(typical_weather.drybulb.max()) + site.extreme_margin])
    pressure = typical_weather.mean_pressure
    saturated = air.saturated_humidity_ratio(drybulb, pressure)
    return Weather(drybulb, np.minimum(coincident, saturated), pressure)


def humid_hours(site: Site, typical_weather: Weather) -> Hour:
    """Hours of the typical year whose dew point is above the recommended limit of supply air."""
    limit = air.saturated_humidity_ratio(site.dew_limit, typical_weather.pressure)
    return float(np.count_nonzero(typical_weather.humidity_ratio > limit * (1.0 + ROUNDING)))


@hourly
def full_load_weather(typical_weather: Weather, design_weather: Weather) -> Weather:
    """The hours in which the plant must carry the design draw: the typical year's, then the design hours."""
    return typical_weather.then(design_weather)


STEPS = (typical_weather, humid_hours, design_weather, full_load_weather)
