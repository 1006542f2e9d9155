"""A forecast graded: every later reported quarter, line by line, the error by cause, beside two naive rivals.

What is sold is a floor, not a forecast: business signed after the day of the question is no part of it, and the split
says how much of the error that is. Reported rows are read from the whole library here and nowhere in a run; a quarter
counts where its figure was public only after the day of the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from computefactory.analysis.causes import CAUSES
from computefactory.analysis.divided import Forecast, Splits
from computefactory.analysis.guidance import OWN, StatedGuidance, came_out, stated_by
from computefactory.analysis.reported import DEBT, LINES, GradedFigure, ReportedLine, Reports, reports_of
from computefactory.analysis.rivals import growth_held, mean_absolute
from computefactory.analysis.run import BASE
from computefactory.timeline import MONTHS_PER_QUARTER, month_name, month_number

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult
    from computefactory.library import Library

__all__ = ["Graded", "GradedCell", "GradedLine", "Score", "forecast_of", "grade", "graded"]

BESIDE = 1e-3  # a book larger than the obligations reported by more than a rounding holds orders beside them
BEYOND = "What is {case} counts too, as if it were let from the day it could bill."
FLOOR = (
    "What is sold is a floor, not a forecast: what the company signed after {day} is no part of it, and that share of "
    "every error says so."
)


@dataclass(frozen=True, slots=True)
class GradedCell:
    """One line in one quarter: forecast, what was reported (None: missing), the error by cause, the rivals."""

    end: str
    forecast: float | None
    reported: GradedFigure | None
    causes: Mapping[str, float] = field(default_factory=dict)
    growth: float | None = None
    guidance: StatedGuidance | None = None

    @property
    def guided(self) -> float | None:
        """The middle of the guidance."""
        return self.guidance.middle if self.guidance else None

    @property
    def error(self) -> float | None:
        """Forecast less reported."""
        return None if self.forecast is None or self.reported is None else self.forecast - self.reported.value

    @property
    def share(self) -> float | None:
        """The error as a share of what was reported."""
        if self.error is None or self.reported is None or not self.reported.value:
            return None
        return self.error / abs(self.reported.value)


Pair = tuple[float | None, GradedCell]  # what was said of a quarter


@dataclass(frozen=True, slots=True)
class Score:
    """How far off, over the quarters that could be compared: their number, mean of |error|, both as shares."""

    n: int
    mean_absolute: float | None
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class GradedLine:
    """One line over all quarters."""

    reports: Reports
    cells: tuple[GradedCell, ...]

    @property
    def line(self) -> ReportedLine:
        """What it is."""
        return self.reports.line

    @property
    def ours(self) -> Score:
        """The forecast."""
        return _score([(cell.forecast, cell) for cell in self.cells])

    @property
    def _growth(self) -> list[Pair]:
        return [(cell.growth, cell) for cell in self.cells]

    @property
    def _guided(self) -> list[Pair]:
        return [(cell.guided, cell) for cell in self.cells]

    @property
    def growth(self) -> Score:
        """Growth held."""
        return _score(self._growth)

    @property
    def guidance(self) -> Score:
        """The middle of the guidance."""
        return _score(self._guided)

    @property
    def duels(self) -> dict[str, tuple[int, float, float]]:
        """Each rival against the forecast, on the quarters of both: their number, mean |error| of ours and of its."""
        found = {}
        for name, said in (("growth held", self._growth), ("guidance", self._guided)):
            both = [(value, cell) for value, cell in said if value is not None and cell.forecast is not None]
            ours, theirs = _score([(cell.forecast, cell) for _, cell in both]), _score(both)
            if ours.mean_absolute is not None and theirs.mean_absolute is not None:
                found[name] = (ours.n, ours.mean_absolute, theirs.mean_absolute)
        return found

    @property
    def missing(self) -> tuple[str, ...]:
        """Quarters that no fact holds in this definition."""
        return tuple(cell.end for cell in self.cells if cell.reported is None)

    @property
    def shares(self) -> dict[str, float] | None:
        """Mean share of each cause in what was reported, over the quarters that were split."""
        split = [cell for cell in self.cells if cell.causes and cell.reported and cell.reported.value]
        if not split:
            return None
        return {
            name: sum(cell.causes[name] / abs(cell.reported.value) for cell in split if cell.reported) / len(split)
            for name in CAUSES
        }


@dataclass(frozen=True, slots=True)
class Graded:
    """A company's forecast against every quarter reported after the day of the question."""

    company: str
    as_of: str
    case: str
    lines: tuple[GradedLine, ...]
    guidance: tuple[StatedGuidance, ...]

    @property
    def floor(self) -> str:
        """What has to be said first."""
        return (FLOOR if self.case == BASE else f"{BEYOND} {FLOOR}").format(day=self.as_of, case=self.case)

    @property
    def n(self) -> int:
        """Quarters times lines that could be compared."""
        return sum(line.ours.n for line in self.lines)

    @property
    def missing(self) -> int:
        """Quarters times lines that no fact holds."""
        return sum(len(line.missing) for line in self.lines)

    @property
    def worst(self) -> tuple[GradedLine, ...]:
        """Lines that could be compared, the most wrong first."""
        known = [line for line in self.lines if line.ours.n]
        return tuple(sorted(known, key=lambda line: -(line.ours.mean_absolute or 0.0)))


