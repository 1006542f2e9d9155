"""Whether the forecast of what is sold goes on from what the company last reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from computefactory.library import operators
from computefactory.timeline import MONTHS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from computefactory.analysis.evaluation import CompanyRun

__all__ = ["below_reported"]

MILLION = 1e6


def below_reported(run: CompanyRun) -> Iterator[str]:
    """A warning where the first three months bring much less revenue than the last quarter reported (row)."""
    company = run.factory
    row = operators.like(company.library, company.operator, "revenue", "quarter") if company.operator else None
    if row is None:
        return
    first, last = float(np.sum(run.lines["revenue"][..., :MONTHS_PER_QUARTER])), operators.amount(row)
    most = float(company.library.fact("company", "default", "first_quarter_fall").value)
    if first < last * (1 - most):
        yield (
            f"what is sold brings {first / MILLION:,.0f} million USD in the first three months, against "
            f"{last / MILLION:,.0f} reported for the quarter to {operators.period_of(row)}: "
            "book and blocks do not hold all that the company sells"
        )
