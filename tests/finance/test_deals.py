"""Five loans that were lent, sized from library rows: what ``docs/validation/debt.md`` says is what comes out."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "validation" / "debt.md").read_text(encoding="utf-8")
LENT = {  # billions of USD: disclosed, and how near ours has to come
    "IREN, Microsoft": (3.65, 0.05),
    "Core Scientific, CoreWeave": (3.30, 0.15),
    "River Bend, Fluidstack and Google": (3.25, 0.15),
    "Helios I, CoreWeave": (1.40, 0.05),
    "Abernathy, Fluidstack and Google": (1.30, 0.05),
}
BINDS = ("cover", "cover", "cover", "cover", "the guarantor's sum")


@pytest.fixture(scope="module")
def five():
    sys.path.insert(0, str(ROOT / "tools"))
    import validate_debt

    return {deal.name: (deal, deal.sized(), validate_debt.NAMES) for deal in validate_debt.FIVE}


def rows(section):
    """The cells of the table below a heading."""
    text = PAGE.partition(section)[2].partition("\n\n##")[0]
    found = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in found[2:]}


def test_the_page_says_what_the_engine_sizes(five):
    table = rows("# Debt: disclosed and ours")
    assert list(table) == list(five)
    for (name, cells), binds in zip(table.items(), BINDS, strict=True):
        _, found, names = five[name]
        assert float(cells[0]) == pytest.approx(found["disclosed"]["amount_usd"] / 1e9, abs=0.005)
        assert float(cells[1]) == pytest.approx(found["commitment_usd"] / 1e9, rel=0.01)
        assert cells[3] == names[found["binding_limit"]] == binds


def test_each_comes_near_what_was_lent_and_nothing_is_tuned(five):
    """The files state no amount, cover or advance of their own: those are rows of the library."""
    for name, (lent, near) in LENT.items():
        deal, found, _ = five[name]
        assert found["disclosed"]["amount_usd"] == pytest.approx(lent * 1e9)
        assert found["commitment_usd"] == pytest.approx(lent * 1e9, rel=near)
        file = ROOT / "tests" / "finance" / "deals" / deal.file
        if file.suffix == ".yaml":
            assert not re.search(r"sizing_dscr|max_\w+:|merchant_dscr", file.read_text(encoding="utf-8"))


def test_where_somebody_else_carries_the_loan_cost_does_not_bind(five):
    """1.0 to 1.15 bn with a cost limit and 1.3 without at Abernathy; 2.6 and 2.8 at River Bend."""
    for name in ("River Bend, Fluidstack and Google", "Abernathy, Fluidstack and Google"):
        deal, found, _ = five[name]
        assert "gearing" in found["no_limit"]
        assert deal.sized(max_gearing="75 %")["commitment_usd"] < found["commitment_usd"]
