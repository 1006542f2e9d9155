"""Where two snapshots of a case part: metrics, rows of the ledger, JSON by key path, numbers on pages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compare.renamed import Renamed, Rows, TableError, evaluate
from compare.snapshot import LINES, SAID

__all__ = ["DUST", "KINDS", "TOLERANCE", "Difference", "Report", "Snapshot", "compare"]

KINDS = ("metrics", "lines", "json", "pages")
TOLERANCE = 1e-9
DUST = 1e-14  # of the largest number in the same unit: a row that is smaller on both sides is rounding alone
WORDS = {  # JSON keys whose text may change: only the numbers in it are compared
    *("label", "doc", "title", "note", "text", "hint", "formula", "function", "warnings", "message", "definition"),
}
LEFT_OUT = {"version", "engine", "hash", "library_hash", "file_hash", "file", "line"}
NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\d])")
VERSION = re.compile(r"computefactory \d[\w.]*")
KEYS = ("name", "key", "path", "table", "field", "line", "row", "contract", "tranche", "month")


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is another now; ``size`` is its share of the row's largest (inf: not comparable)."""

    kind: str
    place: str
    size: float
    told: str


@dataclass(slots=True)
class Report:
    """What was compared in a case, and what differs."""

    case: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    differences: list[Difference] = field(default_factory=list)
    dust: int = 0
    rounded: int = 0
    new: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def add(self, kind: str, place: str, size: float, told: str) -> None:
        """Note a difference."""
        self.differences.append(Difference(kind, place, size, told))


