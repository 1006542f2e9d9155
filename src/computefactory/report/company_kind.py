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
INSIDE = worked(
    "critical IT of the factory inside that bills: in the month of the question, and at most", "b_factory_power"
)
SHARE = worked("by MW: blocks of this outcome over all blocks")
CHECKED = worked("MW-weighted over blocks, or share of revenue")
MOVED = worked("the row of company_class, or of a system, at its value")
TURNS = worked("where the class changes as that row moves over its range, the others held")
ROWS = {  # words of a check -> the row of its threshold
    "in factories": "factory_share",
    "lets shells": "shell_share",
    "from shell": "shell_share",
    "mines": "mining_share",
    "from mining": "mining_share",
    "from accelerators": "owner_focus",
    "largest customer": "customer_share",
    "lines of business": "product_lines",
}
MARKS = {"pass": "+", "inferred": "~", "fail": "-", "not shown": "?", "not applicable": "."}
BASIS = {"density": "hardware", "liquid": "hardware", "power": "power", "offtake": "offtake"}
NAMED = 5  # rows named in the summary


@company_page("qualification", kind_of_company)
def company_kind(found: CompanyKind) -> Page:
    """All sections."""
    sections = (
        _class(found),
        *_stages(found),
        _thresholds(found),
        *_blocks(found),
        *_evidence(found),
        *_missing(found),
        *_turned(found.flips),
    )
    facts, stamp = found.facts, (found.stamp,) if found.stamp else ()
    note = f"what it is, {facts.as_of}"
    return Page("qualification", facts.name, sections, found.as_dict(), note=note, text=stamp, of="company")


def _class(found: CompanyKind) -> Section:
    text: list[Words] = [f"{found.verdict}"]
    text += [_stage(stage) for stage in found.stages.values()]
    if found.kind == NOT_RATED:
        deciding = [item for item in found.missing if item.deciding]
        count = "one fact that decides is" if len(deciding) == 1 else f"{len(deciding)} facts that decide are"
        text.append(f"{count} missing: below")
    if isfinite(found.facts.book_years):
        text.append(f"book over the newest quarter's revenue, yearly: {found.facts.book_years:.1f} years; no test")
    if found.facts.parent:
        text.append(f"a segment of {found.facts.parent}: it has no shares, and no value per share")
    if found.flips:
        named = "; ".join(flip.label for flip in found.flips[:NAMED])
        text.append(f"turned by, one of {found.rows_moved} rows at a time: {named}")
    return Section("summary", "Class", text=tuple(text))


def _stage(stage: StageClass) -> Words:
    power = f"{stage.power * MEGAWATT:,.0f} MW"
    known = f"of {power}" + (" in blocks whose MW are known" if stage.partial else "")
    if not stage.shares:
        known = "the MW are not known, or none"
    decided = "by what most revenue comes from; " if stage.by_revenue and stage.kind != NOT_RATED else ""
    return f"{STAGE_TITLES[stage.stage]}: {stage.kind}; {decided}{known}"


def _stages(found: CompanyKind) -> Iterator[Section]:
    """Shares of both stages' MW by outcome, and what fails."""
    stages = [stage for stage in found.stages.values() if stage.shares]
    if not stages:
        return
    columns = (
        Column("what", "share of MW"),
        *(Column(stage.stage, STAGE_TITLES[stage.stage].removeprefix("by "), "%", of=SHARE) for stage in stages),
    )
    outcomes = dict.fromkeys(name for stage in stages for name, share in stage.shares.items() if share > 0)
    failing = dict.fromkeys(name for stage in stages for name in stage.failing)
    rows: list[tuple[Cell, ...]] = [(name, *(stage.shares[name] for stage in stages)) for name in outcomes]
    rows += [(f"fails {name.lower()}", *(stage.failing.get(name, 0.0) for stage in stages)) for name in failing]
    yield Section("stages", "What bills and what is sold", grid=Grid(columns, tuple(rows), key=(0,)))


def _thresholds(found: CompanyKind) -> Section:
    columns = (
        Column("check", "check"),
        Column("value", "value"),
        Column("threshold", "against"),
        Column("margin", "margin"),
    )
    rows = tuple((_short(check), check.value, check.threshold, check.margin) for check in found.checks)
    places = tuple(("", CHECKED, _row_of(check), CHECKED) for check in found.checks)
    grid = Grid(columns, rows, places=places, key=(0,))
    note = "rows of company_class: definitions, not dated"
    return Section("thresholds", "Margin to each threshold", grid=grid, note=note)


def _row_of(check: Check) -> Of | str:
    """The library's row of a threshold."""
    row = next((row for words, row in ROWS.items() if words in check.name), "")
    return f"company_class/default/{row}" if row else CHECKED


def _short(check: Check) -> str:
    return check.name.replace("critical IT that bills", "billing").replace("critical IT that is sold", "contracted")


def _blocks(found: CompanyKind) -> Iterator[Section]:
    if not found.blocks:
        return
    columns = (
        Column("block", "block"),
        Column("system", "system"),
        Column("billing_mw", "billing", "MW"),
        Column("sold_mw", "sold", "MW"),
        Column("specifications", "D L P O"),
        Column("outcome", "outcome"),
    )
    rows = tuple(_block(item) for item in found.blocks)
    places = tuple(("", "", *_powers(item), "", "") for item in found.blocks)
    text = (
        "D density, L liquid from construction, P power, O committed offtake:",
        "+ pass  ~ inferred  - fail  ? not shown  . not applicable",
    )
    yield Section(
        "blocks", "Blocks against the four specifications", grid=Grid(columns, rows, places=places, key=(0,)), text=text
    )


def _powers(item: BlockVerdict) -> tuple[Of | str, Of | str]:
    """What its two powers are: its givens, or what the factory inside bills."""
    name = item.facts.name
    if item.facts.factory is not None:
        return INSIDE, INSIDE
    return Of("b_bills", name, scale=MEGAWATT), Of("b_full_power", name, scale=MEGAWATT)


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


def _turned_by(flip: Flip) -> str:
    """The label of a row with its unit."""
    return flip.label if flip.unit in ("", "1", "count") else f"{flip.label}, {flip.unit}"


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
    rows = tuple(
        (
            _turned_by(flip),
            Said(f"{flip.value:.4g}", flip.value, MOVED),
            f"{flip.low:g} to {flip.high:g}",
            Said(f"{flip.flips_at:.4g}", flip.flips_at, TURNS),
            flip.to,
        )
        for flip in flips
    )
    heads: tuple[Cell, ...] = ("row", "value", "range", "turns at", "to")
    yield Section("turns", "What turns it", grid=Grid(columns, (heads, *rows), key=(0,)), text=("one row at a time",))
