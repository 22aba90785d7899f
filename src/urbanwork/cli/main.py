"""The command line: `urbanwork init`, `examine`, `explain`, `export` and what helps with them.

Exit codes: 0 done, 2 something given is wrong (one clear sentence), 130 stopped by Ctrl-C,
1 only for a fault of ours.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from urbanwork.cli import (
    arranging,
    auditing,
    cataloguing,
    checking,
    growing,
    keeping,
    lifecycle,
    serving,
    siting,
    ticking,
    whatif,
)
from urbanwork.cli.light import start_lightly
from urbanwork.cli.options import DEFAULT_LANG, AsJson, CityFolder, Language, Quiet
from urbanwork.cli.streams import check_arguments, prepare_streams, print_json
from urbanwork.errors import UserError
from urbanwork.kernels.waiting import tell_of_compiling

INTERRUPTED = 130

app = typer.Typer(
    name="urbanwork",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Examine a city from open data and explain every number.\n\n"
    "用开放数据为城市体检，每个数字都可追溯。\n\n"
    "First steps: `urbanwork init mycity --osm extract.osm.pbf`, then "
    "`urbanwork examine mycity`, then open the report it names.",
)

app.add_typer(arranging.app, name="arrangement")
app.add_typer(cataloguing.app, name="catalogue")
app.add_typer(growing.app, name="growth")
app.add_typer(lifecycle.app)
app.add_typer(serving.app, name="office")
app.command()(serving.serve)
app.add_typer(auditing.app, name="audit")
app.command()(whatif.whatif)
app.command()(siting.site)
app.command()(checking.check)
app.command()(keeping.backup)
app.command()(keeping.restore)
serving.app.command()(keeping.erase)
serving.app.command()(keeping.redact)
serving.app.command()(keeping.retain)
serving.app.command()(keeping.export)
serving.app.command()(ticking.tick)


def _tell_version(asked: bool) -> None:
    if asked:
        from urbanwork.version import __version__

        print(f"urbanwork {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Print the version. 版本号"
        ),
    ] = False,
) -> None:
    """What holds for every command."""


@app.command()
def init(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder to make. 新建的城市文件夹", show_default=False)
    ] = None,
    osm: Annotated[
        Path | None, typer.Option(help="OpenStreetMap extract (.osm.pbf). 地图数据")
    ] = None,
    boundary: Annotated[
        Path | None, typer.Option(help="Boundary of the city, as polygons. 城市边界")
    ] = None,
    population: Annotated[
        Path | None, typer.Option(help="Raster of people per pixel. 人口栅格")
    ] = None,
    gtfs: Annotated[
        list[Path] | None, typer.Option(help="Timetable (GTFS .zip). May be repeated. 公交时刻表")
    ] = None,
    areas: Annotated[
        Path | None, typer.Option(help="Polygons of districts or neighbourhoods. 分区")
    ] = None,
    places: Annotated[
        list[Path] | None,
        typer.Option(
            help="A bureau's register of places (.csv, .xlsx, ...). May be repeated. 设施名录"
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the city; else that of the folder. 城市名称")
    ] = None,
    jurisdiction: Annotated[
        str | None,
        typer.Option(help="Country whose standards hold, ISO code such as CN, FI. 适用标准的国家"),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(help="Download the extract of this place, such as Andorra. 按地名下载"),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="The sample: the centre of Helsinki. 样例")
    ] = False,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Make a city: a folder with a city.yaml of about ten lines. 新建城市。"""
    from urbanwork.cli.making import make_city

    made = make_city(
        folder, osm=osm, boundary=boundary, population=population, gtfs=gtfs or [], areas=areas,
        places=places or [], name=name, jurisdiction=jurisdiction, place=place, sample=sample,
    )  # fmt: skip
    if as_json:
        print_json({"city": str(made), "settings": str(made / "city.yaml")})
    elif lang == "zh":
        print(f"已建立 {made / 'city.yaml'}。下一步：urbanwork examine {made}")
    else:
        print(f"{made / 'city.yaml'} is written. Next: urbanwork examine {made}")


