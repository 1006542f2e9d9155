"""``computefactory check``: every problem of a file at once."""

from __future__ import annotations

import json

from computefactory.cli.options import File, Json, Layers, Set, overrides


def check(file: File, as_json: Json = False, set_: Set = None, library: Layers = None) -> None:
    """Read a file and say everything that is wrong with it: file, line, column, field, given, expected, hint."""
    from computefactory import model

    factory = model.load(file, overrides=overrides(set_), library=library or [])
    model.run_steps(factory)
    if as_json:
        print(json.dumps({"errors": [], "warnings": list(factory.warnings)}, indent=2))
    else:
        for warning in factory.warnings:
            print(f"warning: {warning}")
        print(f"{factory.name}: nothing wrong")
