"""YAML text to a tree that knows where everything stands; all ways a file can be hostile end here as problems.

Only YAML 1.2 of plain maps, lists and scalars is accepted: no tags, one document, text keys, each key once. Scalars
stay as written: ``NO`` and ``12:30`` are text, and only unquoted ``true``, ``false``, ``null``, whole and decimal
numbers are more than text. An alias stands for what it names, but what a file expands to is counted and limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import StringIO

from computefactory.errors import Problem

__all__ = ["LARGEST_FILE", "Scalar", "YamlNode", "YamlTree", "read_bytes", "read_text"]

LARGEST_FILE = 1_000_000  # bytes; a factory file has some ten thousand
LARGEST_TREE = 10_000  # nodes after aliases are expanded
DEEPEST = 40

Scalar = str | int | float | bool | None

_INTEGER = re.compile(r"[-+]?\d{1,18}")
_DECIMAL = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_WORDS: dict[str, Scalar] = {
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
}  # fmt: skip


@dataclass(slots=True)
class YamlNode:
    """A scalar, a list or a map of the file with its place (1-based) and the number of nodes it stands for."""

    content: Scalar | list[YamlNode] | dict[str, YamlNode]
    line: int | None
    column: int | None
    size: int = 1
    written: str = ""  # a scalar as it stands in the file
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)  # where the keys of a map stand

    def plain(self) -> object:
        """The content without places."""
        if isinstance(self.content, dict):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, list):
            return [node.plain() for node in self.content]
        return self.content

    def walk(self, path: str = "") -> Iterator[tuple[str, YamlNode]]:
        """Every node with its dotted path, maps and lists before what they hold."""
        yield path, self
        for key, node in self.children():
            yield from node.walk(f"{path}.{key}" if path else key)

    def children(self) -> list[tuple[str, YamlNode]]:
        """What a map or list holds, by key or position."""
        if isinstance(self.content, dict):
            return list(self.content.items())
        if isinstance(self.content, list):
            return [(str(place), node) for place, node in enumerate(self.content)]
        return []


@dataclass(slots=True)
class YamlTree:
    """What was read: ``root`` is None where nothing usable was found, and ``problems`` says why."""

    root: YamlNode | None
    problems: list[Problem] = field(default_factory=list)


class _Refused(Exception):
    """Stops reading: what follows would make no sense."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@lru_cache(maxsize=4)
