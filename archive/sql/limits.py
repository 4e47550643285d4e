"""How often a card has had a statement, counted by the database in the audit trail."""

import datetime as dt
from typing import Final

from archive.audit import stored_time
from archive.errors import AuditEventError, PrintLimitError
from archive.prints import NO_PAPER, day_of, taken_back
from archive.sql.session import Session, by_values
from archive.store import AuditRow
from archive.values import CHINA, Month

# Partial indexes are used where their own condition is asked for.
_REQUESTS: Final = """
    FROM audit WHERE subject <> '' AND subject = ? AND statement = ? AND kind = 'paper.requested'"""
_NO_PAPER: Final = f"""
    reference <> '' AND kind IN ('paper.outcome', 'job.resolved')
    AND result IN ({", ".join(f"'{result}'" for result in NO_PAPER)})"""
_ALL: Final = f"SELECT count(*) {_REQUESTS}"
_BETWEEN: Final = f"{_ALL} AND behind = 0 AND at >= ? AND at < ?"
_BEHIND: Final = f"SELECT at, behind {_REQUESTS} AND behind <> 0"
_IN_DOUBT: Final = f"""
    SELECT sequence, reference, at, behind {_REQUESTS} AND EXISTS (
        SELECT 1 FROM audit AS void WHERE void.reference = audit.reference AND {_NO_PAPER})"""  # noqa: S608 - own words
_VOID: Final = f"SELECT sequence, reference FROM audit WHERE {_NO_PAPER} AND reference IN (?)"  # noqa: S608 - own words


def refuse_over_limit(session: Session, row: AuditRow, most: int) -> None:
    """Refuse a print beyond `most` of this statement by this card in the row's month.

    Prints whose paper never came out do not count, those of unknown fate do. The row knows by how
    much the clock is behind the trail, so that a clock set back does not give new prints; and a
    print made meanwhile counts in the month in which it was made.
    """
    if not row.subject:
        raise AuditEventError("identification_code")  # nobody could say how often
    month = Month.of(day_of(row.at, row.behind))
    card = row.subject, row.statement
    own = _asked_in(session, card, month)
    if own >= most:
        own -= _without_paper(session, card).count(month)
    if own >= most:
        raise PrintLimitError(most, month.plus(1).first_day)


def papers(session: Session, subject: str, statement: str) -> int:
    """How many papers of this statement this card has had, as far as the trail goes back."""
    card = subject, statement
    return _count(session, _ALL, card) - len(_without_paper(session, card))


def _asked_in(session: Session, card: tuple[str, str], month: Month) -> int:
    """Requests of a month; few rows have a time of their own, and no database reckons with it."""
    days = month.first_day, month.plus(1).first_day
    edges = [stored_time(dt.datetime.combine(day, dt.time(), CHINA)) for day in days]
    late = session.execute(_BEHIND, card)
    months = [_month(at, behind) for at, behind in late]
    return _count(session, _BETWEEN, (*card, *edges)) + months.count(month)


def _without_paper(session: Session, card: tuple[str, str]) -> list[Month]:
    """The months of the card's requests that came to nothing."""
    asked = {
        (sequence, reference): _month(at, behind)
        for sequence, reference, at, behind in session.execute(_IN_DOUBT, card)
    }
    void = by_values(session, _VOID, {reference for _, reference in asked})
    gone = taken_back(asked, ((sequence, reference) for sequence, reference in void))
    return [month for (sequence, _), month in asked.items() if sequence in gone]


def _month(at: str, behind: int) -> Month:
    return Month.of(day_of(dt.datetime.fromisoformat(at), behind))


def _count(session: Session, query: str, values: tuple[str, ...]) -> int:
    row = session.execute(query, values).fetchone()
    assert row is not None
    return int(row[0])
