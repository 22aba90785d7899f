"""What a verification found, in words."""

from __future__ import annotations

from typing import Any, Literal

from urbanwork.office.audit.verify import Verification
from urbanwork.quantities.bilingual import Bilingual

HOLDS = Bilingual("The chain holds.", "审计链完整。")
BROKEN = Bilingual("The chain does NOT hold.", "审计链不完整！")
COUNTED = Bilingual(
    "{entries} entries, {events} events of tasks, {anchors} anchors, {erased} values erased; "
    "head {head}",
    "记录{entries}条，任务操作{events}次，外部锚点{anchors}个，已删除个人信息{erased}项；链头{head}",
)


def printed(found: Verification, lang: Literal["en", "zh"]) -> str:
    """The verification as lines of text."""
    counted = COUNTED.filled(
        entries=found.entries, events=found.events, anchors=found.anchors, erased=found.erased,
        head=found.head[:16],
    )  # fmt: skip
    lines = [HOLDS if found.holds else BROKEN, counted, *found.notes, *found.faults]
    return "\n".join(getattr(line, lang) for line in lines)


def plain(found: Verification) -> dict[str, Any]:
    """The verification as plain data."""
    return {
        "holds": found.holds, "entries": found.entries, "events": found.events,
        "anchors": found.anchors, "erased": found.erased, "head": found.head,
        "notes": [{"en": each.en, "zh": each.zh} for each in found.notes],
        "faults": [{"en": each.en, "zh": each.zh} for each in found.faults],
    }  # fmt: skip
