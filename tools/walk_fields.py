"""Change every field of every kind of a factory file, one at a time, and say what it does.

A base is a small file of a kind (of contract, loan, supply, cooling …). Each field of what the base is about gets
another value; a chapter that the base lacks is added with its least terms first. What came of it stands in
``tests/schema/every_field.csv``: it ``moves`` the result, is ``shown`` by another page or question, a warning names it
(``warned``), it is ``refused``, or it is ``silent``: then ``SILENT`` says why that is right.

    python tools/walk_fields.py
"""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np
from pydantic import BaseModel
from ruamel.yaml import YAML

from computefactory import model, offtake, plant, registry, schema
from computefactory.errors import FactoryFileError
from computefactory.finance import cases
from computefactory.schema.factory import FactoryFile
from computefactory.schema.levers import number_at
from computefactory.schema.read import read_text
from computefactory.schema.types import Reads
from walk_bases import APART, BASES

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "schema" / "every_field.csv"
TRIED = YAML(typ="base").load(ROOT / "tools" / "walk_values.yaml")  # all as written
LEAST: dict[str, dict[str, Any]] = TRIED["least"]
VALUES: dict[str, str | list[str]] = TRIED["values"]
TYPICAL = {unit: float(level) for unit, level in TRIED["typical"].items()}
SILENT: dict[str, str] = TRIED["silent"]
STEPS = tuple(step.__name__ for step in (*plant.STEPS, *offtake.STEPS, *cases.STEPS))
PAGES = ("book", "covenants", "loans", "output", "plant", "power", "qualification", "returns", "valuation")
RESULT = ("metrics", "returns", "sources_and_uses", "debt", "qualification", "binding_constraint")
ORDER = ("moves", "shown", "warned", "refused", "silent")
OTHERWISE = (0.8, 1.25, 0.5, 2.0, 0.95, 1.05)  # times what a field is now
Overrides = Mapping[str, Any]


@dataclass(frozen=True)
class Trial:
    """One field of a base: the model that has it and how it is annotated, and what is added to the base first.

    ``least`` is a chapter that is added as a whole.
    """

    base: str
    path: str
    kind: type[BaseModel]
    field: Any
    companions: Overrides
    least: Any = None

    @property
    def of(self) -> str:
        """The model and the field."""
        return f"{self.kind.__name__}.{self.path.rpartition('.')[2]}"


@dataclass(frozen=True)
class Outcome:
    """What came of a file; ``problem`` where it was refused."""

    result: str = ""
    warnings: tuple[str, ...] = ()
    problem: str = ""
    made: Any = None


def digest(value: Any) -> str:
    """A hash of results: numbers to the last bit."""
    found = hashlib.sha1(usedforsecurity=False)
    _feed(found, value)
    return found.hexdigest()


