"""Where an examination stands, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.errata import Erratum
from urbanwork.examination.lifecycle import Status
from urbanwork.reporting.numbers import Lang, format_value

STATES: dict[str, Bilingual] = {
    "draft": Bilingual("draft", "初稿"),
    "comments": Bilingual("draft, with comments", "征求意见"),
    "frozen": Bilingual("frozen", "定稿"),
    "corrected": Bilingual("frozen", "定稿"),
    "damaged": Bilingual("damaged", "已损坏"),
}


def state_words(status: Status) -> Bilingual:
    """The state with what is open: comments without an answer, errata, a forced freezing."""
    state = STATES[status.state]
    if status.fault:
        return Bilingual(f"{state.en}: {status.fault}", f"{state.zh}：{status.fault}")
    on_en, on_zh = ("", "")
    if status.frozen_at:
        on_en, on_zh = f" on {status.frozen_at[:10]}", f"（{status.frozen_at[:10]}）"
    en, zh = [f"{state.en}{on_en}"], [f"{state.zh}{on_zh}"]
    if status.forced:
        en.append(f"with {len(status.unanswered)} unanswered ({status.forced})")
        zh.append(f"尚有{len(status.unanswered)}条意见未答复（{status.forced}）")
    elif status.unanswered:
        en.append(f"{len(status.unanswered)} of {status.comments} not answered")
        zh.append(f"{status.comments}条意见中{len(status.unanswered)}条未答复")
    if status.errata:
        en.append(f"{status.errata} {'erratum' if status.errata == 1 else 'errata'}")
        zh.append(f"勘误{status.errata}条")
    if status.like:
        en.append(f"definitions of {status.like}")
        zh.append(f"沿用{status.like}的口径")
    return Bilingual(", ".join(en), "，".join(zh))


def comment_line(record: Mapping[str, Any], lang: Lang) -> str:
    """One comment or answer in a line.

    >>> comment_line({"kind": "answer", "number": 2, "answers": 1, "by": None, "text": "Done.",
    ...               "at": "2026-03-01T08:00:00+00:00"}, "en")
    '2  2026-03-01  answer to 1: Done.'
    """
    day, by = str(record["at"])[:10], record.get("by")
    if record["kind"] == "answer":
        what = f"答复{record['answers']}" if lang == "zh" else f"answer to {record['answers']}"
    else:
        where = " ".join(str(each) for each in (record["area"], record["indicator"]) if each)
        what = f"意见（{where}）" if lang == "zh" else f"comment ({where})"
    who = f", {by}" if by and lang == "en" else f"，{by}" if by else ""
    colon = "：" if lang == "zh" else ": "
    return f"{record['number']}  {day}  {what}{who}{colon}{record['text']}"


def erratum_line(erratum: Erratum, title: str, where: str, lang: Lang) -> str:
    """One erratum in a sentence: figure, place, what it was and is, why, by whom, when."""
    was = format_value(erratum.was, erratum.unit, lang)
    now = format_value(erratum.value, erratum.unit, lang)
    day = erratum.at[:10]
    if lang == "zh":
        is_now = "撤回" if erratum.value is None else f"更正为{now}"
        return f"{title}（{where}）：原为{was}，{is_now}。{erratum.why}（{erratum.by}，{day}）"
    is_now = "withdrawn" if erratum.value is None else f"corrected to {now}"
    return f"{title}, {where}: was {was}, {is_now}. {erratum.why} ({erratum.by}, {day})"
