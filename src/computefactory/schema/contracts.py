"""The file's chapters ``offtake`` and ``merchant``: what is sold, to whom, on which terms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from computefactory.schema.silicon import When
from computefactory.schema.types import (
    Chapter,
    Date,
    Flag,
    HoursPerMonth,
    Lag,
    Money,
    PerAcceleratorHour,
    PerKwMonth,
    PositiveAccelerators,
    PositivePower,
    Rate,
    Share,
    SignedRate,
    Tenor,
    Text,
)


class Prepayment(Chapter):
    """Money that the customer pays ahead; credited in equal months to the end of each part's tenor."""

    share: Share = Field(description="share of the value of each part")
    paid_before_start: Lag = Field(description="months before the part starts")
    credited_from: Lag = Field(description="first month of the part's tenor that is credited; 1 is its first")


class Terms(Chapter):
    """What every kind of offtake has."""

    buyer: Text | None = Field(None, description="library row of the buyer: its rating and the source of it")
    rating: Text | None = Field(None, description="letter grade of the buyer, or unrated; default: the buyer's row")
    hazard: Rate | None = Field(None, description="yearly default rate of the buyer; default: that of its rating")
    guaranteed: Flag | None = Field(None, description="true where a rated guarantor stands behind the buyer")
    starts: When = Field(description="a month, or {after: energised, lag: 1 month}: each phase starts its own tenor")
    tenor: Tenor = Field(description="length, from the start of each part")
    escalator: SignedRate | None = Field(None, description="price rise on each anniversary; default 0")


class TakeOrPay(Terms):
    """Accelerator-hours that are paid whether they are used or not."""

    kind: Literal["take_or_pay"] = Field(description="kind of contract")
    signed: Date = Field(description="date of signature")
    accelerators: PositiveAccelerators = Field(description="accelerators reserved")
    price: PerAcceleratorHour | None = Field(None, description="price in the first year (or: total_value)")
    total_value: Money | None = Field(None, description="sum of all bills of all parts (or: price)")
    billing: Literal["standard", "calendar"] | None = Field(
        None, description="hours billed a month: standard (default) or those of the calendar"
    )
    billing_hours: HoursPerMonth | None = Field(None, description="hours of a standard month")
    prepayment: Prepayment | None = Field(None, description="what is paid ahead")


class OnDemand(Terms):
    """Accelerator-hours sold as they come; tier and commitment say which market the price is from."""

    kind: Literal["on_demand"] = Field(description="kind of contract")
    accelerators: PositiveAccelerators = Field(description="accelerators offered")
    price: PerAcceleratorHour = Field(description="price in the first year")
    tier: Literal["hyperscaler", "neocloud", "marketplace"] = Field(description="market tier of the price")
    commitment: Literal["spot", "on_demand", "1_year", "3_year"] = Field(description="commitment of the price")
    share_sold: Share = Field(description="share of the hours that is sold")


class LeaseTerms(Terms):
    """Space and power let to a tenant."""

    signed: Date = Field(description="date of signature")
    power: PositivePower = Field(description="IT power let")
    price: PerKwMonth = Field(description="rent in the first year")
    electricity: Literal["passed_through", "included"] = Field(
        description="passed_through: the tenant pays for its power; included: the rent does"
    )


class Colocation(LeaseTerms):
    """Powered and cooled space."""

    kind: Literal["colocation"] = Field(description="kind of contract")


class PoweredShell(LeaseTerms):
    """A building with power; the tenant fits it out."""

    kind: Literal["powered_shell"] = Field(description="kind of contract")


Contract = Annotated[TakeOrPay | OnDemand | Colocation | PoweredShell, Field(discriminator="kind")]


class MerchantChapter(Chapter):
    """The market for hours that no contract takes; default: the library's row of the system."""

    price: PerAcceleratorHour | None = Field(None, description="price of an hour on new silicon")
    decline: Rate | None = Field(None, description="fall of the price with the silicon's age")
    sold: Share | None = Field(None, description="share of market hours sold")
    tier: Literal["hyperscaler", "neocloud", "marketplace"] | None = Field(None, description="market tier")
    commitment: Literal["spot", "on_demand", "1_year", "3_year"] | None = Field(None, description="commitment")
