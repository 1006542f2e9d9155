"""A buyer's specification worked by hand: shares of power, margins, what is not shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.qualification import BuyerSpecification, Requirement, Shown, examine

NAN = float("nan")


def need(quantity, at_least=NAN, at_most=NAN, recalled=False):
    return Requirement(quantity, at_least, at_most, "a test", "low" if recalled else "high", recalled)


def asked(*needs):
    return BuyerSpecification("test", "Test", "a buyer", needs)


def test_three_halls_by_hand():
    """30 MW pass, 50 MW show no floor, 20 MW are too thin: 0.3 proven, 0.8 at most."""
    spec = asked(need("rack_power", 120.0), need("rack_mass", 1600.0, recalled=True))
    dense, thin = Shown(130.0, "disclosed"), Shown(40.0, "stated")
    halls = [
        ("a", 30e3, {"rack_power": dense, "rack_mass": Shown(1700.0, "stated")}),
        ("b", 50e3, {"rack_power": dense}),
        ("c", 20e3, {"rack_power": thin}),
    ]
    found = examine(spec, halls)
    assert found.rate == pytest.approx((0.3, 0.8))
    assert [hall.result for hall in found.halls] == ["pass", "not shown", "fail"]
    assert found.not_shown == ["rack_mass"]
    assert (found.recalled, found.confidence) == (1, "low")
    assert next(item.margin for item in found.findings if item.hall == "c") == -80.0


def test_a_default_proves_nothing_whatever_it_says():
    spec = asked(need("availability", 0.9))
    assert examine(spec, [("a", 1.0, {"availability": Shown(1.0, "none")})]).halls[0].result == "not shown"
    assert examine(spec, [("a", 1.0, {"availability": Shown(0.1, "none")})]).halls[0].result == "not shown"


def test_what_a_hall_has_not_got_fails():
    spec = asked(need("coolant_supply", at_most=40.0))
    assert examine(spec, [("a", 1.0, {"coolant_supply": Shown(NAN, "stated")})]).halls[0].result == "fail"


@given(
    st.lists(
        st.tuples(st.floats(1.0, 1e5), st.floats(0, 300), st.sampled_from(["none", "stated", "disclosed"])), min_size=1
    ),
    st.floats(0, 300),
)
def test_shares_add_up_and_a_harder_list_never_passes_more(halls, least):
    facts = [(str(k), power, {"rack_power": Shown(value, how)}) for k, (power, value, how) in enumerate(halls)]
    easy, hard = (examine(asked(need("rack_power", bound)), facts) for bound in (least, least + 10))
    assert sum(easy.share(name) for name in ("pass", "not shown", "fail")) == pytest.approx(1.0)
    assert hard.rate[0] <= easy.rate[0] + 1e-12
    assert hard.rate[1] <= easy.rate[1] + 1e-12
