"""What the flows come to: rates of return, value, cover, payback, sources and uses."""

from __future__ import annotations

from computefactory.ledger import (
    compound,
    given,
    irr,
    line,
    maximum,
    prev,
    total,
)
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

elapsed_years = given(
    "elapsed_years", Year, series=True, source="timeline.elapsed_years", doc="Years from month 0 to the period."
)


@line
def growth(discount_rate: PerYear, elapsed_years: Year) -> One:
    """Value in the period of a dollar of month 0."""
    return compound(discount_rate, elapsed_years)


@line
def project_irr(project_flow: Usd) -> PerYear:
    """Unlevered return after tax."""
    return irr(project_flow)


@line
def project_irr_before_tax(project_flow_before_tax: Usd) -> PerYear:
    """Unlevered return before tax."""
    return irr(project_flow_before_tax)


@line
def project_irr_with_prepayment(project_flow_with_prepayment: Usd) -> PerYear:
    """Unlevered return after tax with customer prepayments."""
    return irr(project_flow_with_prepayment)


@line
def equity_irr(equity_flow: Usd) -> PerYear:
    """Owners' return after tax."""
    return irr(equity_flow)


@line
def npv_usd(project_flow: Usd, growth: One) -> Usd:
    """Net present value of the unlevered cash flow at the discount rate."""
    return total(project_flow / growth)


@line
def moic(distribution: Usd, equity_in: Usd, early_distribution: Usd) -> One:
    """Owners' money back on the money they leave in: what comes back before full operation is no gain."""
    return total(distribution - early_distribution) / total(equity_in - early_distribution)


@line
def cumulative_flow(cumulative_flow: Balance, project_flow: Usd) -> Balance:
    """Unlevered cash so far."""
    return prev(cumulative_flow) + project_flow


@line
def unpaid(unpaid: One, cumulative_flow: Balance, building: One) -> One:
    """1 until, after full operation, the unlevered cash has come back for the first time."""
    return prev(unpaid, 1) * maximum(cumulative_flow < 0, building)


@line
def payback_months(unpaid: One, months: Month) -> Month:
    """Months from month 0 until the unlevered cash has come back."""
    return total(unpaid * months)


@line
def cumulative_flow_with_prepayment(
    cumulative_flow_with_prepayment: Balance, project_flow_with_prepayment: Usd
) -> Balance:
    """Unlevered cash with customer prepayments so far."""
    return prev(cumulative_flow_with_prepayment) + project_flow_with_prepayment


@line
def unpaid_after_prepayment(
    unpaid_after_prepayment: One, cumulative_flow_with_prepayment: Balance, building: One
) -> One:
    """1 until, after full operation, the unlevered cash with prepayments has come back for the first time."""
    return prev(unpaid_after_prepayment, 1) * maximum(cumulative_flow_with_prepayment < 0, building)


@line
def payback_after_prepayment_months(unpaid_after_prepayment: One, months: Month) -> Month:
    """Months from month 0 until the unlevered cash with customer prepayments has come back."""
    return total(unpaid_after_prepayment * months)


# what the contracts bring alone


@line
def contract_cash(project_flow: Usd, sale_proceeds: Usd, decommissioning: Usd, project_sale_tax: Usd) -> Usd:
    """Unlevered cash after tax with nothing sold: neither at the exit nor before."""
    return project_flow - (sale_proceeds + decommissioning - project_sale_tax)


@line
def contract_cash_usd(contract_cash: Usd) -> Usd:
    """All cash of the contracts alone less all that was built."""
    return total(contract_cash)


@line
def cumulative_contract_cash(cumulative_contract_cash: Balance, contract_cash: Usd) -> Balance:
    """Cash of the contracts alone so far."""
    return prev(cumulative_contract_cash) + contract_cash


@line
def unpaid_by_contracts(unpaid_by_contracts: One, cumulative_contract_cash: Balance, building: One) -> One:
    """1 until, after full operation, the contracts alone have brought the unlevered cash back for the first time."""
    return prev(unpaid_by_contracts, 1) * maximum(cumulative_contract_cash < 0, building)


@line
def contract_payback_months(unpaid_by_contracts: One, months: Month) -> Month:
    """Months from month 0 until the contracts alone have brought the unlevered cash back."""
    return total(unpaid_by_contracts * months)


# sources and uses until full operation


@line
def used_capex(capex: Usd, building: One) -> Usd:
    """Assets."""
    return capex * building


@line
def used_interest(interest: Usd, building: One) -> Usd:
    """Interest before completion."""
    return interest * building


@line
def used_reserve(reserve_move: Usd, building: One) -> Usd:
    """First reserves."""
    return reserve_move * building


@line
def used_repayment(repayment: Usd, building: One) -> Usd:
    """Principal due before full operation."""
    return repayment * building


@line
def used_fees(financing_fees: Usd, building: One) -> Usd:
    """Fees of the facility."""
    return financing_fees * building


@line
def source_prepayment(prepayment_in: Usd, building: One) -> Usd:
    """Customer prepayments."""
    return prepayment_in * building


@line
def source_debt(planned_draw: Usd, revolver_draw: Usd, prepaid_debt: Usd, letter_claims: Balance, building: One) -> Usd:
    """Debt, with what revolvers and letters of credit have lent on balance."""
    lent = revolver_draw - prepaid_debt + (letter_claims - prev(letter_claims))
    return (planned_draw + lent) * building


@line
def source_preferred(preferred_in: Usd, building: One) -> Usd:
    """Preferred equity."""
    return preferred_in * building


@line
def source_operations(operating_cash: Usd, building: One) -> Usd:
    """Early operating cash after tax."""
    return operating_cash * building


@line
def source_equity(equity_in: Usd, building: One) -> Usd:
    """Owners' money."""
    return equity_in * building


@line
def early_distribution(distribution: Usd, building: One) -> Usd:
    """Distribution at close."""
    return distribution * building


@line
def equity_left_in(source_equity: Usd, early_distribution: Usd) -> Usd:
    """Owners' money to full operation, less what a draw at close pays back to them."""
    return maximum(total(source_equity) - total(early_distribution), 0)


@line
def paid_out_at_close(source_equity: Usd, early_distribution: Usd) -> Usd:
    """Distribution at close beyond what owners have put in."""
    return maximum(total(early_distribution) - total(source_equity), 0)


@line
def cash_at_conversion(cash: Balance, at_conversion: One) -> Usd:
    """Cash left in the bank at full operation."""
    return cash * at_conversion
