"""Each verb against its definition written out in numpy, in plain Python and in both batch readings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from small_ledger import CALENDAR, calendar, fit

from computefactory.ledger import (
    Ledger,
    Quantity,
    ahead,
    at,
    compound,
    floor,
    following,
    given,
    highest,
    irr,
    line,
    lowest,
    maximum,
    minimum,
    over,
    prev,
    senior,
    spread,
    total,
    trailing,
    where,
    ytd,
)
from computefactory.units import Month, One, PerYear, Usd, UsdMonth, Year

X = given("x", Usd, series=True, source="x", doc="Anything.")
Y = given("y", Usd, per="item", series=True, source="y", doc="Anything, by item.")
FIVE = Quantity(5, "month")
N = given("n", Month, source="n", doc="Months.")
START = given("start", Usd, source="start", doc="Before the first period.")
LIFE = given("life", Month, per="item", source="life", doc="Months, by item.")
TABLE = given("table", One, table=True, source="table", doc="By age.")
TABLES = given("tables", One, per="item", table=True, source="tables", doc="By item and age.")


@line
def flow(x: Usd) -> Usd:
    return x * 1


@line(per="item")
def item_flow(y: Usd) -> Usd:
    return y * 1


@line
def before(flow: Usd, start: Usd) -> Usd:
    return prev(flow, start)


@line(per="item")
def item_before(item_flow: Usd) -> Usd:
    return prev(item_flow)


@line
def after(flow: Usd) -> Usd:
    return following(flow)


@line(per="item")
def item_after(item_flow: Usd) -> Usd:
    return following(item_flow)


@line
def summed(flow: Usd) -> Usd:
    return total(flow)


@line(per="item")
def item_summed(item_flow: Usd) -> Usd:
    return total(item_flow)


@line
def next_months(flow: Usd, n: Month) -> Usd:
    return ahead(flow, n)


@line(per="item")
def item_next_months(item_flow: Usd, life: Month) -> Usd:
    return ahead(item_flow, life)


@line
def last_months(flow: Usd, n: Month) -> Usd:
    return trailing(flow, n)


@line(per="item")
def item_last_months(item_flow: Usd, life: Month) -> Usd:
    return trailing(item_flow, life)


@line
def this_year(flow: Usd) -> Usd:
    return ytd(flow)


@line(per="item")
def item_this_year(item_flow: Usd) -> Usd:
    return ytd(item_flow)


@line
def by_age(flow: Usd, table: One, month: Month) -> Usd:
    return spread(flow, table, month)


@line(per="item")
def item_by_age(item_flow: Usd, tables: One, tax_year: Year) -> Usd:
    return spread(item_flow, tables, tax_year)


@line
def all_items(item_flow: Usd) -> Usd:
    return over(item_flow)


@line(per="item")
def ahead_in_rank(item_flow: Usd) -> Usd:
    return senior(item_flow)


@line
def rate(flow: Usd) -> PerYear:
    return irr(flow)


@line
def least(flow: Usd) -> Usd:
    return lowest(flow)


@line(per="item")
def item_most(item_flow: Usd) -> Usd:
    return highest(item_flow)


# verbs work on formulas, and on those of other verbs


@line
def of_parts(flow: Usd, start: Usd, month: Month) -> UsdMonth:
    return total((flow - prev(flow, start)) * month)


@line
def day(month: Month, day: One) -> One:
    return (month >= FIVE) * (prev(day) + 1)


@line
def on_the_day(flow: Usd, day: One) -> Usd:
    return at(flow, (day > 0) * (day <= 1))


@line(per="item")
def to_come(to_come: UsdMonth, item_flow: Usd, month: Month) -> UsdMonth:
    return following(to_come) + (senior(item_flow) + item_flow) * month


@line
def late_items(to_come: UsdMonth) -> UsdMonth:
    return over(to_come * 1)


@line
def open_items(item_flow: Usd, life: Month) -> Usd:
    return over(trailing(item_flow, life))


@line
def all_months(item_flow: Usd) -> Usd:
    return total(over(item_flow))


VERBS = [
    *CALENDAR,
    *(X, Y, N, START, LIFE, TABLE, TABLES),
    *(flow, item_flow, before, item_before, after, item_after, summed, item_summed, next_months, item_next_months),
    *(last_months, item_last_months, this_year, item_this_year, by_age, item_by_age, all_items, ahead_in_rank, rate),
    *(least, item_most, of_parts, day, on_the_day, to_come, late_items, open_items, all_months),
]
LEDGER = Ledger(VERBS)


def expected(values):
    """The definitions of the verbs, one period and item at a time."""
    x, y, month = (np.asarray(values[name], dtype=float) for name in ("x", "y", "month"))
    periods, items = len(x), len(y)

    def coming(row, length):
        """Sum over the next months, of each later period as much as lies within them."""
        step = month[1] - month[0] if periods > 1 else 1.0
        since = month[None, :] - month[:, None]
        return (np.where(since > 0, np.clip((length - since) / step + 1, 0, 1), 0) * row[None, :]).sum(axis=1)

    def within(row, length):
        """Sum over the last months, of each period as much as lies within them."""
        step = month[1] - month[0] if periods > 1 else 1.0
        age = month[:, None] - month[None, :]
        return (np.where(age >= 0, np.clip((length - age) / step, 0, 1), 0) * row[None, :]).sum(axis=1)

    def year_to_date(row):
        starts = np.maximum.accumulate(np.where(values["year_start"] > 0, np.arange(periods), 0))
        return np.array([row[starts[t] : t + 1].sum() for t in range(periods)])

    def vintages(row, table, clock):
        result = np.zeros(periods)
        for t in range(periods):
            for vintage in range(t + 1):
                age = round(clock[t] - clock[vintage])
                result[t] += row[vintage] * table[age] if age < len(table) else 0.0
        return result

    def each(function):
        return np.array([function(i) for i in range(items)]).reshape(items, periods)

    return {
        "before": np.append(values["start"], x[:-1]),
        "item_before": np.pad(y[:, :-1], ((0, 0), (1, 0))),
        "after": np.append(x[1:], 0.0),
        "item_after": np.pad(y[:, 1:], ((0, 0), (0, 1))),
        "summed": x.sum(),
        "item_summed": y.sum(axis=1),
        "next_months": coming(x, values["n"]),
        "item_next_months": each(lambda i: coming(y[i], values["life"][i])),
        "last_months": within(x, values["n"]),
        "item_last_months": each(lambda i: within(y[i], values["life"][i])),
        "this_year": year_to_date(x),
        "item_this_year": each(lambda i: year_to_date(y[i])),
        "by_age": vintages(x, values["table"], month),
        "item_by_age": each(lambda i: vintages(y[i], values["tables"][i], values["tax_year"])),
        "all_items": y.sum(axis=0),
        "ahead_in_rank": np.cumsum(y, axis=0) - y,
        "least": x.min(),
        "item_most": y.max(axis=1),
        "of_parts": ((x - np.append(values["start"], x[:-1])) * month).sum(),
        "on_the_day": x[month >= FIVE][:1].sum(),
        "open_items": each(lambda i: within(y[i], values["life"][i])).sum(axis=0),
        "all_months": y.sum(),
        "late_items": (y.cumsum(axis=0) * month)[:, ::-1].cumsum(axis=1)[:, ::-1].sum(axis=0),
    }


amounts = st.one_of(st.just(0.0), st.integers(-1_000, 1_000).map(float), st.floats(-1e6, 1e6, allow_subnormal=False))


@st.composite
def cases(draw):
    periods = draw(st.integers(1, 20))
    items = draw(st.integers(0, 3))
    step = draw(st.sampled_from([1, 3, 12]))

    def array(*shape):
        size = int(np.prod(shape))
        return np.array(draw(st.lists(amounts, min_size=size, max_size=size))).reshape(shape)

    return {
        **calendar(periods, step, draw(st.integers(0, 11))),
        "x": array(periods),
        "y": array(items, periods),
        "n": draw(st.integers(0, 160)) / 4,
        "start": draw(amounts),
        "life": np.array([draw(st.integers(0, 160)) / 4 for _ in range(items)]),
        "table": array(draw(st.integers(1, 8))),
        "tables": array(items, draw(st.integers(1, 4))),
    }


def check(found, values):
    for name, wanted in expected(values).items():
        scale = 1e-12 * max(1.0, float(np.abs(np.append(values["x"], values["y"])).max())) * 1_000
        assert found[name] == pytest.approx(wanted, rel=1e-12, abs=scale), name


@drawn(cases())
@settings(max_examples=150)
def test_each_verb_is_its_definition(values):
    check(LEDGER.run(fit(LEDGER, values)), values)


@drawn(cases())
@settings(max_examples=60)
def test_each_verb_is_its_definition_read_in_numpy(values):
    batch = LEDGER.run_many(fit(LEDGER, values), 1, list(expected(values)), compiled=False)
    check({name: array[0] for name, array in batch.items()}, values)


@drawn(cases())
@settings(max_examples=40)
def test_each_verb_answers_a_line_called_with_numbers(values):
    wanted, values = expected(values), fit(LEDGER, values)
    results = LEDGER.run(values)
    for name in wanted:
        declared = LEDGER.lines[name]
        array = np.asarray(results[name])
        for index in np.ndindex(array.shape):
            place = list(index)
            item = place.pop(0) if declared.per else None
            month = place.pop(0) if declared.timed else None
            scale = 1e-9 * max(1.0, float(np.abs(array).max()))
            assert LEDGER.evaluate(name, month, item, values, results) == pytest.approx(array[index], abs=scale), name


def test_each_verb_is_its_definition_compiled(compiled):
    chance = np.random.default_rng(0)
    n, periods, items = 5, 30, 3
    values = {
        **calendar(periods, 3, 4),
        "x": chance.normal(size=(n, periods)) * (chance.random((n, periods)) < 0.6),
        "y": chance.normal(size=(n, items, periods)) * (chance.random((n, items, periods)) < 0.6),
        "n": 12.0,
        "start": chance.normal(size=n),
        "life": np.array([3.0, 7.0, 60.0]),
        "table": chance.normal(size=24),
        "tables": chance.normal(size=(items, 5)),
    }
    names = list(expected(values | {"x": values["x"][0], "y": values["y"][0], "start": 0.0}))
    batch = LEDGER.run_many(fit(LEDGER, values), n, names, compiled=compiled)
    for case in range(n):
        alone = values | {name: values[name][case] for name in ("x", "y", "start")}
        check({name: array[case] for name, array in batch.items()}, alone)


def test_what_has_left_a_window_leaves_no_rounding_behind():
    """A running sum that subtracts would end at 1e-7 instead of 0 here, and a flag would see it."""
    x = np.zeros(30)
    x[:5] = [1e9, 0.1, 0.2, 1e9 / 3, 0.7]
    values = {**calendar(30), "x": x, "n": 12.0}
    ledger = Ledger([*CALENDAR, X, N, flow, last_months])
    results = ledger.run(fit(ledger, values))
    assert np.array_equal(results["last_months"][17:], np.zeros(13))


# functions of the month


@line
def functions(x: Usd, y: Usd) -> Usd:
    return maximum(x, y) + minimum(x, y) * 10 + where(x < y, 100 * x, 1_000 * y) - floor(x) + (-x) * (x >= y)


@line
def growth(r: PerYear, t: Year) -> One:
    return compound(r, t)


@line
def quotient(a: Usd, b: Usd) -> One:
    return a / b


@line
def power(q: One, e: One) -> One:
    return q**e


PAIR = [given(name, Usd, series=True, source=name, doc="Anything.") for name in ("x", "y")]
PLAIN = Ledger([*PAIR, functions])
NUMBERS = [
    given("r", PerYear, source="r", doc="Rate."),
    given("t", Year, source="t", doc="Time."),
    *(given(name, Usd, source=name, doc="Anything.") for name in "ab"),
    *(given(name, One, source=name, doc="Anything.") for name in "qe"),
    *(growth, quotient, power),
]


@drawn(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=1, max_size=5))
def test_functions_of_the_month(pairs):
    x, y = np.array(pairs).T
    wanted = np.maximum(x, y) + np.minimum(x, y) * 10 + np.where(x < y, 100 * x, 1_000 * y) - np.floor(x) - x * (x >= y)
    values = {"x": x, "y": y}
    assert PLAIN.run(values)["functions"] == pytest.approx(wanted, rel=1e-12, abs=1e-3)
    assert PLAIN.run_many(values, 1, ["functions"], compiled=False)["functions"][0] == pytest.approx(wanted, abs=1e-3)
    # a line without verbs is an ordinary function of numbers
    assert functions(float(x[0]), float(y[0])) == pytest.approx(wanted[0], rel=1e-12, abs=1e-3)


HOSTILE = [0.0, -0.0, 1.0, -1.0, 2.5, -3.0, 1e308, -1e308, 1e-320, np.inf, -np.inf, np.nan]


def test_numbers_behave_as_ieee_says_and_never_raise(compiled):
    """As numpy: x/0 is an infinity, 0/0 is nan, a power outside the real numbers is nan, overflow is inf."""
    a, b = (grid.ravel() for grid in np.meshgrid(HOSTILE, HOSTILE))
    ledger = Ledger(NUMBERS)
    with np.errstate(all="ignore"):
        wanted = {"quotient": a / b, "power": a**b, "growth": (1 + a) ** b}
    values = {"a": a, "b": b, "q": a, "e": b, "r": a, "t": b}
    batch = ledger.run_many(values, len(a), list(wanted), compiled=compiled)
    for name, array in wanted.items():
        assert batch[name] == pytest.approx(array, rel=1e-12, nan_ok=True), name
        for case in range(len(a)):
            one = {key: float(value[case]) for key, value in values.items()}
            results = ledger.run_whole(one)
            assert results[name] == pytest.approx(array[case], rel=1e-12, nan_ok=True), (name, one)
            assert ledger.evaluate(name, None, None, one, results) == pytest.approx(
                array[case], rel=1e-12, nan_ok=True
            ), (name, one)


def test_extremes_pass_nan_through():
    for operation in (maximum, minimum):
        assert np.isnan(operation(float("nan"), 1.0))
        assert np.isnan(operation(1.0, float("nan")))
