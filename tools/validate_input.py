"""Spoil the shipped files in many ways and give them to the command line: what it says, and that it always says it.

    python tools/validate_input.py [COUNT] [SEED]

Writes ``docs/validation/input.md``. A file is a shipped factory, a company, a specification, a file of cases or a table
of facts with up to three changes, the first two also with up to two fields set over them; which, and how, is a matter
of the seed and the number of the file alone. Every command must end within 20 s with status 0, 2 or 3, without a word
on standard error at 0 and with problems of the published shape at 2 and 3; every number of its JSON is finite, or null
with a reason.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from build_reference import table
from computefactory.cli import main
from computefactory.library import Library
from computefactory.schema.factory import json_schema
from computefactory.schema.kinds import company_json_schema
from computefactory.units import ALIASES, UNITS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "input.md"
COUNT, SEED, SECONDS = 5000, 12, 20
LIBRARY = Library.load()
OFTEN, SELDOM = 0.85, 0.03
DONE, REFUSED, NO_SOLUTION = 0, 2, 3
PROBLEM = {"code", "file", "line", "column", "path", "given", "expected", "hint"}
PAGES = {
    "factory": ("statements", "debt", "book", "plant", "power", "returns", "covenants", "loans", "output"),
    "company": ("forecast", "backlog", "debt", "shares", "graded", "facts"),
}
UNREASONED = ("metrics", "returns")  # where a null has its reason beside it

HOSTILE = (
    *(
        "",
        "null",
        "~",
        "[]",
        "{}",
        "''",
        "-",
        "?",
        "|",
        ">",
        "'",
        '"',
        "{",
        "[",
        "!!python/object:os.system {}",
        "!x 1",
    ),
    *(".nan", ".inf", "-.inf", "nan", "1e400", "1e308", "-1e308", "1e-320", "0", "-0", "-1", "1" + "0" * 400, "0x1F"),
    *(
        "true",
        "NO",
        "12:30",
        "2026-13",
        "2026-02-30",
        "0001-01",
        "9999-12",
        "2026-05-31T12:00:00Z",
        "1990-01",
        "2200-01",
    ),
    *("1,000", "1_000", "1 000", "1.5.2", "+-1", "5 parsec", "5 mW", "5 MW MW", "5 /", "5 USD/", "5 USD/(kW", "5 kW^9"),
    *("١٢", "𝟙𝟚", "５", "\ufeff5", "5\u00a0MW", "a\u202eb", "é" * 300, "x" * 5000, "'a\x07b'", '"a\\0b"', '"\\ud83d"'),
    *("*none", "&x 5", "*x", "{a: 1}", "[1, 2]", "{a: {b: {c: 1}}}", "a: b: c", "80 % 80 %", "100.0001 %", "1e3 %"),
    *("../../etc/passwd", "/dev/zero", "/proc/self/mem", "con", "a/b", "no such", "microsoft", "none", "assumed", "*"),
)
FACTORS = (0.0, -1.0, 1e-12, 1e-6, 1e-3, 0.01, 1 / 12, 0.5, 2.0, 12.0, 100.0, 1e3, 8766.0, 1e6, 1e9, 1e15, 1e300)
MILD = (1.0,) * 9 + (0.1, 0.5, 0.8, 1.25, 2.0, 3.0, 10.0) * 3
LAUGHS = "\n".join(["a0: &a0 [x, x]", *(f"a{k}: &a{k} [*a{k - 1}, *a{k - 1}]" for k in range(1, 60))])
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.-])")
_DATE = re.compile(r"\b(\d{4})-(\d{2})\b")
_INSIDE = re.compile(r"YamlNode\(|<[\w.]+ object at 0x|mappingproxy\(|array\(\[")
_UNIT = re.compile(rf"(?<=\d )(?:{'|'.join(sorted(map(re.escape, [*UNITS, *ALIASES]), key=len, reverse=True))})\b")
Lines = list[str]
Change = Callable[[Lines, random.Random], Lines]


@dataclass(frozen=True)
class Outcome:
    """What became of a file: the command, its status, its time, and what is wrong with that."""

    number: int
    kind: str
    verb: str
    status: int
    seconds: float
    wrong: str


# changes


def _one(lines: Lines, random_: random.Random, wanted: Callable[[str], bool]) -> int:
    """The place of a line that is as wanted, or -1."""
    places = [place for place, line in enumerate(lines) if wanted(line)]
    return random_.choice(places) if places else -1


def _valued(line: str) -> bool:
    return ":" in line and not line.lstrip().startswith("#")


def another_value(lines: Lines, random_: random.Random) -> Lines:
    """A hostile value in the place of one."""
    place = _one(lines, random_, _valued)
    head, _, _ = lines[place].partition(":")
    return [*lines[:place], f"{head}: {random_.choice(HOSTILE)}", *lines[place + 1 :]]


def inner_value(lines: Lines, random_: random.Random) -> Lines:
    """A hostile value within a map in braces, or in the place of a cell of a table."""
    place = _one(lines, random_, lambda line: bool(re.search(r"[:,] *[^,{}\[\]#]+", line)))
    found = list(re.finditer(r"(?<=[:,]) *([^,:{}\[\]#]+)", lines[place]))
    if not found:
        return lines
    match = random_.choice(found)
    line = f"{lines[place][: match.start()]} {random_.choice(HOSTILE)}{lines[place][match.end() :]}"
    return [*lines[:place], line, *lines[place + 1 :]]


def other_number(lines: Lines, random_: random.Random) -> Lines:
    """A number times a factor."""
    place = _one(lines, random_, lambda line: bool(_NUMBER.search(line)) and not line.lstrip().startswith("#"))
    if place < 0:
        return lines
    match = random_.choice(list(_NUMBER.finditer(lines[place])))
    number = f"{float(match[0]) * random_.choice(FACTORS):.12g}"
    return [*lines[:place], lines[place][: match.start()] + number + lines[place][match.end() :], *lines[place + 1 :]]


def other_unit(lines: Lines, random_: random.Random) -> Lines:
    """A unit in the place of another."""
    place = _one(lines, random_, lambda line: bool(_UNIT.search(line)))
    if place < 0:
        return lines
    match = random_.choice(list(_UNIT.finditer(lines[place])))
    unit = random_.choice([*UNITS, *ALIASES])
    return [*lines[:place], lines[place][: match.start()] + unit + lines[place][match.end() :], *lines[place + 1 :]]


def other_date(lines: Lines, random_: random.Random) -> Lines:
    """A month moved by days to centuries."""
    place = _one(lines, random_, lambda line: bool(_DATE.search(line)))
    if place < 0:
        return lines
    match = random_.choice(list(_DATE.finditer(lines[place])))
    year = max(int(match[1]) + random_.choice((-3000, -300, -30, -3, -1, 0, 1, 3, 10, 30, 170, 8000)), 0)
    date = f"{year:04d}-{random_.choice((0, 1, 6, 12, 13)):02d}"
    return [*lines[:place], lines[place][: match.start()] + date + lines[place][match.end() :], *lines[place + 1 :]]


def left_out(lines: Lines, random_: random.Random) -> Lines:
    """A line, or a line with all below it, that is not there."""
    place = _one(lines, random_, lambda line: bool(line.strip()))
    indent = len(lines[place]) - len(lines[place].lstrip())
    end = place + 1
    while random_.random() < OFTEN and end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > indent:
        end += 1
    return [*lines[:place], *lines[end:]]


def twice(lines: Lines, random_: random.Random) -> Lines:
    """A line, or some, again, there or elsewhere."""
    place, size = random_.randrange(len(lines)), random_.choice((1, 1, 3, 10))
    at = random_.choice((place, random_.randrange(len(lines))))
    return [*lines[:at], *lines[place : place + size], *lines[at:]]


def swapped(lines: Lines, random_: random.Random) -> Lines:
    """Two values that stand in each other's place."""
    first, second = _one(lines, random_, _valued), _one(lines, random_, _valued)
    (head, _, value), (other, _, that) = lines[first].partition(":"), lines[second].partition(":")
    found = [*lines]
    found[first], found[second] = f"{head}:{that}", f"{other}:{value}"
    return found


