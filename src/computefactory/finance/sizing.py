"""What each tranche may carry, in order of rank: limit paths backwards from maturity, and what a dollar of it repays.

The **sizing case** counts committed receipts only: committed revenue less prepayment credits, less all operating
cost, less unlevered tax on that income (or none: a choice); other cash only where a tranche states a cover for it.
Each tranche is sized on what the tranches ahead leave of ``CFADS / its cover``: its cover is that of its own service
and all that ranks ahead. The most that may be owed at the end of each month is found backwards (``t_limit``),

    L[t-1] = min((L[t] + room[t]) / (1 + r[t]), LTV x V[t-1] - owed ahead on the same assets),   L[maturity] = 0.

What a limit other than cover keeps a tranche from using is left to those behind it. A sculpted tranche follows its
limit, scaled. The others have a profile that does not depend on the cash (level, equal principal, bullet): the
worst twelve months and the worst month of value bound them.
"""

from __future__ import annotations

from computefactory.finance.tranche import SIZED
from computefactory.ledger import Quantity, at, following, given, line, maximum, minimum, over, prev, senior, where
from computefactory.units import Balance, Month, One, Usd

NO_LIMIT = Quantity(1e15, "USD")  # above any loan: stands where a limit does not apply

contract_end = given("contract_end", Month, source="steps.contract_end", doc="Last month of the last contract.")
t_receipts = given(
    "t_receipts",
    One,
    per="tranche",
    series=True,
    source="receipts.share",
    doc="Share of committed receipts that it is sized on.",
    only=SIZED,
)


@line
def sizing_tax_ytd(v_tax_ytd: Usd, v_lender: One) -> Usd:
    """Tax of the sizing case in the year so far; what a loss saves the group is no cash of the borrower."""
    return maximum(over(v_tax_ytd * v_lender), 0)


@line
def sizing_tax_charge(sizing_tax_ytd: Usd, year_start: One) -> Usd:
    """Tax of the sizing case: savings are not lent on."""
    return sizing_tax_ytd - (1 - year_start) * prev(sizing_tax_ytd)


@line
def sizing_cfads(
    sizing_receipts: Usd, prepayment_credit: Usd, opex: Usd, sizing_tax_charge: Usd, tax_in_sizing: One
) -> Usd:
    """Cash available for debt service in the sizing case, after unlevered tax or before it."""
    return sizing_receipts - prepayment_credit - opex - sizing_tax_charge * tax_in_sizing


@line(only=SIZED)
def merchant_cash(revenue: Usd, committed_revenue: Usd, tax_rate: One, tax_in_sizing: One) -> Usd:
    """Revenue that nobody is committed to, after tax where debt is sized after tax."""
    return (revenue - committed_revenue) * (1 - tax_rate * tax_in_sizing)


@line(per="tranche", only=SIZED)
def t_sculpting(month: Month, t_begins: Month, t_profile_ends: Month, contract_end: Month, t_tail: Month) -> One:
    """1 while its profile is repaid: to maturity, or earlier so that the tail of contract is left."""
    return (month >= t_begins) * (month <= t_profile_ends) * (month + t_tail <= contract_end)


@line(per="tranche", only=SIZED)
def t_interest_only(month: Month, t_begins: Month, t_moratorium: Month) -> One:
    """1 while service is interest only."""
    return (t_moratorium > 0) * (month >= t_begins) * (month < t_begins + t_moratorium)


@line(per="tranche", only=SIZED)
def t_amortising(t_sculpting: One, t_interest_only: One) -> One:
    """1 while principal is repaid."""
    return t_sculpting * (1 - t_interest_only)


@line(per="tranche", only=SIZED)
def t_contracted(sizing_cfads: Usd, t_receipts: One, t_merchant: One) -> Usd:
    """Cash of the sizing case that it is repaid from."""
    return maximum(sizing_cfads * t_receipts, sizing_cfads * t_receipts * (1 - t_merchant))


@line(per="tranche", only=SIZED)
def t_merchant_service_capacity(merchant_cash: Usd, sizing_cfads: Usd, t_merchant: One, t_merchant_dscr: One) -> Usd:
    """Service that uncommitted cash carries at its own cover, after costs that committed cash does not pay."""
    return maximum(merchant_cash + minimum(sizing_cfads, 0), 0) * t_merchant / t_merchant_dscr


@line(per="tranche", only=SIZED)
def t_service_at_dscr(t_contracted: Usd, t_dscr_sizing: One, t_merchant_service_capacity: Usd, t_sculpting: One) -> Usd:
    """Service that the cash carries at its cover, those ahead included."""
    return (t_contracted / t_dscr_sizing + t_merchant_service_capacity) * t_sculpting


