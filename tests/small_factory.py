"""A small factory straight into the ledger: one contract, a shell and silicon, thirteen months to build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from computefactory import finance, offtake, plant
from computefactory.finance.loans import Tranche
from computefactory.ledger import Given, Ledger
from computefactory.offtake.inputs import GIVENS, Contract
from computefactory.records import Absent, marks
from computefactory.timeline import Timeline

CHOICES = {
    "supply": "tariff",
    "debt": "sized",
    "draw_order": "debt_first",
    "timing": "end",
}
LINES = (*plant.LINES, *offtake.LINES, *finance.LINES)
TIMELINE = Timeline.spanning(2026 * 12, 2034 * 12)
FULL_OPERATION = 13
TENOR = 60
MACRS_5 = (0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576)  # IRS Pub. 946, table A-1
MACRS_39 = (0.0, *(1 / 39,) * 39)
QUARTERS = [finance.macrs(f"5 mid-quarter Q{number}") for number in (1, 2, 3, 4)]  # tables
NOT_STATED = {  # what holds where a contract does not state a term
    given.name: np.array([float(mark.value)])
    for given in GIVENS
    if given.source.startswith("offtake.contracts.")
    for mark in marks(Contract, given.source.rpartition(".")[2])
    if isinstance(mark, Absent)
}
BOOK = NOT_STATED | {  # terms that the small factory's contract does not have
    **dict.fromkeys(("c_floor", "c_sla", "c_breach"), np.array([0.0])),
    "c_ramp": np.ones((1, TIMELINE.periods)),
    "c_use": np.ones((1, TIMELINE.periods)),
    "c_guaranteed": np.array([float(FULL_OPERATION)]),
    "c_first_exit": np.array([float(TENOR)]),
    "c_extension_price": np.array([3.0]),
    "c_exposed": np.array([float(FULL_OPERATION)]),
}
SENIOR = Tranche(
    name="senior",
    kind="sculpted",
    secures="silicon",
    offtaker="",
    backed=0.0,
    refinanced_by="",
    takes_out="",
    closes=0.0,
    begins=float(FULL_OPERATION),
    matures=float(FULL_OPERATION + TENOR - 1),
    ends=float(FULL_OPERATION + TENOR - 1),
    profile_ends=float(FULL_OPERATION + TENOR - 1),
    balloon_share=0.0,
    repaid_share=(0.0,) * TIMELINE.periods,
    available_until=1e9,
    distributes=0.0,
    prepaid=0.0,
    make_whole_spread=0.0,
    fixed_share=1.0,
    fixed_rate=0.06,
    margin=(0.0,) * TIMELINE.periods,
    day_count="30/360",
    drawn_early=0.0,
    sizing_dscr=1.3,
    merchant_dscr=np.nan,
    max_advance=np.nan,
    max_ltv=np.nan,
    cap_rate=0.0,
    max_gearing=np.nan,
    max_commitment=1e15,
    tail=0.0,
    moratorium=0.0,
    interest_covered=0.0,
    amount=0.0,
    share=0.0,
    covenant_dscr=1.05,
    lockup_dscr=1.15,
    upfront_fee=0.01,
    commitment_fee=0.005,
    agency_fee=0.0,
    dsra=6.0,
    dsra_held="cash",
    letter_fee=0.02,
    sweep=0.0,
    downside=0.2,
)
FACTORY = Path(__file__).with_name("small_factory.yaml").read_text(encoding="utf-8") + "offtake:\n"
_LEDGERS: dict[tuple[tuple[str, str], ...], Ledger] = {}


def ledger(**choices: str) -> Ledger:
    """The money lines under the conventions given."""
    chosen = CHOICES | choices
    key = tuple(sorted(chosen.items()))
    if key not in _LEDGERS:
        _LEDGERS[key] = Ledger(LINES, choices=chosen)
    return _LEDGERS[key]


def _of_tranches(given: Given, tranches: tuple[Tranche, ...]) -> np.ndarray:
    """A given of all tranches, from their records; all receipts repay each."""
    root, *_, field = given.source.split(".")
    if root == "receipts":
        return np.full((len(tranches), TIMELINE.periods), {"share": 1.0, "backstop": 1e15}[field])
    shape = (len(tranches), TIMELINE.periods) if given.series else len(tranches)
    return np.array([getattr(item, field) for item in tranches], dtype=float).reshape(shape)


def shares(first: int, last: int) -> np.ndarray:
    """Equal shares over the months first..last."""
    row = np.zeros(TIMELINE.periods)
    row[first : last + 1] = 1.0 / (last - first + 1)
    return row


def lease_terms(tenor: list[float]) -> dict[str, np.ndarray]:
    """Terms that plain leases of these tenors do not have."""
    none = (
        "l_full_draw",
        "l_sla",
        "l_upkeep_passed",
        "l_tax_passed",
        "l_exit_fee",
        "l_guarantor_hazard",
        "l_guarantee_full",
        "l_backstop",
        "l_backstop_from",
        "l_backstop_over",
        "l_wait",
        *("l_leaves", "l_left", "l_agreed", "l_agreed_sum", "l_claim_recovery", "l_refund_first"),
        *("l_funding", "l_funding_dated", "l_funding_month", "l_funding_share"),
        *("l_extension", "l_extension_notice", "l_extension_seller", "l_extension_price"),
    )
    path = np.ones((len(tenor), TIMELINE.periods))
    return dict.fromkeys(none, np.zeros(len(tenor))) | {
        "l_first_exit": np.array(tenor),
        "l_path": path,
        "l_exposed": np.zeros(len(tenor)),
    }


def classes(*, by_quarter: bool = False, own_state: bool = False, **_: Any) -> list[tuple[int, bool, int]]:
    """The tax classes: asset, whether of the state's return alone, quarter of its table."""
    quarters = range(5) if by_quarter else (0,)
    returns = (False, True) if own_state else (False,)
    return [(asset, state, n) for asset in (0, 1) for state in returns for n in (quarters if asset else (0,))]


