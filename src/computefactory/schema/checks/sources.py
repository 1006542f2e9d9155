"""Who says so: paths that sources cover must stand in the file, each under one source."""

from __future__ import annotations

from collections.abc import Mapping

from computefactory.schema.checks.plant import Found
from computefactory.schema.problems import Places, near

__all__ = ["CHECKS"]


def _sources(at: Places, sources: Mapping[str, tuple[str, ...]]) -> Found:
    known = at.paths
    covered: dict[str, str] = {}
    for source, paths in sources.items():
        for place, path in enumerate(paths):
            where = f"sources.{source}.{place}"
            if path not in known:
                yield at.problem("unknown_path", where, path, "a path of this file", near(path, known))
            elif covered.setdefault(path, source) != source:
                yield at.problem("duplicate_key", where, path, "one source a path", f"already under {covered[path]}")


CHECKS = (_sources,)
