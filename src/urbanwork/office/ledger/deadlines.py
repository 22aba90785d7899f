"""Days that people give, as moments by which something must be done."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from urbanwork.errors import UserError
from urbanwork.office.rules import working_time
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.working_time import Limit


def end_of(day: date) -> datetime:
    """The end of the hours of work of a day; a day off gives way to the next working day.

    Raises:
        UserError: the calendar does not reach that far.

    Source: 民法典 (Civil Code) article 203.
    """
    calendar = working_time()
    try:
        before = datetime.combine(day - timedelta(days=1), time(12), calendar.days.zone)
        return calendar.add(before, Limit(1, "working_days"))
    except (OverflowError, ValueError) as fault:
        raise UserError(f"{day}: no day that a deadline may have; choose another") from fault


def warning(deadline: datetime | None) -> Bilingual | None:
    """What to say of a deadline in a year whose working days are not published yet."""
    if deadline is None:
        return None
    return working_time().warning(deadline, deadline)
