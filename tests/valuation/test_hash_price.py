"""The same site sold at the hash price of 2021 and 2022, and under contract: what merchant output did to its owner."""

from __future__ import annotations

import re

import numpy as np
import pytest

from computefactory.library import Library
from computefactory.valuation import Rates, Site, part_flows, part_values

ERA = "7_eth_mining"
START, MONTHS = 2021 * 12, 36  # from January 2021


def hash_price():
    """USD per MH/s and day by month, straight between the published points; nothing after the Merge."""
    library, points = Library.load(), {}
    for name in library.fields("era", ERA):
        if match := re.match(r"hashprice_(\d{4})_(\d{2})", name):
            month = int(match[1]) * 12 + int(match[2]) - 1 - START
            if month >= 0:
                points[month] = float(library.fact("era", ERA, name).value)
    months = np.arange(MONTHS, dtype=float)
    merge = 2022 * 12 + 8 - START
    return np.where(months <= merge, np.interp(months, list(points), list(points.values())), 0.0)


def value(book, other, at):
    nothing = np.zeros(MONTHS)
    names = ("silicon_power", "silicon_cost", "building_cost", "shell_cost", "relet_revenue", "sale", "refresh")
    names += ("first_capex", "overhead", "tax", "rent", "scrap", "upgrade")
    site = Site(
        months=np.arange(float(MONTHS)), book_revenue=book[None], book_promised=book[None],
        book_owed=np.ones((1, MONTHS)), other_revenue=other,
        undeveloped=0, energises=1, undeveloped_value=0, **dict.fromkeys(names, nothing),
        **dict.fromkeys(("book_shares", "book_power", "book_direct"), np.zeros((1, MONTHS))),
    )  # fmt: skip
    values = part_values(site, part_flows(site), Rates.uniform(0.1, 1), at)
    return values["contracts"] + values["merchant"]


def test_the_merchant_path_and_the_contract_part():
    price = hash_price()
    merchant = 100.0 * price / price[0]
    level = np.full(MONTHS, 100.0)
    nothing = np.zeros(MONTHS)
    peak, trough = 4, 6  # May and July 2021
    assert 1 - price[trough] / price[peak] == pytest.approx(0.82, abs=0.005)
    assert np.all(merchant[21:] == 0)  # from October 2022 there is no price at all
    contract = [value(level, nothing, at) for at in (peak, trough, 21)]
    sold = [value(nothing, merchant, at) for at in (peak, trough, 21)]
    assert sold[0] > value(level[:MONTHS] * (np.arange(MONTHS) < 8), nothing, peak)  # the peak pays months at once
    assert sold[2] == 0 < contract[2]
    v = 1.1 ** (-1 / 12)
    assert contract[2] == pytest.approx(100 * (1 - v**15) / (1 - v))
    falls = [after / before - 1 for before, after in ((contract[0], contract[1]), (sold[0], sold[1]))]
    assert falls[1] < falls[0] < 0  # two months on, the merchant site has lost more
