"""Comparables: multiples by layer, the cloud multiple, replacement and liquidation, and what a multiple can be worth.

A multiple is compared with what it is paid for. A shell with long-lived contracted rent stands beside towers,
pipelines, LNG and power, on net operating income. Silicon stands beside ships, rigs and aircraft, on EBITDA after the
rent of the hall it works in. A contract of n years is worth at most ``(1 - (1+r)^-n)/r`` times its cash, 3.79 for five
years at 10 %, whatever multiple stands beside it, and needs no successor to its silicon; what nobody has promised goes
on only with one, so the annuity that replaces the silicon is charged to that alone. Growth is worth
``b N (ROIC - r) / (r (1 + r))`` times NOPAT (Miller and Modigliani 1961): at ROIC = r it adds nothing.
"""

from __future__ import annotations

from computefactory.ledger import compound, line, maximum, minimum, over, prev, total, where
from computefactory.ledger.expression import MONTHS_PER_YEAR, Quantity
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

ONE_YEAR = Quantity(1, "year")


def annuity(rate: float, years: float) -> float:
    """Years of one a year at year ends that a value is: ``(1 - (1 + r)^-n) / r``; n where the rate is nothing."""
    return where(maximum(rate, -rate) > 0, (1 - compound(rate, -years)) / rate, years)


def growth_premium(rate: float, reinvestment: float, earned: float) -> float:
    """Of EV / NOPAT, a year of growth: ``b (ROIC - r) / (r (1 + r))`` (Miller and Modigliani 1961); 0 at no rate."""
    return where(maximum(rate, -rate) > 0, reinvestment * (earned - rate) / (rate * (1 + rate)), 0)


# layers


@line
def net_rent(shell_rent: Usd, l_revenue: Usd, l_charge: Usd, l_full_draw: One, first_year: One) -> Usd:
    """Net rent of the shell in the first full year: of the silicon and of tenants."""
    return total((shell_rent + over((l_revenue - l_charge) * (1 - l_full_draw))) * first_year)


@line
def silicon_income(ebitda_usd_per_year: Usd, net_rent: Usd) -> Usd:
    """EBITDA of the first full year after the rent of the hall; a shell that costs more than it earns bears on it."""
    return ebitda_usd_per_year - maximum(net_rent, 0)


@line(per="contract")
def c_needs_no_successor(c_tenor_left: Month, a_refresh: Usd, month: Month, valuation_date: Month) -> One:
    """1: no silicon is replaced before the contract ends."""
    inside = (month >= valuation_date) * (month < valuation_date + c_tenor_left)
    return where(total(over(a_refresh) * inside) > 0, 0, 1)


@line(per="contract")
def c_income(c_margin: Usd, c_needs_no_successor: One, first_year: One) -> Usd:
    """What the contract earns in the first full year on silicon that needs no successor."""
    return maximum(total(c_margin * first_year), 0) * c_needs_no_successor


@line
def promised_income(c_income: Usd) -> Usd:
    """What contracts earn in the first full year on silicon that needs no successor."""
    return over(c_income)


@line
def promised_most(c_income: Usd, c_most: Year) -> Usd:
    """Most that those contracts are worth: an annuity over what is left of each."""
    return over(c_income * c_most / ONE_YEAR)


@line
def successor_annuity(
    p_silicon_cost: Usd,
    p_silicon: One,
    discount_rate: PerYear,
    p_life: Month,
    c_firm_silicon: One,
    c_needs_no_successor: One,
    first_year: One,
) -> Usd:
    """Annuity that replaces the silicon behind what is not promised, or promised for longer than it lives."""
    replaced = p_silicon_cost * p_silicon * ONE_YEAR / annuity(discount_rate, p_life / MONTHS_PER_YEAR)
    free = 1 - over(total(c_firm_silicon * first_year) * c_needs_no_successor) / maximum(total(first_year), 1)
    return over(where(p_life > 0, replaced, 0)) * free


@line(per="estimate")
def e_shell_layer(e_shell_multiple: One, net_rent: Usd) -> Usd:
    """Shell on the multiples of towers, pipelines, LNG and power; a loss is worth nothing."""
    return e_shell_multiple * maximum(net_rent, 0)


@line(per="estimate")
def e_silicon_layer(
    e_silicon_multiple: One,
    silicon_income: Usd,
    promised_income: Usd,
    promised_most: Usd,
    successor_annuity: Usd,
) -> Usd:
    """Silicon beside ships, rigs and aircraft: what is promised at most at its annuity, the rest less a successor's."""
    promised = maximum(minimum(promised_income, silicon_income), 0)
    most = where(promised_income > 0, promised_most / promised_income, 0) * promised
    rest = maximum(silicon_income - promised - successor_annuity, 0)
    return minimum(e_silicon_multiple * promised, most) + e_silicon_multiple * rest


