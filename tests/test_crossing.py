"""Where a function meets a target: found to the last digits, refused where it is not met."""

from __future__ import annotations

import numpy as np
import pytest

from computefactory.crossing import closed_in, passages

POINTS = np.linspace(0, 10, 17)


def test_a_passage_is_closed_in_to_the_last_digits():
    calls = []

    def cube(x):
        calls.append(len(x))
        return x**3

    (passage,) = passages(POINTS, POINTS**3, 30.0)
    value, reached = closed_in(passage, 30.0, cube).nearer(30.0)
    assert value == pytest.approx(30 ** (1 / 3), rel=1e-13)
    assert reached == pytest.approx(30, rel=1e-13)
    assert len(calls) <= 4  # straight lines between the points lead there


def test_several_passages_none_and_a_jump():
    assert passages(POINTS, POINTS * 0 + 5, 30.0) == []
    assert len(passages(POINTS, np.sin(POINTS), 0.5)) > 1

    def jump(x):
        return np.where(x < np.pi, 1.0, 2.0)

    (passage,) = passages(POINTS, jump(POINTS), 1.5)
    closed = closed_in(passage, 1.5, jump)
    assert (closed.at_low, closed.at_high) == (1.0, 2.0)
    assert closed.high - closed.low < 1e-9


def test_whole_numbers_stay_whole():
    (passage,) = passages(POINTS[::16], POINTS[::16] * 2, 7.0)
    closed = closed_in(passage, 7.0, lambda x: x * 2, whole=True)
    assert (closed.low, closed.high) == (3, 4)


def test_the_target_at_an_end_is_met():
    (passage,) = passages(POINTS, POINTS, 0.0)
    assert passage.nearer(0.0) == (0.0, 0.0)
