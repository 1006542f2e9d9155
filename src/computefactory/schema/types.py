"""The kinds of value a file holds: quantities with their unit, shares, dates, anchored dates, text.

A type is the engine's own annotation (:mod:`computefactory.units`) and how to read it, so a field of the file has the
unit of the record it fills. Quantities are not negative unless the type says so. The chapters of the file import this
module as ``t``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING, Annotated, Any, LiteralString
from unicodedata import category

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from computefactory import units
from computefactory.errors import UnitError
from computefactory.schema.currency import CODES, rate_of
from computefactory.schema.quantity import parse_quantity, unit_text
from computefactory.timeline import month_number
from computefactory.units import DIMENSIONLESS, Unit, unit_of

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

FIRST_YEAR, LAST_YEAR = 1990, 2200
LAST_DAY = 2099  # year of the last day that rows of the library are dated by
UNREADABLE = ("Cc", "Cs")  # control characters and surrogates
_PERIOD = re.compile(r"(FY)?\d{4}|\d{4}-Q[1-4]")
NONE = "none"  # what a file says of a limit that does not apply
_ACCELERATORS = unit_of(units.Count)


class Canonical(float):
    """A number that already stands in the canonical unit (an override from Python)."""

    __slots__ = ()


class Varied(Canonical):
    """One end of an array of scenarios."""

    __slots__ = ()


def refuse(code: LiteralString, expected: str, hint: str = "") -> PydanticCustomError:
    """The error of one field; where it stands and what was given is added when problems are collected."""
    return PydanticCustomError(code, "refused", {"expected": expected, "hint": hint})


NOT_VARIED = refuse("not_varied", "one date for all scenarios", "run factories with other dates one by one")


@dataclass(frozen=True, slots=True)
class Reads:
    """Reads a quantity of ``unit``; bounds are in the canonical unit and ``low_open`` refuses ``low`` itself."""

    unit: Unit
    low: float = 0.0
    high: float = float("inf")
    low_open: bool = False
    whole: bool = False
    fixed: bool = False  # shapes the calendar: one value for all scenarios
    compounds: int = 0  # of a yearly rate: 1 what grows by it, -1 what falls: a month is no twelfth
    none: bool = False  # a limit that may be switched off: "none" is not a number

    def allows(self, number: float) -> bool:
        """Whether a canonical value lies within the bounds."""
        return self.low <= number <= self.high and not (self.low_open and number == self.low)

    def read(self, value: Any) -> float:
        """The canonical value of what the file says; not a number where it says none."""
        if self.none and isinstance(value, str) and value.strip() == NONE:
            return nan
        number = self._number(value)
        expected = self.expected
        if number < self.low or (self.low_open and number == self.low):
            raise refuse("negative" if number < 0 <= self.low else "out_of_range", expected)
        if number > self.high:
            hint = "a share is 0 to 1, or with a %: 80 %" if self.unit == DIMENSIONLESS and self.high == 1 else ""
            raise refuse("out_of_range", expected, hint)
        if self.whole and number != round(number):
            raise refuse("not_whole", expected)
        return number

    def _number(self, value: Any) -> float:
        if isinstance(value, Canonical):
            if self.fixed and isinstance(value, Varied):
                raise NOT_VARIED
            if not isfinite(value):
                raise refuse("not_finite", self.expected)
            return float(value)
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise refuse("wrong_kind", self.expected)
        try:
            return parse_quantity(str(value), self.unit, self.compounds)
        except UnitError as error:
            raise refuse(error.code, error.expected, error.hint) from None

    @property
    def expected(self) -> str:
        """What may stand here, in words."""
        bounds = []
        if self.low_open:
            bounds.append(f"above {self.low:g}")
        elif self.low > float("-inf"):
            bounds.append(f"at least {self.low:g}")
        if self.high < float("inf"):
            bounds.append(f"at most {self.high:g}")
        kind = "whole " if self.whole else ""
        name = f"a {kind}quantity in {unit_text(self.unit)}"
        plain = "a share or plain number" if self.unit == DIMENSIONLESS else name
        return ", ".join([f"none, or {plain}" if self.none else plain, *bounds])

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, core_schema.float_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        bare = self.unit in (DIMENSIONLESS, _ACCELERATORS)
        return {
            "type": ["string", "number"] if bare else "string",
            "pattern": r"^\s*none\s*$|" * self.none + r"^\s*[-+]?\s*(US\$|\$|[A-Z]{3}|[€£₹])?\s*[-+]?[\d.]",
            "unit": str(self.unit),
            "examples": [f"12 {unit_text(self.unit)}"] if not bare else ["80 %" if self.high == 1 else 12],
        }


def _reads(annotation: object, **bounds: Any) -> Reads:
    return Reads(unit_of(annotation) or DIMENSIONLESS, **bounds)


@dataclass(frozen=True, slots=True)
class ReadsMonth:
    """Reads ``2026-05`` or ``2026-05-31`` as a calendar month number."""

    def read(self, value: Any) -> int:
        """The calendar month number."""
        if isinstance(value, Varied):
            raise NOT_VARIED
        expected = "a month such as 2026-05 or a date such as 2026-05-31"
        if not isinstance(value, str):
            raise refuse("wrong_kind", expected)
        try:
            number = month_number(value)
        except ValueError:
            raise refuse("not_a_date", expected) from None
        if not FIRST_YEAR <= number // 12 <= LAST_YEAR:
            raise refuse("out_of_range", f"{expected} between {FIRST_YEAR} and {LAST_YEAR}")
        return number

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, core_schema.int_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}(-\d{2})?$", "examples": ["2026-05"]}


@dataclass(frozen=True, slots=True)
class ReadsText:
    """Reads a short text."""

    longest: int = 200

    def read(self, value: Any) -> str:
        """The text itself."""
        if not isinstance(value, str):
            hint = "" if isinstance(value, (dict, list)) else "put it in quotes"
            raise refuse("wrong_kind", "text", hint)
        if not value.strip() or len(value) > self.longest:
            raise refuse("out_of_range", f"text of 1 to {self.longest} characters")
        if any(category(letter) in UNREADABLE and letter not in "\t\n" for letter in value):
            raise refuse("not_text", "letters, without control characters and halves of them")
        return value.strip()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, core_schema.str_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class ReadsCurrency(ReadsText):
    """Reads the code of a currency other than USD."""

    def read(self, value: Any) -> str:
        """The code itself."""
        if value not in CODES:
            raise refuse("unknown_name", f"a currency other than USD: {', '.join(CODES)}")
        return str(value)


@dataclass(frozen=True, slots=True)
class ReadsRate:
    """Reads ``1.08 USD/EUR`` or ``0.93 EUR/USD`` as USD for a unit of the currency."""

    def read(self, value: Any) -> float:
        """USD for a unit."""
        if isinstance(value, Varied):
            raise refuse("not_varied", "one rate for all scenarios", "move the price itself")
        rate = rate_of(value) if isinstance(value, str) else float(value) if isinstance(value, Canonical) else None
        if rate is None or not 0 < rate < float("inf"):
            raise refuse("not_a_quantity", "a rate against USD of the currency that it stands under: 1.08 USD/EUR")
        return rate

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, core_schema.float_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": r"^\s*[\d.]+\s*[A-Z]{3}\s*/\s*[A-Z]{3}\s*$", "examples": ["1.08 USD/EUR"]}


@dataclass(frozen=True, slots=True)
class ReadsMonthName(ReadsText):
    """Reads the name of a month, ``2026-05``, as a key of a map."""

    def read(self, value: Any) -> str:
        """The text itself, once it is a month."""
        ReadsMonth().read(value)
        return ReadsText.read(self, value)


@dataclass(frozen=True, slots=True)
class ReadsDay:
    """Reads ``2025-03-31`` as a day; ``2025-03`` is the last day of the month."""

    def read(self, value: Any) -> str:
        """The day as ``YYYY-MM-DD``."""
        number = ReadsMonth().read(value)
        if number // 12 > LAST_DAY:
            raise refuse("out_of_range", f"a day such as 2025-03-31 between {FIRST_YEAR} and {LAST_DAY}")
        if len(value) > len("2025-03"):
            return str(value)
        year, month = divmod(number, 12)
        return f"{year:04d}-{month + 1:02d}-{monthrange(year, month + 1)[1]:02d}"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, core_schema.str_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}(-\d{2})?$", "examples": ["2025-03-31"]}


@dataclass(frozen=True, slots=True)
class ReadsSpanName(ReadsText):
    """Reads a time from now, ``24 months``, as a key of a map."""

    def read(self, value: Any) -> str:
        """The text itself, once it is a time of whole months."""
        try:
            _reads(units.Month, whole=True, fixed=True, low_open=True, high=1200).read(value)
        except PydanticCustomError:
            raise refuse("not_a_quantity", "a time such as 24 months") from None
        return ReadsText.read(self, value)


@dataclass(frozen=True, slots=True)
class ReadsPeriodName(ReadsText):
    """Reads a year, a quarter or the day of a balance, ``2024``, ``2024-Q4``, ``2024-12-31``, as a key of a map."""

    def read(self, value: Any) -> str:
        """The text itself, once it is a period."""
        text = ReadsText.read(self, str(value) if isinstance(value, int) else value)
        if not _PERIOD.fullmatch(text):
            try:
                ReadsDay().read(text)
            except PydanticCustomError:
                raise refuse("not_a_date", "a year, a quarter or a day: 2024, 2024-Q4, 2024-12-31") from None
        return text


class Chapter(BaseModel):
    """A map of the file: frozen, and nothing in it is unknown."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=False, hide_input_in_errors=True, defer_build=True
    )


