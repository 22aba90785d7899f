"""A checked plan in the terminal: breaches first, each with clause, figures and cure."""

from __future__ import annotations

from collections import Counter

from rich.console import Console

from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.checking import Checked
from urbanwork.reporting.numbers import Lang
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.verdicts import FAMILY, OUTCOME, Group, groups
from urbanwork.reporting.verdicts import hidden_words as _hidden
from urbanwork.reporting.wording import LINE_STRENGTHS, VERDICTS, say
from urbanwork.sources.zone_words import kind_title

MOST = 8
"""Changes that are listed by rule; files have all."""
_COLOUR = {"breach": "red", "unknown": "yellow", "pass": "green"}
_CURE = Bilingual("Cure", "整改")
_CLAUSE = Bilingual("Clause", "条款")
_PLAN = Bilingual("plan as a whole", "方案整体")


def print_check(checked: Checked, *, lang: Lang) -> None:
    """Print the outcome, then every rule that is broken or not known, then what passes."""
    console = Console(highlight=False, soft_wrap=True)
    colour = _COLOUR[checked.status]
    outcome = plain_markup(say(OUTCOME[checked.status], lang))
    console.print(f"\n[bold {colour}]{outcome}[/]")
    console.print(plain_markup(_counted(checked, lang)))
    found = groups(checked)
    for group in found:
        if group.status == "breach":
            _print_breach(console, group, lang)
    _print_unknown(console, checked, [each for each in found if each.status == "unknown"], lang)
    _print_zones(console, checked, lang)
    hidden = _hidden(checked)
    if hidden is not None:
        console.print(f"\n{plain_markup(say(hidden, lang))}")


def _counted(checked: Checked, lang: Lang) -> str:
    counts: Counter[str] = Counter(each.status for each in checked.verdicts)
    parts = [f"{say(VERDICTS[name], lang)} {counts.get(name, 0):,}" for name in VERDICTS]
    name = checked.city_zh or checked.city if lang == "zh" else checked.city
    if lang == "zh":
        head = f"{name}，方案“{checked.plan}”，{len(checked.changes):,}项变更。"
        return f"{head}判定：{'，'.join(parts)}"
    plural = "" if len(checked.changes) == 1 else "s"
    return (
        f"{name}, plan '{checked.plan}', {len(checked.changes):,} change{plural}. "
        f"Verdicts: {', '.join(parts)}"
    )


def _print_breach(console: Console, group: Group, lang: Lang) -> None:
    rule = group.rule
    words = f"{say(VERDICTS['breach'], lang)}, {say(LINE_STRENGTHS[rule.strength], lang)}"
    family = say(FAMILY[rule.family], lang)
    head = f"{say(rule.title, lang)} ({family}; {words}) {rule.id}"
    style = "bold red" if rule.strength == "hard" else "bold yellow"
    console.print(f"\n[{style}]✗ {plain_markup(head)}[/]")
    for each in group.verdicts[:MOST]:
        change = each.change or say(_PLAN, lang)
        console.print(f"  • {plain_markup(change)}: {plain_markup(say(each.why, lang))}")
    rest = len(group.verdicts) - MOST
    if rest > 0:
        more = f"另有{rest:,}项" if lang == "zh" else f"and {rest:,} more"
        console.print(f"  • {more}")
    console.print(f"  {say(_CLAUSE, lang)}: {plain_markup(rule.clause)} [{rule.confidence}]")
    console.print(f"  {say(_CURE, lang)}: {plain_markup(say(group.verdicts[0].cure, lang))}")


def _print_unknown(
    console: Console, checked: Checked, several: list[Group], lang: Lang
) -> None:  # fmt: skip
    """What could not be judged: the layers that are missing in one line, then other reasons."""
    if not several:
        return
    head = Bilingual("Not known (never a pass)", "无法判定（不视为通过）")
    console.print(f"\n[bold yellow]? {say(head, lang)}[/]")
    if checked.missing:
        kinds = (", " if lang == "en" else "、").join(
            kind_title(kind, lang) for kind in checked.missing
        )
        layers = Bilingual("No layer of these zones is given", "未提供以下图层")
        console.print(f"  • {say(layers, lang)}: {plain_markup(kinds)}")
    absent = checked.layer_cures()
    for group in several:
        reasons = dict.fromkeys(
            say(each.why, lang) for each in group.verdicts if each.cure not in absent
        )
        for reason in list(reasons)[:MOST]:
            title = plain_markup(say(group.rule.title, lang))
            console.print(f"  • {title}: {plain_markup(reason)}")


def _print_zones(console: Console, checked: Checked, lang: Lang) -> None:
    """What was wrong with the files of zones."""
    for report in checked.zone_reports:
        wrong = [
            (report.get("repaired", 0), Bilingual("invalid rings repaired", "处无效边界已修复")),
            (report.get("overlaps", 0), Bilingual("overlaps of zones", "处图斑重叠")),
            (report.get("gaps", 0), Bilingual("gaps between zones", "处图斑缝隙")),
        ]
        parts = [
            f"{number}{text.zh}" if lang == "zh" else f"{number} {text.en}"
            for number, text in wrong
            if number
        ]
        if parts:
            joined = ("，" if lang == "zh" else ", ").join(parts)
            console.print(f"\n{plain_markup(str(report['file']))}: {joined}")
