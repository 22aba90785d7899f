"""A comparison as plain data: for JSON, for CSV, and for pages that show it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.compare import Change, Comparison, Step
from urbanwork.examination.differences import Differences
from urbanwork.examination.errata import in_force
from urbanwork.examination.examined import Examined, Value
from urbanwork.examination.lifecycle import status_of
from urbanwork.examination.ranks import Rank
from urbanwork.examination.tabulate import CITY
from urbanwork.examination.verdicts import Reason, Verdict
from urbanwork.reporting.change_words import (
    ORIGINS,
    mapped_sentence,
    reason_sentence,
    verdict_sentence,
    verdict_title,
)

ORDER = ("city", "cannot_tell", "data", "definition", "not_comparable", "unchanged")
"""The verdicts as a reader wants them."""
BLIND = Bilingual("no value in either", "均无数值")
WHOLE = Bilingual("Whole city", "全市")

_COLUMNS = (
    "from", "to", "indicator", "title_en", "title_zh", "area", "area_en", "area_zh", "unit",
    "before", "before_lower", "before_upper", "before_reason", "after", "after_lower",
    "after_upper", "after_reason", "difference", "people_short_change", "people_reached_change",
    "verdict", "within_uncertainty", "data_share", "sentence_en", "sentence_zh",
)  # fmt: skip


def plain_comparison(comparison: Comparison) -> dict[str, Any]:
    """All of a comparison as JSON has it; every sentence in both languages."""
    return {
        "kind": comparison.kind,
        "examinations": [_examination(each) for each in comparison.examinations],
        "steps": [
            {
                "from": step.before.id,
                "to": step.after.id,
                "evidence": [asdict(each) for each in evidence(step, comparison)],
                "changes": list(_changes(comparison, step)),
            }
            for step in comparison.steps
        ],
        "ranks": _ranks(comparison.ranks),
        "ranks_before": _ranks(comparison.ranks_before),
    }


def comparison_csv(comparison: Comparison) -> str:
    """All changes as CSV, with a mark of the encoding so that spreadsheets read Chinese."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for step in comparison.steps:
        for row in _changes(comparison, step):
            writer.writerow({name: _harmless(row[name]) for name in _COLUMNS})
    return out.getvalue()


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets a mark before it."""
    is_formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if is_formula else value


def _changes(comparison: Comparison, step: Step) -> Iterator[dict[str, Any]]:
    for change in step.changes:
        yield _change(comparison, step, change)


def _change(comparison: Comparison, step: Step, change: Change) -> dict[str, Any]:
    title = comparison.indicators[change.indicator]
    name = area_name(step, change.area)
    sentence = verdict_sentence(change, step, comparison.kind)
    before, after = change.before, change.after
    some = after or before
    return {
        "from": step.before.id, "to": step.after.id, "indicator": change.indicator,
        "title_en": title.en, "title_zh": title.zh, "area": change.area, "area_en": name.en,
        "area_zh": name.zh, "unit": None if some is None else some.unit,
        **_value("before", before), **_value("after", after),
        "difference": change.difference, "people_short_change": change.people,
        "people_reached_change": change.reached, "verdict": change.verdict.code,
        "within_uncertainty": change.verdict.is_within_uncertainty,
        "data_share": change.verdict.data_share,
        "both_saw": None if change.both_saw is None else asdict(change.both_saw),
        "parts": None if change.parts is None else asdict(change.parts),
        "reasons": [asdict(each) for each in change.verdict.reasons],
        "sentence_en": sentence.en, "sentence_zh": sentence.zh,
    }  # fmt: skip


def _value(when: str, value: Value | None) -> dict[str, Any]:
    names = ("value", "lower", "upper", "reason", "period", "grade")
    found = {name: None if value is None else getattr(value, name) for name in names}
    found[when] = found.pop("value")
    erratum = None if value is None or value.erratum is None else asdict(value.erratum)
    return {
        when: found.pop(when), **{f"{when}_{name}": each for name, each in found.items()},
        f"{when}_erratum": erratum,
    }  # fmt: skip


def _examination(one: Examined) -> dict[str, Any]:
    return {
        "id": one.id, "city": asdict(one.name), "as_of": one.as_of,
        "state": status_of(one.folder).state, "folder": str(one.folder),
        "errata": [asdict(each) for each in in_force(one.folder).values()],
    }  # fmt: skip


def _ranks(ranks: Mapping[str, Sequence[Rank]]) -> dict[str, list[dict[str, Any]]]:
    return {key: [_rank(each) for each in rows] for key, rows in ranks.items()}


def _rank(rank: Rank) -> dict[str, Any]:
    value = rank.value
    return {
        "of": rank.of, "rank": rank.rank, "best": rank.best, "worst": rank.worst,
        "is_tied": rank.is_tied, "value": None if value is None else value.value,
        "reason": None if value is None else value.reason,
    }  # fmt: skip


def area_name(step: Step, area: str) -> Bilingual:
    """The name of an area as the later examination has it."""
    if area == CITY:
        return WHOLE
    return step.after.areas.get(area) or step.before.areas.get(area) or Bilingual(area, area)


def evidence(step: Step, comparison: Comparison) -> list[Bilingual]:
    """Everything that differs between two examinations besides their values, a sentence each."""
    return [_capital(each) for each in _evidence(step, comparison)]


def _capital(text: Bilingual) -> Bilingual:
    return Bilingual(f"{text.en[:1].upper()}{text.en[1:]}.", f"{text.zh}。")


def _evidence(step: Step, comparison: Comparison) -> Iterator[Bilingual]:
    found = step.found
    if comparison.kind == "years":
        yield from (
            reason_sentence(Reason(f"source_{each.state}", kind), step)
            for kind, each in found.sources.items()
        )
    yield from _of_people(found, comparison)
    yield from _of_definitions(found, comparison)
    if comparison.kind == "cities":
        return
    yield from _of_ground(step)
    yield from (
        mapped_sentence(each, found.years) for each in found.mapped.values() if each.excess > 0
    )
    for kind, rows in (("added", found.corrections_added), ("ended", found.corrections_ended)):
        if rows:
            yield reason_sentence(Reason(f"corrections_{kind}", str(len(rows))), step)


def _of_people(found: Differences, comparison: Comparison) -> Iterator[Bilingual]:
    if found.has_other_people:
        was, now = (ORIGINS.get(each, Bilingual(each, each)) for each in found.people_origin)
        yield Bilingual(f"people: {was.en} → {now.en}", f"人口：{was.zh} → {now.zh}")


def _of_definitions(found: Differences, comparison: Comparison) -> Iterator[Bilingual]:
    titles = comparison.indicators
    for key, what in found.definitions.items():
        yield Bilingual(
            f"“{titles[key].en}” is defined otherwise ({what})",
            f"“{titles[key].zh}”口径已变（{what}）",
        )
    for key, what in found.standards.items():
        yield Bilingual(
            f"“{titles[key].en}” is held against another standard ({what}), so grades differ for "
            "that reason too",
            f"“{titles[key].zh}”适用标准已变（{what}），评级亦受影响",
        )
    if found.settings:
        yield Bilingual(f"other settings ({found.settings})", f"设置已变（{found.settings}）")
    if found.has_other_program:
        was, now = found.program
        yield Bilingual(
            f"another version of the program ({was} → {now}); what that changes is not told apart",
            f"程序版本已变（{was} → {now}），其影响未单独区分",
        )
    if not found.are_definitions_kept:
        yield Bilingual(
            "an examination did not keep its definitions: of these only version, unit and support "
            "can be compared",
            "有一次体检未保存指标定义，仅能比较版本、单位与统计对象",
        )


def _of_ground(step: Step) -> Iterator[Bilingual]:
    found = step.found
    if found.ground < 1:
        was, now = found.land_km2
        yield Bilingual(
            f"the two grounds have {found.ground:.1%} in common ({was:,.2f} and {now:,.2f} km² of "
            "land)",
            f"两次体检范围共有部分{found.ground:.1%}（陆地{was:,.2f}与{now:,.2f}平方公里）",
        )
    for ids, en, zh in (
        (found.areas_added, "areas added", "新增片区"),
        (found.areas_removed, "areas that are gone", "取消片区"),
        (tuple(found.areas_moved), "areas with another outline", "边界变化的片区"),
    ):
        if ids:
            names = [area_name(step, each) for each in ids[:5]]
            more = f" (+{len(ids) - 5})" if len(ids) > 5 else ""
            yield Bilingual(
                f"{en}: {', '.join(each.en for each in names)}{more}",
                f"{zh}：{'、'.join(each.zh for each in names)}{more}",
            )


def counts(comparison: Comparison, step: Step) -> list[tuple[str, Bilingual, int]]:
    """How many figures of the whole city have each verdict: code, words, number."""
    city = [change.verdict for change in step.changes if change.area == CITY]
    blind = sum(is_blind(each) for each in city)
    codes: list[str] = [each.code for each in city if not is_blind(each)]
    found: list[tuple[str, Bilingual, int]] = [
        (code, verdict_title(code, comparison.kind), codes.count(code))
        for code in ORDER
        if code in codes or code == "city"
    ]
    return [*found, ("blind", BLIND, blind)] if blind else found


def is_blind(verdict: Verdict) -> bool:
    """Whether neither examination has a value, so that there is nothing to compare."""
    return verdict.code == "not_comparable" and any(
        each.kind == "missing_in_both" for each in verdict.reasons
    )
