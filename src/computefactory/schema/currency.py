"""Money in other currencies: ``2.10 EUR/GPU-hour`` where the file states ``capital.fx: {EUR: 1.08 USD/EUR}``.

The engine reckons in USD. A price in another currency becomes one in USD where it is read, at the rate that the file
states; without one it is refused. Rates are read before the rest of the file and hold while it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from types import MappingProxyType
from typing import Any

from computefactory.errors import UnitError

__all__ = ["CODES", "code_in", "in_dollars", "power_factor", "rate_of", "stated_rates"]

# currencies of the library's places and of those who build there (ISO 4217)
CODES = (
    *("AED", "AUD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "DKK", "EGP", "EUR", "GBP", "HKD", "IDR", "ILS", "INR"),
    *("ISK", "JPY", "KES", "KRW", "KWD", "KZT", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PLN", "QAR", "SAR", "SEK"),
    *("SGD", "THB", "TRY", "TWD", "UZS", "VND", "ZAR"),
)
SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR"}
_MONEY = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(CODES)})(?![A-Za-z])|[{''.join(SIGNS)}]")
_NUMBER = r"(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)"
_RATE = re.compile(rf"\s*{_NUMBER}\s*([A-Z]{{3}})\s*/\s*([A-Z]{{3}})\s*")
_SHARE = re.compile(rf"\s*{_NUMBER}\s*(%?)\s*")
APPARENT = "kVA"  # stands beside the currencies: what a unit of it is worth in kW
_NONE: Mapping[str, float] = MappingProxyType({})
_RATES: ContextVar[Mapping[str, float]] = ContextVar("rates", default=_NONE)
_STATED: ContextVar[str] = ContextVar("stated", default="capital.fx")  # where the file that is read may state rates


def code_in(text: str) -> str:
    """The first other currency that a text names, or nothing."""
    found = _MONEY.search(text)
    return SIGNS.get(found[0], found[0]) if found else ""


def in_dollars(text: str) -> tuple[str, float]:
    """The text with USD in the place of another currency, and what a unit of that is worth in USD.

    Raises:
        UnitError: the file states no rate for it, or the text names it twice.
    """
    code = code_in(text)
    if not code:
        return text, 1.0
    if code not in _RATES.get():
        hint = f"state {_STATED.get()}: {{{code}: … USD/{code}}}, or the price in USD"
        raise UnitError(repr(text), f"an amount in USD, or a rate for {code}", hint, "unknown_unit")
    if len(_MONEY.findall(text)) > 1:
        raise UnitError(repr(text), "one currency", code="wrong_unit")
    return _MONEY.sub("USD", text), _RATES.get()[code]


def rate_of(text: str, code: str = "") -> float | None:
    """USD for a unit of a currency, from ``1.08 USD/EUR`` or ``0.93 EUR/USD``; None where it says neither."""
    match = _RATE.fullmatch(text)
    if not match or float(match[1]) <= 0:
        return None
    number, above, below = float(match[1]), match[2], match[3]
    other = below if above == "USD" else above
    if "USD" not in (above, below) or other not in CODES or (code and other != code):
        return None
    return number if above == "USD" else 1 / number


def power_factor() -> float | None:
    """What the file states of real power in apparent power, while it is read; None where it states nothing."""
    return _RATES.get().get(APPARENT)


def _factor_in(tree: Any) -> float | None:
    """The power factor of a file, from ``95 %`` or ``0.95``."""
    chapter = tree.get("electrical") if isinstance(tree, dict) else None
    stated = str(chapter.get("power_factor")) if isinstance(chapter, dict) else ""
    match = _SHARE.fullmatch(stated)
    found = float(match[1]) / (100 if match[2] else 1) if match else 0.0
    return found if 0 < found <= 1 else None


@contextmanager
def stated_rates(tree: Any, path: str = "capital.fx") -> Iterator[None]:
    """The rates and the power factor of a file, in force while it is read; what is none is its own field's problem."""
    stated = tree
    for name in path.split("."):
        stated = stated.get(name) if isinstance(stated, dict) else None
    found: dict[str, float] = {}
    for code, text in (stated if isinstance(stated, dict) else {}).items():
        rate = rate_of(text, str(code)) if isinstance(text, str) else text
        if isinstance(rate, float) and 0 < rate < inf:
            found[str(code)] = rate
    if (factor := _factor_in(tree)) is not None:
        found[APPARENT] = factor
    tokens = _RATES.set(found), _STATED.set(path)
    try:
        yield
    finally:
        _RATES.reset(tokens[0])
        _STATED.reset(tokens[1])
