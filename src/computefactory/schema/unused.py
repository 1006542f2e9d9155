"""What the file states and nothing reads, or what cannot matter beside the rest: a warning names each."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel

from computefactory.schema.currency import code_in
from computefactory.schema.kinds import COMPANY, FACTORY
from computefactory.schema.origin import Sources

__all__ = ["unused"]

LABELS = ("kind", "version", "name", "currency", "workload", "sources")  # of the file: say what it is, to people
TAGS = ("kind", "after", "per")  # of an entry: which model reads it, what its date waits for, what one word is said of
RATES = {FACTORY: "capital.fx.", COMPANY: "fx."}
ELSEWHERE = {
    FACTORY: (  # read by other questions than what the factory earns
        "capital.claims.*",  # value
        "power.interconnection.wait.*",  # ask time-to-power
        "power.interconnection.security",  # show power
        "power.interconnection.load_swing",
        "power.interconnection.ride_through",
        "site.fibre_latency",  # qualify against a specification
        "build.halls.*.rack_mass_limit",
        "build.halls.*.feed_voltage",
    ),
    COMPANY: (
        "as_of",
        "operator",
        "parent",
        "business.*",  # what it is
        "blocks.*.system",
        "blocks.*.evidence",
        "blocks.*.cooling",
        "blocks.*.shell.*",
        "blocks.*.power.*",
        "blocks.*.signed",
        "blocks.*.in_book",
        "blocks.*.customers.*",
        "leases.*",
        "cash.proceeds.*",
        "shares.press",  # value
        "reported.*.adjusted_ebitda",
    ),
}


def unused(sources: Sources, kind: str = FACTORY) -> list[str]:
    """A word on every stated field that changes nothing."""
    elsewhere, rates = ELSEWHERE[kind], RATES[kind]
    stated = [path for path in _stated(sources.content) if not any(fnmatchcase(path, other) for other in elsewhere)]
    named = {code_in(sources.document.places.given(path)) for path in stated if not path.startswith(rates)}
    for code in named:
        sources.account.read(f"{rates}{code}")
    return sources.account.unused(stated, "nothing in this file uses it")


def _stated(model: BaseModel) -> Iterator[str]:
    """Every value that a file states, by path."""
    for name in sorted(model.model_fields_set - set(LABELS)):
        yield from _leaves(getattr(model, name), name)


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel) and value.model_fields_set:
        for name in sorted(value.model_fields_set.difference(TAGS)):
            yield from _leaves(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, dict) and value:
        for name, entry in value.items():
            yield from _leaves(entry, f"{path}.{name}")
    else:
        yield path
