"""Derived inputs: every number that is neither stated nor looked up is made by a function here.

A function's name stands in the origin of its result and its arguments are the origins below it, so ``explain`` can
call it again. Money, rates and counts may be arrays of shape (scenario,); months and shares of phases are plain.
"""

from __future__ import annotations

from itertools import pairwise
from math import nan
from typing import Any, cast

import numpy as np

from computefactory import steps
from computefactory.finance.cases import FULL_LIFE
from computefactory.plant.fabric import fabric_bill
from computefactory.plant.inputs import Network, Silicon
from computefactory.schema.checks import DRAW_ORDERS
from computefactory.timeline import MONTHS_PER_YEAR, Timeline, month_number
from computefactory.units import (
    Count,
    HourPerMonth,
    Kilovolt,
    Kw,
    Month,
    One,
    PerHour,
    PerYear,
    SquareMetre,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerKw,
    UsdPerKwMonth,
)

ROUNDING = 1e-9  # sums of shares and quotients of counts: 1056.0000000001 racks are 1056

# what the file leaves open


def not_named() -> str:
    """Not named in the file."""
    return "not named"


def unrated() -> str:
    """No rating is known."""
    return ""


def no_buyer() -> str:
    """Sold to nobody in particular."""
    return "various"


def unknown() -> One:
    """Not stated, and no default stands for it."""
    return nan


def unlimited() -> One:
    """No such limit is stated."""
    return nan


def no_count() -> One:
    """Not stated in the file."""
    return nan


def no_area() -> SquareMetre:
    """Not stated in the file."""
    return nan


def no_rent() -> UsdPerKwMonth:
    """The factory owns its building."""
    return 0.0


def no_leased_power() -> Kw:
    """The factory owns its building."""
    return 0.0


def none_planned() -> tuple[int, ...]:
    """No replacement is planned in the file."""
    return ()


def no_schedule() -> tuple[float, ...]:
    """Not depreciated."""
    return (0.0,)


def no() -> One:
    """Not stated: it does not apply."""
    return 0.0


def yes() -> One:
    """It applies to this kind of contract."""
    return 1.0


def calendar_hours() -> HourPerMonth:
    """Billed by the hours of the calendar: 0 stands for them."""
    return 0.0


def never_signed() -> Month:
    """Sold as it comes: nothing is signed."""
    return nan


# plain choices


def flag(stated: bool) -> One:
    """1 for true, 0 for false."""
    return float(stated)


def of_reserved(base: str) -> One:
    """1 where the minimum is a share of reserved power."""
    return float(base == "reserved")


def on_energy(charges: str) -> One:
    """1 where the minimum binds energy too."""
    return float(charges == "energy")


def passed_through(electricity: str) -> One:
    """1 where the tenant pays for its power."""
    return float(electricity == "passed_through")


def includes_fabric(listed: tuple[str, ...]) -> One:
    """1 where the price pays for the fabric."""
    return float("fabric" in listed)


def whole_months(listed: tuple[float, ...]) -> tuple[int, ...]:
    """The months as whole numbers."""
    return tuple(int(month) for month in listed)


def all_of(power: Kw) -> Kw:
    """Not stated: all of it."""
    return power


def draw_order(order: tuple[str, ...]) -> str:
    """What comes first after customer money: debt, equity, or both in proportion."""
    return DRAW_ORDERS[order]


def no_liquid() -> str:
    """The architecture brings no liquid to the rack."""
    return "none"


def is_consumable(layer: str) -> One:
    """1 for silicon and what lives with it, 0 for the durable layer."""
    return float(layer == "consumable")


# dates


def calendar_month(name: str) -> int:
    """Calendar month number of a milestone's name."""
    return month_number(name)


def later(month: int, lag: Month) -> int:
    """A lag after a month."""
    return month + int(lag)


def earlier(month: int, lead: Month) -> int:
    """A lead before a month."""
    return month - int(lead)


def first_month(*months: int) -> int:
    """The month of the first dollar: the earliest of all payments."""
    return min(months)


def full_operation_month(*months: int) -> int:
    """The first month with all power energised and all contracts started: the latest of both."""
    return max(months)


def months_from_start(month: int, start: int) -> Month:
    """Months from month 0."""
    return float(month - start)


def timeline_of(start: int, full_operation: int, *ends: int) -> Timeline:
    """From month 0 to the December after 240 months of full operation, or after the last end where that is later."""
    return Timeline.spanning(start, max(full_operation + FULL_LIFE - 1, *ends))


def ends(start: int, length: Month) -> int:
    """The last month of what starts in a month and lasts a length."""
    return start + int(length) - 1


def credited_month(start: int, tenor_month: Month, month_0: int) -> Month:
    """The month, from month 0, of a month of the tenor counted from 1."""
    return float(start - month_0) + tenor_month - 1


# plant


def monthly(*values: float) -> tuple[float, ...]:
    """Twelve monthly values, January first."""
    return values


def phase_share(energised: Kw, before: Kw, final: Kw) -> One:
    """The milestone's own share of the final power."""
    return (energised - before) / final


def first_phase_share(energised: Kw, final: Kw) -> One:
    """The first milestone's share of the final power."""
    return energised / final


def hall_accelerators(accelerators: Count, capacity: Kw, *capacities: Kw) -> Count:
    """Accelerators of a hall: by its share of the IT capacity."""
    return accelerators * capacity / sum(capacities)


def racks(accelerators: Count, per_rack: Count) -> One:
    """Whole racks that hold the accelerators."""
    whole: float = np.ceil(accelerators / per_rack - ROUNDING)
    return whole


