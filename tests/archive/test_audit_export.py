"""An export of the trail is checked by itself; with it, an older copy of the store is found."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.audit import GENESIS, AuditKey
from archive.audit_counts import print_counts
from archive.audit_export import Format, check_export, goes_on, stretch, write_export
from archive.errors import AuditExportError, AuditKeyError
from archive.model import AuditEvent, AuditKind
from archive.sql.store import SqlStore
from archive.sqlite.store import SqliteStore
from archive.store import ALL_ROWS, AuditFilter
from archive.values import CHINA
from tests.archive.clocks import Clock
from tests.archive.conftest import OpenStore

EVENT = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01", result="ok", reference="A-1")
Write = Callable[..., Path]


@pytest.fixture
def clock() -> Clock:
    return Clock(dt.datetime(2026, 11, 1, 9, tzinfo=CHINA))


@pytest.fixture
def store(open_store: OpenStore, clock: Clock) -> SqlStore:
    """Two rows a day on ten days."""
    store = open_store(now=clock)
    for place in range(20):
        store.append_audit(replace(EVENT, count=place))
        clock.on(hours=12)
    return store


@pytest.fixture
def write(store: SqlStore, tmp_path: Path) -> Write:
    def export(
        form: Format = "jsonl", since: dt.datetime | None = None, until: dt.datetime | None = None
    ) -> Path:
        path = tmp_path / f"export.{form}"
        with path.open("w", encoding="utf-8") as file:
            write_export(stretch(store, since, until), file, form, store.trail.key)
        return path

    return export


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 11, number, tzinfo=CHINA)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_of_some_days_is_intact_by_itself(
    store: SqlStore, write: Write, form: Format
) -> None:
    check, closing = check_export(write(form, day(3), day(5)), store.trail.key)
    assert closing is not None
    assert (check.rows, check.intact) == (4, True)
    assert (closing.first, closing.last, closing.count) == (5, 8, 4)
    rows = {row.sequence: row for row in store.audit_rows()}
    assert (closing.previous, closing.head) == (rows[4].hash, rows[8].hash)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_without_rows_is_intact(store: SqlStore, write: Write, form: Format) -> None:
    check, closing = check_export(write(form, day(25), day(26)), store.trail.key)
    assert (check.rows, check.head, check.intact) == (0, GENESIS, True)
    assert closing is not None
    assert goes_on(store, closing) is None


@pytest.mark.slow
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), form=st.sampled_from(["jsonl", "csv"]))
def test_any_change_of_an_export_is_found(
    store: SqlStore, write: Write, data: st.DataObject, form: Format
) -> None:
    path = write(form)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(["gone", "twice", "swapped", "digit", "cut"])):
        case "gone":
            changed = lines[:place] + lines[place + 1 :]
        case "twice":
            changed = lines[: place + 1] + lines[place:]
        case "swapped":
            other = data.draw(st.integers(0, len(lines) - 1).filter(lambda one: one != place))
            changed = list(lines)
            changed[place], changed[other] = changed[other], changed[place]
        case "digit":
            digits = [i for i, one in enumerate(lines[place]) if one.isdigit()] or [0]
            at = data.draw(st.sampled_from(digits))
            old = lines[place]
            changed = list(lines)
            changed[place] = old[:at] + ("7" if old[at] != "7" else "8") + old[at + 1 :]
        case _:
            changed = lines[:place]
    path.write_text("".join(changed), "utf-8")
    try:
        check, _ = check_export(path, store.trail.key)
    except (AuditExportError, AuditKeyError):
        return
    assert not check.intact


def test_an_export_cut_short_with_a_closing_line_made_to_fit_is_found(
    store: SqlStore, write: Write
) -> None:
    path = write()
    *rows, last = path.read_text("utf-8").splitlines(keepends=True)
    kept = rows[:-5]
    closing = json.loads(last)["closing"] | {
        "last": len(kept),
        "count": len(kept),
        "head": json.loads(kept[-1])["hash"],
    }
    path.write_text("".join(kept) + json.dumps({"closing": closing}) + "\n", "utf-8")
    check, _ = check_export(path, store.trail.key)
    assert [finding.code for finding in check.findings] == ["head"]


def test_another_key_is_told_and_no_export_as_well(
    store: SqlStore, write: Write, tmp_path: Path
) -> None:
    other = AuditKey.load_or_create(tmp_path / "other.key")
    with pytest.raises(AuditKeyError):
        check_export(write(), other)
    (tmp_path / "text").write_text("Dear Sir or Madam,\n")
    with pytest.raises(AuditExportError) as error:
        check_export(tmp_path / "text", store.trail.key)
    assert error.value.line == 1
    with pytest.raises(AuditExportError):
        check_export(tmp_path / "absent", store.trail.key)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_older_copy_of_the_store_that_was_put_back_is_found_by_an_export(
    store: SqliteStore, write: Write, tmp_path: Path
) -> None:
    store.close()
    old = tmp_path / "old.db"
    shutil.copy(store.path, old)
    shutil.copy(store.path.with_name("archive.db.audit-key"), tmp_path / "old.db.audit-key")
    with SqliteStore(store.path, lambda: day(12)) as again:
        again.append_audit(EVENT)
        path = tmp_path / "noted.jsonl"
        with path.open("w", encoding="utf-8") as file:
            closing = write_export(stretch(again, None, None), file, "jsonl", again.trail.key)
        assert goes_on(again, closing) is None
    with SqliteStore(old, lambda: day(12)) as restored:
        assert restored.verify_audit().intact, "of itself it is a sound trail"
        found = goes_on(restored, closing)
        assert found is not None
        assert (found.code, found.sequence) == ("truncated", 21)
        restored.append_audit(replace(EVENT, result="other"))
        found = goes_on(restored, closing)
        assert found is not None
        assert (found.code, found.sequence) == ("changed", 21)


def test_rows_are_found_by_each_of_their_cells(store: SqlStore) -> None:
    card = "990101D1560000050000000126472510"
    store.append_audit(
        AuditEvent(
            kind=AuditKind.PAPER_REQUESTED,
            kiosk="hall-02",
            identification_code=card,
            statement="contributions",
            reference="B-1",
            result="confirmed",
        )
    )
    subject = store.audit_subject(card.lower())
    for wanted in (
        AuditFilter(kind="paper.requested"),
        AuditFilter(statement="contributions"),
        AuditFilter(reference="B-1"),
        AuditFilter(result="confirmed"),
        AuditFilter(subject=subject),
        AuditFilter(since=day(11), kind="paper.requested", subject=subject),
    ):
        assert [row.sequence for row in store.audit_rows(wanted=wanted)] == [21]
    assert len(list(store.audit_rows(wanted=AuditFilter(until=day(2))))) == 2
    assert not list(store.audit_rows(wanted=AuditFilter(subject=subject, until=day(2))))


def test_prints_are_counted_without_persons_and_small_figures_over_all_kiosks_are_not_told(
    store: SqlStore, clock: Clock
) -> None:
    clock.at = day(20)
    for place in range(7):
        asked = AuditEvent(
            kind=AuditKind.PAPER_REQUESTED,
            kiosk=f"hall-0{place % 2}",
            statement="contributions",
            count=1,
            reference=f"P-{place}",
        )
        store.append_audit(asked)
    store.append_audit(
        replace(asked, kind=AuditKind.PAPER_OUTCOME, result="failed", reference="P-0")
    )
    clock.on(days=1)
    store.append_audit(replace(asked, reference="Q-1"))
    told = print_counts(store, ALL_ROWS, by_kiosk=False)
    assert [(one.day.day, one.kiosk, one.prints) for one in told] == [(20, "", 6), (21, "", None)]
    told = print_counts(store, ALL_ROWS, by_kiosk=True)
    assert [(one.day.day, one.kiosk, one.prints) for one in told] == [
        (20, "hall-00", 3),
        (20, "hall-01", 3),
        (21, "hall-00", 1),
    ]
