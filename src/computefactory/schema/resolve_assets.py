"""The asset classes from file and library: cost, spending, service, tax class."""

from __future__ import annotations

from computefactory.finance import inputs
from computefactory.plant.inputs import Plant
from computefactory.schema import derive
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.resolve_cooling import hall_costs
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_supply import onsite_costs
from computefactory.schema.resolve_tax import Regime
from computefactory.timeline import month_name
from computefactory.units import (
    Month,
    One,
    Usd,
    UsdPerAccelerator,
)

__all__ = ["assets"]

DURABLE = ("shell", "electrical", "mechanical")


def assets(sources: Sources, dates: Calendar, plant: Plant, rules: Regime) -> tuple[inputs.Asset, ...]:
    """Durable classes split from the cost of the halls, land and grid where stated, then what the silicon needs."""
    spent, placed = _durable_months(sources, dates)
    durable: dict[str, Traced] = {}
    halls = hall_costs(sources)
    if halls:
        total = sources.derive(derive.sum_of, *halls)
        for name in DURABLE:
            share = sources.fact(One, "build", "default", f"{name}_share")
            durable[name] = sources.derive(derive.share_of, total, share)
    land = sources.given("build.land", Usd)
    if land:
        durable["land"] = land
    upgrades = [sources.given(path, Usd) for path in ("build.grid_upgrade", "power.interconnection.upgrade_cost")]
    stated = [cost for cost in upgrades if cost]
    if stated:
        durable["grid"] = stated[0] if len(stated) == 1 else sources.derive(derive.sum_of, *stated)
    durable |= onsite_costs(sources)
    contingency = sources.get("build.contingency", One, ("build", "default", "contingency"))
    acquired = sources.given("build.acquired", "month") or sources.required("build.spending.start", "month")
    assets = [_asset(rules, name, cost, contingency, spent, placed, acquired) for name, cost in durable.items()]
    paid = sources.derive(derive.in_months, dates.timeline, *_pairs(dates, "paid"))
    delivered = sources.derive(derive.in_months, dates.timeline, *_pairs(dates, "delivered"))
    contingency = sources.fact(One, "build", "default", "silicon_contingency")
    acquired = sources.given("silicon.acquired", "month") or dates.phases[0].paid
    for name, cost in _consumables(sources, plant).items():
        assets.append(_asset(rules, name, cost, contingency, paid, delivered, acquired))
    return tuple(assets)


def _asset(
    rules: Regime, name: str, cost: Traced, contingency: Traced, spending: Traced, placed: Traced, acquired: Traced
) -> inputs.Asset:
    sources = rules.sources
    layer = sources.fact("text", "asset", name, "layer")
    depreciable = sources.fact(One, "asset", name, "depreciable")
    if layer.value == "durable":
        life = sources.fact(Month, "asset", name, "book_life")
    else:
        life = sources.get("silicon.book_life", Month, ("asset", name, "book_life"))
    return sources.make(
        inputs.Asset,
        f"finance.assets.{name}",
        name=sources.named_by(layer, name),
        layer=layer,
        cost=cost,
        contingency=contingency,
        spending=spending,
        placed=placed,
        book_life=life,
        depreciable=depreciable,
        consumable=sources.derive(derive.is_consumable, layer),
        part=sources.fact("text", "asset", name, "part"),
        **rules.depreciation(name, acquired, depreciable),
    )


def _consumables(sources: Sources, plant: Plant) -> dict[str, Traced]:
    """Cost of the silicon, and of fabric and storage where its price does not pay for them."""
    accelerators = sources.kept("plant.silicon.accelerators")
    system = sources.document.model.silicon.system
    silicon = sources.given("silicon.total_price", Usd)
    if silicon is None:
        price = sources.get("silicon.price", UsdPerAccelerator, ("system", system, "price"), named_by="silicon.system")
        silicon = sources.derive(derive.price_times_accelerators, price, accelerators)
    costs = {"silicon": silicon}
    listed = sources.document.model.silicon.price_includes or ()
    if "fabric" not in listed:
        network, record = (sources.record(f"plant.{name}", getattr(plant, name)) for name in ("network", "silicon"))
        costs["fabric"] = sources.derive(derive.fabric_cost, record, network)
    if "storage" not in listed:
        costs["storage"] = sources.given("build.storage", Usd) or sources.derive(
            derive.share_of, silicon, sources.fact(One, "build", "default", "storage_share", path="build.storage")
        )
    return costs


def _durable_months(sources: Sources, dates: Calendar) -> tuple[Traced, Traced]:
    """When the durable layer is paid, and when it enters service."""
    path = "build.spending"
    duration = sources.get(f"{path}.duration", Month, ("build", "default", "spending_duration"))
    profile = sources.get(f"{path}.profile", "text", ("build", "default", "spending_profile"))
    start = sources.required(f"{path}.start", "month")
    spent = sources.derive(derive.spending, start, duration, profile, dates.month_0, dates.timeline)
    last = dates.phases[-1]
    if duration.value is not None:
        end = sources.derive(derive.ends, start, duration).value
        if end > last.milestone.value:
            given, expected = f"complete in {month_name(end)}", f"no later than the last milestone, {last.name}"
            sources.refuse("dates_out_of_order", f"{path}.duration", given, expected, "state a shorter duration")
            return spent, MISSING
    return spent, sources.derive(derive.in_service, spent, dates.timeline, *_pairs(dates, "milestone"))


def _pairs(dates: Calendar, name: str) -> list[Traced]:
    """Month and share of each phase, one after the other."""
    return [item for phase in dates.phases for item in (getattr(phase, name), phase.share)]


# the rest
