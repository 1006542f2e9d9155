"""Industrial value by additive parts: each contract, the market after it, the shell, power without halls, what is owed.

The factory's own silicon pays the shell an *internal rent*, the market's net rent for an empty hall, with the running
cost of the building on top. What a contract earns beyond that is the contract's; what the shell earns is the shell's,
now and after the silicon. A tenant's lease is the rent of its part of the shell, so it bears running cost and a
landlord's rent and nothing else. So nothing is counted twice, and the parts add up, month by month, to the site's own
cash flow after tax; each part is then discounted at the rate of its risk, and its tax with it. The lines stand over
the factory's full life.

A contract's promised cash is discounted at ``rf(tenor) + spread(rating) + operating premium``. Expected cash (after
default) is discounted without the spread. Never both: a spread already pays for the default. A date is the opening of
its month, that of the debt which is owed then; flows fall at month end, so the cash of that month counts, a month away.
"""

from __future__ import annotations

from computefactory.ledger import (
    compound,
    following,
    given,
    highest,
    line,
    lowest,
    maximum,
    minimum,
    over,
    prev,
    total,
    where,
    ytd,
)
from computefactory.ledger.expression import MONTHS_PER_YEAR
from computefactory.units import (
    Balance,
    Count,
    Kw,
    KwMonth,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerKw,
    UsdPerKwMonth,
)

it_design_load = given("it_design_load", Kw, source="steps.it_design_load", doc="IT load of the factory's own silicon.")
power_without_halls = given(
    "power_without_halls", Kw, source="steps.power_without_halls", doc="Grid power that full halls would not draw."
)


def factor(rate: float, month: float, months: float, date: float) -> float:
    """Discount factor of the end of a month, from the opening of the date's on; nothing before it."""
    return where(month >= date, compound(rate, (date - month - months) / MONTHS_PER_YEAR), 0)


# rates


@line
def opening(month: Month, months: Month, valuation_date: Month) -> One:
    """1 in the month of the valuation."""
    return (month >= valuation_date) * (month < valuation_date + months)


@line
def market_factor(market_rate: PerYear, month: Month, months: Month, valuation_date: Month) -> One:
    """Discount factor of what nobody has promised."""
    return factor(market_rate, month, months, valuation_date)


@line
def shell_factor(shell_rate: PerYear, month: Month, months: Month, valuation_date: Month) -> One:
    """Discount factor of the shell."""
    return factor(shell_rate, month, months, valuation_date)


@line(per="contract")
def c_rate(c_risk_free: PerYear, c_spread: PerYear, risk_premium: PerYear, default_in_cash: One) -> PerYear:
    """Rate of the contract: risk-free, spread where default is not in the cash, premium for operating risk."""
    return c_risk_free + c_spread * (1 - default_in_cash) + risk_premium


@line(per="lease")
def l_rate(l_risk_free: PerYear, l_spread: PerYear, risk_premium: PerYear, default_in_cash: One) -> PerYear:
    """Rate of the lease: risk-free, spread where default is not in the cash, premium for operating risk."""
    return l_risk_free + l_spread * (1 - default_in_cash) + risk_premium


@line(per="contract")
def c_factor(c_rate: PerYear, month: Month, months: Month, valuation_date: Month) -> One:
    """Discount factor of the contract."""
    return factor(c_rate, month, months, valuation_date)


@line(per="lease")
def l_factor(l_rate: PerYear, month: Month, months: Month, valuation_date: Month) -> One:
    """Discount factor of the lease."""
    return factor(l_rate, month, months, valuation_date)


# what is promised: what the buyer owes at its cheapest exit, never more than what it is expected to pay without one


@line(per="contract")
def c_firm_share(c_committed_revenue: Usd, c_revenue: Usd) -> One:
    """Share of the contract's revenue that is owed, and of the capacity and cost behind it."""
    return where(c_revenue > 0, maximum(minimum(c_committed_revenue, c_revenue) / c_revenue, 0), 0)


@line(per="lease")
def l_firm_share(l_committed_rent: Usd, l_revenue: Usd) -> One:
    """Share of the lease's rent that is owed, and of the power and cost behind it."""
    return where(l_revenue > 0, maximum(minimum(l_committed_rent, l_revenue) / l_revenue, 0), 0)


@line(per="contract")
def c_promised(
    c_committed_revenue: Usd, c_revenue: Usd, c_expected: Usd, c_re_let_expected: Usd, default_in_cash: One
) -> Usd:
    """What is owed; or that after expected default, with what is let again."""
    owed = minimum(c_committed_revenue, c_revenue)
    return where(default_in_cash > 0, c_expected + c_re_let_expected, owed)


