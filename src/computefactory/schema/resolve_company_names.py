"""Names in a company file that must lead somewhere: systems, factories inside."""

from __future__ import annotations

from pathlib import Path

from computefactory.schema.origin import Sources, Traced
from computefactory.schema.problems import near
from computefactory.schema.shipped import names_in, shipped_as

__all__ = ["factory_file", "named"]

SYSTEM, COOLING, DEFAULT = "system", "cooling", "default"


def named(sources: Sources) -> None:
    """Refuse a system or a cooling that the library does not have, and a factory that is no file and not shipped."""
    coolings = [key for key in sources.library.keys(COOLING) if key != DEFAULT]
    known = sources.library.keys(SYSTEM)
    for name, block in sources.document.company.blocks.items():
        if block.system is not None and block.system not in known:
            path, expected = f"blocks.{name}.system", "a row of the library's table system"
            sources.refuse("unknown_name", path, block.system, expected, near(block.system, known))
        if block.cooling is not None and block.cooling not in coolings:
            path, hint = f"blocks.{name}.cooling", near(block.cooling, coolings) or f"it has {', '.join(coolings)}"
            sources.refuse("unknown_name", path, block.cooling, "a row of the library's table cooling", hint)
        if block.factory is not None and not _is_file(sources, name):
            path, expected = (
                f"blocks.{name}.factory",
                "a factory file beside this one, or the name of a shipped factory",
            )
            shipped = names_in("factory")
            hint = near(block.factory, shipped) or f"the shipped factories are {', '.join(shipped)}"
            sources.refuse("no_such_file", path, block.factory, expected, hint)


def factory_file(sources: Sources, name: str) -> Traced:
    """The file of the factory inside a block: beside the company's own, else a shipped one."""
    path = f"blocks.{name}.factory"
    return sources.file_at(path) if _beside(sources, name).is_file() else sources.required(path)


def _beside(sources: Sources, name: str) -> Path:
    return Path(sources.document.file).parent / str(sources.document.company.blocks[name].factory)


def _is_file(sources: Sources, name: str) -> bool:
    stated = str(sources.document.company.blocks[name].factory)
    return _beside(sources, name).is_file() or shipped_as("factory", stated) is not None
