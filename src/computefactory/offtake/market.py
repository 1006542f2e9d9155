"""The market for hours that no contract takes, and what the accelerators deliver in all."""

from __future__ import annotations

from computefactory.ledger import belonging, compound, given, line, maximum, minimum, over, where
from computefactory.offtake.contracts import of_generation
from computefactory.offtake.inputs import PHASE_OF_CONTRACT
from computefactory.plant.tariff import p_in_service
from computefactory.units import AcceleratorHour, Count, Hour, One, PerYear, Usd, UsdPerAcceleratorHour, Year

p_silicon_age = given(
    "p_silicon_age",
    Year,
    per="phase",
    series=True,
    source="case.silicon_age",
    doc="Age of the phase's silicon in this return case.",
)
p_price_new = given(
    "p_price_new",
    UsdPerAcceleratorHour,
    per="phase",
    source="steps.phase_prices",
    doc="Market price of an hour on new silicon of the phase's generation.",
)
c_price_new = belonging(p_price_new, PHASE_OF_CONTRACT, "c_price_new")
c_silicon_age = belonging(p_silicon_age, PHASE_OF_CONTRACT, "c_silicon_age")
c_in_service = belonging(p_in_service, PHASE_OF_CONTRACT, "c_in_service")


@line(per="contract")
def c_merchant_price(
    c_price_new: UsdPerAcceleratorHour, merchant_decline: PerYear, c_silicon_age: Year, merchant_path: One
) -> UsdPerAcceleratorHour:
    """Market price of an hour on silicon of the age of the contract's phase."""
    return c_price_new * compound(-merchant_decline, c_silicon_age) * merchant_path


@line(per="contract")
def c_free_share(c_ended: Count, c_held: Count, c_active: Count, c_generation: One) -> One:
    """Share of what contracts have left of this contract's generation that is not under another."""
    left = of_generation(over, c_ended, c_generation)
    free = minimum(left, maximum(c_active - of_generation(over, c_held, c_generation), 0))
    return where(left > 0, free / left, 0)


@line(per="contract")
def c_ended_share(c_ended: Count, c_free_share: One, c_active: Count) -> One:
    """Share of its generation that the contract has left and no other has taken."""
    return where(c_active > 0, c_ended * c_free_share / c_active, 0)


@line
def ended_share(c_ended_share: One, c_load: One) -> One:
    """Share of the design IT load whose contract has ended."""
    return over(c_ended_share * c_load)


@line
def working(
    p_silicon: One,
    p_hours: One,
    p_live: One,
    c_ended_share: One,
    c_hours: One,
    case_renewal: One,
    in_service: One,
) -> One:
    """Share of the accelerator-hours that can be used whose silicon runs."""
    accepted, ended = over(p_silicon * p_hours * p_live), over(c_ended_share * c_hours)
    return in_service * maximum(accepted - ended * (1 - case_renewal), 0)


@line(per="contract")
def c_renewal_hours(
    c_ended: Count,
    c_free_share: One,
    c_in_service: One,
    case_renewal: One,
    hours: Hour,
    c_availability: One,
    merchant_sold: One,
) -> AcceleratorHour:
    """Accelerator-hours sold on the market after the contract, until its phase ends."""
    return c_ended * c_free_share * c_in_service * case_renewal * hours * c_availability * merchant_sold


@line
def renewal_revenue(c_renewal_hours: AcceleratorHour, c_merchant_price: UsdPerAcceleratorHour) -> Usd:
    """Revenue after the contracts, at the merchant price by age."""
    return over(c_renewal_hours * c_merchant_price)


@line
def available_hours(accelerators_active: Count, working: One, hours: Hour, availability: One) -> AcceleratorHour:
    """Accelerator-hours that can be used."""
    return accelerators_active * working * hours * availability


@line
def delivered_hours(available_hours: AcceleratorHour, goodput: One) -> AcceleratorHour:
    """Accelerator-hours of useful work."""
    return available_hours * goodput
