"""From drop to colours: kindergartens dropped and streets closed on the map, in a browser.

    python benchmarks/office_whatif.py CITY [--drops 60] [--wait 30]

CITY is an examined city; its office is made in a folder of its own. Times are those that the page
itself takes, from letting go of the pointer to colours on the screen (after the frame is painted),
over HTTP on the loopback address. Changes lie where most people live; what cannot be (no street
within 30 m) is counted and left out. After five changes they are all taken back.
Reach: 150 ms from drop to colours (issue 5).
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from served_office import ServedOffice, chromium, serving

SIZE = {"width": 1440, "height": 900}
KINDS = {"a kindergarten dropped": "add_place", "a street closed": "close_street"}
REACH_MS, SEED, MOST_AT_ONCE = 150, 3, 5
MAP = """const url = performance.getEntriesByType('resource').map(({ name }) => name)
  .find((name) => /maps\\/map[.\\w]*\\.js/.test(name));
const map = await (await import(url)).ready;"""
WHERE = f"""async () => {{ {MAP}
  const {{ people }} = map.data.arrays;
  const {{ box }} = map.city.cellBoxes;
  const most = [...people.keys()].sort((a, b) => people[b] - people[a]).slice(0, 400);
  const sides = (each) => document.querySelector(each).getBoundingClientRect();
  const [left, right] = [sides('.choose').right, sides('#whatif').left];
  const stage = map.canvas.getBoundingClientRect();
  const middle = (n) => [(box[4 * n] + box[4 * n + 2]) / 2, (box[4 * n + 1] + box[4 * n + 3]) / 2];
  return most.map((n) => map.scene.onScreen(...middle(n)))
    .map(([x, y]) => [x + stage.left, y + stage.top])
    .filter(([x, y]) => x > left && x < right - 70 && y > stage.top + 8 && y < stage.bottom - 30);
}}"""
"""Points of the screen where most people live, free of the cards."""
SHARE = """() => { const each = performance.getEntriesByType('resource')
  .filter(({ name }) => name.endsWith('/what-if')).pop();
  return each.responseEnd - each.requestStart; }"""


def main() -> None:
    """Print the table."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("city", type=Path)
    given.add_argument("--drops", type=int, default=60)
    given.add_argument("--wait", type=float, default=30.0, help="seconds that an answer may take")
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        office = ServedOffice(city=asked.city.resolve(), office=Path(folder))
        with serving(office) as served, chromium() as browser:
            print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            page = opened(browser, served)
            page.context.set_default_timeout(1_000 * asked.wait)
            for name, kind in KINDS.items():
                tell(name, *changed(page, kind, asked.drops))
            cells = page.evaluate("document.getElementById('map').dataset.cells")
    print(f"cells: {cells}; load after: {os.getloadavg()[0]:.1f}")


def opened(browser: Any, served: ServedOffice) -> Any:
    """The map with what-ifs open."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(300_000)  # a large city takes its time to open
    context.add_cookies(served.cookies("dispatcher", "en"))
    page = context.new_page()
    page.goto(f"{served.url}/map/")
    page.wait_for_selector("#map[data-drawn]")
    page.click("#whatif-open")
    page.wait_for_selector("#whatif[data-state=ready]")
    page.select_option("#whatif-category", "kindergarten")
    page.wait_for_timeout(1_000)
    return page


def changed(page: Any, kind: str, count: int) -> tuple[list[float], list[float], int]:
    """Milliseconds to colours and of the answer, and how many changes could not be."""
    page.check(f"[name=kind][value={kind}]")
    points = page.evaluate(WHERE)
    random.Random(SEED).shuffle(points)
    took, answered, refused = list[float](), list[float](), 0
    for x, y in points:
        if len(took) == count:
            break
        if settled(page, lambda x=x, y=y: page.mouse.click(x, y)):
            took.append(float(page.get_attribute("#whatif", "data-took")))
            answered.append(page.evaluate(SHARE))
        else:
            refused += 1
        if page.locator("#whatif-changes li").count() == MOST_AT_ONCE:
            take_back(page)
    take_back(page)
    return took, answered, refused


def settled(page: Any, act: Any) -> bool:
    """Do something, and wait until it is answered (True) or refused."""
    answers, refusals = (int(page.get_attribute("#whatif", f"data-{each}") or 0)
                         for each in ("answers", "refused"))  # fmt: skip
    act()
    page.wait_for_selector(
        f"#whatif[data-answers='{answers + 1}'], #whatif[data-refused='{refusals + 1}']"
    )
    return int(page.get_attribute("#whatif", "data-answers") or 0) > answers


def take_back(page: Any) -> None:
    """All changes, one after the other; nothing is asked when none is left."""
    while count := page.locator("#whatif-changes li").count():
        last = page.locator("#whatif-changes button").last
        if count > 1:
            settled(page, last.click)
        else:
            last.click()
            page.wait_for_selector("#whatif-changes:empty", state="attached")


def tell(name: str, took: list[float], answered: list[float], refused: int) -> None:
    if not took:
        sys.exit(f"{name}: none of {refused} could be made on this map")
    ordered = sorted(took)
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    print(
        f"{name:24s} p50 {statistics.median(took):5.0f} ms  p95 {p95:5.0f} ms  "
        f"of it asking {statistics.median(answered):5.0f} ms  ({len(took)} times, {refused} "
        f"refused; reach {REACH_MS} ms)"
    )


if __name__ == "__main__":
    main()
