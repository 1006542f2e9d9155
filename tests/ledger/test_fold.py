"""Folding: what is left of a ledger whose inputs are nothing or one, and that no number knows of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from small_ledger import calendar, fit
from test_random import CASES, ITEMS, PERIODS, SHAPES, build, ledgers

from computefactory import ledger as language
from computefactory.ledger import Ledger, batch, given, line
from computefactory.ledger.fold import fold, nodes
from computefactory.ledger.memory import read_inputs
from computefactory.units import Month, One, PerYear, Year

SIX = calendar(6)
FLOW = np.array([0.5, -0.25, 1.5, 2.0, -0.75, 0.125])
GIVENS = [
    given("month", Month, series=True, source="month", doc=""),
    given("years", Year, series=True, source="years", doc=""),
    given("year_start", One, series=True, source="year_start", doc=""),
    given("a", One, source="a", doc="Some number."),
    given("zero", One, source="zero", doc="0."),
    given("one", One, source="one", doc="1."),
    given("n", Month, source="n", doc="Some months."),
    given("now", Month, source="now", doc="No months."),
    given("turn", Month, source="turn", doc="One month."),
    given("flow", One, series=True, source="flow", doc="Never 0."),
    given("none", One, series=True, source="none", doc="0."),
    given("ones", One, series=True, source="ones", doc="1."),
    given("share", One, per="item", source="share", doc="Of items."),
    given("off", One, per="item", source="off", doc="0."),
    given("on", One, per="item", source="on", doc="1."),
    given("rows", One, per="item", series=True, source="rows", doc="Of items and months."),
    given("ages", One, table=True, source="ages", doc="A schedule."),
    given("no_ages", One, table=True, source="no_ages", doc="One of nothing."),
    given("lost", One, per="nobody", source="lost", doc="Of no items."),
    given("losses", One, per="nobody", series=True, source="losses", doc="Of no items, by month."),
]
VALUES = SIX | {
    "a": 2.5,
    "zero": 0.0,
    "one": 1.0,
    "n": 2.5,
    "now": 0.0,
    "turn": 1.0,
    "flow": FLOW,
    "none": np.zeros(6),
    "ones": np.ones(6),
    "share": np.array([0.2, 0.5, 0.25]),
    "off": np.zeros(3),
    "on": np.ones(3),
    "rows": np.outer([1.0, 2.0, 4.0], FLOW),
    "ages": np.array([0.5, 0.25, 0.25]),
    "no_ages": np.zeros(3),
    "lost": np.zeros(0),
    "losses": np.zeros((0, 6)),
}
UNITS = {"months": Month, "rate": PerYear}  # of lines that are no plain numbers
VOCABULARY = {name: getattr(language, name) for name in language.__all__ if name.islower()}


def written(name, text, per=None):
    """A line from its formula."""
    words = set("".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split())
    needs = sorted(word for word in words if word not in VOCABULARY and word.isidentifier())
    space = dict(VOCABULARY)
    exec(f"def {name}({', '.join(needs)}): return {text}", space)
    space[name].__annotations__ = {"return": UNITS.get(name, One)}
    return line(per=per)(space[name])


def book(formulas, axes=None):
    """A ledger of formulas by name, six months long; ``axes`` names the items of those that have some."""
    axes = axes or {}
    lines = [written(name, text, axes.get(name)) for name, text in formulas.items()]
    return Ledger([*GIVENS, written("calendar", "flow * 1"), *lines])


def left(ledger, wanted, values=VALUES, n=None):
    """What folding leaves of each wanted line: a number, the name it stands for, or its formula."""
    inputs = read_inputs(ledger.sheet, fit(ledger, values), n)
    empty = {axis for axis, count in inputs.items.items() if not count}
    folded = fold(ledger.sheet, inputs.constants(), empty, wanted)
    return {name: found(folded, name) for name in wanted}, folded


def found(folded, name):
    if name in folded.constants:
        return folded.constants[name]
    return folded.aliases.get(name) or folded.sheet.lines[name].formula


def same(results, expected, digits=1e-12):
    """Every line is what it is unfolded, to ``digits`` of the row's largest; not a number where that is none."""
    for name, value in expected.items():
        ours, theirs = np.asarray(results[name]), np.asarray(value)
        assert ours.shape == theirs.shape, name
        largest = np.max(np.abs(theirs[np.isfinite(theirs)]), initial=1.0)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=digits * largest, err_msg=name)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        # terms that vanish
        ("flow * zero", 0),
        ("none * flow", 0),
        ("flow * one", "flow"),
        ("ones * flow", "flow"),
        ("flow + zero", "flow"),
        ("none + flow", "flow"),
        ("flow - none", "flow"),
        ("none - flow", "-flow"),
        ("-(zero - flow)", "flow"),
        ("zero / flow", 0),
        ("flow / one", "flow"),
        ("flow ** zero", 1),
        ("flow ** one", "flow"),
        ("one ** flow", 1),
        ("compound(zero, flow)", 1),
        ("compound(flow, none)", 1),
        ("where(one, flow, a)", "flow"),
        ("where(zero, flow, a * flow)", "a * flow"),
        ("where(flow > 0, none, zero)", 0),
        ("where(flow > 0, one, ones)", 1),
        ("a * flow * one + flow * zero - none / a", "a * flow"),
        # numbers alone
        ("-one", -1),
        ("one + 2 * ones", 3),
        ("1 - one", 0),
        ("3 - 5 * one", -2),
        ("one / 4", 0.25),
        ("2 ** (one + one)", 4),
        ("one < one", 0),
        ("one <= one", 1),
        ("one > zero", 1),
        ("zero > one", 0),
        ("zero >= one", 0),
        ("one >= one", 1),
        ("maximum(one, zero)", 1),
        ("minimum(one, zero)", 0),
        ("floor(one * 1.5)", 1),
        ("floor(0 - one * 1.5)", -2),
        ("compound(one, one + one)", 4),
        ("where(one > zero, 2, 3)", 2),
        ("where(one < zero, 2, 3)", 3),
        # what looks like it and is not
        ("flow - one", "flow - 1"),
        ("one - flow", "1 - flow"),
        ("one / flow", "1 / flow"),
        ("flow / zero", "flow / 0"),
        ("one / zero", "1 / 0"),
        ("zero / zero", "0 / 0"),
        ("zero ** flow", "0 ** flow"),
        ("compound(one, flow)", "compound(1, flow)"),
        ("compound(flow, one)", "compound(flow, 1)"),
        ("maximum(flow, zero)", "maximum(flow, 0)"),
        ("minimum(zero, flow)", "minimum(0, flow)"),
        ("flow >= zero", "flow >= 0"),
        ("where(flow > 0, one, zero)", "where(flow > 0, 1, 0)"),
        ("where(flow > 0, zero, flow)", "where(flow > 0, 0, flow)"),
        # verbs of nothing
        ("prev(none)", 0),
        ("prev(none, zero)", 0),
        ("following(none)", 0),
        ("total(none)", 0),
        ("lowest(none)", 0),
        ("highest(none)", 0),
        ("ytd(none)", 0),
        ("trailing(none, n)", 0),
        ("ahead(none, n)", 0),
        ("spread(none, ages, month)", 0),
        ("spread(flow, no_ages, month)", 0),
        ("over(off)", 0),
        ("over(lost)", 0),
        ("over(losses)", 0),
        ("over(rows * off)", 0),
        ("total(flow * none)", 0),
        ("trailing(flow, now)", 0),
        ("ahead(flow, now)", 0),
        # verbs of one
        ("prev(ones, 1)", 1),
        ("prev(ones, one)", 1),
        ("lowest(ones)", 1),
        ("highest(3 * ones)", 3),
        # verbs that stay
        ("prev(ones)", "prev(ones)"),
        ("prev(none, 1)", "prev(none, 1)"),
        ("prev(ones, a)", "prev(ones, a)"),
        ("prev(flow, zero)", "prev(flow, 0)"),
        ("following(ones)", "following(ones)"),
        ("total(ones)", "total(ones)"),
        ("ytd(ones)", "ytd(ones)"),
        ("over(on)", "over(on)"),
        ("trailing(ones, n)", "trailing(ones, n)"),
        ("trailing(flow, turn)", "trailing(flow, 1)"),
        ("ahead(flow, turn)", "ahead(flow, 1)"),
        ("spread(ones, ages, month)", "spread(ones, ages, month)"),
        ("over(share * on)", "over(share)"),
        ("total(flow * ones)", "total(flow)"),
        ("trailing(flow - none, n * one)", "trailing(flow, n)"),
    ],
)
def test_what_is_left_of_a_formula_has_its_value(text, rest):
    ledger = book({"x": text})
    assert left(ledger, ["x"])[0] == {"x": rest}
    values = fit(ledger, VALUES)
    same(ledger.run(values), {"x": ledger.run_whole(values)["x"]})


