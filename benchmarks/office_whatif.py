"""From drop to colours: kindergartens dropped on the map of the office, in a browser.

    python benchmarks/office_whatif.py CITY [--drops 20]

CITY is an examined city; it is copied. Times are those that the page itself takes, from the
pointer to the colours on the canvas, over HTTP on the loopback address; the map is timed cold, from
asking for the page to the first picture with cells, in a new browser context each time.
Reach: 150 ms from drop to colours, map usable in 2.0 s (issue 5).
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from served_office import Served, chromium, serving_city

SIZE = {"width": 1440, "height": 900}
WAIT_MS = 180_000
REACH = {"drop to colours": 150.0, "map drawn, cold": 2_000.0}


def main() -> None:
    """Print the table."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("city", type=Path)
    given.add_argument("--drops", type=int, default=20)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "city"
        shutil.copytree(asked.city, city, ignore=shutil.ignore_patterns("office"))
        with serving_city(city) as served, chromium() as browser:
            print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            drawn = [_drawn(browser, served) for _ in range(6)]
            took = _dropped(browser, served, asked.drops)
    rows = {"map drawn, cold": drawn[1:], "drop to colours": took["add_place"]}
    for name, times in rows.items():
        _print(name, times)
    print(f"cells: {took['cells']}; load after: {os.getloadavg()[0]:.1f}")


def _page(browser: Any, served: Served) -> Any:
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(WAIT_MS)
    context.add_cookies(served.cookies("dispatcher", "en"))
    return context.new_page()


def _drawn(browser: Any, served: Served) -> float:
    page = _page(browser, served)
    page.goto(f"{served.url}/map/")
    page.wait_for_selector("#map[data-drawn]")
    took = float(page.get_attribute("#map", "data-drawn"))
    page.context.close()
    return took


def _dropped(browser: Any, served: Served, drops: int) -> dict[str, Any]:
    page = _page(browser, served)
    page.goto(f"{served.url}/map/")
    page.wait_for_selector("#map[data-drawn]")
    page.click("#whatif-open")
    page.wait_for_selector("#whatif[data-state=ready]")
    page.select_option("#whatif-category", "kindergarten")
    cells = page.evaluate("document.getElementById('map').dataset.cells")
    found: dict[str, Any] = {"cells": cells}
    found["add_place"] = [_one(page, number) for number in range(drops)]
    return found


def _one(page: Any, number: int) -> float:
    """One change in the middle of the map; those before are taken back now and then."""
    chosen = random.Random(number)
    box = page.locator("#canvas").bounding_box()
    before = int(page.get_attribute("#whatif", "data-answers") or 0)
    x, y = 0.45 + 0.2 * chosen.random(), 0.35 + 0.3 * chosen.random()
    page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    page.wait_for_selector(f"#whatif[data-answers='{before + 1}']")
    took = float(page.get_attribute("#whatif", "data-took"))
    if page.locator("#whatif-changes li").count() > 5:
        page.locator("#whatif-changes button").first.click()
        page.wait_for_selector(f"#whatif[data-answers='{before + 2}']")
    return took


def _print(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    reach = f"  (reach {REACH[name]:.0f} ms)" if name in REACH else ""
    print(f"{name:26s} median {statistics.median(times):6.0f} ms  p95 {p95:6.0f} ms{reach}")


if __name__ == "__main__":
    main()
