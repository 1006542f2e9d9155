"""What a company delivers, bills, earns and builds: blocks of capacity month by month, and their sums.

The base is what is sold: a floor, not a forecast. The book lands by the schedule that the company publishes, else with
the capacity that bills over the tenor left; what is not delivered yet grows in equal steps. Cost runs on recognised
revenue (cash already had bears cost too), and on capacity that waits for its first bill. What comes after a contract is
apart and in no sum. A factory inside is underwritten on its own: its months stand beside those of the blocks.
"""

from __future__ import annotations

from computefactory.ledger import compound, following, highest, line, maximum, minimum, over, prev, total, where
from computefactory.units import (
    Balance,
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerKw,
    UsdPerKwMonth,
    UsdPerMonth,
    Year,
)


def _grown(since: float, ramp: float, months: float) -> float:
    """Share that has come ``since`` months after the first of it began, in equal steps over ``ramp`` months."""
    return minimum(maximum(since / maximum(ramp, months), 0), 1)


def _of(power: float, amount: float) -> float:
    """An amount for each kW; of no power nothing, whether the amount is known or not."""
    return where(power > 0, power * amount, 0)


def _come(by: float, begun: float, begun_in: float, start: float, ramp: float, months: float) -> float:
    """Share of the undelivered that has come by a month: what had begun by the question, the rest from its ramp on."""
    return begun * _grown(by - begun_in, months, months) + (1 - begun) * _grown(by - start, ramp, months)


# capacity


@line(per="block")
def b_counts(b_stage: One, stage: One) -> One:
    """1 where the block is of a stage that is asked for: sold, secured, announced."""
    return b_stage <= stage


@line(per="block")
def b_undelivered(b_power: Kw, b_full_power: Kw, b_counts: One) -> Kw:
    """Critical IT that is still to be delivered."""
    return (b_full_power - b_power) * b_counts


@line(per="block")
def b_standing(b_power: Kw, b_counts: One) -> Kw:
    """Critical IT that billed at the balance date."""
    return b_power * b_counts


@line(per="block")
def b_new_share(b_new_power: Kw, b_power: Kw, b_full_power: Kw) -> One:
    """Share of what was undelivered at the balance date that bills by the question."""
    return where(b_full_power > b_power, b_new_power / (b_full_power - b_power), 0)


@line(per="block")
def b_begun(month: Month, months: Month, b_new_share: One, b_new_from: Month, b_start: Month, b_ramp: Month) -> One:
    """Share of the undelivered that bills."""
    return _come(month + months, b_new_share, b_new_from, b_start, b_ramp, months)


@line(per="block")
def b_handed_over(
    month: Month,
    months: Month,
    b_new_share: One,
    b_new_from: Month,
    b_start: Month,
    b_ramp: Month,
    b_handover: Month,
) -> One:
    """Share of the undelivered that has been handed over and costs, billing or not."""
    return _come(month + months + b_handover, b_new_share, b_new_from, b_start, b_ramp, months)


@line(per="block")
def b_billing(b_standing: Kw, b_undelivered: Kw, b_begun: One, month: Month, b_until: Month) -> Kw:
    """Critical IT that bills under the contract."""
    return (b_standing + b_undelivered * b_begun) * (month < b_until)


@line(per="block")
def b_delivered(
    b_standing: Kw, b_undelivered: Kw, b_handed_over: One, month: Month, b_until: Month, b_retires: Month
) -> Kw:
    """Critical IT that is delivered, until it is retired and no contract holds it."""
    return (b_standing + b_undelivered * b_handed_over) * (month < maximum(b_until, b_retires))


@line
def billing_power(b_billing: Kw, b_factory_power: Kw) -> Kw:
    """Critical IT that bills, of factories inside too."""
    return over(b_billing + b_factory_power)


@line
def delivered_power(b_delivered: Kw, b_factory_power: Kw) -> Kw:
    """Critical IT that is delivered, of factories inside too."""
    return over(b_delivered + b_factory_power)


# revenue


