"""What the committed book covers: hours, tenor, capex; and how much was spent before a buyer had signed."""

from __future__ import annotations

from computefactory.finance.by_phase import p_life
from computefactory.ledger import belonging, compound, given, line, maximum, minimum, over, total, where
from computefactory.offtake.inputs import PHASE_OF_CONTRACT
from computefactory.plant.inputs.phases import PHASES
from computefactory.units import (
    AcceleratorHour,
    Balance,
    Count,
    Hour,
    Kw,
    KwMonth,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    Year,
)

silicon_share = given(
    "silicon_share", One, source="steps.silicon_share", doc="Share of sold IT power that is the factory's own silicon."
)
it_sold = given("it_sold", Kw, source="steps.it_sold", doc="IT power of own silicon and of tenants.")


c_accepted, c_rent_until = (
    belonging(PHASES[f"p_{name}"], PHASE_OF_CONTRACT, f"c_{name}") for name in ("accepted", "rent_until")
)
c_life = belonging(p_life, PHASE_OF_CONTRACT, "c_life")


@line(per="phase")
def p_in_life(month: Month, p_accepted: Month, p_life: Month, p_rent_until: Month) -> One:
    """1 over the economic life of the phase's silicon, from acceptance, as long as it has a building."""
    return (month >= p_accepted) * (month < minimum(p_accepted + p_life, p_rent_until))


@line(per="contract")
def c_in_life(month: Month, c_accepted: Month, c_life: Month, c_rent_until: Month) -> One:
    """1 over the economic life of the silicon of the contract's phase."""
    return (month >= c_accepted) * (month < minimum(c_accepted + c_life, c_rent_until))


@line
def committed_hours(
    c_firm_hours: AcceleratorHour, c_exit_due: Usd, c_price_now: UsdPerAcceleratorHour, c_in_life: One
) -> AcceleratorHour:
    """Committed accelerator-hours over each phase's life; a fee at an exit counts as the hours it would pay for."""
    return total(over((c_firm_hours + where(c_price_now > 0, c_exit_due / c_price_now, 0)) * c_in_life))


@line
def sellable_hours(p_active: Count, hours: Hour, p_silicon: One, p_in_life: One) -> AcceleratorHour:
    """Accelerator-hours that could be sold over each phase's life."""
    return total(hours * over(p_active * p_silicon * p_in_life))


@line
def coverage_hours(committed_hours: AcceleratorHour, sellable_hours: AcceleratorHour) -> One:
    """Committed share of the accelerator-hours that could be sold."""
    return where(sellable_hours > 0, committed_hours / sellable_hours, 0)


@line(per="lease")
def l_counted(l_age: Month, l_live: One, repaying: One) -> One:
    """1 while a lease counts in coverage: from its start as long as debt is repaid, without debt its base term."""
    return where(total(repaying) > 0, repaying * (l_age >= 0), l_live)


@line
def lease_committed(l_power: Kw, l_committed_now: One, l_live: One, months: Month, l_counted: One) -> KwMonth:
    """Committed rent of all leases, in kW-months, while they count."""
    return total(over(l_power * l_committed_now * l_live * l_counted) * months)


@line
def lease_lettable(l_power: Kw, months: Month, l_counted: One) -> KwMonth:
    """What could be let, in kW-months, while it counts."""
    return total(over(l_power * l_counted) * months)


@line
def coverage_leases(lease_committed: KwMonth, lease_lettable: KwMonth) -> One:
    """Committed share of what is let in kW-months."""
    return where(lease_lettable > 0, lease_committed / lease_lettable, 0)


@line
def coverage(coverage_hours: One, coverage_leases: One, silicon_share: One) -> One:
    """Committed share of what the factory can sell, accelerator-hours and leases by their IT power."""
    return coverage_hours * silicon_share + coverage_leases * (1 - silicon_share)


# tenor


@line(per="contract")
def c_remaining(c_start: Month, c_first_exit: Month, full_operation: Month) -> Month:
    """Months left at full operation, to the exit that costs the buyer least."""
    return maximum(c_start + c_first_exit - maximum(full_operation, c_start), 0)


