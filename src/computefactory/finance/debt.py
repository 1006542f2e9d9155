"""One debt facility: sized in the sizing case by limit paths, then a schedule that every other run takes as given.

The **sizing case** counts committed receipts only: committed revenue less prepayment credits, less all operating
cost, less unlevered tax on that income (or none: a choice). The most that may be owed at the end of each month is
found backwards from maturity (``limit``): what the next month's service room and limit can carry, and no more than
the loan-to-value cap on the low-case worth of the silicon,

    L[t-1] = min((L[t] + CFADS[t]/DSCR) / (1 + r), LTV x V[t-1]),   L[maturity] = 0.

The commitment is the limit at full operation, less where a gearing cap binds. From then on the balance follows the
limit, scaled: principal is sculpted. Interest before full operation is paid out of the sources of funds.

Where draws are pro rata to cost, fees, interest before completion and the first reserve are linear in the
commitment, so a gearing cap closes in one formula: D <= g (C + bD) gives D = gC/(1 - gb). No rounds, no circle.

Lines marked ``debt: sized`` exist only in the sizing run; with ``debt: frozen`` their three results (``commitment``,
``planned_draw``, ``planned_repayment``) are given.
"""

from __future__ import annotations

from computefactory.ledger import ahead, following, given, line, maximum, minimum, prev, total, where
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

SIZED = {"debt": "sized"}
FROZEN = {"debt": "frozen"}
ROUNDING = 1e-12  # of the commitment: the tolerance to which balances close

full_operation = given(
    "full_operation", Month, source="finance.full_operation", doc="First month with everything energised and accepted."
)
debt_rate = given("debt_rate", PerYear, source="debt.rate", doc="Nominal interest rate.")
debt_closes = given("debt_closes", Month, source="debt.closes", doc="First month the facility can be drawn.")
debt_matures = given("debt_matures", Month, source="debt.matures", doc="Month at whose end nothing is owed.")
sizing_dscr = given("sizing_dscr", One, source="debt.sizing_dscr", doc="Cover that service is sized at.", only=SIZED)
max_ltv = given("max_ltv", One, source="debt.max_ltv", doc="Loan to low-case value.", only=SIZED | {"ltv": "limited"})
max_gearing = given(
    "max_gearing", One, source="debt.max_gearing", doc="Loan to funded cost.", only=SIZED | {"gearing": "limited"}
)
upfront_fee_rate = given("upfront_fee_rate", One, source="debt.upfront_fee", doc="Share of the commitment.")
commitment_fee_rate = given(
    "commitment_fee_rate", PerYear, source="debt.commitment_fee", doc="Yearly fee on the undrawn commitment."
)
reserve_months = given("reserve_months", Month, source="debt.dsra", doc="Months of service held in cash.")
commitment_frozen = given("commitment", Usd, source="frozen.commitment", doc="Debt sized earlier.", only=FROZEN)
planned_draw_frozen = given(
    "planned_draw", Usd, series=True, source="frozen.planned_draw", doc="Draws fixed at sizing.", only=FROZEN
)
planned_repayment_frozen = given(
    "planned_repayment",
    Usd,
    series=True,
    source="frozen.planned_repayment",
    doc="Principal due, fixed at sizing.",
    only=FROZEN,
)


@line
def building(month: Month, full_operation: Month) -> One:
    """1 before full operation."""
    return month < full_operation


@line
def at_conversion(month: Month, months: Month, full_operation: Month) -> One:
    """1 in the last period before full operation: draws end, repayment starts with the next."""
    return (month < full_operation) * (month + months >= full_operation)


@line
def available(month: Month, debt_closes: Month, building: One) -> One:
    """1 while the facility can be drawn."""
    return (month >= debt_closes) * building


@line
def at_close(month: Month, months: Month, debt_closes: Month) -> One:
    """1 in the period in which the facility closes."""
    return (month <= debt_closes) * (month + months > debt_closes)