# profiles that do not depend on the cash: what is owed of a dollar


@line(per="tranche", only=SIZED)
def t_annuity(t_annuity: One, t_amortising: One, t_interest_only: One, t_charge: One) -> One:
    """Worth of a dollar a period to the end of the profile, when principal is first repaid or later."""
    paid = (following(t_annuity) + following(t_amortising)) / (1 + following(t_charge))
    return where(following(t_interest_only) > 0, following(t_annuity), paid)


@line(per="tranche", only=SIZED)
def t_payments_left(t_payments_left: One, t_amortising: One) -> One:
    """Payments of principal to the end of the profile."""
    return following(t_payments_left) + following(t_amortising)


@line(per="tranche", only=SIZED)
def t_annuity_factor(t_annuity: One, t_at_conversion: One) -> One:
    """Loan that a payment of a dollar a period repays, when service begins."""
    return at(t_annuity, t_at_conversion)


@line(per="tranche", only=SIZED)
def t_payments(t_payments_left: One, t_at_conversion: One) -> One:
    """How many payments there are."""
    return at(t_payments_left, t_at_conversion)


@line(per="tranche", only=SIZED)
def t_from_conversion(month: Month, months: Month, t_begins: Month) -> One:
    """1 from the period before the first service."""
    return month + months >= t_begins


@line(per="tranche", only=SIZED)
def t_set_profile(
    t_level: One,
    t_annuity: One,
    t_annuity_factor: One,
    t_equal: One,
    t_payments_left: One,
    t_payments: One,
    t_bullet: One,
    month: Month,
    t_profile_ends: Month,
    t_from_conversion: One,
) -> One:
    """What is owed of a dollar under a level, equal or bullet profile."""
    return (
        t_level * where(t_annuity_factor > 0, t_annuity / t_annuity_factor, 0)
        + t_equal * where(t_payments > 0, t_payments_left / t_payments, 0)
        + t_bullet * (month < t_profile_ends)
    ) * t_from_conversion