@app.command()
def examine(
    folder: CityFolder,
    threads: Annotated[
        int, typer.Option(min=1, help="How many cores to use; results do not depend on it. 线程数")
    ] = 2,
    like: Annotated[
        Path | None,
        typer.Option(
            help="Use the definitions of this earlier examination (folder, or id). 沿用体检口径"
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Examine a city: measure, grade, find problems, write a report. 城市体检。"""
    from urbanwork.cli.examining import run_examination

    run_examination(folder, threads=threads, like=like, as_json=as_json, quiet=quiet, lang=lang)


@app.command()
def explain(
    folder: CityFolder,
    indicator: Annotated[str, typer.Argument(help="Id, such as life.kindergarten_300m. 指标")],
    area: Annotated[
        str | None, typer.Option(help="Explain it for an area, by id or name. 片区")
    ] = None,
    cell: Annotated[
        str | None,
        typer.Option(help="Explain it for a cell, by its H3 id, as the report shows it. 单元"),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(help="With --cell: write the walked path to this file, as GeoJSON. 步行路径"),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Where a number comes from: inputs, formula, nearest places, path, clause. 解释一个数字。"""
    from urbanwork.cli.explaining import show_explanation

    show_explanation(folder, indicator, area=area, cell=cell, path=path, as_json=as_json, lang=lang)


@app.command()
def indicators(
    catalogue: Annotated[str, typer.Option(help="urbanwork, or ghsci. 指标目录")] = "urbanwork",
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """List the indicators: id, title, unit and the question each answers. 指标清单。"""
    from urbanwork.cli.listing import list_indicators

    list_indicators(catalogue, as_json=as_json, lang=lang)


@app.command()
def variables(
    word: Annotated[
        str, typer.Argument(help="Only those with this word. 关键词", show_default=False)
    ] = "",
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """List the variables that tables of statistics may hold, with their units. 统计变量清单。"""
    from urbanwork.cli.variables import list_variables

    list_variables(word, as_json=as_json, lang=lang)


@app.command()
def coordination(
    where: Annotated[
        Path,
        typer.Argument(
            help="Folder of a city, or a table (.csv, .xlsx): units in rows, columns called "
            "subsystem.item. 城市文件夹或表格",
            show_default=False,
        ),
    ],
    system: Annotated[str, typer.Option(help="Only this system, by id. 系统")] = "",
    form: Annotated[
        Literal["", "classic", "wang", "fan"], typer.Option(help="Form of C. 耦合度公式")
    ] = "",
    weights: Annotated[
        Literal["", "entropy", "equal", "given"], typer.Option(help="Weights of items. 指标权重")
    ] = "",
    weight: Annotated[
        list[str] | None, typer.Option(help="name=number. May be repeated. 给定权重")
    ] = None,
    goalposts: Annotated[
        list[str] | None,
        typer.Option(help="item=low:high, or low:high for all. May be repeated. 固定区间"),
    ] = None,
    epsilon: Annotated[
        float | None,
        typer.Option(min=0, max=0.5, help="Scaled values lie between this and 1. 标准化下限"),
    ] = None,
    frozen: Annotated[
        Path | None,
        typer.Option(help="Keep bounds and weights of what --json printed before. 沿用区间与权重"),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """How well subsystems go together, and what binds. 耦合协调度。"""
    from urbanwork.cli.coordinating import Asked, show_coordination

    asked = Asked(system, form, weights, weight or [], goalposts or [], epsilon, frozen)
    show_coordination(where, asked, as_json=as_json, lang=lang)


@app.command()
def standards(as_json: AsJson = False, lang: Language = DEFAULT_LANG) -> None:
    """List the dated standards: threshold, clause, strength, confidence. 标准清单。"""
    from urbanwork.cli.listing import list_standards

    list_standards(as_json=as_json, lang=lang)


@app.command()
def export(
    folder: CityFolder,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            "--format",
            help="Formats, separated by commas: xlsx, docx, pdf, gpkg, csv. 格式",
        ),
    ] = "xlsx,gpkg",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write to; without it, that of the examination. 输出文件夹"),
    ] = None,
    by: Annotated[
        Literal["point", "dimension"] | None,
        typer.Option(
            help="Order of a report: by point of the arrangement where there is one. 报告排列方式",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Write the last examination as XLSX, DOCX or PDF report, as GeoPackage or CSV. 导出报告。"""
    from urbanwork.cli.exporting import export_examination

    written = export_examination(folder, formats=to.split(","), out=out, lang=lang, by=by)
    if as_json:
        print_json({"written": [str(path) for path in written]})
    else:
        print("\n".join(str(path) for path in written))


@app.command()
def schema(
    what: Annotated[
        Literal[
            "city",
            "indicator",
            "standard",
            "bottom_line",
            "arrangement",
            "adapter",
            "scenario",
            "plan",
            "results",
            "tasks",
        ],
        typer.Argument(help="Which schema. 哪一种"),
    ] = "city",
    as_json: Annotated[
        bool, typer.Option("--json", help="It is always JSON. 始终输出 JSON")
    ] = True,
) -> None:
    """Print the JSON Schema of city.yaml, or of the catalogue's files, for editors. 文件规范。"""
    from urbanwork.cli.listing import schema_of

    print_json(schema_of(what))


@app.command(name="compile")
def compile_(
    every: Annotated[
        bool, typer.Option("--all", help="Those of plans, growth and siting too. 含规划用内核")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Compile the kernels of `examine`, once after installing (about ten seconds). 编译内核。

    Others compile at their first use, or all now with --all (about twenty seconds).
    """
    if not (quiet or as_json):
        took = "twenty" if every else "ten"
        print(f"Compiling the kernels, once; this takes about {took} seconds ...", flush=True)
    tell_of_compiling(None)
    from urbanwork.kernels.warm import warm

    seconds = warm(every=every)
    if as_json:
        print_json({"seconds": round(seconds, 3)})
    elif not quiet:
        print(f"The kernels are ready ({seconds:.1f} s).")


def run() -> None:
    """The entry point: faults become exit codes."""
    start_lightly()
    prepare_streams()
    if not {"--quiet", "-q"} & set(sys.argv):
        tell_of_compiling(_tell_of_compiling)
    try:
        check_arguments(sys.argv)
        app()
    except UserError as error:
        sys.exit(_told(str(error), 2))
    except OSError as error:
        sys.exit(_storage(error))
    except SystemExit as ended:
        sys.exit(_ended(ended))
    except Exception as error:
        sys.exit(_fault(error))


def _tell_of_compiling() -> None:
    line = "… compiling kernels that this needs, once; some seconds 首次使用，正在编译内核"
    print(line, file=sys.stderr, flush=True)


def _told(sentence: str, code: int) -> int:
    from urbanwork.reporting.plain import plain_lines

    print(f"urbanwork: {plain_lines(sentence)}", file=sys.stderr)
    return code


def _ended(ended: SystemExit) -> int | str | None:
    """The exit code that the parser of commands chose: it takes Ctrl-C and closed pipes itself."""
    if ended.code == INTERRUPTED:
        return _told("stopped; nothing half-written is left.", INTERRUPTED)
    if isinstance(ended.__context__, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return ended.code


def _storage(error: OSError) -> int:
    """A full or unwritable disk is not a fault of ours."""
    import errno

    if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
        return _told(f"{str(error.filename)[:200]}: {error.strerror}; give another path", 2)
    if error.errno not in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
        return _fault(error)
    return _told(
        f"{error.filename or 'the disk'}: {error.strerror}; free some space or choose a folder "
        "that can be written to.",
        2,
    )


def _fault(error: Exception) -> int:
    if os.environ.get("URBANWORK_DEBUG"):
        raise error
    return _told(
        f"a fault of ours, not of your data: {type(error).__name__}: {error}\n"
        "Set URBANWORK_DEBUG=1 to see where, and please report it.",
        1,
    )


if __name__ == "__main__":
    run()
