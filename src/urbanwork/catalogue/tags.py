"""What an indicator can be found by besides the arrangement: examination, ISO 37120, kind.

All are closed lists, each word with its meaning; a word that is not here is a fault of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from urbanwork.catalogue.models import Bilingual

EXAMINATION: Final[Mapping[str, Bilingual]] = {
    "livable_ecology": Bilingual("livable ecology", "生态宜居"),
    "health_comfort": Bilingual("health and comfort", "健康舒适"),
    "safety_resilience": Bilingual("safety and resilience", "安全韧性"),
    "convenient_transport": Bilingual("convenient transport", "交通便捷"),
    "distinct_character": Bilingual("distinct character", "风貌特色"),
    "clean_order": Bilingual("clean and orderly", "整洁有序"),
    "diverse_inclusion": Bilingual("diverse and inclusive", "多元包容"),
    "innovative_vitality": Bilingual("innovative and vital", "创新活力"),
}
"""The eight dimensions of the city health examination (2021 and 2022 lists)."""

ISO37120: Final[Mapping[str, Bilingual]] = {
    "economy": Bilingual("economy", "经济"),
    "education": Bilingual("education", "教育"),
    "energy": Bilingual("energy", "能源"),
    "environment": Bilingual("environment and climate change", "环境与气候变化"),
    "finance": Bilingual("finance", "财政"),
    "governance": Bilingual("governance", "治理"),
    "health": Bilingual("health", "健康"),
    "housing": Bilingual("housing", "住房"),
    "population": Bilingual("population and social conditions", "人口与社会状况"),
    "recreation": Bilingual("recreation", "休闲"),
    "safety": Bilingual("safety", "安全"),
    "solid_waste": Bilingual("solid waste", "固体废物"),
    "culture": Bilingual("sport and culture", "体育与文化"),
    "telecommunication": Bilingual("telecommunication", "通信"),
    "transportation": Bilingual("transportation", "交通"),
    "food": Bilingual("urban agriculture and food security", "城市农业与食品安全"),
    "planning": Bilingual("urban planning", "城市规划"),
    "wastewater": Bilingual("wastewater", "污水"),
    "water": Bilingual("water", "供水"),
}
"""The 19 themes of ISO 37120:2018, which by design sets no thresholds (U16)."""

KINDS: Final[Mapping[str, Bilingual]] = {
    "reach": Bilingual("who reaches what, along streets", "沿路网可达"),
    "buffer": Bilingual("what lies within a straight line", "直线半径覆盖"),
    "distance": Bilingual("distance or time to the nearest, or choice near by", "最近距离与选择"),
    "density": Bilingual("amount on an area", "密度"),
    "share": Bilingual("part of an area, a length or a stock that is drawn", "空间占比"),
    "form": Bilingual("form and growth of the built-up area", "城市形态"),
    "classes": Bilingual("degree of urbanisation", "城镇化程度分级"),
    "commuting": Bilingual("homes, jobs and the way between", "职住与通勤"),
    "change": Bilingual("change between two dates", "变化"),
    "inequality": Bilingual("how unequally it is shared", "差异与均衡"),
    "coordination": Bilingual("coordination of several systems", "协调度"),
    "projects": Bilingual("projects held against what was planned", "项目进展"),
    "data": Bilingual("the data itself", "数据本身"),
    "ratio": Bilingual("two reported figures, divided", "统计比值"),
    "look_up": Bilingual("one reported figure", "统计指标"),
}
"""What an indicator does with its data."""

PLAIN_KINDS: Final = ("ratio", "look_up")
"""Kinds that take reported figures as they are: at most half of all that give a number."""
