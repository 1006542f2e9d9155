"""Valid factory files made up by hypothesis, and the same file written another way.

A file is a tree of plain values and :class:`Quantity`; what a quantity is worth in other units stands here, so that the
program's own table of units is not its own judge. JSON is YAML, so a tree is written as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

Tree = dict[str, Any]

# kind of quantity: unit -> how many canonical units it is; the first is canonical
UNITS: dict[str, dict[str, float]] = {
    "power": {"kW": 1, "MW": 1e3, "GW": 1e6, "W": 1e-3},
    "time": {"month": 1, "year": 12, "quarter": 3, "months": 1, "years": 12},
    "span": {"h": 1, "min": 1 / 60, "s": 1 / 3600, "day": 24, "hours": 1},
    "share": {"": 1, "%": 0.01, "bp": 1e-4},
    "rate": {"1/year": 1, "%/year": 0.01, "bp/year": 1e-4},
    "count": {"accelerator": 1},
    "money": {"USD": 1, "k USD": 1e3, "million USD": 1e6, "bn USD": 1e9, "$": 1},
    "money_per_month": {"USD/month": 1, "million USD/month": 1e6, "USD/year": 1 / 12},
    "money_per_year": {"USD/year": 1, "k USD/year": 1e3, "USD/month": 12},
    "per_kwh": {"USD/kWh": 1, "USD/MWh": 1e-3, "k USD/GWh": 1e-3},
    "per_kw": {"USD/kW": 1, "million USD/MW": 1e3, "USD/W": 1e3},
    "per_kw_month": {"USD/kW-month": 1, "USD/MW-month": 1e-3, "USD/kW-year": 1 / 12},
    "per_kw_year": {"USD/kW-year": 1, "USD/MW-year": 1e-3, "USD/kW-month": 12},
    "per_accelerator": {"USD/accelerator": 1, "k USD/GPU": 1e3},
    "area": {"m^2": 1, "m2": 1},
    "bandwidth": {"Gb/s": 1, "GB/s": 8},
    "per_accelerator_hour": {"USD/accelerator-hour": 1, "USD/GPU-hour": 1, "USD/GPU-day": 1 / 24},
}
MONEY = ("money", "per_")


@dataclass(frozen=True)
class Quantity:
    """A number of canonical units."""

    value: float
    kind: str

    @property
    def is_money(self) -> bool:
        return self.kind.startswith(MONEY)

    def written(self, unit: str) -> str | float:
        number = self.value / UNITS[self.kind][unit]
        return f"{number!r} {unit}" if unit else number


def canonical(quantity: Quantity) -> str | float:
    return quantity.written(next(iter(UNITS[quantity.kind])))


def changed(tree: Any, change: Callable[[Quantity], Any]) -> Any:
    """The tree with every quantity changed."""
    if isinstance(tree, dict):
        return {name: changed(part, change) for name, part in tree.items()}
    return change(tree) if isinstance(tree, Quantity) else tree


def text(tree: Tree, write: Callable[[Quantity], str | float] = canonical) -> str:
    """The tree as a file."""
    return json.dumps(changed(tree, write), indent=1)


def with_money(tree: Tree, factor: float) -> Tree:
    """Every sum and price times ``factor``."""
    return changed(tree, lambda item: replace(item, value=item.value * factor) if item.is_money else item)


def month(number: int) -> str:
    """The calendar month ``number`` months after January 2025."""
    return f"{2025 + number // 12}-{number % 12 + 1:02d}"


def amounts(kind: str, low: float, high: float, step: float) -> st.SearchStrategy[Quantity]:
    """Round amounts, as people write them."""
    steps = st.integers(round(low / step), round(high / step))
    return steps.map(lambda count: Quantity(float(f"{count * step:.10g}"), kind))


def maybe(draw: st.DrawFn, tree: Tree, name: str, value: st.SearchStrategy[Any]) -> None:
    """Say it or leave it to the library."""
    if draw(st.booleans()):
        tree[name] = draw(value)


@st.composite
def trees(draw: st.DrawFn, *, delay: int = 0) -> Tree:
    """A factory of GB300 racks under one take-or-pay contract, perhaps with a tenant, perhaps with debt."""
    first, gaps = 14 + delay, draw(st.lists(st.integers(1, 4), max_size=2))
    phases = [first + sum(gaps[:i]) for i in range(len(gaps) + 1)]
    accelerators = 144 * draw(st.integers(10, 200))
    capacity = accelerators * draw(st.sampled_from([2.4, 2.75, 3.0]))
    tenants = round(capacity * draw(st.sampled_from([0.0, 0.25])))
    hall = capacity + tenants
    reserved = hall * draw(st.sampled_from([1.5, 1.75]))

    grid: Tree = {"kind": "tariff", "energy": draw(amounts("per_kwh", 0.02, 0.09, 0.001))}
    maybe(draw, grid, "demand", amounts("per_kw_month", 0, 12, 0.5))
    maybe(draw, grid, "fixed", amounts("money_per_month", 0, 50_000, 500))
    if draw(st.booleans()):
        grid["minimum_take"] = {
            "share": draw(amounts("share", 0.5, 1, 0.05)),
            "of": draw(st.sampled_from(["energised", "reserved"])),
            "applies_to": draw(st.sampled_from(["demand", "energy"])),
        }
    silicon: Tree = {
        "system": "GB300 NVL72",
        "accelerators": accelerators,
        "price_includes": draw(st.sampled_from([["servers"], ["servers", "fabric", "storage"]])),
        "delivered": {"after": "energised", "lag": Quantity(0.0, "time")},
        "paid": {"before_delivery": draw(amounts("time", 0, 3, 1))},
        "economic_life": draw(amounts("time", 48, 72, 12)),
        "book_life": Quantity(60.0, "time"),
    }
    price = draw(amounts("per_accelerator", 30_000, 80_000, 500))
    if draw(st.booleans()):
        silicon["price"] = price
    else:
        silicon["total_price"] = Quantity(price.value * accelerators, "money")
    maybe(draw, silicon, "utilisation", amounts("share", 0.6, 0.9, 0.05))

    build: Tree = {
        "halls": {
            "one": {
                "it_capacity": Quantity(hall, "power"),
                "rack_limit": Quantity(150.0, "power"),
                "cost": draw(amounts("per_kw", 6_000, 16_000, 500)),
            }
        },
        "spending": {
            "start": "2025-07",
            "duration": draw(amounts("time", 4, 9, 1)),
            "profile": draw(st.sampled_from(["s_curve", "linear"])),
        },
    }
    maybe(draw, build, "land", amounts("money", 0, 20e6, 1e6))
    maybe(draw, build, "grid_upgrade", amounts("money", 0, 30e6, 1e6))
    maybe(draw, build, "contingency", amounts("share", 0, 0.1, 0.01))

    operations: Tree = {}
    if draw(st.booleans()):
        operations["facility"] = {"cost": draw(amounts("per_kw_year", 100, 300, 10))}
    maybe(draw, operations, "overhead", amounts("money_per_year", 0, 5e6, 1e5))
    maybe(draw, operations, "inflation", amounts("rate", 0, 0.04, 0.005))
    if draw(st.booleans()):
        operations["silicon_support"] = {"share_of_price": draw(amounts("rate", 0, 0.04, 0.005))}

    tenor = draw(amounts("time", 36, 72, 12))
    sold = accelerators // draw(st.sampled_from([1, 2]))
    contract: Tree = {
        "kind": "take_or_pay",
        "buyer": draw(st.sampled_from(["Microsoft", "Meta"])),
        "signed": draw(st.sampled_from(["2025-06", "2025-11-03"])),
        "accelerators": sold,
        "tenor": tenor,
        "starts": {"after": "energised", "lag": draw(amounts("time", 0, 2, 1))},
    }
    hourly = draw(amounts("per_accelerator_hour", 1.5, 5, 0.05))
    if draw(st.booleans()):
        contract["price"] = hourly
    else:
        contract["total_value"] = Quantity(hourly.value * sold * 730 * tenor.value, "money")
    maybe(draw, contract, "escalator", amounts("rate", -0.02, 0.03, 0.01))
    if draw(st.booleans()):
        contract["prepayment"] = {
            "share": draw(amounts("share", 0.05, 0.25, 0.05)),
            "paid_before_start": draw(amounts("time", 0, 4, 1)),
            "credited_from": Quantity(draw(st.sampled_from([1.0, 7.0, 25.0])), "time"),
        }
    offtake: Tree = {"anchor": contract}
    if tenants:
        offtake["tenants"] = {
            "kind": "colocation",
            "rating": draw(st.sampled_from(["unrated", "BB", "AA"])),
            "signed": "2025-06",
            "power": Quantity(float(tenants), "power"),
            "price": draw(amounts("per_kw_month", 80, 220, 5)),
            "electricity": draw(st.sampled_from(["passed_through", "included"])),
            "starts": {"after": "energised", "lag": Quantity(0.0, "time")},
            "tenor": Quantity(60.0, "time"),
        }
    full = phases[-1]
    capital: Tree = {}
    maybe(draw, capital, "discount_rate", amounts("rate", 0.06, 0.14, 0.005))
    if draw(st.booleans()):
        order = draw(st.sampled_from([["debt", "equity"], ["equity", "debt"], ["pro_rata"]]))
        debt: Tree = {
            "rate": draw(amounts("rate", 0.04, 0.10, 0.005)),
            "matures": month(full + draw(st.integers(24, 34))),
            "draw_order": ["prepayment", *order],
        }
        if order == ["pro_rata"]:
            maybe(draw, debt, "max_gearing", amounts("share", 0.4, 0.8, 0.05))
        maybe(draw, debt, "closes", st.sampled_from(["2025-10", month(first)]))
        maybe(draw, debt, "sizing_dscr", st.sampled_from([1.2, 1.5]))
        maybe(draw, debt, "secures", st.sampled_from(["silicon", "all"]))
        maybe(draw, debt, "upfront_fee", amounts("share", 0, 0.03, 0.005))
        maybe(draw, debt, "dsra", amounts("time", 0, 6, 3))
        maybe(draw, debt, "sizing_tax", st.sampled_from(["unlevered", "none"]))
        capital["debt"] = {"senior": debt}
    return {
        "kind": "factory",
        "schema": 1,
        "name": "made up",
        "site": {"place": draw(st.sampled_from(["Childress TX", "Dallas TX"]))},
        "power": {
            "interconnection": {
                "capacity": Quantity(reserved * 2, "power"),
                "reserved": Quantity(reserved, "power"),
                "level": "transmission",
                "status": "energised",
            },
            "energised": {
                month(number): Quantity(reserved * (i + 1) / len(phases), "power") for i, number in enumerate(phases)
            },
            "supply": {"grid": grid},
        },
        "silicon": silicon,
        "cooling": {"architecture": "direct_to_chip_chiller_trim", "installed": "construction"},
        "interconnect": {"fabric": "rail_optimised", "oversubscription": 1},
        "build": build,
        **({"operations": operations} if operations else {}),
        "offtake": offtake,
        **({"capital": capital} if capital else {}),
        "owner": {
            "name": "somebody",
            "tax": "united_states",
            "losses": draw(st.sampled_from(["carried_forward", "used_at_once"])),
        },
    }