def _feed(found: Any, value: Any) -> None:
    if isinstance(value, np.ndarray) and value.dtype != object:
        found.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Mapping):
        for key in value:
            found.update(str(key).encode())
            _feed(found, value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            _feed(found, item)
    elif is_dataclass(value):
        for item in fields(value):
            _feed(found, getattr(value, item.name))
    else:
        found.update(repr(value).encode())


@cache
def folder() -> Path:
    """Where the bases stand as files, with the series that they name."""
    place = Path(tempfile.mkdtemp())
    for name, level in (("price.csv", 0.03), ("other.csv", 0.05), ("share.csv", 0.3)):
        rows = "".join(f"{level + 0.0001 * (hour % 24):.5f}\n" for hour in range(8760))
        (place / name).write_text(f"value\n{rows}", encoding="utf-8")
    for name, (text, _) in BASES.items():
        (place / f"{name}.yaml").write_text(text, encoding="utf-8")
    return place


def outcome(base: str, overrides: Overrides) -> Outcome:
    """What a base with changes comes to, as if they stood in its file."""
    try:
        document = schema.load(folder() / f"{base}.yaml", overrides)
        result = model.run(replace(document, overrides={}, changes={}))  # pages say what was set
    except FactoryFileError as error:
        return Outcome(problem="; ".join(f"{each.path}: {each.expected}" for each in error.problems))
    told = result.as_dict()
    found = [
        {name: told[name] for name in RESULT},
        {name: result.known[name] for name in STEPS if name in result.known},
        {case: dict(run.lines) for case, run in result.runs.items()},
    ]
    return Outcome(digest(found), tuple(result.warnings), "", result)


@cache
def before(base: str, companions: tuple[tuple[str, Any], ...]) -> Outcome:
    """A base with what a trial adds first."""
    return outcome(base, dict(companions))


def pages(found: Outcome) -> str:
    """A hash of the pages that show what is stated."""
    return digest([repr(registry.PAGES[name](found.made)) for name in PAGES])


def classify(trial: Trial) -> str:
    """What the most telling of the values does; pages are looked at where nothing else tells."""
    first = before(trial.base, tuple(trial.companions.items()))
    does, quiet = [], []
    for value in values(trial):
        found = outcome(trial.base, {**trial.companions, **flat(trial.path, value)})
        does.append(_of_outcome(trial, first, found))
        if does[-1] == "moves":
            return "moves"
        quiet += [found] if does[-1] == "silent" else []
    told = min(does, key=ORDER.index)
    return "shown" if told == "silent" and any(pages(each) != pages(first) for each in quiet) else told


def _of_outcome(trial: Trial, first: Outcome, found: Outcome) -> str:
    if found.problem or first.problem:
        return "refused"
    if found.result != first.result:
        return "moves"
    name = trial.path.rpartition(".")[2]
    new = set(found.warnings) - set(first.warnings)
    told = any(name in each for each in new) or any(
        each.startswith(f"{trial.path} changes nothing") for each in found.warnings
    )
    return "warned" if told else "silent"


def flat(path: str, value: Any) -> dict[str, Any]:
    """A map as overrides by path."""
    if not isinstance(value, dict):
        return {path: value}
    return {key: item for name, inner in value.items() for key, item in flat(f"{path}.{name}", inner).items()}


def trials(base: str) -> Iterator[Trial]:
    """Every field of what a base is about."""
    text, about = BASES[base]
    root = read_text(text, base).root
    assert root is not None
    for trial in _of_model(base, FactoryFile, "", root.plain(), {}):
        if _under(trial.path, about.split()) if about else not _under(trial.path, APART):
            yield trial


def _under(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(f"{place}.") for place in places)


def _of_model(base: str, kind: type[BaseModel], at: str, stated: Any, companions: Overrides) -> Iterator[Trial]:
    for name, field in kind.model_fields.items():
        key = field.alias or name
        path = f"{at}.{key}".removeprefix(".")
        here = stated.get(key) if isinstance(stated, dict) else None
        leaf = False
        for member in _members(field.annotation):
            bare = _bare(member)
            if _is_model(bare):
                yield from _of_chapter(base, kind, bare, path, here, companions)
            elif get_origin(bare) is dict and (
                entries := [m for m in _members(get_args(bare)[1]) if _is_model(_bare(m))]
            ):
                for entry in entries:
                    yield from _of_entry(base, kind, _bare(entry), path, here, companions)
            else:
                leaf = True
        if leaf and key not in ("kind", "schema"):
            yield Trial(base, path, kind, field, companions)


def _of_chapter(
    base: str, owner: type[BaseModel], kind: type[BaseModel], path: str, here: Any, companions: Overrides
) -> Iterator[Trial]:
    """The fields of a chapter, and the chapter itself where the base lacks it."""
    if isinstance(here, dict):
        if _tag(kind) in (None, here.get("kind")):
            yield from _of_model(base, kind, path, here, companions)
        return
    least = LEAST.get(kind.__name__, {})
    if least:
        yield Trial(base, path, owner, None, companions, least)
    yield from _of_model(base, kind, path, least, {**companions, **(flat(path, least) if least else {})})


def _of_entry(
    base: str, owner: type[BaseModel], kind: type[BaseModel], path: str, here: Any, companions: Overrides
) -> Iterator[Trial]:
    """The first entry of a map of chapters; one of its own where the base has none."""
    fitting = [name for name, entry in (here or {}).items() if _tag(kind) in (None, entry.get("kind"))]
    if fitting:
        yield from _of_model(base, kind, f"{path}.{fitting[0]}", here[fitting[0]], companions)
    elif not here and kind.__name__ in LEAST:
        yield from _of_chapter(base, owner, kind, f"{path}.x", None, companions)


def values(trial: Trial) -> tuple[Any, ...]:
    """Other values of a field: as listed, every other word, or another number."""
    if trial.least:
        return (trial.least,)
    name = trial.of.rpartition(".")[2]
    for owner in trial.kind.__mro__:
        if (listed := VALUES.get(f"{owner.__name__}.{name}")) is not None:
            return tuple(listed) if isinstance(listed, list) else (listed,)
    member = next(item for item in _members(trial.field.annotation) if not _is_model(_bare(item)))
    bare = _bare(member)
    if get_origin(bare) is Literal:
        return get_args(bare)
    if bare is bool:
        return (True, False)
    reads = next((mark for mark in (*_marks(member), *trial.field.metadata) if isinstance(mark, Reads)), None)
    if reads is None:
        raise KeyError(f"{trial.of}: state a value in walk_values.yaml")
    return _numbers(trial, reads)


def _numbers(trial: Trial, reads: Reads) -> tuple[float, ...]:
    """Two numbers beside what a field is now, or what is usual of its unit."""
    made = before(trial.base, tuple(trial.companions.items())).made
    now = number_at(made.factory.document.model, made.factory.origins, trial.path) if made else None
    level = now.base if now is not None and now.base and np.isfinite(now.base) else TYPICAL.get(str(reads.unit), 0.5)
    near = [level * times for times in OTHERWISE] + [level, level + 1]
    found = [float(round(value)) if reads.whole else value for value in near]
    other = [value for value in found if reads.allows(value) and (now is None or value != now.base)]
    return tuple(dict.fromkeys(other))[:2]


def _members(annotation: Any) -> list[Any]:
    bare = _bare(annotation)
    if get_origin(bare) in (Union, UnionType):
        return [member for each in get_args(bare) if each is not type(None) for member in _members(each)]
    return [annotation]


def models_of(annotation: Any) -> list[type[BaseModel]]:
    """The models that a field leads to, as itself or as entries of a map."""
    found: list[type[BaseModel]] = []
    for member in _members(annotation):
        bare = _bare(member)
        if _is_model(bare):
            found.append(bare)
        elif get_origin(bare) is dict:
            found += models_of(get_args(bare)[1])
    return found


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _marks(annotation: Any) -> list[Any]:
    found: list[Any] = []
    while get_origin(annotation) is Annotated:
        found += get_args(annotation)[1:]
        annotation = get_args(annotation)[0]
    return found


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _tag(kind: type[BaseModel]) -> str | None:
    field = kind.model_fields.get("kind")
    return str(get_args(field.annotation)[0]) if field and get_origin(field.annotation) is Literal else None


def main() -> None:
    """Write the list."""
    rows = []
    with LIST.open("w", encoding="utf-8", newline="", buffering=1) as text:
        listed = csv.writer(text, lineterminator="\n")
        listed.writerow(("base", "field", "of", "does"))
        for trial in (trial for base in BASES for trial in trials(base)):
            rows.append((trial.base, trial.path, trial.of, classify(trial)))
            listed.writerow(rows[-1])
            if rows[-1][-1] == "silent" and trial.of not in SILENT:
                print(f"{trial.base}: {trial.path} ({trial.of}) changes nothing without a word", flush=True)
    found = {of: {does for _, _, each, does in rows if each == of} for of in dict.fromkeys(row[2] for row in rows)}
    for of, does in found.items():
        if not does & {"moves", "shown"} and of not in SILENT:
            print(f"{of} moves nothing in any base: {', '.join(does)}")


if __name__ == "__main__":
    main()
