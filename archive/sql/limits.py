"""How often a card has had a statement, counted in the audit trail."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Final

from archive.errors import AuditEventError, PrintLimitError
from archive.prints import NO_PAPER, Row, day_of, taken_back
from archive.sql.session import Session, by_values
from archive.store import AuditRow
from archive.values import Month

# Partial indexes are used where their own condition is asked for.
_REQUESTS: Final = """
    SELECT sequence, reference, at, behind FROM audit
    WHERE subject <> '' AND subject = ? AND statement = ? AND kind = 'paper.requested'"""
_NO_PAPER: Final = f"""
    SELECT sequence, reference FROM audit WHERE kind IN ('paper.outcome', 'job.resolved')
    AND result IN ({", ".join(f"'{result}'" for result in NO_PAPER)})
    AND reference <> '' AND reference IN (?)"""  # noqa: S608 - own words


def refuse_over_limit(session: Session, row: AuditRow, most: int) -> None:
    """Refuse a print beyond `most` of this statement by this card in the row's month.

    Prints whose paper never came out do not count, those of unknown fate do. The row knows by how
    much the clock is behind the trail, so that a clock set back does not give new prints; and a
    print made meanwhile counts in the month in which it was made.
    """
    if not row.subject:
        raise AuditEventError("identification_code")  # nobody could say how often
    month = Month.of(day_of(row.at, row.behind))
    asked = {
        (sequence, reference): Month.of(day_of(dt.datetime.fromisoformat(at), behind))
        for sequence, reference, at, behind in session.execute(
            _REQUESTS, (row.subject, row.statement)
        )
    }
    own = [request for request, when in asked.items() if when == month]
    if len(own) >= most:
        gone = _without_paper(session, asked, {reference for _, reference in own})
        own = [request for request in own if request[0] not in gone]
    if len(own) >= most:
        raise PrintLimitError(most, month.plus(1).first_day)


def papers(session: Session, subject: str, statement: str) -> int:
    """How many papers of this statement this card has had, as far as the trail goes back."""
    rows = session.execute(_REQUESTS, (subject, statement))
    asked = [(sequence, reference) for sequence, reference, *_ in rows]
    return len(asked) - len(_without_paper(session, asked, {one for _, one in asked}))


def _without_paper(session: Session, asked: Iterable[Row], references: Collection[str]) -> set[int]:
    """Those of the requests with one of these references that came to nothing."""
    void = by_values(session, _NO_PAPER, references)
    return taken_back(
        (request for request in asked if request[1] in references),
        ((sequence, reference) for sequence, reference in void),
    )
