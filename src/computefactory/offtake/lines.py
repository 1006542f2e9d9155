"""The money that offtake brings: contracts in accelerator-hours, leases in kW-months, the market for the rest.

Take-or-pay revenue is price x reserved hours: availability is not applied to it (it would count twice with service
credits); on-demand sales and renewals earn only on available hours. Each energised part of a contract starts its own
tenor. Customer prepayments and their credits are financing and leave revenue untouched.
"""

from __future__ import annotations

from computefactory.ledger import MONTHS_PER_YEAR, compound, floor, given, line, maximum, minimum, over, total, where
from computefactory.units import (
    AcceleratorHour,
    Count,
    Hour,
    HourPerMonth,
    Kw,
    KwMonth,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerHour,
    UsdPerKwh,
    UsdPerKwMonth,
    Year,
)

# the book, one item an energised part of a contract
c_accelerators = given(
    "c_accelerators", Count, per="contract", source="offtake.contracts.accelerators", doc="Accelerators reserved."
)
c_price = given(
    "c_price", UsdPerAcceleratorHour, per="contract", source="offtake.contracts.price", doc="Price in the first year."
)
c_sold = given("c_sold", One, per="contract", source="offtake.contracts.sold", doc="Share of reserved hours sold.")
c_committed = given(
    "c_committed", One, per="contract", source="offtake.contracts.committed", doc="1: paid for whether used or not."
)
c_start = given("c_start", Month, per="contract", source="offtake.contracts.start", doc="First month of the tenor.")
c_tenor = given("c_tenor", Month, per="contract", source="offtake.contracts.tenor", doc="Length of the contract.")
c_escalator = given(
    "c_escalator", PerYear, per="contract", source="offtake.contracts.escalator", doc="Price rise on anniversaries."
)
c_billing_hours = given(
    "c_billing_hours",
    HourPerMonth,
    per="contract",
    source="offtake.contracts.billing_hours",
    doc="Hours billed a month; 0: calendar hours.",
)
c_prepayment = given(
    "c_prepayment", One, per="contract", source="offtake.contracts.prepayment", doc="Share of value paid ahead."
)
c_prepaid = given(
    "c_prepaid", Month, per="contract", source="offtake.contracts.prepaid", doc="Month of the prepayment."
)
c_credited_from = given(
    "c_credited_from", Month, per="contract", source="offtake.contracts.credited_from", doc="First month credited."
)
c_hazard = given(
    "c_hazard", PerYear, per="contract", source="offtake.contracts.hazard", doc="Yearly default rate of the buyer."
)
c_signed = given("c_signed", Month, per="contract", source="offtake.contracts.signed", doc="Month of signature.")

# leases
l_power = given("l_power", Kw, per="lease", source="offtake.leases.power", doc="IT power let.")
l_price = given("l_price", UsdPerKwMonth, per="lease", source="offtake.leases.price", doc="Rent in the first year.")
l_passed = given(
    "l_passed",
    One,
    per="lease",
    source="offtake.leases.power_passed_through",
    doc="1: the tenant pays for its own power.",
)
l_start = given("l_start", Month, per="lease", source="offtake.leases.start", doc="First month of the lease.")
l_tenor = given("l_tenor", Month, per="lease", source="offtake.leases.tenor", doc="Base term of the lease.")
l_escalator = given(
    "l_escalator", PerYear, per="lease", source="offtake.leases.escalator", doc="Rent rise on anniversaries."
)
l_committed = given(
    "l_committed", One, per="lease", source="offtake.leases.committed", doc="1: rent is owed for the base term."
)
l_hazard = given("l_hazard", PerYear, per="lease", source="offtake.leases.hazard", doc="Tenant's yearly default rate.")
l_signed = given("l_signed", Month, per="lease", source="offtake.leases.signed", doc="Month of signature.")

