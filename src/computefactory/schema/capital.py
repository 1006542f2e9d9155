"""The file's chapters ``capital`` and ``owner``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from computefactory.schema.claims import OwnerClaims
from computefactory.schema.types import Chapter, Date, Lag, Life, PositiveNumber, Rate, Share, Tenor, Text


class Debt(Chapter):
    """One facility. Its amount is never an input: it is sized."""

    secures: Literal["silicon", "all"] | None = Field(None, description="what it is secured on; default: silicon")
    rate: Rate = Field(description="nominal yearly rate, charged monthly at r/12")
    closes: Date | None = Field(None, description="first month it can be drawn; default: the first month")
    matures: Date = Field(description="month at whose end nothing is owed")
    sizing_dscr: PositiveNumber | None = Field(None, description="cover that service is sized at")
    max_ltv: Share | None = Field(None, description="loan to low-case value of what it secures")
    max_gearing: Share | None = Field(None, description="loan to funded cost; needs draws pro rata")
    covenant_dscr: PositiveNumber | None = Field(None, description="cover below which the covenant breaks")
    upfront_fee: Share | None = Field(None, description="share of the commitment, paid at close")
    commitment_fee: Rate | None = Field(None, description="yearly fee on what is not drawn")
    dsra: Lag | None = Field(None, description="months of service held in cash")
    draw_order: tuple[Literal["prepayment", "debt", "equity", "pro_rata"], ...] | None = Field(
        None, description="[prepayment, debt, equity], [prepayment, equity, debt] or [prepayment, pro_rata]"
    )
    sizing_tax: Literal["unlevered", "none"] | None = Field(None, description="tax in the sizing case")


class CapitalChapter(Chapter):
    """Cost of capital and debt."""

    discount_rate: Rate | None = Field(None, description="after-tax WACC")
    risk_free: Rate | None = Field(None, description="risk-free rate at the tenor of the book")
    operating_premium: Rate | None = Field(None, description="premium for operating risk")
    claims: OwnerClaims | None = Field(None, description="what stands between enterprise and equity value")
    debt: dict[Text, Debt] = Field({}, max_length=1, description="one facility by name; none: equity alone")


class TaxRates(Chapter):
    """Rates that differ from the library's rows of the tax regime and the region."""

    federal: Share | None = Field(None, description="federal rate")
    state: Share | None = Field(None, description="state rate")
    state_bonus: Share | None = Field(None, description="of what is expensed federally, the share the state follows")
    loss_limit: Share | None = Field(None, description="share of income that carried losses may offset")
    loss_life: Life | None = Field(None, description="how long after its tax year a loss may be used, in whole years")
    interest_limit: Share | None = Field(None, description="interest deductible, share of tax EBITDA")
    bonus: Share | None = Field(None, description="share expensed in the year of placing in service")
    withholding: Share | None = Field(None, description="tax withheld from distributions of profit")


class TaxHoliday(Chapter):
    """Tax years from that of the first income in which less is levied."""

    length: Tenor = Field(description="how long, in whole years")
    relief: Share | None = Field(None, description="share of the tax that is lifted; default: all of it")


class Owner(Chapter):
    """Who owns the factory and how it is taxed."""

    name: Text = Field(description="name of the owner")
    tax: Text | None = Field(None, description="library row of the tax regime; default: that of the country")
    tax_rates: TaxRates | None = Field(None, description="rates that differ from it")
    tax_convention: Literal["tested", "half_year", "mid_quarter"] | None = Field(
        None, description="US convention of personal property; default: the 40 % test decides each year"
    )
    tax_holiday: TaxHoliday | None = Field(None, description="years of lower tax")
    losses: Literal["carried_forward", "used_at_once"] | None = Field(None, description="use of tax losses")
    focus: Share | None = Field(None, description="share of the owner's revenue from this output")
