"""Where output cannot go: exit status 2, a message, nothing half-written; a reader that leaves is no error."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

PROGRAM = [sys.executable, "-c", "import sys; from computefactory.cli import main; sys.exit(main())"]
FULL = Path("/dev/full")


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def refused(*_, **__):
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_a_file_in_the_place_of_the_folder(cli, tmp_path):
    file = tmp_path / "taken"
    file.write_text("mine", encoding="utf-8")
    for place in (file, file / "below"):
        status, out, err = cli("run", "iren-horizon", "-o", place)
        assert (status, out) == (2, "")
        assert str(place) in err
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_folder_in_the_place_of_a_file(cli, tmp_path):
    (tmp_path / "monthly.csv").mkdir()
    assert cli("run", "iren-horizon", "-o", tmp_path)[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["monthly.csv"]


@pytest.mark.parametrize("fails", [full, refused])
@pytest.mark.parametrize(
    ("owner", "name"), [(Path, "write_text"), (pd.DataFrame, "to_parquet"), (pd.DataFrame, "to_csv"), (Path, "mkdir")]
)
def test_a_write_that_fails_leaves_nothing(cli, tmp_path, monkeypatch, fails, owner, name):
    monkeypatch.setattr(owner, name, fails)
    status, out, err = cli("run", "iren-horizon", "-o", tmp_path)
    monkeypatch.undo()
    assert (status, out) == (2, "")
    assert str(tmp_path) in err
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_keeps_the_result_before(cli, tmp_path, monkeypatch):
    assert cli("run", "iren-horizon", "-o", tmp_path)[0] == 0
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    assert cli("run", "legacy-h100-hall", "-o", tmp_path)[0] == 2
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_failed_write_is_json_with_json(errors, tmp_path):
    (tmp_path / "taken").touch()
    (error,) = errors("run", "iren-horizon", "-o", tmp_path / "taken")
    assert (error["code"], error["path"]) == ("unwritable", "-o")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(cli, tmp_path):
    tmp_path.chmod(0o500)
    assert cli("run", "iren-horizon", "-o", tmp_path)[0] == 2
    tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [["schema"], ["run", "iren-horizon"], ["run", "nosuch", "--json"]])
def test_standard_output_on_a_full_disk(arguments):
    with FULL.open("w") as stream:
        done = subprocess.run(
            [*PROGRAM, *arguments], stdout=stream, stderr=subprocess.PIPE, encoding="utf-8", check=False
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no space left" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize("arguments", [["schema"], ["library", "silicon"]])
def test_a_reader_that_leaves_is_no_error(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*PROGRAM, *arguments], stdout=writing, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_program_in_another_process(tmp_path):
    def program(*arguments):
        return subprocess.run([*PROGRAM, *arguments], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)

    done = program("run", "iren-horizon", "-o", "out", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["kind"] == "result"
    assert (tmp_path / "out" / "result.json").is_file()
    done = program("run", "nosuch", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["code"] == "no_such_file"


@pytest.mark.parametrize("page", ["statements", "tax"])
def test_columns_of_a_large_factory_stand_apart(cli, page):
    """Forty billion dollars is eight characters of nine; every row of a block has as many cells as its years."""
    status, text, _ = cli("show", "stargate-abilene", page)
    assert status == 0
    years = 0
    for line in text.splitlines()[1:]:
        cells = line[26:].split()
        if line[:26].strip() and cells and all(cell.isdigit() and cell.startswith("20") for cell in cells):
            years = len(cells)
        assert len(line) <= 80
        assert not cells or len(cells) == years
