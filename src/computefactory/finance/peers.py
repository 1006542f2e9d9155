"""Lines of a project on its own: what stands in for a factory's plant and contracts, and the conventions of peers.

A :class:`.project.Project` runs on the factory's lines. A line here stands in the place of the factory's of the same
name: revenue and cost come from flows by name, capital cost from spending by period, cash for debt is before tax and
less what replacements take. The rest are conventions that only other engines have. Period 0 is time 0; amounts that
grow do so once a year, from the first year of operation.
"""

from __future__ import annotations

from computefactory.finance.inputs import CLASSES
from computefactory.ledger import (
    ahead,
    belonging,
    compound,
    following,
    given,
    highest,
    irr,
    line,
    lowest,
    maximum,
    over,
    prev,
    senior,
    total,
    where,
    ytd,
)
from computefactory.ledger.line import Given
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

BY_USES = {"draw_order": "by_uses"}


def _of(name: str, unit: object, doc: str, *, per: str | None = None, series: bool = False, source: str = "") -> Given:
    """A number of the project, of its flows, assets or taxes."""
    return given(name, unit, per=per, series=series, source=source or f"read.{name}", doc=doc)


month = _of("month", Month, "Months from time 0.", series=True, source="timeline.month")
months = _of("months", Month, "Length of the period.", series=True, source="timeline.months")
price = _of("price", One, "Multiplies every priced revenue.", source="project.price")
inflation = _of("inflation", PerYear, "Yearly inflation.", source="project.inflation")
growth_added = _of("growth_added", One, "1: inflation and escalation are added, 0: compounded.")
full_years = _of("full_years", Year, "Whole years since operation began.", series=True)
calendar_year = _of("calendar_year", Year, "Period: schedules are by period of age.", series=True)
year_share = _of("year_share", One, "1: a schedule's share is of a whole period.", series=True)
one_year = _of("one_year", Month, "Length of a period: cover is tested in each.")
discount_rate = _of("discount_rate", PerYear, "Yearly effective, nominal.")

f_amount = _of("f_amount", Usd, "Amount before growth.", per="flow", series=True, source="flows.amount")
f_units = _of("f_units", One, "Units that it is the price of.", per="flow", series=True, source="flows.units")
f_counted = _of("f_counted", One, "1: it is a price of units.", per="flow", source="flows.counted")
f_escalation = _of("f_escalation", PerYear, "Growth above inflation.", per="flow", source="flows.escalation")
f_indexed = _of("f_indexed", One, "1: grows with inflation.", per="flow", source="flows.indexed")
f_revenue_flag = _of("f_revenue_flag", One, "1: revenue, 0: cost.", per="flow", source="flows.revenue")
f_priced = _of("f_priced", One, "1: the price multiplies it.", per="flow", source="flows.priced")

financing_cost = _of("financing_cost", Usd, "Other cost of closing, at time 0.", source="project.financing_cost")
construction_financing = _of(
    "construction_financing",
    Usd,
    "Cost of financing while building: basis, no capex.",
    source="project.construction_financing",
)
salvage_value = _of("salvage_value", Usd, "Received in the last period.", source="project.salvage")
salvage_in_ebitda = _of("salvage_in_ebitda", One, "1: salvage is revenue.")
a_escalation = _of("a_escalation", PerYear, "Growth above inflation.", per="asset", source="terms.escalation")
a_indexed = _of("a_indexed", One, "1: grows with inflation.", per="asset", source="terms.indexed")
a_every = _of("a_every", One, "Periods from one replacement to the next.", per="asset", source="terms.every")
replacements_reserved = _of("replacements_reserved", One, "1: put aside for a period ahead, 0: paid when due.")
receivables_months = _of(
    "receivables_months", Month, "Months of revenue held in cash.", source="project.receivables_reserve"
)
reserve_interest_rate = _of("reserve_interest_rate", PerYear, "Earned on reserves.", source="project.reserve_interest")

