"""C6: the value of a wait is a mean over months, not over straight lines; a number has one value on every page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from computefactory.registry import PAGES
from computefactory.studies.time_to_power import time_to_power
from small_factory import book_file

DEAL = (
    "kind: take_or_pay, buyer: Microsoft, signed: 2025-11, accelerators: 7200, price: 3 USD/accelerator-hour, "
    "tenor: 60 months, starts: {after: energised, lag: 1 month}"
)
QUEUED = {"power.interconnection.status": "queued"}  # 0.8 to 1 of the whole wait lies ahead


def test_c06_no_straight_lines_between_months(tmp_path: Path) -> None:
    """A wait between 72 and 96 months came out 30.195 where runs of every month give 30.071: the mean of the runs.

    The auditor's file is not at hand: each month is run here by itself, and the mean of the two agrees to 1e-6.
    """
    file = book_file(tmp_path, one=DEAL)
    wait = {"power.interconnection.wait": "{low: 110 months, likely: 110 months, high: 110 months}"}
    found = time_to_power(cf.load(file, overrides=QUEUED | wait), "2025-06")
    first, last = int(found.late.min()), int(np.ceil(found.late.max()))
    assert first < 72  # months: there a straight line began
    some = range(first, last + 1, 6)
    values = {
        month: float(cf.run(file, overrides={"power.delay": f"{{by: {month} months}}"}).metrics["npv_usd"].value)
        for month in some
    }
    for month, value in values.items():
        assert found.waits[int(np.searchsorted(found.delays, month))] == pytest.approx(value, rel=1e-9)
    assert set(range(first, last + 1)) <= set(found.delays.astype(int))  # nothing lies on a line between them


@pytest.mark.parametrize("name", ["iren-horizon", "stargate-abilene", "legacy-h100-hall", "core-scientific-590mw"])
def test_c06_one_number_of_racks(name: str) -> None:
    """Racks that the connection holds: 1,644 on one page and 1,468 on another; right is one, with the fabric."""
    result = cf.run(name)
    figures = {figure.name: figure for part in PAGES["power"](result).sections for figure in part.figures}
    limits = next(part.grid for part in PAGES["plant"](result).sections if part.name == "limits")
    assert limits is not None
    held = {row[0]: row[-1] for row in limits.rows}
    assert figures["racks_that_fit"].value == held.get("power")
