"""Money's inputs: asset classes with their spending, operating cost, tax, debt, later values, cost of capital."""

from __future__ import annotations

from computefactory.finance import inputs
from computefactory.plant.inputs import Plant
from computefactory.schema import derive
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_plant import annotation, hall_capacities, hall_costs
from computefactory.timeline import month_name
from computefactory.units import (
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAccelerator,
    UsdPerKwMonth,
    UsdPerKwYear,
    UsdPerYear,
)

__all__ = ["finance"]

LOW_CASE_AGES = range(0, 73, 12)  # months at which the library gives the low-case value of silicon
DURABLE = ("shell", "electrical", "mechanical")


def finance(sources: Sources, dates: Calendar, plant: Plant) -> inputs.Finance:
    """All inputs of the money lines."""
    refresh = sources.given("silicon.refresh")
    return sources.make(
        inputs.Finance,
        "finance",
        start=dates.month_0,
        full_operation=dates.from_start(sources, dates.full_operation),
        economic_life=sources.get("silicon.economic_life", Month, ("values", "default", "silicon_economic_life")),
        refresh=sources.derive(derive.whole_months, refresh) if refresh else sources.derive(derive.none_planned),
        refresh_cost=sources.get("silicon.refresh_cost", One, ("values", "default", "refresh_cost")),
        assets=_assets(sources, dates, plant),
        operations=_operations(sources),
        tax=_tax(sources),
        debt=_debt(sources, dates),
        values=_values(sources),
        capital=_capital(sources),
        choices=_choices(sources),
    )


# assets


def _assets(sources: Sources, dates: Calendar, plant: Plant) -> tuple[inputs.Asset, ...]:
    """Durable classes split from the cost of the halls, land and grid where stated, then what the silicon needs."""
    spent, placed = _durable_months(sources, dates)
    durable: dict[str, Traced] = {}
    halls = hall_costs(sources)
    if halls:
        total = sources.derive(derive.sum_of, *halls)
        for name in DURABLE:
            share = sources.fact(One, "build", "default", f"{name}_share")
            durable[name] = sources.derive(derive.share_of, total, share)
    for name, field in (("land", "land"), ("grid", "grid_upgrade")):
        cost = sources.given(f"build.{field}", Usd)
        if cost:
            durable[name] = cost
    contingency = sources.get("build.contingency", One, ("build", "default", "contingency"))
    assets = [_asset(sources, name, cost, contingency, spent, placed) for name, cost in durable.items()]
    paid = sources.derive(derive.in_months, dates.timeline, *_pairs(dates, "paid"))
    delivered = sources.derive(derive.in_months, dates.timeline, *_pairs(dates, "delivered"))
    contingency = sources.fact(One, "build", "default", "silicon_contingency")
    for name, cost in _consumables(sources, plant).items():
        assets.append(_asset(sources, name, cost, contingency, paid, delivered))
    return tuple(assets)


def _asset(
    sources: Sources, name: str, cost: Traced, contingency: Traced, spending: Traced, placed: Traced
) -> inputs.Asset:
    layer = sources.fact("text", "asset", name, "layer")
    depreciable = sources.fact(One, "asset", name, "depreciable")
    eligible = sources.fact(One, "asset", name, "bonus")
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
        tax_schedule=_tax_schedule(sources, name, depreciable),
        bonus=sources.derive(derive.product, eligible, _tax_rate(sources, "bonus")),
        depreciable=depreciable,
        consumable=sources.derive(derive.is_consumable, layer),
        part=sources.fact("text", "asset", name, "part"),
    )


def _tax_schedule(sources: Sources, name: str, depreciable: Traced) -> Traced:
    """The MACRS shares of the class: one tax year more than its years, by the half-year convention."""
    if depreciable.value == 0:
        return sources.derive(derive.no_schedule)
    key = sources.fact("text", "asset", name, "macrs")
    if key.origin is None:
        return key
    years = range(1, int(str(key.value).split()[0]) + 2)
    shares = (sources.fact(One, "macrs", key, f"year_{year:02d}") for year in years)
    return sources.derive(derive.schedule, *shares)


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


