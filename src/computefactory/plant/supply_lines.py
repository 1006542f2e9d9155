"""Energy money of a supply stack: one item a source, each with its own charges and its own yearly rise.

While only part of the silicon runs, each source carries that part of what the full load takes from it.
"""

from __future__ import annotations

from computefactory.ledger import compound, given, line, maximum, over, prev, trailing
from computefactory.units import (
    Hour,
    Kw,
    Kwh,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerKwh,
    UsdPerKwMonth,
    Year,
)

STACK = {"supply": "stack"}

s_energy_full = given(
    "s_energy_full",
    Kwh,
    per="supply",
    series=True,
    source="steps.supply_bill.energy",
    doc="Energy from the source with everything running.",
    only=STACK,
)
s_energy_price = given(
    "s_energy_price",
    UsdPerKwh,
    per="supply",
    series=True,
    source="steps.supply_bill.price",
    doc="Mean price of what is taken in the month: energy, fuel, riders.",
    only=STACK,
)
s_peak_full = given(
    "s_peak_full",
    Kw,
    per="supply",
    series=True,
    source="steps.supply_bill.peak",
    doc="Metered peak of the month with everything running.",
    only=STACK,
)
s_demand_price = given(
    "s_demand_price",
    UsdPerKwMonth,
    per="supply",
    source="steps.supply_bill.demand",
    doc="Charge on the monthly peak, riders with it.",
    only=STACK,
)
s_ratchet = given(
    "s_ratchet",
    Kw,
    per="supply",
    series=True,
    source="steps.supply_bill.ratchet",
    doc="Demand billed at least, for the peaks of earlier months.",
    only=STACK,
)
s_ratchet_months = given(
    "s_ratchet_months",
    Month,
    per="supply",
    source="steps.supply_bill.ratchet_months",
    doc="Months that a peak is remembered.",
    only=STACK,
)
s_windows_full = given(
    "s_windows_full",
    Usd,
    per="supply",
    series=True,
    source="steps.supply_bill.windows",
    doc="Charges on peaks inside windows, everything running.",
    only=STACK,
)
s_capacity_full = given(
    "s_capacity_full",
    Usd,
    per="supply",
    series=True,
    source="steps.supply_bill.capacity",
    doc="Capacity obligation on the coincident peak, everything running.",
    only=STACK,
)
s_fixed = given(
    "s_fixed",
    Usd,
    per="supply",
    series=True,
    source="steps.supply_bill.fixed",
    doc="What falls due whatever is drawn; below zero it is paid to the site.",
    only=STACK,
)
s_settled = given(
    "s_settled",
    Usd,
    per="supply",
    series=True,
    source="steps.supply_bill.settled",
    doc="What a contract for volume is settled against: basis, and of a virtual one the market.",
    only=STACK,
)
settled_escalator = given(
    "settled_escalator",
    PerYear,
    source="steps.supply_bill.settled_escalator",
    doc="Yearly rise of the price that contracts for difference are settled against.",
    only=STACK,
)
s_minimum_take = given(
    "s_minimum_take",
    One,
    per="supply",
    source="steps.supply_bill.minimum_take",
    doc="Minimum take, share of its base.",
    only=STACK,
)
s_of_reserved = given(
    "s_of_reserved",
    One,
    per="supply",
    source="steps.supply_bill.of_reserved",
    doc="1: the minimum is a share of reserved power, 0: of energised power.",
    only=STACK,
)
s_on_energy = given(
    "s_on_energy",
    One,
    per="supply",
    source="steps.supply_bill.on_energy",
    doc="1: the minimum take binds energy too, 0: demand only.",
    only=STACK,
)
s_rider_share = given(
    "s_rider_share",
    One,
    per="supply",
    source="steps.supply_bill.rider_share",
    doc="Riders as a share of the other charges.",
    only=STACK,
)
s_escalator = given(
    "s_escalator",
    PerYear,
    per="supply",
    source="steps.supply_bill.escalator",
    doc="Yearly rise of the source's prices.",
    only=STACK,
)


@line(per="supply", only=STACK)
def s_newly_ended(ended_share: One) -> One:
    """Share of the silicon whose contract ends this month."""
    return ended_share - prev(ended_share)


@line(per="supply", only=STACK)
def s_remembered(accepted_share: One, s_newly_ended: One, s_ratchet_months: Month, ended_share: One) -> One:
    """Share of the load whose peaks still count: what ended longer ago than the ratchet reaches does not."""
    return maximum(accepted_share - ended_share + trailing(s_newly_ended, s_ratchet_months), 0)


@line(per="supply", only=STACK)
def s_index(s_escalator: PerYear, years_since_start: Year) -> One:
    """Price level of the source; 1 in the year of month 0."""
    return compound(s_escalator, years_since_start)


