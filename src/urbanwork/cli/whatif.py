"""`urbanwork whatif`: what a plan does to people, and whether it breaks a bottom line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from urbanwork.cli.options import (
    DEFAULT_LANG,
    AsJson,
    CityFolder,
    Lang,
    Language,
    NoProgress,
    PlanCrs,
    PlanDatum,
    PlanLayer,
)
from urbanwork.cli.streams import print_json, stages


def whatif(
    folder: CityFolder,
    scenario: Annotated[
        Path,
        typer.Argument(
            help="Scenario or plan (.yaml, .geojson, .gpkg, .shp, .dxf). 规划方案",
            show_default=False,
        ),
    ],
    against: Annotated[
        Path | None,
        typer.Option(help="Another scenario to hold it against; else today. 对照方案"),
    ] = None,
    crs: PlanCrs = None,
    datum: PlanDatum = None,
    layer: PlanLayer = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Write a page too: today beside the plan. 网页文件", show_default=False),
    ] = None,
    visibility: Annotated[
        Literal["public", "internal", "restricted"],
        typer.Option(help="Who may see what is told: what is for fewer is left out. 公开范围"),
    ] = "public",
    as_json: AsJson = False,
    quiet: NoProgress = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """What a plan does: before and after, who gains, who loses, bottom lines. 方案推演。

    Exit code: 0 no bottom line is broken, 3 one cannot be judged, 4 one is broken, 2 bad input.
    It counts all bottom lines, those that --visibility leaves out too.
    """
    from urbanwork.planning.stacking import read_stack
    from urbanwork.planning.verdicts import EXIT_CODES, outcome
    from urbanwork.planning.whatif.opening import open_session
    from urbanwork.planning.whatif.running import what_if

    stack = read_stack(scenario, crs=crs, datum=datum, layer=layer)
    other = None if against is None else read_stack(against)
    session = open_session(folder, stages(lang, quiet=quiet or as_json))
    found = what_if(session, stack, other)
    code = EXIT_CODES[outcome(list(found.verdicts))]
    if html is not None:
        _write_page(html, found, stack, session, visibility, other, lang=lang)
    found = _for(visibility, found, stack)
    if as_json:
        from urbanwork.reporting.whatif import plain_outcome

        print_json(plain_outcome(found))
    else:
        from urbanwork.reporting.whatif import print_outcome

        print_outcome(found, lang=lang)
    raise typer.Exit(code)


def _for(visibility: Any, found: Any, stack: Any) -> Any:
    """The outcome without changes and verdicts that readers of this level may not see."""
    from urbanwork.reporting.scenario import shown_changes, visible

    shown = {each.id for each in shown_changes(stack, visibility)}
    return replace(
        found, verdicts=visible(found.verdicts, stack, visibility),
        changes=tuple(each for each in found.changes if each.id in shown),
    )  # fmt: skip


def _write_page(
    path: Path, found: Any, stack: Any, session: Any, visibility: Any, other: Any, *, lang: Lang
) -> None:
    """Today, or the other scenario, beside the plan."""
    from urbanwork.city.store import write_file
    from urbanwork.reporting.html.basemap import build_basemap
    from urbanwork.reporting.html.scenario import build_scenario
    from urbanwork.reporting.scenario import scenario_input

    against = None if other is None else other[-1].name
    given = scenario_input(
        found, stack, session, basemap=build_basemap(session.city), visibility=visibility,
        against=against,
    )  # fmt: skip
    write_file(path, build_scenario(given, lang=lang))
