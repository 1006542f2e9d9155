"""Income tax, three times over the same income: without debt, in the sizing case, and as the owner pays it.

Tax is reckoned on the year to date and accrued period by period, as estimated payments are, so a large first-year
deduction shows when it falls. Losses and disallowed interest carry from year to year: IRC 172(a)(2) lets losses
offset 80 % of income, IRC 163(j)(1) lets interest reach 30 % of income before interest, depreciation and losses (as
amended from 2025); other regimes state other limits, and losses may lapse after some years. State tax is deducted
from federal income (IRC 164(a)(3)). Fees and interest before completion are deducted when paid; customer prepayments
are taxed as they are earned. In a tax holiday less of the rate, or nothing, is levied.

The two unlevered views (``project``, and ``lender`` with committed revenue only) are items of one axis; the owner's
view has lines of its own because it depends on the debt that the lender's view sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.ledger import given, line, maximum, minimum, over, prev, trailing, where, ytd
from computefactory.units import Balance, Month, One, Usd


@dataclass(frozen=True, slots=True)
class View:
    """One unlevered reading of taxable income."""

    name: str
    committed_only: One


VIEWS = (View("project", 0.0), View("lender", 1.0))

CARRIED = {"losses": "carried_forward"}
AT_ONCE = {"losses": "used_at_once"}
KEPT = CARRIED | {"loss_life": "unlimited"}
LAPSING = CARRIED | {"loss_life": "limited"}
LEVIED = {"state": "levied"}
NO_STATE = {"state": "none"}

v_committed = given("v_committed", One, per="view", source="views.committed_only", doc="1: committed revenue only.")
federal_rate = given("federal_rate", One, source="finance.tax.federal", doc="National income tax rate.")
state_rate = given("state_rate", One, source="finance.tax.state", doc="State income tax rate.")
loss_limit = given("loss_limit", One, source="finance.tax.loss_limit", doc="Share of income that losses may offset.")
loss_life = given(
    "loss_life",
    Month,
    source="finance.tax.loss_life",
    doc="How long after its tax year a loss may be used.",
    only=LAPSING,
)
interest_limit = given(
    "interest_limit", One, source="finance.tax.interest_limit", doc="Share of tax EBITDA that interest may reach."
)
tax_levied = given(
    "tax_levied",
    One,
    series=True,
    source="finance.tax.levied",
    doc="Share of the rate that is levied: 1 but in a holiday.",
)
withholding_rate = given(
    "withholding_rate", One, source="finance.tax.withholding", doc="Tax withheld from what owners are paid."
)
year_start = given(
    "year_start", One, series=True, source="timeline.year_start", doc="1 in the first period of a tax year."
)


@line
def tax_rate(federal_rate: One, state_rate: One) -> One:
    """Combined rate: state tax is deductible from federal income."""
    return federal_rate + state_rate - federal_rate * state_rate


@line
def gain_on_sale(sale_proceeds: Usd, basis_sold: Usd) -> Usd:
    """Taxable gain at the exit."""
    return sale_proceeds - basis_sold


@line
def tax_depreciation_ytd(tax_depreciation: Usd) -> Usd:
    """Depreciation of the tax year so far."""
    return ytd(tax_depreciation)


# without debt


@line(per="view")
def v_income(revenue: Usd, committed_revenue: Usd, opex: Usd, gain_on_sale: Usd, v_committed: One) -> Usd:
    """Income before depreciation and losses."""
    return (revenue + gain_on_sale) * (1 - v_committed) + committed_revenue * v_committed - opex


@line(per="view")
def v_income_ytd(v_income: Usd) -> Usd:
    """Income of the tax year so far."""
    return ytd(v_income)


@line(per="view", only=NO_STATE)
def v_taxable(v_income_ytd: Usd, tax_depreciation_ytd: Usd) -> Usd:
    """Taxable income of the year so far, before losses carried forward."""
    return v_income_ytd - tax_depreciation_ytd


@line(per="view", name="v_taxable", only=LEVIED)
def v_taxable_after_state(v_income_ytd: Usd, tax_depreciation_ytd: Usd, v_state_tax_ytd: Usd) -> Usd:
    """Federally taxable income of the year so far, before losses carried forward."""
    return v_income_ytd - tax_depreciation_ytd - v_state_tax_ytd


@line(per="view", only=CARRIED)
def v_losses_brought(v_losses_carried: Balance, v_losses_brought: Balance, year_start: One) -> Balance:
    """Losses of earlier years."""
    return where(year_start > 0, prev(v_losses_carried), prev(v_losses_brought))


@line(per="view", only=CARRIED)
def v_losses_used(v_losses_brought: Balance, v_taxable: Usd, loss_limit: One) -> Usd:
    """Losses used in the tax year so far."""
    return minimum(v_losses_brought, maximum(v_taxable, 0) * loss_limit)


@line(per="view", only=CARRIED)
def v_losses_left(v_losses_brought: Balance, v_losses_used: Usd, v_taxable: Usd) -> Balance:
    """Losses not used so far, with this year's."""
    return v_losses_brought - v_losses_used + maximum(-v_taxable, 0)


