"""Every number on every page of every shipped factory has a name, and ``explain`` answers it with that number."""

from __future__ import annotations

import re
from math import isclose, isfinite

import pytest

import computefactory as cf
from computefactory import report, schema
from computefactory.explanation import Explainer
from computefactory.page import is_number
from computefactory.registry import PAGES, STUDIES

STUDIED = ["time_to_power@2026-11", *(name.replace("-", "_") for name in STUDIES if name != "time-to-power")]
WORDS = ("market_commitment",)  # "1 year" is what a price list calls it
NUMBER = re.compile(r"^[≥≤]?\s*(-?[\d,]*\.?\d+)(?: ([a-zA-Z%][\w%/.-]*))?$")
PERIOD = re.compile(r"\d{4}(-\d\d)?$")
SAME = 1e-9
CENTS = 1e-8  # of a million: what is rounded to cents on the page


@pytest.fixture(scope="module", params=sorted(schema.names()))
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


def check(explainer, number):
    """What explain answers is what is shown, and what it is made of has names too."""
    node = explainer.node(number.of)
    value, rounding = shown(number)
    place = f"{number.section}.{number.name} {number.of}"
    if node.value is None and NUMBER.match(node.text_value):  # of a page that says it in words
        found, other = read(node.text_value)
        rounding += other
    else:
        assert node.value is not None, f"{place}: {node.text_value}"
        found = node.value * number.of.scale
    assert isclose(found, value, rel_tol=SAME, abs_tol=max(rounding, CENTS)), f"{place}: {found} is not {value}"
    assert node.kind != "figure" or node.formula, place


@pytest.mark.parametrize("page", [*PAGES, *STUDIED])
def test_every_number_of_a_page_is_explained(explainer, page):
    made = explainer.pages.get(page)
    for section in made.sections:
        every = section.grid is None or not section.grid.long
        for number in section.numbers(made.name, every_row=every):
            if not words(number):
                check(explainer, number)


@pytest.mark.parametrize("period", ["year", "quarter"])
@pytest.mark.parametrize("page", list(report.TABLES))
def test_every_number_of_a_table_is_explained(explainer, page, period):
    table = report.table(explainer.result, page, period)
    wanted = table.columns if period == "year" else table.columns[4:5]
    for number in table.numbers():
        if number.of.month in wanted and isfinite(number.value):
            check(explainer, number)
