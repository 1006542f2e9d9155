"""``computefactory schema``: the JSON Schema of the files."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from computefactory.errors import FactoryFileError, Problem


def schema(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="The kind of file: factory, company, specification or scenario.")
    ] = "factory",
) -> None:
    """Print the JSON Schema of the files. Of factories or another kind, for editors and tools."""
    from computefactory import schema as files

    shapes = {
        "factory": files.json_schema,
        "company": files.company_json_schema,
        "specification": files.specification_json_schema,
        "scenario": files.cases_json_schema,
    }
    if kind not in shapes:
        raise FactoryFileError([Problem("not_allowed", "KIND", kind, f"one of {', '.join(shapes)}")])
    print(json.dumps(shapes[kind](), indent=2))
