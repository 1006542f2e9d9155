"""The engine on its own, lines of drawing: how a loan comes in while building, what that costs, and the share of uses.

Draws are in step with the cost, each a like part of it, and debt is the share g of all uses in sum: D = g (C + bD), b
being the fee, the interest and the first reserve that a dollar brings. Or they are the share g of each period's uses,
interest included. What is owed is then P + QD, P growing by the cost and Q by what the debt brings; at the end of
building it is D, so D = P / (1 - Q).

A draw bears interest in its own period for a part w of it: none at the end, half in the middle, all at the start. Where
draws pay the interest too, i = r (owed + w g c) / (1 - r w g) for a cost c. Source: the linear equation solved.
"""

from __future__ import annotations

from computefactory.ledger import given, line, prev, total, where
from computefactory.units import Balance, One, PerYear, Usd, Year

WITH_COST = {"draws": "with_cost"}
WITH_USES = {"draws": "with_uses"}

draw_time = given("draw_time", One, source="debt.drawn", doc="Part of its period in which a draw bears interest.")


@line
def base_cost(capex: Usd, financing_cost: Usd, at_close: One, building: One) -> Usd:
    """Cost before operation that debt is drawn for."""
    return (capex + financing_cost * at_close) * building


@line
def total_base_cost(base_cost: Usd) -> Usd:
    """All cost that debt is drawn for."""
    return total(base_cost)


@line
def working_at_completion(working_reserve: Balance, at_completion: One) -> Usd:
    """The first working reserve."""
    return working_reserve * at_completion


@line
def uses_without_debt(total_base_cost: Usd, working_at_completion: Usd) -> Usd:
    """All uses if there were no debt."""
    return total_base_cost + total(working_at_completion)


# draws in step with the cost


@line(only=WITH_COST)
def unit_draw(base_cost: Usd, total_base_cost: Usd) -> One:
    """Drawn of a dollar of debt."""
    return where(total_base_cost > 0, base_cost / total_base_cost, 0)


@line(only=WITH_COST)
def unit_early_cost(unit_interest: One, unit_reserve: One, at_completion: One, building: One) -> One:
    """Interest before operation and first reserve of a dollar."""
    return unit_interest * building + unit_reserve * at_completion


@line(only=WITH_COST)
def unit_use(unit_early_cost: One, fee_rate: One) -> One:
    """All uses that a dollar of debt brings with it."""
    return total(unit_early_cost) + fee_rate


@line(only=WITH_COST)
def debt_by_fraction(fraction: One, uses_without_debt: Usd, unit_use: One) -> Usd:
    """D = g (C + bD), so D = gC / (1 - gb)."""
    return fraction * uses_without_debt / (1 - fraction * unit_use)


# draws as a share of each period's uses


@line(only=WITH_USES)
def cost_shared(base_cost: Usd, working_at_completion: Usd) -> Usd:
    """Uses of the period that are there without debt."""
    return base_cost + working_at_completion


@line(only=WITH_USES)
def cost_interest(
    cost_owed: Balance, cost_shared: Usd, fraction: One, draw_time: One, debt_rate: PerYear, years: Year, building: One
) -> Usd:
    """Interest on what is drawn for the cost, drawn for itself included."""
    return (
        (prev(cost_owed) + draw_time * fraction * cost_shared)
        * (debt_rate * years)
        / (1 - fraction * draw_time * (debt_rate * years))
        * building
    )


@line(only=WITH_USES)
def cost_draw(fraction: One, cost_shared: Usd, cost_interest: Usd) -> Usd:
    """Drawn for the cost and the interest on it."""
    return fraction * (cost_shared + cost_interest)


@line(only=WITH_USES)
def cost_owed(cost_owed: Balance, cost_draw: Usd) -> Balance:
    """P: owed for the cost."""
    return prev(cost_owed) + cost_draw


@line(only=WITH_USES)
def cost_drawn(cost_draw: Usd) -> Usd:
    """P at the end of building."""
    return total(cost_draw)


@line(only=WITH_USES)
def brought_shared(fee_rate: One, at_close: One, unit_reserve: One, at_completion: One) -> One:
    """Fee and first reserve that a dollar of debt brings in the period."""
    return fee_rate * at_close + unit_reserve * at_completion


@line(only=WITH_USES)
def brought_interest(
    brought_owed: One,
    brought_shared: One,
    fraction: One,
    draw_time: One,
    debt_rate: PerYear,
    years: Year,
    building: One,
) -> One:
    """Interest on what is drawn for fee and reserve of a dollar, drawn for itself included."""
    return (
        (prev(brought_owed) + draw_time * fraction * brought_shared)
        * (debt_rate * years)
        / (1 - fraction * draw_time * (debt_rate * years))
        * building
    )


@line(only=WITH_USES)
def brought_draw(fraction: One, brought_shared: One, brought_interest: One) -> One:
    """Drawn for fee and reserve of a dollar, and the interest on it."""
    return fraction * (brought_shared + brought_interest)


@line(only=WITH_USES)
def brought_owed(brought_owed: One, brought_draw: One) -> One:
    """Q: owed for what a dollar of debt brings."""
    return prev(brought_owed) + brought_draw


@line(name="unit_use", only=WITH_USES)
def unit_use_of_draws(brought_draw: One, fraction: One) -> One:
    """All uses that a dollar of debt brings with it: Q / g."""
    return where(fraction > 0, total(brought_draw) / fraction, 0)


@line(name="debt_by_fraction", only=WITH_USES)
def debt_by_draws(cost_drawn: Usd, fraction: One, unit_use: One) -> Usd:
    """D = P + QD, so D = P / (1 - Q)."""
    return cost_drawn / (1 - fraction * unit_use)


@line(name="unit_draw", only=WITH_USES)
def unit_draw_of_uses(cost_draw: Usd, debt: Usd, brought_draw: One) -> One:
    """Drawn of a dollar of debt."""
    return where(debt > 0, cost_draw / debt, 0) + brought_draw


# either way


@line
def unit_owed(unit_owed: One, unit_draw: One, unit_principal: One) -> One:
    """Owed of a dollar of debt."""
    return prev(unit_owed) + unit_draw - unit_principal


@line
def unit_interest(
    unit_owed: One,
    unit_draw: One,
    draw_time: One,
    debt_rate: PerYear,
    years: Year,
    building: One,
    unit_interest_due: One,
) -> One:
    """Interest of a dollar: while building on what was owed before and, for its part of the period, on the draw."""
    return (prev(unit_owed) + draw_time * unit_draw) * debt_rate * years * building + unit_interest_due


# the cap of a debt sized by cover


@line(only={"cap": "all_uses"})
def most_debt(debt_by_fraction: Usd) -> Usd:
    """The cap: a share of all uses, what the debt brings included."""
    return debt_by_fraction * 1


@line(only={"cap": "first_estimate"})
def early_capex(capex: Usd, building: One) -> Usd:
    """Capital cost before operation."""
    return capex * building


@line(name="most_debt", only={"cap": "first_estimate"})
def most_of_a_first_estimate(fraction: One, uses_without_debt: Usd, fee_rate: One, early_capex: Usd) -> Usd:
    """The cap: a share of the uses known before the debt is, its fee taken on the whole capital cost."""
    return fraction * (uses_without_debt + fee_rate * total(early_capex))
