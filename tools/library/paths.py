"""Prices over time that a factory may be run through."""

from __future__ import annotations

import re

from library.book import Book, Line
from library.text import Quantity

__all__ = ["hash_path"]


def hash_path(book: Book, lines: list[Line]) -> None:
    """Revenue of a miner from the peak of May 2021 to the end of its workload, month by month."""
    first = 2021 * 12 + 4
    mining = [x for x in lines if x.file == "eras.csv" and x["era"] == "7_eth_mining"]
    known = {
        int(x["field"][-7:-3]) * 12 + int(x["field"][-2:]) - 1: x
        for x in mining
        if re.fullmatch(r"hashprice_20\d\d_\d\d", x["field"])
    }
    end = next(x for x in mining if x["field"] == "hashprice_after_merge")
    known[2022 * 12 + 8] = end
    dates = sorted(date for date in known if date >= first)
    for date in range(dates[0], dates[-1] + 1):
        before = max(known_date for known_date in dates if known_date <= date)
        after = min(known_date for known_date in dates if known_date >= date)
        near = known[before]
        share = (date - before) / (after - before) if after > before else 0.0
        if known[after] is end and after > before:
            share = 0.0  # it ends on a day, not little by little
        price = float(near["value"]) * (1 - share) + float(known[after]["value"]) * share
        value = Quantity(price / float(known[first]["value"]), "1")
        note = "relative to May 2021" + ("; between two known months" if date not in known else "")
        name = f"month_{date - first:02d}"
        book.add(near, "hash_path", "ethereum_2021", name, value, note=note)
