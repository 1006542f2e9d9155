"""The asset classes from file and library: cost, spending, service, tax class."""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.finance import inputs
from computefactory.plant.inputs import FIRST, Cluster, Plant
from computefactory.schema import derive
from computefactory.schema.build import AssetClass
from computefactory.schema.fill import fill
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.problems import near
from computefactory.schema.resolve_cooling import hall_costs
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_supply import onsite_costs
from computefactory.schema.resolve_tax import Regime
from computefactory.schema.schedule import chapter_of
from computefactory.timeline import month_name
from computefactory.units import Month, One, Usd, UsdPerAccelerator

__all__ = ["assets"]

DURABLE = ("shell", "electrical", "mechanical")


@dataclass(frozen=True, slots=True)
class LayerTerms:
    """What the classes of a layer share: contingency, when they are paid and enter service, when they are bought."""

    contingency: Traced
    spending: Traced
    placed: Traced
    acquired: Traced
    book_life: Traced | None = None
    generation: Traced | None = None  # place of the generation beside the first


def assets(
    sources: Sources, dates: Calendar, plant: Plant, rules: Regime
) -> tuple[tuple[inputs.FixedAsset, ...], tuple[inputs.TaxClass, ...]]:
    """Durable classes split from the cost of the halls, land and grid where stated, then what the silicon needs.

    With each its tax classes.
    """
    spent, placed = _durable_months(sources, dates)
    durable = LayerTerms(
        sources.get("build.contingency", One, ("build", "default", "contingency")),
        *(spent, placed),
        sources.given("build.acquired", "month") or sources.required("build.spending.start", "month"),
    )
    costs = _durables(sources)
    consumable: dict[str, LayerTerms] = {}
    for place, cluster in enumerate(plant.clusters):
        terms = _silicon_terms(sources, dates, cluster.name, place)
        bought = _consumables(sources, cluster, stored="storage" in costs)
        costs |= bought
        consumable |= dict.fromkeys(bought, terms)
    first = _silicon_terms(sources, dates, FIRST, 0)
    found = [
        _asset(rules, name, rank, like, cost, consumable.get(name, first) if _is_consumable(sources, like) else durable)
        for rank, (name, (like, cost)) in enumerate(_stated(sources, costs).items())
    ]
    return tuple(asset for asset, _ in found), tuple(item for _, classes in found for item in classes)


def _silicon_terms(sources: Sources, dates: Calendar, generation: str, place: int) -> LayerTerms:
    """What the classes of a generation share: payments, service from delivery and power on, book life."""
    at, phases = chapter_of(generation), [phase for phase in dates.phases if phase.generation == generation]
    outlays = [sources.kept(f"plant.phases.{phase.name}.outlay") for phase in phases]

    def parts(months: list[Traced]) -> list[Traced]:
        return [item for month, part in zip(months, outlays, strict=True) for item in (month, part)]

    in_service = [sources.derive(derive.last_of, phase.delivered, phase.milestone) for phase in phases]
    return LayerTerms(
        sources.fact(One, "build", "default", "silicon_contingency"),
        sources.derive(derive.in_months, dates.timeline, *parts([phase.paid for phase in phases])),
        sources.derive(derive.in_months, dates.timeline, *parts(in_service)),
        sources.given(f"{at}.acquired", "month")
        or min((phase.paid for phase in phases), key=lambda month: int(month.value)),
        sources.given(f"{at}.book_life", Month),
        sources.derive(derive.place, sources.name_at(at, f"{place}")) if place else None,
    )


def _durables(sources: Sources) -> dict[str, Traced]:
    """Cost of the durable classes: the halls', split, then land and the connection."""
    found: dict[str, Traced] = {}
    halls = hall_costs(sources)
    if halls:
        total = sources.derive(derive.sum_of, *halls)
        for name in DURABLE:
            share = sources.fact(One, "build", "default", f"{name}_share")
            found[name] = sources.derive(derive.share_of, total, share)
    land = sources.given("build.land", Usd)
    if land:
        found["land"] = land
    upgrades = [sources.given(path, Usd) for path in ("build.grid_upgrade", "power.interconnection.upgrade_cost")]
    stated = [cost for cost in upgrades if cost]
    if stated:
        found["grid"] = stated[0] if len(stated) == 1 else sources.derive(derive.sum_of, *stated)
    return found | onsite_costs(sources)