# the market
merchant_price_new = given(
    "merchant_price_new",
    UsdPerAcceleratorHour,
    source="offtake.merchant.price_new",
    doc="Market price of an hour on new silicon.",
)
merchant_decline = given(
    "merchant_decline", PerYear, source="offtake.merchant.decline", doc="Fall of the price with the silicon's age."
)
merchant_sold = given("merchant_sold", One, source="offtake.merchant.sold", doc="Share of market hours sold.")
silicon_age = given(
    "silicon_age", Year, series=True, source="case.silicon_age", doc="Age of the silicon in this return case."
)
relet = given(
    "relet", One, series=True, source="case.relet", doc="1 while the empty shell is let again in this return case."
)

accelerators = given("accelerators", Count, source="plant.silicon.accelerators", doc="Accelerators installed.")
accelerators_active = given(
    "accelerators_active", Count, source="steps.accelerators_active", doc="Installed less spares."
)
availability = given("availability", One, source="steps.availability", doc="Share of active hours that can be used.")
goodput = given("goodput", One, source="steps.goodput", doc="Share of used hours that are not lost work.")
pue = given("pue", One, source="steps.pue_annual", doc="Facility energy / IT energy, typical year.")
draw_share = given("draw_share", One, source="plant.silicon.utilisation", doc="Mean IT draw / design draw.")


@line(per="contract")
def c_age(month: Month, c_start: Month) -> Month:
    """Months since this part started."""
    return month - c_start


@line(per="contract")
def c_live(c_age: Month, c_tenor: Month) -> One:
    """1 while the contract runs."""
    return (c_age >= 0) * (c_age < c_tenor)


@line(per="contract")
def c_anniversaries(c_age: Month) -> Year:
    """Full years since the start."""
    return floor(maximum(c_age, 0) / MONTHS_PER_YEAR)


@line(per="contract")
def c_price_now(c_price: UsdPerAcceleratorHour, c_escalator: PerYear, c_anniversaries: Year) -> UsdPerAcceleratorHour:
    """Price after the anniversaries so far."""
    return c_price * compound(c_escalator, c_anniversaries)


@line(per="contract")
def c_hours_billed(c_billing_hours: HourPerMonth, months: Month, hours: Hour) -> Hour:
    """Hours on the bill: the contract's standard month, or the calendar's."""
    return where(c_billing_hours > 0, c_billing_hours * months, hours)


@line(per="contract")
def c_reserved(c_accelerators: Count, c_hours_billed: Hour, c_live: One) -> AcceleratorHour:
    """Accelerator-hours reserved."""
    return c_accelerators * c_hours_billed * c_live


@line(per="contract")
def c_paid_share(c_committed: One, c_sold: One, availability: One) -> One:
    """Share of reserved hours that is paid: all of it, or what is available and sold."""
    return c_committed + (1 - c_committed) * c_sold * availability


@line(per="contract")
def c_revenue(c_reserved: AcceleratorHour, c_paid_share: One, c_price_now: UsdPerAcceleratorHour) -> Usd:
    """Revenue of this part of the contract."""
    return c_reserved * c_paid_share * c_price_now


@line(per="contract")
def c_value(c_revenue: Usd) -> Usd:
    """Value of this part over its tenor."""
    return total(c_revenue)


@line(per="contract")
def c_prepay_in(c_value: Usd, c_prepayment: One, month: Month, months: Month, c_prepaid: Month) -> Usd:
    """Customer prepayment received."""
    return c_value * c_prepayment * (month >= c_prepaid) * (month < c_prepaid + months)


@line(per="contract")
def c_credit(
    c_value: Usd,
    c_prepayment: One,
    c_live: One,
    c_start: Month,
    c_tenor: Month,
    c_credited_from: Month,
    month: Month,
    months: Month,
) -> Usd:
    """Prepayment credited against the bill: equal over the remaining months."""
    return c_value * c_prepayment * c_live * (month >= c_credited_from) * months / (c_start + c_tenor - c_credited_from)


@line(per="contract")
def c_ended(c_accelerators: Count, c_age: Month, c_tenor: Month) -> Count:
    """Accelerators whose contract has ended."""
    return c_accelerators * (c_age >= c_tenor)


@line(per="contract")
def c_price_weight(c_accelerators: Count, c_price: UsdPerAcceleratorHour) -> UsdPerHour:
    """First-year price of all accelerators of this part, an hour."""
    return c_accelerators * c_price


