"""A small record of what the model said, kept with the tests: metrics, single numbers and yearly rows of a case.

::

    PYTHONPATH=src:tools python -m compare.golden    # write tests/golden again

Flows are summed by calendar year and over items, balances are the last of the year. The rows are those of the money
pages, and where all terms are awake every row without items, but for rows of rounding alone. Each is written to a
hundredth of a billionth of its largest value. Old names are read through ``renamed.csv``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import floor, isfinite, log10
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compare.cases import CASES, Case
from compare.differences import DUST
from compare.renamed import Renamed, Rows, evaluate, names_in, read
from compare.snapshot import items_of, lines_of_run, metrics_of, run_case

__all__ = ["FOLDER", "GOLDEN", "Entry", "apart", "entries", "parsed", "path_of", "record", "result_of"]

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "golden"
GOLDEN = tuple(case for case in CASES if case.fast)
RUN = "contract_only"
PAGES = ("statements", "tax", "debt", "sources")
DIGITS = 11
TOLERANCE = 1e-9
HEAD = ("kind", "name", "from", "values")
Flow = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: a ``metric`` or its reason, a ``number``, a yearly ``flow`` or ``balance`` from a year on."""

    kind: str
    name: str
    year: int
    values: tuple[str, ...]


def path_of(case: Case) -> Path:
    """Where the record of a case stands."""
    return FOLDER / f"{case.name.replace('/', '-')}.csv"


def result_of(case: Case) -> Any:
    """The case, run."""
    return run_case(case, str(case.path) if case.path else case.file)


def entries(result: Any, *, whole: bool) -> Iterator[Entry]:
    """What is recorded of a result: the rows of the money pages, with ``whole`` every row without items."""
    for name, metric in metrics_of(result).items():
        yield Entry("metric", name, 0, _metric(metric))
    run = result.runs[RUN]
    shown = set(_shown(result))
    floors = _floors(result)
    for name, per, timed, unit, value in lines_of_run(run):
        if 0 < _largest(np.asarray(value, dtype=float)) <= floors[unit]:
            continue
        if per is None and not timed:
            yield Entry("number", name, 0, _written(np.array([value], dtype=float)))
        elif timed and (name in shown or (whole and per is None)):
            stock = run.ledger.lines[name].stock if name in run.ledger.lines else False
            kind = "balance" if stock else "flow"
            yearly = by_year(_found(result, name).values, kind, result.factory.timeline)
            first = int(np.argmax(yearly != 0))
            last = len(yearly) - int(np.argmax(yearly[::-1] != 0)) if np.any(yearly) else first
            years = _years(result.factory.timeline)
            yield Entry(kind, name, int(years[first]), _written(yearly[first:last]))


def _floors(result: Any) -> dict[str, float]:
    """For each unit the size below which a number is rounding alone."""
    found: dict[str, float] = {}
    for _, _, _, unit, value in lines_of_run(result.runs[RUN]):
        found[unit] = max(found.get(unit, 0.0), DUST * _largest(np.asarray(value, dtype=float)))
    return found


def _largest(values: Flow) -> float:
    return float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0))


def _shown(result: Any) -> Iterator[str]:
    """The lines on the money pages."""
    from computefactory import report

    for page in PAGES:
        for row in report.table(result, page, "year", RUN).rows:
            yield row.name.partition("[")[0]


def _metric(metric: Mapping[str, Any]) -> tuple[str, ...]:
    """Value and parts, or the reason and roots, as texts."""
    if metric["value"] is None:
        return (str(metric["reason"]), *(_short(root) for root in metric.get("roots", ())))
    return (_short(metric["value"]), *(_short(part) for part in metric.get("parts", {}).values()))


def _short(value: float) -> str:
    return f"{value:.12g}"


def _written(values: Flow) -> tuple[str, ...]:
    """Numbers to a fixed place after the largest of them."""
    largest = _largest(values)
    if not largest:
        return tuple("0" if isfinite(value) else _short(value) for value in values)
    places = DIGITS - 1 - floor(log10(largest))
    return tuple(_plain(round(float(value), places)) if isfinite(value) else _short(value) for value in values)


def _plain(value: float) -> str:
    return "0" if value == 0 else f"{value:.12g}"


def _years(timeline: Any) -> NDArray[np.int64]:
    return np.unique(timeline.calendar_year)


def by_year(values: Flow, kind: str, timeline: Any) -> Flow:
    """Items by months to calendar years."""
    rows = values.sum(axis=0)
    found = [rows[timeline.calendar_year == year] for year in _years(timeline)]
    return np.array([year[-1] if kind == "balance" else year.sum() for year in found])


