"""What an underwriting is worked out from: the lines of a factory, one evaluation of them, and all of one factory's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from computefactory import finance, offtake, plant
from computefactory.finance.cases import HEAD
from computefactory.ledger import Ledger
from computefactory.metrics import Metric, definition_of, measure
from computefactory.schema import Factory
from computefactory.schema.resolve_valuation import Question
from computefactory.timeline import MONTHS_PER_YEAR, Timeline

__all__ = ["LINES", "Choices", "Run", "Values", "Workings", "ledger_for"]

LINES = (*plant.LINES, *offtake.LINES, *finance.LINES)
Values = dict[str, Any]
Choices = tuple[tuple[str, str], ...]


def ledger_for(choices: Choices, *, valued: bool = False) -> Ledger:
    """The ledger of one set of conventions: they select lines, once; ``valued`` adds those of the valuation."""
    return _whole_ledger(choices) if valued else _ledger(choices)


@cache
def _ledger(choices: Choices) -> Ledger:
    return Ledger(LINES, choices=dict(choices))


@cache
def _whole_ledger(choices: Choices) -> Ledger:
    from computefactory.valuation.lines import LINES as VALUATION_LINES

    return Ledger((*LINES, *VALUATION_LINES), choices=dict(choices))


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation of the ledger: the factory and its steps, what went in and every line that came out."""

    case: str
    factory: Factory
    known: Values
    choices: Choices
    inputs: Values
    lines: Values
    question: Question | None = None  # of a valuation, whose lines stand over the others

    @property
    def ledger(self) -> Ledger:
        """The lines that were evaluated: those of the package, chosen."""
        return ledger_for(self.choices, valued=self.question is not None)

    @property
    def timeline(self) -> Timeline:
        """The calendar of its factory."""
        return self.factory.timeline


@dataclass(frozen=True)
class Workings:
    """What a result was worked out from: the steps' results in ``known``, the ledger by case, the sizing run."""

    factory: Factory
    known: Mapping[str, Any]
    runs: Mapping[str, Run]
    sized: Run | None

    @property
    def sized_before_overrides(self) -> bool:
        """Whether the debt is that of the file without what this run has: overrides, events, a case."""
        return self.sized is not None and self.sized.factory is not self.factory

    def metric(self, name: str, case: str = HEAD) -> Metric:
        """One metric by name; a return metric in the given case.

        Raises:
            KeyError: no metric or case has that name.
        """
        definition = definition_of(name)
        if definition is None:
            raise KeyError(name)
        run = self.runs[{"case": case, "step": HEAD, "input": HEAD}.get(definition.source, definition.source)]
        if definition.source == "step":
            value = self.known[definition.key]
        else:
            value = definition.read(self.factory) if definition.source == "input" else run.lines[definition.key]
        return measure(definition, value, run.lines, MONTHS_PER_YEAR / self.factory.timeline.step)
