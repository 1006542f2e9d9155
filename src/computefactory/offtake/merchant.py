"""What silicon earns on the market: the anchor of its price, when it runs, when it is replaced, what it is worth.

* **Anchor** (user cost of capital: Jorgenson, American Economic Review 53, 1963): an entrant who knows that rents fall
  at ``d`` a year needs in its first year
  ``p0 = opex + (C - PV(S)) / (hours x sum over k of (1-d)^(k-1) / (1+r)^k)``.
  Only the capital part falls at ``d``. It is an upper bound in glut and no forecast in shortage.
* **Running**: while the price is at least the short-run marginal cost (power at the meter, avoidable support); the
  margin is ``max(0, p - SRMC)``.
* **Replacement**: at the first t with ``V_new(t) + S_old(t) >= [m_old(t) + V_new(t+1) + S_old(t+1)] / (1+r)``: V_new is
  the value of the successors that the same power could run, S_old scrap. With successors alike V_new is that of an
  endless chain, ``max over lives n of (PV of margins to n - C + PV of scrap) / (1 - (1+r)^-n)`` (Faustmann).
* **Residual** at an age: the margins expected from there on and scrap, in money of that day. Expected means: the price
  known that day, falling at ``d``; nothing of the realised future.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.timeline import MONTHS_PER_YEAR
from computefactory.units import Hour, One, Usd, UsdPerAccelerator, UsdPerAcceleratorHour

__all__ = ["Worth", "anchor", "margins", "price_of_age", "replacement", "residual", "running_cost", "worth"]

Series = NDArray[np.float64]


def anchor(
    cost: UsdPerAccelerator,
    scrap: UsdPerAccelerator,
    opex: UsdPerAcceleratorHour,
    decline: One,
    rate: One,
    years: int,
    hours: Hour,
) -> UsdPerAcceleratorHour:
    """First-year price that pays a new accelerator whose hours a year are sold at rents falling at ``decline``."""
    annuity = sum((1 - decline) ** (k - 1) / (1 + rate) ** k for k in range(1, years + 1))
    return opex + (cost - scrap / (1 + rate) ** years) / (hours * annuity)


def price_of_age(
    first: UsdPerAcceleratorHour,
    opex: UsdPerAcceleratorHour,
    decline: One,
    years: float,
    relative_output: One = 1.0,
    porting: One = 0.0,
) -> UsdPerAcceleratorHour:
    """Market price ``years`` after the anchor for a generation that delivers a share of the newest's output an hour.

    ``s_g x p0(t)`` less the cost of porting the workload to it (a share): only the part above running cost has fallen.
    """
    return float(relative_output * (1 - porting) * (opex + (first - opex) * (1 - decline) ** years))


def running_cost(energy: float, power_price: float, avoidable: UsdPerAcceleratorHour) -> UsdPerAcceleratorHour:
    """Short-run marginal cost of an hour: kWh at the meter x price, and what is not spent on a machine that stands."""
    return energy * power_price + avoidable


def margins(price: Any, running: UsdPerAcceleratorHour) -> Series:
    """What an hour leaves: nothing where the price is below running cost, because the machine then stands."""
    return np.asarray(np.maximum(np.asarray(price, dtype=float) - running, 0.0))


@dataclass(frozen=True, slots=True)
class Worth:
    """A machine kept for its best life, and an endless chain of them."""

    life: int  # months
    once: Usd
    chain: Usd


def worth(margin: Sequence[float] | Series, cost: float, scrap: Sequence[float] | Series, rate: One) -> Worth:
    """Best life of machines alike that follow each other, by value; ``rate`` is per month, margins come at month ends.

    The life is that of the most valuable chain. Where no chain is worth its cost, the machine runs while it earns.
    """
    factor = (1 + rate) ** -np.arange(1, len(margin) + 1)
    once = np.cumsum(np.asarray(margin) * factor) - cost + np.asarray(scrap)[1 : len(margin) + 1] * factor
    chain = once / (1 - factor) if rate else np.where(once > 0, inf, -inf)
    best = int(np.argmax(chain))
    if chain[best] <= 0:
        earning = np.flatnonzero(np.asarray(margin) > 0)
        best = int(earning[-1]) if earning.size else 0
    return Worth(best + 1, float(once[best]), float(chain[best]))


def replacement(
    margin: Sequence[float] | Series, new_value: Sequence[float] | Series, scrap: Sequence[float] | Series, rate: One
) -> int | None:
    """First period at whose start replacing is at least as good as running one period more; None: never.

    ``new_value[t]`` is the value of the successors from t on, net of the time and cost of the swap.
    """
    for t in range(len(margin)):
        later = (margin[t] + new_value[t + 1] + scrap[t + 1]) / (1 + rate)
        if new_value[t] + scrap[t] >= later:
            return t
    return None


def residual(
    price: UsdPerAcceleratorHour,
    running: UsdPerAcceleratorHour,
    decline: One,
    rate: One,
    hours: Hour,
    months: int,
    scrap: float,
) -> float:
    """Worth of a machine on a day on which its hours bring ``price``: margins expected to the end, and scrap."""
    ages = np.arange(months)
    expected = margins(price * (1 - decline) ** (ages / MONTHS_PER_YEAR), running) * hours / MONTHS_PER_YEAR
    factor = (1 + rate) ** (-(ages + 1) / MONTHS_PER_YEAR)
    return float((expected * factor).sum() + scrap * (1 + rate) ** (-months / MONTHS_PER_YEAR))
