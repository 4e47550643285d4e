"""A question about any of some values: what is asked for, and in how many different statements."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from archive.sql.session import MOST_VALUES, by_values

ROWS = range(2 * MOST_VALUES + 1)


class Told:
    """A session that keeps the text of every statement."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
        self._database.executemany("INSERT INTO numbers VALUES (?)", ((row,) for row in ROWS))
        self.texts: set[str] = set()

    def execute(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        self.texts.add(query)
        return self._database.execute(query, values)

    def executemany(self, query: str, rows: Any) -> sqlite3.Cursor:
        return self._database.executemany(query, rows)


def test_lists_of_every_length_are_answered_whole_by_a_handful_of_statements() -> None:
    told = Told()
    for length in ROWS:
        wanted = list(ROWS[:length])
        found = by_values(told, "SELECT number FROM numbers WHERE number IN (?)", wanted)
        assert sorted(number for (number,) in found) == wanted
    assert len(told.texts) <= 10
