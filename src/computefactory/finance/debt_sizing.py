"""What each tranche may carry, in order of rank, and what the limits come to: its commitment, draws and schedule.

The **sizing case** counts committed receipts only: committed revenue less prepayment credits, less all operating
cost, less unlevered tax on that income (or none: a choice); other cash only where a tranche states a cover for it.
Each tranche is sized on what the tranches ahead leave of ``CFADS / its cover``: its cover is that of its own service
and all that ranks ahead. The most that may be owed at the end of each month is found backwards (``t_limit``),

    L[t-1] = min((L[t] + room[t]) / (1 + r[t]), LTV x V[t-1] - owed ahead on the same assets),   L[maturity] = 0.

What a limit other than cover keeps a tranche from using is left to those behind it. A sculpted tranche follows its
limit while value binds tighter and tighter; from the tightest month on its cover is level (``t_levelled_share``), so
service never waits for the end. The others have a profile that does not depend on the cash (level, equal principal,
bullet): the worst twelve months and the worst month of value bound them.

Draws follow need: customers' money pays first, then debt and owners in the order stated. What is owed while a loan is
drawn is linear in its commitment D, so fees, interest before completion and the first reserve close in one formula for
each month in which a source of money may run out, and the one whose month it is holds: D <= g (A + BD) gives
D = gA/(1 - gB). A loan is sized on all the months of those ahead of it, by rank. No rounds, no circle.
"""

from __future__ import annotations

from computefactory.finance.debt_schedule import SIZED
from computefactory.ledger import (
    MONTHS_PER_YEAR,
    Quantity,
    ahead,
    at,
    following,
    given,
    line,
    lowest,
    maximum,
    minimum,
    over,
    prev,
    senior,
    total,
    trailing,
    where,
)
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

