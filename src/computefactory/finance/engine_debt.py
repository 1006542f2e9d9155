"""The engine on its own, lines of debt: one loan drawn while building and repaid from operation on.

Everything is found for one dollar of debt first: its service, its reserve, and (in ``engine_draws``) how it is drawn.
Fees, interest before operation and the first reserve are then linear in the debt D, and a share g of all uses closes in
one formula: D = g (C + bD), so D = gC / (1 - gb).

With a cover, D is the most whose service stays within cash over cover in every period. A sculpted loan follows the
limit path, found backwards,

    L[t-1] = min((L[t] + S[t]) / (1 + r), S[t] / r),   S = cash available, L[maturity] = 0,

whose second term refuses to lend again what cash cannot pay as interest. Where it does not bind, D is the present
value of cash over cover, and the loan life cover ratio is the cover in every period.
"""

from __future__ import annotations

from typing import Annotated

from computefactory.ledger import ahead, following, given, line, maximum, minimum, prev, total, where
from computefactory.units import Balance, Month, One, PerYear, Usd, Year, parse_unit

PerUsd = Annotated[float, parse_unit("1/USD")]
SCULPTED = {"repayment": "sculpted", "shape": "by_cash"}
LEVEL = {"repayment": "level", "shape": "set"}
EQUAL = {"repayment": "equal_principal", "shape": "set"}
SET = {"shape": "set"}
COVERED = {"covered": "yes"}

debt_rate = given("debt_rate", PerYear, source="debt.rate", doc="Nominal interest rate.")
tenor = given("tenor", Month, source="debt.tenor", doc="Months from the start of operation to maturity.")
moratorium = given("moratorium", Month, source="debt.moratorium", doc="Months of operation with interest only.")
period_months = given("period_months", Month, source="timeline.step", doc="Length of a period.")
period_years = given("period_years", Year, source="timeline.step", doc="Length of a period.")
fee_rate = given("fee_rate", One, source="debt.fee", doc="Up-front fee, a share of the debt.")
fraction = given("fraction", One, source="debt.fraction", doc="Most debt, a share of all uses.")
cover = given("cover", One, source="debt.dscr", doc="Cash available over debt service.")
debt_reserve_months = given("debt_reserve_months", Month, source="debt.reserve", doc="Months of service held in cash.")
debt_reserve_share = given(
    "debt_reserve_share", One, source="debt.reserve", doc="Reserve over the next period's service."
)


@line
def repaying(month: Month, operation: Month, tenor: Month, building: One) -> One:
    """1 from operation to maturity."""
    return (1 - building) * (month < operation + tenor)


@line
def amortising(month: Month, operation: Month, moratorium: Month, repaying: One) -> One:
    """1 while principal is repaid."""
    return repaying * (month >= operation + moratorium)


# the most that cash carries, at a cover of one


@line
def service_room(cfads: Usd, repaying: One) -> Usd:
    """Cash of the period that can serve debt."""
    return maximum(cfads, 0) * repaying


@line(only=SCULPTED)
def limit(
    limit: Balance, limit_by_interest: Balance, service_room: Usd, amortising: One, debt_rate: PerYear, years: Year
) -> Balance:
    """Most that may be owed at the end of the period, service being all the cash."""
    return minimum(
        where(
            following(amortising) > 0,
            (following(limit) + following(service_room)) / (1 + debt_rate * years),
            following(limit),
        ),
        limit_by_interest,
    )


@line(only=SCULPTED)
def limit_by_interest(limit: Balance, service_room: Usd, debt_rate: PerYear, period_years: Year) -> Balance:
    """Most whose interest the next period's cash can pay."""
    return where(
        debt_rate * period_years > 0,
        following(service_room) / (debt_rate * period_years),
        following(limit) + following(service_room),
    )


@line(only=SCULPTED)
def path(path: Balance, limit: Balance, building: One) -> Balance:
    """The limit made to fall only: what is repaid is not drawn again."""
    return where(building > 0, limit, minimum(prev(path), limit))


@line(only=SCULPTED)
def path_at_completion(path: Balance, at_completion: One) -> Usd:
    """The path when operation begins."""
    return path * at_completion


@line(only=SCULPTED)
def carried(path_at_completion: Usd) -> Usd:
    """Debt that all the cash carries."""
    return total(path_at_completion)


# one dollar of debt from operation on


@line
def unit_left(unit_left: One, unit_principal: One, building: One) -> One:
    """Left of a dollar of debt: all of it until repayment begins."""
    return where(building > 0, 1, prev(unit_left) - unit_principal)


@line(only=LEVEL)
def instalments_worth(instalments_worth: One, amortising: One, debt_rate: PerYear, years: Year) -> One:
    """Worth, at the end of the period, of a dollar in every later period with principal."""
    return (following(instalments_worth) + following(amortising)) / (1 + debt_rate * years)


@line(only=LEVEL)
def worth_at_start(instalments_worth: One, amortising: One) -> One:
    """That worth when repayment begins."""
    return instalments_worth * following(amortising) * (1 - amortising)


@line(only=LEVEL)
def annuity(worth_at_start: One) -> One:
    """Level service of a dollar."""
    return 1 / total(worth_at_start)


@line(only=LEVEL)
def unit_principal(unit_left: One, annuity: One, debt_rate: PerYear, years: Year, amortising: One) -> One:
    """Principal of a dollar: level service less interest."""
    return (annuity - prev(unit_left) * debt_rate * years) * amortising


@line(name="unit_principal", only=EQUAL)
def unit_principal_equal(tenor: Month, moratorium: Month, period_months: Month, amortising: One) -> One:
    """Principal of a dollar: equal parts."""
    return period_months / (tenor - moratorium) * amortising


