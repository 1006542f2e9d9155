"""What makes a workbook checkable: rates of return that are the only roots, a register of checks, reconciliation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from computefactory.ledger.cells import FIRST, PERIOD_ROW, TOP, VALUE, CellBlock, Templates, at, column
from computefactory.ledger.memory import Result
from computefactory.ledger.pages import NONE, WorkbookWriter, money

__all__ = [
    "CHECKS",
    "RECONCILIATION",
    "AuditCheck",
    "checks",
    "hold",
    "rates",
    "reconciliation",
    "return_cells",
    "solve_state",
]

RATES = "Rates"
CHECKS = "Checks"
RECONCILIATION = "Reconciliation"
# yearly rates at which the worth of flows is looked at for a change of sign
TRIED = (
    *(-0.95, -0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3, -0.25, -0.2, -0.15, -0.1, -0.075, -0.05, -0.025, -0.01),
    *(k / 100 for k in range(31)),
    *(0.325, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0, 1000.0),
)
CENT, OF_LARGEST, OF_ROW, OF_SOLVED = 0.01, 1e-12, 1e-9, 1e-8
ALLOWED = {
    CENT: "deviation in money that never counts",
    OF_LARGEST: "of the largest value, where that is more",
    OF_ROW: "of the row's largest value, in the reconciliation",
    OF_SOLVED: "of a number found in rounds",
}
_ALLOWED_COLUMN, _ALLOWED_ROW = "I", 2
_CHANGES, _NEAR = 5, 6  # rows of the rates page


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What must hold: of every period of the line ``left``, of its last, or of sums over life on both sides.

    Allowed is a cent, or 1e-12 of the largest value of the line ``scale`` where that is more.
    """

    label: str
    rule: Literal["never_negative", "zero", "ends_at_zero", "equal"]
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    scale: str = ""


def _allowed(share: float, home: str) -> str:
    """The cell of a typed tolerance."""
    row = _ALLOWED_ROW + list(ALLOWED).index(share)
    return f"{at(CHECKS, home)}${_ALLOWED_COLUMN}${row}"


def return_cells(k: int) -> tuple[str, str]:
    """Cells of the k-th flow: how often its worth changes sign, and the tried rate before the change."""
    return f"{RATES}!${column(2 + 2 * k)}${_CHANGES}", f"{RATES}!${column(2 + 2 * k)}${_NEAR}"


def rates(book: WorkbookWriter, templates: Templates, rows: Callable[[str], list[list[float]]]) -> None:
    """The worth of flows at many rates: where it changes sign once there is one rate of return, and it is near."""
    flows = templates.grid.returns
    if not flows:
        return
    about = (
        "Worth of each flow, amounts under a cent left out, at the rates tried: a rate of return is quoted where it "
        "changes sign exactly once."
    )
    page = book.page(RATES, about, (), timed=False)
    page.sheet.set_column(1, 2 * len(flows) + 2, 16)
    first = TOP + 1
    last = first + len(TRIED) - 1
    for row, text in ((_CHANGES, "changes of sign"), (_NEAR, "rate before the change"), (TOP, "rates tried, a year")):
        page.text(row, 0, text, "head")
    for k, rate in enumerate(TRIED):
        page.number(first + k, 1, rate, "input")
    grid = templates.grid
    clock = grid.blocks["years"]
    ends = f"${grid.first}${{0}}:${grid.last}${{0}}"
    periods = f"{clock.sheet}!{ends.format(PERIOD_ROW)}"
    years = f"{clock.sheet}!${grid.first}${clock.row}"
    growth = (1 + np.array(TRIED))[:, None] ** (-rows("years")[0][0] * np.arange(1.0, grid.periods + 1))
    for k, (name, item) in enumerate(flows):
        here = 2 + 2 * k
        worth, flag = column(here), column(here + 1)
        page.text(4, here, f"{name}[{item + 1}]" if templates.sheet[name].per else name, "head")
        numbers = np.array(rows(name)[item])
        known = growth @ np.where(np.abs(numbers) > CENT, numbers, 0.0)  # rounding is no cash flow
        flow = templates.whole(name, RATES, item)
        cent = _allowed(CENT, RATES)
        amounts = f"{flow}*(({flow}>{cent})+({flow}<-{cent}))"
        flags = [float((a < 0) != (b < 0)) for a, b in pairwise(known)]
        page.formula(_CHANGES, here, f"=SUM({flag}{first}:{flag}{last})", sum(flags), money=True)
        near = sum(mark * rate for mark, rate in zip(flags, TRIED, strict=False))
        page.formula(_NEAR, here, f"=SUMPRODUCT({flag}{first}:{flag}{last},$B{first}:$B{last})", near)
        for place, value in enumerate(known.tolist()):
            row = first + place
            power = f"(1+$B{row})^(-{years}*{periods})"
            page.formula(row, here, f"=SUMPRODUCT({amounts},{power})", value, money=True)
            if place < len(flags):
                change = f"=IF(({worth}{row}<0)=({worth}{row + 1}<0),0,1)"
                page.formula(row, here + 1, change, flags[place], money=True)
        page.number(last, here + 1, 0, "dim", money=True)


