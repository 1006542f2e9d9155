"""Files taken in: regular ones, whole, within a bound; a pipe is not waited for and a device is not read."""

from __future__ import annotations

from errno import EFBIG, EINVAL
from pathlib import Path
from stat import S_ISDIR, S_ISFIFO, S_ISREG, S_ISSOCK

__all__ = ["content_of", "other_than_a_file", "why"]


def content_of(path: Path, largest: int) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: there is none, it is no regular file, or larger than ``largest`` bytes; ``strerror`` says which.
    """
    try:
        found = path.stat()
        if what := other_than_a_file(found.st_mode):
            raise OSError(EINVAL, f"{what}, not a file", str(path))
        data = b""
        if found.st_size <= largest:
            with path.open("rb") as file:
                data = file.read(largest + 1)
    except ValueError:  # NUL, or half of a letter
        raise OSError(EINVAL, "no name of a file", str(path)) from None
    if found.st_size > largest or len(data) > largest:
        size = max(found.st_size, len(data)) / 1e6
        raise OSError(EFBIG, f"a file of {size:,.1f} MB, where at most {largest / 1e6:g} MB are read", str(path))
    return data


def other_than_a_file(mode: int) -> str:
    """What stands in the place of a file, in a word; nothing where it is one."""
    if S_ISREG(mode):
        return ""
    kinds = ((S_ISDIR, "a folder"), (S_ISFIFO, "a pipe"), (S_ISSOCK, "a socket"))
    return next((word for test, word in kinds if test(mode)), "a device")


def why(error: OSError) -> str:
    """What the system says of a file, as it goes on in a sentence."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
