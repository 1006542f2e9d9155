"""What a company owes, pays and is short of: facilities, new loans, depreciation, tax, cash, the gap.

Facilities repay what their terms say; what is still to be built is lent on at an advance and repaid level over a
tenor. Nothing else is raised: cash may fall below the floor and below nothing, and the gap is shown, never filled.
Factories inside finance and tax themselves; what they pay out or take in is the owner's.
"""

from __future__ import annotations

from computefactory.finance.tax import accrued, after_losses, brought_in, losses_left, losses_used
from computefactory.ledger import given, highest, line, maximum, minimum, over, prev, total, trailing, where, ytd
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

one_year = given("one_year", Month, source="timeline.one_year", doc="Twelve months.")

# facilities as reported


@line(per="facility")
def f_principal(f_owed: Balance, f_balance: Usd, f_due: Usd, f_matures: Month, month: Month) -> Usd:
    """Principal paid: as its terms say, and all that is left at maturity."""
    opening = prev(f_owed, f_balance)
    return where(month >= f_matures, opening, minimum(f_due, opening))


@line(per="facility")
def f_owed(f_owed: Balance, f_balance: Usd, f_principal: Usd) -> Balance:
    """Principal owed."""
    return prev(f_owed, f_balance) - f_principal


@line(per="facility")
def f_interest(f_owed: Balance, f_balance: Usd, f_rate: PerYear, years: Year) -> Usd:
    """Interest at the effective rate on the opening balance (30/360)."""
    return prev(f_owed, f_balance) * f_rate * years


# new loans on what is committed and undelivered


@line
def unpaid_share(own_capex: Usd, capex_due: Usd) -> One:
    """Share of what is due that construction in progress has not paid."""
    return where(capex_due > 0, own_capex / capex_due, 0)


@line(per="block")
def b_draws(b_advance: One, b_capex: Usd, unpaid_share: One) -> Usd:
    """Loan at the advance on what is paid for the block."""
    return b_advance * b_capex * unpaid_share


@line(per="block")
def b_annuity(b_loan_rate: PerYear, b_loan_tenor: Month, months: Month, years: Year) -> One:
    """Level payment of a dollar lent: ``i / (1 - (1 + i) ** -n)``."""
    periods = maximum(b_loan_tenor / months, 1)
    rate = b_loan_rate * years
    return where(b_loan_rate > 0, rate / (1 - (1 + rate) ** -periods), 1 / periods)


@line(per="block")
def b_instalment(b_draws: Usd, b_loan_tenor: Month, b_annuity: One) -> Usd:
    """Level payments of all that was drawn within the tenor, the first a month after each draw."""
    return prev(trailing(b_draws, b_loan_tenor)) * b_annuity


@line(per="block")
def b_loan_interest(b_loan: Balance, b_loan_rate: PerYear, years: Year) -> Usd:
    """Interest of the new loan on its opening balance (30/360)."""
    return prev(b_loan) * b_loan_rate * years


@line(per="block")
def b_loan_principal(b_loan: Balance, b_instalment: Usd, b_loan_interest: Usd) -> Usd:
    """What the level payment repays."""
    return minimum(b_instalment - b_loan_interest, prev(b_loan))


@line(per="block")
def b_loan(b_loan: Balance, b_draws: Usd, b_loan_principal: Usd) -> Balance:
    """New loan owed."""
    return prev(b_loan) + b_draws - b_loan_principal


# all debt


@line
def draws(b_draws: Usd, b_factory_draws: Usd) -> Usd:
    """Debt drawn."""
    return over(b_draws + b_factory_draws)


@line
def principal(f_principal: Usd, b_loan_principal: Usd, b_factory_principal: Usd) -> Usd:
    """Debt repaid."""
    return over(f_principal) + over(b_loan_principal + b_factory_principal)


@line
def own_interest(f_interest: Usd, b_loan_interest: Usd) -> Usd:
    """Interest of facilities and new loans, capitalised or not."""
    return over(f_interest) + over(b_loan_interest)