d_escalation = belonging(a_escalation, CLASSES["d_asset"], "d_escalation")
d_indexed = belonging(a_indexed, CLASSES["d_asset"], "d_indexed")
d_share = _of("d_share", One, "Its share of financing in the basis.", per="tax_class", source="shares.of_basis")
financing_in_basis = _of("financing_in_basis", One, "1: fees and interest while building are depreciated.")
reserves_in_basis = _of("reserves_in_basis", One, "1: first reserves are depreciated.")
left_over_taken = _of("left_over_taken", One, "1: basis left at the end is deducted then, 0: it is lost.")
j_deducts = _of("j_deducts", One, "1: taxes ahead are deducted.", per="jurisdiction", source="levies.deducts")
j_mutual = _of("j_mutual", One, "1: all other taxes are deducted.", per="jurisdiction", source="levies.mutual")

t_estimate = _of("t_estimate", One, "Share of the first estimate.", per="tranche", source="loans.estimate")
t_shared = _of("t_shared", One, "Share of interest, fees, reserves drawn.", per="tranche", source="loans.shared")
t_no_limit = given(
    "t_debt_at_dscr", Usd, per="tranche", source="loans.no_limit", doc="No cover.", only={"sized_by": "fraction"}
)


def _none(name: str, unit: object, per: str | None = None, source: str = "constant.none") -> Given:
    """A line of the factory that a project has none of."""
    return given(name, unit, per=per, series=True, source=source, doc="A project on its own has none.")


NOTHING = (
    *(
        _none(name, Usd)
        for name in (
            "prepayment_in",
            "prepayment_credit",
            "early_cash",
            "refund_deferred",
            "claims_received",
            "tax_unpaid",
            "merchant_cash",
        )
    ),
    _none("withholding", Usd),
    _of("silicon_cost", Usd, "A project on its own has none.", source="constant.nil"),
    *(_none(name, One) for name in ("locked", "mid_quarter")),
    *(
        _none(f"t_{name}", Usd, "tranche", "loans.none")
        for name in ("make_whole", "revolver_draw", "returned", "swept", "preferred_paid", "running_fees")
    ),
    *(_none(f"t_reserve_{name}", Usd, "tranche", "loans.none") for name in ("drawn", "released", "refilled")),
    _none("t_letter_claim", Balance, "tranche", "loans.none"),
    _none("t_limit_at_ltv", Balance, "tranche", "loans.none"),
    _none("d_kept", One, "tax_class", "shares.whole"),
)


def _growth(inflation: float, indexed: float, escalation: float, added: float, years: float) -> float:
    """Growth since the first year: added, (1 + inflation + escalation) ^ years, or each compounded."""
    compounded = compound(inflation * indexed, years) * compound(escalation, years)
    return where(added > 0, compound(inflation * indexed + escalation, years), compounded)


@line
def at_close(month: Month, months: Month) -> One:
    """1 at time 0."""
    return month < months


# revenue and cost


@line(per="flow")
def f_growth(inflation: PerYear, f_indexed: One, f_escalation: PerYear, growth_added: One, full_years: Year) -> One:
    """Growth since the first year."""
    return _growth(inflation, f_indexed, f_escalation, growth_added, full_years)


@line(per="flow")
def f_nominal(f_amount: Usd, f_growth: One) -> Usd:
    """Amount of the period, before the price."""
    return f_amount * f_growth


@line
def priced_revenue(f_nominal: Usd, f_priced: One) -> Usd:
    """Revenue that the price multiplies, at a price of one."""
    return over(f_nominal * f_priced)


@line
def unpriced_revenue(f_nominal: Usd, f_revenue_flag: One, f_priced: One) -> Usd:
    """Revenue that it leaves alone."""
    return over(f_nominal * (f_revenue_flag - f_priced))


@line
def sales(priced_revenue: Usd, price: One, unpriced_revenue: Usd) -> Usd:
    """Revenue from customers."""
    return priced_revenue * price + unpriced_revenue


@line
def revenue(sales: Usd, salvage_value: Usd, salvage_in_ebitda: One, at_exit: One) -> Usd:
    """All revenue; salvage where it counts as such."""
    return sales + salvage_value * salvage_in_ebitda * at_exit


@line
def opex(f_nominal: Usd, f_revenue_flag: One) -> Usd:
    """Operating cost."""
    return over(f_nominal * (1 - f_revenue_flag))


