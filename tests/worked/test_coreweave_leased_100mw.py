"""A hundred megawatts as CoreWeave builds them, by hand: a leased shell, own silicon, rent and power before revenue.

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

FILE = plain.factory("coreweave-leased-100mw")
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
RACKS = -(-ACCELERATORS // 72)
TRAYS = ACCELERATORS // 4
fabric_kw, _ = plain.network(4, TRAYS, 144, FILE["interconnect"]["oversubscription"], "Quantum-X800 Q3400")
IT_DESIGN = RACKS * RACK_POWER + ACCELERATORS * plain.row("system", "*", "support_power") + fabric_kw
AVAILABILITY = plain.availability(TRAYS, TRAYS, accelerators_of_node=4)

# --- calendar -------------------------------------------------------------------------------------------------------

MONTH_0 = month(BUILD["spending"]["start"])
STARTS = PHASES + MONTHS_TO_REVENUE
ENDS = STARTS + TENOR - 1
FULL_OPERATION, EXIT = int(STARTS[-1]), int(ENDS[-1])
LAST = STARTS + int(number(SILICON["economic_life"])) - 1  # of each hall's silicon, a year beyond its contract
MONTHS = plain.calendar(MONTH_0, LAST[-1])
on = plain.between(
    MONTHS, STARTS, ENDS, SHARE
)  # silicon at work, from acceptance; what is fixed runs from the power on
energised = plain.between(MONTHS, PHASES, EXIT, SHARE)

# --- revenue --------------------------------------------------------------------------------------------------------

PRICE = number(CONTRACT["price"])
bills = PRICE * ACCELERATORS * plain.default("contract", "billing_hours")  # of a month with all halls
revenue = bills * plain.between(MONTHS, STARTS, ENDS, SHARE)
VALUE = bills * TENOR
# 20 % of a hall's value three months before its start, taken off its bills in equal parts from the 37th month on
CREDITED_FROM = int(number(CONTRACT["prepayment"]["credited_from"]))
PREPAID = PREPAID_SHARE * VALUE
prepaid = plain.at(MONTHS, STARTS - int(number(CONTRACT["prepayment"]["paid_before_start"])), SHARE * PREPAID)
CREDIT = PREPAID / (TENOR - CREDITED_FROM + 1)
credited = plain.between(MONTHS, STARTS + CREDITED_FROM - 1, ENDS, SHARE * CREDIT)

# --- capex ----------------------------------------------------------------------------------------------------------

# the fit-out with its contingency in equal parts; silicon a month before each hall
FIT_OUT = IT_POWER / 1e3 * FIT_OUT_PER_MW * (1 + plain.default("build", "contingency"))
COST = {kind: FIT_OUT * plain.default("build", f"{kind}_share") for kind in ("shell", "electrical", "mechanical")}
fit_out_paid = plain.evenly(MONTHS, MONTH_0, int(number(BUILD["spending"]["duration"])), FIT_OUT)
PLACED = plain.in_service(MONTHS, fit_out_paid, PHASES, SHARE)
PAID_BEFORE = int(number(SILICON["paid"]["before_delivery"]))
capex = fit_out_paid + plain.at(MONTHS, PHASES - PAID_BEFORE, SHARE * SILICON_PRICE)

# --- power ----------------------------------------------------------------------------------------------------------

# energy at 48 USD/MWh; demand at 5 USD/kW-month on at least 80 % of what is energised, whatever is drawn
GRID = FILE["power"]["supply"]["grid"]
grid_kwh = plain.metered(MONTHS, METER_ENERGY, IT_DESIGN * on)
demand_kw = plain.default("supply", "minimum_take") * CONNECTED * energised
power_cost = grid_kwh * number(GRID["energy"]) / 1e3 + demand_kw * number(GRID["demand"])

# --- operating cost -------------------------------------------------------------------------------------------------

INFLATION = plain.default("operations", "inflation")
facility = plain.default("operations", "facility") * IT_POWER / 12 * energised * plain.steps(MONTHS, INFLATION, MONTH_0)
support = plain.default("operations", "silicon_support") * SILICON_PRICE / 12 * on
property_tax = plain.default("operations", "property_tax") * FIT_OUT / 12 * energised
# each hall is rented from its hand-over, when its power comes, to the exit, 3 % dearer on its own anniversaries
ESCALATOR = number(BUILD["lease"]["escalator"])
rent = sum(
    RENT_A_MONTH * share * plain.anniversaries(MONTHS, phase, ESCALATOR) * plain.between(MONTHS, phase, EXIT)
    for phase, share in zip(PHASES, SHARE, strict=True)
)
opex = power_cost + facility + support + property_tax + rent
ebitda = revenue - opex

FIRST_YEAR = plain.between(MONTHS, FULL_OPERATION, FULL_OPERATION + 11)

# --- tax ------------------------------------------------------------------------------------------------------------

# silicon and plant are expensed when they enter service; the shell takes 39 years, half a month in its first
shell_wear = plain.building_depreciation(MONTHS, PLACED, SHARE * COST["shell"], EXIT)
expensed = plain.at(MONTHS, PLACED, SHARE * (COST["electrical"] + COST["mechanical"]))
expensed = expensed + plain.at(MONTHS, PHASES, SHARE * SILICON_PRICE)
depreciation = expensed + shell_wear
used = (SHARE * (EXIT - PLACED + 1)).sum()  # months, on average
SALE = FIT_OUT * (1 - used / plain.default("values", "durable_life"))
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
life_kwh = plain.metered(MONTHS, METER_ENERGY, IT_DESIGN * works)
life_demand = plain.default("supply", "minimum_take") * CONNECTED * stands * number(GRID["demand"])
life_facility = (
    plain.default("operations", "facility") * IT_POWER / 12 * stands * plain.steps(MONTHS, INFLATION, MONTH_0)
)
life_support = plain.default("operations", "silicon_support") * SILICON_PRICE / 12 * works
life_rent = sum(
    RENT_A_MONTH * share * plain.anniversaries(MONTHS, phase, ESCALATOR) * plain.between(MONTHS, phase, last)
    for phase, share, last in zip(PHASES, SHARE, LAST, strict=True)
)
life_tax = plain.default("operations", "property_tax") * FIT_OUT / 12 * stands
life_opex = life_kwh * number(GRID["energy"]) / 1e3 + life_demand + life_facility + life_support + life_rent + life_tax
kept_value = 1 - (LAST - PLACED + 1) / plain.default("values", "durable_life")
durables_left = plain.at(MONTHS, LAST, SHARE * FIT_OUT * kept_value)
own_wear = plain.building_depreciation(MONTHS, PLACED, SHARE * COST["shell"], LAST)
basis_left = SHARE * COST["shell"] * (1 - (LAST - PLACED + 0.5) / (12 * 39))
own_depreciation = expensed + own_wear + plain.at(MONTHS, LAST, basis_left)
available = ACCELERATORS * AVAILABILITY * plain.hours(MONTHS) * works
HOURS = plain.present(MONTHS, available, WACC)
LCOC = plain.levelised(MONTHS, WACC, FEDERAL, capex, own_depreciation, life_opex, durables_left, available)

# --- project --------------------------------------------------------------------------------------------------------

before_tax = ebitda + sale - capex
flow = before_tax - tax

# with a residual: silicon at its low case by age; the shell is not ours, the fit-out leaves as before
OLD_SILICON = (SHARE * SILICON_PRICE * plain.silicon_low(EXIT - PHASES)).sum()
resale = sale + plain.at(MONTHS, EXIT, OLD_SILICON)
tax_with_resale, _ = plain.income_tax(MONTHS, ebitda + resale - depreciation - basis_sold, FEDERAL, LOSS_LIMIT)

# --- debt -----------------------------------------------------------------------------------------------------------

# The lender counts what is contracted: revenue less credits, cost, tax without debt and without the sale. Service runs
# from full operation to the loan's maturity: 57 months at the cover of an AAA buyer of compute
LOAN = FILE["capital"]["debt"]["ddtl"]
served = plain.between(MONTHS, FULL_OPERATION, month(LOAN["matures"]))
lender_tax, _ = plain.income_tax(MONTHS, ebitda - depreciation, FEDERAL, LOSS_LIMIT)
lenders_cash = (ebitda - credited - lender_tax) * served
COVER = plain.sizing_cover("compute", RATING, served.sum())
path = plain.owed(lenders_cash, COVER, LOAN_RATE / 12)
LAST_BUILT = FULL_OPERATION - 1 - MONTH_0  # place of the last month of building
COVER_LIMIT = path[LAST_BUILT]
ADVANCE_LIMIT = plain.default("debt", "max_advance") * SILICON_PRICE - PREPAID  # with what customers have paid ahead
a_dollar = path / COVER_LIMIT  # what is owed of a dollar lent: the same shape, whatever limit binds
opening_dollar = np.roll(a_dollar, 1) * served
service_dollar = (opening_dollar - a_dollar) * served + opening_dollar * LOAN_RATE / 12
# six months of service are put aside in the last month of building
reserve_dollar = np.where(
    MONTHS >= FULL_OPERATION - 1, plain.ahead(service_dollar, int(plain.default("debt", "dsra"))), 0.0
)
BUILT = slice(0, LAST_BUILT + 1)


def building(commitment):
    """Draws, interest, fees and owners' money: the loan is drawn as it is needed, from its close on.

    Owners pay the last; what is undrawn in the end is cancelled, and the reserve is that of what is drawn.
    """

    def with_reserve_of(lent):
        return plain.built(
            capex[BUILT] + np.append(np.zeros(LAST_BUILT), lent * reserve_dollar[LAST_BUILT]),
            (prepaid + ebitda - credited - lender_tax)[BUILT],
            commitment,
            month(LOAN["closes"]) - MONTH_0,
            LOAN_RATE / 12,
            plain.default("debt", "upfront_fee"),
            plain.default("debt", "commitment_fee"),
        )

    return with_reserve_of(plain.root(lambda lent: with_reserve_of(lent)[0].sum() - lent, 0.0, commitment))


def funded(commitment):
    """Cost with the interest, fees and first reserve of a commitment."""
    drawn, interest_built, fees, _, _ = building(commitment)
    return FIT_OUT + SILICON_PRICE + interest_built.sum() + fees.sum() + drawn.sum() * reserve_dollar[LAST_BUILT]


# the cost limit, 75 % of funded cost, which the loan itself raises
COST_SHARE = plain.default("debt", "max_gearing")
COST_LIMIT = plain.root(lambda lent: COST_SHARE * funded(lent) - lent, 0.0, 5 * SILICON_PRICE)
LIMITS = {"cover": COVER_LIMIT, "advance": ADVANCE_LIMIT, "gearing": COST_LIMIT}
COMMITMENT = min(LIMITS.values())
drawn, interest_built, fees, owners, in_bank = building(COMMITMENT)
LENT = drawn.sum()  # the need takes all of it; what it would not is cancelled
opening, service, reserve = (LENT * each for each in (opening_dollar, service_dollar, reserve_dollar))
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
LLCR = plain.present_monthly(cfads[LAST_BUILT:], LOAN_RATE / 12) / LENT

# --- does the contract alone pay the plant? --------------------------------------------------------------------------

# bills times the chance that the buyer still pays, (1 + h)^-years from the signature, less cost and tax; over the plant
# less what durables and low-case silicon are worth at the end; at the risk-free rate and an operating premium
survival = plain.survival(MONTHS, RATING, max(month(CONTRACT["signed"]), MONTH_0))
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
    # calendar
    "month 0": (MONTH_0, lambda e: int(e.months[0])),
    "first revenue": (int(STARTS[0]), lambda e: e.first("revenue")),
    "last revenue": (EXIT, lambda e: e.last("revenue")),
    # capex
    "capex": (plain.total(MONTHS, capex), lambda e: e.metric("capex_usd")),
    "capex to June 2026": (
        plain.total(MONTHS, capex, until="2026-06"),
        lambda e: e.total("capex", until="2026-06"),
    ),
    "electrical plant": (COST["electrical"], lambda e: e.total("a_capex[electrical]")),
    # revenue and cost
    "contract value": (VALUE, lambda e: e.total("revenue")),
    "revenue in 2026": (plain.year(MONTHS, revenue, 2026), lambda e: e.year("revenue", 2026)),
    "revenue, first full year": (plain.total(MONTHS, revenue * FIRST_YEAR), lambda e: e.metric("revenue_usd_per_year")),
    "credits in 2030": (plain.year(MONTHS, credited, 2030), lambda e: e.year("prepayment_credit", 2030)),
    "power in 2027": (plain.year(MONTHS, power_cost, 2027), lambda e: e.year("power_cost", 2027)),
    "power, USD/kWh at the meter": (
        float((power_cost * FIRST_YEAR).sum() / (grid_kwh * FIRST_YEAR).sum()),
        lambda e: e.metric("power_cost_usd_per_grid_kwh"),
    ),
    "building's staff in 2028": (plain.year(MONTHS, facility, 2028), lambda e: e.year("facility_cost", 2028)),
    "silicon support in 2026": (plain.year(MONTHS, support, 2026), lambda e: e.year("silicon_support", 2026)),
    "property tax in 2027": (plain.year(MONTHS, property_tax, 2027), lambda e: e.year("property_tax", 2027)),
    "rent in 2028": (plain.year(MONTHS, rent, 2028), lambda e: e.year("rent_paid", 2028)),
    "EBITDA, first full year": (plain.total(MONTHS, ebitda * FIRST_YEAR), lambda e: e.metric("ebitda_usd_per_year")),
    # tax
    "tax depreciation in 2026": (plain.year(MONTHS, depreciation, 2026), lambda e: e.year("d_depreciation", 2026)),
    "losses carried out of 2027": (losses[2027], lambda e: e.at("v_nol_closing[project]", month("2027-12"))),
    "unlevered tax": (plain.total(MONTHS, tax), lambda e: e.total("v_tax[project]")),
    # unit cost
    "silicon in an hour": (
        plain.present(MONTHS, capex - fit_out_paid + life_support, WACC) / HOURS,
        lambda e: e.part("lcoc_usd_per_accelerator_hour", "silicon"),
    ),
    "people in an hour": (
        plain.present(MONTHS, life_facility, WACC) / HOURS,
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
    "IRR with a residual": (
        plain.irr(ebitda + resale - capex - tax_with_resale),
        lambda e: e.metric("project_irr", "contract_and_residual"),
    ),
    "IRR with prepayments": (plain.irr(flow + prepaid - credited), lambda e: e.metric("project_irr_with_prepayment")),
    # debt
    "debt by cover": (COVER_LIMIT, lambda e: e.result.debt["limits"]["cover"]),
    "debt by advance": (ADVANCE_LIMIT, lambda e: e.result.debt["limits"]["advance"]),
    "debt by cost": (COST_LIMIT, lambda e: e.result.debt["limits"]["gearing"]),
    "limit that binds": (min(LIMITS, key=LIMITS.get), lambda e: e.result.debt["binding_limit"]),
    "debt": (COMMITMENT, lambda e: e.metric("debt_usd")),
    "drawn to August 2026": (
        float(drawn[: month("2026-08") - MONTH_0 + 1].sum()),
        lambda e: e.total("source_debt", until="2026-08"),
    ),
    "interest while building": (
        float(interest_built.sum()),
        lambda e: e.total("interest", until=plain.text(FULL_OPERATION - 1)),
    ),
    "fees": (float(fees.sum()), lambda e: e.total("financing_fees")),
    "owners' money to full operation": (
        float(owners.sum()),
        lambda e: e.result.sources_and_uses["sources"]["equity"],
    ),
    "funded cost": (funded(COMMITMENT), lambda e: e.metric("funded_cost_usd")),
    "reserve at full operation": (float(reserve[LAST_BUILT]), lambda e: e.at("reserves", FULL_OPERATION - 1)),
    "owed at the end of 2028": (
        float(LENT * a_dollar[month("2028-12") - MONTH_0]),
        lambda e: e.at("debt_balance", month("2028-12")),
    ),
    "interest in 2028": (plain.year(MONTHS, interest, 2028), lambda e: e.year("interest", 2028)),
    "owner's tax": (plain.total(MONTHS, tax_owner), lambda e: e.total("tax_paid")),
    "cover in December 2028": (TESTS[month("2028-12")], lambda e: e.at("dscr", month("2028-12"))),
    "lowest cover": (min(TESTS.values()), lambda e: e.metric("min_dscr")),
    "average cover": (float(cfads.sum() / service.sum()), lambda e: e.metric("average_dscr")),
    "loan life cover": (LLCR, lambda e: e.metric("llcr")),
    "equity IRR": (plain.irr(equity), lambda e: e.metric("equity_irr")),
    "committed cash to plant": (COMMITTED_CASH / TO_COVER, lambda e: e.metric("committed_capex_cover")),
    "payback": (plain.payback(flow), lambda e: int(e.metric("payback_months"))),
}


@pytest.fixture(scope="module")
def engine():
    return Engine("coreweave-leased-100mw")


@pytest.mark.parametrize("figure", FIGURES)
def test_the_engine_says_the_same(engine, figure):
    ours, theirs = FIGURES[figure]
    assert agrees(ours, theirs(engine))


def test_the_unit_cost_is_near(engine):
    """The engine pools the tax basis of a class over phases; here each phase deducts what is left of its own."""
    assert engine.metric("lcoc_usd_per_accelerator_hour") == pytest.approx(LCOC, rel=1e-5)
