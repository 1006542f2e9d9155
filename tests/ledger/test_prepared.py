"""What is made ready of a set of inputs: finished lines handed in, the way a batch is read, readings that agree."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from small_ledger import CALENDAR, PROJECT, calendar, fit, project_values
from test_fold import same

from computefactory.ledger import Ledger, batch, given, line, over, prev, senior, spread, total, trailing, where
from computefactory.ledger.memory import read_inputs
from computefactory.units import Month, One, Usd

FINISHED = ("revenue", "deduction", "capex", "worth")


@pytest.fixture(scope="module")
def project() -> Ledger:
    return Ledger(PROJECT)


@pytest.fixture(scope="module")
def values(project):
    return fit(project, project_values())


def test_finished_lines_handed_in_give_what_calculating_them_gives(project, values):
    whole = project.run(values)
    known = {name: whole[name] for name in FINISHED}
    same(project.run(values, known=known), whole, digits=0)
    assert set(project.run(values, ["cash", "capex"], known)) == {"cash", "capex"}


def test_finished_lines_are_read_and_not_calculated_again(project, values):
    whole = project.run(values)
    known = {"revenue": 2 * whole["revenue"]}
    results = project.run(values, ["revenue", "income", "book"], known)
    assert results["revenue"] == pytest.approx(2 * whole["revenue"])
    assert results["income"] == pytest.approx(2 * whole["revenue"] - whole["deduction"])
    assert results["book"] == pytest.approx(whole["book"])  # it reads what every contract is served
    again = project.run(values, ["income"], {"revenue": 3 * whole["revenue"]})
    assert again["income"] == pytest.approx(3 * whole["revenue"] - whole["deduction"])


def test_a_finished_line_that_another_is_may_be_asked_for():
    """What is asked for is the finished line under another name, in a batch and alone."""
    ledger = Ledger([*CALENDAR, given("sales", Usd, series=True, source="sales", doc=""), *ALIASES])
    values = fit(ledger, calendar(3) | {"sales": np.array([1.0, 2.0, 3.0])})
    known = {"gross": np.array([4.0, 5.0, 6.0])}
    assert ledger.run(values, ["net"], known)["net"] == pytest.approx([4.0, 5.0, 6.0])
    found = ledger.run_many(values, 2, ["net", "gross"], compiled=False, known=known)
    assert found["net"] == pytest.approx(np.tile([4.0, 5.0, 6.0], (2, 1)))
    assert found["gross"] == pytest.approx(found["net"])


@line
def gross(sales: Usd) -> Usd:
    return sales * 2


@line
def net(gross: Usd) -> Usd:
    return gross * 1


ALIASES = [gross, net]


def test_finished_lines_that_a_batch_moves_are_calculated(project, values):
    """The tax rate moves neither revenue nor deduction; the price moves revenue."""
    whole = project.run(values)
    known = {name: whole[name] for name in (*FINISHED, "tax")}
    for driven in ({"tax_rate": np.array([0.1, 0.25])}, {"price": np.outer([1.0, 1.5], values["price"])}):
        found = project.run_many(values | driven, 2, ["tax", "worth", "cash"], compiled=False, known=known)
        for case in range(2):
            alone = project.run(values | {name: array[case] for name, array in driven.items()})
            same({name: found[name][case] for name in found}, {name: alone[name] for name in found})


def test_what_is_made_ready_is_kept_for_inputs_at_rest_alike(project, values):
    ready = project._ready(read_inputs(project.sheet, values), ("cash",), ())
    assert project._ready(read_inputs(project.sheet, values | {"rate": 0.07}), ("cash",), ()) is ready
    assert project._ready(read_inputs(project.sheet, values | {"escalator": 0.0}), ("cash",), ()) is not ready
    assert project._ready(read_inputs(project.sheet, values), ("tax",), ()) is not ready
    for months in range(40):  # no more than so many are kept
        project._ready(read_inputs(project.sheet, values), ("cash",) * (months + 2), ())
    assert len(project._prepared) == 32
    assert project._ready(read_inputs(project.sheet, values), ("cash",), ()) is not ready


FOLDED_KERNEL, GENERAL_KERNEL = "of the folded lines", "of all lines"


@pytest.mark.parametrize(
    ("n", "compiled", "installed", "at_hand", "served", "way"),
    [
        # few cases are not worth loading a kernel, nor are many without the compiler
        (3_999, None, True, {FOLDED_KERNEL, GENERAL_KERNEL}, 0, "numpy"),
        (1_000_000, None, False, set(), 0, "numpy"),
        (1_000_000, False, True, {FOLDED_KERNEL, GENERAL_KERNEL}, 0, "numpy"),
        # a kernel at hand is used, the folded one first
        (4_000, None, True, set(), 0, "numpy"),
        (4_000, None, True, {GENERAL_KERNEL}, 0, "general"),
        (4_000, None, True, {FOLDED_KERNEL}, 0, "folded"),
        (4_000, None, True, {FOLDED_KERNEL, GENERAL_KERNEL}, 0, "folded"),
        # the general one is compiled when the batch is worth it, or when it is said
        (9_999, None, True, set(), 0, "numpy"),
        (10_000, None, True, set(), 0, "general"),
        (1, True, True, set(), 0, "general"),
        (1, True, False, set(), 0, "general"),
        # the folded one when all cases of these inputs would have paid for it
        (34_999, None, True, set(), 0, "general"),
        (35_000, None, True, set(), 0, "folded"),
        (10_000, None, True, set(), 24_999, "general"),
        (10_000, None, True, set(), 25_000, "folded"),
        (4_000, None, True, {GENERAL_KERNEL}, 31_000, "folded"),
        (4_000, None, True, set(), 30_999, "numpy"),
        (1, True, True, set(), 34_999, "folded"),
    ],
)
def test_the_way_a_batch_is_read(project, values, monkeypatch, n, compiled, installed, at_hand, served, way):
    def exists(program):
        return (GENERAL_KERNEL if program is project.numbers.program else FOLDED_KERNEL) in at_hand

    monkeypatch.setitem(sys.modules, "computefactory.ledger.compiled", SimpleNamespace(at_hand=exists))
    monkeypatch.setattr(batch, "find_spec", lambda name: "spec" if installed else None)
    inputs = read_inputs(project.sheet, values | {"rate": np.array([0.05, 0.06])}, 2)
    prepared = project._ready(inputs, ("debt", "equity_rate"), ())
    prepared.served = served
    assert batch.way(lambda: project.numbers, prepared, inputs, n, compiled) == way
    prepared.served = 0


def test_series_are_read_in_numpy_or_by_the_folded_kernel(project, values, monkeypatch):
    monkeypatch.setitem(sys.modules, "computefactory.ledger.compiled", SimpleNamespace(at_hand=lambda _: False))
    monkeypatch.setattr(batch, "find_spec", lambda name: "spec")
    inputs = read_inputs(project.sheet, values | {"rate": np.array([0.05, 0.06])}, 2)
    prepared = project._ready(inputs, ("cash", "debt"), ())
    assert batch.way(lambda: project.numbers, prepared, inputs, 8_499, None) == "numpy"
    assert batch.way(lambda: project.numbers, prepared, inputs, 8_500, None) == "folded"
    assert batch.way(lambda: project.numbers, prepared, inputs, 1, True) == "folded"


@line(per="contract")
def sold(price: Usd, index: One, cut: One) -> Usd:
    return price * index * (1 - cut)


@line
def sales(sold: Usd) -> Usd:
    return over(sold)


@line
def bonus(sales: Usd, threshold: Usd, share: One) -> Usd:
    """Sleeps where no share is agreed."""
    return where(sales > threshold, sales * share, 0)


@line
def held(held: Usd, bonus: Usd, sales: Usd) -> Usd:
    return prev(held) + bonus - prev(held) / 4 + sales * 0


@line
def last(sales: Usd, bonus: Usd, wait: Month) -> Usd:
    return trailing(sales - bonus, wait)


@line
def billed(sales: Usd) -> Usd:
    return sales * 1


@line
def deals(cut: One) -> One:
    return over(0 * cut) + 3


@line
def result(last: Usd, billed: Usd, sales: Usd) -> Usd:
    return total(last * 2) + total(billed - sales)


SMALL = [
    *CALENDAR[:1],
    given("price", Usd, per="contract", source="price", doc=""),
    given("index", One, series=True, source="index", doc=""),
    given("cut", One, per="contract", source="cut", doc=""),
    given("threshold", Usd, source="threshold", doc=""),
    given("share", One, source="share", doc=""),
    given("wait", Month, source="wait", doc=""),
    *(sold, sales, bonus, held, last, billed, deals, result),
]
KEEP = ("sold", "sales", "bonus", "held", "last", "billed", "deals", "result")
NUMBERS = ("deals", "result")  # what the general kernel keeps


@pytest.fixture(scope="module")
def small() -> Ledger:
    return Ledger(SMALL)


AT_REST = {
    "month": np.arange(6.0),
    "price": np.array([3.0, 5.0]),
    "index": np.ones(6),
    "cut": np.zeros(2),
    "threshold": 4.0,
    "share": 0.0,
    "wait": 2.0,
}
DRIVEN = {
    "price": {"price": np.array([[3.0, 5.0], [4.0, 1.0], [0.0, 0.0]])},
    "a share": {"share": np.array([0.0, 0.1, 0.2])},  # at rest in the base
    "windows": {"wait": np.array([0.0, 1.5, 9.0]), "index": np.linspace(0.5, 2.0, 18).reshape(3, 6)},
    "nothing": {},
}


@pytest.fixture
def forced(monkeypatch, tmp_path_factory):
    """Has every batch read one way; kernels are kept in a folder of the tests' own."""

    def force(way):
        if way != "numpy":
            pytest.importorskip("numba", reason="the fast extra is not installed")
            monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        monkeypatch.setattr(batch, "way", lambda *_: way)

    return force


