"""The engine on its own, lines of operation and cash: what comes in, what it costs, what is put aside, who gets it.

Period 0 is time 0. Periods before ``operation`` build: capital cost, fees, interest and the first reserves are paid by
debt and owners. From ``operation`` on all cash left after debt service, reserves and tax goes to owners, who also make
up what is missing. Reserves are filled a period ahead, so the first stands when operation begins. Amounts that grow do
so once a year, from the first year of operation; inflation and an item's own escalation are added or compounded.
"""

from __future__ import annotations

from computefactory.ledger import ahead, compound, following, given, irr, line, maximum, over, prev, total, where
from computefactory.units import Balance, Month, One, PerYear, Usd, Year

ADDED = {"growth": "added"}
COMPOUNDED = {"growth": "compounded"}

month = given("month", Month, series=True, source="timeline.month", doc="Calendar months from time 0 to the period.")
months = given("months", Month, series=True, source="timeline.months", doc="Length of the period.")
years = given("years", Year, series=True, source="timeline.years", doc="Length of the period.")
elapsed_years = given(
    "elapsed_years", Year, series=True, source="timeline.elapsed_years", doc="Years from time 0 to the period."
)
full_years = given(
    "full_years", Year, series=True, source="timeline.full_years", doc="Whole years since operation began."
)
horizon = given("horizon", Month, source="timeline.horizon", doc="Months from time 0 to the end.")
operation = given("operation", Month, source="project.operation", doc="First month of operation.")
inflation = given("inflation", PerYear, source="project.inflation", doc="Yearly inflation.")
price = given("price", One, source="project.price", doc="Multiplies every priced revenue.")
capex = given("capex", Usd, series=True, source="project.capex", doc="Capital cost, without replacements.")
financing_cost = given("financing_cost", Usd, source="project.financing_cost", doc="Other cost of closing, at time 0.")
salvage_value = given("salvage_value", Usd, source="project.salvage", doc="Received in the last period.")
working_months = given("working_months", Month, source="project.working_reserve", doc="Months of cost held in cash.")
working_share = given(
    "working_share", One, source="project.working_reserve", doc="Reserve over the next period's cost."
)
reserve_interest_rate = given(
    "reserve_interest_rate", PerYear, source="project.reserve_interest", doc="Earned on reserves."
)
discount_rate = given("discount_rate", PerYear, source="project.discount_rate", doc="Yearly effective, nominal.")

f_amount = given("f_amount", Usd, per="flow", series=True, source="flows.amounts", doc="Amount before growth.")
f_escalation = given("f_escalation", PerYear, per="flow", source="flows.escalation", doc="Growth above inflation.")
f_indexed = given("f_indexed", One, per="flow", source="flows.indexed", doc="1: grows with inflation.")
f_revenue_flag = given("f_revenue_flag", One, per="flow", source="flows.kind", doc="1: revenue; 0: cost.")
f_priced = given("f_priced", One, per="flow", source="flows.priced", doc="1: the price multiplies it.")

r_amount = given("r_amount", Usd, per="replacement", source="replacements.cost", doc="Cost before growth.")
r_escalation = given(
    "r_escalation", PerYear, per="replacement", source="replacements.escalation", doc="Growth above inflation."
)
r_indexed = given("r_indexed", One, per="replacement", source="replacements.indexed", doc="1: grows with inflation.")
r_due = given("r_due", One, per="replacement", series=True, source="replacements.every", doc="1 when it falls due.")
r_every = given("r_every", One, per="replacement", source="replacements.every", doc="Periods from one to the next.")


@line
def building(month: Month, operation: Month) -> One:
    """1 before operation."""
    return month < operation


@line
def at_completion(month: Month, months: Month, operation: Month) -> One:
    """1 in the last period before operation."""
    return (month < operation) * (month + months >= operation)


@line
def at_operation(building: One) -> One:
    """1 in the first period of operation."""
    return prev(building) * (1 - building)


@line
def at_close(month: Month, months: Month) -> One:
    """1 at time 0."""
    return month < months


@line
def at_end(month: Month, months: Month, horizon: Month) -> One:
    """1 in the last period."""
    return month + months >= horizon


# revenue and cost


@line(per="flow", only=ADDED)
def f_growth(inflation: PerYear, f_indexed: One, f_escalation: PerYear, full_years: Year) -> One:
    """Growth since the first year: (1 + inflation + escalation) ^ years."""
    return compound(inflation * f_indexed + f_escalation, full_years)


