"""Inputs of a company: unit economics from what it reported, its book spread over blocks, dates from month 0."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from computefactory.schema.quantity import parse_quantity
from computefactory.timeline import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, Timeline, month_number
from computefactory.units import (
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerKw,
    UsdPerKwMonth,
    UsdPerKwYear,
    UsdPerMonth,
    UsdPerShare,
    parse_unit,
)

SHORTEST, LONGEST = 120, 300  # months of a company's timeline


def _ratio(part: Any, whole: Any) -> Any:
    """A part over the whole; 0 of nothing."""
    shape = np.broadcast(part, whole).shape
    found = np.divide(part, whole, out=np.zeros(shape), where=np.asarray(whole) > 0)
    return found if shape else float(found)


def _over(part: Any, whole: Any) -> Any:
    """A part over the whole; not a number where there is no whole."""
    shape = np.broadcast(part, whole).shape
    found = np.divide(part, whole, out=np.full(shape, np.nan), where=np.asarray(whole) != 0)
    return found if shape else float(found)


def _by_month(found: Any) -> tuple[Any, ...]:
    """A series as records hold it: a number or an array of scenarios a month."""
    return tuple(found[..., k] if found.ndim > 1 else float(found[k]) for k in range(found.shape[-1]))


def price_of_quarter(revenue: Usd, share: One, *power: Kw) -> UsdPerKwMonth:
    """A quarter's revenue of a kind of capacity by month over the mean of the power at its ends."""
    return cast("float", _over(revenue * share / MONTHS_PER_QUARTER, sum(power) / len(power)))


def contract_margin(revenue: Usd, cost_of_revenue: Usd, technology: Usd, depreciation: Usd) -> One:
    """1 - (cost of revenue + technology and infrastructure - depreciation and amortisation) / revenue."""
    return cast("float", 1 - _over(cost_of_revenue + technology - depreciation, revenue))


def capex_of_plant(gross: Usd, construction: Usd, power: Kw) -> UsdPerKw:
    """(Property and equipment at cost - construction in progress) / power."""
    return cast("float", _over(gross - construction, power))


def plant_in_service(net: Usd, construction: Usd) -> Usd:
    """Property and equipment less depreciation and construction in progress."""
    return net - construction


def plant_life_left(net: Usd, gross: Usd, construction: Usd, life: Month) -> Month:
    """Of the life of what is in service, the share that is not depreciated yet."""
    return cast("float", np.maximum(life * _over(net - construction, gross - construction), 0.0))


def month_after(month: int, start: int) -> Month:
    """Months from month 0 to the month after a last one."""
    return float(month + 1 - start)


def from_month_0(month: int, start: int) -> Month:
    """Months from month 0."""
    return float(month - start)


def first_of_ramp(full: Month, ramp: Month) -> Month:
    """The first month of a ramp whose last step falls in a month; not before month 0."""
    return cast("float", np.maximum(full + 1 - ramp, 0.0))


def ramp_between(start: Month, full: Month) -> Month:
    """Months from the first step to the last, both counted."""
    return cast("float", np.maximum(full + 1 - start, 1.0))


def contract_end(full: Month, tenor: Month) -> Month:
    """First month after a contract that runs for a tenor from month 0, or from when it bills in full."""
    return cast("float", np.maximum(full + 1, 0.0) + tenor)


def retirement(in_service: Month, life: Month, until: Month) -> Month:
    """First month after the life of silicon, or after the contract that still holds it."""
    return cast("float", np.maximum(in_service + life, until))


def middle_of_ramp(start: Month, ramp: Month) -> Month:
    """The middle of a ramp."""
    return start + ramp / 2


def part_of_power(power: Kw, share: One) -> Kw:
    """A customer's share of a block's power."""
    return power * share


def part_of_money(money: Usd, share: One) -> Usd:
    """A share of a sum."""
    return money * share


def rest_of_power(total: Kw, *others: Kw) -> Kw:
    """Power that the other blocks leave; not below nothing."""
    return cast("float", np.maximum(total - sum(others), 0.0))


def beyond_power(larger: Kw, smaller: Kw) -> Kw:
    """Power of a stage beyond that of the next one; not below nothing."""
    return cast("float", np.maximum(larger - smaller, 0.0))


def equal_share(count: One, *others: One) -> One:
    """One of several equal shares of what the others leave."""
    return (1 - sum(others)) / count


def billing_months(
    power: Kw, full_power: Kw, begun: Kw, begun_in: Month, start: Month, ramp: Month, until: Month
) -> Any:
    """kW-months that bill from month 0 to the end of the contract: what bills, what has begun, the rest by its ramp."""
    grown = np.maximum(until - start - (ramp - 1) / 2, 0.0)
    early = power * np.maximum(until, 0.0) + begun * np.maximum(until - begun_in, 0.0)
    return early + (full_power - power - begun) * grown