def _stated(sources: Sources, costs: dict[str, Traced]) -> dict[str, tuple[str, Traced]]:
    """Every class with the library class it is like and its cost: what ``build.classes`` says goes before the rest."""
    others = [f"{generation} " for generation in sources.model.generations]
    found = {
        name: (next((name.removeprefix(o) for o in others if name.startswith(o)), name), cost)
        for name, cost in costs.items()
    }
    known = sources.library.keys("asset")
    for name, item in (sources.model.build.classes or {}).items():
        path = f"build.classes.{name}"
        like = item.like or found.get(name, (name,))[0]
        if like not in known:
            at, hint = (f"{path}.like", near(like, known)) if item.like else (path, "say which class it is like")
            expected = f"a class of the library: {', '.join(known)}"
            sources.refuse("unknown_name", at, like, expected, hint)
            continue
        if like == "silicon" and (item.cost is not None or item.payments):
            expected = "the price of the silicon in its own chapter"
            sources.refuse("contradiction", path, "a cost of silicon", expected, "state silicon.total_price")
            continue
        stated = _cost(sources, path, item)
        if stated is None and name not in found:
            expected = "cost, or payments by month"
            sources.refuse("missing", path, "no cost", expected, "only classes that have a cost may go without")
            continue
        if stated is not None or item.like:
            found[name] = (like, stated or found[name][1])
    return found


def _cost(sources: Sources, path: str, item: AssetClass) -> Traced | None:
    """The stated cost of a class: a sum, or the sum of its payments."""
    if item.payments and (item.cost is not None or item.spending):
        sources.refuse(
            "contradiction", path, "payments beside a cost or a spending", "payments alone", "leave one away"
        )
    if item.payments:
        return sources.derive(
            derive.sum_of, *(sources.required(f"{path}.payments.{month}", Usd) for month in item.payments)
        )
    return sources.given(f"{path}.cost", Usd)


def _is_consumable(sources: Sources, like: str) -> bool:
    return bool(sources.fact("text", "asset", like, "layer").value == "consumable")


def _asset(
    rules: Regime, name: str, rank: int, like: str, cost: Traced, terms: LayerTerms
) -> tuple[inputs.FixedAsset, tuple[inputs.TaxClass, ...]]:
    sources = rules.sources
    path = f"build.classes.{name}"
    layer = sources.fact("text", "asset", like, "layer")
    named = sources.named_by(layer, name)
    life = terms.book_life
    own = {"book_life": life} if life and sources.given(f"{path}.book_life", Month) is None else {}
    if terms.generation:
        own["generation"] = terms.generation
    spending, placed, first = _when(rules, name, terms)
    acquired = sources.given(f"{path}.acquired", "month") or first or terms.acquired
    asset = fill(
        sources,
        inputs.FixedAsset,
        f"finance.assets.{name}",
        path,
        name=named,
        layer=layer,
        like=sources.named_by(layer, like),
        cost=cost,
        contingency_of_layer=terms.contingency,
        spending=spending,
        placed=placed,
        **own,
    )
    if asset.depreciable == 0:
        return asset, ()
    place = sources.derive(derive.place, sources.named_by(layer, f"{rank}"))
    return asset, rules.classes(named, place, like, acquired, sources.given(f"{path}.tax_life", Month))


def _when(rules: Regime, name: str, terms: LayerTerms) -> tuple[Traced, Traced, Traced | None]:
    """When a class is paid and enters service, and the month of its first payment where that is its own."""
    sources, dates, path = rules.sources, rules.dates, f"build.classes.{name}"
    spent, placed, first = terms.spending, terms.placed, None
    stated = (sources.model.build.classes or {}).get(name)
    if stated and stated.spending:
        first, duration, profile = _spending(sources, f"{path}.spending")
        last = sources.derive(derive.ends, first, duration)
        if not _within(sources, f"{path}.spending.duration", last, dates):
            return MISSING, MISSING, first
        spent = sources.derive(derive.spending, first, duration, profile, dates.month_0, dates.timeline)
        placed = sources.derive(derive.placed_after, dates.timeline, last, *_pairs(dates, "milestone"))
    if stated and stated.payments:
        months = [
            sources.derive(derive.calendar_month, sources.name_at(f"{path}.payments.{month}", month))
            for month in stated.payments
        ]
        amounts = [sources.required(f"{path}.payments.{month}", Usd) for month in stated.payments]
        first, last = sources.derive(derive.first_month, *months), sources.derive(derive.full_operation_month, *months)
        if not _within(sources, f"{path}.payments", last, dates):
            return MISSING, MISSING, first
        pairs = [item for pair in zip(months, amounts, strict=True) for item in pair]
        spent = sources.derive(derive.paid_in_months, dates.timeline, *pairs)
        placed = sources.derive(derive.placed_after, dates.timeline, last, *_pairs(dates, "milestone"))
    service = sources.given(f"{path}.in_service", "month")
    if service is not None:
        if not _within(sources, f"{path}.in_service", service, dates):
            return MISSING, MISSING, first
        placed = sources.derive(derive.placed_in, dates.timeline, service)
    return spent, placed, first


