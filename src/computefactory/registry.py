"""What modules add to the program under a name: pages, pictures, studies. Whoever shows them reads here.

A page is what ``show`` shows and ``run --view`` prints of a result of a factory, a company page that of a company, a
picture is a page drawn, a study is a question that ``ask`` answers. Adding one touches its module alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from computefactory.entries import Registry

if TYPE_CHECKING:
    from computefactory.page import Page
    from computefactory.underwriting import Underwritten

__all__ = [
    "COMPANY_PAGES",
    "PAGES",
    "PICTURES",
    "STUDIES",
    "company_page",
    "itself",
    "page",
    "pages_of",
    "picture",
    "stamped",
    "study",
]

PAGES: Registry[Callable[..., Page]] = Registry("page", "report")
COMPANY_PAGES: Registry[Callable[..., Page]] = Registry("company_page", "report")
PICTURES: Registry[Callable[[Page], str]] = Registry("picture", "report")
STUDIES: Registry[Callable[..., Page]] = Registry("study", "studies")


def itself(result: Any) -> Any:
    """The result, where a page reads it beside what calculations have found in it."""
    return result


def page(name: str, *found_by: Callable[..., Any]) -> Callable[[Callable[..., Page]], Callable[..., Page]]:
    """Decorates what lays out a page: of a result of a factory, or of what these calculations have found in it."""
    return _added(PAGES, name, found_by)


def company_page(name: str, *found_by: Callable[..., Any]) -> Callable[[Callable[..., Page]], Callable[..., Page]]:
    """Decorates what lays out a page of a company, as :func:`page` does of a factory; hindsight is stamped on it."""
    return _added(COMPANY_PAGES, name, found_by)


def pages_of(result: Underwritten) -> Registry[Callable[..., Page]]:
    """The pages that a result has."""
    return COMPANY_PAGES if result.of == "company" else PAGES


def stamped(made: Page, result: Underwritten) -> Page:
    """A page with what stands on every page of a result: what it is of, that it was reckoned with hindsight."""
    stamp = (result.stamp,) if result.stamp and result.stamp not in made.text else ()
    return replace(made, of=result.of, text=(*stamp, *made.text))


def _added(
    pages: Registry[Callable[..., Page]], name: str, found_by: tuple[Callable[..., Any], ...]
) -> Callable[[Callable[..., Page]], Callable[..., Page]]:
    def register(lay_out: Callable[..., Page]) -> Callable[..., Page]:
        def of(result: Underwritten, *asked: str) -> Page:
            return stamped(lay_out(*(find(result, *asked) for find in found_by or (itself,))), result)

        pages.add(name, of)
        return lay_out

    return register


def picture(name: str) -> Callable[[Callable[[Page], str]], Callable[[Page], str]]:
    """Decorates what draws a page, as SVG."""
    return lambda draw: PICTURES.add(name, draw)


def study(name: str) -> Callable[[Callable[..., Page]], Callable[..., Page]]:
    """Decorates the answer to a question: of a factory, and of what else its parameters ask for (``as_of``)."""
    return lambda answer: STUDIES.add(name, answer)
