"""What a file leaves open, and its plain choices."""

from __future__ import annotations

from computefactory.schema.capital import DRAW_ORDERS
from computefactory.units import (
    One,
)

# plain choices


def flag(stated: bool) -> One:
    """1 for true, 0 for false."""
    return float(stated)


def of_reserved(base: str) -> One:
    """1 where the minimum is a share of reserved power."""
    return float(base == "reserved")


def on_energy(charges: str) -> One:
    """1 where the minimum binds energy too."""
    return float(charges == "energy")


def passed_through(electricity: str) -> One:
    """1 where the tenant pays for its power."""
    return float(electricity == "passed_through")


def includes_fabric(listed: tuple[str, ...]) -> One:
    """1 where the price pays for the fabric."""
    return float("fabric" in listed)


def whole_months(listed: tuple[float, ...]) -> tuple[int, ...]:
    """The months as whole numbers."""
    return tuple(int(month) for month in listed)


def draw_order(order: tuple[str, ...]) -> str:
    """What comes first after customer money: debt, equity, or both in proportion."""
    return DRAW_ORDERS[order]


def is_consumable(layer: str) -> One:
    """1 for silicon and what lives with it, 0 for the durable layer."""
    return float(layer == "consumable")


def is_sold(sells: str) -> One:
    """1 where something is sold and rented back."""
    return float(bool(sells))


def sells_building(sells: str) -> One:
    """1 for the durable layer, 0 for silicon and fabric."""
    return float(sells == "building")
