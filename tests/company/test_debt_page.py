"""The page of a company's debt: what is reported is set against the facilities of the same day alone."""

from __future__ import annotations

from computefactory.analysis.gap import gap_of
from computefactory.analysis.run import run
from computefactory.report.company_debt import debt


def reported(name: str) -> list[str]:
    result = run(name)
    section = debt(result, gap_of(result)).sections[0]
    return ["".join(map(str, words)) for words in section.text]


def test_the_principal_of_another_day_is_not_set_against_the_facilities() -> None:
    """CoreWeave's newest principal is of a year before the balance sheet of mid-2026."""
    assert not reported("coreweave-2026-09")
    assert "the facilities sum to it" in reported("coreweave-2025-03")[0]