def indented(lines: Lines, random_: random.Random) -> Lines:
    """A line further in or out, or with a tab."""
    place = random_.randrange(len(lines))
    line = random_.choice((f"  {lines[place]}", lines[place].lstrip(), f"\t{lines[place]}", f" {lines[place]}"))
    return [*lines[:place], line, *lines[place + 1 :]]


def misspelt(lines: Lines, random_: random.Random) -> Lines:
    """A letter of a line that is another, is gone, or stands twice."""
    place = _one(lines, random_, lambda line: len(line.strip()) > 1)
    line, at = lines[place], random_.randrange(len(lines[place]))
    other = random_.choice(
        ("", line[at] * 2, chr(random_.randrange(1, 0x2FFF)), random_.choice(":{}[],&*#?|-<>=!%@`'\""))
    )
    return [*lines[:place], line[:at] + other + line[at + 1 :], *lines[place + 1 :]]


def cut_off(lines: Lines, random_: random.Random) -> Lines:
    """The end that is missing."""
    return lines[: random_.randrange(1, len(lines))]


def grafted(lines: Lines, random_: random.Random) -> Lines:
    """What bombs are made of: aliases of aliases, depth, merge keys, tags, a second document, a very long list."""
    bomb = random_.choice(
        (
            LAUGHS,
            "deep: " + "{a: " * 200 + "1" + "}" * 200,
            "deep: " + "[" * 5000,
            "base: &base {kind: factory}\nmerged: {<<: *base}",
            "<<: {name: merged}",
            "---\nkind: factory",
            "list: [" + "1, " * 20000 + "1]",
            "? [a, b]\n: c",
            "loop: &loop {in: *loop}",
            "%YAML 1.1\n---\nx: 1",
            "x: !!binary aGVsbG8=",
            "x: !!set {a, b}",
            *(f"{'x' * 70_000}: 1", "\x00", "\x1b[31m: 1", "\r\n\r\n", "\ufffe: 1"),
        )
    )
    at = random_.choice((0, len(lines), random_.randrange(len(lines))))
    return [*lines[:at], bomb, *lines[at:]]


