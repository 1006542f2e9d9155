"""The verdict of both shipped factories, and what turns each specification."""

from __future__ import annotations

from dataclasses import replace

import pytest

import computefactory as cf
from computefactory.library import Library
from computefactory.qualification import FACTORY, OPERATOR, UNDETERMINED, density, judge
from computefactory.schema import load, resolve


def results(result):
    return {item.name: item.result for item in result.qualification.specifications}


def test_the_two_readings_part(iren, legacy):
    """The hall reads well as a data centre and fails as a factory."""
    assert iren.qualification.verdict == FACTORY
    assert legacy.qualification.verdict == OPERATOR
    assert set(results(iren).values()) == {"pass"}
    assert "fail" in results(legacy).values()
    card = legacy.qualification.conventional_card
    assert card["occupancy"] > 0.6
    assert card["walt_months"] > 36
    assert card["pue"] == legacy.metrics["pue_annual"].value


@pytest.mark.parametrize(
    ("overrides", "name"),
    [
        ({"cooling.installed": "retrofit"}, "liquid"),
        ({"silicon.rack_power": "39 kW", "silicon.accelerators_per_rack": 20}, "density"),
        ({"power.interconnection.level": "34.5 kV"}, "power"),
        ({"power.interconnection.status": "queued"}, "power"),
        ({"power.supply.grid.demand": "16 USD/kW-month", "offtake.microsoft.total_value": "10.5 bn USD"}, "power"),
        ({"offtake.microsoft.rating": "BB"}, "offtake"),
        ({"offtake.microsoft.signed": "2026-03-31"}, "offtake"),
        ({"offtake.microsoft.total_value": "3 bn USD"}, "offtake"),
    ],
)
def test_one_change_turns_one_specification(iren, overrides, name):
    changed = cf.run("iren-horizon", overrides=overrides)
    before, after = results(iren), results(changed)
    assert {item for item in after if after[item] != before[item]} == {name}
    assert after[name] == "fail"
    assert changed.qualification.verdict == OPERATOR
    (specification,) = (item for item in changed.qualification.specifications if item.name == name)
    assert specification.missing
    failed = [check for check in specification.checks if not check.passes]
    assert failed
    assert all(check.margin is None or check.margin < 0 for check in failed)


def test_margins_are_the_distance_to_the_threshold(iren, legacy):
    for result in (iren, legacy):
        for item in result.qualification.specifications:
            for check in item.checks:
                if check.margin is None or isinstance(check.value, str) or isinstance(check.threshold, str):
                    continue
                assert abs(check.margin) == pytest.approx(abs(check.value - check.threshold))


def test_what_nobody_states_is_neither_passed_nor_failed(iren, legacy):
    """Without evidence in the file a specification is not shown, and a factory that fails nothing is undetermined."""
    for result, verdict in ((iren, UNDETERMINED), (legacy, OPERATOR)):
        first, *rest = result.qualification.specifications
        unseen = density([], result.factory.thresholds, "none")
        assert (unseen.name, unseen.result) == (first.name, "not shown")
        assert judge((unseen, *rest), {}).verdict == verdict


def test_thresholds_are_library_rows():
    library = Library.load()
    rows = [fact for table in library.tables() for fact in library.rows(table)]
    document = load("iren-horizon")
    base = resolve(document, library).thresholds
    changed = Library.of(
        replace(fact, value=0.99) if fact.path == "specification/compute_factory/density_share" else fact
        for fact in rows
    )
    assert base.density_share != 0.99
    assert resolve(document, changed).thresholds.density_share == 0.99
