"""The two versions: where their sources stand, which interpreter runs them, and their snapshots, made once."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from compare.cases import Case, digest
from compare.snapshot import FORMAT

__all__ = ["BASE", "CACHE", "ROOT", "Tree", "base_tree", "folder", "make", "present_tree"]

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "compare"
BASE = "4e381d4"  # where the rewrite of the ledger started
KEPT = 3  # snapshots of the present tree that are remembered
ALONE = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True, slots=True)
class Tree:
    """One version: its name in the cache, its folder and its interpreter."""

    name: str
    path: Path
    python: Path


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise SystemExit(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def _content(path: Path) -> str:
    """A digest of the package's sources and data."""
    found = hashlib.sha256()
    for file in sorted((path / "src" / "computefactory").rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            found.update(str(file.relative_to(path)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]


def base_tree(commit: str, path: Path | None, python: Path | None) -> Tree:
    """The version to compare with: the given folder, or a work tree of the commit made once.

    It runs in the present environment where both versions lock the same packages, else in one of its own.
    """
    if path is None:
        full = _git("rev-parse", "--verify", f"{commit}^{{commit}}")
        path = CACHE / f"tree-{full[:12]}"
        if not (path / "src").is_dir():
            CACHE.mkdir(parents=True, exist_ok=True)
            _git("worktree", "prune")
            _git("worktree", "add", "--detach", "--force", str(path), full)
    if not (path / "src" / "computefactory").is_dir():
        raise SystemExit(f"{path}: no src/computefactory in it")
    return Tree(f"base-{_content(path)}", path, python or _environment(path))


def _environment(path: Path) -> Path:
    own = path / ".venv" / "bin" / "python"
    if own.is_file():
        return own
    lock = "requirements.lock"
    if (path / lock).read_bytes() == (ROOT / lock).read_bytes():
        return Path(sys.executable)
    done = subprocess.run(["make", "-C", str(path), ".venv/.ready"], check=False)  # noqa: S603, S607
    if done.returncode:
        raise SystemExit(f"{path}: no environment could be set up; give --base-python")
    return own


def present_tree(path: Path | None, python: Path | None) -> Tree:
    """The version that is asked about: the present work tree, or another folder."""
    path = path or ROOT
    return Tree(f"new-{_content(path)}", path, python or Path(sys.executable))


def folder(tree: Tree, case: Case) -> Path:
    """Where the snapshot of a case stands: another for other sources, another case or another format."""
    return CACHE / tree.name / f"{case.name.replace('/', '.')}-{digest(case)}-{FORMAT}"


def _chunks(cases: Sequence[Case], jobs: int) -> Iterator[list[Case]]:
    for first in range(jobs):
        if chunk := list(cases[first::jobs]):
            yield chunk


def make(trees: Sequence[Tree], cases: Sequence[Case], jobs: int) -> dict[str, float]:
    """The snapshots that are not there yet, ``jobs`` processes at a time; seconds by tree.

    Raises:
        SystemExit: a version could not be asked.
    """
    _forget(trees)
    work = []
    for tree in trees:
        missing = [case for case in cases if not folder(tree, case).is_dir()]
        work += [(tree, chunk) for chunk in _chunks(missing, jobs)]
    spent: dict[str, float] = {}
    with ThreadPoolExecutor(jobs) as pool:
        for tree, seconds in pool.map(lambda task: (task[0], _ask(*task)), work):
            spent[tree.name] = spent.get(tree.name, 0.0) + seconds
    return spent


def _ask(tree: Tree, cases: Sequence[Case]) -> float:
    start = time.perf_counter()
    targets = [f"{case.name}={folder(tree, case)}" for case in cases]
    places = os.pathsep.join((str(tree.path / "src"), str(ROOT / "tools")))
    done = subprocess.run(  # noqa: S603
        [str(tree.python), "-m", "compare.snapshot", *targets],
        env={**os.environ, **ALONE, "PYTHONPATH": places},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{tree.path}: the snapshot failed\n{done.stderr.strip()}")
    return time.perf_counter() - start


def _forget(trees: Sequence[Tree]) -> None:
    """Old snapshots of the present tree go; those of the base stay."""
    names = {tree.name for tree in trees}
    old = [path for path in CACHE.glob("new-*") if path.name not in names]
    for path in sorted(old, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
