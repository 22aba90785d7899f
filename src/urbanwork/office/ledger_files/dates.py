"""Days as ledgers write them: 2026年12月31日, 12月底, 2026.12, 年底, 第三季度."""

from __future__ import annotations

import calendar
import re
from contextlib import suppress
from datetime import date, timedelta
from typing import Final

_DIGITS: Final = str.maketrans(
    "０１２３４５６７８９〇零一二三四五六七八九", "012345678900123456789"
)
_FULL = re.compile(
    r"(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?(?:前|之前|以前)?(?:T?\d{2}:.*)?"
)
_MONTH = re.compile(
    r"(?:(\d{4})[年./\-](\d{1,2})月?|(\d{1,2})月)(底|末|中旬|上旬|下旬|初)?(?:前|之前|以前)?"
)

_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?(?:前|之前|以前)?")
_QUARTER = re.compile(r"(?:(\d{4})年)?第?([1-4])季度(?:底|末|前)?")
_YEAR = re.compile(r"(?:(\d{4})年?)?(?:年底|年末|底|末|全年)?(?:前|之前|以前)?")
_SERIAL = re.compile(r"\d{5}")
_SPREADSHEET = date(1899, 12, 30)
_TENS: Final = {"上旬": 10, "初": 10, "中旬": 20}
_AROUND = re.compile(
    r"^(?:拟于|拟|力争于?|预计|计划|确保|争取|务必|须|应|于|在)+"
    r"|(?<=[前底末旬日号月年度])[前内]?(?:全面|全部|基本|完全)?"
    r"(?:完成|办结|建成|投用|投入使用|到位|完工|竣工|销号|开工|上报|报送|交付)(?:任务|整改|工作|建设|改造)?"
    r"[。；;]?$"
)
"""What ledgers write before and after a day."""
_PIECE = re.compile(
    r"(?:\d{4}[年./\-])?(?:\d{1,2}月(?:\d{1,2}[日号]?|[底末初]|[上中下]旬)?|第?[1-4]季度[底末]?|年?[底末])"
    r"|\d{4}[./\-]\d{1,2}(?:[./\-]\d{1,2})?|\d{4}年"
)
_WITH_YEAR = re.compile(r"(\d{4})[年./\-]")


def day_of(text: str, today: date) -> date:
    """The last day that a text allows; a text without a year means the one that comes next.

    Raises:
        ValueError: the text says no day, such as 长期坚持.

    >>> today = date(2026, 11, 22)
    >>> [day_of(text, today).isoformat() for text in ("2026年12月31日前", "12月底", "2027.3")]
    ['2026-12-31', '2026-12-31', '2027-03-31']
    >>> [day_of(text, today).isoformat() for text in ("年底", "2027年第一季度", "46387", "3月5日")]
    ['2026-12-31', '2027-03-31', '2026-12-31', '2027-03-05']
    >>> [day_of(text, today).isoformat() for text in ("明年上半年", "26年12月底前完成", "20270305")]
    ['2027-06-30', '2026-12-31', '2027-03-05']
    """
    plain = _AROUND.sub("", _AROUND.sub("", _with_year(text, today)))
    if not plain:
        raise ValueError("empty")
    if found := _FULL.fullmatch(plain):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if _SERIAL.fullmatch(plain):
        return _SPREADSHEET + timedelta(days=int(plain))
    if found := _DAY.fullmatch(plain):
        return _coming(int(found[1]), int(found[2]), today)
    if found := _QUARTER.fullmatch(plain):
        return _end_of_month(found[1], int(found[2]) * 3, None, today)
    found = _MONTH.fullmatch(plain)
    if found and 1 <= (month := int(found[2] or found[3])) <= 12:
        return _end_of_month(found[1], month, found[4], today)
    found = _YEAR.fullmatch(plain)
    if found and (found[1] or "年" in plain):
        return date(int(found[1] or today.year), 12, 31)
    raise ValueError(text)


def days_in(text: str, today: date) -> list[tuple[str, date]]:
    """The days that a longer text says, each with the part of the text in which it stands.

    >>> today = date(2026, 11, 22)
    >>> [day.isoformat() for _, day in days_in("2027年3月底前完成方案，12月底前建成", today)]
    ['2027-03-31', '2027-12-31']
    >>> [day.isoformat() for _, day in days_in("2027年1月至10月", today)]
    ['2027-01-31', '2027-10-31']
    """
    found, year = list[tuple[str, date]](), ""
    for part in re.split(r"[，,；;。\n]", text):
        for piece in _PIECE.findall(_with_year(part, today)):
            stated = _WITH_YEAR.match(piece)
            year = stated[1] if stated else year
            with suppress(ValueError):
                whole = piece if stated or not year else f"{year}年{piece.removeprefix('年')}"
                found.append((part.strip(), day_of(whole, today)))
    return found


def _with_year(text: str, today: date) -> str:
    """A text without blanks, its numbers as digits, its years in full, halves of it as quarters.

    >>> _with_year("明年 三月底", date(2026, 11, 22)), _with_year("26年底", date(2026, 11, 22))
    ('2027年3月底', '2026年底')
    """
    plain = _arabic("".join(text.split())).replace("上半年", "2季度").replace("下半年", "4季度")
    plain = re.sub(r"^(20\d{2})(\d{2})(\d{2})$", r"\1-\2-\3", plain)
    for word, later in (("今年", 0), ("本年", 0), ("明年", 1), ("后年", 2)):
        plain = plain.replace(f"{word}年", word).replace(word, f"{today.year + later}年")
    return re.sub(r"(?<!\d)(\d{2})年(?=\d|底|末|年|第|[1-4]季|前|$)", r"20\1年", plain)


def _arabic(text: str) -> str:
    """Chinese numerals of months, days and quarters as digits.

    >>> _arabic("十二月三十一日"), _arabic("二〇二六年十月"), _arabic("第三季度")
    ('12月31日', '2026年10月', '第3季度')
    """
    text = re.sub(
        r"([一二三]?)十([一二三四五六七八九]?)",
        lambda found: f"{found[1] or '一'}{found[2] or '零'}",
        text,
    )
    return text.translate(_DIGITS)


def _coming(month: int, day: int, today: date) -> date:
    this = date(today.year, month, day)
    return this if this >= today else date(today.year + 1, month, day)


def _end_of_month(year: str | None, month: int, part: str | None, today: date) -> date:
    def end(of: int) -> date:
        last = calendar.monthrange(of, month)[1]
        return date(of, month, min(_TENS.get(part or "", last), last))

    if year is not None:
        return end(int(year))
    return end(today.year) if end(today.year) >= today else end(today.year + 1)
