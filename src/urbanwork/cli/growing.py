"""`urbanwork growth simulate` and `validate`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from urbanwork.cli.light import let_heavy_packages_in
from urbanwork.cli.options import DEFAULT_LANG, AsJson, Lang
from urbanwork.cli.streams import print_json
from urbanwork.errors import UserError

app = typer.Typer(
    no_args_is_help=True,
    help="Growth of built-up land: learned from maps, kept off masked land. 城镇扩展模拟",
)

Maps = Annotated[
    tuple[str, str],
    typer.Option(
        "--fit", metavar="A B", show_default=False,
        help="Two maps of land use, earlier and later, as FILE or FILE@YEAR. 两期土地利用栅格",
    ),
]  # fmt: skip
Built = Annotated[int, typer.Option("--built", help="Class that grows. 建设用地类别编码")]
Drivers = Annotated[
    list[Path] | None,
    typer.Option("--driver", "--drivers", help="Raster that may explain it; repeat. 驱动因子栅格",
                 show_default=False),
]  # fmt: skip
Masks = Annotated[
    list[str] | None,
    typer.Option(
        "--mask", show_default=False,
        help="Land never built on; repeat: zones.geojson, water.tif, land.tif=5,6, 'slope.tif>25'. "
        "禁止建设范围",
    ),
]  # fmt: skip
Model = Annotated[str, typer.Option("--model", help="boosting, forest or logistic. 模型")]
Window = Annotated[int, typer.Option("--window", help="Neighbourhood, 3 or 5 cells. 邻域宽度")]
Runs = Annotated[int, typer.Option("--runs", help="Runs of the ensemble. 模拟次数")]
Seed = Annotated[int, typer.Option("--seed", help="Equal seeds give equal bytes. 随机种子")]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for raster, JSON and page. 输出文件夹", show_default=False),
]
Language = Annotated[
    Lang,
    typer.Option("--lang", help="Language of the page. 页面语言", envvar="URBANWORK_LANG"),
]


@app.command()
def simulate(
    fit: Maps,
    until: Annotated[int, typer.Option("--until", help="Last year. 目标年", show_default=False)],
    built: Built = 2,
    driver: Drivers = None,
    mask: Masks = None,
    city: Annotated[
        Path | None,
        typer.Option(help="City whose bottom lines mask the land. 城市文件夹", show_default=False),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Only if all may be published. 仅限可公开")
    ] = False,
    never: Annotated[
        str | None, typer.Option(help="Classes never built on: 5,6. 不可转换类别")
    ] = None,
    demand: Annotated[str, typer.Option(help="trend, markov or quota. 需求")] = "trend",
    quota_km2: Annotated[
        float | None, typer.Option("--quota-km2", help="Land that the plan allows. 规划指标")
    ] = None,
    quota_cells: Annotated[
        int | None, typer.Option("--quota-cells", help="The same in cells. 指标（单元数）")
    ] = None,
    model: Model = "boosting",
    window: Window = 5,
    runs: Runs = 30,
    seed: Seed = 1,
    out: Out = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Grow the later of two maps to a year, many times. 模拟。"""
    let_heavy_packages_in()
    from urbanwork.planning.growth.running import forecast
    from urbanwork.planning.growth.writing import forecast_report, write_probability

    options = _options(built, model, window, runs, seed)
    _check_out(out)
    maps = _maps(fit, built)
    quota = _quota(quota_km2, quota_cells, maps[1].grid)
    if quota is not None and demand == "markov":
        raise UserError("growth: got --demand markov and a quota; give one of them")
    kind = "quota" if quota is not None else demand
    masks = _masks(mask, maps[0].grid)
    gate, zoning = (None, None) if city is None else _zoning(city, maps[0].grid)
    if zoning is not None:
        if public and zoning.visibility != "public":
            raise UserError(
                f"{city}: bottom lines rest on layers that are {zoning.visibility}, and a map of "
                "growth would show them; leave out --public, or give a city without them"
            )
        masks += zoning.masks
    found = forecast(
        (maps[0], maps[1]), _drivers(driver, maps[0].grid), masks, options,
        until=until, demand=kind, quota=quota, never=_classes(never),
    )  # fmt: skip
    report = forecast_report(found)
    if gate is not None and zoning is not None:
        report["visibility"] = zoning.visibility
        report["bottom_lines"] = zoning.proof(gate, found.ensemble.runs > 0)
    if out is not None:
        from urbanwork.planning.growth.masks import together
        from urbanwork.reporting.html.growth import build_growth, forecast_picture

        land = maps[1]
        chance = found.ensemble.probability
        picture = forecast_picture(
            chance, found.built, land.known, together(masks, land.grid.shape)
        )
        _write(out, report, build_growth(report, picture, kind="forecast", lang=lang))
        write_probability(out / "probability.tif", chance, land.known, land.grid)
    _print(report, _forecast_lines(report), out, as_json=as_json)


