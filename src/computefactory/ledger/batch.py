"""Many cases: compiled and on several threads where numba is installed and the batch is large, else in numpy.

A case never sees another, so neither blocks nor threads change a bit of it. Lines that are solved in rounds have no
numpy reading; without numba they run one after the other in plain Python.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from difflib import get_close_matches
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import LedgerError
from computefactory.ledger.memory import Inputs, Memory, Result
from computefactory.ledger.partition import Part, Parts

__all__ = ["check_names", "in_numpy", "run_many"]

_COMPILE_FROM = 4_000  # cases below which compiling costs more time than it saves
_BLOCK = 512  # most cases a thread takes at once: bounds what is copied for it


def check_names(keep: Collection[str], lines: Mapping[str, object]) -> None:
    """Refuse names that are no lines."""
    for name in keep:
        if name not in lines:
            close = get_close_matches(name, lines, n=1)
            raise LedgerError(f"keep: there is no line {name!r}" + (f"; did you mean {close[0]}?" if close else ""))


def in_numpy(n: int, compiled: bool | None) -> bool:
    """Whether ``n`` cases are read in numpy; ``compiled`` decides where it is said."""
    if compiled is None:
        return n < _COMPILE_FROM or find_spec("numba") is None
    return not compiled


def run_many(
    parts: Parts, inputs: Inputs, n: int, keep: tuple[str, ...], threads: int | None, compiled: bool | None
) -> dict[str, NDArray[np.float64]]:
    """Shape (scenario, ...) by name, for the lines of ``keep``; case by case in Python where not compiled.

    What no scenario moves is calculated once.
    """
    once, solved = parts.once(inputs)
    memory = parts.moved(inputs, once)
    widths = [memory.place[name][1] for name in parts.moving.keep]
    out = np.full((n, sum(widths)), np.nan)
    if not solved:
        once = {name: np.full_like(value, np.nan) for name, value in once.items()}
    elif widths and in_numpy(n, compiled):
        _plain(parts.moving, memory, out)
    elif widths:
        _compiled(parts.moving, memory, out, threads or os.cpu_count() or 1)
    found: dict[str, NDArray[np.float64]] = {}
    for name, width, end in zip(parts.moving.keep, widths, np.cumsum(widths), strict=True):
        found[name] = np.ascontiguousarray(out[:, end - width : end]).reshape(n, *memory.shapes[name])
    return {name: found[name] if name in found else _repeated(once[name], n) for name in keep}


def _repeated(value: Result, n: int) -> NDArray[np.float64]:
    return np.repeat(np.asarray(value, dtype=np.float64)[None], n, axis=0)


def _plain(part: Part, memory: Memory, out: NDArray[np.float64]) -> None:
    cells = memory.shared().tolist()
    into = [memory.place[name] for name in memory.varied_names]
    for scenario in range(len(out)):
        varied = memory.varied(scenario, scenario + 1)[0].tolist()
        at = 0
        for start, length in into:
            cells[start : start + length] = varied[at : at + length]
            at += length
        unsolved = part.case(memory.offsets, cells)
        at = 0
        for name in part.keep:
            start, length = memory.place[name]
            out[scenario, at : at + length] = np.nan if unsolved else cells[start : start + length]
            at += length


def _compiled(part: Part, memory: Memory, out: NDArray[np.float64], threads: int) -> None:
    from computefactory.ledger.compiled import compile_program

    block = compile_program(part.program)
    offsets = np.array(memory.offsets, dtype=np.int64)
    into = np.array([memory.place[name] for name in memory.varied_names], dtype=np.int64).reshape(-1, 2)
    kept = np.array([memory.place[name] for name in part.keep], dtype=np.int64).reshape(-1, 2)
    shared = memory.shared()
    step = max(1, min(_BLOCK, -(-len(out) // threads)))

    def work(first: int) -> None:
        last = min(first + step, len(out))
        block(offsets, shared.copy(), memory.varied(first, last), into, kept, out[first:last])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(0, len(out), step)))
