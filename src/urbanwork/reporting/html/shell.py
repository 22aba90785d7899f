"""What small pages share: bar on top, two languages, one file that asks for nothing outside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.html import markup, shapes
from urbanwork.reporting.html.policy import policy
from urbanwork.reporting.numbers import Lang

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent

WORDS: dict[str, Bilingual] = {
    "contents": Bilingual("Contents", "目录"),
    "language": Bilingual("Language", "语言"),
    "print": Bilingual("Print", "打印"),
    "skip": Bilingual("Skip to the content", "跳到正文"),
}


def render(
    name: str, context: Mapping[str, Any], *, lang: Lang, title: Bilingual,
    words: Mapping[str, Bilingual], scripts: tuple[str, ...] = (),
) -> bytes:  # fmt: skip
    """The page of a template `name`.html.jinja with its own `name`.css, in UTF-8.

    It opens in `lang`, holds both languages, and its policy forbids to ask for anything outside.
    The same input gives the same bytes.
    """
    style, script = _style(name), _script(scripts)
    texts = {**WORDS, **words}
    page = {
        **context, "lang": lang, "tag": markup.LANG_TAGS[lang], "style": style, "script": script,
        "policy": policy(style, script), "title": title, "words": lambda key: texts[key],
        "t": lambda key: markup.bi(texts[key]),
    }  # fmt: skip
    return _environment().get_template(f"{name}.html.jinja").render(page).encode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals |= {"bi": markup.bi, "attributes": markup.attributes, "shape": shapes.shape}
    return made


@cache
def _script(names: tuple[str, ...]) -> str:
    """Languages and print, then the parts in one scope of their own."""
    base, *parts = (
        (HERE / "script" / f"{name}.js").read_text(encoding="utf-8")
        for name in ("comparison", *names)
    )
    if not parts:
        return base
    return f"{base}\n(() => {{\n'use strict';\n{chr(10).join(parts)}\n}})();\n"


@cache
def _style(name: str) -> str:
    sheets = (
        HERE.parent / "assets" / "tokens.css", HERE / "templates" / "report.css",
        HERE / "templates" / "comparison.css", HERE / "templates" / "checklist.css",
        HERE / "templates" / f"{name}.css",
    )  # fmt: skip
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
