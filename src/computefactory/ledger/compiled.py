"""The same source compiled: one self-contained file a program, kept with its machine code in the user's cache.

The file is named by a digest of everything in it and of the versions that compile it, so a stale one is never loaded;
a damaged one is made anew. Where nothing can be written the program is compiled in memory.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from errno import ENOENT
from pathlib import Path
from threading import Lock
from types import ModuleType

import numba
import numpy as np
from numpy.typing import NDArray

from computefactory.ledger import kernel, roots
from computefactory.ledger.python import Program
from computefactory.published import published

__all__ = ["Block", "at_hand", "compile_program"]

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Block = Callable[[Places, Array, Array, Places, Places, Array], None]

_KERNEL = (kernel.clear, kernel.trailing, kernel.ahead, kernel.spread)
_ROOTS = (
    roots.cleaned,
    roots.sign_changes,
    roots.single_root,
    roots.ratio,
    roots.enclosed_root,
    roots.next_roots,
    roots.all_roots,
    roots.yearly,
    roots.irr,
)
_HEAD = """from __future__ import annotations

import math

import numpy as np
from numba import njit

jit = njit(nogil=True, error_model="numpy")
_INF = math.inf


def _divide(a, b):
    return a / b


def _power(a, b):
    return a**b


def _floor(a):
    return np.floor(a)


def _maximum(a, b):
    return a if a >= b or a != a else b


def _minimum(a, b):
    return a if a <= b or a != a else b
"""
_TAIL = """
def copy(source, at, target, start, length):
    for cell in range(length):
        target[start + cell] = source[at + cell]


@njit(nogil=True, error_model="numpy", cache=CACHE)
def block(_O, _M, varied, into, kept, out):
    for scenario in range(len(out)):
        at = 0
        for place in range(len(into)):
            copy(varied[scenario], at, _M, into[place, 0], into[place, 1])
            at += into[place, 1]
        unsolved = case(_O, _M)
        at = 0
        for place in range(len(kept)):
            copy(_M, kept[place, 0], out[scenario], at, kept[place, 1])
            at += kept[place, 1]
        if unsolved:
            out[scenario, :] = np.nan
"""
_blocks: dict[str, Block] = {}
_lock = Lock()


def compile_program(program: Program) -> Block:
    """``block(offsets, memory, varied, into, kept, out)``: runs the rows of ``varied``, fills the rows of ``out``.

    ``into`` and ``kept`` hold (start, length) in memory of what varies and of what is kept.
    """
    with _lock:
        if program.text not in _blocks:
            _blocks[program.text] = _load(_source(program))
        return _blocks[program.text]


def at_hand(program: Program) -> bool:
    """Whether the program has been compiled before, in this process or in an earlier one."""
    if program.text in _blocks:
        return True
    try:
        return (_folder() / f"{_name(_source(program))}.py").exists()
    except OSError:
        return False


def _source(program: Program) -> str:
    aliases = [f"_{function.__name__} = {function.__name__}" for function in (*_KERNEL, roots.irr)]
    functions = [inspect.getsource(function) for function in (*_KERNEL, *_ROOTS)]
    parts = [_HEAD, *functions, program.text, _TAIL]
    text = re.sub(r"^def ", "@jit\ndef ", "\n\n".join(parts), flags=re.MULTILINE)
    text = text.replace("cache=CACHE)\n@jit\ndef block", "cache=CACHE)\ndef block")
    return text.replace("@jit\ndef stage_0", "\n".join(aliases) + "\n\n\n@jit\ndef stage_0", 1)


def _name(source: str) -> str:
    versions = f"{sys.version} {numba.__version__} {np.__version__}"
    digest = hashlib.sha256(f"{versions}\n{source}".encode()).hexdigest()
    return f"ledger_{digest[:24]}"


def _load(source: str) -> Block:
    name = _name(source)
    for _ in range(2):
        try:
            return _tried(_import(_write(name, source.replace("CACHE", "True"))).block)
        except Exception:  # noqa: BLE001  # what was kept is damaged, in any way, or there is no place to keep it
            _forget(name)
    module = ModuleType(name)
    exec(compile(source.replace("CACHE", "False"), f"<{name}>", "exec"), module.__dict__)  # noqa: S102
    return _tried(module.block)


def _folder() -> Path:
    """Where compiled programs are kept.

    Raises:
        FileNotFoundError: the user has no home.
    """
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "computefactory"
    except RuntimeError:
        raise FileNotFoundError(ENOENT, "no home directory") from None


def _write(name: str, source: str) -> Path:
    folder = _folder()
    path = folder / f"{name}.py"
    written = source.encode()
    if not path.exists() or path.read_bytes() != written:
        folder.mkdir(parents=True, exist_ok=True)
        with published(path) as draft:
            draft.write_bytes(written)
    return path


def _forget(name: str) -> None:
    """Remove what is kept of a program, which cannot be read."""
    with suppress(OSError):
        for kept in (_folder() / f"{name}.py", *(_folder() / "__pycache__").glob(f"{name}.*")):
            kept.unlink(missing_ok=True)


def _tried(block: Block) -> Block:
    """The block, its machine code read or made for the arrays that it is given."""
    places, none = np.zeros((0, 2), dtype=np.int64), np.zeros((0, 0))
    block(np.zeros(0, dtype=np.int64), np.zeros(0), none, places, places, none)
    return block


def _import(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
