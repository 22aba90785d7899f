"""An arrangement in the terminal: its asks as a tree, with what is measured and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.tree import Tree

from urbanwork.arrangement.binding import Binding, bind
from urbanwork.arrangement.cascade import Cascade
from urbanwork.arrangement.models import LEVELS, Arrangement, Ask
from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator, Standard
from urbanwork.catalogue.selection import standards_of
from urbanwork.quantities.measured import Reason
from urbanwork.reporting.input_words import input_title
from urbanwork.reporting.numbers import Lang, format_people, format_value, unit_label
from urbanwork.reporting.plain import plain_lines, plain_markup
from urbanwork.reporting.points import STATES
from urbanwork.reporting.wording import grade_label, reason_words, say, threshold_words

Row = Mapping[str, Any]
MOST_SHOWN = 12
"""Indicators of one ask that are shown; `--json` has all."""

UNCHECKED = ("B", "C")
"""Confidences of thresholds that were not read in the standard itself."""

_SAID_BY_NOTE = (Reason.NONE_MAPPED, Reason.NOT_GIVEN)
"""Reasons that the sentence beside them says in full."""

_WORDS = {
    "lead": Bilingual("lead", "主办"),
    "with": Bilingual("with", "协办"),
    "nobody": Bilingual("no lead body yet", "尚无主办机构"),
    "data": Bilingual("data", "数据"),
    "gap": Bilingual("gap", "缺口"),
    "needs": Bilingual("needs", "所需数据"),
    "line": Bilingual("bottom line", "底线"),
    "no_check": Bilingual("no check yet", "尚无判定方法"),
    "unbound": Bilingual("to be bound", "待绑定"),
    "not_here": Bilingual("not in the catalogue of this city", "不在本市指标目录中"),
    "not_given": Bilingual("not given; it needs", "未提供，需要"),
    "not_run": Bilingual("not in the last examination", "上次体检未包含"),
    "unchecked": Bilingual(
        "† nobody has checked this threshold against the original text; read that first",
        "† 该阈值未对照原文核实，引用前请查阅原文",
    ),
    "unanswered": Bilingual("no answer", "未作回应"),
}


@dataclass(frozen=True, slots=True)
class View:
    """What a tree is drawn from.

    Of the last examination `rows` are the city's rows by indicator and `summaries` what
    `examination.points` says, by `point:<id>` and `ask:<id>`. Without one both are None and
    indicators say what data they need.
    """

    arrangement: Arrangement
    catalogue: Catalogue
    lang: Lang
    rows: Mapping[str, Row] | None = None
    summaries: Mapping[str, Row] | None = None

    def word(self, key: str) -> str:
        return say(_WORDS[key], self.lang)

    def say(self, text: Bilingual) -> str:
        return plain_markup(say(text, self.lang))

    @property
    def colon(self) -> str:
        return "：" if self.lang == "zh" else ": "

    @property
    def comma(self) -> str:
        return "、" if self.lang == "zh" else ", "


def print_arrangement(view: View, *, warnings: Sequence[str], heading: str = "") -> None:
    """Print the tree, then the counts, then what a person has yet to do."""
    console = Console(highlight=False)
    bindings = bind(view.arrangement, view.catalogue)
    if heading:
        console.print(f"\n[bold]{plain_markup(heading)}[/bold]")
    console.print(_tree(view, bindings))
    console.print(f"[dim]{view.word('unchecked')}[/dim]")
    console.print(f"\n{_counted(view, bindings)}")
    for sentence in warnings:
        print(plain_lines(sentence))


def _tree(view: View, bindings: Mapping[str, Binding]) -> Tree:
    document = view.arrangement
    level = say(LEVELS[document.level], view.lang)
    tree = Tree(f"[bold]{view.say(document.title)}[/bold]  {document.date} · {level}")
    for section in document.sections:
        branch = tree.add(f"[bold]{view.say(section.title)}[/bold]")
        for point in section.points:
            node = branch.add(f"[bold]{view.say(point.title)}[/bold]{_summed(view, point.id)}")
            for ask in point.asks:
                _add_ask(node, view, ask, bindings[ask.id])
    return tree


def _summed(view: View, point: str) -> str:
    """How many indicators of a point have each grade, and the people concerned."""
    if view.summaries is None:
        return ""
    found = view.summaries[f"point:{point}"]
    parts = [
        f"{grade_label(grade, view.lang)} {count}"
        for grade, count in found["counts"].items()
        if count
    ]
    if found["people"]:
        estimate = bool(found["people_is_estimate"])
        people = format_people(found["people"], view.lang, is_estimate=estimate)
        parts.append(f"涉及人口：{people}" if view.lang == "zh" else f"{people} concerned")
    return "  " + " · ".join(parts)


def _add_ask(node: Tree, view: View, ask: Ask, binding: Binding) -> None:
    codes = " · ".join(part for part in (" ".join(ask.codes), ask.anchor) if part)
    mark = "" if ask.is_bound else f"  [reverse]{view.word('unbound')}[/reverse]"
    branch = node.add(f"{view.say(ask.text)}  [dim]{codes}[/dim]{mark}")
    branch.add(f"[dim]{_bodies(view, ask)}[/dim]")
    for key in _measured_first(view, binding)[:MOST_SHOWN]:
        branch.add(_indicator(view, view.catalogue.indicators[key]))
    more = len(binding.indicators) - MOST_SHOWN
    if more > 0:
        branch.add(f"… 另有{more}项" if view.lang == "zh" else f"… and {more} more")
    for named in binding.unmatched:
        branch.add(f"▨ {plain_markup(named)}{view.colon}{view.word('not_here')}")
    lines = _bottom_lines(view, binding) if view.summaries is None else _judged(view, ask.id)
    for line in lines:
        branch.add(line)
    if ask.gap is not None:
        what, data = view.say(ask.gap.what), view.say(ask.gap.data)
        gap = f"{view.word('gap')}{view.colon}{what}"
        branch.add(f"[italic]{gap}[/italic]\n[dim]{view.word('needs')}{view.colon}{data}[/dim]")


def _measured_first(view: View, binding: Binding) -> list[str]:
    """What has a value stands before what has none; each in the order of the catalogue."""

    def is_missing(key: str) -> bool:
        row = (view.rows or {}).get(key)
        return view.rows is not None and (row is None or row["value"] is None)

    return sorted(binding.indicators, key=is_missing)


def _bodies(view: View, ask: Ask) -> str:
    if ask.lead is None:
        return view.word("nobody")
    bodies = view.arrangement.bodies
    lead = f"{view.word('lead')}{view.colon}{view.say(bodies[ask.lead].title)}"
    if not ask.cooperating:
        return lead
    others = view.comma.join(view.say(bodies[each].title) for each in ask.cooperating)
    return f"{lead} · {view.word('with')}{view.colon}{others}"


def _indicator(view: View, indicator: Indicator) -> str:
    title = view.say(indicator.title)
    if view.rows is None:
        return f"{title}  [dim]{_unmeasured(view, indicator)}[/dim]"
    row = view.rows.get(indicator.id)
    if row is None:
        return f"▨ {title}{view.colon}{view.word('not_run')}"
    if row["value"] is None:
        return f"▨ {title}{view.colon}[dim]{plain_markup(_why(view, indicator, row))}[/dim]"
    value = format_value(row["value"], row["unit"], view.lang)
    return f"{title}{view.colon}[bold]{value}[/bold]  {grade_label(row['grade'], view.lang)}"


def _unmeasured(view: View, indicator: Indicator) -> str:
    """Unit, data and thresholds of an indicator that no examination has measured."""
    parts = [unit_label(indicator.unit, view.lang)]
    if indicator.inputs:
        parts.append(f"{view.word('data')}{view.colon}{_inputs(view, indicator)}")
    rows = standards_of(view.catalogue, indicator.standard) if indicator.standard else ()
    parts += [_threshold(view, row) for row in rows if row.valid_to is None]
    return " · ".join(part for part in parts if part)


def _inputs(view: View, indicator: Indicator) -> str:
    return view.comma.join(view.say(input_title(key)) for key in indicator.inputs)


def _threshold(view: View, row: Standard) -> str:
    asked = threshold_words(row.operator, row.value, row.upper, row.unit, view.lang)
    unchecked = "†" if row.confidence in UNCHECKED else ""
    return f"{asked}{unchecked} ({plain_markup(row.edition)})"


def _why(view: View, indicator: Indicator, row: Row) -> str:
    note = str(row[f"note_{view.lang}"] or "")
    if row["reason"] == Reason.LAYER_MISSING and indicator.inputs:
        return f"{view.word('not_given')}{view.colon}{_inputs(view, indicator)}"
    if note and row["reason"] in _SAID_BY_NOTE:
        return note
    why = reason_words(row["reason"] or "", view.lang)
    return view.colon.join(part for part in (why, note) if part)


def _bottom_lines(view: View, binding: Binding) -> Iterator[str]:
    rows = {row.id: row for row in view.catalogue.standards}
    label = f"▬ {view.word('line')}{view.colon}"
    for key in binding.standards:
        titles = [
            view.say(each.title)
            for each in view.catalogue.indicators.values()
            if each.standard == rows[key].key
        ]
        yield f"{label}{view.comma.join(titles)} {_threshold(view, rows[key])}"
    for key in binding.unknown_standards:
        yield f"{label}{plain_markup(key)}{view.colon}{view.word('not_here')}"
    for key in binding.rules:
        rule = view.arrangement.rules[key]
        stop = "；" if view.lang == "zh" else "; "
        needs = (
            f"{view.word('no_check')}{stop}{view.word('needs')}{view.colon}{view.say(rule.data)}"
        )
        yield f"{label}{view.say(rule.title)}\n[dim]{needs}[/dim]"


def _judged(view: View, ask: str) -> Iterator[str]:
    """Bottom lines as the last examination has them: unknown is never a pass."""
    summaries = view.summaries or {}
    for line in summaries[f"ask:{ask}"]["bottom_lines"]:
        state, title = STATES[line["state"]], plain_markup(line["title"][view.lang])
        label = (
            f"▬ {view.word('line')}{view.colon}{title}{view.colon}[bold]{view.say(state)}[/bold]"
        )
        if line["state"] == "no_check":
            data = plain_markup(line["note"][view.lang])
            label += f"\n[dim]{view.word('needs')}{view.colon}{data}[/dim]"
        elif line["areas_broken"]:
            areas = view.comma.join(map(plain_markup, line["areas_broken"][:MOST_SHOWN]))
            label += f"  [dim]{areas}[/dim]"
        yield label


def _counted(view: View, bindings: Mapping[str, Binding]) -> str:
    """One sentence: asks, bound asks, gaps, indicators, and what of them has a value."""
    asks = list(view.arrangement.asks())
    bound = sum(bool(bindings[ask.id].indicators) and ask.is_bound for ask in asks)
    gaps = sum(ask.gap is not None for ask in asks)
    keys = {key for each in bindings.values() for key in each.indicators}
    if view.lang == "zh":
        text = f"{len(asks)}项要求，{bound}项已绑定指标，{gaps}项存在缺口；共{len(keys)}项指标"
    else:
        text = (
            f"{len(asks)} asks: {bound} bound to indicators, {gaps} with a gap; "
            f"{len(keys)} indicators"
        )
    return text + _measured(view, keys)


def _measured(view: View, keys: set[str]) -> str:
    if view.rows is None:
        return "。" if view.lang == "zh" else "."
    known = view.rows
    measured = sum(key in known and known[key]["value"] is not None for key in keys)
    if view.lang == "zh":
        return f"，其中{measured}项已测得。"
    return f", {measured} of them measured."


def print_cascade(higher: Arrangement, lower: Arrangement, found: Cascade, *, lang: Lang) -> None:
    """Print each ask of the higher document with the asks of the lower that answer it."""
    texts = {ask.id: ask.text for ask in lower.asks()}
    tree = Tree(f"[bold]{plain_markup(say(higher.title, lang))}[/bold]")
    for ask in higher.asks():
        answers = found.answered.get(ask.id, ())
        mark = "●" if answers else "○"
        none = "" if answers else f"  [reverse]{say(_WORDS['unanswered'], lang)}[/reverse]"
        branch = tree.add(f"{mark} {plain_markup(say(ask.text, lang))}{none}")
        for answer in answers:
            branch.add(f"{plain_markup(say(texts[answer], lang))}  [dim]{answer}[/dim]")
    console = Console(highlight=False)
    console.print(tree)
    console.print(f"\n{_cascade_counted(higher, lower, found, lang)}")


def _cascade_counted(higher: Arrangement, lower: Arrangement, found: Cascade, lang: Lang) -> str:
    total, missing = len(found.answered) + len(found.unanswered), len(found.unanswered)
    if lang == "zh":
        return f"{higher.id}的{total}项要求中，{missing}项在{lower.id}中未作回应。"
    return f"{missing} of the {total} asks of {higher.id} have no answer in {lower.id}."