@line(per="lease")
def l_promised(
    l_committed_rent: Usd, l_revenue: Usd, l_expected: Usd, l_re_let_expected: Usd, default_in_cash: One
) -> Usd:
    """What is owed; or that after expected default, with what is let again."""
    owed = minimum(l_committed_rent, l_revenue)
    return where(default_in_cash > 0, l_expected + l_re_let_expected, owed)


# who uses the silicon and the building


@line
def silicon_power(it_design_load: Kw, running: One, months: Month) -> KwMonth:
    """IT power of the factory's own silicon that runs."""
    return it_design_load * running * months


@line
def power_in_use(silicon_power: KwMonth, l_let: KwMonth) -> KwMonth:
    """IT power of own silicon and tenants."""
    return silicon_power + over(l_let)


@line(per="contract")
def c_reserved_share(c_held: Count, c_ramp: One, c_active: Count, c_load: One, running: One) -> One:
    """Share of the running silicon that the contract reserves; all together may exceed 1."""
    live = c_active * running
    return where(live > 0, c_held * c_ramp * c_load / live, 0)


@line(per="contract")
def c_firm_silicon(c_reserved_share: One, c_firm_share: One) -> One:
    """Share of the running silicon that stands behind the contract's promise."""
    return c_firm_share * c_reserved_share / maximum(over(c_reserved_share), 1)


@line
def building_running_cost(
    opex: Usd,
    power_cost: Usd,
    silicon_support: Usd,
    tenants_power_cost: Usd,
    rent_paid: Usd,
    overhead: Usd,
    shell_refit: Usd,
) -> Usd:
    """Running cost of the building: borne by whoever uses it."""
    return opex - (power_cost + silicon_support + tenants_power_cost + rent_paid + overhead + shell_refit)


@line
def internal_rent(release_rent: UsdPerKwMonth, cost_index: One) -> UsdPerKwMonth:
    """What the silicon pays the shell: the market's net rent of an empty hall."""
    return release_rent * cost_index


@line
def running_charge(building_running_cost: Usd, power_in_use: KwMonth) -> UsdPerKwMonth:
    """Running cost of the building for whoever uses it."""
    return where(power_in_use > 0, building_running_cost / power_in_use, 0)


@line
def landlords_charge(rent_paid: Usd, power_in_use: KwMonth) -> UsdPerKwMonth:
    """Rent to a landlord for whoever uses the building."""
    return where(power_in_use > 0, rent_paid / power_in_use, 0)


@line
def silicon_charge(
    power_cost: Usd,
    silicon_support: Usd,
    silicon_power: KwMonth,
    internal_rent: UsdPerKwMonth,
    running_charge: UsdPerKwMonth,
) -> Usd:
    """What the running silicon costs: power, support, its hall."""
    return power_cost + silicon_support + silicon_power * (internal_rent + running_charge)


@line(per="lease")
def l_charge(l_power_cost: Usd, l_let: KwMonth, running_charge: UsdPerKwMonth, landlords_charge: UsdPerKwMonth) -> Usd:
    """What the tenant costs: its power as far as the factory pays it, its hall as far as that costs anything."""
    return l_power_cost + l_let * (running_charge + landlords_charge)


# monthly flows of the parts


@line(per="contract")
def c_margin(c_promised: Usd, c_firm_silicon: One, silicon_charge: Usd) -> Usd:
    """What is promised, less power, support and the hall behind it."""
    return c_promised - c_firm_silicon * silicon_charge


@line(per="lease")
def l_margin(l_promised: Usd, l_firm_share: One, l_charge: Usd) -> Usd:
    """What is promised, less the tenant's power and the cost of its hall."""
    return l_promised - l_firm_share * l_charge


@line(per="lease")
def l_loose(l_revenue: Usd, l_committed_rent: Usd, l_firm_share: One, l_charge: Usd) -> Usd:
    """Rent, or revenue of what mines, that nobody owes, less its power and the cost of its hall."""
    return l_revenue - minimum(l_committed_rent, l_revenue) - (1 - l_firm_share) * l_charge


@line
def loose_rent(l_loose: Usd, l_full_draw: One) -> Usd:
    """Rent that no tenant owes, less its costs."""
    return over(l_loose * (1 - l_full_draw))


@line
def hash_margin(l_loose: Usd, l_full_draw: One) -> Usd:
    """Revenue of what mines, less its power and the cost of its hall."""
    return over(l_loose * l_full_draw)


@line
def silicon_margin(
    renewal_revenue: Usd,
    c_revenue: Usd,
    c_committed_revenue: Usd,
    c_firm_silicon: One,
    silicon_charge: Usd,
    a_refresh: Usd,
) -> Usd:
    """Hours that nobody has promised to take, less their power, support and hall, and replacements of silicon."""
    hours = over(c_revenue - minimum(c_committed_revenue, c_revenue)) - (1 - over(c_firm_silicon)) * silicon_charge
    return renewal_revenue + hours - over(a_refresh)


