"""IREN Horizon 1-4 by hand: four phases of one silicon-secured plant behind a five-year contract with prepayments.

Read from the top: what the documents say, what the file and the library's rows add, then each figure with its
equation, and at the end the engine's figure beside it. Money in USD, power in kW, one value a month from month 0.
"""

from __future__ import annotations

from functools import partial

import pytest

from worked import plain
from worked.engine import agrees
from worked.figures import of_hour, of_limits, of_loan, of_operation, of_project
from worked.plain import month, number

# --- what documents say ---------------------------------------------------------------------------------------------

# IREN Q1 FY26 results of 2025-11-06 and 8-K of 2026-06-01, on the contract with Microsoft of 2025-11-03
CONTRACT_VALUE = 9.7e9  # over an average term of five years
TENOR = 60
ACCELERATORS = 76_000  # GB300 at Childress, by reading of the same results
SILICON_PRICE = 5.81e9  # purchase from Dell, with the equipment around the accelerators
PREPAID_SHARE = 0.20
IT_POWER = 200_000.0  # Horizon 1 to 4
GRID_POWER = 750_000.0  # Childress
# IREN 8-K of 2026-06-01 on the financing of the accelerators
LOAN_RATE = 0.06  # blended
LOAN_MATURES = month("2031-12")
COVENANT = 1.05
DISCLOSED_LOAN = 3.65e9  # notes of 2.10 and a delayed-draw loan of 1.55 bn USD
RATING = "AAA"  # S&P on Microsoft
# IRS Publication 946 and section 168(k): bought after January 2025, property of 20 years or less is expensed at once

# --- what the file adds ---------------------------------------------------------------------------------------------

FACTORY = "iren-horizon"
FILE = plain.factory(FACTORY)
CONTRACT, SILICON, BUILD = FILE["offtake"]["microsoft"], FILE["silicon"], FILE["build"]
PHASES, METERED = plain.milestones(FILE)  # months, and kW at the meter that each adds
CONNECTED = METERED.sum()
SHARE = METERED / CONNECTED  # of each phase in the whole

# --- printed by the engine: the physics, which is not reckoned again here (`show iren-horizon plant`) ----------------

# kWh at the meter per kW of design IT load in January to December of the typical year; the peak of demand stays below
# the minimum take in every month and is not needed
METER_ENERGY = (
    *(651.5411988, 590.1809453, 658.6044787, 649.1650996, 690.0588881, 691.5955669),
    *(728.2142866, 723.7535266, 677.1814100, 674.9760583, 634.7721606, 653.0317282),
)

# --- plant ----------------------------------------------------------------------------------------------------------

# racks of 72; four planes, one for each accelerator of a tray, each a tree of 144-port switches in three tiers
IT_DESIGN, AVAILABILITY = plain.racks_of_72(
    ACCELERATORS,
    plain.row("system", "GB300 NVL72", "rack_power"),
    144,
    FILE["interconnect"]["oversubscription"],
    "Quantum-X800 Q3400",
)

# --- calendar -------------------------------------------------------------------------------------------------------

STARTS = PHASES + 1  # each phase is let a month after it is energised, for its own five years
PREPAID_BEFORE = int(number(CONTRACT["prepayment"]["paid_before_start"]))
MONTH_0 = int(min(month(BUILD["spending"]["start"]), STARTS[0] - PREPAID_BEFORE))  # the halls are the first dollar
ENDS = STARTS + TENOR - 1
FULL_OPERATION, EXIT = int(STARTS[-1]), int(ENDS[-1])
MONTHS = plain.calendar(MONTH_0, EXIT)
# silicon at work, from acceptance; what is fixed runs from the power on
on = plain.between(MONTHS, STARTS, ENDS, SHARE)
energised = plain.between(MONTHS, PHASES, EXIT, SHARE)

# --- price and revenue ----------------------------------------------------------------------------------------------

# the sum of all bills is the value: value = price × accelerators × 730 h × 60 months, for the phases together
PRICE = CONTRACT_VALUE / (ACCELERATORS * plain.default("contract", "billing_hours") * TENOR)
revenue = PRICE * ACCELERATORS * plain.default("contract", "billing_hours") * on

# 20 % of a phase's value three months before its start, taken off its bills in equal parts from the 25th month on
PREPAID = PREPAID_SHARE * CONTRACT_VALUE
prepaid, credited = plain.prepayment(MONTHS, CONTRACT["prepayment"], PREPAID, STARTS, ENDS, SHARE)

# --- capex ----------------------------------------------------------------------------------------------------------

