"""All pages of one result, from which ``explain`` reads numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefactory.page import Page, PageNumber
from computefactory.registry import STUDIES, pages_of

if TYPE_CHECKING:
    from computefactory.underwriting import Underwritten

__all__ = ["Pages"]


class Pages:
    """All pages of one result by the name that ``explain`` calls them, each made when first asked for."""

    def __init__(self, result: Underwritten) -> None:
        self.result = result
        self._made: dict[str, Page | None] = {}

    def get(self, name: str) -> Page | None:
        """A page, or the answer of a study; None where there is none of that name."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def number(self, name: str, item: str) -> PageNumber | None:
        """A number by ``page:section.name`` and the item of its row."""
        kind, _, place = name.partition(":")
        section, _, figure = place.partition(".")
        made = self.get(kind)
        found = next((part for part in made.sections if part.name == section), None) if made is not None else None
        return None if found is None else found.number(kind, figure, item)

    def _make(self, name: str) -> Page | None:
        kind, _, asked = name.partition("@")
        pages, question = pages_of(self.result), kind.replace("_", "-")
        if kind in pages:
            return pages[kind](self.result, *filter(None, [asked]))
        studied = self.result.of == "factory" and question in STUDIES
        return STUDIES[question](self.result.factory, *filter(None, [asked])) if studied else None