@line(per="view", only=LAPSING)
def v_loss_of_year(v_taxable: Usd, year_end: One) -> Usd:
    """The tax year's loss, known at its end."""
    return maximum(-v_taxable, 0) * year_end


@line(per="view", only=LAPSING)
def v_losses_alive(v_loss_of_year: Usd, loss_life: Month) -> Usd:
    """Losses of the tax years that have not lapsed."""
    return trailing(v_loss_of_year, loss_life)


@line(per="view", only=KEPT)
def v_losses_carried(v_losses_left: Balance) -> Balance:
    """Losses carried to the next year."""
    return v_losses_left * 1


@line(per="view", name="v_losses_carried", only=LAPSING)
def v_losses_carried_alive(v_losses_left: Balance, v_losses_alive: Usd, year_end: One) -> Balance:
    """Losses carried to the next year: oldest used first, so what is left is the newest, and no more than is alive."""
    return where(year_end > 0, minimum(v_losses_left, v_losses_alive), v_losses_left)


@line(per="view", only=CARRIED)
def v_federal_tax_ytd(v_taxable: Usd, v_losses_used: Usd, federal_rate: One, tax_levied: One) -> Usd:
    """National tax of the year so far; a loss is carried forward."""
    return (maximum(v_taxable, 0) - v_losses_used) * federal_rate * tax_levied


@line(per="view", name="v_federal_tax_ytd", only=AT_ONCE)
def v_federal_tax_ytd_at_once(v_taxable: Usd, federal_rate: One, tax_levied: One) -> Usd:
    """National tax of the year so far; a loss lowers the group's tax at once."""
    return v_taxable * federal_rate * tax_levied


@line(per="view", only=NO_STATE)
def v_tax_ytd(v_federal_tax_ytd: Usd) -> Usd:
    """Tax of the year so far."""
    return v_federal_tax_ytd * 1


@line(per="view", name="v_tax_ytd", only=LEVIED)
def v_tax_ytd_with_state(v_federal_tax_ytd: Usd, v_state_tax_ytd: Usd) -> Usd:
    """Federal and state tax of the year so far."""
    return v_federal_tax_ytd + v_state_tax_ytd


@line(per="view")
def v_tax(v_tax_ytd: Usd, year_start: One) -> Usd:
    """Tax of the period; negative where the year to date has fallen back."""
    return v_tax_ytd - (1 - year_start) * prev(v_tax_ytd)


@line(per="view")
def v_project_tax(v_tax: Usd, v_committed: One) -> Usd:
    """Tax of the project view."""
    return v_tax * (1 - v_committed)


@line(per="view")
def v_lender_tax(v_tax: Usd, v_committed: One) -> Usd:
    """Tax of the lender's view."""
    return v_tax * v_committed


@line
def project_tax(v_project_tax: Usd) -> Usd:
    """Tax without debt."""
    return over(v_project_tax)


@line
def lender_tax(v_lender_tax: Usd) -> Usd:
    """Tax of the sizing case: committed revenue, no debt."""
    return over(v_lender_tax)


# as the owner pays it


@line
def income(revenue: Usd, opex: Usd, gain_on_sale: Usd, financing_fees: Usd) -> Usd:
    """Income before depreciation, interest and losses."""
    return revenue - opex + gain_on_sale - financing_fees


@line
def income_ytd(income: Usd) -> Usd:
    """Income of the tax year so far."""
    return ytd(income)


@line
def interest_ytd(interest: Usd) -> Usd:
    """Interest of the tax year so far."""
    return ytd(interest)