@line(per="lease")
def l_remaining(l_start: Month, l_first_exit: Month, full_operation: Month) -> Month:
    """Months of the base term left at full operation, to the exit that costs the tenant least."""
    return maximum(l_start + l_first_exit - maximum(full_operation, l_start), 0)


@line
def committed_value(c_committed_revenue: Usd, l_committed_rent: Usd) -> Usd:
    """Value of all committed contracts and base terms: revenue and rent that the buyer cannot avoid."""
    return total(over(c_committed_revenue) + over(l_committed_rent))


@line
def weighted_tenor_months(
    c_committed_revenue: Usd, c_remaining: Month, l_committed_rent: Usd, l_remaining: Month, committed_value: Usd
) -> Month:
    """Months left at full operation, weighted by committed value."""
    weighted = total(over(c_committed_revenue * c_remaining) + over(l_committed_rent * l_remaining))
    return where(committed_value > 0, weighted / committed_value, 0)


# does the contract alone pay the plant?


@line
def book_growth(risk_free: PerYear, operating_premium: PerYear, elapsed_years: Year) -> One:
    """Value in the period of a dollar of month 0 at the discount rate of expected committed cash."""
    return compound(risk_free + operating_premium, elapsed_years)


@line
def committed_cash_pv(c_expected: Usd, l_expected: Usd, opex: Usd, lender_tax: Usd, book_growth: One) -> Usd:
    """Present value of committed cash: EBITDA less unlevered tax, after expected default."""
    return total((over(c_expected) + over(l_expected) - opex - lender_tax) / book_growth)


@line
def capex_to_cover_pv(
    capex: Usd,
    durable_value: Balance,
    silicon_value: Balance,
    at_exit: One,
    leaseback_proceeds: Usd,
    book_growth: One,
) -> Usd:
    """Present value of the plant that committed cash must pay: spending less low-case worth at the exit."""
    return total((capex - (durable_value + silicon_value) * at_exit - leaseback_proceeds) / book_growth)


@line
def committed_capex_cover(committed_cash_pv: Usd, capex_to_cover_pv: Usd) -> One:
    """Committed cash over the plant it must pay."""
    return committed_cash_pv / capex_to_cover_pv


# built for a buyer, or built and then marketed?


@line(per="contract")
def c_firm(c_committed: One, c_floor: One, c_first_exit: Month, c_tenor: Month) -> One:
    """Share of its hours that this part of a contract is committed to, over its tenor."""
    return maximum(c_committed, c_floor) * where(c_tenor > 0, c_first_exit / c_tenor, 0)


@line(per="contract")
def c_built_share(c_accelerators: Count, c_active: Count, c_load: One, silicon_share: One, c_firm: One) -> One:
    """Share of the factory that this part of a contract was built for."""
    return c_accelerators / c_active * c_load * silicon_share * c_firm


@line(per="lease")
def l_built_share(l_power: Kw, it_sold: Kw, l_committed: One, l_first_exit: Month, l_tenor: Month) -> One:
    """Share of the factory that this lease was built for."""
    return l_power / it_sold * l_committed * where(l_tenor > 0, l_first_exit / l_tenor, 0)


@line
def uncovered(c_built_share: One, l_built_share: One) -> One:
    """Share of the factory that no commitment covers."""
    return maximum(1 - over(c_built_share) - over(l_built_share), 0)


@line
def speculative_capex(
    c_built_share: One, c_signed: Month, l_built_share: One, l_signed: Month, uncovered: One, capex: Usd, month: Month
) -> Usd:
    """Spending that no signed contract covered."""
    unsigned = over(c_built_share * (month < c_signed)) + over(l_built_share * (month < l_signed))
    return total((unsigned + uncovered) * capex)


@line
def speculative_capex_share(speculative_capex: Usd, capex: Usd) -> One:
    """Share of capex spent before the contract that covers it was signed."""
    return minimum(speculative_capex / total(capex), 1)