def test_a_rate_of_return_of_nothing_is_asked_for():
    """It is no number, and not nothing."""
    ledger = book({"rate": "irr(none)"})
    assert left(ledger, ["rate"])[0] == {"rate": "irr(none)"}
    assert np.isnan(ledger.run(fit(ledger, VALUES))["rate"])


@pytest.mark.parametrize(("text", "rest"), [("senior(off)", 0), ("senior(on)", "senior(on)"), ("share * on", "share")])
def test_what_is_left_of_a_formula_of_items_has_its_value(text, rest):
    ledger = book({"x": text}, {"x": "item"})
    assert left(ledger, ["x"])[0] == {"x": rest}
    values = fit(ledger, VALUES)
    same(ledger.run(values), ledger.run_whole(values))


NOTHING_MOVES = {"b": "prev(b) + none - zero * flow"}
LOAN = {"debt": "prev(debt) + drawn + interest - paid", "interest": "prev(debt) * a", "paid": "prev(debt) * flow"}
CHAIN = {"first": "flow * one", "second": "first + zero", "third": "second / ones"}


@pytest.mark.parametrize(
    ("formulas", "rest"),
    [
        (NOTHING_MOVES, {"b": 0}),
        ({"b": "following(b) * a - none"}, {"b": 0}),
        ({**LOAN, "drawn": "none * a"}, {"debt": 0, "interest": 0, "paid": 0, "drawn": 0}),
        (
            {**LOAN, "drawn": "where(month <= 0, a, 0)"},
            {
                "debt": "prev(debt) + drawn + interest - paid",
                "interest": "prev(debt) * a",
                "paid": "prev(debt) * flow",
                "drawn": "where(month <= 0, a, 0)",
            },
        ),
        ({"b": "prev(b, a) + none"}, {"b": "prev(b, a)"}),
        ({"b": "prev(b, 1) * one"}, {"b": "prev(b, 1)"}),
        ({"b": "prev(b) + flow - none"}, {"b": "prev(b) + flow"}),
        ({"b": "where(prev(b) > 0, 2, 1)"}, {"b": "where(prev(b) > 0, 2, 1)"}),  # 1, then 2
        ({"b": "where(prev(b) > 0, 2, 0)"}, {"b": 0}),
        ({"b": "prev(c) + zero", "c": "prev(b) + one"}, {"b": "prev(c)", "c": "prev(b) + 1"}),
        ({"b": "1 / (1 + c)", "c": "prev(c) * a"}, {"b": 1, "c": 0}),
        ({"b": "1 / c", "c": "prev(c) + one"}, {"b": "1 / c", "c": "prev(c) + 1"}),  # nothing at first: no number
        (CHAIN, {"first": "flow", "second": "flow", "third": "flow"}),
        ({**CHAIN, "fourth": "prev(third) + total(second)"}, {"fourth": "prev(flow) + total(flow)"}),
        ({"k": "one + one", "x": "flow * k", "y": "k * k"}, {"k": 2, "x": "flow * 2", "y": 4}),
        ({"months": "n * one", "x": "trailing(flow, months)"}, {"months": "n", "x": "trailing(flow, n)"}),
        ({"start": "a + zero", "x": "prev(flow, start)"}, {"start": "a", "x": "prev(flow, a)"}),
        ({"vintage": "flow - none", "x": "spread(vintage, ages, month)"}, {"x": "spread(flow, ages, month)"}),
    ],
)
def test_what_is_left_of_lines_that_read_each_other(formulas, rest):
    ledger = book(formulas)
    assert left(ledger, list(rest))[0] == rest
    values = fit(ledger, VALUES)
    same(ledger.run(values), ledger.run_whole(values))


