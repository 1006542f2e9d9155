"""What the committed book covers: hours, tenor, capex; and how much was spent before a buyer had signed."""

from __future__ import annotations

from computefactory.ledger import compound, given, line, maximum, minimum, over, total, where
from computefactory.units import (
    AcceleratorHour,
    Balance,
    Count,
    Hour,
    Kw,
    KwMonth,
    Month,
    One,
    PerYear,
    Usd,
    UsdMonth,
    UsdPerAcceleratorHour,
    Year,
)

risk_free = given("risk_free", PerYear, source="finance.capital.risk_free", doc="Risk-free rate at the book's tenor.")
operating_premium = given(
    "operating_premium", PerYear, source="finance.capital.operating_premium", doc="Premium for operating risk."
)
economic_life = given(
    "economic_life", Month, source="finance.economic_life", doc="Economic life of the silicon, from full operation."
)
silicon_share = given(
    "silicon_share", One, source="steps.silicon_share", doc="Share of sold IT power that is the factory's own silicon."
)
it_sold = given("it_sold", Kw, source="steps.it_sold", doc="IT power of own silicon and of tenants.")


@line
def in_life(month: Month, full_operation: Month, economic_life: Month) -> One:
    """1 over the silicon's economic life."""
    return (month >= full_operation) * (month < full_operation + economic_life)


@line(per="contract")
def c_committed_hours(
    c_owed_hours: AcceleratorHour, c_exit_due: Usd, c_price_now: UsdPerAcceleratorHour, in_life: One
) -> AcceleratorHour:
    """Committed hours within the silicon's life; a fee at an exit counts as the hours that it would pay for."""
    return (c_owed_hours + where(c_price_now > 0, c_exit_due / c_price_now, 0)) * in_life


@line
def committed_hours_now(c_committed_hours: AcceleratorHour) -> AcceleratorHour:
    """Committed accelerator-hours of the period."""
    return over(c_committed_hours)


@line
def committed_hours(committed_hours_now: AcceleratorHour) -> AcceleratorHour:
    """Committed accelerator-hours over the silicon's life."""
    return total(committed_hours_now)


@line
def sellable_now(accelerators_active: Count, hours: Hour, in_life: One) -> AcceleratorHour:
    """Accelerator-hours that could be sold in the period."""
    return accelerators_active * hours * in_life


@line
def sellable_hours(sellable_now: AcceleratorHour) -> AcceleratorHour:
    """Accelerator-hours that could be sold over the silicon's life."""
    return total(sellable_now)


@line
def coverage_hours(committed_hours: AcceleratorHour, sellable_hours: AcceleratorHour) -> One:
    """Committed share of the accelerator-hours that could be sold."""
    return where(sellable_hours > 0, committed_hours / sellable_hours, 0)


@line(per="lease")
def l_in_term(l_power: Kw, l_bound: One, l_live: One, months: Month, repaying: One) -> KwMonth:
    """Committed rent, in kW-months, while debt is repaid."""
    return l_power * l_bound * l_live * months * repaying


@line(per="lease")
def l_lettable(l_power: Kw, months: Month, repaying: One) -> KwMonth:
    """What could be let, in kW-months, while debt is repaid."""
    return l_power * months * repaying


@line(per="lease")
def l_committed_term(l_in_term: KwMonth) -> KwMonth:
    """Committed kW-months over the base term of the debt."""
    return total(l_in_term)


@line(per="lease")
def l_lettable_term(l_lettable: KwMonth) -> KwMonth:
    """Lettable kW-months over the base term of the debt."""
    return total(l_lettable)


@line
def lease_committed(l_committed_term: KwMonth) -> KwMonth:
    """Committed kW-months of all leases."""
    return over(l_committed_term)


@line
def lease_lettable(l_lettable_term: KwMonth) -> KwMonth:
    """Lettable kW-months of all leases."""
    return over(l_lettable_term)


@line
def coverage_leases(lease_committed: KwMonth, lease_lettable: KwMonth) -> One:
    """Committed share of what is let in kW-months."""
    return where(lease_lettable > 0, lease_committed / lease_lettable, 0)


@line
def coverage(coverage_hours: One, coverage_leases: One, silicon_share: One) -> One:
    """Committed share of what the factory can sell, accelerator-hours and leases by their IT power."""
    return coverage_hours * silicon_share + coverage_leases * (1 - silicon_share)


# tenor


@line(per="contract")
def c_remaining(c_start: Month, c_until: Month, full_operation: Month) -> Month:
    """Months left at full operation, to the exit that costs the buyer least."""
    return maximum(c_start + c_until - maximum(full_operation, c_start), 0)


@line(per="contract")
def c_committed_value(c_committed_revenue: Usd) -> Usd:
    """Revenue of the part that the buyer cannot avoid."""
    return total(c_committed_revenue)


