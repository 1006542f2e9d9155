"""The result of one underwriting, as data: metrics, returns, debt, verdict, every monthly series, the facts used.

A result asks nothing itself. What is asked of it (``cf.explain``, ``cf.sensitivities``, the pages, the studies) reads
its ``workings``; a result that was stored and read again has none.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import ComputeFactoryError
from computefactory.finance.cases import HEAD, RETURN_CASES
from computefactory.metrics import DEFINITIONS, METRICS, RETURNS, Definition, Metric
from computefactory.qualification import Verdict
from computefactory.qualification import as_dict as verdict_as_dict
from computefactory.qualification.verdict import verdict_of
from computefactory.schema.plausible import implausible_results
from computefactory.summary import binding_constraint, debt, sources_and_uses
from computefactory.underwriting import Evaluation, Series, Underwritten, series_of
from computefactory.workings import Run, Workings

if TYPE_CHECKING:
    from computefactory.schema import Factory

__all__ = ["Result", "Workings", "result_of"]


@dataclass(frozen=True)
class Result(Underwritten):
    """One factory underwritten.

    Attributes:
        name: of the factory.
        file_hash: digest of the file's bytes.
        library_hash: digest of all layers of facts.
        overrides: what was set over the file, by path.
        metrics: every named metric; returns are those of the contract-only case.
        returns: the return metrics of the three cases.
        sources_and_uses: money to full operation; both sides add up to the same.
        debt: what was sized, by which limit, and every limit's own value; the total, the first tranche, and each.
        qualification: the four specifications and the verdict.
        binding_constraint: utilisation of each limit of the plant and of the book; the largest binds, then comes the
            next.
        facts: library rows that were looked up.
        warnings: what a lender would ask.
        months: the calendar, ``YYYY-MM``.
        series: case -> line, or ``line[item]`` -> one number a month.
        workings: the inputs, steps and runs behind it; none after it was stored.
    """

    of: ClassVar[str] = "factory"
    name: str
    file_hash: str
    library_hash: str
    overrides: Mapping[str, str]
    metrics: Mapping[str, Metric]
    returns: Mapping[str, Mapping[str, Metric]]
    sources_and_uses: Mapping[str, Mapping[str, float]] = field(repr=False)
    debt: Mapping[str, Any] = field(repr=False)
    qualification: Verdict = field(repr=False)
    binding_constraint: Mapping[str, Any] = field(repr=False)
    facts: tuple[Mapping[str, Any], ...] = field(repr=False)
    warnings: tuple[str, ...]
    months: tuple[str, ...] = field(repr=False)
    series: Mapping[str, Series] = field(repr=False)
    workings: Workings | None = field(default=None, repr=False, compare=False)

    def metric(self, name: str, case: str = HEAD) -> Metric:
        """One metric by name; a return metric in the given case.

        Raises:
            KeyError: no metric or case has that name.
        """
        known = self.returns.get(case, {}) if name in self.returns[HEAD] else self.metrics
        return known[name] if name in known else self._worked.metric(name, case)

    @property
    def head(self) -> str:
        """The case that the metrics are of."""
        return HEAD

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """What each of its metrics is."""
        return DEFINITIONS

    def run_with(self, name: str, run: Evaluation) -> Evaluation | None:
        """The run whose ledger has a name; of the valuation's own lines the valuation, evaluated when asked for."""
        from computefactory.valuation.lines import LINES

        found = super().run_with(name, run)
        return self.runs["valuation"] if found is None and name in {item.name for item in LINES} else found

    def rows(self, case: str) -> Series:
        """Every monthly line of a case by ``line`` or ``line[item]``."""
        return self.series[case]

    @property
    def factory(self) -> Factory:
        """Its inputs."""
        return self._worked.factory

    @property
    def known(self) -> Mapping[str, Any]:
        """Results of the steps, by name."""
        return self._worked.known

    @property
    def runs(self) -> Mapping[str, Run]:
        """The ledger by case."""
        return self._worked.runs

    @property
    def sized(self) -> Run | None:
        """The run that sized the debt."""
        return self._worked.sized

    @property
    def sized_before_overrides(self) -> bool:
        """Whether the debt is that of the file without the overrides."""
        return self._worked.sized_before_overrides

    @property
    def _worked(self) -> Workings:
        if self.workings is None:
            raise ComputeFactoryError(f"a stored result of {self.name} holds its numbers alone: run the file again")
        return self.workings

    def __reduce__(self) -> tuple[Any, ...]:
        """What is stored: all but the workings, the series packed (most of them are mostly nothing)."""
        data = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "workings"}
        packed = {case: (tuple(rows), _packed(rows.values())) for case, rows in self.series.items()}
        return _restored, ({**data, "series": packed},)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: only finite numbers or null."""
        return {
            "kind": "result",
            "version": 1,
            "of": self.of,
            "engine": self.engine,
            "factory": self.name,
            "metrics": {name: metric.as_dict() for name, metric in self.metrics.items()},
            "returns": {
                case: {name: metric.as_dict() for name, metric in metrics.items()}
                for case, metrics in self.returns.items()
            },
            "sources_and_uses": {side: dict(sums) for side, sums in self.sources_and_uses.items()},
            "debt": dict(self.debt),
            "qualification": verdict_as_dict(self.qualification),
            "binding_constraint": dict(self.binding_constraint),
            "facts": [dict(fact) for fact in self.facts],
            "warnings": list(self.warnings),
        }


def result_of(work: Workings, warnings: tuple[str, ...]) -> Result:
    """The result of an evaluation."""
    factory = work.factory
    metrics = {item.name: work.metric(item.name) for item in (*METRICS, *RETURNS)}
    return Result(
        name=factory.name,
        file_hash=factory.file_hash,
        library_hash=factory.library_hash,
        overrides=dict(factory.overrides),
        metrics=metrics,
        returns={
            case: {item.name: metrics[item.name] if case == HEAD else work.metric(item.name, case) for item in RETURNS}
            for case in (HEAD, *(case for case in RETURN_CASES if case != HEAD))
        },
        sources_and_uses=sources_and_uses(work),
        debt=debt(work),
        qualification=verdict_of(work),
        binding_constraint=binding_constraint(work, metrics),
        facts=tuple(factory.facts_used()),
        warnings=(*warnings, *implausible_results(factory.library, metrics)),
        months=tuple(factory.timeline.names),
        series={case: series_of(run) for case, run in work.runs.items()},
        workings=work,
    )


def _packed(rows: Iterable[NDArray[np.float64]]) -> bytes:
    return zlib.compress(np.stack([*rows]).tobytes())


def _restored(data: dict[str, Any]) -> Result:
    """A stored result."""
    months = len(data["months"])
    series = {
        case: dict(zip(names, np.frombuffer(zlib.decompress(packed)).reshape(-1, months), strict=True))
        for case, (names, packed) in data["series"].items()
    }
    return Result(**{**data, "series": series})