def test_only_what_is_wanted_and_not_known_is_left():
    formulas = CHAIN | {
        "k": "one + ones",
        "used": "third * k",
        "aside": "flow * a",
        "sum": "total(used) + total(k)",
    }
    ledger = book(formulas)
    rest, folded = left(ledger, ["sum", "k"])
    assert rest == {"sum": "total(used) + total(k)", "k": 2}
    assert set(folded.sheet.lines) == {"k", "used", "sum"}
    assert set(folded.sheet.givens) == {"flow"}
    assert folded.sheet.lines["k"].formula == "2"  # it is read by a verb: it stays a line
    assert left(ledger, ["k"])[1].sheet.lines == {}
    assert left(ledger, ["third"])[1].aliases["third"] == "flow"
    assert set(left(ledger, ["aside"])[1].sheet.givens) == {"flow", "a"}
    assert left(ledger, [])[1].sheet.lines == {}
    values = fit(ledger, VALUES)
    same(
        ledger.run(values, wanted=["sum", "k", "third"]),
        {n: ledger.run_whole(values)[n] for n in ("sum", "k", "third")},
    )


def test_a_clock_that_a_verb_reads_is_kept_although_it_is_nothing_or_one():
    """In a life of one period every month is 0 and begins a year."""
    ledger = book({"x": "ytd(flow * a) + trailing(flow, n) + spread(flow, ages, month)"})
    values = fit(ledger, VALUES | calendar(1) | {"flow": np.array([3.0])})
    rest, folded = left(ledger, ["x"], values)
    assert rest == {"x": "ytd(flow * a) + trailing(flow, n) + spread(flow, ages, month)"}
    assert {"month", "year_start"} <= set(folded.sheet.givens)
    assert ledger.run(values)["x"] == pytest.approx([3.0 * 2.5 + 3.0 + 3.0 * 0.5])


