"""Inputs of the book: parts, prices, series over the months, the exit that costs a buyer least, hazards."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from computefactory.timeline import MONTH_HOURS, MONTHS_PER_YEAR, Timeline
from computefactory.units import (
    Count,
    HourPerMonth,
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerHour,
    UsdPerKw,
    UsdPerKwh,
    UsdPerKwMonth,
)


def phase_accelerators(accelerators: Count, share: One) -> Count:
    """Accelerators of a contract that start with a phase: by its share of the contract."""
    return accelerators * share


def phase_power(power: Kw, share: One) -> Kw:
    """Leased IT power that starts with a phase: by its share of the lease."""
    return power * share


def phase_money(money: Usd, share: One) -> Usd:
    """A sum for all parts of a contract: by the phase's share of it."""
    return money * share


def phase_damages(damages: UsdPerHour, share: One) -> UsdPerHour:
    """Damages for all parts of a contract: by the phase's share of it."""
    return damages * share


def funding_by_power(rate: UsdPerKw, power: Kw) -> Usd:
    """Construction money of a tenant by the power let."""
    return rate * power


def is_dated(month: int) -> One:
    """1 where a month is stated."""
    return float(month > 0)


def part_name(contract: str, phase: str) -> str:
    """Contract and phase."""
    return f"{contract} {phase}"


def price_of_value(
    total_value: Usd,
    escalator: PerYear,
    billing_hours: HourPerMonth,
    owed: One,
    shares: tuple[float, ...],
    *parts: float,
) -> UsdPerAcceleratorHour:
    """The price in the first year at which all bills of all parts sum to the total value.

    ``parts`` are groups of three: accelerators, calendar month number of the start, tenor. A month bills its standard
    hours (or, at 0, the calendar's), the share reserved so far, at the price of its contract year: value = price x
    share owed x sum of accelerators x hours x share reserved x (1 + e)^year.
    """
    billed = sum(
        accelerators * _hours(int(start), int(tenor), billing_hours, escalator, shares)
        for accelerators, start, tenor in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    )
    return total_value / (billed * owed)


def share_of_value(
    amount: Usd,
    price: UsdPerAcceleratorHour,
    escalator: PerYear,
    billing_hours: HourPerMonth,
    owed: One,
    shares: tuple[float, ...],
    *parts: float,
) -> One:
    """A sum paid ahead as a share of the value at that price (arguments as in ``price_of_value``)."""
    return price_of_value(amount, escalator, billing_hours, owed, shares, *parts) / price


def _hours(start: int, tenor: int, billing_hours: HourPerMonth, escalator: PerYear, shares: tuple[float, ...]) -> float:
    """Hours billed per accelerator over the tenor, each at its year's price relative to the first."""
    calendar = Timeline(start, tenor).hours
    stated = np.asarray(billing_hours) > 0
    months: Any = np.where(stated, billing_hours, calendar[:, None]) if stated.ndim else calendar.tolist()
    billed: Any = 0.0
    for age, hours in enumerate([billing_hours] * len(calendar) if stated.all() else months):
        share = shares[age] if age < len(shares) else 1.0
        billed += hours * share * _price(escalator, age)
    return cast("float", billed)


