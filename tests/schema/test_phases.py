"""Phases by name: the same as milestones, split or joined as one likes, refused where they do not fit."""

from __future__ import annotations

import re

import numpy as np
import pytest

import computefactory as cf
from computefactory import schema
from computefactory.errors import FactoryFileError

MAP = re.compile(r"  energised: \{2026-03.*\n")
EVEN = {"one": ("2026-03", 75), "two": ("2026-06", 75), "three": ("2026-09", 75), "four": ("2026-12", 75)}
HALLS = "  halls:\n    horizon: {it_capacity: 200 MW, rack_limit: 200 kW, cost: 15 million USD/MW}"


def written(text, phases, more=""):
    """The file of IREN with phases by name: month, MW and what else they say."""
    lines = "".join(
        f"  {name}: {{energised: {month}, power: {power} MW{''.join(f', {each}' for each in rest)}}}\n"
        for name, (month, power, *rest) in phases.items()
    )
    changed, count = MAP.subn("", text)
    assert count == 1
    return (
        changed.replace("power.energised,", "phases,").replace("power.energised", "phases") + f"phases:\n{lines}{more}"
    )


@pytest.fixture
def run(text, tmp_path):
    """A run of that file."""

    def result(phases, overrides=None):
        file = tmp_path / "factory.yaml"
        file.write_text(written(text, phases))
        return cf.run(file, overrides=overrides)

    return result


def values(result):
    """Every metric that is a number."""
    return {name: item.value for name, item in result.metrics.items() if isinstance(item.value, float)}


def same(one, other):
    assert one.keys() == other.keys()
    np.testing.assert_allclose(list(one.values()), [other[name] for name in one], rtol=1e-9, atol=1e-9)


def test_milestones_are_phases(run):
    same(values(cf.run("iren-horizon")), values(run(EVEN)))


def test_the_order_in_the_file_does_not_matter(run):
    same(values(run(EVEN)), values(run(dict(reversed(EVEN.items())))))


def test_a_phase_in_two_halves_changes_nothing(run):
    halves = {f"{name} {half}": (month, power / 2) for name, (month, power) in EVEN.items() for half in "ab"}
    same(values(run(EVEN)), values(run(halves)))


def test_halves_of_uneven_phases_with_silicon_and_dates_of_their_own(run):
    uneven = {
        "one": ("2026-03", 60, "accelerators: 20000", "delivered: 2026-04"),
        "two": ("2026-12", 240, "accelerators: 56000", "accepted: 2027-01"),
    }
    over = {"offtake.microsoft.starts": "{after: energised, lag: 3 months}"}
    halves = {
        f"{name} {half}": (month, power / 2, f"accelerators: {int(count.split()[1]) // 2}", *rest)
        for name, (month, power, count, *rest) in uneven.items()
        for half in "ab"
    }
    same(values(run(uneven, over)), values(run(halves, over)))


def test_a_phase_of_no_size_changes_nothing(run):
    same(values(run(EVEN)), values(run({**EVEN, "none": ("2030-01", 0), "nothing": ("2026-01", 0)})))
    more = {"power.energised": "{2026-03: 75 MW, 2026-06: 150 MW, 2026-07: 150 MW, 2026-09: 225 MW, 2026-12: 300 MW}"}
    same(values(cf.run("iren-horizon")), values(cf.run("iren-horizon", overrides=more)))


def test_contracts_take_the_phases_that_they_name(run):
    changes = {
        "offtake.microsoft.phases": "[one, two]",
        "offtake.microsoft.accelerators": "38000",
        "offtake.microsoft.total_value": "4.85 bn USD",
    }
    result = run(EVEN, changes)
    parts = result.factory.offtake.contracts
    assert [(part.name, part.accelerators, part.phase) for part in parts] == [
        ("microsoft one", 19000, 0),
        ("microsoft two", 19000, 1),
    ]
    assert result.factory.plant.phases[3].accepted == result.factory.plant.phases[3].energised, "nobody to wait for"
    assert result.metrics["coverage"].value == pytest.approx(0.5, abs=1e-3)


