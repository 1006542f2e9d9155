"""Income tax, three times over the same income: without debt, in the sizing case, and as the owner pays it.

Tax is reckoned on the year to date and accrued period by period, as estimated payments are, so a large first-year
deduction shows when it falls. Losses and disallowed interest carry from year to year: IRC 172(a)(2) lets losses
offset 80 % of income, IRC 163(j)(1) lets interest reach 30 % of income before interest, depreciation and losses (as
amended from 2025); other regimes state other limits, and losses may lapse after some years, the oldest used first.
Fees and interest before completion are deducted when paid; customer prepayments are taxed as they are earned. In a tax
holiday less of the rate, or nothing, is levied.

A *jurisdiction* levies a tax on its own account of depreciation and losses. A state comes first, for its tax is
deducted from federal income (IRC 164(a)(3)); it starts from federal income, so interest is limited alike, and most
states that limit losses follow the federal rule. The two unlevered *views* (``project``, and ``lender`` with committed
revenue only) are items of one axis, for each jurisdiction; the owner's view has lines of its own because it depends on
the debt that the lender's view sizes.
"""

from __future__ import annotations

from computefactory.ledger import given, line, maximum, minimum, over, prev, senior, trailing, where, ytd
from computefactory.units import Balance, Month, One, Usd

__all__ = ["accrued", "after_losses", "brought_in", "losses_left", "losses_used"]

year_start = given(
    "year_start", One, series=True, source="timeline.year_start", doc="1 in the first period of a tax year."
)


def brought_in(carried: float, before: float, year_start: float, opening: float = 0) -> float:
    """What was carried from one tax year to the next, the same all year: ``before`` is it a period ago."""
    return where(year_start > 0, prev(carried, opening), prev(before))


def losses_used(brought: float, taxable: float, loss_limit: float) -> float:
    """Losses brought forward that income of the year so far takes."""
    return minimum(brought, maximum(taxable, 0) * loss_limit)


def losses_left(brought: float, used: float, taxable: float) -> float:
    """Losses carried forward, with this year's so far."""
    return brought - used + maximum(-taxable, 0)


def after_losses(taxable: float, used: float) -> float:
    """Income of the year so far that is taxed: what losses brought forward leave of it."""
    return maximum(taxable, 0) - used


def accrued(so_far: float, year_start: float) -> float:
    """Tax of the period: that of the year so far, less what it was a period ago."""
    return so_far - (1 - year_start) * prev(so_far)


def _carried(
    brought: float,
    used: float,
    taxable: float,
    year_end: float,
    losses_lapse: float,
    loss_life: float,
    losses_at_once: float,
) -> float:
    """Losses left with this year's: the oldest are used first, so what is left is the newest that are alive."""
    left = losses_left(brought, used, taxable)
    alive = trailing(maximum(-taxable, 0) * year_end, loss_life)
    return where(losses_lapse * year_end > 0, minimum(left, alive), left) * (1 - losses_at_once)


def _owed(taxable: float, used: float, rate: float, tax_levied: float, losses_at_once: float) -> float:
    """Tax of the year so far: on income after losses, or less than nothing where a loss is used at once."""
    return where(losses_at_once > 0, taxable, after_losses(taxable, used)) * rate * tax_levied


@line
def tax_rate(federal_rate: One, state_rate: One) -> One:
    """Combined rate: state tax is deductible from federal income."""
    return federal_rate + state_rate - federal_rate * state_rate


@line(per="jurisdiction")
def j_rate(j_state: One, state_rate: One, federal_rate: One) -> One:
    """Income tax rate."""
    return where(j_state > 0, state_rate, federal_rate)


@line
def gain_on_sale(sale_proceeds: Usd, basis_sold: Usd) -> Usd:
    """Taxable gain of what is sold, in the federal return."""
    return sale_proceeds - basis_sold


@line
def state_sale(basis_sold: Usd, state_basis_sold: Usd) -> Usd:
    """What a sale adds to the state's income beyond the federal gain."""
    return basis_sold - state_basis_sold


# without debt


@line(per="view")
def v_rate(v_state: One, state_rate: One, federal_rate: One) -> One:
    """Income tax rate."""
    return where(v_state > 0, state_rate, federal_rate)


@line(per="view")
def v_income(
    revenue: Usd, committed_revenue: Usd, opex: Usd, gain_on_sale: Usd, state_sale: Usd, v_state: One, v_lender: One
) -> Usd:
    """Income before depreciation and losses; the lender's view knows no sale."""
    gain = gain_on_sale + state_sale * v_state
    return (revenue + gain) * (1 - v_lender) + committed_revenue * v_lender - opex


@line(per="view")
def v_depreciation(tax_depreciation: Usd, state_depreciation: Usd, v_state: One) -> Usd:
    """Tax depreciation of all assets."""
    return where(v_state > 0, state_depreciation, tax_depreciation)