class Snapshot:
    """One version's answers to a case, read from its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: dict[str, Any] = json.loads((folder / SAID).read_text(encoding="utf-8"))
        self._packed: dict[str, NDArray[np.float64]] = {}

    @cached_property
    def archive(self) -> zipfile.ZipFile:
        """The file of all rows."""
        return zipfile.ZipFile(self.folder / LINES)

    @property
    def runs(self) -> Mapping[str, Any]:
        """Index of the rows by run and kind."""
        found: Mapping[str, Any] = self.said.get("runs", {})
        return found

    def rows(self, run: str, kind: str, name: str) -> Rows:
        """One line or given as a table of items by months."""
        entry = self.runs[run][kind][name]
        shape = tuple(entry["shape"])
        values = np.zeros(shape)
        if "at" in entry:
            whole = self._whole(f"{run}.{kind}.npy")
            values = whole[entry["at"] : entry["at"] + int(np.prod(shape))].reshape(shape)
        if not entry["per"]:
            return Rows(values.reshape(1, -1))
        return Rows(values.reshape(shape[0], -1) if values.size else np.zeros((shape[0], 1)), self._items(entry["per"]))

    def find(self, run: str, name: str) -> Rows:
        """A line, else a given, of a run.

        Raises:
            KeyError: there is none of that name.
        """
        for kind in ("lines", "givens"):
            if name in self.runs[run][kind]:
                return self.rows(run, kind, name)
        raise KeyError(name)

    def _items(self, axis: str) -> tuple[str, ...]:
        return tuple(self.said["items"][axis])

    def _whole(self, member: str) -> NDArray[np.float64]:
        if member not in self._packed:
            self._packed[member] = np.load(io.BytesIO(self.archive.read(member)))
        return self._packed[member]


def compare(
    before: Snapshot, after: Snapshot, table: Mapping[str, Renamed], kinds: Sequence[str], tolerance: float = TOLERANCE
) -> Report:
    """Everything of these kinds, in one case."""
    report = Report(before.said["case"])
    refusals = [_numbers(side.said.get("refused", "")) for side in (before, after)]
    if "refused" in before.said or "refused" in after.said:
        told = " -> ".join(str(side.said.get("refused", "accepted")) for side in (before, after))
        if ("refused" in before.said) != ("refused" in after.said) or refusals[0] != refusals[1]:
            report.add("metrics", "run", np.inf, told)
        return report
    if "metrics" in kinds:
        _metrics(before, after, table, report, tolerance)
    if "lines" in kinds:
        for run in before.runs:
            _run(before, after, run, table, report, tolerance)
    if "json" in kinds:
        for name, old in before.said.get("json", {}).items():
            _Tree("json", old, table, report, tolerance).values(name, old, after.said["json"].get(name))
    if "pages" in kinds:
        for name, text in before.said.get("pages", {}).items():
            _page(name, text, after.said["pages"].get(name, ""), report)
    return report


def _metrics(before: Snapshot, after: Snapshot, table: Mapping[str, Renamed], report: Report, tolerance: float) -> None:
    """Value, reason, parts and roots of each metric."""
    found = after.said["metrics"]
    tree = _Tree("metrics", before.said["metrics"], table, report, tolerance)
    for name, old in before.said["metrics"].items():
        case, dot, plain = name.rpartition(".")
        entry = table.get(plain)
        new = found.get(f"{case}{dot}{entry.new}" if entry and entry.new else name)
        tree.values(name, old, new)


def _run(
    before: Snapshot, after: Snapshot, run: str, table: Mapping[str, Renamed], report: Report, tolerance: float
) -> None:
    """Every line and given of one evaluation."""
    if run not in after.runs:
        report.add("lines", run, np.inf, "the run is missing")
        return
    for kind in ("lines", "givens"):
        old_index, new_index = before.runs[run][kind], after.runs[run][kind]
        report.new |= {f"{kind[:-1]} {name}" for name in new_index.keys() - old_index.keys()}
        floors = _floors(before, run, kind)
        for name, entry in old_index.items():
            report.counts["lines"] += 1
            row = table.get(name)
            if row and row.gone:
                report.gone.add(f"{kind[:-1]} {name}")
                continue
            old = before.rows(run, kind, name)
            try:
                new = evaluate(row.new, lambda name: after.find(run, name)) if row else after.find(run, name)
            except KeyError as error:
                report.add("lines", f"{run}.{name}", np.inf, f"no line or given {error} now; say so in renamed.csv")
                continue
            except (TableError, ValueError, TypeError) as error:
                report.add("lines", f"{run}.{name}", np.inf, f"renamed.csv: {error}")
                continue
            _rows(f"{run}.{name}", old, new, floors.get(entry["unit"], 0.0), before, report, tolerance)


def _floors(before: Snapshot, run: str, kind: str) -> dict[str, float]:
    """For each unit the size below which a row is dust."""
    found: dict[str, float] = {}
    for name, entry in before.runs[run][kind].items():
        if "at" in entry:
            values = before.rows(run, kind, name).values
            largest = float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0))
            found[entry["unit"]] = max(found.get(entry["unit"], 0.0), DUST * largest)
    return found


def _rows(place: str, old: Rows, new: Rows, floor: float, before: Snapshot, report: Report, tolerance: float) -> None:
    """Each row within the tolerance of its own largest."""
    if old.values.size == 0:
        return
    try:
        a = np.asarray(old.values, dtype=float)
        b = np.broadcast_to(np.asarray(new.values, dtype=float), a.shape)
    except ValueError:
        report.add("lines", place, np.inf, f"shape {old.values.shape} -> {new.values.shape}")
        return
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    if np.all(same):
        return
    finite = np.isfinite(a) & np.isfinite(b)
    scale = np.max(np.where(np.isfinite(a), np.abs(a), 0.0), axis=1, keepdims=True)
    scale = np.maximum(scale, np.max(np.where(np.isfinite(b), np.abs(b), 0.0), axis=1, keepdims=True))
    apart = np.where(same, 0.0, np.where(finite, np.abs(np.where(finite, a - b, 0.0)), np.inf))
    size = np.divide(apart, scale, out=np.where(apart > 0, np.inf, 0.0), where=scale > 0)
    wrong = size > tolerance
    dust = wrong & (scale <= floor) & finite
    report.dust += int(np.any(dust))
    wrong &= ~dust
    if not np.any(wrong):
        return
    item, month = np.unravel_index(int(np.argmax(np.where(wrong, size, -1.0))), size.shape)
    where = ", ".join(
        part
        for part in (
            old.items[item] if len(old.items) > 1 or old.items != ("",) else "",
            before.said["months"][month] if a.shape[1] == len(before.said["months"]) else "",
        )
        if part
    )
    told = f"{a[item, month]:.12g} -> {b[item, month]:.12g}" + (f" ({where})" if where else "")
    report.add("lines", place, float(size[item, month]), f"{told}; {int(wrong.sum())} values differ")


class _Tree:
    """Values of one JSON document against another by key path; old names are looked up under the new ones."""

    def __init__(self, kind: str, old: Any, table: Mapping[str, Renamed], report: Report, tolerance: float) -> None:
        self.kind, self.table, self.report, self.tolerance = kind, table, report, tolerance
        self.largest = max(_sizes(old), default=0.0)

    def values(self, path: str, old: Any, new: Any, floor: float = 0.0) -> None:
        """Whatever stands at a path; ``floor`` is the size below which a number beside its like is dust."""
        if path.rpartition("/")[2] in LEFT_OUT:
            return
        if isinstance(old, dict) and isinstance(new, dict):
            self._maps(path, old, new)
        elif isinstance(old, list) and isinstance(new, list):
            self._lists(path, old, new, floor)
        else:
            self.report.counts[self.kind] += 1
            self._leaf(path, old, new, floor)

    def _maps(self, path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Values by key; money is dust beside the largest of the document, anything else beside its neighbours."""
        money = old.get("unit") == "USD"
        floor = DUST * (self.largest if money else max(_sizes(list(old.values())), default=0.0))
        for name, value in old.items():
            found = _named(name, self.table)
            if found is None or name in LEFT_OUT:
                continue
            if name not in new and found not in new:
                self._add(f"{path}/{name}", np.inf, "the key is missing")
                continue
            self.values(f"{path}/{name}", value, new[found] if found in new else new[name], floor)

    def _lists(self, path: str, old: list[Any], new: list[Any], floor: float) -> None:
        """Rows by what names them, else by place; numbers as one row within the tolerance of its largest."""
        if old and all(_is_number(value) for value in (*old, *new)) and len(old) == len(new):
            self._row(path, old, new, floor)
            return
        if path.rpartition("/")[2] in WORDS:
            self.report.counts[self.kind] += 1
            self._leaf(path, " ".join(map(str, old)), " ".join(map(str, new)), floor)
            return
        before, after = _keyed(old, self.table), _keyed(new, {})
        if before is not None and after is not None:
            for name, value in before.items():
                if name in after:
                    self.values(f"{path}/{name}", value, after[name], floor)
                else:
                    self._add(f"{path}/{name}", np.inf, "the row is missing")
            return
        if len(old) != len(new):
            self._add(path, np.inf, f"{len(old)} -> {len(new)} entries")
        for place, (a, b) in enumerate(zip(old, new, strict=False)):
            self.values(f"{path}/{place}", a, b, floor)

    def _row(self, path: str, old: list[Any], new: list[Any], floor: float) -> None:
        self.report.counts[self.kind] += len(old)
        a, b = (np.array([np.nan if value is None else value for value in side], dtype=float) for side in (old, new))
        scale = float(np.nanmax(np.abs([a, b]), initial=0.0))
        wrong = ~((np.abs(a - b) <= self.tolerance * scale) | (np.isnan(a) & np.isnan(b)))
        if not np.any(wrong):
            return
        if scale <= floor and np.array_equal(np.isnan(a), np.isnan(b)):
            self.report.dust += 1
            return
        place = int(np.argmax(np.where(wrong, np.nan_to_num(np.abs(a - b), nan=np.inf), -1.0)))
        gap = abs(a[place] - b[place])
        self._add(
            f"{path}/{place}", float(gap / scale) if np.isfinite(gap) else np.inf, f"{old[place]} -> {new[place]}"
        )

    def _leaf(self, path: str, old: Any, new: Any, floor: float) -> None:
        if isinstance(old, str) and isinstance(new, str):
            wrong = new not in (old, _named(old, self.table))
            if WORDS.intersection(path.split("/")):
                wrong = not _agree(_numbers(old), _numbers(new))
            if wrong:
                self._add(path, np.inf, f"{old!r} -> {new!r}")
        elif _is_number(old) and _is_number(new) and old is not None and new is not None:
            scale = max(abs(old), abs(new))
            if abs(old - new) <= self.tolerance * scale:
                return
            if scale <= floor:
                self.report.dust += 1
                return
            self._add(path, abs(old - new) / scale, f"{old} -> {new}")
        elif old != new or type(old) is not type(new):
            self._add(path, np.inf, f"{old!r} -> {new!r}")

    def _add(self, path: str, size: float, told: str) -> None:
        self.report.add(self.kind, path, size, told)


