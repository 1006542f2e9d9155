"""Inputs of the plant and of what it makes."""

from __future__ import annotations

from typing import cast

import numpy as np

from computefactory.plant.climate import HOURS_OF_DAY, monthly_means
from computefactory.plant.inputs.site import HourlyYear
from computefactory.units import (
    Celsius,
    Count,
    Degree,
    Hour,
    Kelvin,
    Kilovolt,
    Kw,
    Metre,
    One,
    Pascal,
    PerHour,
    Tflops,
    TokenPerSecond,
    Usd,
    UsdPerKw,
)

WATER_HEAT = 4.186e6  # J/(m3 K), water: 4,186 J/(kg K) and 1,000 kg/m3
BYTE, HALF = 1.0, 0.5  # widths of FP8 and FP4 numbers
ROUNDING = 1e-9  # sums of shares and quotients of counts: 1056.0000000001 racks are 1056


def monthly(*values: float) -> tuple[float, ...]:
    """Twelve monthly values, January first."""
    return values


def added(energised: Kw, before: Kw) -> Kw:
    """What a milestone adds to the one before."""
    return energised - before


def share_of_sum(own: float, *every: float) -> One:
    """Its share of them all; nothing of nothing."""
    total = sum(every)
    return own / total if np.any(total) else 0.0


def hall_accelerators(accelerators: Count, capacity: Kw, *capacities: Kw) -> Count:
    """Accelerators of a hall: by its share of the IT capacity."""
    return accelerators * capacity / sum(capacities)


def racks(accelerators: Count, per_rack: Count) -> One:
    """Whole racks that hold the accelerators."""
    whole: float = np.ceil(accelerators / per_rack - ROUNDING)
    return whole


def pump_power(pressure: Pascal, efficiency: One, rise: Kelvin) -> One:
    """Pump power per heat moved: ``dp / (eta rho c dT)``, the volume being that of water at the loop's rise."""
    return pressure / (efficiency * WATER_HEAT * rise)


def coefficients(text: str) -> tuple[float, ...]:
    """The numbers of a curve as the library writes them: ``[a, b, c]``."""
    return tuple(float(part) for part in text.strip("[] ").split(","))


def latitude_of(hours: HourlyYear) -> Degree:
    """Latitude that the weather file states."""
    return hours.latitude or 0.0


def zone_of(hours: HourlyYear) -> Hour:
    """Hours that the clock of the weather file is ahead of UTC."""
    return hours.zone or 0.0


def elevation_of(hours: HourlyYear) -> Metre:
    """Elevation that the weather file states."""
    return hours.elevation or 0.0


def extreme_margin(base: Kelvin, slope: One, reference: Celsius, drybulb_max: tuple[float, ...]) -> Kelvin:
    """20-year extreme above the hottest typical hour: the cooler the warmest month's mean daily maximum, the more."""
    margin: float = np.maximum(base + slope * (reference - max(drybulb_max)), 0.0)
    return margin


def extreme_margin_of(hours: HourlyYear) -> Kelvin:
    """20-year extreme that the weather file states, above its hottest hour."""
    return max((hours.extreme or 0.0) - float(hours.drybulb.max()), 0.0)


def drybulb_mean_of(hours: HourlyYear) -> tuple[float, ...]:
    """Mean of each month."""
    return monthly_means(hours.drybulb.reshape(-1, HOURS_OF_DAY).mean(axis=1))


def drybulb_max_of(hours: HourlyYear) -> tuple[float, ...]:
    """Mean daily maximum of each month."""
    return monthly_means(hours.drybulb.reshape(-1, HOURS_OF_DAY).max(axis=1))


def drybulb_min_of(hours: HourlyYear) -> tuple[float, ...]:
    """Mean daily minimum of each month."""
    return monthly_means(hours.drybulb.reshape(-1, HOURS_OF_DAY).min(axis=1))


def relative_humidity_of(hours: HourlyYear) -> tuple[float, ...]:
    """Mean relative humidity of each month."""
    return monthly_means(hours.relative_humidity.reshape(-1, HOURS_OF_DAY).mean(axis=1))


def failures_of_node(rate: PerHour, accelerators: Count, of_rate: Count) -> PerHour:
    """The published failure rate for a node of this size: failures go with the accelerators in it."""
    return rate * accelerators / of_rate


def spares_of_racks(in_rack: Count, accelerators: Count, per_rack: Count) -> Count:
    """Spares of all racks: those of one times the racks."""
    return in_rack * racks(accelerators, per_rack)


def total_capacity(*capacities: Kw) -> Kw:
    """IT capacity of all halls."""
    return sum(capacities)


def mean_hall_cost(capex: Usd, capacity: Kw) -> UsdPerKw:
    """Cost of the halls per kW of IT capacity."""
    return capex / capacity


def voltage(name: str, usual: Kilovolt) -> Kilovolt:  # noqa: ARG001  # the name belongs to the origin
    """The voltage that the name of the level usually means."""
    return usual


def mean_context(input_tokens: One, output_tokens: One) -> One:
    """Tokens in the cache on average while the answer grows: the input and half of the output."""
    return input_tokens + output_tokens / 2


def inference_rate(bytes_per_parameter: One, bf16: Tflops, fp8: Tflops, fp4: Tflops) -> Tflops:
    """The dense rate of the narrowest number that holds a parameter."""
    narrow = np.where(np.asarray(bytes_per_parameter) <= HALF, fp4, fp8)
    return cast("Tflops", np.where(np.asarray(bytes_per_parameter) <= BYTE, narrow, bf16)[()])


def chosen_share(experts: One, experts_per_token: One) -> One:
    """Share of a layer's experts that a token goes to."""
    return experts_per_token / experts


def usual_chosen(parameters: One, active: One, always_used: One) -> One:
    """The same where the experts are not stated: ``a = S + (N - S) k/E`` with a usual share S/a; 1 of a dense model."""
    shared = always_used * active
    with np.errstate(divide="ignore", invalid="ignore"):
        routed = np.where(np.asarray(active) < np.asarray(parameters), (active - shared) / (parameters - shared), 1.0)
    return cast("One", routed[()])


def usual_layers(active: One, aspect: One) -> One:
    """Layers of a model with so many parameters used for a token: ``N = 12 L w^2`` (Kaplan et al. 2020), w/L usual."""
    return cast("One", np.cbrt(active / (12 * aspect**2)))


def usual_width(layers: One, aspect: One) -> One:
    """Numbers that stand for a token, by the usual ratio to the layers."""
    return layers * aspect


def usual_attention(layers: One, width: One) -> One:
    """Operations for a token and one before it: scores and sums over the width, a multiply and an add each."""
    return 4 * layers * width


def by_kind(parameters: One, active: One, dense: One, mixture: One) -> One:
    """One value for dense models, another for mixtures of experts."""
    return cast("One", np.where(np.asarray(active) < np.asarray(parameters), mixture, dense)[()])


def middle_rate(*rates: TokenPerSecond) -> TokenPerSecond:
    """The median of the results."""
    return cast("TokenPerSecond", np.median(np.stack(np.broadcast_arrays(*rates)), axis=0)[()])
