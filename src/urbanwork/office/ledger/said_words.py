"""What the codes of the ledger are called: sources, weights, lights, who may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from urbanwork.quantities.bilingual import Bilingual

SOURCES: Final[Mapping[str, Bilingual]] = {
    "problem": Bilingual("problem of the examination", "体检问题"),
    "ask": Bilingual("ask of the arrangement", "工作部署要求"),
    "instruction": Bilingual("instruction of a leader", "领导批示"),
    "motion": Bilingual("motion of oversight", "议案提案"),
    "meeting": Bilingual("decision of a meeting", "会议决定"),
    "correction": Bilingual("number said to be wrong", "数据更正"),
    "ledger": Bilingual("ledger read in", "导入台账"),
    "case": Bilingual("case of a resident", "居民反映"),
    "patrol": Bilingual("found on patrol", "巡查发现"),
}
WEIGHTS: Final[Mapping[str, Bilingual]] = {
    "normal": Bilingual("normal", "一般"),
    "important": Bilingual("important", "重要"),
    "urgent": Bilingual("urgent", "紧急"),
}
VISIBILITIES: Final[Mapping[str, Bilingual]] = {
    "public": Bilingual("public", "公开"),
    "internal": Bilingual("internal", "内部"),
    "restricted": Bilingual("restricted", "限定范围"),
}
LIGHTS: Final[Mapping[str, Bilingual]] = {
    "green": Bilingual("green", "绿灯"),
    "blue": Bilingual("blue", "蓝灯"),
    "yellow": Bilingual("yellow", "黄灯"),
    "orange": Bilingual("orange", "橙灯"),
    "red": Bilingual("red", "红灯"),
    "none": Bilingual("no light", "无灯"),
}
