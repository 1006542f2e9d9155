"""Files that ship with the package, and any other by path: one way to find both."""

from __future__ import annotations

import re
from errno import EFBIG, EINVAL
from importlib.resources import files
from pathlib import Path

from computefactory.errors import FactoryFileError, Problem
from computefactory.received import content_of, why
from computefactory.schema.problems import near
from computefactory.schema.read import LARGEST_FILE

__all__ = ["names_in", "shipped_as", "source_bytes", "source_text", "text_in"]

_SUFFIX = ".yaml"
_REFUSED = {EFBIG: "too_large", EINVAL: "not_a_file"}
_FOLDERS = {
    "factory": "factories",
    "company": "companies",
    "specification": "specifications",
    "scenario": "cases",
}
_DATED = re.compile(r"(.+?)-(\d{4}-\d{2}(?:-\d{2})?)")  # a company at a date


def names_in(kind: str) -> list[str]:
    """Names of the shipped files of a kind."""
    folder = files("computefactory") / _FOLDERS[kind]
    return sorted(item.name.removesuffix(_SUFFIX) for item in folder.iterdir() if item.name.endswith(_SUFFIX))


def shipped_as(kind: str, name: str) -> str | None:
    """The shipped file of a kind that a name stands for: of a company without a date the newest; None: none."""
    known = names_in(kind)
    if name in known:
        return name
    dated = [item for item in known if (match := _DATED.fullmatch(item)) and match[1] == name]
    return max(dated, default=None)


def text_in(kind: str, name: str) -> str:
    """The text of a shipped file.

    Raises:
        FactoryFileError: none of that name ships with the package.
    """
    found = shipped_as(kind, name)
    if found is None:
        hint = _hint(kind, name, names_in(kind))
        raise FactoryFileError([Problem("no_such_file", "", name, f"the name of a shipped {kind}", hint)])
    return (files("computefactory") / _FOLDERS[kind] / f"{found}{_SUFFIX}").read_text(encoding="utf-8")


def source_text(kind: str, path_or_name: str | Path) -> str:
    """The text of a file, or of a shipped one.

    Raises:
        FactoryFileError: no such file, or one that cannot be read.
    """
    file, data = source_bytes(kind, path_or_name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FactoryFileError([Problem("not_text", "", "bytes", "text in UTF-8", "", file)]) from None


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
    if (found := shipped_as(kind, name)) is not None:
        item = files("computefactory") / _FOLDERS[kind] / f"{found}{_SUFFIX}"
        return f"{found}{_SUFFIX}", item.read_bytes()
    expected = f"a {kind} file or the name of a shipped one"
    other = next((each for each in _FOLDERS if shipped_as(each, name)), "")
    if other:
        hint = "" if kind in ("factory", "company") else _shipped(kind)
        raise FactoryFileError([Problem("wrong_kind_of_file", "", f"{name}, a {other}", expected, hint)])
    raise FactoryFileError([Problem("no_such_file", "", name, expected, _hint(kind, name, names_in(kind)))])


def _hint(kind: str, name: str, known: list[str]) -> str:
    """A name like it, of a company too where a factory is asked for; else the shipped ones."""
    others = names_in("company") if kind == "factory" else []
    dated = (match for item in (*known, *others) if (match := _DATED.fullmatch(item)))
    close = near(name, known) or near(name, [*dict.fromkeys(match[1] for match in dated), *others])
    return close or _shipped(kind)


def _shipped(kind: str) -> str:
    """The names that ship with the package."""
    return f"the shipped {_FOLDERS[kind]} are {', '.join(names_in(kind))}"
