"""The market for hours that no contract takes, and what the accelerators deliver in all."""

from __future__ import annotations

from computefactory.ledger import compound, given, line, maximum, minimum, over, where
from computefactory.units import AcceleratorHour, Count, Hour, One, PerYear, Usd, UsdPerAcceleratorHour, Year

silicon_age = given(
    "silicon_age", Year, series=True, source="case.silicon_age", doc="Age of the silicon in this return case."
)
relet = given(
    "relet", One, series=True, source="case.relet", doc="1 while the empty shell is let again in this return case."
)


@line
def merchant_price(
    merchant_price_new: UsdPerAcceleratorHour, merchant_decline: PerYear, silicon_age: Year, merchant_path: One
) -> UsdPerAcceleratorHour:
    """Market price of an hour on silicon of this age."""
    return merchant_price_new * compound(-merchant_decline, silicon_age) * merchant_path


@line
def ended_accelerators(c_ended: Count, c_held: Count, accelerators_active: Count) -> Count:
    """Accelerators free after their contract, and not under another."""
    return minimum(over(c_ended), maximum(accelerators_active - over(c_held), 0))


@line
def ended_share(ended_accelerators: Count, accelerators_active: Count) -> One:
    """Share of the accelerators whose contract has ended."""
    return where(accelerators_active > 0, ended_accelerators / accelerators_active, 0)


@line
def renewal_hours(
    ended_accelerators: Count, running: One, case_renewal: One, hours: Hour, availability: One, merchant_sold: One
) -> AcceleratorHour:
    """Accelerator-hours sold on the market after the contracts."""
    return ended_accelerators * running * case_renewal * hours * availability * merchant_sold


@line
def renewal_revenue(renewal_hours: AcceleratorHour, merchant_price: UsdPerAcceleratorHour) -> Usd:
    """Revenue after the contracts, at the merchant price by age."""
    return renewal_hours * merchant_price


@line
def available_hours(accelerators_active: Count, running: One, hours: Hour, availability: One) -> AcceleratorHour:
    """Accelerator-hours that can be used."""
    return accelerators_active * running * hours * availability


@line
def delivered_hours(available_hours: AcceleratorHour, goodput: One) -> AcceleratorHour:
    """Accelerator-hours of useful work."""
    return available_hours * goodput