@line(per="tranche", only=SIZED)
def t_stated_limit(
    t_stated: One, t_amount: Usd, t_share: One, t_of_silicon: One, silicon_cost: Usd, total_base_cost: Usd
) -> Usd:
    """Amount or share of cost that the file states for it."""
    return where(t_stated > 0, t_amount + t_share * where(t_of_silicon > 0, silicon_cost, total_base_cost), NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_stated_balance(t_stated: One, t_stated_limit: Usd, t_set_profile: One, month: Month, t_ends: Month) -> Balance:
    """Owed of a stated amount."""
    return t_stated * t_stated_limit * t_set_profile * (month < t_ends)


@line(per="tranche", only=SIZED)
def t_stated_service(
    t_stated_balance: Balance,
    t_charge: One,
    t_repaying: One,
    t_refinanced: One,
    t_preferred: One,
    t_at_end: One,
) -> Usd:
    """Service of a stated amount, without what another loan repays; preferred equity claims nothing."""
    owed = prev(t_stated_balance)
    return (
        (owed * t_charge + (owed - t_stated_balance) * (1 - t_refinanced * t_at_end)) * t_repaying * (1 - t_preferred)
    )


# limit paths, backwards and in order of rank


@line(per="tranche", only=SIZED)
def t_next_debt_service_capacity(t_service_at_dscr: Usd, t_next_claim: Usd, t_tied: One, t_receipts: One) -> Usd:
    """Service it may take next period: what its cover allows, less what tranches ahead take of the same cash."""
    shared = senior(t_next_claim * (1 - t_tied))
    ahead = where(t_tied > 0, shared * following(t_receipts), senior(t_next_claim))
    return minimum(following(t_service_at_dscr), maximum(following(t_service_at_dscr) - ahead, 0))


def _carried(owed: float, service: float, charge: float, interest_only: float, interest_covered: float) -> float:
    """Most that may be owed a period earlier: ``owed``, the charge and the ``service`` that cash allows are of now."""
    repaid = where(interest_only > 0, owed, (owed + service) / (1 + charge))
    return maximum(where(interest_covered * charge > 0, minimum(repaid, service / charge), repaid), 0)


@line(per="tranche", only=SIZED)
def t_limit_at_dscr(
    t_limit: Balance,
    t_next_debt_service_capacity: Usd,
    t_charge: One,
    t_interest_only: One,
    t_interest_covered: One,
) -> Balance:
    """Owed at most so that all later service has its cover."""
    return _carried(
        following(t_limit),
        t_next_debt_service_capacity,
        following(t_charge),
        following(t_interest_only),
        t_interest_covered,
    )


@line(per="tranche", only=SIZED)
def t_value(t_on_silicon: One, silicon_value: Balance, t_on_durable: One, durable_value: Balance) -> Balance:
    """What it secures: silicon at its low case, durables at cost less straight line."""
    return t_on_silicon * silicon_value + t_on_durable * durable_value


@line(per="tranche", only=SIZED)
def t_limit_at_ltv(
    t_has_ltv: One,
    t_ltv: One,
    t_value: Balance,
    t_on_silicon: One,
    t_on_durable: One,
    t_held: Balance,
) -> Balance:
    """Owed at most against that value, after what ranks ahead on the same assets."""
    shared = where(t_on_silicon > 0, senior(t_held * t_on_silicon), senior(t_held * t_on_durable))
    ahead = where(t_on_silicon * t_on_durable > 0, senior(t_held), shared)
    return maximum(t_ltv * t_value - ahead, 0) * t_has_ltv


@line(per="tranche", only=SIZED)
def t_limit(
    t_limit_at_dscr: Balance, t_limit_at_ltv: Balance, t_has_ltv: One, month: Month, t_profile_ends: Month
) -> Balance:
    """Most that may be owed at the end of the period."""
    within = where(t_has_ltv > 0, minimum(t_limit_at_dscr, t_limit_at_ltv), t_limit_at_dscr)
    return where(month < t_profile_ends, within, 0)


@line(per="tranche", only=SIZED)
def t_held(t_stated: One, t_stated_balance: Balance, t_limit: Balance, month: Month, t_ends: Month) -> Balance:
    """What it may owe, for those behind it."""
    return where(t_stated > 0, t_stated_balance, t_limit * (month < t_ends))


@line(per="tranche", only=SIZED)
def t_next_claim(
    t_stated: One, t_stated_service: Usd, t_limit: Balance, t_charge: One, month: Month, t_ends: Month
) -> Usd:
    """Service it takes next period, ahead of the tranches behind it."""
    taken = t_limit * (1 + following(t_charge)) - following(t_limit)
    return where(t_stated > 0, following(t_stated_service), taken * (month < t_ends))


@line(per="tranche", only=SIZED)
def t_balance_at_dscr_alone(
    t_balance_at_dscr_alone: Balance,
    t_next_debt_service_capacity: Usd,
    t_charge: One,
    t_interest_only: One,
    t_interest_covered: One,
) -> Balance:
    """Owed at most if cover were the only limit."""
    return _carried(
        following(t_balance_at_dscr_alone),
        t_next_debt_service_capacity,
        following(t_charge),
        following(t_interest_only),
        t_interest_covered,
    )


@line(per="tranche", only=SIZED)
def t_debt_on_path(t_limit: Balance, t_at_conversion: One) -> Usd:
    """Debt that the limit path carries: the limit when service begins."""
    return at(t_limit, t_at_conversion)


@line(per="tranche", only=SIZED)
def t_path(t_path: Balance, t_limit: Balance, month: Month, t_begins: Month) -> Balance:
    """The limit made to fall only: what is repaid is not drawn again."""
    return where(month < t_begins, t_limit, minimum(prev(t_path), t_limit))


@line(per="tranche", only=SIZED)
def t_profile(t_sculpted: One, t_path: Balance, t_debt_on_path: Usd, t_set_profile: One, t_from_conversion: One) -> One:
    """What is owed of a dollar lent, if it runs to the end of its profile."""
    return t_set_profile + t_sculpted * where(t_debt_on_path > 0, t_path / t_debt_on_path, 0) * t_from_conversion


@line(per="tranche", only=SIZED)
def t_unit_balance(t_profile: One, month: Month, t_ends: Month) -> One:
    """What is owed of a dollar lent."""
    return t_profile * (month < t_ends)


@line(per="tranche", only=SIZED)
def t_unit_balloon(t_balloon: One, t_bullet: One, t_unit_balance: One, t_profile: One, t_at_end: One) -> One:
    """Of a dollar lent, what falls due at its end beside regular service."""
    return where(t_bullet > 0, prev(t_unit_balance), t_profile) * t_at_end * t_balloon


@line(per="tranche", only=SIZED)
def t_unit_service(t_unit_balance: One, t_charge: One, t_unit_balloon: One, t_repaying: One) -> One:
    """Regular service of a dollar lent."""
    return (prev(t_unit_balance) * (1 + t_charge) - t_unit_balance - t_unit_balloon) * t_repaying
