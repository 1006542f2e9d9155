import os
from pathlib import Path

import pytest

from computefactory.library import COLUMNS, Library

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def library() -> Library:
    return Library.load()


@pytest.fixture(scope="session")
def facts() -> Path:
    folder = Path(os.environ.get("COMPUTEFACTORY_FACTS", ROOT.parent / "shared" / "facts"))
    if not folder.is_dir():
        pytest.skip("the collected facts are not on this machine (COMPUTEFACTORY_FACTS)")
    return folder


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
