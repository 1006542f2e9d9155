"""Draw the terminal page of a shipped factory as a picture: ``docs/iren-horizon.svg``.

python tools/draw_page.py
"""

from __future__ import annotations

import inspect
import io
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

import computefactory as cf
import draw_value
from computefactory.cli import page

ROOT = Path(__file__).resolve().parent.parent
NAME = "iren-horizon"
PICTURE = ROOT / "docs" / f"{NAME}.svg"
WIDTH = 80
FONTS = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"  # those of the reader: nothing is fetched


def picture() -> str:
    """The page as the terminal shows it."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    page.show(cf.run(NAME), console)
    fetched = inspect.signature(console.export_svg).parameters["code_format"].default
    local = re.sub(r"@font-face \{\{.*?\}\}\n", "", fetched, flags=re.DOTALL)
    drawn = console.export_svg(
        title=f"computefactory run {NAME}", theme=SVG_EXPORT_THEME, code_format=local, unique_id="page"
    )
    return "\n".join(line.rstrip() for line in drawn.replace("Fira Code, monospace", FONTS).splitlines()) + "\n"


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(), encoding="utf-8", newline="\n")
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")
    draw_value.draw()


if __name__ == "__main__":
    main()
