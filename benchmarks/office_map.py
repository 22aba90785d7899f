"""How soon a map with many cells can be used: from asking for the page to cells on the screen.

    python benchmarks/office_map.py [CITY] [--times 7]

CITY is an examined city. Without one Las Palmas of ../shared is tiled 2 x 2 (25,800 cells), which
takes some minutes: a SYNTHETIC city. Each time is a new browser without anything kept.

- warm server: it has given this map before.
- cold server: it was started for this, and nobody has asked it for anything.
- usable: cells are drawn and painted, and the page has the next frame free.

Reach: 2.0 s with 20,000 cells (issue 5).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))
from served_office import ServedOffice, chromium, serving  # noqa: E402 - found above

SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
REACH_MS = 2_000
PAINTED = """() => new Promise((done) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => done(performance.now());
  port2.postMessage(0);
}))"""
BYTES = """() => performance.getEntriesByType('resource').concat(
  performance.getEntriesByType('navigation')).reduce((sum, each) => sum + each.transferSize, 0)"""


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("city", type=Path, nargs="?")
    given.add_argument("--times", type=int, default=7)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        city = asked.city or tiled(Path(folder))
        print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        office = Path(folder) / "office"
        with serving(ServedOffice(city=city.resolve(), office=office)) as served:
            cold = opened(browser, served, "desktop")
            for size in SIZES:
                tell(f"warm server, {size}",
                     [opened(browser, served, size) for _ in range(asked.times)])  # fmt: skip
        tell("cold server, desktop", [cold])
    print(f"load after: {os.getloadavg()[0]:.1f}")


def tiled(folder: Path) -> Path:
    """Las Palmas 2 x 2, examined."""
    sys.path.insert(0, str(HERE))
    import run

    run.tiled(folder, 2, 2)
    return folder / "tiled"


def opened(browser: Any, served: ServedOffice, size: str) -> tuple[float, float, int]:
    """Milliseconds until the map is usable, kilobytes sent, and cells."""
    context = browser.new_context(viewport=SIZES[size])
    context.set_default_timeout(120_000)
    context.add_cookies(served.cookies("dispatcher", "en"))
    page = context.new_page()
    page.goto(f"{served.url}/map/", wait_until="commit")
    page.wait_for_selector("#map[data-drawn]")
    took, sent = page.evaluate(PAINTED), page.evaluate(BYTES)
    cells = int(page.get_attribute("#map", "data-cells"))
    context.close()
    return took, sent / 1024, cells


def tell(name: str, found: list[tuple[float, float, int]]) -> None:
    took, sent, cells = zip(*found, strict=True)
    print(
        f"{name:22s} p50 {statistics.median(took):6.0f} ms  most {max(took):6.0f} ms  "
        f"{statistics.median(sent):6.0f} kB  {cells[0]:,} cells  (reach {REACH_MS} ms)"
    )


if __name__ == "__main__":
    main()
