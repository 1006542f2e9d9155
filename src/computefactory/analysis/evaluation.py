"""One evaluation of the ledger of a company: its records as givens, the lines, what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory.company import LINES, VALUE_LINES
from computefactory.gather import gather
from computefactory.ledger import Ledger
from computefactory.timeline import Timeline

if TYPE_CHECKING:
    from computefactory.company.worth_inputs import WorthTerms
    from computefactory.schema.resolve_company import Company

__all__ = ["CompanyRun", "Values", "company_ledger", "inputs_for"]

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CompanyRun:
    """One evaluation of the ledger of a company: what went in and every line that came out."""

    case: str
    factory: Company
    inputs: Values
    lines: Values
    known: Values = field(default_factory=dict)
    worth: WorthTerms | None = None  # of a valuation, whose lines stand over the others

    @property
    def ledger(self) -> Ledger:
        """The lines that were evaluated."""
        return company_ledger(valued=self.worth is not None)

    def number(self, name: str) -> float:
        """One number, line or given."""
        return float(np.asarray(self.lines[name] if name in self.lines else self.inputs[name])) + 0.0

    @property
    def timeline(self) -> Timeline:
        """The calendar of its company."""
        return self.factory.timeline


@cache
def company_ledger(*, valued: bool = False) -> Ledger:
    """The ledger of companies: one set of conventions; ``valued`` adds the lines of the valuation."""
    return Ledger((*LINES, *VALUE_LINES) if valued else LINES)


def inputs_for(company: Company, worth: WorthTerms | None = None) -> dict[str, Any]:
    """Every given of the ledger, with those of a valuation; a series that ends early is nothing from there on."""
    space = {"timeline": company.timeline, "company": company, "worth": worth}
    return {
        name: _long(gather(given, space), company.timeline.periods) if given.series else gather(given, space)
        for name, given in company_ledger(valued=worth is not None).givens.items()
        if not given.of
    }


def _long(values: NDArray[np.float64], periods: int) -> NDArray[np.float64]:
    short = periods - values.shape[-1]
    return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, short)]) if short > 0 else values