@line
def facility_cost(opex: Usd) -> Usd:
    """Cost that the working reserve is held for: all of it."""
    return opex * 1


@line
def sale_proceeds(salvage_value: Usd, salvage_in_ebitda: One, at_exit: One) -> Usd:
    """Salvage beside EBITDA: taxed, but not there for debt service."""
    return salvage_value * (1 - salvage_in_ebitda) * at_exit


# capital cost and replacements


@line(per="asset")
def a_growth(inflation: PerYear, a_indexed: One, a_escalation: PerYear, growth_added: One, full_years: Year) -> One:
    """Growth since the first year."""
    return _growth(inflation, a_indexed, a_escalation, growth_added, full_years)


@line(per="asset")
def a_capex(a_cost: Usd, a_growth: One, a_spending: One) -> Usd:
    """Paid for the asset."""
    return a_cost * a_growth * a_spending


@line(per="asset")
def a_replaced(a_capex: Usd, a_consumable: One) -> Usd:
    """Of that, for a replacement."""
    return a_capex * a_consumable


@line
def replacement(a_replaced: Usd) -> Usd:
    """Replacements of the period."""
    return over(a_replaced)


@line
def asset_cost(a_capex: Usd, replacement: Usd) -> Usd:
    """Capital cost, without replacements and cost of financing."""
    return over(a_capex) - replacement


@line
def closing_cost(financing_cost: Usd, construction_financing: Usd, at_close: One) -> Usd:
    """Cost of financing that does not depend on the debt."""
    return (financing_cost + construction_financing) * at_close


@line
def capex(a_capex: Usd, closing_cost: Usd) -> Usd:
    """Paid for all assets, replacements and closing included."""
    return over(a_capex) + closing_cost


@line(per="asset")
def a_next(a_next: Usd, a_replaced: Usd, a_placed: One) -> Usd:
    """Cost of the next replacement, this period included; nothing after the last."""
    return where(a_placed > 0, a_replaced, following(a_next))


@line(per="asset")
def a_aside(a_next: Usd, a_every: One, a_replaced: Usd, replacements_reserved: One, building: One) -> Usd:
    """Put aside: an equal part in each period that leads to a replacement, or all of it when due."""
    return where(replacements_reserved > 0, a_next / a_every * (1 - building), a_replaced)


@line(per="asset")
def a_reserve(a_reserve: Balance, a_aside: Usd, a_replaced: Usd) -> Balance:
    """Held for the next replacement."""
    return prev(a_reserve) + a_aside - a_replaced


@line
def replacement_aside(a_aside: Usd) -> Usd:
    """Put aside for replacements, out of cash for debt service."""
    return over(a_aside)


# reserves


@line
def refresh_reserve(a_reserve: Balance) -> Balance:
    """Held for replacements."""
    return over(a_reserve)


@line
def receivables_reserve(sales: Usd, receivables_months: Month, building: One, at_conversion: One) -> Balance:
    """Revenue of the months ahead that customers will owe, held in cash a period before."""
    return ahead(sales, receivables_months) * maximum(1 - building, at_conversion)


@line
def other_reserves(maintenance_reserve: Balance, refresh_reserve: Balance, receivables_reserve: Balance) -> Balance:
    """Reserves beside those for debt."""
    return maintenance_reserve + refresh_reserve + receivables_reserve


@line
def reserve_interest(reserves: Balance, reserve_interest_rate: PerYear, years: Year) -> Usd:
    """Earned on what was held at the end of the period before."""
    return prev(reserves) * reserve_interest_rate * years


# cash and debt


@line
def cash_earnings(ebitda: Usd, reserve_interest: Usd) -> Usd:
    """Earnings as they are paid, with interest on reserves."""
    return ebitda + reserve_interest


@line
def cfads(ebitda: Usd, replacement_aside: Usd, receivables_reserve: Balance, building: One) -> Usd:
    """Cash available for debt service, before tax and after what replacements and customers tie up."""
    return ebitda - replacement_aside - (receivables_reserve - prev(receivables_reserve)) * (1 - building)


@line
def sizing_cfads(cfads: Usd) -> Usd:
    """Cash that carries debt."""
    return maximum(cfads, 0)