def _price(escalator: PerYear, age: int) -> float:
    """Price in a month of age, relative to the first."""
    return (1 + escalator) ** (age // MONTHS_PER_YEAR)


def rent_of_value(total_value: Usd, escalator: PerYear, *parts: float) -> UsdPerKwMonth:
    """The rent in the first year at which all rent of the base term sums to the total value.

    ``parts`` are pairs of power and tenor.
    """
    let = zip(parts[::2], parts[1::2], strict=True)
    return total_value / sum(power * sum(_price(escalator, age) for age in range(int(tenor))) for power, tenor in let)


def rent_of_mining(price: UsdPerKwh) -> UsdPerKwMonth:
    """Revenue of a kW in an average month, at full draw."""
    return price * MONTH_HOURS


def guarantees_all(guarantor: str) -> One:
    """1 where a guarantor without a limit stands in for the whole contract."""
    return float(bool(guarantor))


# series over the months of the timeline


def ramp_series(shares: tuple[float, ...], start: int, timeline: Timeline) -> tuple[float, ...]:
    """Share of the capacity reserved: as listed by month of age, then all of it."""
    ages = np.arange(timeline.periods) + timeline.start - start
    return tuple(shares[age] if 0 <= age < len(shares) else 1.0 for age in ages)


def last_use(used: tuple[float, ...]) -> One:
    """Use in the last year listed, which goes on."""
    return used[-1]


def use_series(used: tuple[float, ...], start: int, timeline: Timeline) -> tuple[float, ...]:
    """Use by year of age, relative to the last listed."""
    years = np.maximum(np.arange(timeline.periods) + timeline.start - start, 0) // MONTHS_PER_YEAR
    last = used[-1] or 1.0
    return tuple(used[min(year, len(used) - 1)] / last for year in years)


def even(timeline: Timeline) -> tuple[float, ...]:
    """The same in every month."""
    return (1.0,) * timeline.periods


def path_series(start: int, timeline: Timeline, *path: One) -> tuple[float, ...]:
    """A price path by month of age, relative to its first month; the last month goes on."""
    ages = np.clip(np.arange(timeline.periods) + timeline.start - start, 0, len(path) - 1)
    return tuple(path[age] / path[0] for age in ages)


# ways out


def first_exit(tenor: Month, notice: Month, after: Month) -> Month:
    """Age at which an exit at convenience can come first: notice given when it first may be, no later than the end."""
    return min(tenor, notice + after)


def committed_until(
    tenor: Month, escalator: PerYear, shares: tuple[float, ...], monthly_bill: Usd, lost: One, *exits: Any
) -> Month:
    """Age of the exit at which the buyer pays least in all, bills and fee; the tenor where there is none.

    ``exits`` are groups of four: first possible age, fee, fee in months of the bill, fee as a share of bills to come.
    Nothing is committed where a long stop has passed (``lost`` 1).
    """
    return cast("float", _cheapest(tenor, escalator, shares, monthly_bill, exits)[0] * (1 - lost))


def exit_fee(
    tenor: Month, escalator: PerYear, shares: tuple[float, ...], monthly_bill: Usd, lost: One, *exits: Any
) -> Usd:
    """Fee at that exit (arguments as in ``committed_until``)."""
    return cast("float", _cheapest(tenor, escalator, shares, monthly_bill, exits)[1] * (1 - lost))


def fee_at_exit(
    end: int,
    start: int,
    fee: Usd,
    fee_months: Month,
    fee_share: One,
    tenor: Month,
    escalator: PerYear,
    shares: tuple[float, ...],
    monthly_bill: Usd,
) -> Usd:
    """Fee of an exit in a month: a sum, months of the bill then, a share of the bills still to come."""
    bills = _bills(tenor, escalator, shares, monthly_bill)
    age = min(max(end - start, 0), len(bills))
    left = sum(bills[age:], np.asarray(0.0))
    return cast("float", _plain(fee + fee_months * (bills[age] if age < len(bills) else 0.0) + fee_share * left))


def agreed(kind: str) -> One:
    """1 where an event happens."""
    return float(bool(kind))


def leaves_by_default(guarantee_full: One) -> One:
    """1 where nobody pays on when the buyer defaults."""
    return 1 - guarantee_full


def before_debt(refund: str) -> One:
    """1 where what is paid back to a customer ranks ahead of the lenders."""
    return float(refund == "before_debt")


def _bills(tenor: Month, escalator: PerYear, shares: tuple[float, ...], monthly_bill: Usd) -> list[Any]:
    """The bill of each month of the tenor."""
    return [
        np.asarray(monthly_bill * _price(escalator, age) * (shares[age] if age < len(shares) else 1.0))
        for age in range(int(tenor))
    ]


def _cheapest(
    tenor: Month, escalator: PerYear, shares: tuple[float, ...], monthly_bill: Usd, exits: tuple[Any, ...]
) -> tuple[Any, Any]:
    """Age and fee of the exit at which bills so far and fee are least; of equal ones the latest."""
    bills = _bills(tenor, escalator, shares, monthly_bill)
    paid = [sum(bills[:age], np.asarray(0.0)) for age in range(len(bills) + 1)]
    best_cost, best_age, best_fee = paid[-1], np.asarray(float(tenor)), np.asarray(0.0)
    for earliest, fee, months, share in zip(exits[::4], exits[1::4], exits[2::4], exits[3::4], strict=True):
        for age in range(len(bills) - 1, int(earliest) - 1, -1):
            due = np.asarray(fee + months * bills[age] + share * (paid[-1] - paid[age]))
            better = paid[age] + due < best_cost * (1 - 1e-12)
            best_age = np.where(better, float(age), best_age)
            best_fee = np.where(better, due, best_fee)
            best_cost = np.where(better, paid[age] + due, best_cost)
    return _plain(best_age), _plain(best_fee)


def _plain(value: Any) -> Any:
    return float(value) if np.ndim(value) == 0 else value


def bill_of_hours(accelerators: Count, price: UsdPerAcceleratorHour, billing_hours: HourPerMonth, owed: One) -> Usd:
    """What a first-year month costs a buyer that uses nothing (an average month where the calendar is billed)."""
    hours = np.where(np.asarray(billing_hours) > 0, billing_hours, MONTH_HOURS)
    return cast("float", _plain(accelerators * price * hours * owed))


def bill_of_power(power: Kw, price: UsdPerKwMonth) -> Usd:
    """What a first-year month costs a tenant."""
    return power * price


def past_long_stop(start: int, guaranteed: int, long_stop: Month) -> One:
    """1 where the start is later than the long stop: the buyer may leave without a fee."""
    return float(start > guaranteed + long_stop)


# prices of options, hazards


def last_price(price: UsdPerAcceleratorHour, escalator: PerYear, tenor: Month) -> UsdPerAcceleratorHour:
    """Price of the last year of the contract."""
    return price * _price(escalator, max(int(tenor) - 1, 0))


def last_rent(price: UsdPerKwMonth, escalator: PerYear, tenor: Month) -> UsdPerKwMonth:
    """Rent of the last year of the lease."""
    return price * _price(escalator, max(int(tenor) - 1, 0))


def hazard_of_spread(spread: PerYear, recovery: One) -> PerYear:
    """Default rate that a credit spread pays for: h = s / (1 - R)."""
    return spread / (1 - recovery)


def hazard_of_curve(curve: tuple[float, ...], exposed: Month, last_end: Month) -> PerYear:
    """Yearly default rate with the curve's cumulative default when the buyer's last contract ends.

    Between years in proportion.
    """
    years = max(last_end - exposed, 0) / MONTHS_PER_YEAR
    known = np.interp(years, np.arange(len(curve) + 1), (0.0, *curve))
    beyond = max(years, 1e-9) if years <= len(curve) else float(len(curve))
    return float(1 / (1 - known) ** (1 / beyond) - 1)


def investment_grade(number: One, weakest: One) -> One:
    """1 where a grade is at least as good as the weakest that passes."""
    return float(number <= weakest)
