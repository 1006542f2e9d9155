"""Many scenarios of one factory at once: a scenario axis through the same steps and lines, the debt as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from computefactory import model, steps
from computefactory.errors import FactoryFileError, Problem
from computefactory.metrics import Definition, definition_of, existing, lines_beside
from computefactory.result import Result
from computefactory.schema import Factory
from computefactory.schema.resolve_valuation import Question, valued
from computefactory.timeline import MONTHS_PER_YEAR

__all__ = ["equity_returns", "many", "metric_many", "run_many"]


def run_many(
    source: str | Path | Factory,
    scenarios: Mapping[str, Sequence[float] | NDArray[np.float64]],
    *,
    keep: Sequence[str] = ("equity_irr", "project_irr", "npv_usd", "min_dscr"),
    case: str = model.HEAD,
    library: Sequence[Path | str] = (),
    threads: int | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Underwrite a factory in many scenarios, debt frozen as the base case sized it.

    Args:
        scenarios: dotted path of the file -> one value a scenario, in the canonical unit of the field.
        keep: what to return, each with a leading scenario axis: ledger lines of ``case``, or metrics, each in its own
            unit and from its own run (unit cost, valuation at full operation); nan where one does not exist.

    Returns:
        name -> array of shape (scenario,), (scenario, month) or (scenario, item, month).

    Raises:
        FactoryFileError: a path that does not exist, values out of range, lengths that differ.
    """
    columns = {path: np.asarray(values, dtype=float) for path, values in scenarios.items()}
    lengths = {column.shape for column in columns.values()}
    if len(lengths) != 1 or len(next(iter(lengths))) != 1:
        given, expected = f"shapes {sorted(lengths)}", "one list of equal length for each path"
        raise FactoryFileError([Problem("scenario_lengths", ", ".join(columns), given, expected)])
    base = source if isinstance(source, Factory) else model.load(source, library=library)
    varied = model.load(base.document, overrides=columns, library=library)
    frozen, known = model.frozen_of(base, model.run_steps(base)), model.run_steps(varied)
    n, ledger = lengths.pop()[0], model.ledger_for(model.choices_of(varied, "frozen"))
    metrics = {name: item for name in keep if name not in ledger.lines and (item := definition_of(name))}
    lines = [name for name in keep if name not in metrics]
    found = many(varied, known, frozen, case, n, lines, threads) if lines else {}
    found |= _metrics(varied, known, frozen, tuple(metrics.values()), case, n, threads)
    return {name: found[name] for name in keep}


def metric_many(
    base: Factory,
    scenarios: Mapping[str, NDArray[np.float64]],
    definition: Definition,
    case: str,
    *,
    library: Sequence[Path | str] = (),
    resize: bool = False,
) -> NDArray[np.float64]:
    """One metric in many scenarios, nan where it does not exist.

    The debt stays as ``base`` sizes it, or is sized in each with ``resize``.
    """
    n = len(next(iter(scenarios.values())))
    varied = model.load(base.document, overrides=scenarios, library=library)
    known = model.run_steps(varied, limits=False)
    frozen = None if resize and base.finance.debt else model.frozen_of(base, model.run_steps(base))
    return _metrics(varied, known, frozen, (definition,), case, n)[definition.name]


def _metrics(
    varied: Factory,
    known: model.Values,
    frozen: model.Values | None,
    definitions: Sequence[Definition],
    case: str,
    n: int,
    threads: int | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Metrics of ``n`` scenarios, each in its own unit and from its own run; nan where one does not exist."""
    found: dict[str, NDArray[np.float64]] = {}
    of_run: dict[str, list[Definition]] = {}
    for definition in definitions:
        if definition.source in ("step", "input"):
            value = known[definition.key] if definition.source == "step" else definition.read(varied)
            value = value.stack() if isinstance(value, steps.Varying) else np.broadcast_to(value, n)
            found[definition.name] = np.asarray(value * definition.scale, dtype=float)
        elif frozen and definition.key in frozen:
            found[definition.name] = np.full(n, float(frozen[definition.key]) * definition.scale)
        else:
            of_run.setdefault(case if definition.source == "case" else definition.source, []).append(definition)
    for run_of, members in of_run.items():
        keep = list(dict.fromkeys(name for item in members for name in (item.key, *lines_beside(item))))
        lines = many(varied, known, frozen, run_of, n, keep, threads)
        found |= {item.name: np.asarray(existing(item, lines)) for item in members}
    return found


def equity_returns(varied: Factory, result: Result, n: int) -> NDArray[np.float64]:
    """Equity IRR of ``n`` variations, contract only, debt as ``result`` sized it; limits of the plant are set aside.

    The supply keeps its plan, hour by hour: what a new plan would save on top is of second order.
    """
    known = model.run_steps(varied, limits=False, held={"supply_plan": result.known["supply_plan"]})
    last = np.flatnonzero(result.runs[model.HEAD].lines["equity_flow"])[-1:].sum()
    end = int(last // MONTHS_PER_YEAR + 3) * MONTHS_PER_YEAR  # what is left to pay after the exit falls before it
    frozen = model.freeze(result.runs[model.HEAD])
    return many(varied, known, frozen, model.HEAD, n, ["equity_irr"], end=end)["equity_irr"]


def many(
    varied: Factory,
    known: model.Values,
    frozen: model.Values | None,
    case: str,
    n: int,
    keep: Sequence[str],
    threads: int | None = None,
    end: int | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Lines of ``n`` variations in a case, or of the valuation; the debt is sized in each where ``frozen`` is None."""
    choices = model.choices_of(varied, "sized" if frozen is None else "frozen")
    ledger = model.whole_ledger(choices) if case == model.VALUATION else model.ledger_for(choices)
    if case == model.VALUATION:
        varied, case = varied if varied.valuation else valued(varied, Question()), model.VALUED
    inputs = model.inputs_for(ledger, model.namespace(varied, known, case, frozen, n))
    inputs = {name: value[..., :end] if ledger.givens[name].series else value for name, value in inputs.items()}
    return ledger.run_many(inputs, n, keep=list(keep), threads=threads)
