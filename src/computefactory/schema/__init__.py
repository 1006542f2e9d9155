"""The file: read, checked, and resolved with the library into the chapters' inputs."""

from __future__ import annotations

from computefactory.schema.cases import CaseTerms, Changes, cases_json_schema, load_cases
from computefactory.schema.document import Document, load, names, shipped_text
from computefactory.schema.factory import json_schema
from computefactory.schema.kinds import company_json_schema
from computefactory.schema.levers import Field, Lever, field_of, number_at, numbers
from computefactory.schema.origin import Origin
from computefactory.schema.overrides import Overrides
from computefactory.schema.quantity import parse_quantity
from computefactory.schema.resolve import Factory, resolve
from computefactory.schema.shipped import source_text
from computefactory.schema.specification import (
    kind_of,
    load_specification,
    specification_json_schema,
    specification_names,
)

__all__ = [
    "CaseTerms",
    "Changes",
    "Document",
    "Factory",
    "Field",
    "Lever",
    "Origin",
    "Overrides",
    "cases_json_schema",
    "company_json_schema",
    "field_of",
    "json_schema",
    "kind_of",
    "load",
    "load_cases",
    "load_specification",
    "names",
    "number_at",
    "numbers",
    "parse_quantity",
    "resolve",
    "shipped_text",
    "source_text",
    "specification_json_schema",
    "specification_names",
]
