"""Many rows at once: COPY into a temporary table, then one statement."""

from collections.abc import Iterator, Sequence
from typing import cast

from archive.postgres.session import PostgresSession
from archive.records import RecordKind
from archive.sql.schema import columns, insert_new_from, upsert_from
from archive.sql.session import Session
from archive.stored import Stored, key_columns


def upsert_rows(session: Session, kind: RecordKind, rows: Sequence[Stored]) -> int:
    """Insert rows or bring them up to date; how many were new or changed."""
    writer, copied = _copied(session, kind)
    changed = 0
    for wave in _waves(rows, len(key_columns(kind))):
        writer.execute(f"DELETE FROM {copied}")  # noqa: S608 - own words
        writer.copy(f"COPY {copied} ({columns(kind)}) FROM STDIN", wave)
        changed += writer.execute(upsert_from(kind, copied, "true")).rowcount
    return changed


def insert_rows(session: Session, kind: RecordKind, table: str, rows: Sequence[Stored]) -> int:
    """Insert rows into a table of the kind's columns unless their key is there; how many."""
    writer, copied = _copied(session, kind)
    writer.execute(f"DELETE FROM {copied}")  # noqa: S608 - own words
    writer.copy(f"COPY {copied} ({columns(kind)}) FROM STDIN", rows)
    return writer.execute(insert_new_from(kind, copied, table)).rowcount


def _copied(session: Session, kind: RecordKind) -> tuple[PostgresSession, str]:
    """The temporary table: made once for each connection, it empties itself at each commit."""
    writer, copied = cast("PostgresSession", session), f"copied_{kind.value}"
    writer.execute(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {copied} (LIKE {kind.value}) ON COMMIT DELETE ROWS"
    )
    return writer, copied


def _waves(rows: Sequence[Stored], key: int) -> Iterator[list[Stored]]:
    """Rows in groups without a key twice, the first of each key in the first.

    One statement may not change a row twice; rows of one key stay in order, as if each came alone.
    """
    left = list(rows)
    while left:
        first: dict[Stored, Stored] = {}
        again = [row for row in left if first.setdefault(row[:key], row) is not row]
        yield list(first.values())
        left = again
