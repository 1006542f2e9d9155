"""Three readings of random ledgers: plain Python, numpy over the scenarios, each line's own function."""

from __future__ import annotations

import numpy as np
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from small_ledger import calendar, fit

from computefactory.errors import CircularLine, LedgerError
from computefactory.ledger import (
    Ledger,
    ahead,
    compound,
    following,
    given,
    line,
    maximum,
    minimum,
    over,
    prev,
    senior,
    total,
    trailing,
    where,
    ytd,
)
from computefactory.units import Month, One

PERIODS, ITEMS, CASES = 7, 3, 2
GIVENS = [
    given("month", Month, series=True, source="month", doc=""),
    given("year_start", One, series=True, source="year_start", doc=""),
    given("n", Month, source="n", doc=""),
    given("number", One, source="number", doc=""),
    given("wave", One, series=True, source="wave", doc=""),
    given("share", One, per="item", source="share", doc=""),
    given("waves", One, per="item", series=True, source="waves", doc=""),
]
STARTING = {"number": (False, False), "wave": (False, True), "share": (True, False), "waves": (True, True)}
# verb: what it needs of its line (items, time), what it makes of it
VERBS = {
    "prev({x})": ("any", True),
    "following({x})": ("any", True),
    "total({x})": ("any", False),
    "ytd({x})": ("any", True),
    "trailing({x}, n)": ("any", True),
    "ahead({x}, n)": ("any", True),
    "over({x})": ("items", None),
    "senior({x})": ("items", None),
}
NAMES = {
    "ahead": ahead,
    "compound": compound,
    "following": following,
    "maximum": maximum,
    "minimum": minimum,
    "over": over,
    "prev": prev,
    "senior": senior,
    "total": total,
    "trailing": trailing,
    "where": where,
    "ytd": ytd,
}


# how a line is made of one thing it reads and of the rest
SHAPES = {
    "sum": "{a} * 0.5 + 0.25 * ({b})",
    "maximum": "maximum({a}, minimum({b}, 1)) * 0.5",
    "where": "where({a} > 0, ({b}) * 0.5, {a} - 0.25)",
}


@line(per="item")
def anchor(waves: One) -> One:
    """Makes the number of items and periods known in every ledger."""
    return waves * 1


@st.composite
def ledgers(draw, forms=SHAPES):
    """Lines on top of each other; each may also look back at or ahead to one that is not written yet."""
    shapes = dict(STARTING)
    items = [*GIVENS, anchor]
    count = draw(st.integers(3, 12))
    later = {f"line{k}": draw(st.booleans()) for k in range(count)}  # whether it has items, known beforehand
    for name, has_items in later.items():
        plain = [known for known, (per, _) in shapes.items() if has_items or not per]
        parts = draw(st.lists(st.sampled_from(plain), min_size=1, max_size=2))
        timed = any(shapes[part][1] for part in parts)
        verb = draw(st.sampled_from([None, *VERBS]))
        term = None
        if verb in ("over({x})", "senior({x})"):
            targets = [known for known, (per, _) in shapes.items() if per]
            if has_items or verb == "over({x})":
                target = draw(st.sampled_from(targets))
                term, timed = verb.format(x=target), timed or shapes[target][1]
        elif verb:
            targets = [known for known, (per, time) in shapes.items() if time and (has_items or not per)]
            if verb in ("prev({x})", "following({x})"):  # these may also close a circle
                targets += [other for other, per in later.items() if other not in shapes and (has_items or not per)]
            target = draw(st.sampled_from(targets))
            term, timed = verb.format(x=target), timed or VERBS[verb][1]
        terms = [*parts, *([term] if term else [])]
        form = draw(st.sampled_from(list(forms.values())))
        body = form.format(a=terms[0], b=" + ".join(terms[1:]) or "1")
        needs = sorted(known for known in {*shapes, *later, "n"} if known in _words(body))
        space = dict(NAMES)
        exec(f"def {name}({', '.join(needs)}): return {body}", space)
        space[name].__annotations__ = {"return": One}
        items.append(line(per="item" if has_items else None)(space[name]))
        shapes[name] = (has_items, timed)
    return items


def _words(text):
    return set("".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split())


def build(items):
    """The ledger, or None where its lines need each other in a way that is rightly refused."""
    refused = ("looks both back (prev) and ahead (following)", "does not vary over time")
    try:
        return Ledger(items)
    except CircularLine:
        return None
    except LedgerError as error:
        if any(words in str(error) for words in refused):
            return None
        raise


@drawn(ledgers(), st.integers(0, 1_000))
@settings(max_examples=120)
def test_three_readings_of_a_random_ledger(items, seed):
    ledger = build(items)
    if ledger is None:
        return
    chance = np.random.default_rng(seed)
    values = fit(ledger, calendar(PERIODS, 3, int(seed % 12))) | fit(
        ledger,
        {
            "n": float(seed % 20),
            "number": chance.normal(size=CASES),
            "wave": chance.normal(size=PERIODS),
            "share": chance.normal(size=(CASES, ITEMS)),
            "waves": chance.normal(size=(ITEMS, PERIODS)),
        },
    )
    batch = ledger.run_many(values, CASES, list(ledger.lines), compiled=False)
    for case in range(CASES):
        alone = {name: array[case] if name in ("number", "share") else array for name, array in values.items()}
        results = ledger.run(alone)
        for name, entry in ledger.lines.items():
            array = np.asarray(results[name])
            assert np.allclose(batch[name][case], array, rtol=1e-9, atol=1e-9), name
            for index in np.ndindex(array.shape):
                place = list(index)
                item = place.pop(0) if entry.per else None
                month = place.pop(0) if entry.timed else None
                again = ledger.evaluate(name, month, item, alone, results)
                assert np.isclose(again, array[index], rtol=1e-9, atol=1e-9), (name, month, item)
