"""What a file and the library become: values with their origin, a calendar, records on the axes of a ledger."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from computefactory.schema.document import ASSUMED

if TYPE_CHECKING:
    from computefactory.library import Library
    from computefactory.schema.document import Document
    from computefactory.schema.origin import Origin
    from computefactory.timeline import Timeline

__all__ = ["Subject"]

STRENGTH = ("none", "stated", "disclosed")


class Subject(ABC):
    """What is underwritten, a factory or a company, ready to run.

    ``origins`` holds every field (``plant.silicon.rack_power``, ``company.blocks.hopper microsoft.price``) and
    everything that fields were derived from (``file:…``, ``library:…``, ``derived:…``).
    """

    chapters: ClassVar[tuple[str, ...]]  # where its inputs stand: the roots of their paths
    name: str
    timeline: Timeline
    origins: Mapping[str, Origin]
    warnings: tuple[str, ...]
    document: Document
    library: Library
    varied: Mapping[str, Any]

    @abstractmethod
    def records_of(self, axis: str) -> tuple[Any, ...]:
        """The records on an item axis of its ledger."""

    @property
    def book(self) -> tuple[Any, ...]:
        """All contracts and leases: the names that records of either may go by."""
        return ()

    def items_of(self, axis: str) -> list[str]:
        """The names on an item axis of its ledger."""
        return [item.name for item in self.records_of(axis)]

    @property
    def library_hash(self) -> str:
        """Digest of all library layers."""
        return self.library.hash

    @property
    def file_hash(self) -> str:
        """Digest of the file's bytes."""
        return self.document.hash

    @property
    def overrides(self) -> Mapping[str, str]:
        """What was set over the file, by path."""
        return self.document.overrides

    def value(self, path: str) -> Any:
        """The value of a field or of anything that it was derived from."""
        return self.origins[path].value

    def evidence(self, path: str) -> str:
        """``disclosed`` by a named source, ``stated`` by the author, or ``none``: the weakest of what it rests on."""
        found = [_evidence(leaf) for leaf in self.origins[path].leaves()]
        return min(found, key=STRENGTH.index, default="stated")

    def assumed(self, path: str) -> bool:
        """Whether it rests on anything that the file marks as assumed."""
        return any(leaf.kind == "file" and leaf.source == ASSUMED for leaf in self.origins[path].leaves())

    def facts_used(self) -> list[dict[str, Any]]:
        """Every library row that was looked up."""
        return [
            origin.as_dict() | {"value": origin.value}
            for key, origin in sorted(self.origins.items())
            if key.startswith("library:") and origin.path == key.removeprefix("library:")
        ]


def _evidence(leaf: Origin) -> str:
    if leaf.kind == "fact":
        return "none"
    return "disclosed" if leaf.source not in (None, ASSUMED) else "stated"
