"""Stargate at Abilene by hand: Oracle's silicon for OpenAI in eight leased buildings, losses used at once by the group.

Read from the top: what the documents say, what the file and the library's rows add, then each figure with its
equation, and at the end the engine's figure beside it. Money in USD, power in kW, one value a month from month 0.
"""

from __future__ import annotations

import pytest

from worked import plain
from worked.engine import agrees
from worked.figures import of_hour, of_operation, of_project
from worked.plain import month, number

# --- what documents say ---------------------------------------------------------------------------------------------

# EIN Presswire and Commercial Observer 2025-05; Financial Times 2025-05 on Oracle's purchase
ACCELERATORS = 400_000  # GB200
SILICON_PRICE = 40e9
# Wall Street Journal 2025-09-10: OpenAI takes 4.5 GW for 300 bn USD over about five years; 1.2 GW stand here
CONTRACT_VALUE = 300e9 * 1.2 / 4.5
TENOR = 60
RATING = "unrated"  # OpenAI has no rating: S&P calls such laboratories the most speculative
# Internal Revenue Code
FEDERAL = 0.21  # section 11
LATE_SHARE = 0.40  # section 168(d)(3): a year with more of its personal property in its last quarter is mid-quarter
BONUS = {2025: 0.40, 2026: 0.20}  # section 168(k): bought before 20 January 2025, by the year of placing in service
# IRS Publication 946, tables: the first year of fifteen-year property
HALF_YEAR_FIRST = 0.05
BY_QUARTER_FIRST = {2: 0.0625, 3: 0.0375, 4: 0.0125}

# --- what the file adds ---------------------------------------------------------------------------------------------

FACTORY = "stargate-abilene"
FILE = plain.factory(FACTORY)
SILICON, CONTRACT, BUILD, LEASE = FILE["silicon"], FILE["offtake"]["openai"], FILE["build"], FILE["build"]["lease"]
PHASES, METERED = plain.milestones(FILE)
CONNECTED = METERED.sum()
SHARE = METERED / CONNECTED
IT_POWER = number(BUILD["halls"]["eight_buildings"]["it_capacity"]) * 1e3

# --- printed by the engine: the physics, which is not reckoned again here (`show stargate-abilene plant`) ------------

# kWh at the meter per kW of design IT load in January to December of the typical year; the peak of demand stays below
# the minimum take in every month and is not needed
METER_ENERGY = (
    *(652.0731484, 591.0085868, 659.9052751, 651.3807399, 692.1060121, 691.8314175),
    *(725.8563797, 724.7375747, 678.2425861, 677.5091932, 636.1235782, 653.9001385),
)

# --- plant ----------------------------------------------------------------------------------------------------------

# racks of 72; four planes, one for each accelerator of a tray, each a tree of 128-port switches in three tiers
IT_DESIGN, AVAILABILITY = plain.racks_of_72(
    ACCELERATORS,
    plain.row("system", "GB200 NVL72", "rack_power"),
    128,
    FILE["interconnect"]["oversubscription"],
    "Spectrum-4 SN5600",
)

# --- calendar -------------------------------------------------------------------------------------------------------

MONTH_0 = month(BUILD["spending"]["start"])
STARTS = PHASES + int(number(CONTRACT["starts"]["lag"]))
ENDS = STARTS + TENOR - 1
FULL_OPERATION, EXIT = int(STARTS[-1]), int(ENDS[-1])
MONTHS = plain.calendar(MONTH_0, EXIT)
# silicon at work, from acceptance; what is fixed runs from the power on
on = plain.between(MONTHS, STARTS, ENDS, SHARE)
energised = plain.between(MONTHS, PHASES, EXIT, SHARE)

# --- price and revenue ----------------------------------------------------------------------------------------------

# the sum of all bills is the value: value = price × accelerators × 730 h × 60 months, for the phases together
PRICE = CONTRACT_VALUE / (ACCELERATORS * plain.default("contract", "billing_hours") * TENOR)
revenue = CONTRACT_VALUE / TENOR * on

# --- capex ----------------------------------------------------------------------------------------------------------

# the tenant's fit-out with its contingency in equal parts; silicon a month before each phase
COST_PER_MW = number(BUILD["halls"]["eight_buildings"]["cost"])
FIT_OUT = IT_POWER / 1e3 * COST_PER_MW * (1 + plain.default("build", "contingency"))
COST = plain.by_class(FIT_OUT)
fit_out_paid = plain.evenly(MONTHS, MONTH_0, int(number(BUILD["spending"]["duration"])), FIT_OUT)
PLACED = plain.in_service(MONTHS, fit_out_paid, PHASES, SHARE)
PAID_BEFORE = int(number(SILICON["paid"]["before_delivery"]))
capex = fit_out_paid + plain.at(MONTHS, PHASES - PAID_BEFORE, SHARE * SILICON_PRICE)

# --- power ----------------------------------------------------------------------------------------------------------

