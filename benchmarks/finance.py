"""The engine on its own beside NREL's System Advisor Model, on the same projects in the same process.

``pip install --group benchmarks`` first. Prints, for each case, every series both engines have with the largest
difference relative to the row's largest value, then cases a second. Nothing is tuned: where the two differ,
``docs/validation/finance.md`` says why. ``--cases N`` is the size of the batches, ``--write`` puts the figures into
that page.

The peer: module Singleowner, annual, end of period, everything before operation at time 0.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

import computefactory as cf
from computefactory.finance import Asset, Conventions, Debt, Flow, Project, Replacement, Tax, macrs, straight_line

PAGE = Path(__file__).parents[1] / "docs" / "validation" / "finance.md"
GOAL = 1e-3  # largest difference of a row, of the row's largest value
YEARS = 25
CAPACITY = 100_000.0  # kW
ENERGY = 0.25 * 8760 * CAPACITY  # kWh a year
PRICE, COST = 0.055, 112e6  # USD/kWh, USD
BUILDING_FINANCE, CLOSING = 2.94178e6, 450e3  # USD: the first is part of the peer's depreciable basis
INFLATION, REAL_RATE = 0.025, 0.064

# the peer's conventions, in our words
AS_PEER = Conventions(
    growth="added",
    salvage="in_ebitda",
    replacements="reserved",
    basis="capex",
    left_over="lost",
    losses="at_once",
    deducted="state_from_federal",
)
SCULPTED = Debt(rate=0.07, tenor=18 * 12, repayment="sculpted", dscr=1.3, fee=0.0275, reserve=6)
PROJECT = Project(
    periods=YEARS,
    revenue=Flow(units=ENERGY, escalation=0.01),
    cost={
        "fixed": Flow(amounts=15 * CAPACITY, escalation=0.005, indexed=True),
        "insurance": Flow(amounts=0.005 * COST, indexed=True),
        "property tax": Flow(amounts=0.01 * COST * (1 - 0.02 * np.arange(YEARS))),
    },
    capex=COST,
    construction_financing=BUILDING_FINANCE,
    price=PRICE,
    inflation=INFLATION,
    real_discount_rate=REAL_RATE,
    salvage=0.05 * COST,
    financing_cost=CLOSING,
    working_reserve=6,
    reserve_interest=0.0175,
    assets={
        "equipment": Asset(share=0.90, federal=macrs("5")),
        "site": Asset(share=0.015, federal=macrs("15")),
        "roads": Asset(share=0.025, federal=straight_line(15, half_year=True)),
        "lines": Asset(share=0.03, federal=straight_line(20, half_year=True)),
    },
    replacements={"converters": Replacement(cost=0.1 * CAPACITY * 1000, every=12, indexed=True, federal=macrs("5"))},
    debt=SCULPTED,
    tax=Tax(federal=0.21, state=0.07),
    conventions=AS_PEER,
)
CASES: dict[str, Project] = {
    "sculpted": PROJECT,
    "sculpted, capped": replace(
        PROJECT, debt=replace(SCULPTED, max_fraction=0.5), conventions=replace(AS_PEER, cap="first_estimate")
    ),
    "level": replace(
        PROJECT, debt=Debt(rate=0.07, tenor=18 * 12, repayment="level", fraction=0.5, fee=0.0275, reserve=6)
    ),
    "equal principal": replace(
        PROJECT,
        debt=Debt(
            rate=0.07, tenor=18 * 12, moratorium=24, repayment="equal_principal", fraction=0.5, fee=0.0275, reserve=6
        ),
    ),
    "no debt": replace(PROJECT, debt=None),
    "no debt, late customers": replace(PROJECT, debt=None, receivables_reserve=2),
}
TARGET, TARGET_YEAR = 0.11, 20

# line of ours -> series of the peer; the peer's tax is negative where it is paid
SERIES: dict[str, Callable[[Any], Any]] = {
    "revenue": lambda out: out.cf_total_revenue,
    "cost": lambda out: out.cf_operating_expenses,
    "ebitda": lambda out: out.cf_ebitda,
    "served_cfads": lambda out: out.cf_cash_for_ds,
    "replacement_cost": lambda out: -np.array(out.cf_disbursement_equip1),
    "federal_depreciation": lambda out: out.cf_feddepr_total,
    "state_depreciation": lambda out: out.cf_stadepr_total,
    "federal_tax": lambda out: -np.array(out.cf_fedtax),
    "state_tax": lambda out: -np.array(out.cf_statax),
    "debt_balance": lambda out: out.cf_debt_balance,
    "interest": lambda out: out.cf_debt_payment_interest,
    "principal": lambda out: out.cf_debt_payment_principal,
    "debt_reserve": lambda out: out.cf_reserve_debtservice,
    "working_reserve": lambda out: out.cf_reserve_om,
    "receivables_reserve": lambda out: out.cf_reserve_receivables,
    "replacement_reserve": lambda out: out.cf_reserve_equip1,
    "reserve_interest": lambda out: out.cf_reserve_interest,
    "equity_flow_before_tax": lambda out: out.cf_project_return_pretax,
    "equity_flow": lambda out: out.cf_project_return_aftertax,
}
NUMBERS: dict[str, Callable[[Any], Any]] = {
    "debt": lambda out: out.size_of_debt,
    "total_uses": lambda out: out.cost_installed,
    "min_dscr": lambda out: out.min_dscr,
    "equity_irr": lambda out: out.project_return_aftertax_irr / 100,
    "npv": lambda out: out.project_return_aftertax_npv,
    "levelised_price": lambda out: out.lppa_nom / 100,
    "levelised_price_real": lambda out: out.lppa_real / 100,
    "levelised_cost": lambda out: out.lcoe_nom / 100,
    "levelised_cost_real": lambda out: out.lcoe_real / 100,
}
LATE = ("levelised_cost", "levelised_cost_real")  # in which the peer does not count a receivables reserve as it moves
OF_DEBT = ("served_cfads", "debt_balance", "interest", "principal", "debt_reserve", "debt", "min_dscr")


def peer(project: Project) -> Any:
    """The peer's model of ``project``, ready to be executed."""
    from PySAM import Singleowner

    model = Singleowner.default("FlatPlatePVSingleOwner")
    debt = project.debt or Debt(rate=0.07, tenor=0, repayment="level", fraction=0)
    inputs = {
        "SystemOutput": {
            "gen": [ENERGY / 8760] * 8760,
            "gen_without_battery": [ENERGY / 8760] * 8760,
            "system_pre_curtailment_kwac": [ENERGY / 8760] * 8760,
            "annual_energy_pre_curtailment_ac": ENERGY,
            "degradation": [0.0],
            "system_capacity": CAPACITY,
        },
        "Lifetime": {"system_use_lifetime_output": 0},
        "ElectricityRates": {"en_electricity_rates": 1},  # the peer solves for a price only with this switch
        "TaxCreditIncentives": {"ptc_fed_amount": [0.0]},
        "Revenue": {
            "ppa_soln_mode": 1,
            "ppa_price_input": [project.price],
            "ppa_escalation": 1.0,
            "ppa_multiplier_model": 1,
            "dispatch_factors_ts": [1.0] * 8760,
            "flip_target_percent": 100 * TARGET,
            "flip_target_year": TARGET_YEAR,
        },
        "FinancialParameters": {
            "analysis_period": YEARS,
            "construction_financing_cost": BUILDING_FINANCE,
            "cost_debt_closing": CLOSING,
            "cost_debt_fee": 100 * debt.fee,
            "debt_option": 1 if debt.dscr is not None else 0,
            "debt_percent": 100 * (debt.fraction or 0),
            "dscr": debt.dscr or 1.0,
            "dscr_limit_debt_fraction": 0 if debt.max_fraction is None else 1,
            "dscr_maximum_debt_fraction": 100 * (debt.max_fraction or 1),
            "dscr_reserve_months": debt.reserve,
            "loan_moratorium": debt.moratorium / 12,
            "payment_option": 1 if debt.repayment == "equal_principal" else 0,
            "term_int_rate": 100 * debt.rate,
            "term_tenor": debt.tenor / 12,
            "equip1_reserve_cost": 0.1,
            "equip1_reserve_freq": 12,
            "equip_reserve_depr_fed": 0,
            "equip_reserve_depr_sta": 0,
            "federal_tax_rate": [100 * project.tax.federal],
            "state_tax_rate": [100 * project.tax.state],
            "inflation_rate": 100 * INFLATION,
            "real_discount_rate": 100 * REAL_RATE,
            "insurance_rate": 0.5,
            "property_tax_rate": 1.0,
            "prop_tax_cost_assessed_percent": 100.0,
            "prop_tax_assessed_decline": 2.0,
            "months_receivables_reserve": project.receivables_reserve,
            "months_working_reserve": project.working_reserve,
            "reserves_interest": 100 * project.reserve_interest,
            "salvage_percentage": 5.0,
            "system_capacity": CAPACITY,
        },
        "SystemCosts": {"om_capacity": [15.0], "om_capacity_escal": 0.5, "total_installed_cost": COST},
    }  # fmt: skip
    for group, values in inputs.items():
        for name, value in values.items():
            setattr(getattr(model, group), name, value)
    return model