def required(description: str, **limits: Any) -> Any:
    """A field that a file must state."""
    return Field(description=description, **limits)


def optional(description: str, **limits: Any) -> Any:
    """A field that a file may leave out; ``description`` says what holds then, where that is not nothing."""
    return Field(None, description=description, **limits)


Text = Annotated[str, ReadsText()]
Currency = Annotated[str, ReadsCurrency()]
ExchangeRate = Annotated[float, ReadsRate()]
MonthName = Annotated[str, ReadsMonthName()]
SpanName = Annotated[str, ReadsSpanName()]
PeriodName = Annotated[str, ReadsPeriodName()]
Day = Annotated[str, ReadsDay()]
Flag = Annotated[bool, Strict()]
Date = Annotated[int, ReadsMonth()]

Share = Annotated[units.One, _reads(units.One, high=1.0)]
ShareLimit = Annotated[units.One, _reads(units.One, high=1.0, none=True)]
PositiveShare = Annotated[units.One, _reads(units.One, low_open=True, high=1.0)]
AboveOne = Annotated[units.One, _reads(units.One, low=1.0, low_open=True)]
WholeNumber = Annotated[units.One, _reads(units.One, whole=True, low=1.0)]
Ports = Annotated[units.One, _reads(units.One, whole=True, low=2.0)]
DensityExponent = Annotated[units.One, _reads(units.One, high=3.0)]
SensibleShare = Annotated[units.One, _reads(units.One, low=0.5, high=1.0)]
HumidifierPower = Annotated[units.One, _reads(units.One, high=1.5)]  # steam takes 1.05 of the heat in its water
AtLeastOne = Annotated[units.One, _reads(units.One, low=1.0)]
Number = Annotated[units.One, _reads(units.One)]
Oversubscription = Annotated[units.One, _reads(units.One, low=0.1, high=32.0)]
PositiveNumber = Annotated[units.One, _reads(units.One, low_open=True)]
CoverLimit = Annotated[units.One, _reads(units.One, low_open=True, none=True)]
Rank = Annotated[units.One, _reads(units.One, whole=True, fixed=True, low=1.0, high=1000.0)]
Accelerators = Annotated[units.Count, _reads(units.Count)]
PartOfAccelerators = Annotated[units.Count, _reads(units.Count, fixed=True)]
PositiveAccelerators = Annotated[units.Count, _reads(units.Count, low_open=True)]

