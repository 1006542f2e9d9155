"""Cures added by hand: alternatives count once, what cannot be cured counts nothing."""

from __future__ import annotations

import pytest

from computefactory.qualification import Cure, HallLimits, SiliconGeneration, Span, add, defend

MONTHS = Span(6, 12, 18)


def test_alternatives_count_once():
    cures = [
        Cure("density", "cheap", Span(10, 20, 30), MONTHS, instead_of="refit"),
        Cure("density", "dear", Span(50, 60, 70), MONTHS, instead_of="refit"),
        Cure("power", "line", Span(1, 2, 3), Span(24, 42, 60)),
        Cure("offtake", "gone", Span(99, 99, 99), MONTHS, curable=False),
    ]
    assert add(cures) == (11, 73, 42)


def test_a_span_turned_round_keeps_low_below_high():
    assert Span(1, 2, 4).times(-2) == Span(-8, -4, -2)


def test_defensibility_by_hand():
    """Of 100 MW, 60 hold racks of 230 kW; 40 lack power: 0.6, and 40 % of 3,700 USD/kW on all."""
    span, rebuilt = Span(2300, 3700, 6500), Span(2200, 8250, 8800)
    halls = [
        HallLimits("new", 60e3, 240, 1, 30, span, rebuilt),
        HallLimits("old", 40e3, 140, 1, 30, span, rebuilt),
    ]
    found = defend(halls, SiliconGeneration("next", 230, 1.0, 45), 0.5)
    assert found.share == 0.6
    assert found.upgrade_usd_per_kw == pytest.approx(0.4 * 3700)
    assert found.lacks == (("old", ("racks of 230 kW (holds 140 kW)",)),)


def test_air_and_warm_coolant_hold_no_liquid_rack():
    span = Span(1, 1, 1)
    halls = [HallLimits("air", 1.0, 999, 0, 30, span, span), HallLimits("warm", 1.0, 999, 1, 46, span, span)]
    found = defend(halls, SiliconGeneration("next", 100, 1.0, 45), 0.5)
    assert found.share == 0
    assert dict(found.lacks) == {
        "air": ("liquid to the chip",),
        "warm": ("coolant at 45 degC (supplies 46 degC)",),
    }
    assert defend(halls, SiliconGeneration("air again", 100, 0.0, 45), 0.5).share == 1
