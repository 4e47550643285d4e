"""How often a card has had a statement this month, counted in the audit trail."""

import datetime as dt
from collections import Counter
from typing import Final

from archive.audit import stored_time
from archive.errors import AuditEventError, PrintLimitError
from archive.sql.session import Session, by_values
from archive.store import AuditRow
from archive.values import CHINA, Month

_NEVER: Final = 2**62
_FIRST: Final = "SELECT MIN(sequence) FROM audit WHERE at >= ? AND sequence + 0 >= ?"
# Rows written while the clock was behind lie after the month's first row, whatever they say.
_REQUESTS: Final = """
    SELECT reference FROM audit WHERE subject = ? AND statement = ? AND kind = 'paper.requested'
    AND (sequence >= ? OR at >= ? AND at < ?)"""
_NO_PAPER: Final = """
    SELECT reference FROM audit WHERE kind IN ('paper.outcome', 'job.resolved')
    AND result IN ('failed', 'cancelled') AND reference IN (?)"""


def refuse_over_limit(
    session: Session, row: AuditRow, most: int, now: dt.datetime, settled: int
) -> None:
    """Refuse a print beyond `most` of this statement by this card in the month of `now`.

    Prints whose paper never came out do not count, those of unknown fate do. `now` is no earlier
    than any row from `settled` on, so that a clock set back does not give new prints.
    """
    if not row.subject:
        raise AuditEventError("identification_code")  # nobody could say how often
    month = Month.of(now.astimezone(CHINA).date())
    start, end = _begins(month), _begins(month.plus(1))
    found = session.execute(_FIRST, (start, settled)).fetchone()
    first = found[0] if found and found[0] is not None else _NEVER
    values = (row.subject, row.statement, first, start, end)
    requests = Counter(one for (one,) in session.execute(_REQUESTS, values))
    if requests.total() >= most:
        # One outcome for each request: a statement may be printed twice under one reference.
        requests -= Counter(one for (one,) in by_values(session, _NO_PAPER, requests))
    if requests.total() >= most:
        raise PrintLimitError(most, month.plus(1).first_day)


def _begins(month: Month) -> str:
    return stored_time(dt.datetime.combine(month.first_day, dt.time(), CHINA))
