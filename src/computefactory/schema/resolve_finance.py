"""Money's inputs: asset classes with their spending, operating cost, tax, debt, later values, cost of capital."""

from __future__ import annotations

from computefactory.errors import FactNotFound
from computefactory.finance import inputs
from computefactory.finance.loans import Reserves
from computefactory.plant.inputs import Plant
from computefactory.schema import derive
from computefactory.schema.fill import field_of, fill
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_assets import assets
from computefactory.schema.resolve_cooling import hall_capacities
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_debt import base_rate, choices, last_maturity, tranches
from computefactory.schema.resolve_offtake import market_price
from computefactory.schema.resolve_tax import jurisdictions, regime, tax, views
from computefactory.units import Celsius, Hour, Kw, One, PerYear, UsdPerKw

__all__ = ["finance"]

LEASEBACK = "capital.sale_leaseback"
LET = ("colocation", "powered_shell")  # leases: their rent is spread evenly
_UNITS = {"escalator": PerYear, "payment_terms": Hour}
REFIT = (
    ("retrofit", "greenfield liquid-cooled", "retrofit_cost_headline_capex"),
    ("cure", "default", "refit_saving_electrical"),
    ("retrofit", "direct-to-chip liquid-to-liquid", "retrofit_cost_capex"),
    ("retrofit", "electrical re-distribution to 415 V busway", "retrofit_cost_capex"),
)
GENERATION = {"rack_power": Kw, "liquid_fraction": One, "coolant_limit": Celsius}
LOW_CASE_AGES = range(0, 73, 12)  # months at which the library gives the low-case value of silicon


def finance(sources: Sources, dates: Calendar, plant: Plant) -> inputs.Finance:
    """All inputs of the money lines."""
    rules = regime(sources, dates)
    if not any(each.refresh for each in (sources.model.silicon, *sources.model.generations.values())):
        sources.account.idle("capital.reserves.refresh", "no silicon is replaced: it needs silicon.refresh")
    classes, tax_classes = assets(sources, dates, plant, rules)
    owed = tax(rules, tax_classes)
    levied = jurisdictions(rules)
    full_operation = dates.from_start(sources, dates.full_operation)
    return fill(
        sources,
        inputs.Finance,
        "finance",
        start=dates.month_0,
        full_operation=full_operation,
        assets=classes,
        tax_classes=tax_classes,
        operations=_operations(sources),
        leaseback=_leaseback(sources, dates),
        accounts=_accounts(sources),
        tax=owed,
        jurisdictions=levied,
        views=views(sources, levied),
        tranches=tranches(sources, dates, full_operation),
        base_rate=base_rate(sources, dates),
        **last_maturity(sources, dates),
        reserves=fill(sources, Reserves, "finance.reserves", "capital.reserves"),
        values=_values(sources, plant),
        capital=fill(sources, inputs.Capital, "finance.capital", "capital"),
        choices=choices(sources),
        silicon_terms=tuple(_silicon_terms(sources, name) for name in sources.model.generations),
    )


def _silicon_terms(sources: Sources, name: str) -> inputs.SiliconTerms:
    """Life, replacement and market price of a generation beside the first."""
    at = f"generations.{name}"
    price = market_price(sources, at, f"{at}.market_price")
    return fill(
        sources,
        inputs.SiliconTerms,
        f"finance.silicon_terms.{name}",
        at,
        name=sources.name_at(at, name),
        market_price=price,
    )


def _operations(sources: Sources) -> inputs.Operations:
    base = sources.derive(derive.total_capacity, *hall_capacities(sources))
    lease = sources.model.build.lease
    leased = {"leased_power": base} if lease and lease.power is None else {}
    return fill(sources, inputs.Operations, "finance.operations", "operations", facility_base=base, **leased)


