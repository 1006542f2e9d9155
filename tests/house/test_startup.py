"""What the everyday commands load and touch: no heavy library, no network."""

from __future__ import annotations

COMMANDS = """
import sys
from computefactory.cli import main

def run(*commands):
    for command in commands:
        if status := main(command.split()):
            sys.exit(f"{command}: status {status}")
"""
LIGHT = """
run("run iren-horizon", "check iren-horizon", "run legacy-h100-hall", "check legacy-h100-hall")
run("run coreweave-2025-03", "check coreweave-2025-03")
"""
NOT_LOADED = """
heavy = ["pandas", "scipy.optimize", "pvlib", "numba", "sqlalchemy"]
if loaded := [name for name in heavy if name in sys.modules]:
    sys.exit(f"loaded {loaded}")
"""
NO_NETWORK = """
import sys
def refuse(event, arguments):
    if event.startswith("socket."):
        raise RuntimeError(f"the network was touched: {event}")
sys.addaudithook(refuse)
"""


def test_everyday_commands_load_no_heavy_library_and_touch_no_network(script):
    done = script(NO_NETWORK + COMMANDS + LIGHT + NOT_LOADED + "run('library')")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert not done.stderr


def test_the_watch_sees_a_heavy_library_and_the_block_on_the_network_holds(script):
    done = script("import sys, pandas\n" + NOT_LOADED)
    assert done.returncode == 1
    assert "pandas" in done.stderr
    done = script(NO_NETWORK + "import socket\nsocket.create_connection(('localhost', 9))")
    assert done.returncode == 1
    assert "the network was touched" in done.stderr
