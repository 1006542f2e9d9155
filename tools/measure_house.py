"""Measure the shape of the source: lines by room, names with several meanings, circles of imports.

    python tools/measure_house.py [--base COMMIT]

Prints a table in markdown: the base commit, the present tree, and the sizes aimed at where a room has one. Nothing of
the package is imported: the sources are read as text, those of the base out of git.
"""

from __future__ import annotations

import argparse
import ast
import io
import shutil
import subprocess
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "computefactory"
SOURCE = f"src/{PACKAGE}/"
BASE = "4e381d4"
# room: the lines aimed at, and the modules in it: the longest opening that fits decides, so a file may leave its folder
ROOMS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "units, errors, timeline": (440, ("units", "errors", "timeline")),
    "ledger": (3500, ("ledger",)),
    "workbook": (
        1500,
        ("workbook", "ledger.workbook", "ledger.cells", "ledger.audit", "ledger.pages", "ledger.summary"),
    ),
    "library": (400, ("library",)),
    "schema": (5600, ("schema", "records")),
    "plant": (5200, ("plant",)),
    "offtake": (1150, ("offtake",)),
    "finance": (4700, ("finance",)),
    "valuation": (
        1150,
        (
            "valuation",
            *(f"appraisal.{name}" for name in ("implied", "market", "owners", "rates", "worth", "valuing", "sources")),
            *(f"appraisal.{name}" for name in ("shown", "evidence", "industrial")),
        ),
    ),
    "qualification": (1150, ("qualification", "appraisal", "verdict", "findings")),
    "model, result, metrics, explain, scenarios": (1250, ("",)),
    "studies": (1150, ("studies", "search", "search_range", "sensitivity", "solve")),
    "report": (3000, ("report", "page", "registry", "cli.page", "cli.sheet", "cli.table")),
    "cli": (650, ("cli",)),
}


@dataclass(frozen=True)
class Module:
    """A module of the package: its name under the package and what it says."""

    name: str
    text: str
    is_package: bool

    @property
    def tree(self) -> ast.Module:
        """The module as Python reads it."""
        return ast.parse(self.text)


@dataclass(frozen=True)
class House:
    """What is measured of a tree."""

    modules: int
    lines: Mapping[str, int]  # by room
    shared_names: Mapping[str, Sequence[str]]  # class name: the modules that define one
    circles: Sequence[Sequence[str]]
    inner_imports: Sequence[str]  # of own modules, inside functions
    constant_derivations: Sequence[str]


def module(path: str, text: str) -> Module:
    """A file under the package as a module."""
    parts = path.removesuffix(".py").split("/")
    package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if package else parts), text, package)


def present() -> list[Module]:
    """The modules as they are."""
    top = ROOT / SOURCE
    return [module(file.relative_to(top).as_posix(), file.read_text(encoding="utf-8")) for file in top.rglob("*.py")]


def of_commit(commit: str) -> list[Module]:
    """The modules of a commit."""
    git = shutil.which("git")
    if git is None:
        raise FileNotFoundError("the base is read out of git, which is not installed")
    command = [git, "archive", commit, SOURCE]
    packed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603  our own arguments
    found = []
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive.getmembers():
            if member.isfile() and member.name.endswith(".py"):
                file = archive.extractfile(member)
                assert file is not None
                found.append(module(member.name.removeprefix(SOURCE), file.read().decode("utf-8")))
    return found


def room_of(name: str) -> str:
    """The room of a module."""
    fits = [
        (len(opening), room)
        for room, (_, openings) in ROOMS.items()
        for opening in openings
        if opening in ("", name) or name.startswith(f"{opening}.")
    ]
    return max(fits)[1]


