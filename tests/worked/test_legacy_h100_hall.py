"""A hall of the years before by hand: leased, air-cooled, part let by the kilowatt, accelerators sold by the hour.

The site is nobody's, so its documents are those of its parts: the maker's server, the tax law, the cost guide, the
bond market. From the file and the library's rows to each figure, the engine's beside it at the end. Money in USD,
power in kW, one value a month from month 0.
"""

from __future__ import annotations

import pytest

from worked import plain
from worked.engine import agrees
from worked.figures import of_operation, of_project
from worked.plain import month, number

# --- what documents say ---------------------------------------------------------------------------------------------

# NVIDIA HGX H100, from the maker's specification
IN_A_SERVER = 8  # accelerators
SERVER_POWER = 10.2  # kW, and there is one in each rack
# NVIDIA Quantum-2 QM9700: 64 ports of 400 Gb/s
PORTS = 64
# CoreWeave for investors, 2025: of the cost of a cluster, nodes 85 %, network 10 %, storage 5 %
STORAGE_TO_NODES = 0.05 / 0.85
# Cushman & Wakefield, Data Center Development Cost Guide 2024: of a hall's cost, shell, site, back of house and office;
# and critical capacity with white space, split 60 to 40 between electrical and mechanical
SHELL = 0.21 + 0.10 + 0.04 + 0.02
MECHANICAL = 0.4 * (0.53 + 0.10)
# Internal Revenue Code
FEDERAL = 0.21  # section 11
LOSS_LIMIT = 0.80  # section 172
SHELL_YEARS = 39  # section 168(c)
EXPENSED = 1.0  # section 168(k): bought after 19 January 2025
# US Treasury, five years, week of 2026-07
RISK_FREE = 0.0438

# --- what the file adds ---------------------------------------------------------------------------------------------

FACTORY = "legacy-h100-hall"
FILE = plain.factory(FACTORY)
SILICON, HALL, LEASE = FILE["silicon"], FILE["build"]["halls"]["dallas"], FILE["build"]["lease"]
SALES, TENANTS = FILE["offtake"]["on_demand"], FILE["offtake"]["tenants"]
(ENERGISED,), (CONNECTED,) = plain.milestones(FILE)
INSTALLED = int(SILICON["accelerators"])

# --- printed by the engine: the physics, which is not reckoned again here (`show legacy-h100-hall plant`) ------------

# kWh at the meter per kW of design IT load in January to December of the typical year, and kW at its highest hour
METER_ENERGY = (
    *(785.1727256, 709.241155, 785.6469308, 760.6006618, 791.6725832, 778.457635),
    *(808.6279008, 806.8395146, 768.856181, 787.8368592, 760.2262939, 785.4263616),
)
METER_PEAK = (
    *(1.372179931, 1.372359317, 1.372844231, 1.387449742, 1.427529063, 1.440093104),
    *(1.452002204, 1.442078372, 1.440457956, 1.414494605, 1.372423506, 1.383769321),
)

# --- plant ----------------------------------------------------------------------------------------------------------

# eight planes, one for each accelerator of a server, each a two-tier tree of 64-port switches
NODES = INSTALLED // IN_A_SERVER
fabric_kw, FABRIC = plain.network(
    IN_A_SERVER, NODES, PORTS, FILE["interconnect"]["oversubscription"], "Quantum-2 QM9700"
)
IT_DESIGN = NODES * SERVER_POWER + INSTALLED * plain.row("system", "*", "support_power") + fabric_kw

# a server fails and is repaired in a day, none stands by
AVAILABILITY = plain.availability(NODES, NODES)

# --- calendar -------------------------------------------------------------------------------------------------------

MONTH_0 = month(FILE["build"]["spending"]["start"])
START = ENERGISED + 1  # of sales; tenants move in with the power
TENANTS_END, EXIT = ENERGISED + 60 - 1, START + 60 - 1
MONTHS = plain.calendar(MONTH_0, EXIT)
energised = plain.between(MONTHS, ENERGISED, EXIT)
on = plain.between(MONTHS, START, EXIT)  # silicon at work; what is fixed runs from the power on

# --- revenue --------------------------------------------------------------------------------------------------------