def _found(result: Any, name: str) -> Rows:
    """A line or given of the run as items by months."""
    run = result.runs[RUN]
    owner = run.ledger.lines.get(name) or run.ledger.givens.get(name)
    if owner is None:
        raise KeyError(name)
    value = np.asarray(run.lines[name] if name in run.lines else run.inputs[name], dtype=float)
    if owner.per is None:
        return Rows(value.reshape(1, -1))
    rows = value.reshape(len(value), -1) if value.size else np.zeros((len(value), 1))
    return Rows(rows, tuple(items_of(result, owner.per)))


def parsed(text: str) -> list[Entry]:
    """The records of a file."""
    rows = csv.reader(io.StringIO(text))
    next(rows)
    return [Entry(kind, name, int(year), tuple(values.split())) for kind, name, year, values in rows]


def record(found: Iterator[Entry]) -> str:
    """The records as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows((entry.kind, entry.name, entry.year, " ".join(entry.values)) for entry in found)
    return out.getvalue()


def apart(result: Any, kept: list[Entry], table: Mapping[str, Renamed]) -> Iterator[str]:
    """What the result says otherwise than the record, in words."""
    metrics = metrics_of(result)
    for entry in kept:
        if entry.kind == "metric":
            case, dot, plain = entry.name.rpartition(".")
            row = table.get(plain)
            name = f"{case}{dot}{row.new}" if row else entry.name
            if name not in metrics:
                yield f"{entry.name}: no such metric"
            elif not _same(entry.values, _metric(metrics[name])):
                yield f"{entry.name}: {' '.join(entry.values)} -> {' '.join(_metric(metrics[name]))}"
            continue
        row = table.get(entry.name)
        if row and row.gone:
            continue
        try:
            found = evaluate(row.new if row else entry.name, _finder(result))
        except KeyError as error:
            yield f"{entry.name}: no line {error}"
            continue
        if told := _differs(entry, found, result.factory.timeline, _floor_of(result, row.new if row else entry.name)):
            yield told


def _floor_of(result: Any, text: str) -> float:
    """The size of rounding in the unit of the first line that an expression reads."""
    lines = result.runs[RUN].ledger.lines
    units = [str(lines[name].unit) for name in sorted(names_in(text)) if name in lines]
    return _floors(result).get(units[0], 0.0) if units else 0.0


def _finder(result: Any) -> Callable[[str], Rows]:
    return lambda name: _found(result, name)


def _same(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Words alike, numbers within the tolerance; what is dust beside the largest counts as nothing."""
    if len(old) != len(new) or old == new:
        return old == new
    try:
        a, b = (np.array([float(text) for text in side]) for side in (old, new))
    except ValueError:
        return False
    return bool(np.all(np.abs(a - b) <= np.maximum(TOLERANCE * np.abs(a), DUST * _largest(a))))


def _differs(entry: Entry, found: Rows, timeline: Any, floor: float) -> str:
    """Where a number or a yearly row is another, or nothing."""
    old = np.array([float(value) for value in entry.values])
    if entry.kind == "number":
        new = found.values.reshape(-1)
        if new.size != 1:
            return f"{entry.name}: {new.size} values, expected 1"
    else:
        years = _years(timeline)
        kept, old = old, np.zeros(len(years))
        first = int(np.searchsorted(years, entry.year))
        old[first : first + len(kept)] = kept
        months = np.broadcast_to(found.values, (len(found.values), timeline.periods))
        new = by_year(months, entry.kind, timeline)
    with np.errstate(invalid="ignore"):
        gap = np.where((old == new) | (np.isnan(old) & np.isnan(new)), 0.0, np.abs(old - new))
    if np.all(gap <= np.maximum(TOLERANCE * _largest(old), floor)):
        return ""
    place = int(np.argmax(np.nan_to_num(gap, nan=np.inf)))
    when = f" in {_years(timeline)[place]}" if entry.kind != "number" else ""
    return f"{entry.name}{when}: {old[place]:.12g} -> {new[place]:.12g}"


def main() -> None:
    """Write the records of all cases."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    size = 0
    for case in GOLDEN:
        text = record(entries(result_of(case), whole=case.path is not None))
        size += len(text.encode())
        path_of(case).write_text(text, encoding="utf-8", newline="\n")
        wrong = list(apart(result_of(case), parsed(text), read()))
        print(f"{case.name}: {len(text.encode()):,} bytes" + (f"; {wrong}" if wrong else ""))
    print(f"{size:,} bytes")


if __name__ == "__main__":
    main()
