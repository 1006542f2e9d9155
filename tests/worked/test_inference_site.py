"""The inference site by hand: six megawatts of air-cooled servers, some under contract, most sold by the hour.

The site is nobody's, so its documents are those of its parts: the maker's server, the tax law, the rating agency's
defaults, the market. From the file and the library's rows to each figure, the engine's beside it at the end. Money in
USD, power in kW, one value a month from month 0.
"""

from __future__ import annotations

import pytest

from worked import plain
from worked.engine import agrees
from worked.figures import of_operation, of_project
from worked.plain import month, number

# --- what documents say ---------------------------------------------------------------------------------------------

# NVIDIA HGX H200, from the maker's specification
IN_A_SERVER = 8  # accelerators
SCALE_UP = 8  # accelerators that share one NVLink domain
# CoreWeave for investors, 2025: of the cost of a cluster, nodes 85 %, network 10 %, storage 5 %
STORAGE_TO_NODES = 0.05 / 0.85
# NVIDIA Quantum-2 QM9700: 64 ports of 400 Gb/s
PORTS = 64
# Cushman & Wakefield, Data Center Development Cost Guide 2024: a hall's cost
SHELL = 0.21 + 0.10 + 0.04 + 0.02  # shell, site, back of house, office
ELECTRICAL = 0.6 * (0.53 + 0.10)  # of critical capacity and white space, split 60 to 40 with mechanical
# Internal Revenue Code
FEDERAL = 0.21  # section 11
LOSS_LIMIT = 0.80  # section 172
EXPENSED = 1.0  # section 168(k): bought after 19 January 2025
SHELL_YEARS = 39  # section 168(c)
# Oregon: top rate on corporate income
STATE = 0.076
# S&P Global Ratings, 1981-2024: BBB in default within five years
BBB_FIVE_YEARS = 0.0109

# --- what the file adds ---------------------------------------------------------------------------------------------

FACTORY = "inference-site"
FILE = plain.factory(FACTORY)
SILICON, HALL = FILE["silicon"], FILE["build"]["halls"]["hillsboro"]
APPLICATION, MERCHANT = FILE["offtake"]["application"], FILE["offtake"]["merchant"]
(ENERGISED,), (CONNECTED,) = plain.milestones(FILE)
INSTALLED, SPARES = int(SILICON["accelerators"]), int(SILICON["spares"])
ACTIVE = INSTALLED - SPARES

# --- printed by the engine: the physics, which is not reckoned again here (`show inference-site plant`) --------------

# kWh at the meter per kW of design IT load in January to December of the typical year, and kW at its highest hour
METER_ENERGY = (
    *(783.9016688, 708.1012836, 784.1095164, 758.9617199, 784.4908807, 759.3622356),
    *(785.2455846, 785.056571, 759.5091007, 784.3517909, 758.7721179, 783.8871043),
)
METER_PEAK = (
    *(1.3685706, 1.368944122, 1.369058548, 1.369384, 1.369959483, 1.370055737),
    *(1.389410943, 1.381211146, 1.385818759, 1.369867615, 1.368810421, 1.369005277),
)

# --- plant ----------------------------------------------------------------------------------------------------------

# eight planes, one for each accelerator of a server, each a two-tier tree at 2:1 of 64-port switches
NODES = INSTALLED // IN_A_SERVER
fabric_kw, FABRIC = plain.network(
    IN_A_SERVER, NODES, PORTS, FILE["interconnect"]["oversubscription"], "Quantum-2 QM9700"
)
racks_kw = INSTALLED / SILICON["accelerators_per_rack"] * number(SILICON["rack_power"])
IT_DESIGN = racks_kw + INSTALLED * plain.row("system", "*", "support_power") + fabric_kw