@line(per="tranche")
def t_next_debt_service_capacity(t_service_at_dscr: Usd) -> Usd:
    """Service it may take next period: nobody ranks ahead."""
    return following(t_service_at_dscr)


@line(per="tranche", only={"sized_by": "cover"})
def t_debt_at_dscr(t_on_path: One, t_debt_on_path: Usd, t_payments: One, t_debt_capacity_at_dscr: Usd) -> Usd:
    """Debt that cash carries at its cover: nothing else limits the path."""
    return where(t_on_path > 0, t_debt_on_path, where(t_payments > 0, lowest(t_debt_capacity_at_dscr), 0))


@line(per="tranche")
def t_scheduled_principal(t_planned_repayment: Usd) -> Usd:
    """Principal due, as planned."""
    return t_planned_repayment * 1


@line(per="tranche")
def t_service_ahead(t_tested_service: Usd, t_reserve_months: Month) -> Usd:
    """Service of the months that the reserve covers."""
    return ahead(t_tested_service, t_reserve_months)


@line(per="tranche")
def t_reserve_need(t_service_ahead: Usd, building: One, at_conversion: One) -> Balance:
    """Debt service reserve, a period ahead."""
    return t_service_ahead * maximum(1 - building, at_conversion)


@line(per="tranche")
def t_cash_reserve(t_reserve_need: Balance) -> Balance:
    """Debt service reserve: always as much as is needed."""
    return t_reserve_need * 1


@line(per="tranche")
def t_first_reserve(t_cash_reserve: Balance) -> Usd:
    """Paid into the reserve in any period; negative where it is released."""
    return t_cash_reserve - prev(t_cash_reserve)


@line(name="t_debt_at_cost", per="tranche", only={"draw_order": "pro_rata"})
def t_debt_at_cost(t_debt_if_out: Usd) -> Usd:
    """D = (gC - ahead) / (1 - gb), however much there is to pay."""
    return t_debt_if_out * 1


@line(per="tranche", only={"cap": "first_estimate"})
def t_max_commitment(
    t_estimate: One, cost_without_loans: Usd, t_upfront_fee: One, asset_cost: Usd, building: One
) -> Usd:
    """Most that is lent: a share of the uses known before the debt is, its fee taken on the whole capital cost."""
    return t_estimate * (cost_without_loans + t_upfront_fee * total(asset_cost * building))


# draws by uses: a share g of the cost, and a share h of the interest, fees and reserves that come with it. What is
# owed is P + QD, P growing by the cost, Q by what a dollar of debt brings, so that D = P / (1 - Q)


def _drawn(owed: float, cost: float, shared: float, early: float, charge: float, building: float) -> float:
    """Drawn for a cost and the interest it brings: i = r (owed + w (c + h i)), of which h is drawn too."""
    interest = (owed + early * cost) * charge / (1 - shared * early * charge) * building
    return cost + shared * interest


@line(per="tranche", only=BY_USES)
def t_cost_draw(
    capex: Usd,
    building: One,
    other_reserves: Balance,
    at_conversion: One,
    t_gearing: One,
    t_shared: One,
    t_cost_owed: Balance,
    t_drawn_early: One,
    t_charge: One,
) -> Usd:
    """Drawn for the cost and the interest on it."""
    cost = t_gearing * capex * building + t_shared * other_reserves * at_conversion
    return _drawn(prev(t_cost_owed), cost, t_shared, t_drawn_early, t_charge, building)


@line(per="tranche", only=BY_USES)
def t_cost_owed(t_cost_owed: Balance, t_cost_draw: Usd) -> Balance:
    """P: owed for the cost."""
    return prev(t_cost_owed) + t_cost_draw


@line(per="tranche", only=BY_USES)
def t_brought_draw(
    t_upfront_fee: One,
    t_at_close: One,
    t_unit_reserve: One,
    t_shared: One,
    t_brought_owed: One,
    t_drawn_early: One,
    t_charge: One,
    building: One,
) -> One:
    """Drawn for fee and first reserve of a dollar, and the interest on it."""
    brought = t_shared * (t_upfront_fee * t_at_close + t_unit_reserve)
    return _drawn(prev(t_brought_owed), brought, t_shared, t_drawn_early, t_charge, building)


