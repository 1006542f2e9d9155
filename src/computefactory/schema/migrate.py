"""Older versions of the file's shape: each step rewrites the tree of one version into the next, places kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from computefactory.errors import Problem
from computefactory.schema.factory import SCHEMA_VERSION
from computefactory.schema.problems import Places
from computefactory.schema.read import YamlNode

__all__ = ["MIGRATIONS", "Migration", "migrate"]

Migration = Callable[[YamlNode], YamlNode]
MIGRATIONS: Mapping[int, Migration] = {}  # from this version to the next; version 1 is the first


def migrate(
    root: YamlNode,
    places: Places,
    migrations: Mapping[int, Migration] = MIGRATIONS,
    current: int = SCHEMA_VERSION,
) -> tuple[YamlNode, list[Problem]]:
    """The tree in the current version, or why it cannot be read.

    A missing or malformed ``schema`` key is left for the model to report.
    """
    if not isinstance(root.content, dict):
        return root, []
    stated = root.content.get("schema")
    version = stated.content if stated else None
    if isinstance(version, bool) or not isinstance(version, int):
        return root, []
    if version > current:
        hint = "a newer computefactory reads it: upgrade"
        return root, [places.problem("schema_version", "schema", str(version), f"{current} or older", hint)]
    while version < current:
        step = migrations.get(version)
        if step is None:
            oldest = min(migrations, default=current)
            return root, [places.problem("schema_version", "schema", str(version), f"{oldest} to {current}")]
        root = step(root)
        version += 1
    return root, []
