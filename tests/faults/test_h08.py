"""H8: a path that is no weather file gave its first line away; a pipe was waited for; `-o` spoke of the screen."""

from __future__ import annotations

import gzip
import os

import pytest

from computefactory.cli import main
from computefactory.received import content_of

SECRET = "root:x:0:0:root:/root:/bin/sh"
LONG = "x" * 300

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")


def refused(capsys, *command):
    """What a command says that ends with status 2."""
    assert main(list(command)) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        SECRET,
        f"{SECRET}\n{SECRET}\n",
        f"LOCATION,a,b,c,d,e,{SECRET},1,2,3\n",
        f"a,b,c,d,{SECRET},1,2\nDate (MM/DD/YYYY),Time\n",
        f"latitude,longitude\n{SECRET},1\nx,y\n",
    ],
)
def test_h08_no_content_is_echoed(tmp_path, capsys, content):
    """Of a file that is no weather file and no series of hours nothing is shown, whatever its first line begins with:
    only the path, and what such a file must have."""
    file = tmp_path / "other.txt"
    file.write_text(content, encoding="utf-8")
    hourly = "{kind: wholesale, hourly: {file: FILE, unit: USD/MWh}}".replace("FILE", str(file))
    for command in (
        ["weather", str(file)],
        ["run", "iren-horizon", "--set", f"site.weather={file}"],
        ["run", "iren-horizon", "--set", f"power.supply.grid={hourly}"],
        ["run", "iren-horizon", "--library", str(tmp_path)],
    ):
        said = refused(capsys, *command)
        assert str(tmp_path) in said or "hourly" in said
        assert "root" not in said.replace(str(tmp_path), "")


def test_h08_a_table_of_facts_shows_no_first_line(tmp_path, capsys):
    """A CSV file in a library folder that is no table of facts: its path, nothing of its first line."""
    (tmp_path / "other.csv").write_text(SECRET, encoding="utf-8")
    said = refused(capsys, "run", "iren-horizon", "--library", str(tmp_path))
    assert "other.csv" in said
    assert "root" not in said.replace(str(tmp_path), "")


@needs_pipes
def test_h08_a_pipe_is_refused_by_name(tmp_path, capsys):
    """A pipe as factory file, weather file or table of facts is refused in its own words, not waited for."""
    pipe = tmp_path / "a.csv"
    os.mkfifo(pipe)
    for command in (
        ["run", str(pipe)],
        ["check", str(pipe)],
        ["weather", str(pipe)],
        ["run", "iren-horizon", "--set", f"site.weather={pipe}"],
        ["run", "iren-horizon", "--library", str(tmp_path)],
        ["qualify", "iren-horizon", "--spec", str(pipe)],
        ["ask", "iren-horizon", "cases", "--add", str(pipe)],
        ["show", "iren-horizon", "power", "-o", str(pipe)],
    ):
        assert "a pipe" in refused(capsys, *command)


def test_h08_every_other_thing_that_is_no_file(tmp_path, capsys):
    """A folder, a device, a loop of links, a name that is too long, an archive that unpacks to 60 MB: status 2."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    large = tmp_path / "large.epw.gz"
    large.write_bytes(gzip.compress(b" " * 60_000_000))
    for path in (tmp_path, os.devnull, tmp_path / "loop", LONG, large):
        assert refused(capsys, "run", "iren-horizon", "--set", f"site.weather={path}").count("\n") == 1
    for path in (tmp_path, tmp_path / "loop", LONG, os.devnull):
        assert refused(capsys, "run", str(path))


@pytest.mark.parametrize(
    "command",
    [
        ["show", "iren-horizon", "power", "-o", f"{LONG}.csv"],
        ["run", "iren-horizon", "-o", LONG],
        ["init", f"{LONG}.yaml"],
    ],
    ids=lambda command: command[0],
)
def test_h08_an_output_that_cannot_be_written(tmp_path, monkeypatch, capsys, command):
    """An over-long output is refused by its own name; standard output is not spoken of."""
    monkeypatch.chdir(tmp_path)
    said = refused(capsys, *command)
    assert LONG in said
    assert "standard output" not in said


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
@pytest.mark.parametrize("file", ["closed/x.csv", "closed.csv"])
def test_h08_an_output_that_is_read_only(tmp_path, capsys, file):
    """A read-only folder or file is refused by its own name."""
    (tmp_path / "closed").mkdir(mode=0o555)
    (tmp_path / "closed.csv").touch(mode=0o444)
    said = refused(capsys, "show", "iren-horizon", "power", "-o", str(tmp_path / file))
    assert str(tmp_path / file) in said


def test_h08_nothing_is_read_beyond_its_bound(tmp_path):
    """A sparse file of 10 GB is refused by its size, unread; a bound holds also where a size is not told."""
    file = tmp_path / "large"
    with file.open("wb") as large:
        large.truncate(10_000_000_000)
    with pytest.raises(OSError, match=r"10,000\.0 MB, where at most 1 MB"):
        content_of(file, 1_000_000)
