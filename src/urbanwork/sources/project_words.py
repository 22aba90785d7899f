"""What project tables call their columns, and how they write yes, no, stars and years."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from urbanwork.sources.statistics.values import BLANKS, FIRST_YEAR, LAST_YEAR, year_of
from urbanwork.sources.statistics.words import folded

GUESSES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "code", "projectid", "projectcode", "no", "number", "编号", "项目编号", "项目代码",
           "序号", "代码"),
    "name": ("name", "project", "projectname", "title", "名称", "项目名称", "工程名称", "项目"),
    "area": ("area", "district", "region", "areaname", "county", "区县", "区域", "地区", "所在区",
             "所属区县", "所在区县", "行政区", "辖区", "区市县"),
    "area_code": ("areacode", "districtcode", "adcode", "区划代码", "行政区划代码", "区县代码"),
    "planned": ("planned", "plannedyear", "due", "dueyear", "deadline", "plannedcompletion",
                "target", "计划完成年份", "计划竣工年份", "计划完成时间", "计划竣工时间",
                "计划完成", "计划竣工", "计划年份", "完成时限", "计划年度"),
    "done": ("done", "doneyear", "completed", "completedyear", "completion", "completionyear",
             "finished", "实际完成年份", "实际竣工年份", "竣工年份", "完成年份", "竣工时间",
             "完成时间", "实际完成时间", "实际竣工时间", "实际完成", "实际竣工", "竣工日期",
             "竣工年度"),
    "floor": ("floor", "floorarea", "floorm2", "floorspace", "grossfloorarea", "gfa", "建筑面积",
              "总建筑面积", "面积", "改造面积", "竣工面积"),
    "cost": ("cost", "budget", "plannedcost", "investment", "approvedcost", "总投资", "投资",
             "概算", "预算", "计划投资", "批复概算", "概算总投资", "造价"),
    "spent": ("spent", "actualcost", "finalcost", "expenditure", "paid", "实际投资", "决算", "支出",
              "完成投资", "已完成投资", "竣工决算", "实际造价"),
    "class": ("class", "grade", "level", "stars", "rating", "等级", "星级", "绿色建筑等级",
              "绿建等级", "类别"),
    "qualified": ("qualified", "meets", "compliant", "green", "isgreen", "passed", "是否达标",
                  "达标", "是否合格", "是否绿色建筑", "绿色建筑", "合格", "验收结果", "达标情况"),
}  # fmt: skip
"""What the columns may be called, folded."""

FLOOR_UNITS = {"m2": 1.0, "m²": 1.0, "㎡": 1.0, "平方米": 1.0, "平米": 1.0, "万平方米": 1e4,
               "万m2": 1e4, "万㎡": 1e4, "ha": 1e4, "公顷": 1e4}  # fmt: skip
MONEY_UNITS = {"万元": 1.0, "10000yuan": 1.0, "元": 1e-4, "yuan": 1e-4, "亿元": 1e4,
               "millionyuan": 100.0, "百万元": 100.0}  # fmt: skip
"""Units -> 10,000 yuan; other currencies are kept as they are."""

YES = frozenset(map(folded, (
    "是", "有", "达标", "合格", "通过", "已达标", "符合", "基本级", "yes", "y", "true", "1",
    "qualified", "passed", "√", "✓",
)))  # fmt: skip
NO = frozenset(map(folded, (
    "否", "无", "不达标", "未达标", "不合格", "未通过", "不符合", "未评", "未取得", "no", "n",
    "false", "0", "failed", "×",
)))  # fmt: skip
UNFINISHED = frozenset(map(folded, (
    "在建", "未完成", "未竣工", "未完工", "建设中", "进行中", "未开工", "否", "no", "ongoing",
    "not done", "under construction", "unfinished", "not started", "0",
)))  # fmt: skip

_STARS = re.compile(r"([一二三123])\s*(?:星级?|stars?|-star)|(★{1,3})", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*\d{1,2}\s*(?:月.*)?")
_NUMERALS = {"一": 1, "二": 2, "三": 3}


def stars_of(text: str | None) -> int:
    """The stars of a green building; 0 where a text names none.

    >>> stars_of("二星级"), stars_of("3 stars"), stars_of("基本级"), stars_of(None)
    (2, 3, 0, 0)
    """
    match = _STARS.search(unicodedata.normalize("NFKC", text or ""))
    if match is None:
        return 0
    digit = match.group(1)
    return len(match.group(2)) if digit is None else _NUMERALS.get(digit) or int(digit)


def yes_or_no(text: str | None) -> int | None:
    """1 yes, 0 no, -1 not said; None for a word that is neither.

    >>> yes_or_no("是"), yes_or_no("未达标"), yes_or_no("一星"), yes_or_no(""), yes_or_no("或许")
    (1, 0, 1, -1, None)
    """
    plain = folded(text or "")
    if plain in NO:
        return 0
    if plain in YES or stars_of(text):
        return 1
    return -1 if (text or "").strip().casefold() in BLANKS or not plain else None


def year_in(text: str | None) -> int | None:
    """The year of a date; 0 for a blank or for what is not finished; None for no year.

    >>> year_in("2021"), year_in("2021年6月"), year_in("2021-06"), year_in("在建"), year_in("soon")
    (2021, 2021, 2021, 0, None)
    """
    plain = unicodedata.normalize("NFKC", text or "").strip()
    if plain.casefold() in BLANKS or folded(plain) in UNFINISHED:
        return 0
    match = _YEAR_FIRST.fullmatch(plain)
    year = int(match.group(1)) if match else year_of(plain)
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None
