"""H5: points of bad input that an issue before had left open."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError, NoSolution
from computefactory.model import load
from computefactory.studies.cases import cases


def test_h05_a_dollar_of_loan_is_none():
    """``max_commitment: 1 USD`` gave a loan life cover of 4.9e9; right: a billionth of the plant's cost is no loan, so
    its covers are not applicable."""
    result = cf.run("iren-horizon", overrides=["capital.debt.senior.max_commitment=1 USD"], resize=True)
    found = {name: result.metrics[name] for name in ("llcr", "plcr", "min_dscr", "average_life_years")}
    assert {name: (each.value, each.reason) for name, each in found.items()} == dict.fromkeys(
        found, (None, "not_applicable")
    )


def test_h05_an_availability_that_ends_early_cancels_nothing_that_is_drawn():
    """``available_until`` set over a loan that stays as sized: 3.77 bn USD are drawn by plan, so none is cancelled, and
    a warning says that the loan stays; 2.88 bn were cancelled beside it."""
    result = cf.run("iren-horizon", overrides=["capital.debt.senior.available_until=2026-06"])
    senior = result.debt["tranches"]["senior"]
    assert senior["cancelled_usd"] == pytest.approx(0, abs=1)
    assert senior["drawn_usd"] == pytest.approx(senior["commitment_usd"])
    assert "available_until sizes a loan" in "\n".join(result.warnings)


def test_h05_sizing_terms_are_said_in_solve_and_cases(tmp_path):
    """A term that sizes a loan moves nothing while it stays as sized: ``solve`` and a case of one's own say so."""
    with pytest.raises(NoSolution, match="--resize sizes it anew"):
        cf.solve("iren-horizon", "capital.debt.senior.sizing_dscr", "llcr", 5.0)
    file = tmp_path / "own.yaml"
    file.write_text(
        "kind: scenario\nschema: 1\nname: own\ncases:\n"
        "  base: {label: as mine}\n"
        "  cover: {label: cover, set: {capital.debt.senior.sizing_dscr: 2}}\n",
        encoding="utf-8",
    )
    found = cases("iren-horizon", add=file)
    assert [each.name for each in found].count("base") == 1
    assert next(each.label for each in found if each.name == "base") == "as mine"
    assert "--resize" in next(each.note for each in found if each.name == "cover")


@pytest.mark.parametrize("name", ["Google", "google cloud", "Alphabet Inc."])
def test_h05_a_buyer_by_another_of_its_names(name):
    """Google is Alphabet (AA+), by a column of the library's row, and no stranger."""
    factory = load("iren-horizon", overrides=[f"offtake.microsoft.buyer={name}"])
    assert {part.rating for part in factory.offtake.contracts} == {"AA+"}
    assert "unrated" not in "\n".join(factory.warnings)


def test_h05_a_month_that_does_not_come():
    """``explain default_month`` where nothing defaults says none, and shows no 1e6."""
    text = cf.explain(cf.run("iren-horizon"), "default_month").text(6)
    assert "1e+06" not in "\n".join(text)


@pytest.mark.parametrize("change", ["capital.debt.senior.dsra=500 months", "capital.fx={EUR: 0.000000001 USD/EUR}"])
def test_h05_absurd_reserves_and_rates(change):
    """A reserve of 500 months of service and a rate of exchange of a billionth are refused."""
    with pytest.raises(FactoryFileError, match="what is possible"):
        load("iren-horizon", overrides=[change])
