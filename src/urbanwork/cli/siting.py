"""`urbanwork site`: where the next places should stand, proven, as a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

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
from urbanwork.errors import UserError


def site(
    folder: CityFolder,
    what: Annotated[str, typer.Option(help="Category of place, such as kindergarten. 设施类别")],
    how_many: Annotated[
        int | None, typer.Option(help="New places, at most; full cover does without. 新建数量")
    ] = None,
    objective: Annotated[
        Literal["cover", "full", "median", "center"],
        typer.Option(
            help="Most people within the radius, all with fewest places, least mean walk, or "
            "least longest walk. 目标"
        ),
    ] = "cover",
    radius: Annotated[
        float | None, typer.Option(help="Metres on foot; else that of the catalogue. 服务半径")
    ] = None,
    candidates: Annotated[
        str,
        typer.Option(help="'cells', 'land', or a file of points or plots. 候选用地"),
    ] = "cells",
    existing: Annotated[
        Literal["kept", "movable", "ignored"],
        typer.Option(help="What becomes of places that exist. 现状设施"),
    ] = "kept",
    capacity: Annotated[float | None, typer.Option(help="Seats of a new place. 学位数")] = None,
    seats_per_1000: Annotated[
        float | None, typer.Option(help="Seats that 1,000 people need. 千人指标")
    ] = None,
    budget: Annotated[
        float | None, typer.Option(help="Sum of the column 'cost' of what is chosen. 预算")
    ] = None,
    floor_worst_area: Annotated[
        float, typer.Option(help="Percent of people of every area within the radius. 最低覆盖率")
    ] = 0.0,
    crs: PlanCrs = None,
    datum: PlanDatum = None,
    layer: PlanLayer = None,
    seconds: Annotated[float, typer.Option(help="Time for the solver, at most. 求解时限")] = 60.0,
    out: Annotated[
        Path | None, typer.Option(help="Write the scenario here (.geojson, .yaml). 输出方案")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Only if all may be published. 仅限可公开")
    ] = False,
    as_json: AsJson = False,
    quiet: NoProgress = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Where new places serve most people, with the proven gap; writes a scenario. 设施选址。

    Candidates that break a bottom line are left out.
    """
    from urbanwork.planning.asking import SitingRequest, radius_of

    request = SitingRequest(
        what, how_many, objective, radius, _where(candidates), existing, capacity,
        seats_per_1000, budget, floor_worst_area, crs, seconds, datum, layer,
    )  # fmt: skip
    radius_of(request)  # what is wrong with the request is told before the city is read
    _check_out(out)
    found = _sited(folder, request, stages(lang, quiet=quiet or as_json), public=public)
    if out is not None:
        from urbanwork.planning.writing import write_scenario

        write_scenario(found.scenario, out)
    if as_json:
        print_json(found.plain())
    else:
        from urbanwork.reporting.siting import print_siting

        print_siting(found, lang=lang, out=out)


def _where(candidates: str) -> str | Path:
    return candidates if candidates in ("cells", "land") else Path(candidates)


def _check_out(out: Path | None) -> None:
    if out is None:
        return
    if out.suffix.lower() not in (".geojson", ".json", ".yaml", ".yml"):
        raise UserError(f"--out {out}: scenarios are written as .geojson or .yaml")
    if not out.absolute().parent.is_dir():
        raise UserError(f"--out {out}: there is no folder {out.absolute().parent}; make it first")


def _sited(folder: Path, request: Any, progress: Any, *, public: bool) -> Any:
    from urbanwork.city.prepare import prepared
    from urbanwork.city.reading import read_settings
    from urbanwork.planning.gate import gate_of_city
    from urbanwork.planning.locate import site as located

    settings = read_settings(folder)
    city = prepared(settings, progress)
    gate = gate_of_city(city, sets=settings.standards, extra=settings.bottom_lines)
    seen = gate.visibility("add_place", category=request.what)
    if public and seen != "public":
        raise UserError(
            f"{folder}: bottom lines rest on layers that are {seen}, and which sites are left "
            "would show them; leave out --public, or give a city without them"
        )
    progress("choosing sites", "求解选址")
    return located(city, request, gate)
