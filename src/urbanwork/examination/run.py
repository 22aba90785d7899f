"""One examination: measure, judge, write; the same inputs give the same folder."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from urbanwork.arrangement.loading import load_arrangement
from urbanwork.arrangement.models import Arrangement
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Catalogue, Standard
from urbanwork.catalogue.selection import select_standards
from urbanwork.city.lock import city_lock
from urbanwork.city.prepare import FLOORS_BELOW, city_key, code_hash, prepared
from urbanwork.city.reading import read_settings
from urbanwork.city.settings import CitySettings
from urbanwork.city.store import PRIVATE, Cache, hash_parts, tidy, write_file, write_folder
from urbanwork.examination import results
from urbanwork.examination.definitions import FILE, freeze
from urbanwork.examination.draft import DETAILS, POINTS, Draft, make_draft
from urbanwork.examination.judging import judge
from urbanwork.examination.like import Like, read_like
from urbanwork.examination.measuring import Measured, load, measure, save
from urbanwork.examination.tables import SCHEMA_VERSION
from urbanwork.examination.tabulate import all_values
from urbanwork.examination.wholeness import check_whole

if TYPE_CHECKING:
    from urbanwork.city.model import PreparedCity
    from urbanwork.city.sampled.model import SampledCity
    from urbanwork.measures.coupling import System

Progress = Callable[[str, str], None]
KIND = "measured"
FOLDER = "examinations"
LAST = f"{PRIVATE}/last-examination"
"""The name of the examination asked for last: an older one may be the answer again."""


@dataclass(frozen=True, slots=True)
class Faces:
    """What reporting adds: the packed map of the city, and pages made from a draft."""

    basemap: Callable[[Any], bytes]
    pages: Callable[[Draft], Mapping[str, bytes]]


@dataclass(slots=True)
class Log:
    """The stages of a run with their times; goes to log.txt and run.json, outside identity."""

    progress: Progress
    started: float = field(default_factory=time.perf_counter)
    stages: list[tuple[str, float]] = field(default_factory=list)

    def __call__(self, en: str, zh: str) -> None:
        self.stages.append((en, time.perf_counter() - self.started))
        self.progress(en, zh)

    def lines(self) -> str:
        """One line a stage: seconds since the start, and its name."""
        return "".join(f"{at:9.3f} s  {name}\n" for name, at in self.stages)


class Beside:
    """Writes the cache while the work goes on; what went wrong is told at the end.

    A kill loses at most what was not written yet: the next run makes it again.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._begun: list[Future[object]] = []

    def __call__(self, write: Callable[[], object]) -> None:
        self._begun.append(self._pool.submit(write))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._pool.shutdown()
        if kind is None:
            for each in self._begun:
                each.result()


def examine(folder: Path, faces: Faces, progress: Progress, *, like: Path | None = None) -> Path:
    """Examine the city in `folder`; returns the folder of the examination.

    `like` is the folder of an earlier examination whose definitions are used again.
    An identical rerun returns the folder that is there. Raises UserError for what is wrong with
    the city's description or sources, and when another examination of this city is running.
    """
    log = Log(progress)
    settings = read_settings(folder)
    kept = None if like is None else read_like(like)
    catalogue = catalogue_of(settings) if kept is None else kept.catalogue
    arrangement = load_arrangement(settings.arrangement, folder=settings.folder)
    with city_lock(settings.folder):
        tidy(settings.folder / FOLDER)
        Cache.of(settings.folder).tidy()
        with Beside() as beside:
            measured = _measured(settings, catalogue, kept, faces, log, beside)
            target = _written(settings, catalogue, kept, arrangement, measured, faces, log)
        write_file(settings.folder / LAST, target.name.encode())
        return target


def last_folder(folder: Path) -> Path | None:
    """The examination of a city that was asked for last; None where there is none."""
    found = sorted((folder / FOLDER).glob("*/manifest.json"), key=lambda path: path.stat().st_mtime)
    try:
        named = folder / FOLDER / (folder / LAST).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        named = folder / FOLDER
    if named / "manifest.json" in found:
        return named
    return found[-1].parent if found else None


def catalogue_of(settings: CitySettings) -> Catalogue:
    """The catalogue that the city names: one that we carry, or a folder of its own."""
    own = settings.catalogue
    if own.startswith((".", "/")):
        return load_catalogue(extra=[settings.folder / own])
    return load_catalogue(name=own)


def systems_of(
    settings: CitySettings, catalogue: Catalogue, kept: Like | None
) -> dict[str, System]:
    """The systems of coordination: ours, the city's own, and those kept in their place."""
    if not any("system" in each.parameters for each in catalogue.indicators.values()):
        return {}
    from urbanwork.catalogue.coordination import load_systems

    own = settings.catalogue
    extra = [settings.folder / own] if own.startswith((".", "/")) else []
    return {**load_systems(extra), **(kept.systems if kept else {})}


