"""A hundred megawatts as CoreWeave builds them, by hand: a leased shell, own silicon, rent and power before revenue.

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

# IREN Q1 FY26 results of 2025-11-06, a site of 200 MW of IT: 76,000 accelerators for 5.81 bn USD
ACCELERATORS = 76_000 // 2
SILICON_PRICE = 5.81e9 / 2
# CoreWeave's leases of 2025, 1.39 to 1.75 million USD a MW-year
RENT_A_MONTH = 100 * 1.65e6 / 12
FIT_OUT_PER_MW = 0.75e6
# CoreWeave 10-Q Q1 2025: prepayments of 15 to 25 % of contract value; results Q1 2026: contracts of about five years,
# revenue by the third month after hand-over, servers written off over six years
PREPAID_SHARE = (0.15 + 0.25) / 2
TENOR = 60
MONTHS_TO_REVENUE = 2
BOOK_LIFE = 72
# CoreWeave DDTL 4.0, 2026-03-31: "below 6 %", SOFR + 225 bp for an investment-grade customer
LOAN_RATE = 0.06
RATING = "AAA"  # S&P on Microsoft, the investment-grade customer
# NVIDIA GB300 NVL72: rack budget
RACK_POWER = 135.0
# Internal Revenue Code
FEDERAL = 0.21  # section 11

# --- what the file adds ---------------------------------------------------------------------------------------------

FACTORY = "coreweave-leased-100mw"
FILE = plain.factory(FACTORY)
SILICON, CONTRACT, BUILD = FILE["silicon"], FILE["offtake"]["customer"], FILE["build"]
PHASES, METERED = plain.milestones(FILE)  # hall by hall
CONNECTED = METERED.sum()
SHARE = METERED / CONNECTED
IT_POWER = number(BUILD["halls"]["leased"]["it_capacity"]) * 1e3

# --- printed by the engine: the physics, which is not reckoned again here (`show coreweave-leased-100mw plant`) ------

# kWh at the meter per kW of design IT load in January to December of the typical year; the peak of demand stays below
# the minimum take in every month and is not needed
METER_ENERGY = (
    *(651.2986254, 590.2859074, 659.0200974, 650.6329859, 691.400963, 693.6142834),
    *(729.4932812, 729.4308904, 682.0918784, 678.8266278, 635.7346755, 653.4497598),
)

# --- plant ----------------------------------------------------------------------------------------------------------

# racks of 72; four planes, one for each accelerator of a tray, each a tree of 144-port switches
IT_DESIGN, AVAILABILITY = plain.racks_of_72(
    ACCELERATORS, RACK_POWER, 144, FILE["interconnect"]["oversubscription"], "Quantum-X800 Q3400"
)

# --- calendar -------------------------------------------------------------------------------------------------------

MONTH_0 = month(BUILD["spending"]["start"])
STARTS = PHASES + MONTHS_TO_REVENUE
ENDS = STARTS + TENOR - 1
FULL_OPERATION, EXIT = int(STARTS[-1]), int(ENDS[-1])
LAST = STARTS + int(number(SILICON["economic_life"])) - 1  # of each hall's silicon, a year beyond its contract
MONTHS = plain.calendar(MONTH_0, LAST[-1])
# silicon at work, from acceptance; what is fixed runs from the power on
on = plain.between(MONTHS, STARTS, ENDS, SHARE)
energised = plain.between(MONTHS, PHASES, EXIT, SHARE)

# --- revenue --------------------------------------------------------------------------------------------------------

PRICE = number(CONTRACT["price"])
bills = PRICE * ACCELERATORS * plain.default("contract", "billing_hours")  # of a month with all halls
revenue = bills * on
VALUE = bills * TENOR
# 20 % of a hall's value three months before its start, taken off its bills in equal parts from the 37th month on
PREPAID = PREPAID_SHARE * VALUE
prepaid, credited = plain.prepayment(MONTHS, CONTRACT["prepayment"], PREPAID, STARTS, ENDS, SHARE)

# --- capex ----------------------------------------------------------------------------------------------------------

# the fit-out with its contingency in equal parts; silicon a month before each hall
FIT_OUT = IT_POWER / 1e3 * FIT_OUT_PER_MW * (1 + plain.default("build", "contingency"))
COST = plain.by_class(FIT_OUT)
fit_out_paid = plain.evenly(MONTHS, MONTH_0, int(number(BUILD["spending"]["duration"])), FIT_OUT)
PLACED = plain.in_service(MONTHS, fit_out_paid, PHASES, SHARE)
PAID_BEFORE = int(number(SILICON["paid"]["before_delivery"]))
capex = fit_out_paid + plain.at(MONTHS, PHASES - PAID_BEFORE, SHARE * SILICON_PRICE)

# --- power ----------------------------------------------------------------------------------------------------------

# energy at 48 USD/MWh; demand at 5 USD/kW-month on at least 80 % of what is energised, whatever is drawn
GRID = FILE["power"]["supply"]["grid"]
grid_kwh = plain.metered(MONTHS, METER_ENERGY, IT_DESIGN * on)
demand_kw = plain.default("supply", "minimum_take") * CONNECTED * energised
power_cost = plain.bill(GRID, grid_kwh, demand_kw)

# --- operating cost -------------------------------------------------------------------------------------------------

facility = plain.facility(MONTHS, IT_POWER, energised)
support = plain.support(SILICON_PRICE, on)
property_tax = plain.property_tax(FIT_OUT, energised)
# each hall is rented from its hand-over, when its power comes, to the exit, 3 % dearer on its own anniversaries
ESCALATOR = number(BUILD["lease"]["escalator"])
rent = plain.rents(MONTHS, PHASES, EXIT, RENT_A_MONTH * SHARE, ESCALATOR)
opex = power_cost + facility + support + property_tax + rent
ebitda = revenue - opex

FIRST_YEAR = plain.between(MONTHS, FULL_OPERATION, FULL_OPERATION + 11)

# --- tax ------------------------------------------------------------------------------------------------------------

# silicon and plant are expensed when they enter service; the shell takes 39 years, half a month in its first
shell_wear = plain.building_depreciation(MONTHS, PLACED, SHARE * COST["shell"], EXIT)
expensed = plain.at(MONTHS, PLACED, SHARE * (COST["electrical"] + COST["mechanical"]))
expensed = expensed + plain.at(MONTHS, PHASES, SHARE * SILICON_PRICE)
depreciation = expensed + shell_wear
SALE = plain.durables_left(SHARE * FIT_OUT, PLACED, EXIT).sum()
sale = plain.at(MONTHS, EXIT, SALE)
basis_sold = plain.at(MONTHS, EXIT, COST["shell"] - shell_wear.sum())
LOSS_LIMIT = plain.row("tax", "united_states", "loss_limit")
tax, losses = plain.income_tax(MONTHS, ebitda + sale - depreciation - basis_sold, FEDERAL, LOSS_LIMIT)

# --- unit cost ------------------------------------------------------------------------------------------------------

# each hall alone, to the end of its silicon's life, which begins with acceptance: silicon works and is supported for
# six years, what is fixed runs from its power on, its fit-out leaves at cost less straight line
WACC = plain.default("capital", "discount_rate")
works = plain.between(MONTHS, STARTS, LAST, SHARE)
stands = plain.between(MONTHS, PHASES, LAST, SHARE)
life_power = plain.bill(
    GRID,
    plain.metered(MONTHS, METER_ENERGY, IT_DESIGN * works),
    plain.default("supply", "minimum_take") * CONNECTED * stands,
)
life_facility = plain.facility(MONTHS, IT_POWER, stands)
life_support = plain.support(SILICON_PRICE, works)
life_rent = plain.rents(MONTHS, PHASES, LAST, RENT_A_MONTH * SHARE, ESCALATOR)
life_opex = life_power + life_facility + life_support + life_rent + plain.property_tax(FIT_OUT, stands)
durables_left = plain.at(MONTHS, LAST, plain.durables_left(SHARE * FIT_OUT, PLACED, LAST))
own_depreciation = expensed + plain.shell_written_off(MONTHS, PLACED, SHARE * COST["shell"], LAST)
available = ACCELERATORS * AVAILABILITY * plain.hours(MONTHS) * works
LCOC = plain.levelised(MONTHS, WACC, FEDERAL, capex, own_depreciation, life_opex, durables_left, available)

# --- project --------------------------------------------------------------------------------------------------------

before_tax = ebitda + sale - capex
flow = before_tax - tax

# with a residual: silicon at its low case by age; the shell is not ours, the fit-out leaves as before
OLD_SILICON = (SHARE * SILICON_PRICE * plain.silicon_low(EXIT - PHASES)).sum()
resale = sale + plain.at(MONTHS, EXIT, OLD_SILICON)
tax_with_resale, _ = plain.income_tax(MONTHS, ebitda + resale - depreciation - basis_sold, FEDERAL, LOSS_LIMIT)
flow_with_resale = ebitda + resale - capex - tax_with_resale

# --- debt -----------------------------------------------------------------------------------------------------------

# The lender counts what is contracted: revenue less credits, cost, tax without debt and without the sale. Service runs
# from full operation to the loan's maturity: 57 months at the cover of an AAA buyer of compute
TERMS = FILE["capital"]["debt"]["ddtl"]
served = plain.between(MONTHS, FULL_OPERATION, month(TERMS["matures"]))
lender_tax, _ = plain.income_tax(MONTHS, ebitda - depreciation, FEDERAL, LOSS_LIMIT)
lenders_cash = (ebitda - credited - lender_tax) * served
COVER = plain.sizing_cover("compute", RATING, served.sum())
path = plain.owed(lenders_cash, COVER, LOAN_RATE / 12)
LAST_BUILT = FULL_OPERATION - 1 - MONTH_0  # place of the last month of building
COVER_LIMIT = path[LAST_BUILT]
ADVANCE_LIMIT = plain.default("debt", "max_advance") * SILICON_PRICE - PREPAID  # with what customers have paid ahead
of_a_dollar = plain.dollar(path, LAST_BUILT, served, LOAN_RATE / 12)
# six months of service are put aside in the last month of building; drawn as it is needed, from its close on:
# owners pay the last, and what is undrawn in the end is cancelled
BUILT = slice(0, LAST_BUILT + 1)
early_cash = (prepaid + ebitda - credited - lender_tax)[BUILT]
FIRST_RESERVE = of_a_dollar["reserve"][LAST_BUILT]
building = partial(
    plain.built_with_need, capex[BUILT], early_cash, month(TERMS["closes"]) - MONTH_0, LOAN_RATE / 12, FIRST_RESERVE
)

# the cost limit, 75 % of funded cost, which the loan itself raises
COST_LIMIT = plain.cost_limit(FIT_OUT + SILICON_PRICE, building, 5 * SILICON_PRICE)
LIMITS = {"cover": COVER_LIMIT, "advance": ADVANCE_LIMIT, "gearing": COST_LIMIT}
COMMITMENT = min(LIMITS.values())
in_building = building(COMMITMENT)
# the need takes all of it; what it would not is cancelled
LOAN = plain.loan(in_building.drawn.sum(), of_a_dollar, in_building, LOAN_RATE / 12)

# the owner's tax deducts interest, up to 30 % of income; cash for debt service leaves the sale's tax to the sale
before_debt = (ebitda, credited, depreciation, lender_tax)
OWNED = plain.owned(MONTHS, before_debt, (sale, basis_sold), LOAN, served, (FEDERAL, LOSS_LIMIT))

# --- does the contract alone pay the plant? --------------------------------------------------------------------------

# the plant is less what durables and low-case silicon are worth at the end
plant_left = capex - sale - plain.at(MONTHS, EXIT, OLD_SILICON)
COMMITTED = plain.committed_cover(MONTHS, RATING, month(CONTRACT["signed"]), revenue, opex + lender_tax, plant_left)

FIGURES = {
    # documents
    "accelerators": (ACCELERATORS, lambda e: e.metric("accelerators_sold")),
    "silicon": (SILICON_PRICE, lambda e: e.total("a_capex[silicon]")),
    "prepayments": (PREPAID_SHARE * VALUE, lambda e: e.total("prepayment_in")),
    "tenor of a hall": (TENOR, lambda e: int((e.series("c_revenue[customer 2026-06]") > 0).sum())),
    "months from power to revenue": (MONTHS_TO_REVENUE, lambda e: e.first("revenue") - e.first("power_cost")),
    "book life": (BOOK_LIFE, lambda e: e.asset("silicon").book_life),
    "rate of the loan": (LOAN_RATE, lambda e: e.result.debt["rate_per_year"]),
    "rack": (RACK_POWER, lambda e: e.metric("rack_power_kw")),
    "rent a month with all halls": (RENT_A_MONTH, lambda e: e.at("rent_paid", PHASES[-1])),
    "federal rate": (FEDERAL, lambda e: e.input("finance.tax.federal")),
    # plant
    "IT design load": (IT_DESIGN, lambda e: e.step("it_design_load")),
    "availability": (AVAILABILITY, lambda e: e.step("availability")),
    # calendar, project
    **of_project(MONTHS, EXIT, flow, SALE, WACC),
    "first revenue": (int(STARTS[0]), lambda e: e.first("revenue")),
    # capex
    "capex": (plain.total(MONTHS, capex), lambda e: e.metric("capex_usd")),
    "capex to June 2026": (plain.total(MONTHS, capex, until="2026-06"), lambda e: e.total("capex", until="2026-06")),
    "electrical plant": (COST["electrical"], lambda e: e.total("a_capex[electrical]")),
    # revenue and cost
    **of_operation(MONTHS, FIRST_YEAR, grid_kwh, power_cost, facility, ebitda, depreciation),
    "contract value": (VALUE, lambda e: e.total("revenue")),
    "revenue in 2026": (plain.year(MONTHS, revenue, 2026), lambda e: e.year("revenue", 2026)),
    "revenue, first full year": (plain.total(MONTHS, revenue * FIRST_YEAR), lambda e: e.metric("revenue_usd_per_year")),
    "credits in 2030": (plain.year(MONTHS, credited, 2030), lambda e: e.year("prepayment_credit", 2030)),
    "power in 2027": (plain.year(MONTHS, power_cost, 2027), lambda e: e.year("power_cost", 2027)),
    "silicon support in 2026": (plain.year(MONTHS, support, 2026), lambda e: e.year("silicon_support", 2026)),
    "property tax in 2027": (plain.year(MONTHS, property_tax, 2027), lambda e: e.year("property_tax", 2027)),
    "rent in 2028": (plain.year(MONTHS, rent, 2028), lambda e: e.year("rent_paid", 2028)),
    # tax
    "losses carried out of 2027": (losses[2027], lambda e: e.at("v_nol_closing[project]", month("2027-12"))),
    "unlevered tax": (plain.total(MONTHS, tax), lambda e: e.total("v_tax[project]")),
    # unit cost
    **of_hour(MONTHS, available, WACC, capex - fit_out_paid + life_support, life_facility),
    # the book: hours that are paid for over those of the silicon's life
    "coverage": (
        plain.default("contract", "billing_hours") * TENOR * ACCELERATORS / (available / AVAILABILITY).sum(),
        lambda e: e.metric("coverage"),
    ),
    # project
    "IRR with a residual": (plain.irr(flow_with_resale), lambda e: e.metric("project_irr", "contract_and_residual")),
    "IRR with prepayments": (plain.irr(flow + prepaid - credited), lambda e: e.metric("project_irr_with_prepayment")),
    # debt, owners
    **of_loan(MONTHS, FIT_OUT + SILICON_PRICE, LOAN, OWNED),
    **of_limits(LIMITS),
    "debt": (COMMITMENT, lambda e: e.metric("debt_usd")),
    "drawn to August 2026": (
        float(LOAN.building.drawn[: month("2026-08") - MONTH_0 + 1].sum()),
        lambda e: e.total("source_debt", until="2026-08"),
    ),
    "owners' money to full operation": (
        float(LOAN.building.owners.sum()),
        lambda e: e.result.sources_and_uses["sources"]["equity"],
    ),
    "owed at the end of 2028": (
        LOAN.owed[month("2028-12") - MONTH_0],
        lambda e: e.at("debt_balance", month("2028-12")),
    ),
    "cover in December 2028": (OWNED.covers[month("2028-12")], lambda e: e.at("dscr", month("2028-12"))),
    "committed cash to plant": (COMMITTED, lambda e: e.metric("committed_capex_cover")),
    "payback": (plain.payback(flow), lambda e: int(e.metric("payback_months"))),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_the_engine_says_the_same(engine, figure):
    ours, theirs = FIGURES[figure]
    assert agrees(ours, theirs(engine))


def test_the_unit_cost_is_near(engine):
    """The engine pools the tax basis of a class over phases; here each phase deducts what is left of its own."""
    assert engine.metric("lcoc_usd_per_accelerator_hour") == pytest.approx(LCOC, rel=1e-5)