def power_added(before: Kw, whole: Kw, level: Kw) -> Kw:
    """Power that a stated level adds to an earlier one, within what is sold; not below nothing."""
    return cast("float", np.maximum(np.minimum(level, whole) - np.minimum(before, whole), 0.0))


def mean_month(*parts: Any) -> Month:
    """Mean month of parts of power; ``parts`` are powers and months from month 0 in turn."""
    powers, months = parts[::2], parts[1::2]
    return cast("float", _ratio(sum(p * m for p, m in zip(powers, months, strict=True)), sum(powers)))


def after_new(start: Month, last: Month) -> Month:
    """The first month of the rest of a block: not before the month after what has begun."""
    return cast("float", np.maximum(start, last + 1))


def most_of_book(price: UsdPerKwMonth, on_demand: One, months: Any) -> Usd:
    """What capacity can bill of a book to its contract's end, its price less what is sold on demand."""
    return cast("float", price / (1 + on_demand) * months)


def part_of_book(book: Usd, own: Usd, *others: Usd) -> Usd:
    """Of the book the part that falls to capacity, by what it can bill."""
    return cast("float", _ratio(own, own + sum(others)) * book)


def book_that_is_left(book: Usd, *others: Usd) -> Usd:
    """The book less what other blocks serve; not below nothing."""
    return cast("float", np.maximum(book - sum(others), 0.0))


def book_since(book: Usd, committed: One, *revenues: Usd) -> Usd:
    """A book less the committed revenue recognised since its date."""
    return cast("float", np.maximum(book - committed * sum(revenues), 0.0))


def power_for_book(book: Usd, price: UsdPerKwMonth, on_demand: One, start: Month, ramp: Month, until: Month) -> Kw:
    """The power that bills a book within its contract, ramp included."""
    months = np.maximum(until - start - (ramp - 1) / 2, 1.0)
    return cast("float", _over(book * (1 + on_demand), price * months))


def owed_value(value: Usd, owed: One) -> Usd:
    """Of the most that a buyer may take what it owes."""
    return value * owed


def of_book(amount: Usd, part: Usd, *others: Usd) -> Usd:
    """The part of an amount that falls to a part of the book."""
    return cast("float", amount * _ratio(part, part + sum(others)))


def beyond_committed(committed: One) -> One:
    """On-demand revenue over that which is owed: (1 - committed) / committed."""
    return cast("float", _over(1 - committed, committed))


def committed_of(committed: One, *uncommitted: One) -> One:
    """Committed share of the revenue of a kind of capacity."""
    return cast("float", _over(committed, committed + sum(uncommitted)))


def sum_of_shares(*shares: One) -> One:
    """Their sum."""
    return sum(shares)


def yearly_to_monthly(amount: Usd) -> UsdPerMonth:
    """A year's amount by the month."""
    return amount / MONTHS_PER_YEAR


def overhead_of_year(sales: Usd, general: Usd, stock: Usd) -> UsdPerMonth:
    """A year's sales and administration without share-based pay, by the month."""
    return cast("float", np.maximum(sales + general - stock, 0.0)) / MONTHS_PER_YEAR


def capitalised_share(capitalised: Usd, expensed: Usd) -> One:
    """Capitalised interest over all interest."""
    return cast("float", _over(capitalised, capitalised + expensed))


def debt_beside(principal: Usd, *facilities: Usd) -> Usd:
    """What is owed beyond the facilities that are known; not below nothing."""
    return cast("float", np.maximum(principal - sum(facilities), 0.0))


def mean_rate(*pairs: Any) -> PerYear:
    """Mean rate by balance; ``pairs`` are balances and rates."""
    balances, rates = pairs[::2], pairs[1::2]
    return cast("float", _over(sum(b * r for b, r in zip(balances, rates, strict=True)), sum(balances)))


def total_of(*amounts: Usd) -> Usd:
    """Their sum."""
    return sum(amounts)


def number_of(*counts: Any) -> One:
    """A number of shares: their sum."""
    return cast("float", sum(counts))


def price_of_share(price: UsdPerShare) -> Usd:
    """The price of one share."""
    return price


def land_worth(*parts: Any) -> Usd:
    """Powered land: power x price of a kW x the chance that it is energised, of each."""
    return cast("float", sum(p * q * r for p, q, r in zip(parts[::3], parts[1::3], parts[2::3], strict=True)))


def owed_for_put(count: One, put: Usd) -> Usd:
    """What holders of shares that may be put are owed while the price is below their put price."""
    return count * put


def company_timeline(start: int, *ends: Month) -> Timeline:
    """From month 0 to the December after ten years, or after the last end up to 25 years."""
    last = min(max([SHORTEST, *(float(np.max(end)) for end in ends)]), LONGEST)
    return Timeline.spanning(start, start + int(last) - 1)