@pytest.mark.parametrize(
    ("way", "driven"),
    [
        *(
            pytest.param(way, driven, id=f"{way}-{name}")
            for way in ("numpy", "general")
            for name, driven in DRIVEN.items()
        ),
        pytest.param("folded", DRIVEN["a share"], id="folded-a share"),  # one is enough to compile
    ],
)
def test_each_way_gives_the_lines_unfolded(small, forced, way, driven):
    forced(way)
    values = AT_REST | driven
    keep = NUMBERS if way == "general" else KEEP
    found = small.run_many(values, 3, keep)
    for case in range(3):
        whole = small.run_whole(values | {name: array[case] for name, array in driven.items()})
        same({name: found[name][case] for name in keep}, {name: whole[name] for name in keep})


def test_parts_of_formulas_are_kept_by_the_folded_kernel(small, monkeypatch):
    """What verbs work on has no place of its own in the program of all lines."""
    values = AT_REST | DRIVEN["a share"]
    inputs = read_inputs(small.sheet, values, 3)
    every = tuple(small.lines)
    assert len(every) > len(KEEP)
    monkeypatch.setitem(sys.modules, "computefactory.ledger.compiled", SimpleNamespace(at_hand=lambda _: False))
    assert batch.way(lambda: small.numbers, small._ready(inputs, every, ()), inputs, 3, compiled=True) == "folded"
    assert batch.way(lambda: small.numbers, small._ready(inputs, NUMBERS, ()), inputs, 3, compiled=True) == "general"
    found = small.run_many(values, 3, every, compiled=False)
    for name in set(every) - set(KEEP):
        assert found[name].shape == (
            3,
            *((2,) if small.lines[name].per else ()),
            *((6,) if small.lines[name].timed else ()),
        )


