"""Many rows at once: COPY into a temporary table, then one statement."""

from collections.abc import Iterator, Sequence
from typing import cast

from archive.postgres.session import PostgresSession
from archive.records import RecordKind
from archive.sql.schema import columns, upsert_from
from archive.sql.session import Session
from archive.stored import Stored, key_columns


def copy_rows(session: Session, kind: RecordKind, table: str, rows: Sequence[Stored]) -> int:
    """Insert rows or bring them up to date; how many were new or changed.

    The temporary table is made once for each connection and empties itself at each commit.
    """
    writer = cast("PostgresSession", session)
    incoming = f"incoming_{kind.value}"
    writer.execute(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {incoming} (LIKE {kind.value}) ON COMMIT DELETE ROWS"
    )
    changed = 0
    for wave in _waves(rows, len(key_columns(kind))):
        writer.execute(f"DELETE FROM {incoming}")  # noqa: S608 - own words
        writer.copy(f"COPY {incoming} ({columns(kind)}) FROM STDIN", wave)
        changed += writer.execute(upsert_from(kind, incoming, table)).rowcount
    return changed


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
