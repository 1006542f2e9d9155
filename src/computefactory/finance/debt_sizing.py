"""What each tranche may carry, in order of rank, and what the limits come to: its commitment, draws and schedule.

Each tranche is sized on what the tranches ahead leave of ``CFADS / its cover`` in the sizing case
(:mod:`.sizing_case`): its cover is that of its own service and all that ranks ahead. The most that may be owed at the
end of each month is found backwards (``t_limit``), with the value of what secures it (:mod:`.collateral`),

    L[t-1] = min((L[t] + room[t]) / (1 + r[t]), LTV x V[t-1] - owed ahead on the same assets),   L[maturity] = 0.

What a limit other than cover keeps a tranche from using is left to those behind it. A sculpted tranche follows its
limit while value binds tighter and tighter; from the tightest month on its cover is level (``t_levelled_share``), so
service never waits for the end. The others have a profile that does not depend on the cash (level, equal principal,
bullet): the worst twelve months and the worst month of value bound them.

Draws and the limit by cost have a module of their own (:mod:`.debt_draws`).
"""

from __future__ import annotations

from computefactory.finance.debt_schedule import SIZED
from computefactory.ledger import (
    Quantity,
    ahead,
    at,
    following,
    given,
    line,
    lowest,
    maximum,
    minimum,
    prev,
    senior,
    total,
    trailing,
    where,
)
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

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
t_backstop = given(
    "t_backstop",
    Balance,
    per="tranche",
    series=True,
    source="receipts.backstop",
    doc="What a guarantor would pay at most, where that alone carries the loan; no limit where it does not.",
    only=SIZED,
)


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
def t_cash_at_dscr(t_contracted: Usd, t_dscr_sizing: One, t_merchant_service_capacity: Usd, t_sculpting: One) -> Usd:
    """Service and running fees that the cash carries at its cover, those ahead included."""
    return (t_contracted / t_dscr_sizing + t_merchant_service_capacity) * t_sculpting


@line(per="tranche", only=SIZED)
def t_service_at_dscr(
    t_cash_at_dscr: Usd,
    t_agency: Usd,
    t_letter: One,
    t_letter_fee: PerYear,
    t_reserve_months: Month,
    years: Year,
    t_sculpting: One,
) -> Usd:
    """The same less agents' fees and that of its letter of credit, which stands for at most the service ahead."""
    letter = t_letter * t_letter_fee * years * ahead(t_cash_at_dscr, t_reserve_months)
    return t_cash_at_dscr - (senior(t_agency) + t_agency + letter) * t_sculpting


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


# schedule


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
