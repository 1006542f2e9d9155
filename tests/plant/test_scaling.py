"""The scaling law against series worked by hand and its own claim about what it has not seen."""

from __future__ import annotations

from math import sqrt

import pytest

from computefactory.library import Library
from computefactory.plant.scaling import Series, efficiency, fit, law
from computefactory.studies.training import series


@pytest.fixture(scope="module")
def library():
    return Library.load()


def made(half, *sizes):
    """A series that obeys the law."""
    cost = [1 + size / half for size in sizes]
    return Series("made", "made", sizes, tuple(cost[0] / each for each in cost))


def test_efficiency_by_hand():
    # work costs 1 + 1/4 at 1,000 and 1 + 3/4 at 3,000 where half is lost at 4,000
    assert efficiency(3000.0, 1000.0, 4000.0) == pytest.approx(1.25 / 1.75, rel=1e-15)
    assert efficiency(1000.0, 1000.0, 4000.0) == 1
    assert efficiency(4000.0, 0.0, 4000.0) == 0.5


@pytest.mark.parametrize("half", [30.0, 20000.0, 1e6])
def test_a_series_that_obeys_is_found_again(half):
    chosen = [made(half, 256.0, 1024.0, 8192.0), made(half, 512.0, 600.0)]
    assert fit(chosen) == pytest.approx(half, rel=1e-4)
    assert law(chosen).largest_error < 1e-4


def test_the_error_is_that_of_the_series_left_out():
    chosen = (made(10000.0, 100.0, 5000.0), made(40000.0, 100.0, 5000.0))
    low, high = (efficiency(5000.0, 100.0, half) for half in (10000.0, 40000.0))
    found = law(chosen)
    errors = (high / low - 1, low / high - 1)  # each told by the other alone
    assert found.error == pytest.approx(sqrt(sum(error**2 for error in errors) / 2), rel=1e-5)
    assert found.largest_error == pytest.approx(max(map(abs, errors)), rel=1e-5)


def test_the_error_on_mlperf_is_what_another_fit_recomputes(library):
    """Leave one series out by a grid of the parameter instead of a search."""
    chosen = series(library, 256.0)
    errors = []
    for left in chosen:
        rest = [one for one in chosen if one is not left]

        def squares(half, rest=rest):
            told = [
                (((1 + one.sizes[0] / half) / (1 + size / half)) / measured, size)
                for one in rest
                for size, measured in zip(one.sizes[1:], one.measured[1:], strict=True)
            ]
            return sum((ratio - 1 - (ratio - 1) ** 2 / 2 + (ratio - 1) ** 3 / 3) ** 2 for ratio, _ in told)

        half = min((10000.0 * 1.003**k for k in range(500)), key=squares)
        pairs = zip(left.sizes[1:], left.measured[1:], strict=True)
        errors += [(1 + left.sizes[0] / half) / (1 + size / half) / measured - 1 for size, measured in pairs]
    found = law(chosen)
    assert found.points == len(errors)
    assert found.error == pytest.approx(sqrt(sum(error**2 for error in errors) / len(errors)), abs=5e-4)
    assert found.largest_error == pytest.approx(max(map(abs, errors)), abs=2e-3)


def test_series_agree_with_the_published_accelerator_hours(library):
    """Efficiency is the ratio of accelerator-hours, which the rows carry apart; TPU v5p counts chips."""
    sizes = {
        float(library.fact("mlperf", key, "n_accelerators").value)
        for key in library.keys("mlperf")
        if "v5p-12288" in key
    }
    assert sizes == {6144.0}
    for one in series(library, 256.0):
        assert one.measured[0] == 1
        assert list(one.sizes) == sorted(one.sizes)
    h100 = next(one for one in series(library, 256.0, "Llama 3.1 405B") if "v5.0, NVIDIA, NVIDIA H100" in one.name)
    # 2,296.51 accelerator-hours on 512 and 2,840.84 on 8,192
    assert h100.sizes[-1] == 8192
    assert h100.measured[-1] == pytest.approx(2296.51 / 2840.84, rel=1e-5)


def test_large_jobs_are_told_better_than_small_ones(library):
    assert law(series(library, 256.0)).error < 0.06
    assert law(series(library, 1.0, "Llama 2 70B LoRA")).error > 0.1
