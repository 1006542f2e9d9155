"""Leases in kW-months: rent, what the tenant pays beside it, what is owed.

Power that mines stands here too: its price is revenue per kW-month and nobody owes it.
"""

from __future__ import annotations

from computefactory.ledger import (
    MONTHS_PER_YEAR,
    at,
    belonging,
    compound,
    floor,
    given,
    line,
    maximum,
    minimum,
    over,
    where,
)
from computefactory.offtake.inputs import PHASE_OF_LEASE
from computefactory.plant.supply_lines import STACK
from computefactory.plant.tariff import TARIFF, p_in_service, p_relet
from computefactory.units import Hour, Kw, Kwh, KwMonth, Month, One, PerYear, Usd, UsdPerKwh, UsdPerKwMonth, Year

l_in_service = belonging(p_in_service, PHASE_OF_LEASE, "l_in_service")
l_relet = belonging(p_relet, PHASE_OF_LEASE, "l_relet")
site_availability = given(
    "site_availability", One, source="steps.site_availability", doc="Share of the time that the building runs."
)
pue = given("pue", One, source="steps.pue_annual", doc="Facility energy / IT energy, typical year.")


@line(per="lease")
def l_age(month: Month, l_start: Month) -> Month:
    """Months since the lease started."""
    return month - l_start


@line(per="lease")
def l_live(l_age: Month, l_tenor: Month) -> One:
    """1 during the base term."""
    return (l_age >= 0) * (l_age < l_tenor)


# an option to stay: its owner knows the market rent of the day of notice, and how the price level rises


@line(per="lease")
def l_deciding(month: Month, months: Month, l_start: Month, l_tenor: Month, l_extension_notice: Month) -> One:
    """1 in the period of notice."""
    return (month <= l_start + l_tenor - l_extension_notice) * (month + months > l_start + l_tenor - l_extension_notice)


@line(per="lease")
def l_market_expected(
    release_rent: UsdPerKwMonth,
    cost_index: One,
    l_deciding: One,
    inflation: PerYear,
    l_extension: Month,
    l_extension_notice: Month,
) -> UsdPerKwMonth:
    """Market rent expected on the day of notice for the middle of the extension."""
    until = (l_extension_notice + l_extension / 2) / MONTHS_PER_YEAR
    return release_rent * at(cost_index, l_deciding) * compound(inflation, until)


@line(per="lease")
def l_extends(
    l_extension: Month,
    l_extension_seller: One,
    l_extension_price: UsdPerKwMonth,
    l_market_expected: UsdPerKwMonth,
    case_renewal: One,
    l_leaves: One,
    l_left: Month,
    l_start: Month,
    l_tenor: Month,
) -> One:
    """1 where the option's owner extends: a tenant below the expected market, a landlord above it."""
    cheap, dear = l_extension_price <= l_market_expected, l_extension_price >= l_market_expected
    stays = 1 - l_leaves * (l_left < l_start + l_tenor)
    return (l_extension > 0) * case_renewal * stays * where(l_extension_seller > 0, dear, cheap)


@line(per="lease")
def l_housed(l_in_service: One, l_relet: One) -> One:
    """1 until the phase of the lease leaves the building: at the exit, or when a leased one is given back."""
    return l_in_service + l_relet


@line(per="lease")
def l_extended(l_age: Month, l_tenor: Month, l_extension: Month, l_extends: One, l_housed: One) -> One:
    """1 while the extension runs."""
    return l_extends * (l_age >= l_tenor) * (l_age < l_tenor + l_extension) * l_housed


@line(per="lease")
def l_occupied(l_live: One, l_extended: One, l_housed: One) -> One:
    """1 during the base term and its extension, as long as there is a building."""
    return l_live * l_housed + l_extended


@line
def extended_share(l_power: Kw, l_extended: One, it_capacity: Kw, relet: One) -> One:
    """Share of the building that stays let under extensions after what it was built for has ended."""
    return minimum(over(l_power * l_extended) / it_capacity, relet)


@line(per="lease")
def l_let(l_power: Kw, l_occupied: One, months: Month) -> KwMonth:
    """IT power let, times the length of the period."""
    return l_power * l_occupied * months


@line(per="lease")
def l_anniversaries(l_age: Month) -> Year:
    """Full years since the start."""
    return floor(maximum(l_age, 0) / MONTHS_PER_YEAR)


@line(per="lease")
def l_price_now(
    l_price: UsdPerKwMonth,
    l_path: One,
    l_escalator: PerYear,
    l_anniversaries: Year,
    l_extended: One,
    l_extension_price: UsdPerKwMonth,
    l_age: Month,
    l_tenor: Month,
) -> UsdPerKwMonth:
    """Rent after the anniversaries so far, of the base term or of the extension."""
    again = l_extension_price * compound(l_escalator, floor(maximum(l_age - l_tenor, 0) / MONTHS_PER_YEAR))
    return where(l_extended > 0, again, l_price * l_path * compound(l_escalator, l_anniversaries))


