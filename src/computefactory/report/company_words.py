"""What pages of a company share: how it is called at its date, money and power as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefactory.page import Cell, Of, Said

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult

__all__ = ["CASE_WORDS", "MILLION", "dash", "headed", "known", "millions", "per_mw_year", "share"]

MILLION = 1e6
YEARLY = 12e-3  # million USD/MW-year per USD/kW-month
CASE_WORDS = {"sold": "what is sold", "secured": "sold and secured", "announced": "sold, secured and announced"}


def headed(result: CompanyResult, what: str) -> str:
    """What stands beside the title: the page, the day of the question, what counts."""
    counted = "" if result.case == "sold" else f", {CASE_WORDS[result.case]}"
    return f"{what}, as of {result.as_of}{counted}"


def dash(value: float | None) -> bool:
    """Whether a number does not exist."""
    return value is None or value != value  # noqa: PLR0124  # nan is unlike itself


def known(value: float | None) -> float | None:
    """A number, None where it does not exist."""
    return None if dash(value) else value


def millions(value: float | None, of: Of | str = "", digits: int = 0) -> Cell:
    """Money in millions, a dash where it does not exist."""
    if dash(value):
        return Said("-", absent=True)
    assert value is not None
    return Said(f"{value / MILLION:z,.{digits}f}", value, of)


def per_mw_year(value: float | None, of: Of | str) -> Cell:
    """A price of a kW a month as million USD a MW-year."""
    if dash(value):
        return Said("-", absent=True)
    assert value is not None
    return Said(f"{value * YEARLY:,.2f}", value * YEARLY, of)


def share(value: float | None, of: Of | str, digits: int = 0) -> Cell:
    """A share as people say it."""
    if dash(value):
        return Said("-", absent=True)
    assert value is not None
    return Said(f"{100 * value:z.{digits}f} %", value, of)
