"""``ask FILE cases``: the table that a lender opens second, each case beside the base, the debt as the base sizes it.

The cases are data: a file of ``kind: scenario`` that ships with the package (``cases/lender.yaml``), and one of the
user's own. A case that a factory has nothing of, or that cannot be run, says so in its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from computefactory import model, schema
from computefactory.errors import FactoryFileError
from computefactory.finance.cases import RETURN_CASES
from computefactory.finance.covenants import below
from computefactory.page import Cell, Column, Grid, Of, Page, Said, Section, worked
from computefactory.qualification.findings import sized_as_stated
from computefactory.registry import study
from computefactory.result import Result
from computefactory.schema import CaseTerms, Factory
from computefactory.studies import book

__all__ = ["StressCase", "cases", "page"]

RESIDUAL = RETURN_CASES[1]
COVER = (("min_dscr", "lowest"), ("average_dscr", "average"), ("llcr", "LLCR"))
OWNERS = ("equity_irr", "npv_usd")
FROZEN = "the debt is that of the base"
GAP = (
    "Gap: before service what planned sources leave open, after it what cash and reserves cannot pay; owners fund it "
    "in the table above. Default and loss: if nobody does."
)


@dataclass(frozen=True, slots=True)
class StressCase:
    """One case of a factory; ``result`` is None where ``note`` says why there is none."""

    name: str
    label: str
    result: Result | None
    note: str = ""

    def value(self, name: str, case: str = model.HEAD) -> float | None:
        """One metric by name; None where the case was not run, or the metric does not exist."""
        return self.result.metric(name, case).value if self.result else None

    @property
    def breach(self) -> tuple[str, str] | None:
        """Month and test of the first covenant that breaks (on cover, on value), or of service unpaid; or None."""
        if self.result is None:
            return None
        lines, months = self.result.runs[model.HEAD].lines, self.result.months
        found = []
        for rank, terms in enumerate(self.result.factory.finance.tranches):
            tested = lines["t_tested"][rank] > 0
            tests = {
                "DSCR": tested & below(lines["t_dscr"][rank], terms.covenant_dscr),
                "LTV": tested & below(terms.max_ltv, lines["t_loan_to_value"][rank]),
            }
            found += [(months[int(np.argmax(bad))], f"{terms.name} {test}") for test, bad in tests.items() if bad.any()]
        unpaid = self.default_month
        return min([*found, *([(unpaid, "service unpaid")] if unpaid else [])], default=None)

    @property
    def default_month(self) -> str:
        """The month in which service is unpaid if nobody cures; empty where all is paid."""
        return (self.result.debt.get("default_month") if self.result else None) or ""

    @property
    def gap(self) -> Mapping[str, float]:
        """The funding gap by month, where there is one."""
        if self.result is None:
            return {}
        gap = self.result.series[model.HEAD]["funding_gap"]
        return {self.result.months[month]: float(gap[month]) for month in np.flatnonzero(gap)}


def cases(
    source: str | Path | Factory | Result, *, add: str | Path | None = None, library: tuple[Path | str, ...] = ()
) -> tuple[StressCase, ...]:
    """A factory in every case that a lender asks for, then in those of a file of one's own; the debt stays as sized.

    A case of one's own by a lender's name takes its place.

    Args:
        source: a path, the name of a shipped factory, one already loaded, or a result.
        add: a file of ``kind: scenario`` (or the name of a shipped one).
        library: folders of facts that come before the package's own.

    Raises:
        FactoryFileError: the file of cases is wrong, or one of its cases cannot be run.
    """
    stated = schema.load_cases(add) if add else ()  # what is wrong with it is said before anything runs
    result = source if isinstance(source, Result) else model.run(source, library=library)
    largest = next((item.name for item in book.study(result).customers if item.name), "")
    names = {terms.name for terms in stated}
    own = {terms.name: _case(terms, result, largest, own=True) for terms in stated}
    shipped = {
        terms.name: own.pop(terms.name) if terms.name in names else _case(terms, result, largest, own=False)
        for terms in schema.load_cases()
    }
    return tuple((shipped | own).values())


def _case(terms: CaseTerms, base: Result, largest: str, *, own: bool) -> StressCase:
    """One case run; what stands in its way is said, of a file of one's own it is an error there."""
    changes = terms.changes(base.factory, largest)
    if not changes and not terms.base:
        return StressCase(terms.name, terms.label, None, terms.without or "the file has nothing of it")
    try:
        result = model.run_case(base, changes) if changes else base
    except FactoryFileError as error:
        if own:
            raise FactoryFileError([terms.at(problem) for problem in error.problems]) from None
        problem = error.problems[0]
        return StressCase(terms.name, terms.label, None, f"cannot be run: {problem.given}; expected {problem.expected}")
    unmoved = not terms.base and _numbers(result) == _numbers(base)
    said = [f"nothing moves: {terms.without}"] if unmoved and terms.without else []
    return StressCase(terms.name, terms.label, result, "; ".join([*said, *sized_as_stated(changes.overrides)]))


