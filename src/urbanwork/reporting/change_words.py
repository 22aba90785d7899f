"""A comparison in words: every verdict and every piece of evidence as a sentence, en and zh."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.compare import Change, Step
from urbanwork.examination.differences import MappedChange
from urbanwork.examination.verdicts import DOUBT, Reason
from urbanwork.reporting.input_words import input_title, kind_title
from urbanwork.reporting.numbers import (
    NO_VALUE,
    Lang,
    format_number,
    format_people,
    format_value,
    unit_label,
)
from urbanwork.reporting.wording import reason_words, say

Kind = Literal["years", "cities"]

MOST_NAMED = 3
"""More indicators than these are counted, not named."""

VERDICTS: dict[str, Bilingual] = {
    "city": Bilingual("the city changed", "城市变化"),
    "data": Bilingual("the data changed", "数据变化"),
    "definition": Bilingual("the definition changed", "口径变化"),
    "not_comparable": Bilingual("not comparable", "不可比"),
    "cannot_tell": Bilingual("cannot be told apart", "无法区分"),
    "unchanged": Bilingual("unchanged", "无变化"),
}
VERDICTS_OF_CITIES: dict[str, Bilingual] = {
    **VERDICTS,
    "city": Bilingual("the cities differ", "城市有差异"),
    "data": Bilingual("measured in one only", "仅一市可测"),
    "definition": Bilingual("defined otherwise", "口径不同"),
    "cannot_tell": Bilingual("within the uncertainty", "在不确定范围内"),
    "unchanged": Bilingual("alike", "相同"),
}

ORIGINS: dict[str, Bilingual] = {
    "raster": Bilingual("counted by a raster", "人口栅格"),
    "estimate": Bilingual("estimated from floor area", "按建筑面积估算"),
    "table": Bilingual("counted by a table", "统计表"),
    "none": Bilingual("not known", "未知"),
}


def verdict_title(code: str, kind: Kind) -> Bilingual:
    """A verdict in two or three words.

    >>> verdict_title("city", "cities").zh
    '城市有差异'
    """
    return (VERDICTS if kind == "years" else VERDICTS_OF_CITIES)[code]


def verdict_sentence(change: Change, step: Step, kind: Kind) -> Bilingual:
    """The verdict with its evidence, one or two sentences in each language."""
    title, why = verdict_title(change.verdict.code, kind), evidence_sentence(change, step)
    opening = title.en[0].upper() + title.en[1:]
    if not why.en:
        return Bilingual(f"{opening}.", f"{title.zh}。")
    return Bilingual(f"{opening}: {why.en[0].lower()}{why.en[1:]}", f"{title.zh}：{why.zh}")


def evidence_sentence(change: Change, step: Step) -> Bilingual:
    """The evidence alone, where the verdict stands beside it; empty where there is none."""
    return Bilingual(_evidence(change, step, "en"), _evidence(change, step, "zh"))


def _evidence(change: Change, step: Step, lang: Lang) -> str:
    reasons = [say(reason_sentence(each, step), lang) for each in change.verdict.reasons]
    joint, stop = ("；", "。") if lang == "zh" else ("; ", ". ")
    parts = [*([joint.join(reasons)] if reasons else []), *_qualified(change, lang)]
    return (stop.join(f"{part[0].upper()}{part[1:]}" for part in parts) + stop.strip()) * bool(
        parts
    )


def _qualified(change: Change, lang: Lang) -> list[str]:
    """How much the data explains, and whether the two ranges overlap."""
    verdict, said = change.verdict, []
    both = change.both_saw
    if both is not None and change.after is not None and verdict.code != "unchanged":
        was, now = (
            format_value(each, change.after.unit, lang) for each in (both.before, both.after)
        )
        said.append(
            f"仅计两次数据均有的设施，为{was}\u00a0→\u00a0{now}"
            if lang == "zh"
            else f"With only the places that both show it would be {was}\u00a0→\u00a0{now}"
        )
    if verdict.code in ("data", "cannot_tell") and verdict.data_share is not None:
        share = round(100 * verdict.data_share)
        is_estimate = verdict.data_share != DOUBT and 0 < share < 100  # else the verdict says it
        if is_estimate:
            said.append(
                f"估计约{share}%的变化可由数据解释"
                if lang == "zh"
                else f"The data can explain about {share}% of the change (estimate)"
            )
    if verdict.is_within_uncertainty:
        said.append(
            "变化在两值的不确定范围内"
            if lang == "zh"
            else "The change is within the uncertainty of the two values"
        )
    return said


def reason_sentence(reason: Reason, step: Step) -> Bilingual:
    """One piece of evidence, without capital and full stop so that several can be joined."""
    made = _REASONS.get(reason.kind)
    if made is not None:
        return made(reason, step)
    if reason.kind.startswith("source_"):
        return _source(reason, step)
    return Bilingual(reason.kind.replace("_", " "), reason.kind.replace("_", " "))


def _source(reason: Reason, step: Step) -> Bilingual:
    found, title = step.found.sources[reason.subject], kind_title(reason.subject)
    en, zh = title.en[0].lower() + title.en[1:], title.zh
    before, after = (
        (found.date_before, found.date_after)
        if found.date_before and found.date_after
        else (found.before, found.after)
    )
    return {
        "same": Bilingual(f"{en}: the same file", f"{zh}文件相同"),
        "newer": Bilingual(f"newer {en} ({before} → {after})", f"{zh}已更新（{before} → {after}）"),
        "replaced": Bilingual(
            f"another file of {en}, not newer ({before} → {after})",
            f"{zh}文件已更换但并非更新（{before} → {after}）",
        ),
        "added": Bilingual(f"{en} is new ({after})", f"新增{zh}（{after}）"),
        "removed": Bilingual(f"{en} is gone ({before})", f"{zh}已不再使用（{before}）"),
    }[found.state]


def _mapped(reason: Reason, step: Step) -> Bilingual:
    return mapped_sentence(step.found.mapped[reason.subject], step.found.years)


def mapped_sentence(found: MappedChange, years: float) -> Bilingual:
    """What the data shows of a layer or category, before and after."""
    title = input_title(found.key)
    was, now = (format_number(each) for each in (found.before, found.after))
    arrow = "\u00a0→\u00a0"
    en, zh = f"{title.en} in the data: {was}{arrow}{now}", f"数据中{title.zh}：{was}{arrow}{now}"
    if found.is_declared:
        return Bilingual(f"{en}, declared complete", f"{zh}，台账声明完整")
    if found.before == found.after:
        return Bilingual(en, zh)
    time = format_number(round(years, 1))
    than, beyond = ("more than", "超出") if found.excess > 0 else ("no more than", "未超出")
    en += f", {than} a city plausibly changes in {time} year{'' if time == '1' else 's'}"
    return Bilingual(en, f"{zh}，{beyond}{time}年内城市的合理变化")


def _definition(reason: Reason, step: Step) -> Bilingual:
    what = step.found.definitions.get(reason.subject, "")
    return Bilingual(what or "another unit", what or "单位不同")


def _missing(reason: Reason, when: Bilingual) -> Bilingual:
    return Bilingual(
        f"no value {when.en}: {reason_words(reason.subject, 'en')}",
        f"{when.zh}无数值：{reason_words(reason.subject, 'zh')}",
    )


def _dates(step: Step) -> tuple[str, str]:
    return step.before.as_of, step.after.as_of


def _only_in_one(reason: Reason, step: Step) -> Bilingual:
    return Bilingual("only one of the examinations has it", "仅一次体检有此项")


def _area_moved(reason: Reason, step: Step) -> Bilingual:
    part = step.found.areas_moved.get(reason.subject, 1.0)
    return Bilingual(
        f"the outline of the area is another ({part:.0%} in common)",
        f"片区边界已变（共有部分{part:.0%}）",
    )


def _boundary(reason: Reason, step: Step) -> Bilingual:
    was, now = (format_number(each) for each in step.found.land_km2)
    return Bilingual(
        f"another ground was examined ({was} → {now} km² of land)",
        f"体检范围已变（陆地{was} → {now}平方公里）",
    )


def _people_origin(reason: Reason, step: Step) -> Bilingual:
    was, now = (ORIGINS.get(each, Bilingual(each, each)) for each in step.found.people_origin)
    return Bilingual(f"people: {was.en} → {now.en}", f"人口口径：{was.zh} → {now.zh}")


def _made_from(reason: Reason, step: Step) -> Bilingual:
    """Which of the indicators that it is made from moved, and how; many are counted."""
    moved = [each.partition("=")[::2] for each in reason.subject.split(",") if each]
    if not moved:
        return Bilingual("nothing that it is made from changed by itself", "其构成指标均未单独变化")
    if len(moved) > MOST_NAMED:
        codes = [code for _, code in moved]
        parts = [(VERDICTS[code], codes.count(code)) for code in dict.fromkeys(codes)]
        en = ", ".join(f"{title.en} in {number}" for title, number in parts)
        zh = "，".join(f"{title.zh}{number}项" for title, number in parts)
        return Bilingual(f"of the indicators that it is made from: {en}", f"其构成指标中：{zh}")
    titles = [(step.after.manifest["indicators"][key]["title"], code) for key, code in moved]
    en = ", ".join(f"“{title['en']}” ({VERDICTS[code].en})" for title, code in titles)
    zh = "、".join(f"“{title['zh']}”（{VERDICTS[code].zh}）" for title, code in titles)
    return Bilingual(f"it is made from {en}", f"由{zh}构成")


def _fixed(en: str, zh: str) -> Callable[[Reason, Step], Bilingual]:
    """A sentence with the subject of the reason put in."""
    return lambda reason, step: Bilingual(
        en.format(reason.subject or NO_VALUE), zh.format(reason.subject or NO_VALUE)
    )


_REASONS: dict[str, Callable[[Reason, Step], Bilingual]] = {
    "mapped": _mapped,
    "made_from": _made_from,
    "mapping": _fixed(
        "{} of all layers and categories were mapped beyond plausible change",
        "全部图层与类别中{}超出合理变化",
    ),
    "definition": _definition,
    "only_in_one": _only_in_one,
    "area_moved": _area_moved,
    "boundary": _boundary,
    "people_origin": _people_origin,
    "missing_in_both": lambda reason, step: _missing(reason, Bilingual("in both", "两次均")),
    "missing_before": lambda reason, step: _missing(
        reason, Bilingual(f"in that of {_dates(step)[0]}", f"{_dates(step)[0]}")
    ),
    "missing_after": lambda reason, step: _missing(
        reason, Bilingual(f"in that of {_dates(step)[1]}", f"{_dates(step)[1]}")
    ),
    "seen": _fixed(
        "part of the ground could be judged in one of the two only",
        "部分范围仅在其中一次可判定",
    ),
    "corrections_added": _fixed("corrections added: {}", "新增更正{}条"),
    "corrections_ended": _fixed("corrections ended: {}", "失效更正{}条"),
    "settings": _fixed("other settings ({})", "设置已变（{}）"),
    "program": _fixed("another version of the program ({})", "程序版本已变（{}）"),
    "handling": _fixed(
        "the files are the same, so only how they were read or computed can have changed",
        "数据文件相同，只可能是读取或计算方式变化",
    ),
    "break": _fixed("the series breaks in {}", "统计口径断裂：{}"),
    "revised": _fixed("the figure of {} itself was revised", "{}年数据本身已修订"),
    "period": _fixed("the figures speak of other years ({})", "数据年份不同（{}）"),
    "about_data": _fixed("it measures the data itself", "该指标衡量数据本身"),
    "erratum": _fixed("an erratum corrects the published figure", "已按勘误更正公布值"),
}


def difference_words(change: Change, lang: Lang) -> str:
    """How much a value changed, with its sign; of shares in points."""
    if change.difference is None or change.after is None:
        return NO_VALUE
    return signed_difference(change.difference, change.after.unit, lang)


def signed_difference(difference: float, unit: str, lang: Lang) -> str:
    """A difference with its sign and unit.

    >>> signed_difference(-3.21, "%", "en"), signed_difference(12.0, "m", "zh")
    ('−3.2 points', '+12米')
    """
    sign = "+" if difference > 0 else ""
    if unit != "%":
        return sign + format_value(difference, unit, lang)
    points = format_number(round(difference, 1 if abs(difference) >= 0.1 else 2))
    return f"{sign}{points}{'个百分点' if lang == 'zh' else ' points'}"


def people_words(people: float | None, lang: Lang) -> str:
    """More or fewer people, with the sign.

    >>> people_words(-1234.0, "en"), people_words(0.2, "zh"), people_words(None, "en")
    ('−1,230 people', '0人', '–')
    """
    if people is None:
        return NO_VALUE
    sign = "" if abs(people) < 0.5 else "+" if people > 0 else "−"
    return sign + format_people(abs(people), lang)


def unit_words(unit: str) -> Bilingual:
    """The unit in both languages."""
    return Bilingual(unit_label(unit, "en"), unit_label(unit, "zh"))
