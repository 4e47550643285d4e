"""As many persons as a province has, made of those of a town: what a look at a history reads."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from archive.records import PERSON
from archive.vault import PlainVault

_APART = 10**6
"""Between the numbers of a person and of the next one made of it."""


def multiply(town: Path, province: Path, times: int) -> None:
    """Copy a store and repeat its persons and their contributions until it has `times` as many.

    A copy of a person has its own number, its own pointer and the rows of the first one.
    """
    shutil.copyfile(town, province)
    shutil.copyfile(f"{town}.audit-key", f"{province}.audit-key")
    with closing(sqlite3.connect(province, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        for copy in range(1, times):
            _repeat(database, copy)
        database.execute("PRAGMA journal_mode = WAL")


def _repeat(database: sqlite3.Connection, copy: int) -> None:
    (persons,) = database.execute("SELECT max(person) FROM persons").fetchone()
    first = persons // copy
    number = f"CAST(CAST(person_id AS INTEGER) + {copy * _APART} AS TEXT)"
    for table, changed in (("persons", {"person_id": number}), ("contributions", {})):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        cells = {"person": f"person + {copy * first}", **changed}
        chosen = ", ".join(cells.get(column, column) for column in columns)
        database.execute(
            f"INSERT INTO {table} SELECT {chosen} FROM {table} WHERE person <= ?",
            (first,),
        )
    made = database.execute(
        "SELECT person_id, person FROM persons WHERE person > ?", (copy * first,)
    ).fetchall()
    pointers = ((PlainVault().pointer(PERSON, who), person) for who, person in made)
    database.execute("BEGIN")
    database.executemany("INSERT INTO pointers VALUES (?, ?)", pointers)
    database.execute("COMMIT")