def _numbers(result: Result) -> list[float | None]:
    """What the table shows of a result."""
    names = (*(name for name, _ in COVER), *OWNERS)
    return [result.metric(name, case).value for name in names for case in (model.HEAD, RESIDUAL)]


@study("cases")
def page(factory: Factory, add: str | None = None) -> Page:
    """What a lender asks: cover, first breach, returns and worth in each case, the debt frozen on the base."""
    found = cases(factory, add=add)
    columns = (
        Column("case", "case"),
        Column("label", "", hidden=True),
        *(Column(name, label, of=_worked(name)) for name, label in COVER),
        Column("breach_month", "breach"),
        Column("breach_test", "", hidden=True),
        Column("equity_irr", "IRR", "%", of=_worked("equity_irr")),
        Column("equity_irr_residual", "residual", "%", of=_worked("equity_irr")),
        Column("npv_usd", "NPV", "USD", of=_worked("npv_usd")),
        Column("note", "", hidden=True),
    )
    lent = bool(factory.finance.debt)
    grid = Grid(columns, tuple(_row(case, lent=lent) for case in found))
    text = [f"{case.name}: {_said(case)}" for case in found]
    text.append(
        "IRR: of equity, after tax, on contracts only; beside it with the silicon's residual and the building's."
    )
    if not lent:
        text.append("Nothing is lent: there is no cover to test.")
    table = Section("cases", "Cases", grid=grid, text=tuple(text), note=FROZEN)
    return Page("cases", factory.name, (table, Section("gaps", "Funding gap", grid=_gaps(found), text=(GAP,))))


def _gaps(found: Sequence[StressCase]) -> Grid:
    """What planned sources and reserves leave open in each case, and what lenders lose if nobody cures."""
    columns = (
        Column("case", "case"),
        Column("funding_gap_usd", "gap", "USD", of=_worked("funding_gap_usd")),
        Column("first_month", "from"),
        Column("last_month", "to", hidden=True),
        Column("largest_month", "most in"),
        Column("largest_usd", "then", "USD", of=_worked("funding_gap")),
        Column("default_month", "default"),
        Column("loss_at_default_usd", "loss", "USD", of=_worked("loss_at_default_usd")),
    )
    rows = []
    for case in (each for each in found if each.result):
        gap = case.gap
        largest = max(gap, key=gap.__getitem__, default="")
        total, loss = case.value("funding_gap_usd"), case.value("loss_at_default_usd")
        months = (min(gap, default="-"), max(gap, default="-"), largest or "-")
        rows.append((case.name, total, *months, gap.get(largest), case.default_month or "-", loss))
    return Grid(columns, tuple(rows))


def _worked(name: str) -> Of:
    return worked(f"{name} of the file with what the case sets, the debt as the base sizes it", name)


def _said(case: StressCase) -> str:
    """What a case is, and what there is to say of it."""
    breach = case.breach
    return "; ".join(filter(None, [case.label, case.note, f"{breach[1]} breaks in {breach[0]}" if breach else ""]))


def _row(case: StressCase, *, lent: bool) -> tuple[Cell, ...]:
    """A case in numbers; where it was not run, nothing stands."""
    test = case.breach
    month, name = test or (Said("none", absent=True) if case.result and lent else None, "")
    cover, owners = ([case.value(each) for each in names] for names in ((each for each, _ in COVER), OWNERS))
    irr, npv = owners
    return (case.name, case.label, *cover, month, name, irr, case.value("equity_irr", RESIDUAL), npv, case.note)
