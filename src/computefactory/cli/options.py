"""The options that every verb shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[
    str, typer.Argument(metavar="FILE", help="A file of a factory or company, or the name of a shipped one.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Override one field, e.g. silicon.total_price='6.2 bn USD'."),
]
Layers = Annotated[
    list[Path] | None, typer.Option("--library", metavar="DIR", help="Facts that come before the package's own.")
]
Resize = Annotated[
    bool, typer.Option("--resize", help="Size the debt anew with --set in force; without it the debt stays as sized.")
]
Case = Annotated[
    str,
    typer.Option("--case", help="The return case; of a company sold, secured or announced.", show_default=False),
]
CompanyCase = Annotated[
    str,
    typer.Option("--case", help="Of a company, what counts: sold (default), secured, announced.", show_default=False),
]
Hindsight = Annotated[
    bool,
    typer.Option("--hindsight", help="Of a company: let in what was not public yet on its date; said on every page."),
]
Output = Annotated[Path | None, typer.Option("-o", metavar="DIR", help="Write the result here.")]
PageFile = Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Write .csv, .json, .parquet or .svg.")]
