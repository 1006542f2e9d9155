"""Payment terms: customers pay after the month that is billed, suppliers and the tax office are paid as late (30/360).

These lines exist only in factories that state terms of their own (``accounts: full``); elsewhere everything is paid in
the month it falls due. The exit settles what is open. Sizing and cover look at the cash.
"""

from __future__ import annotations

from computefactory.ledger import given, line, over, prev, trailing
from computefactory.units import Balance, Month, One, Usd

SIMPLE = {"accounts": "simple"}
FULL = {"accounts": "full"}

customers_whole = given(
    "customers_whole",
    Month,
    source="finance.accounts.customers_whole",
    doc="Whole months that customers take to pay.",
    only=FULL,
)
customers_next = given(
    "customers_next", Month, source="finance.accounts.customers_next", doc="The same and one.", only=FULL
)
customers_part = given(
    "customers_part", One, source="finance.accounts.customers_part", doc="Part of the next month.", only=FULL
)
c_wait_whole = given(
    "c_wait_whole",
    Month,
    per="contract",
    source="offtake.contracts.wait_whole",
    doc="Whole months that the customer takes to pay.",
    only=FULL,
)
c_wait_next = given(
    "c_wait_next", Month, per="contract", source="offtake.contracts.wait_next", doc="The same and one.", only=FULL
)
c_wait_part = given(
    "c_wait_part", One, per="contract", source="offtake.contracts.wait_part", doc="Part of the next month.", only=FULL
)
l_wait_whole = given(
    "l_wait_whole",
    Month,
    per="lease",
    source="offtake.leases.wait_whole",
    doc="Whole months that the customer takes to pay.",
    only=FULL,
)
l_wait_next = given(
    "l_wait_next", Month, per="lease", source="offtake.leases.wait_next", doc="The same and one.", only=FULL
)
l_wait_part = given(
    "l_wait_part", One, per="lease", source="offtake.leases.wait_part", doc="Part of the next month.", only=FULL
)
suppliers_whole = given(
    "suppliers_whole",
    Month,
    source="finance.accounts.suppliers_whole",
    doc="Whole months after which suppliers are paid.",
    only=FULL,
)
suppliers_next = given(
    "suppliers_next", Month, source="finance.accounts.suppliers_next", doc="The same and one.", only=FULL
)
suppliers_part = given(
    "suppliers_part", One, source="finance.accounts.suppliers_part", doc="Part of the next month.", only=FULL
)
taxes_whole = given(
    "taxes_whole", Month, source="finance.accounts.taxes_whole", doc="Whole months after which tax is paid.", only=FULL
)
taxes_next = given("taxes_next", Month, source="finance.accounts.taxes_next", doc="The same and one.", only=FULL)
taxes_part = given("taxes_part", One, source="finance.accounts.taxes_part", doc="Part of the next month.", only=FULL)


@line(only=FULL)
def settling(held: One, at_exit: One) -> One:
    """1 while bills stay open: the exit settles them."""
    return held * (1 - at_exit)


@line(per="contract", only=FULL)
def c_bill(c_revenue: Usd, c_credit: Usd) -> Usd:
    """What the buyer is asked to pay: revenue less prepayment credited."""
    return c_revenue - c_credit


@line(per="contract", only=FULL)
def c_open_lately(c_bill: Usd, c_wait_whole: Month) -> Usd:
    """Bills of the months that are not paid yet."""
    return trailing(c_bill, c_wait_whole)


@line(per="contract", only=FULL)
def c_open_longer(c_bill: Usd, c_wait_next: Month) -> Usd:
    """The same with the month before."""
    return trailing(c_bill, c_wait_next)


@line(per="contract", only=FULL)
def c_open(c_open_lately: Usd, c_open_longer: Usd, c_wait_part: One) -> Usd:
    """Bills not paid yet."""
    return c_open_lately + (c_open_longer - c_open_lately) * c_wait_part


@line(per="lease", only=FULL)
def l_open_lately(l_revenue: Usd, l_wait_whole: Month) -> Usd:
    """Rent of the months that are not paid yet."""
    return trailing(l_revenue, l_wait_whole)


