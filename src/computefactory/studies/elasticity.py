"""What one per cent is worth: cost and return against each driver, and who keeps a gain in efficiency.

The money lines are evaluated again with what the plant gives them moved by one per cent up and down; debt is frozen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory.finance.cases import HEAD
from computefactory.scenarios import GIVEN, Outcome, Scenarios

if TYPE_CHECKING:
    from computefactory.result import Result
    from computefactory.workings import Run

__all__ = ["Elasticity", "Kept", "elasticities", "kept_by_owner"]

STEP = 0.01
Row = NDArray[np.float64]
AROUND = (1.0, -1.0)  # steps of a driver up and down
BELOW = (0.0, -1.0)  # of what cannot be more than all: from less up to what it is
DIGITS = 9  # of a share: what is left of a difference of large sums is not one
# bought by a tariff, or from each source of a supply stack at its own share
_ENERGY = (
    "grid_energy_full",
    "peak_power_full",
    "peak_per_it",
    "pue",
    "s_energy_full",
    "s_peak_full",
    "s_windows_full",
)
_PRICES = ("energy_price", "demand_price", "fixed_charge", "s_energy_price", "s_demand_price", "s_fixed")
# driver -> label, the givens that move with it in the ledgers that have them
DRIVERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pue": ("PUE", _ENERGY),
    "energy": ("kWh per accelerator-hour", (*_ENERGY, "it_energy_full")),
    "power_price": ("price of power", _PRICES),
    "availability": ("availability", ("availability", "p_availability")),
    "goodput": ("goodput", ("goodput",)),
    "mfu": ("MFU", ("work_rate",)),
    "durable_cost": ("USD per MW of plant", ("a_cost",)),
    "silicon_cost": ("price of silicon", ("a_cost",)),
}
_COST, _WORK_COST = "lcoc", "lcoc_per_work"
_RETURNS = ("project_irr", "equity_irr")


@dataclass(frozen=True, slots=True)
class Elasticity:
    """Change for one per cent more of a driver: of costs in per cent, of returns in percentage points; nan: none."""

    driver: str
    label: str
    cost: float  # of LCOC
    work_cost: float  # of cost per PFLOP-day
    project_irr: float
    equity_irr: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A gain in efficiency of one per cent: what it is worth a year, and the share that reaches the owner's EBITDA."""

    gain: str
    label: str
    worth_usd_per_year: float
    share: float  # nan where the gain is worth nothing


def elasticities(result: Result) -> tuple[Elasticity, ...]:
    """Every driver's, by difference over one per cent either way; none for a landlord's factory."""
    if not result.factory.plant.silicon.accelerators:
        return ()
    ends = {driver: BELOW if driver == "availability" else AROUND for driver in DRIVERS}
    moved = [(driver, sign) for driver, signs in ends.items() for sign in signs]
    costs = _moved(result.runs["unit_cost"], moved, (_COST, _WORK_COST))
    returns = _moved(result.runs[HEAD], moved, _RETURNS)
    found = []
    for i, (driver, (label, _)) in enumerate(DRIVERS.items()):
        up, down = 2 * i, 2 * i + 1
        over = float(np.subtract(*ends[driver]))
        with np.errstate(divide="ignore", invalid="ignore"):  # what is never delivered has no cost
            logs = [float(np.log(costs[name][up] / costs[name][down]) / over) for name in (_COST, _WORK_COST)]
        points = [float(returns[name][up] - returns[name][down]) / over for name in _RETURNS]
        found.append(Elasticity(driver, label, logs[0], logs[1], points[0], points[1]))
    return tuple(found)


def kept_by_owner(result: Result) -> tuple[Kept, ...]:
    """Less energy for the same hours, more available hours, more useful work in an hour: who keeps each gain.

    Available hours are taken away, not added: there are no more than all, and what one fewer costs one more brings.
    A gain is worth what it saves or brings at the power cost and prices of the first year, whoever gets it; the owner
    keeps what moves EBITDA. Under take-or-pay by the hour the buyer keeps availability, goodput and software. What a
    landlord's tenants do is theirs.
    """
    if not result.factory.plant.silicon.accelerators:
        return ()
    run = result.runs[HEAD]
    base = {name: float(run.lines[name]) for name in ("ebitda_usd_per_year", "revenue_usd_per_year")}
    hourly = float((np.asarray(run.lines["contract_revenue"]) * np.asarray(run.inputs["first_year"])).sum())
    moved = _moved(run, [("energy", -1.0), ("availability", -1.0), ("goodput", 1.0)], tuple(base))
    change = (moved["ebitda_usd_per_year"] - base["ebitda_usd_per_year"]) * (1, -1, 1)
    worths = (_energy_saved(run), STEP * hourly, STEP * hourly)
    labels = ("less energy an hour", "more available hours", "more work in an hour (goodput, MFU, software)")
    names = ("energy", "availability", "useful_work")
    return tuple(
        Kept(name, label, worth, round(float(gain) / worth, DIGITS) if worth else float("nan"))
        for name, label, worth, gain in zip(names, labels, worths, change, strict=True)
    )


def _energy_saved(run: Run) -> float:
    """What one per cent less energy saves in the first year, for the factory and for tenants who pay their own."""
    owed = ("power_cost", "tenants_power_cost")
    all_paid = {f"{GIVEN}l_passed": np.zeros((2, *np.shape(run.inputs["l_passed"])))}
    year = np.asarray(run.inputs["first_year"])
    costs = _moved(run, [("", 0.0), ("energy", -1.0)], owed, all_paid)
    totals = sum(costs[name] @ year for name in owed)
    return float(totals[0] - totals[1])


def _moved(
    run: Run, moves: Sequence[tuple[str, float]], keep: Sequence[str], also: Mapping[str, Row] | None = None
) -> Outcome:
    """Lines of a run with a driver moved by a per cent in each case."""
    columns = dict(also or {})
    for name in dict.fromkeys(name for driver, _ in moves if driver for name in _moves(driver, run)):
        value = np.asarray(run.inputs[name], dtype=float)
        rows = np.repeat(value[np.newaxis], len(moves), axis=0)
        for i, (driver, sign) in enumerate(moves):
            if driver and name in _moves(driver, run):
                rows[i] *= 1 + sign * STEP * _weight(driver, run)
        columns[f"{GIVEN}{name}"] = rows
    return Scenarios(run, columns, keep, run.case).run()


def _moves(driver: str, run: Run) -> list[str]:
    return [name for name in DRIVERS[driver][1] if name in run.ledger.givens]


def _weight(driver: str, run: Run) -> Any:
    """Which items of a driver's given move: the durable assets, or the others."""
    consumable = np.asarray(run.inputs["a_consumable"], dtype=float)
    return {"durable_cost": 1 - consumable, "silicon_cost": consumable}.get(driver, 1.0)