# 200 MW of halls at 15 million USD/MW, split into classes by the library, no contingency; paid along an S-curve
HALLS = IT_POWER / 1e3 * number(BUILD["halls"]["horizon"]["cost"])
COST = plain.by_class(HALLS)
halls_paid = plain.s_curve(MONTHS, month(BUILD["spending"]["start"]), int(number(BUILD["spending"]["duration"])), HALLS)
PLACED = plain.in_service(MONTHS, halls_paid, PHASES, SHARE)
# silicon a month before each phase is delivered, which is when it is energised
PAID_BEFORE = int(number(SILICON["paid"]["before_delivery"]))
silicon_paid = plain.at(MONTHS, PHASES - PAID_BEFORE, SHARE * SILICON_PRICE)
capex = halls_paid + silicon_paid

# --- power ----------------------------------------------------------------------------------------------------------

# energy at 34 USD/MWh; demand at 3.50 USD/kW-month on at least 80 % of what is energised, whatever is drawn
GRID = FILE["power"]["supply"]["grid"]
grid_kwh = plain.metered(MONTHS, METER_ENERGY, IT_DESIGN * on)
demand_kw = number(GRID["minimum_take"]["share"]) * CONNECTED * energised
power_cost = plain.bill(GRID, grid_kwh, demand_kw)

# --- operating cost -------------------------------------------------------------------------------------------------

# staff, maintenance and insurance by kW of IT, dearer each January; support by the price of the silicon; tax by cost
facility = plain.facility(MONTHS, IT_POWER, energised)
support = plain.support(SILICON_PRICE, on)
property_tax = plain.property_tax(HALLS, energised)
opex = power_cost + facility + support + property_tax
ebitda = revenue - opex

# --- tax ------------------------------------------------------------------------------------------------------------

# silicon (5 years) and plant (15 years) are expensed when they enter service; the shell takes 39 years, half a month
# in its first; at the exit what is left of its basis stands against the price of the durables: cost less straight line
shell_wear = plain.building_depreciation(MONTHS, PLACED, SHARE * COST["shell"], EXIT)
expensed = plain.at(MONTHS, PLACED, SHARE * (COST["electrical"] + COST["mechanical"]))
expensed = expensed + plain.at(MONTHS, PHASES, SHARE * SILICON_PRICE)
depreciation = expensed + shell_wear
SALE = plain.durables_left(SHARE * HALLS, PLACED, EXIT).sum()
sale = plain.at(MONTHS, EXIT, SALE)
basis_sold = plain.at(MONTHS, EXIT, COST["shell"] - shell_wear.sum())
FEDERAL, LOSS_LIMIT = plain.row("tax", "united_states", "federal"), plain.row("tax", "united_states", "loss_limit")
taxable = ebitda + sale - depreciation - basis_sold  # Texas has no income tax
tax, losses = plain.income_tax(MONTHS, taxable, FEDERAL, LOSS_LIMIT)

# --- unit cost ------------------------------------------------------------------------------------------------------

# each phase alone, to the end of its silicon's life, which begins with acceptance (here the contract's five years):
# what is fixed ends with it, its durables leave at cost less straight line, and the basis that is left with them
WACC = plain.default("capital", "discount_rate")
LAST = STARTS + int(number(SILICON["economic_life"])) - 1
stands = plain.between(MONTHS, PHASES, LAST, SHARE)
own_facility = plain.facility(MONTHS, IT_POWER, stands)
own_power = plain.bill(GRID, grid_kwh, number(GRID["minimum_take"]["share"]) * CONNECTED * stands)
own_opex = own_power + own_facility + support + plain.property_tax(HALLS, stands)
durables_left = plain.at(MONTHS, LAST, plain.durables_left(SHARE * HALLS, PLACED, LAST))
own_depreciation = expensed + plain.shell_written_off(MONTHS, PLACED, SHARE * COST["shell"], LAST)
available = ACCELERATORS * AVAILABILITY * plain.hours(MONTHS) * on
LCOC = plain.levelised(MONTHS, WACC, FEDERAL, capex, own_depreciation, own_opex, durables_left, available)

# --- project --------------------------------------------------------------------------------------------------------

before_tax = ebitda + sale - capex
flow = before_tax - tax
FIRST_YEAR = plain.between(MONTHS, FULL_OPERATION, FULL_OPERATION + 11)

# with a residual: silicon at its low case by age, the empty shell let again after six months and
# a refit for racks of the next generation, at fifteen years of rent at the prices of the exit
RELET = plain.relet(MONTHS, EXIT, IT_POWER, WACC, plain.denser())
OLD_SILICON = (SHARE * SILICON_PRICE * plain.silicon_low(EXIT - PHASES)).sum()
resale = plain.at(MONTHS, EXIT, RELET + OLD_SILICON)
tax_with_resale, _ = plain.income_tax(MONTHS, ebitda + resale - depreciation - basis_sold, FEDERAL, LOSS_LIMIT)
flow_with_resale = ebitda + resale - capex - tax_with_resale