def test_names_of_another_shape_stand_for_nothing():
    """A line of months or items has them, whatever it reads."""
    formulas = {"monthly": "a * ones", "each": "flow * on", "both": "a * on * ones"}
    axes = {"each": "item", "both": "item"}
    ledger = book(formulas, axes)
    rest, folded = left(ledger, list(formulas))
    assert rest == {"monthly": "a", "each": "flow", "both": "a"}
    assert not folded.aliases.keys() & formulas.keys()
    values = fit(ledger, VALUES)
    same(ledger.run(values), ledger.run_whole(values))
    assert ledger.run(values)["both"].shape == (3, 6)


CONSTANT = {
    "number": "one + one",
    "series": "3 * ones",
    "each": "2 * on",
    "both": "on * ones - 1",
    "nobody": "lost * 2",
    "nobodys": "losses + lost",
    "of_each": "over(each) * one",
    "sum": "total(over(both) * flow)",
}
AXES = {"each": "item", "both": "item", "nobody": "nobody", "nobodys": "nobody"}


def test_what_no_item_has_is_known_whatever_it_reads():
    """A line without items stays so when what it reads turns out to vary."""
    formulas = {"late": "lost * prev(moving)", "moving": "prev(moving) + flow", "sum": "over(late)"}
    ledger = book(formulas, {"late": "nobody"})
    assert left(ledger, ["late", "sum"])[0] == {"late": 0, "sum": 0}


def test_numbers_that_are_known_have_the_shape_of_their_line():
    ledger = book(CONSTANT, AXES)
    values = fit(ledger, VALUES)
    results = ledger.run(values)
    shapes = {"number": (), "series": (6,), "each": (3,), "both": (3, 6), "nobody": (0,), "nobodys": (0, 6)}
    assert {name: np.shape(results[name]) for name in shapes} == shapes
    assert isinstance(results["number"], float)
    assert isinstance(results["sum"], float)
    same(results, ledger.run_whole(values))
    batch = ledger.run_many(values, 4, list(CONSTANT), compiled=False)
    for name, whole in ledger.run_whole(values).items():
        if name in batch:
            np.testing.assert_array_equal(batch[name], np.repeat(np.asarray(whole)[None], 4, axis=0), err_msg=name)


@pytest.mark.parametrize("term", ["zero", "one", "none", "off", "a"])
def test_a_term_that_the_batch_drives_is_there(term):
    """At rest in the base, awake in the batch; a given that stands for a line may move too."""
    formulas = {
        "x": "flow * a + flow * zero * a - none",
        "y": "where(zero > 0, x, flow) * one",
        "z": "over(off * share) + ytd(none * flow)",
        "b": "prev(b) + none - b_off",
        "b_off": "none * zero",
        "same": "a * one",
    }
    ledger = book(formulas)
    values = fit(ledger, VALUES)
    chance = np.random.default_rng(4)
    driven = np.stack([np.asarray(values[term]), chance.normal(size=np.shape(values[term])) + 1.0])
    batch = ledger.run_many(values | {term: driven}, 2, list(formulas), compiled=False)
    for case in range(2):
        whole = ledger.run_whole(values | {term: driven[case]})
        same({name: batch[name][case] for name in formulas}, {name: whole[name] for name in formulas})
    assert any(not np.array_equal(batch[name][0], batch[name][1]) for name in formulas)


def test_a_batch_in_which_every_case_has_nothing_is_folded():
    ledger = book({"x": "flow * zero", "y": "flow * one"})
    values = VALUES | {"zero": np.zeros(2), "one": np.ones(2)}
    assert left(ledger, ["x", "y"], values, 2)[0] == {"x": 0, "y": "flow"}
    assert left(ledger, ["x", "y"], values | {"zero": np.array([0.0, 1.0])}, 2)[0] == {"x": "flow * zero", "y": "flow"}


