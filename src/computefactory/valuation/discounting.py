"""Present values: discount factors from a date on, annuities in closed form, the rate of a contract.

A contract's promised cash is discounted at ``rf(tenor) + spread(rating) + operating premium``. Expected cash (after
default) is discounted without the spread. Never both: a spread already pays for the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.timeline import MONTHS_PER_YEAR
from computefactory.units import Month, One, PerYear

__all__ = ["annuity", "contract_rate", "factors", "interpolated", "present_value"]

Array = NDArray[np.float64]


def factors(rate: Any, months: Array, at: Month) -> Array:
    """Discount factors of months from a date on; nothing before it. A flow in the month of the date counts whole."""
    elapsed = (months - at) / MONTHS_PER_YEAR
    powers = np.asarray(1.0 + np.asarray(rate))[..., None] ** -np.maximum(elapsed, 0.0)
    return np.where(elapsed >= 0, powers, 0.0)


def present_value(flows: Array, rate: Any, months: Array, at: Month) -> Any:
    """Value at a date of flows (..., month) from that date on."""
    return np.sum(flows * factors(rate, months, at), axis=-1)


def annuity(rate: PerYear, years: float) -> One:
    """Value of one a year at year ends: ``(1 - (1 + r)^-n) / r``; n where the rate is nothing."""
    return years if rate == 0 else (1.0 - (1.0 + rate) ** -years) / rate


def interpolated(points: Sequence[tuple[Month, PerYear]], tenor: Month) -> PerYear:
    """A rate at a tenor, straight between points and flat beyond the first and the last."""
    months, rates = zip(*sorted(points), strict=True)
    return float(np.interp(tenor, months, rates))


def contract_rate(risk_free: PerYear, spread: PerYear, premium: PerYear, *, expected: bool) -> PerYear:
    """The rate of promised cash, or of expected cash: then the spread is left out, for default is in the cash."""
    return risk_free + premium + (0.0 if expected else spread)
