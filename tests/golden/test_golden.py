"""The numbers kept in this folder still come out, old names read through the table: metrics, numbers, yearly rows."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import pytest

from compare import golden
from compare.renamed import MOST_GONE, read

HERE = Path(__file__).resolve().parent
MOST_BYTES = 300_000


@pytest.mark.parametrize("case", golden.GOLDEN, ids=lambda case: case.name.replace("/", "-"))
def test_the_numbers_are_those_of_the_record(case):
    kept = golden.parsed(golden.path_of(case).read_text(encoding="utf-8"))
    assert len(kept) > 150
    apart = list(golden.apart(golden.result_of(case), kept, read()))
    assert not apart, "\n".join(apart[:20])


def test_a_changed_number_is_found():
    case = next(case for case in golden.GOLDEN if case.name == "inference-site")
    result = golden.result_of(case)
    kept = golden.parsed(golden.path_of(case).read_text(encoding="utf-8"))
    moved = [golden.Entry(e.kind, e.name, e.year, tuple(_moved(v) for v in e.values)) for e in kept]
    nothing = {e.name for e in kept if not any(_moved(v) != v for v in e.values)}
    told = {line.partition(":")[0].partition(" in ")[0] for line in golden.apart(result, moved, {})}
    assert told | nothing == {e.name for e in kept}


def _moved(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    return repr(value * (1 + 1e-7)) if value and isfinite(value) else text


def test_the_record_is_small():
    assert sum(file.stat().st_size for file in HERE.glob("*.csv")) < MOST_BYTES


def test_few_lines_are_gone():
    assert sum(entry.gone for entry in read().values()) <= MOST_GONE