@line(per="estimate")
def e_layers(e_shell_layer: Usd, e_silicon_layer: Usd) -> Usd:
    """Both layers on their multiples."""
    return e_shell_layer + e_silicon_layer


# what a short contract and growth can be worth


@line(per="contract")
def c_most(discount_rate: PerYear, c_tenor_left: Month) -> Year:
    """Most that a year of the contract's cash is worth."""
    return annuity(discount_rate, c_tenor_left / MONTHS_PER_YEAR)


@line(per="lease")
def l_most(discount_rate: PerYear, l_tenor_left: Month) -> Year:
    """Most that a year of the lease's cash is worth."""
    return annuity(discount_rate, l_tenor_left / MONTHS_PER_YEAR)


@line
def perpetuity(ebitda_usd_per_year: Usd, discount_rate: PerYear) -> Usd:
    """EBITDA of the first full year for ever; 0 at a rate of nothing, which has no value for ever."""
    return where(maximum(discount_rate, -discount_rate) > 0, ebitda_usd_per_year / (discount_rate * ONE_YEAR), 0)


@line
def nopat(
    ebitda_usd_per_year: Usd,
    p_silicon_cost: Usd,
    p_silicon: One,
    p_life: Month,
    a_first_cost: Usd,
    a_consumable: One,
    a_depreciable: One,
    a_life: Month,
    tax_rate: One,
) -> Usd:
    """Operating profit of the first full year after wear and tax."""
    worn = p_silicon_cost * p_silicon * ONE_YEAR / (p_life / MONTHS_PER_YEAR)
    silicon = over(where(p_life > 0, worn, 0))
    durable = over(a_first_cost * (1 - a_consumable) * a_depreciable * ONE_YEAR / (a_life / MONTHS_PER_YEAR))
    return (ebitda_usd_per_year - silicon - durable) * (1 - tax_rate)


@line
def return_on_capital(nopat: Usd, first_cost: Usd) -> One:
    """NOPAT over the cost of all assets."""
    return where(first_cost > 0, nopat / first_cost, 0)


@line
def growth_a_year(discount_rate: PerYear, reinvestment: One, return_on_capital: One) -> One:
    """What a year of growth adds to EV / NOPAT; 0 at a rate of nothing."""
    return growth_premium(discount_rate * ONE_YEAR, reinvestment, return_on_capital)


@line
def growth_multiple(discount_rate: PerYear, growth_years: Year, growth_a_year: One) -> One:
    """EV / NOPAT with growth; 0 at a rate of nothing."""
    rate = discount_rate * ONE_YEAR
    return where(maximum(rate, -rate) > 0, 1 / rate + growth_years / ONE_YEAR * growth_a_year, 0)


# the assets


@line(per="estimate")
def e_replacement(silicon_value: Balance, durable_value: Balance, first_cost: Usd, e_new: One, opening: One) -> Usd:
    """Replacement cost: silicon at its low-case value and durables worn, at the opening; half way; everything new."""
    aged = total(prev(silicon_value + durable_value) * opening)
    return first_cost + where(aged > 0, aged - first_cost, 0) * (1 - e_new)


@line(per="estimate")
def e_liquidation(silicon_value: Balance, durable_value: Balance, e_liquidation_share: One, opening: One) -> Usd:
    """A forced sale: silicon at its low-case value, durables at a share of their depreciated cost."""
    return total(prev(silicon_value) * opening) + total(prev(durable_value) * opening) * e_liquidation_share


# the cloud frame


@line
def first_year_factor(discount_rate: PerYear, full_operation: Month, valuation_date: Month) -> One:
    """The first full year, seen from the date."""
    return compound(discount_rate, -maximum(full_operation - valuation_date, 0) / MONTHS_PER_YEAR)


@line(per="estimate")
def e_cloud(
    e_cloud_multiple: One, revenue_usd_per_year: Usd, first_year_factor: One, cost_to_complete_value: Usd
) -> Usd:
    """Cloud multiple of the first full year's revenue, seen from the date, less cost to complete."""
    return e_cloud_multiple * revenue_usd_per_year * first_year_factor + cost_to_complete_value


@line
def cloud_known(e_cloud_multiple: One, e_middle: One) -> One:
    """The median multiple of clouds as they were known at the date; 0: none was."""
    return over(e_cloud_multiple * e_middle)


@line
def cloud_enterprise_value_usd(e_cloud: Usd, e_middle: One) -> Usd:
    """Cloud value of the enterprise: the median multiple of revenue, less cost to complete."""
    return over(e_cloud * e_middle)