def graded(result: CompanyResult) -> Graded:
    """A run of a company, graded on what the whole library holds."""
    file, forecast, library = result.factory.document.company, forecast_of(result), result.factory.library.whole
    operator = file.operator or result.name
    book = _book_line(library, operator, file.book.kind if file.book else "rpo", forecast)
    return grade(
        forecast,
        library,
        operator=operator,
        as_of=result.as_of,
        name=result.name,
        case=result.case,
        lines=[line for line in LINES if line.series != "backlog" or line.name == book],
    )


def _book_line(library: Library, operator: str, kind: str, forecast: Forecast) -> str:
    """The line that the book is graded on: the file's kind; with orders beside reported obligations the backlog."""
    before = forecast.start - 1
    rpo = next(line for line in LINES if line.name == "rpo")
    opening = reports_of(library, operator, rpo, before).quarters.get(before)
    beside = opening is not None and forecast.opening["backlog"] > opening.value * (1 + BESIDE)
    return "backlog" if beside else kind


def forecast_of(result: CompanyResult) -> Forecast:
    """What is graded of a run."""
    lines, inputs = result.workings.lines, result.workings.inputs
    months = np.arange(len(result.months), dtype=float)
    counts = np.asarray(inputs["b_full_power"]) * np.asarray(lines["b_counts"])
    held = counts[:, None] * (months < np.asarray(inputs["b_until"])[:, None])
    inside = np.max(inputs["b_factory_power"], axis=-1, initial=0.0)
    opening = {
        "billing_power": float(np.sum(inputs["b_power"])),
        "net_debt": float(lines["opening_net_debt"]),
        "debt_balance": float(lines["debt_principal"]),
        "backlog": float(lines["book_at_start"]),
    }
    return Forecast(
        month_number(result.months[0]),
        {name: np.asarray(lines[name]) for name in ("committed_revenue", *(line.series for line in (*LINES, DEBT)))},
        opening,
        np.sum(held, axis=0) + np.sum(inside),
        max(opening["debt_balance"], float(np.max(lines["debt_balance"]))),
        float(np.sum(lines["capex"])),
    )


def grade(
    forecast: Forecast,
    library: Library,
    *,
    operator: str,
    as_of: str,
    name: str = "",
    case: str = BASE,
    lines: Sequence[ReportedLine] = LINES,
) -> Graded:
    """Forecast months against what a library holds of an operator, in every quarter public after a day."""
    before = forecast.start - 1
    reports = {line.name: reports_of(library, operator, line, before) for line in (*lines, DEBT)}
    later = _later([reports[line.name] for line in lines], before, as_of)
    ends = range(before + MONTHS_PER_QUARTER, max(later, default=before) + 1, MONTHS_PER_QUARTER)
    said = []
    for each in stated_by(library, operator, as_of, before):
        reported, ours = came_out(each, library, operator, forecast, reports)
        said.append(replace(each, reported=reported, forecast=ours))
    splits = Splits(forecast, reports, ends).by_line()
    found = []
    for line in lines:
        shown = [end for end in ends if end >= min(later)]
        cells = _cells(forecast, reports[line.name], shown, splits.get(line.name, {}), as_of, said)
        found.append(GradedLine(reports[line.name], cells))
    return Graded(name or operator, as_of, case, tuple(found), tuple(said))


def _later(reports: Sequence[Reports], before: int, as_of: str) -> set[int]:
    """Ends of quarters of which any line was reported after the day."""
    found = {end for each in reports for end, figure in each.quarters.items() if figure.known > as_of}
    return {end for end in found if end > before and (end - before) % MONTHS_PER_QUARTER == 0}


def _cells(
    forecast: Forecast,
    reports: Reports,
    ends: Sequence[int],
    splits: Mapping[int, dict[str, float]],
    as_of: str,
    said: Sequence[StatedGuidance],
) -> tuple[GradedCell, ...]:
    line, cells = reports.line, []
    last = max((end for end, figure in reports.quarters.items() if figure.known <= as_of), default=0)
    known = (reports.quarters.get(end) for end in (last - MONTHS_PER_QUARTER, last))
    pair = [figure.value if figure else None for figure in known]
    for end in ends:
        figure = reports.quarters.get(end)
        if figure is not None and figure.known <= as_of:
            continue  # it was known on the day: no forecast
        growth = growth_held(pair[0], pair[1], (end - last) // MONTHS_PER_QUARTER)
        of_it = next(
            (each for each in said if OWN.get(each.what) == line.name and each.period == month_name(end)), None
        )
        cells.append(
            GradedCell(month_name(end), forecast.quarter(line, end), figure, splits.get(end, {}), growth, of_it)
        )
    return tuple(cells)


def _score(pairs: Sequence[Pair]) -> Score:
    known = [(ours, cell.reported.value) for ours, cell in pairs if ours is not None and cell.reported is not None]
    shares = [ours / theirs - 1 for ours, theirs in known if theirs]
    return Score(len(known), mean_absolute(known), sum(shares) / len(shares) if shares else None)