@line
def repaying(month: Month, debt_matures: Month, building: One) -> One:
    """1 from full operation to maturity."""
    return (1 - building) * (month <= debt_matures)


# the sizing case


@line(only={"sizing_tax": "unlevered"})
def sizing_cfads(committed_revenue: Usd, prepayment_credit: Usd, opex: Usd, lender_tax: Usd) -> Usd:
    """Cash available for debt service in the sizing case, after unlevered tax."""
    return committed_revenue - prepayment_credit - opex - lender_tax


@line(name="sizing_cfads", only={"sizing_tax": "none"})
def sizing_cfads_before_tax(committed_revenue: Usd, prepayment_credit: Usd, opex: Usd) -> Usd:
    """Cash available for debt service in the sizing case, before tax."""
    return committed_revenue - prepayment_credit - opex


@line(only=SIZED)
def service_room(sizing_cfads: Usd, sizing_dscr: One, repaying: One) -> Usd:
    """Service that the sizing case carries at its cover."""
    return sizing_cfads / sizing_dscr * repaying


@line(only=SIZED)
def limit_by_cover(limit: Balance, service_room: Usd, debt_rate: PerYear, years: Year) -> Balance:
    """Owed at most so that all later service has its cover."""
    return maximum((following(limit) + following(service_room)) / (1 + debt_rate * years), 0)


@line(only=SIZED | {"ltv": "limited"})
def limit_by_value(max_ltv: One, silicon_value: Balance) -> Balance:
    """Owed at most against the low-case value of the silicon."""
    return max_ltv * silicon_value


@line(only=SIZED | {"ltv": "limited"})
def limit(limit_by_cover: Balance, limit_by_value: Balance, month: Month, debt_matures: Month) -> Balance:
    """Most that may be owed at the end of the period."""
    return where(month < debt_matures, minimum(limit_by_cover, limit_by_value), 0)


@line(name="limit", only=SIZED | {"ltv": "none"})
def limit_without_value(limit_by_cover: Balance, month: Month, debt_matures: Month) -> Balance:
    """Most that may be owed at the end of the period."""
    return where(month < debt_matures, limit_by_cover, 0)


@line(only=SIZED)
def limit_at_conversion(limit: Balance, at_conversion: One) -> Usd:
    """The limit at full operation."""
    return limit * at_conversion


@line(only=SIZED)
def debt_by_path(limit_at_conversion: Usd) -> Usd:
    """Debt that the limit path carries."""
    return total(limit_at_conversion)


@line(only=SIZED)
def cover_alone(cover_alone: Balance, service_room: Usd, debt_rate: PerYear, years: Year) -> Balance:
    """Owed at most if cover were the only limit."""
    return maximum((following(cover_alone) + following(service_room)) / (1 + debt_rate * years), 0)


@line(only=SIZED)
def cover_at_conversion(cover_alone: Balance, at_conversion: One) -> Usd:
    """What cover alone carries at full operation."""
    return cover_alone * at_conversion


@line(only=SIZED)
def debt_by_cover(cover_at_conversion: Usd) -> Usd:
    """Debt that cover alone carries."""
    return total(cover_at_conversion)


@line(only=SIZED | {"ltv": "limited"})
def value_at_conversion(limit_by_value: Balance, at_conversion: One) -> Usd:
    """What the value cap carries at full operation."""
    return limit_by_value * at_conversion


@line(only=SIZED | {"ltv": "limited"})
def debt_by_value(value_at_conversion: Usd) -> Usd:
    """Debt that the value cap carries at full operation."""
    return total(value_at_conversion)


@line(only=SIZED)
def path_balance(path_balance: Balance, limit: Balance, building: One) -> Balance:
    """The limit made to fall only: what is repaid is not drawn again."""
    return where(building > 0, limit, minimum(prev(path_balance), limit))


# gearing, in closed form where draws are pro rata