@line
def average_price(c_price_weight: UsdPerHour, c_accelerators: Count) -> UsdPerAcceleratorHour:
    """First-year contract price, by accelerators."""
    return over(c_price_weight) / over(c_accelerators)


@line
def accelerators_sold(c_accelerators: Count) -> Count:
    """Accelerators under contract."""
    return over(c_accelerators)


@line
def ended_accelerators(c_ended: Count, accelerators_active: Count) -> Count:
    """Accelerators free after their contract."""
    return minimum(over(c_ended), accelerators_active)


@line
def ended_share(ended_accelerators: Count, accelerators_active: Count) -> One:
    """Share of the accelerators whose contract has ended."""
    return ended_accelerators / accelerators_active


@line
def contract_revenue(c_revenue: Usd) -> Usd:
    """Revenue of all contracts in accelerator-hours."""
    return over(c_revenue)


@line(per="contract")
def c_committed_revenue(c_revenue: Usd, c_committed: One) -> Usd:
    """Revenue that the buyer owes whether it uses the hours or not."""
    return c_revenue * c_committed


@line(per="lease")
def l_age(month: Month, l_start: Month) -> Month:
    """Months since the lease started."""
    return month - l_start


@line(per="lease")
def l_live(l_age: Month, l_tenor: Month) -> One:
    """1 during the base term."""
    return (l_age >= 0) * (l_age < l_tenor)


@line(per="lease")
def l_let(l_power: Kw, l_live: One, months: Month) -> KwMonth:
    """IT power let, times the length of the period."""
    return l_power * l_live * months


@line(per="lease")
def l_anniversaries(l_age: Month) -> Year:
    """Full years since the start."""
    return floor(maximum(l_age, 0) / MONTHS_PER_YEAR)


@line(per="lease")
def l_rent(l_let: KwMonth, l_price: UsdPerKwMonth, l_escalator: PerYear, l_anniversaries: Year, held: One) -> Usd:
    """Rent of the lease."""
    return l_let * l_price * compound(l_escalator, l_anniversaries) * held


@line
def lease_revenue(l_rent: Usd) -> Usd:
    """Rent of all leases."""
    return over(l_rent)


@line(per="lease")
def l_committed_rent(l_rent: Usd, l_committed: One) -> Usd:
    """Rent that the tenant owes for the base term."""
    return l_rent * l_committed


@line(per="lease")
def l_power_cost(
    l_power: Kw, l_live: One, hours: Hour, draw_share: One, pue: One, energy_price: UsdPerKwh, l_passed: One, held: One
) -> Usd:
    """Power of a tenant whose rent includes it, at the factory's own draw, PUE and energy charge."""
    return l_power * l_live * hours * draw_share * pue * energy_price * (1 - l_passed) * held


@line
def tenants_power_cost(l_power_cost: Usd) -> Usd:
    """Power that the factory pays for its tenants."""
    return over(l_power_cost)


@line
def merchant_price(
    merchant_price_new: UsdPerAcceleratorHour, merchant_decline: PerYear, silicon_age: Year
) -> UsdPerAcceleratorHour:
    """Market price of an hour on silicon of this age."""
    return merchant_price_new * compound(-merchant_decline, silicon_age)


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
def prepayment_in(c_prepay_in: Usd) -> Usd:
    """Customer prepayments received: financing, not revenue."""
    return over(c_prepay_in)


@line
def prepayment_credit(c_credit: Usd) -> Usd:
    """Prepayments credited against bills: financing, not lower revenue."""
    return over(c_credit)


@line
def committed_revenue(c_committed_revenue: Usd, l_committed_rent: Usd) -> Usd:
    """Revenue that is owed under contracts and base terms."""
    return over(c_committed_revenue) + over(l_committed_rent)


@line
def available_hours(accelerators_active: Count, running: One, hours: Hour, availability: One) -> AcceleratorHour:
    """Accelerator-hours that can be used."""
    return accelerators_active * running * hours * availability


@line
def delivered_hours(available_hours: AcceleratorHour, goodput: One) -> AcceleratorHour:
    """Accelerator-hours of useful work."""
    return available_hours * goodput
