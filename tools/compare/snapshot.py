"""What one version of the model says about a case: metrics, every line of every run, JSON and pages.

Runs inside the version it describes (``PYTHONPATH`` says which) and knows little about it: what may move between
versions is asked for in the functions under "what depends on the version".
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compare.cases import CASES, Case

__all__ = ["FORMAT", "LINES", "SAID", "lines_of_run", "snapshot"]

FORMAT = "1"  # rises when what is written changes: cached snapshots of another format are made anew
LINES, SAID = "lines.zip", "said.json"
RUNS = ("contract_only", "contract_and_residual", "full_life", "unit_cost")
TABLES = ("statements", "debt", "tax", "sources")
SHEETS = ("book", "loans", "plant", "power", "output", "returns")

Row = tuple[str, str | None, bool, str, Any]  # name, item axis, whether it varies over time, unit, value


# what depends on the version


def run_case(case: Case, file: str) -> Any:
    """The result of the case."""
    import computefactory as cf

    return cf.run(file, overrides=dict(case.settings), resize=case.resize)


def metrics_of(result: Any) -> dict[str, Any]:
    """Every metric, and the returns of each case, as JSON objects."""
    return {name: metric.as_dict() for name, metric in result.metrics.items()} | {
        f"{case}.{name}": metric.as_dict() for case, found in result.returns.items() for name, metric in found.items()
    }


def runs_of(result: Any) -> Iterator[tuple[str, Any]]:
    """Every evaluation of the ledger by name."""
    for name in RUNS:
        yield name, result.runs[name]
    if result.sized is not None:
        yield "sized", result.sized


def lines_of_run(run: Any) -> Iterator[Row]:
    """Every line; a frozen schedule stands beside them."""
    for name, line in run.ledger.lines.items():
        yield name, line.per, line.timed, str(line.unit), run.lines[name]
    for name in sorted(set(run.lines) - set(run.ledger.lines)):
        given = run.ledger.givens.get(name)
        if given is not None:
            yield name, given.per, given.timed, str(given.unit), run.lines[name]


def givens_of_run(run: Any) -> Iterator[Row]:
    """What goes into the ledger."""
    for name, given in run.ledger.givens.items():
        if name in run.inputs:
            yield name, given.per, given.timed or given.table, str(given.unit), run.inputs[name]


def items_of(result: Any, axis: str) -> list[str]:
    """The names on an item axis."""
    return [str(name) for name in result.items(axis)]


def months_of(result: Any) -> list[str]:
    """The months of the timeline."""
    return list(result.factory.timeline.names)


def choices_of(result: Any) -> dict[str, str]:
    """The conventions that choose among the lines, as the version knows them."""
    with contextlib.suppress(ImportError, AttributeError):
        model = importlib.import_module("computefactory.model")
        return dict(model.choices_of(result.factory, "sized"))
    return {}


def twins() -> dict[str, list[dict[str, str]]]:
    """Each name with more than one definition, and when each of them holds."""
    model = importlib.import_module("computefactory.model")
    found: dict[str, list[dict[str, str]]] = {}
    for line in {id(item): item for item in model.LINES}.values():
        found.setdefault(line.name, []).append(dict(line.only))
    return {name: when for name, when in found.items() if len(when) > 1}


def command(arguments: list[str]) -> str:
    """What the command line prints; the message where it refuses."""
    from computefactory import cli

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        cli.main(arguments)
    return out.getvalue()


@contextlib.contextmanager
def remembering() -> Iterator[None]:
    """Each question of the command line is worked out once, however many pages ask it."""
    import computefactory as cf

    places: list[tuple[Any, str]] = [(cf, "run")]
    with contextlib.suppress(ImportError):
        places.append((importlib.import_module("computefactory.answers"), "run"))
    with contextlib.suppress(ImportError):
        places += [(importlib.import_module("computefactory.appraisal"), name) for name in ("qualify", "value")]
    before = [(place, name, getattr(place, name)) for place, name in places if hasattr(place, name)]
    for place, name, function in before:
        setattr(place, name, _remembered(function))
    sheets: dict[str, Callable[..., Any]] = {}
    with contextlib.suppress(ImportError, AttributeError):
        sheets = importlib.import_module("computefactory.report").SHEETS
    kept = dict(sheets)
    sheets.update({name: _remembered(function) for name, function in kept.items()})
    try:
        yield
    finally:
        sheets.update(kept)
        for place, name, function in before:
            setattr(place, name, function)


def _remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[str, Any] = {}

    def asked(*args: Any, **kwargs: Any) -> Any:
        key = repr(([arg if isinstance(arg, str) else id(arg) for arg in args], sorted(kwargs.items())))
        if key not in known:
            known[key] = function(*args, **kwargs)
        return known[key]

    return asked


# what does not


def questions(case: Case, file: str) -> dict[str, list[str]]:
    """The commands whose pages and JSON are kept, by name."""
    settings = [part for path, value in case.settings.items() for part in ("--set", f"{path}={value}")]
    sized = [*settings, *(["--resize"] if case.resize else [])]
    found = {"run": ["run", file, *sized]}
    found |= {f"show/{page}": ["show", file, page, *sized] for page in (*TABLES, *SHEETS)}
    found |= {f"view/{reader}": ["run", file, "--view", reader, *sized] for reader in ("operator", "equity")}
    found |= {verb: [verb, file, *settings] for verb in ("qualify", "value")}
    return found


def packed(rows: Iterable[Row]) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """Rows in one array, and for each name where it stands; what is nothing throughout takes no room."""
    index: dict[str, Any] = {}
    parts: list[NDArray[np.float64]] = []
    place = 0
    for name, per, timed, unit, value in rows:
        array = np.asarray(value, dtype=np.float64)
        entry: dict[str, Any] = {"shape": list(array.shape), "per": per, "timed": bool(timed), "unit": unit}
        if np.any(array):
            entry["at"] = place
            parts.append(array.ravel())
            place += array.size
        index[name] = entry
    return index, np.concatenate(parts) if parts else np.zeros(0)


def snapshot(case: Case, target: Path, *, pages: bool = True) -> None:
    """Write what this version says about a case into a folder; it appears whole or not at all."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    file = case.file
    if case.path:
        shutil.copy(case.path, partial / case.file)
    with contextlib.chdir(partial), remembering():
        said: dict[str, Any] = {"case": case.name}
        try:
            result = run_case(case, file)
        except Exception as error:  # noqa: BLE001  # a refusal is an answer too, and is compared
            said["refused"] = f"{type(error).__name__}: {error}"
        else:
            said |= {"choices": choices_of(result), "metrics": metrics_of(result), "runs": {}, "items": {}}
            _write_lines(result, said)
            if pages:
                said |= answers(case, file)
        Path(SAID).write_text(json.dumps(said), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _write_lines(result: Any, said: dict[str, Any]) -> None:
    axes: set[str] = set()
    with zipfile.ZipFile(LINES, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, run in runs_of(result):
            for kind, rows in (("lines", lines_of_run(run)), ("givens", givens_of_run(run))):
                index, values = packed(rows)
                said["runs"].setdefault(name, {})[kind] = index
                axes |= {entry["per"] for entry in index.values() if entry["per"]}
                buffer = io.BytesIO()
                np.save(buffer, values)
                archive.writestr(f"{name}.{kind}.npy", buffer.getvalue())
    said["months"] = months_of(result)
    said["items"] = {axis: items_of(result, axis) for axis in sorted(axes)}


def answers(case: Case, file: str) -> dict[str, Mapping[str, Any]]:
    """The pages as text, and the same as JSON."""
    found: dict[str, Any] = {"pages": {}, "json": {}}
    for name, arguments in questions(case, file).items():
        found["pages"][name] = command(arguments)
        text = command([*arguments, "--json"])
        try:
            found["json"][name] = json.loads(text)
        except ValueError:
            found["json"][name] = {"refused": text}
    return found


def main() -> None:
    """``python -m compare.snapshot FOLDER CASE=TARGET ...``: snapshots of cases into folders."""
    parser = argparse.ArgumentParser(prog="compare.snapshot")
    parser.add_argument("targets", nargs="+", metavar="CASE=FOLDER")
    known = {case.name: case for case in CASES}
    for given in parser.parse_args().targets:
        name, _, folder = given.partition("=")
        snapshot(known[name], Path(folder))
        print(name, flush=True)


if __name__ == "__main__":
    main()
