"""State income tax by its own account: income as the federal return has it, the state's depreciation and losses.

States start from federal income, so interest is limited alike. A state's losses are its own, under the federal share
and life: most states that limit them follow the federal rule. These lines exist only where a state levies a tax.
"""

from __future__ import annotations

from computefactory.finance.tax import AT_ONCE, CARRIED, KEPT, LAPSING, LEVIED
from computefactory.ledger import line, maximum, minimum, prev, trailing, where, ytd
from computefactory.units import Balance, Month, One, Usd

OWN = LEVIED | {"state_schedule": "own"}
FEDERAL = LEVIED | {"state_schedule": "federal"}


@line(only=OWN)
def state_difference_ytd(state_difference: Usd) -> Usd:
    """What the state adds back in the tax year so far."""
    return ytd(state_difference)


# without debt


@line(per="view", only=FEDERAL)
def v_state_taxable(v_income_ytd: Usd, tax_depreciation_ytd: Usd) -> Usd:
    """The state's taxable income of the year so far, before losses carried forward."""
    return v_income_ytd - tax_depreciation_ytd


@line(per="view", name="v_state_taxable", only=OWN)
def v_state_taxable_own(
    v_income_ytd: Usd, tax_depreciation_ytd: Usd, state_difference_ytd: Usd, state_sale_ytd: Usd, v_committed: One
) -> Usd:
    """The state's taxable income by its own schedule; the lender's view knows no sale at the exit."""
    return v_income_ytd - tax_depreciation_ytd + state_difference_ytd - state_sale_ytd * v_committed


@line(only=OWN)
def state_sale(basis_sold: Usd, state_basis_sold: Usd) -> Usd:
    """What the sale adds to the state's income beyond the federal gain."""
    return basis_sold - state_basis_sold


@line(only=OWN)
def state_sale_ytd(state_sale: Usd) -> Usd:
    """The same in the tax year so far."""
    return ytd(state_sale)


@line(per="view", only=LEVIED | CARRIED)
def v_state_brought(v_state_carried: Balance, v_state_brought: Balance, year_start: One) -> Balance:
    """The state's losses of earlier years."""
    return where(year_start > 0, prev(v_state_carried), prev(v_state_brought))


@line(per="view", only=LEVIED | CARRIED)
def v_state_used(v_state_brought: Balance, v_state_taxable: Usd, loss_limit: One) -> Usd:
    """The state's losses used in the tax year so far."""
    return minimum(v_state_brought, maximum(v_state_taxable, 0) * loss_limit)


@line(per="view", only=LEVIED | CARRIED)
def v_state_left(v_state_brought: Balance, v_state_used: Usd, v_state_taxable: Usd) -> Balance:
    """The state's losses not used so far."""
    return v_state_brought - v_state_used + maximum(-v_state_taxable, 0)


@line(per="view", only=LEVIED | LAPSING)
def v_state_loss_of_year(v_state_taxable: Usd, year_end: One) -> Usd:
    """The state's loss of the tax year."""
    return maximum(-v_state_taxable, 0) * year_end


@line(per="view", only=LEVIED | LAPSING)
def v_state_alive(v_state_loss_of_year: Usd, loss_life: Month) -> Usd:
    """The state's losses that have not lapsed."""
    return trailing(v_state_loss_of_year, loss_life)


@line(per="view", only=LEVIED | KEPT)
def v_state_carried(v_state_left: Balance) -> Balance:
    """The state's losses carried to the next year."""
    return v_state_left * 1


@line(per="view", name="v_state_carried", only=LEVIED | LAPSING)
def v_state_carried_alive(v_state_left: Balance, v_state_alive: Usd, year_end: One) -> Balance:
    """The state's losses carried to the next year, as far as they have not lapsed."""
    return where(year_end > 0, minimum(v_state_left, v_state_alive), v_state_left)


