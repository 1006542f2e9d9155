"""Reading what people wrote: ranges, arrows and bounds into value, low and high; units into the engine's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

NUMBER = r"[+-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?"
SPAN = re.compile(rf"({NUMBER})\s*(?:-|–|->|/|to)\s*({NUMBER})(\+?)")
MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")  # 2025-09 is a month, no span
BOUND = re.compile(rf"(<|>|up to |about )?\s*({NUMBER})\s*(\+|%|x)?")
SHARE = 0.01
WORDS = ("", "text", "rating", "date", "ISO 4217", "class", "formula", "path")  # units of what is no number
# what a fact's unit becomes: factor and canonical text; a unit that is not here stays as it is
UNITS: dict[str, tuple[float, str]] = {
    "": (1.0, "1"),
    "%": (SHARE, "1"),
    "percent": (SHARE, "1"),
    "%/yr": (SHARE, "1/year"),
    "percent/year": (SHARE, "1/year"),
    "bp": (1e-4, "1/year"),
    "basis_points": (1e-4, "1/year"),
    "ratio": (1.0, "1"),
    "x": (1.0, "1"),
    "factor": (1.0, "1"),
    "C": (1.0, "degC"),
    "deg C": (1.0, "degC"),
    "W": (1e-3, "kW"),
    "MW": (1e3, "kW"),
    "GW": (1e6, "kW"),
    "kW/rack": (1.0, "kW"),
    "kW_per_rack": (1.0, "kW"),
    "W/kW IT": (1e-3, "1"),
    "L/kWh IT": (1.0, "L/kWh"),
    "USD/MWh": (1e-3, "USD/kWh"),
    "USD/kW IT": (1.0, "USD/kW"),
    "USD/W": (1e3, "USD/kW"),
    "million USD/MW": (1e3, "USD/kW"),
    "USD m/MW": (1e3, "USD/kW"),
    "bn USD/GW": (1e3, "USD/kW"),
    "million USD/MW-year": (1e3, "USD/kW-year"),
    "USD_million_per_MW_year": (1e3, "USD/kW-year"),
    "bn USD/GW-year": (1e3, "USD/kW-year"),
    "USD_million": (1e6, "USD"),
    "million USD": (1e6, "USD"),
    "USD m": (1e6, "USD"),
    "USD bn": (1e9, "USD"),
    "bn USD": (1e9, "USD"),
    "USD volume": (1.0, "USD"),
    "USD per GPU-hour": (1.0, "USD/accelerator-hour"),
    "USD per chip-hour": (1.0, "USD/accelerator-hour"),
    "USD per accelerator": (1.0, "USD/accelerator"),
    "USD billion per GW": (1e3, "USD/kW"),
    "USD/rack": (1.0, "USD"),
    "million USD/rack": (1e6, "USD"),
    "USD per rack": (1.0, "USD"),
    "years": (12.0, "month"),
    "months": (1.0, "month"),
    "weeks": (1.0, "week"),
    "hours": (1.0, "h"),
    "minutes": (1 / 60, "h"),
    "days": (1.0, "day"),
    "USD_per_share": (1.0, "USD/share"),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value as the library keeps it; ``wording`` is what was written where that differs."""

    value: float | str
    unit: str
    low: float | None = None
    high: float | None = None
    wording: str = ""

    def scaled(self, factor: float, unit: str, wording: str = "") -> Quantity:
        """The same in another unit."""
        if isinstance(self.value, str):
            return self
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return replace(self, value=self.value * factor, low=low, high=high, unit=unit, wording=wording or self.wording)


def quantity(text: str, unit: str, low: str = "", high: str = "") -> Quantity:
    """A cell of a fact table in canonical units; words where it holds no number.

    ``60-65``, ``34 -> 54`` and ``4.29 / 3.99`` become their midpoint with low and high; ``>90`` is 90 with low 90.
    """
    text = text.strip()
    plain = _numbers(text)
    if plain is None or unit in WORDS[1:]:
        return Quantity(text, "text", wording="" if unit in WORDS else f"unit as stated: {unit}")
    value, bottom, top = plain
    bottom = float(low) if low else bottom
    top = float(high) if high else top
    as_written = re.fullmatch(NUMBER, text) is not None
    unit = "%" if text.endswith("%") and not unit else unit
    return _canonical(
        Quantity(value, unit, bottom, top, "" if as_written else f"stated as {text} {unit}".strip()), text
    )


def _canonical(found: Quantity, text: str) -> Quantity:
    """In the engine's unit where it has one; what a unit says beyond itself stays in the wording."""
    base = re.split(r" \(|, ", found.unit)[0]
    if found.unit.startswith(("%", "percent")) and base not in UNITS:
        base = "%"
    if base not in UNITS:
        return found
    factor, unit = UNITS[base]
    same = factor == 1 and base == found.unit
    return found.scaled(factor, unit, found.wording or ("" if same else f"stated as {text} {found.unit}"))


def _numbers(text: str) -> tuple[float, float | None, float | None] | None:
    if MONTH.fullmatch(text):
        return None
    span = SPAN.fullmatch(text.replace("%", "").strip())
    if span:
        first, second = _float(span[1]), _float(span[2])
        return (first + second) / 2, min(first, second), max(first, second)
    bound = BOUND.fullmatch(text)
    if not bound:
        return None
    number = _float(bound[2])
    sign = (bound[1] or "").strip()
    least = sign == ">" or bound[3] == "+"
    most = sign in ("<", "up to")
    return number, number if least else None, number if most else None


def _float(text: str) -> float:
    return float(text.replace(",", ""))


def slug(*words: str) -> str:
    """A field name: lower case, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", " ".join(word for word in words if word).lower()).strip("_")


def shown(number: float | str | None) -> str:
    """A number as it stands in a table: twelve digits, no more than it has."""
    if number is None:
        return ""
    return number if isinstance(number, str) else f"{number:.12g}"