@line(per="block")
def b_active(b_full_power: Kw, b_billing: Kw, b_begun: One, month: Month, b_until: Month, b_counts: One) -> One:
    """Share of the block that bills; where no power is known, of its revenue."""
    unmeasured = b_begun * (month < b_until) * b_counts
    return where(b_full_power > 0, b_billing / b_full_power, unmeasured)


@line(per="block")
def b_active_months(b_active: One, months: Month) -> Month:
    """Months of the whole block, as far as it bills."""
    return b_active * months


@line(per="block")
def b_landing(b_active_months: Month, schedule: One, b_scheduled: One) -> One:
    """Share of the book that lands: as published, else by the capacity that bills until the contract's end."""
    by_capacity = where(total(b_active_months) > 0, b_active_months / total(b_active_months), 0)
    return where(b_scheduled > 0, schedule, by_capacity)


@line(per="block")
def b_committed_revenue(b_book: Usd, b_landing: One) -> Usd:
    """Revenue that a customer owes: the book as it lands, prepaid or not."""
    return b_book * b_landing


@line(per="block")
def b_on_demand_revenue(b_committed_revenue: Usd, b_on_demand: One) -> Usd:
    """Revenue that nobody owes, in its present proportion to what is owed."""
    return b_committed_revenue * b_on_demand


@line(per="block")
def b_unsold_revenue(b_stage: One, b_billing: Kw, b_price: UsdPerKwMonth, months: Month) -> Usd:
    """Revenue of what is secured or announced, as if it were let at its price from the day it could bill."""
    return _of(b_billing * (b_stage > 0), b_price) * months


@line(per="block")
def b_book_ahead(b_committed_revenue: Usd, b_book_ahead: Balance) -> Balance:
    """Book at the opening of the month: all that is still to land."""
    return b_committed_revenue + following(b_book_ahead)


@line(per="block")
def b_factory_ahead(b_factory_revenue: Usd, b_factory_ahead: Balance) -> Balance:
    """What the contracts of the factory inside still bring at the opening of the month."""
    return b_factory_revenue + following(b_factory_ahead)


@line
def backlog(
    b_book_ahead: Balance, b_committed_revenue: Usd, b_factory_ahead: Balance, b_factory_revenue: Usd
) -> Balance:
    """Book that is left at the end of the month, of factories inside too."""
    return over(b_book_ahead - b_committed_revenue + b_factory_ahead - b_factory_revenue)


@line
def committed_revenue(b_committed_revenue: Usd) -> Usd:
    """Revenue that customers owe."""
    return over(b_committed_revenue)


@line
def on_demand_revenue(b_on_demand_revenue: Usd) -> Usd:
    """Revenue that nobody owes."""
    return over(b_on_demand_revenue)


@line
def unsold_revenue(b_unsold_revenue: Usd) -> Usd:
    """Revenue of what is secured or announced and not sold: nothing in the base."""
    return over(b_unsold_revenue)


@line
def factory_revenue(b_factory_revenue: Usd) -> Usd:
    """Revenue of the factories inside."""
    return over(b_factory_revenue)


@line
def revenue(committed_revenue: Usd, on_demand_revenue: Usd, unsold_revenue: Usd, factory_revenue: Usd) -> Usd:
    """All revenue of what counts; what comes after the contracts is not in it."""
    return committed_revenue + on_demand_revenue + unsold_revenue + factory_revenue


# cash had before it is earned


@line(per="block")
def b_prepaid(
    month: Month,
    months: Month,
    b_new_share: One,
    b_new_from: Month,
    b_start: Month,
    b_ramp: Month,
    b_prepaid_lead: Month,
) -> One:
    """Share of the undelivered whose prepayment is due: its lead before it bills."""
    return _come(month + months + b_prepaid_lead, b_new_share, b_new_from, b_start, b_ramp, months)


@line(per="block")
def b_prepayments(b_prepayment: Usd, b_counts: One, b_prepaid: One, b_book_ahead: Balance) -> Usd:
    """Prepayments as they fall due while there is a book, what is overdue in month 0."""
    return b_prepayment * b_counts * (b_prepaid - prev(b_prepaid)) * (b_book_ahead > 0)