def test_lines_found_in_rounds_are_left_alone():
    ledger = book({"loan": "solve(need)", "need": "a + loan / 2", "other": "flow * zero"})
    rest, folded = left(ledger, ["loan", "other"])
    assert folded.sheet is ledger.sheet
    assert rest == {"loan": "solve(need)", "other": "flow * zero"}
    results = ledger.run(fit(ledger, VALUES))
    assert results["loan"] == pytest.approx(5.0)
    assert results["other"] == pytest.approx(np.zeros(6))


def test_the_parts_of_formulas_are_counted():
    """Names, numbers, signs and verbs with what they reach."""
    ledger = book({"x": "flow * a + 1", "y": "prev(x, a)"})
    assert nodes(ledger.sheet) == 5 + 3 + 3  # the last is the calendar's
    _, folded = left(ledger, ["y"], VALUES | {"a": 0.0})
    assert nodes(folded.sheet) == 3 + 1  # prev(x, 0), where x is 1
    assert left(ledger, ["y"], VALUES | {"a": 1.0})[0] == {"y": "prev(x, 1)"}


MORE = SHAPES | {
    "product": "{a} * ({b})",
    "ratio": "{a} / maximum({b}, 0.5)",
    "difference": "{a} - ({b})",
    "growth": "compound(maximum({a}, 0), minimum({b}, 1))",
    "either": "where({a} * ({b}) <= 0, {a}, {b})",
    "ends": "maximum({a}, minimum({b}, 1)) + prev({a}, number) * 0.5",
}
SIZES = {"n": (), "number": (), "wave": (PERIODS,), "share": (ITEMS,), "waves": (ITEMS, PERIODS)}
KINDS = st.fixed_dictionaries({name: st.sampled_from(["zero", "one", "any", "any"]) for name in SIZES})


def numbers(kind, name, chance, shape):
    if kind != "any":
        return np.zeros(shape) if kind == "zero" else np.ones(shape)
    return chance.integers(0, 40, shape) / 2 if name == "n" else chance.normal(size=shape)


@drawn(ledgers(MORE), st.integers(0, 1_000), KINDS)
@settings(max_examples=150)
def test_folding_changes_no_number_of_a_random_ledger(items, seed, kinds):
    ledger = build(items)
    if ledger is None:
        return
    chance = np.random.default_rng(seed)
    given_values = {name: numbers(kinds[name], name, chance, shape) for name, shape in SIZES.items()}
    values = fit(ledger, calendar(PERIODS, 3, seed % 12) | given_values)
    whole = ledger.run_whole(values)
    assert all(np.isfinite(value).all() for value in whole.values())
    results = ledger.run(values)
    same(results, whole)
    few = list(ledger.lines)[seed % len(ledger.lines) :: 2]
    same(ledger.run(values, wanted=few), {name: results[name] for name in few}, digits=0)


@drawn(ledgers(MORE), st.integers(0, 1_000), KINDS, st.sets(st.sampled_from(sorted(SIZES))))
@settings(max_examples=100)
def test_a_batch_of_a_random_ledger_is_case_by_case_what_it_is_unfolded(items, seed, kinds, driven):
    """In numpy, and by the programs of either kernel."""
    ledger = build(items)
    if ledger is None:
        return
    chance = np.random.default_rng(seed)
    cases = {name: numbers(kinds[name], name, chance, (CASES, *shape)) for name, shape in SIZES.items()}
    if driven:  # one case at rest, the other awake
        for name in driven:
            cases[name][1] = numbers("any", name, chance, SIZES[name])
    common = calendar(PERIODS, 3, seed % 12)
    together = fit(ledger, common | {name: array if name in driven else array[0] for name, array in cases.items()})
    keep = [name for name, entry in ledger.lines.items() if entry.declared]
    found = [ledger.run_many(together, CASES, keep, compiled=False)]
    inputs = read_inputs(ledger.sheet, together, CASES)
    prepared = ledger._ready(inputs, tuple(keep), ())
    handed = prepared.handed(inputs, {})
    parts = prepared.parts(handed)
    lines = batch.in_parts(parts, handed, CASES, prepared.kept, 1, compiled=False)
    found.append(prepared.results(inputs, {}, lines, CASES))
    for case in range(CASES):
        alone = common | {name: array[case if name in driven else 0] for name, array in cases.items()}
        whole = ledger.run_whole(fit(ledger, alone))
        for reading in found:
            same({name: value[case] for name, value in reading.items()}, {name: whole[name] for name in reading})
