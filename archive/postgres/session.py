"""A connection inside a transaction, in the words of `archive.sql.session`."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import psycopg
from psycopg.types.numeric import Int8Dumper

from archive.sql.session import Cursor

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]


def adapt(connection: Connection) -> Connection:
    """Every whole number goes as 64 bits, as the columns are: one plan a statement, not many."""
    connection.adapters.register_dumper(int, Int8Dumper)
    return connection


class PostgresSession:
    """Statements with `?` for values."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Cursor:
        """Run a statement."""
        return self._connection.execute(_in_its_words(query), values)

    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Run a statement for each row, in one pipeline."""
        cursor = self._connection.cursor()
        cursor.executemany(_in_its_words(query), rows)
        return cursor

    def copy(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Send rows to a `COPY ... FROM STDIN`."""
        with self._connection.cursor().copy(_in_its_words(statement)) as stream:
            for row in rows:
                stream.write_row(row)

    def script(self, text: str) -> None:
        """Run statements without values, one after the other."""
        self._connection.execute(text)


@lru_cache(512)
def _in_its_words(query: str) -> str:
    """psycopg writes `%s` where everybody else writes `?`."""
    return query.replace("%", "%%").replace("?", "%s")
