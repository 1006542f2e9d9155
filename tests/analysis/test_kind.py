"""What a company is, on blocks made by hand: every class, what evidence may carry, what is missing, what turns it."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from computefactory.analysis.kind import (
    CLOUD,
    FACTORY_OPERATOR,
    INVENTORY,
    LANDLORD,
    MINER,
    NOT_RATED,
    TRANSITION,
    BlockFacts,
    CompanyFacts,
    class_thresholds,
    classified,
    judged,
    with_class_strength,
)
from computefactory.cli.page import show
from computefactory.library import Library
from computefactory.qualification import FACTORY, SHELL, Verdict
from computefactory.report.company_kind import company_kind

LIBRARY = Library.load()
NEED = class_thresholds(LIBRARY)
NEW = BlockFacts(  # a block of liquid-cooled racks sold to a rated buyer; its connection is not published
    "new",
    "new",
    "accelerators",
    60e3,
    60e3,
    "GB200 NVL72",
    120,
    0.85,
    "stated",
    committed=0.96,
    life_covered=0.9,
    rating="AAA",
    rating_number=1,
)
NEW = replace(NEW, offtake="disclosed")
OLD = replace(NEW, name="old", block="old", system="HGX A100", rack_power=26, liquid=0.0)
PROVEN = replace(NEW, name="proven", factory=Verdict(FACTORY, (), {}))
FOCUSED = {"accelerators": 0.96, "mining": 0.04}


def kind(*blocks, **facts):
    stated = {"revenue": FOCUSED, "product_lines": 2, "largest_customer": 0.62} | facts
    return classified(CompanyFacts(blocks=blocks, **stated), NEED)


def test_a_factory_inside_carries_the_class_and_inference_does_not():
    assert kind(PROVEN).kind == FACTORY_OPERATOR
    assert kind(NEW).kind == TRANSITION
    assert [item.result for item in judged(NEW, NEED).specifications] == ["pass", "pass", "not shown", "inferred"]
    inferred = judged(replace(NEW, hardware="inferred"), NEED).specifications
    assert [item.result for item in inferred[:2]] == ["inferred", "inferred"]


def test_what_is_sold_carries_a_transition_that_what_bills_does_not():
    ordered = replace(NEW, billing=0.0, sold=200e3)
    found = kind(OLD, ordered)
    assert found.kind == TRANSITION
    assert (found.stages["billing"].kind, found.stages["sold"].kind) == (INVENTORY, TRANSITION)
    assert found.stages["sold"].shares["inferred"] == pytest.approx(200 / 260)
    assert kind(OLD).kind == INVENTORY


def test_every_share_sums_to_one_by_outcome():
    found = kind(OLD, NEW, PROVEN, replace(NEW, name="open", hardware="none"))
    for stage in found.stages.values():
        assert sum(stage.shares.values()) == pytest.approx(1.0)
        assert stage.failing == pytest.approx({"GPU density": 0.25, "Liquid from construction": 0.25})


def test_landlords_and_miners_are_told_by_their_power():
    shell = replace(NEW, name="hall", sells="shell")
    assert kind(shell, OLD).kind == LANDLORD
    assert kind(replace(NEW, factory=Verdict(SHELL, (), {}))).kind == LANDLORD
    mine = BlockFacts("mine", "mine", "mining", 300e3, 300e3)
    assert kind(mine, shell).kind == MINER
    assert [item.result for item in judged(mine, NEED).specifications][:2] == ["not applicable", "not applicable"]
    turning = kind(mine, replace(NEW, billing=0.0, sold=900e3))
    assert (turning.kind, turning.stages["billing"].kind) == (TRANSITION, MINER)


def test_a_cloud_is_told_by_its_revenue_and_its_book_is_no_test():
    general = {"revenue": {"cloud": 1.0}, "largest_customer": 0.03, "product_lines": 1}
    assert kind(**general).kind == CLOUD
    assert kind(**general, book_years=5.0).kind == CLOUD
    assert kind(**{**general, "largest_customer": nan}).kind == NOT_RATED
    assert kind(**{**general, "largest_customer": 0.3}).kind == NOT_RATED  # no cloud, and no capacity is known


@pytest.mark.parametrize(("sells", "expected"), [("mining", MINER), ("shell", LANDLORD)])
def test_what_mines_or_lets_shells_for_most_of_its_revenue_is_no_cloud(sells, expected):
    """Several products, no large customer, little revenue from accelerators: so has a miner that also sells hours."""
    rest = {"revenue": {sells: 0.8, "accelerators": 0.2}, "largest_customer": 0.0}
    assert kind(replace(NEW, name="most", sells=sells), **rest).kind == expected
    assert kind(OLD, revenue={"other": 0.8, "accelerators": 0.2}, largest_customer=0.0).kind == CLOUD


def test_an_unfocused_owner_of_factories_is_no_operator_of_them():
    assert kind(PROVEN, revenue={"accelerators": 0.5, "other": 0.5}).kind == INVENTORY


def test_what_is_missing_is_named_with_what_it_decides():
    nothing = classified(CompanyFacts(revenue={"accelerators": 0.81, "other": 0.19}), NEED)
    assert nothing.kind == NOT_RATED
    assert len(nothing.missing) == 10
    assert all(item.deciding and item.decides for item in nothing.missing)
    told = {(item.what, item.where): item.decides for item in kind(NEW).missing}
    assert told == {
        ("connection of its power", "new"): "power at the interconnection",
        ("price of its power", "new"): "power at the interconnection",
    }


def test_what_fails_anyway_needs_no_missing_fact():
    found = kind(OLD, replace(NEW, name="open", hardware="none", billing=5e3, sold=5e3))
    assert found.kind == INVENTORY
    assert not any(item.deciding for item in found.missing)


def test_a_class_that_a_row_turns_is_marginal_and_the_row_named():
    found = with_class_strength(kind(NEW), NEED, LIBRARY)
    assert found.verdict == f"{TRANSITION} (marginal)"
    (shown,) = [flip for flip in found.flips if flip.row.endswith("specifications_shown")]
    assert (shown.to, shown.low, shown.high) == (NOT_RATED, 3, 4)
    assert shown.flips_at == pytest.approx(3, abs=1e-6)
    steady = with_class_strength(kind(PROVEN), NEED, LIBRARY)
    assert steady.verdict == FACTORY_OPERATOR
    assert steady.rows_moved > 5


def test_a_row_turns_the_class_where_a_check_has_no_margin():
    mix = (replace(OLD, billing=45e3, sold=45e3), replace(NEW, billing=55e3, sold=55e3))
    found = with_class_strength(kind(*mix), NEED, LIBRARY)
    (share,) = [flip for flip in found.flips if flip.row.endswith("factory_share")]
    assert share.flips_at == pytest.approx(0.55, abs=1e-6)
    assert share.to in (NOT_RATED, INVENTORY)


def test_the_page_fits_eighty_columns_and_says_what_is_missing(capsys):
    found = with_class_strength(kind(OLD, replace(NEW, billing=0.0, sold=200e3), PROVEN), NEED, LIBRARY)
    unknown = classified(CompanyFacts(parent="Amazon"), NEED)
    for each in (found, unknown):
        show(company_kind(each))
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    for words in (
        "MARGIN TO EACH THRESHOLD",
        "WHAT TURNS IT",
        "11 facts that decide are missing",
        "a segment of Amazon",
    ):
        assert words.lower() in told.lower()
