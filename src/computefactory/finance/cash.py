"""Where the cash goes: sources and uses until full operation, the waterfall after it, what owners put in and take out.

Customer money and early operating cash come first, then debt as planned, then owners. Until full operation a surplus
of customer money waits in the bank; a draw beyond what is needed is a distribution at close. After it everything left
after service and reserve is distributed, and a shortfall is the owners' to cure: cash is never silently negative.
"""

from __future__ import annotations

from computefactory.ledger import line, maximum, minimum, prev, where
from computefactory.units import Balance, One, Usd


@line
def operating_cash(ebitda: Usd, prepayment_credit: Usd, tax_paid: Usd, sale_proceeds: Usd) -> Usd:
    """Cash from operations after tax, less prepayments credited, with what the assets fetch at the exit."""
    return ebitda - prepayment_credit - tax_paid + sale_proceeds


@line
def uses(capex: Usd, financing_fees: Usd, interest: Usd, repayment: Usd, reserve_move: Usd, building: One) -> Usd:
    """What must be paid: assets, fees and, until full operation, the debt's service and first reserve.

    Principal falls due before full operation only where a delay has overtaken a frozen schedule.
    """
    return capex + financing_fees + (interest + repayment + reserve_move) * building


@line
def customer_cash(cash: Balance, prepayment_in: Usd, operating_cash: Usd) -> Usd:
    """Cash in the bank before debt and owners pay."""
    return prev(cash) + prepayment_in + operating_cash


@line
def need(uses: Usd, customer_cash: Usd, building: One) -> Usd:
    """What debt and owners must pay until full operation."""
    return maximum(uses - customer_cash, 0) * building


@line
def cumulative_need(cumulative_need: Balance, need: Usd) -> Balance:
    """What debt and owners have had to pay so far."""
    return prev(cumulative_need) + need


@line
def service(interest: Usd, repayment: Usd, building: One) -> Usd:
    """Debt service after full operation."""
    return (interest + repayment) * (1 - building)


@line
def cash_before_owners(
    customer_cash: Usd, planned_draw: Usd, uses: Usd, service: Usd, reserve_move: Usd, building: One
) -> Usd:
    """Cash after everything that ranks before owners."""
    return customer_cash + planned_draw - uses - service - reserve_move * (1 - building)


@line
def equity_in(cash_before_owners: Usd) -> Usd:
    """Paid in by owners; after full operation this cures a shortfall."""
    return maximum(0 - cash_before_owners, 0)


@line
def distribution(cash_before_owners: Usd, planned_draw: Usd, building: One) -> Usd:
    """Paid out to owners."""
    return where(building > 0, minimum(maximum(cash_before_owners, 0), planned_draw), maximum(cash_before_owners, 0))


@line
def cash(cash_before_owners: Usd, equity_in: Usd, distribution: Usd) -> Balance:
    """Cash in the bank beside the reserve."""
    return cash_before_owners + equity_in - distribution


@line
def cure(equity_in: Usd, building: One) -> Usd:
    """Shortfall after full operation that owners had to cure."""
    return equity_in * (1 - building)


@line
def sale_after_tax(sale_proceeds: Usd, gain_on_sale: Usd, tax_rate: One) -> Usd:
    """What the assets fetch at the exit, less the tax on the gain at the full rate."""
    return sale_proceeds - gain_on_sale * tax_rate


@line
def cfads(operating_cash: Usd, sale_after_tax: Usd, building: One) -> Usd:
    """Cash flow available for debt service, after tax, without the sale at the exit."""
    return (operating_cash - sale_after_tax) * (1 - building)


@line
def equity_flow(distribution: Usd, withholding: Usd, equity_in: Usd) -> Usd:
    """Owners' cash flow, after tax withheld from distributions."""
    return distribution - withholding - equity_in


@line
def project_flow(ebitda: Usd, sale_proceeds: Usd, capex: Usd, project_tax: Usd) -> Usd:
    """Unlevered cash flow after tax, without customer prepayments."""
    return ebitda + sale_proceeds - capex - project_tax


@line
def project_flow_before_tax(ebitda: Usd, sale_proceeds: Usd, capex: Usd) -> Usd:
    """Unlevered cash flow before tax, without customer prepayments."""
    return ebitda + sale_proceeds - capex


@line
def project_flow_with_prepayment(project_flow: Usd, prepayment_in: Usd, prepayment_credit: Usd) -> Usd:
    """Unlevered cash flow after tax, with customer prepayments and their credits."""
    return project_flow + prepayment_in - prepayment_credit