def read_bytes(data: bytes, file: str | None) -> YamlTree:
    """Read the bytes of a file; never raises. Nobody changes the tree: the same bytes give the same one."""
    if len(data) > LARGEST_FILE:
        return YamlTree(None, [too_large(file, len(data))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        hint = "save the file as UTF-8"
        given = f"byte 0x{data[error.start]:02x}"
        return YamlTree(None, [Problem("not_text", "", given, "text in UTF-8", hint, file, line)])
    return read_text(text, file)


def too_large(file: str | None, size: int) -> Problem:
    """The problem of a file that is not even opened."""
    return Problem("too_large", "", f"a file of {size / 1e6:.1f} MB", f"at most {LARGEST_FILE / 1e6:g} MB", "", file)


def read_text(text: str, file: str | None) -> YamlTree:
    """Read YAML text; never raises."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    reader = _Reader(file)
    try:
        for event in YAML(typ="safe", pure=True).parse(StringIO(text)):
            reader.take(event)
    except _Refused as refused:
        return YamlTree(None, [*reader.problems, refused.problem])
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        given = " ".join(str(part) for part in (error.context, error.problem) if part)
        hint = "indent with spaces" if "\\t" in given else "quote text that holds a colon, # or bracket"
        return YamlTree(None, [*reader.problems, Problem("not_yaml", "", given, "YAML", hint, file, *place)])
    except (YAMLError, RecursionError, ValueError) as error:
        line = _line_of_control_character(text)
        given = "control characters" if line else str(error).splitlines()[0]
        return YamlTree(None, [Problem("not_yaml", "", given, "YAML", "", file, line)])
    if reader.root is None or reader.root.content is None:
        return YamlTree(None, [Problem("empty", "", "an empty file", "a factory file: kind, schema, name …", "", file)])
    return YamlTree(reader.root, reader.problems)


def _line_of_control_character(text: str) -> int | None:
    for line, content in enumerate(text.splitlines(), start=1):
        if any(letter < " " and letter != "\t" for letter in content):
            return line
    return None


@dataclass(slots=True)
class _Open:
    """A map or list that is being read; ``key`` waits for its value."""

    node: YamlNode
    anchor: str | None
    key: str | None = None


class _Reader:
    """Builds nodes from parser events without recursion; an alias can only name what is complete."""

    def __init__(self, file: str | None) -> None:
        self.file = file
        self.root: YamlNode | None = None
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, YamlNode] = {}
        self._documents = 0

    def take(self, event: object) -> None:
        """One event of the parser."""
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                raise self._refuse("several_documents", "a second document (---)", "one document a file", event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._start(event, {} if kind == "MappingStartEvent" else [])
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            done = self._open.pop()
            self._place(done.node, done.anchor, event)
        elif kind == "ScalarEvent":
            self._scalar(event)
        elif kind == "AliasEvent":
            self._alias(event)

    def _start(self, event: object, content: list[YamlNode] | dict[str, YamlNode]) -> None:
        self._no_tag(event)
        if self._open and isinstance(self._open[-1].node.content, dict) and self._open[-1].key is None:
            raise self._refuse("wrong_kind", "a map or list as a key", "a key of plain text", event)
        if len(self._open) >= DEEPEST:
            raise self._refuse("too_deep", f"more than {DEEPEST} levels", "a factory file", event)
        self._open.append(_Open(YamlNode(content, *_place_of(event)), getattr(event, "anchor", None)))

    def _scalar(self, event: object) -> None:
        self._no_tag(event)
        written: str = event.value  # type: ignore[attr-defined]
        plain = bool(event.implicit[0])  # type: ignore[attr-defined]
        node = YamlNode(_scalar_of(written) if plain else written, *_place_of(event), written=written)
        holder = self._open[-1] if self._open else None
        if holder and isinstance(holder.node.content, dict) and holder.key is None:
            if written in holder.node.content:
                first = holder.node.content[written].line
                hint = f"first on line {first}"
                self.problems.append(self._problem("duplicate_key", f"{written} again", "each key once", event, hint))
            holder.node.keys.setdefault(written, _place_of(event))
            holder.key = written
            return
        self._place(node, getattr(event, "anchor", None), event)

    def _alias(self, event: object) -> None:
        name: str = event.anchor  # type: ignore[attr-defined]
        known = self._anchors.get(name)
        if known is None:
            raise self._refuse("unknown_anchor", f"*{name}", "the name of an anchor that is complete before it", event)
        holder = self._open[-1]
        if isinstance(holder.node.content, dict) and holder.key is None:
            raise self._refuse("wrong_kind", f"*{name} as a key", "a key of plain text", event)
        self._place(known, None, event)

    def _place(self, node: YamlNode, anchor: str | None, event: object) -> None:
        """Put a complete node where it belongs; count what the holder now stands for."""
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        holder = self._open[-1]
        holder.node.size += node.size
        if holder.node.size > LARGEST_TREE:
            hint = "aliases multiply what they name"
            raise self._refuse("too_many_nodes", f"more than {LARGEST_TREE} values", "a factory file", event, hint)
        if isinstance(holder.node.content, dict):
            holder.node.content.setdefault(holder.key or "", node)
            holder.key = None
        elif isinstance(holder.node.content, list):
            holder.node.content.append(node)

    def _no_tag(self, event: object) -> None:
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise self._refuse("tag", f"the tag {tag}", "plain maps, lists and text", event, "tags are not read")

    def _refuse(self, code: str, given: str, expected: str, event: object, hint: str = "") -> _Refused:
        return _Refused(self._problem(code, given, expected, event, hint))

    def _problem(self, code: str, given: str, expected: str, event: object, hint: str = "") -> Problem:
        path = ".".join(item.key for item in self._open if item.key)
        return Problem(code, path, given, expected, hint, self.file, *_place_of(event))


def _place_of(event: object) -> tuple[int, int]:
    mark = event.start_mark  # type: ignore[attr-defined]
    return mark.line + 1, mark.column + 1


def _scalar_of(written: str) -> Scalar:
    """An unquoted scalar by the core schema of YAML 1.2, less its octal, hexadecimal and infinite numbers."""
    if written in _WORDS:
        return _WORDS[written]
    if _INTEGER.fullmatch(written):
        return int(written)
    if _DECIMAL.fullmatch(written):
        return float(written)
    return written
