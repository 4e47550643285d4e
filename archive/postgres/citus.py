"""Spreading the tables over the nodes of a Citus cluster.

What belongs to a person is distributed by the person's number and lies together; pointers are
distributed by themselves, since who looks one up does not know the person yet; small tables are
on every node. The audit trail and its head stay local tables of the coordinator: one chain needs
one place that orders it. What a visit asks is then one shard each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from archive.records import SPECS, RecordKind
from archive.sql.session import Session
from archive.sql.store import SqlStore

DISTRIBUTED: Final = {kind.value: "person" for kind in RecordKind if SPECS[kind].of_person} | {
    "pointers": "pointer"
}
"""Tables and the columns that they are distributed by."""
REFERENCE: Final = (
    *(kind.value for kind in RecordKind if not SPECS[kind].of_person),
    *("payers", "imports", "loads", "facts"),
)
LOCAL: Final = ("audit", "audit_head", "schema_steps")
_AVAILABLE: Final = """
    SELECT 1 FROM pg_proc WHERE proname = 'create_distributed_table'
    AND pg_function_is_visible(oid)"""
_DONE: Final = "SELECT 1 FROM citus_tables WHERE table_name = to_regclass(?)"
_REFER: Final = "SELECT create_reference_table(?)"
_DISTRIBUTE: Final = "SELECT create_distributed_table(?, ?, colocate_with => ?)"


@dataclass(frozen=True, slots=True)
class Spread:
    """A table that was spread just now; `by` is its column, empty for a copy on each node."""

    table: str
    by: str = ""


def is_available(store: SqlStore) -> bool:
    """Whether the database has the extension."""
    with store.database.read() as session:
        return session.execute(_AVAILABLE).fetchone() is not None


def distribute(store: SqlStore) -> tuple[Spread, ...]:
    """Spread every table that is not yet, in one transaction; the reference tables first."""
    with store.database.write() as session:
        return tuple(_spread(session))


def _spread(session: Session) -> Iterator[Spread]:
    for table in REFERENCE:
        if session.execute(_DONE, (table,)).fetchone() is None:
            session.execute(_REFER, (table,))
            yield Spread(table)
    for table, column in DISTRIBUTED.items():
        if session.execute(_DONE, (table,)).fetchone() is None:
            beside = "persons" if column == "person" and table != "persons" else "none"
            session.execute(_DISTRIBUTE, (table, column, beside))
            yield Spread(table, column)


def spread_like(session: Session, model: str, table: str) -> None:
    """Put a new table where its model is; there is nothing to do without a cluster."""
    if session.execute(_AVAILABLE).fetchone() is None:
        return
    placed = session.execute(_DONE, (model,)).fetchone() is not None
    if not placed or session.execute(_DONE, (table,)).fetchone() is not None:
        return
    if model in DISTRIBUTED:
        session.execute(_DISTRIBUTE, (table, DISTRIBUTED[model], model))
    else:
        session.execute(_REFER, (table,))
