"""Comparables: multiples by layer, medians without regression, and what a multiple can be worth.

A multiple is compared with what it is paid for. A shell with long-lived contracted rent stands beside towers,
pipelines, LNG and power, on net operating income. Silicon stands beside ships, rigs and aircraft, on EBITDA after the
rent of the hall it works in and after the annuity that replaces it. A contract of n years is worth at most
``(1 - (1+r)^-n)/r`` times its cash, 3.79 for five years at 10 %, whatever multiple stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from computefactory.units import One, PerYear, Usd, Year

__all__ = ["Layer", "Multiple", "growth_multiple", "layer_value", "median_of"]


@dataclass(frozen=True, slots=True)
class Multiple:
    """One company or industry with its multiple and source."""

    name: str
    value: One
    as_of: str
    source: str


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer valued on its income: low, middle and high by the multiples beside it."""

    name: str
    income: Usd
    multiples: tuple[Multiple, ...]
    low: Usd
    value: Usd
    high: Usd


def median_of(multiples: Sequence[Multiple]) -> tuple[One, One, One]:
    """Lowest, median and highest; no regression on so few."""
    values = [item.value for item in multiples]
    return min(values), float(median(values)), max(values)


def layer_value(name: str, income: Usd, multiples: Sequence[Multiple]) -> Layer:
    """Income times the multiples; a loss is worth nothing at any multiple."""
    low, middle, high = median_of(multiples)
    paid = max(income, 0.0)
    return Layer(name, income, tuple(multiples), low * paid, middle * paid, high * paid)


def growth_multiple(rate: PerYear, reinvestment: One, years: Year, return_on_capital: PerYear) -> One:
    """EV / NOPAT: ``1/r + b N (ROIC - r) / (r (1 + r))`` (Miller and Modigliani 1961). At ROIC = r growth adds nothing.

    ``reinvestment`` is the share of NOPAT put into new capacity each year, for ``years``, at ``return_on_capital``.
    """
    return 1.0 / rate + reinvestment * years * (return_on_capital - rate) / (rate * (1.0 + rate))
