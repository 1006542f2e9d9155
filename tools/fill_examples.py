"""Run the commands that pages show and put in what they print, so that no page shows figures of an older version.

    python tools/fill_examples.py

A block ```` ```console ```` opens with ``$ computefactory ...``; what follows in it is written here. A remark in the
line before the block may choose what is shown: ``<!-- from RETURNS to payback -->`` the lines from the first that
starts with the one text to the next that starts with the other, ``<!-- 5 lines from RETURNS -->`` a number of lines
from the first that starts so, ``<!-- 12 lines -->`` the head. What is left out is marked ``...``.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
from functools import cache
from pathlib import Path

from computefactory import cli

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"(?:^<!-- (?P<choice>.*?) -->\n)?^```console\n\$ (?P<command>.*?)\n.*?^```\n", re.MULTILINE | re.DOTALL
)
RANGE = re.compile(r"from (?P<start>.+) to (?P<end>.+)|(?P<count>\d+) lines(?: from (?P<head>.+))?")


def pages() -> list[Path]:
    """Pages that show commands."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in found if BLOCK.search(page.read_text(encoding="utf-8"))]


@cache
def printed(command: str) -> tuple[str, ...]:
    """What ``computefactory ...`` prints, to either stream, in an empty folder."""
    program, *arguments = shlex.split(command, comments=True)
    if program != "computefactory":
        raise ValueError(f"only computefactory is run, not {command}")
    here, columns = Path.cwd(), os.environ.get("COLUMNS")
    out = io.StringIO()
    with tempfile.TemporaryDirectory() as empty, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        os.chdir(empty)
        os.environ["COLUMNS"] = "80"
        try:
            cli.main(arguments)
        finally:
            os.chdir(here)
            os.environ.pop("COLUMNS") if columns is None else os.environ.__setitem__("COLUMNS", columns)
    return tuple(line.rstrip() for line in out.getvalue().rstrip().splitlines())


def chosen(lines: tuple[str, ...], choice: str | None) -> list[str]:
    """The lines that a remark chooses.

    Raises:
        ValueError: the remark fits nothing that was printed.
    """
    if choice is None:
        return list(lines)
    found = RANGE.fullmatch(choice)
    if found is None:
        raise ValueError(f"no such choice: {choice!r}")

    def place(start: str | None, after: int) -> int:
        hits = [i for i, line in enumerate(lines) if i >= after and line.strip().startswith(start or "")]
        if not hits:
            raise ValueError(f"nothing that was printed fits {choice!r}")
        return hits[0]

    first = place(found["start"] or found["head"], 0)
    last = place(found["end"], first) + 1 if found["end"] else min(first + int(found["count"]), len(lines))
    return [*["..."] * (first > 0), *lines[first:last], *["..."] * (last < len(lines))]


def filled(text: str) -> str:
    """A page with the output of its commands."""

    def block(match: re.Match[str]) -> str:
        remark = f"<!-- {match['choice']} -->\n" if match["choice"] else ""
        shown = "\n".join(chosen(printed(match["command"]), match["choice"]))
        return f"{remark}```console\n$ {match['command']}\n{shown}\n```\n"

    return BLOCK.sub(block, text)


def main() -> None:
    """Fill every page."""
    for page in pages():
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        print(page.relative_to(ROOT))


if __name__ == "__main__":
    main()