@line(per="tranche", only=BY_USES)
def t_brought_owed(t_brought_owed: One, t_brought_draw: One) -> One:
    """Q: owed for what a dollar of debt brings."""
    return prev(t_brought_owed) + t_brought_draw


@line(per="tranche", only=BY_USES)
def t_unit_uses(t_brought_draw: One) -> One:
    """What a dollar of debt draws for itself: Q at the end of building."""
    return total(t_brought_draw)


@line(per="tranche", only=BY_USES)
def t_debt_at_gearing(t_cost_draw: Usd, t_unit_uses: One) -> Usd:
    """D = P + QD, so D = P / (1 - Q)."""
    return total(t_cost_draw) / (1 - t_unit_uses)


@line(per="tranche")
def t_surplus(t_commitment: Usd) -> Usd:
    """Nothing waits to be paid out: a draw above the uses of its period is."""
    return t_commitment * 0


@line(per="tranche")
def t_paid_out(t_draw: Usd) -> Usd:
    """Draw that owners may take."""
    return t_draw * 1


@line(per="tranche", only={"draw_order": "pro_rata"})
def t_target(t_unit_drawn: One, t_commitment: Usd) -> Balance:
    """Drawn in step with the cost spent."""
    return t_unit_drawn * t_commitment


@line(name="t_target", per="tranche", only=BY_USES)
def t_target_by_uses(t_cost_owed: Balance, t_commitment: Usd, t_brought_owed: One) -> Balance:
    """Drawn so far for the cost, and for what the debt brings."""
    return t_cost_owed + t_commitment * t_brought_owed


# basis and tax: interest and fees while building are no deduction; salvage has no basis of its own


@line
def at_operation(building: One) -> One:
    """1 in the first period of operation."""
    return prev(building) * (1 - building)


@line
def financing_basis(
    closing_cost: Usd,
    construction_financing: Usd,
    at_close: One,
    interest: Usd,
    financing_fees: Usd,
    reserve_move: Usd,
    building: One,
    financing_in_basis: One,
    reserves_in_basis: One,
) -> Usd:
    """What financing adds to the depreciable basis while building."""
    always = construction_financing * at_close
    financing = (closing_cost - always + interest + financing_fees) * financing_in_basis
    return always + (financing + reserve_move * reserves_in_basis) * building


@line(per="tax_class")
def d_entering(
    d_cost: Usd,
    d_placed: One,
    d_indexed: One,
    d_escalation: PerYear,
    inflation: PerYear,
    growth_added: One,
    full_years: Year,
    d_share: One,
    financing_basis: Usd,
    at_operation: One,
) -> Usd:
    """Basis that enters service: the asset or its replacement, and its share of financing."""
    grown = d_cost * _growth(inflation, d_indexed, d_escalation, growth_added, full_years) * d_placed
    return grown + d_share * total(financing_basis) * at_operation


@line(per="tax_class")
def d_leaving(at_exit: One, left_over_taken: One, d_kept: One) -> One:
    """1 in the last period, where basis that is left is deducted."""
    return at_exit * left_over_taken * d_kept


@line
def federal_deduction(tax_depreciation: Usd, basis_sold: Usd) -> Usd:
    """Federal depreciation, with what is taken at the end."""
    return tax_depreciation + basis_sold


@line
def state_deduction(state_depreciation: Usd, state_basis_sold: Usd) -> Usd:
    """State depreciation, with what is taken at the end."""
    return state_depreciation + state_basis_sold


@line
def income(ebitda: Usd, gain_on_sale: Usd, reserve_interest: Usd) -> Usd:
    """Income before depreciation, interest and losses."""
    return ebitda + gain_on_sale + reserve_interest


@line
def interest_allowed(interest: Usd, building: One) -> Usd:
    """Interest deducted in the tax year so far: all of it from operation on."""
    return ytd(interest * (1 - building))


