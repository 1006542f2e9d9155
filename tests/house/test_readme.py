"""The README is true: its commands run, its Python runs, its verbs are the program's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

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
COMMAND = "import sys\nfrom computefactory.cli import main\nsys.argv[0] = 'computefactory'\nsys.exit(main())"


def test_every_line_is_run_somewhere():
    assert set(blocks("sh")) - set(COMMANDS) == SETS_UP
    windows = {line.replace("\\", "/").replace("Scripts", "bin").replace("py -3", "python3") for line in blocks("bat")}
    assert windows == SETS_UP - {"make demo", "make test"}


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_runs(script, line):
    done = script(COMMAND, *shlex.split(line)[1:])
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert not done.stderr


def test_the_python_runs(script):
    done = script("\n".join(blocks("python")))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_every_verb_is_shown_and_no_other():
    from computefactory.cli import app

    verbs = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert {line.split()[1] for line in COMMANDS} == verbs
