"""What modules add to the program under a name: pages, pictures, studies. Whoever shows them reads here.

A page is what ``show`` shows and ``run --view`` prints of a result, a picture is a page drawn, a study is a question
that ``ask`` answers. Adding one touches its module alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from computefactory.entries import Registry

if TYPE_CHECKING:
    from computefactory.page import Page
    from computefactory.result import Result

__all__ = ["PAGES", "PICTURES", "STUDIES", "itself", "page", "picture", "study"]

PAGES: Registry[Callable[..., Page]] = Registry("page", "report")
PICTURES: Registry[Callable[[Page], str]] = Registry("picture", "report")
STUDIES: Registry[Callable[..., Page]] = Registry("study", "studies")


def itself(result: Result) -> Result:
    """The result, where a page reads it beside what calculations have found in it."""
    return result


def page(name: str, *found_by: Callable[..., Any]) -> Callable[[Callable[..., Page]], Callable[..., Page]]:
    """Decorates what lays out a page: of a result, or of what these calculations have found in it."""

    def register(lay_out: Callable[..., Page]) -> Callable[..., Page]:
        def of(result: Result, *asked: str) -> Page:
            return lay_out(*(find(result, *asked) for find in found_by or (itself,)))

        PAGES.add(name, of)
        return lay_out

    return register


def picture(name: str) -> Callable[[Callable[[Page], str]], Callable[[Page], str]]:
    """Decorates what draws a page, as SVG."""
    return lambda draw: PICTURES.add(name, draw)


def study(name: str) -> Callable[[Callable[..., Page]], Callable[..., Page]]:
    """Decorates the answer to a question: of a factory, and of what else its parameters ask for (``as_of``)."""
    return lambda answer: STUDIES.add(name, answer)
