"""On which dates each service of a feed runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.sources.gtfs.archive import Archive
from urbanwork.sources.gtfs.tables import EPOCH, Table, read_table
from urbanwork.sources.notes import Note

Int32 = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WEEKDAY_COLUMNS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
ADDED, REMOVED = 1, 2
LONGEST_SPAN_DAYS = 50 * 366
"""A last date such as 2999-12-31 means "until told otherwise", not a thousand years to count."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """C weekly rules and X exceptions of the services in `ids`. Days count from 1970-01-01."""

    ids: pa.StringArray  # [services]
    rule_service: Int32  # [C] row of ids
    rule_first: Int32  # [C]
    rule_last: Int32  # [C]
    rule_weekday: Flags  # [C, 7] Monday first
    exception_service: Int32  # [X]
    exception_day: Int32  # [X]
    exception_is_added: Flags  # [X]

    def span(self) -> tuple[int, int]:
        """The first and the last day that any rule or added date names."""
        added = self.exception_day[self.exception_is_added]
        runs = self.rule_weekday.any(axis=1) & (self.rule_first <= self.rule_last)
        days = np.concatenate([self.rule_first[runs], self.rule_last[runs], added])
        if not len(days):
            return 0, -1
        first = int(days.min())
        return first, min(int(days.max()), first + LONGEST_SPAN_DAYS)

    def active(self, days: Int32) -> Flags:
        """[services, days] whether each service runs on each of the days (sorted, distinct)."""
        runs = np.zeros((len(self.ids), len(days)), dtype=np.bool_)
        for weekday in range(7):
            columns = np.flatnonzero(weekdays_of(days) == weekday)
            rules = np.flatnonzero(self.rule_weekday[:, weekday])
            is_in = (self.rule_first[rules, None] <= days[columns]) & (
                days[columns] <= self.rule_last[rules, None]
            )
            at_rule, at_column = np.nonzero(is_in)
            runs[self.rule_service[rules[at_rule]], columns[at_column]] = True
        return self._with_exceptions(runs, days)

    def _with_exceptions(self, runs: Flags, days: Int32) -> Flags:
        place = np.searchsorted(days, self.exception_day)
        is_in = place < len(days)
        is_in[is_in] = days[place[is_in]] == self.exception_day[is_in]
        # First what is added, then what is removed: a day in both does not run.
        for is_added in (True, False):
            chosen = is_in & (self.exception_is_added == is_added)
            runs[self.exception_service[chosen], place[chosen]] = is_added
        return runs

    def daily(self, per_service: Floats, days: Int32) -> Floats:
        """[days] the sum of `per_service` over the services that run; days must be in a row."""
        total = np.zeros(len(days))
        block = max(1, 4_000_000 // max(1, len(self.ids)))
        for start in range(0, len(days), block):
            part = slice(start, start + block)
            total[part] = per_service @ self.active(days[part])
        return total


def weekdays_of(days: Int32) -> Int32:
    """Monday is 0. 1970-01-01 was a Thursday."""
    return ((days + 3) % 7).astype(np.int32)


def to_date(day: int) -> date:
    """The date of a day number."""
    return date.fromordinal(EPOCH + day)


def to_day(when: date) -> int:
    """The day number of a date."""
    return when.toordinal() - EPOCH


def read_calendar(archive: Archive, repairs: list[Note]) -> Calendar:
    """The services of a feed from calendar.txt and calendar_dates.txt; one may be missing.

    Raises:
        UserError: both are missing, a column is missing, or a date cannot be read.
    """
    rules = read_table(
        archive, "calendar", ("service_id", "start_date", "end_date", *WEEKDAY_COLUMNS)
    )
    exceptions = read_table(archive, "calendar_dates", ("service_id", "date", "exception_type"))
    tables = [table for table in (rules, exceptions) if table is not None and table.rows]
    if not tables:
        raise UserError(
            f"{archive.name}: the feed has neither calendar.txt nor calendar_dates.txt with a row, "
            "so no trip has a date; give a complete feed"
        )
    for table in tables:
        table.require("service_id")
        repairs.extend(table.repairs)
    ids = pc.unique(pa.concat_arrays([table.columns["service_id"].texts for table in tables]))
    return Calendar(ids, *_rules(rules, ids), *_exceptions(exceptions, ids))


def _rules(table: Table | None, ids: pa.StringArray) -> tuple[Int32, Int32, Int32, Flags]:
    none = np.empty(0, dtype=np.int32)
    if table is None or not table.rows:
        return none, none, none, np.empty((0, 7), dtype=np.bool_)
    table.require("start_date", "end_date", *WEEKDAY_COLUMNS)
    weekday = np.stack([table.whole(name, missing=0) == 1 for name in WEEKDAY_COLUMNS], axis=1)
    service = table.columns["service_id"].rows_in(ids)
    return service, table.days("start_date"), table.days("end_date"), weekday


def _exceptions(table: Table | None, ids: pa.StringArray) -> tuple[Int32, Int32, Flags]:
    none = np.empty(0, dtype=np.int32)
    if table is None or not table.rows:
        return none, none, np.empty(0, dtype=np.bool_)
    table.require("date", "exception_type")
    kind = table.whole("exception_type", missing=0)
    keep = (kind == ADDED) | (kind == REMOVED)
    service = table.columns["service_id"].rows_in(ids)
    return service[keep], table.days("date")[keep], kind[keep] == ADDED