# energy at 42 USD/MWh; demand at 4 USD/kW-month on at least 80 % of what is energised, whatever is drawn
GRID = FILE["power"]["supply"]["grid"]
grid_kwh = plain.metered(MONTHS, METER_ENERGY, IT_DESIGN * on)
demand_kw = number(GRID["minimum_take"]["share"]) * CONNECTED * energised
power_cost = plain.bill(GRID, grid_kwh, demand_kw)

# --- operating cost -------------------------------------------------------------------------------------------------

facility = plain.facility(MONTHS, IT_POWER, energised)
support = plain.support(SILICON_PRICE, on)
property_tax = plain.property_tax(FIT_OUT, energised)
# each building is rented from its hand-over, when its power comes, to the exit, 2 % dearer on its own anniversaries
RENT = number(LEASE["rent"]) * number(LEASE["power"]) * 1e3  # a month, all buildings, first year
rent = plain.rents(MONTHS, PHASES, EXIT, RENT * SHARE, number(LEASE["escalator"]))
opex = power_cost + facility + support + property_tax + rent
ebitda = revenue - opex

FIRST_YEAR = plain.between(MONTHS, FULL_OPERATION, FULL_OPERATION + 11)

# --- tax ------------------------------------------------------------------------------------------------------------

# the fit-out was bought in January 2025 and keeps the old bonus, by the year of placing in service: 40 % in 2025, 20 %
# in 2026. Silicon is bought later and expensed. In 2026 the last quarter holds 500 of 1,083 MW, 46 %: mid-quarter
PLANT = COST["electrical"] + COST["mechanical"]
TABLES = plain.tables("15", PLACED, SHARE * PLANT, (PHASES, SHARE * SILICON_PRICE))
plant_wear = sum(
    plain.macrs(MONTHS, int(placed), share * PLANT, BONUS[placed // 12], table)
    for placed, share, table in zip(PLACED, SHARE, TABLES, strict=True)
)
shell_wear = plain.building_depreciation(MONTHS, PLACED, SHARE * COST["shell"], EXIT)
depreciation = plant_wear + shell_wear + plain.at(MONTHS, PHASES, SHARE * SILICON_PRICE)

# the group uses losses at once: tax is 21 % of income either way
SALE = plain.durables_left(SHARE * FIT_OUT, PLACED, EXIT).sum()
sale = plain.at(MONTHS, EXIT, SALE)
basis_sold = plain.at(MONTHS, EXIT, FIT_OUT + SILICON_PRICE - depreciation.sum())
tax = FEDERAL * (ebitda + sale - depreciation - basis_sold)

# --- unit cost ------------------------------------------------------------------------------------------------------

# each phase alone, to the end of its silicon's life, which begins with acceptance (here the contract's five years):
# what is fixed ends with it, its durables leave at cost less straight line, and the basis that is left with them
WACC = plain.default("capital", "discount_rate")
LAST = STARTS + int(number(SILICON["economic_life"])) - 1
stands = plain.between(MONTHS, PHASES, LAST, SHARE)
own_facility = plain.facility(MONTHS, IT_POWER, stands)
own_power = plain.bill(GRID, grid_kwh, number(GRID["minimum_take"]["share"]) * CONNECTED * stands)
own_rent = plain.rents(MONTHS, PHASES, LAST, RENT * SHARE, number(LEASE["escalator"]))
own_opex = own_power + own_facility + support + plain.property_tax(FIT_OUT, stands) + own_rent
durables_left = plain.at(MONTHS, LAST, plain.durables_left(SHARE * FIT_OUT, PHASES, LAST))
own_wear = [
    plain.macrs(MONTHS, int(placed), share * PLANT, BONUS[placed // 12], table)
    + plain.building_depreciation(MONTHS, placed, share * COST["shell"], last)
    for placed, share, table, last in zip(PLACED, SHARE, TABLES, LAST, strict=True)
]
own_depreciation = plain.at(MONTHS, PHASES, SHARE * SILICON_PRICE) + sum(
    wear * (last >= MONTHS) + plain.at(MONTHS, last, share * FIT_OUT - wear[last >= MONTHS].sum())
    for wear, share, last in zip(own_wear, SHARE, LAST, strict=True)
)
available = ACCELERATORS * AVAILABILITY * plain.hours(MONTHS) * on
LCOC = plain.levelised(MONTHS, WACC, FEDERAL, capex, own_depreciation, own_opex, durables_left, available)

# --- project --------------------------------------------------------------------------------------------------------

before_tax = ebitda + sale - capex
flow = before_tax - tax

# --- does the contract alone pay the plant? --------------------------------------------------------------------------

# the plant is less what durables and low-case silicon are worth at the end
lender_tax = FEDERAL * (ebitda - depreciation)  # without the sale
OLD_SILICON = (SHARE * SILICON_PRICE * plain.silicon_low(EXIT - PHASES)).sum()
plant_left = capex - sale - plain.at(MONTHS, EXIT, OLD_SILICON)
COMMITTED = plain.committed_cover(MONTHS, RATING, month(CONTRACT["signed"]), revenue, opex + lender_tax, plant_left)

FIGURES = {
    # documents
    "accelerators": (ACCELERATORS, lambda e: e.metric("accelerators_sold")),
    "silicon": (SILICON_PRICE, lambda e: e.total("a_capex[silicon]")),
    "contract value": (CONTRACT_VALUE, lambda e: e.total("revenue")),
    "tenor of a phase": (TENOR, lambda e: int((e.series("c_revenue[openai 2025-06]") > 0).sum())),
    "federal rate": (FEDERAL, lambda e: e.input("finance.tax.federal")),
    "share of the last quarter that counts": (LATE_SHARE, lambda e: e.input("finance.tax.mid_quarter_test")),
    "plant's tax depreciation in 2025": (
        SHARE[0] * PLANT * (BONUS[2025] + (1 - BONUS[2025]) * HALF_YEAR_FIRST),
        lambda e: e.at("d_depreciation[electrical]", PHASES[0]) + e.at("d_depreciation[mechanical]", PHASES[0]),
    ),
    "electrical plant's tax depreciation of April 2026": (
        SHARE[1] * COST["electrical"] * (BONUS[2026] + (1 - BONUS[2026]) * BY_QUARTER_FIRST[2]),
        lambda e: e.at("d_depreciation[electrical Q2]", PHASES[1]),
    ),
    "electrical plant's tax depreciation of September 2026": (
        SHARE[2] * COST["electrical"] * (BONUS[2026] + (1 - BONUS[2026]) * BY_QUARTER_FIRST[3]),
        lambda e: e.at("d_depreciation[electrical Q3]", PHASES[2]),
    ),
    "electrical plant's tax depreciation of December 2026": (
        SHARE[3] * COST["electrical"] * (BONUS[2026] + (1 - BONUS[2026]) * BY_QUARTER_FIRST[4]),
        lambda e: e.at("d_depreciation[electrical Q4]", PHASES[3]),
    ),
    # plant
    "IT design load": (IT_DESIGN, lambda e: e.step("it_design_load")),
    "availability": (AVAILABILITY, lambda e: e.step("availability")),
    # calendar, project
    **of_project(MONTHS, EXIT, flow, SALE, WACC),
    "first revenue": (int(STARTS[0]), lambda e: e.first("revenue")),
    # price, capex
    "price, USD/accelerator-hour": (PRICE, lambda e: e.metric("price_usd_per_accelerator_hour")),
    "capex": (plain.total(MONTHS, capex), lambda e: e.metric("capex_usd")),
    "capex in 2025": (plain.year(MONTHS, capex, 2025), lambda e: e.year("capex", 2025)),
    # revenue and cost
    **of_operation(MONTHS, FIRST_YEAR, grid_kwh, power_cost, facility, ebitda, depreciation),
    "revenue in 2026": (plain.year(MONTHS, revenue, 2026), lambda e: e.year("revenue", 2026)),
    "revenue, first full year": (plain.total(MONTHS, revenue * FIRST_YEAR), lambda e: e.metric("revenue_usd_per_year")),
    "power in 2026": (plain.year(MONTHS, power_cost, 2026), lambda e: e.year("power_cost", 2026)),
    "silicon support in 2026": (plain.year(MONTHS, support, 2026), lambda e: e.year("silicon_support", 2026)),
    "property tax in 2026": (plain.year(MONTHS, property_tax, 2026), lambda e: e.year("property_tax", 2026)),
    "rent in 2025": (plain.year(MONTHS, rent, 2025), lambda e: e.year("rent_paid", 2025)),
    "rent in 2027": (plain.year(MONTHS, rent, 2027), lambda e: e.year("rent_paid", 2027)),
    "rent to the exit": (plain.total(MONTHS, rent), lambda e: e.total("rent_paid")),
    # tax
    "tax saved by the group in 2026": (plain.year(MONTHS, tax, 2026), lambda e: e.year("v_tax[project]", 2026)),
    "unlevered tax": (plain.total(MONTHS, tax), lambda e: e.total("v_tax[project]")),
    # unit cost
    **of_hour(MONTHS, available, WACC, capex - fit_out_paid + support, own_facility),
    # project
    "IRR before tax": (plain.irr(before_tax), lambda e: e.metric("project_irr_before_tax")),
    "committed cash to plant": (COMMITTED, lambda e: e.metric("committed_capex_cover")),
    "payback": (plain.payback(flow), lambda e: int(e.metric("payback_months"))),
    "tax depreciation in 2027": (plain.year(MONTHS, depreciation, 2027), lambda e: e.year("d_depreciation", 2027)),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_the_engine_says_the_same(engine, figure):
    ours, theirs = FIGURES[figure]
    assert agrees(ours, theirs(engine))


def test_the_unit_cost_is_near(engine):
    """The engine pools the tax basis of a class over phases; here each phase deducts what is left of its own."""
    assert engine.metric("lcoc_usd_per_accelerator_hour") == pytest.approx(LCOC, rel=1e-5)