@line(per="lease")
def l_uptime(l_full_draw: One, site_availability: One) -> One:
    """Share of the time that is paid for: miners earn while the site runs, rent is owed."""
    return where(l_full_draw > 0, site_availability, 1)


@line(per="lease")
def l_rent(l_let: KwMonth, l_price_now: UsdPerKwMonth, held: One, l_uptime: One) -> Usd:
    """Rent of the lease, before credits."""
    return l_let * l_price_now * held * l_uptime


@line(per="lease")
def l_recovered(
    l_power: Kw,
    l_occupied: One,
    it_capacity: Kw,
    facility_cost: Usd,
    property_tax: Usd,
    l_upkeep_passed: One,
    l_tax_passed: One,
) -> Usd:
    """Upkeep and property tax that the tenant pays beside the rent, by its share of the capacity."""
    return l_power * l_occupied / it_capacity * (facility_cost * l_upkeep_passed + property_tax * l_tax_passed)


@line(per="lease")
def l_due(l_rent: Usd, l_sla_credit: Usd, l_recovered: Usd, l_earned: Usd) -> Usd:
    """Rent less expected credits, and what the tenant pays beside it, as signed."""
    return l_rent - l_sla_credit + l_recovered + l_earned


@line(per="lease")
def l_revenue(l_due: Usd, l_here: One, l_again_rent: Usd, l_settled: Usd) -> Usd:
    """Rent, and what is paid beside it; after an event the claim and the rent of what is let again."""
    return l_due * l_here + l_again_rent + l_settled


@line
def lease_revenue(l_revenue: Usd) -> Usd:
    """Rent of all leases, with what tenants pay beside it."""
    return over(l_revenue)


@line(per="lease")
def l_committed_now(l_age: Month, l_first_exit: Month, l_committed: One) -> One:
    """1 until the exit that costs the tenant least."""
    return l_committed * (l_age < l_first_exit)


@line(per="lease")
def l_exit_due(l_exit_fee: Usd, l_age: Month, l_first_exit: Month, l_tenor: Month, months: Month) -> Usd:
    """Fee at that exit."""
    return l_exit_fee * (l_age >= l_first_exit) * (l_age < l_first_exit + months) * (l_first_exit < l_tenor)


@line(per="lease")
def l_certain_rent(l_due: Usd, l_committed_now: One) -> Usd:
    """Rent, and what is paid beside it, to the cheapest exit: owed whether the tenant leaves then or stays."""
    return l_due * l_committed_now


@line(per="lease")
def l_committed_rent(l_certain_rent: Usd, l_exit_due: Usd) -> Usd:
    """Rent that the tenant owes at its cheapest exit, with the fee for it."""
    return l_certain_rent + l_exit_due


@line(per="lease")
def l_included(l_power: Kw, l_occupied: One, l_passed: One, held: One, l_here: One) -> Kw:
    """IT power whose electricity the factory pays: a tenant's within the rent, a miner's."""
    return l_power * l_occupied * l_here * (1 - l_passed) * held


@line(per="lease")
def l_it_energy(l_included: Kw, hours: Hour, draw_share: One, l_full_draw: One) -> Kwh:
    """Energy that such a tenant's IT draws, at the factory's own draw; miners in full."""
    return l_included * hours * maximum(draw_share, l_full_draw)


@line
def tenants_it_energy(l_it_energy: Kwh) -> Kwh:
    """Energy at the IT of miners and of tenants whose rent includes it."""
    return over(l_it_energy)


@line
def tenants_energy(tenants_it_energy: Kwh, pue: One) -> Kwh:
    """The same at the meter."""
    return tenants_it_energy * pue


@line(only=TARIFF)
def tenants_peak(l_included: Kw, peak_per_it: One) -> Kw:
    """What they add to the peak at the meter, at their design draw."""
    return over(l_included) * peak_per_it


@line(per="lease", only=TARIFF)
def l_power_cost(power_bill: Usd, l_it_energy: Kwh, pue: One, bought_energy: Kwh) -> Usd:
    """Power of a miner, or of a tenant whose rent includes it: its part of the bill of the meter, by energy."""
    return power_bill * where(l_it_energy > 0, l_it_energy * pue / bought_energy, 0)


@line(per="lease", name="l_power_cost", only=STACK)
def stack_l_power_cost(l_it_energy: Kwh, pue: One, energy_price: UsdPerKwh) -> Usd:
    """The same where a stack feeds the site: at the mean price of the first source that sells energy."""
    return l_it_energy * pue * energy_price


@line
def tenants_power_cost(l_power_cost: Usd) -> Usd:
    """Power that the factory pays for its tenants."""
    return over(l_power_cost)


@line
def tenants_own_power(l_power: Kw, l_occupied: One, l_passed: One) -> Kw:
    """IT power of all tenants who pay for what they draw."""
    return over(l_power * l_occupied * l_passed)
