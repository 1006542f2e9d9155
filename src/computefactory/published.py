"""Files put in their place whole or not at all, whoever else writes or reads them at the same time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EEXIST, EINVAL, ELOOP
from pathlib import Path
from stat import S_ISLNK
from uuid import uuid4

from computefactory.received import other_than_a_file

__all__ = ["published"]


@contextmanager
def published(path: Path | str) -> Iterator[Path]:
    """A name of one's own in the folder of ``path``: what is written there takes its place at once, at the end.

    Where writing fails, what stood there before stays.

    Raises:
        OSError: the place cannot be written.
    """
    try:
        target = Path(os.path.realpath(path))
        there = target.lstat().st_mode if os.path.lexists(target) else None
    except ValueError:  # NUL, or half of a letter
        raise OSError(EINVAL, "no name of a file", str(path)) from None
    if there is not None and S_ISLNK(there):
        raise OSError(ELOOP, "links that lead nowhere", str(path))
    if there is not None and (what := other_than_a_file(there)):
        raise FileExistsError(EEXIST, f"{what} is in the way", str(path))
    if there is not None and not os.access(target, os.W_OK):
        raise PermissionError(EACCES, "it is read-only", str(path))
    draft = target.with_name(f".{uuid4().hex}.partial")
    try:
        yield draft
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