CHANGES: tuple[Change, ...] = (
    *(another_value, inner_value, other_number, other_number, other_unit, other_date, left_out, twice),
    *(swapped, indented, misspelt, cut_off, grafted, another_value, inner_value, other_number),
)


# fields that a file may have


@cache
def fields(kind: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every field of a factory or company file: its path with NAME for the names of entries, and its shape."""
    schema = company_json_schema() if kind == "company" else json_schema()

    def below(path: str, shape: dict[str, Any], depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
        if "$ref" in shape:
            shape = schema["$defs"][shape["$ref"].rpartition("/")[2]]
        for other in (*shape.get("anyOf", ()), *shape.get("oneOf", ())):
            yield from below(path, other, depth)
        if shape.get("type") in ("string", "number", "boolean") or isinstance(shape.get("type"), list):
            yield path, shape
        for name, inner in shape.get("properties", {}).items() if depth else ():
            yield from below(f"{path}.{name}".strip("."), inner, depth - 1)
        if depth and isinstance(inner := shape.get("additionalProperties"), dict):
            yield from below(f"{path}.NAME", inner, depth - 1)

    return tuple(dict(below("", schema, 7)).items())


def stated(kind: str, lines: Lines, random_: random.Random) -> str:
    """A field of the file or none of it, with a value of its kind, more or less: ``path=value``."""
    pattern, shape = random_.choice(fields(kind))
    path = pattern
    names = [line.strip().partition(":")[0] for line in lines if re.match(r"\s+[\w.-]+:", line)] or ["other"]
    while "NAME" in path:
        above = path.partition(".NAME")[0].rpartition(".")[2]
        at = next((k for k, line in enumerate(lines) if line.strip().startswith(f"{above}:")), -1)
        below = re.match(r"\s+([\w.-]+):", lines[at + 1]) if 0 <= at < len(lines) - 1 else None
        path = path.replace("NAME", below[1] if below and random_.random() < OFTEN else random_.choice(names), 1)
    if random_.random() > OFTEN:
        return f"{path}={random_.choice(HOSTILE)}"
    if "enum" in shape or "const" in shape:
        return f"{path}={random_.choice(shape.get('enum', [shape.get('const')]))}"
    if shape.get("type") == "boolean":
        return f"{path}={random_.choice(('true', 'false'))}"
    match = re.fullmatch(r"([\d.]+)(.*)", str(shape.get("examples", ["word"])[0]))
    if match is None or "-" in match[2][:1]:
        return f"{path}={random_.randrange(2020, 2045)}-{random_.randrange(1, 13):02d}"
    usual = LIBRARY.seen("plausible", pattern, "usual") or LIBRARY.seen("plausible", match[2].strip(), "usual")
    typical = f"{usual.value:g} {usual.unit}".removesuffix(" 1") if usual else f"{match[1]}{match[2]}"
    match = re.fullmatch(r"([-\d.e+]+)(.*)", typical) or match
    number = float(match[1]) * random_.choice((*MILD, *FACTORS))
    return f"{path}={number:.6g}{match[2]}"


# files


def bases() -> dict[str, list[tuple[str, Lines]]]:
    """Shipped files by kind: name and lines."""
    package = files("computefactory")
    folders = {
        "factory": "factories",
        "company": "companies",
        "specification": "specifications",
        "scenario": "cases",
        "library": "library/data",
    }
    return {
        kind: [
            (item.name, item.read_text(encoding="utf-8").splitlines())
            for item in sorted((package / folder).iterdir(), key=lambda item: item.name)
            if item.name.endswith((".yaml", ".csv"))
        ]
        for kind, folder in folders.items()
    }


def spoilt(number: int, seed: int, kinds: dict[str, list[tuple[str, Lines]]]) -> tuple[str, str, bytes, random.Random]:
    """A file by its number: kind, name, content."""
    random_ = random.Random(f"{seed}/{number}")  # noqa: S311  # a draw, no secret
    kind = random_.choices(list(kinds), weights=(9, 5, 2, 2, 2))[0]
    name, lines = random_.choice(kinds[kind])
    for _ in range(random_.choice((0, 1, 1, 1, 2, 3) if kind in PAGES else (1, 1, 1, 2, 3))):
        with contextlib.suppress(ValueError, IndexError):  # there is nothing left to change
            lines = random_.choice(CHANGES)(lines, random_) or [""]
    data = "\n".join(lines).encode("utf-8", errors="surrogatepass")
    if random_.random() < SELDOM:
        at = random_.randrange(len(data) + 1)
        data = data[:at] + random_.randbytes(random_.choice((1, 4, 200))) + data[at:]
    return kind, name, data, random_


def command(kind: str, file: Path, lines: Lines, random_: random.Random) -> list[str]:
    """What is asked of a file."""
    if kind == "specification":
        return ["qualify", random_.choice(("iren-horizon", "legacy-h100-hall")), "--spec", str(file), "--json"]
    if kind == "scenario":
        return ["ask", "legacy-h100-hall", "cases", "--add", str(file), "--json"]
    if kind == "library":
        return ["run", random_.choice(("iren-horizon", "inference-site")), "--library", str(file.parent), "--json"]
    asked = (["run", "--json"],) * 8 + (
        ["run"],
        ["check"],
        ["qualify", "--json"],
        ["value", "--json"],
        ["show", "--json"],
    )
    verb, *options = random_.choice(asked)
    page = [random_.choice(PAGES[kind])] if verb == "show" else []
    sets = [text for _ in range(random_.choice((0, 1, 2))) for text in ("--set", stated(kind, lines, random_))]
    return [verb, str(file), *page, *options, *sets]


# judging


def judged(status: int, out: str, err: str, *, as_json: bool) -> str:
    """What is wrong with an answer, in a few words; nothing where it is as it should be."""
    if status not in (DONE, REFUSED, NO_SOLUTION):
        return f"status {status}: {(out + err)[-300:]}"
    if _INSIDE.search(out + err):
        return f"the inside of the program in its answer: {(out + err)[-300:]}"
    if "Traceback" in err or (status == DONE and err.strip()):
        return f"words on standard error: {err[-300:]}"
    if not as_json:
        return "" if status == DONE or err.strip() else "refused without a word"
    try:
        found = json.loads(out, parse_constant=lambda text: (_ for _ in ()).throw(ValueError(text)))
    except ValueError as error:
        return f"no JSON: {error}"
    if status == DONE:
        return "; ".join(_unreasoned(found))[:300]
    problems = found.get("errors", [])
    shaped = all(set(item) == PROBLEM and item["code"] and item["given"] and item["expected"] for item in problems)
    return "" if problems and shaped else f"problems without their shape: {out[:300]}"


def _unreasoned(found: dict[str, Any]) -> Iterator[str]:
    """Metrics that are null and do not say why."""
    metrics = {"metrics": found.get("metrics") or {}, **(found.get("returns") or {})}
    for where, each in metrics.items():
        for name, metric in each.items():
            if isinstance(metric, dict) and metric.get("value", 0) is None and not metric.get("reason"):
                yield f"{where}.{name} is null without a reason"


class Late(Exception):
    """A command takes longer than it may."""


def _late(*_: object) -> None:
    raise Late


def tried(number: int, seed: int, kinds: dict[str, list[tuple[str, Lines]]], folder: Path) -> Outcome:
    """One file, made and asked about."""
    kind, name, data, random_ = spoilt(number, seed, kinds)
    place = folder / str(number)
    place.mkdir()
    file = place / name
    file.write_bytes(data)
    given = command(kind, file, dict(kinds[kind])[name], random_)
    out, err = io.StringIO(), io.StringIO()
    signal.signal(signal.SIGPROF, _late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    before = time.process_time()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            warnings.simplefilter("always")
            status = main(given)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.process_time() - before
    wrong = judged(status, out.getvalue(), err.getvalue(), as_json="--json" in given)
    if not wrong:
        file.unlink()
        place.rmdir()
    return Outcome(number, kind, given[0], status, seconds, wrong)


def page(outcomes: Sequence[Outcome], seed: int) -> str:
    """The counts as a page."""
    by = Counter((item.kind, item.status) for item in outcomes)
    rows = [
        [kind, *(f"{by[kind, status]:,}" for status in (DONE, REFUSED, NO_SOLUTION, 1))]
        for kind in sorted({item.kind for item in outcomes})
    ]
    slowest = max(item.seconds for item in outcomes)
    text = (__doc__ or "").partition("Writes")[2].partition("A file is")[2]
    wrong = sum(bool(item.wrong) for item in outcomes)
    return "\n".join(
        [
            "# Spoilt files: what the command line says of them",
            "",
            f"A file is{text.rstrip()}".replace("``", "`"),
            "",
            f"`python tools/validate_input.py` writes this page anew, by default from {COUNT:,} files; a test runs",
            "a few. Found and mended: the rows H5 to H8 of [the page of faults](faults.md).",
            "",
            f"Of {len(outcomes):,} files of seed {seed} {wrong} were answered otherwise;",
            f"the slowest took {slowest:.1f} s of CPU.",
            "",
            *table(["file", "done (0)", "refused (2)", "no solution (3)", "our bug (1)"], rows),
            "",
        ]
    )


def run(count: int, seed: int, first: int = 0) -> list[Outcome]:
    """So many spoilt files; what is wrong is printed as it is found, and its file stays."""
    kinds, folder = bases(), Path(tempfile.mkdtemp(prefix="spoilt-"))
    outcomes = []
    for number in range(first, first + count):
        outcome = tried(number, seed, kinds, folder)
        if outcome.wrong:
            print(
                f"{folder / str(number)} {outcome.kind} {outcome.verb} {outcome.seconds:.1f} s: {outcome.wrong}",
                flush=True,
            )
        outcomes.append(outcome)
    return outcomes


if __name__ == "__main__":
    wanted = [int(text) for text in sys.argv[1:]] + [COUNT, SEED][len(sys.argv) - 1 :]
    done = run(*wanted[:2])
    PAGE.write_text(page(done, wanted[1]), encoding="utf-8", newline="\n")
    sys.exit(any(item.wrong for item in done))
