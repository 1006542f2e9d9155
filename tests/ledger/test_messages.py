"""What is refused, and in which words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_ledger import CALENDAR, calendar, fit

from computefactory.errors import CircularLine, DimensionMismatch, LedgerError
from computefactory.ledger import (
    DAYS_360,
    MONTHS_PER_YEAR,
    Ledger,
    ahead,
    compound,
    following,
    given,
    irr,
    line,
    maximum,
    over,
    prev,
    senior,
    solve,
    spread,
    total,
    trailing,
    where,
    ytd,
)
from computefactory.ledger.expression import literal
from computefactory.units import Balance, Day, Month, One, PerYear, Usd, Year

SALES = given("sales", Usd, series=True, source="sales", doc="Sales.")
BASE = given("base", Usd, source="base", doc="One number.")
RATE = given("rate", PerYear, source="rate", doc="Rate.")
CLAIMS = given("claims", Usd, per="contract", series=True, source="claims", doc="By contract.")
COSTS = given("costs", Usd, per="asset", series=True, source="costs", doc="By asset.")
SHARES = given("shares", One, table=True, source="shares", doc="By age.")
GIVENS = [*CALENDAR, SALES, BASE, RATE, CLAIMS, COSTS, SHARES]


def declared(formula, unit=Usd, name="x", per=None, **needs):
    """A line whose parameters are ``needs`` (their units) and whose body is ``formula``."""
    body = {"formula": formula}
    exec(f"def {name}({', '.join(needs)}): return formula({', '.join(needs)})", body)
    function = body[name]
    function.__annotations__ = {**needs, "return": unit}
    return line(per=per)(function)


def refused(error, message, *lines):
    with pytest.raises(error) as caught:
        Ledger([*GIVENS, *(make() for make in lines)])
    assert str(caught.value) == message


def test_unknown_name():
    refused(
        LedgerError,
        "line x: unknown name 'salez'; did you mean sales?",
        lambda: declared(lambda salez: salez * 1, salez=Usd),
    )
    refused(LedgerError, "line x: unknown name 'q'", lambda: declared(lambda q: q * 1, q=Usd))


def test_parameter_not_used():
    refused(
        LedgerError,
        "line x: parameter base is not used in the body: remove it",
        lambda: declared(lambda sales, base: sales * 1, sales=Usd, base=Usd),
    )


@pytest.mark.parametrize(
    "body",
    [
        lambda sales: sales if sales > 0 else 0,  # noqa: FURB136
        lambda sales: max(sales, 0),
        lambda sales: min(0, sales),
        lambda sales: sales > 0 and sales,
        lambda sales: 0 < sales < 1,
        lambda sales: not sales,
    ],
)
def test_branching_on_a_symbol(body):
    words = "a formula cannot branch on a symbol (if, and, or, not, max, min): use where(), maximum() or minimum()"
    refused(LedgerError, f"line x: {words}", lambda: declared(body, sales=Usd))


@pytest.mark.parametrize("body", [math.exp, math.floor, float, int])
def test_numbers_from_symbols(body):
    words = "a symbol is not a number (float(), int(), math.*): use the ledger's own functions"
    if body is math.floor:
        words = "not a formula: type Name doesn't define __floor__ method"
        with pytest.raises(LedgerError, match="line x: "):
            declared(body_of(body), sales=Usd)
        return
    refused(LedgerError, f"line x: {words}", lambda: declared(body_of(body), sales=Usd))


def body_of(function):
    return function


@pytest.mark.parametrize("body", [lambda sales: (sales == 0) * sales, lambda sales: (sales != 0) * sales])
def test_equality(body):
    refused(
        LedgerError,
        "line x: == on rounded numbers is never safe: use <= or >=, or a flag line",
        lambda: declared(body, sales=Usd),
    )


@pytest.mark.parametrize("value", ["text", None, math.inf, math.nan])
def test_what_cannot_stand_in_a_formula(value):
    words = f"line x: {value!r} cannot stand in a formula: only finite numbers, lines and givens can"
    refused(LedgerError, words, lambda: declared(lambda sales: sales + value, sales=Usd))


def test_verbs_take_what_varies():
    refused(
        LedgerError,
        "line x: solve() takes a line by name: give sales * 2 its own line",
        lambda: declared(lambda sales: solve(sales * 2), sales=Usd),
    )
    refused(
        DimensionMismatch,
        "line x = total(sales + rate): sales + rate puts USD and 1/year together",
        lambda: declared(lambda sales, rate: total(sales + rate), sales=Usd, rate=PerYear),
    )
    refused(
        LedgerError,
        "line x: total(2): a number alone does not vary over time, items or rounds",
        lambda: declared(lambda sales: sales * total(literal(2)), sales=Usd),
    )
    with pytest.raises(LedgerError, match=r"prev\(\) has no meaning for the plain number 5.0"):
        prev(5.0)


def test_units():
    refused(
        DimensionMismatch,
        "line x = sales * rate / 12 gives USD/year, declared USD",
        lambda: declared(lambda sales, rate: sales * rate / 12, sales=Usd, rate=PerYear),
    )
    refused(
        DimensionMismatch,
        "line x = sales + month: sales + month puts USD and month together",
        lambda: declared(lambda sales, month: sales + month, sales=Usd, month=Month),
    )
    refused(
        DimensionMismatch,
        "line x = sales + 1: sales + 1 puts USD and 1 together",
        lambda: declared(lambda sales: sales + 1, sales=Usd),
    )
    refused(
        DimensionMismatch,
        "line x = sales * (month > sales): month > sales puts month and USD together",
        lambda: declared(lambda sales, month: sales * (month > sales), sales=Usd, month=Month),
    )
    refused(
        DimensionMismatch,
        "line x = (1 + rate) ** 2: 1 + rate puts 1 and 1/year together",
        lambda: declared(lambda rate: (1 + rate) ** 2, unit=One, rate=PerYear),
    )
    refused(
        DimensionMismatch,
        "line x = sales ** 2: sales is USD: a power takes plain numbers; for a yearly rate use compound(rate, years)",
        lambda: declared(lambda sales: sales**2, sales=Usd),
    )
    refused(
        DimensionMismatch,
        "line x = compound(rate, month): compound(rate, month): rate times time is month/year, not a plain number",
        lambda: declared(compound, unit=One, rate=PerYear, month=Month),
    )
    refused(
        DimensionMismatch,
        "line x = where(sales, sales, 0): sales is USD: a condition is a comparison or a flag",
        lambda: declared(lambda sales: where(sales, sales, 0), sales=Usd),
    )
    refused(
        DimensionMismatch,
        "line x = trailing(sales, rate): trailing(sales, rate): the length is 1/year, not month",
        lambda: declared(trailing, sales=Usd, rate=PerYear),
    )
    refused(
        DimensionMismatch,
        "line x = prev(sales, rate): prev(sales, rate): starts with 1/year, but sales is USD",
        lambda: declared(prev, sales=Usd, rate=PerYear),
    )
    refused(
        DimensionMismatch,
        "line x: parameter month is annotated year, but it is month",
        lambda: declared(lambda month: month * 1, unit=Month, month=Year),
    )


def test_zero_fits_every_unit_and_constants_carry_theirs():
    years = declared(lambda month: maximum(month, 0) / MONTHS_PER_YEAR, unit=Year, month=Month)
    days = given("days", Day, series=True, source="timeline.days", doc="Days.")
    interest = declared(
        lambda base, rate, days: base * rate * days / DAYS_360, name="interest", base=Usd, rate=PerYear, days=Day
    )
    ledger = Ledger([*GIVENS, days, years, interest])
    values = fit(ledger, calendar(3) | {"base": 1200.0, "rate": 0.06, "days": np.array([31.0, 28.0, 31.0])})
    results = ledger.run(values)
    assert results["x"] == pytest.approx([0, 1 / 12, 2 / 12])
    assert results["interest"] == pytest.approx([6.2, 5.6, 6.2])  # actual/360


def test_axes():
    refused(
        LedgerError,
        "line x (no items) uses claims, which is per contract: use over(claims) or declare per='contract'",
        lambda: declared(lambda claims: claims * 1, claims=Usd),
    )
    refused(
        LedgerError,
        "line x (per asset) uses claims, which is per contract: use over(claims)",
        lambda: declared(lambda claims: claims * 1, per="asset", claims=Usd),
    )
    refused(
        LedgerError,
        "line x: over(sales): sales has no items",
        lambda: declared(over, sales=Usd),
    )
    refused(
        LedgerError,
        "line x: senior(claims): only a line per 'contract' has items that rank ahead",
        lambda: declared(senior, claims=Usd),
    )
    refused(
        LedgerError,
        "no given is per 'tranche': the number of its items is unknown",
        lambda: declared(lambda sales: sales * 1, per="tranche", sales=Usd),
    )


@pytest.mark.parametrize(
    ("verb", "needs"),
    [
        (total, {}),
        (ytd, {}),
        (irr, {}),
        (ahead, {"n": Month}),
        (trailing, {"n": Month}),
        (spread, {"shares": One, "month": Month}),
    ],
)
def test_sums_refuse_balances(verb, needs):
    cash = declared(lambda cash, sales: prev(cash) + sales, unit=Balance, name="cash", cash=Balance, sales=Usd)
    n = given("n", Month, source="n", doc="Months.")
    x = declared(verb, unit=PerYear if verb is irr else Usd, cash=Balance, **needs)
    arguments = ", ".join(["cash", *needs])
    with pytest.raises(LedgerError) as caught:
        Ledger([*GIVENS, n, cash, x])
    words = "cash is a balance; sum its flows, or flag the month and sum that line"
    assert str(caught.value) == f"line x: {verb.__name__}({arguments}): {words}"


def test_verbs_over_time_need_time():
    refused(
        LedgerError,
        "line x: total(base): base does not vary over time",
        lambda: declared(total, base=Usd),
    )
    refused(
        LedgerError,
        "line x: trailing(sales, month): month varies over time; it must be one number",
        lambda: declared(trailing, sales=Usd, month=Month),
    )
    refused(
        LedgerError,
        "line x: spread(sales, rate, month): the schedule must be a given with table=True",
        lambda: declared(spread, sales=Usd, rate=PerYear, month=Month),
    )
    refused(
        LedgerError,
        "line x: shares is a table by age; only spread(x, shares, clock) reads it",
        lambda: declared(lambda shares: shares * 1, unit=One, shares=One),
    )
    with pytest.raises(LedgerError, match=r"line x: ytd\(sales\) needs the series given 'year_start'"):
        Ledger([SALES, declared(ytd, sales=Usd)])


def test_circle_within_one_month():
    refused(
        CircularLine,
        "a circle within one month: debt <- fee <- debt",
        lambda: declared(lambda fee, sales: fee + sales, name="debt", fee=Usd, sales=Usd),
        lambda: declared(lambda debt: debt * 0.01, name="fee", debt=Usd),
    )
    refused(
        CircularLine,
        "a circle within one month: x <- x",
        lambda: declared(lambda x, sales: x + sales, x=Usd, sales=Usd),
    )
    # through a sum over items it is one too, and so is rank once it leaves the item
    refused(
        CircularLine,
        "a circle within one month: part <- whole <- over(part) <- part",
        lambda: declared(lambda claims, whole: claims - whole, name="part", per="contract", claims=Usd, whole=Usd),
        lambda: declared(over, name="whole", part=Usd),
    )


@pytest.mark.parametrize(
    ("path", "formulas"),
    [
        ("x <- x", {"x": lambda x, claims: claims - x - senior(x)}),
        ("x <- y <- x", {"x": lambda y, claims: claims - senior(y) - y, "y": lambda x, claims: claims - x}),
        (
            "senior(y) <- over(x) <- senior(y)",
            {"x": lambda y, claims: claims - senior(y), "y": lambda x, claims: claims - over(x)},
        ),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_rank_does_not_hide_a_circle_within_one_month(path, formulas):
    """Items may need those ahead of them, and nothing of their own that is not known yet."""

    def made(name):
        needs = dict.fromkeys(formulas[name].__code__.co_varnames, Usd)
        return declared(formulas[name], name=name, per="contract", **needs)

    refused(CircularLine, f"a circle within one month: {path}", *(lambda name=name: made(name) for name in formulas))


def test_circle_through_the_whole_life():
    refused(
        CircularLine,
        "a circle through total(): size <- total(pv) <- tax <- interest <- size; break it with solve(x)",
        lambda: declared(total, name="size", pv=Usd),
        lambda: declared(lambda tax, sales: sales - tax, name="pv", tax=Usd, sales=Usd),
        lambda: declared(lambda interest: interest * 0.2, name="tax", interest=Usd),
        lambda: declared(
            lambda size, rate, years: size * rate * years, name="interest", size=Usd, rate=PerYear, years=Year
        ),
    )


def test_one_line_may_not_look_back_and_ahead_at_another_that_reads_it():
    with pytest.raises(LedgerError, match=r"\(following\): slope <- wide <- slope"):
        Ledger(
            [
                SALES,
                declared(lambda slope, sales: prev(slope) + sales, name="wide", slope=Usd, sales=Usd),
                declared(lambda wide: following(wide) - prev(wide), name="slope", wide=Usd),
            ]
        )


def test_back_and_ahead_in_one_circle():
    with pytest.raises(LedgerError, match=r"a circle looks both back \(prev\) and ahead \(following\): "):
        Ledger(
            [
                *GIVENS,
                declared(lambda a, b: prev(a) + b, name="a", a=Usd, b=Usd),
                declared(lambda a, sales: following(a) + sales, name="b", a=Usd, sales=Usd),
            ]
        )


def test_solve_belongs_in_a_circle():
    refused(
        LedgerError,
        "solve(half) stands in no circle: use half itself",
        lambda: declared(lambda base: base / 2, name="half", base=Usd),
        lambda: declared(solve, half=Usd),
    )
    refused(
        LedgerError,
        "line x: solve(sales): solve() is for single numbers; sales is not one",
        lambda: declared(solve, sales=Usd),
    )


def test_declarations():
    with pytest.raises(LedgerError, match="x is defined twice"):
        Ledger([*GIVENS, declared(lambda base: base * 1, base=Usd), declared(lambda base: base * 2, base=Usd)])
    with pytest.raises(LedgerError, match="line x: the return annotation must be a unit type"):
        declared(lambda base: base * 1, unit=float, base=Usd)
    with pytest.raises(LedgerError, match="given q: <class 'float'> is not a unit type"):
        given("q", float, source="q", doc="")
    with pytest.raises(LedgerError, match="given q: a table is by age, a series by month"):
        given("q", Usd, source="q", doc="", series=True, table=True)
    for name in ("_x", "a__b", "class", "a b"):
        with pytest.raises(LedgerError, match="a name is a plain identifier"):
            given(name, Usd, source="q", doc="")
    with pytest.raises(LedgerError, match="wanted: there is no line 'revenu'; did you mean revenue"):
        Ledger([*GIVENS, declared(lambda base: base * 1, name="revenue", base=Usd)], wanted=["revenu"])
    with pytest.raises(LedgerError, match="line q: an annotation cannot be read: name 'Nonsense' is not defined"):
        declared(lambda base: base * 1, name="q", base="Nonsense")
    with pytest.raises(LedgerError, match="is neither a line nor a given"):
        Ledger([lambda: 1])


def double(sales: Usd, base: Usd) -> Usd:
    return sales * 2 + base


def test_only_keeps_the_chosen_convention():
    items = [*GIVENS, line(only={"losses": "a"})(double), line(name="double", only={"losses": "b"})(double_without)]
    for choice, wanted in (("a", [2.0, 4.0]), ("b", [2.0, 4.0])):
        ledger = Ledger(items, choices={"losses": choice})
        assert ledger.lines["double"].formula == {"a": "sales * 2 + base", "b": "sales * 2"}[choice]
        assert ("base" in ledger.givens) is (choice == "a")  # a given that no kept line uses is dropped
        values = fit(ledger, {"sales": np.array([1.0, 2.0]), "base": 0.0})
        assert ledger.run(values)["double"] == pytest.approx(wanted)
    assert Ledger([*items, line(single)]).lines.keys() == {"single"}


def double_without(sales: Usd) -> Usd:
    return sales * 2


def single(sales: Usd) -> Usd:
    """One of a kind."""
    return sales * 1


VALUES = {"sales": np.ones(4), "claims": np.ones((2, 4)), "base": 1.0, "shares": np.ones(3)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base": None}, "givens do not match the ledger; missing: base"),
        ({"extra": 1.0}, "givens do not match the ledger; unknown: extra"),
        ({"base": [1.0, 2.0]}, "given base has shape (2,); expected a number"),
        ({"sales": 1.0}, "given sales has shape (); expected (month,)"),
        ({"sales": np.ones((2, 4))}, "given sales has shape (2, 4); expected (month,)"),
        ({"claims": np.ones(4)}, "given claims has shape (4,); expected (contract, month)"),
        ({"claims": np.ones((2, 5))}, "given claims has 5 along month; month has 4"),
        ({"shares": [[1.0]]}, "given shares has shape (1, 1); expected (ages,)"),
        ({"base": "much"}, "given base is not made of numbers of one shape: could not convert string to float: 'much'"),
    ],
)
def test_values_that_do_not_fit(change, message):
    month = CALENDAR[0]
    x = declared(
        lambda sales, claims, base, shares, month: spread(sales, shares, month) + over(claims) + base,
        sales=Usd,
        claims=Usd,
        base=Usd,
        shares=One,
        month=Month,
    )
    ledger = Ledger([month, SALES, CLAIMS, BASE, SHARES, x])
    values = {name: value for name, value in (VALUES | {"month": np.arange(4.0)} | change).items() if value is not None}
    with pytest.raises(LedgerError) as caught:
        ledger.run(values)
    assert str(caught.value).startswith(message)
    assert np.all(np.isfinite(ledger.run(VALUES | {"month": np.arange(4.0)})["x"]))
    with pytest.raises(LedgerError, match="given base has 3 scenarios; expected 2"):
        ledger.run_many(VALUES | {"month": np.arange(4.0), "base": np.ones(3)}, 2, ["x"])
    with pytest.raises(LedgerError, match="keep: there is no line 'y'"):
        ledger.run_many(VALUES | {"month": np.arange(4.0)}, 2, ["y"])
