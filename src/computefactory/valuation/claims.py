"""From the value of the enterprise to that of its owners: what ranks ahead of them; what dilutes them is in shares."""

from __future__ import annotations

from computefactory.ledger import line, maximum, over, prev, total
from computefactory.units import Balance, Month, One, Usd


@line
def debt_claim(debt_balance: Balance, opening: One) -> Usd:
    """Debt at the opening of the month."""
    return total(prev(debt_balance) * opening)


@line
def cash_held(cash: Balance, debt_reserve: Balance, opening: One) -> Usd:
    """Cash and reserve at the opening of the month."""
    return total(prev(cash + debt_reserve) * opening)


@line
def customers_money(
    c_prepay_in: Usd,
    c_credit: Usd,
    c_factor: One,
    l_funding_in: Usd,
    l_credit: Usd,
    l_factor: One,
) -> Usd:
    """Prepayments and construction money to come less credits still to be given, at each contract's rate."""
    contracts = over(total((c_prepay_in - c_credit) * c_factor))
    return contracts + over(total((l_funding_in - l_credit) * l_factor))


@line
def fees_claim(financing_fees: Usd, market_factor: One) -> Usd:
    """Fees of the debt to come."""
    return total(financing_fees * market_factor)


@line
def preferred_claim(owner_preferred: Usd, preferred_balance: Balance, opening: One) -> Usd:
    """Preferred shares of the owner, and what this file's own preferred is owed at the opening of the month."""
    return owner_preferred + total(prev(preferred_balance) * opening)


@line
def loss_room(v_taxable: Usd, v_nol_used: Usd, v_lender: One, v_state: One, loss_limit: One, year_end: One) -> Usd:
    """Income of the tax year that losses from elsewhere may offset, after the factory's own."""
    room = maximum(maximum(v_taxable, 0) * loss_limit - v_nol_used, 0)
    return over(room * (1 - v_lender) * (1 - v_state)) * year_end


@line
def owner_losses_left(
    owner_losses_left: Balance, owner_losses: Usd, loss_room: Usd, month: Month, valuation_date: Month
) -> Balance:
    """Losses of the owner that are not used yet."""
    return maximum(prev(owner_losses_left, owner_losses) - loss_room * (month >= valuation_date), 0)


@line
def losses_value(owner_losses_left: Balance, owner_losses: Usd, tax_rate: One, tax_factor: One) -> Usd:
    """Tax that losses of the owner save, year by year."""
    return total((prev(owner_losses_left, owner_losses) - owner_losses_left) * tax_rate * tax_factor)


@line
def claims_before_notes(
    debt_claim: Usd,
    cash_held: Usd,
    customers_money: Usd,
    fees_claim: Usd,
    leases_value: Usd,
    other_debt: Usd,
    preferred_claim: Usd,
    minorities: Usd,
    owner_cash: Usd,
    losses_value: Usd,
) -> Usd:
    """Net claims that rank ahead of the owners, convertibles apart."""
    ahead = debt_claim + fees_claim + leases_value + other_debt + preferred_claim + minorities
    return ahead - cash_held - customers_money - owner_cash - losses_value


@line
def restricted_cash_not_counted(restricted_cash: Usd) -> Usd:
    """Cash that owners cannot take: shown, not counted."""
    return restricted_cash
