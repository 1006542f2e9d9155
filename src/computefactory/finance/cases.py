"""The return cases: what happens to silicon and shell after the contracts. Each is a step over dates.

* ``contract_only``: silicon is worth nothing after the last contract month, durables leave at cost less straight line;
* ``contract_and_residual``: silicon also at its low-case value, the shell at what letting it again is worth;
* ``full_life``: 240 months from full operation: the silicon of each phase works on at the market price of its age, is
  replaced on the dates given where that is worth its cost, retires at the end of its economic life; the empty shell is
  let again, a leased one given back;
* ``unit_cost``: each phase runs to the end of its silicon's economic life whatever is sold (levelised cost).

A phase ages from its acceptance, and ends with the lease of its building at the latest. Series by phase have shape
(phase, month).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.finance import by_phase, refresh
from computefactory.finance.inputs import Capital, Operations, Values
from computefactory.offtake.inputs import Merchant
from computefactory.plant.inputs import Phase, Production
from computefactory.steps import elementwise, number
from computefactory.timeline import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, Timeline
from computefactory.units import Kw, Month, One, Usd, UsdPerKwMonth

__all__ = ["CASES", "HEAD", "RETURN_CASES", "STEPS", "Case"]

HEAD = "contract_only"  # the case that is spoken of where none is named
FULL_LIFE = 240  # months from full operation: the convention of all three cases
NO_TEST = 1e6  # stands where cover is not tested, far above any cover

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """The switches and series of one return case."""

    name: str
    exit_month: Month
    in_service: Series  # (phase, month)
    silicon_age: Series  # (phase, month), years
    relet: Series  # (phase, month)
    refresh: Series  # (phase, month)
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
def shell_annuity(values: Values, capital: Capital) -> Month:
    """Worth of a dollar a month for ``release_life`` months at the discount rate: ``(1 - (1+i)^-n) / i``."""
    monthly = (1 + capital.discount_rate) ** (1 / MONTHS_PER_YEAR) - 1
    some = monthly != 0
    grown = (1 + monthly) ** -values.release_life
    return number(np.where(some, (1 - grown) / np.where(some, monthly, 1.0), values.release_life))


@elementwise()
def relet_rent(values: Values, capital: Capital, merchant: Merchant, shell_annuity: Month) -> UsdPerKwMonth:
    """Level rent from now on that is worth what letting an empty shell again is, at today's prices.

    After the void of v months the refit falls with the first of n rents, as in the lines ``relet_share`` and
    ``shell_refit``: ``(1+i)^-v (rent - refit / (1+i) / annuity)``.
    """
    monthly = (1 + capital.discount_rate) ** (1 / MONTHS_PER_YEAR)
    return number((values.release_rent - values.upgrade_cost / monthly / shell_annuity) * monthly**-merchant.void)


@elementwise()
def re_lease_value(
    relet_rent: UsdPerKwMonth,
    shell_annuity: Month,
    it_capacity: Kw,
    operations: Operations,
    timeline: Timeline,
    contract_end: Month,
    owns_building: One,
) -> Usd:
    """What letting the empty shell again is worth at the exit, at the price level of the exit year."""
    exit_index = min(int(contract_end), timeline.periods - 1)
    level = (1 + operations.inflation) ** timeline.years_since_start[exit_index]
    return number(relet_rent * shell_annuity * it_capacity * level * owns_building)


def test_date(timeline: Timeline) -> Series:
    """1 at each calendar quarter's end."""
    return np.asarray(timeline.month_of_year % MONTHS_PER_QUARTER == MONTHS_PER_QUARTER - 1, dtype=float)


def first_year(timeline: Timeline, full_operation: Month) -> Series:
    """1 in the first twelve full months after full operation."""
    age = timeline.month - full_operation
    return np.asarray((age >= 0) & (age < MONTHS_PER_YEAR), dtype=float)


def phase_ends(
    phases: tuple[Phase, ...], contract_ends: tuple[Month, ...], contract_phases: tuple[One, ...]
) -> tuple[Month, ...]:
    """The month after the last contract or lease of each phase; its acceptance where it has none."""
    ends = [phase.accepted for phase in phases]
    for place, end in zip(contract_phases, contract_ends, strict=True):
        ends[int(place)] = max(ends[int(place)], end)
    return tuple(ends)


def _upright(values: Sequence[float]) -> Series:
    """Shape (phase, 1)."""
    return np.array(values, dtype=float).reshape(-1, 1)


def _accepted(phases: tuple[Phase, ...]) -> Series:
    """Months of acceptance, shape (phase, 1)."""
    return _upright([phase.accepted for phase in phases])