def test_the_cases_that_the_general_kernel_has_run_are_counted(small, monkeypatch):
    monkeypatch.setattr(batch, "way", lambda *_: "general")
    monkeypatch.setattr(batch, "general", lambda part, inputs, n, keep, threads: {k: np.zeros((n, 6)) for k in keep})
    ready = small._ready(read_inputs(small.sheet, AT_REST), ("held",), ())
    small.run_many(AT_REST, 7, ["held"])
    small.run_many(AT_REST, 5, ["held"])
    assert ready.served == 12


@line
def trailed(index: One, wait: Month) -> One:
    return trailing(index, wait)


@line
def fed(fed: One, index: One, wait: Month) -> One:
    """Feeds itself: read in plain Python where the batch is small, in numpy where it is not."""
    return prev(fed) / 2 + index + 0.1 * trailing(prev(fed) * 1, wait)


@line(per="item")
def each(each: One, row: One) -> One:
    return prev(each) / 2 + row + 0.1 * over(prev(each) * row)


@line(per="item")
def ranked(ranked: One, row: One) -> One:
    return prev(ranked) / 2 + row + 0.1 * senior(row * prev(ranked))


def test_however_a_batch_is_split_no_bit_differs():
    """Rows of few numbers and full ones, windows of all lengths, many items: alone, by twos, all together."""
    chance = np.random.default_rng(8)
    n, months, items = 40, 12, 13
    index = given("index", One, series=True, source="index", doc="")
    row = given("row", One, per="item", source="row", doc="")
    wait = given("wait", Month, source="wait", doc="")
    ledger = Ledger([CALENDAR[0], index, row, wait, trailed, fed, each, ranked])
    rows = chance.normal(size=(n, months)) * (chance.uniform(size=(n, months)) < chance.uniform(size=(n, 1)))
    waits = np.where(chance.uniform(size=n) < 0.5, chance.integers(0, 15, n), chance.uniform(0, 15, n))
    varied = {"index": rows, "wait": waits, "row": chance.normal(size=(n, items))}
    names = ["trailed", "fed", "each", "ranked"]

    def read(cut):
        some = {name: array[cut] for name, array in varied.items()}
        values = {"month": np.arange(float(months))} | some
        return ledger.run_many(values, len(some["wait"]), names, compiled=False)

    whole = read(slice(None))
    for size in (1, 2, 17):
        parts = [read(slice(first, first + size)) for first in range(0, n, size)]
        for name in names:
            np.testing.assert_array_equal(np.concatenate([part[name] for part in parts]), whole[name], err_msg=name)
    for case in range(n):  # what each of them is, from its definition
        age = np.arange(months)[:, None] - np.arange(months)
        share = np.where(age >= 0, np.clip(waits[case] - age, 0, 1), 0)
        assert whole["trailed"][case] == pytest.approx(share @ rows[case], abs=1e-12)
        alone = {name: array[case] for name, array in varied.items()}
        same({name: whole[name][case] for name in names}, ledger.run_whole({"month": np.arange(float(months))} | alone))


def test_vintages_age_by_the_nearest_whole_number_of_the_clock():
    """Eleven twelfths of a year are a year, in either reading."""
    spreads = [
        given("vintage", One, series=True, source="vintage", doc=""),
        given("schedule", One, table=True, source="schedule", doc=""),
        given("clock", One, series=True, source="clock", doc=""),
        aged,
    ]
    values = {
        "vintage": np.array([1.0, 0, 0, 2.0]),
        "schedule": np.array([5.0, 3.0]),
        "clock": np.array([0, 0.4, 0.9, 1.6]),
    }
    assert Ledger(spreads).run_whole(values)["aged"] == pytest.approx([5.0, 5.0, 3.0, 10.0])
    assert Ledger(spreads).run(values)["aged"] == pytest.approx([5.0, 5.0, 3.0, 10.0])


@line
def aged(vintage: One, schedule: One, clock: One) -> One:
    return spread(vintage, schedule, clock)