def _sizes(value: Any) -> Iterator[float]:
    """Sizes of all numbers in a JSON value."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield abs(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _sizes(part)
    elif isinstance(value, list):
        for part in value:
            yield from _sizes(part)


def _keyed(rows: list[Any], table: Mapping[str, Renamed]) -> dict[str, Any] | None:
    """Rows by the words that name them; None where these do not tell them apart."""
    if not rows or not all(isinstance(row, dict) for row in rows):
        return None
    names = [" ".join(str(_named(str(row[key]), table)) for key in KEYS if key in row) for row in rows]
    kept = {name: row for name, row in zip(names, rows, strict=True) if name and "None" not in name.split()}
    return kept if len(set(names)) == len(names) and all(names) else None


def _named(name: str, table: Mapping[str, Renamed]) -> str | None:
    """What a key is called now: None where it is gone, itself where an expression stands for it."""
    line, bracket, item = name.partition("[")
    entry = table.get(line)
    if entry is None:
        return name
    if entry.gone:
        return None
    return f"{entry.new}{bracket}{item}" if entry.new.isidentifier() else name


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _numbers(text: str) -> list[str]:
    """The numbers of a text in order, as they are written; versions of the program are none."""
    return [found.lstrip("+").rstrip(",") for found in NUMBER.findall(VERSION.sub("", text))]


def _agree(old: Sequence[str], new: Sequence[str]) -> bool:
    return len(old) == len(new) and all(_step(a, b) <= 1 for a, b in zip(old, new, strict=True))


def _step(old: str, new: str) -> float:
    """By how much two printed numbers differ, in units of their last digit; years and counts are the same or not."""
    if old == new:
        return 0.0
    if not any(sign in text for sign in ".," for text in (old, new)):
        return np.inf
    digits = max(len(text.partition(".")[2]) for text in (old, new))
    return round(abs(float(old.replace(",", "")) - float(new.replace(",", ""))) * 10.0**digits, 6)


def _page(name: str, old: str, new: str, report: Report) -> None:
    """Every number of a page in order; a last digit that tips over is counted and does not fail."""
    before, after = list(_placed(old)), list(_placed(new))
    report.counts["pages"] += len(before)
    for k, (a, b) in enumerate(zip_longest(before, after)):
        if a is None or b is None:
            extra = (a or b or ("", ""))[1].strip()
            report.add("pages", f"{name}, number {k + 1}", np.inf, f"{len(before)} -> {len(after)} numbers: {extra}")
            return
        apart = _step(a[0], b[0])
        if 0 < apart <= 1:
            report.rounded += 1
        elif apart > 1:
            scale = max(abs(float(text.replace(",", ""))) for text in (a[0], b[0]))
            size = abs(float(a[0].replace(",", "")) - float(b[0].replace(",", ""))) / scale
            report.add("pages", f"{name}, number {k + 1}", size, f"{a[0]} -> {b[0]}: {a[1].strip()}")


def _placed(text: str) -> Iterator[tuple[str, str]]:
    """Each number with the line that it stands in."""
    for line in text.splitlines():
        for number in _numbers(line):
            yield number, line