def imports(one: Module, names: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """The package's modules that a module imports, and whether inside a function; what only a checker reads is left."""

    def target(dotted: str) -> str | None:
        if dotted != PACKAGE and not dotted.startswith(f"{PACKAGE}."):
            return None
        return dotted.removeprefix(PACKAGE).removeprefix(".")

    def visit(node: ast.AST, inside: bool) -> Iterator[tuple[str, bool]]:
        match node:
            case ast.If(test=ast.Name("TYPE_CHECKING")):
                return
            case ast.Import():
                for alias in node.names:
                    if (found := target(alias.name)) is not None:
                        yield found, inside
            case ast.ImportFrom():
                home = node.module or ""
                if node.level:
                    parts = [PACKAGE, *one.name.split(".")]
                    parts = parts[: len(parts) + one.is_package - node.level]
                    home = ".".join([*parts, *([home] if home else [])])
                if (found := target(home)) is not None:
                    for alias in node.names:
                        within = f"{found}.{alias.name}".lstrip(".")
                        yield (within if within in names else found), inside
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside)

    yield from visit(one.tree, False)


def circles(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """The sets of modules that import each other, by whatever way round."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        open_.append(name)
        for other in edges.get(name, set()):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in open_:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = open_[open_.index(name) :]
            del open_[open_.index(name) :]
            if len(group) > 1 or name in edges.get(name, set()):
                found.append(sorted(group))

    for name in edges:
        if name not in index:
            visit(name)
    return sorted(found)


def measured(modules: Sequence[Module]) -> House:
    """Measures the modules of a tree."""
    names = frozenset(one.name for one in modules)
    lines: Counter[str] = Counter()
    classes: defaultdict[str, list[str]] = defaultdict(list)
    edges: dict[str, set[str]] = {}
    inner: list[str] = []
    constant: list[str] = []
    for one in modules:
        lines[room_of(one.name)] += one.text.count("\n")
        for node in ast.walk(one.tree):
            if isinstance(node, ast.ClassDef):
                classes[node.name].append(one.name)
        found = list(imports(one, names))
        edges[one.name] = {target for target, _ in found if target in names}
        inner += [f"{one.name} -> {target or PACKAGE}" for target, inside in found if inside]
        if one.name.startswith("schema.derive"):
            constant += [
                node.name
                for node in one.tree.body
                if isinstance(node, ast.FunctionDef) and not (node.args.args or node.args.kwonlyargs)
            ]
    shared = {name: homes for name, homes in sorted(classes.items()) if len(homes) > 1}
    return House(len(modules), lines, shared, circles(edges), inner, constant)


def table(before: House, after: House) -> list[str]:
    """The two trees side by side."""
    rows = [(room, f"{before.lines[room]:,}", f"{after.lines[room]:,}", f"{aim:,}") for room, (aim, _) in ROOMS.items()]
    total = sum(before.lines.values()), sum(after.lines.values())
    rows += [
        ("lines of the source", f"{total[0]:,}", f"{total[1]:,}", f"{sum(aim for aim, _ in ROOMS.values()):,}"),
        ("modules", str(before.modules), str(after.modules), "170"),
        ("class names with several meanings", str(len(before.shared_names)), str(len(after.shared_names)), "0"),
        ("circles of imports, at any depth", str(len(before.circles)), str(len(after.circles)), "0"),
        ("modules in a circle", _in_circles(before), _in_circles(after), "0"),
        ("own modules imported inside functions", str(len(before.inner_imports)), str(len(after.inner_imports)), "0"),
        (
            "derivations without a parameter",
            str(len(before.constant_derivations)),
            str(len(after.constant_derivations)),
            "0",
        ),
    ]
    head = ("", "before", "now", "aim")
    return [f"| {' | '.join(row)} |" for row in (head, ("---", "---:", "---:", "---:"), *rows)]


def _in_circles(house: House) -> str:
    return str(sum(map(len, house.circles)))


def main() -> None:
    """Print the table, then what stands behind its counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default=BASE, help="the commit to compare with")
    after = measured(present())
    print("\n".join(table(measured(of_commit(parser.parse_args().base)), after)))
    for name, homes in after.shared_names.items():
        print(f"class {name}: {', '.join(homes)}")
    for group in after.circles:
        print(f"circle: {', '.join(name or PACKAGE for name in group)}")
    for told in after.inner_imports:
        print(f"inside a function: {told}")
    if after.constant_derivations:
        print(f"without a parameter: {', '.join(after.constant_derivations)}")


if __name__ == "__main__":
    main()
