"""What the rows of one file must not say against each other."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from archive.reasons import Reason
from archive.records import RecordKind
from archive.sql.schema import by_key, columns
from archive.sql.session import Session, by_values
from archive.store import Refusal
from archive.stored import Stored, key_columns, stored_columns

_NEVER: Final = 99991231
# The columns of a contribution are not those of its elements.
_CONTRIBUTION_CODES: Final = {
    "base": "AAE180",
    "employer_due": "AAE020",
    "employee_due": "AAE022",
    "employer_short": "AAE080",
    "employee_short": "AAE082",
    "paid_status": "AAE078",
    "to_account": "AAE021",
    "posted_after": "EAD131",
}


def repeated(
    session: Session, kind: RecordKind, table: str, codes: dict[str, str], rows: Sequence[Stored]
) -> Iterator[Refusal]:
    """Rows whose key is staged with another content: nobody knows which of the two holds."""
    count = len(key_columns(kind))
    names = [column.name for column in stored_columns(kind)]
    query = f"SELECT {columns(kind)} FROM {table} WHERE {by_key(kind)}"  # noqa: S608 - own words
    for place, row in enumerate(rows):
        staged = session.execute(query, row[:count]).fetchone()
        if staged is not None and tuple(staged) != row:
            at = next(i for i, cell in enumerate(row) if cell != staged[i])
            code = _CONTRIBUTION_CODES.get(names[at]) or codes[names[at]]
            yield Refusal(place, code, Reason.REPEATED)


def overlapping(session: Session, table: str, rows: Sequence[Stored]) -> Iterator[Refusal]:
    """Registrations of one person, line and employer that overlap others of the file.

    A day that ends one and begins the next is no overlap. What the store holds besides the file is
    not looked at: a delta may close the older registration in a later row.
    """
    query = (
        f"SELECT person, line, employer_id, started, ended FROM {table} "  # noqa: S608 - own words
        "WHERE person IN (?)"
    )
    known: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
    for *whose, started, ended in by_values(session, query, {row[0] for row in rows}):
        known.setdefault(tuple(whose), []).append((started, ended or _NEVER))
    for place, (person, line, started, employer, *_, ended, _region) in enumerate(rows):
        others = known.setdefault((person, line, employer), [])
        until = ended or _NEVER
        if any(a != started and a < until and started < b for a, b in others):
            yield Refusal(place, "AAE030", Reason.OVERLAP)
        else:
            others.append((started, until))


def not_continued(session: Session, table: str, rows: Sequence[Stored]) -> Iterator[Refusal]:
    """Account years that do not open with what the year before closed with.

    A warning: interest is posted late and years are recalculated, so either of the two may be
    the right one, and the newest balance must not be kept from its holder.
    """
    closings: dict[tuple[int, int, int], int] = {}
    for source in (RecordKind.ACCOUNTS.value, table):
        query = f"SELECT person, line, year, closing FROM {source} WHERE person IN (?)"  # noqa: S608
        for person, line, year, closing in by_values(session, query, {row[0] for row in rows}):
            closings[person, line, year] = closing
    closings |= {(row[0], row[1], row[2]): row[7] for row in rows}
    for place, (person, line, year, opening, *_) in enumerate(rows):
        if closings.get((person, line, year - 1), opening) != opening:
            yield Refusal(place, "AIC200", Reason.NOT_CONTINUED)
