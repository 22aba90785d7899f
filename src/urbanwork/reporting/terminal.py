"""An examination in the terminal: findings, what falls short, what was measured, what was not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rich.box import SIMPLE
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.errata import in_force
from urbanwork.examination.frozen import report_of
from urbanwork.examination.tabulate import CITY
from urbanwork.quantities.measured import Reason
from urbanwork.reporting.findings import Row, area_names
from urbanwork.reporting.numbers import (
    Lang,
    format_bounded,
    format_people,
    format_range,
    format_value,
    number_in_sentence,
)
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.state_words import erratum_line
from urbanwork.reporting.wording import grade_label, reason_words, say, threshold_words
from urbanwork.reporting.yours import notes_on_inputs

MOSTLY_SEEN = 0.9
"""Below this share seen a single figure would mislead: what is near the edge of the data can be
known to be reached, but not to be missed."""

UNCHECKED = ("B", "C")
"""Confidences of thresholds that were not read in the standard itself."""

MOST_NAMED = 3
"""More indicators than these that want the same thing are counted rather than named."""

_SAID_BY_NOTE = (Reason.NONE_MAPPED, Reason.LAYER_MISSING)
"""Reasons that the sentence beside them says in full."""

_WORDS = {
    "measured": Bilingual("Measured", "已测指标"),
    "short": Bilingual("Falls short of a standard", "低于标准"),
    "missing": Bilingual("Could not be measured, and why", "未能测算及原因"),
    "indicator": Bilingual("indicator", "指标"),
    "value": Bilingual("whole city", "全市"),
    "grade": Bilingual("grade", "评级"),
    "people": Bilingual("people concerned", "涉及人口"),
    "where": Bilingual("areas", "片区"),
    "worst": Bilingual("most people in", "人数最多的片区"),
    "standard": Bilingual("standard", "标准"),
    "why": Bilingual("why", "原因"),
    "inputs": Bilingual("About your data", "数据说明"),
    "errata": Bilingual("Corrected since it was frozen", "定稿后勘误"),
    "report": Bilingual("Report", "报告"),
    "unknown": Bilingual("not known", "未知"),
    "nobody_knows": Bilingual("number of people not known", "人口数未知"),
    "no_table": Bilingual(
        "No table of the city gives the figures that they need; the report names them one by one.",
        "本市统计表未提供所需数据；报告逐项列出所缺数据。",
    ),
    "several": Bilingual("{count} indicators: {first} ...", "{count} 项指标：{first}……"),
    "nothing_short": Bilingual(
        "Nothing falls short of a standard that holds here.", "没有低于适用标准的指标。"
    ),
    "unchecked": Bilingual(
        "† nobody has checked this threshold against the original text; read that first",
        "† 该阈值未对照原文核实，引用前请查阅原文",
    ),
    "provisional": Bilingual(
        "* what lies beyond the edge of the data could change this grade",
        "* 数据范围以外的情况可能改变该评级",
    ),
}


def print_examination(folder: Path, *, lang: Lang, seconds: float | None = None) -> None:
    """Print one examination from its folder."""
    exam = ExaminationOnDisk(folder, lang)
    console = Console(highlight=False)
    console.print(f"\n[bold]{plain_markup(exam.heading())}[/bold]")
    console.print(_bullets(exam.findings()))
    _section(console, exam.word("errata"), exam.errata(), "")
    _section(console, exam.word("inputs"), exam.input_notes(), "")
    _section(console, exam.word("short"), exam.short_table(), exam.nothing_short())
    if exam.has_unchecked():
        console.print(f"[dim]{exam.word('unchecked')}[/dim]")
    _section(console, exam.word("measured"), exam.measured_table(), "")
    if exam.has_provisional():
        console.print(f"[dim]{exam.word('provisional')}[/dim]")
    _section(console, exam.word("missing"), exam.missing_table(), "")
    took = f"  ({seconds:.1f} s)" if seconds is not None else ""
    console.print(f"\n{exam.word('report')}: ", end="")
    print(f"{report_of(folder)}{took}")


def _bullets(sentences: Sequence[str]) -> Table:
    """One bullet each; what wraps stays under its sentence."""
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(overflow="fold")
    for sentence in sentences:
        table.add_row(" •", plain_markup(sentence))
    return table


def _section(console: Console, title: str, table: Table | None, empty: str) -> None:
    if table is None:
        if empty:
            console.print(f"\n{empty}")
        return
    console.print(f"\n[bold]{title}[/bold]")
    console.print(table)


class ExaminationOnDisk:
    """The tables of one examination, and the rows that the terminal shows."""

    def __init__(self, folder: Path, lang: Lang) -> None:
        self.lang = lang
        self.folder = folder
        self.manifest: Mapping[str, Any] = json.loads(
            (folder / "manifest.json").read_text(encoding="utf-8")
        )
        self.found = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
        self.indicators = pq.read_table(folder / "indicators.parquet")
        self.problems = pq.read_table(folder / "problems.parquet")
        self.areas = pq.read_table(folder / "areas.parquet")
        self.city = [row for row in self.indicators.to_pylist() if row["area"] == "city"]
        self.area_name = {key: say(name, lang) for key, name in area_names(self.areas).items()}

    def word(self, key: str) -> str:
        return say(_WORDS[key], self.lang)

    def title(self, indicator: str) -> str:
        title = self.manifest["indicators"][indicator]["title"]
        return str(title[self.lang])

    def heading(self) -> str:
        m = self.manifest
        name = (m["name_zh"] or m["name"]) if self.lang == "zh" else m["name"]
        people = self.word("nobody_knows") if m["people_origin"] == "none" else format_people(
            m["people"], self.lang, is_estimate=m["people_origin"] == "estimate",
            lower=m["people_lower"], upper=m["people_upper"],
        )  # fmt: skip
        land = format_value(m["land_km2"], "km2", self.lang)
        return f"{name} · {m['as_of']} · {people} · {land} · {m['id']}"

    def findings(self) -> list[str]:
        """The headline findings as they were written with the examination."""
        return [str(each[self.lang]) for each in self.found]

    def short_table(self) -> Table | None:
        """One line an indicator, most people first."""
        rows: dict[str, list[Row]] = {}
        for row in self.problems.drop_columns(["cells"]).to_pylist():
            rows.setdefault(row["indicator"], []).append(row)
        if not rows:
            return None
        table = self._table("indicator", "value", "standard", "people", "where", "worst")
        order = sorted(rows, key=lambda key: -sum(row["people"] or 0.0 for row in rows[key]))
        for key in order:
            table.add_row(*map(plain_markup, self._short_row(key, rows[key])))
        return table

    def _short_row(self, key: str, rows: list[Row]) -> list[str]:
        city = next(row for row in self.city if row["indicator"] == key)
        return [
            self.title(key), self._value(city),
            self._asked(key, rows[0]), self._people(rows), str(len(rows)),
            str(self.area_name.get(rows[0]["area"], rows[0]["area"])),
        ]  # fmt: skip

    def _people(self, rows: list[Row]) -> str:
        """The number alone: the header says that these are people."""
        if any(row["people"] is None for row in rows):
            return self.word("unknown")
        number = number_in_sentence(round(sum(row["people"] for row in rows)), self.lang)
        return f"≈ {number}" if rows[0]["is_estimate"] else number

    def _asked(self, indicator: str, row: Row) -> str:
        """The threshold; a mark where nobody has checked it against the original."""
        standard = self.manifest["standards"][self.manifest["indicators"][indicator]["standard"]]
        asked = threshold_words(
            standard["operator"], row["threshold"], standard["upper"], row["unit"], self.lang
        )
        return asked + ("†" if row["confidence"] in UNCHECKED else "")

    def nothing_short(self) -> str:
        """That nothing falls short; silent where nothing was held against a standard."""
        graded = any(row["grade"] in ("good", "fair", "poor") for row in self.city)
        return self.word("nothing_short") if graded else ""

    def has_unchecked(self) -> bool:
        """Whether a threshold of the table of shortfalls is not verified."""
        return any(each in UNCHECKED for each in self.problems["confidence"].to_pylist())

    def _value(self, row: Row) -> str:
        """The value with its bounds; where much lies beyond the edge the bounds come first."""
        lower, upper = row["lower"], row["upper"]
        if row["coverage"] < MOSTLY_SEEN and lower is not None:
            seen = f"{row['coverage']:.0%}"
            note = f"（可判定 {seen}）" if self.lang == "zh" else f" (seen {seen})"
            return format_range(lower, upper, row["unit"], self.lang) + note
        return format_bounded(row["value"], row["unit"], self.lang, lower=lower, upper=upper)

    def measured_table(self) -> Table | None:
        rows = [row for row in self.city if row["value"] is not None]
        if not rows:
            return None
        table = self._table("indicator", "value", "grade")
        dimension = None
        for row in rows:
            declared = self.manifest["indicators"][row["indicator"]]
            if declared["dimension"] != dimension:
                dimension = declared["dimension"]
                name = plain_markup(declared["dimension_title"][self.lang])
                table.add_row(f"[bold]{name}[/bold]")
            mark = "*" if row["is_provisional"] else ""
            table.add_row(
                Padding(plain_markup(self.title(row["indicator"])), (0, 0, 0, 2)), self._value(row),
                grade_label(row["grade"], self.lang) + mark,
            )  # fmt: skip
        return table

    def missing_table(self) -> Table | None:
        rows = [row for row in self.city if row["value"] is None]
        if not rows:
            return None
        table = self._table("indicator", "why")
        together: dict[str, list[str]] = {}
        for row in rows:
            together.setdefault(self._why_of_several(row), []).append(self.title(row["indicator"]))
        for why, titles in together.items():
            table.add_row(plain_markup(self._named(titles)), plain_markup(why))
        return table

    def _why_of_several(self, row: Row) -> str:
        """What is said once for all indicators that want one thing: a table, an extract."""
        if row["reason"] == Reason.NOT_GIVEN:
            return self.word("no_table")
        return self._why(row)

    def _named(self, titles: Sequence[str]) -> str:
        """The titles, or how many there are and the first of them."""
        comma = "、" if self.lang == "zh" else ", "
        if len(titles) <= MOST_NAMED:
            return comma.join(titles)
        first = comma.join(titles[:2])
        return say(_WORDS["several"], self.lang).format(count=len(titles), first=first)

    def _why(self, row: Row) -> str:
        """The sentence on the data; the reason before it where the sentence alone is not plain."""
        note = str(row[f"note_{self.lang}"] or "")
        if note and row["reason"] in _SAID_BY_NOTE:
            return note
        colon = "：" if self.lang == "zh" else ": "
        return colon.join(part for part in (reason_words(row["reason"], self.lang), note) if part)

    def input_notes(self) -> Table | None:
        """What became of the reader's own registers and corrections, and of missing districts."""
        notes = notes_on_inputs(self.manifest, len(self.areas))
        return _bullets([say(note, self.lang) for note in notes]) if notes else None

    def errata(self) -> Table | None:
        """What was corrected after the examination was frozen: the tables hold what was frozen."""
        found = in_force(self.folder).values()
        sentences = [
            erratum_line(each, self.title(each.indicator), self._area(each.area), self.lang)
            for each in found
        ]
        return _bullets(sentences) if sentences else None

    def _area(self, area: str) -> str:
        return self.word("value") if area == CITY else str(self.area_name.get(area, area))

    def has_provisional(self) -> bool:
        return any(row["is_provisional"] for row in self.city)

    def _table(self, *columns: str) -> Table:
        table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
        for column in columns:
            right = column in ("value", "people", "where")
            table.add_column(
                self.word(column), justify="right" if right else "left", overflow="fold"
            )
        return table