def of_asset(row: np.ndarray, asset: int, *, state: bool = False, **tax: Any) -> np.ndarray:
    """A line of the tax classes for an asset, in the federal return or the state's."""
    return sum(row[k] for k, (one, own, _) in enumerate(classes(**tax)) if one == asset and own == state)


def tax_classes(tax: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Givens of the tax classes of a shell of 105 million and silicon of 200; ``tax`` by field, one value an asset.

    ``bonus`` and ``state_bonus`` are shares or rows by month; ``by_quarter`` brings the silicon's mid-quarter tables.
    """
    terms = {
        "bonus": (0.0, 1.0),
        "state_bonus": (0.0, 0.0),
        "by_month": (0.0, 0.0),
        "life": (468.0, 60.0),
        "mid_month": (1.0, 0.0),
    } | tax
    made = classes(**tax)
    tables = [
        (0.0,) if terms["by_month"][asset] else QUARTERS[n - 1] if n else (MACRS_39, MACRS_5)[asset]
        for asset, _, n in made
    ]
    longest = max(map(len, tables))

    def each(name: str) -> np.ndarray:
        return np.array([terms[name][asset] for asset, _, _ in made], dtype=float)

    return {
        "d_asset": np.array([float(asset) for asset, _, _ in made]),
        "d_federal": np.array([float(not state) for _, state, _ in made]),
        "d_state": np.array([float(state or not tax.get("own_state")) for _, state, _ in made]),
        "d_bonus": np.array(
            [
                np.broadcast_to(terms["state_bonus" if state else "bonus"][asset], TIMELINE.periods)
                for asset, state, _ in made
            ]
        ),
        "d_by_month": each("by_month"),
        "d_tax_life": each("life"),
        "d_mid_month": each("mid_month"),
        "d_first_share": np.array([table[0] for table in tables]),
        "d_later_shares": np.array([(0.0, *table[1:], *(0.0,) * (longest - len(table))) for table in tables]),
        "d_quarter": np.array([float(n) for _, _, n in made]),
        "d_tested": np.array([float(bool(asset and not n and tax.get("by_quarter"))) for asset, _, n in made]),
    }


def jurisdictions(state: bool) -> dict[str, np.ndarray]:
    """Givens of who levies tax, and of the two unlevered views: a state too where it has a rate."""
    states = [1.0, 0.0] if state else [0.0]
    return {
        "j_state": np.array(states),
        "v_state": np.array(states * 2),
        "v_lender": np.repeat([0.0, 1.0], len(states)),
    }


def inputs(book: Ledger, **changes: Any) -> dict[str, Any]:
    """Values of every given of ``book``; ``changes`` by the given's name, of ``senior`` or in all ``tranches``."""
    tranches = changes.get("tranches", (replace(SENIOR, **changes.get("senior", {})),))
    t = TIMELINE.month
    exit_month = FULL_OPERATION + TENOR - 1
    ones = np.ones(TIMELINE.periods)
    table: dict[str, Any] = {
        "p_power": np.array([15_000.0]),
        "p_share": np.array([1.0]),
        "p_silicon": np.array([1.0]),
        "p_outlay": np.array([1.0]),
        "p_generation": np.array([0.0]),
        "p_installed": np.array([4_000.0]),
        "p_active": np.array([4_000.0]),
        "p_load": np.array([1.0]),
        "p_availability": np.array([changes.get("availability", 0.98)]),
        "p_hours": np.array([1.0]),
        "p_life": np.array([60.0]),
        "p_refresh": ones[None] * 0,
        "p_refresh_cost": np.array([0.5]),
        "p_price_new": np.array([3.0]),
        "p_energised": np.array([FULL_OPERATION - 1.0]),
        "p_accepted": np.array([FULL_OPERATION - 1.0]),
        "p_rent_from": np.array([0.0]),
        "p_rent_agreed_until": np.array([12_000.0]),
        "p_rent_until": np.array([12_000.0]),
        "reserved_power": 15_000.0,
        "grid_energy_full": TIMELINE.hours * 9_000.0,
        "it_energy_full": TIMELINE.hours * 8_000.0,
        "peak_power_full": ones * 12_000.0,
        "peak_per_it": ones * 1.2,
        "energy_price": 0.04,
        "demand_price": 3.0,
        "fixed_charge": 10_000.0,
        "minimum_take": 0.8,
        "take_of_reserved": 0.0,
        "take_on_energy": 0.0,
        "p_in_service": (t <= exit_month).astype(float)[None],
        "case_renewal": 0.0,
        "merchant_path": ones,
        "re_let_void": 6.0,
        "wrong_way": 0.3,
        **BOOK,
        "c_accelerators": np.array([4_000.0]),
        "c_price": np.array([3.0]),
        "c_sold": np.array([1.0]),
        "c_committed": np.array([1.0]),
        "c_start": np.array([float(FULL_OPERATION)]),
        "c_tenor": np.array([float(TENOR)]),
        "c_escalator": np.array([0.0]),
        "c_billing_hours": np.array([730.0]),
        "c_prepayment": np.array([0.0]),
        "c_prepaid": np.array([10.0]),
        "c_credited_from": np.array([FULL_OPERATION + 24.0]),
        "c_hazard": np.array([0.0]),
        "c_signed": np.array([-2.0]),
        "merchant_decline": 0.2,
        "merchant_sold": 0.8,
        "p_silicon_age": np.maximum(t - FULL_OPERATION, 0)[None] / 12,
        "p_relet": ones[None] * 0,
        "c_phase": np.array([0.0]),
        "accelerators_active": 4_000.0,
        "availability": 0.98,
        "goodput": 0.9,
        "work_rate": 0.04,
        "token_rate": 3.6,
        "software_gain": ones,
        "pue": 1.2,
        "site_availability": 1.0,
        "draw_share": 0.8,
        "a_cost": np.array([100e6, 200e6]),
        "a_contingency": np.array([0.05, 0.0]),
        "a_spending": np.array([shares(0, 11), shares(11, 11)]),
        "a_placed": np.array([shares(12, 12), shares(12, 12)]),
        "a_consumable": np.array([0.0, 1.0]),
        "a_depreciable": np.array([1.0, 1.0]),
        "a_book_life": np.array([360.0, 60.0]),
        "a_life": np.array([360.0, 60.0]),
        "a_generation": np.array([0.0, 0.0]),
        "a_part_power": np.array([0.0, 0.0]),
        "a_part_cooling": np.array([0.0, 0.0]),
        "a_part_silicon": np.array([0.0, 1.0]),
        "a_part_fabric": np.array([0.0, 0.0]),
        "silicon_low": np.linspace(1.0, 0.1, 61),
        "exit_month": float(exit_month),
        "re_lease_value": 50e6,
        "case_re_lease": 0.0,
        "case_residual": 0.0,
        "inflation": 0.02,
        "facility_escalator": changes.get("inflation", 0.02),
        "support_escalator": 0.0,
        "assessment_escalator": 0.0,
        "overhead_escalator": changes.get("inflation", 0.02),
        "decommissioning_cost": 0.0,
        "forced_sale": 0.2,
        "selling_cost": 0.03,
        "facility_rate": 200.0,
        "facility_base": 10_000.0,
        "support_rate": 0.02,
        "property_tax_rate": 0.01,
        "overhead_rate": 500_000.0,
        "building_rent": 0.0,
        "building_leased": 0.0,
        "building_escalator": 0.0,
        "building_extension": 0.0,
        "release_rent": 60.0,
        "upgrade_cost": 0.0,
        "it_capacity": 10_000.0,
        **tax_classes(changes.get("tax", {})),
        **jurisdictions("state_rate" in changes),
        "federal_rate": 0.21,
        "state_rate": 0.0,
        "loss_limit": 0.8,
        "loss_life": 240.0,
        "losses_lapse": 0.0,
        "losses_at_once": 0.0,
        "interest_limit": 0.3,
        "mid_quarter_test": 0.4 if changes.get("tax", {}).get("by_quarter") else 2.0,
        "tax_levied": ones,
        "withholding_rate": 0.0,
        "tax_in_sizing": 1.0,
        "c_wait": np.array([0.0]),
        "leaseback_made": 0.0,
        "leaseback_month": -1.0,
        "leaseback_price": 0.0,
        "leaseback_rent": 0.0,
        "leaseback_escalator": 0.0,
        "leaseback_building": 0.0,
        "case_leaseback": 1.0,
        "customers_wait": 0.0,
        "suppliers_wait": 0.0,
        "taxes_wait": 0.0,
        "rent_even": 1.0,
        "lease_rate": 0.08,
        "finance_lease": 0.0,
        "prepayment_rate": 0.0,
        "full_operation": float(FULL_OPERATION),
        "base_rate": ones * 0.04,
        "last_maturity": max((item.ends for item in tranches), default=0.0),
        "contract_end": float(exit_month),
        "maintenance_months": 0.0,
        "refresh_months": 0.0,
        "discount_rate": 0.1,
        "test_date": (TIMELINE.month_of_year % 3 == 2).astype(float),
        "first_year": ((t >= FULL_OPERATION) & (t < FULL_OPERATION + 12)).astype(float),
        "no_test": 1e6,
        "risk_free": 0.04,
        "operating_premium": 0.02,
        "economic_life": 60.0,
        "silicon_share": 1.0,
        "it_sold": 8_000.0,
    }
    values: dict[str, Any] = {}
    for name, given in book.givens.items():
        if given.source.startswith("timeline."):
            values[name] = getattr(TIMELINE, given.source.removeprefix("timeline."))
        elif name in changes:
            values[name] = changes[name]
        elif given.per == "tranche":
            values[name] = _of_tranches(given, tranches)
        elif given.per == "lease":
            count = next((len(value) for key, value in changes.items() if key.startswith("l_")), 0)
            values[name] = np.zeros((count, TIMELINE.periods) if given.series else count)
        elif name in table:
            values[name] = table[name]
    return values


def book_file(folder: Path, _more: str = "", **contracts: str) -> Path:
    """A file of the small factory with the contracts given by name, each the inside of a YAML map."""
    file = folder / "factory.yaml"
    lines = [f"  {name}: {{{terms}}}" for name, terms in contracts.items()]
    file.write_text(FACTORY + "\n".join(lines) + "\n" + _more)
    return file