# the book: months of contract left at full operation, by value, and what was spent before the signature
LEFT = ENDS - FULL_OPERATION + 1
SIGNED = month(CONTRACT["signed"])

# --- debt -----------------------------------------------------------------------------------------------------------

# The lender counts what is contracted: revenue less credits, cost, tax without debt and without the sale. Service runs
# from full operation to the loan's maturity: sixty months at the cover of an AAA buyer of compute
TERMS = FILE["capital"]["debt"]["senior"]
served = plain.between(MONTHS, FULL_OPERATION, LOAN_MATURES)
lender_tax, _ = plain.income_tax(MONTHS, ebitda - depreciation, FEDERAL, LOSS_LIMIT)
lenders_cash = (ebitda - credited - lender_tax) * served
COVER = plain.sizing_cover("compute", RATING, served.sum())
path = plain.owed(lenders_cash, COVER, LOAN_RATE / 12)
LAST_BUILT = FULL_OPERATION - 1 - MONTH_0  # place of the last month of building
COVER_LIMIT = path[LAST_BUILT]
ADVANCE_LIMIT = plain.default("debt", "max_advance") * SILICON_PRICE - PREPAID  # with what customers have paid ahead
of_a_dollar = plain.dollar(path, LAST_BUILT, served, LOAN_RATE / 12)
# six months of service are put aside in the last month of building; drawn as it is needed, from its close on:
# what will not be needed the file lets go to the owners at the close
BUILT = slice(0, LAST_BUILT + 1)
early_cash = (prepaid + ebitda - credited - lender_tax)[BUILT]
FIRST_RESERVE = of_a_dollar["reserve"][LAST_BUILT]
building = partial(
    plain.built_with_all, capex[BUILT], early_cash, month(TERMS["closes"]) - MONTH_0, LOAN_RATE / 12, FIRST_RESERVE
)

# the cost limit, 75 % of funded cost, which the loan itself raises
COST_LIMIT = plain.cost_limit(HALLS + SILICON_PRICE, building, 5 * SILICON_PRICE)
LIMITS = {"cover": COVER_LIMIT, "advance": ADVANCE_LIMIT, "gearing": COST_LIMIT}
COMMITMENT = min(LIMITS.values())
LOAN = plain.loan(COMMITMENT, of_a_dollar, building(COMMITMENT), LOAN_RATE / 12)

# the owner's tax deducts interest, up to 30 % of income; cash for debt service leaves the sale's tax to the sale
before_debt = (ebitda, credited, depreciation, lender_tax)
OWNED = plain.owned(MONTHS, before_debt, (sale, basis_sold), LOAN, served, (FEDERAL, LOSS_LIMIT))

# --- does the contract alone pay the plant? --------------------------------------------------------------------------

# the plant is less what durables and low-case silicon are worth at the end
plant_left = capex - sale - plain.at(MONTHS, EXIT, OLD_SILICON)
COMMITTED = plain.committed_cover(MONTHS, RATING, SIGNED, revenue, opex + lender_tax, plant_left)