Lag = Annotated[units.Month, _reads(units.Month, whole=True, fixed=True, high=1200)]
Tenor = Annotated[units.Month, _reads(units.Month, whole=True, fixed=True, low_open=True, high=1200)]
Life = Annotated[units.Month, _reads(units.Month, low_open=True, high=1200)]
Hours = Annotated[units.Hour, _reads(units.Hour)]
PositiveHours = Annotated[units.Hour, _reads(units.Hour, low_open=True)]
Zone = Annotated[units.Hour, _reads(units.Hour, low=-12.0, high=14.0, fixed=True)]
HoursPerMonth = Annotated[units.HourPerMonth, _reads(units.HourPerMonth, low_open=True)]
PerHour = Annotated[units.PerHour, _reads(units.PerHour)]
Rate = Annotated[units.PerYear, _reads(units.PerYear, high=1.0)]
Discount = Annotated[units.PerYear, _reads(units.PerYear, high=1.0, compounds=1)]
Fall = Annotated[units.PerYear, _reads(units.PerYear, high=1.0, compounds=-1)]
PositiveRate = Annotated[units.PerYear, _reads(units.PerYear, low_open=True, high=1.0)]
Growth = Annotated[units.PerYear, _reads(units.PerYear, high=10.0, compounds=1)]
SignedRate = Annotated[units.PerYear, _reads(units.PerYear, low=-1.0, low_open=True, high=1.0, compounds=1)]

