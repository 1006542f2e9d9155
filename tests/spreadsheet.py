"""Workbooks calculated again from nothing, by LibreOffice and by formualizer, and read back by their first column."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")

# without this setting it trusts the values that stand in the file
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
FIRST = 6  # column of the first period
VALUE = 4  # column of what does not vary over time
UNKNOWN = 12345.678  # stands for every calculated value until LibreOffice has calculated it


class Book:
    """The cells of a workbook: what is typed and, of formulas, the value."""

    def __init__(self, path: Path, sheets: dict[str, list[list[object]]] | None = None) -> None:
        self.path = path
        if sheets is None:
            file = openpyxl.load_workbook(path, read_only=True, data_only=True)
            sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in file}
            file.close()
        self.sheets = sheets
        self.places = {
            (name, row[0]): k for name, rows in self.sheets.items() for k, row in enumerate(rows) if row and row[0]
        }

    @property
    def periods(self) -> int:
        return sum(cell is not None for cell in self.sheets["Inputs"][3][FIRST:])

    def row(self, sheet: str, name: str) -> list[object]:
        return self.sheets[sheet][self.places[sheet, name]]

    def column(self, sheet: str, index: int) -> list[object]:
        return [row[index] if index < len(row) else None for row in self.sheets[sheet]]

    def line(self, line, items) -> np.ndarray:
        """The numbers of a line, shaped as the engine shapes them."""
        sheet = line.per or ("Lines" if line.timed else "Numbers")
        names = [f"{line.name}[{item}]" for item in items[line.per]] if line.per else [line.name]
        rows = [self.row(sheet, name) for name in names]
        cells = [row[FIRST : FIRST + self.periods] if line.timed else row[VALUE] for row in rows]
        shape = ((len(names),) if line.per else ()) + ((self.periods,) if line.timed else ())
        found = np.empty(shape, dtype=object)
        found[...] = np.array(cells if line.per else cells[0], dtype=object).reshape(shape)
        return found

    def errors(self) -> list[tuple[str, object]]:
        return [
            (sheet, row[0])
            for sheet, rows in self.sheets.items()
            for row in rows
            for cell in row
            if isinstance(cell, str) and cell.startswith("#")
        ]


def cells_of(book: Book, given, before, after, items) -> dict[tuple[str, str], float]:
    """The input cells in which a given differs between two runs, and the later numbers."""
    names = [f"{given.name}[{item}]" for item in items[given.per]] if given.per else [given.name]
    old, new = (np.asarray(array, dtype=float).reshape(len(names), -1) for array in (before, after))
    assert old.shape == new.shape, given.name
    start = FIRST if given.series or given.table else VALUE
    return {
        ("Inputs", f"{openpyxl.utils.get_column_letter(start + k + 1)}{book.places['Inputs', names[item]] + 1}"): new[
            item, k
        ]
        for item, k in np.argwhere(old != new)
    }


def rewritten(book: Path, target: Path, inputs: dict[tuple[str, str], float] | None = None) -> Path:
    """A copy with other numbers typed in input cells, in which no formula has its value."""
    sheets = openpyxl.load_workbook(book, read_only=True).sheetnames
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            text = source.read(name).decode()
            if match := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
                text = re.sub(r"</f><v>[^<]*</v>", f"</f><v>{UNKNOWN}</v>", text)
                text = re.sub(r' t="(?:str|e)"(><f>)', r"\1", text)
                here = sheets[int(match[1]) - 1]
                for (sheet, address), value in (inputs or {}).items():
                    if sheet == here:
                        cell = rf'(<c r="{address}"(?: s="\d+")?><v>)[^<]*(</v></c>)'
                        text, count = re.subn(cell, rf"\g<1>{float(value)!r}\g<2>", text)
                        assert count == 1, f"{sheet}!{address} is no typed number"
            copy.writestr(name, text)
    return target


def recalculated(folder: Path, *books: Path) -> list[Book]:
    """The workbooks as LibreOffice calculates them, in a profile of its own."""
    profile, out = folder / "profile", folder / "recalculated"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    for _ in range(2):  # on a busy machine it now and then ends before it has begun
        done = subprocess.run(
            [*command, "--outdir", str(out), *map(str, books)],
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        if all((out / book.name).exists() for book in books):
            break
    for book in books:
        assert (out / book.name).exists(), done.stdout + done.stderr
    return [Book(out / book.name) for book in books]


def calculated(path: Path) -> Book:
    """The workbook as formualizer calculates it, in this process."""
    formualizer = pytest.importorskip("formualizer", reason="the second spreadsheet engine is not installed")
    file = openpyxl.load_workbook(path, read_only=True)
    sizes = {sheet.title: (sheet.max_row, sheet.max_column) for sheet in file}
    file.close()
    workbook = formualizer.load_workbook(str(path))
    workbook.evaluate_all()
    found = {}
    for name, (rows, columns) in sizes.items():
        cells = workbook.sheet(name).get_values(formualizer.RangeAddress(name, 1, 1, rows, columns))
        found[name] = [[_plain(cell) for cell in row] for row in cells]
    return Book(path, found)


def _plain(cell: object) -> object:
    """An error as the text that a spreadsheet shows."""
    return f"#{cell['kind']}" if isinstance(cell, dict) else cell


def compare(book: Book, lines, results, items) -> int:
    """Every cell of every line against the engine; returns how many were compared.

    Within 1e-9 of the row's largest value and, for what is left over of sums that cancel, within a cent.
    """
    count = 0
    for line in lines:
        engine = np.asarray(results[line.name], dtype=float)
        cells = book.line(line, items)
        assert cells.shape == engine.shape, line.name
        exists = np.isfinite(engine)
        assert all(cell == "none" for cell in cells[~exists]), (line.name, cells[~exists])
        assert all(isinstance(cell, (int, float)) for cell in cells[exists].ravel()), (line.name, cells[exists])
        found, known = cells[exists].astype(float), engine[exists]
        if known.size:
            largest = np.abs(known).max()
            cent = 0.01 if str(line.unit) == "USD" else 1e-12
            worst = np.abs(found - known).max()
            assert worst <= max(1e-9 * largest, cent), (line.name, worst, largest)
        count += engine.size
    return count