FIGURES = {
    # documents
    "contract value": (CONTRACT_VALUE, lambda e: e.total("revenue")),
    "prepayments": (PREPAID, lambda e: e.total("prepayment_in")),
    "silicon": (SILICON_PRICE, lambda e: e.total("a_capex[silicon]")),
    "accelerators": (ACCELERATORS, lambda e: e.metric("accelerators_sold")),
    "IT power": (IT_POWER, lambda e: e.step("it_capacity")),
    "connection": (GRID_POWER, lambda e: e.step("interconnection").capacity),
    "tenor of a phase": (TENOR, lambda e: int((e.series("c_revenue[microsoft 2026-03]") > 0).sum())),
    "rate of the loan": (LOAN_RATE, lambda e: e.result.debt["rate_per_year"]),
    "maturity of the loan": (LOAN_MATURES, lambda e: month(e.result.debt["matures"])),
    "loan as disclosed": (DISCLOSED_LOAN, lambda e: e.result.debt["disclosed"]["amount_usd"]),
    "covenant": (COVENANT, lambda e: e.result.debt["covenant_dscr"]),
    # plant
    "IT design load": (IT_DESIGN, lambda e: e.step("it_design_load")),
    "availability": (AVAILABILITY, lambda e: e.step("availability")),
    # calendar, project
    **of_project(MONTHS, EXIT, flow, SALE, WACC),
    "first revenue": (STARTS[0], lambda e: e.first("revenue")),
    # price, capex
    "price, USD/accelerator-hour": (PRICE, lambda e: e.metric("price_usd_per_accelerator_hour")),
    "electrical plant": (COST["electrical"], lambda e: e.total("a_capex[electrical]")),
    "spent on halls to February 2026": (
        plain.total(MONTHS, halls_paid, until="2026-02"),
        lambda e: e.total("capex", until="2026-02") - e.total("a_capex[silicon]", until="2026-02"),
    ),
    "capex in 2026": (plain.year(MONTHS, capex, 2026), lambda e: e.year("capex", 2026)),
    # revenue and cost
    **of_operation(MONTHS, FIRST_YEAR, grid_kwh, power_cost, facility, ebitda, depreciation),
    "revenue in 2026": (plain.year(MONTHS, revenue, 2026), lambda e: e.year("revenue", 2026)),
    "credits in 2029": (plain.year(MONTHS, credited, 2029), lambda e: e.year("prepayment_credit", 2029)),
    "power in 2027": (plain.year(MONTHS, power_cost, 2027), lambda e: e.year("power_cost", 2027)),
    "silicon support in 2026": (plain.year(MONTHS, support, 2026), lambda e: e.year("silicon_support", 2026)),
    "property tax in 2026": (plain.year(MONTHS, property_tax, 2026), lambda e: e.year("property_tax", 2026)),
    # tax
    "losses carried out of 2026": (losses[2026], lambda e: e.at("v_nol_closing[project]", month("2026-12"))),
    "unlevered tax in 2027": (plain.year(MONTHS, tax, 2027), lambda e: e.year("v_tax[project]", 2027)),
    # unit cost
    **of_hour(MONTHS, available, WACC, silicon_paid + support, own_facility),
    # the book: hours that are paid for over those of the silicon's life
    "coverage": (
        plain.default("contract", "billing_hours") * TENOR * ACCELERATORS / (available / AVAILABILITY).sum(),
        lambda e: e.metric("coverage"),
    ),
    # project
    "IRR before tax": (plain.irr(before_tax), lambda e: e.metric("project_irr_before_tax")),
    "IRR with prepayments": (plain.irr(flow + prepaid - credited), lambda e: e.metric("project_irr_with_prepayment")),
    "IRR with a residual": (plain.irr(flow_with_resale), lambda e: e.metric("project_irr", "contract_and_residual")),
    "committed cash to plant": (COMMITTED, lambda e: e.metric("committed_capex_cover")),
    "tenor left at full operation": (float((SHARE * LEFT).sum()), lambda e: e.metric("weighted_tenor_months")),
    "capex before signature": (
        plain.total(MONTHS, capex * (MONTHS < SIGNED)) / plain.total(MONTHS, capex),
        lambda e: e.metric("speculative_capex_share"),
    ),
    # debt, owners
    **of_loan(MONTHS, HALLS + SILICON_PRICE, LOAN, OWNED),
    **of_limits(LIMITS),
    "debt": (COMMITMENT, lambda e: e.metric("debt_usd")),
    "owed at the end of 2028": (
        LOAN.owed[month("2028-12") - MONTH_0],
        lambda e: e.at("debt_balance", month("2028-12")),
    ),
    "drawn in November 2026": (
        LOAN.building.drawn[month("2026-11") - MONTH_0],
        lambda e: e.at("source_debt", month("2026-11")),
    ),
    "owners' money to full operation": (
        float(LOAN.building.owners.sum()),
        lambda e: e.result.sources_and_uses["sources"]["equity"],
    ),
    "principal in 2030": (plain.year(MONTHS, LOAN.repaid, 2030), lambda e: e.year("repayment", 2030)),
    "cover in September 2029": (OWNED.covers[month("2029-09")], lambda e: e.at("dscr", month("2029-09"))),
    "money back on owners' money": (
        float(OWNED.equity[LAST_BUILT + 1 :].sum() / LOAN.building.owners.sum()),
        lambda e: e.metric("moic"),
    ),
    "payback": (plain.payback(flow), lambda e: int(e.metric("payback_months"))),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_the_engine_says_the_same(engine, figure):
    ours, theirs = FIGURES[figure]
    assert agrees(ours, theirs(engine))


def test_the_unit_cost_is_near(engine):
    """The engine pools the tax basis of a class over phases; here each phase deducts what is left of its own."""
    assert engine.metric("lcoc_usd_per_accelerator_hour") == pytest.approx(LCOC, rel=1e-5)