@line(per="supply", only=STACK)
def s_energy(s_energy_full: Kwh, running: One) -> Kwh:
    """Energy from the source: imports for a delivery tariff, less than nothing for a battery's losses."""
    return s_energy_full * running


@line(per="supply", only=STACK)
def s_take_base(reserved_power: Kw, energised_power: Kw, s_of_reserved: One, take_share: One, in_service: One) -> Kw:
    """What the minimum take is a share of."""
    return take_share * (in_service * reserved_power * s_of_reserved + energised_power * (1 - s_of_reserved))


@line(per="supply", only=STACK)
def s_billed_energy(s_energy: Kwh, s_take_base: Kw, s_minimum_take: One, s_on_energy: One, hours: Hour) -> Kwh:
    """Energy on the bill: what was taken, at least the minimum take where it binds energy."""
    return maximum(s_energy, s_take_base * s_minimum_take * s_on_energy * hours)


@line(per="supply", only=STACK)
def s_energy_charge(s_billed_energy: Kwh, s_energy_price: UsdPerKwh, s_index: One) -> Usd:
    """Energy or fuel."""
    return s_billed_energy * s_energy_price * s_index


@line(per="supply", only=STACK)
def s_billed_demand(
    s_peak_full: Kw,
    running: One,
    s_take_base: Kw,
    s_minimum_take: One,
    s_ratchet: Kw,
    s_remembered: One,
    accepted_share: One,
    in_service: One,
) -> Kw:
    """Demand on the bill: the peak, at least the minimum take and what the ratchet remembers."""
    return maximum(
        maximum(s_peak_full * running, s_take_base * s_minimum_take),
        s_ratchet * in_service * s_remembered / maximum(accepted_share, 1e-9),
    )


@line(per="supply", only=STACK)
def s_demand_charge(
    s_billed_demand: Kw, s_demand_price: UsdPerKwMonth, months: Month, s_windows_full: Usd, running: One, s_index: One
) -> Usd:
    """Charges on the highest draw."""
    return (s_billed_demand * s_demand_price * months + s_windows_full * running) * s_index


@line(per="supply", only=STACK)
def s_capacity_charge(s_capacity_full: Usd, running: One, s_index: One) -> Usd:
    """Capacity obligation."""
    return s_capacity_full * running * s_index


@line(only=STACK)
def settled_index(settled_escalator: PerYear, years_since_start: Year) -> One:
    """Price level of what contracts for difference are settled against; 1 in the year of month 0."""
    return compound(settled_escalator, years_since_start)


@line(per="supply", only=STACK)
def s_fixed_charge(s_fixed: Usd, s_settled: Usd, connected: One, s_index: One, settled_index: One) -> Usd:
    """What falls due whatever is drawn: each term of a contract for difference rises at its own rate."""
    return (s_fixed * s_index - s_settled * settled_index) * connected


@line(per="supply", only=STACK)
def s_riders(
    s_energy_charge: Usd, s_demand_charge: Usd, s_capacity_charge: Usd, s_fixed_charge: Usd, s_rider_share: One
) -> Usd:
    """Riders that are a share of the bill."""
    return (s_energy_charge + s_demand_charge + s_capacity_charge + s_fixed_charge) * s_rider_share


@line(per="supply", only=STACK)
def s_cost(
    s_energy_charge: Usd, s_demand_charge: Usd, s_capacity_charge: Usd, s_fixed_charge: Usd, s_riders: Usd
) -> Usd:
    """All-in cost of the source."""
    return s_energy_charge + s_demand_charge + s_capacity_charge + s_fixed_charge + s_riders


@line(name="energy_charge", only=STACK)
def stack_energy_charge(s_energy_charge: Usd) -> Usd:
    """Energy and fuel of all sources."""
    return over(s_energy_charge)


@line(name="demand_charge", only=STACK)
def stack_demand_charge(s_demand_charge: Usd) -> Usd:
    """Charges on the highest draw, all sources."""
    return over(s_demand_charge)


@line(only=STACK)
def capacity_charge(s_capacity_charge: Usd) -> Usd:
    """Capacity obligations of all sources."""
    return over(s_capacity_charge)


@line(name="fixed_charges", only=STACK)
def stack_fixed_charges(s_fixed_charge: Usd) -> Usd:
    """What falls due whatever is drawn, all sources."""
    return over(s_fixed_charge)


@line(only=STACK)
def rider_charge(s_riders: Usd) -> Usd:
    """Riders that are a share of the bill, all sources."""
    return over(s_riders)


@line(name="power_cost", only=STACK)
def stack_power_cost(s_cost: Usd) -> Usd:
    """All-in cost of power for the factory's own silicon, from every source."""
    return over(s_cost)