@line(only=SIZED)
def base_cost(capex: Usd, building: One) -> Usd:
    """Cost to complete, before financing."""
    return capex * building


@line(only=SIZED)
def total_base_cost(base_cost: Usd) -> Usd:
    """All cost to complete, before financing."""
    return total(base_cost)


@line(only=SIZED)
def spent(spent: Balance, base_cost: Usd) -> Balance:
    """Cost spent so far."""
    return prev(spent) + base_cost


@line(only=SIZED)
def unit_balance(spent: Balance, total_base_cost: Usd, available: One) -> One:
    """Balance per dollar of commitment where draws are pro rata to cost."""
    return where(total_base_cost > 0, spent / total_base_cost, 0) * available


@line(only=SIZED | {"gearing": "limited"})
def unit_cost_before(
    unit_balance: One, debt_rate: PerYear, commitment_fee_rate: PerYear, years: Year, available: One
) -> One:
    """Interest and commitment fee per dollar of commitment before completion."""
    return (prev(unit_balance) * debt_rate + (1 - prev(unit_balance)) * commitment_fee_rate) * years * available


@line(only=SIZED | {"gearing": "limited"})
def unit_reserve(reserve_by_path: Usd, debt_by_path: Usd) -> One:
    """First reserve per dollar of commitment."""
    return where(debt_by_path > 0, reserve_by_path / debt_by_path, 0)


@line(only=SIZED | {"gearing": "limited"})
def path_service(path_balance: Balance, debt_rate: PerYear, years: Year, repaying: One) -> Usd:
    """Service if the whole limit were lent."""
    return (prev(path_balance) * (1 + debt_rate * years) - path_balance) * repaying


@line(only=SIZED | {"gearing": "limited"})
def path_service_ahead(path_service: Usd, reserve_months: Month) -> Usd:
    """Service of the months that the reserve covers."""
    return ahead(path_service, reserve_months)


@line(only=SIZED | {"gearing": "limited"})
def path_reserve(path_service_ahead: Usd, at_conversion: One) -> Usd:
    """First reserve if the whole limit were lent."""
    return path_service_ahead * at_conversion


@line(only=SIZED | {"gearing": "limited"})
def reserve_by_path(path_reserve: Usd) -> Usd:
    """First reserve if the whole limit were lent."""
    return total(path_reserve)


@line(only=SIZED | {"gearing": "limited"})
def unit_running_cost(unit_cost_before: One) -> One:
    """All interest and commitment fee before completion per dollar of commitment."""
    return total(unit_cost_before)


@line(only=SIZED | {"gearing": "limited"})
def debt_by_gearing(
    total_base_cost: Usd, max_gearing: One, unit_running_cost: One, upfront_fee_rate: One, unit_reserve: One
) -> Usd:
    """D <= g (C + bD), so D = gC / (1 - gb)."""
    return max_gearing * total_base_cost / (1 - max_gearing * (unit_running_cost + upfront_fee_rate + unit_reserve))


@line(only=SIZED | {"gearing": "limited"})
def commitment(debt_by_path: Usd, debt_by_gearing: Usd) -> Usd:
    """Debt committed at close."""
    return minimum(debt_by_path, debt_by_gearing)


@line(name="commitment", only=SIZED | {"gearing": "none"})
def commitment_by_path(debt_by_path: Usd) -> Usd:
    """Debt committed at close."""
    return debt_by_path * 1


@line(only=SIZED)
def planned_balance(path_balance: Balance, commitment: Usd, debt_by_path: Usd, building: One) -> Balance:
    """Balance owed after full operation: the limit path, scaled to the commitment."""
    return where(debt_by_path > 0, path_balance * commitment / debt_by_path, 0) * (1 - building)


@line(only=SIZED | {"draw_order": "debt_first"})
def draw_target(cumulative_need: Balance, commitment: Usd, available: One, at_conversion: One) -> Balance:
    """Drawn so far: debt pays first; what is left at full operation is drawn then."""
    return where(at_conversion > 0, commitment, minimum(cumulative_need, commitment)) * available


