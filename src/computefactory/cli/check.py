"""``computefactory check``: every problem of a file at once."""

from __future__ import annotations

import json
from pathlib import Path

from computefactory.cli.options import File, Hindsight, Json, Layers, Set


def check(
    file: File, as_json: Json = False, set_: Set = None, library: Layers = None, hindsight: Hindsight = False
) -> None:
    """Say everything that is wrong with a file. Each problem has file, line, column, field, given, expected, hint."""
    from computefactory import model, schema

    kind = schema.kind_of(file)
    if kind == "specification":
        _specification(file, library or [], as_json=as_json)
        return
    if kind == "scenario":
        found = schema.load_cases(file)
        print(json.dumps({"errors": [], "warnings": []}, indent=2) if as_json else f"{len(found)} cases: nothing wrong")
        return
    if kind == "company":
        _company(file, set_, library or [], hindsight=hindsight, as_json=as_json)
        return
    factory = model.load(file, overrides=set_, library=library or [])
    model.run_steps(factory)
    if as_json:
        print(json.dumps({"errors": [], "warnings": list(factory.warnings)}, indent=2))
    else:
        for warning in factory.warnings:
            print(f"warning: {warning}")
        print(f"{factory.name}: nothing wrong")


def _company(file: str, set_: list[str] | None, library: list[Path], *, hindsight: bool, as_json: bool) -> None:
    """Read and run a company: what is wrong, what is missing, what does not fit what it reported."""
    from computefactory.analysis.run import run

    result = run(file, overrides=set_, library=library, hindsight=hindsight)
    found, warnings = result.factory, list(result.warnings)
    missing = [{"name": item.name, "decides": item.decides, "path": item.path} for item in found.missing]
    if as_json:
        print(json.dumps({"errors": [], "warnings": warnings, "missing": missing}, indent=2))
        return
    for warning in warnings:
        print(f"warning: {warning}")
    for item in found.missing:
        print(f"missing: {item.name}; it decides {item.decides}{f' ({item.path})' if item.path else ''}")
    print(f"{found.name} on {found.as_of}: nothing wrong, {len(missing)} facts missing")


def _specification(file: str, library: list[Path], *, as_json: bool) -> None:
    from computefactory import schema
    from computefactory.library import Library

    found = schema.load_specification(file, Library.load(library))
    recalled = sum(need.recalled for need in found.requirements)
    warnings = [f"{recalled} of {len(found.requirements)} thresholds have no source"] * bool(recalled)
    if as_json:
        print(json.dumps({"errors": [], "warnings": warnings}, indent=2))
        return
    for warning in warnings:
        print(f"warning: {warning}")
    print(f"{found.title}: nothing wrong, {len(found.requirements)} requirements")
