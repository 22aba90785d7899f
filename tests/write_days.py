"""Write the table of Chinese days off and make-up working days from the package chinesecalendar.

Run `python tests/write_days.py` when a new release of it holds a new year (late in November).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "src/urbanwork/quantities/days/cn.yaml"
HEAD = """\
# Days off and make-up working days (调休) of China, one entry a year. Weekends that fall into a
# holiday are named too. The State Council publishes a year late in the autumn before it; until then
# the year is missing here, and weekends alone are counted, with a warning.
# Taken from the package chinesecalendar {version} (MIT licence), which holds the notices of the
# State Council. A city may add days of its own in its calendar instead of changing this file.
jurisdiction: CN
source: "PyPI chinesecalendar {version} (MIT), after the yearly notices of the State Council"
confidence: B
years:
"""


def ranges(days: Iterable[date]) -> list[str]:
    """Days as `from/to`, or one day where nothing follows on it."""
    found: list[list[date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1][1] = day
        else:
            found.append([day, day])
    return [str(a) if a == b else f"{a}/{b}" for a, b in found]


def main() -> None:
    """Replace the table."""
    from importlib.metadata import version

    from chinese_calendar.constants import holidays, workdays

    text = HEAD.format(version=version("chinesecalendar"))
    for year in sorted({day.year for day in holidays}):
        off = ", ".join(ranges(day for day in holidays if day.year == year))
        work = ", ".join(ranges(day for day in workdays if day.year == year))
        text += f'  "{year}":\n    off: [{off}]\n    work: [{work}]\n'
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