# a server needs a day when it fails; eight servers stand by
AVAILABILITY = plain.availability(ACTIVE // IN_A_SERVER, NODES)

# --- calendar -------------------------------------------------------------------------------------------------------

MONTH_0 = month(FILE["build"]["spending"]["start"])
START = ENERGISED + 1
LET_UNTIL, EXIT = START + 24 - 1, START + 60 - 1
MONTHS = plain.calendar(MONTH_0, EXIT)
# what the ended contract held stands still; the rest runs, sold or not
on = plain.between(MONTHS, START, EXIT) - plain.between(
    MONTHS, LET_UNTIL + 1, EXIT, APPLICATION["accelerators"] / ACTIVE
)
energised = plain.between(MONTHS, ENERGISED, EXIT)

# --- revenue --------------------------------------------------------------------------------------------------------

# reserved hours are paid in months of 730 h; sales by the hour in available hours of the calendar, 65 % of them sold,
# 15 % cheaper at each anniversary
reserved = number(APPLICATION["price"]) * APPLICATION["accelerators"] * plain.default("contract", "billing_hours")
let = plain.between(MONTHS, START, LET_UNTIL, reserved)
by_the_hour = plain.sold_by_the_hour(MONTHS, MERCHANT, AVAILABILITY, START, EXIT)
revenue = let + by_the_hour

# --- capex ----------------------------------------------------------------------------------------------------------

# the hall with its contingency along an S-curve; servers, network and storage a month before delivery
HALLS = number(HALL["it_capacity"]) * number(HALL["cost"]) * (1 + plain.default("build", "contingency"))
halls_paid = plain.s_curve(MONTHS, MONTH_0, int(number(FILE["build"]["spending"]["duration"])), HALLS)
SERVERS = INSTALLED * number(SILICON["price"])
STORAGE = SERVERS * STORAGE_TO_NODES
CONSUMED = SERVERS + FABRIC + STORAGE
capex = halls_paid + plain.at(MONTHS, ENERGISED - 1, CONSUMED)

# --- power ----------------------------------------------------------------------------------------------------------

# energy at 62 USD/MWh; demand at 8 USD/kW-month on the month's peak, at least 80 % of what is energised
GRID = FILE["power"]["supply"]["grid"]
grid_kwh = plain.metered(MONTHS, METER_ENERGY, IT_DESIGN * on)
minimum_kw = plain.default("supply", "minimum_take") * CONNECTED * energised
billed_kw = plain.billed(MONTHS, METER_PEAK, IT_DESIGN * on, minimum_kw)
power_cost = plain.bill(GRID, grid_kwh, billed_kw)

# --- operating cost -------------------------------------------------------------------------------------------------

IT_POWER = number(HALL["it_capacity"]) * 1e3
facility = plain.facility(MONTHS, IT_POWER, energised)
support = plain.support(CONSUMED, on)
property_tax = plain.property_tax(HALLS, energised)
ebitda = revenue - power_cost - facility - support - property_tax

# --- tax ------------------------------------------------------------------------------------------------------------

# all but the shell is expensed in June 2026; the State follows, and its tax is deducted from federal income
shell_wear = plain.building_depreciation(MONTHS, ENERGISED, HALLS * SHELL, EXIT, SHELL_YEARS)
depreciation = plain.at(MONTHS, ENERGISED, EXPENSED * (CONSUMED + HALLS * (1 - SHELL))) + shell_wear
SALE = plain.durables_left(HALLS, ENERGISED, EXIT)
sale = plain.at(MONTHS, EXIT, SALE)
basis_sold = plain.at(MONTHS, EXIT, HALLS * SHELL - shell_wear.sum())
taxable = ebitda + sale - depreciation - basis_sold
state_tax, _ = plain.income_tax(MONTHS, taxable, STATE, LOSS_LIMIT)
federal_tax, losses = plain.income_tax(MONTHS, taxable - state_tax, FEDERAL, LOSS_LIMIT)
tax = state_tax + federal_tax

# --- unit cost ------------------------------------------------------------------------------------------------------

# all active accelerators for the silicon's life from acceptance, whoever buys; taxed at both rates together
COMBINED = STATE + FEDERAL * (1 - STATE)
WACC = plain.default("capital", "discount_rate")
live = plain.between(MONTHS, START, START + int(number(SILICON["economic_life"])) - 1)
all_power = plain.bill(
    GRID,
    plain.metered(MONTHS, METER_ENERGY, IT_DESIGN * live),
    plain.billed(MONTHS, METER_PEAK, IT_DESIGN * live, minimum_kw),
)
all_support = plain.support(CONSUMED, live)
available = ACTIVE * AVAILABILITY * plain.hours(MONTHS) * live
HOURS = plain.present(MONTHS, available, WACC)
LCOC = plain.levelised(
    MONTHS,
    WACC,
    COMBINED,
    capex,
    depreciation + basis_sold,
    all_power + facility + all_support + property_tax,
    sale,
    available,
)

# --- project --------------------------------------------------------------------------------------------------------

before_tax = ebitda + sale - capex
flow = before_tax - tax
FIRST_YEAR = plain.between(MONTHS, START, START + 11)

# with a residual: what is bought with the silicon at its low case by age, the empty shell at fifteen
# years of rent, after six months and a refit that brings liquid
RELET = plain.relet(MONTHS, EXIT, IT_POWER, WACC, plain.rebuilt())
resale = plain.at(MONTHS, EXIT, RELET + CONSUMED * plain.silicon_low(EXIT - ENERGISED))
taxable_with_resale = ebitda + resale - depreciation - basis_sold
state_with_resale, _ = plain.income_tax(MONTHS, taxable_with_resale, STATE, LOSS_LIMIT)
federal_with_resale, _ = plain.income_tax(MONTHS, taxable_with_resale - state_with_resale, FEDERAL, LOSS_LIMIT)
flow_with_resale = ebitda + resale - capex - state_with_resale - federal_with_resale

FIGURES = {
    # documents
    "accelerators of a server": (IN_A_SERVER, lambda e: e.input("plant.silicon.accelerators_per_node")),
    "storage": (SERVERS * STORAGE_TO_NODES, lambda e: e.total("a_capex[storage]")),
    "network": (FABRIC, lambda e: e.total("a_capex[fabric]")),
    "shell": (HALLS * SHELL, lambda e: e.total("a_capex[shell]")),
    "electrical plant": (HALLS * ELECTRICAL, lambda e: e.total("a_capex[electrical]")),
    "federal rate": (FEDERAL, lambda e: e.input("finance.tax.federal")),
    "loss limit": (LOSS_LIMIT, lambda e: e.input("finance.tax.loss_limit")),
    "ports of a switch": (PORTS, lambda e: e.input("plant.network.switch_radix")),
    "shell's tax depreciation in 2027": (HALLS * SHELL / SHELL_YEARS, lambda e: e.year("d_depreciation[shell]", 2027)),
    "chance that the application still pays after five years": (
        1 - BBB_FIVE_YEARS,
        lambda e: e.at("c_buyer_survival[application 2026-06]", MONTH_0 + 60),
    ),
    "State's rate": (STATE, lambda e: e.input("finance.tax.state")),
    # plant
    "IT design load": (IT_DESIGN, lambda e: e.step("it_design_load")),
    "availability": (AVAILABILITY, lambda e: e.step("availability")),
    # calendar, project
    **of_project(MONTHS, EXIT, flow, SALE, WACC),
    "first revenue": (int(START), lambda e: e.first("revenue")),
    "last month under contract": (int(LET_UNTIL), lambda e: e.last("c_revenue[application 2026-06]")),
    # capex
    "halls paid to December 2025": (
        plain.total(MONTHS, halls_paid, until="2025-12"),
        lambda e: e.total("capex", until="2025-12"),
    ),
    "capex": (plain.total(MONTHS, capex), lambda e: e.metric("capex_usd")),
    # revenue and cost
    **of_operation(MONTHS, FIRST_YEAR, grid_kwh, power_cost, facility, ebitda, depreciation),
    "contract in 2027": (plain.year(MONTHS, let, 2027), lambda e: e.year("c_revenue[application 2026-06]", 2027)),
    "sales by the hour in 2028": (
        plain.year(MONTHS, by_the_hour, 2028),
        lambda e: e.year("c_revenue[merchant 2026-06]", 2028),
    ),
    "revenue, first full year": (plain.total(MONTHS, revenue * FIRST_YEAR), lambda e: e.metric("revenue_usd_per_year")),
    "power in 2027": (plain.year(MONTHS, power_cost, 2027), lambda e: e.year("power_cost", 2027)),
    "power in 2029": (plain.year(MONTHS, power_cost, 2029), lambda e: e.year("power_cost", 2029)),
    "silicon support in 2028": (plain.year(MONTHS, support, 2028), lambda e: e.year("silicon_support", 2028)),
    # tax
    "State's tax in 2028": (plain.year(MONTHS, state_tax, 2028), lambda e: e.year("v_tax[project state]", 2028)),
    "unlevered tax in 2028": (plain.year(MONTHS, tax, 2028), lambda e: e.year("project_tax", 2028)),
    "unlevered tax": (plain.total(MONTHS, tax), lambda e: e.total("project_tax")),
    # unit cost
    "LCOC": (LCOC, lambda e: e.metric("lcoc_usd_per_accelerator_hour")),
    "network in an hour": (
        plain.present(MONTHS, plain.at(MONTHS, ENERGISED - 1, FABRIC), WACC) / HOURS,
        lambda e: e.part("lcoc_usd_per_accelerator_hour", "interconnect"),
    ),
    "people in an hour": (
        plain.present(MONTHS, facility, WACC) / HOURS,
        lambda e: e.part("lcoc_usd_per_accelerator_hour", "people"),
    ),
    # the book: hours that are paid for over those of all active accelerators in their life
    "coverage": (
        APPLICATION["accelerators"]
        * plain.default("contract", "billing_hours")
        * 24
        / (available / AVAILABILITY).sum(),
        lambda e: e.metric("coverage"),
    ),
    # project
    "IRR with a residual": (plain.irr(flow_with_resale), lambda e: e.metric("project_irr", "contract_and_residual")),
    "payback": (plain.payback(flow), lambda e: int(e.metric("payback_months"))),
    "IRR before tax": (plain.irr(before_tax), lambda e: e.metric("project_irr_before_tax")),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_the_engine_says_the_same(engine, figure):
    ours, theirs = FIGURES[figure]
    assert agrees(ours, theirs(engine))
