"""Write the reference pages from the program itself.

    python tools/build_reference.py

Each page is a function here. The short ones that people read (command line, Python, metrics, the file) are kept in
``docs/reference``, that of the faults in ``docs/validation``: a test compares them with what this script would write.
The long lists (all lines, all steps, the library) are written to ``docs/_built``, which git ignores; a test says that
nothing is missing from them.
"""

from __future__ import annotations

import ast
import contextlib
import csv
import inspect
import io
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import computefactory
from computefactory import cli, company, metrics, model, offtake, plant, schema
from computefactory.analysis.metrics import COMPANY_METRICS
from computefactory.finance import cases
from computefactory.ledger import Given, Line
from computefactory.library import Library
from computefactory.units import shown
from computefactory.valuation import lines as valuation

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
VALIDATION = ROOT / "docs" / "validation"
BUILT = ROOT / "docs" / "_built"
FAULTS = ROOT / "tests" / "faults"
FAULT = re.compile(r"test_([a-h])(\d\d|)_")  # D has no numbers: one kind of fault, many readers
WRITTEN = "Written by `tools/build_reference.py`; do not edit."
VERBS = tuple(str(command.name) for command in cli.app.registered_commands)
FACTORIES = ("iren-horizon", "legacy-h100-hall")
CHAPTERS = {
    "plant": "Plant",
    "offtake": "Offtake",
    "finance": "Finance",
    "valuation": "Valuation",
    "company": "Company",
}
LINES = (*model.LINES, *valuation.LINES)
COMPANY_LINES = (*company.LINES, *company.VALUE_LINES)
STEPS = (*plant.STEPS, *offtake.STEPS, *cases.STEPS)
MONEY = {
    "build": "assets and depreciation",
    "opex": "operating cost",
    "tax": "tax",
    "debt": "debt",
    "cash": "cash",
    "returns": "returns and cover",
    "unit_cost": "unit cost",
    "commitment": "what the committed book covers",
    "first_year": "first year",
    "parts": "industrial value by parts",
    "comparables": "multiples, replacement, liquidation",
    "claims": "from enterprise to equity",
    "forecast": "capacity, book, cost, what is built",
    "financing": "debt, income, tax, cash",
    "worth": "value by parts",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A markdown table; bars and line ends in cells are made harmless."""
    cells = [[" ".join(str(cell).replace("|", "\\|").split()) for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in ([*head], ["---"] * len(head), *cells)]


def page(title: str, *parts: str | Sequence[str]) -> str:
    """A page: its title, the remark that it is written by a script, and its parts apart by blank lines."""
    blocks = [f"# {title}", WRITTEN, *(part if isinstance(part, str) else "\n".join(part) for part in parts)]
    return "\n\n".join(blocks) + "\n"


def code(text: str) -> str:
    """Text as code in a line, nothing where there is none."""
    return f"`{text}`" if text else ""


def plain(text: str) -> str:
    """A docstring as prose: code marks of one kind only."""
    return text.replace("``", "`").replace("::", ":")


def first_sentence(item: object) -> str:
    """The first paragraph of a docstring."""
    return plain((inspect.getdoc(item) or "").partition("\n\n")[0])


# the command line and Python


def printed(*arguments: str) -> str:
    """What a command prints, eighty columns wide."""
    kept = {name: os.environ.get(name) for name in ("COLUMNS", "TERMINAL_WIDTH", "NO_COLOR")}
    os.environ |= {"COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"}
    try:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            cli.app([*arguments], standalone_mode=False, prog_name="computefactory")
    finally:
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def command_line() -> str:
    """Every verb with its help."""
    parts = [
        "Files come before options. `FILE` is a path, or the name of a shipped factory: "
        + ", ".join(code(name) for name in schema.names())
        + ".",
        (
            "| status | meaning |\n| --- | --- |\n| 0 | done; a return that does not exist is a result with "
            "its reason |\n"
            "| 1 | our bug: please report it with the file |\n"
            "| 2 | the input is wrong, or the output cannot be written |\n| 3 | what was asked for has no solution |"
        ),
        (
            'With `--json`, errors go to standard output as `{"errors": [...]}`: each with `code`, `file`, `line`, '
            "`column`, `path`, `given`, `expected`, `hint`."
        ),
    ]
    for verb in VERBS:
        parts += [f"## {verb}", f"```text\n{printed(verb, '--help')}\n```"]
    return page("Command line", *parts)


def python() -> str:
    """Every public name with its signature and docstring."""
    parts: list[str | list[str]] = ["```python\nimport computefactory as cf\n```"]
    for name in computefactory.__all__:
        member = getattr(computefactory, name)
        parts.append(f"## cf.{name}")
        if inspect.isfunction(member):
            parts.append(f"```python\n{name}{_signature(member)}\n```")
        parts.append(f"```text\n{inspect.getdoc(member)}\n```")
        if inspect.isclass(member):
            members = [
                (code(f".{label}{_call(value)}"), first_sentence(value))
                for label, value in _members(member).items()
                if not label.startswith("_") and inspect.getdoc(value) and hasattr(value, "__doc__") and _own(value)
            ]
            parts.append(table(("member", "what"), members))
    return page("Python", *parts)


def _members(member: type) -> dict[str, object]:
    """What a class and those of ours that it is made of define."""
    ours = [each for each in reversed(member.__mro__) if each.__module__.startswith("computefactory")]
    return {label: value for each in ours for label, value in vars(each).items()}


def _own(value: object) -> bool:
    """Whether a class member is something its author wrote."""
    return inspect.isfunction(value) or isinstance(value, property) or hasattr(value, "attrname")


def _signature(function: Any) -> str:
    found = inspect.signature(function)
    return "(\n    " + ",\n    ".join(_starred(found)) + f",\n) -> {found.return_annotation}"


def _starred(found: inspect.Signature) -> Iterable[str]:
    star = False
    for item in found.parameters.values():
        if item.kind is item.KEYWORD_ONLY and not star:
            star = True
            yield "*"
        default = "" if item.default is item.empty else f" = {item.default!r}"
        yield f"{item.name}: {item.annotation}{default}"


def _call(value: object) -> str:
    if not inspect.isfunction(value):
        return ""
    return f"({', '.join(name for name in inspect.signature(value).parameters if name != 'self')})"


# numbers


def all_lines(items: Sequence[object] = LINES) -> list[Line]:
    """Every line, those of other conventions too."""
    return [item for item in items if isinstance(item, Line)]


def named_metrics() -> str:
    """The metrics: unit, meaning, and the line or step behind each."""
    lines, of_company = ({line.name: line for line in all_lines(items)} for items in (LINES, COMPANY_LINES))
    steps = {step.__name__: step for step in STEPS}

    def row(item: metrics.Definition) -> tuple[str, ...]:
        if item.source == "step":
            return code(item.name), item.unit, item.label, f"step {code(item.key)}", first_sentence(steps[item.key])
        if item.source == "input":
            return code(item.name), item.unit, item.label, f"input {code(item.key)}", ""
        return code(item.name), item.unit, item.label, f"line {code(item.key)}", plain(lines[item.key].label)

    def of(item: metrics.Definition) -> tuple[str, ...]:
        means = "" if item.source == "input" else plain(of_company[item.key].label)
        kind = "input" if item.source == "input" else "line"
        return code(item.name), item.unit, item.label, f"{kind} {code(item.key)}", means

    head = ("metric", "unit", "label", "is", "which means")
    return page(
        "Metrics",
        "`result.metrics[name]`, and `metrics` in the JSON. A metric is a step or a ledger line in the unit of "
        "its name. "
        "Where a number does not exist its value is null with a reason: "
        "`does_not_exist` (no rate makes the flows zero), `not_unique` (several do; `roots` lists them), "
        "`total_loss` (money goes in, none comes back), `not_applicable`.",
        "`explain FILE METRIC` shows where any of them comes from.",
        "## Of the factory",
        table(head, map(row, metrics.METRICS)),
        "## Of each return case",
        "`result.returns[case][name]` for " + ", ".join(code(case) for case in cases.RETURN_CASES) + "; "
        "`result.metrics` holds those of `contract_only`. [How the money is calculated](../explanation/finance.md) "
        "says what the cases are.",
        table(head, map(row, metrics.RETURNS)),
        "## Of the valuation",
        "At full operation, over the full life; evaluated when they are asked for (`result.metric(name)`), and in no "
        "list of `result.metrics`. [Value a factory](../how-to/value-a-factory.md) for other dates and questions.",
        table(head, map(row, metrics.VALUES)),
        "Parts of `lcoc_usd_per_accelerator_hour`: " + ", ".join(metrics.LCOC_PARTS) + ". They add up to it.",
        "## Of a company",
        "At its date, of what is sold. What rests on a fact that nobody states is null, with `missing:` and the names "
        "of the facts as the reason. [How a company's months are reckoned](../explanation/company-forecast.md) has the "
        "equations.",
        table(head, map(of, COMPANY_METRICS.values())),
    )


def ledger_lines() -> str:
    """Every line by module, with formula and unit, of factories and of companies; then the inputs."""
    own = [line for line in all_lines(COMPANY_LINES) if _module(line).startswith("company.")]
    lines = [*all_lines(), *own]
    parts: list[str | list[str]] = [
        (
            f"{len(lines)} lines. The name is the result; the formula is the one that is run, compiled, "
            "checked for units and "
            "explained. `per` names the axis of a line with a value for each contract, lease, asset or tax "
            "view. `when` names "
            "the convention under which the line exists: where two lines have one name, the conventions of the "
            "factory choose. "
            "A verb such as `prev` (the month before) or `total` (the sum over all months) takes a line by name."
        ),
    ]
    head = ("line", "unit", "per", "when", "what", "formula")
    for module in dict.fromkeys(_module(line) for line in lines):
        chapter, _, subject = module.partition(".")
        title = f"{CHAPTERS[chapter]}: {MONEY[subject]}" if subject in MONEY else CHAPTERS[chapter]
        parts += [f"## {title}", table(head, (_line(line) for line in lines if _module(line) == module))]
    for title, items in {"Inputs of the ledger": LINES, "Inputs of the ledger of a company": COMPANY_LINES}.items():
        givens = {item.name: item for item in items if isinstance(item, Given)}
        parts += [
            f"## {title}",
            (
                "`source` is where the value is taken from: a record of the inputs, a step, the "
                "calendar, the return case, or the frozen debt."
            ),
            table(
                ("input", "unit", "shape", "source", "what"),
                (
                    (code(item.name), _unit(item), _shape(item), code(item.source), item.label)
                    for item in sorted(givens.values(), key=lambda item: item.name)
                ),
            ),
        ]
    return page("Ledger lines", *parts)


def _module(line: Line) -> str:
    return line.function.__module__.removeprefix("computefactory.") if line.function else "ledger"


def _line(line: Line) -> tuple[str, ...]:
    when = ", ".join(f"{name}: {value}" for name, value in line.only.items())
    unit = f"{_unit(line)}, a stock" if line.stock else _unit(line)
    return code(line.name), unit, line.per or "", when, plain(line.label), code(line.formula)


def _unit(item: Line | Given) -> str:
    """The unit as people write it."""
    return shown(item.unit) or "1"


def _shape(item: Given) -> str:
    return ", ".join(
        word
        for word in (f"per {item.per}" if item.per else "", "by month" * item.series, "by age" * item.table)
        if word
    )


def physics() -> str:
    """Every step with what it needs and its docstring."""
    parts: list[str | list[str]] = [
        (
            "A step is a function: its name is the result, its parameters are what it needs (an input record, "
            "or the step of "
            "that name), its docstring names the equation. `explain FILE STEP` shows one with its inputs. "
            "[How the plant is calculated](../explanation/plant.md) tells the same as a text."
        ),
    ]
    for module in dict.fromkeys(step.__module__ for step in STEPS):
        parts.append(f"## {module.removeprefix('computefactory.')}")
        for step in STEPS:
            if step.__module__ == module:
                needed = inspect.signature(step)
                parts.append(f"### {step.__name__}")
                parts.append(f"```text\n{inspect.getdoc(step)}\n```")
                needs = ", ".join(code(name) for name in needed.parameters)
                parts.append(f"needs {needs}; gives `{needed.return_annotation}`")
    return page("Physical steps", *parts)


# the file and the library


def file_shape() -> str:
    """Every chapter of a factory file, field by field."""
    whole = schema.json_schema()
    parts: list[str | list[str]] = [
        (
            "The shape of a factory file. `computefactory schema` prints the same as JSON Schema for editors. "
            "A quantity is text with a unit (`34 USD/MWh`, `5.81 bn USD`); any compatible unit may stand where "
            "one is named. "
            "Shares are a number from 0 to 1 or a percentage. What is not required and left out comes from the "
            "library. "
            "A list of things (`halls`, contracts, facilities) is a map by name, so that "
            "`offtake.microsoft.price` is a path "
            "for `--set` and `sources`."
        ),
        "## The file",
        _fields(whole),
    ]
    for name in _in_order(whole):
        chapter = whole["$defs"][name]
        parts += [f"## {_called(name)}", chapter.get("description", ""), _fields(chapter)]
    return page("The factory file", *parts)


def company_shape() -> str:
    """Every chapter of a company file, field by field."""
    whole = schema.company_json_schema()
    parts: list[str | list[str]] = [
        (
            "The shape of a company file: `computefactory schema company` prints the same as JSON Schema. Whatever is "
            "left out is read from the library's rows of the company (`computefactory library operator/CoreWeave`), as "
            "they were public on the day `as_of`; what no row says either is a missing fact, and the answer says what "
            "it decides. Quantities, shares, paths and `sources` are as in [a factory file](schema.md)."
        ),
        "## The file",
        _fields(whole),
    ]
    for name in _in_order(whole):
        chapter = whole["$defs"][name]
        parts += [f"## {_called(name)}", chapter.get("description", ""), _fields(chapter)]
    return page("The company file", *parts)


def _called(name: str) -> str:
    """A chapter as readers call it."""
    return name.removesuffix("Chapter")


def _in_order(whole: Mapping[str, Any]) -> list[str]:
    """Names of the chapters in the order in which a reader meets them."""
    found: dict[str, None] = {}

    def visit(part: Any) -> None:
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found[name] = None
                visit(whole["$defs"][name])
            for value in part.values():
                visit(value)
        elif isinstance(part, list):
            for value in part:
                visit(value)

    visit(whole["properties"])
    return list(found)


def _fields(chapter: Mapping[str, Any]) -> list[str]:
    required = chapter.get("required", [])
    rows = (
        (code(name), _takes(field), "yes" if name in required else "", field.get("description", ""))
        for name, field in chapter.get("properties", {}).items()
    )
    return table(("field", "takes", "required", "what"), rows)


def _takes(field: Mapping[str, Any]) -> str:
    """What a field takes, in words."""
    for several in ("anyOf", "oneOf"):
        if several in field:
            return " or ".join(dict.fromkeys(_takes(one) for one in field[several] if one.get("type") != "null"))
    if "$ref" in field:
        name = _called(field["$ref"].rpartition("/")[2])
        return f"[{name}](#{name.lower()})"
    if "const" in field:
        return code(str(field["const"]))
    if "enum" in field:
        return ", ".join(code(str(value)) for value in field["enum"])
    if "unit" in field:
        return f"quantity, {field['unit']}" if field["unit"] != "1" else "share or number"
    if field.get("type") == "array":
        return f"list of {_takes(field.get('items', {}))}"
    if field.get("type") == "object":
        return f"map by name of {_takes(field['additionalProperties'])}"
    text = "text" if "pattern" not in field else "month `YYYY-MM`" if r"\d{4}-" in field["pattern"] else "rate"
    return {"string": text, "boolean": "`true`, `false`"}.get(str(field.get("type")), str(field.get("type", "")))


def facts() -> str:
    """The tables of the library, and every row that a shipped factory rests on."""
    library = Library.load()
    rows = {name: library.rows(name) for name in library.tables()}
    confidence = Counter(fact.confidence for held in rows.values() for fact in held)
    counts = ", ".join(f"{confidence[name]:,} {name}" for name in ("high", "medium", "low"))
    parts: list[str | list[str]] = [
        (
            f"{sum(map(len, rows.values())):,} facts in {len(rows)} tables; confidence: {counts}. "
            "`computefactory library TABLE KEY` prints rows with their sources. "
            "[Bring your own facts](../how-to/bring-your-own-facts.md) tells how to put yours over them."
        ),
        "## Tables",
        table(
            ("table", "rows", "keys", "such as", "fields"),
            (
                (
                    code(name),
                    f"{len(held):,}",
                    f"{len({fact.key for fact in held}):,}",
                    held[0].key,
                    _some([fact.field for fact in held]),
                )
                for name, held in rows.items()
            ),
        ),
    ]
    head = ("row", "value", "low to high", "source", "as of", "confidence")
    for name in FACTORIES:
        used = computefactory.load(name).library.used
        parts += [f"## Rows that {name} rests on", table(head, (_fact(used[place]) for place in sorted(used)))]
    return page("The library", *parts)


def _some(names: list[str], most: int = 6) -> str:
    found = list(dict.fromkeys(names))
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")


def _fact(fact: Any) -> tuple[str, ...]:
    value = f"{fact.value:g}" if isinstance(fact.value, float) else fact.value
    unit = "" if fact.unit in ("text", "1") else f" {fact.unit}"
    spread = f"{fact.low:g} to {fact.high:g}" if None not in (fact.low, fact.high) else ""
    source = f"[{fact.source}]({fact.address})" if fact.address else fact.source
    return code(f"{fact.table}/{fact.key}/{fact.field}"), f"{value}{unit}", spread, source, fact.as_of, fact.confidence


def named_faults() -> Mapping[str, tuple[str, str]]:
    """Every fault by its number: what came out, and what is right."""
    with (FAULTS / "numbers.csv").open(encoding="utf-8", newline="") as rows:
        return {row["number"]: (row["came_out"], row["right"]) for row in csv.DictReader(rows)}


def tests_of_faults() -> Mapping[str, list[tuple[str, str]]]:
    """By number the tests that hold it: file and function, and what the docstring says of input and right value."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(FAULTS.glob("test_*.py")):
        for item in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(item, ast.FunctionDef) and (match := FAULT.match(item.name)):
                told = " ".join((ast.get_docstring(item) or "").split())
                found.setdefault(f"{match[1].upper()}{match[2].lstrip('0')}", []).append(
                    (f"{path.name}: {item.name}", told)
                )
    return found


def faults() -> str:
    """Faults that auditors, lenders, landlords and users found, and the test of each."""
    tests = tests_of_faults()
    about = (
        "Auditors, lenders, landlords, an operator and users of public files tried the program and found what follows."
        " Each has tests in `tests/faults`, by number, with the right value where it follows from definitions."
    )
    parts: list[str | list[str]] = [about]
    for number, (came_out, right) in named_faults().items():
        rows = [(code(name), plain(told)) for name, told in tests.get(number, [])]
        parts += [f"## {number}", f"Came out: {came_out}.\n\nRight: {right}.", table(("test", "what it shows"), rows)]
    return page("Faults, and the test of each", *parts)


KEPT = {
    "cli": command_line,
    "python": python,
    "metrics": named_metrics,
    "schema": file_shape,
    "company-file": company_shape,
}
VALIDATED = {"faults": faults}
LISTS = {"lines": ledger_lines, "steps": physics, "library": facts}


def main() -> None:
    """Write every page."""
    for folder, pages in ((FOLDER, KEPT), (VALIDATION, VALIDATED), (BUILT, LISTS)):
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in pages.items():
            (folder / f"{name}.md").write_text(make(), encoding="utf-8", newline="\n")
        print(f"{', '.join(pages)} in {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