# sales by the hour in available hours of the calendar, 75 % of them sold, at a price that stays; tenants by the kW, the
# library's 3 % dearer at each anniversary
by_the_hour = plain.sold_by_the_hour(MONTHS, SALES, AVAILABILITY, START, EXIT)
TENANTS_KW = number(TENANTS["power"]) * 1e3
rent = (
    number(TENANTS["price"])
    * TENANTS_KW
    * plain.anniversaries(MONTHS, ENERGISED, plain.default("contract", "lease_escalator"))
    * plain.between(MONTHS, ENERGISED, TENANTS_END)
)
revenue = by_the_hour + rent

# --- capex ----------------------------------------------------------------------------------------------------------

# the fit-out with its contingency in equal parts; servers, network and storage a month before delivery
FIT_OUT = number(HALL["it_capacity"]) * number(HALL["cost"]) * (1 + plain.default("build", "contingency"))
fit_out_paid = plain.evenly(MONTHS, MONTH_0, int(number(FILE["build"]["spending"]["duration"])), FIT_OUT)
SERVERS = INSTALLED * number(SILICON["price"])
STORAGE = SERVERS * STORAGE_TO_NODES
CONSUMED = SERVERS + FABRIC + STORAGE
capex = fit_out_paid + plain.at(MONTHS, ENERGISED - 1, CONSUMED)

# --- power ----------------------------------------------------------------------------------------------------------

# the tenants pay their own energy and, while they are there, their part of the connection by IT power. Ours: energy at
# 58 USD/MWh; demand at 9 USD/kW-month on the month's peak, at least 80 % of what is energised
GRID = FILE["power"]["supply"]["grid"]
ours = IT_DESIGN / (IT_DESIGN + TENANTS_KW * plain.between(MONTHS, ENERGISED, TENANTS_END))
grid_kwh = plain.metered(MONTHS, METER_ENERGY, IT_DESIGN * on)
minimum_kw = plain.default("supply", "minimum_take") * CONNECTED * ours * energised
billed_kw = plain.billed(MONTHS, METER_PEAK, IT_DESIGN * on, minimum_kw)
power_cost = plain.bill(GRID, grid_kwh, billed_kw)

# --- operating cost -------------------------------------------------------------------------------------------------

IT_POWER = number(HALL["it_capacity"]) * 1e3
facility = plain.facility(MONTHS, IT_POWER, energised)
support = plain.support(CONSUMED, on)
property_tax = plain.property_tax(FIT_OUT, energised)
# the building is rented from its hand-over, when its power comes, to the exit, 3 % dearer on its anniversaries
RENT = number(LEASE["rent"]) * number(LEASE["power"]) * 1e3  # a month, first year
rent_paid = RENT * plain.anniversaries(MONTHS, ENERGISED, number(LEASE["escalator"])) * energised
ebitda = revenue - power_cost - facility - support - property_tax - rent_paid

FIRST_YEAR = plain.between(MONTHS, START, START + 11)

# --- tax ------------------------------------------------------------------------------------------------------------

# all but the shell is expensed in January 2026; Texas has no income tax
shell_wear = plain.building_depreciation(MONTHS, ENERGISED, FIT_OUT * SHELL, EXIT, SHELL_YEARS)
depreciation = plain.at(MONTHS, ENERGISED, EXPENSED * (CONSUMED + FIT_OUT * (1 - SHELL))) + shell_wear
FIT_OUT_LEFT = plain.durables_left(FIT_OUT, ENERGISED, EXIT)
sale = plain.at(MONTHS, EXIT, FIT_OUT_LEFT)
basis_sold = plain.at(MONTHS, EXIT, FIT_OUT * SHELL - shell_wear.sum())
tax, losses = plain.income_tax(MONTHS, ebitda + sale - depreciation - basis_sold, FEDERAL, LOSS_LIMIT)

# --- unit cost ------------------------------------------------------------------------------------------------------

# our part of the hall for five years of the silicon from its first sale; the tenants' part is that of their IT power
# as long as they are there
WACC = plain.default("capital", "discount_rate")
PART = IT_DESIGN / (IT_DESIGN + TENANTS_KW)
own_capex = fit_out_paid * PART + plain.at(MONTHS, ENERGISED - 1, CONSUMED)
own_depreciation = plain.at(MONTHS, ENERGISED, CONSUMED) + PART * (
    depreciation + basis_sold - plain.at(MONTHS, ENERGISED, CONSUMED)
)
own_opex = power_cost + support + PART * (facility + property_tax + rent_paid)
available = INSTALLED * AVAILABILITY * plain.hours(MONTHS) * on
LCOC = plain.levelised(MONTHS, WACC, FEDERAL, own_capex, own_depreciation, own_opex, PART * sale, available)