@line
def interest_brought(interest_carried: Balance, interest_brought: Balance, year_start: One) -> Balance:
    """Interest disallowed in earlier years."""
    return where(year_start > 0, prev(interest_carried), prev(interest_brought))


@line
def interest_allowed(interest_brought: Balance, interest_ytd: Usd, interest_limit: One, income_ytd: Usd) -> Usd:
    """Interest deducted in the tax year so far."""
    return minimum(interest_brought + interest_ytd, interest_limit * maximum(income_ytd, 0))


@line
def interest_carried(interest_brought: Balance, interest_ytd: Usd, interest_allowed: Usd) -> Balance:
    """Interest disallowed so far."""
    return interest_brought + interest_ytd - interest_allowed


@line(only=NO_STATE)
def taxable(income_ytd: Usd, tax_depreciation_ytd: Usd, interest_allowed: Usd) -> Usd:
    """Taxable income of the year so far, before losses carried forward."""
    return income_ytd - tax_depreciation_ytd - interest_allowed


@line(name="taxable", only=LEVIED)
def taxable_after_state(income_ytd: Usd, tax_depreciation_ytd: Usd, interest_allowed: Usd, state_tax_ytd: Usd) -> Usd:
    """Federally taxable income of the year so far, before losses carried forward."""
    return income_ytd - tax_depreciation_ytd - interest_allowed - state_tax_ytd


@line(only=CARRIED)
def losses_brought(losses_carried: Balance, losses_brought: Balance, year_start: One) -> Balance:
    """Losses of earlier years."""
    return where(year_start > 0, prev(losses_carried), prev(losses_brought))


@line(only=CARRIED)
def losses_used(losses_brought: Balance, taxable: Usd, loss_limit: One) -> Usd:
    """Losses used in the tax year so far."""
    return minimum(losses_brought, maximum(taxable, 0) * loss_limit)


@line(only=CARRIED)
def losses_left(losses_brought: Balance, losses_used: Usd, taxable: Usd) -> Balance:
    """Losses not used so far, with this year's."""
    return losses_brought - losses_used + maximum(-taxable, 0)


@line(only=LAPSING)
def loss_of_year(taxable: Usd, year_end: One) -> Usd:
    """The tax year's loss, known at its end."""
    return maximum(-taxable, 0) * year_end


@line(only=LAPSING)
def losses_alive(loss_of_year: Usd, loss_life: Month) -> Usd:
    """Losses of the tax years that have not lapsed."""
    return trailing(loss_of_year, loss_life)


@line(only=KEPT)
def losses_carried(losses_left: Balance) -> Balance:
    """Losses carried to the next year."""
    return losses_left * 1


@line(name="losses_carried", only=LAPSING)
def losses_carried_alive(losses_left: Balance, losses_alive: Usd, year_end: One) -> Balance:
    """Losses carried to the next year: oldest used first, so what is left is the newest, and no more than is alive."""
    return where(year_end > 0, minimum(losses_left, losses_alive), losses_left)


@line(only=CARRIED)
def federal_tax_ytd(taxable: Usd, losses_used: Usd, federal_rate: One, tax_levied: One) -> Usd:
    """National tax of the year so far; a loss is carried forward."""
    return (maximum(taxable, 0) - losses_used) * federal_rate * tax_levied


@line(name="federal_tax_ytd", only=AT_ONCE)
def federal_tax_ytd_at_once(taxable: Usd, federal_rate: One, tax_levied: One) -> Usd:
    """National tax of the year so far; a loss lowers the group's tax at once."""
    return taxable * federal_rate * tax_levied


@line(only=NO_STATE)
def tax_ytd(federal_tax_ytd: Usd) -> Usd:
    """Tax of the year so far."""
    return federal_tax_ytd * 1


@line(name="tax_ytd", only=LEVIED)
def tax_ytd_with_state(federal_tax_ytd: Usd, state_tax_ytd: Usd) -> Usd:
    """Federal and state tax of the year so far."""
    return federal_tax_ytd + state_tax_ytd


@line
def tax_paid(tax_ytd: Usd, year_start: One) -> Usd:
    """Tax that the owner pays in the period."""
    return tax_ytd - (1 - year_start) * prev(tax_ytd)


@line
def withholding(distribution: Usd, withholding_rate: One, building: One) -> Usd:
    """Withheld from distributions of profit; money of the owners' own that comes back at close is none."""
    return distribution * withholding_rate * (1 - building)
