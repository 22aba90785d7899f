"""`urbanwork catalogue check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbanwork.cli.options import DEFAULT_LANG, AsJson, Lang, Language
from urbanwork.cli.streams import print_json
from urbanwork.errors import ManyFaultsError, UserError

if TYPE_CHECKING:
    from urbanwork.catalogue.auditing import Known
    from urbanwork.catalogue.models import Catalogue
    from urbanwork.catalogue.rows import Rows


app = typer.Typer(
    no_args_is_help=True,
    help="Indicators and standards: whether all that they name exists and nothing is left out. "
    "指标与标准目录",
)


@app.callback()
def group() -> None:
    """What holds for every command of the group."""


@app.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder of a city, or of indicators and standards; without it, ours. "
            "城市或目录文件夹",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Check units, sources, measures, variables, languages, rows and asks. 检查目录。"""
    from urbanwork.catalogue.auditing import known
    from urbanwork.catalogue.bottomlines import bottom_line_faults
    from urbanwork.catalogue.rows import load_rows

    words, rows = known(), load_rows()
    catalogue, faults = _own(rows, words) if folder is None else _theirs(folder, words)
    faults = [*faults, *bottom_line_faults()]
    summary = _summary(catalogue, rows if folder is None else None)
    if as_json:
        print_json({**summary, "faults": faults})
    if faults:
        raise ManyFaultsError(faults)
    if not as_json:
        _show(summary, lang)


def _own(rows: Rows, words: Known) -> tuple[Catalogue, list[str]]:
    """Our catalogue, with the faults of it, of the others that we carry and of the arrangements."""
    from urbanwork.arrangement.loading import arrangement_path, carried_names
    from urbanwork.catalogue.auditing import entry_faults, whole_faults
    from urbanwork.catalogue.loading import load_catalogue

    own, ghsci = load_catalogue(), load_catalogue(name="ghsci")
    faults = [*entry_faults(own, words), *entry_faults(ghsci, words)]
    faults += whole_faults([own, ghsci], rows, words)
    for name in carried_names():
        faults += _arrangement_faults(arrangement_path(name), own)
    return own, faults


def _theirs(folder: Path, words: Known) -> tuple[Catalogue, list[str]]:
    """The catalogue of a city with its arrangement, or a folder of indicators and standards."""
    from urbanwork.catalogue.auditing import entry_faults
    from urbanwork.catalogue.loading import load_catalogue

    if not folder.exists():
        raise UserError(f"{folder}: there is no such folder; give that of a city or a catalogue")
    if not (folder / "city.yaml").is_file():
        catalogue = load_catalogue(extra=[folder])
        return catalogue, list(entry_faults(catalogue, words))
    from urbanwork.arrangement.loading import arrangement_path
    from urbanwork.city.reading import read_settings
    from urbanwork.examination.run import catalogue_of

    settings = read_settings(folder)
    catalogue, own = catalogue_of(settings), load_catalogue()
    both = replace(
        own,
        indicators={**own.indicators, **catalogue.indicators},
        standards=tuple({row.id: row for row in (*own.standards, *catalogue.standards)}.values()),
    )
    path = arrangement_path(settings.arrangement, folder=settings.folder)
    return catalogue, [*entry_faults(catalogue, words), *_arrangement_faults(path, both)]


def _arrangement_faults(path: Path, catalogue: Catalogue) -> Iterator[str]:
    """Asks that are bound to nothing and named as no gap, and what else is wrong with them."""
    from urbanwork.arrangement.checking import check_arrangement

    try:
        checked = check_arrangement(path, catalogue)
    except ManyFaultsError as error:
        yield from error.faults
        return
    for ask in checked.reading.arrangement.asks():
        if not ask.indicators and ask.gap is None:
            spot = checked.reading.spots[ask.id]
            yield spot.fault("it is bound to no indicator; bind it or say in 'gap' what is missing")


def _summary(catalogue: Catalogue, rows: Rows | None) -> dict[str, Any]:
    """What there is: plain data, counted."""
    entries = catalogue.indicators.values()
    done = {row for each in entries for row in each.rows}
    return {
        "version": catalogue.version,
        "indicators": len(entries),
        "by_kind": dict(Counter(each.kind or "unnamed" for each in entries).most_common()),
        "standards": len(catalogue.standards),
        "by_confidence": dict(
            sorted(Counter(row.confidence for row in catalogue.standards).items())
        ),
        "unbound_standards": {row.id: row.unbound for row in catalogue.standards if row.unbound},
        "rows_carried_out": sorted(done) if rows else [],
        "rows_declared": [] if rows is None else [asdict(each) for each in rows.declared.values()],
    }


_WORDS = {
    "en": ("{} indicators, {} standards, no fault.", "by kind", "standards by confidence",
           "{} rows carried out, {} declared with the data that they need:"),
    "zh": ("{} 项指标、{} 条标准，未发现错误。", "按类型", "标准按可信度",
           "{} 个条目已实现，{} 个条目已声明所需数据："),
}  # fmt: skip


def _show(summary: dict[str, Any], lang: Lang) -> None:
    whole, kinds, confidences, rows = _WORDS[lang]
    print(whole.format(summary["indicators"], summary["standards"]))
    print(f"  {kinds}: {_counts(summary['by_kind'])}")
    print(f"  {confidences}: {_counts(summary['by_confidence'])}")
    if summary["rows_carried_out"]:
        declared = summary["rows_declared"]
        print(rows.format(len(summary["rows_carried_out"]), len(declared)))
        for each in declared:
            print(f"  {each['row']}  {each['needs'][lang]}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