@line
def merchant_margin(silicon_margin: Usd, loose_rent: Usd, hash_margin: Usd) -> Usd:
    """What nobody has promised, less what it costs."""
    return silicon_margin + loose_rent + hash_margin


@line
def works_on(works_on: One, running: One) -> One:
    """1 while the silicon runs now or later."""
    return maximum(following(works_on), running > 0)


@line
def shell_rent(internal_rent: UsdPerKwMonth, silicon_power: KwMonth, landlords_charge: UsdPerKwMonth) -> Usd:
    """The shell in which the silicon stands: internal rent less rent paid to a landlord."""
    return (internal_rent - landlords_charge) * silicon_power


@line
def shell_later(
    power_in_use: KwMonth,
    rent_paid: Usd,
    building_running_cost: Usd,
    re_lease_revenue: Usd,
    sale_proceeds: Usd,
    shell_refit: Usd,
) -> Usd:
    """The shell not in use: rent when let again, what durables fetch at the end, less its cost and refit."""
    earned = re_lease_revenue + sale_proceeds - shell_refit
    return earned - where(power_in_use > 0, 0, rent_paid + building_running_cost)


@line
def whole_site_difference(
    c_margin: Usd,
    l_margin: Usd,
    merchant_margin: Usd,
    shell_rent: Usd,
    shell_later: Usd,
    capex: Usd,
    a_refresh: Usd,
    overhead: Usd,
    project_tax: Usd,
    project_flow: Usd,
    default_in_cash: One,
) -> Usd:
    """Largest monthly gap between the parts (without scrap) and the ledger's own cash flow, no default."""
    earned = over(c_margin) + over(l_margin) + merchant_margin + shell_rent + shell_later
    gap = earned - (capex - over(a_refresh)) - overhead - project_tax - project_flow
    return maximum(highest(gap), -lowest(gap)) * (1 - default_in_cash)


# values of the parts; what is to be spent is negative


@line(per="contract")
def c_contract_value(c_margin: Usd, c_factor: One) -> Usd:
    """Value of the contract, net of the shell's rent."""
    return total(c_margin * c_factor)


@line(per="lease")
def l_lease_value(l_margin: Usd, l_factor: One) -> Usd:
    """Value of the lease, net of the cost of its hall."""
    return total(l_margin * l_factor)


@line
def silicon_contracts_value(c_contract_value: Usd) -> Usd:
    """Contracts of the silicon, net of the shell's rent."""
    return over(c_contract_value)


@line
def tenants_value(l_lease_value: Usd) -> Usd:
    """Leases of tenants, net of the cost of their halls."""
    return over(l_lease_value)


@line
def contracts_value(silicon_contracts_value: Usd, tenants_value: Usd) -> Usd:
    """What buyers and tenants have promised."""
    return silicon_contracts_value + tenants_value


@line
def silicon_market_value(silicon_margin: Usd, market_factor: One) -> Usd:
    """Market margins of the silicon, to retirement."""
    return total(silicon_margin * market_factor)


@line
def loose_rent_value(loose_rent: Usd, market_factor: One) -> Usd:
    """Rent that no tenant owes."""
    return total(loose_rent * market_factor)


@line
def hash_value(hash_margin: Usd, market_factor: One) -> Usd:
    """Hash margins, to the end of the machines."""
    return total(hash_margin * market_factor)


@line
def merchant_value(silicon_market_value: Usd, loose_rent_value: Usd, hash_value: Usd) -> Usd:
    """Margins that nobody has promised."""
    return silicon_market_value + loose_rent_value + hash_value


@line
def scrap_value(works_on: One, silicon_value: Balance, tax_rate: One, market_factor: One) -> Usd:
    """Low-case value of the silicon in the month after it last runs, less tax: its tax basis is gone by then."""
    return total(maximum(prev(works_on) - works_on, 0) * silicon_value * (1 - tax_rate) * market_factor)


@line
def shell_now_value(shell_rent: Usd, shell_factor: One) -> Usd:
    """Shell: rent of the silicon and tenants."""
    return total(shell_rent * shell_factor)


@line
def shell_after_value(shell_later: Usd, shell_refit: Usd, shell_factor: One) -> Usd:
    """Shell: let again, and what is left."""
    return total((shell_later + shell_refit) * shell_factor)


@line
def shell_upgrade_value(shell_refit: Usd, shell_factor: One) -> Usd:
    """Shell: its refit before it is let again."""
    return total(-shell_refit * shell_factor)