def _within(sources: Sources, path: str, month: Traced, dates: Calendar) -> bool:
    """Whether a month lies within the timeline; a problem where not."""
    timeline = dates.timeline.value
    if month.value is None or 0 <= timeline.index(int(month.value)) < timeline.periods:
        return True
    expected = f"a month from {timeline.names[0]} to {timeline.names[-1]}"
    sources.refuse("dates_out_of_order", path, month_name(int(month.value)), expected)
    return False


def _spending(sources: Sources, path: str) -> tuple[Traced, Traced, Traced]:
    """First month, months and profile of what is paid over a time."""
    duration = sources.get(f"{path}.duration", Month, ("build", "default", "spending_duration"))
    profile = sources.get(f"{path}.profile", "text", ("build", "default", "spending_profile"))
    return sources.required(f"{path}.start", "month"), duration, profile


def _consumables(sources: Sources, cluster: Cluster, *, stored: bool) -> dict[str, Traced]:
    """Cost of a generation's silicon, and of fabric and storage where its price does not pay for them.

    ``stored``: the file's storage is counted already.
    """
    at, first = chapter_of(cluster.name), cluster.name == FIRST
    kept = "plant" if first else f"plant.generations.{cluster.name}"
    named = "" if first else f"{cluster.name} "
    listed = sources.given(f"{at}.price_includes")
    included = listed.value if listed else ()
    silicon = sources.given(f"{at}.total_price", Usd)
    if silicon is None:
        system = str(sources.required(f"{at}.system").value)
        for each in ("servers", "fabric", "storage") if sources.given(f"{at}.price") is None else ():
            if each in included and each != "servers":
                told = f"{at}.price_includes says that {each} is paid for, and no price is stated"
                sources.account.say(f"{told}: the library's price of {system} is taken to pay for it")
        price = sources.get(f"{at}.price", UsdPerAccelerator, ("system", system, "price"), named_by=f"{at}.system")
        silicon = sources.derive(derive.price_times_accelerators, price, sources.kept(f"{kept}.silicon.accelerators"))
    costs = {f"{named}silicon": silicon}
    if "fabric" not in included:
        records = (sources.record(f"{kept}.{name}", getattr(cluster, name)) for name in ("silicon", "network"))
        costs[f"{named}fabric"] = sources.derive(derive.fabric_cost, *records)
    stated = sources.given("build.storage", Usd)
    if "storage" in included and first:
        sources.account.idle("build.storage", f"{at}.price_includes says that the price of the silicon pays for it")
    if "storage" not in included and not (stated and stored):
        costs[f"{named}storage"] = stated or sources.derive(
            derive.share_of, silicon, sources.fact(One, "build", "default", "storage_share", path="build.storage")
        )
    return costs


def _durable_months(sources: Sources, dates: Calendar) -> tuple[Traced, Traced]:
    """When the durable layer is paid, and when it enters service."""
    path = "build.spending"
    start, duration, profile = _spending(sources, path)
    spent = sources.derive(derive.spending, start, duration, profile, dates.month_0, dates.timeline)
    last = dates.complete
    if duration.value is not None:
        end = sources.derive(derive.ends, start, duration).value
        if end > last.value:
            given, expected = (
                f"complete in {month_name(end)}",
                f"no later than the last phase, {month_name(last.value)}",
            )
            sources.refuse("dates_out_of_order", f"{path}.duration", given, expected, "state a shorter duration")
            return spent, MISSING
    return spent, sources.derive(derive.in_service, spent, dates.timeline, *_pairs(dates, "milestone"))


def _pairs(dates: Calendar, name: str, shares: list[Traced] | None = None) -> list[Traced]:
    """Month and share of each phase, one after the other."""
    parts = shares or [phase.share for phase in dates.phases]
    return [item for phase, part in zip(dates.phases, parts, strict=True) for item in (getattr(phase, name), part)]
