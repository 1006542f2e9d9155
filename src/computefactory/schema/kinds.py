"""The kinds of file that are underwritten: the model that reads each, and what its chapters must agree on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from computefactory.schema.migrate import MIGRATIONS, Migration

if TYPE_CHECKING:
    from computefactory.schema.types import Chapter

__all__ = ["COMPANY", "FACTORY", "Kind", "company_json_schema", "kind_named"]

FACTORY = "factory"
COMPANY = "company"


@dataclass(frozen=True)
class Kind:
    """One kind of file."""

    name: str
    model: type[Chapter]
    version: int
    migrations: Mapping[int, Migration]
    rates: str  # path of the rates of other currencies
    checks: tuple[Callable[..., Any], ...]
    follows: dict[str, Callable[..., Any]]


@cache
def kind_named(name: str) -> Kind:
    """A kind by name; its chapters are imported when they are first needed."""
    if name == COMPANY:
        from computefactory.schema.checks.company import CHECKS
        from computefactory.schema.company import COMPANY_VERSION, CompanyFile

        return Kind(COMPANY, CompanyFile, COMPANY_VERSION, {}, "fx", CHECKS, {})
    from computefactory.schema import checks
    from computefactory.schema.factory import SCHEMA_VERSION, FactoryFile

    return Kind(FACTORY, FactoryFile, SCHEMA_VERSION, MIGRATIONS, "capital.fx", checks.CHECKS, checks.FOLLOWS)


def company_json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a company file, with descriptions and units."""
    shape = kind_named(COMPANY).model.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape}
