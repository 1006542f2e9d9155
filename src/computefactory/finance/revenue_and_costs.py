"""Operating cost, each line with its own base, and earnings before interest, tax and depreciation."""

from __future__ import annotations

from computefactory.ledger import (
    MONTHS_PER_YEAR,
    compound,
    floor,
    given,
    line,
    maximum,
    minimum,
    over,
    prev,
    trailing,
    where,
)
from computefactory.units import (
    Kw,
    KwMonth,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerKw,
    UsdPerKwMonth,
    UsdPerKwYear,
    UsdPerYear,
    Year,
)

years_since_start = given(
    "years_since_start",
    Year,
    series=True,
    source="timeline.years_since_start",
    doc="Calendar years since that of month 0: cost steps each January.",
)
it_capacity = given("it_capacity", Kw, source="steps.it_capacity", doc="IT that the halls can power and cool.")


@line
def cost_index(inflation: PerYear, years_since_start: Year) -> One:
    """Price level of operating cost; 1 in the year of month 0."""
    return compound(inflation, years_since_start)


@line
def decommissioning(decommissioning_cost: Usd, cost_index: One, at_exit: One) -> Usd:
    """Cost of leaving, in the year of the exit."""
    return decommissioning_cost * cost_index * at_exit


@line
def facility_index(facility_escalator: PerYear, years_since_start: Year) -> One:
    """Price level of staff, maintenance and insurance."""
    return compound(facility_escalator, years_since_start)


@line
def facility_cost(
    facility_rate: UsdPerKwYear,
    facility_base: Kw,
    years: Year,
    facility_index: One,
    in_use: One,
    extended_share: One,
) -> Usd:
    """Staff, maintenance and insurance of the building that is in use."""
    return facility_rate * facility_base * years * facility_index * (in_use + extended_share)


@line
def support_index(support_escalator: PerYear, years_since_start: Year) -> One:
    """Price level of the silicon's support."""
    return compound(support_escalator, years_since_start)


@line(per="phase")
def p_silicon_cost(p_generation: One, silicon_cost: Usd, second_silicon_cost: Usd) -> Usd:
    """Cost of silicon and fabric of the phase's generation."""
    return where(p_generation > 0, second_silicon_cost, silicon_cost - second_silicon_cost)


@line(per="contract")
def c_silicon_cost(c_generation: One, silicon_cost: Usd, second_silicon_cost: Usd) -> Usd:
    """Cost of silicon and fabric of the contract's generation."""
    return where(c_generation > 0, second_silicon_cost, silicon_cost - second_silicon_cost)


@line
def silicon_at_work(
    p_silicon_cost: Usd,
    p_silicon: One,
    p_live: One,
    c_silicon_cost: Usd,
    c_ended_share: One,
    case_renewal: One,
    in_service: One,
) -> Usd:
    """Cost of the silicon and fabric that run."""
    accepted, ended = over(p_silicon_cost * p_silicon * p_live), over(c_silicon_cost * c_ended_share)
    return in_service * maximum(accepted - ended * (1 - case_renewal), 0)


@line
def silicon_support(support_rate: PerYear, silicon_at_work: Usd, years: Year, support_index: One) -> Usd:
    """Support and spare parts of the silicon that runs."""
    return support_rate * silicon_at_work * years * support_index


@line
def relet(p_share: One, p_relet: One) -> One:
    """Share of the building that is let again, its silicon gone."""
    return over(p_share * p_relet)


@line
def assessed_share(in_use: One, relet: One) -> One:
    """Share of the building that is taxed: in use, or let again."""
    return in_use + relet


@line
def assessment_index(assessment_escalator: PerYear, years_since_start: Year) -> One:
    """Level of what property tax is assessed on."""
    return compound(assessment_escalator, years_since_start)


@line
def property_tax(
    property_tax_rate: PerYear, durable_cost: Usd, years: Year, assessment_index: One, assessed_share: One
) -> Usd:
    """Property tax on the durable layer that has power."""
    return property_tax_rate * durable_cost * years * assessment_index * assessed_share


@line
def overhead_index(overhead_escalator: PerYear, years_since_start: Year) -> One:
    """Price level of overhead."""
    return compound(overhead_escalator, years_since_start)


