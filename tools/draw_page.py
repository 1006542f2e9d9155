"""Draw the pictures of the docs: the first page and the football field of a shipped factory.

python tools/draw_page.py
"""

from __future__ import annotations

from pathlib import Path

from computefactory import model
from computefactory.cli import page
from computefactory.registry import PAGES, PICTURES

ROOT = Path(__file__).resolve().parent.parent
NAME = "iren-horizon"


def pictures() -> dict[Path, str]:
    """Each file of ``docs`` and what it shows."""
    result = model.run(NAME)
    return {
        ROOT / "docs" / f"{NAME}.svg": page.drawn(PAGES["overview"](result), f"computefactory run {NAME}"),
        ROOT / "docs" / "football-field.svg": PICTURES["valuation"](PAGES["valuation"](result)),
    }


def main() -> None:
    """Write the pictures."""
    for path, drawn in pictures().items():
        path.write_text(drawn, encoding="utf-8", newline="\n")
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
