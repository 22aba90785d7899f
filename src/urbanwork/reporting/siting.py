"""Where new places should stand, in the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from urbanwork.planning.located import Located, SitingResult, Worst
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.reporting.numbers import Lang, format_people
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.wording import say

MOST_SITES = 40

_WORDS = {
    "heading": Bilingual("{count} sites for {what}", "{what}：选定 {count} 处"),
    "heading_one": Bilingual("1 site for {what}", "{what}：选定 1 处"),
    "site": Bilingual("site", "位置"),
    "area": Bilingual("area", "片区"),
    "newly": Bilingual("newly served", "新增服务人口"),
    "within": Bilingual("within {radius} m", "{radius} 米内人口"),
    "sent": Bilingual("nearest for", "就近人口"),
    "filled": Bilingual("filled", "使用率"),
    "cost": Bilingual("cost", "费用"),
    "more": Bilingual("… and {count} more; --json has all.", "另有 {count} 处，--json 输出全部。"),
    "covered": Bilingual(
        "People within {radius} m: {before} today, {after} then, of {all}.",
        "{radius} 米内人口：现状 {before}，选址后 {after}，共 {all}。",
    ),
    "mean": Bilingual(
        "Mean walk: {before} m today, {after} m then (up to {limit} m counts).",
        "平均步行距离：现状 {before} 米，选址后 {after} 米（超过 {limit} 米按此计）。",
    ),
    "seats": Bilingual(
        "People with a seat within {radius} m: {value} (places of unknown seats take all).",
        "{radius} 米内有学位（床位）的人口：{value}（规模未知的现状设施视为不限）。",
    ),
    "farthest": Bilingual("Longest walk: {value} m.", "最远步行距离：{value} 米。"),
    "worst": Bilingual(
        "Worst area: {before} today, {after} then.", "最差片区：现状 {before}，选址后 {after}。"
    ),
    "proven": Bilingual(
        "Proven: no choice among {candidates} candidates is better (gap {gap}).",
        "已证明为 {candidates} 个候选中的最优（差距 {gap}）。",
    ),
    "bounded": Bilingual(
        "Gap {gap}: a choice among {candidates} candidates can be better by at most that; "
        "--seconds gives more time.",
        "差距 {gap}：{candidates} 个候选中的任何方案至多再优这么多；可用 --seconds 延长求解。",
    ),
    "thinned": Bilingual(
        "Of {found} candidates the best of each square of {square} m was considered.",
        "候选共 {found} 个，每 {square} 米方格取最优一个。",
    ),
    "masked": Bilingual(
        "{masked} of {found} candidates break a bottom line and were left out.",
        "{found} 个候选中有 {masked} 个突破底线，已排除。",
    ),
    "baseline": Bilingual(
        "By chance: {mean} (best of {count}: {best}); the best next one each time: {greedy}; "
        "here: {value}.",
        "随机选址：{mean}（{count} 次最好 {best}）；逐个贪心：{greedy}；本方案：{value}。",
    ),
    "out_of_reach": Bilingual(
        "{people} have no candidate near enough and are left out.",
        "{people} 附近没有可用候选，未计入。",
    ),
    "left_out": Bilingual("{people} live beside no street.", "{people} 附近没有道路。"),
    "violations": Bilingual(
        "Bottom lines broken: {count} (held {rules}).", "突破底线：{count} 条（审查 {rules} 条）。"
    ),
    "unknown": Bilingual(
        "Not checked, a layer is missing: {rules}.", "缺少图层、未能审查：{rules}。"
    ),
    "internal": Bilingual(
        "This output is internal: it rests on such layers.", "本结果依据内部图层，仅供内部使用。"
    ),
    "restricted": Bilingual(
        "This output is restricted: it rests on such layers.", "本结果依据受限图层，不得公开。"
    ),
    "written": Bilingual(
        "{out} is written. Next: urbanwork whatif, urbanwork check.",
        "已写入 {out}。下一步：urbanwork whatif、urbanwork check。",
    ),
}  # fmt: skip


def print_siting(found: SitingResult, *, lang: Lang, out: Path | None = None) -> None:
    """Print the sites, before and after, the gap, and what others would have chosen."""
    console = Console(highlight=False)
    one = "_one" if len(found.sites) == 1 else ""
    heading = _say(f"heading{one}", lang, count=len(found.sites), what=found.request.what)
    console.print(f"\n[bold]{heading}[/bold]")
    console.print(_table(found, lang))
    if len(found.sites) > MOST_SITES:
        console.print(_say("more", lang, count=len(found.sites) - MOST_SITES))
    for line in (*_effects(found, lang), *_certainty(found, lang)):
        console.print(line, soft_wrap=True)
    if out is not None:
        console.print(_say("written", lang, out=plain_markup(str(out))), soft_wrap=True)


def _say(key: str, lang: Lang, **values: object) -> str:
    return say(_WORDS[key], lang).format(**values)


def _people(value: float, lang: Lang) -> str:
    return format_people(value, lang=lang)


def _table(found: SitingResult, lang: Lang) -> Table:
    table = Table(box=SIMPLE)
    table.add_column(_say("site", lang))
    table.add_column(_say("area", lang))
    radius = f"{found.radius_m:,.12g}"
    names = ["newly", "within", "sent"]
    if found.request.capacity is not None:
        names.append("filled")
    if found.request.budget is not None:
        names.append("cost")
    for name in names:
        table.add_column(_say(name, lang, radius=radius), justify="right")
    for each in found.sites[:MOST_SITES]:
        table.add_row(*_row(each, names, lang))
    return table


def _row(each: Located, names: list[str], lang: Lang) -> list[str]:
    place = f"{each.lat:.5f}, {each.lon:.5f}"
    row = [f"{plain_markup(each.name)}  {place}", plain_markup(each.area)]
    row += [
        _people(value, lang)
        for value in (each.people_newly_served, each.people_within, each.people_sent)
    ]
    if "filled" in names and each.people_capacity is not None:
        row.append(f"{100 * each.people_sent / each.people_capacity:.0f} %")
    if "cost" in names:
        row.append("–" if each.cost is None else f"{each.cost:,.12g}")
    return row


def _effects(found: SitingResult, lang: Lang) -> list[str]:
    radius = f"{found.radius_m:,.12g}"
    before, after = (_people(each, lang) for each in (found.covered_before, found.covered_after))
    everybody = _people(found.people, lang)
    lines = [_say("covered", lang, radius=radius, before=before, after=after, all=everybody)]
    if found.request.objective == "median":
        lines.append(_say("mean", lang, before=f"{found.mean_m_before:,.0f}",
                          after=f"{found.mean_m_after:,.0f}",
                          limit=f"{found.counts_up_to_m:,.12g}"))  # fmt: skip
    if found.request.objective == "center":
        lines.append(_say("farthest", lang, value=f"{found.objective:,.0f}"))
    if found.request.objective == "cover" and found.request.capacity is not None:
        lines.append(_say("seats", lang, radius=radius, value=_people(found.objective, lang)))
    if found.worst_before is not None and found.worst_after is not None:
        lines.append(_say("worst", lang, before=_worst(found.worst_before),
                          after=_worst(found.worst_after)))  # fmt: skip
    if found.baseline is not None:
        base = found.baseline
        lines.append(_say(
            "baseline", lang, mean=_value(found, base.random_mean, lang),
            best=_value(found, base.random_best, lang), count=base.random_choices,
            greedy=_value(found, base.greedy, lang), value=_value(found, found.objective, lang),
        ))  # fmt: skip
    return lines


def _worst(worst: Worst) -> str:
    return f"{plain_markup(worst.name)} {worst.share:.1f} %"


def _value(found: SitingResult, value: float, lang: Lang) -> str:
    """An objective in words: people, mean metres, metres."""
    if found.request.objective == "cover":
        return _people(value, lang)
    metres = value / found.people if found.request.objective == "median" else value
    return f"{metres:,.0f} m"


def _certainty(found: SitingResult, lang: Lang) -> list[str]:
    key = "proven" if found.is_proven else "bounded"
    lines = [_say(key, lang, candidates=f"{found.candidates:,}", gap=f"{found.gap:.2%}")]
    if found.square_m:
        lines.append(_say("thinned", lang, found=f"{found.candidates_found:,}",
                          square=f"{found.square_m:,.0f}"))  # fmt: skip
    if found.candidates_masked:
        lines.append(_say("masked", lang, masked=f"{found.candidates_masked:,}",
                          found=f"{found.candidates_found:,}"))  # fmt: skip
    for name, people in (("out_of_reach", found.people_out_of_reach),
                         ("left_out", found.people_left_out)):  # fmt: skip
        if people >= 1:
            lines.append(_say(name, lang, people=_people(people, lang)))
    if found.proof is not None:
        lines.append(_say("violations", lang, count=found.proof.violations,
                          rules=len(found.proof.rules)))  # fmt: skip
        if found.proof.unknown:
            lines.append(_say("unknown", lang, rules=", ".join(found.proof.unknown)))
    if found.visibility != "public":
        lines.append(_say(found.visibility, lang))
    return lines