def _measured(
    settings: CitySettings,
    catalogue: Catalogue,
    kept: Like | None,
    faces: Faces,
    log: Log,
    beside: Beside,
) -> Measured:
    cache = Cache.of(settings.folder)
    key = city_key(settings)
    systems = systems_of(settings, catalogue, kept)
    measured_key = hash_parts(
        key, code_hash(("measures", "examination", "reporting")), _measures(catalogue),
        [asdict(each) for each in systems.values()],
    )  # fmt: skip
    if cache.has(KIND, measured_key):
        log("loading what was measured", "载入测算结果")
        return load(cache.folder_for(KIND, measured_key))
    city = prepared(settings, log, key=key, later=beside)
    with ThreadPoolExecutor(1) as pool:
        drawn = pool.submit(faces.basemap, city)
        measured = measure(
            city, catalogue, drawn.result, log, sample=partial(_sampled, settings, city, log),
            systems=systems,
        )  # fmt: skip
    beside(lambda: cache.write(KIND, measured_key, lambda target: save(measured, target)))
    return measured


def _sampled(settings: CitySettings, city: PreparedCity, log: Log) -> SampledCity | None:
    """The city sampled along its streets: only catalogues that measure there come here."""
    from urbanwork.city.sampled.gather import sample_of

    return sample_of(settings, city, log)


def _measures(catalogue: Catalogue) -> list[Any]:
    """What decides the numbers of a catalogue: not its texts, not its standards."""
    return [
        [each.id, each.version, each.measure, list(each.inputs), each.arguments()]
        for each in catalogue.indicators.values()
    ]


def _written(
    settings: CitySettings,
    catalogue: Catalogue,
    kept: Like | None,
    arrangement: Arrangement,
    measured: Measured,
    faces: Faces,
    log: Log,
) -> Path:
    facts = measured.facts
    standards = _standards(settings, catalogue, facts["as_of"]) if not kept else kept.standards
    code = code_hash((*FLOORS_BELOW, "measures", "catalogue", "arrangement", "examination",
                      "reporting"))  # fmt: skip
    identity = hash_parts(
        facts["key"], code, catalogue.version, list(settings.standards), arrangement.version,
        SCHEMA_VERSION, kept.key if kept else "",
    )  # fmt: skip
    name = f"{facts['as_of']}-{identity[:10]}"
    target = settings.folder / FOLDER / name
    if target.exists():
        check_whole(target)
        return target
    log("grading", "评级")
    values = all_values(measured, catalogue.indicators)
    judged = judge(measured, values, catalogue.indicators, standards)
    draft = make_draft(name, settings, catalogue, standards, arrangement, measured, values, judged)
    draft = replace(
        draft, manifest={**draft.manifest, "code": code[:16], **_like(settings, kept, facts)},
        definitions=freeze(catalogue, standards, settings),
    )  # fmt: skip
    log("writing results", "写出结果")
    write_folder(target, lambda temporary: _write(temporary, draft, faces, log))
    return target


def _standards(settings: CitySettings, catalogue: Catalogue, as_of: str) -> dict[str, Standard]:
    return select_standards(
        catalogue, sets=settings.standards, jurisdiction=settings.jurisdiction, as_of=as_of
    )


def _like(settings: CitySettings, kept: Like | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says of the definitions that were taken from an earlier examination."""
    if kept is None:
        return {}
    today = catalogue_of(settings)
    return {"like": kept.record(today, _standards(settings, today, facts["as_of"]))}


def _write(folder: Path, draft: Draft, faces: Faces, log: Log) -> None:
    with ThreadPoolExecutor(1) as pool:  # packing tables needs no Python: it goes beside the pages
        tables = pool.submit(_write_tables, folder, draft)
        pages = faces.pages(draft)
        log("saving", "保存")
        tables.result()
    for name, data in pages.items():
        (folder / name).write_bytes(data)
    results.write_json(draft.details, folder / DETAILS)
    results.write_json(draft.points, folder / POINTS)
    (folder / FILE).write_bytes(draft.definitions)
    results.write_json(draft.manifest, folder / "manifest.json")
    (folder / "log.txt").write_text(log.lines(), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(_run(log), indent=1) + "\n", encoding="utf-8")


def _write_tables(folder: Path, draft: Draft) -> None:
    results.write_table(draft.cells, folder / "cells.parquet")
    results.write_table(draft.areas, folder / "areas.parquet")
    results.write_table(draft.indicators, folder / "indicators.parquet")
    results.write_table(draft.problems, folder / "problems.parquet")


def _run(log: Log) -> dict[str, Any]:
    """When and where it ran, and how long each stage began after the start."""
    return {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - log.started, 3),
        "stages": [{"stage": name, "began_s": round(at, 3)} for name, at in log.stages],
        "python": sys.version.split()[0],
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
    }
