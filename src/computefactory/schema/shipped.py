"""Files that ship with the package, and any other by path: one way to find both."""

from __future__ import annotations

from errno import EFBIG, EINVAL
from importlib.resources import files
from pathlib import Path

from computefactory.errors import FactoryFileError, Problem
from computefactory.received import content_of, why
from computefactory.schema.problems import near
from computefactory.schema.read import LARGEST_FILE

__all__ = ["names_in", "source_bytes", "text_in"]

_SUFFIX = ".yaml"
_REFUSED = {EFBIG: "too_large", EINVAL: "not_a_file"}
_FOLDERS = {"factory": "factories", "specification": "specifications", "scenario": "cases"}


def names_in(kind: str) -> list[str]:
    """Names of the shipped files of a kind."""
    folder = files("computefactory") / _FOLDERS[kind]
    return sorted(item.name.removesuffix(_SUFFIX) for item in folder.iterdir() if item.name.endswith(_SUFFIX))


def text_in(kind: str, name: str) -> str:
    """The text of a shipped file.

    Raises:
        FactoryFileError: none of that name ships with the package.
    """
    known = names_in(kind)
    if name not in known:
        raise FactoryFileError(
            [Problem("no_such_file", "", name, f"the name of a shipped {kind}", _hint(kind, name, known))]
        )
    return (files("computefactory") / _FOLDERS[kind] / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def source_bytes(kind: str, path_or_name: str | Path) -> tuple[str, bytes]:
    """What to call the file, and its bytes; a pipe, a device and a file that is too large are refused.

    Raises:
        FactoryFileError: no such file, or one that cannot be read.
    """
    path, name = Path(path_or_name), str(path_or_name)
    try:
        if name:
            return name, content_of(path, LARGEST_FILE)
    except FileNotFoundError:
        pass  # the name of a shipped file, perhaps
    except OSError as error:
        code, given = _REFUSED.get(error.errno or 0, "unreadable"), why(error)
        hint = "write it to a file first" if "pipe" in given else ""
        raise FactoryFileError([Problem(code, "", given, f"a {kind} file", hint, name)]) from None
    known = names_in(kind)
    if name in known:
        item = files("computefactory") / _FOLDERS[kind] / f"{name}{_SUFFIX}"
        return f"{name}{_SUFFIX}", item.read_bytes()
    expected = f"a {kind} file or the name of a shipped one"
    raise FactoryFileError([Problem("no_such_file", "", name, expected, _hint(kind, name, known))])


def _hint(kind: str, name: str, known: list[str]) -> str:
    plural = _FOLDERS[kind]
    return near(name, known) or f"the shipped {plural} are {', '.join(known)}"
