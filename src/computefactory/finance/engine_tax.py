"""The engine on its own, lines of depreciation, tax and the balance sheet.

Tax is reckoned on the year to date, twelve months from the start of operation on, so that months and quarters give
what years give. Federal and state income differ by their depreciation and by which tax is deducted from which. Where
each is deducted from the other, f and s being the rates and F and S the incomes before either tax,

    state tax = s (S - fF) / (1 - sf),   federal tax = f (F - state tax).

In the balance sheet assets are depreciated as for federal tax, and tax is booked as it is paid.
"""

from __future__ import annotations

from computefactory.ledger import given, line, maximum, minimum, over, prev, spread, total, where, ytd
from computefactory.units import Balance, One, Usd

CARRIED = {"losses": "carried_forward"}
AT_ONCE = {"losses": "at_once"}

period = given("period", One, series=True, source="timeline.index", doc="Periods from time 0.")
year_start = given("year_start", One, series=True, source="timeline.year_start", doc="1 in the first period of a year.")
a_share = given("a_share", One, per="asset", source="assets.share", doc="Share of the depreciable basis.")
a_federal = given("a_federal", One, per="asset", table=True, source="assets.federal", doc="Depreciated by age.")
a_state = given("a_state", One, per="asset", table=True, source="assets.state", doc="Depreciated by age, state.")
r_federal = given("r_federal", One, per="replacement", table=True, source="replacements.federal", doc="By age.")
r_state = given("r_state", One, per="replacement", table=True, source="replacements.state", doc="By age, state.")
federal_rate = given("federal_rate", One, source="tax.federal", doc="Federal income tax rate.")
state_rate = given("state_rate", One, source="tax.state", doc="State income tax rate.")
loss_limit = given("loss_limit", One, source="tax.loss_limit", doc="Share of income that losses may offset.")


# depreciation


@line(only={"basis": "capex"})
def first_basis(capex: Usd, building: One) -> Usd:
    """Capital cost before operation."""
    return capex * building


@line(name="first_basis", only={"basis": "uses_without_reserves"})
def first_basis_with_financing(uses: Usd, reserve_move: Usd, building: One) -> Usd:
    """Capital cost, fees and interest before operation."""
    return (uses - reserve_move) * building


@line(name="first_basis", only={"basis": "all_uses"})
def first_basis_with_reserves(uses: Usd) -> Usd:
    """All uses, first reserves included."""
    return uses * 1


@line
def placed(first_basis: Usd, at_operation: One, capex: Usd, building: One) -> Usd:
    """Basis placed in service: at operation, and later capital cost as it is spent."""
    return total(first_basis) * at_operation + capex * (1 - building)


@line(per="asset")
def a_placed(placed: Usd, a_share: One) -> Usd:
    """Basis of the class placed in service."""
    return placed * a_share


@line(per="asset")
def a_federal_scheduled(a_placed: Usd, a_federal: One, period: One) -> Usd:
    """Federal depreciation of the class, every vintage by its age."""
    return spread(a_placed, a_federal, period)


@line(per="asset")
def a_state_scheduled(a_placed: Usd, a_state: One, period: One) -> Usd:
    """State depreciation of the class, every vintage by its age."""
    return spread(a_placed, a_state, period)


@line(per="replacement")
def r_federal_scheduled(r_cost: Usd, r_federal: One, period: One) -> Usd:
    """Federal depreciation of replacements, each by its age."""
    return spread(r_cost, r_federal, period)


@line(per="replacement")
def r_state_scheduled(r_cost: Usd, r_state: One, period: One) -> Usd:
    """State depreciation of replacements, each by its age."""
    return spread(r_cost, r_state, period)


@line
def basis_placed(a_placed: Usd, r_cost: Usd) -> Usd:
    """Depreciable basis placed in service."""
    return over(a_placed) + over(r_cost)


@line
def federal_scheduled(a_federal_scheduled: Usd, r_federal_scheduled: Usd) -> Usd:
    """Federal depreciation by schedule."""
    return over(a_federal_scheduled) + over(r_federal_scheduled)


@line
def state_scheduled(a_state_scheduled: Usd, r_state_scheduled: Usd) -> Usd:
    """State depreciation by schedule."""
    return over(a_state_scheduled) + over(r_state_scheduled)


