"""The chain, end to end: a factory file in, an underwriting out. The file to read first.

    file + library --schema--> inputs --plant, cases--> steps --ledger--> lines --> metrics, verdict

``run`` underwrites once; ``run_many`` does the same over a scenario axis with the debt frozen as the base case sized
it. Both go through the same steps and the same lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory import finance, offtake, plant, schema, steps
from computefactory.finance import cases
from computefactory.finance.inputs import Debt
from computefactory.ledger import Given, Ledger
from computefactory.library import Library
from computefactory.schema import Document, Factory

__all__ = ["Run", "choices_of", "evaluate", "freeze", "gather", "ledger_for", "load", "namespace", "run_steps"]

Values = dict[str, Any]
Choices = tuple[tuple[str, str], ...]
LINES = (*plant.LINES, *offtake.LINES, *finance.LINES)
NO_DEBT = Debt("none", "nothing", 0.0, 0.0, 0.0, 1.0, float("nan"), float("nan"), 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation of the ledger: what went in and every line that came out."""

    case: str
    ledger: Ledger
    inputs: Values
    lines: Values


def load(
    source: str | Path | Document, *, overrides: Mapping[str, Any] | None = None, library: Sequence[Path | str] = ()
) -> Factory:
    """A factory file (path or shipped name), checked and resolved with the library.

    Raises:
        FactoryFileError: every problem found, at once.
    """
    document = source if isinstance(source, Document) else schema.load(source, overrides=overrides or {})
    return schema.resolve(document, Library.load([Path(layer) for layer in library]))


@cache
def ledger_for(choices: Choices) -> Ledger:
    """The ledger of one set of conventions: they select lines, once."""
    return Ledger(LINES, choices=dict(choices))


def choices_of(factory: Factory, debt: str) -> Choices:
    """The conventions of a factory; ``debt`` is ``sized`` or ``frozen``."""
    terms = factory.finance.debt or NO_DEBT
    chosen = {
        "debt": debt,
        "losses": factory.finance.choices.losses,
        "draw_order": factory.finance.choices.draw_order,
        "sizing_tax": factory.finance.choices.sizing_tax,
        "ltv": "none" if np.all(np.isnan(terms.max_ltv)) else "limited",
        "gearing": "none" if np.all(np.isnan(terms.max_gearing)) else "limited",
    }
    return tuple(sorted(chosen.items()))


def run_steps(factory: Factory) -> Values:
    """Physics and dates: every step's result by name."""
    book, money = factory.offtake, factory.finance
    site = factory.plant
    inputs = {
        "timeline": factory.timeline,
        "site": site.site,
        "interconnection": site.interconnection,
        "phases": site.phases,
        "supply": site.supply,
        "silicon": site.silicon,
        "halls": site.halls,
        "cooling": site.cooling,
        "electrical": site.electrical,
        "network": site.network,
        "reliability": site.reliability,
        "contract_ends": tuple(item.start + item.tenor for item in (*book.contracts, *book.leases)),
        "leased_power": sum((lease.power for lease in book.leases), 0.0),
        "full_operation": money.full_operation,
        "economic_life": money.economic_life,
        "refresh": money.refresh,
        "values": money.values,
        "capital": money.capital,
        "operations": money.operations,
        "owns_building": 1.0 - (np.asarray(money.operations.lease_rent) > 0),
    }
    return steps.run((*plant.STEPS, *cases.STEPS), {name: steps.vary(value) for name, value in inputs.items()})


def namespace(factory: Factory, known: Values, case: str, frozen: Values | None) -> Values:
    """What the sources of givens (``finance.debt.rate``) are looked up in."""
    return {
        "timeline": factory.timeline,
        "plant": factory.plant,
        "offtake": factory.offtake,
        "finance": factory.finance,
        "debt": factory.finance.debt or NO_DEBT,
        "steps": known,
        "case": known[case],
        "views": finance.VIEWS,
        "frozen": frozen or {},
    }


def gather(given: Given, space: Values) -> Any:
    """The value of a given, in the ledger's shape, with a leading scenario axis where it varies."""
    root, *path = given.source.split(".")
    value = space[root]
    for attribute in path:
        value = _attribute(value, attribute)
    if isinstance(value, steps.Varying):
        return value.stack()
    if given.per is None:
        return np.asarray(value, dtype=float) if given.series or given.table else value
    if not value:
        return np.zeros((0, *([1] if given.series or given.table else [])))
    return _stack(value, ragged=given.table)


def _attribute(value: Any, name: str) -> Any:
    if isinstance(value, steps.Varying):
        return value.get(name)
    if isinstance(value, tuple):
        return tuple(getattr(item, name) for item in value)
    if isinstance(value, dict):
        return value[name]
    return getattr(value, name)


def _stack(values: tuple[Any, ...], *, ragged: bool) -> NDArray[np.float64]:
    """Items on their own axis: (item, ...), or (scenario, item) where an item's number is an array of scenarios."""
    if ragged:
        longest = max(len(value) for value in values)
        return np.array([(*value, *(0.0,) * (longest - len(value))) for value in values], dtype=float)
    if any(isinstance(value, np.ndarray) for value in values):
        return np.stack(np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values)), axis=-1)
    return np.array(values, dtype=float)


def inputs_for(ledger: Ledger, space: Values) -> Values:
    """Every given of the ledger."""
    return {name: gather(given, space) for name, given in ledger.givens.items()}


def evaluate(factory: Factory, known: Values, case: str, frozen: Values | None) -> Run:
    """One case: the debt is sized where ``frozen`` is None, else taken as it stands."""
    ledger = ledger_for(choices_of(factory, "sized" if frozen is None else "frozen"))
    inputs = inputs_for(ledger, namespace(factory, known, case, frozen))
    return Run(case, ledger, inputs, ledger.run(inputs))


def freeze(sized: Run) -> Values:
    """Amount, draws and schedule of a sized debt: data for every other run."""
    return {name: sized.lines[name] for name in ("commitment", "planned_draw", "planned_balance")}


def no_debt(factory: Factory) -> Values:
    """The frozen schedule of a factory without debt."""
    none = np.zeros(factory.timeline.periods)
    return {"commitment": 0.0, "planned_draw": none, "planned_balance": none}
