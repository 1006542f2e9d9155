"""From what pydantic found to problems in the words of the file: place, what was given, what is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from computefactory.errors import Problem
from computefactory.schema.read import YamlNode
from computefactory.schema.types import Reads, ReadsMonth

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic.fields import FieldInfo

__all__ = ["Places", "near", "problems_of", "unknown_field"]

LONGEST_GIVEN = 60
KINDS = ("factory", "company", "specification", "scenario")
KEY = "[key]"  # pydantic's last step to the name of an entry


class Places:
    """Where each path of a file stands, overrides included."""

    def __init__(
        self, root: YamlNode, file: str | None, overridden: Mapping[str, str], written: YamlNode | None = None
    ) -> None:
        self._nodes = dict(root.walk())
        self._written = self._nodes if written is None or written is root else dict(written.walk())
        self._file = file
        self._overridden = overridden  # path: what was given

    def node(self, path: str) -> YamlNode | None:
        """The node at a path."""
        return self._nodes.get(path)

    @property
    def paths(self) -> list[str]:
        """Every path of the file, overridden away or not."""
        return [path for path in self._written if path]

    @property
    def empty(self) -> list[str]:
        """Paths at which nothing stands after the colon."""
        return [path for path, node in self._nodes.items() if path and node.content is None]

    def place(self, path: str) -> tuple[str | None, int | None, int | None]:
        """File, line and column of a path, or of the nearest map that holds it; ``--set`` for an override."""
        for known in self._upwards(path):
            if known in self._overridden:
                return "--set", None, None
        for known in self._upwards(path):
            node = self._nodes.get(known)
            if node is not None:  # what an override made on the way has no place in the file
                return (self._file, node.line, node.column) if node.line else ("--set", None, None)
        return self._file, None, None

    def key_place(self, path: str) -> tuple[str | None, int | None, int | None]:
        """File, line and column of the name of a field."""
        above, _, name = path.rpartition(".")
        node = self._nodes.get(above)
        if node is None or name not in node.keys or self.place(path)[0] != self._file:
            return self.place(path)
        return self._file, *node.keys[name]

    def wrong_kind(self, kind: str) -> list[Problem]:
        """The problem of a file that says it is of another kind; none where it says nothing."""
        node = self.node("kind")
        if node is None or node.content == kind:
            return []
        return [self.wrong("wrong_kind_of_file", "kind", kind, near(self.given("kind"), KINDS))]

    def problem(self, code: str, path: str, given: str, expected: str, hint: str = "", *, key: bool = False) -> Problem:
        """A problem with what stands at a path, or with the name of the field (``key``)."""
        return Problem(
            code, path, given or "nothing", expected, hint, *(self.key_place(path) if key else self.place(path))
        )

    def wrong(self, code: str, path: str, expected: str, hint: str = "") -> Problem:
        """A problem with what stands at a path, as it is written."""
        return self.problem(code, path, self.given(path), expected, hint)

    def given(self, path: str) -> str:
        """What stands at a path, as it is written."""
        if path in self._overridden:
            return self._overridden[path]
        node = self._nodes.get(path)
        if node is None:
            return "missing"
        return _shown(node)

    @staticmethod
    def _upwards(path: str) -> Iterator[str]:
        while path:
            yield path
            path = path.rpartition(".")[0]
        yield ""


def _shown(node: YamlNode) -> str:
    if isinstance(node.content, dict):
        return "a map"
    if isinstance(node.content, list):
        return "a list"
    if node.content is None:
        return "nothing"
    text = node.written or str(node.content)
    return text if len(text) <= LONGEST_GIVEN else f"{text[:LONGEST_GIVEN]}…"


def near(word: str, known: Sequence[str]) -> str:
    """A hint with the nearest known names, or nothing."""
    close = get_close_matches(word, known, n=2) or get_close_matches(word.lower(), known, n=1)
    return f"did you mean {' or '.join(close)}?" if close else ""


def problems_of(error: ValidationError, model: type[BaseModel], root: YamlNode, places: Places) -> list[Problem]:
    """Every finding of pydantic as a problem."""
    return [_problem(item, model, root, places) for item in error.errors(include_url=False)]


def _problem(item: Mapping[str, Any], model: type[BaseModel], root: YamlNode, places: Places) -> Problem:
    parts = _real(item["loc"], root)
    kind, context = item["type"], item.get("ctx", {})
    path = ".".join(parts)
    if kind == "missing":
        return places.problem("missing", path, "missing", _expected(_field(model, item["loc"])))
    if kind == "extra_forbidden":
        known = _names(_model(model, item["loc"][:-1]))
        hint = near(parts[-1], known)
        given = f"the unknown field {parts[-1]}"
        return places.problem("unknown_field", path, given, f"one of {', '.join(known)}", hint, key=True)
    if kind == "union_tag_not_found":
        key = context["discriminator"].strip("'")
        return places.problem("missing", f"{path}.{key}", "missing", "the kind of contract, supply or event")
    if kind == "union_tag_invalid":
        key, tags = context["discriminator"].strip("'"), context["expected_tags"].replace("'", "")
        path = f"{path}.{key}"
        hint = near(context["tag"], tags.split(", "))
        return places.problem("not_allowed", path, places.given(path), f"one of {tags}", hint)
    if parts and parts[-1] == KEY:
        path = path.removesuffix(f".{KEY}")
        expected, hint = context.get("expected", "a name"), context.get("hint", "")
        return places.problem(kind, path, parts[-2], expected, hint, key=True)
    given = places.given(path)
    if kind == "literal_error":
        allowed = context["expected"].replace("'", "").replace(" or ", ", ")
        hint = near(str(item["input"]), allowed.split(", "))
        return places.problem("not_allowed", path, given, f"one of {allowed}" if ", " in allowed else allowed, hint)
    if "expected" in context:
        return places.problem(kind, path, given, context["expected"], context.get("hint", ""))
    code, expected = _KINDS.get(kind, ("wrong_kind", item["msg"].lower()))
    hint = "write true or false" if kind.startswith("bool") else ""
    return places.problem(code, path, given, expected, hint)


_KINDS = {
    "model_type": ("wrong_kind", "a map"),
    "model_attributes_type": ("wrong_kind", "a map"),
    "dict_type": ("wrong_kind", "a map of names"),
    "tuple_type": ("wrong_kind", "a list: [one, two]"),
    "bool_type": ("wrong_kind", "true or false"),
    "bool_parsing": ("wrong_kind", "true or false"),
    "too_short": ("empty", "at least one entry"),
    "too_long": ("not_supported", "one entry: more come with a later version"),
}


def _real(location: Sequence[str | int], root: YamlNode) -> list[str]:
    """The path in the file: without the names that pydantic gives to the members of a union."""
    node: YamlNode | None = root
    parts: list[str] = []
    for place, part in enumerate(location):
        children = dict(node.children()) if node else {}
        if str(part) in children:
            node = children[str(part)]
        elif place < len(location) - 1 or not isinstance(node.content if node else None, dict):
            continue
        else:
            node = None
        parts.append(str(part))
    return parts


def _model(model: type[BaseModel], location: Sequence[str | int]) -> type[BaseModel] | None:
    """The model that describes the map at a location."""
    found: Any = model
    for part in location:
        if isinstance(found, type) and issubclass(found, BaseModel):
            field = _by_name(found, str(part))
            found = _inside(field.annotation) if field else None
        elif isinstance(found, dict):  # names that lead on: members of a union, or any key of a map
            found = found.get(str(part), found.get(None))
        if isinstance(found, dict) and set(found) == {None} and part == location[-1]:
            break
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _inside(annotation: Any) -> Any:
    """The model an annotation leads to; for a map ``{None: model}``; for a union its members by tag."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is dict:
        return {None: _inside(get_args(annotation)[1])}
    members = [_inside(item) for item in get_args(annotation)]
    models = [item for item in members if isinstance(item, type)]
    if len(models) > 1:
        return {_tag(item): item for item in models}
    return models[0] if models else next((item for item in members if isinstance(item, dict)), None)


