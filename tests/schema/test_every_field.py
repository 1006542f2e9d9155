"""Every field of every kind of file moves something, is refused, or a warning names it.

``tools/walk_fields.py`` changes each of some 1,400 fields, one at a time, and keeps what came of it in
``every_field.csv``. The whole walk takes minutes: here the list is held complete, and a part of it is walked again.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from computefactory.schema.factory import FactoryFile

LIST = Path(__file__).with_name("every_field.csv")
TOOLS = Path(__file__).resolve().parents[2] / "tools"
SAMPLE = slice(7, None, 101)
SLOW = ("generation", "battery", "interruptible", "solar", "wind")  # a year by the hour is planned for each


@pytest.fixture(scope="module")
def rows():
    with LIST.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def walk():
    sys.path.insert(0, str(TOOLS))
    import walk_fields

    yield walk_fields
    sys.path.remove(str(TOOLS))


def key(trial):
    return trial.base, trial.path


def test_what_the_list_lacks_is_not_silent(walk, rows):
    """A field that is new is walked here until the list is written again."""
    listed = {(row["base"], row["field"]) for row in rows}
    new = [trial for base in walk.BASES for trial in walk.trials(base) if key(trial) not in listed]
    silent = [key(trial) for trial in new if trial.of not in walk.SILENT and walk.classify(trial) == "silent"]
    assert not silent, "use it, refuse it or name it in a warning; then run tools/walk_fields.py"


def models(walk, kind: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Every field of a model and of what it leads to, by model and name; kinds and version apart."""
    seen.add(kind)
    for name, field in kind.model_fields.items():
        leads = walk.models_of(field.annotation)
        for other in leads:
            if other not in seen:
                yield from models(walk, other, seen)
        if not leads and name not in ("kind", "version"):
            yield f"{kind.__name__}.{name}"


def test_no_field_of_the_file_is_left_out(walk):
    walked = {trial.of for base in walk.BASES for trial in walk.trials(base)}
    assert set(models(walk, FactoryFile, set())) <= walked


def test_nothing_is_silent_without_a_reason(walk, rows):
    silent = [
        f"{row['base']}: {row['field']}" for row in rows if row["does"] == "silent" and row["of"] not in walk.SILENT
    ]
    assert not silent


def test_no_reason_is_left_over(walk, rows):
    silent = {row["of"] for row in rows if row["does"] == "silent"}
    assert walk.SILENT.keys() <= silent


def test_a_part_of_the_list_is_as_it_was(walk, rows):
    """Some fields of the list, changed again: what did something still does."""
    wanted = {
        (row["base"], row["field"]) for row in rows[SAMPLE] if row["does"] != "silent" and row["base"] not in SLOW
    }
    trials = [trial for base in walk.BASES for trial in walk.trials(base) if key(trial) in wanted]
    assert len(trials) > 8
    assert not [key(trial) for trial in trials if walk.classify(trial) == "silent"]