@line
def capitalised_interest(own_interest: Usd, capitalised: One) -> Usd:
    """Interest paid that is a cost of what is built."""
    return own_interest * capitalised


@line
def interest(own_interest: Usd, capitalised_interest: Usd, b_factory_interest: Usd) -> Usd:
    """Interest expense: what is not capitalised, and that of factories inside."""
    return own_interest - capitalised_interest + over(b_factory_interest)


@line
def debt_balance(f_owed: Balance, b_loan: Balance, b_factory_owed: Usd) -> Balance:
    """Principal of all financial debt."""
    return over(f_owed) + over(b_loan + b_factory_owed)


# income and tax


@line
def plant_depreciation(
    plant: Usd, construction: Usd, capex_due: Usd, plant_life: Month, month: Month, months: Month
) -> Usd:
    """Straight line of what stood at the balance date, with construction that no undelivered block takes."""
    standing = plant + maximum(construction - total(capex_due), 0)
    return standing * minimum(maximum(plant_life - month, 0), months) / maximum(plant_life, months)


@line(per="block")
def b_depreciation(b_entering: Usd, b_book_life: Month, months: Month) -> Usd:
    """Straight line of what is handed over."""
    return trailing(b_entering, b_book_life) * months / maximum(b_book_life, months)


@line
def capitalised_depreciation(capitalised_interest: Usd, plant_life: Month, months: Month) -> Usd:
    """Straight line of interest that was capitalised."""
    return trailing(capitalised_interest, plant_life) * months / maximum(plant_life, months)


@line
def own_depreciation(plant_depreciation: Usd, b_depreciation: Usd, capitalised_depreciation: Usd) -> Usd:
    """Depreciation of all but factories inside."""
    return plant_depreciation + over(b_depreciation) + capitalised_depreciation


@line
def depreciation(own_depreciation: Usd, b_factory_depreciation: Usd) -> Usd:
    """Depreciation."""
    return own_depreciation + over(b_factory_depreciation)


@line
def operating_income(adjusted_ebitda: Usd, stock_compensation: Usd, depreciation: Usd) -> Usd:
    """Earnings before interest and tax."""
    return adjusted_ebitda - stock_compensation - depreciation


@line
def own_income(
    operating_income: Usd,
    interest: Usd,
    b_factory_ebitda: Usd,
    b_factory_depreciation: Usd,
    b_factory_interest: Usd,
) -> Usd:
    """Income before tax of all but factories inside, which are taxed on their own; books stand for the return."""
    inside = over(b_factory_ebitda - b_factory_depreciation - b_factory_interest)
    return operating_income - interest - inside


@line
def taxable(own_income: Usd) -> Usd:
    """Taxable income of the year so far, before losses carried forward."""
    return ytd(own_income)


@line
def nol_opening(nol: Balance, nol_opening: Balance, losses: Usd, year_start: One) -> Balance:
    """Losses of earlier years."""
    return brought_in(nol, nol_opening, year_start, losses)


@line
def nol_used(nol_opening: Balance, taxable: Usd, loss_limit: One) -> Usd:
    """Losses used in the tax year so far: up to a share of its income (IRC 172(a)(2))."""
    return losses_used(nol_opening, taxable, loss_limit)


@line
def nol(nol_opening: Balance, nol_used: Usd, taxable: Usd) -> Balance:
    """Losses carried forward, with this year's so far."""
    return losses_left(nol_opening, nol_used, taxable)


@line
def own_tax_ytd(taxable: Usd, nol_used: Usd, tax_rate: One) -> Usd:
    """Tax of the year so far, factories inside apart."""
    return after_losses(taxable, nol_used) * tax_rate


@line
def tax(own_tax_ytd: Usd, year_start: One, b_factory_tax: Usd) -> Usd:
    """Income tax paid, of factories inside too."""
    return accrued(own_tax_ytd, year_start) + over(b_factory_tax)


# cash