def _tag(model: type[BaseModel]) -> str:
    field = model.model_fields.get("kind")
    return str(get_args(field.annotation)[0]) if field else "anchor"


def _by_name(model: type[BaseModel], name: str) -> FieldInfo | None:
    for key, field in model.model_fields.items():
        if name == (field.alias or key):
            return field
    return None


def _names(model: type[BaseModel] | None) -> list[str]:
    return [field.alias or key for key, field in model.model_fields.items()] if model else []


def _field(model: type[BaseModel], location: Sequence[str | int]) -> FieldInfo | None:
    parent = _model(model, location[:-1])
    return _by_name(parent, str(location[-1])) if parent else None


def _expected(field: FieldInfo | None) -> str:
    """What may stand at a field: its description and, for a quantity, its unit."""
    if field is None:
        return "a value"
    for item in _metadata(field):
        if isinstance(item, Reads):
            return f"{item.expected}: {field.description}"
        if isinstance(item, ReadsMonth):
            return f"a month such as 2026-05: {field.description}"
    return field.description or "a value"


def _metadata(field: FieldInfo) -> Iterator[Any]:
    yield from field.metadata
    for member in get_args(field.annotation):
        yield from getattr(member, "__metadata__", ())


def field_at(model: type[BaseModel], path: str) -> Iterator[Any]:
    """What is attached to the annotation of the field at a dotted path of a file."""
    parts = path.split(".")
    found: Any = model
    for place, part in enumerate(parts):
        options = _models_in(found)
        field = next((field for option in options if (field := _by_name(option, part))), None)
        if field is None:
            found = found.get(None) if isinstance(found, dict) else None
        elif place == len(parts) - 1:
            yield from _metadata(field)
        else:
            found = _inside(field.annotation)


def unknown_field(path: str, model: type[BaseModel]) -> tuple[str, list[str]] | None:
    """The first step of a dotted path that no file of the model has, and what stands there; None: it is known."""
    found: Any = model
    for part in path.split("."):
        options = _models_in(found)
        field = next((field for option in options if (field := _by_name(option, part))), None)
        if field is not None:
            found = _inside(field.annotation)
        elif isinstance(found, dict) and None in found:
            found = found[None]
        else:
            return part, list(dict.fromkeys(name for option in options for name in _names(option)))
    return None


def _models_in(found: Any) -> list[type[BaseModel]]:
    if isinstance(found, dict):
        return [item for key, item in found.items() if key is not None and isinstance(item, type)]
    return [found] if isinstance(found, type) and issubclass(found, BaseModel) else []