@app.command()
def validate(
    fit: Maps,
    predict: Annotated[
        str | None,
        typer.Option(help="Later map to compare with, FILE or FILE@YEAR; without it, blocks of the "
                     "maps are left out in turn. 检验期栅格", show_default=False),
    ] = None,
    built: Built = 2,
    driver: Drivers = None,
    mask: Masks = None,
    quantity: Annotated[str, typer.Option(help="observed, trend or markov. 数量")] = "observed",
    model: Model = "boosting",
    window: Window = 5,
    runs: Runs = 30,
    seed: Seed = 1,
    out: Out = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:  # fmt: skip
    """Hold a simulation against growth that is known, beside maps that know nothing. 检验。"""
    let_heavy_packages_in()
    from urbanwork.planning.growth.validating import (
        QUANTITIES,
        validate_in_space,
        validate_in_time,
    )
    from urbanwork.planning.growth.writing import validation_report, write_probability

    options = _options(built, model, window, runs, seed)
    _check_out(out)
    maps = _maps([*fit, predict] if predict else fit, built)
    drivers, masks = _drivers(driver, maps[0].grid), _masks(mask, maps[0].grid)
    if quantity not in QUANTITIES:
        raise UserError(f"growth: quantity is {', '.join(QUANTITIES)}, got '{quantity}'")
    if len(maps) == 3:
        three = (maps[0], maps[1], maps[2])
        found = validate_in_time(three, drivers, masks, options, quantity=quantity)
    else:
        found = validate_in_space((maps[0], maps[1]), drivers, masks, options)
    report = validation_report(found, options, [(each.path.name, each.year) for each in maps])
    if out is not None:
        from urbanwork.reporting.html.growth import build_growth, validation_picture

        start = maps[1] if len(maps) == 3 else maps[0]
        is_built = start.known & (start.classes == built)
        picture = validation_picture(found.ranked, found.observed, is_built, start.known)
        _write(out, report, build_growth(report, picture, kind="validation", lang=lang))
        write_probability(out / "probability.tif", found.probability, start.known, start.grid)
    _print(report, _validation_lines(report), out, as_json=as_json)


def _options(built: int, model: str, window: int, runs: int, seed: int) -> Any:
    from urbanwork.planning.growth.running import checked
    from urbanwork.planning.growth.validating import Options

    if window % 2 == 0:
        raise UserError(f"growth: --window is 3 or 5 cells wide, got {window}")
    return checked(Options(built, model, window // 2, runs, seed))


def _maps(texts: Sequence[str], built: int) -> list[Any]:
    from urbanwork.planning.growth.grids import check_series, read_land_map

    maps = [read_land_map(text) for text in texts]
    check_series(maps, built)
    return maps


def _drivers(paths: Sequence[Path] | None, grid: Any) -> dict[str, Any]:
    from urbanwork.planning.growth.grids import read_driver

    found: dict[str, Any] = {}
    for path in paths or ():
        if path.stem in found:
            raise UserError(f"{path}: two drivers are called '{path.stem}'; rename one")
        found[path.stem] = read_driver(path, grid)
    return found


def _masks(texts: Sequence[str] | None, grid: Any) -> list[Any]:
    from urbanwork.planning.growth.masks import read_mask

    return [read_mask(text, grid) for text in texts or ()]


def _zoning(folder: Path, grid: Any) -> tuple[Any, Any]:
    """The gate of a city, and the land that it masks."""
    from urbanwork.city.prepare import prepared
    from urbanwork.city.reading import read_settings
    from urbanwork.planning.gate import gate_of_city
    from urbanwork.planning.growth.zoning import zoning_of

    settings = read_settings(folder)
    city = prepared(settings, lambda *_: None)
    gate = gate_of_city(city, sets=settings.standards, extra=settings.bottom_lines)
    return gate, zoning_of(gate, grid)


def _classes(text: str | None) -> list[int]:
    try:
        return [int(each) for each in (text or "").split(",") if each.strip()]
    except ValueError:
        raise UserError(f"growth: --never takes classes such as 5,6, got '{text}'") from None


def _quota(km2: float | None, cells: int | None, grid: Any) -> int | None:
    if km2 is None:
        return cells
    if cells is not None:
        raise UserError("growth: got --quota-km2 and --quota-cells; give one of them")
    if grid.cell_km2 is None:
        raise UserError(
            "growth: the maps name no coordinate system, so km² mean nothing; give --quota-cells"
        )
    if not math.isfinite(km2):
        raise UserError(f"growth: --quota-km2 is a number of km², got {km2}")
    return round(km2 / float(grid.cell_km2))


def _check_out(out: Path | None) -> None:
    """Raises UserError before hours of simulation where the folder cannot be made."""
    there = next((each for each in (out, *out.parents) if each.exists()), None) if out else None
    if there is not None and not there.is_dir():
        raise UserError(f"--out {out}: {there} is a file; give a folder")


def _made(folder: Path) -> None:
    from urbanwork.city.store import storage_fault

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_fault(folder, error) from error


def _write(folder: Path, report: Mapping[str, Any], page: bytes) -> None:
    from urbanwork.city.store import write_file
    from urbanwork.reporting.plain import json_text

    _made(folder)
    write_file(folder / "growth.json", (json_text(report) + "\n").encode())
    write_file(folder / "growth.html", page)


def _print(
    report: Mapping[str, Any], lines: Sequence[str], out: Path | None, *, as_json: bool
) -> None:
    from urbanwork.reporting.plain import plain

    if as_json:
        print_json(report)
        return
    for line in lines:
        print(plain(line))
    if out is not None:
        print(out / "growth.html")


def _forecast_lines(report: Mapping[str, Any]) -> list[str]:
    demand, cell = report["demand"], report["cell_km2"]
    area = "" if cell is None else f" ({demand['total'] * cell:,.3g} km²)"
    lines = [
        f"{demand['total']:,} cells{area} wanted by {demand['years'][-1]} ({demand['kind']}), "
        f"{report['placed_in_each_run']:,} placed in each of {report['runs']} runs.",
    ]
    if report["shortfall_sentence"]:
        lines.append(f"Shortfall: {report['shortfall_sentence']}.")
    lines += [
        f"Mask {each['mask']}: {each['cells']:,} cells, {each['converted']} converted."
        for each in report["masks"]
    ]
    if report.get("visibility", "public") != "public":
        lines.append(f"This output is {report['visibility']}: it rests on such layers.")
    for rule in report.get("bottom_lines", {}).get("unknown", ()):
        lines.append(f"Unknown: {rule} was not held, its layer is missing.")
    return lines + [f"Note: {each}." for each in report["notes"]]


def _validation_lines(report: Mapping[str, Any]) -> list[str]:
    named = {"simulation, ranked": report["ranked"]}
    named |= {name.replace("_", " "): each for name, each in report["baselines"].items()}
    lines = [f"{report['grew']:,} cells grew; {report['grew_in_masks']:,} of them where masked."]
    lines += [
        f"{name:<19} figure of merit {each['figure_of_merit']:.4f}, "
        f"quantity disagreement {100 * each['quantity_disagreement']:.2f} %, "
        f"allocation disagreement {100 * each['allocation_disagreement']:.2f} %"
        for name, each in named.items()
    ]
    runs = report["runs"]
    lines.append(
        f"{runs['number']} runs with chance: figure of merit {runs['figure_of_merit_mean']:.4f} "
        f"± {runs['figure_of_merit_sd']:.4f} (standard deviation of runs)"
    )
    return [*lines, report["note"]]