NO_LIMIT = Quantity(1e15, "USD")  # above any loan: stands where a limit does not apply
CLOSE = 1e-9  # of a loan: rounding, where two formulas meet
LEAST = 1e-9  # of a dollar: where a dollar of loan brings no less cost than it may carry, cost is no limit
DEBT_FIRST = SIZED | {"draw_order": "debt_first"}
EQUITY_FIRST = SIZED | {"draw_order": "equity_first"}
PRO_RATA = SIZED | {"draw_order": "pro_rata"}

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
t_backstop = given(
    "t_backstop",
    Balance,
    per="tranche",
    series=True,
    source="receipts.backstop",
    doc="What a guarantor would pay at most, where that alone carries the loan; no limit where it does not.",
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
def t_schedule_left(t_schedule_left: One, t_repaid_share: One) -> One:
    """What still falls due of a dollar, by the schedule stated."""
    return following(t_schedule_left) + following(t_repaid_share)


@line(per="tranche", only=SIZED)
def t_set_profile(
    t_scheduled: One,
    t_schedule_left: One,
    t_balloon_share: One,
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
    """What is owed of a dollar under a level, equal, stated or bullet profile, with the balloon until its end."""
    regular = (
        t_level * where(t_annuity_factor > 0, t_annuity / t_annuity_factor, 0)
        + t_equal * where(t_payments > 0, t_payments_left / t_payments, 0)
        + t_bullet * (month < t_profile_ends)
    )
    with_balloon = (t_level + t_equal) * t_balloon_share * ((month < t_profile_ends) - regular)
    return (regular + with_balloon + t_scheduled * t_schedule_left) * t_from_conversion


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
def t_limit_at_interest(
    t_debt_service_capacity: Usd, t_charge: One, t_sculpting: One, one_year: Month, t_from_conversion: One
) -> Balance:
    """Owed at most so that the room of the next twelve months pays the interest: nothing is drawn to pay it."""
    a_dollar = ahead(t_charge * t_sculpting, one_year) * t_from_conversion
    return where(a_dollar > 0, maximum(ahead(t_debt_service_capacity, one_year), 0) / a_dollar, NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_limit_at_dscr(
    t_limit: Balance,
    t_next_debt_service_capacity: Usd,
    t_charge: One,
    t_interest_only: One,
    t_interest_covered: One,
    t_limit_at_interest: Balance,
) -> Balance:
    """Owed at most so that all later service has its cover."""
    carried = _carried(
        following(t_limit),
        t_next_debt_service_capacity,
        following(t_charge),
        following(t_interest_only),
        t_interest_covered,
    )
    return minimum(carried, t_limit_at_interest)


@line(per="asset", only=SIZED)
def a_arriving(a_in_service: Usd, a_consumable: One, a_depreciable: One, durable_life: Month, months: Month) -> Balance:
    """Worth of what enters service next month at the end of that month: it is paid for and stands behind the loan."""
    return following(a_in_service) * (1 - (1 - a_consumable) * a_depreciable * months / durable_life)


@line(only=SIZED)
def contracted_net_rent(committed_revenue: Usd, l_committed_rent: Usd, opex: Usd) -> Usd:
    """Contracted rent less its share of operating cost."""
    rent = over(l_committed_rent)
    return maximum(rent - opex * where(committed_revenue > 0, rent / committed_revenue, 0), 0)


@line(per="tranche", only=SIZED)
def t_net_rent(
    t_on_rent: One, contracted_net_rent: Usd, t_tied: One, t_receipts: One, committed_revenue: Usd, opex: Usd
) -> Usd:
    """Contracted net rent that it is secured on: of all leases, or of its own."""
    return t_on_rent * where(t_tied > 0, maximum(committed_revenue - opex, 0) * t_receipts, contracted_net_rent)


@line(per="tranche", only=SIZED)
def t_rent_worth(t_rent_worth: Balance, t_net_rent: Usd, t_charge: One) -> Balance:
    """Contracted net rent still to come, at the rate of the loan."""
    return (following(t_rent_worth) + following(t_net_rent)) / (1 + following(t_charge))


@line(per="tranche", only=SIZED)
def t_rent_value(t_rent_worth: Balance, t_net_rent: Usd, t_cap_rate: PerYear, one_year: Month) -> Balance:
    """Income value: contracted net rent of the next year over a cap rate where one is stated, else what is to come."""
    yield_of_a_year = t_cap_rate * (one_year / MONTHS_PER_YEAR)
    return where(t_cap_rate > 0, ahead(t_net_rent, one_year) / where(t_cap_rate > 0, yield_of_a_year, 1), t_rent_worth)


@line(per="tranche", only=SIZED)
def t_value(
    t_on_silicon: One,
    silicon_value: Balance,
    t_on_durable: One,
    durable_value: Balance,
    a_arriving: Balance,
    a_consumable: One,
    t_on_rent: One,
    t_rent_value: Balance,
) -> Balance:
    """What it secures: silicon at its low case, durables at cost less straight line, with what enters next; or rent."""
    silicon = silicon_value + over(a_arriving * a_consumable)
    durable = durable_value + over(a_arriving * (1 - a_consumable))
    return t_on_silicon * silicon + where(t_on_rent > 0, t_rent_value, t_on_durable * durable)


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
    t_limit_at_dscr: Balance,
    t_limit_at_ltv: Balance,
    t_has_ltv: One,
    t_backstop: Balance,
    month: Month,
    t_profile_ends: Month,
) -> Balance:
    """Most that may be owed at the end of the period."""
    within = where(t_has_ltv > 0, minimum(t_limit_at_dscr, t_limit_at_ltv), t_limit_at_dscr)
    return where(month < t_profile_ends, minimum(within, t_backstop), 0)


@line(per="tranche", only=SIZED)
def t_held(t_stated: One, t_stated_balance: Balance, t_limit: Balance, month: Month, t_ends: Month) -> Balance:
    """What it may owe, for those behind it."""
    return where(t_stated > 0, t_stated_balance, t_limit * (month < t_ends))


@line(per="tranche", only=SIZED)
def t_balance_at_dscr_alone(
    t_balance_at_dscr_alone: Balance,
    t_next_debt_service_capacity: Usd,
    t_charge: One,
    t_interest_only: One,
    t_interest_covered: One,
    t_limit_at_interest: Balance,
) -> Balance:
    """Owed at most if cover were the only limit."""
    carried = _carried(
        following(t_balance_at_dscr_alone),
        t_next_debt_service_capacity,
        following(t_charge),
        following(t_interest_only),
        t_interest_covered,
    )
    return minimum(carried, t_limit_at_interest)


@line(per="tranche", only=SIZED)
def t_sculpt(
    t_sculpt: Balance,
    t_next_debt_service_capacity: Usd,
    t_charge: One,
    t_interest_only: One,
    t_interest_covered: One,
) -> Balance:
    """What service at its cover in every month repays."""
    return _carried(
        following(t_sculpt),
        t_next_debt_service_capacity,
        following(t_charge),
        following(t_interest_only),
        t_interest_covered,
    )


@line(per="tranche", only=SIZED)
def t_share_of_cover(t_limit: Balance, t_sculpt: Balance) -> One:
    """What value, backstop and the interest of a year leave of what service at its cover repays."""
    return where(t_sculpt > 0, t_limit / t_sculpt, 1)


@line(per="tranche", only=SIZED)
def t_next_claim(
    t_stated: One, t_stated_service: Usd, t_path: Balance, t_charge: One, month: Month, t_ends: Month
) -> Usd:
    """Service it takes next period, ahead of the tranches behind it."""
    taken = t_path * (1 + following(t_charge)) - following(t_path)
    return where(t_stated > 0, following(t_stated_service), taken * (month < t_ends))


@line(per="tranche", only=SIZED)
def t_debt_on_path(t_limit: Balance, t_at_conversion: One) -> Usd:
    """Debt that the limit path carries: the limit when service begins."""
    return at(t_limit, t_at_conversion)


@line(per="tranche", only=SIZED)
def t_levelled_share(t_levelled_share: One, t_share_of_cover: One, month: Month, t_begins: Month) -> One:
    """The tightest share so far: from there on cover is level, as far as the value allows."""
    return where(month < t_begins, t_share_of_cover, minimum(prev(t_levelled_share), t_share_of_cover))


@line(per="tranche", only=SIZED)
def t_path(t_path: Balance, t_levelled_share: One, t_sculpt: Balance, month: Month, t_begins: Month) -> Balance:
    """What is owed at a level cover below the limit, made to fall only: what is repaid is not drawn again."""
    levelled = t_levelled_share * t_sculpt
    return where(month < t_begins, levelled, minimum(prev(t_path), levelled))


@line(per="tranche", only=SIZED)
def t_profile(t_sculpted: One, t_path: Balance, t_debt_on_path: Usd, t_set_profile: One, t_from_conversion: One) -> One:
    """What is owed of a dollar lent, if it runs to the end of its profile."""
    return t_set_profile + t_sculpted * where(t_debt_on_path > 0, t_path / t_debt_on_path, 0) * t_from_conversion


@line(per="tranche", only=SIZED)
def t_unit_balance(t_profile: One, month: Month, t_ends: Month) -> One:
    """What is owed of a dollar lent."""
    return t_profile * (month < t_ends)


@line(per="tranche", only=SIZED)
def t_unit_balloon(
    t_balloon: One,
    t_bullet: One,
    t_unit_balance: One,
    t_profile: One,
    t_at_end: One,
    t_balloon_share: One,
    t_ends: Month,
    t_profile_ends: Month,
) -> One:
    """Of a dollar lent, what falls due at its end beside regular service."""
    left = where(t_bullet > 0, prev(t_unit_balance), t_profile) * t_balloon
    return (left + t_balloon_share * (t_ends >= t_profile_ends)) * t_at_end


@line(per="tranche", only=SIZED)
def t_unit_service(t_unit_balance: One, t_charge: One, t_unit_balloon: One, t_repaying: One) -> One:
    """Regular service of a dollar lent."""
    return (prev(t_unit_balance) * (1 + t_charge) - t_unit_balance - t_unit_balloon) * t_repaying


# what a profile that does not follow the cash can carry


@line(per="tranche", only=SIZED)
def t_debt_service_capacity(t_next_debt_service_capacity: Usd) -> Usd:
    """Service it may take in the period."""
    return prev(t_next_debt_service_capacity)


@line(per="tranche", only=SIZED)
def t_test_date(t_repaying: One, month: Month, months: Month, t_begins: Month, one_year: Month, t_at_end: One) -> One:
    """1 from its first full year of service, and at its end."""
    return t_repaying * maximum(month + months >= t_begins + one_year, t_at_end)


@line(per="tranche", only=SIZED)
def t_debt_capacity_at_dscr(
    t_test_date: One, t_debt_service_capacity: Usd, t_unit_service: One, one_year: Month
) -> Usd:
    """Loan whose last twelve months of service the room carries."""
    of_a_dollar = trailing(t_unit_service, one_year)
    return where(
        t_test_date * (of_a_dollar > 0) > 0,
        maximum(trailing(t_debt_service_capacity, one_year), 0) / of_a_dollar,
        NO_LIMIT,
    )


@line(per="tranche", only=SIZED)
def t_debt_capacity_at_ltv(t_has_ltv: One, t_unit_balance: One, t_limit_at_ltv: Balance) -> Usd:
    """Loan whose balance the value carries."""
    return where(t_has_ltv * (t_unit_balance > 0) > 0, t_limit_at_ltv / t_unit_balance, NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_debt_at_dscr(
    t_stated: One,
    t_on_path: One,
    t_balance_at_dscr_alone: Balance,
    t_at_conversion: One,
    t_payments: One,
    t_debt_capacity_at_dscr: Usd,
) -> Usd:
    """Debt that cover alone carries; none where no payment is left before the tail."""
    of_profile = where(t_payments > 0, lowest(t_debt_capacity_at_dscr), 0)
    sized = where(t_on_path > 0, at(t_balance_at_dscr_alone, t_at_conversion), of_profile)
    return where(t_stated > 0, NO_LIMIT, sized)


@line(per="tranche", only=SIZED)
def t_debt_at_ltv(
    t_has_ltv: One,
    t_on_path: One,
    t_debt_on_path: Usd,
    t_balance_at_dscr_alone: Balance,
    t_limit_at_ltv: Balance,
    t_at_conversion: One,
    t_debt_capacity_at_ltv: Usd,
) -> Usd:
    """Debt that value carries: month by month beside cover where it binds, else when service begins; of a profile."""
    binds = t_debt_on_path < at(t_balance_at_dscr_alone, t_at_conversion)
    on_path = where(binds, t_debt_on_path, at(t_limit_at_ltv, t_at_conversion))
    return where(t_has_ltv > 0, where(t_on_path > 0, on_path, lowest(t_debt_capacity_at_ltv)), NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_debt_capacity_at_backstop(t_backed: One, t_unit_balance: One, t_backstop: Balance) -> Usd:
    """Loan whose balance the backstop carries."""
    return where(t_backed * (t_unit_balance > 0) > 0, t_backstop / t_unit_balance, NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_debt_at_backstop(
    t_backed: One,
    t_on_path: One,
    t_debt_on_path: Usd,
    t_balance_at_dscr_alone: Balance,
    t_backstop: Balance,
    t_at_conversion: One,
    t_debt_capacity_at_backstop: Usd,
) -> Usd:
    """Debt that a guarantor's sum carries: month by month beside cover where it binds, else when service begins."""
    binds = t_debt_on_path < at(t_balance_at_dscr_alone, t_at_conversion)
    on_path = where(binds, t_debt_on_path, at(t_backstop, t_at_conversion))
    return where(t_backed > 0, where(t_on_path > 0, on_path, lowest(t_debt_capacity_at_backstop)), NO_LIMIT)


# advance rate: share of what the collateral costs


@line(per="tranche", only=SIZED)
def t_collateral_cost(t_on_silicon: One, silicon_cost: Usd, t_on_durable: One, durable_cost: Usd) -> Usd:
    """First cost of what it secures."""
    return t_on_silicon * silicon_cost + t_on_durable * durable_cost


@line(per="tranche", only=SIZED)
def t_debt_at_advance(
    t_has_advance: One,
    t_advance: One,
    t_collateral_cost: Usd,
    t_on_silicon: One,
    t_on_durable: One,
    prepayment_in: Usd,
    t_commitment: Usd,
    t_counted: One,
    t_refinances: One,
) -> Usd:
    """Share of the cost of what it secures, less what customers have paid ahead for silicon and those ahead lend."""
    on_silicon = senior(t_commitment * t_counted * t_on_silicon)
    shared = where(t_on_silicon > 0, on_silicon, senior(t_commitment * t_counted * t_on_durable))
    ahead = where(t_on_silicon * t_on_durable > 0, senior(t_commitment * t_counted), shared)
    own = t_advance * t_collateral_cost - t_on_silicon * total(prepayment_in) - ahead
    return where(t_has_advance * (1 - t_refinances) > 0, maximum(own, 0), NO_LIMIT)


# what must be paid while building: by customers, lenders and owners


@line(only=SIZED)
def early_cash(
    prepayment_in: Usd,
    cash_earnings: Usd,
    prepayment_credit: Usd,
    refund_deferred: Usd,
    sizing_tax_charge: Usd,
    building: One,
) -> Usd:
    """Customers' money and early operating cash after unlevered tax: it pays first."""
    return (prepayment_in + cash_earnings - prepayment_credit + refund_deferred - sizing_tax_charge) * building


@line(only=SIZED)
def total_base_cost(capex: Usd, building: One) -> Usd:
    """All cost to complete, before financing."""
    return total(capex * building)


@line(only=SIZED)
def uses_without_loans(capex: Usd, t_agency: Usd, other_reserves: Balance, building: One) -> Usd:
    """Uses that do not depend on how much is lent: assets, fees of agents, reserves not for debt."""
    return (capex + over(t_agency) + other_reserves - prev(other_reserves)) * building


@line(only=SIZED)
def cost_without_loans(uses_without_loans: Usd) -> Usd:
    """Cost to complete that does not depend on how much is lent."""
    return total(uses_without_loans)


@line(only=SIZED)
def cost_beyond_customers(cost_beyond_customers: Balance, capex: Usd, building: One, early_cash: Usd) -> Balance:
    """Cost spent so far less customers' money: below nothing where that waits in the bank."""
    return prev(cost_beyond_customers) + capex * building - early_cash


@line(only=SIZED)
def cost_needed(cost_needed: Balance, cost_beyond_customers: Balance) -> Balance:
    """Cost that lenders and owners have had to pay so far."""
    return maximum(prev(cost_needed), cost_beyond_customers)


@line(only=SIZED)
def total_cost_needed(cost_needed: Balance, at_conversion: One) -> Usd:
    """Cost that lenders and owners pay in all."""
    return at(cost_needed, at_conversion)


@line(per="tranche", only=SIZED)
def t_paid_before(cost_needed: Balance, t_at_close: One) -> Usd:
    """Cost that others have paid before it closes: it is not drawn for that."""
    return at(prev(cost_needed), t_at_close)


@line(per="tranche", only=SIZED)
def t_counted(t_refinances: One, t_preferred: One, t_revolving: One) -> One:
    """1 where it is a loan drawn for the cost."""
    return (1 - t_refinances) * (1 - t_preferred) * (1 - t_revolving)


@line(per="tranche", only=SIZED)
def t_early_charge(t_charge: One, t_preferred: One, building: One) -> One:
    """Interest paid on a dollar owed in a period before completion; a preferred coupon accrues."""
    return t_charge * (1 - t_preferred) * building


@line(per="tranche", only=SIZED)
def t_undrawn_charge(t_commitment_fee: PerYear, years: Year, t_available: One, building: One) -> One:
    """Fee on an undrawn dollar in a period before completion."""
    return t_commitment_fee * years * t_available * building


@line(per="tranche", only=SIZED)
def t_unit_reserve(
    t_unit_service: One, t_reserve_months: Month, t_at_conversion: One, t_letter: One, building: One
) -> One:
    """First reserve of a dollar lent: its service in the months that it covers."""
    return ahead(t_unit_service, t_reserve_months) * t_at_conversion * (1 - t_letter) * building


@line(per="tranche", only=SIZED)
def t_early_upfront(t_upfront_fee: One, t_at_close: One, building: One) -> One:
    """Fee at close on a dollar of commitment, before completion."""
    return t_upfront_fee * t_at_close * building


@line(per="tranche", only=SIZED)
def t_unit_at_once(t_drawn_early: One, t_early_charge: One, t_unit_reserve: One) -> One:
    """What a dollar drawn costs in its own period: interest within it, its reserve."""
    return t_drawn_early * t_early_charge + t_unit_reserve


@line(per="tranche", only=SIZED)
def t_standing_by(
    t_revolving: One, t_commitment: Usd, t_commitment_fee: PerYear, years: Year, month: Month, t_closes: Month
) -> Usd:
    """Fee on a revolver before completion."""
    return t_revolving * t_commitment * t_commitment_fee * years * (month >= t_closes)


@line(per="tranche", only=SIZED)
def t_loan_cost(
    t_lent: Balance,
    t_early_charge: One,
    t_undrawn_charge: One,
    t_unit_at_once: One,
    t_unit_reserve: One,
    t_early_upfront: One,
    t_commitment: Usd,
    t_to_draw: Usd,
    t_standing_by: Usd,
    building: One,
) -> Usd:
    """What it costs before completion: interest, fees and its first reserve."""
    owed = prev(t_lent)
    lent = owed * (t_early_charge + t_unit_reserve) + (t_lent - owed) * t_unit_at_once
    fees = (t_to_draw - owed) * t_undrawn_charge + t_commitment * t_early_upfront
    return lent + fees + t_standing_by * building


@line(per="tranche", only=SIZED)
def t_cost_ahead(cost_without_loans: Usd, t_loan_cost: Usd) -> Usd:
    """Funded cost without its own interest, fees and reserve, and without those behind it."""
    return cost_without_loans + senior(total(t_loan_cost))


@line(per="tranche", only=SIZED)
def t_counted_ahead(t_commitment: Usd, t_counted: One) -> Usd:
    """Loans ahead of it that count against the cost limit."""
    return senior(t_commitment * t_counted)


@line(per="tranche", only=SIZED)
def t_unit_rest(
    t_undrawn_charge: One,
    t_early_upfront: One,
    t_early_charge: One,
    t_drawn_early: One,
    t_unit_reserve: One,
    t_at_close: One,
    month: Month,
    t_closes: Month,
    t_distributes: One,
) -> One:
    """What a dollar that is not needed costs before completion: idle, or drawn at close and paid to owners."""
    owed = t_early_charge * (month >= t_closes) * (1 - t_at_close + t_drawn_early * t_at_close)
    drawn = (owed + t_unit_reserve) * t_distributes
    return total(t_early_upfront + t_undrawn_charge * (1 - t_distributes * (1 - t_at_close)) + drawn)


# draws pro rata to the cost that customers leave: what a dollar of commitment costs is known, so D = a / (1 - b)


@line(per="tranche", only=PRO_RATA)
def t_unit_drawn(cost_needed: Balance, total_cost_needed: Usd, t_paid_before: Usd, t_available: One) -> One:
    """Drawn of a dollar of commitment: in step with the cost from its close on."""
    left = total_cost_needed - t_paid_before
    return where(left > 0, maximum(cost_needed - t_paid_before, 0) / left, 0) * t_available


@line(per="tranche", only=PRO_RATA)
def t_unit_cost(
    t_unit_drawn: One, t_drawn_early: One, t_early_charge: One, t_undrawn_charge: One, t_available: One
) -> One:
    """Interest and commitment fee per dollar of commitment before completion."""
    owed = prev(t_unit_drawn)
    bearing = owed + t_drawn_early * maximum(t_unit_drawn - owed, 0)
    return (bearing * t_early_charge + (1 - owed) * t_undrawn_charge) * t_available


@line(per="tranche", only=PRO_RATA)
def t_unit_uses(t_unit_cost: One, t_unit_reserve: One, t_early_upfront: One) -> One:
    """All that a dollar of commitment costs before completion."""
    return total(t_unit_cost + t_unit_reserve + t_early_upfront)


@line(name="t_debt_at_uses", per="tranche", only=PRO_RATA)
def t_debt_at_uses_pro_rata(total_cost_needed: Usd, t_paid_before: Usd, t_to_draw: Usd, t_refinances: One) -> Usd:
    """All cost that is still to pay when it closes, after loans ahead; owners pay interest and fees."""
    return total_cost_needed - t_paid_before - senior(t_to_draw * (1 - t_refinances))


@line(name="t_debt_if_out", per="tranche", only=PRO_RATA)
def t_debt_in_step(t_gearing: One, t_cost_ahead: Usd, t_unit_uses: One, t_counted_ahead: Usd) -> Usd:
    """Loan at its cost limit if all of it is drawn: D <= g (C + bD) - ahead, so D = (gC - ahead) / (1 - gb)."""
    return (t_gearing * t_cost_ahead - t_counted_ahead) / maximum(1 - t_gearing * t_unit_uses, LEAST)


@line(name="t_debt_at_cost", per="tranche", only=PRO_RATA)
def t_debt_at_cost_pro_rata(
    t_debt_if_out: Usd,
    t_debt_at_uses: Usd,
    t_gearing: One,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_unit_uses: One,
    t_unit_rest: One,
) -> Usd:
    """The loan that is needed, or the one of which a part is not."""
    needed = maximum(t_debt_at_uses, 0)
    cost = t_cost_ahead + (t_unit_uses - t_unit_rest) * needed
    left = (t_gearing * cost - t_counted_ahead) / maximum(1 - t_gearing * t_unit_rest, LEAST)
    return where(t_debt_if_out > needed, left, t_debt_if_out)


@line(name="t_target", per="tranche", only=PRO_RATA)
def t_target_pro_rata(t_unit_drawn: One, t_to_draw: Usd, t_debt_at_uses: Usd) -> Balance:
    """Needed so far where draws are pro rata."""
    return t_unit_drawn * minimum(t_to_draw, maximum(t_debt_at_uses, 0))


@line(name="t_surplus", per="tranche", only=PRO_RATA)
def t_surplus_pro_rata(t_to_draw: Usd, t_debt_at_uses: Usd) -> Usd:
    """Commitment that is not needed."""
    return maximum(t_to_draw - maximum(t_debt_at_uses, 0), 0)


# owners first, then loans behind before those ahead: a loan pays the last D of what those ahead leave. Where that
# begins in month k, D - G[t] is owed from then on, G being still to come: each k has one formula for D, and the one
# with G[k] <= D <= G[k-1] holds


@line(per="tranche", only=EQUITY_FIRST)
def t_to_come(total_cost_needed: Usd, cost_needed: Balance, t_to_draw: Usd, t_refinances: One) -> Balance:
    """Cost still to come that owners and loans behind it pay: those ahead pay the last of it."""
    return maximum(total_cost_needed - cost_needed - senior(t_to_draw * (1 - t_refinances)), 0)


@line(per="tranche", only=EQUITY_FIRST)
def t_to_come_before(total_cost_needed: Usd, cost_needed: Balance, t_to_draw: Usd, t_refinances: One) -> Balance:
    """The same a period earlier."""
    return maximum(total_cost_needed - prev(cost_needed) - senior(t_to_draw * (1 - t_refinances)), 0)


@line(per="tranche", only=EQUITY_FIRST)
def t_kept_back(
    t_kept_back: Usd,
    t_to_come: Balance,
    t_to_come_before: Balance,
    t_early_charge: One,
    t_undrawn_charge: One,
    t_drawn_early: One,
) -> Usd:
    """Interest less fee in later periods on what is not drawn yet because cost is still to come, below nothing."""
    later = (t_undrawn_charge - t_early_charge) * t_to_come_before
    within = t_drawn_early * t_early_charge * (t_to_come_before - t_to_come)
    return following(t_kept_back) + following(later + within)


@line(per="tranche", only=EQUITY_FIRST)
def t_unit_late(t_unit_late: One, t_early_charge: One, t_undrawn_charge: One) -> One:
    """Interest less fee in later periods on a dollar drawn now."""
    return following(t_unit_late) + following(t_early_charge - t_undrawn_charge)


@line(per="tranche", only=EQUITY_FIRST)
def t_late_cost(t_kept_back: Usd, t_drawn_early: One, t_early_charge: One, t_to_come: Balance) -> Usd:
    """A: its own cost if owners' money runs out in the period, less what it costs for being drawn by then."""
    return t_kept_back - t_drawn_early * t_early_charge * t_to_come


@line(per="tranche", only=EQUITY_FIRST)
def t_unit_late_cost(
    t_unit_late: One,
    t_drawn_early: One,
    t_early_charge: One,
    t_undrawn_charge: One,
    t_early_upfront: One,
    t_unit_reserve: One,
) -> One:
    """B: the same, of a dollar of commitment."""
    fees = total(t_undrawn_charge + t_early_upfront + t_unit_reserve)
    return t_unit_late + t_drawn_early * t_early_charge + fees


@line(name="t_debt_if_out", per="tranche", only=EQUITY_FIRST)
def t_debt_if_owners_out(
    t_gearing: One, t_cost_ahead: Usd, t_counted_ahead: Usd, t_late_cost: Usd, t_unit_late_cost: One
) -> Usd:
    """Loan at its cost limit if owners' money runs out in the period: D = (gA - ahead) / (1 - gB)."""
    return (t_gearing * (t_cost_ahead + t_late_cost) - t_counted_ahead) / maximum(
        1 - t_gearing * t_unit_late_cost, LEAST
    )


@line(name="t_debt_if_left", per="tranche", only=EQUITY_FIRST)
def t_debt_if_part_is_left(
    t_gearing: One,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_late_cost: Usd,
    t_unit_late_cost: One,
    t_debt_at_uses: Usd,
    t_unit_rest: One,
    t_at_close: One,
) -> Usd:
    """Loan at its cost limit if there is less to pay from its close on."""
    needed = maximum(t_debt_at_uses, 0)
    cost = t_cost_ahead + at(t_late_cost, t_at_close) + (at(t_unit_late_cost, t_at_close) - t_unit_rest) * needed
    return (t_gearing * cost - t_counted_ahead) / maximum(1 - t_gearing * t_unit_rest, LEAST)


@line(name="t_debt_at_cost", per="tranche", only=EQUITY_FIRST)
def t_debt_at_cost_equity_first(
    t_debt_if_out: Usd,
    t_debt_if_left: Usd,
    t_debt_at_uses: Usd,
    t_to_come: Balance,
    t_to_come_before: Balance,
    t_available: One,
) -> Usd:
    """The loan of the period in which owners' money does run out."""
    early = t_debt_if_out >= t_to_come * (1 - CLOSE)
    late = t_debt_if_out <= t_to_come_before * (1 + CLOSE)
    left = where(t_debt_if_left >= maximum(t_debt_at_uses, 0), t_debt_if_left, NO_LIMIT)
    return lowest(where(early * late * t_available > 0, t_debt_if_out, left))


@line(name="t_debt_at_uses", per="tranche", only=EQUITY_FIRST)
def t_debt_at_uses_equity_first(total_cost_needed: Usd, t_paid_before: Usd, t_to_draw: Usd, t_refinances: One) -> Usd:
    """All cost that is still to pay when it closes; owners pay interest and fees."""
    return total_cost_needed - t_paid_before - senior(t_to_draw * (1 - t_refinances))


@line(name="t_target", per="tranche", only=EQUITY_FIRST)
def t_target_equity_first(t_to_draw: Usd, t_debt_at_uses: Usd, t_to_come: Balance) -> Balance:
    """Needed so far where owners pay first."""
    return maximum(minimum(t_to_draw, t_debt_at_uses) - t_to_come, 0)


@line(name="t_surplus", per="tranche", only=EQUITY_FIRST)
def t_surplus_equity_first(t_to_draw: Usd, t_debt_at_uses: Usd) -> Usd:
    """Commitment that is not needed."""
    return maximum(t_to_draw - maximum(t_debt_at_uses, 0), 0)


# debt first: until it runs out, a loan pays all that customers and loans ahead leave, its own interest and fees too.
# What is owed is A + BD then, D its commitment. For each month k in which it may run out the cost limit has one
# formula; the one with A[k-1] + B[k-1] D <= D <= A[k] + B[k] D holds. The months of need are read at a loan near it


@line(per="tranche", only=DEBT_FIRST)
def t_reference(
    t_debt_at_dscr: Usd,
    t_debt_at_ltv: Usd,
    t_debt_at_advance: Usd,
    t_stated_limit: Usd,
    t_max_commitment: Usd,
    t_has_gearing: One,
    t_gearing: One,
    cost_without_loans: Usd,
) -> Usd:
    """Loan near the one looked for: what other limits and the cost without loans allow."""
    by_cash = minimum(minimum(t_debt_at_dscr, t_debt_at_ltv), minimum(t_debt_at_advance, t_max_commitment))
    return minimum(minimum(by_cash, t_stated_limit), where(t_has_gearing > 0, t_gearing, 1) * cost_without_loans)


@line(per="tranche", only=DEBT_FIRST)
def t_own_cost(t_open: Balance, t_early_charge: One, t_undrawn_charge: One, t_unit_reserve: One) -> Usd:
    """A: interest less fee on what is owed of A, and its reserve."""
    return prev(t_open) * (t_early_charge - t_undrawn_charge + t_unit_reserve)


@line(per="tranche", only=DEBT_FIRST)
def t_unit_own_cost(
    t_unit_open: One, t_early_charge: One, t_undrawn_charge: One, t_unit_reserve: One, t_early_upfront: One
) -> One:
    """B: interest, fees and reserve of a dollar of commitment."""
    owed = prev(t_unit_open) * (t_early_charge - t_undrawn_charge + t_unit_reserve)
    return owed + t_undrawn_charge + t_early_upfront


@line(per="tranche", only=DEBT_FIRST)
def t_due(t_waiting: Balance, uses_without_loans: Usd, early_cash: Usd, t_loan_cost: Usd, t_own_cost: Usd) -> Usd:
    """A: what is to pay beyond customers' money, its own cost and that of loans ahead with it."""
    return prev(t_waiting) + uses_without_loans - early_cash + senior(t_loan_cost) + t_own_cost


@line(per="tranche", only=DEBT_FIRST)
def t_unit_due(t_unit_waiting: One, t_unit_own_cost: One) -> One:
    """B: the same, of a dollar of commitment."""
    return prev(t_unit_waiting) + t_unit_own_cost


@line(per="tranche", only=DEBT_FIRST)
def t_short(t_due: Usd, t_unit_due: One, t_reference: Usd) -> One:
    """1 where customers' money does not suffice."""
    return t_due + t_unit_due * t_reference > 0


@line(per="tranche", only=DEBT_FIRST)
def t_waiting(t_due: Usd, t_short: One) -> Balance:
    """A: customers' money in the bank, below nothing."""
    return t_due * (1 - t_short)


@line(per="tranche", only=DEBT_FIRST)
def t_unit_waiting(t_unit_due: One, t_short: One) -> One:
    """B: what a dollar of commitment takes of it."""
    return t_unit_due * (1 - t_short)


@line(per="tranche", only=DEBT_FIRST)
def t_drawing(
    t_due: Usd,
    t_unit_due: One,
    t_reference: Usd,
    t_short: One,
    t_planned_draw: Usd,
    month: Month,
    t_closes: Month,
    t_begins: Month,
    building: One,
) -> One:
    """1 where it pays what loans ahead leave."""
    left = t_due + t_unit_due * t_reference - senior(t_planned_draw)
    return t_short * (left > 0) * (month >= t_closes) * (month < t_begins) * building


@line(per="tranche", only=DEBT_FIRST)
def t_open(t_open: Balance, t_due: Usd, t_planned_draw: Usd, t_drawing: One, t_unit_at_once: One) -> Balance:
    """A: owed as long as it has not run out."""
    return prev(t_open) + (t_due - senior(t_planned_draw)) * t_drawing / (1 - t_unit_at_once)


@line(per="tranche", only=DEBT_FIRST)
def t_unit_open(t_unit_open: One, t_unit_due: One, t_drawing: One, t_unit_at_once: One) -> One:
    """B: owed of a dollar of commitment as long as it has not run out."""
    return prev(t_unit_open) + t_unit_due * t_drawing / (1 - t_unit_at_once)


@line(per="tranche", only=DEBT_FIRST)
def t_run(t_run: Usd, t_own_cost: Usd, t_open: Balance, t_unit_at_once: One) -> Usd:
    """A: its own cost so far."""
    return prev(t_run) + t_own_cost + t_unit_at_once * (t_open - prev(t_open))


@line(per="tranche", only=DEBT_FIRST)
def t_unit_run(t_unit_run: One, t_unit_own_cost: One, t_unit_open: One, t_unit_at_once: One) -> One:
    """B: its own cost so far."""
    return prev(t_unit_run) + t_unit_own_cost + t_unit_at_once * (t_unit_open - prev(t_unit_open))


@line(per="tranche", only=DEBT_FIRST)
def t_unit_later(t_unit_later: One, t_early_charge: One, t_unit_reserve: One, t_early_upfront: One) -> One:
    """Later cost of a dollar drawn now, its reserve with it."""
    return following(t_unit_later) + following(t_early_charge + t_unit_reserve + t_early_upfront)


# G: a dollar drawn at close for owners, and what it brings


@line(per="tranche", only=DEBT_FIRST)
def t_paid_out_due(
    t_paid_out_waiting: One, t_paid_out_open: One, t_early_charge: One, t_undrawn_charge: One, t_unit_reserve: One
) -> One:
    """G: its interest less fee and its reserve, due beyond customers' money."""
    return prev(t_paid_out_waiting) + prev(t_paid_out_open) * (t_early_charge - t_undrawn_charge + t_unit_reserve)


@line(per="tranche", only=DEBT_FIRST)
def t_paid_out_waiting(t_paid_out_due: One, t_short: One) -> One:
    """G: what it takes of customers' money in the bank."""
    return t_paid_out_due * (1 - t_short)


@line(per="tranche", only=DEBT_FIRST)
def t_paid_out_open(
    t_paid_out_open: One, t_paid_out_due: One, t_drawing: One, t_at_close: One, t_unit_at_once: One
) -> One:
    """G: owed of it."""
    return prev(t_paid_out_open) + (t_paid_out_due * t_drawing + t_at_close) / (1 - t_unit_at_once)


@line(per="tranche", only=DEBT_FIRST)
def t_paid_out_run(
    t_paid_out_run: One,
    t_paid_out_open: One,
    t_early_charge: One,
    t_undrawn_charge: One,
    t_unit_reserve: One,
    t_unit_at_once: One,
) -> One:
    """G: its cost so far."""
    owed = prev(t_paid_out_open)
    due = owed * (t_early_charge - t_undrawn_charge + t_unit_reserve)
    return prev(t_paid_out_run) + due + t_unit_at_once * (t_paid_out_open - owed)


@line(per="tranche", only=DEBT_FIRST)
def t_debt_if_out(
    t_gearing: One,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_run: Usd,
    t_open: Balance,
    t_unit_run: One,
    t_unit_open: One,
    t_unit_later: One,
    t_unit_at_once: One,
) -> Usd:
    """Loan at its cost limit if it runs out in the period: D = (gA - ahead) / (1 - gB)."""
    fixed = t_cost_ahead + t_run - t_unit_at_once * t_open
    per_dollar = t_unit_run + t_unit_at_once * (1 - t_unit_open) + t_unit_later
    return (t_gearing * fixed - t_counted_ahead) / maximum(1 - t_gearing * per_dollar, LEAST)


@line(per="tranche", only=DEBT_FIRST)
def t_unit_surplus(
    t_paid_out_run: One, t_paid_out_open: One, at_conversion: One, t_distributes: One, t_at_close: One, building: One
) -> One:
    """Cost of a dollar owed at full operation that is not needed: none, or that of being drawn at close for owners."""
    owed = at(t_paid_out_open, at_conversion)
    return where(t_distributes * total(t_at_close * building) > 0, at(t_paid_out_run, at_conversion) / owed, 0)


@line(per="tranche", only=DEBT_FIRST)
def t_debt_if_left(
    t_gearing: One,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_run: Usd,
    t_unit_run: One,
    t_open: Balance,
    t_unit_open: One,
    t_unit_surplus: One,
    at_conversion: One,
) -> Usd:
    """Loan at its cost limit if it is more than what is needed."""
    fixed = t_cost_ahead + at(t_run, at_conversion) - t_unit_surplus * at(t_open, at_conversion)
    per_dollar = at(t_unit_run, at_conversion) + t_unit_surplus * (1 - at(t_unit_open, at_conversion))
    return (t_gearing * fixed - t_counted_ahead) / maximum(1 - t_gearing * per_dollar, LEAST)


@line(per="tranche", only=DEBT_FIRST)
def t_debt_at_cost(
    t_debt_if_out: Usd, t_debt_if_left: Usd, t_open: Balance, t_unit_open: One, t_drawing: One, at_conversion: One
) -> Usd:
    """The loan of the period in which it does run out, or the one that does not."""
    opening = prev(t_open) + prev(t_unit_open) * t_debt_if_out
    closing = t_open + t_unit_open * t_debt_if_out
    runs_out = (opening * (1 - CLOSE) <= t_debt_if_out) * (t_debt_if_out * (1 - CLOSE) <= closing)
    holds = runs_out * (t_debt_if_out >= 0) * t_drawing
    left = at_conversion * (t_open + t_unit_open * t_debt_if_left <= t_debt_if_left) * (t_debt_if_left >= 0)
    return lowest(where(holds > 0, t_debt_if_out, where(left > 0, t_debt_if_left, NO_LIMIT)))


@line(per="tranche", only=DEBT_FIRST)
def t_surplus(
    t_to_draw: Usd, t_open: Balance, t_unit_open: One, t_paid_out_open: One, t_distributes: One, at_conversion: One
) -> Usd:
    """Commitment that is not needed; drawn at close for owners, what of it can be."""
    left = maximum(t_to_draw * (1 - at(t_unit_open, at_conversion)) - at(t_open, at_conversion), 0)
    return left / where(t_distributes * at(t_paid_out_open, at_conversion) > 0, at(t_paid_out_open, at_conversion), 1)


@line(per="tranche", only=DEBT_FIRST)
def t_target(
    t_open: Balance,
    t_unit_open: One,
    t_to_draw: Usd,
    t_paid_out_open: One,
    t_surplus: Usd,
    t_at_close: One,
    t_distributes: One,
) -> Balance:
    """Needed so far where debt pays first, with what the surplus brings."""
    brought = t_surplus * t_distributes * maximum(t_paid_out_open - total(t_at_close), 0)
    return t_open + t_unit_open * t_to_draw + brought


# the limit by cost, and the draws


@line(per="tranche", only=SIZED)
def t_debt_at_gearing(
    t_has_gearing: One,
    t_gearing: One,
    t_refinances: One,
    cost_without_loans: Usd,
    t_cost_ahead: Usd,
    t_counted_ahead: Usd,
    t_debt_at_cost: Usd,
) -> Usd:
    """Loan and those ahead at most their share of funded cost; a refinancing of the cost without loans."""
    own = where(t_gearing * t_cost_ahead > t_counted_ahead, minimum(t_debt_at_cost, NO_LIMIT), 0)
    return where(t_has_gearing > 0, where(t_refinances > 0, t_gearing * cost_without_loans, own), NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_lent(
    t_lent: Balance,
    t_target: Balance,
    t_surplus: Usd,
    t_to_draw: Usd,
    t_available: One,
    t_refinances: One,
    t_distributes: One,
) -> Balance:
    """Lent so far by plan: as needed, at most its commitment; the rest at close where a distribution is stated."""
    asked = where(t_refinances > 0, t_to_draw, minimum(t_target + t_surplus * t_distributes, t_to_draw))
    return where(t_available > 0, maximum(prev(t_lent), asked), prev(t_lent))


# refinancing


@line(per="tranche", only=SIZED)
def t_refinanced_later(t_commitment: Usd, t_unit_balloon: One, t_refinanced: One) -> Usd:
    """What a later tranche takes out."""
    return t_commitment * total(t_unit_balloon) * t_refinanced


@line(per="tranche", only=SIZED)
def t_taken_out(t_refinances: One, t_refinanced_later: Usd, t_taken_out: Usd) -> Usd:
    """What falls due ahead of it and is not taken out yet."""
    return t_refinances * (senior(t_refinanced_later) - senior(t_taken_out))


@line(per="tranche", only=SIZED)
def t_debt_at_takeout(t_refinances: One, t_taken_out: Usd) -> Usd:
    """A refinancing is at most what it takes out."""
    return where(t_refinances > 0, t_taken_out, NO_LIMIT)


@line(per="tranche", only=SIZED)
def t_commitment(
    t_debt_at_dscr: Usd,
    t_debt_at_ltv: Usd,
    t_debt_at_backstop: Usd,
    t_debt_at_advance: Usd,
    t_debt_at_gearing: Usd,
    t_debt_at_takeout: Usd,
    t_stated_limit: Usd,
    t_max_commitment: Usd,
) -> Usd:
    """Committed at close: the smallest of all limits."""
    by_cash = minimum(t_debt_at_dscr, minimum(t_debt_at_ltv, t_debt_at_backstop))
    by_cost = minimum(minimum(t_debt_at_advance, t_debt_at_gearing), t_debt_at_takeout)
    return maximum(minimum(minimum(by_cash, by_cost), minimum(t_stated_limit, t_max_commitment)), 0)


# draws and schedule


@line(per="tranche", only=SIZED)
def t_to_draw(t_commitment: Usd, t_revolving: One) -> Usd:
    """Drawn by plan; what revolves is drawn when cash is short."""
    return t_commitment * (1 - t_revolving)


@line(per="tranche", only=SIZED)
def t_planned_draw(t_lent: Balance) -> Usd:
    """Drawn by plan."""
    return t_lent - prev(t_lent)


@line(per="tranche", only=SIZED)
def t_planned_repayment(t_unit_balance: One, t_to_draw: Usd, t_repaying: One) -> Usd:
    """Principal due: down to what is owed of a dollar lent."""
    return (prev(t_unit_balance) - t_unit_balance) * t_to_draw * t_repaying


@line(per="tranche", only=SIZED)
def t_planned_balloon(t_unit_balloon: One, t_to_draw: Usd) -> Usd:
    """Principal due at the end beside regular service."""
    return t_unit_balloon * t_to_draw


# make-whole


@line(per="tranche", only=SIZED)
def t_rest_service(t_profile: One, t_charge: One, t_sculpting: One) -> One:
    """Service of a dollar lent, if it ran to the end of its profile."""
    return (prev(t_profile) * (1 + t_charge) - t_profile) * t_sculpting


@line(per="tranche", only=SIZED)
def t_rest_value(t_rest_value: One, t_rest_service: One, risk_free: PerYear, t_spread: PerYear, years: Year) -> One:
    """Worth of its later service at the risk-free rate and a spread."""
    return (following(t_rest_value) + following(t_rest_service)) / (1 + (risk_free + t_spread) * years)


@line(per="tranche", only=SIZED)
def t_make_whole(t_to_draw: Usd, t_rest_value: One, t_profile: One, t_at_end: One, t_prepaid: One) -> Usd:
    """Paid on a prepayment: worth of the service lost to the lender less what is repaid, never below nothing."""
    return t_to_draw * maximum(t_rest_value - t_profile, 0) * t_at_end * t_prepaid
