"""`make bench`: the figures of the product beside those of its peers, in one run.

Whole processes are timed from outside, several times each; the table says median, least and most.
Needs ../shared (Las Palmas); the tiled city is made from it and labelled as synthetic.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared" / "data" / "cities" / "las_palmas"
PEER = "GHSCI 4.15.2: 295-384 s, 1.2 GiB"
PARTS = ("urbanisation", "gate", "siting", "whatif")
"""Benchmarks of single parts: a file each in this folder, run as it stands."""
URBANWORK = Path(sys.executable).with_name("urbanwork")


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds and peak memory of several runs of one command."""

    seconds: list[float]
    peak_mib: float

    def words(self) -> str:
        s = self.seconds
        spread = f" ({min(s):.2f}-{max(s):.2f})" if len(s) > 1 else ""
        return f"{statistics.median(s):.2f} s{spread}, {self.peak_mib:,.0f} MiB"


def timed(command: list[str | Path], *, runs: int, before: object = None) -> Timing:
    """Run a command so often, each time after `before()`; peak memory is the largest run's."""
    seconds, peak = [], 0
    for _ in range(runs):
        if callable(before):
            before()
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - began)
        if status != 0:
            raise SystemExit(f"{command}: exit status {status}")
        peak = max(peak, usage.ru_maxrss)
    return Timing(seconds, peak / 1024)


def las_palmas(folder: Path, osm: Path) -> Path:
    """A city with all inputs of Las Palmas, or with a tiled extract of it alone."""
    city = folder / osm.name.split(".")[0]
    command: list[str | Path] = [URBANWORK, "init", city, "--osm", osm, "--jurisdiction", "ES"]
    if osm.parent == SHARED:
        command += ["--boundary", SHARED / "boundary.geojson"]
        command += ["--population", SHARED / "population_dasymetric_standin_100m.tif"]
        command += ["--gtfs", SHARED / "gtfs_2023.zip"]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return city


def forget(city: Path) -> None:
    """Empty the cache and remove the examinations: the next run starts from the files."""
    shutil.rmtree(city / ".urbanwork", ignore_errors=True)
    shutil.rmtree(city / "examinations", ignore_errors=True)


def forget_examinations(city: Path) -> None:
    """Remove the examinations and change what they are graded by."""
    shutil.rmtree(city / "examinations", ignore_errors=True)
    settings = city / "city.yaml"
    text = settings.read_text(encoding="utf-8")
    swapped = text.replace("standards: [international]", "standards: [cn, international]")
    if swapped == text:
        swapped = text.replace("standards: [cn, international]", "standards: [international]")
    if swapped == text:
        swapped = text + "standards: [international]\n"
    settings.write_text(swapped, encoding="utf-8")


def whole_examinations(folder: Path, runs: int) -> list[tuple[str, str, str]]:
    """The rows of the table that time whole commands."""
    city = las_palmas(folder, SHARED / "osm_2023.osm.pbf")
    examine = [URBANWORK, "examine", city, "--quiet"]
    timed(examine, runs=1)
    cold = timed(examine, runs=runs, before=lambda: forget(city))
    again = timed(examine, runs=runs, before=lambda: forget_examinations(city))
    helped = timed([URBANWORK, "--help"], runs=runs)
    return [
        ("Las Palmas, all inputs, empty data cache, results and report", "6 s, 1 GiB",
         f"{cold.words()} (peer: {PEER})"),
        ("the same after a change of one standard", "1.5 s", again.words()),
        ("urbanwork --help", "0.3 s", helped.words()),
    ]  # fmt: skip


def tiled(folder: Path, columns: int, rows: int) -> list[tuple[str, str, str]]:
    """Las Palmas `columns` x `rows` times side by side with its boundary: a synthetic city."""
    from tile import tile

    extract = folder / "tiled.osm.pbf"
    shifts = tile(SHARED / "osm_2023.osm.pbf", extract, columns, rows)
    boundary = folder / "tiled.geojson"
    boundary.write_text(json.dumps(_shifted_boundary(shifts)), encoding="utf-8")
    city = folder / "tiled"
    command = [URBANWORK, "init", city, "--osm", extract, "--boundary", boundary]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    took = timed([URBANWORK, "examine", city, "--quiet"], runs=1)
    what = f"Las Palmas tiled {columns * rows} times, people estimated (synthetic)"
    return [(what, "90 s, 6 GiB", took.words())]


