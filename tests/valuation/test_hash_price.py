"""The same site sold at the hash price of 2021 and 2022, and under contract: what merchant output did to its owner."""

from __future__ import annotations

import re

import numpy as np
import pytest

from computefactory.library import Library
from site_of_arrays import at_one_rate, flat

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


def value(valued, book, other, at):
    """Contract and market together: the book's revenue is owed, the other's is the market's."""
    shape = np.zeros(len(valued.months))
    paid, sold = shape.copy(), shape.copy()
    paid[:MONTHS], sold[:MONTHS] = book, other
    lines = flat(valued, c_revenue=paid[None], c_committed_revenue=paid[None], renewal_revenue=sold)
    found = valued(lines, **at_one_rate(valued.run.inputs, 0.1), valuation_date=float(at))
    return found["contracts_value"] + found["merchant_value"]


def test_the_merchant_path_and_the_contract_part(valued):
    price = hash_price()
    merchant = 100.0 * price / price[0]
    level = np.full(MONTHS, 100.0)
    nothing = np.zeros(MONTHS)
    peak, trough = 4, 6  # May and July 2021
    assert 1 - price[trough] / price[peak] == pytest.approx(0.82, abs=0.005)
    assert np.all(merchant[21:] == 0)  # from October 2022 there is no price at all
    contract = [value(valued, level, nothing, at) for at in (peak, trough, 21)]
    sold = [value(valued, nothing, merchant, at) for at in (peak, trough, 21)]
    assert sold[0] > value(
        valued, level[:MONTHS] * (np.arange(MONTHS) < 8), nothing, peak
    )  # the peak pays months at once
    assert sold[2] == 0 < contract[2]
    v = 1.1 ** (-1 / 12)
    assert contract[2] == pytest.approx(100 * v * (1 - v**15) / (1 - v))
    falls = [after / before - 1 for before, after in ((contract[0], contract[1]), (sold[0], sold[1]))]
    assert falls[1] < falls[0] < 0  # two months on, the merchant site has lost more
