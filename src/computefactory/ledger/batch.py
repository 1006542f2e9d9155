"""Many cases: compiled and on several threads where numba is installed and the batch is large, else in numpy.

A case never sees another, so neither blocks nor threads change a bit of it. Lines that are solved in rounds have no
numpy reading; without numba they run one after the other in plain Python.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import get_close_matches
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import LedgerError
from computefactory.ledger.memory import Inputs, Memory, Result
from computefactory.ledger.partition import Part, Parts
from computefactory.renamed import now_called

if TYPE_CHECKING:
    from computefactory.ledger.prepared import Prepared

__all__ = ["check_names", "general", "in_numpy", "in_parts", "way"]

# Measured on iren-horizon, cases a second of one core: numpy 750, general kernel 2,600, folded kernel 13,800;
# compiling takes 31 s for the general kernel, once a version, and 11 s for a folded one.
_COMPILE_FROM = 4_000  # cases below which a kernel at hand is not worth loading
_COMPILE_COLD = 10_000  # cases from which the general one is compiled for this and all later factories
_PAID = 35_000  # cases of one set of inputs from which a kernel of its own beats the general one
_PAID_SERIES = 8_500  # and numpy, where series are kept that the general one does not
_BLOCK = 512  # most cases a thread takes at once: bounds what is copied for it


def check_names(keep: Collection[str], lines: Mapping[str, object]) -> None:
    """Refuse names that are no lines."""
    for name in keep:
        if name not in lines:
            close = get_close_matches(name, lines, n=1)
            hint = now_called(name) or (f"did you mean {close[0]}?" if close else "")
            raise LedgerError(f"keep: there is no line {name!r}" + (f"; {hint}" if hint else ""))


def way(whole: Callable[[], Part], prepared: Prepared, handed: Inputs, n: int, compiled: bool | None) -> str:
    """How ``n`` cases are read: in ``numpy``, by the ``general`` kernel (``whole``), or by one for the ``folded``.

    The general kernel serves every factory of these conventions, and every question for numbers (not series), and is
    compiled once a version. The folded one is faster and has to pay for its compiling: it is made when the cases of
    one set of inputs, batch after batch, would.
    """
    if in_numpy(n, compiled):
        return "numpy"
    from computefactory.ledger.compiled import at_hand

    served = prepared.served + n
    general_part = whole()
    numbers = set(prepared.kept) <= set(general_part.keep)
    if served >= (_PAID if numbers else _PAID_SERIES) or at_hand(prepared.parts(handed).moving.program):
        return "folded"
    if numbers and (compiled or n >= _COMPILE_COLD or at_hand(general_part.program)):
        return "general"
    return "folded" if compiled else "numpy"


def in_numpy(n: int, compiled: bool | None) -> bool:
    """Whether ``n`` cases are read without the compiler; ``compiled`` decides where it is said."""
    if compiled is None:
        return n < _COMPILE_FROM or find_spec("numba") is None
    return not compiled


def general(
    part: Part, inputs: Inputs, n: int, keep: Sequence[str], threads: int | None
) -> dict[str, NDArray[np.float64]]:
    """Shape (scenario, ...) by name, by the kernel of all lines."""
    memory = part.memory(inputs)
    widths = [memory.place[name][1] for name in keep]
    out = np.full((n, sum(widths)), np.nan)
    if widths:
        _compiled(part, keep, memory, out, threads or os.cpu_count() or 1)
    return _cut(out, keep, widths, memory)


def in_parts(
    parts: Parts, inputs: Inputs, n: int, keep: Sequence[str], threads: int | None, compiled: bool | None
) -> dict[str, NDArray[np.float64]]:
    """Shape (scenario, ...) by name, for the lines of ``keep``; case by case in Python where not compiled.

    What no scenario moves is calculated once.
    """
    once, solved = parts.once(inputs)
    memory = parts.moved(inputs, once)
    moving = parts.moving.keep
    widths = [memory.place[name][1] for name in moving]
    out = np.full((n, sum(widths)), np.nan)
    if not solved:
        once = {name: np.full_like(value, np.nan) for name, value in once.items()}
    elif widths and in_numpy(n, compiled):
        parts.moving.plain(memory, out)
    elif widths:
        _compiled(parts.moving, moving, memory, out, threads or os.cpu_count() or 1)
    found = _cut(out, moving, widths, memory)
    return {name: found[name] if name in found else _repeated(once[name], n) for name in keep}


def _cut(
    out: NDArray[np.float64], keep: Sequence[str], widths: Sequence[int], memory: Memory
) -> dict[str, NDArray[np.float64]]:
    """The columns of ``out`` by name, each in its shape."""
    return {
        name: np.ascontiguousarray(out[:, end - width : end]).reshape(len(out), *memory.shapes[name])
        for name, width, end in zip(keep, widths, np.cumsum(widths), strict=True)
    }


def _repeated(value: Result, n: int) -> NDArray[np.float64]:
    return np.repeat(np.asarray(value, dtype=np.float64)[None], n, axis=0)


def _compiled(part: Part, keep: Sequence[str], memory: Memory, out: NDArray[np.float64], threads: int) -> None:
    from computefactory.ledger.compiled import compile_program

    block = compile_program(part.program)
    offsets = np.array(memory.offsets, dtype=np.int64)
    into = np.array([memory.place[name] for name in memory.varied_names], dtype=np.int64).reshape(-1, 2)
    kept = np.array([memory.place[name] for name in keep], dtype=np.int64).reshape(-1, 2)
    shared = memory.shared()
    step = max(1, min(_BLOCK, -(-len(out) // threads)))

    def work(first: int) -> None:
        last = min(first + step, len(out))
        block(offsets, shared.copy(), memory.varied(first, last), into, kept, out[first:last])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(0, len(out), step)))