@line(per="contract")
def c_weighted(c_committed_value: Usd, c_remaining: Month) -> UsdMonth:
    """Value times months left."""
    return c_committed_value * c_remaining


@line(per="lease")
def l_value(l_committed_rent: Usd) -> Usd:
    """Rent owed over the base term."""
    return total(l_committed_rent)


@line(per="lease")
def l_remaining(l_start: Month, l_until: Month, full_operation: Month) -> Month:
    """Months of the base term left at full operation, to the exit that costs the tenant least."""
    return maximum(l_start + l_until - maximum(full_operation, l_start), 0)


@line(per="lease")
def l_weighted(l_value: Usd, l_remaining: Month) -> UsdMonth:
    """Rent times months left."""
    return l_value * l_remaining


@line
def committed_value(c_committed_value: Usd, l_value: Usd) -> Usd:
    """Value of all committed contracts and base terms."""
    return over(c_committed_value) + over(l_value)


@line
def weighted_tenor_months(c_weighted: UsdMonth, l_weighted: UsdMonth, committed_value: Usd) -> Month:
    """Months left at full operation, weighted by committed value."""
    return where(committed_value > 0, (over(c_weighted) + over(l_weighted)) / committed_value, 0)


# does the contract alone pay the plant?


@line
def book_rate(risk_free: PerYear, operating_premium: PerYear) -> PerYear:
    """Discount rate of expected committed cash."""
    return risk_free + operating_premium


@line
def book_growth(book_rate: PerYear, elapsed_years: Year) -> One:
    """Value in the period of a dollar of month 0 at that rate."""
    return compound(book_rate, elapsed_years)


@line
def committed_cash(c_expected: Usd, l_expected: Usd, opex: Usd, lender_tax: Usd, book_growth: One) -> Usd:
    """Committed EBITDA less unlevered tax, after expected default, in money of month 0."""
    return (over(c_expected) + over(l_expected) - opex - lender_tax) / book_growth


@line
def committed_cash_pv(committed_cash: Usd) -> Usd:
    """Present value of committed cash."""
    return total(committed_cash)


@line
def plant_cost(
    capex: Usd,
    durable_value: Balance,
    silicon_value: Balance,
    at_exit: One,
    leaseback_proceeds: Usd,
    book_growth: One,
) -> Usd:
    """Spending less what durables and low-case silicon are worth at the exit, in money of month 0."""
    return (capex - (durable_value + silicon_value) * at_exit - leaseback_proceeds) / book_growth


@line
def plant_cost_pv(plant_cost: Usd) -> Usd:
    """Present value of the plant that committed cash must pay."""
    return total(plant_cost)


@line
def committed_capex_cover(committed_cash_pv: Usd, plant_cost_pv: Usd) -> One:
    """Committed cash over the plant it must pay."""
    return committed_cash_pv / plant_cost_pv


# built for a buyer, or built and then marketed?


@line(per="contract")
def c_firm(c_committed: One, c_floor: One, c_until: Month, c_tenor: Month) -> One:
    """Share of its hours that this part of a contract is committed to, over its tenor."""
    return maximum(c_committed, c_floor) * c_until / c_tenor


@line(per="contract")
def c_cover(c_accelerators: Count, accelerators_active: Count, silicon_share: One, c_firm: One) -> One:
    """Share of the factory that this part of a contract was built for."""
    return c_accelerators / accelerators_active * silicon_share * c_firm


@line(per="contract")
def c_spent_before(c_cover: One, capex: Usd, month: Month, c_signed: Month) -> Usd:
    """Its share of the spending before it was signed."""
    return c_cover * capex * (month < c_signed)


@line(per="lease")
def l_cover(l_power: Kw, it_sold: Kw, l_committed: One, l_until: Month, l_tenor: Month) -> One:
    """Share of the factory that this lease was built for."""
    return l_power / it_sold * l_committed * l_until / l_tenor


@line(per="lease")
def l_spent_before(l_cover: One, capex: Usd, month: Month, l_signed: Month) -> Usd:
    """Its share of the spending before it was signed."""
    return l_cover * capex * (month < l_signed)


@line
def uncovered(c_cover: One, l_cover: One) -> One:
    """Share of the factory that no commitment covers."""
    return maximum(1 - over(c_cover) - over(l_cover), 0)


@line
def speculative_now(c_spent_before: Usd, l_spent_before: Usd, uncovered: One, capex: Usd) -> Usd:
    """Spending of the period that no signed contract covered."""
    return over(c_spent_before) + over(l_spent_before) + uncovered * capex


@line
def speculative_capex(speculative_now: Usd) -> Usd:
    """Spending that no signed contract covered."""
    return total(speculative_now)


@line
def total_capex(capex: Usd) -> Usd:
    """All spending."""
    return total(capex)


@line
def speculative_capex_share(speculative_capex: Usd, total_capex: Usd) -> One:
    """Share of capex spent before the contract that covers it was signed."""
    return minimum(speculative_capex / total_capex, 1)
