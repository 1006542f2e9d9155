"""The page of a graded forecast: what it got wrong first, errors by cause, every quarter, what each line means."""

from __future__ import annotations

from collections.abc import Iterator

from computefactory.analysis.causes import CAUSES
from computefactory.analysis.graded import Graded, GradedCell, GradedLine, Score, graded
from computefactory.analysis.guidance import StatedGuidance
from computefactory.library.dates import COLLECTED, last_day
from computefactory.library.operators import period_of
from computefactory.page import Column, Figure, Grid, Page, Section, worked
from computefactory.registry import company_page

__all__ = ["definitions", "graded_page", "wrong_first"]

SCALES = {"USD": (1e-6, "m USD"), "kW": (1e-3, "MW")}
WORDS = {name: name for name in CAUSES} | {"signed_after": "after"}
KNOWN = "known:"  # from here on a note says when the row was public
GUIDANCE = "Guidance known on the day, each in its own period"
COMPARED = worked("quarters that the facts hold and that were public after the day")
LACKING = worked("quarters that no fact holds")
MEANS = """\
after: business signed after the day, the least it can be: what was reported beyond all that was sold on the day \
(capacity), signed since (book), spent beyond what was to be built (capital cost), lent beyond what the forecast ever \
owes (interest).
volume: capacity of what was sold that is in the forecast and was still missing in the last quarter reported.
timing: capacity of what was sold that came later or earlier.
price: a MW (a dollar of debt) of what was sold earned or cost another sum than forecast.
margin: adjusted EBITDA on the revenue of what was sold.
rest: what no reported figure divides.
Taken out in this order, at the forecast's price until price, at its margin until margin: they sum to the error."""


@company_page("graded", graded)
def graded_page(found: Graded) -> Page:
    """All sections."""
    note = f"graded from {found.as_of}"
    if not any(line.cells for line in found.lines):
        none = f"No quarter that became public after {found.as_of} is in the facts: nothing can be graded yet."
        return Page("graded", found.company, (_guidance(found),), note=note, text=(found.floor, none))
    sections = (_summary(found), _causes(found), *map(_line, found.lines), _guidance(found), _definitions(found))
    return Page("graded", found.company, sections, note=note, text=(found.floor,))


def wrong_first(found: Graded) -> Iterator[str]:
    """Where the forecast was wrong, the most wrong line first, and what made most of it."""
    for line in found.worst:
        ours = line.ours
        side = "too low" if (ours.mean or 0.0) < 0 else "too high"
        words = f"{line.line.label}: {_percent(ours.mean_absolute)} off on average (n = {ours.n}), {side}"
        shares = line.shares
        if shares is not None:
            name, share = max(shares.items(), key=lambda item: abs(item[1]))
            words += f"; most of it {name.replace('_', ' ')} ({100 * share:+.0f} % of what was reported)"
        yield words + _beaten(line)


def definitions(found: Graded) -> Iterator[str]:
    """What each line is made of, what was not compared, and what a derived or odd figure is."""
    for line in found.lines:
        yield f"{line.line.label}: {line.reports.definition}"
        for cell in line.cells:
            notes = [cell.reported.note, *(fact.note for fact in cell.reported.facts)] if cell.reported else []
            told = dict.fromkeys(note.partition(KNOWN)[0].removesuffix("; ") for note in notes)
            if said := "; ".join(filter(None, told)):
                yield f"  {cell.end}: {said}"
        others = [f"{period_of(fact)} {fact.field} {_amount(float(fact.value), line)}" for fact in line.reports.others]
        if others:
            yield f"  not compared, another definition: {', '.join(others)}"
        if line.missing:
            yield f"  missing: {', '.join(line.missing)}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _amount(value: float, line: GradedLine) -> str:
    scale, unit = SCALES[line.line.unit]
    return f"{value * scale:,.0f} {unit}"


def _beaten(line: GradedLine) -> str:
    """Which rival was nearer on the quarters that it spoke of."""
    nearer = [
        f"{name} was nearer ({_percent(rival)} against {_percent(ours)}, n = {n})"
        for name, (n, ours, rival) in line.duels.items()
        if rival < ours
    ]
    return f"; {' and '.join(nearer)}" if nearer else ""


def _summary(found: Graded) -> Section:
    columns = (
        Column("line", "line"),
        Column("n", "n", of=COMPARED),
        Column("missing", "missing", of=LACKING),
        Column("mean_error", "mean error", "%", of=worked("mean of forecast / reported - 1")),
        Column("mean_absolute_error", "mean |error|", "%", of=worked("mean of |forecast / reported - 1|")),
        Column("growth_n", "n", hidden=True, of=COMPARED),
        Column("growth_held", "growth held", "%", of=worked("the same of the last two known quarters' ratio held")),
        Column("guidance_n", "n", hidden=True, of=COMPARED),
        Column("guidance", "guidance", "%", of=worked("the same of the middle of the guidance known on the day")),
    )
    rows = tuple(
        (
            line.line.label,
            line.ours.n,
            len(line.missing),
            line.ours.mean,
            line.ours.mean_absolute,
            *_rival(line.growth),
            *_rival(line.guidance),
        )
        for line in found.lines
    )
    n = worked("quarters times lines that the facts hold and that were public after the day")
    figures = (
        Figure("compared", "quarters x lines compared (n)", found.n, of=n),
        Figure("missing", "missing in the facts", found.missing, of=worked("quarters times lines that no fact holds")),
    )
    text = [f"{place}. {words}" for place, words in enumerate(wrong_first(found), 1)]
    return Section("summary", "What it got wrong first", figures, Grid(columns, rows), text=tuple(text))