def _shifted_boundary(shifts: list[tuple[float, float]]) -> dict[str, object]:
    """The municipality once per copy, as one multipolygon in degrees."""
    import shapely

    boundary = shapely.from_geojson((SHARED / "boundary.geojson").read_text(encoding="utf-8"))
    copies = [shapely.transform(boundary, lambda xy, d=shift: xy + d) for shift in shifts]
    parts = shapely.get_parts(shapely.get_parts(copies))
    return dict(json.loads(shapely.to_geojson(shapely.multipolygons(parts))))


def of_tables(folder: Path, runs: int) -> list[tuple[str, str, str]]:
    """A city without an extract, and the catalogue alone."""
    city = folder / "dalian"
    made = shutil.ignore_patterns("examinations", ".urbanwork")
    shutil.copytree(HERE.parent / "examples" / "dalian", city, ignore=made)
    cold = timed([URBANWORK, "examine", city, "--quiet"], runs=runs, before=lambda: forget(city))
    load = "from urbanwork.catalogue.loading import load_catalogue as load\n"
    program = (
        load
        + "import time\nbegan = time.perf_counter()\nload()\nprint(time.perf_counter() - began)"
    )
    seconds = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                             check=True).stdout)
        for _ in range(runs)
    ]  # fmt: skip
    words = f"{statistics.median(seconds):.2f} s ({min(seconds):.2f}-{max(seconds):.2f})"
    return [
        ("Dalian, districts and censuses, empty data cache", "5 s", cold.words()),
        ("loading the catalogue, imports left out", "0.2 s", words),
    ]


def others(folder: Path) -> str:
    """What the benchmarks of single parts print, each in a process of its own.

    What-ifs are of the cities that are in the folder: Las Palmas, and tiled where it is there.
    """
    cities = [each for each in (folder / "osm_2023", folder / "tiled") if each.is_dir()]
    asked = [(name, [name]) for name in PARTS if name != "whatif"]
    asked += [(f"whatif, {city.name}", ["whatif", str(city), "--gates"]) for city in cities]
    parts = []
    for title, (name, *arguments) in asked:
        command = [sys.executable, str(HERE / f"{name}.py"), *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
        parts.append(f"## {title}\n\n```\n{ended.stdout.strip()}\n```")
    return "\n\n".join(parts)


def cold_compile(folder: Path) -> list[tuple[str, str, str]]:
    """Compiling kernels into an empty cache: those that examine needs, then all others."""
    os.environ["NUMBA_CACHE_DIR"] = str(folder / "numba")
    took = timed([URBANWORK, "compile", "--quiet"], runs=1)
    others = timed([URBANWORK, "compile", "--all", "--quiet"], runs=1)
    del os.environ["NUMBA_CACHE_DIR"]
    return [
        ("kernels of examine compiled cold, once during set-up", "11 s", took.words()),
        ("those of planning, which else compile at their first use", "", others.words()),
    ]


def machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.machine(),
    )  # fmt: skip
    packages = ", ".join(f"{name} {version(name)}" for name in
                         ("numpy", "numba", "shapely", "duckdb", "pyarrow"))  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{model}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB; "
        f"Python {platform.python_version()}, {packages}; urbanwork {version('urbanwork')}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-tiled", action="store_true", help="leave the tiled city out")
    parser.add_argument("--no-kernels", action="store_true")
    parser.add_argument("--no-parts", action="store_true", help="leave single parts out")
    asked = parser.parse_args()
    if not SHARED.is_dir():
        raise SystemExit(f"{SHARED}: needed for the benchmark, and not there")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = whole_examinations(folder, asked.runs) + of_tables(folder, asked.runs)
        rows += cold_compile(folder)
        if not asked.no_tiled:
            rows += tiled(folder, 8, 4)
        parts = [_table(rows)]
        if not asked.no_kernels:
            from kernels import rows as kernel_rows

            parts.append(_kernel_table(kernel_rows()))
        if not asked.no_parts:
            parts.append(others(folder))
    text = f"# Benchmarks\n\nMeasured {time.strftime('%Y-%m-%d')} on {machine()}.\n\n"
    text += "Median of whole processes (least-most), peak memory of the largest process.\n\n"
    text += "\n\n".join(parts) + "\n"
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = ["| what | to reach | measured |", "|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def _kernel_table(rows: list[dict[str, object]]) -> str:
    if not rows:
        return ""
    columns = list(rows[0])
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join(lines + [f"| {' | '.join(str(row[c]) for c in columns)} |" for row in rows])


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main()
