"""What a file leaves open, and its plain choices."""

from __future__ import annotations

from math import nan

from computefactory.schema.checks_debt import DRAW_ORDERS
from computefactory.units import (
    Count,
    HourPerMonth,
    KgPerM2,
    Kw,
    Month,
    One,
    PerYear,
    SquareMetre,
    Usd,
    UsdPerKwMonth,
    UsdPerMonth,
)


def not_named() -> str:
    """Not named in the file."""
    return "not named"


def unrated() -> str:
    """No rating is known."""
    return ""


def no_buyer() -> str:
    """Sold to nobody in particular."""
    return "various"


def unknown() -> One:
    """Not stated, and no default stands for it."""
    return nan


def unlimited() -> One:
    """No such limit is stated."""
    return nan


def no_count() -> One:
    """Not stated in the file."""
    return nan


def no_accelerators() -> Count:
    """Not stated in the file."""
    return nan


def no_budget() -> Usd:
    """Not stated in the file."""
    return nan


def no_area() -> SquareMetre:
    """Not stated in the file."""
    return nan


def no_rating() -> KgPerM2:
    """Not stated in the file."""
    return nan


def no_rent() -> UsdPerKwMonth:
    """The factory owns its building."""
    return 0.0


def no_leased_power() -> Kw:
    """The factory owns its building."""
    return 0.0


def none_planned() -> tuple[int, ...]:
    """No replacement is planned in the file."""
    return ()


def no_schedule() -> tuple[float, ...]:
    """Not depreciated."""
    return (0.0,)


def no() -> One:
    """Not stated: it does not apply."""
    return 0.0


def yes() -> One:
    """It applies to this kind of contract."""
    return 1.0


def calendar_hours() -> HourPerMonth:
    """Billed by the hours of the calendar: 0 stands for them."""
    return 0.0


def never_signed() -> Month:
    """Sold as it comes: nothing is signed."""
    return nan


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


def all_of(power: Kw) -> Kw:
    """Not stated: all of it."""
    return power


def draw_order(order: tuple[str, ...]) -> str:
    """What comes first after customer money: debt, equity, or both in proportion."""
    return DRAW_ORDERS[order]


def no_liquid() -> str:
    """The architecture brings no liquid to the rack."""
    return "none"


def is_consumable(layer: str) -> One:
    """1 for silicon and what lives with it, 0 for the durable layer."""
    return float(layer == "consumable")


def never_sold() -> Month:
    """Nothing is sold and rented back: below 0 stands for never."""
    return -1.0


def no_rent_a_month() -> UsdPerMonth:
    """Nothing is rented back."""
    return 0.0


def no_rise() -> PerYear:
    """Not stated: it does not rise."""
    return 0.0


def sells_building(sells: str) -> One:
    """1 for the durable layer, 0 for silicon and fabric."""
    return float(sells == "building")


def no_cost() -> Usd:
    """Nothing is paid."""
    return 0.0