@line(per="view")
def v_deducted(v_tax_ytd: Usd, v_state: One, v_lender: One) -> Usd:
    """The state's tax of the year so far in the same view, deducted from federal income."""
    lender = senior(v_tax_ytd * v_state * v_lender)
    project = senior(v_tax_ytd * v_state * (1 - v_lender))
    return where(v_lender > 0, lender, project) * (1 - v_state)


@line(per="view")
def v_taxable(v_income: Usd, v_depreciation: Usd, v_deducted: Usd) -> Usd:
    """Taxable income of the year so far, before losses carried forward."""
    return ytd(v_income - v_depreciation) - v_deducted


@line(per="view")
def v_nol_opening(v_nol_closing: Balance, v_nol_opening: Balance, year_start: One) -> Balance:
    """Losses of earlier years."""
    return brought_in(v_nol_closing, v_nol_opening, year_start)


@line(per="view")
def v_nol_used(v_nol_opening: Balance, v_taxable: Usd, loss_limit: One) -> Usd:
    """Losses used in the tax year so far."""
    return losses_used(v_nol_opening, v_taxable, loss_limit)


@line(per="view")
def v_nol_closing(
    v_nol_opening: Balance,
    v_nol_used: Usd,
    v_taxable: Usd,
    year_end: One,
    losses_lapse: One,
    loss_life: Month,
    losses_at_once: One,
) -> Balance:
    """Losses carried to the next year."""
    return _carried(v_nol_opening, v_nol_used, v_taxable, year_end, losses_lapse, loss_life, losses_at_once)


@line(per="view")
def v_tax_ytd(v_taxable: Usd, v_nol_used: Usd, v_rate: One, tax_levied: One, losses_at_once: One) -> Usd:
    """Tax of the year so far."""
    return _owed(v_taxable, v_nol_used, v_rate, tax_levied, losses_at_once)


@line(per="view")
def v_tax(v_tax_ytd: Usd, year_start: One) -> Usd:
    """Tax of the period; negative where the year to date has fallen back."""
    return accrued(v_tax_ytd, year_start)


@line
def project_tax(v_tax: Usd, v_lender: One) -> Usd:
    """Tax without debt."""
    return over(v_tax * (1 - v_lender))


@line(per="view")
def v_taxable_unsold(
    v_income: Usd,
    gain_on_sale: Usd,
    state_sale: Usd,
    v_depreciation: Usd,
    v_tax_ytd_unsold: Usd,
    v_state: One,
    v_lender: One,
) -> Usd:
    """Taxable income of the year so far if nothing were sold in it, before losses carried forward."""
    sold = (gain_on_sale + state_sale * v_state) * (1 - v_lender)
    deducted = senior(v_tax_ytd_unsold * v_state * (1 - v_lender)) * (1 - v_state)
    return ytd(v_income - sold - v_depreciation) - deducted


@line(per="view")
def v_tax_ytd_unsold(
    v_taxable_unsold: Usd,
    v_nol_opening: Balance,
    loss_limit: One,
    v_rate: One,
    tax_levied: One,
    losses_at_once: One,
) -> Usd:
    """Tax of the year so far if nothing were sold in it, with the losses that the year opened with."""
    used = losses_used(v_nol_opening, v_taxable_unsold, loss_limit)
    return _owed(v_taxable_unsold, used, v_rate, tax_levied, losses_at_once)


@line(per="view")
def v_sale_tax_ytd(v_tax_ytd: Usd, v_tax_ytd_unsold: Usd) -> Usd:
    """Tax of the year so far that its sales bring: with them less without them."""
    return v_tax_ytd - v_tax_ytd_unsold


@line
def project_sale_tax(v_sale_tax_ytd: Usd, v_lender: One, year_start: One) -> Usd:
    """Tax without debt that sales bring in the period."""
    return over(accrued(v_sale_tax_ytd, year_start) * (1 - v_lender))


@line
def lender_tax(v_tax: Usd, v_lender: One) -> Usd:
    """Tax of the sizing case: committed revenue, no debt."""
    return over(v_tax * v_lender)


# as the owner pays it


@line
def income(revenue: Usd, opex: Usd, gain_on_sale: Usd, financing_fees: Usd) -> Usd:
    """Income before depreciation, interest and losses."""
    return revenue - opex + gain_on_sale - financing_fees


@line
def disallowed_interest_opening(
    disallowed_interest: Balance, disallowed_interest_opening: Balance, year_start: One
) -> Balance:
    """Interest disallowed in earlier years."""
    return brought_in(disallowed_interest, disallowed_interest_opening, year_start)


@line
def interest_allowed(disallowed_interest_opening: Balance, interest: Usd, interest_limit: One, income: Usd) -> Usd:
    """Interest deducted in the tax year so far."""
    return minimum(disallowed_interest_opening + ytd(interest), interest_limit * maximum(ytd(income), 0))