@line(name="draw_target", only=SIZED | {"draw_order": "pro_rata"})
def draw_target_pro_rata(unit_balance: One, commitment: Usd) -> Balance:
    """Drawn so far: in step with the cost spent."""
    return unit_balance * commitment


@line(name="draw_target", only=SIZED | {"draw_order": "equity_first"})
def draw_target_equity_first(spent: Balance, total_base_cost: Usd, commitment: Usd, available: One) -> Balance:
    """Drawn so far: debt pays the last of the cost; owners pay what comes before, and interest and fees."""
    return maximum(commitment - (total_base_cost - spent), 0) * available


@line(only=SIZED)
def planned_draw(draw_target: Balance, drawn: Balance) -> Usd:
    """Draw of the period."""
    return maximum(draw_target - prev(drawn), 0)


# the facility as it runs


@line
def drawn(drawn: Balance, planned_draw: Usd) -> Balance:
    """Drawn so far."""
    return prev(drawn) + planned_draw


@line(only=SIZED)
def scheduled_balance(planned_balance: Balance, commitment: Usd, at_conversion: One) -> Balance:
    """Balance of the schedule from full operation on."""
    return planned_balance + commitment * at_conversion


@line(name="scheduled_balance", only=FROZEN)
def scheduled_balance_frozen(scheduled_balance: Balance, planned_draw: Usd, planned_repayment: Usd) -> Balance:
    """Balance of the schedule."""
    return prev(scheduled_balance) + planned_draw - planned_repayment


@line(only=SIZED)
def planned_repayment(scheduled_balance: Balance, repaying: One) -> Usd:
    """Principal due: down to the scheduled balance."""
    return (prev(scheduled_balance) - scheduled_balance) * repaying


@line
def repayment(debt_balance: Balance, planned_repayment: Usd, commitment: Usd) -> Usd:
    """Principal repaid, as due; the last payment is all that is owed, or rounding would bear interest for ever."""
    left = prev(debt_balance) - planned_repayment
    return where(left > commitment * ROUNDING, planned_repayment, prev(debt_balance))


@line
def debt_balance(debt_balance: Balance, planned_draw: Usd, repayment: Usd) -> Balance:
    """Owed at the end of the period."""
    return prev(debt_balance) + planned_draw - repayment


@line
def interest(debt_balance: Balance, debt_rate: PerYear, years: Year) -> Usd:
    """Interest on the opening balance (30/360)."""
    return prev(debt_balance) * debt_rate * years


@line
def financing_fees(
    commitment: Usd,
    upfront_fee_rate: One,
    at_close: One,
    drawn: Balance,
    commitment_fee_rate: PerYear,
    years: Year,
    available: One,
) -> Usd:
    """Up-front fee at close, commitment fee on what was undrawn."""
    return (
        commitment * upfront_fee_rate * at_close + (commitment - prev(drawn)) * commitment_fee_rate * years * available
    )


@line
def planned_service(
    planned_repayment: Usd, scheduled_balance: Balance, debt_rate: PerYear, years: Year, repaying: One
) -> Usd:
    """Service due after full operation."""
    return (planned_repayment + prev(scheduled_balance) * debt_rate * years) * repaying


@line
def service_ahead(planned_service: Usd, reserve_months: Month) -> Usd:
    """Service of the months that the reserve covers."""
    return ahead(planned_service, reserve_months)


@line
def reserve_target(service_ahead: Usd, at_conversion: One, repaying: One) -> Balance:
    """Debt service reserve."""
    return service_ahead * (at_conversion + repaying)


@line
def reserve_move(reserve_target: Balance) -> Usd:
    """Cash paid into the debt service reserve; negative where it is released."""
    return reserve_target - prev(reserve_target)
