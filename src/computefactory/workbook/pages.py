"""What a workbook is made of, whatever it is of; :mod:`computefactory.ledger.workbook` writes the sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from computefactory.ledger.audit import AuditCheck
from computefactory.ledger.beside import Beside
from computefactory.ledger.summary import Summary
from computefactory.ledger.workbook import write_workbook
from computefactory.workbook.sources import sources_of

if TYPE_CHECKING:
    from computefactory.underwriting import Evaluation

__all__ = ["CaseBook"]


@dataclass(frozen=True)
class CaseBook:
    """One case as a workbook: its run, the first page, what must hold, what is held, runs beside it by page."""

    title: str
    run: Evaluation
    first: Summary
    checks: Sequence[AuditCheck]
    held: Sequence[str] = ()
    beside: Mapping[str, tuple[Evaluation, list[str]]] = field(default_factory=dict)

    def write(self, target: Path) -> int:
        """Write it; returns how many live formulas it has.

        Raises:
            OutputError: the place cannot be written.
        """
        run = self.run
        runs = [("", run), *((page, other) for page, (other, _) in self.beside.items())]
        return write_workbook(
            run.ledger,
            run.inputs,
            run.lines,
            target,
            title=self.title,
            periods=run.timeline.names,
            items={axis: other.factory.items_of(axis) for _, other in runs for axis in other.ledger.sheet.axes},
            sources={name: said for page, other in runs for name, said in sources_of(other, page)},
            first=self.first,
            checks=self.checks,
            held=self.held,
            beside=[
                Beside(page, other.ledger, other.inputs, other.lines, wanted)
                for page, (other, wanted) in self.beside.items()
            ],
        )