@line(per="lease", only=FULL)
def l_open_longer(l_revenue: Usd, l_wait_next: Month) -> Usd:
    """The same with the month before."""
    return trailing(l_revenue, l_wait_next)


@line(per="lease", only=FULL)
def l_open(l_open_lately: Usd, l_open_longer: Usd, l_wait_part: One) -> Usd:
    """Rent not paid yet."""
    return l_open_lately + (l_open_longer - l_open_lately) * l_wait_part


@line(only=FULL)
def other_sales(revenue: Usd, contract_revenue: Usd, lease_revenue: Usd) -> Usd:
    """Sales beside contracts and leases: the market, the shell let again."""
    return revenue - contract_revenue - lease_revenue


@line(only=FULL)
def other_lately(other_sales: Usd, customers_whole: Month) -> Usd:
    """Such sales of the months that are not paid yet."""
    return trailing(other_sales, customers_whole)


@line(only=FULL)
def other_longer(other_sales: Usd, customers_next: Month) -> Usd:
    """The same with the month before."""
    return trailing(other_sales, customers_next)


@line(only=FULL)
def other_open(other_lately: Usd, other_longer: Usd, customers_part: One) -> Usd:
    """Such sales not paid yet."""
    return other_lately + (other_longer - other_lately) * customers_part


@line(only=FULL)
def receivable(c_open: Usd, l_open: Usd, other_open: Usd, settling: One) -> Balance:
    """Owed by customers."""
    return (over(c_open) + over(l_open) + other_open) * settling


@line(per="contract", only=FULL)
def c_committed_net(c_committed_revenue: Usd, c_credit: Usd) -> Usd:
    """Bills of the sizing case."""
    return c_committed_revenue - c_credit


@line(per="contract", only=FULL)
def c_committed_open_lately(c_committed_net: Usd, c_wait_whole: Month) -> Usd:
    """Committed bills of the months that are not paid yet."""
    return trailing(c_committed_net, c_wait_whole)


@line(per="contract", only=FULL)
def c_committed_open_longer(c_committed_net: Usd, c_wait_next: Month) -> Usd:
    """The same with the month before."""
    return trailing(c_committed_net, c_wait_next)


@line(per="contract", only=FULL)
def c_committed_open(c_committed_open_lately: Usd, c_committed_open_longer: Usd, c_wait_part: One) -> Usd:
    """Committed bills not paid yet."""
    return c_committed_open_lately + (c_committed_open_longer - c_committed_open_lately) * c_wait_part


@line(per="lease", only=FULL)
def l_committed_open_lately(l_committed_rent: Usd, l_wait_whole: Month) -> Usd:
    """Committed rent of the months that are not paid yet."""
    return trailing(l_committed_rent, l_wait_whole)


@line(per="lease", only=FULL)
def l_committed_open_longer(l_committed_rent: Usd, l_wait_next: Month) -> Usd:
    """The same with the month before."""
    return trailing(l_committed_rent, l_wait_next)


@line(per="lease", only=FULL)
def l_committed_open(l_committed_open_lately: Usd, l_committed_open_longer: Usd, l_wait_part: One) -> Usd:
    """Committed rent not paid yet."""
    return l_committed_open_lately + (l_committed_open_longer - l_committed_open_lately) * l_wait_part


@line(only=FULL)
def committed_receivable(c_committed_open: Usd, l_committed_open: Usd, settling: One) -> Balance:
    """Owed by customers in the sizing case."""
    return (over(c_committed_open) + over(l_committed_open)) * settling


@line(only=FULL)
def bought(opex: Usd, rent_paid: Usd, leaseback_paid: Usd, property_tax: Usd) -> Usd:
    """What suppliers bill: all operating cost but rent and property tax."""
    return opex - rent_paid - leaseback_paid - property_tax


@line(only=FULL)
def payable_lately(bought: Usd, suppliers_whole: Month) -> Usd:
    """Purchases of the months that are not paid yet."""
    return trailing(bought, suppliers_whole)


