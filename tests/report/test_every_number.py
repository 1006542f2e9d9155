"""Every number on every page of what ships has a name, and ``explain`` answers it with that number."""

from __future__ import annotations

import re
from itertools import product
from math import isclose, isfinite

import pytest

import computefactory as cf
from computefactory import report, schema
from computefactory.explanation import Explainer
from computefactory.names import number_of
from computefactory.page import Of, is_number
from computefactory.registry import STUDIES, pages_of

STUDIED = ["time_to_power@2026-11", *(name.replace("-", "_") for name in STUDIES if name != "time-to-power")]
COMPANIES = ["aws-2026-09", "core-scientific-2026-09", "coreweave-2025-03"]  # a segment, a factory inside, an offering
WORDS = ("market_commitment",)  # "1 year" is what a price list calls it
NUMBER = re.compile(r"^[≥≤]?\s*(-?[\d,]*\.?\d+)(?: ([a-zA-Z%][\w%/.-]*))?$")
PERIOD = re.compile(r"\d{4}(-\d\d)?$")
SAME = 1e-9
CENTS = 1e-8  # of a million: what is rounded to cents on the page


@pytest.fixture(scope="module", params=[*sorted(schema.names()), *COMPANIES])
def explainer(request):
    return Explainer(cf.run(request.param), depth=1)


def words(number):
    """Whether a cell holds no number: a text, a month, nothing."""
    if isinstance(number.value, str):
        return number.name in WORDS or PERIOD.match(number.value) or not NUMBER.match(number.value)
    return not is_number(number.value)


def shown(number):
    """The number of a cell and how exactly it is given."""
    return read(number.value) if isinstance(number.value, str) else (float(number.value), 0.0)


def read(text):
    """A number in words, and half its last digit."""
    digits = NUMBER.match(text)[1].replace(",", "")
    return float(digits), 0.51 * 10.0 ** -len(digits.partition(".")[2])


def faults(explainer, number):
    """What is wrong with the answer: another number than is shown, or one that is made of nothing that has a name."""
    node = explainer.node(number.of)
    value, rounding = shown(number)
    place = f"{number.section}.{number.name} {number.of}"
    if node.value is not None:
        found = node.value * number.of.scale
    elif NUMBER.match(node.text_value):  # of a page that says it in words
        found, other = read(node.text_value)
        rounding += other
    else:
        return [f"{place}: {node.text_value}"]
    told = []
    if not isclose(found, value, rel_tol=SAME, abs_tol=max(rounding, CENTS)):
        told.append(f"{place}: {found} is not {value}")
    if node.kind == "figure" and not node.formula:
        told.append(f"{place}: no formula")
    return told


def test_every_number_of_every_page_is_explained(explainer):
    told, count, of = [], 0, explainer.result.of
    for page in (*pages_of(explainer.result), *(STUDIED if of == "factory" else ())):
        made = explainer.pages.get(page)
        for section in made.sections:
            every = section.grid is None or not section.grid.long
            for number in section.numbers(made.name, every_row=every):
                if not words(number):
                    count += 1
                    told += [f"{page}: {fault}" for fault in faults(explainer, number)]
    assert not told, "\n".join(told)
    assert count > (200 if of == "factory" else 100)


def test_every_number_of_every_table_is_explained(explainer):
    told, count = [], 0
    for page, period in product(report.tables_of(explainer.result), ("year", "quarter")):
        table = report.table(explainer.result, page, period)
        wanted = table.columns if period == "year" else table.columns[4:5]
        for number in table.numbers():
            if number.of.month in wanted and isfinite(number.value):
                count += 1
                told += [f"{page} by {period}: {fault}" for fault in faults(explainer, number)]
    assert not told, "\n".join(told)
    assert count > (200 if explainer.result.of == "factory" else 20) or explainer.result.name == "AWS"


def test_a_name_that_leads_nowhere_is_a_mistake_of_the_page():
    with pytest.raises(LookupError, match="no_such_line is no name"):
        number_of(cf.run("legacy-h100-hall"), Of("no_such_line * 2"))