def differences(ours: Any, out: Any) -> dict[str, float]:
    """By name: the largest difference of a row, relative to the row's largest value."""
    found = {}
    for name, read in (SERIES | NUMBERS).items():
        if (ours.project.debt is None and name in OF_DEBT) or (ours.project.receivables_reserve and name in LATE):
            continue
        a, b = (np.atleast_1d(np.asarray(row, dtype=float)) for row in (ours.lines[name], read(out)))
        size = max(np.abs(a).max(), np.abs(b).max())
        found[name] = float(np.abs(a - b).max() / size) if size else 0.0
    return found


def compare() -> list[str]:
    """The differences of every case, and the price for a target return, as tables."""
    found = {}
    for title, project in CASES.items():
        model = peer(project)
        model.execute(0)
        found[title] = differences(cf.finance.underwrite(project), model.Outputs)
    rows = [f"| line | {' | '.join(CASES)} |", f"| --- |{' ---: |' * len(CASES)}"]
    for name in SERIES | NUMBERS:
        cells = (f"{100 * case[name]:.4f} %" if name in case else "" for case in found.values())
        rows.append(f"| `{name}` | {' | '.join(cells)} |")
    worst = {title: max(case.values()) for title, case in found.items()}
    missed = [title for title, value in worst.items() if value > GOAL]
    rows += ["", f"Goal {GOAL:.1%}: {'missed in ' + ', '.join(missed) if missed else 'met in every case'}.", ""]
    rows += [f"| price for {TARGET:.0%} after tax by year {TARGET_YEAR} | ours | peer's | difference |"]
    rows += ["| --- | ---: | ---: | ---: |"]
    for title in ("sculpted", "level"):
        model = peer(CASES[title])
        model.Revenue.ppa_soln_mode = 0
        model.execute(0)
        ours, theirs = (
            cf.finance.price_for(CASES[title], TARGET, TARGET_YEAR).project.price,
            model.Outputs.ppa_price / 100,
        )
        rows.append(f"| {title} | {ours:.6f} | {theirs:.6f} | {100 * abs(ours / theirs - 1):.4f} % |")
    return rows