@line(per="jurisdiction")
def j_income(income: Usd, state_sale: Usd, j_state: One, j_depreciation: Usd, interest_allowed: Usd) -> Usd:
    """Income of the year so far, before taxes deducted and losses."""
    return ytd(income + state_sale * j_state - j_depreciation) - interest_allowed


@line(per="jurisdiction")
def j_taxable(
    j_income: Usd, j_rate: One, j_tax_ytd: Usd, j_deducts: One, j_mutual: One, federal_rate: One, state_rate: One
) -> Usd:
    """Taxable income before losses. Each deducted from the other: s (S - fF) / (1 - sf) is the state's tax."""
    others = over(j_income * j_rate) - j_income * j_rate
    alone = (j_income - others) / (1 - federal_rate * state_rate)
    return where(j_mutual > 0, alone, j_income - senior(j_tax_ytd) * j_deducts)


@line
def federal_taxable(j_taxable: Usd, j_state: One) -> Usd:
    """Federally taxable in the year so far, before losses carried forward."""
    return over(j_taxable * (1 - j_state))


@line
def state_taxable(j_taxable: Usd, j_state: One) -> Usd:
    """Taxable by the state in the year so far, before losses carried forward."""
    return over(j_taxable * j_state)


@line
def federal_tax(tax_paid: Usd, state_tax: Usd) -> Usd:
    """Federal tax of the period."""
    return tax_paid - state_tax


# what is paid, and what comes back


@line
def uses(capex: Usd, financing_fees: Usd, interest: Usd, reserve_move: Usd, building: One) -> Usd:
    """What debt and owners must pay before operation."""
    return (capex + financing_fees + interest + reserve_move) * building


@line
def total_uses(uses: Usd) -> Usd:
    """All that must be paid before operation."""
    return total(uses)


@line
def debt_fraction(commitment: Usd, total_uses: Usd) -> One:
    """Debt over all uses."""
    return where(total_uses > 0, commitment / total_uses, 0)


@line
def paid_out_at_close(early_distribution: Usd) -> Usd:
    """Most that debt pays out to owners in a period before operation."""
    return highest(early_distribution)


@line
def project_flow_before_tax(ebitda: Usd, sale_proceeds: Usd, a_capex: Usd) -> Usd:
    """Unlevered cash flow before tax, without reserves and cost of financing."""
    return ebitda + sale_proceeds - over(a_capex)


@line
def equity_flow_before_tax(equity_flow: Usd, tax_paid: Usd) -> Usd:
    """Owners' cash flow before tax."""
    return equity_flow + tax_paid


@line
def equity_irr_before_tax(equity_flow_before_tax: Usd) -> PerYear:
    """Owners' return before tax."""
    return irr(equity_flow_before_tax)


@line
def npv(equity_flow: Usd, growth: One) -> Usd:
    """Net present value of the owners' cash flow after tax."""
    return total(equity_flow / growth)


@line
def equity_invested(equity_in: Usd) -> Usd:
    """All that owners pay in."""
    return total(equity_in)


@line
def equity_returned(distribution: Usd) -> Usd:
    """All that owners get."""
    return total(distribution)


# the books: property is depreciated as for federal tax, tax is booked as it is paid


@line
def earnings(ebitda: Usd, sale_proceeds: Usd, reserve_interest: Usd, interest: Usd, building: One) -> Usd:
    """Income before depreciation and tax; interest before operation is part of the cost."""
    return ebitda + sale_proceeds + reserve_interest - interest * (1 - building)


@line
def net_income(earnings: Usd, federal_deduction: Usd, tax_paid: Usd) -> Usd:
    """Income after depreciation and tax."""
    return earnings - federal_deduction - tax_paid


@line
def property_value(property_value: Balance, capex: Usd, financing_capitalised: Usd, federal_deduction: Usd) -> Balance:
    """Property at cost less depreciation."""
    return prev(property_value) + capex + financing_capitalised - federal_deduction


@line
def total_assets(cash: Balance, reserves: Balance, property_value: Balance) -> Balance:
    """Cash, reserves and property."""
    return cash + reserves + property_value


@line
def liabilities_and_equity(debt_balance: Balance, owners_equity: Balance) -> Balance:
    """Debt and owners' equity."""
    return debt_balance + owners_equity