@line
def federal_left(federal_left: Balance, basis_placed: Usd, federal_scheduled: Usd) -> Balance:
    """Federal basis that the schedules have not reached."""
    return prev(federal_left) + basis_placed - federal_scheduled


@line
def state_left(state_left: Balance, basis_placed: Usd, state_scheduled: Usd) -> Balance:
    """State basis that the schedules have not reached."""
    return prev(state_left) + basis_placed - state_scheduled


@line(only={"left_over": "lost"})
def federal_depreciation(federal_scheduled: Usd) -> Usd:
    """Federal depreciation; what is left at the end is lost."""
    return federal_scheduled * 1


@line(name="federal_depreciation", only={"left_over": "taken"})
def federal_depreciation_to_the_end(federal_scheduled: Usd, federal_left: Balance, at_end: One) -> Usd:
    """Federal depreciation; what is left at the end is taken in the last period."""
    return federal_scheduled + federal_left * at_end


@line(only={"left_over": "lost"})
def state_depreciation(state_scheduled: Usd) -> Usd:
    """State depreciation; what is left at the end is lost."""
    return state_scheduled * 1


@line(name="state_depreciation", only={"left_over": "taken"})
def state_depreciation_to_the_end(state_scheduled: Usd, state_left: Balance, at_end: One) -> Usd:
    """State depreciation; what is left at the end is taken in the last period."""
    return state_scheduled + state_left * at_end


# income


@line
def income(ebitda: Usd, late_salvage: Usd, reserve_interest: Usd, interest: Usd, building: One) -> Usd:
    """Income before depreciation and tax; interest before operation is part of the cost."""
    return ebitda + late_salvage + reserve_interest - interest * (1 - building)


@line
def federal_income(income: Usd, federal_depreciation: Usd) -> Usd:
    """Federal income before taxes deducted and losses."""
    return income - federal_depreciation


@line
def state_income(income: Usd, state_depreciation: Usd) -> Usd:
    """State income before taxes deducted and losses."""
    return income - state_depreciation


@line
def federal_income_ytd(federal_income: Usd) -> Usd:
    """Federal income of the year so far."""
    return ytd(federal_income)


@line
def state_income_ytd(state_income: Usd) -> Usd:
    """State income of the year so far."""
    return ytd(state_income)


@line(only={"state_deducts_federal": "no", "each_other": "no"})
def state_taxable(state_income_ytd: Usd) -> Usd:
    """Taxable by the state, before losses carried forward."""
    return state_income_ytd * 1


@line(name="state_taxable", only={"state_deducts_federal": "yes", "each_other": "no"})
def state_taxable_less_federal(state_income_ytd: Usd, federal_tax_ytd: Usd) -> Usd:
    """Taxable by the state after federal tax, before losses carried forward."""
    return state_income_ytd - federal_tax_ytd


@line(name="state_taxable", only={"each_other": "yes"})
def state_taxable_each_other(state_income_ytd: Usd, federal_income_ytd: Usd, federal_rate: One, state_rate: One) -> Usd:
    """Taxable by the state where each tax is deducted from the other, in closed form."""
    return (state_income_ytd - federal_rate * federal_income_ytd) / (1 - state_rate * federal_rate)


@line(only={"federal_deducts_state": "no"})
def federal_taxable(federal_income_ytd: Usd) -> Usd:
    """Federally taxable, before losses carried forward."""
    return federal_income_ytd * 1


@line(name="federal_taxable", only={"federal_deducts_state": "yes"})
def federal_taxable_less_state(federal_income_ytd: Usd, state_tax_ytd: Usd) -> Usd:
    """Federally taxable after state tax, before losses carried forward."""
    return federal_income_ytd - state_tax_ytd


# losses


@line(only=CARRIED)
def federal_losses_brought(
    federal_losses_carried: Balance, federal_losses_brought: Balance, year_start: One
) -> Balance:
    """Federal losses of earlier years."""
    return where(year_start > 0, prev(federal_losses_carried), prev(federal_losses_brought))