def solve_state(live: str, gap: str, home: str) -> str:
    """Whether a number found in rounds still stands still."""
    return f'=IFERROR(IF(ABS({gap})<={_allowed(OF_SOLVED, home)}*ABS({live}),"ok","RE-SOLVE"),"RE-SOLVE")'


def hold(wanted: Sequence[AuditCheck], known: Mapping[str, ArrayLike]) -> bool:
    """Whether every check holds with the engine's numbers."""
    measured = [_measured(check, known) for check in wanted]
    return all(deviation <= max(CENT, OF_LARGEST * largest) for deviation, largest in measured)


def checks(
    book: WorkbookWriter, templates: Templates, wanted: Sequence[AuditCheck], known: Mapping[str, ArrayLike]
) -> None:
    """The register of checks, and above it whether all hold."""
    about = "Every check and, above them, whether all hold. What is allowed is typed at the right."
    heads = ("check", "lines", "", "", "deviation", "allowed", "state")
    page = book.page(CHECKS, about, heads, timed=False)
    page.sheet.set_column(5, 6, 18)
    for k, (share, text) in enumerate(ALLOWED.items()):
        page.number(_ALLOWED_ROW + k, 8, share, "share")
        page.text(_ALLOWED_ROW + k, 9, text)
    row = TOP + 1
    for check in wanted:
        row += 1
        deviation, largest = _measured(check, known)
        allowed = max(CENT, OF_LARGEST * largest)
        page.text(row, 0, check.label)
        page.text(row, 1, " = ".join(" + ".join(names) for names in (check.left, check.right) if names), "dim")
        page.formula(row, 4, f"={_deviation(check, templates)}", deviation)
        scale = f"{_allowed(OF_LARGEST, CHECKS)}*{_largest(templates, check.scale, CHECKS)}" if check.scale else ""
        allow = f"MAX({_allowed(CENT, CHECKS)},{scale})" if scale else _allowed(CENT, CHECKS)
        page.formula(row, 5, f"={allow}", allowed)
        state = "ok" if deviation <= allowed else "FAILS"
        page.formula(row, 6, f'=IFERROR(IF(E{row}<=F{row},"ok","FAILS"),"FAILS")', state)
    for verb, block in templates.grid.solved.items():
        row += 1
        page.text(row, 0, f"{verb} stands still")
        live, gap = (f"{block.sheet}!${column(FIRST + k)}${block.row}" for k in range(2))
        page.formula(row, 4, f"=ABS({gap})", 0.0)
        page.formula(row, 5, f"={_allowed(OF_SOLVED, CHECKS)}*ABS({live})", 0.0)
        page.formula(row, 6, solve_state(live, gap, CHECKS), "ok")
    states = f"G{TOP + 1}:G{max(row, TOP + 1)}"
    page.text(TOP, 0, "master check", "head")
    page.formula(
        TOP,
        6,
        f'=IF(COUNTIF({states},"?*")=COUNTIF({states},"ok"),"ok","FAILS")',
        "ok" if hold(wanted, known) else "FAILS",
    )
    page.warn(TOP, 6, row, ("FAILS", "RE-SOLVE"))


