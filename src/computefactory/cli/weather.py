"""``computefactory weather``: a place's year outdoors and what it means for cooling."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from computefactory.cli.options import Json, Layers, PageFile

FILES = (".epw", ".csv", ".tm2", ".tmy3", ".gz", ".txt")


def weather(
    where: Annotated[
        str, typer.Argument(metavar="PLACE|FILE", help="A place of the library, or a weather file (EPW, TMY3, CSV).")
    ],
    elevation: Annotated[
        float | None, typer.Option("--elevation", help="Metres above the sea, for a file that states none.")
    ] = None,
    pvgis: Annotated[
        bool, typer.Option("--pvgis", help="Fetch the place's typical year from PVGIS (or: LAT,LON); goes online.")
    ] = False,
    output: PageFile = None,
    as_json: Json = False,
    library: Layers = None,
) -> None:
    """Show the weather of a place. Design conditions, months, bins, free-cooling hours by architecture."""
    from computefactory.cli import page
    from computefactory.library import Library
    from computefactory.plant.weather.file import read_weather
    from computefactory.report.weather import weather as lay_out
    from computefactory.schema import standard
    from computefactory.studies.weather import weather_of

    facts = Library.load(library or [])
    if pvgis:
        from computefactory.plant.weather.pvgis import pvgis_year

        site = standard.site_of_hours(facts, pvgis_year(*standard.point_of(facts, where)))
    elif where not in facts.keys("place") and (Path(where).suffix.lower() in FILES or Path(where).is_file()):
        site = standard.site_of_hours(facts, read_weather(Path(where)), elevation)
    else:
        site = standard.site_of(facts, where)
    page.give(lay_out(weather_of(facts, site)), output, as_json=as_json)