@line(only=FULL)
def payable_longer(bought: Usd, suppliers_next: Month) -> Usd:
    """The same with the month before."""
    return trailing(bought, suppliers_next)


@line(only=FULL)
def payable(payable_lately: Usd, payable_longer: Usd, suppliers_part: One, settling: One) -> Balance:
    """Owed to suppliers."""
    return (payable_lately + (payable_longer - payable_lately) * suppliers_part) * settling


@line(only=FULL)
def tax_payable_lately(tax_paid: Usd, taxes_whole: Month) -> Usd:
    """Tax of the months that are not paid yet."""
    return trailing(tax_paid, taxes_whole)


@line(only=FULL)
def tax_payable_longer(tax_paid: Usd, taxes_next: Month) -> Usd:
    """The same with the month before."""
    return trailing(tax_paid, taxes_next)


@line(only=FULL)
def tax_payable(tax_payable_lately: Usd, tax_payable_longer: Usd, taxes_part: One, settling: One) -> Balance:
    """Owed to the tax office; less than nothing where it owes."""
    return (tax_payable_lately + (tax_payable_longer - tax_payable_lately) * taxes_part) * settling


@line(only=FULL)
def project_tax_payable_lately(project_tax: Usd, taxes_whole: Month) -> Usd:
    """Tax without debt of the months that are not paid yet."""
    return trailing(project_tax, taxes_whole)


@line(only=FULL)
def project_tax_payable_longer(project_tax: Usd, taxes_next: Month) -> Usd:
    """The same with the month before."""
    return trailing(project_tax, taxes_next)


@line(only=FULL)
def project_tax_payable(
    project_tax_payable_lately: Usd, project_tax_payable_longer: Usd, taxes_part: One, settling: One
) -> Balance:
    """The same without debt."""
    return (
        project_tax_payable_lately + (project_tax_payable_longer - project_tax_payable_lately) * taxes_part
    ) * settling


@line(only=FULL)
def tied_up(receivable: Balance, payable: Balance) -> Usd:
    """Cash that customers and suppliers tie up in the period."""
    return receivable - prev(receivable) - payable + prev(payable)


@line(only=FULL)
def cash_earnings(ebitda: Usd, tied_up: Usd) -> Usd:
    """Earnings as they are paid."""
    return ebitda - tied_up


@line(name="cash_earnings", only=SIMPLE)
def cash_earnings_at_once(ebitda: Usd) -> Usd:
    """Earnings as they are paid: at once."""
    return ebitda * 1


@line(only=FULL)
def tax_unpaid(tax_payable: Balance) -> Usd:
    """Tax of the period that is paid later, less what is paid of earlier ones."""
    return tax_payable - prev(tax_payable)


@line(only=FULL)
def tax_settled(tax_paid: Usd, tax_unpaid: Usd) -> Usd:
    """Tax as it leaves the bank."""
    return tax_paid - tax_unpaid


@line(name="tax_settled", only=SIMPLE)
def tax_settled_at_once(tax_paid: Usd) -> Usd:
    """Tax as it leaves the bank: at once."""
    return tax_paid * 1


@line(only=FULL)
def project_tax_settled(project_tax: Usd, project_tax_payable: Balance) -> Usd:
    """Tax without debt as it would leave the bank."""
    return project_tax - project_tax_payable + prev(project_tax_payable)


@line(name="project_tax_settled", only=SIMPLE)
def project_tax_settled_at_once(project_tax: Usd) -> Usd:
    """Tax without debt as it would leave the bank: at once."""
    return project_tax * 1


@line(only=FULL)
def sizing_receipts(committed_revenue: Usd, committed_receivable: Balance, payable: Balance) -> Usd:
    """Committed revenue as it is paid, with what suppliers wait for."""
    return committed_revenue - committed_receivable + prev(committed_receivable) + payable - prev(payable)


@line(name="sizing_receipts", only=SIMPLE)
def sizing_receipts_at_once(committed_revenue: Usd) -> Usd:
    """Committed revenue as it is paid: at once."""
    return committed_revenue * 1
