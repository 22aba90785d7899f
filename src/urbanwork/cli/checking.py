"""`urbanwork check`: a plan held against the bottom lines of a city."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanwork.cli.options import (
    DEFAULT_LANG,
    AsJson,
    CityFolder,
    Language,
    NoProgress,
    PlanCrs,
    PlanDatum,
    PlanLayer,
)
from urbanwork.cli.streams import print_json, stages


def check(
    folder: CityFolder,
    plan: Annotated[
        Path,
        typer.Argument(
            help="Plan (.geojson, .yaml, .gpkg, .shp, .dxf). 规划方案", show_default=False
        ),
    ],
    crs: PlanCrs = None,
    datum: PlanDatum = None,
    layer: PlanLayer = None,
    geojson: Annotated[
        Path | None, typer.Option(help="Write the verdicts to this GeoJSON. 输出 GeoJSON")
    ] = None,
    gpkg: Annotated[
        Path | None, typer.Option(help="Write the verdicts to this GeoPackage. 输出 GeoPackage")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with map and cures. 输出网页")
    ] = None,
    public: Annotated[
        bool,
        typer.Option(
            "--public", help="Leave out all that rests on layers not public. 仅输出可公开内容"
        ),
    ] = False,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Do not measure indicators; their floors are unknown. 快速"),
    ] = False,
    as_json: AsJson = False,
    quiet: NoProgress = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Hold a plan against the bottom lines: clause, place, figures, cure. 底线核查。

    Exit code: 0 no bottom line is broken, 3 one cannot be judged, 4 one is broken, 2 bad input.
    """
    from urbanwork.planning.checking import check_plan
    from urbanwork.planning.verdicts import EXIT_CODES

    told = stages(lang, quiet=quiet or as_json)
    found = check_plan(folder, plan, crs=crs, datum=datum, layer=layer, quick=quick, progress=told)
    found = found.for_public() if public else found
    if geojson is not None:
        from urbanwork.city.store import write_file
        from urbanwork.reporting.verdicts import geojson_check

        write_file(geojson, geojson_check(found))
    if gpkg is not None:
        from urbanwork.reporting.verdicts import write_check_geopackage

        write_check_geopackage(found, gpkg)
    if html is not None:
        from urbanwork.city.store import write_file
        from urbanwork.reporting.html.verdicts import build_check

        write_file(html, build_check(found, lang=lang))
    if as_json:
        from urbanwork.reporting.verdicts import plain_check

        print_json(plain_check(found))
    else:
        from urbanwork.reporting.verdict_terminal import print_check

        print_check(found, lang=lang)
    raise typer.Exit(EXIT_CODES[found.status])
