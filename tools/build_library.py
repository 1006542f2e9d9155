"""Rebuild the reference library from collected facts and the hand-kept assumptions; same input, same bytes.

    python tools/build_library.py [--facts FOLDER] [--to FOLDER]

Writes one CSV a table into ``src/computefactory/library/data`` and ``coverage.csv``, which says of every collected row
where it went or why it stayed out. Rows that no source covers are kept by hand in ``tools/library/assumed.csv``.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from pathlib import Path

from library import engine, regimes, shelves, verdicts
from library.book import COLUMNS, Book, Line, read

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "src" / "computefactory" / "library" / "data"
ASSUMED = ROOT / "tools" / "library" / "assumed.csv"


def build(lines: list[Line]) -> Book:
    """All rows: shelves take every line, the engine's defaults are drawn from some, assumptions fill what is left."""
    book = Book()
    shelves.take(book, lines)
    engine.draw(book, lines)
    verdicts.draw(book, lines)
    book.assume(ASSUMED)
    regimes.draw(book, lines)
    book.distinguish()
    return book


def write(file: Path, header: Iterable[str], rows: Iterable[list[str]]) -> None:
    """One CSV file with newlines that no system changes."""
    with file.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def main() -> None:
    """Read the facts, build, replace the data folder's tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=Path, default=ROOT.parent / "shared" / "facts", help="folder of collected CSVs")
    parser.add_argument("--to", type=Path, default=DATA, help="folder of the tables, emptied first")
    chosen = parser.parse_args()
    lines = read(chosen.facts)
    if not lines:
        parser.error("no collected facts in that folder")
    book = build(lines)
    tables, coverage = book.tables(), list(book.coverage(lines))
    chosen.to.mkdir(exist_ok=True)
    for file in chosen.to.glob("*.csv"):
        file.unlink()
    for name, rows in tables.items():
        write(chosen.to / f"{name}.csv", COLUMNS, rows)
    write(chosen.to / "coverage.csv", ("file", "row", "status", "place"), coverage)
    kept = sum(row[2] == "shipped" for row in coverage)
    print(
        f"{sum(map(len, tables.values()))} rows in {len(tables)} tables; {kept} of {len(lines)} collected rows shipped"
    )


if __name__ == "__main__":
    main()
