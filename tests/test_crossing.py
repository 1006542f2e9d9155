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
    assert sum(calls) <= 6


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


def test_a_gap_in_its_midst_and_a_metric_that_ends_before_the_target():
    def gap(x):
        return np.where((x > 4) & (x < 6), np.nan, x - 5.5 - 4 * (x > 6))

    (passage,) = passages(np.array([0.0, 20.0]), gap(np.array([0.0, 20.0])), 2.5)
    assert closed_in(passage, 2.5, gap).nearer(2.5)[0] == pytest.approx(12.0)
    ended = closed_in(passages(np.array([0.0, 9.0]), np.array([-5.5, -0.5]), -1.0)[0], -1.0, gap)
    assert ended.high - ended.low > 0.1


@pytest.mark.parametrize("target", [1e-6, 0.3, 0.99])
def test_a_kink_and_a_curve_are_closed_in_with_a_dozen_looks(target):
    calls = []

    def curve(x):
        calls.append(len(x))
        return np.where(x > 1, np.exp(-3 * x), np.exp(-3) + (1 - x) * (1 - np.exp(-3)))

    (passage,) = passages(np.array([0.0, 2.0, 6.0]), curve(np.array([0.0, 2.0, 6.0])), target)
    assert closed_in(passage, target, curve).nearer(target)[1] == pytest.approx(target, rel=1e-12)
    assert sum(calls[1:]) <= 13
