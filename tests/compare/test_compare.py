"""The comparison finds what differs, reads old names through the table, and lets rounding alone pass."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from compare.differences import KINDS, Snapshot, compare
from compare.renamed import Renamed, Rows, TableError, evaluate, read
from compare.snapshot import LINES, SAID, packed

MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
PAY = np.arange(24.0).reshape(2, 12) * 1e6


@pytest.fixture
def snapshot(tmp_path):
    """Makes the snapshot of a small case, with changes."""

    def make(name="old", lines=None, pages=None, metrics=None, document=None):
        rows = {"pay": ("loan", True, PAY), "fee": (None, True, np.full(12, 1e5)), "sum": (None, False, PAY.sum())}
        index, values = packed((key, *row[:2], "USD", row[2]) for key, row in {**rows, **(lines or {})}.items())
        folder = tmp_path / name
        folder.mkdir()
        said = {
            "case": "small",
            "months": MONTHS,
            "items": {"loan": ["senior", "junior"]},
            "metrics": metrics or {"irr": {"value": 0.1, "unit": "1", "label": "rate"}},
            "runs": {"contract_only": {"lines": index, "givens": {}}},
            "json": {"run": document or {"rows": [{"name": "pay", "values": [1.0, 2.0]}], "label": "of 3 loans"}},
            "pages": {"run": pages or "Pays 1,234.5 million in 2026-03, cover 1.20x (GB300)"},
        }
        (folder / SAID).write_text(json.dumps(said))
        buffer = io.BytesIO()
        np.save(buffer, values)
        with zipfile.ZipFile(folder / LINES, "w") as archive:
            archive.writestr("contract_only.lines.npy", buffer.getvalue())
            empty = io.BytesIO()
            np.save(empty, np.zeros(0))
            archive.writestr("contract_only.givens.npy", empty.getvalue())
        return Snapshot(folder)

    return make


def found(old, new, table=None):
    return {(item.kind, item.place) for item in compare(old, new, table or {}, KINDS).differences}


def test_equal_snapshots_do_not_differ(snapshot):
    report = compare(snapshot("old"), snapshot("new"), {}, KINDS)
    assert not report.differences
    assert all(report.counts.values())


def test_a_row_is_measured_by_its_own_largest(snapshot):
    close, far = PAY.copy(), PAY.copy()
    close[1, 3] += 0.9e-9 * PAY[1].max()
    far[0, 3] += 1.1e-9 * PAY[0].max()
    old = snapshot("old")
    assert not found(old, snapshot("close", lines={"pay": ("loan", True, close)}))
    assert found(old, snapshot("far", lines={"pay": ("loan", True, far)})) == {("lines", "contract_only.pay")}
    nan = PAY.copy()
    nan[0, 0] = np.nan
    assert found(old, snapshot("nan", lines={"pay": ("loan", True, nan)})) == {("lines", "contract_only.pay")}


def test_rounding_alone_passes(snapshot):
    old = snapshot("old", lines={"gap": (None, True, np.full(12, 1e-9))})
    report = compare(old, snapshot("new", lines={"gap": (None, True, np.zeros(12))}), {}, KINDS)
    assert not report.differences
    assert report.dust == 1


def test_every_kind_of_difference_is_found(snapshot):
    new = snapshot(
        "new",
        pages="Pays 1,236.5 million in 2026-03, cover 1.20x (GB200)",
        metrics={"irr": {"value": None, "unit": "1", "reason": "not_unique", "label": "rate"}},
        document={"rows": [{"name": "pay", "values": [1.0, 2.1]}], "label": "of 4 loans"},
    )
    told = found(snapshot("old"), new)
    assert {kind for kind, _ in told} == {"metrics", "json", "pages"}
    assert {("json", "run/rows/pay/values/1"), ("json", "run/label")} <= told


def test_words_may_change_and_a_last_digit_may_tip(snapshot):
    new = snapshot("new", pages="It pays 1,234.6 million in 2026-03; DSCR 1.20x")
    report = compare(snapshot("old"), new, {}, KINDS)
    assert not report.differences
    assert report.rounded == 1


def test_old_names_are_read_through_the_table(snapshot):
    rows = {"paid": ("loan", True, PAY * 2), "pay": ("loan", True, PAY * 0)}
    new = snapshot("new", lines=rows, document={"rows": [{"name": "paid", "values": [1.0, 2.0]}], "label": "of 3"})
    assert ("lines", "contract_only.pay") in found(snapshot("old"), new)
    table = {"pay": Renamed("pay", "paid / 2", ""), "sum": Renamed("sum", "total(over(paid)) / 2", "")}
    assert not [place for kind, place in found(snapshot("o2"), new, table) if kind == "lines"]
    missing = found(snapshot("o3"), new, {"fee": Renamed("fee", "charge", "")})
    assert ("lines", "contract_only.fee") in missing


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("over(x)", [[5.0, 7.0, 9.0]]),
        ("total(x)", [[6.0], [15.0]]),
        ("prev(x) + 1", [[1.0, 2.0, 3.0], [1.0, 5.0, 6.0]]),
        ("at(x, flag)", [[2.0], [5.0]]),
        ("pick(x, 1) - pick(x, 's*')", [[3.0, 3.0, 3.0]]),
        ("trailing(x, 1.5)", [[1.0, 2.5, 4.0], [4.0, 7.0, 8.5]]),
        ("ahead(x, 2)", [[5.0, 3.0, 0.0], [11.0, 6.0, 0.0]]),
        ("senior(x) + floor(1.5)", [[1.0, 1.0, 1.0], [2.0, 3.0, 4.0]]),
        ("gathered(parts, x)", [[3.0, 3.0, 3.0], [4.0, 4.0, 4.0]]),
        ("where(x > 4, x, -1)", [[-1.0, -1.0, -1.0], [-1.0, 5.0, 6.0]]),
        ("maximum(x, 3) / 3 - minimum(1, 2)", [[0, 0, 0], [1 / 3, 2 / 3, 1.0]]),
    ],
)
def test_the_language_of_the_table(text, value):
    rows = {
        "x": Rows(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), ("senior", "junior")),
        "flag": Rows(np.array([[0.0, 1.0, 0.0]])),
        "parts": Rows(np.array([[1.0] * 3, [2.0] * 3, [4.0] * 3]), ("senior", "senior state", "junior Q1")),
    }
    np.testing.assert_allclose(evaluate(text, rows.__getitem__).values, value)


@pytest.mark.parametrize("text", ["__import__('os')", "x.values", "[x]", "x if x else 1", "open(x)", "x[0]"])
def test_nothing_else_is_in_it(text):
    with pytest.raises(TableError):
        evaluate(text, lambda _: Rows(np.zeros((1, 1))))


@pytest.mark.parametrize("row", ["old,new", "pay,,", "pay,a +,", "pay,paid,\npay,paid,", "not a name,x,"], ids=range(5))
def test_a_table_that_cannot_be_used_is_refused(tmp_path, row):
    file = tmp_path / "renamed.csv"
    file.write_text(("" if row == "old,new" else "old,new,reason\n") + row + "\n")
    with pytest.raises(TableError):
        read(file)
