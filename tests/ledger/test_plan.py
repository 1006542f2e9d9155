"""The order of calculation as it is promised: few passes, few loops, rounds only for what is found in rounds."""

from __future__ import annotations

import numpy as np
import pytest
from small_ledger import fit
from test_fold import VALUES, book


def shape(formulas, axes=None):
    """Segments as (solved, stages); a stage as (direction, loops before, loops by month); a loop as (axis, lines)."""
    ledger = book(formulas, axes)

    def loops(found):
        named = [(loop.per, [node.key for node in loop.nodes if node.key != "calendar"]) for loop in found]
        return [loop for loop in named if loop[1]]

    segments = []
    for segment in ledger.plan.segments:
        stages = [
            ("backward" if stage.backward else "forward", loops(stage.before), loops(stage.monthly))
            for stage in segment.stages
        ]
        solved = [str(verb) for verb in segment.solved]
        segments.append((solved, [stage for stage in stages if stage[1] or stage[2]]))
    return [segment for segment in segments if segment[1]]


def test_lines_of_months_share_a_pass_whatever_they_look_back_at():
    formulas = {
        "late": "prev(sum) + ytd(first) + trailing(sum, n)",
        "first": "flow * 2",
        "sum": "prev(sum) + first",
        "vintages": "spread(first, ages, month)",
        "doubled": "first * (first + 1)",
    }
    ((solved, stages),) = shape(formulas)
    assert solved == []
    ((direction, before, monthly),) = stages
    assert (direction, before) == ("forward", [])
    ((axis, lines),) = monthly
    assert axis is None
    assert set(formulas) < set(lines)
    assert lines.index("first") < lines.index("sum") < lines.index("trailing(sum, n)") < lines.index("late")


def test_what_looks_ahead_has_a_pass_of_its_own_and_what_reads_it_shares_that_pass():
    formulas = {
        "first": "flow * 2",
        "to_come": "following(to_come) + first",
        "half": "to_come / 2 + following(to_come)",
        "back": "prev(half) + half",
        "again": "following(back) + back",
    }
    ((_, stages),) = shape(formulas)
    assert stages == [
        ("forward", [], [(None, ["first"])]),
        ("backward", [], [(None, ["to_come", "half"])]),
        ("forward", [], [(None, ["back"])]),
        ("backward", [], [(None, ["again"])]),
    ]


@pytest.mark.parametrize("verb", ["total", "lowest", "highest"])
def test_a_number_of_the_whole_life_is_known_before_any_month_reads_it(verb):
    ledger = book({"twice": "flow * 2", "x": f"twice - {verb}(twice)"})
    values = fit(ledger, VALUES)
    number = {"total": np.sum, "lowest": np.min, "highest": np.max}[verb](2 * VALUES["flow"])
    assert ledger.run_whole(values)["x"] == pytest.approx(2 * VALUES["flow"] - number)
    assert ledger.run(values)["x"] == pytest.approx(2 * VALUES["flow"] - number)


def test_a_sum_over_life_is_ready_before_the_pass_that_reads_it():
    formulas = {"parts": "flow / total(flow)", "number": "total(parts) + a", "twice": "number * flow"}
    ((_, stages),) = shape(formulas)
    assert [(before, monthly) for _, before, monthly in stages] == [
        ([], [(None, ["total(flow)"])]),
        ([], [(None, ["parts"])]),
        ([], [(None, ["total(parts)"])]),
        ([(None, ["number"])], [(None, ["twice"])]),
    ]


def test_items_share_a_loop_until_their_sum_is_read():
    formulas = {
        "one_by_one": "rows * 2",
        "all_of_them": "over(one_by_one)",
        "aside": "flow * a",
        "part": "one_by_one * share",
        "of_all": "one_by_one / all_of_them",
        "ahead_of": "senior(one_by_one) + part",
    }
    axes = dict.fromkeys(("one_by_one", "part", "of_all", "ahead_of"), "item")
    ((_, stages),) = shape(formulas, axes)
    ((_, _, monthly),) = stages
    assert [axis for axis, _ in monthly] == [None, "item", None, "item"]
    assert [set(lines) for _, lines in monthly] == [
        {"aside"},
        {"one_by_one", "over(one_by_one)", "part", "senior(one_by_one)", "ahead_of"},
        {"all_of_them"},
        {"of_all"},
    ]


def test_a_sum_over_items_is_known_before_any_item_reads_it():
    ledger = book({"part": "rows / over(rows)", "after": "part - over(part)"}, {"part": "item", "after": "item"})
    results = ledger.run_whole(fit(ledger, VALUES))
    assert results["part"] == pytest.approx(np.outer([1 / 7, 2 / 7, 4 / 7], np.ones(6)))
    assert results["after"] == pytest.approx(results["part"] - 1)


def test_items_that_wait_for_those_ahead_take_their_turn_in_one_loop():
    """Also where a sum over items stands between: what is taken ahead is known before what is taken."""
    formulas = {
        "claim": "share * a",
        "pot": "over(claim) / 2",
        "got": "minimum(claim, maximum(pot - senior(got), 0))",
    }
    axes = {"claim": "item", "got": "item"}
    ((_, stages),) = shape(formulas, axes)
    ((_, before, _),) = stages
    assert before[-1] == ("item", ["senior(got)", "got"])
    ledger = book(formulas, axes)
    values = fit(ledger, VALUES | {"share": np.array([2.0, 4.0, 6.0]), "a": 1.0})
    assert ledger.run_whole(values)["got"] == pytest.approx([2.0, 4.0, 0.0])
    assert ledger.run(values)["got"] == pytest.approx([2.0, 4.0, 0.0])


def test_only_what_stands_in_a_circle_runs_in_rounds():
    formulas = {
        "base": "total(flow)",
        "loan": "solve(need)",
        "need": "base + loan / 2",
        "after": "loan * 2",
        "other": "solve(wish)",
        "wish": "a + other / 4",
        "third": "solve(last)",
        "last": "after + third / 2",
        "end": "third + other",
    }
    segments = shape(formulas)
    assert [solved for solved, _ in segments] == [[], ["solve(need)", "solve(wish)"], [], ["solve(last)"], []]
    inside = [{line for _, before, _ in stages for _, lines in before for line in lines} for _, stages in segments]
    assert {"loan", "need", "other", "wish"} < inside[1]
    assert "after" in inside[2]
    assert {"third", "last"} < inside[3]
    assert "end" in inside[4]
    results = book(formulas).run(fit(book(formulas), VALUES))
    assert results["need"] == pytest.approx(2 * 3.125)
    assert results["end"] == pytest.approx(4 * results["loan"] + 2.5 * 4 / 3)


def test_a_circle_after_a_circle_runs_after_it():
    formulas = {"loan": "solve(need)", "need": "a + loan / 2", "third": "solve(last)", "last": "loan + third / 2"}
    segments = shape(formulas)
    gaps = "need_gap", "last_gap"
    assert [solved for solved, _ in segments] == [["solve(need)"], [], ["solve(last)"], []]
    for gap, (_, ((_, before, _),)) in zip(gaps, segments[1::2], strict=True):
        assert before == [(None, [gap])]
