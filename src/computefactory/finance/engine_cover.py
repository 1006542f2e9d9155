"""The engine on its own, lines of cover: how safely cash pays the debt, period by period and over its life."""

from __future__ import annotations

from computefactory.ledger import following, line, maximum, minimum, prev, total, where
from computefactory.units import Balance, One, PerYear, Usd, Year


@line
def serves(service: Usd) -> One:
    """1 where service is due."""
    return service > 0


@line
def dscr(cfads: Usd, service: Usd) -> One:
    """Cash available over debt service; 0 where none is due."""
    return where(service > 0, cfads / service, 0)


@line
def has_served(has_served: One, serves: One) -> One:
    """1 once service has been due."""
    return maximum(prev(has_served), serves)


@line
def lowest_dscr(lowest_dscr: One, has_served: One, serves: One, dscr: One) -> One:
    """The lowest cover so far."""
    return where(serves > 0, where(prev(has_served) > 0, minimum(prev(lowest_dscr), dscr), dscr), prev(lowest_dscr))


@line
def lowest_dscr_at_end(lowest_dscr: One, at_end: One) -> One:
    """The lowest cover of all."""
    return lowest_dscr * at_end


@line
def min_dscr(lowest_dscr_at_end: One) -> One:
    """The lowest cover of all; 0 without debt."""
    return total(lowest_dscr_at_end)


@line
def average_dscr(dscr: One, serves: One) -> One:
    """Mean cover over the periods with service; 0 without debt."""
    return where(total(serves) > 0, total(dscr) / total(serves), 0)


@line
def serving_cash(cfads: Usd, repaying: One) -> Usd:
    """Cash of the loan's life."""
    return cfads * repaying


@line
def serving_worth(serving_worth: Balance, serving_cash: Usd, debt_rate: PerYear, years: Year) -> Balance:
    """Worth, at the end of the period, of the cash to maturity at the debt's rate."""
    return (following(serving_worth) + following(serving_cash)) / (1 + debt_rate * years)


@line
def serving_worth_at_completion(serving_worth: Balance, at_completion: One) -> Usd:
    """Worth of that cash when operation begins."""
    return serving_worth * at_completion


@line
def llcr(serving_worth_at_completion: Usd, debt: Usd) -> One:
    """Loan life cover ratio when operation begins; 0 without debt."""
    return where(debt > 0, total(serving_worth_at_completion) / debt, 0)
