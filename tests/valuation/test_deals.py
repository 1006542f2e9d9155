"""What was paid for sites, beside our value: the page says what comes out, and no price enters a file."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "validation" / "value.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(ROOT / "tools"))
    import validate_value

    return validate_value


def rows():
    """The cells of the first table, by deal."""
    found = [line.strip("|").split(" | ") for line in PAGE.partition("## Why")[0].splitlines() if line.startswith("| ")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in found[2:]}


def test_the_page_has_every_deal_with_its_price_of_the_library(tool):
    table = rows()
    assert list(table) == [deal.name for deal in tool.DEALS]
    for deal in tool.DEALS:
        assert float(table[deal.name][2]) == pytest.approx(deal.price / 1e9, abs=0.005)
        assert "/".join(deal.row) in PAGE
    assert float(table["Abernathy"][2]) == pytest.approx(0.53 / 0.501, abs=0.005)


@pytest.mark.parametrize("name", ["Abernathy", "Core Scientific, listed"])
def test_the_page_says_what_the_engine_values(tool, name):
    deal = next(deal for deal in tool.DEALS if deal.name == name)
    found = deal.valued()
    ours = found.industrial_equity.value if deal.of == "equity" else found.industrial.enterprise_value
    assert float(rows()[name][3]) == pytest.approx(ours / 1e9, rel=0.01, abs=0.005)


def test_no_file_states_a_price_of_the_whole(tool):
    for deal in tool.DEALS:
        if deal.file.endswith(".yaml"):
            text = (ROOT / deal.file).read_text(encoding="utf-8")
            assert not re.search(r"release_rent|shell_rate|premium|undeveloped", text)
