"""Our table of days off and make-up days against the package that it was taken from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from urbanwork.quantities.calendars import OFFICE, working_days


def test_every_published_day_is_as_the_package_says():
    chinese_calendar = pytest.importorskip("chinese_calendar")
    days = working_days(OFFICE)
    assert days.table is not None
    first, last = date(min(days.table.published), 1, 1), date(max(days.table.published), 12, 31)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    wrong = [day for day in every if days.is_working(day) != chinese_calendar.is_workday(day)]
    assert len(every) > 8000
    assert not wrong