@line
def undeveloped_value(
    power_without_halls: Kw, building_leased: Kw, it_capacity: Kw, energises: One, undeveloped_price: UsdPerKw
) -> Usd:
    """Power without halls x chance that it is energised x price of energised land; a landlord's is the landlord's."""
    own = 1 - where(it_capacity > 0, minimum(building_leased / it_capacity, 1), 0)
    return maximum(power_without_halls, 0) * own * energises * undeveloped_price


@line
def cost_to_complete_value(capex: Usd, a_refresh: Usd, market_factor: One) -> Usd:
    """Cost to complete: capex without replacements of silicon."""
    return total((over(a_refresh) - capex) * market_factor)


@line
def overhead_value(overhead: Usd, market_factor: One) -> Usd:
    """Overhead."""
    return total(-overhead * market_factor)


@line(per="contract")
def c_gained(c_margin: Usd) -> Usd:
    """What the contract has earned in the tax year so far, where that is a gain."""
    return maximum(ytd(c_margin), 0)


@line(per="lease")
def l_gained(l_margin: Usd) -> Usd:
    """What the lease has earned in the tax year so far, where that is a gain."""
    return maximum(ytd(l_margin), 0)


@line
def market_gained(merchant_margin: Usd) -> Usd:
    """What was earned on the market in the tax year so far, where that is a gain."""
    return maximum(ytd(merchant_margin), 0)


@line
def shell_gained(shell_rent: Usd, shell_later: Usd) -> Usd:
    """What the shell has earned in the tax year so far, where that is a gain."""
    return maximum(ytd(shell_rent + shell_later), 0)


@line
def tax_factor(
    c_gained: Usd,
    c_factor: One,
    l_gained: Usd,
    l_factor: One,
    market_gained: Usd,
    market_factor: One,
    shell_gained: Usd,
    shell_factor: One,
) -> One:
    """Discount factor of tax: that of each part, by what it has earned in the tax year so far."""
    earned = over(c_gained) + over(l_gained) + market_gained + shell_gained
    worth = over(c_gained * c_factor) + over(l_gained * l_factor)
    worth = worth + market_gained * market_factor + shell_gained * shell_factor
    return where(earned > 0, worth / earned, market_factor)


@line
def tax_value(project_tax: Usd, tax_factor: One) -> Usd:
    """Unlevered tax, each part's at its own rate."""
    return total(-project_tax * tax_factor)


@line
def rent_liability(rent_paid: Usd, shell_factor: One) -> Usd:
    """Rent still to be paid to landlords."""
    return total(rent_paid * shell_factor)


@line
def leases_value(rent_liability: Usd, leases_as_debt: One) -> Usd:
    """Rent to landlords where it is counted as debt: added back here, owed below."""
    return rent_liability * leases_as_debt


@line
def shell_value(shell_now_value: Usd, shell_after_value: Usd, shell_upgrade_value: Usd) -> Usd:
    """The shell, now and after the silicon, less its upgrade."""
    return shell_now_value + shell_after_value + shell_upgrade_value


@line
def silicon_residual(merchant_value: Usd, scrap_value: Usd) -> Usd:
    """Silicon beyond what is promised."""
    return merchant_value + scrap_value


@line
def site_value(
    contracts_value: Usd,
    silicon_residual: Usd,
    shell_value: Usd,
    undeveloped_value: Usd,
    cost_to_complete_value: Usd,
    overhead_value: Usd,
    tax_value: Usd,
) -> Usd:
    """All parts, rent to landlords as a cost."""
    plant = contracts_value + silicon_residual + shell_value + undeveloped_value
    return plant + cost_to_complete_value + overhead_value + tax_value


@line
def industrial_enterprise_value_usd(site_value: Usd, leases_value: Usd) -> Usd:
    """Industrial value of the enterprise, by parts."""
    return site_value + leases_value


@line
def contracted_value(contracts_value: Usd, shell_now_value: Usd, overhead_value: Usd) -> Usd:
    """Contracts with the shell that serves them and the overhead that no contract bears."""
    return contracts_value + shell_now_value + overhead_value


@line
def shell_replacement(
    a_capex: Usd, a_wear: Usd, a_in_shell: One, month: Month, valuation_date: Month, market_factor: One
) -> Usd:
    """Depreciated cost of the building without the grid: paid less worn, and what is still to be paid."""
    spent = total(over((a_capex - a_wear) * a_in_shell) * (month < valuation_date))
    return spent + total(over(a_capex * a_in_shell) * market_factor)


@line
def energised_scarcity(shell_value: Usd, tenants_value: Usd, shell_replacement: Usd) -> Usd:
    """Scarcity of a powered shell: its value, with what tenants pay for it, less its depreciated cost without grid."""
    return shell_value + tenants_value - shell_replacement
