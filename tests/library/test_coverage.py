"""What became of every collected row, and that the tables are what the tool makes of them."""

import csv
import subprocess
import sys
from pathlib import Path

from computefactory.library import Library
from computefactory.library.lookup import PACKAGE

LIBRARY = Library.load()
TOOL = Path(__file__).resolve().parents[2] / "tools" / "build_library.py"


def test_coverage_speaks_of_rows_that_exist():
    with (PACKAGE / "coverage.csv").open(encoding="utf-8", newline="") as text:
        lines = list(csv.DictReader(text))
    assert len({(line["file"], line["row"]) for line in lines}) == len(lines) > 6000
    keys = {name: set(LIBRARY.keys(name)) for name in LIBRARY.tables()}
    places = {(f.table, f.key, f.field) for name in LIBRARY.tables() for f in LIBRARY.rows(name)}
    for line in lines:
        assert line["status"] in ("shipped", "not shipped")
        assert line["place"], line
        if line["status"] == "shipped":
            for place in line["place"].split("; "):
                name, rest = place.split("/", 1)
                key, field = rest.rsplit("/", 1)
                assert key in keys[name] if field == "*" else (name, key, field) in places, place


def test_every_collected_row_is_accounted_for_once(facts):
    collected = set()
    for file in facts.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as text:
            collected |= {(file.name, str(number)) for number, _ in enumerate(csv.DictReader(text), start=1)}
    with (PACKAGE / "coverage.csv").open(encoding="utf-8", newline="") as text:
        assert {(line["file"], line["row"]) for line in csv.DictReader(text)} == collected


def test_rebuilding_gives_the_same_bytes(facts, tmp_path):
    before = {file.name: file.read_bytes() for file in PACKAGE.glob("*.csv")}
    command = [sys.executable, str(TOOL), "--facts", str(facts), "--to", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    assert {file.name: file.read_bytes() for file in tmp_path.glob("*.csv")} == before
