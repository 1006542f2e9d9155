"""The monthly money of a factory over its full life, laid out for the valuation; from one run or from a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory.valuation import Site

if TYPE_CHECKING:
    from computefactory.offtake.inputs import Contract, Lease
    from computefactory.qualification import Defence
    from computefactory.result import Result

__all__ = ["CASE", "LINES", "Terms", "items_of_book", "site_of"]

CASE = "full_life"
LINES = (
    *("c_revenue", "c_committed_revenue", "c_expected", "c_reserved", "c_hours_billed", "contract_revenue"),
    *("l_rent", "l_committed_rent", "l_expected", "l_let", "l_power_cost", "lease_revenue"),
    *("revenue", "relet_revenue", "power_cost", "silicon_support", "tenants_power_cost", "rent_paid", "overhead"),
    *("opex", "running", "a_refresh", "capex", "sale_proceeds", "project_tax", "project_flow", "silicon_value"),
    *("cost_index", "tax_rate", "relet_power"),
)
RELET = ("c_relet_expected", "l_relet_expected")  # what a defaulted buyer leaves, where the book works it out
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """What the valuation is told beyond the lines: upgrade of the shell, power without halls, credit method."""

    defence: Defence | None
    undeveloped: float
    energises: float
    undeveloped_value: Any
    release_rent: Any
    expected: bool  # True: cash after expected default; False: promised cash


def items_of_book(result: Result) -> tuple[Contract | Lease, ...]:
    """Parts of contracts, then parts of leases: the item axis of the book."""
    return result.factory.offtake.committable


def _column(value: Any) -> Array:
    """A number, or one for each scenario, that multiplies series (..., month)."""
    number = np.asarray(value, dtype=float)
    return number[..., None]


def _scaled(items: Array, whole: Array) -> Array:
    """Items brought to the sum that the ledger states for all of them."""
    total = items.sum(axis=-2)
    factor = np.where(np.abs(total) > 0, whole / np.where(total == 0, 1.0, total), 1.0)
    return items * factor[..., None, :]


def _joined(contracts: Array, leases: Array) -> Array:
    shape = np.broadcast_shapes(contracts.shape[:-2], leases.shape[:-2])
    parts = [np.broadcast_to(part, (*shape, *part.shape[-2:])) for part in (contracts, leases)]
    return np.concatenate(parts, axis=-2)


def site_of(result: Result, lines: Mapping[str, Any], terms: Terms) -> Site:
    """Lines as they came from a ledger, with any leading scenario axis, as the valuation wants them."""
    timeline, known = result.factory.timeline, result.known
    months = timeline.month
    periods = months.size
    contracts, leases = len(result.factory.offtake.contracts), len(result.factory.offtake.leases)

    def items(name: str, count: int) -> Array:
        value = np.asarray(lines[name], dtype=float) if count and name in lines else np.zeros((0, periods))
        return value if count else np.zeros((0, periods))

    both = (_book(lines, terms, "c", contracts, periods), _book(lines, terms, "l", leases, periods))
    revenue, promised, firm = (_joined(*parts) for parts in zip(*both, strict=True))
    hours = items("c_hours_billed", contracts)
    reserved = items("c_reserved", contracts)
    held = np.where(hours > 0, reserved / np.where(hours > 0, hours, 1.0), 0.0)
    running = np.asarray(lines["running"], dtype=float)
    active = float(known["accelerators_active"])
    live = active * running[..., None, :]
    busy = np.where(live > 0, held / np.where(live > 0, live, 1.0), 0.0)
    shares = _joined(busy, np.zeros((leases, periods)))
    let = items("l_let", leases) / timeline.months
    power = _joined(np.zeros((contracts, periods)), let)
    direct = _scaled(items("l_power_cost", leases), np.asarray(lines["tenants_power_cost"])) if leases else let
    rest = np.asarray(lines["revenue"]) - lines["relet_revenue"]
    stated = np.asarray(lines["contract_revenue"]) + np.asarray(lines["lease_revenue"])
    silicon_cost = np.asarray(lines["power_cost"]) + lines["silicon_support"]
    named = silicon_cost + lines["tenants_power_cost"] + lines["rent_paid"] + lines["overhead"]
    refresh = np.asarray(lines["a_refresh"]).sum(axis=-2)
    relet = np.asarray(lines["relet_power"]) > 0
    return Site(
        months=months,
        book_revenue=revenue,
        book_promised=promised,
        book_owed=firm,
        book_shares=shares,
        book_power=power,
        book_direct=_joined(np.zeros((contracts, periods)), direct),
        other_revenue=rest - stated,
        silicon_power=float(known["it_design_load"]) * running,
        silicon_cost=silicon_cost,
        building_cost=np.asarray(lines["opex"]) - named,
        shell_cost=np.asarray(lines["rent_paid"]),
        relet_revenue=np.asarray(lines["relet_revenue"]),
        sale=np.asarray(lines["sale_proceeds"]),
        refresh=refresh,
        first_capex=np.asarray(lines["capex"]) - refresh,
        overhead=np.asarray(lines["overhead"]),
        tax=np.asarray(lines["project_tax"]),
        rent=_column(terms.release_rent) * np.asarray(lines["cost_index"]),
        scrap=_scrap(running, lines),
        upgrade=_upgrade(result, relet, np.asarray(lines["cost_index"]), terms),
        undeveloped=terms.undeveloped,
        energises=terms.energises,
        undeveloped_value=terms.undeveloped_value,
    )


def _book(lines: Mapping[str, Any], terms: Terms, axis: str, count: int, periods: int) -> tuple[Array, Array, Array]:
    """Revenue of contracts (``c``) or leases (``l``), what of it is promised, and the share of capacity behind that.

    Promised is what the buyer owes at its cheapest exit, but never more than what it is expected to pay without one.
    In the expected view the promised part is that after default, with what is let again.
    """
    if not count:
        return (np.zeros((0, periods)),) * 3
    name, whole, committed = {
        "c": ("c_revenue", "contract_revenue", "c_committed_revenue"),
        "l": ("l_rent", "lease_revenue", "l_committed_rent"),
    }[axis]
    revenue = _scaled(np.asarray(lines[name], dtype=float), np.asarray(lines[whole]))
    promised = np.minimum(np.asarray(lines[committed], dtype=float), revenue)
    firm = np.where(revenue > 0, promised / np.where(revenue > 0, revenue, 1.0), 0.0)
    if terms.expected:
        again = np.asarray(lines.get(f"{axis}_relet_expected", 0.0))
        expected = np.asarray(lines[f"{axis}_expected"] + again)
        revenue, promised = revenue - promised + expected, expected
    return revenue, promised, np.maximum(firm, 0.0)


def _scrap(running: Array, lines: Mapping[str, Any]) -> Array:
    """Low-case value of the silicon in the month after it last runs, less tax: its tax basis is gone by then."""
    after = np.zeros_like(running)
    works = running > 0
    last = works & ~np.concatenate([works[..., 1:], np.zeros_like(works[..., :1])], axis=-1)
    final = last & (np.cumsum(last[..., ::-1], axis=-1)[..., ::-1] == 1)
    after[..., 1:] = final[..., :-1]
    return np.asarray(after * lines["silicon_value"] * (1.0 - _column(lines["tax_rate"])))


def _upgrade(result: Result, relet: NDArray[np.bool_], cost_index: Array, terms: Terms) -> Array:
    """Capex before the shell is let again: what the next generation of silicon lacks, at the price level of then."""
    none = np.zeros(np.broadcast_shapes(relet.shape, cost_index.shape))
    if terms.defence is None:
        return none
    first = relet & (np.cumsum(relet, axis=-1) == 1)
    each = terms.defence.upgrade_usd_per_kw * float(result.known["it_capacity"])
    return np.asarray(none + first * each * cost_index)
