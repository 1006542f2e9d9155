"""H3: no limit of the calendar."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError


def refused(**changes):
    """The problems of the shipped factory with these overrides; dots in paths are written as two underscores."""
    overrides = {path.replace("__", "."): value for path, value in changes.items()}
    with pytest.raises(FactoryFileError) as error:
        cf.load("iren-horizon", overrides=overrides)
    return error.value.problems


@pytest.mark.parametrize("month", ["9999-12", "2201-01", "1989-12", "0001-01"])
def test_h03_milestone_out_of_range(month):
    """``energised: {9999-12: 9 MW}`` is refused at its place with the years that are read: 1990 to 2200."""
    (problem,) = refused(power__energised=f"{{{month}: 9 MW}}")
    assert (problem.path, problem.code) == (f"power.energised.{month}", "out_of_range")
    assert "between 1990 and 2200" in problem.expected


def test_h03_lead_of_payment():
    """``before_delivery: 1000 months`` is refused: the factory would be paid in 1942, 84 years before it runs."""
    (problem,) = refused(silicon__paid__before_delivery="1000 months")
    assert (problem.path, problem.file) == ("silicon.paid.before_delivery", "--set")
    assert "1942-11" in problem.given
    assert "at most 30 years" in problem.expected
    assert "power.energised.2026-03" in problem.hint
    assert "full operation is in 2027-01" in problem.hint


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("offtake.microsoft.prepayment.paid_before_start", "400 months", None),
        ("build.spending.start", "1990-01", None),
        ("power.delay", "{by: 1200 months}", "build.spending.start"),
        ("offtake.microsoft.starts.lag", "1200 months", "build.spending.start"),
        ("capital.debt.senior.matures", "2199-01", None),
    ],
)
def test_h03_spans(path, value, named):
    """A payment more than 30 years before full operation, or an end more than 110 years after it, is refused with the
    path that states it, the range, and what full operation follows from."""
    (problem,) = refused(**{path.replace(".", "__"): value})
    assert (problem.path, problem.code) == (named or path, "out_of_range")
    assert "full operation is in" in problem.hint


@pytest.mark.parametrize("value", ["1400 months", "inf months", ".inf", "none", "1e9 months"])
def test_h03_horizon_without_end(value):
    """A tenor without end, or of more than a hundred years, is refused: at most 1,200 months."""
    (problem,) = refused(offtake__microsoft__tenor=value)
    assert problem.path == "offtake.microsoft.tenor"
    assert "month" in problem.expected


def test_h03_the_longest_that_is_taken():
    """A tenor of 99 years and a payment 29 years early are taken: the bounds are wide."""
    factory = cf.load(
        "iren-horizon", overrides={"offtake.microsoft.tenor": "1188 months", "build.spending.start": "1998-01"}
    )
    assert factory.timeline.names[0] == "1998-01"
    assert factory.timeline.names[-1] == "2125-12"
