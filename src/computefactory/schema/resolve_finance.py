"""Money's inputs: asset classes with their spending, operating cost, tax, debt, later values, cost of capital."""

from __future__ import annotations

from computefactory.finance import inputs
from computefactory.plant.inputs import Plant
from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced, annotation
from computefactory.schema.resolve_assets import assets
from computefactory.schema.resolve_cooling import hall_capacities
from computefactory.schema.resolve_currency import rising
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_debt import base_rate, choices, last_maturity, reserves, tranches
from computefactory.schema.resolve_leaseback import leaseback
from computefactory.schema.resolve_tax import jurisdictions, regime, tax, views
from computefactory.units import (
    Hour,
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerKwMonth,
    UsdPerKwYear,
    UsdPerYear,
)

__all__ = ["finance"]

LET = ("colocation", "powered_shell")  # leases: their rent is spread evenly
_UNITS = {"escalator": PerYear, "payment_terms": Hour}
LOW_CASE_AGES = range(0, 73, 12)  # months at which the library gives the low-case value of silicon


def finance(sources: Sources, dates: Calendar, plant: Plant) -> inputs.Finance:
    """All inputs of the money lines."""
    refresh = sources.given("silicon.refresh")
    rules = regime(sources, dates)
    classes, tax_classes = assets(sources, dates, plant, rules)
    owed = tax(rules, tax_classes)
    levied = jurisdictions(rules)
    full_operation = dates.from_start(sources, dates.full_operation)
    return sources.make(
        inputs.Finance,
        "finance",
        start=dates.month_0,
        full_operation=full_operation,
        economic_life=sources.get("silicon.economic_life", Month, ("values", "default", "silicon_economic_life")),
        refresh=sources.derive(derive.whole_months, refresh) if refresh else sources.derive(derive.none_planned),
        refresh_cost=sources.get("silicon.refresh_cost", One, ("values", "default", "refresh_cost")),
        assets=classes,
        tax_classes=tax_classes,
        operations=_operations(sources),
        leaseback=leaseback(sources, dates),
        accounts=_accounts(sources),
        tax=owed,
        jurisdictions=levied,
        views=views(sources, levied),
        tranches=tranches(sources, dates, full_operation),
        base_rate=base_rate(sources, dates),
        last_maturity=last_maturity(sources, dates),
        reserves=reserves(sources),
        values=_values(sources),
        capital=_capital(sources),
        choices=choices(sources),
    )


# assets


def _operations(sources: Sources) -> inputs.Operations:
    base = sources.derive(derive.total_capacity, *hall_capacities(sources))

    def get(unit: object, path: str, row: str) -> Traced:
        return sources.get(f"operations.{path}", unit, ("operations", "default", row))

    inflation = get(PerYear, "inflation", "inflation")
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
        inflation=inflation,
        facility_escalator=rising(
            sources, "operations.facility.cost", sources.given("operations.facility.escalator", PerYear) or inflation
        ),
        support_escalator=get(PerYear, "silicon_support.escalator", "support_escalator"),
        assessment_escalator=get(PerYear, "property_tax.escalator", "assessment_escalator"),
        overhead_escalator=rising(
            sources, "operations.overhead", sources.given("operations.overhead_escalator", PerYear) or inflation
        ),
        lease_rent=rent or sources.derive(derive.no_rent),
        leased_power=leased if rent else sources.derive(derive.no_leased_power),
        lease_escalator=rising(
            sources,
            "build.lease.rent",
            sources.get("build.lease.escalator", PerYear, ("operations", "default", "lease_escalator")),
        ),
    )


def _accounts(sources: Sources) -> inputs.Accounts:
    """Payment terms in months of thirty days, the lease of the building, the financing in prepayments."""

    def months(who: str) -> Traced:
        late = sources.get(f"capital.payment_terms.{who}", Hour, ("capital", "default", f"{who}_pay_after"))
        return sources.derive(derive.months_of_terms, late)

    kind = sources.get("build.lease.accounting", "text", ("operations", "default", "lease_accounting"))
    stated = {
        "customers": months("customers"),
        "suppliers": months("suppliers"),
        "taxes": months("taxes"),
        "prepayment_rate": sources.given("capital.accounting.prepayment_rate", PerYear)
        or sources.derive(derive.not_separated),
    }
    rents = [sources.kept(f"finance.{name}") for name in ("operations.lease_rent", "leaseback.rent")]
    return sources.make(
        inputs.Accounts,
        "finance.accounts",
        **stated,
        lease_rate=sources.get("build.lease.rate", PerYear, ("operations", "default", "lease_rate")),
        finance_lease=sources.derive(derive.is_finance_lease, kind),
        rent_even=sources.derive(derive.rent_even, *stated.values(), *rents, *_terms(sources)),
    )


def _terms(sources: Sources) -> list[Traced]:
    """What contracts state of payment, and leases of a rising rent."""
    return [
        found
        for name, contract in sources.document.model.offtake.items()
        for field in (("escalator", "payment_terms") if contract.kind in LET else ("payment_terms",))
        if (found := sources.given(f"offtake.{name}.{field}", _UNITS[field]))
    ]


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
        decommissioning=get("decommissioning"),
    )


def _capital(sources: Sources) -> inputs.Capital:
    rates = {
        name: sources.get(f"capital.{name}", PerYear, ("capital", "default", name))
        for name in ("discount_rate", "risk_free", "operating_premium")
    }
    available = sources.given("capital.available", Usd) or sources.derive(derive.no_budget)
    focus = sources.given("owner.focus", One) or sources.derive(derive.unknown)
    return sources.make(inputs.Capital, "finance.capital", available=available, owner_focus=focus, **rates)
