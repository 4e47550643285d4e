"""What the stores ask of a database: sessions that read, and one that writes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

MOST_VALUES: Final = 500
"""So many values are asked for at once; SQLite allows 999 in the oldest releases."""


class Cursor(Protocol):
    """The answer to a statement."""

    @property
    def rowcount(self) -> int:
        """Rows that the statement wrote."""
        ...

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        ...

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that are left."""
        ...

    def __iter__(self) -> Iterator[tuple[Any, ...]]: ...


class Session(Protocol):
    """A connection inside a transaction; values stand as `?` in statements."""

    def execute(self, query: str, values: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement."""
        ...

    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Run a statement for each row."""
        ...


class Database(Protocol):
    """Hands out sessions; what the driver raises leaves it as a `StoreError`."""

    def read(self) -> AbstractContextManager[Session]:
        """One consistent state, which cannot be written."""
        ...

    def write(self) -> AbstractContextManager[Session]:
        """The only writer: committed and on disk at the end, rolled back on any error."""
        ...

    def close(self) -> None:
        """Give up all connections."""
        ...


def by_values(session: Session, query: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of a query whose only `(?)` stands for any of the values."""
    for cursor in _in_parts(session, query, values):
        yield from cursor


def for_values(session: Session, statement: str, values: Iterable[Any]) -> None:
    """Run a statement whose only `(?)` stands for any of the values."""
    for _ in _in_parts(session, statement, values):
        pass


def _in_parts(session: Session, query: str, values: Iterable[Any]) -> Iterator[Cursor]:
    wanted = list(values)
    for start in range(0, len(wanted), MOST_VALUES):
        part = wanted[start : start + MOST_VALUES]
        # A statement stays prepared: one of each length would fill the memory of months.
        length = min(1 << (len(part) - 1).bit_length(), MOST_VALUES)
        part += part[-1:] * (length - len(part))
        yield session.execute(query.replace("(?)", f"({', '.join('?' * length)})"), part)