@line(per="block")
def b_credits(b_deferred_revenue: Balance, b_deferred: Usd, b_prepayments: Usd, b_landed_share: One) -> Usd:
    """Revenue that is paid already: deferred revenue runs down as the book that is left does."""
    return (prev(b_deferred_revenue, b_deferred) + b_prepayments) * b_landed_share


@line(per="block")
def b_landed_share(b_committed_revenue: Usd, b_book_ahead: Balance) -> One:
    """Share of the book left that lands in the month."""
    return where(b_book_ahead > 0, b_committed_revenue / b_book_ahead, 0)


@line(per="block")
def b_deferred_revenue(b_deferred_revenue: Balance, b_deferred: Usd, b_prepayments: Usd, b_credits: Usd) -> Balance:
    """Cash already had for revenue to come."""
    return prev(b_deferred_revenue, b_deferred) + b_prepayments - b_credits


@line
def prepayments(b_prepayments: Usd, b_factory_prepayments: Usd) -> Usd:
    """Cash of customers before it is earned."""
    return over(b_prepayments + b_factory_prepayments)


@line
def credits(b_credits: Usd, b_factory_credits: Usd) -> Usd:  # noqa: A001  # the field's word for it
    """Revenue that is paid already."""
    return over(b_credits + b_factory_credits)


@line
def deferred_revenue(b_deferred_revenue: Balance) -> Balance:
    """Cash already had for revenue to come, factories inside apart."""
    return over(b_deferred_revenue)


# cost


@line(per="block")
def b_unit_cost(b_price: UsdPerKwMonth, b_margin: One) -> UsdPerKwMonth:
    """Cost of a delivered kW: what the margin leaves of its price."""
    return b_price * (1 - b_margin)


@line(per="block")
def b_waiting_cost(
    b_undelivered: Kw,
    b_handed_over: One,
    b_begun: One,
    b_unit_cost: UsdPerKwMonth,
    month: Month,
    b_until: Month,
    months: Month,
) -> Usd:
    """Cost of what is handed over and does not bill yet."""
    return _of(b_undelivered * (b_handed_over - b_begun) * (month < b_until), b_unit_cost) * months


@line(per="block")
def b_cost(
    b_committed_revenue: Usd, b_on_demand_revenue: Usd, b_unsold_revenue: Usd, b_margin: One, b_waiting_cost: Usd
) -> Usd:
    """Cost of revenue and of technology and infrastructure, before depreciation: (1 - margin) x recognised revenue."""
    return (b_committed_revenue + b_on_demand_revenue + b_unsold_revenue) * (1 - b_margin) + b_waiting_cost


@line
def contract_cost(b_cost: Usd, b_factory_revenue: Usd, b_factory_ebitda: Usd) -> Usd:
    """Cost of revenue before depreciation, of factories inside too."""
    return over(b_cost + b_factory_revenue - b_factory_ebitda)


@line
def overhead(overhead_rate: UsdPerMonth, month: Month, overhead_until: Month, months: Month) -> Usd:
    """Sales and administration without share-based pay, to the end of the book."""
    return overhead_rate * months * (month < overhead_until)


@line
def stock_compensation(stock_pay: UsdPerMonth, month: Month, overhead_until: Month, months: Month) -> Usd:
    """Share-based pay, to the end of the book: no cash, and not in adjusted EBITDA."""
    return stock_pay * months * (month < overhead_until)


@line
def adjusted_ebitda(revenue: Usd, contract_cost: Usd, overhead: Usd) -> Usd:
    """Earnings before interest, tax, depreciation and share-based pay."""
    return revenue - contract_cost - overhead


# what is built


@line(per="block")
def b_payable(
    month: Month,
    months: Month,
    b_new_share: One,
    b_new_from: Month,
    b_start: Month,
    b_ramp: Month,
    b_lead: Month,
) -> One:
    """Share of the undelivered whose cost is due: its lead before it bills."""
    return _come(month + months + b_lead, b_new_share, b_new_from, b_start, b_ramp, months)


@line(per="block")
def b_capex(b_capex_per_kw: UsdPerKw, b_undelivered: Kw, b_payable: One) -> Usd:
    """Cost of what is undelivered as it falls due, what is overdue in month 0; construction in progress is in it."""
    return _of(b_undelivered * (b_payable - prev(b_payable)), b_capex_per_kw)


