"""Contracts in accelerator-hours: what is reserved, at which price, and what is delivered to whom.

Each energised part of a contract starts its own tenor. Where more is sold than can be delivered, contracts are served
in their order. An option to go on is exercised by its owner on what the market price of the day of notice lets expect.
"""

from __future__ import annotations

from collections.abc import Callable

from computefactory.ledger import (
    MONTHS_PER_YEAR,
    at,
    compound,
    floor,
    given,
    line,
    maximum,
    minimum,
    over,
    senior,
    where,
)
from computefactory.units import (
    AcceleratorHour,
    Count,
    Hour,
    HourPerMonth,
    Month,
    One,
    PerYear,
    UsdPerAcceleratorHour,
    Year,
)

accelerators_active = given(
    "accelerators_active", Count, source="steps.accelerators_active", doc="Installed less spares."
)
availability = given("availability", One, source="steps.availability", doc="Share of active hours that can be used.")
goodput = given("goodput", One, source="steps.goodput", doc="Share of used hours that are not lost work.")


def of_generation(verb: Callable[[float], float], x: float, c_generation: float) -> float:
    """What a sum over contracts, ``over`` or ``senior``, comes to among those of this contract's generation."""
    return c_generation * verb(x * c_generation) + (1 - c_generation) * verb(x * (1 - c_generation))


@line(per="contract")
def c_age(month: Month, c_start: Month) -> Month:
    """Months since this part started."""
    return month - c_start


@line(per="contract")
def c_live(c_age: Month, c_tenor: Month) -> One:
    """1 while the contract runs, without its extension."""
    return (c_age >= 0) * (c_age < c_tenor)


@line(per="contract")
def c_anniversaries(c_age: Month) -> Year:
    """Full years since the start."""
    return floor(maximum(c_age, 0) / MONTHS_PER_YEAR)


# an option to go on: its owner knows the market price of the day of notice, and how it falls with age


@line(per="contract")
def c_deciding(month: Month, months: Month, c_start: Month, c_tenor: Month, c_extension_notice: Month) -> One:
    """1 in the period of notice."""
    return (month <= c_start + c_tenor - c_extension_notice) * (month + months > c_start + c_tenor - c_extension_notice)


@line(per="contract")
def c_market_expected(
    c_merchant_price: UsdPerAcceleratorHour,
    c_deciding: One,
    merchant_decline: PerYear,
    c_extension: Month,
    c_extension_notice: Month,
) -> UsdPerAcceleratorHour:
    """Market price expected on the day of notice for the middle of the extension."""
    until = (c_extension_notice + c_extension / 2) / MONTHS_PER_YEAR
    return at(c_merchant_price, c_deciding) * compound(-merchant_decline, until)


@line(per="contract")
def c_extends(
    c_extension: Month,
    c_extension_seller: One,
    c_extension_price: UsdPerAcceleratorHour,
    c_market_expected: UsdPerAcceleratorHour,
    case_renewal: One,
    c_leaves: One,
    c_left: Month,
    c_start: Month,
    c_tenor: Month,
) -> One:
    """1 where the option's owner extends: a buyer below the expected market, a seller above it; none that has gone."""
    return (
        (c_extension > 0)
        * case_renewal
        * (1 - c_leaves * (c_left < c_start + c_tenor))
        * where(
            c_extension_seller > 0,
            c_extension_price >= c_market_expected,
            c_extension_price <= c_market_expected,
        )
    )


@line(per="contract")
def c_extended(c_age: Month, c_tenor: Month, c_extension: Month, c_extends: One) -> One:
    """1 while the extension runs."""
    return c_extends * (c_age >= c_tenor) * (c_age < c_tenor + c_extension)


@line(per="contract")
def c_ended(c_accelerators: Count, c_age: Month, c_tenor: Month, c_extension: Month, c_extends: One) -> Count:
    """Accelerators whose contract has ended."""
    return c_accelerators * (c_age >= c_tenor + c_extension * c_extends)


@line(per="contract")
def c_held(c_accelerators: Count, c_live: One, c_extended: One) -> Count:
    """Accelerators under contract now."""
    return c_accelerators * (c_live + c_extended)


# what is reserved and delivered


@line(per="contract")
def c_price_now(
    c_price: UsdPerAcceleratorHour,
    c_escalator: PerYear,
    c_anniversaries: Year,
    c_extended: One,
    c_extension_price: UsdPerAcceleratorHour,
) -> UsdPerAcceleratorHour:
    """Price after the anniversaries so far, or that of the extension."""
    return where(c_extended > 0, c_extension_price, c_price * compound(c_escalator, c_anniversaries))


@line(per="contract")
def c_hours_billed(c_billing_hours: HourPerMonth, months: Month, hours: Hour) -> Hour:
    """Hours on the bill: the contract's standard month, or the calendar's."""
    return where(c_billing_hours > 0, c_billing_hours * months, hours)


@line(per="contract")
def c_reserved(c_held: Count, c_ramp: One, c_hours_billed: Hour) -> AcceleratorHour:
    """Accelerator-hours reserved, by the hours of the bill."""
    return c_held * c_ramp * c_hours_billed


@line(per="contract")
def c_use_share(c_sold: One, c_use: One, c_availability: One) -> One:
    """Share of the reserved hours that is available and used."""
    return c_sold * c_use * c_availability


@line(per="contract")
def c_claim(
    c_held: Count,
    c_ramp: One,
    hours: Hour,
    c_use_share: One,
    c_here: One,
    c_availability: One,
    merchant_sold: One,
    c_again: One,
) -> AcceleratorHour:
    """Accelerator-hours that would be used by the buyer, or by others in its place."""
    return c_held * c_ramp * hours * (c_use_share * c_here + c_availability * merchant_sold * c_again)


@line(per="contract")
def c_deliverable(
    c_installed: Count,
    p_silicon: One,
    p_generation: One,
    p_live: One,
    c_generation: One,
    hours: Hour,
    c_availability: One,
) -> AcceleratorHour:
    """Accelerator-hours that all that is accepted of the contract's generation can deliver."""
    second, first = over(p_silicon * p_live * p_generation), over(p_silicon * p_live * (1 - p_generation))
    return c_installed * (c_generation * second + (1 - c_generation) * first) * hours * c_availability


@line(per="contract")
def c_served(c_claim: AcceleratorHour, c_deliverable: AcceleratorHour, c_generation: One) -> AcceleratorHour:
    """Accelerator-hours that are left by the contracts that rank ahead."""
    return minimum(c_claim, maximum(c_deliverable - of_generation(senior, c_claim, c_generation), 0))


@line(per="contract")
def c_service(c_served: AcceleratorHour, c_claim: AcceleratorHour) -> One:
    """Share of the claim that is served: below 1 only where more is sold than can be delivered."""
    return where(c_claim > 0, c_served / c_claim, 1)
