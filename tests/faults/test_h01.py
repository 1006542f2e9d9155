"""H1: two processes with the same ``-o`` publish corrupt files."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import count
from pathlib import Path
from zipfile import ZipFile

import pytest
from pyarrow import parquet

import computefactory as cf
from computefactory import workbook
from computefactory.page import Column, Figure, Grid, Page, Section
from computefactory.published import published
from computefactory.report import write

TIMES = 15
LONG = 200


def page(k):
    """A page of a length of its own, so that a mixture of two is no page."""
    rows = tuple((f"row {i}", float(k)) for i in range(LONG * (k + 1)))
    grid = Grid((Column("name", "name"), Column("number", "number")), rows)
    return Page("p", f"page {k}", (Section("s", "Section", (Figure("k", "k", float(k), ""),), grid=grid),))


def whole(path):
    """Read a file as what it is; raises where it is cut or mixed."""
    match path.suffix:
        case ".json":
            json.loads(path.read_bytes())
        case ".parquet":
            assert parquet.read_table(BytesIO(path.read_bytes())).num_rows > 0  # pyarrow opens a path twice
        case ".csv":
            lines = path.read_text(encoding="utf-8").splitlines()
            assert len({line.rpartition(",")[2] for line in lines if "row " in line}) == 1
            assert len([line for line in lines if "row " in line]) % LONG == 0
        case ".svg":
            assert path.read_text(encoding="utf-8").endswith("</svg>\n")
        case ".xlsx":
            assert ZipFile(path).testzip() is None


def contended(path, put):
    """Writers of different contents and readers of one name, at the same time; every read finds a whole file."""
    put(0)
    with ThreadPoolExecutor(6) as pool:
        writing = [pool.submit(lambda k=k: [put(k) for _ in range(TIMES)]) for k in range(3)]
        reads = count()

        def look():
            while not all(task.done() for task in writing):
                whole(path)
                next(reads)

        reading = [pool.submit(look) for _ in range(3)]
        for task in (*writing, *reading):
            task.result()
    assert next(reads) > 0
    assert [found.name for found in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["p.json", "p.csv", "p.parquet", "p.svg"])
def test_h01_pages_under_contention(tmp_path, name):
    """Three writers of one ``-o`` and three readers: every read finds one whole file, in each format of a page."""
    path = tmp_path / name
    contended(path, lambda k: write(page(k), path, lambda found: f"<svg>{found.title * LONG}</svg>\n"))


def test_h01_processes(tmp_path):
    """Two processes that write one file while a third reads: no read is cut or mixed."""
    path = tmp_path / "p.json"
    program = (
        "import sys; from pathlib import Path; from computefactory.published import published\n"
        "for _ in range(300):\n"
        "    with published(sys.argv[1]) as draft:\n"
        "        draft.write_text('[' + ', '.join([sys.argv[2]] * 20000) + ']', encoding='utf-8')\n"
    )
    path.write_text("[0]", encoding="utf-8")
    running = [subprocess.Popen([sys.executable, "-c", program, str(path), str(10**k)]) for k in (1, 6)]
    while any(each.poll() is None for each in running):
        assert len(set(json.loads(path.read_bytes()))) == 1
    assert [each.returncode for each in running] == [0, 0]
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_h01_workbook_and_folder(tmp_path):
    """The workbook and the folder of ``run -o`` are published the same way: whole files and no draft left."""
    result = cf.run("legacy-h100-hall")
    book = tmp_path / "book" / "w.xlsx"
    book.parent.mkdir()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: (workbook.write(result, book), result.save(tmp_path / "out")), range(3)))
    whole(book)
    assert [found.name for found in book.parent.iterdir()] == ["w.xlsx"]
    assert {found.name for found in (tmp_path / "out").iterdir()} == {"result.json", "monthly.parquet", "monthly.csv"}
    whole(tmp_path / "out" / "result.json")


def test_h01_what_stood_there_stays(tmp_path):
    """A writer that fails leaves what stood there before, and nothing beside it; a link is written through."""
    path = tmp_path / "f.txt"
    path.write_text("before", encoding="utf-8")

    def fail():
        with published(path) as draft:
            draft.write_text("half", encoding="utf-8")
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]
    link = tmp_path / "link.txt"
    link.symlink_to(path)
    with published(link) as draft:
        draft.write_text("after", encoding="utf-8")
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == "after"


def test_h01_only_one_way_to_write():
    """Every module that writes a file does so through ``published``."""
    writing = (".write_text(", ".write_bytes(", ".to_parquet(", ".to_csv(", "write_table(")
    for source in Path(cf.__file__).parent.rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        assert "published(" in text or not any(call in text for call in writing), source