@line(per="flow", name="f_growth", only=COMPOUNDED)
def f_growth_compounded(inflation: PerYear, f_indexed: One, f_escalation: PerYear, full_years: Year) -> One:
    """Growth since the first year: ((1 + inflation) (1 + escalation)) ^ years."""
    return compound(inflation * f_indexed, full_years) * compound(f_escalation, full_years)


@line(per="flow")
def f_nominal(f_amount: Usd, f_growth: One, f_priced: One, price: One, building: One) -> Usd:
    """Amount of the period."""
    return f_amount * f_growth * where(f_priced > 0, price, 1) * (1 - building)


@line(per="flow")
def f_revenue(f_nominal: Usd, f_revenue_flag: One) -> Usd:
    """The amount where it is revenue."""
    return f_nominal * f_revenue_flag


@line(per="flow")
def f_cost(f_nominal: Usd, f_revenue_flag: One) -> Usd:
    """The amount where it is cost."""
    return f_nominal * (1 - f_revenue_flag)


@line
def salvage(salvage_value: Usd, at_end: One) -> Usd:
    """Salvage, in the last period."""
    return salvage_value * at_end


@line(only={"salvage": "in_ebitda"})
def revenue(f_revenue: Usd, salvage: Usd) -> Usd:
    """Revenue, salvage included."""
    return over(f_revenue) + salvage


@line(name="revenue", only={"salvage": "out_of_ebitda"})
def revenue_without_salvage(f_revenue: Usd) -> Usd:
    """Revenue."""
    return over(f_revenue)


@line
def cost(f_cost: Usd) -> Usd:
    """Operating cost."""
    return over(f_cost)


@line
def ebitda(revenue: Usd, cost: Usd) -> Usd:
    """Earnings before interest, tax and depreciation."""
    return revenue - cost


@line(only={"salvage": "in_ebitda"})
def late_salvage(salvage: Usd) -> Usd:
    """Salvage beside EBITDA: none, it is part of it."""
    return salvage * 0


@line(name="late_salvage", only={"salvage": "out_of_ebitda"})
def late_salvage_beside(salvage: Usd) -> Usd:
    """Salvage beside EBITDA: taxed, but not there for debt service."""
    return salvage * 1


# replacements


@line(per="replacement", only=ADDED)
def r_growth(inflation: PerYear, r_indexed: One, r_escalation: PerYear, full_years: Year) -> One:
    """Growth since the first year: (1 + inflation + escalation) ^ years."""
    return compound(inflation * r_indexed + r_escalation, full_years)


@line(per="replacement", name="r_growth", only=COMPOUNDED)
def r_growth_compounded(inflation: PerYear, r_indexed: One, r_escalation: PerYear, full_years: Year) -> One:
    """Growth since the first year: ((1 + inflation) (1 + escalation)) ^ years."""
    return compound(inflation * r_indexed, full_years) * compound(r_escalation, full_years)


@line(per="replacement")
def r_cost(r_amount: Usd, r_growth: One, r_due: One) -> Usd:
    """Cost of a replacement in the period in which it falls due."""
    return r_amount * r_growth * r_due


@line(per="replacement")
def r_next(r_next: Usd, r_cost: Usd, r_due: One) -> Usd:
    """Cost of the next replacement, this period included; nothing after the last."""
    return where(r_due > 0, r_cost, following(r_next))


@line(per="replacement", only={"replacements": "reserved"})
def r_aside(r_next: Usd, r_every: One, building: One) -> Usd:
    """Put aside: an equal part of the next replacement in each period that leads to it."""
    return r_next / r_every * (1 - building)


@line(per="replacement", name="r_aside", only={"replacements": "paid"})
def r_aside_when_due(r_cost: Usd) -> Usd:
    """Put aside: the whole cost in the period in which it is paid."""
    return r_cost * 1


@line(per="replacement")
def r_reserve(r_reserve: Balance, r_aside: Usd, r_cost: Usd) -> Balance:
    """Held for the next replacement."""
    return prev(r_reserve) + r_aside - r_cost


@line
def replacement_cost(r_cost: Usd) -> Usd:
    """Replacements of the period."""
    return over(r_cost)


@line
def replacement_aside(r_aside: Usd) -> Usd:
    """Put aside for replacements, out of cash for debt service."""
    return over(r_aside)


@line
def replacement_reserve(r_reserve: Balance) -> Balance:
    """Held for replacements."""
    return over(r_reserve)


# reserves


