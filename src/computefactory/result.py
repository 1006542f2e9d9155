"""The result of one underwriting: metrics, returns, debt, verdict, every series, and where each number comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from errno import EISDIR
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.errors import OutputError
from computefactory.finance.cases import RETURN_CASES
from computefactory.metrics import METRICS, RETURNS, Metric, definition_of, measure
from computefactory.qualification import Verdict
from computefactory.qualification import as_dict as verdict_as_dict
from computefactory.timeline import MONTHS_PER_YEAR
from computefactory.verdict import verdict_of

if TYPE_CHECKING:
    import pandas as pd

    from computefactory.explain import Node
    from computefactory.ledger import Given, Line
    from computefactory.model import Run
    from computefactory.schema import Factory
    from computefactory.sensitivity import Swing

__all__ = ["Result"]

HEAD = "contract_only"


@dataclass(frozen=True)
class Result:
    """One factory underwritten: results of the steps in ``known``, the ledger by case in ``runs``, the sizing run."""

    factory: Factory
    known: Mapping[str, Any]
    runs: Mapping[str, Run]
    sized: Run | None
    warnings: tuple[str, ...] = ()
    sized_before_overrides: bool = False

    @property
    def periods_per_year(self) -> float:
        """Twelve for months."""
        return MONTHS_PER_YEAR / self.factory.timeline.step

    def metric(self, name: str, case: str = HEAD) -> Metric:
        """One metric by name; a return metric in the given case.

        Raises:
            KeyError: no metric has that name.
        """
        definition = definition_of(name)
        if definition is None:
            raise KeyError(name)
        run = self.runs[{"case": case, "step": HEAD, "input": HEAD}.get(definition.source, definition.source)]
        if definition.source == "step":
            value = self.known[definition.key]
        else:
            value = definition.read(self.factory) if definition.source == "input" else run.lines[definition.key]
        return measure(definition, value, run.lines, self.periods_per_year)

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Every named metric; returns are those of the contract-only case."""
        return {item.name: self.metric(item.name) for item in (*METRICS, *RETURNS)}

    @cached_property
    def returns(self) -> dict[str, dict[str, Metric]]:
        """The return metrics of the three cases."""
        others = [case for case in RETURN_CASES if case != HEAD]
        found = {HEAD: {item.name: self.metrics[item.name] for item in RETURNS}}
        return found | {case: {item.name: self.metric(item.name, case) for item in RETURNS} for case in others}

    @cached_property
    def qualification(self) -> Verdict:
        """The four specifications and the verdict."""
        return verdict_of(self)

    @cached_property
    def debt(self) -> dict[str, Any]:
        """What was sized, by which limit, and every limit's own value; the total, the first tranche, and each."""
        from computefactory.report.loans import debt

        return debt(self)

    @cached_property
    def sources_and_uses(self) -> dict[str, dict[str, float]]:
        """Money to full operation; both sides add up to the same.

        Equity is what owners have left in: what a later closing of the debt pays back to them is taken off.
        """
        lines = self.runs[HEAD].lines
        building = lines["building"] > 0
        assets = {
            item.name: float(row[building].sum())
            for item, row in zip(self.factory.finance.assets, lines["a_capex"], strict=True)
        }
        early = float(lines["early_distribution"].sum())
        equity = float(lines["source_equity"].sum())
        uses = {
            **{name: value for name, value in assets.items() if value},
            "interest": float(lines["used_interest"].sum()),
            "principal": float(lines["used_repayment"].sum()),
            "fees": float(lines["used_fees"].sum()),
            "reserve": float(lines["used_reserve"].sum()),
            "distribution at close": max(early - equity, 0.0),
            "cash left": float(lines["cash_at_conversion"].sum()),
        }
        sources = {
            "customer prepayments": float(lines["source_prepayment"].sum()),
            "early operations": float(lines["source_operations"].sum()),
            "debt": float(lines["source_debt"].sum()),
            "preferred equity": float(lines["source_preferred"].sum()),
            "equity": max(equity - early, 0.0),
        }
        sources = {name: value for name, value in sources.items() if value or name != "preferred equity"}
        return {"sources": sources, "uses": {name: value for name, value in uses.items() if value}}

    @cached_property
    def binding_constraint(self) -> dict[str, Any]:
        """Utilisation of each limit of the plant and of the book; the largest binds, then comes the next."""
        sold = self.metrics["accelerators_sold"].value or 0.0
        active = self.metrics["accelerators_active"].value or 0.0
        utilisation = {**self.known["limits"].utilisation, **({"offtake": sold / active} if active else {})}
        available = float(self.factory.finance.capital.available)
        if available == available:  # noqa: PLR0124  # nan: none is stated
            utilisation["capital"] = (self.metrics["funded_cost_usd"].value or 0.0) / available
        first, *rest = sorted(utilisation, key=utilisation.__getitem__, reverse=True)
        return {"binding": first, "next": rest[0] if rest else None, "utilisation": utilisation}

    @cached_property
    def sensitivities(self) -> tuple[Swing, ...]:
        """Inputs by the largest change of equity IRR over their range, debt frozen."""
        from computefactory.sensitivity import swings

        return swings(self)

    @property
    def monthly(self) -> pd.DataFrame:
        """Every monthly line of the contract-only case: a column a line, items as ``line[item]``; index ``YYYY-MM``."""
        return self.frame(HEAD)

    def frame(self, case: str) -> pd.DataFrame:
        """Every monthly line of a case as a pandas frame."""
        import pandas as pd

        run = self.runs[case]
        planned = sorted(run.lines.keys() - run.ledger.lines.keys())  # the frozen schedule stands beside the lines
        series: list[tuple[str, Given | Line]] = [(name, run.ledger.givens[name]) for name in planned]
        columns: dict[str, Any] = {}
        for name, line in (*series, *run.ledger.lines.items()):
            value = np.asarray(run.lines[name])
            if not line.timed:
                continue
            if line.per is None:
                columns[name] = value
            else:
                columns.update({f"{name}[{item}]": row for item, row in zip(self.items(line.per), value, strict=True)})
        return pd.DataFrame(columns, index=pd.Index(self.factory.timeline.names, name="month"))

    def items(self, axis: str) -> list[str]:
        """The names on an item axis of the ledger, such as ``contract``, ``asset`` or ``tranche``."""
        return items_of(self.factory, axis)

    def explain(self, name: str, month: str | None = None, case: str = HEAD, item: str | None = None) -> Node:
        """The tree of one number, by its name, path or formula, down to file lines and library rows."""
        from computefactory.explain import explain

        return explain(self, name, month, case, item)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: only finite numbers or null."""
        from computefactory import __version__

        factory = self.factory
        return {
            "kind": "result",
            "version": 1,
            "engine": {
                "version": __version__,
                "library_hash": factory.library_hash,
                "file_hash": factory.file_hash,
                "overrides": dict(factory.overrides),
            },
            "factory": factory.name,
            "metrics": {name: metric.as_dict() for name, metric in self.metrics.items()},
            "returns": {
                case: {name: metric.as_dict() for name, metric in metrics.items()}
                for case, metrics in self.returns.items()
            },
            "sources_and_uses": self.sources_and_uses,
            "debt": self.debt,
            "qualification": verdict_as_dict(self.qualification),
            "binding_constraint": self.binding_constraint,
            "facts": factory.facts_used(),
            "warnings": list(self.warnings),
        }

    def save(self, folder: Path | str) -> list[Path]:
        """Write ``result.json``, ``monthly.parquet`` and ``monthly.csv``: all of them, or none.

        Raises:
            OutputError: the folder cannot be written.
        """
        target = Path(folder)
        names = ("result.json", "monthly.parquet", "monthly.csv")
        partial = [target / f".{name}.partial" for name in names]
        try:
            target.mkdir(parents=True, exist_ok=True)
            for name in names:
                if (target / name).is_dir():
                    raise IsADirectoryError(EISDIR, "a folder is in the way", name)
            try:
                partial[0].write_text(json.dumps(self.as_dict(), indent=2, allow_nan=False) + "\n", encoding="utf-8")
                frame = self.monthly
                frame.to_parquet(partial[1])
                frame.to_csv(partial[2])
                for source, name in zip(partial, names, strict=True):
                    source.replace(target / name)
            finally:
                for leftover in partial:
                    leftover.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write to {target}: {error.strerror or error}") from error
        return [target / name for name in names]


def items_of(factory: Factory, axis: str) -> list[str]:
    """The names on an item axis of the ledger of a factory."""
    return [item.name for item in records_of(factory, axis)]


def records_of(factory: Factory, axis: str) -> tuple[Any, ...]:
    """The records on an item axis of the ledger of a factory."""
    book = factory.offtake
    axes: dict[str, tuple[Any, ...]] = {
        "contract": book.contracts,
        "lease": book.leases,
        "asset": factory.finance.assets,
        "supply": factory.plant.sources,
        "tranche": factory.finance.tranches,
        "tax_class": factory.finance.tax_classes,
        "view": factory.finance.views,
        "jurisdiction": factory.finance.jurisdictions,
        "holder": factory.valuation.holders if factory.valuation else (),
        "estimate": factory.valuation.estimates if factory.valuation else (),
    }
    return axes[axis]
