"""`urbanwork examine`: progress while it runs, a table when it is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from urbanwork.cli.options import Lang
from urbanwork.cli.streams import print_json, stages
from urbanwork.kernels.threads import set_threads

STAGES = 9
"""Stages of a run from empty cache; what is cached is skipped and the bar jumps."""


def run_examination(
    folder: Path, *, threads: int, like: Path | None, as_json: bool, quiet: bool, lang: Lang
) -> None:
    """Examine, then print what was measured, what falls short, what could not be measured."""
    from urbanwork.api import examine

    begun = time.perf_counter()
    set_threads(threads)
    with _progress(quiet=quiet or as_json, lang=lang) as progress:
        exam = examine(folder, like=like, progress=progress)
    if as_json:
        print_json(_summary(exam))
    elif quiet:
        print(exam.report)
    else:
        from urbanwork.reporting.terminal import print_examination

        print_examination(exam.folder, lang=lang, seconds=time.perf_counter() - begun)
        _print_like(exam.manifest.get("like"), lang)


def _print_like(like: Any, lang: Lang) -> None:
    """Whose definitions were used, and what is defined otherwise today."""
    if not like:
        return
    from urbanwork.reporting.plain import plain

    head = f"沿用 {like['id']} 的口径" if lang == "zh" else f"By the definitions of {like['id']}"
    if like["not_used"]:
        print(f"\n{head}{'，未采用：' if lang == 'zh' else '; not used:'}")
        for each in like["not_used"]:
            print(plain(f" • {each['said'][lang]}"))
    else:
        same = "，与现行口径一致。" if lang == "zh" else ", which are those of today."
        print(f"\n{head}{same}")


def _summary(exam: Any) -> dict[str, Any]:
    import pyarrow.parquet as pq

    city = [
        row
        for row in pq.read_table(exam.folder / "indicators.parquet").to_pylist()
        if row["area"] == "city"
    ]
    problems = pq.read_table(exam.folder / "problems.parquet").drop_columns(["cells"])
    return {
        "examination": exam.id,
        "folder": str(exam.folder),
        "report": str(exam.report),
        "indicators": city,
        "problems": problems.to_pylist(),
    }


@contextmanager
def _progress(*, quiet: bool, lang: Lang) -> Iterator[Any]:
    """Reports stages on standard error: a bar on a terminal, plain lines elsewhere."""
    if sys.stderr.isatty() and not quiet:
        yield from _bar(lang)
    else:
        yield stages(lang, quiet=quiet)


def _bar(lang: Lang) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=STAGES)

        def progress(en: str, zh: str) -> None:
            bar.update(task, advance=1, description=zh if lang == "zh" else en)

        yield progress
