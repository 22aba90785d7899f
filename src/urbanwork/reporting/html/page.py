"""The page put together: template, style, script and data in one file that asks for nothing."""

from __future__ import annotations

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.errors import UserError
from urbanwork.reporting.findings import city_name, headline_findings
from urbanwork.reporting.html import markup, provenance, shapes, views
from urbanwork.reporting.html.data import payload
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.policy import policy
from urbanwork.reporting.html.scales import value_scale
from urbanwork.reporting.html.stillmap import still_legend, still_map
from urbanwork.reporting.html.tables import Grid, grid, standard_of
from urbanwork.reporting.numbers import Lang, format_value
from urbanwork.reporting.wording import GRADES

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
SCRIPTS = (
    "unpack", "words", "city", "walk", "data", "shapes", "scene", "camera", "sheet", "legend",
    "panel", "page",
)  # fmt: skip
"""Parts of the script in the order in which they stand in the page."""


def build_report(report: ReportInput, *, lang: Lang = "en") -> bytes:
    """The report as one HTML file in UTF-8, English and Chinese, opening in `lang`.

    Nothing outside the file is asked for; the content security policy of the page forbids it.
    The same input gives the same bytes.
    """
    name = city_name(report.manifest)
    table = grid(report, name)
    style, script = _style(name), _script()
    with ThreadPoolExecutor(1) as pool:  # compressing needs no Python, so it goes beside the words
        packed = pool.submit(payload, report, table)
        sections = _sections(report, table)
        template = _environment().get_template("report.html.jinja")
        data = packed.result()
    context = {
        "lang": lang, "tag": markup.LANG_TAGS[lang], "style": style, "script": script,
        "policy": policy(style, script, blobs=True), "name": name, "manifest": report.manifest,
        "basemap": base64.b64encode(report.basemap).decode(),
        "data": base64.b64encode(data).decode(), **sections,
        "facts": _facts(report, table), "grades": GRADES,
    }  # fmt: skip
    return template.render(context).encode()


def blobs_of(page: bytes) -> tuple[bytes, bytes]:
    """The packed city and the packed examination that a report carries, both for `unpack`.

    Raises:
        UserError: the page carries none.
    """
    found = [_blob(name).search(page) for name in ("basemap", "data")]
    if found[0] is None or found[1] is None:
        raise UserError("the report carries no map: it was cut off, or is not one of ours")
    return base64.b64decode(found[0][1]), base64.b64decode(found[1][1])


def _blob(name: str) -> re.Pattern[bytes]:
    return re.compile(rb'id="%s">([A-Za-z0-9+/=]*)</script>' % name.encode())


def _sections(report: ReportInput, table: Grid) -> dict[str, Any]:
    findings = headline_findings(
        indicators=report.indicators, problems=report.problems, areas=report.areas,
        catalogue=report.catalogue, standards=report.standards, manifest=report.manifest,
    )  # fmt: skip
    first = views.first_shown(report, table, [f.indicator for f in findings if f.indicator])
    chosen = table.indicators[first]
    values = table.numbers["value"][first, 1:]
    scale = value_scale(chosen, standard_of(report, chosen), values)
    return {
        "findings": findings, "points": _points(report, table), **_answered(report, table),
        "index": views.index(report, table), "first": chosen,
        "still": still_map(report.areas, values, scale),
        "still_legend": still_legend(scale, chosen.unit),
        "charts": views.charts(report, table),
        "problems": views.problems(report, table), "gaps": views.gaps(report, table),
        "methods": views.methods(report, table), "sources": provenance.sources(report.manifest),
        "corrections": provenance.corrections(report.manifest),
    }  # fmt: skip


def _answered(report: ReportInput, table: Grid) -> dict[str, Any]:
    from urbanwork.reporting.html.coordination import answered

    return answered(report, table)


def _points(report: ReportInput, table: Grid) -> dict[str, Any] | None:
    from urbanwork.reporting.html.points import points

    return points(report, table)


def _facts(report: ReportInput, table: Grid) -> dict[str, Any]:
    """The few facts under the title."""
    from urbanwork.reporting.findings import people_figure

    is_estimate = report.manifest.get("people_origin") == "estimate"
    land = float(report.areas["land_m2"].to_numpy().sum()) / 1e6
    return {
        "people": people_figure(float(table.people[0]), is_estimate=is_estimate),
        "is_estimate": is_estimate, "areas": len(table.areas) - 1,
        "land": markup.both(lambda lang: format_value(land, "km2", lang)),
        "no_people": report.manifest.get("people_origin") == "none",
        "has_cells": report.cells.num_rows > 0,
    }  # fmt: skip


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from urbanwork.reporting.html.template_cache import TemplateCache

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, bytecode_cache=TemplateCache(),
    )  # fmt: skip
    made.globals |= {
        "bi": markup.bi, "t": lambda key, **values: markup.bi(markup.text(key, **values)),
        "shape": shapes.shape, "attributes": markup.attributes, "text": markup.text,
        "Bilingual": Bilingual,
    }  # fmt: skip
    return made


@cache
def _script() -> str:
    parts = [(HERE / "script" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    return "'use strict';\n(() => {\n" + "\n".join(parts) + "\n})();\n"


@cache
def _sheets() -> str:
    sheets = (HERE.parent / "assets" / "tokens.css", HERE / "templates" / "report.css")
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def _style(name: Bilingual) -> str:
    """The sheets, and the running foot of printed pages in either language."""
    foot = []
    for tag, words in (("en", f"{name.en} · examination"), ("zh", f"{name.zh} · 城市体检")):
        foot.append(
            f'html[lang|="{tag}"] body {{ page: {tag}; }}\n'
            f"@page {tag} {{ @bottom-left {{ content: {_css_string(words)}; font: 7.5pt sans-serif;"
            ' color: #454c56; } @bottom-right { content: counter(page) " / " counter(pages);'
            " font: 7.5pt sans-serif; color: #454c56; } }"
        )
    return "\n".join([_sheets(), *foot])


def _css_string(words: str) -> str:
    """A CSS string in which every character that could end it is escaped."""
    safe = (c if c.isalnum() or c in " ·-" else f"\\{ord(c):06x}" for c in words)
    return '"' + "".join(safe) + '"'