@line
def overhead(overhead_rate: UsdPerYear, years: Year, overhead_index: One, connected: One) -> Usd:
    """Overhead while the factory works."""
    return overhead_rate * years * overhead_index * connected


@line(per="phase")
def p_rented(month: Month, months: Month, p_rent_from: Month, p_rent_until: Month, p_in_service: One) -> One:
    """Share of the period in which the phase's part of a leased building is rented, until it is given back."""
    begun = minimum(maximum((month + months - p_rent_from) / months, 0), 1)
    over_by = minimum(maximum((month + months - p_rent_until) / months, 0), 1)
    return (begun - over_by) * p_in_service


@line(per="phase")
def p_rent_level(
    month: Month,
    p_rent_from: Month,
    p_rent_agreed_until: Month,
    building_rent: UsdPerKwMonth,
    building_extension: UsdPerKwMonth,
    building_escalator: PerYear,
) -> UsdPerKwMonth:
    """Rent per IT power after the anniversaries so far, of the lease or of its extension where that has its own."""
    years = floor(maximum(month - p_rent_from, 0) / MONTHS_PER_YEAR)
    extended = floor(maximum(month - p_rent_agreed_until, 0) / MONTHS_PER_YEAR)
    return where(
        (building_extension > 0) * (month >= p_rent_agreed_until),
        building_extension * compound(building_escalator, extended),
        building_rent * compound(building_escalator, years),
    )


@line(per="phase")
def p_rent(p_rent_level: UsdPerKwMonth, building_leased: Kw, p_share: One, p_rented: One, months: Month) -> Usd:
    """Rent for the phase's share of a leased building, whether it is used or not."""
    return p_rent_level * building_leased * p_share * p_rented * months


@line
def rent_paid(p_rent: Usd) -> Usd:
    """Rent for a leased building."""
    return over(p_rent)


@line
def empty_share(relet: One, extended_share: One) -> One:
    """Share of the building that silicon and tenants have left."""
    return relet - extended_share


@line
def newly_empty(empty_share: One) -> One:
    """Share of the building that becomes empty."""
    return maximum(empty_share - prev(empty_share), 0)


@line
def relet_share(empty_share: One, newly_empty: One, re_let_void: Month) -> One:
    """Share of the building let again: what is empty, but for what became so within the void."""
    return maximum(empty_share - trailing(newly_empty, re_let_void), 0)


@line
def refitted_share(refitted_share: One, relet_share: One) -> One:
    """Share of the building that has been let again so far: it is refitted once."""
    return maximum(prev(refitted_share), relet_share)


@line
def shell_refit(upgrade_cost: UsdPerKw, it_capacity: Kw, refitted_share: One, cost_index: One) -> Usd:
    """What the shell lacks for the next generation of silicon, spent when it is let again, at the prices of then."""
    return upgrade_cost * it_capacity * (refitted_share - prev(refitted_share)) * cost_index


@line
def re_leased_power(it_capacity: Kw, relet_share: One, months: Month) -> KwMonth:
    """Empty shell let again, after silicon and tenants have left."""
    return it_capacity * relet_share * months


@line
def re_lease_revenue(release_rent: UsdPerKwMonth, re_leased_power: KwMonth, cost_index: One) -> Usd:
    """Net rent of the shell let again."""
    return release_rent * re_leased_power * cost_index


@line
def revenue(contract_revenue: Usd, lease_revenue: Usd, renewal_revenue: Usd, re_lease_revenue: Usd) -> Usd:
    """All revenue; prepayments and their credits are financing."""
    return contract_revenue + lease_revenue + renewal_revenue + re_lease_revenue


@line
def opex(
    power_cost: Usd,
    tenants_power_cost: Usd,
    facility_cost: Usd,
    silicon_support: Usd,
    property_tax: Usd,
    overhead: Usd,
    rent_paid: Usd,
    leaseback_paid: Usd,
    shell_refit: Usd,
) -> Usd:
    """All operating cost, the refit of a shell that is let again in it."""
    return (
        power_cost
        + tenants_power_cost
        + facility_cost
        + silicon_support
        + property_tax
        + overhead
        + rent_paid
        + leaseback_paid
        + shell_refit
    )


@line
def ebitda(revenue: Usd, opex: Usd) -> Usd:
    """Earnings before interest, tax and depreciation."""
    return revenue - opex
