"""A buyer's specification: a file of ``kind: specification``, read, filled from the library and checked for sense.

``require`` names quantities, each with a least or a most. What the file leaves out comes from the library's table
``specification`` under the key that ``thresholds`` names (fields ``rack_power_at_least``, ``pue_at_most`` …). A
specification that contradicts itself is refused: a least above the most, liquid asked for in racks that air cools.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from math import isnan
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import ConfigDict, ValidationError, create_model

from computefactory.errors import FactNotFound, FactoryFileError, Problem
from computefactory.library import Library
from computefactory.qualification import QUANTITIES, BuyerSpecification, Requirement
from computefactory.schema import types as t
from computefactory.schema.kinds import COMPANY
from computefactory.schema.problems import Places, near, problems_of
from computefactory.schema.quantity import convert, unit_text
from computefactory.schema.read import YamlNode, read_bytes
from computefactory.schema.shipped import names_in, shipped_as, source_bytes
from computefactory.schema.types import Chapter, optional, required
from computefactory.units import DIMENSIONLESS, unit_of

__all__ = ["kind_of", "load_specification", "specification_json_schema", "specification_names"]

KIND = "specification"
OTHERS = (KIND, "scenario", COMPANY)  # kinds of file beside factories
RECALLED = "recalled"
ENDS = ("at_least", "at_most")
LEAST_LIQUID = ("liquid_to_chip", "liquid_share")
AIR_ONLY = ("retrofit", "air to liquid", "threshold_rack_power_at_which_liquid_is_needed")
SHARES = ("liquid_to_chip", "liquid_share", "availability")
Bounded = TypeVar("Bounded")


class Bound(Chapter, Generic[Bounded]):
    """The least or the most of a quantity, and who asks for it."""

    at_least: Bounded | None = optional("the least that passes")
    at_most: Bounded | None = optional("the most that passes")
    source: t.Text | None = optional("where the requirement stands")


def _bound(name: str) -> Any:
    unit = unit_of(QUANTITIES[name].unit) or DIMENSIONLESS
    low = -60.0 if name == "coolant_supply" else 0.0
    reads = Annotated[float, t.Reads(unit, low=low, high=1.0 if name in SHARES else float("inf"))]
    return Bound[reads] | None


class SpecificationFile(Chapter):
    """What a buyer asks of a hall before it signs."""

    model_config = ConfigDict(title="computefactory specification file")

    kind: Literal["specification"] = required("what the file describes")
    version: Literal[1] = required("version of the file's shape", alias="schema")
    name: t.Text = required("name of the specification")
    buyer: t.Text | None = optional("who asks for it")
    thresholds: t.Text | None = optional("key of the library's table specification that fills it")


@cache
def _file() -> type[SpecificationFile]:
    """The file with its requirements, one for each of QUANTITIES; made when asked for, few commands read any."""
    fields: dict[str, Any] = {name: (_bound(name), optional(item.title)) for name, item in QUANTITIES.items()}
    shown = "What a hall must show, by quantity."
    require: Any = create_model("Requirements", __base__=Chapter, __doc__=shown, **fields) | None
    return create_model(
        "SpecificationFile",
        __base__=SpecificationFile,
        __doc__=SpecificationFile.__doc__,
        require=(require, optional("requirements by quantity")),
    )


def specification_json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a specification file."""
    shape = _file().model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape}


def specification_names() -> list[str]:
    """Names of the specifications that ship with the package."""
    return names_in(KIND)


def kind_of(path_or_name: str | Path) -> str:
    """The kind of file a path or name stands for; ``factory`` for all that is not known."""
    name = str(path_or_name)
    if not os.path.exists(name):  # noqa: PTH110  # as Path has it, a name that is too long is raised
        return next((kind for kind in OTHERS if shipped_as(kind, name)), "factory")
    file, data = source_bytes("factory", path_or_name)
    root = read_bytes(data, file).root
    kind = dict(root.children()).get("kind") if root is not None else None
    return str(kind.content) if kind is not None and kind.content in OTHERS else "factory"


