"""From what PostgreSQL says to the archive's errors, by the classes of its SQLSTATEs."""

from typing import Final

import psycopg

from archive.errors import (
    StoreAwayError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    StoreUnavailableError,
)

_ERRORS: Final[dict[str, type[StoreError]]] = {
    "55P03": StoreLockedError,  # lock_not_available
    "57014": StoreLockedError,  # query_canceled: a statement took longer than it may
    "40001": StoreLockedError,  # serialization_failure
    "40P01": StoreLockedError,  # deadlock_detected
    "53300": StoreLockedError,  # too_many_connections
    "53100": StoreFullError,  # disk_full
    "42P01": StoreDamagedError,  # undefined_table: all SQL is our own
    "42703": StoreDamagedError,  # undefined_column
    "XX001": StoreDamagedError,  # data_corrupted
    "XX002": StoreDamagedError,  # index_corrupted
}


def translate(error: psycopg.Error, name: str) -> StoreError:
    """The archive's error; of the server's text only the name of its class is kept."""
    state = error.sqlstate or ""
    if kind := _ERRORS.get(state):
        return kind(name)
    # Before a connection stands there is no SQLSTATE; 08 and 57P0 end one that stood.
    away = isinstance(error, psycopg.OperationalError) and (not state or state[:4] == "57P0")
    unusable = StoreAwayError if away or state[:2] == "08" else StoreUnavailableError
    return unusable(name, type(error).__name__)
