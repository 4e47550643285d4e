"""How often a card has had a statement, counted in the audit trail."""

import datetime as dt
from collections import Counter
from typing import Final

from archive.errors import AuditEventError, PrintLimitError
from archive.sql.session import Session, by_values
from archive.store import AuditRow
from archive.values import CHINA, Month

# Partial indexes are used where their own condition is asked for.
_REQUESTS: Final = """
    SELECT reference, at, behind FROM audit
    WHERE subject <> '' AND subject = ? AND statement = ? AND kind = 'paper.requested'"""
_NO_PAPER: Final = """
    SELECT reference FROM audit WHERE kind IN ('paper.outcome', 'job.resolved')
    AND result IN ('failed', 'cancelled') AND reference <> '' AND reference IN (?)"""


def refuse_over_limit(session: Session, row: AuditRow, most: int, now: dt.datetime) -> None:
    """Refuse a print beyond `most` of this statement by this card in the month of `now`.

    Prints whose paper never came out do not count, those of unknown fate do. `now` is no earlier
    than the latest time of the trail, so that a clock set back does not give new prints; and a
    print made while the clock was behind counts in the month in which it was made.
    """
    if not row.subject:
        raise AuditEventError("identification_code")  # nobody could say how often
    month = _month(now)
    requests = Counter(
        reference
        for reference, at, behind in session.execute(_REQUESTS, (row.subject, row.statement))
        if _month(dt.datetime.fromisoformat(at) + dt.timedelta(seconds=behind)) == month
    )
    if requests.total() >= most:
        requests = _with_paper(session, requests)
    if requests.total() >= most:
        raise PrintLimitError(most, month.plus(1).first_day)


def papers(session: Session, subject: str, statement: str) -> int:
    """How many papers of this statement this card has had, as far as the trail goes back."""
    rows = session.execute(_REQUESTS, (subject, statement))
    return _with_paper(session, Counter(reference for reference, _, _ in rows)).total()


def _with_paper(session: Session, requests: Counter[str]) -> Counter[str]:
    # One outcome for each request: a statement may be printed twice under one reference.
    return requests - Counter(one for (one,) in by_values(session, _NO_PAPER, requests))


def _month(at: dt.datetime) -> Month:
    return Month.of(at.astimezone(CHINA).date())
