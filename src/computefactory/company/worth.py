"""What a company is worth as an industrial plant, by parts that add up, and what a cloud's multiple makes of it.

Receipts of a contract are its book less the revenue that was paid before (deferred revenue), never margin x cash:
operating cost runs on recognised revenue. They are discounted for each customer at ``rf(tenor) + spread + operating
premium``; the low case takes the lenders' own rate where that is higher. What nobody has promised (hours on demand,
hours after the contracts until the silicon retires, orders' cost, overhead) stands at one rate. An order that is signed
and unbuilt is an obligation: its cost may exceed what it brings. Flows fall at month end; those between the balance
date and the question count undiscounted, because balances are of the balance date. A factory inside counts at its own
value. Rent to landlords counted as debt is added back here and owed below, so the choice moves no share price.
"""

from __future__ import annotations

from computefactory.finance.tax import accrued, after_losses, brought_in, losses_left, losses_used
from computefactory.ledger import compound, line, maximum, over, total, where, ytd
from computefactory.ledger.expression import MONTHS_PER_YEAR
from computefactory.units import Balance, Kw, Month, One, PerYear, Usd, UsdPerKwMonth
from computefactory.valuation.comparables import ONE_YEAR, annuity, growth_premium

__all__: list[str] = []


def _factor(rate: float, month: float, as_of: float) -> float:
    """Discount factor of the end of a month, seen from the question: 1 up to it."""
    return compound(rate, -maximum(month - as_of, 0) / MONTHS_PER_YEAR)


# rates


@line(per="block")
def b_owed_rate(b_risk_free: PerYear, b_spread: PerYear, premium: PerYear) -> PerYear:
    """Risk-free rate at the tenor left, spread of the customer's grade, premium for operating risk."""
    return b_risk_free + b_spread + premium


@line(per="block")
def b_rate(b_owed_rate: PerYear, b_loan_rate: PerYear, at_lenders: One) -> PerYear:
    """Rate of what the customer owes; the lenders' own where that is asked, known and higher."""
    return where(b_loan_rate * at_lenders > b_owed_rate, b_loan_rate, b_owed_rate)


@line(per="block")
def b_factor(b_rate: PerYear, month: Month, as_of: Month) -> One:
    """Discount factor of what the customer owes."""
    return _factor(b_rate, month, as_of)


@line
def market_factor(market_rate: PerYear, month: Month, as_of: Month) -> One:
    """Discount factor of what nobody has promised."""
    return _factor(market_rate, month, as_of)


# parts


@line(per="block")
def b_receipts(b_committed_revenue: Usd, b_prepayments: Usd, b_credits: Usd) -> Usd:
    """Cash of the contract: revenue, less what was paid before, with what is still to be prepaid."""
    return b_committed_revenue + b_prepayments - b_credits


@line(per="block")
def b_committed_cost(b_committed_revenue: Usd, b_margin: One, b_waiting_cost: Usd) -> Usd:
    """Operating cost of the contract, on recognised revenue, and of what waits for its first bill."""
    return b_committed_revenue * (1 - b_margin) + b_waiting_cost


@line(per="block")
def b_contract_value(b_receipts: Usd, b_committed_cost: Usd, b_factor: One) -> Usd:
    """Value of the contract."""
    return total((b_receipts - b_committed_cost) * b_factor)


@line
def contracts_value(b_contract_value: Usd) -> Usd:
    """What customers have promised, less the cost of serving it."""
    return over(b_contract_value)


@line(per="block")
def b_market_margin(
    b_on_demand_revenue: Usd, b_unsold_revenue: Usd, b_margin: One, b_after_revenue: Usd, b_after_cost: Usd
) -> Usd:
    """What hours earn that nobody has promised: on demand, and after the contract while they pay their cost."""
    return (b_on_demand_revenue + b_unsold_revenue) * b_margin + maximum(b_after_revenue - b_after_cost, 0)


@line(per="block")
def b_after_value(b_market_margin: Usd, market_factor: One) -> Usd:
    """Value of the hours that nobody has promised."""
    return total(b_market_margin * market_factor)


