"""Files side by side on one page: what each is, its numbers in one unit a row, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from computefactory.page import Cell, Column, Grid, Page, Said, Section, usd, worked

if TYPE_CHECKING:
    from computefactory.analysis.compare import Comparison
    from computefactory.analysis.side_by_side import Answer, ComparedGroup, ComparedRow

__all__ = ["comparison"]

WIDTH, ACROSS, GAP = 80, 4, 2  # columns of the screen, files beside one another, blanks between them
CELL = {1: 15, 2: 14, 3: 14, 4: 13}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHARES = (
    *("ebitda_margin", "coverage", "availability", "goodput", "power_served", "speculative_capex_share"),
    *("project_irr", "project_irr_before_tax", "project_irr_with_prepayment", "equity_irr"),
)
DIFFERENCE = worked("the second less the first")
CHANGE = worked("the value with the inputs of this cause, less that before", "industrial_enterprise_value_usd")
PERCENT, DOLLARS = "%", "USD"
THOUSAND, MILLION = 1e3, 1e6


def comparison(found: Comparison) -> Page:
    """The page of a comparison; its JSON is the comparison's own."""
    letters = [_letter(place) for place in range(len(found.subjects))]
    text = tuple(
        f"{letter}  {item.name}: {item.title} ({item.of})" for letter, item in zip(letters, found.subjects, strict=True)
    )
    stamps = tuple(dict.fromkeys(item.result.stamp for item in found.subjects if item.result.stamp))
    sections = [section for group in found.groups for section in _sections(group, found)]
    titles = ", ".join(item.name for item in found.subjects)
    laid_out = (*_change(found), *sections, *_evidence(found))
    return Page("comparison", titles, laid_out, found.as_dict(), text=(*stamps, *text))


def _letter(place: int) -> str:
    return LETTERS[place] if place < len(LETTERS) else f"#{place + 1}"


def _sections(group: ComparedGroup, found: Comparison) -> Iterator[Section]:
    """The rows of a group; more files than the screen holds beside one another go below."""
    if not group.rows:
        return
    for start in range(0, len(found.subjects), ACROSS):
        chosen = range(start, min(start + ACROSS, len(found.subjects)))
        name = group.name if start == 0 else f"{group.name}_{start // ACROSS + 1}"
        yield Section(name, group.title, grid=_grid(group, found, chosen))


def _grid(group: ComparedGroup, found: Comparison, chosen: Sequence[int]) -> Grid:
    two = len(found.subjects) == 2  # noqa: PLR2004  # of two files the difference stands beside
    wide = CELL[len(chosen)]
    across = len(chosen) + two
    label = WIDTH - across * (wide + GAP)
    columns = (
        Column("what", "", width=label),
        *(Column(found.subjects[k].name, _letter(k), width=wide, right=True) for k in chosen),
        *([Column("difference", "B - A", width=wide, right=True)] if two else []),
        Column("name", "", hidden=True),
    )
    heads = ("", *(_letter(k) for k in chosen), *(["B - A"] if two else []), "")
    return Grid(columns, (heads, *(_row(row, chosen, two=two) for row in group.rows)))


def _row(row: ComparedRow, chosen: Sequence[int], *, two: bool) -> tuple[Cell, ...]:
    share = row.unit == PERCENT or row.name in SHARES
    difference = row.difference
    cells = [_cell(row.answers[k], row.unit, share=share) for k in chosen]
    last = "" if difference is None else Said(_text(difference, row.unit, share=share), difference, DIFFERENCE)
    return (_label(row, share=share), *cells, *([last] if two else []), row.name)


def _label(row: ComparedRow, *, share: bool) -> str:
    return row.label if share or row.unit in ("", "1", "count", DOLLARS) else f"{row.label}, {row.unit}"


def _cell(answer: Answer, unit: str, *, share: bool) -> Cell:
    if answer.value is None:
        return Said("-", absent=True)
    if isinstance(answer.value, str):
        return answer.value
    return Said(_text(answer.value, unit, share=share), answer.value, answer.of)


def _text(value: float, unit: str, *, share: bool) -> str:
    """A number in few characters; the unit stands in the label, but for money and shares."""
    if share:
        return f"{100 * value:z,.1f} %"
    if unit == DOLLARS:
        return usd(value)
    if unit.startswith(DOLLARS) and abs(value) >= MILLION:
        return f"{value / MILLION:z,.2f} m"
    if abs(value) >= THOUSAND or value == round(value):
        return f"{value:z,.0f}"
    return f"{value:z.4g}"


def _change(found: Comparison) -> Iterator[Section]:
    """What changed in the value of one company from one file to the other, by cause, in the order of substitution."""
    if found.change is None:
        return
    title, change = "What changed in the value", found.change
    if change.old is None or change.new is None:
        yield Section("change", title, text=change.reasons)
        return
    columns = (
        Column("cause", "", width=38),
        *(Column(name, "", width=13, right=True) for name in ("enterprise_value_usd", "equity_value_usd")),
        Column("usd_per_share", "", width=10, right=True),
    )
    old, new = (item.name for item in found.subjects)
    lines = [
        (old, *change.old),
        *((step.label, step.enterprise, step.equity, step.per_share) for step in change.steps),
        (new, *change.new),
    ]
    heads = ("", "enterprise", "equity", "USD/share")
    rows = tuple((label, _money(first), _money(second), _share(share)) for label, first, second, share in lines)
    note = "by cause, in this order"
    yield Section("change", title, grid=Grid(columns, (heads, *rows)), text=change.reasons, note=note)


def _money(value: float | None) -> Cell:
    """Money of the change, which the page works out."""
    return Said("-", absent=True) if value is None else Said(usd(value), value, CHANGE)


def _share(value: float | None) -> Cell:
    return Said("-", absent=True) if value is None else Said(f"{value:,.2f}", value, CHANGE)


def _evidence(found: Comparison) -> Iterator[Section]:
    """What each answer to what is asked of all files rests on, or that it is missing; the same is said once."""
    lines: list[tuple[Cell, ...]] = []
    for row in (row for group in found.asked for row in group.rows):
        said: dict[str, list[str]] = {}
        for place, answer in enumerate(row.answers):
            words = f"missing: {answer.missing}" if answer.value is None else answer.evidence
            said.setdefault(words, []).append(_letter(place))
        lines += [(row.label.strip(), ", ".join(who), words) for words, who in said.items() if words]
    columns = (Column("what", "", width=26), Column("files", "", width=10), Column("evidence", "", width=40))
    yield Section("evidence", "What it rests on", grid=Grid(columns, tuple(lines), key=(0, 1)))
