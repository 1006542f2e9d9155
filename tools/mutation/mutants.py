"""Small wrong changes of a module: every place where one could stand, as text before and after.

A mutant is one changed expression; the rest of the file keeps its lines. Docstrings, annotations, decorators, imports,
names that are exported and the texts of messages are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Mutant", "mutants"]

_SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_BOUNDARIES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_WORDS = {
    "minimum": "maximum",
    "maximum": "minimum",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "prev": "following",
    "following": "prev",
    "total": "highest",
    "highest": "lowest",
    "lowest": "highest",
    "trailing": "ahead",
    "ahead": "trailing",
    "ytd": "prev",
}
_IN_ORDER = {*("minimum", "maximum", "min", "max", "isinstance", "zip", "replace", "getattr"), "given", "of"}  # or any


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: ``source`` is the whole module with it."""

    path: Path
    place: str
    line: int
    kind: str
    before: str
    after: str
    source: str


def mutants(path: Path) -> list[Mutant]:
    """Every mutant of a module, in the order of its text."""
    text = path.read_text(encoding="utf-8")
    starts = [0]
    for line in text.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for place, node, kind, changed in _changes(ast.parse(text), traced="@line" in text):
        first = starts[node.lineno - 1] + node.col_offset
        last = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        raw = text.encode()
        before, after = raw[first:last].decode(), ast.unparse(changed)
        bracketed = f"({after})" if isinstance(changed, ast.BinOp | ast.BoolOp | ast.Compare | ast.UnaryOp) else after
        source = raw[:first].decode() + bracketed + raw[last:].decode()
        found.append(Mutant(path, place, node.lineno, kind, " ".join(before.split()), after, source))
    return found


def _changes(tree: ast.Module, *, traced: bool) -> Iterator[tuple[str, ast.expr, str, ast.expr]]:
    """Place, expression, kind and changed expression; in ``traced`` formulas what is dropped is still read."""
    for place, node in _expressions(tree, ""):
        for kind, changed in (*_of(node), *(_terms_left_out(node) if traced else _terms_dropped(node))):
            if ast.dump(changed) != ast.dump(node):
                yield place, node, kind, changed


def _expressions(node: ast.AST, place: str) -> Iterator[tuple[str, ast.expr]]:
    """Every expression that calculates, with the function or name that it stands in."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.JoinedStr() | ast.Raise() | ast.Assert():
            return
        case ast.Expr(value=ast.Constant()) | ast.Subscript(slice=ast.Tuple()):  # a docstring, a type
            return
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return
        case ast.FunctionDef():
            inside = f"{place}.{node.name}".lstrip(".")
            for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
                yield from _expressions(default, inside)
            for part in node.body:
                yield from _expressions(part, inside)
            return
        case ast.ClassDef():
            for part in node.body:
                yield from _expressions(part, f"{place}.{node.name}".lstrip("."))
            return
        case ast.AnnAssign():
            if node.value is not None:
                yield from _expressions(node.value, place or ast.unparse(node.target))
            return
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield from _expressions(node.value, place or name)
            return
        case ast.expr():
            yield place, node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.pattern):
            continue
        yield from _expressions(child, place)


def _of(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """What a wrong hand would write in place of an expression."""
    match node:
        case ast.BinOp():
            yield from _sum_or_product(node)
        case ast.Compare(ops=[operator]):
            if type(operator) in _BOUNDARIES:
                yield "boundary", _with(node, ops=[_BOUNDARIES[type(operator)]()])
            yield "comparison", _with(node, ops=[_OPPOSITES[type(operator)]()])
        case ast.BoolOp(op=operator, values=values):
            yield "and / or", _with(node, op=ast.Or() if isinstance(operator, ast.And) else ast.And())
            for index in range(len(values)):
                rest = values[:index] + values[index + 1 :]
                yield "condition dropped", rest[0] if len(rest) == 1 else _with(node, values=rest)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield "negation dropped", operand
        case ast.Constant(value=bool() as value):
            yield "constant", ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield "constant", ast.Constant(value + 1)
            if value:
                yield "constant", ast.Constant(value - 1)
        case ast.IfExp(test=test):
            yield "condition negated", _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            if len(parts) > 1 and all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in parts):
                for index in range(len(parts)):
                    yield "word dropped", _with(node, elts=parts[:index] + parts[index + 1 :])
        case ast.Call():
            yield from _call(node)


def _sum_or_product(node: ast.BinOp) -> Iterator[tuple[str, ast.expr]]:
    if type(node.op) in _SIGNS:
        yield "sign", _with(node, op=_SIGNS[type(node.op)]())
    if isinstance(node.op, ast.Sub | ast.Div):
        yield "terms swapped", _with(node, left=node.right, right=node.left)


def _call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    arguments = node.args
    if name in _WORDS:
        yield "word", _with(node, func=ast.Name(_WORDS[name], ast.Load()))
    if name == "where":
        yield "branches swapped", _with(node, args=[arguments[0], arguments[2], arguments[1]])
    elif len(arguments) > 1 and name not in _IN_ORDER:
        yield "arguments swapped", _with(node, args=[arguments[1], arguments[0], *arguments[2:]])
    if name == "prev":
        yield "lag dropped", arguments[0]


def _terms_dropped(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """One part of a sum, product, minimum or maximum, alone."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
            yield "term dropped", left
            yield "term dropped", right
        case ast.BinOp(left=left, op=ast.Sub() | ast.Div()):
            yield "term dropped", left
        case ast.Call(func=ast.Name(id="min" | "max" | "minimum" | "maximum"), args=[left, right]):
            yield "term dropped", left
            yield "term dropped", right


def _terms_left_out(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The same in a line's formula: a term that is left out stands there times 0, for every parameter must be read."""

    def less(part: ast.expr) -> ast.BinOp:
        return ast.BinOp(ast.Constant(0), ast.Mult(), part)

    def once(part: ast.expr) -> ast.BinOp:
        return ast.BinOp(ast.Constant(1), ast.Add(), less(part))

    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            yield "term dropped", _with(node, right=less(right))
            yield "term dropped", _with(node, left=less(left))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            yield "factor dropped", _with(node, right=once(right))
            yield "factor dropped", _with(node, left=once(left))
        case ast.BinOp(op=ast.Div(), right=right):
            yield "factor dropped", _with(node, right=once(right))
        case ast.Call(func=ast.Name(id="minimum" | "maximum"), args=[left, right]):
            yield "term dropped", ast.BinOp(left, ast.Add(), less(right))
            yield "term dropped", ast.BinOp(less(left), ast.Add(), right)
        case ast.Call(func=ast.Name(id="where"), args=[condition, _, _]):
            for sign, kept in ((ast.GtE(), "first"), (ast.Gt(), "second")):
                yield (
                    f"always the {kept}",
                    _with(node, args=[ast.Compare(less(condition), [sign], [ast.Constant(0)]), *node.args[1:]]),
                )


def _with(node: ast.expr, **changes: object) -> ast.expr:
    """The expression with some fields changed."""
    changed = deepcopy(node)
    for name, value in changes.items():
        setattr(changed, name, value)
    return ast.fix_missing_locations(changed)