@line(per="view", only=LEVIED | CARRIED)
def v_state_tax_ytd(v_state_taxable: Usd, v_state_used: Usd, state_rate: One, tax_levied: One) -> Usd:
    """State tax of the year so far; a loss is carried forward."""
    return (maximum(v_state_taxable, 0) - v_state_used) * state_rate * tax_levied


@line(per="view", name="v_state_tax_ytd", only=LEVIED | AT_ONCE)
def v_state_tax_ytd_at_once(v_state_taxable: Usd, state_rate: One, tax_levied: One) -> Usd:
    """State tax of the year so far; a loss lowers the group's tax at once."""
    return v_state_taxable * state_rate * tax_levied


# as the owner pays it


@line(only=FEDERAL)
def state_taxable(income_ytd: Usd, tax_depreciation_ytd: Usd, interest_allowed: Usd) -> Usd:
    """The state's taxable income of the year so far, before losses carried forward."""
    return income_ytd - tax_depreciation_ytd - interest_allowed


@line(name="state_taxable", only=OWN)
def state_taxable_own(
    income_ytd: Usd, tax_depreciation_ytd: Usd, interest_allowed: Usd, state_difference_ytd: Usd
) -> Usd:
    """The state's taxable income by its own schedule, before losses carried forward."""
    return income_ytd - tax_depreciation_ytd - interest_allowed + state_difference_ytd


@line(only=LEVIED | CARRIED)
def state_losses_brought(state_losses_carried: Balance, state_losses_brought: Balance, year_start: One) -> Balance:
    """The state's losses of earlier years."""
    return where(year_start > 0, prev(state_losses_carried), prev(state_losses_brought))


@line(only=LEVIED | CARRIED)
def state_losses_used(state_losses_brought: Balance, state_taxable: Usd, loss_limit: One) -> Usd:
    """The state's losses used in the tax year so far."""
    return minimum(state_losses_brought, maximum(state_taxable, 0) * loss_limit)


@line(only=LEVIED | CARRIED)
def state_losses_left(state_losses_brought: Balance, state_losses_used: Usd, state_taxable: Usd) -> Balance:
    """The state's losses not used so far."""
    return state_losses_brought - state_losses_used + maximum(-state_taxable, 0)


@line(only=LEVIED | LAPSING)
def state_loss_of_year(state_taxable: Usd, year_end: One) -> Usd:
    """The state's loss of the tax year."""
    return maximum(-state_taxable, 0) * year_end


@line(only=LEVIED | LAPSING)
def state_losses_alive(state_loss_of_year: Usd, loss_life: Month) -> Usd:
    """The state's losses that have not lapsed."""
    return trailing(state_loss_of_year, loss_life)


@line(only=LEVIED | KEPT)
def state_losses_carried(state_losses_left: Balance) -> Balance:
    """The state's losses carried to the next year."""
    return state_losses_left * 1


@line(name="state_losses_carried", only=LEVIED | LAPSING)
def state_losses_carried_alive(state_losses_left: Balance, state_losses_alive: Usd, year_end: One) -> Balance:
    """The state's losses carried to the next year, as far as they have not lapsed."""
    return where(year_end > 0, minimum(state_losses_left, state_losses_alive), state_losses_left)


@line(only=LEVIED | CARRIED)
def state_tax_ytd(state_taxable: Usd, state_losses_used: Usd, state_rate: One, tax_levied: One) -> Usd:
    """State tax of the year so far; a loss is carried forward."""
    return (maximum(state_taxable, 0) - state_losses_used) * state_rate * tax_levied


@line(name="state_tax_ytd", only=LEVIED | AT_ONCE)
def state_tax_ytd_at_once(state_taxable: Usd, state_rate: One, tax_levied: One) -> Usd:
    """State tax of the year so far; a loss lowers the group's tax at once."""
    return state_taxable * state_rate * tax_levied


@line(only=LEVIED)
def state_tax(state_tax_ytd: Usd, year_start: One) -> Usd:
    """State tax that the owner pays in the period; part of what is paid in all."""
    return state_tax_ytd - (1 - year_start) * prev(state_tax_ytd)
