"""`urbanwork compare`, `comment`, `freeze`, `erratum`, `status`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from urbanwork.cli.options import Lang
from urbanwork.cli.streams import print_json
from urbanwork.errors import UserError

WITHDRAWN = "none"


def show_comparison(
    paths: Sequence[Path], *, html: Path | None, as_json: bool, as_csv: bool, lang: Lang
) -> None:
    """Compare, and print a table, JSON or CSV; write the page where it is asked for."""
    from urbanwork.city.store import write_file
    from urbanwork.examination.compare import compare

    if as_json and as_csv:
        raise UserError("compare: got --json and --csv; give one of them")
    comparison = compare(paths)
    if html is not None:
        from urbanwork.reporting.html.comparison import build_comparison

        write_file(html, build_comparison(comparison, lang=lang))
    if as_json:
        from urbanwork.reporting.compared import plain_comparison

        print_json(plain_comparison(comparison))
    elif as_csv:
        from urbanwork.reporting.compared import comparison_csv

        print(comparison_csv(comparison), end="")
    else:
        from urbanwork.reporting.comparison_terminal import print_comparison

        print_comparison(comparison, lang=lang)
        if html is not None:
            print(html)


def comment_on(
    path: Path,
    *,
    area: str | None,
    indicator: str | None,
    by: str | None,
    text: str | None,
    answer: int | None,
    as_json: bool,
    lang: Lang,
) -> None:
    """Record a comment or an answer; with neither, list what there is."""
    from urbanwork.examination import comments, lifecycle

    folder = lifecycle.examination_folder(path)
    if answer is not None:
        added = comments.add_answer(folder, answer, text=text or "", by=by)
    elif area is None and text is None:
        _list_comments(folder, as_json=as_json, lang=lang)
        return
    else:
        added = comments.add_comment(
            folder, area=lifecycle.area_id(folder, area or "city"), by=by or "", text=text or "",
            indicator=None if indicator is None else lifecycle.known_indicator(folder, indicator),
        )  # fmt: skip
    if as_json:
        print_json(added)
    else:
        number = added["number"]
        print(f"已记录，编号 {number}。" if lang == "zh" else f"Recorded as number {number}.")


def _list_comments(folder: Path, *, as_json: bool, lang: Lang) -> None:
    from urbanwork.examination.comments import comments_of
    from urbanwork.reporting.plain import plain
    from urbanwork.reporting.state_words import comment_line

    records = comments_of(folder)
    if as_json:
        print_json(records)
        return
    for record in records:
        print(plain(comment_line(record, lang)))
    if not records:
        print("暂无意见。" if lang == "zh" else "There are no comments.")


def freeze_examination(
    path: Path, *, by: str | None, force: str | None, as_json: bool, lang: Lang
) -> None:
    """Freeze an examination; its files must not change from then on."""
    from urbanwork.examination.frozen import freeze
    from urbanwork.examination.lifecycle import examination_folder
    from urbanwork.examination.wholeness import check_whole

    folder = examination_folder(path)
    check_whole(folder)
    record = freeze(folder, by=by, force=force)
    if as_json:
        print_json({"examination": folder.name, **record})
    elif lang == "zh":
        print(f"{folder.name} 已定稿，共 {len(record['files'])} 个文件。此后只能以勘误更正。")
    else:
        count = len(record["files"])
        print(f"{folder.name} is frozen, {count} files. From now on only errata correct it.")


def publish_erratum(
    path: Path,
    *,
    indicator: str,
    area: str,
    value: str,
    was: str,
    why: str,
    by: str,
    as_json: bool,
    lang: Lang,
) -> None:
    """Correct one figure of a frozen examination, and show it in its report."""
    from urbanwork.examination.errata import add_erratum
    from urbanwork.examination.lifecycle import area_id, examination_folder, known_indicator
    from urbanwork.reporting.html.corrected import write_corrected

    folder = examination_folder(path)
    added = add_erratum(
        folder, indicator=known_indicator(folder, indicator), area=area_id(folder, area),
        value=_number("--value", value), was=_number("--was", was), why=why, by=by,
    )  # fmt: skip
    page = write_corrected(folder)
    if as_json:
        print_json({**asdict(added), "report": str(page)})
    elif lang == "zh":
        print(f"勘误第 {added.number} 号已发布。更正后的报告：{page}")
    else:
        print(f"Erratum {added.number} is published. The report with it: {page}")


def _number(option: str, given: str) -> float | None:
    """A number, or none for a figure that is withdrawn or was missing."""
    if given.strip().lower() == WITHDRAWN:
        return None
    try:
        return float(given.strip().removesuffix("%").replace(",", "").replace("−", "-"))
    except ValueError:
        raise UserError(f"erratum {option}: got '{given}'; give a number, or 'none'") from None


def show_status(path: Path, *, as_json: bool, lang: Lang) -> None:
    """Where the examinations of a city stand."""
    from urbanwork.examination.lifecycle import examination_folder, status_of, statuses
    from urbanwork.reporting.comparison_terminal import print_statuses

    found = statuses(path) or [status_of(examination_folder(path))]
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        print_statuses(found, lang=lang)