def test_halls_and_accelerators_give_the_shares(text, tmp_path):
    large = HALLS.split("\n")[1].replace("horizon", "large").replace("200 MW", "150 MW")
    halls = HALLS.replace("200 MW", "50 MW") + "\n" + large
    phases = {
        "one": ("2026-03", 100, "halls: [horizon]", "accelerators: 20000"),
        "two": ("2026-12", 200, "halls: [large]", "accelerators: 56000"),
    }
    content = written(text, phases)
    assert HALLS in content
    file = tmp_path / "factory.yaml"
    file.write_text(content.replace(HALLS, halls))
    more = {"build.halls.horizon.accelerators": 20000, "build.halls.large.accelerators": 56000}
    first = cf.load(file, overrides=more).plant.phases[0]
    with pytest.raises(FactoryFileError) as error:
        cf.load(file, overrides={**more, "phases.one.accelerators": 19000, "phases.two.accelerators": 57000})
    paths = {"phases.one.accelerators", "phases.two.accelerators"}
    assert {problem.path for problem in error.value.problems if problem.code == "contradiction"} == paths
    assert (first.share, first.silicon, first.power) == (0.25, 20000 / 76000, 100e3)


@pytest.mark.parametrize(
    ("phases", "code", "path"),
    [
        ({"one": ("2026-03", 400)}, "above_limit", "phases"),
        ({"one": ("2026-03", 0)}, "out_of_range", "phases"),
        ({"one": ("2026-03", 300, "accelerators: 70000")}, "above_limit", "phases"),
        ({**EVEN, "four": ("2026-12", 75, "accelerators: 9")}, "missing", "phases.one.accelerators"),
        ({"one": ("2026-03", 300, "halls: [elsewhere]")}, "unknown_name", "phases.one.halls.0"),
        (
            {"one": ("2026-03", 150, "halls: [horizon]"), "two": ("2026-12", 150, "halls: [horizon]")},
            "overlap",
            "phases.two.halls.0",
        ),
        (
            {"one": ("2026-03", 150, "halls: {horizon: 90 MW}"), "two": ("2026-12", 150, "halls: {horizon: 120 MW}")},
            "overlap",
            "phases.two.halls.horizon",
        ),
        (
            {"one": ("2026-03", 150, "halls: {horizon: 90 MW}"), "two": ("2026-12", 150, "halls: {horizon: 100 MW}")},
            "missing",
            "phases",
        ),
        ({"one": ("2026-03", 300, "accepted: 2026-02")}, "dates_out_of_order", "phases.one.accepted"),
        ({"one": ("2026-03", 300, "accepted: 2026-05")}, "dates_out_of_order", "offtake.microsoft.starts"),
    ],
)
def test_phases_that_do_not_fit_are_refused(text, problems, phases, code, path):
    found = problems(written(text, phases))
    assert (code, path) in {(problem.code, problem.path) for problem in found}


def test_a_contract_takes_phases_that_there_are_and_no_more_than_they_hold(text, problems):
    content = written(text, EVEN)
    unknown = problems(content, {"offtake.microsoft.phases": "[one, five]"})
    assert ("unknown_name", "offtake.microsoft.phases.1") in {(problem.code, problem.path) for problem in unknown}
    (large,) = problems(content, {"offtake.microsoft.phases": "[one, two, three]"})
    assert (large.code, large.path) == ("oversold", "offtake.microsoft.accelerators")


def test_phases_or_milestones(text, problems):
    (both,) = problems(text + "phases:\n  one: {energised: 2026-03, power: 300 MW}\n")
    assert (both.code, both.path) == ("one_of", "phases")
    none = problems(MAP.sub("", text).replace("power.energised, ", "").replace("power.energised", "power.supply"))
    assert ("one_of", "power.energised") in {(problem.code, problem.path) for problem in none}