@line(only=CARRIED)
def federal_losses_used(federal_losses_brought: Balance, federal_taxable: Usd, loss_limit: One) -> Usd:
    """Federal losses used in the year so far."""
    return minimum(federal_losses_brought, maximum(federal_taxable, 0) * loss_limit)


@line(only=CARRIED)
def federal_losses_carried(federal_losses_brought: Balance, federal_losses_used: Usd, federal_taxable: Usd) -> Balance:
    """Federal losses left so far."""
    return federal_losses_brought - federal_losses_used + maximum(-federal_taxable, 0)


@line(only=CARRIED)
def state_losses_brought(state_losses_carried: Balance, state_losses_brought: Balance, year_start: One) -> Balance:
    """State losses of earlier years."""
    return where(year_start > 0, prev(state_losses_carried), prev(state_losses_brought))


@line(only=CARRIED)
def state_losses_used(state_losses_brought: Balance, state_taxable: Usd, loss_limit: One) -> Usd:
    """State losses used in the year so far."""
    return minimum(state_losses_brought, maximum(state_taxable, 0) * loss_limit)


@line(only=CARRIED)
def state_losses_carried(state_losses_brought: Balance, state_losses_used: Usd, state_taxable: Usd) -> Balance:
    """State losses left so far."""
    return state_losses_brought - state_losses_used + maximum(-state_taxable, 0)


# tax


@line(only=AT_ONCE)
def federal_tax_ytd(federal_taxable: Usd, federal_rate: One) -> Usd:
    """Federal tax of the year so far; a loss lowers other tax at once."""
    return federal_taxable * federal_rate


@line(name="federal_tax_ytd", only=CARRIED)
def federal_tax_ytd_after_losses(federal_taxable: Usd, federal_losses_used: Usd, federal_rate: One) -> Usd:
    """Federal tax of the year so far; a loss is carried forward."""
    return (maximum(federal_taxable, 0) - federal_losses_used) * federal_rate


@line(only=AT_ONCE)
def state_tax_ytd(state_taxable: Usd, state_rate: One) -> Usd:
    """State tax of the year so far; a loss lowers other tax at once."""
    return state_taxable * state_rate


@line(name="state_tax_ytd", only=CARRIED)
def state_tax_ytd_after_losses(state_taxable: Usd, state_losses_used: Usd, state_rate: One) -> Usd:
    """State tax of the year so far; a loss is carried forward."""
    return (maximum(state_taxable, 0) - state_losses_used) * state_rate


@line
def federal_tax(federal_tax_ytd: Usd, year_start: One) -> Usd:
    """Federal tax of the period."""
    return federal_tax_ytd - (1 - year_start) * prev(federal_tax_ytd)


@line
def state_tax(state_tax_ytd: Usd, year_start: One) -> Usd:
    """State tax of the period."""
    return state_tax_ytd - (1 - year_start) * prev(state_tax_ytd)


@line
def tax(federal_tax: Usd, state_tax: Usd) -> Usd:
    """Income tax of the period."""
    return federal_tax + state_tax


# the books


@line
def net_income(income: Usd, federal_depreciation: Usd, tax: Usd) -> Usd:
    """Income after depreciation and tax."""
    return income - federal_depreciation - tax


@line
def capitalised(uses: Usd, reserve_move: Usd, building: One, capex: Usd, replacement_cost: Usd) -> Usd:
    """Cost that becomes property."""
    return (uses - reserve_move) * building + capex * (1 - building) + replacement_cost


@line
def property_value(property_value: Balance, capitalised: Usd, federal_depreciation: Usd) -> Balance:
    """Property at cost less depreciation."""
    return prev(property_value) + capitalised - federal_depreciation


@line
def total_assets(reserves: Balance, property_value: Balance) -> Balance:
    """Reserves and property."""
    return reserves + property_value


@line
def owners_equity(owners_equity: Balance, equity_flow: Usd, net_income: Usd) -> Balance:
    """Paid in, less paid out, with income kept."""
    return prev(owners_equity) - equity_flow + net_income


@line
def imbalance(total_assets: Balance, debt_balance: Balance, owners_equity: Balance) -> Balance:
    """Assets less debt and owners' equity: zero, whatever happens."""
    return total_assets - debt_balance - owners_equity
