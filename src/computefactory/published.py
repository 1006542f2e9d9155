"""Files put in their place whole or not at all, whoever else writes or reads them at the same time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EISDIR
from pathlib import Path
from uuid import uuid4

__all__ = ["published"]


@contextmanager
def published(path: Path | str) -> Iterator[Path]:
    """A name of one's own in the folder of ``path``: what is written there takes its place at once, at the end.

    Where writing fails, what stood there before stays.

    Raises:
        OSError: the place cannot be written.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "a folder is in the way", str(path))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(EACCES, "it is read-only", str(path))
    draft = target.with_name(f".{uuid4().hex}.partial")
    try:
        yield draft
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