def _deviation(check: AuditCheck, templates: Templates) -> str:
    rows = [[templates.whole(name, CHECKS, 0) for name in names] for names in (check.left, check.right)]
    match check.rule:
        case "never_negative":
            return f"MAX(0,-MIN({rows[0][0]}))"
        case "zero":
            return _largest(templates, check.left[0], CHECKS)
        case "ends_at_zero":
            return f"ABS({templates.cell(check.left[0], CHECKS, 0, templates.grid.last)})"
        case "equal":
            left, right = ("+".join(f"SUM({row})" for row in side) for side in rows)
            return f"ABS({left}-({right}))"


def _largest(templates: Templates, name: str, home: str) -> str:
    row = templates.whole(name, home, 0)
    return f"MAX(MAX({row}),-MIN({row}))"


def _measured(check: AuditCheck, known: Mapping[str, ArrayLike]) -> tuple[float, float]:
    """The deviation and the largest value of the scale, from the engine's numbers."""
    left, right = ([np.asarray(known[name], dtype=float) for name in names] for names in (check.left, check.right))
    deviation = {
        "never_negative": lambda: max(0.0, -float(left[0].min())),
        "zero": lambda: float(np.abs(left[0]).max()),
        "ends_at_zero": lambda: abs(float(left[0][-1])),
        "equal": lambda: abs(float(sum(row.sum() for row in left) - sum(row.sum() for row in right))),
    }[check.rule]()
    return deviation, float(np.abs(np.asarray(known[check.scale], dtype=float)).max()) if check.scale else 0.0


def reconciliation(book: WorkbookWriter, templates: Templates, results: Mapping[str, Result]) -> None:
    """The engine's value beside the sheet's, for the sum of every line and every measure."""
    about = "What the engine calculated, typed, beside what the sheet says: they differ once an input is changed."
    heads = ("line", "what it is", "unit", "compared", "sheet", "engine", "difference", "allowed", "state")
    page = book.page(RECONCILIATION, about, heads, timed=False)
    page.sheet.set_column(3, 8, 20)
    last = TOP + len(templates.sheet.lines)
    for row, line in enumerate(templates.sheet.lines.values(), TOP + 1):
        block = templates.grid.blocks[line.name]
        whole = money(line.unit)
        several = line.timed or line.per is not None
        page.head(row, line.name, line.label, line.unit, "sum" if several else "value")
        cells = _cells(templates, block)
        numbers = np.asarray(results[line.name], dtype=float)
        value: float | str = float(numbers.sum())
        value = value if np.isfinite(value) else NONE
        page.formula(row, 4, f'=IFERROR({f"SUM({cells})" if several else cells},"{NONE}")', value, money=whole)
        if isinstance(value, str):
            page.text(row, 5, value)
        else:
            page.number(row, 5, value, "plain", money=whole)
        both = f"AND(ISNUMBER(E{row}),ISNUMBER(F{row}))"
        page.formula(row, 6, f'=IF({both},E{row}-F{row},"{NONE}")', 0.0 if value != NONE else NONE)
        least = _allowed(CENT, RECONCILIATION) if whole else _allowed(OF_ROW, RECONCILIATION)
        allowed = f"=IFERROR(MAX({least},{_allowed(OF_ROW, RECONCILIATION)}*MAX(MAX({cells}),-MIN({cells}))),{least})"
        largest = float(np.abs(numbers).max(initial=0.0))
        smallest = CENT if whole else OF_ROW
        page.formula(row, 7, allowed, max(smallest, OF_ROW * largest) if np.isfinite(largest) else smallest)
        same = f'=IF(ISNUMBER(G{row}),IF(ABS(G{row})<=H{row},"ok","differs"),IF(E{row}=F{row},"ok","differs"))'
        page.formula(row, 8, same, "ok")
    page.text(TOP, 0, "lines that differ", "head")
    page.formula(TOP, 8, f'=COUNTIF(I{TOP + 1}:I{last},"differs")', 0.0, money=True)
    page.warn(TOP + 1, 8, last, ("differs",))


def _cells(templates: Templates, block: CellBlock) -> str:
    """All numbers of a line."""
    first, last = block.row, max(block.row + block.rows - 1, block.row)
    if not block.rows:
        first = last = block.row - 1  # the header: nothing to add
    if not block.timed:
        return f"{block.sheet}!${VALUE}${first}" + (f":${VALUE}${last}" if block.rows != 1 or last != first else "")
    return f"{block.sheet}!${templates.grid.first}${first}:${templates.grid.last}${last}"
