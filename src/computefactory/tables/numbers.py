"""Cells into numbers: decimal commas and marks of thousands are read where only one reading is possible."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from computefactory.tables.refused import Refused

__all__ = ["MISSING", "is_number", "numbers"]

MISSING = ("", "nan", "null", "na", "n/a", "#n/a", "-", "--", "none", "missing")
SHOWN = 3
_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
_DECIMAL = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+(?:[eE][-+]?\d+)?")
_APART = re.compile(r"(?<=\d)[ '\u00a0\u2009\u202f\u2019](?=\d{3}(?!\d))")  # what may stand between thousands
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})


def is_number(cell: str) -> bool:
    """Whether a cell is a number in some way of writing."""
    text = _clean(cell)
    return bool(_PLAIN.fullmatch(text) or _THOUSANDS.fullmatch(text) or _DECIMAL.fullmatch(text))


def numbers(cells: Sequence[str], lines: Sequence[int], what: str) -> NDArray[np.float64]:
    """A column as numbers, nan where a cell is empty or says that nothing is known.

    Raises:
        Refused: a word, or commas that may be decimal marks or marks of thousands.
    """
    texts = [_clean(cell) for cell in cells]
    known = [place for place, text in enumerate(texts) if text.lower() not in MISSING]
    odd = [place for place in known if not _PLAIN.fullmatch(texts[place])]
    if odd:
        texts = _without_marks(texts, known, odd, lines, what)
    values = np.full(len(texts), np.nan)
    values[known] = [float(texts[place]) for place in known]
    return values


def _clean(cell: str) -> str:
    return _APART.sub("", cell.strip().translate(_MINUS))


def _without_marks(
    texts: list[str], known: Sequence[int], odd: Sequence[int], lines: Sequence[int], what: str
) -> list[str]:
    """The texts with a point as decimal mark and no marks of thousands."""
    thousands = all(_THOUSANDS.fullmatch(texts[place]) or _PLAIN.fullmatch(texts[place]) for place in known)
    grouped = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+)")  # a whole number where the comma is the decimal mark
    decimal = all(_DECIMAL.fullmatch(texts[place]) or grouped.fullmatch(texts[place]) for place in known)
    if thousands and decimal:
        given = f"{what}: {texts[odd[0]]}"
        hint = "write the numbers without marks of thousands and with a decimal point"
        raise Refused(lines[odd[0]], given, "numbers whose comma can be read in one way only", hint)
    if thousands:
        return [text.replace(",", "") for text in texts]
    if decimal:
        return [text.replace(".", "").replace(",", ".") for text in texts]
    words = [place for place in odd if not is_number(texts[place])]
    at = words[0] if words else odd[0]
    many = f" and {len(words) - 1:,} more" if len(words) > 1 else ""
    hint = "" if words else "one way of writing numbers in the whole column"
    raise Refused(lines[at], f"{texts[at][:30]!r} in {what}{many}", "a number", hint)