@line
def after_contracts_value(b_after_value: Usd) -> Usd:
    """Hours that nobody has promised: on demand and after the contracts, to retirement."""
    return over(b_after_value)


@line(per="block")
def b_shell_value(
    b_owned_shell: One,
    b_full_power: Kw,
    b_counts: One,
    b_shell_rent: UsdPerKwMonth,
    b_until: Month,
    b_retires: Month,
    as_of: Month,
    shell_rate: PerYear,
    shell_life: Month,
) -> Usd:
    """Owned shell, let again when its silicon or its tenant has gone."""
    rent = b_owned_shell * b_full_power * b_counts * b_shell_rent * MONTHS_PER_YEAR
    let = rent * annuity(shell_rate, shell_life / MONTHS_PER_YEAR)
    return let * _factor(shell_rate, maximum(b_until, b_retires), as_of)


@line
def shells_value(b_shell_value: Usd) -> Usd:
    """Owned shells after their silicon or tenants."""
    return over(b_shell_value)


@line
def factories_value(b_factory_value: Usd, b_counts: One) -> Usd:
    """Factories inside, at their own industrial value."""
    return over(b_factory_value * b_counts)


@line
def leases_value(lease_liability: Usd) -> Usd:
    """Rent to landlords where it is counted as debt: a cost above, so added back here, owed below."""
    return lease_liability


@line
def cost_to_complete_value(own_capex: Usd, market_factor: One) -> Usd:
    """Cost to complete what is signed and unbuilt."""
    return total(-own_capex * market_factor)


@line
def overhead_value(overhead: Usd, stock_compensation: Usd, market_factor: One) -> Usd:
    """Sales and administration to the end of the book, with pay in shares: it dilutes whoever owns it now."""
    return total(-(overhead + stock_compensation) * market_factor)


# tax without debt, after losses


@line(per="block")
def b_contract_income(b_committed_revenue: Usd, b_committed_cost: Usd) -> Usd:
    """What the contract earns as it is recognised."""
    return b_committed_revenue - b_committed_cost


@line
def unlevered_income(
    b_contract_income: Usd,
    b_market_margin: Usd,
    overhead: Usd,
    stock_compensation: Usd,
    plant_depreciation: Usd,
    b_depreciation: Usd,
) -> Usd:
    """Income before interest, hours after the contracts included, factories inside not."""
    earned = over(b_contract_income + b_market_margin) - overhead - stock_compensation
    return earned - plant_depreciation - over(b_depreciation)


@line
def unlevered_taxable(unlevered_income: Usd) -> Usd:
    """Income of the tax year so far, before losses carried forward."""
    return ytd(unlevered_income)


@line
def unlevered_nol_opening(
    unlevered_nol: Balance, unlevered_nol_opening: Balance, losses: Usd, year_start: One
) -> Balance:
    """Losses of earlier years."""
    return brought_in(unlevered_nol, unlevered_nol_opening, year_start, losses)


@line
def unlevered_nol_used(unlevered_nol_opening: Balance, unlevered_taxable: Usd, loss_limit: One) -> Usd:
    """Losses used in the tax year so far."""
    return losses_used(unlevered_nol_opening, unlevered_taxable, loss_limit)


@line
def unlevered_nol(unlevered_nol_opening: Balance, unlevered_nol_used: Usd, unlevered_taxable: Usd) -> Balance:
    """Losses carried forward, with this year's so far."""
    return losses_left(unlevered_nol_opening, unlevered_nol_used, unlevered_taxable)


@line
def unlevered_tax_ytd(unlevered_taxable: Usd, unlevered_nol_used: Usd, tax_rate: One) -> Usd:
    """Tax of the year so far."""
    return after_losses(unlevered_taxable, unlevered_nol_used) * tax_rate


@line
def unlevered_tax(unlevered_tax_ytd: Usd, year_start: One) -> Usd:
    """Tax of the month as if there were no debt."""
    return accrued(unlevered_tax_ytd, year_start)


@line(per="block")
def b_gained(b_contract_income: Usd) -> Usd:
    """What the contract has earned in the tax year so far, where that is a gain."""
    return maximum(ytd(b_contract_income), 0)


