"""The commands on examinations that exist: `compare`, `comment`, `freeze`, `erratum`, `status`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanwork.cli.options import DEFAULT_LANG, AsJson, Language

app = typer.Typer()

Exam = Annotated[
    Path,
    typer.Argument(
        help="Folder of an examination, or of a city for its last. 体检或城市文件夹",
        show_default=False,
    ),
]


@app.command()
def compare(
    examinations: Annotated[
        list[Path],
        typer.Argument(
            help="Two or more folders of examinations, or of cities for their last. 两次以上体检",
            show_default=False,
        ),
    ],
    html: Annotated[
        Path | None, typer.Option(help="Write a page with charts to this file. 写出网页")
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print every change as CSV. 输出 CSV")
    ] = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """What changed between examinations, and whether the city or the data did. 体检对比。"""
    from urbanwork.cli.comparing import show_comparison

    show_comparison(examinations, html=html, as_json=as_json, as_csv=as_csv, lang=lang)


@app.command()
def comment(
    examination: Exam,
    area: Annotated[
        str | None, typer.Option(help="Area, by id or name; else the whole city. 片区")
    ] = None,
    indicator: Annotated[str | None, typer.Option(help="Indicator that it is about. 指标")] = None,
    by: Annotated[str | None, typer.Option(help="Body that says so. 提出机构")] = None,
    text: Annotated[str | None, typer.Option(help="What it says. 意见内容")] = None,
    answer: Annotated[
        int | None, typer.Option(help="Number of the comment that --text answers. 答复的意见编号")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Comment on a draft, answer a comment, or list what was said. 征求意见。"""
    from urbanwork.cli.comparing import comment_on

    comment_on(
        examination, area=area, indicator=indicator, by=by, text=text, answer=answer,
        as_json=as_json, lang=lang,
    )  # fmt: skip


@app.command()
def freeze(
    examination: Exam,
    by: Annotated[str | None, typer.Option(help="Body that freezes it. 定稿机构")] = None,
    force: Annotated[
        str | None,
        typer.Option(help="Why it is frozen though comments are unanswered; recorded. 强制原因"),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Freeze an examination: from then on only errata change a figure. 定稿。"""
    from urbanwork.cli.comparing import freeze_examination

    freeze_examination(examination, by=by, force=force, as_json=as_json, lang=lang)


@app.command()
def erratum(
    examination: Exam,
    indicator: Annotated[str, typer.Option(help="Id of the indicator. 指标")],
    area: Annotated[str, typer.Option(help="Area, by id or name, or city. 片区")],
    value: Annotated[str, typer.Option(help="What it is, or none to withdraw it. 更正值")],
    was: Annotated[str, typer.Option(help="What was published. 原公布值")],
    why: Annotated[str, typer.Option(help="Why it was wrong. 原因")],
    by: Annotated[str, typer.Option(help="Body that publishes the erratum. 发布机构")],
    as_json: AsJson = False,
    lang: Language = DEFAULT_LANG,
) -> None:
    """Correct one figure of a frozen examination, in public and for good. 勘误。"""
    from urbanwork.cli.comparing import publish_erratum

    publish_erratum(
        examination, indicator=indicator, area=area, value=value, was=was, why=why, by=by,
        as_json=as_json, lang=lang,
    )  # fmt: skip


@app.command()
def status(city: Exam, as_json: AsJson = False, lang: Language = DEFAULT_LANG) -> None:
    """Where the examinations of a city stand: draft, comments, frozen, errata. 体检状态。"""
    from urbanwork.cli.comparing import show_status

    show_status(city, as_json=as_json, lang=lang)