def load_specification(path_or_name: str | Path, library: Library) -> BuyerSpecification:
    """A specification by path, or by the name of a shipped one, filled from the library.

    Raises:
        FactoryFileError: every problem found, at once.
    """
    file, data = source_bytes(KIND, path_or_name)
    tree = read_bytes(data, file)
    if tree.root is None:
        raise FactoryFileError(tree.problems)
    root = tree.root
    places = Places(root, file, {})
    refused = list(tree.problems) + _wrong_kind(root, places)
    if refused:
        raise FactoryFileError(refused)
    try:
        model = _file().model_validate(root.plain())
    except ValidationError as error:
        raise FactoryFileError(problems_of(error, _file(), root, places)) from None
    problems: list[Problem] = []
    needs = list(_requirements(model, library, file, places, problems))
    problems.extend(_contradictions(needs, library, places))
    if not needs and not problems:
        hint = "a specification without a requirement passes everything"
        problems.append(places.problem("empty", "require", "no requirement", "at least one quantity", hint))
    if problems:
        raise FactoryFileError(problems)
    name = Path(file).name.removesuffix(".yaml").removesuffix(".yml")
    return BuyerSpecification(name, model.name, model.buyer or "not named", tuple(needs))


def _wrong_kind(root: YamlNode, places: Places) -> list[Problem]:
    if not isinstance(root.content, dict):
        return [places.problem("not_a_map", "", "no map", "a map: kind, schema, name, require …")]
    return places.wrong_kind(KIND)


def _requirements(
    model: SpecificationFile, library: Library, file: str, places: Places, problems: list[Problem]
) -> Iterator[Requirement]:
    """The file's bounds, and those of the library where the file has none."""
    key = model.thresholds
    if key is not None and not set(library.fields(KIND, key)) & {f"{q}_{end}" for q in QUANTITIES for end in ENDS}:
        known = [name for name in library.keys(KIND) if any(f.endswith(ENDS) for f in library.fields(KIND, name))]
        hint = near(key, known) or f"the library has {', '.join(known)}"
        problems.append(places.problem("unknown_name", "thresholds", key, f"a key of the library's table {KIND}", hint))
        return
    wanted: Any = getattr(model, "require")  # noqa: B009 made of QUANTITIES, so not known to a checker
    for name in QUANTITIES:
        stated = getattr(wanted, name, None)
        if stated is not None:
            least, most = (_or_nan(getattr(stated, end)) for end in ENDS)
            if isnan(least) and isnan(most):
                problems.append(places.problem("missing", f"require.{name}", "no bound", "at_least or at_most"))
                continue
            yield Requirement(name, least, most, stated.source or f"stated in {file}", "medium", recalled=False)
        elif key is not None:
            yield from _from_library(library, key, name)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _from_library(library: Library, key: str, name: str) -> Iterator[Requirement]:
    unit = unit_of(QUANTITIES[name].unit) or DIMENSIONLESS
    ends, about = {}, None
    for end in ENDS:
        try:
            fact = library.fact(KIND, key, f"{name}_{end}")
        except FactNotFound:
            continue
        plain = fact.unit in ("", "1") and not unit.powers
        ends[end] = float(fact.value) if plain else convert(float(fact.value), fact.unit, unit)
        about = fact
    if about is not None:
        recalled = about.source.startswith((RECALLED, "assumed"))
        least, most = (ends.get(end, float("nan")) for end in ENDS)
        yield Requirement(name, least, most, about.source, about.confidence, recalled)


def _contradictions(needs: list[Requirement], library: Library, places: Places) -> Iterator[Problem]:
    """What no hall can meet."""
    for need in needs:
        if need.at_least > need.at_most:
            unit = unit_text(unit_of(QUANTITIES[need.quantity].unit) or DIMENSIONLESS)
            given = f"at least {need.at_least:g} and at most {need.at_most:g}"
            yield places.problem(
                "contradiction", f"require.{need.quantity}", given, f"a least below the most, in {unit}"
            )
    by_name = {need.quantity: need for need in needs}
    density = by_name.get("rack_power")
    liquid = [by_name[name] for name in LEAST_LIQUID if name in by_name]
    air_most = float(library.fact(*AIR_ONLY).value)
    if density is not None:
        if any(need.at_least > 0 for need in liquid) and density.at_most < air_most:
            given = f"liquid in racks of at most {density.at_most:g} kW"
            expected = f"racks of {air_most:g} kW or more, where liquid is needed"
            yield places.problem("contradiction", "require.rack_power", given, expected)
        if any(need.at_most == 0 for need in liquid) and density.at_least > air_most:
            given = f"air alone in racks of at least {density.at_least:g} kW"
            expected = f"racks of at most {air_most:g} kW, which air can cool"
            yield places.problem("contradiction", "require.rack_power", given, expected)
    if any(need.at_most == 0 for need in liquid) and "coolant_supply" in by_name:
        yield places.problem(
            "contradiction", "require.coolant_supply", "coolant without liquid", "liquid, or no coolant"
        )
