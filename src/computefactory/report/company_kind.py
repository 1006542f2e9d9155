"""What a company is, on one page: class by billing and by contracted MW, thresholds, evidence, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from computefactory.analysis.company_facts import kind_of_company
from computefactory.analysis.kind import NOT_RATED
from computefactory.page import Cell, Column, Grid, Of, Page, Said, Section, Words, worked
from computefactory.qualification import NOT_APPLICABLE
from computefactory.registry import company_page
from computefactory.report.standing import measured

if TYPE_CHECKING:
    from computefactory.analysis.kind import BlockVerdict, CompanyKind, MissingFact, StageClass
    from computefactory.qualification import Check, Flip, Specification

__all__ = ["company_kind"]

MEGAWATT = 1e-3  # from kW
STAGE_TITLES = {"billing": "by billing MW", "sold": "by contracted MW"}
POWER = worked("sum over blocks of critical IT at this stage")
SHARE = worked("by MW: blocks of this outcome over all blocks")
CHECKED = worked("MW-weighted over blocks, or share of revenue")
ROW = worked("the library's row company_class")
BOOK = worked("book over the revenue of the newest quarter, times four", "book_at_start")
MARKS = {"pass": "+", "inferred": "~", "fail": "-", "not shown": "?", "not applicable": "."}
BASIS = {"density": "hardware", "liquid": "hardware", "power": "power", "offtake": "offtake"}
NAMED = 5  # rows named in the summary


@company_page("qualification", kind_of_company)
def company_kind(found: CompanyKind) -> Page:
    """All sections."""
    sections = (
        _class(found),
        _thresholds(found),
        *_blocks(found),
        *_evidence(found),
        *_missing(found),
        *_turned(found.flips),
    )
    facts = found.facts
    return Page("qualification", facts.name, sections, found.as_dict(), note=f"what it is, {facts.as_of}")


def _class(found: CompanyKind) -> Section:
    text: list[Words] = [f"{found.verdict}"]
    text += [_stage(stage) for stage in found.stages.values()]
    if found.kind == NOT_RATED:
        deciding = [item for item in found.missing if item.deciding]
        text.append(f"{len(deciding)} facts are missing that decide: below")
    if isfinite(found.facts.book_years):
        years = Said(f"{found.facts.book_years:.1f}", found.facts.book_years, BOOK)
        text.append(("book over the newest quarter's revenue, yearly: ", years, " years; no test"))
    if found.facts.parent:
        text.append(f"a segment of {found.facts.parent}: it has no shares, and no value per share")
    if found.flips:
        named = "; ".join(flip.label for flip in found.flips[:NAMED])
        text.append(f"turned by, one of {found.rows_moved} rows at a time: {named}")
    return Section("summary", "Class", text=tuple(text))


def _stage(stage: StageClass) -> Words:
    title = f"{STAGE_TITLES[stage.stage]}: {stage.kind}"
    if not stage.shares:
        why = (
            "by what most revenue comes from: the MW are not known"
            if stage.by_revenue
            else "the MW are not known, or none"
        )
        return f"{title}; {why}"
    power = Said(f"{stage.power * MEGAWATT:,.0f} MW", stage.power * MEGAWATT, POWER)
    said: list[str | Said] = [title, "; of ", power]
    for name, share in stage.shares.items():
        if share > 0:
            said += [", ", Said(f"{100 * share:.0f} % {name}", share, SHARE)]
    for place, (title, share) in enumerate(stage.failing.items()):
        said += ["; fails " if place == 0 else ", ", f"{title.lower()} ", Said(f"{100 * share:.0f} %", share, SHARE)]
    return tuple(said)


def _thresholds(found: CompanyKind) -> Section:
    columns = (
        Column("check", "check"),
        Column("value", "value"),
        Column("threshold", "against"),
        Column("margin", "margin"),
    )
    rows = tuple(
        (_short(check), _said(check.value, check), _said(check.threshold, check), _said(check.margin, check))
        for check in found.checks
    )
    places = tuple(("", CHECKED, ROW, CHECKED) for _ in rows)
    grid = Grid(columns, rows, places=places, key=(0,))
    note = "value against threshold; rows of company_class"
    return Section("thresholds", "Margin to each threshold", grid=grid, note=note)


def _short(check: Check) -> str:
    return check.name.replace("critical IT that bills", "billing").replace("critical IT that is sold", "contracted")


def _said(value: float | str | None, check: Check) -> Cell:
    if value is None:
        return Said("-", absent=True)
    if isinstance(value, str):
        return value
    return Said(measured(value, check.unit), value, CHECKED)


def _blocks(found: CompanyKind) -> Iterator[Section]:
    if not found.blocks:
        return
    columns = (
        Column("block", "block"),
        Column("system", "system"),
        Column("billing_mw", "billing", "MW", of=POWER),
        Column("sold_mw", "sold", "MW", of=POWER),
        Column("specifications", "D L P O"),
        Column("outcome", "outcome"),
    )
    rows = tuple(_block(item) for item in found.blocks)
    text = (
        "D density, L liquid from construction, P power, O committed offtake:",
        "+ pass  ~ inferred  - fail  ? not shown  . not applicable",
    )
    yield Section("blocks", "Blocks against the four specifications", grid=Grid(columns, rows, key=(0,)), text=text)


def _block(item: BlockVerdict) -> tuple[Cell, ...]:
    facts = item.facts
    marks = {each.name: MARKS[each.result] for each in item.specifications}
    letters = " ".join(marks.get(name, "?") for name in ("density", "liquid", "power", "offtake"))
    what = "its own factory file" if facts.factory is not None else facts.system or facts.sells
    return (facts.name, what, facts.billing * MEGAWATT, facts.sold * MEGAWATT, letters, item.outcome)


def _evidence(found: CompanyKind) -> Iterator[Section]:
    """Who says so, a line a row: of the company, of each block, of its customers what differs."""
    lines: dict[tuple[str, str, str], None] = {(name, "", said): None for name, said in found.facts.evidence.items()}
    for block in found.blocks:
        for each in block.specifications:
            if each.result != NOT_APPLICABLE:
                name = block.facts.name if each.name == "offtake" else block.facts.block
                source = block.facts.sources.get(BASIS[each.name], "")
                told = "; ".join(filter(None, (_proof(each), source if each.result != "not shown" else "")))
                lines[(name, each.name, told)] = None
    if lines:
        columns = (Column("what", "", width=24), Column("specification", "", width=9), Column("evidence", "", width=43))
        yield Section("evidence", "Evidence", grid=Grid(columns, tuple(lines), key=(0, 1)))


def _proof(item: Specification) -> str:
    """The outcome of a specification with its evidence, what is shown, and what is not."""
    shown = [
        f"{check.name} {check.value if isinstance(check.value, str) else measured(float(check.value), check.unit)}"
        for check in item.checks
        if check.value is not None
    ]
    told = f"{item.result}, {item.evidence}" if item.result != "not shown" else "not shown"
    lacking = [check.name for check in item.checks if check.value is None]
    parts = [told, *shown, *([f"not shown: {', '.join(lacking)}"] if lacking and shown else [])]
    return "; ".join(parts)


def _missing(found: CompanyKind) -> Iterator[Section]:
    if not found.missing:
        return
    columns = (Column("fact", "", width=31), Column("where", "", width=19), Column("decides", "", width=26))
    deciding = [item for item in found.missing if item.deciding]
    others = [item for item in found.missing if not item.deciding]
    if deciding:
        yield Section("missing", "Missing, and the class turns on it", grid=Grid(columns, _facts(deciding), key=(0, 1)))
    if others:
        title = "Not known; the class stands without"
        yield Section("not_known", title, grid=Grid(columns, _facts(others), key=(0, 1)))


def _facts(items: Sequence[MissingFact]) -> tuple[tuple[Cell, ...], ...]:
    return tuple((item.what, item.where, item.decides) for item in items)


def _turned(flips: Sequence[Flip]) -> Iterator[Section]:
    if not flips:
        return
    columns = (
        Column("row", "", width=27),
        Column("value", "", width=8, right=True),
        Column("range", "", width=12, right=True),
        Column("flips_at", "", width=8, right=True),
        Column("to", "", width=21),
    )
    where = worked("by halving between the row's value and its end")
    rows = tuple(
        (
            flip.label,
            Said(measured(flip.value, flip.unit), flip.value, Of(flip.row)),
            f"{flip.low:g} to {flip.high:g}",
            Said(f"{flip.flips_at:.4g}", flip.flips_at, where),
            flip.to,
        )
        for flip in flips
    )
    heads: tuple[Cell, ...] = ("row", "value", "range", "turns at", "to")
    yield Section("turns", "What turns it", grid=Grid(columns, (heads, *rows), key=(0,)), text=("one row at a time",))
