"""IREN Horizon 1-4 by hand: four phases of one silicon-secured plant behind a five-year contract with prepayments.

Read from the top: what the documents say, what the file and the library's rows add, then each figure with its
equation, and at the end the engine's figure beside it. Money in USD, power in kW, one value a month from month 0.
"""

from __future__ import annotations

import numpy as np
import pytest

from worked import plain
from worked.engine import Engine, agrees
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

FILE = plain.factory("iren-horizon")
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
RACKS = -(-ACCELERATORS // 72)
TRAYS = ACCELERATORS // 4
fabric_kw, _ = plain.network(4, TRAYS, 144, FILE["interconnect"]["oversubscription"], "Quantum-X800 Q3400")
IT_DESIGN = (
    RACKS * plain.row("system", "GB300 NVL72", "rack_power")
    + ACCELERATORS * plain.row("system", "*", "support_power")
    + fabric_kw
)
AVAILABILITY = plain.availability(TRAYS, TRAYS, accelerators_of_node=4)

# --- calendar -------------------------------------------------------------------------------------------------------

STARTS = PHASES + 1  # each phase is let a month after it is energised, for its own five years
PREPAID_BEFORE = int(number(CONTRACT["prepayment"]["paid_before_start"]))
MONTH_0 = int(min(month(BUILD["spending"]["start"]), STARTS[0] - PREPAID_BEFORE))  # the halls are the first dollar
ENDS = STARTS + TENOR - 1
FULL_OPERATION, EXIT = int(STARTS[-1]), int(ENDS[-1])
MONTHS = plain.calendar(MONTH_0, EXIT)
on = plain.between(
    MONTHS, STARTS, ENDS, SHARE
)  # silicon at work, from acceptance; what is fixed runs from the power on
energised = plain.between(MONTHS, PHASES, EXIT, SHARE)

# --- price and revenue ----------------------------------------------------------------------------------------------

# the sum of all bills is the value: value = price × accelerators × 730 h × 60 months, for the phases together
PRICE = CONTRACT_VALUE / (ACCELERATORS * plain.default("contract", "billing_hours") * TENOR)
let = plain.between(MONTHS, STARTS, ENDS, SHARE)
revenue = PRICE * ACCELERATORS * plain.default("contract", "billing_hours") * let

# 20 % of a phase's value three months before its start, taken off its bills in equal parts from the 25th month on
CREDITED_FROM = int(number(CONTRACT["prepayment"]["credited_from"]))
PREPAID = PREPAID_SHARE * CONTRACT_VALUE
prepaid = plain.at(MONTHS, STARTS - PREPAID_BEFORE, SHARE * PREPAID)
CREDIT = PREPAID / (TENOR - CREDITED_FROM + 1)
credited = plain.between(MONTHS, STARTS + CREDITED_FROM - 1, ENDS, SHARE * CREDIT)

# --- capex ----------------------------------------------------------------------------------------------------------

# 200 MW of halls at 15 million USD/MW, split into classes by the library, no contingency; paid along an S-curve
HALLS = IT_POWER / 1e3 * number(BUILD["halls"]["horizon"]["cost"])
COST = {kind: HALLS * plain.default("build", f"{kind}_share") for kind in ("shell", "electrical", "mechanical")}
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
power_cost = grid_kwh * number(GRID["energy"]) / 1e3 + demand_kw * number(GRID["demand"])

# --- operating cost -------------------------------------------------------------------------------------------------

# staff, maintenance and insurance by kW of IT, dearer each January; support by the price of the silicon; tax by cost
INFLATION = plain.default("operations", "inflation")
facility = plain.default("operations", "facility") * IT_POWER / 12 * energised * plain.steps(MONTHS, INFLATION, MONTH_0)
support = plain.default("operations", "silicon_support") * SILICON_PRICE / 12 * on
property_tax = plain.default("operations", "property_tax") * HALLS / 12 * energised
opex = power_cost + facility + support + property_tax
ebitda = revenue - opex

# --- tax ------------------------------------------------------------------------------------------------------------

# silicon (5 years) and plant (15 years) are expensed when they enter service; the shell takes 39 years, half a month
# in its first; at the exit what is left of its basis stands against the price of the durables: cost less straight line
shell_wear = plain.building_depreciation(MONTHS, PLACED, SHARE * COST["shell"], EXIT)
expensed = plain.at(MONTHS, PLACED, SHARE * (COST["electrical"] + COST["mechanical"]))
expensed = expensed + plain.at(MONTHS, PHASES, SHARE * SILICON_PRICE)
depreciation = expensed + shell_wear
used = (SHARE * (EXIT - PLACED + 1)).sum()  # months, on average
SALE = HALLS * (1 - used / plain.default("values", "durable_life"))
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
not_ended = plain.between(MONTHS, PHASES, LAST, SHARE) / np.maximum(energised, SHARE[0])
own_facility = facility * not_ended
own_power = power_cost - demand_kw * number(GRID["demand"]) * (1 - not_ended)
own_opex = own_power + own_facility + support + property_tax * not_ended
LEFT_OF_DURABLES = SHARE * HALLS * (1 - (LAST - PLACED + 1) / plain.default("values", "durable_life"))
LEFT_OF_SHELL = SHARE * COST["shell"] * (1 - (LAST - PLACED + 0.5) / (12 * 39))
own_wear = plain.building_depreciation(MONTHS, PLACED, SHARE * COST["shell"], LAST)
own_depreciation = expensed + own_wear + plain.at(MONTHS, LAST, LEFT_OF_SHELL)
available = ACCELERATORS * AVAILABILITY * plain.hours(MONTHS) * on
HOURS = plain.present(MONTHS, available, WACC)
LCOC = plain.levelised(
    MONTHS, WACC, FEDERAL, capex, own_depreciation, own_opex, plain.at(MONTHS, LAST, LEFT_OF_DURABLES), available
)

# --- project --------------------------------------------------------------------------------------------------------

before_tax = ebitda + sale - capex
flow = before_tax - tax
FIRST_YEAR = plain.between(MONTHS, FULL_OPERATION, FULL_OPERATION + 11)

# with a residual: silicon at its low case by age, the empty shell at fifteen years of rent at the prices of the exit
RELET = (
    plain.default("values", "release_rent")
    * IT_POWER
    * (1 + INFLATION) ** (EXIT // 12 - MONTH_0 // 12)
    * plain.annuity(WACC, plain.default("values", "release_life"))
)
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
LOAN = FILE["capital"]["debt"]["senior"]
served = plain.between(MONTHS, FULL_OPERATION, LOAN_MATURES)
lender_tax, _ = plain.income_tax(MONTHS, ebitda - depreciation, FEDERAL, LOSS_LIMIT)
lenders_cash = (ebitda - credited - lender_tax) * served
COVER = plain.sizing_cover("compute", RATING, served.sum())
path = plain.owed(lenders_cash, COVER, LOAN_RATE / 12)
LAST_BUILT = FULL_OPERATION - 1 - MONTH_0  # place of the last month of building
COVER_LIMIT = path[LAST_BUILT]
ADVANCE_LIMIT = plain.default("debt", "max_advance") * SILICON_PRICE - PREPAID  # with what customers have paid ahead
a_dollar = path / COVER_LIMIT  # what is owed of a dollar lent: the same shape, whatever limit binds
opening_dollar = np.roll(a_dollar, 1) * served
repaid_dollar = (opening_dollar - a_dollar) * served
service_dollar = repaid_dollar + opening_dollar * LOAN_RATE / 12
# six months of service are put aside in the last month of building
reserve_dollar = np.where(
    MONTHS >= FULL_OPERATION - 1, plain.ahead(service_dollar, int(plain.default("debt", "dsra"))), 0.0
)
BUILT = slice(0, LAST_BUILT + 1)


def building(commitment):
    """Draws, interest, fees and owners' money: the loan is drawn as it is needed, from its close on.

    What will not be needed the file lets go to the owners at the close.
    """
    first_reserve = np.append(np.zeros(LAST_BUILT), commitment * reserve_dollar[LAST_BUILT])

    def when_owners_receive(to_owners):
        return plain.built(
            capex[BUILT] + first_reserve,
            (prepaid + ebitda - credited - lender_tax)[BUILT],
            commitment,
            month(LOAN["closes"]) - MONTH_0,
            LOAN_RATE / 12,
            plain.default("debt", "upfront_fee"),
            plain.default("debt", "commitment_fee"),
            to_owners,
        )

    return when_owners_receive(plain.drawn_whole(commitment, when_owners_receive))


def funded(commitment):
    """Cost with the interest, fees and first reserve of a commitment."""
    _, interest_built, fees, _, _ = building(commitment)
    return HALLS + SILICON_PRICE + interest_built.sum() + fees.sum() + commitment * reserve_dollar[LAST_BUILT]


# the cost limit, 75 % of funded cost, which the loan itself raises
COST_SHARE = plain.default("debt", "max_gearing")
COST_LIMIT = plain.root(lambda lent: COST_SHARE * funded(lent) - lent, 0.0, 5 * SILICON_PRICE)
LIMITS = {"cover": COVER_LIMIT, "advance": ADVANCE_LIMIT, "gearing": COST_LIMIT}
COMMITMENT = min(LIMITS.values())
drawn, interest_built, fees, owners, in_bank = building(COMMITMENT)
opening, repaid, service, reserve = (
    COMMITMENT * each for each in (opening_dollar, repaid_dollar, service_dollar, reserve_dollar)
)
interest = opening * LOAN_RATE / 12
interest[BUILT] = interest_built
paid_fees = np.zeros(len(MONTHS))
paid_fees[BUILT] = fees

# The owner's tax deducts interest, up to 30 % of income; cash for debt service leaves the sale's tax to the sale
INTEREST_LIMIT = plain.row("tax", "united_states", "interest_limit")
earned = ebitda - paid_fees
tax_unsold = plain.owner_tax(MONTHS, (earned, depreciation), interest, FEDERAL, LOSS_LIMIT, INTEREST_LIMIT)
tax_owner = plain.owner_tax(
    MONTHS, (earned + sale - basis_sold, depreciation), interest, FEDERAL, LOSS_LIMIT, INTEREST_LIMIT
)
cfads = (ebitda - credited - tax_unsold) * served
TESTS = plain.look_back(MONTHS, cfads, service)
LLCR = plain.present_monthly(cfads[LAST_BUILT:], LOAN_RATE / 12) / COMMITMENT

# --- does the contract alone pay the plant? --------------------------------------------------------------------------

# bills times the chance that the buyer still pays, (1 + h)^-years from the signature, less cost and tax; over the plant
# less what durables and low-case silicon are worth at the end; at the risk-free rate and an operating premium
survival = plain.survival(MONTHS, RATING, SIGNED)
BOOK_RATE = plain.default("capital", "risk_free") + plain.default("capital", "operating_premium")
COMMITTED_CASH = plain.present(MONTHS, revenue * survival - opex - lender_tax, BOOK_RATE)
TO_COVER = plain.present(MONTHS, capex - sale - plain.at(MONTHS, EXIT, OLD_SILICON), BOOK_RATE)

# --- owners ---------------------------------------------------------------------------------------------------------

equity = np.zeros(len(MONTHS))
equity[BUILT] = -owners
in_bank += (lender_tax - tax_owner)[BUILT].sum()  # early cash pays after tax without debt: the debt saves some
free = ebitda + sale - credited - tax_owner - service
to_come = slice(LAST_BUILT + 1, None)
equity[to_come], held = plain.waterfall(free[to_come], reserve[to_come], reserve[LAST_BUILT], in_bank)

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
    # calendar
    "month 0": (MONTH_0, lambda e: int(e.months[0])),
    "first revenue": (STARTS[0], lambda e: e.first("revenue")),
    "last revenue": (EXIT, lambda e: e.last("revenue")),
    # price, capex
    "price, USD/accelerator-hour": (PRICE, lambda e: e.metric("price_usd_per_accelerator_hour")),
    "electrical plant": (COST["electrical"], lambda e: e.total("a_capex[electrical]")),
    "spent on halls to February 2026": (
        plain.total(MONTHS, halls_paid, until="2026-02"),
        lambda e: e.total("capex", until="2026-02") - e.total("a_capex[silicon]", until="2026-02"),
    ),
    "capex in 2026": (plain.year(MONTHS, capex, 2026), lambda e: e.year("capex", 2026)),
    # revenue and cost
    "revenue in 2026": (plain.year(MONTHS, revenue, 2026), lambda e: e.year("revenue", 2026)),
    "credits in 2029": (plain.year(MONTHS, credited, 2029), lambda e: e.year("prepayment_credit", 2029)),
    "power in 2027": (plain.year(MONTHS, power_cost, 2027), lambda e: e.year("power_cost", 2027)),
    "power, USD/kWh at the meter": (
        float((power_cost * FIRST_YEAR).sum() / (grid_kwh * FIRST_YEAR).sum()),
        lambda e: e.metric("power_cost_usd_per_grid_kwh"),
    ),
    "building's staff in 2028": (plain.year(MONTHS, facility, 2028), lambda e: e.year("facility_cost", 2028)),
    "silicon support in 2026": (plain.year(MONTHS, support, 2026), lambda e: e.year("silicon_support", 2026)),
    "property tax in 2026": (plain.year(MONTHS, property_tax, 2026), lambda e: e.year("property_tax", 2026)),
    "EBITDA, first full year": (plain.total(MONTHS, ebitda * FIRST_YEAR), lambda e: e.metric("ebitda_usd_per_year")),
    # tax
    "tax depreciation in 2026": (plain.year(MONTHS, depreciation, 2026), lambda e: e.year("d_depreciation", 2026)),
    "losses carried out of 2026": (losses[2026], lambda e: e.at("v_nol_closing[project]", month("2026-12"))),
    "unlevered tax in 2027": (plain.year(MONTHS, tax, 2027), lambda e: e.year("v_tax[project]", 2027)),
    # unit cost
    "silicon in an hour": (
        plain.present(MONTHS, silicon_paid + support, WACC) / HOURS,
        lambda e: e.part("lcoc_usd_per_accelerator_hour", "silicon"),
    ),
    "people in an hour": (
        plain.present(MONTHS, own_facility, WACC) / HOURS,
        lambda e: e.part("lcoc_usd_per_accelerator_hour", "people"),
    ),
    # the book: hours that are paid for over those of the silicon's life
    "coverage": (
        plain.default("contract", "billing_hours") * TENOR * ACCELERATORS / (available / AVAILABILITY).sum(),
        lambda e: e.metric("coverage"),
    ),
    # project
    "durables at the exit": (SALE, lambda e: e.total("sale_proceeds")),
    "NPV": (plain.present(MONTHS, flow, WACC), lambda e: e.metric("npv_usd")),
    "IRR": (plain.irr(flow), lambda e: e.metric("project_irr")),
    "IRR before tax": (plain.irr(before_tax), lambda e: e.metric("project_irr_before_tax")),
    "IRR with prepayments": (plain.irr(flow + prepaid - credited), lambda e: e.metric("project_irr_with_prepayment")),
    "IRR with a residual": (
        plain.irr(flow_with_resale),
        lambda e: e.metric("project_irr", "contract_and_residual"),
    ),
    "committed cash to plant": (COMMITTED_CASH / TO_COVER, lambda e: e.metric("committed_capex_cover")),
    "tenor left at full operation": (float((SHARE * LEFT).sum()), lambda e: e.metric("weighted_tenor_months")),
    "capex before signature": (
        plain.total(MONTHS, capex * (MONTHS < SIGNED)) / plain.total(MONTHS, capex),
        lambda e: e.metric("speculative_capex_share"),
    ),
    # debt
    "debt by cover": (COVER_LIMIT, lambda e: e.result.debt["limits"]["cover"]),
    "debt by advance": (ADVANCE_LIMIT, lambda e: e.result.debt["limits"]["advance"]),
    "debt by cost": (COST_LIMIT, lambda e: e.result.debt["limits"]["gearing"]),
    "limit that binds": (min(LIMITS, key=LIMITS.get), lambda e: e.result.debt["binding_limit"]),
    "debt": (COMMITMENT, lambda e: e.metric("debt_usd")),
    "owed at the end of 2028": (
        float(COMMITMENT * a_dollar[month("2028-12") - MONTH_0]),
        lambda e: e.at("debt_balance", month("2028-12")),
    ),
    "drawn in November 2026": (
        float(drawn[month("2026-11") - MONTH_0]),
        lambda e: e.at("source_debt", month("2026-11")),
    ),
    "interest while building": (
        float(interest_built.sum()),
        lambda e: e.total("interest", until=plain.text(FULL_OPERATION - 1)),
    ),
    "fees": (float(fees.sum()), lambda e: e.total("financing_fees")),
    "reserve at full operation": (float(reserve[LAST_BUILT]), lambda e: e.at("reserves", FULL_OPERATION - 1)),
    "owners' money to full operation": (
        float(owners.sum()),
        lambda e: e.result.sources_and_uses["sources"]["equity"],
    ),
    "funded cost": (funded(COMMITMENT), lambda e: e.metric("funded_cost_usd")),
    "interest in 2028": (plain.year(MONTHS, interest, 2028), lambda e: e.year("interest", 2028)),
    "principal in 2030": (plain.year(MONTHS, repaid, 2030), lambda e: e.year("repayment", 2030)),
    "owner's tax": (plain.total(MONTHS, tax_owner), lambda e: e.total("tax_paid")),
    "cover in September 2029": (TESTS[month("2029-09")], lambda e: e.at("dscr", month("2029-09"))),
    "lowest cover": (min(TESTS.values()), lambda e: e.metric("min_dscr")),
    "average cover": (float(cfads.sum() / service.sum()), lambda e: e.metric("average_dscr")),
    "loan life cover": (LLCR, lambda e: e.metric("llcr")),
    # owners
    "equity IRR": (plain.irr(equity), lambda e: e.metric("equity_irr")),
    "money back on owners' money": (
        float(equity[LAST_BUILT + 1 :].sum() / owners.sum()),
        lambda e: e.metric("moic"),
    ),
    "payback": (plain.payback(flow), lambda e: int(e.metric("payback_months"))),
}


@pytest.fixture(scope="module")
def engine():
    return Engine("iren-horizon")


@pytest.mark.parametrize("figure", FIGURES)
def test_the_engine_says_the_same(engine, figure):
    ours, theirs = FIGURES[figure]
    assert agrees(ours, theirs(engine))


def test_the_unit_cost_is_near(engine):
    """The engine pools the tax basis of a class over phases; here each phase deducts what is left of its own."""
    assert engine.metric("lcoc_usd_per_accelerator_hour") == pytest.approx(LCOC, rel=1e-5)