@line(only={"working": "part"})
def working_reserve(cost: Usd, working_share: One, building: One, at_completion: One) -> Balance:
    """Working reserve: part of the next period's cost."""
    return following(cost) * working_share * (1 - building + at_completion)


@line(only={"working": "whole"})
def cost_ahead(cost: Usd, working_months: Month) -> Usd:
    """Cost of the months that the working reserve covers."""
    return ahead(cost, working_months)


@line(name="working_reserve", only={"working": "whole"})
def working_reserve_whole(cost_ahead: Usd, building: One, at_completion: One) -> Balance:
    """Working reserve: the cost of whole periods to come."""
    return cost_ahead * (1 - building + at_completion)


@line
def reserves(working_reserve: Balance, debt_reserve: Balance, replacement_reserve: Balance) -> Balance:
    """All cash held."""
    return working_reserve + debt_reserve + replacement_reserve


@line
def reserve_move(reserves: Balance) -> Usd:
    """Cash put into reserves; negative where it is released."""
    return reserves - prev(reserves)


@line
def reserve_interest(reserves: Balance, reserve_interest_rate: PerYear, years: Year) -> Usd:
    """Earned on what was held at the end of the period before."""
    return prev(reserves) * reserve_interest_rate * years


# cash


@line
def cfads(ebitda: Usd, replacement_aside: Usd) -> Usd:
    """Cash available for debt service, before tax."""
    return ebitda - replacement_aside


@line
def uses(
    capex: Usd, financing_cost: Usd, at_close: One, fee: Usd, interest: Usd, reserve_move: Usd, building: One
) -> Usd:
    """What debt and owners must pay before operation."""
    return (capex + financing_cost * at_close + fee + interest + reserve_move) * building


@line
def total_uses(uses: Usd) -> Usd:
    """All that must be paid before operation."""
    return total(uses)


@line
def operating_cash(
    ebitda: Usd,
    late_salvage: Usd,
    reserve_interest: Usd,
    replacement_cost: Usd,
    reserve_move: Usd,
    capex: Usd,
    building: One,
) -> Usd:
    """Cash of operation before debt service and tax: reserves and later capital cost paid."""
    return (ebitda + late_salvage + reserve_interest - replacement_cost - reserve_move - capex) * (1 - building)


@line
def equity_flow_before_tax(
    operating_cash: Usd, uses: Usd, draw: Usd, interest: Usd, principal: Usd, building: One
) -> Usd:
    """Owners' cash flow before tax; negative where they pay in."""
    return operating_cash - uses + draw - (interest + principal) * (1 - building)


@line
def equity_flow(equity_flow_before_tax: Usd, tax: Usd) -> Usd:
    """Owners' cash flow after tax."""
    return equity_flow_before_tax - tax


@line
def project_flow(ebitda: Usd, late_salvage: Usd, capex: Usd, replacement_cost: Usd) -> Usd:
    """Unlevered cash flow before tax, without reserves and cost of financing."""
    return ebitda + late_salvage - capex - replacement_cost


# rates of return, worth, multiple


@line
def equity_irr(equity_flow: Usd) -> PerYear:
    """Owners' return after tax."""
    return irr(equity_flow)


@line
def equity_irr_before_tax(equity_flow_before_tax: Usd) -> PerYear:
    """Owners' return before tax."""
    return irr(equity_flow_before_tax)


@line
def project_irr(project_flow: Usd) -> PerYear:
    """Unlevered return before tax."""
    return irr(project_flow)


@line
def worth_then(discount_rate: PerYear, elapsed_years: Year) -> One:
    """Value in the period of a dollar of time 0."""
    return compound(discount_rate, elapsed_years)


@line
def equity_pv(equity_flow: Usd, worth_then: One) -> Usd:
    """Owners' cash flow in money of time 0."""
    return equity_flow / worth_then


@line
def npv(equity_pv: Usd) -> Usd:
    """Net present value of the owners' cash flow after tax."""
    return total(equity_pv)


@line
def equity_in(equity_flow: Usd) -> Usd:
    """Paid in by owners."""
    return maximum(0 - equity_flow, 0)


@line
def equity_out(equity_flow: Usd) -> Usd:
    """Paid out to owners."""
    return maximum(equity_flow, 0)


@line
def equity_invested(equity_in: Usd) -> Usd:
    """All that owners pay in."""
    return total(equity_in)


@line
def equity_returned(equity_out: Usd) -> Usd:
    """All that owners get."""
    return total(equity_out)
