"""Units as types: one canonical unit per quantity, carried by annotations and checked by the ledger.

Inside the engine a number is a plain float (or a numpy array) whose annotation names its unit::

    def energy_cost(grid_energy: Kwh, energy_price: UsdPerKwh) -> Usd: ...

There is no conversion inside: a file's ``34 USD/MWh`` becomes ``0.034`` at the edge (:mod:`computefactory.schema`),
and from there on every power is in kW, every energy in kWh, every sum of money in the factory's currency.
A flow is the amount that falls in the period (``Usd``); a stock is a ``Balance`` (the same unit, another kind).
Calendar time (``month``, 12 to the ``year``) and physical time (``h``) are different units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from typing import Annotated

__all__ = ["ALIASES", "DIMENSIONLESS", "UNITS", "Unit", "finite", "parse_unit", "shown", "unit_of"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of symbols with whole exponents, and whether the quantity is a stock.

    ``powers`` is sorted by symbol and holds no zero exponent, so equality is dimensional equality.
    Multiplying or dividing loses ``stock``; it only says how a series is summed over time.
    """

    powers: tuple[tuple[str, int], ...] = ()
    stock: bool = field(default=False, compare=False)

    def __mul__(self, other: Unit) -> Unit:
        return _combine(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _combine(self, other, -1)

    def __str__(self) -> str:
        return _text(self.powers)


@lru_cache(maxsize=1024)
def _text(powers: tuple[tuple[str, int], ...]) -> str:
    def text(sign: int) -> str:
        return "·".join(
            symbol if abs(power) == 1 else f"{symbol}^{abs(power)}" for symbol, power in powers if power * sign > 0
        )

    above, below = text(1), text(-1)
    if not below:
        return above or "1"
    return f"{above or '1'}/{below if '·' not in below else f'({below})'}"


def _combine(left: Unit, right: Unit, sign: int) -> Unit:
    powers = dict(left.powers)
    for symbol, power in right.powers:
        powers[symbol] = powers.get(symbol, 0) + sign * power
    return Unit(tuple(sorted((symbol, power) for symbol, power in powers.items() if power)))


def parse_unit(text: str, *, stock: bool = False) -> Unit:
    """Read ``USD/(accelerator·h)``-like text of the canonical symbols; ``*`` and ``·`` multiply, one ``/`` divides."""
    above, _, below = text.partition("/")
    powers: dict[str, int] = {}
    for part, sign in ((above, 1), (below, -1)):
        for token in part.strip("() ").replace("·", "*").split("*"):
            symbol, _, exponent = token.strip().partition("^")
            if symbol not in ("", "1"):
                powers[symbol] = powers.get(symbol, 0) + sign * int(exponent or 1)
    return Unit(tuple(sorted((symbol, power) for symbol, power in powers.items() if power)), stock)


DIMENSIONLESS = Unit()

# money
Usd = Annotated[float, parse_unit("USD")]
# the second mark keeps it apart: typing caches Annotated by equality, and a stock equals the flow of its dimension
Balance = Annotated[float, parse_unit("USD", stock=True), "stock"]
UsdMonth = Annotated[float, parse_unit("USD*month")]
# plain numbers, shares, flags (0 or 1)
One = Annotated[float, DIMENSIONLESS]
Count = Annotated[float, parse_unit("accelerator")]
AcceleratorHour = Annotated[float, parse_unit("accelerator*h")]
PerHour = Annotated[float, parse_unit("1/h")]
# calendar and physical time
Month = Annotated[float, parse_unit("month")]
Year = Annotated[float, parse_unit("year")]
Day = Annotated[float, parse_unit("day")]
Hour = Annotated[float, parse_unit("h")]
PerYear = Annotated[float, parse_unit("1/year")]
HourPerMonth = Annotated[float, parse_unit("h/month")]
# power, energy
Kw = Annotated[float, parse_unit("kW")]
Kwh = Annotated[float, parse_unit("kW*h")]
KwMonth = Annotated[float, parse_unit("kW*month")]
KwPerHour = Annotated[float, parse_unit("kW/h")]
KwPerAccelerator = Annotated[float, parse_unit("kW/accelerator")]
KwhPerAcceleratorHour = Annotated[float, parse_unit("kW*h/accelerator*h")]
Kilovolt = Annotated[float, parse_unit("kV")]
Kva = Annotated[float, parse_unit("kVA")]
# heat, water, air
Celsius = Annotated[float, parse_unit("degC")]
Kelvin = Annotated[float, parse_unit("K")]
Pascal = Annotated[float, parse_unit("Pa")]
Kilogram = Annotated[float, parse_unit("kg")]
Metre = Annotated[float, parse_unit("m")]
SquareMetre = Annotated[float, parse_unit("m^2")]
KgPerM2 = Annotated[float, parse_unit("kg/m^2")]
Degree = Annotated[float, parse_unit("deg")]
LitrePerKw = Annotated[float, parse_unit("L/kW")]
LitrePerKwh = Annotated[float, parse_unit("L/kW*h")]
Litre = Annotated[float, parse_unit("L")]
Kg = Annotated[float, parse_unit("kg")]
KgPerKwh = Annotated[float, parse_unit("kg/kW*h")]
PerKelvin = Annotated[float, parse_unit("1/K")]
PerMetre = Annotated[float, parse_unit("1/m")]
# shares of a company
Shares = Annotated[float, parse_unit("share")]
UsdPerShare = Annotated[float, parse_unit("USD/share")]
# prices
UsdPerKwh = Annotated[float, parse_unit("USD/kW*h")]
UsdPerKw = Annotated[float, parse_unit("USD/kW")]
UsdPerKwMonth = Annotated[float, parse_unit("USD/kW*month")]
UsdPerKwYear = Annotated[float, parse_unit("USD/kW*year")]
UsdPerKwDay = Annotated[float, parse_unit("USD/kW*day")]
UsdPerHour = Annotated[float, parse_unit("USD/h")]
UsdPerMonth = Annotated[float, parse_unit("USD/month")]
UsdPerYear = Annotated[float, parse_unit("USD/year")]
UsdPerAccelerator = Annotated[float, parse_unit("USD/accelerator")]
UsdPerAcceleratorHour = Annotated[float, parse_unit("USD/accelerator*h")]
UsdPerLitre = Annotated[float, parse_unit("USD/L")]
# computing
Tflops = Annotated[float, parse_unit("TFLOP/s")]
Gigabit = Annotated[float, parse_unit("Gb")]
Gbps = Annotated[float, parse_unit("Gb/s")]
PflopDay = Annotated[float, parse_unit("PFLOP*day")]  # 1e15 operations a second for a day
PflopDayPerAcceleratorHour = Annotated[float, parse_unit("PFLOP*day/accelerator*h")]
UsdPerPflopDay = Annotated[float, parse_unit("USD/PFLOP*day")]
TokenPerSecond = Annotated[float, parse_unit("token/s")]
MillionTokens = Annotated[float, parse_unit("Mtoken")]
MillionTokensPerAcceleratorHour = Annotated[float, parse_unit("Mtoken/accelerator*h")]
UsdPerMillionTokens = Annotated[float, parse_unit("USD/Mtoken")]


def unit_of(annotation: object) -> Unit | None:
    """The :class:`Unit` of an ``Annotated[float, Unit]`` annotation, else None."""
    for item in getattr(annotation, "__metadata__", ()):
        if isinstance(item, Unit):
            return item
    return None


_WORDS = (
    ("h·kW", "kWh"),
    ("(kWh)", "kWh"),
    ("(accelerator·h)", "accelerator-hour"),
    ("accelerator·h", "accelerator-hour"),
    ("(kW·month)", "kW-month"),
    ("(kW·year)", "kW-year"),
    ("(day·kW)", "kW-day"),
    ("(PFLOP·day)", "PFLOP-day"),
    ("PFLOP·day", "PFLOP-day"),
)


def finite(value: float) -> float | None:
    """A number as it leaves the program: None where there is none."""
    return float(value) if isfinite(value) else None


def shown(unit: Unit | str) -> str:
    """A unit as people write it: ``USD/kWh``, ``accelerator-hour``; nothing for a plain number."""
    text = str(unit)
    for symbols, word in _WORDS:
        text = text.replace(symbols, word)
    return "" if text == "1" else text


# what a file may write; symbol: definition in other symbols; an empty definition is a dimension of its own
UNITS: dict[str, str] = {
    # money, counts, shares
    "USD": "",
    "cent": "1/100 USD",
    "accelerator": "",
    "%": "1/100",
    "bp": "1/10000",
    # calendar time is apart from physical time
    "month": "",
    "quarter": "3 month",
    "year": "12 month",
    "h": "",
    "day": "24 h",
    "week": "168 h",
    "min": "1/60 h",
    "s": "1/3600 h",
    "ms": "1/3600000 h",
    # power and energy
    "kW": "",
    "W": "1/1000 kW",
    "MW": "1000 kW",
    "GW": "1000000 kW",
    "kWh": "1 kW*h",
    "Wh": "1/1000 kW*h",
    "MWh": "1000 kW*h",
    "GWh": "1000000 kW*h",
    "Btu": "0.00029307107 kW*h",
    "MMBtu": "293.07107 kW*h",
    "therm": "29.307107 kW*h",
    "GJ": "277.77777777777777 kW*h",
    "kVA": "",
    "MVA": "1000 kVA",
    "kV": "",
    "V": "1/1000 kV",
    # heat and air: degC and degF are scales with an offset and stand alone
    "K": "",
    "degC": "",
    "degF": "",
    "Pa": "",
    "kPa": "1000 Pa",
    "bar": "100000 Pa",
    # length, area, volume
    "m": "",
    "km": "1000 m",
    "ft": "0.3048 m",
    "m2": "1 m^2",
    "ft2": "0.09290304 m^2",
    "lb": "0.45359237 kg",
    "L": "",
    "m3": "1000 L",
    "gal": "3.785411784 L",
    "deg": "",
    # mass
    "kg": "",
    "g": "1/1000 kg",
    "t": "1000 kg",
    # computing
    "TFLOP": "",
    "PFLOP": "1000 TFLOP",
    "token": "",
    "Mtoken": "1000000 token",
    "Gb": "",
    "Tb": "1000 Gb",
    "GB": "8 Gb",
    "TB": "8000 Gb",
    "Gbps": "1 Gb/s",
    "Tbps": "1000 Gb/s",
}

ALIASES: dict[str, str] = {
    "$": "USD",
    "US$": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "cents": "cent",
    "¢": "cent",
    "accelerators": "accelerator",
    "GPU": "accelerator",
    "GPUs": "accelerator",
    "chip": "accelerator",
    "chips": "accelerator",
    "percent": "%",
    "bps": "bp",
    "months": "month",
    "mo": "month",
    "mos": "month",
    "mth": "month",
    "quarters": "quarter",
    "years": "year",
    "yr": "year",
    "yrs": "year",
    "hour": "h",
    "hours": "h",
    "hr": "h",
    "days": "day",
    "weeks": "week",
    "minute": "min",
    "minutes": "min",
    "second": "s",
    "seconds": "s",
    "°C": "degC",
    "°F": "degF",
    "°": "deg",
    "degrees": "deg",
    "m²": "m2",
    "sqft": "ft2",
    "ft²": "ft2",
    "m³": "m3",
    "litre": "L",
    "litres": "L",
    "liter": "L",
    "liters": "L",
    "l": "L",
    "gallon": "gal",
    "gallons": "gal",
    "tokens": "token",
    "TFLOPs": "TFLOP",
    "PFLOPs": "PFLOP",
}
