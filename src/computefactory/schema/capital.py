"""The file's chapters ``capital`` and ``owner``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from computefactory.schema.types import Chapter, Date, Lag, PositiveNumber, Rate, Share, Text


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
    debt: dict[Text, Debt] = Field({}, max_length=1, description="one facility by name; none: equity alone")


class TaxRates(Chapter):
    """Rates that differ from the library's rows of the tax regime and the region."""

    federal: Share | None = Field(None, description="federal rate")
    state: Share | None = Field(None, description="state rate")
    loss_limit: Share | None = Field(None, description="share of income that carried losses may offset")
    interest_limit: Share | None = Field(None, description="interest deductible, share of tax EBITDA")
    bonus: Share | None = Field(None, description="share expensed in the year of placing in service")


class Owner(Chapter):
    """Who owns the factory and how it is taxed."""

    name: Text = Field(description="name of the owner")
    tax: Text | None = Field(None, description="library row of the tax regime; default: that of the country")
    tax_rates: TaxRates | None = Field(None, description="rates that differ from it")
    losses: Literal["carried_forward", "used_at_once"] | None = Field(None, description="use of tax losses")
    focus: Share | None = Field(None, description="share of the owner's revenue from this output")
