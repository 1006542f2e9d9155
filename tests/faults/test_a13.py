"""A13: loans without a rate of their own resolve for every rating."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.schema import Factory

LIBRARY = Library.load()
LETTERS = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "unrated")
GRADES = [grade for grade in LIBRARY.keys("rating") if "hazard" in LIBRARY.fields("rating", grade)]
MOODYS = {"Aaa": "AAA", "Aa3": "AA", "A2": "A", "Baa1": "BBB", "Ba2": "BB", "B1": "B", "Caa3": "CCC"}


def lent(rating: str) -> Factory:
    debt = {"capital": {"debt": {"loan": {"matures": "2029-01"}}}}
    return cf.load("inference-site", overrides={"offtake.application.rating": rating, **debt})


@pytest.mark.parametrize("grade", GRADES)
def test_a13_a_loan_without_a_rate_resolves_for_every_rating(grade):
    """A buyer rated B+, BB-, AA- or Ba2 and no rate: the margin is that of the letter, over the overnight rate."""
    loan = lent(grade).finance.tranches[0]
    letter = str(LIBRARY.fact("rating", grade, "letter").value)
    assert letter in LETTERS
    assert loan.margin[0] == pytest.approx(float(LIBRARY.fact("margin", letter, "spread").value))


@pytest.mark.parametrize(("grade", "letter"), [*MOODYS.items(), ("AA-", "AA"), ("B+", "B"), ("CCC-", "CCC")])
def test_a13_a_notch_takes_its_letter(grade, letter):
    """Both scales: a notch is read in the row of its letter, and ``explain`` can say so."""
    factory = lent(grade)
    assert str(LIBRARY.fact("rating", grade, "letter").value) == letter
    named = {origin.path for item in factory.origins.values() for origin in item.leaves()}
    assert f"margin/{letter}/spread" in named


def test_a13_a_grade_of_no_scale_is_refused_with_its_place():
    """A rating of XX: one message that names the field and what the library has."""
    with pytest.raises(FactoryFileError, match=r"offtake\.application\.rating.*AAA"):
        lent("XX")
