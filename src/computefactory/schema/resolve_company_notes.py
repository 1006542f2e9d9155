"""What is missing of a company, and what is worth a word, kept while it is resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan

from computefactory.schema.origin import Sources, Traced

__all__ = ["Missing", "Notes"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that nobody states, and what it decides."""

    name: str
    decides: str
    path: str  # where the file may state it


@dataclass
class Notes:
    """Missing facts and warnings, in the order found."""

    sources: Sources
    missing: list[Missing] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def lack(self, name: str, decides: str, path: str) -> None:
        """Note a missing fact, once."""
        if not any(item.name == name for item in self.missing):
            self.missing.append(Missing(name, decides, path))

    def say(self, text: str) -> None:
        """A warning, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def unknown(self, kept: str, unit: object, name: str, decides: str, path: str) -> Traced:
        """Not a number, in the place of a fact that nobody states: what rests on it is not known either."""
        self.lack(name, decides, path)
        return self.sources.absent(kept, nan, unit, f"nobody states it: {name}")
