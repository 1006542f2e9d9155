"""Hours of the typical year: its calendar, windows of a tariff, and shapes of sun, wind and market price.

The typical year has 8,760 hours and begins on a Monday. Shapes are made from a few stated numbers and a fixed seed, so
that a file always has the same year; a measured year goes in as a series instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import erf, pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.climate import DAYS, DAYS_OF_MONTH, HOURS_OF_DAY
from computefactory.plant.sources import Window
from computefactory.units import Degree, One, UsdPerKwh

__all__ = ["HOURS", "MONTH", "cover", "inside", "market_year", "output", "solar_year", "spot_prices", "wind_year"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

HOURS = DAYS * HOURS_OF_DAY
MONTH = np.repeat(np.arange(len(DAYS_OF_MONTH)), DAYS_OF_MONTH * HOURS_OF_DAY)  # 0 to 11
HOUR_OF_DAY = np.tile(np.arange(HOURS_OF_DAY), DAYS)
WEEKEND = np.repeat(np.arange(DAYS) % 7 >= 5, HOURS_OF_DAY)  # noqa: PLR2004  # Saturday and Sunday
SEED = 20251103  # as for the weather: names the one year that a set of numbers has
ROUNDS = 80
TILT = 23.45  # deg, declination at the solstice (Cooper, Solar Energy 12, 1969)
CUT_IN, RATED, CUT_OUT = 3.0, 12.0, 25.0  # m/s, a modern turbine (IEC 61400-12-1 gives how they are measured)


def inside(window: Window) -> Mask:
    """1 in the hours of a window."""
    hours = (
        (window.first <= HOUR_OF_DAY) & (window.last > HOUR_OF_DAY)
        if window.first < window.last
        else (window.first <= HOUR_OF_DAY) | (window.last > HOUR_OF_DAY)
    )
    days = np.ones(HOURS, dtype=bool) if window.days == "all" else (window.days == "weekends") == WEEKEND
    return np.asarray(hours & days & np.isin(MONTH + 1, window.months))


def cover(windows: Sequence[Window]) -> tuple[Array, Array]:
    """Price by the hour, and how many windows hold each hour: 1 where the tariff is well formed."""
    price, count = np.zeros(HOURS), np.zeros(HOURS)
    for window in windows:
        if not window.rest:
            here = inside(window)
            price[here] = window.price
            count[here] += 1
    left = count == 0
    for window in windows:
        if window.rest:
            price[left] = window.price
            count[left] += 1
    return price, count


def output(shape: Any, latitude: Degree) -> Array:
    """Output by the hour of a :class:`~computefactory.plant.sources.Shape`, share of the rating."""
    if shape.profile:
        return np.asarray(shape.profile)
    if shape.form == "solar":
        return solar_year(latitude, shape.capacity_factor, shape.persistence)
    if shape.form == "wind":
        return wind_year(shape.capacity_factor, shape.persistence)
    return np.ones(HOURS)


def spot_prices(wholesale: Any) -> Array:
    """The market's price by the hour: stated, or a year made from its statistics."""
    if wholesale.hourly:
        return np.asarray(wholesale.hourly)
    m = wholesale.market
    waves = (m.lag_1_autocorrelation, m.daily, m.seasonal)
    return np.asarray(market_year(m.mean, m.p05, m.median, m.p95, m.p99, m.max, *waves) * (m.stated / m.mean))


@lru_cache(maxsize=64)
def _noise(size: int, persistence: One, seed: int) -> Array:
    """A stationary first-order autoregression of unit variance."""
    noise = np.random.default_rng(seed).standard_normal(size)
    series = np.empty(size)
    series[0] = noise[0]
    spread = np.sqrt(1 - persistence**2)
    for place in range(1, size):
        series[place] = persistence * series[place - 1] + spread * noise[place]
    return series


def _scaled(shape: Array, mean: One) -> Array:
    """A shape of 0 to 1 with the mean asked for: multiplied, capped at 1, until the mean is met (it grows with it)."""
    low, high = 0.0, mean / max(float(shape[shape > 0].min(initial=1.0)), 1e-9)
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        low, high = (middle, high) if np.minimum(shape * middle, 1.0).mean() < mean else (low, middle)
    return np.minimum(shape * high, 1.0)


