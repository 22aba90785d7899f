"""What the words of a register mean: categories by key, title, or the names bureaus use."""

from __future__ import annotations

from collections.abc import Mapping

from urbanwork.sources.register.columns import folded

SYNONYMS: dict[str, tuple[str, ...]] = {
    "kindergarten": ("幼儿园", "幼稚园", "preschool", "nursery school"),
    "primary_school": ("小学", "完全小学", "elementary school", "primary"),
    "secondary_school": ("中学", "初中", "初级中学", "高中", "高级中学", "完全中学", "普通高中",
                         "middle school", "high school", "secondary"),
    "school": ("九年一贯制", "九年一贯制学校", "十二年一贯制学校", "一贯制学校", "中小学", "学校"),
    "elderly_day_care": ("日间照料", "日间照料中心", "居家养老服务中心", "养老服务站", "养老驿站"),
    "nursing_home": ("养老院", "敬老院", "养老机构", "福利院", "护理院", "老年公寓"),
    "health_centre": ("社区卫生服务中心", "卫生服务中心", "卫生院", "乡镇卫生院"),
    "health_station": ("社区卫生服务站", "卫生服务站", "卫生站", "卫生室", "诊所",
                       "clinic", "doctor"),
    "hospital": ("医院", "综合医院", "专科医院", "中医医院"),
    "culture_centre": ("文化馆", "文化中心", "文化活动中心", "文化宫"),
    "culture_station": ("文化站", "文化活动站", "文化活动室", "社区活动中心", "community centre"),
    "food_market": ("菜市场", "农贸市场", "集贸市场", "菜场", "生鲜市场", "market"),
    "supermarket": ("超市", "综合超市"),
    "convenience": ("便利店", "convenience store"),
    "sports_ground": ("运动场", "运动场地", "体育场地", "健身点", "球场"),
    "sports_large": ("体育馆", "体育场", "体育中心", "sports centre"),
    "bus_stop": ("公交站", "公交站点", "公共汽车站", "公交车站"),
    "public_toilet": ("公厕", "公共厕所", "公共卫生间", "toilet"),
    "rail_station": ("地铁站", "轨道站", "轨道交通站", "火车站", "metro station",
                     "railway station"),
    "post": ("邮局", "邮政所", "快递点", "post office"),
    "waste_collection": ("垃圾收集点", "垃圾分类点", "垃圾房"),
    "park": ("公园", "公园绿地", "口袋公园", "游园"),
    "fire_station": ("消防站", "消防救援站", "消防队"),
    "pharmacy": ("药店", "药房"),
    "library": ("图书馆",),
    "playground": ("儿童游乐场", "儿童游乐场地"),
}  # fmt: skip


def category_words(
    titles: Mapping[str, tuple[str, ...]], declared: Mapping[str, str]
) -> dict[str, str]:
    """Every word that means a category, folded; what the user declared goes before all else.

    Args:
        titles: key of each category and its titles in English and Chinese.
        declared: the register's own words and their categories.
    """
    words: dict[str, str] = {}
    for key in titles:
        words |= {folded(word): key for word in SYNONYMS.get(key, ())}
    for key, names in titles.items():
        words |= {folded(word): key for word in (*names, key)}
    return words | {folded(word): key for word, key in declared.items()}


def category_of(word: str | None, words: Mapping[str, str]) -> str | None:
    """The category that a word means, None where it cannot be told.

    A Chinese word that is not known as a whole means what it ends with: 民办幼儿园, 公办小学.

    >>> words = {"小学": "primary_school", "幼儿园": "kindergarten"}
    >>> category_of("公办小学(完小)", words), category_of("小学附属幼儿园", words)
    ('primary_school', 'kindergarten')
    """
    plain = folded(word or "")
    if plain in words:
        return words[plain]
    held = [
        (plain.rfind(known) + len(known), len(known), known)
        for known in words
        if len(known) > 1 and not known.isascii() and known in plain
    ]
    return words[max(held)[2]] if held else None