def _operations(sources: Sources) -> inputs.Operations:
    base = sources.derive(derive.total_capacity, *hall_capacities(sources))

    def get(unit: object, path: str, row: str) -> Traced:
        return sources.get(f"operations.{path}", unit, ("operations", "default", row))

    rent = sources.given("build.lease.rent", UsdPerKwMonth)
    leased = sources.given("build.lease.power", Kw) or base
    return sources.make(
        inputs.Operations,
        "finance.operations",
        facility=get(UsdPerKwYear, "facility.cost", "facility"),
        facility_base=base,
        silicon_support=get(PerYear, "silicon_support.share_of_price", "silicon_support"),
        property_tax=get(PerYear, "property_tax.share_of_durable", "property_tax"),
        overhead=get(UsdPerYear, "overhead", "overhead"),
        inflation=get(PerYear, "inflation", "inflation"),
        lease_rent=rent or sources.derive(derive.no_rent),
        leased_power=leased if rent else sources.derive(derive.no_leased_power),
        lease_escalator=sources.get("build.lease.escalator", PerYear, ("operations", "default", "lease_escalator")),
    )


def _tax(sources: Sources) -> inputs.Tax:
    region = sources.kept("plant.site.region")
    state = sources.get("owner.tax_rates.state", One, ("region", region, "state_income_tax"))
    rates = {name: _tax_rate(sources, name) for name in ("federal", "loss_limit", "interest_limit")}
    return sources.make(inputs.Tax, "finance.tax", state=state, **rates)


def _tax_rate(sources: Sources, name: str) -> Traced:
    """A rate of the tax regime that the owner names, or of its region's."""
    region = sources.kept("plant.site.region")
    regime = sources.get("owner.tax", "text", ("region", region, "tax"))
    return sources.get(f"owner.tax_rates.{name}", One, ("tax", regime, name), named_by="owner.tax")


def _debt(sources: Sources, dates: Calendar) -> inputs.Debt | None:
    capital = sources.document.model.capital
    if capital is None or not capital.debt:
        return None
    (name,) = capital.debt
    path = f"capital.debt.{name}"

    def get(field: str, fallback: str = "") -> Traced:
        return sources.get(f"{path}.{field}", annotation(inputs.Debt, field), ("debt", "default", fallback or field))

    closes = sources.given(f"{path}.closes", "month") or dates.month_0
    return sources.make(
        inputs.Debt,
        "finance.debt",
        name=sources.name_at(path, name),
        secures=get("secures"),
        rate=sources.required(f"{path}.rate", PerYear),
        closes=dates.from_start(sources, closes),
        matures=dates.from_start(sources, sources.required(f"{path}.matures", "month")),
        sizing_dscr=get("sizing_dscr"),
        max_ltv=get("max_ltv"),
        max_gearing=sources.given(f"{path}.max_gearing", One) or sources.derive(derive.unlimited),
        covenant_dscr=get("covenant_dscr"),
        upfront_fee=get("upfront_fee"),
        commitment_fee=get("commitment_fee"),
        dsra=get("dsra"),
    )


def _values(sources: Sources) -> inputs.Values:
    residual = (sources.fact(One, "residual", "low_case", f"month_{age:02d}") for age in LOW_CASE_AGES)

    def get(field: str) -> Traced:
        return sources.get(f"build.{field}", annotation(inputs.Values, field), ("values", "default", field))

    return sources.make(
        inputs.Values,
        "finance.values",
        silicon_low=sources.derive(derive.residual_by_month, *residual),
        durable_life=get("durable_life"),
        release_rent=get("release_rent"),
        release_life=get("release_life"),
    )


def _capital(sources: Sources) -> inputs.Capital:
    rates = {
        name: sources.get(f"capital.{name}", PerYear, ("capital", "default", name))
        for name in ("discount_rate", "risk_free", "operating_premium")
    }
    focus = sources.given("owner.focus", One) or sources.derive(derive.unknown)
    return sources.make(inputs.Capital, "finance.capital", owner_focus=focus, **rates)


def _choices(sources: Sources) -> inputs.Choices:
    capital = sources.document.model.capital
    path = f"capital.debt.{next(iter(capital.debt), '')}" if capital and capital.debt else ""
    order = sources.given(f"{path}.draw_order") if path else None
    tax = sources.given(f"{path}.sizing_tax") if path else None
    return sources.make(
        inputs.Choices,
        "finance.choices",
        losses=sources.get("owner.losses", "text", ("capital", "default", "losses")),
        draw_order=sources.derive(derive.draw_order, order)
        if order
        else sources.fact("text", "debt", "default", "draw_order"),
        sizing_tax=tax or sources.fact("text", "debt", "default", "sizing_tax"),
    )
