"""Results that a project adds to the factory's: cover by period, lives of its loans, levelised price and cost.

Levelised values are those of the revenue requirement (Short, Packey & Holt, NREL/TP-462-5173, 1995, ch. 4): what units
are sold for, or must be sold for, at one price of the same present value; *real* in money of time 0.
"""

from __future__ import annotations

from computefactory.ledger import at, compound, line, lowest, over, total, where
from computefactory.units import Balance, One, PerYear, Usd, Year

NO_COVER = 1e15  # above any cover: stands where none is due

# cover, period by period


@line
def cfads_year(cfads: Usd) -> Usd:
    """Cash that is tested: that of the period."""
    return cfads * 1


@line
def service_year(service: Usd) -> Usd:
    """Debt service that it is tested against."""
    return service * 1


@line
def min_dscr(tested: One, dscr: One) -> One:
    """The lowest cover of all; 0 without debt."""
    return where(total(tested) > 0, lowest(where(tested > 0, dscr, NO_COVER)), 0)


@line
def average_dscr(tested: One, cfads_year: Usd, service_year: Usd) -> One:
    """CFADS over service of all periods with service; 0 without debt."""
    return where(total(tested) > 0, total(cfads_year * tested) / total(service_year * tested), 0)


@line
def mean_dscr(tested: One, dscr: One) -> One:
    """Mean of the covers of all periods with service; 0 without debt."""
    return where(total(tested) > 0, total(dscr * tested) / total(tested), 0)


@line
def blended_charge(t_charge: One) -> One:
    """Interest of the period on a dollar of debt."""
    return over(t_charge)


@line
def llcr(llcr_by_period: One, at_conversion: One) -> One:
    """Loan life cover ratio when operation begins; 0 without debt."""
    return at(llcr_by_period, at_conversion)


@line
def plcr(plcr_by_period: One, at_conversion: One) -> One:
    """Project life cover ratio when operation begins; 0 without debt."""
    return at(plcr_by_period, at_conversion)


@line
def unpaid_at_end(debt_balance: Balance, at_exit: One) -> Usd:
    """Owed in the last period: nothing where debt is repaid."""
    return at(debt_balance, at_exit)


@line
def total_interest(interest: Usd) -> Usd:
    """All interest, while building too."""
    return total(interest)


# a price of units


@line
def units(f_units: One) -> One:
    """Units that prices are of."""
    return over(f_units)


@line
def units_worth(units: One, growth: One) -> One:
    """Units, each discounted like a dollar of its period."""
    return total(units / growth)


@line
def units_worth_real(units: One, growth: One, inflation: PerYear, elapsed_years: Year) -> One:
    """Units, each discounted at the real rate."""
    return total(units * compound(inflation, elapsed_years) / growth)


@line
def unit_revenue_worth(f_nominal: Usd, f_counted: One, f_priced: One, price: One, growth: One) -> Usd:
    """Present value of the revenue that units are sold for."""
    return total(over(f_nominal * f_counted * where(f_priced > 0, price, 1)) / growth)


@line
def levelised_price(unit_revenue_worth: Usd, units_worth: One) -> Usd:
    """The same price in every year, in money of the day, that is worth what units are sold for; 0 without units."""
    return where(units_worth > 0, unit_revenue_worth / units_worth, 0)


@line
def levelised_price_real(unit_revenue_worth: Usd, units_worth_real: One) -> Usd:
    """The same price in money of time 0, which rises with inflation; 0 without units."""
    return where(units_worth_real > 0, unit_revenue_worth / units_worth_real, 0)


@line
def levelised_cost(unit_revenue_worth: Usd, npv: Usd, units_worth: One) -> Usd:
    """The price at which owners earn the discount rate, all else as it is: cost, service, tax; 0 without units."""
    return where(units_worth > 0, (unit_revenue_worth - npv) / units_worth, 0)


@line
def levelised_cost_real(unit_revenue_worth: Usd, npv: Usd, units_worth_real: One) -> Usd:
    """The same in money of time 0; 0 without units."""
    return where(units_worth_real > 0, (unit_revenue_worth - npv) / units_worth_real, 0)
