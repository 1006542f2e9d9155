from pathlib import Path

import pytest

from computefactory.library import COLUMNS, Library


@pytest.fixture
def library() -> Library:
    return Library.load()


@pytest.fixture
def layer(tmp_path):
    """Write a folder of the user's own rows; each row gives only the cells that matter."""

    def write(*rows: dict[str, str], name: str = "own.csv", header: tuple[str, ...] = COLUMNS) -> Path:
        usual = {"as_of": "2026-01", "source": "invoice", "confidence": "high"}
        lines = [",".join(header), *(",".join({**usual, **row}.get(column, "") for column in header) for row in rows)]
        folder = tmp_path / "layer"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    return write
