"""The numbers that a factory rests on and that can be moved one at a time: file values and library rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from computefactory.schema.factory import FactoryFile
from computefactory.schema.origin import Origin
from computefactory.schema.problems import field_at
from computefactory.schema.types import Reads

__all__ = ["Lever", "levers"]

TEN_PER_CENT = 0.10
NOT_MOVED = ("place", "macrs", "asset", "specification", "region", "rating")  # measured, printed in law, or a scale


@dataclass(frozen=True, slots=True)
class Lever:
    """An input with the range it may move in, in its canonical unit."""

    path: str  # file:… or library:…
    label: str
    unit: str
    base: float
    low: float
    high: float
    assumed_range: bool  # ten per cent either way, for want of a range


def levers(origins: Mapping[str, Origin]) -> list[Lever]:
    """Every leaf that is a number and not a date."""
    return [lever for key, origin in origins.items() if (lever := _lever(key, origin))]


def _lever(key: str, origin: Origin) -> Lever | None:
    base = origin.value
    if key != origin.key or origin.kind == "derived" or not isinstance(base, float) or not isfinite(base):
        return None
    if origin.kind == "fact":
        if origin.path.partition("/")[0] in NOT_MOVED:
            return None
        label = f"{origin.path.rpartition('/')[2].replace('_', ' ')} ({origin.path.rpartition('/')[0]})"
        if origin.low is not None and origin.high is not None and origin.low < origin.high:
            return Lever(key, label, origin.unit, base, origin.low, origin.high, assumed_range=False)
    else:
        reads = _reads(origin.path)
        if reads is None or reads.fixed:
            return None
        label = origin.path
    low, high = base * (1 - TEN_PER_CENT), base * (1 + TEN_PER_CENT)
    return Lever(key, label, origin.unit, base, low, high, assumed_range=True) if low < high else None


def _reads(path: str) -> Reads | None:
    """How the file's field is read."""
    return next((item for item in field_at(FactoryFile, path) if isinstance(item, Reads)), None)
