"""The library's face: open a city, examine it, look at the numbers, ask where they come from."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanwork.city.reading import read_settings
from urbanwork.city.settings import CitySettings
from urbanwork.errors import UserError
from urbanwork.examination.draft import Draft
from urbanwork.examination.errata import Erratum, errata_of
from urbanwork.examination.frozen import report_of
from urbanwork.examination.lifecycle import Status, examination_folder, status_of
from urbanwork.examination.run import FOLDER, Faces, Progress, last_folder
from urbanwork.examination.run import examine as _examine
from urbanwork.examination.wholeness import check_whole

if TYPE_CHECKING:
    import geopandas
    import pandas

    from urbanwork.examination.compare import Comparison
    from urbanwork.examination.explain import Explanation
    from urbanwork.planning.changes import Scenario
    from urbanwork.planning.whatif import Session
    from urbanwork.planning.whatif.outcome import Outcome


def no_progress(en: str, zh: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class City:
    """A city: a folder with `city.yaml`, its sources and its examinations."""

    folder: Path
    settings: CitySettings

    @property
    def examinations(self) -> list[Path]:
        """The folders of the examinations that exist, oldest first."""
        found = (self.folder / FOLDER).glob("*/manifest.json")
        return sorted((path.parent for path in found), key=lambda path: path.stat().st_mtime)

    def session(self, *, progress: Progress = no_progress) -> Session:
        """The city held ready for what-ifs: `.apply(change)`, `.undo()`, `.values()`,
        `.verdicts()`.

        Raises UserError for what is wrong with the description or a source.
        """
        from urbanwork.planning.whatif.opening import open_session

        return open_session(self.folder, progress)

    def whatif(
        self,
        scenario: Path | str | Scenario,
        *,
        against: Path | str | Scenario | None = None,
        session: Session | None = None,
        progress: Progress = no_progress,
    ) -> Outcome:
        """What a scenario (or its file) does: before and after, who gains and loses, bottom lines.

        `against` is another scenario to hold it against; else today. A `session` that is open
        saves measuring today again; it is as before afterwards.

        Raises UserError for a scenario that cannot be carried out, every fault at once.
        """
        from urbanwork.planning.changes import Scenario as Given
        from urbanwork.planning.whatif.running import what_if

        first = (scenario,) if isinstance(scenario, Given) else scenario
        other = (against,) if isinstance(against, Given) else against
        return what_if(session or self.session(progress=progress), first, other)

    def _repr_html_(self) -> str:
        name = html.escape(self.settings.name)
        return f"<b>{name}</b> — {html.escape(str(self.folder))}, {len(self.examinations)} exam(s)"


def open_city(folder: Path | str) -> City:
    """The city in `folder`. Raises UserError with all faults of its city.yaml."""
    return City(Path(folder), read_settings(folder))


def examine(
    city: City | Path | str, *, like: Path | str | None = None, progress: Progress = no_progress
) -> Examination:
    """Examine a city; an identical examination that exists is returned as it is.

    `like` is an earlier examination whose definitions are used again: its folder, its id within
    this city, or the folder of a city for its last.

    Raises UserError for what is wrong with the description, a source, or the disk.
    """
    folder = city.folder if isinstance(city, City) else Path(city)
    earlier = None if like is None else examination_folder(Path(like), within=folder)
    return Examination(_examine(folder, _faces(), progress, like=earlier), folder)


def compare(examinations: Sequence[Examination | Path | str]) -> Comparison:
    """Hold two or more examinations against each other: years of one city, or cities.

    A path is the folder of an examination, or of a city for its last.

    Raises UserError for fewer than two, one given twice, or one that cannot be read.
    """
    from urbanwork.examination.compare import compare as _compare

    return _compare(
        [each.folder if isinstance(each, Examination) else Path(each) for each in examinations]
    )


def _faces() -> Faces:
    def basemap(prepared: Any) -> bytes:
        from urbanwork.reporting.html import build_basemap

        return build_basemap(prepared)

    return Faces(basemap, _pages)


def _pages(draft: Draft) -> Mapping[str, bytes]:
    from urbanwork.reporting.html import ReportInput, build_report

    report = ReportInput(
        indicators=draft.indicators, problems=draft.problems, areas=draft.areas,
        cells=draft.cells, manifest=draft.manifest, catalogue=draft.catalogue,
        standards=draft.standards, basemap=draft.basemap, points=draft.points,
        details=draft.details,
    )  # fmt: skip
    return {"report.html": build_report(report), "findings.json": _findings(draft)}


def _findings(draft: Draft) -> bytes:
    """The headline findings as plain data, for the terminal and for notebooks."""
    from urbanwork.reporting.findings import headline_findings

    found = headline_findings(
        indicators=draft.indicators, problems=draft.problems, areas=draft.areas,
        catalogue=draft.catalogue, standards=draft.standards, manifest=draft.manifest,
    )  # fmt: skip
    plain = [{"kind": each.kind, "en": each.text("en"), "zh": each.text("zh"),
              "indicator": each.indicator, "area": each.area} for each in found]  # fmt: skip
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


class Examination:
    """One examination on disk; tables are read when they are first looked at."""

    def __init__(self, folder: Path, city_folder: Path) -> None:
        self.folder = folder
        self.city_folder = city_folder

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What the examination was made from."""
        text = (self.folder / "manifest.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def report(self) -> Path:
        """The report, a file that any browser opens; with its errata once there are any."""
        return report_of(self.folder)

    @property
    def status(self) -> Status:
        """Where it stands: draft, comments, frozen, corrected by errata."""
        return status_of(self.folder)

    @property
    def errata(self) -> tuple[Erratum, ...]:
        """The errata of its figures, oldest first; tables hold what was frozen."""
        return errata_of(self.folder)

    @cached_property
    def areas(self) -> geopandas.GeoDataFrame:
        """One row an area, indexed by its id; a column per indicator."""
        return self._geo("areas.parquet").set_index("area")

    @cached_property
    def cells(self) -> geopandas.GeoDataFrame:
        """One row a cell, indexed by its H3 id; value, state and distance per indicator."""
        return self._geo("cells.parquet").set_index("cell")

    @cached_property
    def indicators(self) -> pandas.DataFrame:
        """One row per indicator and area, `city` for the whole."""
        return self._table("indicators.parquet")

    @cached_property
    def problems(self) -> pandas.DataFrame:
        """The problems, most people first."""
        return self._table("problems.parquet")

    def explain(
        self, indicator: str, *, area: str | None = None, cell: str | int | None = None
    ) -> Explanation:
        """Where a number comes from: inputs, formula, nearest places, walked path, clause.

        Raises UserError for an indicator, area or cell that is not there.
        """
        from urbanwork.examination.explain import explain

        return explain(self.city_folder, self.folder, indicator, area=area, cell=cell)

    def _geo(self, name: str) -> geopandas.GeoDataFrame:
        import geopandas

        return geopandas.read_parquet(self.folder / name)

    def _table(self, name: str) -> pandas.DataFrame:
        import pandas

        return pandas.read_parquet(self.folder / name)

    def __repr__(self) -> str:
        return f"<Examination {self.id} of {self.manifest['name']}: {self.report}>"

    def _repr_html_(self) -> str:
        from urbanwork.reporting.summary import summary_html

        return summary_html(self.folder)


def last_examination(folder: Path | str) -> Examination:
    """The examination of a city that was asked for last. Raises UserError when there is none."""
    city = open_city(folder)
    last = last_folder(city.folder)
    if last is None:
        raise UserError(
            f"{folder}: this city has not been examined; run 'urbanwork examine {folder}' first"
        )
    check_whole(last)
    return Examination(last, city.folder)
