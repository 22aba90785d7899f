"""`urbanwork arrangement check`, `cascade` and `new`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from urbanwork.cli.options import DEFAULT_LANG, AsJson, Lang, Language
from urbanwork.cli.streams import print_json
from urbanwork.errors import ManyFaultsError, UserError

app = typer.Typer(
    no_args_is_help=True,
    help="Policy documents as data: what they ask, what measures it, what is missing. 工作部署",
)

Named = Annotated[
    str, typer.Argument(help="Name of one that we carry, or a file. 名称或文件", show_default=False)
]


@dataclass(frozen=True, slots=True)
class _Target:
    """What is checked: a file, the catalogues it may use, and the city if it is that of one."""

    path: Path
    catalogue: Any  # of the city, or ours
    known: Any  # the same and ours: what an arrangement may name
    city: Path | None


@app.command()
def check(
    target: Annotated[
        str | None,
        typer.Argument(
            help="Folder of a city, a file, or the name of one that we carry; without it, the "
            "founding document. 城市文件夹、文件或名称",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Print the tree of an arrangement: what is measured, on which data, and the gaps. 检查。"""
    from urbanwork.arrangement.checking import check_arrangement

    found = _target(target)
    checked = check_arrangement(found.path, found.known)
    examined = _last(found.city)
    arrangement = checked.reading.arrangement
    rows = None if examined is None else _city_rows(examined)
    points = None if examined is None else _summed(arrangement, found.catalogue, examined)
    if as_json:
        ended = None if examined is None else examined.name
        print_json(_described(checked, found, rows) | {"examination": ended, "points": points})
        return
    from urbanwork.reporting.arranged import View, print_arrangement

    view = View(arrangement, found.catalogue, lang, rows, _by_id(points))
    print_arrangement(view, warnings=checked.warnings, heading=_heading(found, examined, lang))


@app.command()
def cascade(
    higher: Named, lower: Named, as_json: AsJson = False, lang: Language = DEFAULT_LANG
) -> None:
    """Which asks of a higher document a lower one answers, and which it does not. 逐级落实。"""
    from urbanwork.arrangement.cascade import cascade as held
    from urbanwork.arrangement.cascade import cycle_faults, nowhere_faults

    upper, under = _read(higher), _read(lower)
    found = held(upper.arrangement, under.arrangement)
    faults = [*nowhere_faults(upper.arrangement, under), *cycle_faults([under, upper])]
    if as_json:
        names = {"higher": upper.arrangement.id, "lower": under.arrangement.id}
        print_json({**names, **asdict(found)})
    else:
        from urbanwork.reporting.arranged import print_cascade

        print_cascade(upper.arrangement, under.arrangement, found, lang=lang)
    if faults:
        raise ManyFaultsError(faults)


