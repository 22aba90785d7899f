"""Which column of a register is which, in English, Chinese and as databases abbreviate them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from urbanwork.errors import UserError
from urbanwork.sources.register.description import ColumnSource

GUESSES: dict[str, tuple[str, ...]] = {
    "id": ("id", "code", "no", "number", "编号", "编码", "序号", "代码", "机构代码", "学校代码",
           "学校标识码", "统一社会信用代码"),
    "name": ("name", "title", "placename", "facility", "facilityname", "schoolname", "nombre",
             "nom", "nimi", "名称", "名字", "单位名称", "机构名称", "学校名称", "学校", "设施名称",
             "单位", "全称", "点位名称", "地名"),
    "name_zh": ("namezh", "namecn", "chinesename", "中文名", "中文名称"),
    "name_en": ("nameen", "englishname", "ename", "英文名", "英文名称"),
    "category": ("category", "type", "kind", "class", "categoria", "tipo", "类别", "类型", "种类",
                 "分类", "设施类别", "设施类型", "学校类别", "学校类型", "办学类型", "机构类别",
                 "机构类型", "性质"),
    "lon": ("lon", "lng", "long", "longitude", "x", "xcoord", "longitud", "经度", "东经", "坐标x",
            "x坐标", "lngwgs84", "lonwgs84", "东坐标", "横坐标"),
    "lat": ("lat", "latitude", "y", "ycoord", "latitud", "纬度", "北纬", "坐标y", "y坐标",
            "latwgs84", "北坐标", "纵坐标"),
    "lonlat": ("lonlat", "lnglat", "coordinates", "coordinate", "location", "经纬度", "坐标",
               "地理坐标", "位置坐标"),
    "capacity": ("capacity", "seats", "beds", "places", "size", "plazas", "学位数", "学位",
                 "床位数", "床位", "核定床位", "容量", "规模", "在校生数", "学生数",
                 "可容纳人数", "设计规模", "核定人数"),
    "opened": ("opened", "openingdate", "opendate", "startdate", "since", "fecha", "开办日期",
               "开办时间", "成立日期", "成立时间", "建成时间", "建成日期", "启用时间", "启用日期",
               "开业日期", "开业时间", "开园时间", "建校时间", "投用时间"),
}  # fmt: skip


def folded(name: str) -> str:
    """A column name without capitals, blanks, marks and what stands in brackets.

    >>> folded(" 学位数(个) "), folded("Opening_Date"), folded("X 坐标")
    ('学位数', 'openingdate', 'x坐标')
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = re.sub(r"[(\[【].*?[)\]】]", "", plain)
    return re.sub(r"[\s_:：\-./*]+", "", plain)


KNOWN = frozenset(word for words in GUESSES.values() for word in words)
"""All names that are guessed, folded; a row with several of them is the header."""


def chosen_columns(
    names: Iterable[str], declared: ColumnSource, *, where: str
) -> Mapping[str, str]:
    """What each kind of column is called in this file; kinds that it lacks are left out.

    Raises:
        UserError: a declared column does not exist; says which there are.
    """
    present = list(names)
    chosen: dict[str, str] = {}
    for kind in GUESSES:
        wanted: str | None = getattr(declared, kind, None)
        if wanted is not None:
            chosen[kind] = _existing(present, wanted, kind, where)
    for kind, guesses in GUESSES.items():
        free = {folded(name): name for name in reversed(present) if name not in chosen.values()}
        found = next((free[guess] for guess in guesses if guess in free), None)
        if kind not in chosen and found is not None:
            chosen[kind] = found
    return chosen


def _existing(present: list[str], wanted: str, kind: str, where: str) -> str:
    for name in present:
        if name.strip() == wanted.strip() or folded(name) == folded(wanted):
            return name
    raise UserError(
        f"{where}: there is no column '{wanted}' ({kind}); its columns are {shown(present)}"
    )


def shown(names: Iterable[str], most: int = 20) -> str:
    """Names for a message."""
    listed = [name for name in names if name]
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return (", ".join(listed[:most]) or "none") + more