@line(name="unit_principal", only=SCULPTED)
def unit_principal_sculpted(path: Balance, carried: Usd, repaying: One) -> One:
    """Principal of a dollar: down along the path that cash carries."""
    return where(carried > 0, (prev(path) - path) / carried, 0) * repaying


@line
def unit_interest_due(unit_left: One, debt_rate: PerYear, years: Year, building: One) -> One:
    """Interest of a dollar from operation on, on what was owed at the end of the period before."""
    return prev(unit_left) * debt_rate * years * (1 - building)


@line
def unit_service(unit_interest_due: One, unit_principal: One, repaying: One) -> One:
    """Service of a dollar from operation on."""
    return (unit_interest_due + unit_principal) * repaying


@line(only={"debt_reserve": "part"})
def unit_reserve(unit_service: One, debt_reserve_share: One, building: One, at_completion: One) -> One:
    """Reserve of a dollar: part of the next period's service."""
    return following(unit_service) * debt_reserve_share * (1 - building + at_completion)


@line(only={"debt_reserve": "whole"})
def unit_service_ahead(unit_service: One, debt_reserve_months: Month) -> One:
    """Service of a dollar in the months that the reserve covers."""
    return ahead(unit_service, debt_reserve_months)


@line(name="unit_reserve", only={"debt_reserve": "whole"})
def unit_reserve_whole(unit_service_ahead: One, building: One, at_completion: One) -> One:
    """Reserve of a dollar: the service of whole periods to come."""
    return unit_service_ahead * (1 - building + at_completion)


# sizing


@line(only=SET)
def need(unit_service: One, cfads: Usd) -> PerUsd:
    """Service of a dollar over the cash of the period."""
    return where(cfads > 0, unit_service / cfads, 0)


@line(only=SET)
def worst_need(worst_need: PerUsd, need: PerUsd) -> PerUsd:
    """The tightest period so far."""
    return maximum(prev(worst_need), need)


@line(only=SET)
def worst_need_at_end(worst_need: PerUsd, at_end: One) -> PerUsd:
    """The tightest period of all."""
    return worst_need * at_end


@line(only=SET)
def uncovered(unit_service: One, cfads: Usd) -> One:
    """1 where service is due and there is no cash."""
    return (unit_service > 0) * (cfads <= 0)


@line(only=SET)
def never_uncovered(uncovered: One) -> One:
    """1 where there is cash whenever service is due."""
    return total(uncovered) <= 0


@line(name="carried", only=SET)
def carried_by_worst_period(worst_need_at_end: PerUsd, never_uncovered: One) -> Usd:
    """Debt that all the cash carries in the tightest period."""
    return where(never_uncovered * (total(worst_need_at_end) > 0) > 0, 1 / total(worst_need_at_end), 0)


@line(only=COVERED)
def debt_by_cover(carried: Usd, cover: One) -> Usd:
    """Debt whose service is the cash over the cover."""
    return carried / cover


@line(only={"sized_by": "fraction"})
def debt(debt_by_fraction: Usd) -> Usd:
    """Debt: a share of all uses."""
    return debt_by_fraction * 1


@line(name="debt", only={"sized_by": "cover"})
def debt_without_cap(debt_by_cover: Usd) -> Usd:
    """Debt: what the cover allows."""
    return debt_by_cover * 1


@line(name="debt", only={"sized_by": "cover_capped"})
def debt_capped(debt_by_cover: Usd, most_debt: Usd) -> Usd:
    """Debt: what the cover allows, and no more than the cap."""
    return minimum(debt_by_cover, most_debt)


# the loan


@line
def fee(debt: Usd, fee_rate: One, at_close: One) -> Usd:
    """Up-front fee, at time 0."""
    return debt * fee_rate * at_close


@line
def draw(debt: Usd, unit_draw: One) -> Usd:
    """Drawn in the period."""
    return debt * unit_draw


@line
def interest(debt: Usd, unit_interest: One) -> Usd:
    """Interest of the period."""
    return debt * unit_interest


@line
def principal(debt: Usd, unit_principal: One) -> Usd:
    """Repaid in the period."""
    return debt * unit_principal


@line
def debt_balance(debt: Usd, unit_owed: One) -> Balance:
    """Owed at the end of the period."""
    return debt * unit_owed


@line
def service(debt: Usd, unit_service: One) -> Usd:
    """Debt service from operation on."""
    return debt * unit_service


@line
def debt_reserve(debt: Usd, unit_reserve: One) -> Balance:
    """Debt service reserve."""
    return debt * unit_reserve


@line
def equity_needed(uses: Usd, draw: Usd) -> Usd:
    """What owners pay before operation."""
    return uses - draw


@line
def least_equity(least_equity: Usd, equity_needed: Usd) -> Usd:
    """Below zero where debt would be paid out to owners before operation."""
    return minimum(prev(least_equity), equity_needed)


@line
def least_equity_at_end(least_equity: Usd, at_end: One) -> Usd:
    """The lowest of all."""
    return least_equity * at_end


@line
def paid_out_at_close(least_equity_at_end: Usd) -> Usd:
    """Most that debt would pay out to owners in a period before operation."""
    return 0 - total(least_equity_at_end)


@line
def debt_fraction(debt: Usd, total_uses: Usd) -> One:
    """Debt over all uses."""
    return where(total_uses > 0, debt / total_uses, 0)


@line
def unit_owed_last(unit_owed: One, at_end: One) -> One:
    """Owed of a dollar in the last period."""
    return unit_owed * at_end


@line
def unit_owed_at_end(unit_owed_last: One) -> One:
    """Owed of a dollar at the end: zero where debt is repaid."""
    return total(unit_owed_last)
