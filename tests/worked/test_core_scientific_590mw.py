"""Core Scientific's 590 MW for CoreWeave by hand: a landlord who converts mines and lets by the kilowatt.

Read from the top: what the documents say, what the file and the library's rows add, then each figure with its
equation, and at the end the engine's figure beside it. Money in USD, power in kW, one value a month from month 0.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from worked import plain
from worked.engine import agrees
from worked.figures import of_loan, of_project
from worked.plain import month, number

# --- what documents say ---------------------------------------------------------------------------------------------

# Core Scientific Q1 2026 review and Fintool Q1 2025: all contracts with CoreWeave
LET = 590_000.0  # kW
TENOR = 144
RENT_PER_MW_YEAR = 1.44e6  # 243 MW bill about 350 million a year
RENT_A_MONTH = LET / 1e3 * RENT_PER_MW_YEAR / 12
SIGNED = month("2024-06")  # 2024-06-03, the first 200 MW
FUNDED_PER_MW, CREDITED = 1.5e6, 0.5  # what the tenant pays of the conversion, and how much of a month's fee returns it
# secured notes of April and May 2026
DISCLOSED_NOTES = 3.3e9
NOTES_RATE = 0.0775
NOTES_CLOSE = month("2026-05")
RATING = "B"  # S&P on CoreWeave: B+
# Internal Revenue Code
FEDERAL = 0.21  # section 11
LOSS_LIMIT = 0.80  # section 172
BONUS = {2026: 0.20, 2027: 0.0}  # section 168(k): bought before 20 January 2025, by the year of placing in service
# IRS Publication 946, table A-1: fifteen-year property, half-year convention
FIRST_YEAR_RATE, SECOND_YEAR_RATE = 0.05, 0.095

# --- what the file adds ---------------------------------------------------------------------------------------------

FACTORY = "core-scientific-590mw"
FILE = plain.factory(FACTORY)
BUILD, HALL = FILE["build"], FILE["build"]["halls"]["six_sites"]
PHASES, METERED = plain.milestones(FILE)
SHARE = METERED / METERED.sum()
IT_POWER = number(HALL["it_capacity"]) * 1e3

# --- calendar -------------------------------------------------------------------------------------------------------

MONTH_0 = month(BUILD["spending"]["start"])
STARTS = PHASES + 1  # each part of the power is let a month after it is energised, for its own twelve years
ENDS = STARTS + TENOR - 1
FULL_OPERATION, EXIT = int(STARTS[-1]), int(ENDS[-1])
MONTHS = plain.calendar(MONTH_0, EXIT)
energised = plain.between(MONTHS, PHASES, EXIT, SHARE)
FIRST_YEAR = plain.between(MONTHS, FULL_OPERATION, FULL_OPERATION + 11)

# --- rent -----------------------------------------------------------------------------------------------------------

# 120 USD/kW-month that stays; the tenant pays for its power
rent = RENT_A_MONTH * plain.between(MONTHS, STARTS, ENDS, SHARE)

# --- capex ----------------------------------------------------------------------------------------------------------

# all of the conversion, half of it the tenant's: 3.0 million USD/MW and the library's contingency, along an S-curve of
# thirty months
HALLS = IT_POWER / 1e3 * number(HALL["cost"]) * (1 + plain.default("build", "contingency"))
COST = plain.by_class(HALLS)
DURATION = int(number(BUILD["spending"]["duration"]))
capex = plain.s_curve(MONTHS, MONTH_0, DURATION, HALLS)
PLACED = plain.in_service(MONTHS, capex, PHASES, SHARE)
# the tenant pays its part as the conversion is paid; each part's fees return it, half of a month's fee at most
TENANTS = LET / 1e3 * FUNDED_PER_MW
funding = plain.s_curve(MONTHS, MONTH_0, DURATION, TENANTS)
PAYBACK = TENANTS / (CREDITED * RENT_A_MONTH)  # months, the same for every part
credited = sum(
    CREDITED * RENT_A_MONTH * share * np.clip(PAYBACK - (MONTHS - start), 0, 1) * plain.between(MONTHS, start, EXIT)
    for start, share in zip(STARTS, SHARE, strict=True)
)

# --- operating cost -------------------------------------------------------------------------------------------------

facility = plain.facility(MONTHS, IT_POWER, energised)
property_tax = plain.property_tax(HALLS, energised)
ebitda = rent - facility - property_tax

# --- tax ------------------------------------------------------------------------------------------------------------

# bought before 2025: a fifth of what is placed in 2026 at once, nothing of 2027, the rest by the fifteen-year tables:
# no year has more than 40 % of it in its last quarter (February, March, September), so the half-year convention holds.
# The shell takes 39 years; at the exit the basis that is left stands against the price of the durables
PLANT = COST["electrical"] + COST["mechanical"]
plant = sum(
    plain.macrs(MONTHS, int(placed), share * PLANT, BONUS[placed // 12], table)
    for placed, share, table in zip(PLACED, SHARE, plain.tables("15", PLACED, SHARE * PLANT), strict=True)
)
shell_wear = plain.building_depreciation(MONTHS, PLACED, SHARE * COST["shell"], EXIT)
depreciation = plant + shell_wear
SALE = plain.durables_left(SHARE * HALLS, PLACED, EXIT).sum()
sale = plain.at(MONTHS, EXIT, SALE)
basis_sold = plain.at(MONTHS, EXIT, HALLS - depreciation.sum())
tax, losses = plain.income_tax(MONTHS, ebitda + sale - depreciation - basis_sold, FEDERAL, LOSS_LIMIT)

# --- project --------------------------------------------------------------------------------------------------------

WACC = plain.default("capital", "discount_rate")
before_tax = ebitda + sale - capex
flow = before_tax - tax

# with a residual: the empty shell at fifteen years of rent at the prices of the exit, after six months
RELET = plain.relet(MONTHS, EXIT, IT_POWER, WACC)
resale = plain.at(MONTHS, EXIT, RELET)
tax_with_resale, _ = plain.income_tax(MONTHS, ebitda + resale - depreciation - basis_sold, FEDERAL, LOSS_LIMIT)
flow_with_resale = ebitda + resale - capex - tax_with_resale

# --- debt -----------------------------------------------------------------------------------------------------------

# The lender counts contracted rent less credits, cost and tax, without the sale. Service runs from full operation to
# maturity, at the cover of rent from a tenant of letter B; while rent is credited cash just pays the interest
TERMS = FILE["capital"]["debt"]["notes"]
served = plain.between(MONTHS, FULL_OPERATION, month(TERMS["matures"]))
lender_tax, _ = plain.income_tax(MONTHS, ebitda - depreciation, FEDERAL, LOSS_LIMIT)
COVER = plain.sizing_cover("rent", RATING, served.sum())
LAST_BUILT = FULL_OPERATION - 1 - MONTH_0  # place of the last month of building
LAST_SERVED = month(TERMS["matures"]) - MONTH_0
lenders_cash = (ebitda - credited - lender_tax) * served
sculpt = plain.owed(lenders_cash, COVER, NOTES_RATE / 12)
limit = plain.owed_with_interest_paid(lenders_cash, COVER, NOTES_RATE / 12, LAST_BUILT + 1, LAST_SERVED)
COVER_LIMIT = limit[LAST_BUILT]
share = np.minimum.accumulate((limit / np.where(sculpt > 0, sculpt, 1))[LAST_BUILT:LAST_SERVED])
path = np.zeros(len(MONTHS))  # cover is level from the tightest month on, and what is repaid stays repaid
path[LAST_BUILT:LAST_SERVED] = np.minimum.accumulate(share * sculpt[LAST_BUILT:LAST_SERVED])
of_a_dollar = plain.dollar(path, LAST_BUILT, served, NOTES_RATE / 12)
# six months of service are put aside in the last month of building; drawn as it is needed, from its close on:
# what will not be needed goes to the owners at the close
BUILT = slice(0, LAST_BUILT + 1)
early_cash = (funding + ebitda - credited - lender_tax)[BUILT]
FIRST_RESERVE = of_a_dollar["reserve"][LAST_BUILT]
building = partial(
    plain.built_with_all, capex[BUILT], early_cash, NOTES_CLOSE - MONTH_0, NOTES_RATE / 12, FIRST_RESERVE
)

COMMITMENT = COVER_LIMIT  # the tenant funds the cost, which therefore limits nothing
LOAN = plain.loan(COMMITMENT, of_a_dollar, building(COMMITMENT), NOTES_RATE / 12)

# the owner's tax deducts interest, up to 30 % of income; cash for debt service leaves the sale's tax to the sale
before_debt = (ebitda, credited, depreciation, lender_tax)
OWNED = plain.owned(MONTHS, before_debt, (sale, basis_sold), LOAN, served, (FEDERAL, LOSS_LIMIT))

# --- does the contract alone pay the plant? --------------------------------------------------------------------------

# the plant is less what durables are worth at the end
COMMITTED = plain.committed_cover(MONTHS, RATING, SIGNED, rent, facility + property_tax + lender_tax, capex - sale)

FIGURES = {
    # documents
    "power let": (LET, lambda e: sum(lease.power for lease in e.input("offtake.leases"))),
    "tenor": (TENOR, lambda e: int((e.series("l_rent[coreweave 2026-03]") > 0).sum())),
    "rent a month, all let": (RENT_A_MONTH, lambda e: e.at("revenue", month("2028-01"))),
    "rent of twelve years": (RENT_A_MONTH * TENOR, lambda e: e.total("revenue")),
    "funded by the tenant": (TENANTS, lambda e: e.total("prepayment_in")),
    "returned to the tenant in 2027": (plain.year(MONTHS, credited, 2027), lambda e: e.year("prepayment_credit", 2027)),
    "rate of the notes": (NOTES_RATE, lambda e: e.result.debt["rate_per_year"]),
    "notes as disclosed": (DISCLOSED_NOTES, lambda e: e.result.debt["disclosed"]["amount_usd"]),
    "close of the notes": (NOTES_CLOSE, lambda e: month(e.result.debt["tranches"]["notes"]["closes"])),
    "federal rate": (FEDERAL, lambda e: e.input("finance.tax.federal")),
    "plant's tax depreciation at the first phase": (
        SHARE[0] * PLANT * (BONUS[2026] + (1 - BONUS[2026]) * FIRST_YEAR_RATE),
        lambda e: e.at("d_depreciation[electrical]", PHASES[0]) + e.at("d_depreciation[mechanical]", PHASES[0]),
    ),
    "plant's tax depreciation in 2028 of the last phase, beside that of the others": (
        SHARE[2] * PLANT * SECOND_YEAR_RATE + SHARE[:2].sum() * PLANT * (1 - BONUS[2026]) * 0.0855,
        lambda e: e.year("d_depreciation[electrical]", 2028) + e.year("d_depreciation[mechanical]", 2028),
    ),
    # calendar, project
    **of_project(MONTHS, EXIT, flow, SALE, WACC),
    "first revenue": (int(STARTS[0]), lambda e: e.first("revenue")),
    # capex
    "capex": (HALLS, lambda e: e.metric("capex_usd")),
    "capex in 2025": (plain.year(MONTHS, capex, 2025), lambda e: e.year("capex", 2025)),
    "shell": (COST["shell"], lambda e: e.total("a_capex[shell]")),
    # revenue and cost
    "revenue in 2026": (plain.year(MONTHS, rent, 2026), lambda e: e.year("revenue", 2026)),
    "revenue in 2039": (plain.year(MONTHS, rent, 2039), lambda e: e.year("revenue", 2039)),
    "building's staff in 2030": (plain.year(MONTHS, facility, 2030), lambda e: e.year("facility_cost", 2030)),
    "property tax in 2026": (plain.year(MONTHS, property_tax, 2026), lambda e: e.year("property_tax", 2026)),
    "EBITDA, first full year": (plain.total(MONTHS, ebitda * FIRST_YEAR), lambda e: e.metric("ebitda_usd_per_year")),
    # tax
    "tax depreciation in 2026": (plain.year(MONTHS, depreciation, 2026), lambda e: e.year("d_depreciation", 2026)),
    "tax depreciation": (plain.total(MONTHS, depreciation), lambda e: e.total("v_depreciation[project]")),
    "unlevered tax in 2030": (plain.year(MONTHS, tax, 2030), lambda e: e.year("v_tax[project]", 2030)),
    "unlevered tax": (plain.total(MONTHS, tax), lambda e: e.total("v_tax[project]")),
    # project
    "IRR with a residual": (plain.irr(flow_with_resale), lambda e: e.metric("project_irr", "contract_and_residual")),
    "IRR before tax": (plain.irr(before_tax), lambda e: e.metric("project_irr_before_tax")),
    # debt, owners
    **of_loan(MONTHS, HALLS, LOAN, OWNED),
    "debt by cover": (COVER_LIMIT, lambda e: e.result.debt["limits"]["cover"]),
    "debt": (COMMITMENT, lambda e: e.metric("debt_usd")),
    "owed at the end of 2029": (
        LOAN.owed[month("2029-12") - MONTH_0],
        lambda e: e.at("debt_balance", month("2029-12")),
    ),
    "cover in December 2029": (OWNED.covers[month("2029-12")], lambda e: e.at("dscr", month("2029-12"))),
    "committed cash to plant": (COMMITTED, lambda e: e.metric("committed_capex_cover")),
    "payback": (plain.payback(flow), lambda e: int(e.metric("payback_months"))),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_the_engine_says_the_same(engine, figure):
    ours, theirs = FIGURES[figure]
    assert agrees(ours, theirs(engine))