def landing_schedule(lag: Month, last: Month, timeline: Timeline, *spans: Any) -> tuple[One, ...]:
    """Share of the book that lands in each month.

    Straight within each time of the schedule, which counts from the book's date (``lag`` months before month 0); what
    the schedule leaves lands straight from its end to the last contract's. What fell before month 0 has landed.
    """
    found, before = np.zeros(timeline.periods), -lag
    ends, shares = [float(span) for span in spans[::2]], list(spans[1::2])
    rest = 1 - sum(shares)
    if np.any(rest > 0):
        ends, shares = [*ends, max(last + lag, (ends[-1] if ends else 0.0) + 1)], [*shares, rest]
    month = timeline.month
    for end, share in zip(ends, shares, strict=True):
        until = end - lag
        within = np.clip(np.minimum(month + 1, until) - np.maximum(month, before), 0, None)
        found = found + np.asarray(share)[..., None] * within / max(until - before, 1.0)
        before = until
    return _by_month(_ratio(found, found.sum(axis=-1, keepdims=True)))


def due_by_month(timeline: Timeline, balance: Usd, matures: Month, *years: Any) -> tuple[Usd, ...]:
    """Principal due by month: level within each year stated, else level to maturity; ``years`` are pairs."""
    month = timeline.month
    before = month <= matures
    if not years:
        count = max(float(matures) + 1, 1.0)
        return _by_month(np.asarray(balance)[..., None] * before / count)
    found = np.zeros(timeline.periods)
    for year, amount in zip(years[::2], years[1::2], strict=True):
        within = (timeline.calendar_year == float(year)) * before
        found = found + np.asarray(amount)[..., None] * within / max(within.sum(), 1.0)
    return _by_month(found)


def proceeds_by_month(timeline: Timeline, *offerings: Any) -> tuple[Usd, ...]:
    """Proceeds in the month that they come; ``offerings`` are pairs of a month from month 0 and an amount."""
    found = np.zeros(timeline.periods)
    for month, amount in zip(offerings[::2], offerings[1::2], strict=True):
        found = found + np.asarray(amount)[..., None] * (timeline.month == month)
    return _by_month(found)


def month_0_after(balance: str) -> int:
    """Month 0: the calendar month after that of the balance sheet."""
    return month_number(balance) + 1


def month_of_question(as_of: str, month_0: int) -> Month:
    """The month of the question, from month 0."""
    return float(month_number(as_of) - month_0)


def all_power(*parts: Kw) -> Kw:
    """Their sum."""
    return sum(parts)


def end_of_ramp(start: Month, ramp: Month) -> Month:
    """The month in which the last step of a ramp falls."""
    return start + ramp - 1


def latest_of(*months: Month) -> Month:
    """The latest of them."""
    return cast("float", np.max(np.stack(np.broadcast_arrays(*map(np.asarray, months))), axis=0))


def left_until(until: Month, asked: Month) -> Month:
    """From the month of the question to an end; not below nothing."""
    return cast("float", np.maximum(until - asked, 0.0))


def monthly_price(price: UsdPerKwYear) -> UsdPerKwMonth:
    """A price by the year, by the month."""
    return price / MONTHS_PER_YEAR


def is_owned(tenure: str) -> One:
    """1 where the shell is owned."""
    return float(tenure == "owned")


def equal_part(book: Usd, count: One) -> Usd:
    """One of several equal parts of the book."""
    return book / max(count, 1.0)


def served_of_book(book: Usd, own: Usd, *others: Usd) -> Usd:
    """Of the book the part that capacity bills: all that it can, or its part of a book that is smaller."""
    return cast("float", own * np.minimum(_ratio(book, own + sum(others)), 1.0))


def left_of_order(value: Usd, power: Kw, billed: Month, months: Any) -> Usd:
    """Of the value of an order what is left at the balance date: by kW-months, with those that its power has billed."""
    return cast("float", value * _ratio(months, months + power * billed))


def price_of_order(left: Usd, months: Any) -> UsdPerKwMonth:
    """The price at which the kW-months of an order bill what is left of its value."""
    return cast("float", _over(left, months))


def months_in(span: str) -> Month:
    """The months of a time as text."""
    return parse_quantity(span, parse_unit("month"))


def months_since(day: str, month_0: int) -> Month:
    """Months from the day of the book to month 0."""
    return float(month_0 - 1 - month_number(day))


def year_of(name: str) -> int:
    """A calendar year."""
    return int(name)


def months_billed(first: int, month_0: int) -> Month:
    """Months that capacity has billed before month 0."""
    return float(max(month_0 - first, 0))


def months_ago(months: Month) -> Month:
    """A month before month 0."""
    return -months


def beyond_share(whole: One, before: One) -> One:
    """Of a share of all up to a time what comes after an earlier one."""
    return whole - before