@line
def disallowed_interest(disallowed_interest_opening: Balance, interest: Usd, interest_allowed: Usd) -> Balance:
    """Interest disallowed so far."""
    return disallowed_interest_opening + ytd(interest) - interest_allowed


@line(per="jurisdiction")
def j_depreciation(tax_depreciation: Usd, state_depreciation: Usd, j_state: One) -> Usd:
    """Tax depreciation of all assets."""
    return where(j_state > 0, state_depreciation, tax_depreciation)


@line(per="jurisdiction")
def j_taxable(
    income: Usd, state_sale: Usd, j_state: One, j_depreciation: Usd, interest_allowed: Usd, j_tax_ytd: Usd
) -> Usd:
    """Taxable income of the year so far, before losses carried forward."""
    return ytd(income + state_sale * j_state - j_depreciation) - interest_allowed - senior(j_tax_ytd)


@line(per="jurisdiction")
def j_nol_opening(j_nol_closing: Balance, j_nol_opening: Balance, year_start: One) -> Balance:
    """Losses of earlier years."""
    return brought_in(j_nol_closing, j_nol_opening, year_start)


@line(per="jurisdiction")
def j_nol_used(j_nol_opening: Balance, j_taxable: Usd, loss_limit: One) -> Usd:
    """Losses used in the tax year so far."""
    return losses_used(j_nol_opening, j_taxable, loss_limit)


@line(per="jurisdiction")
def j_nol_closing(
    j_nol_opening: Balance,
    j_nol_used: Usd,
    j_taxable: Usd,
    year_end: One,
    losses_lapse: One,
    loss_life: Month,
    losses_at_once: One,
) -> Balance:
    """Losses carried to the next year."""
    return _carried(j_nol_opening, j_nol_used, j_taxable, year_end, losses_lapse, loss_life, losses_at_once)


@line(per="jurisdiction")
def j_tax_ytd(j_taxable: Usd, j_nol_used: Usd, j_rate: One, tax_levied: One, losses_at_once: One) -> Usd:
    """Tax of the year so far."""
    return _owed(j_taxable, j_nol_used, j_rate, tax_levied, losses_at_once)


@line(per="jurisdiction")
def j_tax(j_tax_ytd: Usd, year_start: One) -> Usd:
    """Tax that the owner pays in the period."""
    return accrued(j_tax_ytd, year_start)


@line
def tax_paid(j_tax: Usd) -> Usd:
    """Tax that the owner pays in the period, to all."""
    return over(j_tax)


@line
def state_tax(j_tax: Usd, j_state: One) -> Usd:
    """Of that, a state's tax."""
    return over(j_tax * j_state)


# what a sale adds to it


@line
def interest_allowed_unsold(
    disallowed_interest_opening: Balance, interest: Usd, interest_limit: One, income: Usd, gain_on_sale: Usd
) -> Usd:
    """Interest deducted in the tax year so far if nothing were sold in it."""
    reached = interest_limit * maximum(ytd(income - gain_on_sale), 0)
    return minimum(disallowed_interest_opening + ytd(interest), reached)


@line(per="jurisdiction")
def j_taxable_unsold(
    income: Usd, gain_on_sale: Usd, j_depreciation: Usd, interest_allowed_unsold: Usd, j_tax_ytd_unsold: Usd
) -> Usd:
    """Taxable income of the year so far if nothing were sold in it, before losses carried forward."""
    return ytd(income - gain_on_sale - j_depreciation) - interest_allowed_unsold - senior(j_tax_ytd_unsold)


@line(per="jurisdiction")
def j_tax_ytd_unsold(
    j_taxable_unsold: Usd,
    j_nol_opening: Balance,
    loss_limit: One,
    j_rate: One,
    tax_levied: One,
    losses_at_once: One,
) -> Usd:
    """Tax of the year so far if nothing were sold in it, with the losses that the year opened with."""
    used = losses_used(j_nol_opening, j_taxable_unsold, loss_limit)
    return _owed(j_taxable_unsold, used, j_rate, tax_levied, losses_at_once)


@line(per="jurisdiction")
def j_sale_tax_ytd(j_tax_ytd: Usd, j_tax_ytd_unsold: Usd) -> Usd:
    """Tax of the year so far that its sales bring: with them less without them."""
    return j_tax_ytd - j_tax_ytd_unsold


@line
def sale_tax(j_sale_tax_ytd: Usd, year_start: One) -> Usd:
    """Tax of the period that sales bring, to all."""
    return over(accrued(j_sale_tax_ytd, year_start))


@line
def withholding(distribution: Usd, withholding_rate: One, building: One) -> Usd:
    """Withheld from distributions of profit; money of the owners' own that comes back at close is none."""
    return distribution * withholding_rate * (1 - building)
