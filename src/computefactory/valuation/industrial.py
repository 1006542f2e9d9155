"""Industrial value by additive parts: each contract, the market after it, the shell, power without halls, what is owed.

The silicon pays the shell an *internal rent* ``h``, the market's net rent for an empty hall, with the running cost of
the building on top. What a contract earns beyond that is the contract's; what the shell earns is the shell's, now and
after the silicon. So nothing is counted twice, and the parts add up, month by month, to the site's own cash flow after
tax (``whole_site``); each part is then discounted at the rate of its risk.

    V = sum of contracts PV(net of h) + PV(market margins net of h, to retirement) + scrap
        + PV(shell: h now) + PV(shell let again) - upgrade before that + power without halls x chance x worth
        - cost to complete - overhead - unlevered tax
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.units import Kw, Month, One
from computefactory.valuation.discounting import present_value

__all__ = ["PARTS", "Rates", "Site", "part_flows", "part_values", "sum_of_parts", "whole_site"]

Array = NDArray[np.float64]
PARTS = (
    "contracts",
    "merchant",
    "scrap",
    "shell_now",
    "shell_after",
    "shell_upgrade",
    "undeveloped",
    "cost_to_complete",
    "overhead",
    "tax",
)


@dataclass(frozen=True)
class Site:
    """Monthly money of a factory over its full life, shape (..., month), or (..., item, month) for the book.

    ``book_*`` has an item for each part of each contract and lease. ``shares`` is the share of the factory's own
    silicon that an item uses; leases use their own kW and none of it.
    """

    months: Array
    book_revenue: Array
    book_promised: Array  # what of it the buyer cannot avoid, at its cheapest exit; the rest is the market's risk
    book_owed: Array  # share of the item's capacity and cost that stands behind the promised revenue
    book_shares: Array  # of the own silicon that runs
    book_power: Array  # kW of leases; 0 for contracts
    book_direct: Array  # cost of one item alone: power of a tenant whose rent includes it
    other_revenue: Array  # the market, and whatever no item brings
    silicon_power: Array  # kW of the own silicon that runs
    silicon_cost: Array  # power, support
    building_cost: Array  # running cost of the building in use: borne by whoever uses it
    shell_cost: Array  # rent paid to a landlord: the shell's own
    relet_revenue: Array
    sale: Array  # what durables fetch at the end
    refresh: Array  # replacement of silicon
    first_capex: Array
    overhead: Array
    tax: Array  # unlevered
    rent: Array  # h, USD per kW and month
    scrap: Array  # silicon at retirement, after tax
    upgrade: Array  # capex that the shell needs before it is let again
    undeveloped: Kw
    energises: One
    undeveloped_value: Any  # USD per kW


@dataclass(frozen=True)
class Rates:
    """Discount rates: one for each item of the book, one for each other risk."""

    book: Any
    market: Any  # market margins, tax, overhead, cost to complete: the after-tax WACC
    shell: Any

    @classmethod
    def uniform(cls, rate: Any, items: int) -> Rates:
        """One rate for everything."""
        each = np.asarray(rate, dtype=float)
        return cls(np.repeat(each[..., None], items, axis=-1), rate, rate)


def _over_items(values: Array) -> Array:
    return np.asarray(values.sum(axis=-2))


def part_flows(site: Site) -> dict[str, Array]:
    """Monthly flows of every part (undeveloped power apart); ``contracts`` keeps its item axis."""
    sold = _over_items(site.book_shares)
    shares = site.book_shares * np.where(sold > 1.0, 1.0 / np.maximum(sold, 1.0), 1.0)[..., None, :]
    own = site.silicon_power
    each = site.book_power + shares * own[..., None, :]
    unsold = own * (1.0 - np.minimum(sold, 1.0))
    total = _over_items(each) + unsold
    per_kw = np.where(total > 0, site.building_cost / np.where(total > 0, total, 1.0), 0.0)
    internal = site.rent + per_kw
    idle_building = np.where(total > 0, 0.0, site.building_cost)
    firm, firm_shares, firm_direct = (amount * site.book_owed for amount in (each, shares, site.book_direct))
    contracts = (
        site.book_promised - firm_direct - firm_shares * site.silicon_cost[..., None, :] - firm * internal[..., None, :]
    )
    market = (
        site.other_revenue
        + _over_items(site.book_revenue - site.book_promised)
        - _over_items(site.book_direct - firm_direct)
        - (1.0 - _over_items(firm_shares)) * site.silicon_cost
        - (total - _over_items(firm)) * internal
        - site.refresh
    )
    in_use = total > 0
    shell_now = np.where(in_use, site.rent * total - site.shell_cost, 0.0)
    shell_after = np.where(in_use, 0.0, -site.shell_cost) + site.relet_revenue + site.sale - idle_building
    return {
        "contracts": contracts,
        "merchant": market,
        "scrap": site.scrap,
        "shell_now": shell_now,
        "shell_after": shell_after,
        "shell_upgrade": -site.upgrade,
        "cost_to_complete": -site.first_capex,
        "overhead": -site.overhead,
        "tax": -site.tax,
    }


def whole_site(flows: Mapping[str, Array]) -> Array:
    """All parts together, month by month: the site's unlevered cash flow after tax, with scrap and upgrade."""
    return np.asarray(
        _over_items(flows["contracts"]) + sum(flow for name, flow in flows.items() if name != "contracts")
    )


def part_values(site: Site, flows: Mapping[str, Array], rates: Rates, at: Month) -> dict[str, Any]:
    """Value of every part at a date; ``book`` holds the contracts one by one."""
    of = {"shell_now": rates.shell, "shell_after": rates.shell, "shell_upgrade": rates.shell}
    book = present_value(flows["contracts"], rates.book, site.months, at)
    values: dict[str, Any] = {"contracts": np.sum(book, axis=-1)}
    for name in PARTS:
        if name in flows and name != "contracts":
            values[name] = present_value(flows[name], of.get(name, rates.market), site.months, at)
    values["undeveloped"] = site.undeveloped * site.energises * site.undeveloped_value
    return {name: values[name] for name in PARTS} | {"book": book}


def sum_of_parts(values: Mapping[str, Any]) -> Any:
    """The enterprise value."""
    return sum(values[name] for name in PARTS)