Money = Annotated[units.Usd, _reads(units.Usd)]
SignedMoney = Annotated[units.Usd, _reads(units.Usd, low=float("-inf"))]
PositiveMoney = Annotated[units.Usd, _reads(units.Usd, low_open=True)]
MoneyPerHour = Annotated[units.UsdPerHour, _reads(units.UsdPerHour)]
MoneyPerMonth = Annotated[units.UsdPerMonth, _reads(units.UsdPerMonth)]
MoneyPerYear = Annotated[units.UsdPerYear, _reads(units.UsdPerYear)]
PerKw = Annotated[units.UsdPerKw, _reads(units.UsdPerKw)]
PerKwh = Annotated[units.UsdPerKwh, _reads(units.UsdPerKwh)]
SignedPerKwh = Annotated[units.UsdPerKwh, _reads(units.UsdPerKwh, low=-100.0, high=100.0)]
PerKwDay = Annotated[units.UsdPerKwDay, _reads(units.UsdPerKwDay)]
PerKwMonth = Annotated[units.UsdPerKwMonth, _reads(units.UsdPerKwMonth)]
PerKwYear = Annotated[units.UsdPerKwYear, _reads(units.UsdPerKwYear)]
PerAccelerator = Annotated[units.UsdPerAccelerator, _reads(units.UsdPerAccelerator)]
PerAcceleratorHour = Annotated[units.UsdPerAcceleratorHour, _reads(units.UsdPerAcceleratorHour)]

Power = Annotated[units.Kw, _reads(units.Kw)]
Milestone = Annotated[units.Kw, _reads(units.Kw, fixed=True)]
PositivePower = Annotated[units.Kw, _reads(units.Kw, low_open=True)]
PowerPerAccelerator = Annotated[units.KwPerAccelerator, _reads(units.KwPerAccelerator)]
RampRate = Annotated[units.KwPerHour, _reads(units.KwPerHour, low_open=True)]
Apparent = Annotated[units.Kva, _reads(units.Kva, low_open=True)]
Energy = Annotated[units.Kwh, _reads(units.Kwh, low_open=True)]
Carbon = Annotated[units.KgPerKwh, _reads(units.KgPerKwh)]
PerKelvin = Annotated[units.PerKelvin, _reads(units.PerKelvin)]
PerMetre = Annotated[units.PerMetre, _reads(units.PerMetre)]
Voltage = Annotated[units.Kilovolt, _reads(units.Kilovolt, low_open=True)]
Temperature = Annotated[units.Celsius, _reads(units.Celsius, low=-60.0, high=200.0)]
DewPoint = Annotated[units.Celsius, _reads(units.Celsius, low=-60.0, high=60.0)]
Difference = Annotated[units.Kelvin, _reads(units.Kelvin)]
PositiveDifference = Annotated[units.Kelvin, _reads(units.Kelvin, low_open=True)]
Pressure = Annotated[units.Pascal, _reads(units.Pascal)]
Mass = Annotated[units.Kilogram, _reads(units.Kilogram, low_open=True)]
FloorLoad = Annotated[units.KgPerM2, _reads(units.KgPerM2, low_open=True)]
Area = Annotated[units.SquareMetre, _reads(units.SquareMetre, low_open=True)]
WaterPerKw = Annotated[units.LitrePerKw, _reads(units.LitrePerKw)]
WaterPerKwh = Annotated[units.LitrePerKwh, _reads(units.LitrePerKwh)]
Computing = Annotated[units.Tflops, _reads(units.Tflops, low_open=True)]
Bandwidth = Annotated[units.Gbps, _reads(units.Gbps, low_open=True)]
TokenSpeed = Annotated[units.TokenPerSecond, _reads(units.TokenPerSecond, low_open=True)]
