"""One number of an explanation, with what it is made of below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from computefactory.units import shown

__all__ = ["Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """One number of the tree; ``value`` is None for a series or record, which ``text_value`` then describes."""

    name: str
    kind: str
    label: str = ""
    value: float | None = None
    text_value: str = ""
    unit: str = ""
    formula: str = ""
    function: str = ""
    verb: str = ""
    month: str | None = None
    item: str | None = None
    case: str | None = None
    source: Mapping[str, Any] | None = None
    inputs: tuple[Node, ...] = ()
    see: bool = False  # opened elsewhere in the tree

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: empty fields are left out."""
        result: dict[str, Any] = {"name": self.name, "kind": self.kind, "value": self.value}
        for name in (
            "label",
            "text_value",
            "unit",
            "formula",
            "function",
            "verb",
            "month",
            "item",
            "case",
            "source",
            "see",
        ):
            content = getattr(self, name)
            if content:
                result[name] = dict(content) if name == "source" else content
        if self.inputs:
            result["inputs"] = [node.as_dict() for node in self.inputs]
        return result

    def text(self, depth: int, indent: int = 0) -> list[str]:
        """Lines of text, ``depth`` levels down."""
        where = ", ".join(part for part in (self.item, self.month) if part)
        head = f"{'  ' * indent}{self.verb + ' of ' if self.verb not in ('', 'same') else ''}{self.name}"
        head += f"[{where}]" if where else ""
        if self.value is not None:
            head += f" = {self.value:,.6g} {shown(self.unit)}".rstrip()
        elif self.text_value:
            head += f" = {self.text_value}"
        detail = self.formula or (f"{self.function}()" if self.function else "") or _place(self.source)
        if self.source and self.source.get("meaning"):
            detail = f"{self.source['meaning']} [{detail}]"
        lines = [head, *([f"{'  ' * indent}    {detail}"] if detail else [])]
        if depth > 0:
            for node in self.inputs:
                lines += node.text(depth - 1, indent + 1)
        return lines

    def walk(self) -> Iterator[Node]:
        """The node and every one below it."""
        yield self
        for node in self.inputs:
            yield from node.walk()


def _place(source: Mapping[str, Any] | None) -> str:
    """Where a leaf stands, in one line."""
    if not source:
        return ""
    if source["kind"] == "file":
        by = f" ({source['source']})" if source.get("source") else ""
        return f"{source['file']}:{source['line']}{by}"
    if source["kind"] == "fact":
        row = "/".join(str(source[part]) for part in ("table", "key", "field"))
        public = f", public {source['known']} ({source['known_basis']})" if source.get("known") else ""
        return f"library {row}: {source['source']}, {source['as_of']}{public}, confidence {source['confidence']}"
    if source["kind"] == "absent":
        return f"not stated: {source['why']}"
    return str(source.get("formula", source["kind"]))