# --- project --------------------------------------------------------------------------------------------------------

before_tax = ebitda + sale - capex
flow = before_tax - tax

FIGURES = {
    # documents
    "accelerators of a server": (IN_A_SERVER, lambda e: e.input("plant.silicon.accelerators_per_node")),
    "racks' power": (NODES * SERVER_POWER, lambda e: e.step("racks") * e.metric("rack_power_kw")),
    "ports of a switch": (PORTS, lambda e: e.input("plant.network.switch_radix")),
    "storage": (SERVERS * STORAGE_TO_NODES, lambda e: e.total("a_capex[storage]")),
    "shell": (FIT_OUT * SHELL, lambda e: e.total("a_capex[shell]")),
    "mechanical plant": (FIT_OUT * MECHANICAL, lambda e: e.total("a_capex[mechanical]")),
    "federal rate": (FEDERAL, lambda e: e.input("finance.tax.federal")),
    "loss limit": (LOSS_LIMIT, lambda e: e.input("finance.tax.loss_limit")),
    "shell's tax depreciation in 2027": (
        FIT_OUT * SHELL / SHELL_YEARS,
        lambda e: e.year("d_depreciation[shell]", 2027),
    ),
    "risk-free rate": (RISK_FREE, lambda e: e.input("finance.capital.risk_free")),
    # plant
    "network": (FABRIC, lambda e: e.total("a_capex[fabric]")),
    "IT design load": (IT_DESIGN, lambda e: e.step("it_design_load")),
    "availability": (AVAILABILITY, lambda e: e.step("availability")),
    # calendar, project
    **of_project(MONTHS, EXIT, flow, FIT_OUT_LEFT, WACC),
    "first revenue": (int(ENERGISED), lambda e: e.first("revenue")),
    "last rent": (int(TENANTS_END), lambda e: e.last("lease_revenue")),
    # capex
    "capex": (plain.total(MONTHS, capex), lambda e: e.metric("capex_usd")),
    "capex in December 2025": (float(capex[month("2025-12") == MONTHS][0]), lambda e: e.at("capex", month("2025-12"))),
    # revenue and cost
    **of_operation(MONTHS, FIRST_YEAR, grid_kwh, power_cost, facility, ebitda, depreciation),
    "sales by the hour in 2027": (plain.year(MONTHS, by_the_hour, 2027), lambda e: e.year("contract_revenue", 2027)),
    "rent of the tenants in 2030": (plain.year(MONTHS, rent, 2030), lambda e: e.year("lease_revenue", 2030)),
    "revenue, first full year": (plain.total(MONTHS, revenue * FIRST_YEAR), lambda e: e.metric("revenue_usd_per_year")),
    "demand billed in 2027, kW-months": (plain.year(MONTHS, billed_kw, 2027), lambda e: e.year("billed_demand", 2027)),
    "power in 2026": (plain.year(MONTHS, power_cost, 2026), lambda e: e.year("power_cost", 2026)),
    "silicon support in 2026": (plain.year(MONTHS, support, 2026), lambda e: e.year("silicon_support", 2026)),
    "property tax in 2026": (plain.year(MONTHS, property_tax, 2026), lambda e: e.year("property_tax", 2026)),
    "rent paid in 2027": (plain.year(MONTHS, rent_paid, 2027), lambda e: e.year("rent_paid", 2027)),
    # tax
    "losses carried out of 2026": (losses[2026], lambda e: e.at("v_nol_closing[project]", month("2026-12"))),
    "unlevered tax": (plain.total(MONTHS, tax), lambda e: e.total("v_tax[project]")),
    # unit cost
    "LCOC": (LCOC, lambda e: e.metric("lcoc_usd_per_accelerator_hour")),
    # project
    "IRR before tax": (plain.irr(before_tax), lambda e: e.metric("project_irr_before_tax")),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_the_engine_says_the_same(engine, figure):
    ours, theirs = FIGURES[figure]
    assert agrees(ours, theirs(engine))
