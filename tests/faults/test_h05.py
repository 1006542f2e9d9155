"""H5: our own errors (status 1) where the input or the console is meant."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from computefactory.cli import main

PROGRAM = [sys.executable, "-c", "import sys; from computefactory.cli import main; sys.exit(main())"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ("power.delay={}", "power.delay.by"),
        ("offtake.microsoft.default_curve=[]", "offtake.microsoft.default_curve"),
        ("interconnect={switch_radix: 0.5, pod: 8}", "interconnect.switch_radix"),
        ('name="a\\ud83d"', "name"),
        ('site.weather="a\\0b.epw"', "site.weather"),
        ('offtake={"a\\0b": 1}', "offtake"),
        (
            "power.supply.grid.demand_windows={night: {hours: 24-24, price: 1 USD/kW-month}}",
            "power.supply.grid.demand_windows.night.hours",
        ),
        (
            "power.supply.grid.demand_windows={night: {hours: 0-0, price: 1 USD/kW-month}}",
            "power.supply.grid.demand_windows.night.hours",
        ),
    ],
)
def test_h05_input_that_ended_in_our_bug(capsys, change, path):
    """``delay: {}``, ``default_curve: []``, a switch of half a port, NUL and halves of letters, hours ``24-24``: each
    is refused with status 2 and its path."""
    assert main(["run", "iren-horizon", "--set", change]) == 2
    assert path in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_h05_a_console_that_lacks_letters(monkeypatch, encoding):
    """On an ASCII or cp1252 console the page is printed, with question marks for the letters that it lacks."""
    console = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", console)
    assert main(["run", "iren-horizon"]) == 0
    console.seek(0)
    assert "?" in console.read()


@pytest.mark.skipif(os.name != "posix", reason="the shell of POSIX")
@pytest.mark.parametrize("sink", [">&-", "| head -1"])
def test_h05_nobody_reads(sink):
    """A standard output that is closed, and a reader that leaves after a line, are no errors."""
    command = f'set -o pipefail; "$0" -c "$1" run iren-horizon {sink}'
    done = subprocess.run(["bash", "-c", command, *PROGRAM[::2]], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="locales and signals of POSIX")
@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"LC_ALL": "POSIX", "HOME": "/nonexistent", "XDG_CACHE_HOME": ""},
    ],
    ids=",".join,
)
def test_h05_any_locale(tmp_path, environment):
    """In the C locale without UTF-8, with an ASCII console that is strict, without a home: a file whose name has an
    accent is run, and its page printed."""
    file = tmp_path / "caf\u00e9.yaml"
    assert main(["init", str(file), "--like", "legacy-h100-hall"]) == 0
    done = subprocess.run(
        [*PROGRAM, "run", str(file)], env={**os.environ, **environment}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_h05_interrupted():
    """Ctrl-C in the midst of a question ends with status 130 and no traceback."""
    text = (
        "import os, signal, sys, threading; from computefactory.cli import main; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "  # a job in the background ignores it
        "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start(); "
        "sys.exit(main(['ask', 'iren-horizon', 'cases']))"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