def _rival(score: Score) -> tuple[int, float | None]:
    return score.n, score.mean_absolute


def _causes(found: Graded) -> Section:
    how = worked("mean of the cause's share of the error / what was reported")
    columns = (
        Column("line", "line"),
        Column("n", "n", of=COMPARED),
        *(Column(name, WORDS[name], "%", of=how) for name in CAUSES),
        Column("error", "error", "%", of=worked("their sum")),
    )
    rows = [
        (line.line.label, line.ours.n, *(shares[name] for name in CAUSES), sum(shares.values()))
        for line in found.lines
        if (shares := line.shares) is not None
    ]
    return Section(
        "causes",
        "Errors by cause, mean as a share of what was reported",
        grid=Grid(columns, tuple(rows)),
        text=tuple(MEANS.splitlines()),
    )


def _line(line: GradedLine) -> Section:
    scale, unit = SCALES[line.line.unit]
    series = line.line.series
    total = "sum of the quarter's months" if line.line.flow else "at the end of the quarter"
    used = [name for name in CAUSES if any(cell.causes.get(name) for cell in line.cells)]
    columns = (
        Column("quarter", "to"),
        Column("forecast", "forecast", unit, of=worked(total, series)),
        Column("reported", "reported", unit, of=worked(f"rows of the table operator: {line.reports.definition}")),
        Column("error", "error", unit, of=worked("forecast less reported", series)),
        Column("error_share", "error", "%", of=worked("error / reported", series)),
        *(Column(name, WORDS[name], unit, of=worked("its share of the error", series)) for name in used),
        Column("growth_held", "growth held", unit, hidden=True, of=worked("ratio of the last two known quarters held")),
        Column("guidance", "guidance", unit, hidden=True, of=worked("middle of the guidance known on the day")),
    )

    def scaled(value: float | None) -> float | None:
        return None if value is None else value * scale

    def row(cell: GradedCell) -> tuple[str | float | None, ...]:
        return (
            cell.end,
            scaled(cell.forecast),
            "missing" if cell.reported is None else scaled(cell.reported.value),
            scaled(cell.error),
            cell.share,
            *(scaled(cell.causes.get(name)) for name in used),
            scaled(cell.growth),
            scaled(cell.guided),
        )

    return Section(line.line.name, line.line.label, grid=Grid(columns, tuple(map(row, line.cells))))


def _guidance(found: Graded) -> Section:
    if not found.guidance:
        return Section("guidance", GUIDANCE, text=(f"none in the facts on {found.as_of}",))
    columns = (
        Column("period", "for"),
        Column("what", "what"),
        Column("low", "low", hidden=True, of=worked("row of the table operator")),
        Column("high", "high", hidden=True, of=worked("row of the table operator")),
        Column("known", "said", hidden=True),
        Column("range", "guided", of=worked("as the company guided: rows of the table operator")),
        Column("reported", "reported", of=worked("row of the table operator, in the definition guided")),
        Column("guidance_error", "error", "%", of=worked("middle of the guidance / reported - 1")),
        Column("forecast", "ours", of=worked("forecast over the same period, with the quarters known before it")),
        Column("forecast_error", "error", "%", of=worked("forecast / reported - 1")),
    )
    return Section("guidance", GUIDANCE, grid=Grid(columns, tuple(map(_stated, found.guidance)), key=(0, 1)))


def _stated(each: StatedGuidance) -> tuple[str | float | None, ...]:
    scale, unit = SCALES.get(each.unit, (1.0, each.unit))
    said = each.reported.value if each.reported else None
    ends = each.low * scale, each.high * scale
    open_yet = last_day(each.period.removeprefix("FY")) > last_day(COLLECTED)
    reported = ("not yet" if open_yet else "not found") if said is None else said * scale
    ours = None if each.forecast is None else each.forecast * scale
    return (
        each.period,
        f"{each.what.replace('_', ' ').replace('operating', 'op')}, {unit}",
        *ends,
        each.known,
        "–".join(dict.fromkeys(f"{end:,.0f}" for end in ends)),
        reported,
        None if not said else each.middle / said - 1,
        ours,
        None if not said or each.forecast is None else each.forecast / said - 1,
    )


def _definitions(found: Graded) -> Section:
    return Section("definitions", "What each line is, one definition for all quarters", text=tuple(definitions(found)))
