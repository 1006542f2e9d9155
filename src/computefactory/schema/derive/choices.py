"""Plain choices: what one of a few words means to the lines."""

from __future__ import annotations

from collections.abc import Callable

from computefactory.schema.capital import DRAW_ORDERS
from computefactory.units import One


def _says(name: str, meaning: str, *words: str) -> Callable[[str], One]:
    """The function of that name: 1 where the file or a row says one of the words, 0 where another."""

    def chosen(said: str) -> One:
        return float(said in words)

    chosen.__name__, chosen.__doc__ = name, meaning
    return chosen


of_reserved = _says("of_reserved", "1 where the minimum is a share of reserved power.", "reserved")
on_energy = _says("on_energy", "1 where the minimum binds energy too.", "energy")
passed_through = _says("passed_through", "1 where the tenant pays for its power.", "passed_through")
is_consumable = _says("is_consumable", "1 for silicon and what lives with it, 0 for the durable layer.", "consumable")
sells_building = _says("sells_building", "1 for the durable layer, 0 for silicon and fabric.", "building")
owed_of_kind = _says(
    "owed_of_kind",
    "1 where all that is reserved or let is owed whether it is used or not.",
    "take_or_pay",
    "colocation",
    "powered_shell",
)
is_floor = _says("is_floor", "1 where a third party pays for what nobody else takes.", "floor")
is_mining = _says("is_mining", "1 where power mines: it draws in full.", "mining")
sellers = _says("sellers", "1 for the seller's option, 0 for the buyer's.", "seller")
counted = _says("counted", "1 where planned maintenance counts as outage.", "counted")
upkeep_passed = _says("upkeep_passed", "1 where the tenant pays its share of upkeep.", "triple_net")
property_tax_passed = _says(
    "property_tax_passed", "1 where the tenant pays its share of property tax.", "triple_net", "modified_gross"
)
carries_all = _says("carries_all", "1 where its charges fall on all imports.", "delivery")
is_virtual = _says("is_virtual", "1 where only cash changes hands.", "virtual")
is_curtailed = _says("is_curtailed", "1 where nothing comes or is paid below a price of zero.", "curtailed")
is_on_site = _says("is_on_site", "1 where it does not come through the connection.", "on_site")
sized_after_tax = _says(
    "sized_after_tax", "1 where debt is sized on cash after unlevered tax, 0 where before tax.", "unlevered"
)
losses_at_once = _says(
    "losses_at_once", "1 where a loss lowers the group's tax at once, 0 where it is carried forward.", "used_at_once"
)
is_mid_month = _says("is_mid_month", "1 where a straight line starts with half a month.", "mid_month")
is_state = _says("is_state", "1 for a state, 0 for the nation.", "state")
is_finance_lease = _says("is_finance_lease", "1 for a finance lease, 0 for an operating one.", "finance")


def flag(stated: bool) -> One:
    """1 for true, 0 for false."""
    return float(stated)


def includes_fabric(listed: tuple[str, ...]) -> One:
    """1 where the price pays for the fabric."""
    return float("fabric" in listed)


def whole_months(listed: tuple[float, ...]) -> tuple[int, ...]:
    """The months as whole numbers."""
    return tuple(int(month) for month in listed)


def draw_order(order: tuple[str, ...]) -> str:
    """What comes first after customer money: debt, equity, or both in proportion."""
    return DRAW_ORDERS[order]


def is_sold(sells: str) -> One:
    """1 where something is sold and rented back."""
    return float(bool(sells))
