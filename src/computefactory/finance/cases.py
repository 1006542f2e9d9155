"""The return cases: what happens to silicon and shell after the contracts. Each is a step over dates.

* ``contract_only``: silicon is worth nothing after the last contract month, durables leave at cost less straight line;
* ``contract_and_residual``: silicon also at its low-case value, the shell at what letting it again is worth;
* ``full_life``: 240 months from full operation: the silicon works on at the market price of its age, is replaced on
  the dates given where that is worth its cost, retires at the end of its economic life; the empty shell is let again, a
  leased one given back;
* ``unit_cost``: everything runs to the end of the silicon's economic life whatever is sold (levelised cost).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.finance import refresh
from computefactory.finance.inputs import Capital, Operations, Values
from computefactory.plant.inputs import Production
from computefactory.steps import elementwise, number
from computefactory.timeline import MONTHS_PER_YEAR, Timeline
from computefactory.units import Kw, Month, One, Usd

__all__ = ["CASES", "HEAD", "RETURN_CASES", "STEPS", "Case"]

HEAD = "contract_only"  # the case that is spoken of where none is named
FULL_LIFE = 240  # months from full operation: the convention of all three cases
NO_TEST = 1e6  # stands where cover is not tested, far above any cover
QUARTER = 3

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """The switches and series of one return case; series have shape (month,)."""

    name: str
    exit_month: Month
    in_service: Series
    silicon_age: Series  # years
    relet: Series
    refresh: Series
    renewal: One
    release: One
    residual: One
    no_test: One = NO_TEST
    leaseback: One = 1.0  # 1: a sale and leaseback takes place


def contract_end(contract_ends: tuple[Month, ...], full_operation: Month) -> Month:
    """Last month of the last contract or lease."""
    return max((*contract_ends, full_operation)) - 1


@elementwise()
def it_sold(it_design_load: Kw, leased_power: Kw) -> Kw:
    """IT power of the factory's own silicon and of its tenants."""
    return it_design_load + leased_power


@elementwise()
def silicon_share(it_design_load: Kw, it_sold: Kw) -> One:
    """Share of sold IT power that is the factory's own silicon."""
    sold = np.asarray(it_sold)
    return number(np.where(sold > 0, it_design_load / np.where(sold > 0, sold, 1.0), 0.0))


@elementwise()
def re_lease_value(
    it_capacity: Kw,
    values: Values,
    capital: Capital,
    operations: Operations,
    timeline: Timeline,
    contract_end: Month,
    owns_building: One,
) -> Usd:
    """What letting the empty shell again is worth at the exit: an annuity of net rent at the discount rate.

    Rent at the price level of the exit year, received monthly for ``release_life`` months; annuity by the closed form
    ``(1 - (1+i)^-n) / i``.
    """
    exit_index = min(int(contract_end), timeline.periods - 1)
    level = (1 + operations.inflation) ** timeline.years_since_start[exit_index]
    monthly = (1 + capital.discount_rate) ** (1 / MONTHS_PER_YEAR) - 1
    some = monthly != 0
    grown = (1 + monthly) ** -values.release_life
    annuity = np.where(some, (1 - grown) / np.where(some, monthly, 1.0), values.release_life)
    return number(values.release_rent * it_capacity * level * annuity * owns_building)


def test_date(timeline: Timeline, full_operation: Month) -> Series:
    """1 at each calendar quarter's end from the first full year after full operation."""
    quarter_end = timeline.month_of_year % QUARTER == QUARTER - 1
    return np.asarray(quarter_end & (timeline.month >= full_operation + MONTHS_PER_YEAR - 1), dtype=float)


def first_year(timeline: Timeline, full_operation: Month) -> Series:
    """1 in the first twelve full months after full operation."""
    age = timeline.month - full_operation
    return np.asarray((age >= 0) & (age < MONTHS_PER_YEAR), dtype=float)


def _age(timeline: Timeline, start: Month) -> Series:
    return np.maximum(timeline.month - start, 0) / MONTHS_PER_YEAR


def contract_only(timeline: Timeline, full_operation: Month, contract_end: Month) -> Case:
    """Silicon worth nothing after the contracts; durables at cost less straight line."""
    none = np.zeros(timeline.periods)
    held = (timeline.month <= contract_end).astype(float)
    return Case("contract_only", contract_end, held, _age(timeline, full_operation), none, none, 0.0, 0.0, 0.0)


def contract_and_residual(timeline: Timeline, full_operation: Month, contract_end: Month, owns_building: One) -> Case:
    """Silicon at its low-case value and the shell at its re-lease value after the contracts."""
    none = np.zeros(timeline.periods)
    held = (timeline.month <= contract_end).astype(float)
    age = _age(timeline, full_operation)
    return Case("contract_and_residual", contract_end, held, age, none, none, 0.0, owns_building, 1.0)


def full_life(
    timeline: Timeline,
    full_operation: Month,
    economic_life: Month,
    refresh_made: tuple[int, ...],
    contract_end: Month,
    owns_building: One,
) -> Case:
    """240 months from full operation, with the market, replacements and the shell let again."""
    placed = np.array([full_operation, *(full_operation + lag for lag in refresh_made)], dtype=float)
    latest = placed[np.clip(np.searchsorted(placed, timeline.month, side="right") - 1, 0, None)]
    retired = np.maximum(latest + economic_life, np.where(latest == full_operation, contract_end + 1, 0))
    end = full_operation + FULL_LIFE - 1
    exit_month = end if owns_building else min(max(float(retired[-1]) - 1, contract_end), end)
    in_service = ((timeline.month < retired) & (timeline.month <= exit_month)).astype(float)
    empty = (timeline.month >= retired) & (timeline.month <= exit_month)
    replaced = np.isin(timeline.month, placed[1:])
    return Case(
        "full_life",
        exit_month,
        in_service,
        np.maximum(timeline.month - latest, 0) / MONTHS_PER_YEAR,
        empty.astype(float) * owns_building,
        replaced.astype(float),
        1.0,
        0.0,
        0.0,
    )


def unit_cost(timeline: Timeline, full_operation: Month, economic_life: Month) -> Case:
    """Everything runs to the end of the silicon's economic life."""
    exit_month = full_operation + economic_life - 1
    none = np.zeros(timeline.periods)
    held = (timeline.month <= exit_month).astype(float)
    return Case("unit_cost", exit_month, held, _age(timeline, full_operation), none, none, 1.0, 0.0, 0.0, leaseback=0.0)


def software_gain(timeline: Timeline, production: Production | None, full_operation: Month) -> Series:
    """Tokens of an hour against those at full operation: ``(1 + g)^years``, nothing gained before."""
    years = np.maximum(timeline.month - full_operation, 0) / MONTHS_PER_YEAR
    return np.asarray((1 + (production.software_improvement if production is not None else 0.0)) ** years)


RETURN_CASES = ("contract_only", "contract_and_residual", "full_life")
CASES = (*RETURN_CASES, "unit_cost")
STEPS: tuple[Any, ...] = (
    *refresh.STEPS,
    contract_end,
    it_sold,
    silicon_share,
    re_lease_value,
    test_date,
    first_year,
    contract_only,
    contract_and_residual,
    full_life,
    unit_cost,
    software_gain,
)
