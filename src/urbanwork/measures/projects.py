"""Projects held against what was planned: how many are done, in time, in budget, as they should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import WHOLE_CITY, Projects
from urbanwork.sources.project_words import stars_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PERCENT = 100.0
KINDS = {
    "green_building": ("building", "建筑"),
    "renewal": ("renewal", "更新改造"),
    "infrastructure": ("infrastructure", "基础设施"),
    "greening": ("greening", "绿化"),
    "innovation": ("innovation", "创新载体"),
    "other": ("other", "其他"),
}
"""PROJECT_KINDS in words."""
FEW = 20
"""Shares of fewer projects are flagged (STANDARDS.md 0.7)."""
MOST_SHOWN = 8


def project_share(
    tables: Tables, *, kind: str, of_what: str, by: str = "number", least_stars: float = 1.0
) -> Figures:
    """Share of the projects of a kind that are as they should be, percent.

    done: completed by the date of the examination, of those due by then.
    on_time: completed in the year that they were due or before, of those due by then.
    qualified: those that meet what their kind asks for, of those completed in the latest year in
        which any was and of which it is said.
    starred: those of at least `least_stars` stars among the same.

    Projects of which the table does not say bound the value: all of them, or none.

    Args:
        tables: the city.
        kind: word of PROJECT_KINDS.
        of_what: done, on_time, qualified, starred.
        by: number counts projects, floor weighs them by floor area.
        least_stars: stars that count as starred.

    Source: STANDARDS.md H04, Q13, Q21, N10.
    """
    projects = _Projects.of(tables, kind)
    if isinstance(projects, Figures):
        return projects
    said = projects.asked(of_what, least_stars)
    if not said.asked.any():
        return Figures.no_data(tables.size, Reason.NO_PERIOD, *said.nothing)
    weight = np.ones(len(said.asked)) if by == "number" else projects.table.floor_m2
    if by not in ("number", "floor"):
        raise ValueError(f"projects are weighed by 'number' or 'floor', got {by!r}")
    return projects.share(said, weight, by)


def project_overrun(tables: Tables, *, kind: str, what: str) -> Figures:
    """How far projects of a kind exceed what was planned.

    cost: (sum spent / sum cost - 1) * 100 of completed projects of which both are given, percent.
    time: mean years after the year they were due, those that are due and not done with the years
        so far; done early counts below 0.

    Source: STANDARDS.md N10.
    """
    projects = _Projects.of(tables, kind)
    if isinstance(projects, Figures):
        return projects
    if what == "cost":
        return projects.cost_overrun()
    if what == "time":
        return projects.delay()
    raise ValueError(f"what overruns is 'cost' or 'time', got {what!r}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """J projects: which are asked, which of these are as they should be, of which it is said."""

    asked: Flags
    is_good: Flags
    is_said: Flags
    period: str
    note: Notes
    nothing: Notes  # where none is asked


@dataclass(frozen=True, slots=True)
class _Projects:
    """The projects of one kind in a city at the date of an examination."""

    table: Projects
    areas: int
    year: int
    ids: Sequence[str]

    @classmethod
    def of(cls, tables: Tables, kind: str) -> _Projects | Figures:
        table = tables.projects
        rows = np.flatnonzero(table.kind == kind)
        if not len(rows):
            en, zh = KINDS[kind]
            return Figures.no_data(
                tables.size, Reason.LAYER_MISSING,
                f"The city gives no table of {en} projects: with one (projects: in city.yaml) this "
                "would be measured.",
                f"该城市未提供{zh}项目台账；在 city.yaml 中加入 projects: 后即可测算。",
            )  # fmt: skip
        of_kind = Projects(**{
            name: getattr(table, name)[rows] for name in Projects.__dataclass_fields__
        })  # fmt: skip
        return cls(
            of_kind, tables.size - 1, tables.year, [str(each) for each in tables.city.areas.id]
        )

    @property
    def is_done(self) -> Flags:
        """[J] completed by the date of the examination."""
        return np.asarray((self.table.done_year > 0) & (self.table.done_year <= self.year))

    @property
    def is_due(self) -> Flags:
        """[J] to be completed by then."""
        return np.asarray((self.table.planned_year > 0) & (self.table.planned_year <= self.year))

    def asked(self, of_what: str, least_stars: float) -> _Asked:
        if of_what == "done":
            return self._of_due(self.is_done, "completed", "已完成")
        if of_what == "on_time":
            in_time = self.is_done & (self.table.done_year <= self.table.planned_year)
            return self._of_due(in_time, "completed in time", "按期完成")
        if of_what == "qualified":
            answer = self.table.is_qualified
            return self._of_completed(answer == 1, answer >= 0)
        if of_what == "starred":
            stars = np.array([stars_of(each) for each in self.table.class_])
            is_said = np.array([each is not None for each in self.table.class_], np.bool_)
            return self._of_completed(
                stars >= least_stars, is_said | (self.table.is_qualified == 0)
            )
        raise ValueError(
            f"the share is of done, on_time, qualified or starred projects, got {of_what!r}"
        )

    def _of_due(self, is_good: Flags, en: str, zh: str) -> _Asked:
        due = self.is_due
        return _Asked(
            due, is_good, np.ones(len(due), np.bool_), str(self.year),
            (f"Projects {en}, of those due by {self.year}.",
             f"截至 {self.year} 年应完成项目中{zh}者。"),
            (f"The table has no project that was due by {self.year}.",
             f"台账中没有截至 {self.year} 年应完成的项目。"),
        )  # fmt: skip

    def _of_completed(self, is_good: Flags, is_said: Flags) -> _Asked:
        latest = int(self.table.done_year[self.is_done].max(initial=0))
        return _Asked(
            self.is_done & (self.table.done_year == latest), is_good, is_said, str(latest),
            (f"Projects completed in {latest}.", f"{latest} 年竣工项目。"),
            (f"The table has no project completed by {self.year}.",
             f"台账中没有截至 {self.year} 年竣工的项目。"),
        )  # fmt: skip

    def share(self, said: _Asked, weight: Floats, by: str) -> Figures:
        """Weight of the good over weight of the said, bounded by those not said."""
        has = ~np.isnan(weight)
        weight = np.nan_to_num(weight)
        all_ = self._sums(np.where(said.asked, weight, 0.0))
        known = self._sums(np.where(said.asked & said.is_said, weight, 0.0))
        good = self._sums(np.where(said.asked & said.is_said & said.is_good, weight, 0.0))
        rest = all_ - known
        count = self._sums((said.asked & said.is_said & has).astype(np.float64))
        lacking = int((said.asked & ~(said.is_said & has)).sum())
        return self._figures(
            _divided(PERCENT * good, known), good, known, count, said, lacking,
            lower=_divided(PERCENT * good, all_), upper=_divided(PERCENT * (good + rest), all_),
            coverage=_divided(known, all_), weighed=by,
        )  # fmt: skip

    def cost_overrun(self) -> Figures:
        table = self.table
        asked = self.is_done
        has = asked & (table.cost > 0) & ~np.isnan(table.spent)
        planned = self._sums(np.where(has, table.cost, 0.0))
        over = self._sums(np.where(has, table.spent - table.cost, 0.0))
        said = _Asked(
            asked, has & (table.spent <= table.cost), has, str(self.year),
            (f"Completed by {self.year}: spent beyond the planned cost, over the planned cost.",
             f"截至 {self.year} 年竣工项目：超出计划投资的部分与计划投资之比。"),
            ("", ""),
        )  # fmt: skip
        return self._figures(
            _divided(PERCENT * over, planned), over, planned, self._sums(has.astype(np.float64)),
            said, int((asked & ~has).sum()),
            coverage=_divided(self._sums(has.astype(np.float64)),
                              self._sums(asked.astype(np.float64))),
            weighed="cost",
        )  # fmt: skip

    def delay(self) -> Figures:
        table = self.table
        until = np.where(self.is_done, table.done_year, self.year)
        asked = (table.planned_year > 0) & (self.is_done | self.is_due)
        years = np.where(asked, until - table.planned_year, 0).astype(np.float64)
        count, late = self._sums(asked.astype(np.float64)), self._sums(years)
        open_ = int((asked & ~self.is_done).sum())
        said = _Asked(
            asked, years <= 0, np.ones(len(asked), np.bool_), str(self.year),
            (f"Mean years after the year due; {open_} of the city are due by {self.year} and not "
             "done: they count with the years so far.",
             f"较计划年份的平均延迟；全市 {open_} 个项目截至 {self.year} 年逾期未完成，"
             "按已延迟年数计。"),
            ("", ""),
        )  # fmt: skip
        return self._figures(
            _divided(late, count), late, count, count, said,
            int((self.is_done & (table.planned_year == 0)).sum()), weighed="number",
        )  # fmt: skip

    def _sums(self, values: Floats) -> Floats:
        """[A + 1] sums by area; the city has the projects of no area too."""
        has = self.table.area != WHOLE_CITY
        each = np.bincount(self.table.area[has], values[has], self.areas)
        return np.append(each, values.sum()).astype(np.float64)

    def _figures(
        self, value: Floats, numerator: Floats, denominator: Floats, count: Floats, said: _Asked,
        lacking: int, *, weighed: str, lower: Floats | None = None, upper: Floats | None = None,
        coverage: Floats | None = None,
    ) -> Figures:  # fmt: skip
        nothing = np.isnan(value)
        notes = [self._note(said.note, many, lacking) for many in count]
        return Figures.of(
            value, note=notes,
            reason=[Reason.NOT_GIVEN if each else None for each in nothing],
            numerator=numerator, denominator=denominator,
            lower=lower, upper=upper,
            coverage=None if coverage is None else np.nan_to_num(coverage),
            period=said.period, detail=self._detail(said, weighed, count),
        )  # fmt: skip

    def _note(self, note: Notes, count: float, lacking: int) -> Notes:
        en, zh = note
        if lacking:
            en += f" {lacking} projects of the city lack an answer or a figure for it."
            zh += f"全市有 {lacking} 个项目缺少相应信息。"
        if count == 0:
            return (
                f"The table has no project of this area that says it. {en}",
                f"台账中该片区没有可用于计算的项目。{zh}",
            )
        if count < FEW:
            en += f" It rests on only {count:.0f} projects: one more or less changes it much."
            zh += f"仅基于 {count:.0f} 个项目，个别项目即可明显影响结果。"
        return en, zh

    def _detail(self, said: _Asked, weighed: str, count: Floats) -> dict[str, Any]:
        """Counts by area, and the first projects that are not as they should be, by their rows."""
        bad = np.flatnonzero(said.asked & said.is_said & ~said.is_good)
        return {
            "year": said.period, "weighed_by": weighed, "areas": list(self.ids),
            "projects": count.tolist(), "short": len(bad),
            "short_projects": [self._shown(row) for row in bad[:MOST_SHOWN].tolist()],
        }  # fmt: skip

    def _shown(self, row: int) -> dict[str, Any]:
        table, area = self.table, int(self.table.area[row])
        return {
            "id": str(table.id[row]), "name": table.name[row],
            "area": "city" if area == WHOLE_CITY else self.ids[area],
            "planned_year": int(table.planned_year[row]) or None,
            "done_year": int(table.done_year[row]) or None, "origin": str(table.origin[row]),
        }  # fmt: skip


def _divided(above: Floats, below: Floats) -> Floats:
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)