@line
def operating_cash(adjusted_ebitda: Usd, prepayments: Usd, credits: Usd) -> Usd:  # noqa: A002
    """Cash of operations before interest and tax: what is prepaid comes early and is not paid again."""
    return adjusted_ebitda + prepayments - credits


@line
def debt_service(interest: Usd, capitalised_interest: Usd, principal: Usd) -> Usd:
    """Interest paid and debt repaid."""
    return interest + capitalised_interest + principal


@line
def factory_retained(
    b_factory_equity: Usd,
    b_factory_ebitda: Usd,
    b_factory_prepayments: Usd,
    b_factory_credits: Usd,
    b_factory_capex: Usd,
    b_factory_draws: Usd,
    b_factory_principal: Usd,
    b_factory_interest: Usd,
    b_factory_tax: Usd,
) -> Usd:
    """Less than nothing: what factories inside hold back (reserves, fees, bills unpaid); else what they release."""
    earned = b_factory_ebitda + b_factory_prepayments - b_factory_credits - b_factory_tax
    financed = b_factory_draws - b_factory_principal - b_factory_interest
    return over(b_factory_equity - (earned + financed - b_factory_capex))


@line
def cash_flow(
    operating_cash: Usd,
    capex: Usd,
    draws: Usd,
    debt_service: Usd,
    tax: Usd,
    proceeds: Usd,
    factory_retained: Usd,
) -> Usd:
    """All cash of the month; of a factory inside what it pays its owner, less what he puts in."""
    return operating_cash - capex + draws - debt_service - tax + proceeds + factory_retained


@line
def cash(cash: Balance, opening_cash: Usd, cash_flow: Usd) -> Balance:
    """Unrestricted cash, below nothing where nobody fills the gap."""
    return prev(cash, opening_cash) + cash_flow


@line
def funding_gap(cash: Balance, cash_floor: Usd) -> Balance:
    """What is missing so far to hold the floor: shown, never filled."""
    return maximum(cash_floor - cash, 0)


@line
def net_debt(debt_balance: Balance, finance_leases: Usd, cash: Balance) -> Balance:
    """Principal of financial debt and finance leases, less unrestricted cash."""
    return debt_balance + finance_leases - cash


# single numbers


@line
def largest_gap(funding_gap: Balance) -> Usd:
    """Largest funding gap."""
    return highest(funding_gap)


@line
def next_year(month: Month, as_of: Month, one_year: Month) -> One:
    """1 in the twelve months after that of the question."""
    return (month > as_of) * (month <= as_of + one_year)


@line
def revenue_next_twelve_months(revenue: Usd, next_year: One) -> Usd:
    """Revenue of the twelve months after that of the question."""
    return total(revenue * next_year)


@line
def own_book(b_book: Usd, b_counts: One) -> Usd:
    """Revenue signed and not recognised at the balance date, factories inside apart."""
    return over(b_book * b_counts)


@line
def book_at_start(own_book: Usd, b_factory_revenue: Usd) -> Usd:
    """Revenue signed and not recognised at the balance date; of factories inside what their contracts still bring."""
    return own_book + total(over(b_factory_revenue))


@line
def book_unlanded(own_book: Usd, committed_revenue: Usd) -> Usd:
    """Book that does not land within the months reckoned: nothing, or the file is wrong."""
    return own_book - total(committed_revenue)


@line
def cash_to_come(book_at_start: Usd, b_deferred: Usd, b_factory_credits: Usd, b_factory_prepayments: Usd) -> Usd:
    """Cash that the book still brings: less what was already had."""
    return book_at_start - over(b_deferred) - total(over(b_factory_credits - b_factory_prepayments))


@line
def debt_principal(f_balance: Usd, b_factory_debt: Usd) -> Usd:
    """Principal of financial debt at the balance date."""
    return over(f_balance) + over(b_factory_debt)


@line
def opening_net_debt(debt_principal: Usd, finance_leases: Usd, opening_cash: Usd) -> Usd:
    """Net debt at the balance date."""
    return debt_principal + finance_leases - opening_cash