def failures_of_node(rate: PerHour, accelerators: Count, of_rate: Count) -> PerHour:
    """The published failure rate for a node of this size: failures go with the accelerators in it."""
    return rate * accelerators / of_rate


def single_rail() -> One:
    """A plain fat tree has one rail."""
    return 1.0


def total_capacity(*capacities: Kw) -> Kw:
    """IT capacity of all halls."""
    return sum(capacities)


def mean_hall_cost(capex: Usd, capacity: Kw) -> UsdPerKw:
    """Cost of the halls per kW of IT capacity."""
    return capex / capacity


def voltage(name: str, usual: Kilovolt) -> Kilovolt:  # noqa: ARG001  # the name belongs to the origin
    """The voltage that the name of the level usually means."""
    return usual


# offtake


def phase_accelerators(accelerators: Count, share: One) -> Count:
    """Accelerators of a contract that start with a phase: by its share of the power."""
    return accelerators * share


def phase_power(power: Kw, share: One) -> Kw:
    """Leased IT power that starts with a phase: by its share of the power."""
    return power * share


def part_name(contract: str, phase: str) -> str:
    """Contract and milestone."""
    return f"{contract} {phase}"


def price_of_value(
    total_value: Usd, escalator: PerYear, tenor: Month, billing_hours: HourPerMonth, *parts: float
) -> UsdPerAcceleratorHour:
    """The price in the first year at which all bills of all parts sum to the total value.

    ``parts`` are pairs of accelerators and calendar month number of the start. A month bills its standard hours (or, at
    0, the calendar's) at the price of its contract year: value = price x sum of accelerators x hours x (1 + e)^year.
    """
    billed = sum(
        accelerators * _hours(int(start), int(tenor), billing_hours, escalator)
        for accelerators, start in zip(parts[::2], parts[1::2], strict=True)
    )
    return total_value / billed


def _hours(start: int, tenor: int, billing_hours: HourPerMonth, escalator: PerYear) -> float:
    """Hours billed per accelerator over the tenor, each at its year's price relative to the first."""
    calendar = Timeline(start, tenor).hours
    years = np.arange(tenor) // MONTHS_PER_YEAR
    billed: Any = 0.0
    for hours, year in zip(calendar, years, strict=True):
        billed += np.where(np.asarray(billing_hours) > 0, billing_hours, hours) * (1 + escalator) ** int(year)
    return cast("float", billed)


# finance


def price_times_accelerators(price: float, accelerators: Count) -> Usd:
    """Price of one times their number."""
    return price * accelerators


def cost_of_capacity(cost: float, capacity: Kw) -> Usd:
    """Cost per kW times IT capacity."""
    return cost * capacity


def sum_of(*costs: Usd) -> Usd:
    """Their sum."""
    return sum(costs)


def share_of(cost: Usd, share: One) -> Usd:
    """A share of the cost."""
    return cost * share


def product(left: One, right: One) -> One:
    """The product of two shares."""
    return left * right


def fabric_cost(silicon: Silicon, network: Network) -> Usd:
    """Cost of switches, transceivers and NICs of the sized fabric."""
    bill = steps.run((fabric_bill,), {"silicon": silicon, "network": network})["fabric_bill"]
    cost = bill.get("cost_usd").stack() if isinstance(bill, steps.Varying) else bill.cost_usd
    return cast("float", cost)


def spending(start: int, duration: Month, profile: str, month_0: int, timeline: Timeline) -> tuple[float, ...]:
    """Share of the cost paid in each month: even, or an S-curve whose sum is 3x^2 - 2x^3 (cubic smoothstep)."""
    x = np.linspace(0, 1, int(duration) + 1)
    total = x if profile == "linear" else x * x * (3 - 2 * x)
    return _placed_from(start - month_0, np.diff(total), timeline)


def _placed_from(index: int, shares: np.ndarray, timeline: Timeline) -> tuple[float, ...]:
    series = np.zeros(timeline.periods)
    series[index : index + len(shares)] = shares
    return tuple(series.tolist())


def in_months(timeline: Timeline, *parts: float) -> tuple[float, ...]:
    """Shares by month: ``parts`` are pairs of a calendar month number and a share."""
    series = np.zeros(timeline.periods)
    for month, share in zip(parts[::2], parts[1::2], strict=True):
        series[timeline.index(int(month))] += share
    return tuple(series.tolist())


def in_service(spent: tuple[float, ...], timeline: Timeline, *parts: float) -> tuple[float, ...]:
    """Each phase's share enters service when it is energised and its share of the cost is paid.

    ``parts`` are pairs of a calendar month number and a share.
    """
    paid = np.cumsum(spent)
    series, reached = np.zeros(timeline.periods), 0.0
    for month, share in zip(parts[::2], parts[1::2], strict=True):
        reached += share
        paid_for = int(np.argmax(paid >= reached - ROUNDING))
        series[max(timeline.index(int(month)), paid_for)] += share
    return tuple(series.tolist())


def residual_by_month(*values: One) -> tuple[float, ...]:
    """Share of cost by month of age, straight between yearly values; nothing after the last."""
    between = np.arange(MONTHS_PER_YEAR) / MONTHS_PER_YEAR
    return (
        *(start + (end - start) * share for start, end in pairwise(values) for share in between.tolist()),
        values[-1],
    )


def schedule(*shares: One) -> tuple[float, ...]:
    """Shares by tax year."""
    return shares