def test_the_same_name_twice_is_refused(text, problems):
    twice = "phases:\n  one: {energised: 2026-03, power: 150 MW}\n  one: {energised: 2026-06, power: 150 MW}\n"
    found = problems(MAP.sub("", text).replace("power.energised, ", "") + twice)
    assert "duplicate_key" in {problem.code for problem in found}


def test_the_book_lists_the_phases_with_their_dates(run):
    from computefactory.report.phases import phases

    grid = phases(run({**EVEN, "four": ("2026-12", 75, "delivered: 2027-01")})).grid
    names = [column.name for column in grid.columns]
    last = dict(zip(names, grid.rows[-1], strict=True))
    assert last["power_mw"] == 75
    assert last["accelerators"] == pytest.approx(19000)
    dates = [last[name] for name in ("energised", "delivered", "accepted", "ends", "taken_by")]
    assert dates == ["2026-12", "2027-01", "2027-01", "2031-12", "microsoft"]


@pytest.mark.parametrize("name", ["coreweave-leased-100mw", "stargate-abilene", "core-scientific-590mw"])
def test_halves_of_phases_change_nothing_elsewhere(name, tmp_path):
    """Leased, with a prepayment, or let: metrics and returns of all cases, phases by name in two halves each."""
    plain = cf.run(name)
    text = schema.shipped_text(name)
    phases = "".join(
        f"  {phase.name} {half}: {{energised: {phase.name}, power: {phase.power / 2} kW}}\n"
        for phase in plain.factory.plant.phases
        for half in "ab"
    )
    text, count = re.subn(r"  energised: \{.*\n", "", text)
    assert count == 1
    file = tmp_path / "halves.yaml"
    file.write_text(
        text.replace("power.energised", "phases").replace("- power\n", "- power\n    - phases\n") + f"phases:\n{phases}"
    )
    halves = cf.run(file)
    same(values(plain), values(halves))
    for case in ("contract_and_residual", "full_life", "unit_cost"):
        for line in ("project_flow", "ebitda", "available_hours", "silicon_value", "rent_expense"):
            one, other = (result.runs[case].lines[line] for result in (plain, halves))
            np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-3)


def test_power_that_the_phases_lack_is_said_of_the_phases(run):
    with pytest.raises(FactoryFileError) as error:
        run({"one": ("2026-03", 100), "two": ("2026-12", 90)})
    assert {problem.path for problem in error.value.problems} == {"phases"}


def test_a_contract_takes_what_its_phases_have(text, problems):
    bare = {"one": ("2026-03", 150, "accelerators: 76000"), "two": ("2026-12", 150, "accelerators: 0")}
    found = problems(written(text, bare), {"offtake.microsoft.phases": "[two]"})
    assert ("no_power", "offtake.microsoft.phases") in {(problem.code, problem.path) for problem in found}
    found = problems(written(text, {**EVEN, "five": ("2027-03", 0)}), {"offtake.microsoft.phases": "[five]"})
    assert ("no_power", "offtake.microsoft.phases") in {(problem.code, problem.path) for problem in found}


def test_a_phase_without_silicon_of_its_own_works_for_nobody_by_the_hour(run):
    bare = {"one": ("2026-03", 150, "accelerators: 76000"), "two": ("2026-12", 150, "accelerators: 0")}
    result = run(bare)
    assert [part.accelerators for part in result.factory.offtake.contracts] == [76000, 0]
    assert result.metrics["lcoc_usd_per_accelerator_hour"].value > 0


def test_phases_take_parts_of_a_hall(run):
    parts = {name: (month, power, "halls: {horizon: 50 MW}") for name, (month, power) in EVEN.items()}
    same(values(run(EVEN)), values(run(parts)))
    parts["one"], parts["two"] = ("2026-03", 75, "halls: {horizon: 80 MW}"), ("2026-06", 75, "halls: {horizon: 20 MW}")
    assert [phase.share for phase in run(parts).factory.plant.phases] == pytest.approx([0.4, 0.1, 0.25, 0.25])