@line
def capex_due(b_capex: Usd) -> Usd:
    """Cost of what is undelivered, construction in progress included."""
    return over(b_capex)


@line
def capex_due_so_far(capex_due: Usd, capex_due_so_far: Balance) -> Balance:
    """Cost of what is undelivered that has fallen due since month 0, construction in progress included."""
    return prev(capex_due_so_far) + capex_due


@line
def own_capex_so_far(capex_due_so_far: Balance, construction: Usd) -> Balance:
    """Of the cost due since month 0, what construction in progress has not paid: it is used first."""
    return maximum(capex_due_so_far - construction, 0)


@line
def own_capex(own_capex_so_far: Balance) -> Usd:
    """What the blocks cost in the month beyond construction in progress."""
    return own_capex_so_far - prev(own_capex_so_far)


@line
def capex(own_capex: Usd, b_factory_capex: Usd) -> Usd:
    """Capital cost paid, of factories inside too; interest that is capitalised is apart."""
    return own_capex + over(b_factory_capex)


@line(per="block")
def b_entering(b_capex_per_kw: UsdPerKw, b_undelivered: Kw, b_handed_over: One) -> Usd:
    """Cost of what is handed over in the month."""
    return _of(b_undelivered * (b_handed_over - prev(b_handed_over)), b_capex_per_kw)


# after the contracts: in no sum


@line(per="block")
def b_after_power(b_delivered: Kw, month: Month, b_until: Month) -> Kw:
    """Critical IT that no contract holds any more and that is not retired."""
    return b_delivered * (month >= b_until)


@line(per="block")
def b_after_revenue(
    b_after_power: Kw,
    b_market_price: UsdPerKwMonth,
    b_decline: PerYear,
    elapsed_years: Year,
    b_sold_after: One,
    months: Month,
) -> Usd:
    """Revenue after the contract, at the market price of its vintage by then: in no sum of the company."""
    return _of(b_after_power, b_sold_after * b_market_price * compound(-b_decline, elapsed_years)) * months


@line(per="block")
def b_after_cost(b_after_power: Kw, b_unit_cost: UsdPerKwMonth, months: Month) -> Usd:
    """Cost of what works on after the contract, sold or not."""
    return _of(b_after_power, b_unit_cost) * months


# at the balance date


@line(per="block")
def b_bills(b_power: Kw, b_new_power: Kw) -> Kw:
    """Critical IT that bills by the question, as far as it was said."""
    return b_power + b_new_power


@line
def power_billing(b_bills: Kw, b_factory_billing: Kw) -> Kw:
    """Critical IT that bills at the balance date."""
    return over(b_bills + b_factory_billing)


@line
def factory_power(b_factory_power: Kw) -> Kw:
    """Critical IT of factories inside, when all of it bills."""
    return over(highest(b_factory_power))


@line
def power_sold(b_full_power: Kw, b_stage: One, factory_power: Kw) -> Kw:
    """Critical IT sold to customers, billing or not."""
    return over(b_full_power * (b_stage < 1)) + factory_power


@line
def power_secured(b_full_power: Kw, b_stage: One, factory_power: Kw) -> Kw:
    """Critical IT secured with landlords and utilities, sold or not."""
    return over(b_full_power * (b_stage <= 1)) + factory_power


@line
def average_price(b_price: UsdPerKwMonth, b_bills: Kw) -> UsdPerKwMonth:
    """Price of what bills, by power, factories inside apart."""
    return over(b_price * b_bills) / over(b_bills)


@line
def average_margin(b_price: UsdPerKwMonth, b_bills: Kw, b_margin: One) -> One:
    """Contract margin of what bills, by revenue."""
    return over(b_price * b_bills * b_margin) / over(b_price * b_bills)


@line
def average_capex(b_capex_per_kw: UsdPerKw, b_full_power: Kw, b_stage: One) -> UsdPerKw:
    """Cost of a kW of what is sold, by power, factories inside apart."""
    return over(b_capex_per_kw * b_full_power * (b_stage < 1)) / over(b_full_power * (b_stage < 1))