def fastest(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Seconds of the fastest run of each; they take turns, so that a busy machine slows all alike."""
    times = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            times[name] = min(times[name], time.perf_counter() - start)
    return times


def speed(cases: int) -> list[str]:
    """Cases a second, one at a time and in a batch; what compiling took, and the most memory held."""
    model = peer(PROJECT)
    prices = np.random.default_rng(0).uniform(0.9, 1.1, cases) * PRICE

    def move() -> None:
        model.Revenue.ppa_price_input = [float(prices[0])]
        model.execute(0)

    def batch(threads: int) -> Mapping[str, Any]:
        return cf.finance.underwrite_many(PROJECT, {"price": prices}, threads=threads)

    start = time.perf_counter()
    batch(1)
    first = time.perf_counter() - start
    single = fastest({"peer, one at a time": move, "ours, one at a time": lambda: cf.finance.underwrite(PROJECT)}, 50)
    many = fastest({f"ours, {cases:,} in a batch, {n} threads": lambda n=n: batch(n) for n in (1, 2)}, 5)
    seconds = single | {name: spent / cases for name, spent in many.items()}
    slow = seconds["peer, one at a time"]
    rows = [
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}.",
        "",
        "| what | milliseconds a case | cases a second | against the peer |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, spent in seconds.items():
        rows.append(f"| {name} | {1000 * spent:.4g} | {1 / spent:,.0f} | {slow / spent:,.1f} x |")
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return [*rows, "", f"First batch, compiled or loaded: {first:.1f} s. Most memory held: {held:.2f} GB."]


def filled(page: str, name: str, rows: Sequence[str]) -> str:
    """The page with ``rows`` between the marks of ``name``."""
    start, end = f"<!-- {name}: benchmarks/finance.py --write -->\n", f"<!-- end of {name} -->"
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(end)
    return "\n".join([before + start, *rows, "", end + after]) if after else page


def main() -> None:
    """Compare, then measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000, help="size of a batch")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/validation/finance.md")
    arguments = parser.parse_args()
    try:
        version = metadata.version("NREL-PySAM")
    except metadata.PackageNotFoundError:
        sys.exit("the peer is not installed: pip install --group benchmarks")
    print(f"Peer: NREL-PySAM {version}, module Singleowner. Ours: computefactory {cf.__version__}.\n")
    tables = {"differences": compare(), "speed": speed(arguments.cases)}
    for rows in tables.values():
        print("\n".join([*rows, ""]))
    if arguments.write:
        text = PAGE.read_text(encoding="utf-8")
        for name, rows in tables.items():
            text = filled(text, name, rows)
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