def _leaseback(sources: Sources, dates: Calendar) -> inputs.Leaseback:
    """The sale, or one that never comes."""
    model, path = sources.model, LEASEBACK
    stated = model.capital.sale_leaseback if model.capital else None
    if stated is not None:
        full, timeline = dates.full_operation.value, dates.timeline.value
        if full is not None and stated.sold < full:
            expected = f"a month from full operation on ({timeline.names[timeline.index(full)]})"
            given, hint = sources.document.places.given(f"{path}.sold"), "what is not complete cannot be sold"
            sources.refuse("dates_out_of_order", f"{path}.sold", given, expected, hint)
        if stated.sells == "building" and model.build.lease is not None:
            hint = "a building that is leased is not the factory's to sell"
            sources.refuse("contradiction", f"{path}.sells", "building", "silicon, or no build.lease", hint)
        every = (model.silicon, *model.generations.values())
        if stated.sells == "silicon" and any(each.refresh for each in every):
            hint = "sold silicon is the buyer's to replace"
            sources.refuse("contradiction", f"{path}.sells", "silicon", "building, or no silicon.refresh", hint)
    return fill(sources, inputs.Leaseback, "finance.leaseback", path, month_0=dates.month_0)


def _accounts(sources: Sources) -> inputs.Accounts:
    """Payment terms, the lease of the building, the financing in prepayments."""
    names = ("customers", "suppliers", "taxes", "prepayment_rate")
    stated = {name: field_of(sources, inputs.Accounts, name, "capital") for name in names}
    rents = [sources.kept(f"finance.{name}") for name in ("operations.lease_rent", "leaseback.rent")]
    even = sources.derive(derive.rent_even, *stated.values(), *rents, *_terms(sources))
    return fill(sources, inputs.Accounts, "finance.accounts", "capital", rent_even=even, **stated)


def _terms(sources: Sources) -> list[Traced]:
    """What contracts state of payment, and leases of a rising rent."""
    return [
        found
        for name, contract in sources.model.offtake.items()
        for field in (("escalator", "payment_terms") if contract.kind in LET else ("payment_terms",))
        if (found := sources.given(f"offtake.{name}.{field}", _UNITS[field]))
    ]


def _values(sources: Sources, plant: Plant) -> inputs.Values:
    residual = (sources.fact(One, "residual", "low_case", f"month_{age:02d}") for age in LOW_CASE_AGES)
    low = sources.derive(derive.residual_by_month, *residual)
    return fill(sources, inputs.Values, "finance.values", "build", silicon_low=low, **_upgrade(sources, plant))


def _upgrade(sources: Sources, plant: Plant) -> dict[str, Traced]:
    """Of the halls, for the generation after the silicon that is in them; the dearest where there are several."""
    systems = sorted({each.system for each in (plant.silicon, *(other.silicon for other in plant.generations))})
    costs = [_upgrade_after(sources, plant, system) for system in systems if _followed(sources, system)]
    if not costs:
        return {}
    return {"upgrade_cost": sources.derive(derive.dearest, *costs) if len(costs) > 1 else costs[0]}


def _followed(sources: Sources, system: str) -> bool:
    """Whether the library knows the next generation, and what its racks ask for."""
    try:
        following = str(sources.library.fact("generation", system, "next").value)
        for name in GENERATION:
            sources.library.fact("system", following, name)
    except FactNotFound:
        return False
    return True


def _upgrade_after(sources: Sources, plant: Plant, system: str) -> Traced:
    following = sources.fact("text", "generation", system, "next")
    units = (UsdPerKw, One, UsdPerKw, UsdPerKw)
    return sources.derive(
        derive.shell_upgrade,
        sources.kept("thresholds.liquid_share"),
        *(sources.fact(unit, *row) for unit, row in zip(units, REFIT, strict=True)),
        *(sources.fact(unit, "system", following, name) for name, unit in GENERATION.items()),
        *(
            sources.kept(f"plant.{path}")
            for hall in plant.halls
            for path in (
                *(f"halls.{hall.name}.{field}" for field in ("it_capacity", "rack_limit", "architecture")),
                *(f"cooling.{hall.name}.{field}" for field in ("rack_limit", "liquid_supply")),
            )
        ),
    )
