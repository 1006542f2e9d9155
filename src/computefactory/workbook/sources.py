"""Where each input of a workbook comes from, in words: a line of the file, a row of the library, the calendar."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from computefactory.explanation import STEPS
from computefactory.records import WORKED_OUT_OF

if TYPE_CHECKING:
    from computefactory.schema.origin import Origin
    from computefactory.underwriting import Evaluation

__all__ = ["sources_of"]

MOST_LEAVES = 4


def sources_of(run: Evaluation, page: str) -> Iterator[tuple[str, str]]:
    """Where each input comes from, by name and, where it has items, by item; of a run beside under both its names."""
    for given in run.ledger.givens.values():
        for name in (given.name, f"{given.name} ({page})") if page else (given.name,):
            root, *path = given.source.split(".")
            if given.of:
                owners = run.factory.items_of(run.ledger.givens[given.of].per or "")
                for item, place in zip(run.factory.items_of(given.per or ""), run.inputs[given.by], strict=True):
                    yield f"{name}[{item}]", f"{given.of}[{owners[int(place)]}]"
            elif root in run.factory.chapters:
                stem = ".".join([root, *path[:-1]])
                if given.per is None:
                    yield name, _said(_origin(run, stem, path[-1]))
                for item in run.factory.items_of(given.per) if given.per else ():
                    yield f"{name}[{item}]", _said(_origin(run, f"{stem}.{item}", path[-1]))
            else:
                yield name, _elsewhere(root, path[0], run)


def _origin(run: Evaluation, record: str, name: str) -> Origin:
    """The origin of a field of a record, or of the field that a property is worked out of."""
    origins, path = run.factory.origins, f"{record}.{name}"
    return origins[path if path in origins else f"{record}.{WORKED_OUT_OF.get(name, name)}"]


def _elsewhere(root: str, name: str, run: Evaluation) -> str:
    """What an input is that is no field of the resolved file."""
    match root:
        case "steps":
            return f"physics and dates, step {name}: {_first_line(STEPS[name])}"
        case "case":
            return f"the case {run.case.replace('_', ' ')}: {_first_line(STEPS[run.case])}"
        case "timeline":
            return f"calendar from {run.timeline.names[0]}"
        case "receipts" if name == "backstop":
            return "the book: what the guarantors of a stated sum would pay at most, by month"
        case "receipts":
            return "the book: committed receipts of the contract that repays it over all, by month"
        case "frozen":
            return "the debt as sized"
    raise AssertionError(f"{root}.{name} is no source of inputs")


def _first_line(step: Callable[..., object]) -> str:
    """What a step works out."""
    return (inspect.getdoc(step) or "").partition("\n")[0].partition(" [")[0]  # without unit and shape


def _said(origin: Origin) -> str:
    """Who says so: a line of the file, a row of the library, or what it was derived from."""
    if origin.kind == "file":
        by = f" ({origin.source})" if origin.source else ""
        return f"{PurePath(origin.file or '').name}:{origin.line} {origin.path}{by}"
    if origin.kind == "fact":
        span = (
            f", range {origin.low:g} to {origin.high:g}" if origin.low is not None and origin.high is not None else ""
        )
        return f"library {origin.path}: {origin.source}, {origin.as_of}, confidence {origin.confidence}{span}"
    if origin.kind == "absent":
        return f"not stated: {origin.note}"
    rests_on = list(dict.fromkeys(_said(leaf) for leaf in origin.leaves() if leaf is not origin))
    more = [f"and {len(rests_on) - MOST_LEAVES} more"] if len(rests_on) > MOST_LEAVES else []
    how = (origin.formula or origin.path).replace("``", "").rstrip(".")
    return ": ".join(part for part in (how, "; ".join(rests_on[:MOST_LEAVES] + more)) if part)