@lru_cache(maxsize=64)
def solar_year(latitude: Degree, capacity_factor: One, persistence: One) -> Array:
    """Output of a field of panels, share of capacity: the sine of the sun's height, cloud by the day, to a stated mean.

    ``sin h = cos f cos d cos w + sin f sin d`` with latitude f, declination d and hour angle w (Duffie and Beckman,
    Solar Engineering of Thermal Processes, eq. 1.6.5). Declination by Cooper (1969); solar time is taken for local
    time. A single-axis tracker is wider: state a profile.
    """
    day = np.arange(DAYS) + 1
    declination = np.radians(TILT) * np.sin(2 * pi * (284 + day) / DAYS)
    angle = 2 * pi * (np.arange(HOURS_OF_DAY) + 0.5 - 12) / HOURS_OF_DAY
    here = np.radians(latitude)
    height = np.outer(np.cos(declination), np.cos(angle)) * np.cos(here) + (np.sin(declination) * np.sin(here))[:, None]
    clear = np.exp(-0.5 * np.maximum(_noise(DAYS, persistence, SEED), 0.0))  # half of the days are clear
    return _scaled((np.maximum(height, 0.0) * clear[:, None]).ravel(), capacity_factor)


@lru_cache(maxsize=64)
def wind_year(capacity_factor: One, persistence: One) -> Array:
    """Output of a wind farm, share of capacity: speeds of Rayleigh's distribution through a cubic power curve.

    The hour-to-hour persistence is that of the normal scores; the mean speed is found so that the mean output is met.
    """
    scores = _noise(HOURS, persistence, SEED + 1)
    rank = np.array([(1 + erf(score / 2**0.5)) / 2 for score in scores])
    speed = np.sqrt(-2 * np.log(np.clip(1 - rank, 1e-12, 1.0)))

    def sent(scale: float) -> Array:
        v = speed * scale
        curve = (v**3 - CUT_IN**3) / (RATED**3 - CUT_IN**3)
        return np.where((v < CUT_IN) | (v >= CUT_OUT), 0.0, np.clip(curve, 0.0, 1.0))

    low, high = 0.0, RATED
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        low, high = (middle, high) if sent(middle).mean() < capacity_factor else (low, middle)
    return sent(high)


@lru_cache(maxsize=64)
def market_year(
    mean: UsdPerKwh,
    p05: UsdPerKwh,
    median: UsdPerKwh,
    p95: UsdPerKwh,
    p99: UsdPerKwh,
    highest: UsdPerKwh,
    persistence: One,
    daily: One,
    seasonal: One,
) -> Array:
    """A year of hourly prices with a market's published quantiles, mean and hour-to-hour persistence.

    Which hours are dear follows a daily and a seasonal wave and an autoregression; how dear follows the quantiles.
    From one quantile ``a`` above the median to the next, ``b``, prices rise with ``x^k``, above the last they are
    ``a (b / a)^(x^k)``; one k gives the mean. Dear hours come together, and every quantile is met.
    """
    phase = np.arange(HOURS) / HOURS_OF_DAY
    wave = daily * np.sin(2 * pi * (phase - 0.5)) + seasonal * np.cos(4 * pi * phase / DAYS)
    score = _noise(HOURS, persistence, SEED + 2) + wave
    rank = (np.argsort(np.argsort(score)) + 0.5) / HOURS
    lowest = 2 * p05 - median if p05 < 0 else p05 / 2
    level = [0.5, 0.95, 0.99, 1.0]
    below = np.interp(rank, [0.0, 0.05, 0.5], [lowest, p05, median])
    beyond = np.clip((rank - level[-2]) / (level[-1] - level[-2]), 0.0, 1.0)

    def price(power: float) -> Array:
        found = np.array(below)
        for first, last, start, end in zip(level[:-2], level[1:-1], (median, p95), (p95, p99), strict=True):
            share = np.clip((rank - first) / (last - first), 0.0, 1.0)
            found = np.where(rank > first, start + (end - start) * share**power, found)
        return np.where(beyond > 0, p99 * max(highest / p99, 1.0) ** (beyond**power), found)

    low, high = -6.0, 6.0  # of log k: with a larger k prices stay low for longer
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        low, high = (middle, high) if price(np.exp(middle)).mean() > mean else (low, middle)
    found = price(np.exp(high))
    return np.asarray(found + (mean - found.mean()))
