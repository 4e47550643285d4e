"""Files on their way into the tables: staged, then all at once (full) or person by person.

Beside the table of a kind there are, while it is loaded, `incoming_KIND` with the rows of the
file, `leaving_KIND` with those that are no longer valid, `pointing_KIND` with what leads to
persons, and `outgoing_KIND`, the table whose place was taken. Transactions are short: a citizen's
look-up leaves its trace in between.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from archive.errors import StoreLockedError
from archive.intake import Columns, FileProgress, Staged, Step
from archive.records import SPECS, RecordKind
from archive.sql import crossing, imports
from archive.sql.employer_regions import EmployerRegions, twice
from archive.sql.load_tables import LoadTables
from archive.sql.loading import BatchLoader
from archive.sql.pointing import at_once, staged
from archive.sql.schema import by_key, columns, order, same_key, select, upsert_from
from archive.sql.session import Database, Session
from archive.store import Refusal
from archive.stored import Stored, key_columns, stored_columns

_SLICE: Final = 5000


class IncomingTables:
    """`Intake` on a `Database`."""

    def __init__(
        self,
        database: Database,
        loader: BatchLoader,
        name: Path | str,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._database = database
        self._loader = loader
        self._pointers = loader.pointers
        self._name = name
        self._now = now
        self._dialect = loader.dialect

    def resume(self, run: str) -> dict[int, FileProgress]:
        """How far the files of this import are, by number.

        In the writer's turn: a server may still be ending what a killed import had asked for.
        """
        with self._database.write() as session:
            return {one.number: one for one in imports.progress(session) if one.run == run}

    def begin(self, files: Sequence[FileProgress]) -> None:
        """Note a new import; what is left of another one is thrown away."""
        with self._database.read() as session:
            left = imports.progress(session)
        for one in left:
            if one.step is Step.CLEARING:
                self._clear(one)
        with self._database.write() as session:
            for spec in SPECS.values():
                LoadTables(spec).drop(session)
            # The same files from their beginning leave nothing out.
            runs = {one.run for one in files}
            imports.broken_off(session, {one.kind for one in left if one.run not in runs})
            imports.begin(session, files)
            for one in files:
                imports.under_way(session, one.kind, self._now())

    def stage(
        self,
        before: FileProgress,
        columns: Columns,
        gone: Columns,
        settle: Callable[[Staged], FileProgress],
        *,
        full: bool,
    ) -> FileProgress:
        """Stage rows in one transaction with the progress that `settle` answers."""
        tables = LoadTables(SPECS[before.kind])
        with self._database.write() as session:
            self._refuse_others(session, before)
            tables.make(session, self._dialect.make_table)
            if gone[0] and not full:  # first: who leaves gives up numbers that others take
                self._put_leaving(session, tables, gone)
            staged = self._put(session, tables, columns, full=full) if columns[0] else _NOTHING
            after = settle(staged)
            imports.write(session, after)
        return after

    def note(self, before: FileProgress, after: FileProgress) -> FileProgress:
        """Write progress that brings no rows."""
        with self._database.write() as session:
            self._refuse_others(session, before)
            imports.write(session, after)
        return after

    def finish(self, progress: FileProgress, *, full: bool) -> FileProgress:
        """Let what was staged for the kind take effect."""
        tables = LoadTables(SPECS[progress.kind])
        if progress.step is Step.READ:
            with self._database.write() as session:
                tables.make(session, self._dialect.make_table)
                empty = session.execute(f"SELECT 1 FROM {tables.own} LIMIT 1").fetchone() is None  # noqa: S608
            self._pointers.spread(self._database, tables)
            if full or empty:
                progress = self._swap(tables, progress)
            else:
                progress = self._merge(tables, progress)
        if progress.step is Step.CLEARING:
            self._clear(progress)
        return self._done(tables, progress, full=full)

    def abandon(self, files: Sequence[FileProgress]) -> Sequence[FileProgress]:
        """Note that files of one kind have failed, and throw away what was staged for it.

        In one transaction: rows of a file that is told as failed must not wait for a later one.
        """
        failed = [replace(one, step=Step.FAILED) for one in files]
        with self._database.write() as session:
            for before, after in zip(files, failed, strict=True):
                self._refuse_others(session, before)
                imports.write(session, after)
            LoadTables(SPECS[files[0].kind]).drop(session)
            imports.lacking(session, files[0].kind, len(files))
            self._end_of_kind(session, files[0].kind)
        return failed

    def end(self) -> None:
        """Forget the progress of an import that has ended."""
        with self._database.write() as session:
            session.execute("DELETE FROM imports")

    def _refuse_others(self, session: Session, known: FileProgress) -> None:
        found = next((one for one in imports.progress(session) if one.number == known.number), None)
        if found != known:
            raise StoreLockedError(self._name, "another import has begun")

    def _put(self, session: Session, tables: LoadTables, columns: Columns, *, full: bool) -> Staged:
        spec, claims = tables.spec, staged(tables, full=full)
        point = partial(self._pointers.point, claims=claims)
        ready = self._loader.ready(session, spec, columns, point)
        if spec.kind is RecordKind.REGISTRATIONS:
            ready.refuse(crossing.overlapping(session, tables.incoming, list(ready.rows())))
        if spec.kind is RecordKind.CONTRIBUTIONS:
            regions = EmployerRegions(session, ready.columns[5])
            ready.refuse(twice(regions, tables.incoming, list(ready.rows())) if regions else ())
        count = len(ready.places)
        rows = list(ready.rows())
        insert = self._dialect.insert_rows
        written = insert(session, spec.kind, tables.incoming, rows) if count else 0
        if written < count:
            codes = {column.element.field: column.element.code for column in spec.columns}
            ready.refuse(crossing.repeated(session, spec.kind, tables.incoming, codes, rows))
            self._pointers.forget(session, claims, rows)  # those of refused rows
        warned: list[Refusal] = []
        if spec.kind is RecordKind.ACCOUNTS:
            broken = crossing.not_continued(session, tables.incoming, list(ready.rows()))
            warned = [Refusal(ready.places[one.place], one.code, one.reason) for one in broken]
        return Staged(list(ready.refused.values()), warned)

    def _put_leaving(self, session: Session, tables: LoadTables, gone: Columns) -> None:
        """A row of nobody cannot leave, and need not be told."""
        ready = self._loader.leaving(session, tables.spec, gone)
        kind = tables.spec.kind
        self._dialect.insert_rows(session, kind, tables.leaving, list(ready.rows()))

    def _swap(self, tables: LoadTables, progress: FileProgress) -> FileProgress:
        """The whole table at once; nothing is touched when it says what is there already."""
        kind = tables.spec.kind
        with self._database.read() as session:
            changed, removed = _differences(session, tables)
        after = replace(
            progress,
            step=Step.CLEARING,
            changed=progress.changed + changed,
            removed=progress.removed + removed,
        )
        with self._database.write() as session:
            self._refuse_others(session, progress)
            self._pointers.redirect(session, tables)
            if changed or removed:
                self._dialect.hold_readers(session)
                session.execute(f"ALTER TABLE {tables.own} RENAME TO {tables.outgoing}")
                session.execute(f"ALTER TABLE {tables.incoming} RENAME TO {kind.value}")
            else:
                self._dialect.make_table(session, tables.own, tables.outgoing)
            imports.write(session, after)
        return after

    def _clear(self, progress: FileProgress) -> None:
        """Forget what led to rows of the table whose place was taken; then it can be dropped."""
        tables = LoadTables(SPECS[progress.kind])
        left = bool(tables.spec.pointers)
        while left:
            with self._database.write() as session:
                where, values, left = _next_slice(session, progress.kind, tables.outgoing)
                query = f"SELECT {columns(progress.kind)} FROM {tables.outgoing} WHERE {where}"  # noqa: S608
                old = session.execute(query, values).fetchall()
                self._pointers.forget(session, at_once(tables.spec), old)
                session.execute(f"DELETE FROM {tables.outgoing} WHERE {where}", values)  # noqa: S608

    def _merge(self, tables: LoadTables, progress: FileProgress) -> FileProgress:
        """Slice by slice; what is done is no longer staged, so a merge goes on by itself."""
        if tables.spec.pointers:
            with self._database.write() as session:
                tables.order_by_person(session)
        left = True
        while left:
            with self._database.write() as session:
                self._refuse_others(session, progress)
                removed, left = self._remove_slice(session, tables)
                progress = replace(progress, removed=progress.removed + removed)
                imports.write(session, progress)
        left = True
        while left:
            with self._database.write() as session:
                self._refuse_others(session, progress)
                changed, left = self._merge_slice(session, tables)
                progress = replace(progress, changed=progress.changed + changed)
                imports.write(session, progress)
        return progress

    def _remove_slice(self, session: Session, tables: LoadTables) -> tuple[int, bool]:
        """A row that the file also brings as a valid one stays."""
        kind = tables.spec.kind
        leaving = _first_rows(session, kind, tables.leaving)
        count = len(key_columns(kind))
        query = f"{select(kind)} WHERE {by_key(kind)}"
        staged = f"SELECT 1 FROM {tables.incoming} WHERE {by_key(kind)}"  # noqa: S608 - own words
        by_payer = kind is RecordKind.CONTRIBUTIONS
        regions = EmployerRegions(session, (row[5] for row in leaving) if by_payer else ())
        rows = []
        for row in leaving:
            key = row[:count]
            valid = session.execute(staged, key).fetchone()
            if valid is None and not (regions and regions.elsewhere(tables.incoming, row)):
                keys = [key, *(regions.elsewhere(tables.own, row) if regions else ())]
                found = (session.execute(query, one).fetchone() for one in keys)
                rows += [own for own in found if own is not None]
        _delete(session, kind, tables.own, rows)
        if tables.spec.pointers:
            self._pointers.forget(session, at_once(tables.spec), rows)
        _delete(session, kind, tables.leaving, leaving)
        return len(rows), len(leaving) == _SLICE

    def _merge_slice(self, session: Session, tables: LoadTables) -> tuple[int, bool]:
        """All rows of some persons."""
        kind = tables.spec.kind
        where, values, left = _next_slice(session, kind, tables.incoming)
        old: list[Stored] = []
        if tables.spec.pointers:
            old = session.execute(
                f"{select(kind)} WHERE person IN "  # noqa: S608 - own words
                f"(SELECT person FROM {tables.incoming} WHERE {where})",
                values,
            ).fetchall()
        if kind is RecordKind.CONTRIBUTIONS:
            self._leave_regions(session, tables, where, values)
        changed = session.execute(upsert_from(kind, tables.incoming, where), values).rowcount
        self._pointers.forget(session, at_once(tables.spec), old)
        self._pointers.redirect(session, tables, where, values)
        session.execute(f"DELETE FROM {tables.incoming} WHERE {where}", values)  # noqa: S608
        return changed, left

    def _leave_regions(
        self, session: Session, tables: LoadTables, where: str, values: Sequence[int]
    ) -> None:
        """A contribution that comes with another region takes the place of the old one."""
        kind = tables.spec.kind
        payers = session.execute(
            f"SELECT DISTINCT payer FROM {tables.incoming} WHERE {where}",  # noqa: S608
            values,
        ).fetchall()
        regions = EmployerRegions(session, (payer for (payer,) in payers))
        if regions:
            query = f"SELECT {columns(kind)} FROM {tables.incoming} WHERE {where}"  # noqa: S608
            rows = session.execute(query, values).fetchall()
            old = [key for row in rows for key in regions.elsewhere(tables.own, row)]
            _delete(session, kind, tables.own, old)

    def _done(self, tables: LoadTables, progress: FileProgress, *, full: bool) -> FileProgress:
        done, kind = replace(progress, step=Step.DONE), progress.kind
        with self._database.write() as session:
            self._refuse_others(session, progress)
            tables.drop(session)
            imports.write(session, done)
            own = [done]
            if full:  # the other files of a full load have taken effect with this one
                imports.replaced(session, kind)
                own = [one for one in imports.progress(session) if one.kind is kind]
            imports.lacking(session, kind, sum(one.rejected for one in own))
            self._end_of_kind(session, kind)
        return done

    def _end_of_kind(self, session: Session, kind: RecordKind) -> None:
        """Note the end of the load unless another file of it is still to come."""
        own = (one.step for one in imports.progress(session) if one.kind is kind)
        if Step.READING not in own:
            imports.ended(session, kind, self._now())


_NOTHING: Final = Staged((), ())


def _differences(session: Session, tables: LoadTables) -> tuple[int, int]:
    """How many rows of the file are new or say something new, and how many are not in it."""
    kind = tables.spec.kind
    names = [column.name for column in stored_columns(kind)]
    same = same_key(kind, "o", "i")
    ones, others = (", ".join(f"{t}.{name}" for name in names) for t in ("o", "i"))
    changed = session.execute(
        f"SELECT COUNT(*) FROM {tables.incoming} i WHERE NOT EXISTS (SELECT 1 FROM "  # noqa: S608
        f"{tables.own} o WHERE {same} AND ({ones}) IS NOT DISTINCT FROM ({others}))"
    ).fetchone()
    removed = session.execute(
        f"SELECT COUNT(*) FROM {tables.own} o WHERE NOT EXISTS (SELECT 1 FROM "  # noqa: S608
        f"{tables.incoming} i WHERE {same})"
    ).fetchone()
    return (changed or (0,))[0], (removed or (0,))[0]


def _next_slice(
    session: Session, kind: RecordKind, table: str
) -> tuple[str, tuple[Any, ...], bool]:
    """A condition and its values for all rows of some persons; whether there are more persons."""
    first = key_columns(kind)[0]
    bound = session.execute(
        f"SELECT {first} FROM {table} ORDER BY {order(kind)} LIMIT 1 OFFSET {_SLICE}"  # noqa: S608
    ).fetchone()
    if bound is None:
        return f"{first} IS NOT NULL", (), False
    return f"{first} <= ?", (bound[0],), True


def _first_rows(session: Session, kind: RecordKind, table: str) -> list[Stored]:
    return session.execute(
        f"SELECT {columns(kind)} FROM {table} ORDER BY {order(kind)} LIMIT {_SLICE}"  # noqa: S608
    ).fetchall()


def _delete(session: Session, kind: RecordKind, table: str, rows: Sequence[Stored]) -> None:
    count = len(key_columns(kind))
    session.executemany(
        f"DELETE FROM {table} WHERE {by_key(kind)}",  # noqa: S608 - own words
        [row[:count] for row in rows],
    )
