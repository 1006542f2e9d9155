"""What the everyday commands load and touch: no heavy library, no network."""

from __future__ import annotations

import pytest

HEAVY = ["pandas", "scipy.optimize", "pvlib", "numba", "sqlalchemy"]

COMMAND = """
import sys
from computefactory.cli import main
sys.argv[0] = "computefactory"
status = main()
"""
LOADED = f"""
loaded = [name for name in {HEAVY} if name in sys.modules]
sys.exit(f"loaded {{loaded}}" if loaded else status)
"""
NO_NETWORK = """
import sys
def refuse(event, arguments):
    if event.startswith("socket."):
        raise RuntimeError(f"the network was touched: {event}")
sys.addaudithook(refuse)
"""


@pytest.mark.parametrize("verb", ["run", "check"])
@pytest.mark.parametrize("name", ["iren-horizon", "legacy-h100-hall"])
def test_a_command_loads_no_heavy_library(script, verb, name):
    done = script(COMMAND + LOADED, verb, name)
    assert done.returncode == 0, done.stderr


def test_the_watch_sees_a_heavy_library(script):
    done = script("import pandas\n" + "import sys\nstatus = 0\n" + LOADED)
    assert done.returncode == 1
    assert "pandas" in done.stderr


@pytest.mark.parametrize("verb", ["run", "check", "library"])
def test_a_command_touches_no_network(script, verb):
    done = script(NO_NETWORK + COMMAND + "sys.exit(status)", verb, *(["iren-horizon"] if verb != "library" else []))
    assert done.returncode == 0, done.stderr


def test_the_block_on_the_network_holds(script):
    done = script(NO_NETWORK + "import socket\nsocket.create_connection(('localhost', 9))")
    assert done.returncode == 1
    assert "the network was touched" in done.stderr
