"""From the value of the enterprise to that of its owners: what ranks ahead of them, and what dilutes them.

Options count by the treasury method: what holders pay buys shares back at the price that is being found, so the price
solves ``p (n + options) = equity + options x strike`` where they are in the money. Convertibles convert where the price
is above their conversion price, else they are debt. The price stands on both sides; what all holders get rises with it
along straight pieces, so the equity fills one piece after the other, like a waterfall, and no rounds are needed.
"""

from __future__ import annotations

from computefactory.ledger import line, maximum, minimum, over, prev, senior, total, where
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


@line(per="holder")
def h_joined(h_shares: One) -> One:
    """Shares that share in a rise of the price above this holder's."""
    return senior(h_shares) + h_shares


@line(per="holder")
def h_step(h_joined: One, h_above: Usd, h_until: Usd) -> Usd:
    """What all holders get while the price rises from this holder's to the next one's."""
    return h_joined * (h_until - h_above)


def _rise(equity: float, owed: float, step: float, last: float, joined: float) -> float:
    """Rise of the price in a step: what all notes and the steps before leave of the equity, as much as it takes."""
    left = maximum(equity - owed - senior(step), 0)
    return where(joined > 0, where(last > 0, left, minimum(left, step)) / joined, 0)


def _diluted(price: float, above: float, shares: float, pays: float) -> float:
    """Shares of a holder that has joined, less those that its payment buys back."""
    return where(price > above, shares - where(price > 0, pays / price, 0), where(above > 0, 0, shares))


@line(per="holder")
def h_industrial(
    industrial_enterprise_value_usd: Usd,
    claims_before_notes: Usd,
    h_owed: Usd,
    h_step: Usd,
    h_last: One,
    h_joined: One,
) -> Usd:
    """Rise of the price, from this holder's to the next one's, that the industrial value pays for."""
    return _rise(industrial_enterprise_value_usd - claims_before_notes, over(h_owed), h_step, h_last, h_joined)


@line
def industrial_value_usd_per_share(h_industrial: Usd, shares_stated: One) -> Usd:
    """Industrial value of a share, diluted; 0 where no shares are stated."""
    return over(h_industrial) * (shares_stated > 0)


@line
def industrial_notes(h_owed: Usd, h_above: Usd, industrial_value_usd_per_share: Usd) -> Usd:
    """Convertibles that stay debt at the industrial value."""
    return over(h_owed * (industrial_value_usd_per_share <= h_above))


@line
def industrial_shares(
    h_above: Usd, h_shares: One, h_pays: Usd, industrial_value_usd_per_share: Usd, shares_stated: One
) -> One:
    """Shares outstanding at the industrial value, diluted; 0 where none are stated."""
    return over(_diluted(industrial_value_usd_per_share, h_above, h_shares, h_pays)) * (shares_stated > 0)


@line
def industrial_equity_value_usd(
    industrial_enterprise_value_usd: Usd, claims_before_notes: Usd, industrial_notes: Usd
) -> Usd:
    """Industrial value of the equity."""
    return industrial_enterprise_value_usd - claims_before_notes - industrial_notes


@line(per="holder")
def h_cloud(
    cloud_enterprise_value_usd: Usd, claims_before_notes: Usd, h_owed: Usd, h_step: Usd, h_last: One, h_joined: One
) -> Usd:
    """Rise of the price, from this holder's to the next one's, that the cloud value pays for."""
    return _rise(cloud_enterprise_value_usd - claims_before_notes, over(h_owed), h_step, h_last, h_joined)


@line
def cloud_value_usd_per_share(h_cloud: Usd, shares_stated: One) -> Usd:
    """Cloud value of a share, diluted; 0 where no shares are stated."""
    return over(h_cloud) * (shares_stated > 0)


@line
def cloud_notes(h_owed: Usd, h_above: Usd, cloud_value_usd_per_share: Usd) -> Usd:
    """Convertibles that stay debt at the cloud value."""
    return over(h_owed * (cloud_value_usd_per_share <= h_above))


@line
def cloud_shares(
    h_above: Usd, h_shares: One, h_pays: Usd, cloud_value_usd_per_share: Usd, shares_stated: One, cloud_known: One
) -> One:
    """Shares outstanding at the cloud value, diluted; 0 where none are stated, or no multiple was known."""
    stated = (shares_stated > 0) * (cloud_known > 0)
    return over(_diluted(cloud_value_usd_per_share, h_above, h_shares, h_pays)) * stated


@line
def cloud_equity_value_usd(cloud_enterprise_value_usd: Usd, claims_before_notes: Usd, cloud_notes: Usd) -> Usd:
    """Cloud value of the equity."""
    return cloud_enterprise_value_usd - claims_before_notes - cloud_notes
