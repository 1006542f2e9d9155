"""What results have in common: those of factories and of companies are asked, shown and saved alike."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack
from errno import EEXIST
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import OutputError
from computefactory.published import published
from computefactory.received import why

if TYPE_CHECKING:
    import pandas as pd

    from computefactory.ledger import Ledger
    from computefactory.metrics import Definition, Metric
    from computefactory.schema.subject import Subject
    from computefactory.timeline import Timeline

__all__ = ["Evaluation", "Series", "Underwritten", "series_of"]

Series = Mapping[str, NDArray[np.float64]]


class Evaluation(Protocol):
    """One evaluation of a ledger: its subject and steps, what went in and every line that came out."""

    @property
    def case(self) -> str:
        """What it is called."""

    @property
    def factory(self) -> Subject:
        """What was underwritten: a factory, or a company."""

    @property
    def known(self) -> Mapping[str, Any]:
        """Results of steps, by name."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Every given."""

    @property
    def lines(self) -> Mapping[str, Any]:
        """Every line."""

    @property
    def ledger(self) -> Ledger:
        """The lines as they are written."""

    @property
    def timeline(self) -> Timeline:
        """The calendar."""


class Underwritten(ABC):
    """One file underwritten, as data; what it was worked out from stands in its runs."""

    of: ClassVar[str]  # the kind of file
    name: str
    metrics: Mapping[str, Metric]
    months: tuple[str, ...]
    library_hash: str
    file_hash: str
    overrides: Mapping[str, str]

    @property
    @abstractmethod
    def head(self) -> str:
        """The case that the metrics are of."""

    @property
    @abstractmethod
    def factory(self) -> Subject:
        """What was underwritten: a factory, or a company."""

    @property
    @abstractmethod
    def runs(self) -> Mapping[str, Evaluation]:
        """The ledger by case."""

    @property
    @abstractmethod
    def definitions(self) -> Mapping[str, Definition]:
        """What each of its metrics is."""

    @property
    def sized(self) -> Evaluation | None:
        """The run that sized the debt, where one did."""
        return None

    def run_with(self, name: str, run: Evaluation) -> Evaluation | None:
        """The run whose ledger has a name: the one asked for, the one that sized the debt, or another."""
        every = (run, *filter(None, [self.sized]), *self.runs.values())
        return next((each for each in every if name in each.ledger.lines or name in each.ledger.givens), None)

    @property
    def stamp(self) -> str:
        """What stands on every page of it; mostly nothing."""
        return ""

    def crossed(self, source: str, item: str) -> tuple[Underwritten, tuple[str, ...]] | None:  # noqa: ARG002
        """The result of a file inside that a given of an item is taken from, and its lines there; mostly none."""
        return None

    @abstractmethod
    def metric(self, name: str, case: str) -> Metric:
        """One metric by name, in a case."""

    @abstractmethod
    def rows(self, case: str) -> Series:
        """Every monthly line of a case by ``line`` or ``line[item]``."""

    @property
    def engine(self) -> dict[str, Any]:
        """What made it, as JSON says it: version, digests of facts and file, what was set over the file."""
        from computefactory import __version__

        return {
            "version": __version__,
            "library_hash": self.library_hash,
            "file_hash": self.file_hash,
            "overrides": dict(self.overrides),
        }

    @abstractmethod
    def as_dict(self) -> dict[str, Any]:
        """The JSON object: only finite numbers or null."""

    @property
    def monthly(self) -> pd.DataFrame:
        """Every monthly line of the head case: a column a line, items as ``line[item]``; index ``YYYY-MM``."""
        return self.frame(self.head)

    def frame(self, case: str) -> pd.DataFrame:
        """Every monthly line of a case as a pandas frame."""
        import pandas as pd

        return pd.DataFrame(dict(self.rows(case)), index=pd.Index(self.months, name="month"))

    def items(self, axis: str) -> list[str]:
        """The names on an item axis of the ledger, such as ``contract``, ``asset`` or ``block``."""
        return self.factory.items_of(axis)

    def save(self, folder: Path | str) -> list[Path]:
        """Write ``result.json``, ``monthly.parquet`` and ``monthly.csv``: all of them, or none.

        Raises:
            OutputError: the folder cannot be written.
        """
        target = Path(folder)
        names = ("result.json", "monthly.parquet", "monthly.csv")
        try:
            if target.exists() and not target.is_dir():
                raise FileExistsError(EEXIST, "a file is in the way", str(target))
            target.mkdir(parents=True, exist_ok=True)
            with ExitStack() as drafts:
                text, columns, rows = (drafts.enter_context(published(target / name)) for name in names)
                text.write_text(json.dumps(self.as_dict(), indent=2, allow_nan=False) + "\n", encoding="utf-8")
                frame = self.monthly
                frame.to_parquet(columns)
                frame.to_csv(rows)
        except OSError as error:
            raise OutputError(f"cannot write to {target}: {why(error)}") from error
        return [target / name for name in names]


def series_of(run: Evaluation) -> dict[str, NDArray[np.float64]]:
    """Every monthly line of a run; a frozen schedule stands beside the lines."""
    ledger = run.ledger
    planned = sorted(run.lines.keys() - ledger.lines.keys())
    found: dict[str, NDArray[np.float64]] = {}
    for name in (*planned, *ledger.lines):
        line = ledger.lines.get(name) or ledger.givens[name]
        if line.timed and line.per is None:
            found[name] = np.asarray(run.lines[name])
        elif line.timed:
            # a supply that no load of the factory's own asks for has no rows
            rows = zip(run.factory.items_of(line.per or ""), np.asarray(run.lines[name]), strict=False)
            found.update({f"{name}[{item}]": row for item, row in rows})
    return found
