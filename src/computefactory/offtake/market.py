"""The market for hours that no contract takes, and what the accelerators deliver in all."""

from __future__ import annotations

from computefactory.ledger import belonging, compound, given, line, maximum, minimum, over, where
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
c_silicon_age = belonging(p_silicon_age, PHASE_OF_CONTRACT, "c_silicon_age")
c_in_service = belonging(p_in_service, PHASE_OF_CONTRACT, "c_in_service")


@line(per="contract")
def c_merchant_price(
    merchant_price_new: UsdPerAcceleratorHour, merchant_decline: PerYear, c_silicon_age: Year, merchant_path: One
) -> UsdPerAcceleratorHour:
    """Market price of an hour on silicon of the age of the contract's phase."""
    return merchant_price_new * compound(-merchant_decline, c_silicon_age) * merchant_path


@line
def ended_accelerators(c_ended: Count, c_held: Count, accelerators_active: Count) -> Count:
    """Accelerators free after their contract, and not under another."""
    return minimum(over(c_ended), maximum(accelerators_active - over(c_held), 0))


@line
def ended_share(ended_accelerators: Count, accelerators_active: Count) -> One:
    """Share of the accelerators whose contract has ended."""
    return where(accelerators_active > 0, ended_accelerators / accelerators_active, 0)


@line
def free_share(ended_accelerators: Count, c_ended: Count) -> One:
    """Share of what contracts have left that is not under another."""
    return where(over(c_ended) > 0, ended_accelerators / over(c_ended), 0)


@line(per="contract")
def c_renewal_hours(
    c_ended: Count,
    free_share: One,
    c_in_service: One,
    case_renewal: One,
    hours: Hour,
    availability: One,
    merchant_sold: One,
) -> AcceleratorHour:
    """Accelerator-hours sold on the market after the contract, until its phase ends."""
    return c_ended * free_share * c_in_service * case_renewal * hours * availability * merchant_sold


@line
def renewal_revenue(c_renewal_hours: AcceleratorHour, c_merchant_price: UsdPerAcceleratorHour) -> Usd:
    """Revenue after the contracts, at the merchant price by age."""
    return over(c_renewal_hours * c_merchant_price)


@line
def available_hours(accelerators_active: Count, running: One, hours: Hour, availability: One) -> AcceleratorHour:
    """Accelerator-hours that can be used."""
    return accelerators_active * running * hours * availability


@line
def delivered_hours(available_hours: AcceleratorHour, goodput: One) -> AcceleratorHour:
    """Accelerator-hours of useful work."""
    return available_hours * goodput