@app.command()
def new(
    text: Annotated[
        Path, typer.Argument(help="The text: .txt, .md or .docx. 文本文件", show_default=False)
    ],
    out: Annotated[
        Path | None, typer.Option(help="File to write; without it, it is printed. 输出文件")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Date of the document; else as the text says. 文件日期")
    ] = None,
    level: Annotated[
        Literal["state", "province", "city", "district"],
        typer.Option(help="Level of who issued it. 级别"),
    ] = "city",
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Draft an arrangement from a text: sentences become asks to be bound. 由文本生成草稿。"""
    from urbanwork.arrangement.drafting import draft
    from urbanwork.arrangement.texts import read_document
    from urbanwork.catalogue.loading import load_catalogue

    document = read_document(text)
    day = _date(date or document.date, text)
    name = _name(out, text, day)
    drafted = draft(document, load_catalogue(), name=name, date=day, level=level)
    if out is None and not as_json:
        print(drafted, end="")
        return
    if out is not None:
        _write_new(out, drafted)
    asks = sum(len(each.sentences) for each in document.paragraphs)
    if as_json:
        described = {"arrangement": name, "asks": asks, "points": len(document.paragraphs)}
        print_json({**described, "file": None if out is None else str(out)})
    elif lang == "zh":
        print(f"已写入 {out}：{asks}项要求待绑定。下一步：urbanwork arrangement check {out}")
    else:
        print(f"{out} is written: {asks} asks to be bound. Next: urbanwork arrangement check {out}")


def _date(day: str, text: Path) -> str:
    from datetime import date

    if not day:
        raise UserError(f"{text}: the text names no date; give it with --date, such as 2026-03-01")
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise UserError(f"--date: '{day}' is no date; give one such as 2026-03-01") from None


def _name(out: Path | None, text: Path, day: str) -> str:
    """The id of the document: the name of the file to write, so that others find it beside."""
    from urbanwork.arrangement.drafting import document_id

    return document_id((out or text).stem) or document_id(text.stem) or f"document-{day}"


def _write_new(out: Path, text: str) -> None:
    if out.exists():
        raise UserError(f"{out}: the file is there already; give another name, or move it away")
    if not out.parent.is_dir():
        raise UserError(f"{out}: there is no folder {out.parent}; make it first")
    from urbanwork.city.store import write_file

    write_file(out, text.encode())


def _read(name: str) -> Any:
    from urbanwork.arrangement.loading import read_arrangement

    return read_arrangement(_file(name))


def _file(name: str) -> Path:
    """A file that is there, else the file of an arrangement that we carry."""
    from urbanwork.arrangement.loading import arrangement_path

    return Path(name) if Path(name).is_file() else arrangement_path(name)


def _target(target: str | None) -> _Target:
    from urbanwork.arrangement.loading import OWN_NAME, arrangement_path
    from urbanwork.catalogue.loading import load_catalogue

    own = load_catalogue()
    if target is None or not Path(target).is_dir():
        return _Target(_file(target or OWN_NAME), own, own, None)
    from urbanwork.city.reading import read_settings
    from urbanwork.examination.run import catalogue_of

    settings = read_settings(target)
    theirs = catalogue_of(settings)
    rows = {row.id: row for row in (*own.standards, *theirs.standards)}
    both = replace(
        theirs, indicators={**own.indicators, **theirs.indicators}, standards=tuple(rows.values())
    )
    path = arrangement_path(settings.arrangement, folder=settings.folder)
    return _Target(path, theirs, both, settings.folder)


def _last(city: Path | None) -> Path | None:
    """The examination asked for last, if the city has one, and it is whole."""
    if city is None:
        return None
    from urbanwork.examination.run import last_folder
    from urbanwork.examination.wholeness import check_whole

    last = last_folder(city)
    if last is not None:
        check_whole(last)
    return last


def _city_rows(examined: Path) -> dict[str, dict[str, Any]]:
    import pyarrow.parquet as pq

    rows = pq.read_table(examined / "indicators.parquet").to_pylist()
    return {row["indicator"]: row for row in rows if row["area"] == "city"}


def _heading(found: _Target, examined: Path | None, lang: Lang) -> str:
    if found.city is None:
        return ""
    if examined is not None:
        return f"{found.city} · {examined.name}"
    asked = f"urbanwork examine {found.city}"
    return f"尚未体检，请先运行 {asked}" if lang == "zh" else f"not examined yet; run '{asked}'"


def _by_id(points: list[dict[str, Any]] | None) -> dict[str, dict[str, Any]] | None:
    """Summaries of points and asks by their ids."""
    if points is None:
        return None
    asks = {f"ask:{ask['ask']}": ask for point in points for ask in point["asks"]}
    return {f"point:{point['point']}": point for point in points} | asks


def _described(checked: Any, found: _Target, rows: Mapping[str, Any] | None) -> dict[str, Any]:
    """All that the tree shows and what it leaves out, as plain data."""
    from urbanwork.arrangement.binding import bind

    arrangement = checked.reading.arrangement
    bindings = bind(arrangement, found.catalogue)
    keys = sorted({key for each in bindings.values() for key in each.indicators})
    return {
        "arrangement": arrangement.id,
        "title": asdict(arrangement.title),
        "date": arrangement.date,
        "level": arrangement.level,
        "version": arrangement.version,
        "bodies": [asdict(each) for each in arrangement.bodies.values()],
        "rules": [asdict(each) for each in arrangement.rules.values()],
        "asks": [
            {"section": section.id, "point": point.id, **asdict(ask),
             "where": arrangement.origins[ask.id], "binding": asdict(bindings[ask.id])}
            for section in arrangement.sections for point in section.points for ask in point.asks
        ],
        "indicators": {key: _indicator(found.catalogue.indicators[key], rows) for key in keys},
        "warnings": list(checked.warnings),
    }  # fmt: skip


def _indicator(indicator: Any, rows: Mapping[str, Any] | None) -> dict[str, Any]:
    declared = {
        "title": asdict(indicator.title), "unit": indicator.unit, "data": list(indicator.inputs),
        "standard": indicator.standard,
    }  # fmt: skip
    row = None if rows is None else rows.get(indicator.id)
    names = ("value", "grade", "reason", "note_en", "note_zh")
    return declared | ({} if row is None else {name: row[name] for name in names})


def _summed(arrangement: Any, catalogue: Any, examined: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    from urbanwork.examination.points import summarise

    indicators = pq.read_table(examined / "indicators.parquet")
    problems = pq.read_table(examined / "problems.parquet")
    return summarise(arrangement, indicators, problems, catalogue)
