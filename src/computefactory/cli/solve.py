"""``computefactory solve``: the input that gives a wanted result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from computefactory.cli.options import File, Json, Layers, Resize, Set
from computefactory.errors import FactoryFileError, Problem, UnitError

if TYPE_CHECKING:
    from computefactory.schema import Factory

WHOLE = 1e9  # from here on ten digits hold no cents
_SCALED = {
    "MW": ("kW", 1e-3),
    "count": ("accelerator", 1.0),
    "USD/share": ("USD", 1.0),
}  # units of metrics that the file has in another


def solve(
    file: File,
    path: Annotated[str, typer.Argument(metavar="PATH", help="The field to find, e.g. offtake.microsoft.price.")],
    target: Annotated[
        str, typer.Option("--target", metavar="METRIC=VALUE", help="E.g. equity_irr=15%, npv_usd=1 bn USD.")
    ],
    case: Annotated[str, typer.Option("--case", help="The return case.")] = "contract_only",
    within: Annotated[
        str | None,
        typer.Option(
            "--within", metavar="LOW..HIGH", help="Where to look, in the units of the file: '2..4 USD/GPU-hour'."
        ),
    ] = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    resize: Resize = False,
) -> None:
    """Find the input that gives a wanted metric. Exit status 3 where there is none."""
    from computefactory import model, search

    metric, value = _target(target)
    base = model.run(file, overrides=set_, library=library or [], resize=resize)
    bounds = _within(within, path, base.factory) if within is not None else None
    found = search.solve(base, path, metric, value, case=case, resize=resize, within=bounds)
    if as_json:
        print(json.dumps(found.as_dict(), indent=2, allow_nan=False))
        return
    unit = "" if found.unit == "1" else f" {found.unit}"
    now = "" if found.base is None else f"  (now {_number(found.base)})"
    print(f"{found.path} = {_number(found.value)}{unit}{now}")
    print(f"gives {found.metric} = {target.partition('=')[2].strip()} in {found.case.replace('_', ' ')}")
    if found.whole:
        print(f"a whole number: {found.whole[0]:,.0f} gives {found.whole[1]:,.8g}")


def _number(value: float) -> str:
    """Ten digits, and no exponent for dollars."""
    return f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:,.10g}"


def _target(text: str) -> tuple[str, float]:
    """The metric and its value in the metric's own unit."""
    from computefactory.metrics import definition_of
    from computefactory.schema import parse_quantity
    from computefactory.units import parse_unit

    metric, sign, number = text.partition("=")
    metric, number = metric.strip(), number.strip()
    try:
        return metric, float(number)
    except ValueError:
        pass
    definition = definition_of(metric)
    unit = definition.unit if definition else "1"
    expected = f"METRIC=VALUE, e.g. equity_irr=15%{'' if unit == '1' else f', in {unit}'}"
    known, scale = _SCALED.get(unit, (unit.replace("accelerator-hour", "accelerator*h"), 1.0))
    try:
        if sign:
            return metric, parse_quantity(number, parse_unit(known), unit == "1/year") * scale
    except UnitError as error:
        expected += f" ({error.expected})"
    raise FactoryFileError([Problem("wrong_target", "--target", repr(text), expected)])


def _within(text: str, path: str, factory: Factory) -> tuple[float, float]:
    """Both ends in the field's canonical unit; a unit may stand behind the second only."""
    from computefactory.schema import field_of, parse_quantity

    reads = field_of(factory.document.model, factory.origins, path).reads
    low, dots, high = (part.strip() for part in text.partition(".."))
    behind = high.lstrip("+-0123456789.,_e ")
    try:
        if dots:
            start = low if not behind or low.endswith(behind) else f"{low} {behind}"
            first, last = (parse_quantity(end, reads.unit, reads.compounds) for end in (start, high))
            return first, last
    except UnitError as error:
        raise FactoryFileError([Problem(error.code, "--within", repr(text), error.expected, error.hint)]) from None
    raise FactoryFileError([Problem("bad_value", "--within", repr(text), "LOW..HIGH with a unit: '2..4 USD/GPU-hour'")])
