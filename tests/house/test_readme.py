"""The README is true: its commands run, its Python runs, its verbs are the program's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from computefactory.cli import app, main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    """Lines of the fenced blocks in one language, without trailing comments."""
    text = "\n".join(re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
    return [line for raw in text.splitlines() if (line := re.sub(r"\s+# .*", "", raw).rstrip())]


# what sets up the program is run by .ci/run, on a fresh environment
SETS_UP = {
    "make demo",
    "make test",
    "python3 -m venv .venv",
    ".venv/bin/python -m pip install --require-hashes -r requirements.lock",
    ".venv/bin/python -m pip install --no-deps --no-build-isolation .",
    ".venv/bin/computefactory run iren-horizon",
}
COMMANDS = [line for line in blocks("sh") if line.startswith("computefactory ")]


def test_every_line_is_run_somewhere():
    assert set(blocks("sh")) - set(COMMANDS) == SETS_UP
    windows = {line.replace("\\", "/").replace("Scripts", "bin").replace("py -3", "python3") for line in blocks("bat")}
    assert windows == SETS_UP - {"make demo", "make test"}


def test_every_command_runs(capsys, tmp_path, monkeypatch):
    """In this process; tests of start-up and .ci/run start the program itself."""
    monkeypatch.chdir(tmp_path)
    wrong = []
    for line in COMMANDS:
        status = main(shlex.split(line)[1:])
        out, err = capsys.readouterr()
        if status or err or not out.strip():
            wrong.append(f"{line}: status {status}, {len(out)} characters; {err}")
    assert not wrong, "\n".join(wrong)


def test_the_python_runs(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec("\n".join(blocks("python")), {})
    assert capsys.readouterr().out.strip()


def test_every_verb_is_shown_and_no_other():
    verbs = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert {line.split()[1] for line in COMMANDS} == verbs
