"""Every error the package raises on purpose.

::

    ComputeFactoryError
    ├── FactoryFileError (ValueError)    one or more problems in a file, all at once
    ├── UnitError (ValueError)           a quantity that cannot be read
    ├── FactNotFound (LookupError)       the reference library has no such row
    ├── LibraryError (ValueError)        a library table that is malformed
    ├── LedgerError (TypeError)          a line that does not fit the others (raised at import or build, never by data)
    │   ├── CircularLine
    │   └── DimensionMismatch
    ├── NoSolution (ArithmeticError)     what was asked for does not exist
    └── OutputError (OSError)            a place that cannot be written

A problem with the user's input is a :class:`Problem`: where it stands, what was given, what is allowed and a hint.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

__all__ = [
    "CircularLine",
    "ComputeFactoryError",
    "DimensionMismatch",
    "FactNotFound",
    "FactoryFileError",
    "LedgerError",
    "LibraryError",
    "NoSolution",
    "OutputError",
    "Problem",
    "UnitError",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the input, in the words of the person who wrote it.

    ``code`` is a stable slug (``missing``, ``unknown_field``, ``wrong_dimension`` …); ``file``, ``line`` and ``column``
    (1-based) are None where the problem has no place in a file; ``path`` is dotted (``offtake.microsoft.price``).
    """

    code: str
    path: str
    given: str
    expected: str
    hint: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None

    def as_dict(self) -> dict[str, str | int | None]:
        """The JSON object of ``{"errors": [...]}``."""
        return asdict(self)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        subject = f"{self.path}: " if self.path else ""
        text = f"{place + ': ' if place else ''}{subject}{self.given}; expected {self.expected}"
        return f"{text}. {self.hint}" if self.hint else text


class ComputeFactoryError(Exception):
    """Base of all errors raised on purpose."""


class FactoryFileError(ComputeFactoryError, ValueError):
    """The input is wrong; ``problems`` lists everything found, in file order; of many, in ``scenario``."""

    def __init__(self, problems: Iterable[Problem], scenario: int | None = None) -> None:
        self.scenario = scenario
        self.problems = sorted(problems, key=lambda p: (p.file or "", p.line or 0, p.column or 0, p.path))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnitError(ComputeFactoryError, ValueError):
    """Text that is not a quantity of the expected dimension; carries what to tell the user."""

    def __init__(self, given: str, expected: str, hint: str = "", code: str = "wrong_unit") -> None:
        self.given, self.expected, self.hint, self.code = given, expected, hint, code
        super().__init__(f"{given}; expected {expected}" + (f". {hint}" if hint else ""))


class FactNotFound(ComputeFactoryError, LookupError):
    """The library (all layers) has no row ``table, key, field``; ``nearest`` lists close names.

    ``later`` says when a row that is not read yet was public.
    """

    def __init__(self, table: str, key: str, field: str, nearest: Iterable[str] = (), later: str = "") -> None:
        self.table, self.key, self.field, self.nearest, self.later = table, key, field, list(nearest), later
        hint = f"; did you mean {', '.join(self.nearest)}?" if self.nearest else ""
        hint = f": {later}" if later else hint
        super().__init__(f"the library has no row {table}/{key}/{field}{hint}")


class LibraryError(ComputeFactoryError, ValueError):
    """Facts that cannot be read; ``problems`` name file, line and column of each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def at(cls, file: object, line: int | None, column: str, given: str, expected: str) -> LibraryError:
        """One problem; without a column it is of the whole line, without a line of the file."""
        path = f"column {column}" if column else ""
        return cls([Problem("library_row", path, given or "nothing", expected, file=str(file), line=line)])


class LedgerError(ComputeFactoryError, TypeError):
    """A ledger line that does not fit: unknown name, wrong axis, misused verb."""


class CircularLine(LedgerError):
    """Lines that need each other within one month or through a whole-life sum; the message spells the path."""


class DimensionMismatch(LedgerError):
    """A formula whose unit is not the declared one."""


class NoSolution(ComputeFactoryError, ArithmeticError):
    """What was asked for does not exist; says why."""


class OutputError(ComputeFactoryError, OSError):
    """The place given with ``-o`` cannot be written."""