@line
def market_gained(b_market_margin: Usd) -> Usd:
    """What hours have earned in the tax year so far that nobody has promised."""
    return maximum(ytd(over(b_market_margin)), 0)


@line
def tax_factor(b_gained: Usd, b_factor: One, market_gained: Usd, market_factor: One) -> One:
    """Discount factor of tax: that of each part, by what it has earned in the tax year so far."""
    earned = over(b_gained) + market_gained
    worth = over(b_gained * b_factor) + market_gained * market_factor
    return where(earned > 0, worth / earned, market_factor)


@line
def tax_value(unlevered_tax: Usd, tax_factor: One) -> Usd:
    """Tax without debt, after losses carried forward, at the rates of what earned it."""
    return total(-unlevered_tax * tax_factor)


# the enterprise and what ranks ahead of its owners


@line
def industrial_enterprise_value_usd(
    contracts_value: Usd,
    after_contracts_value: Usd,
    shells_value: Usd,
    land_value: Usd,
    factories_value: Usd,
    leases_value: Usd,
    cost_to_complete_value: Usd,
    overhead_value: Usd,
    tax_value: Usd,
) -> Usd:
    """Industrial value of the enterprise, by parts."""
    plant = contracts_value + after_contracts_value + shells_value + land_value + factories_value + leases_value
    return plant + cost_to_complete_value + overhead_value + tax_value


@line
def proceeds_had(proceeds: Usd, month: Month, as_of: Month) -> Usd:
    """Net proceeds of offerings up to the question."""
    return total(proceeds * (month <= as_of))


@line
def claims_before_notes(
    debt_principal: Usd,
    notes_in_debt: Usd,
    finance_leases: Usd,
    lease_liability: Usd,
    preferred: Usd,
    minorities: Usd,
    opening_cash: Usd,
    proceeds_had: Usd,
) -> Usd:
    """Principal of debt and what else ranks ahead of the owners, less unrestricted cash; notes and puts apart."""
    owed = debt_principal - notes_in_debt + finance_leases + lease_liability + preferred + minorities
    return owed - opening_cash - proceeds_had


# the cloud frame


@line
def cloud_known(cloud_last: One, cloud_next: One) -> One:
    """Above nothing where enough clouds' multiples were known at the date."""
    return cloud_last + cloud_next


@line
def cloud_enterprise_value_usd(
    cloud_last: One, revenue_last: Usd, cloud_next: One, revenue_next_twelve_months: Usd
) -> Usd:
    """Clouds' multiples of revenue, each of the twelve months that it is of."""
    return cloud_last * revenue_last + cloud_next * revenue_next_twelve_months


# growth above its cost


@line
def ebitda_next_twelve_months(adjusted_ebitda: Usd, next_year: One) -> Usd:
    """Adjusted EBITDA of the twelve months after that of the question."""
    return total(adjusted_ebitda * next_year)


@line
def nopat(operating_income: Usd, next_year: One, tax_rate: One) -> Usd:
    """Operating profit of the next twelve months after tax."""
    return total(operating_income * next_year) * (1 - tax_rate)


@line
def invested_capital(plant: Usd, construction: Usd, capex: Usd, month: Month, as_of: Month, one_year: Month) -> Usd:
    """Plant at the balance date, construction in progress, and what is paid for it by the end of the next year."""
    return plant + construction + total(capex * (month <= as_of + one_year))


@line
def return_on_capital(nopat: Usd, invested_capital: Usd) -> One:
    """NOPAT over invested capital."""
    return where(invested_capital > 0, nopat / invested_capital, 0)


@line
def growth_a_year(market_rate: PerYear, reinvestment: One, return_on_capital: One) -> One:
    """What a year of growth adds to EV / NOPAT; 0 at a rate of nothing."""
    return growth_premium(market_rate * ONE_YEAR, reinvestment, return_on_capital)


@line
def growth_value(growth_a_year: One, nopat: Usd) -> Usd:
    """What a year of growth above its cost adds to the enterprise."""
    return growth_a_year * nopat
