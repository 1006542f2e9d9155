"""Energy money: what the site buys from the grid, month by month, and what it costs."""

from __future__ import annotations

from computefactory.ledger import given, line, maximum, minimum, over, where
from computefactory.units import (
    Hour,
    Kw,
    Kwh,
    Month,
    One,
    Usd,
    UsdPerKwh,
    UsdPerKwMonth,
    UsdPerMonth,
)

TARIFF = {"supply": "tariff"}

month = given("month", Month, series=True, source="timeline.month", doc="Months from the first dollar.")
months = given("months", Month, series=True, source="timeline.months", doc="Length of the period in months.")
hours = given("hours", Hour, series=True, source="timeline.hours", doc="Calendar hours of the period.")

grid_energy_full = given(
    "grid_energy_full", Kwh, series=True, source="steps.grid_energy_full", doc="Grid energy with everything running."
)
it_energy_full = given(
    "it_energy_full", Kwh, series=True, source="steps.it_energy_full", doc="IT energy with everything running."
)
peak_power_full = given(
    "peak_power_full", Kw, series=True, source="steps.peak_power_full", doc="Monthly peak with everything running."
)
peak_per_it = given(
    "peak_per_it", One, series=True, source="steps.peak_per_it", doc="Monthly peak per kW of design IT.", only=TARIFF
)
p_in_service = given(
    "p_in_service",
    One,
    per="phase",
    series=True,
    source="case.in_service",
    doc="1 until the end of the phase in this return case.",
)
p_relet = given(
    "p_relet",
    One,
    per="phase",
    series=True,
    source="case.relet",
    doc="1 while the empty shell of the phase is let again in this return case.",
)
case_renewal = given(
    "case_renewal", One, source="case.renewal", doc="1 where silicon works on after its contract in this return case."
)


@line(per="phase")
def p_powered(month: Month, months: Month, p_energised: Month) -> One:
    """Share of the period in which the phase has power."""
    return minimum(maximum((month + months - p_energised) / months, 0), 1)


@line(per="phase")
def p_working(month: Month, months: Month, p_accepted: Month) -> One:
    """Share of the period in which the phase is accepted."""
    return minimum(maximum((month + months - p_accepted) / months, 0), 1)


@line
def in_service(p_share: One, p_in_service: One) -> One:
    """1 until the last phase ends in this return case."""
    return over(p_share * p_in_service) > 0


@line
def energised_power(p_power: Kw, p_powered: One, p_in_service: One) -> Kw:
    """Grid power energised at the meter, of the phases that have not ended."""
    return over(p_power * p_powered * p_in_service)


@line
def in_use(p_share: One, p_powered: One, p_in_service: One) -> One:
    """Share of the building that has power and is in use."""
    return over(p_share * p_powered * p_in_service)


@line(per="phase")
def p_live(p_working: One, p_in_service: One) -> One:
    """Share of the period in which the phase is accepted and has not ended."""
    return p_working * p_in_service


@line
def accepted_share(p_silicon: One, p_load: One, p_live: One) -> One:
    """Share of the design IT load that is accepted and has not ended."""
    return over(p_silicon * p_load * p_live)


@line
def running(accepted_share: One, ended_share: One, case_renewal: One, in_service: One) -> One:
    """Share of the design IT load that runs."""
    return in_service * maximum(accepted_share - ended_share * (1 - case_renewal), 0)


@line
def grid_energy(grid_energy_full: Kwh, running: One) -> Kwh:
    """Energy bought for the factory's own silicon."""
    return grid_energy_full * running


@line
def it_energy(it_energy_full: Kwh, running: One) -> Kwh:
    """Energy that reaches the factory's own IT."""
    return it_energy_full * running


@line
def peak_power(peak_power_full: Kw, running: One) -> Kw:
    """Highest grid power of the month."""
    return peak_power_full * running


@line
def take_share(it_sold: Kw, tenants_own_power: Kw) -> One:
    """Share of a minimum take that the factory bears: tenants who pay for their power bear theirs, by IT power."""
    return where(tenants_own_power > 0, 1 - tenants_own_power / it_sold, 1)


@line(only=TARIFF)
def take_base(reserved_power: Kw, energised_power: Kw, take_of_reserved: One, take_share: One, in_service: One) -> Kw:
    """What the minimum take is a share of."""
    return take_share * (in_service * reserved_power * take_of_reserved + energised_power * (1 - take_of_reserved))


@line
def bought_energy(grid_energy: Kwh, tenants_energy: Kwh) -> Kwh:
    """Energy at the meter that the factory pays for: its own silicon's, its miners', its tenants' within the rent."""
    return grid_energy + tenants_energy


@line
def bought_it_energy(it_energy: Kwh, tenants_it_energy: Kwh) -> Kwh:
    """Of it what reaches IT."""
    return it_energy + tenants_it_energy


@line(only=TARIFF)
def billed_demand(peak_power: Kw, tenants_peak: Kw, take_base: Kw, minimum_take: One) -> Kw:
    """Demand on the bill: the peak, at least the minimum take."""
    return maximum(peak_power + tenants_peak, take_base * minimum_take)


@line(only=TARIFF)
def billed_energy(bought_energy: Kwh, take_base: Kw, minimum_take: One, take_on_energy: One, hours: Hour) -> Kwh:
    """Energy on the bill: what was used, at least the minimum take where it binds energy."""
    return maximum(bought_energy, take_base * minimum_take * take_on_energy * hours)


@line(only=TARIFF)
def energy_charge(billed_energy: Kwh, energy_price: UsdPerKwh) -> Usd:
    """Energy charge of the tariff."""
    return billed_energy * energy_price


@line(only=TARIFF)
def demand_charge(billed_demand: Kw, demand_price: UsdPerKwMonth, months: Month) -> Usd:
    """Demand charge of the tariff."""
    return billed_demand * demand_price * months


@line
def connected(in_use: One) -> One:
    """1 while the site has power in this return case."""
    return in_use > 0


@line(only=TARIFF)
def fixed_charges(fixed_charge: UsdPerMonth, months: Month, connected: One) -> Usd:
    """Fixed charges of the tariff."""
    return fixed_charge * months * connected


@line(only=TARIFF)
def power_bill(energy_charge: Usd, demand_charge: Usd, fixed_charges: Usd) -> Usd:
    """All-in bill of the meter."""
    return energy_charge + demand_charge + fixed_charges


@line(only=TARIFF)
def power_cost(power_bill: Usd, tenants_energy: Kwh, bought_energy: Kwh) -> Usd:
    """All-in cost of grid power for the factory's own silicon: its part of the bill, by energy."""
    return power_bill * where(tenants_energy > 0, 1 - tenants_energy / bought_energy, 1)
