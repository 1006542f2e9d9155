"""A formula as people read it."""

from __future__ import annotations

from computefactory.ledger.expression import Literal, Operation, Reference, Symbol, Verb

__all__ = ["render"]

_RANK = {"<": 1, "<=": 1, ">": 1, ">=": 1, "+": 2, "-": 2, "*": 3, "/": 3, "neg": 4, "**": 5}
_ATOM = 9


def render(symbol: Symbol) -> str:
    """Text of a formula with no more brackets than it needs."""
    return _render(symbol)[0]


def _render(symbol: Symbol) -> tuple[str, int]:
    if isinstance(symbol, Reference):
        return symbol.name, _ATOM
    if isinstance(symbol, Literal):
        return f"{symbol.value:g}", _ATOM
    if isinstance(symbol, Verb):
        extra = symbol.extra
        if symbol.verb == "prev" and isinstance(extra[0], Literal) and extra[0].value == 0:
            extra = ()
        return f"{symbol.verb}({', '.join((symbol.name, *(render(item) for item in extra)))})", _ATOM
    assert isinstance(symbol, Operation)
    if symbol.name not in _RANK:
        return f"{symbol.name}({', '.join(render(argument) for argument in symbol.arguments)})", _ATOM
    rank = _RANK[symbol.name]
    if symbol.name == "neg":
        return f"-{_bracket(symbol.arguments[0], rank)}", rank
    left, right = symbol.arguments
    right_rank = rank + (symbol.name in ("-", "/", "**"))
    return f"{_bracket(left, rank)} {symbol.name} {_bracket(right, right_rank)}", rank


def _bracket(symbol: Symbol, rank: int) -> str:
    text, own = _render(symbol)
    return f"({text})" if own < rank else text