def _replacements(phases: tuple[Phase, ...], made: tuple[tuple[int, ...], ...]) -> Series:
    """Months after acceptance of the silicon of each phase, the first among them; never (inf) fills shorter rows."""
    longest = max(map(len, made))
    rows = [(0, *made[int(phase.generation)]) for phase in phases]
    return np.array([[*row, *[np.inf] * (1 + longest - len(row))] for row in rows], dtype=float)


def _rented(phases: tuple[Phase, ...]) -> Series:
    """Months after the leases of their building, shape (phase, 1)."""
    return _upright([phase.rent_until for phase in phases])


def _years(months: Series) -> Series:
    return np.maximum(months, 0) / MONTHS_PER_YEAR


def _until_exit(
    timeline: Timeline, phases: tuple[Phase, ...], exit_month: Month
) -> tuple[Series, Series, Series, Series]:
    """In service to the exit, the silicon's age, and nothing let again or replaced, of each phase."""
    age = _years(timeline.month - _accepted(phases))
    held = (timeline.month <= exit_month) & (timeline.month < _rented(phases))
    return held.astype(float), age, np.zeros(age.shape), np.zeros(age.shape)


def contract_only(timeline: Timeline, phases: tuple[Phase, ...], contract_end: Month) -> Case:
    """Silicon worth nothing after the contracts; durables at cost less straight line."""
    series = _until_exit(timeline, phases, contract_end)
    return Case("contract_only", contract_end, *series, 0.0, 0.0, 0.0)


def contract_and_residual(
    timeline: Timeline, phases: tuple[Phase, ...], contract_end: Month, owns_building: One
) -> Case:
    """Silicon at its low-case value and the shell at its re-lease value after the contracts."""
    series = _until_exit(timeline, phases, contract_end)
    return Case("contract_and_residual", contract_end, *series, 0.0, owns_building, 1.0)


def full_life(
    timeline: Timeline,
    phases: tuple[Phase, ...],
    full_operation: Month,
    phase_lives: tuple[Month, ...],
    refresh_made: tuple[tuple[int, ...], ...],
    contract_end: Month,
    phase_ends: tuple[Month, ...],
    owns_building: One,
) -> Case:
    """240 months from full operation, with the market, replacements and the shell let again."""
    month, accepted = timeline.month, _accepted(phases)
    placed = accepted + _replacements(phases, refresh_made)  # (phase, replacement)
    come = month >= placed[..., np.newaxis]
    latest = np.where(come, placed[..., np.newaxis], accepted[..., np.newaxis]).max(axis=1)
    served = np.where(latest == accepted, _upright(phase_ends), 0.0)
    retired = np.minimum(np.maximum(latest + _upright(phase_lives), served), _rented(phases))
    end = full_operation + FULL_LIFE - 1
    exit_month = end if owns_building else min(max(float(retired.max()) - 1, contract_end), end)
    held = month <= exit_month
    new = placed[:, 1:, np.newaxis]
    replaced = ((month == new) & (month < _rented(phases)[..., np.newaxis])).sum(axis=1)
    return Case(
        "full_life",
        exit_month,
        ((month < retired) & held).astype(float),
        _years(month - latest),
        ((month >= retired) & held).astype(float) * owns_building,
        replaced.astype(float),
        1.0,
        0.0,
        0.0,
    )


def unit_cost(timeline: Timeline, phases: tuple[Phase, ...], phase_lives: tuple[Month, ...]) -> Case:
    """Each phase runs to the end of its silicon's economic life."""
    end = np.minimum(_accepted(phases) + _upright(phase_lives), _rented(phases))
    exit_month = float(end.max()) - 1
    _, age, nothing, none = _until_exit(timeline, phases, exit_month)
    kept = (timeline.month < end).astype(float)
    return Case("unit_cost", exit_month, kept, age, nothing, none, 1.0, 0.0, 0.0, leaseback=0.0)


def software_gain(timeline: Timeline, production: Production | None, full_operation: Month) -> Series:
    """Tokens of an hour against those at full operation: ``(1 + g)^years``, nothing gained before."""
    years = np.maximum(timeline.month - full_operation, 0) / MONTHS_PER_YEAR
    return np.asarray((1 + (production.software_improvement if production is not None else 0.0)) ** years)


RETURN_CASES = ("contract_only", "contract_and_residual", "full_life")
CASES = (*RETURN_CASES, "unit_cost")
STEPS: tuple[Any, ...] = (
    *by_phase.STEPS,
    shell_annuity,
    relet_rent,
    *refresh.STEPS,
    contract_end,
    it_sold,
    silicon_share,
    re_lease_value,
    test_date,
    first_year,
    phase_ends,
    contract_only,
    contract_and_residual,
    full_life,
    unit_cost,
    software_gain,
)
