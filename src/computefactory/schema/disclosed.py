"""What lenders disclosed of a loan: the library's row ``debt`` that a tranche names, or that names owner and buyer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from computefactory.errors import FactNotFound
from computefactory.library import Library
from computefactory.schema.problems import near

if TYPE_CHECKING:
    from computefactory.schema.origin import Sources
    from computefactory.schema.resolve import Factory

__all__ = ["Disclosed", "disclosed", "refuse_unknown_rows"]

TABLE = "debt"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A row of the library with what was lent."""

    row: str
    amount_usd: float
    source: str
    as_of: str


def disclosed(factory: Factory, tranche: str) -> Disclosed | None:
    """The row that the file names for a tranche; of a file with one tranche else the only one of owner and buyer."""
    capital = factory.document.model.capital
    debts = capital.debt if capital else {}
    named = debts[tranche].disclosed
    if named:
        return _row(factory.library, named)
    found = _of_deal(factory) if len(debts) == 1 else []
    return found[0] if len(found) == 1 else None


def refuse_unknown_rows(sources: Sources) -> None:
    """Add a problem for every tranche that names a row without an amount."""
    for name, debt in sources.model.tranches.items():
        path = f"capital.debt.{name}.disclosed"
        if sources.given(path) and _row(sources.library, str(debt.disclosed)) is None:
            expected = f"a row of the library's table {TABLE} with an amount"
            hint = near(str(debt.disclosed), _keys(sources.library))
            sources.refuse("unknown_name", path, str(debt.disclosed), expected, hint)


def _of_deal(factory: Factory) -> list[Disclosed]:
    """The rows whose sponsor is the owner and whose offtaker is a buyer of the file."""
    owner = factory.document.model.owner.name
    buyers = [terms.buyer for terms in factory.document.model.offtake.values() if terms.buyer]
    library = factory.library
    keys = [
        key
        for key in _keys(library)
        if owner in _text(library, key, "sponsor") and any(buyer in _text(library, key, "offtaker") for buyer in buyers)
    ]
    return [row for key in keys if (row := _row(library, key)) is not None]


def _keys(library: Library) -> list[str]:
    return [key for key in library.keys(TABLE) if key != "default"]


def _row(library: Library, key: str) -> Disclosed | None:
    try:
        fact = library.fact(TABLE, key, "amount")
    except FactNotFound:
        return None
    return Disclosed(key, float(fact.value), fact.source, fact.as_of)


def _text(library: Library, key: str, field: str) -> str:
    return str(library.fact(TABLE, key, field).value) if field in library.fields(TABLE, key) else ""
