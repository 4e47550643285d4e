import datetime as dt
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archive.audit import FIELDS, GENESIS, AuditKey, cells_of
from archive.errors import AuditEventError, AuditKeyError, AuditTamperedError, StoreDamagedError
from archive.model import AuditEvent, AuditKind
from archive.sql.store import SqlStore
from archive.store import AuditFinding
from tests.archive.conftest import OpenStore
from tests.archive.places import NOW, Place

Tamper = Callable[..., None]

CODE = "990101D1560000050000000126472510"
EVENT = AuditEvent(
    kind=AuditKind.RECORDS_READ,
    kiosk="hall-01",
    identification_code=CODE,
    organisation="99010101",
    statement="contributions",
    count=36,
    result="ok",
)


@pytest.fixture
def trail(store: SqlStore) -> SqlStore:
    for count in range(1, 9):
        store.append_audit(replace(EVENT, count=count))
    return store


@pytest.fixture
def tamper(place: Place, trail: SqlStore) -> Tamper:
    """What somebody with the database, but without the key, can do to eight rows."""
    return place.run


def test_an_untouched_trail_is_intact_and_reads_back_in_order(trail: SqlStore) -> None:
    rows = list(trail.audit_rows())
    assert [row.count for row in rows] == list(range(1, 9))
    assert rows[0].previous == GENESIS
    assert all(later.previous == earlier.hash for earlier, later in pairwise(rows))
    assert rows[0].at == NOW
    check = trail.verify_audit()
    assert (check.rows, check.head, check.intact) == (8, rows[-1].hash, True)
    assert list(trail.audit_rows(after=6)) == rows[6:]


def test_an_empty_trail_is_intact(store: SqlStore) -> None:
    check = store.verify_audit()
    assert (check.rows, check.head, check.intact) == (0, GENESIS, True)


@pytest.mark.parametrize("column", [*FIELDS, "hash"])
def test_a_change_of_any_column_is_found(trail: SqlStore, tamper: Tamper, column: str) -> None:
    numbers = {"sequence": "40", "count": "count + 1", "behind": "behind + 1"}
    value = numbers.get(column, f"{column} || 'x'")
    tamper(f"UPDATE audit SET {column} = {value} WHERE sequence = 4")
    findings = trail.verify_audit().findings
    assert findings
    assert findings[0].sequence in (4, 5)


def test_a_row_left_out_is_a_gap(trail: SqlStore, tamper: Tamper) -> None:
    tamper("DELETE FROM audit WHERE sequence = 4")
    assert trail.verify_audit().findings == (AuditFinding("gap", 4),)


def test_the_first_row_left_out_is_a_gap(trail: SqlStore, tamper: Tamper) -> None:
    tamper("DELETE FROM audit WHERE sequence = 1")
    assert trail.verify_audit().findings == (AuditFinding("gap", 1),)


def test_rows_cut_off_at_the_end_are_missed(trail: SqlStore, tamper: Tamper) -> None:
    tamper("DELETE FROM audit WHERE sequence > 5")
    assert trail.verify_audit().findings == (AuditFinding("truncated", 6),)


def test_rows_cut_off_together_with_the_head_are_missed(trail: SqlStore, tamper: Tamper) -> None:
    tamper(
        "DELETE FROM audit WHERE sequence > 5",
        "UPDATE audit_head SET count = 5, hash = (SELECT hash FROM audit WHERE sequence = 5)",
    )
    assert trail.verify_audit().findings == (AuditFinding("head", 5),)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_head",
        f"UPDATE audit_head SET count = 0, hash = '{GENESIS}'",
        "UPDATE audit_head SET seal = ''",
    ],
)
def test_a_trail_with_a_forged_head_is_not_continued(
    trail: SqlStore, tamper: Tamper, statement: str
) -> None:
    tamper("DELETE FROM audit", statement)
    with pytest.raises(AuditTamperedError):
        trail.append_audit(EVENT)
    assert trail.verify_audit().findings == (AuditFinding("head", 0),)


def test_a_row_added_by_hand_is_found(trail: SqlStore, tamper: Tamper) -> None:
    tamper(
        "INSERT INTO audit SELECT 9, at, behind, kind, kiosk, organisation, subject, statement, "
        "count, result, operator, reference, hash, hash FROM audit WHERE sequence = 8",
    )
    assert [finding.code for finding in trail.verify_audit().findings] == ["changed", "head"]


def test_two_rows_swapped_are_found(trail: SqlStore, tamper: Tamper) -> None:
    tamper(
        "UPDATE audit SET sequence = 99 WHERE sequence = 3",
        "UPDATE audit SET sequence = 3 WHERE sequence = 4",
        "UPDATE audit SET sequence = 4 WHERE sequence = 99",
    )
    assert trail.verify_audit().findings[0] == AuditFinding("changed", 3)


def test_a_row_of_another_trail_with_the_same_key_does_not_fit(
    trail: SqlStore, tamper: Tamper, place: Place, new_place: Callable[[str], Place]
) -> None:
    with new_place("other").open(audit_key=place.key) as other:
        for _ in range(8):
            other.append_audit(replace(EVENT, result="refused"))
        row = next(other.audit_rows(after=3))
    values = ", ".join(repr(value) for value in (*cells_of(row).values(), row.hash))
    tamper("DELETE FROM audit WHERE sequence = 4", f"INSERT INTO audit VALUES ({values})")
    assert trail.verify_audit().findings == (
        AuditFinding("changed", 4),
        AuditFinding("changed", 5),
    )


def test_the_trail_holds_no_card_number_but_the_same_mark_for_the_same_card(
    trail: SqlStore,
) -> None:
    trail.append_audit(replace(EVENT, identification_code=CODE.lower()))
    trail.append_audit(replace(EVENT, identification_code="0" * 32))
    trail.append_audit(replace(EVENT, identification_code=None))
    rows = list(trail.audit_rows())
    subjects = [row.subject for row in rows]
    assert len(set(subjects[:9])) == 1
    assert len(set(subjects)) == 3
    assert subjects[-1] == ""
    assert not any(CODE in str(cells_of(row)) for row in rows)


def test_the_mark_of_a_card_depends_on_the_key(
    new_place: Callable[[str], Place], open_store: OpenStore
) -> None:
    stores = [open_store(new_place(name)) for name in ("one", "two")]
    assert len({store.append_audit(EVENT).subject for store in stores}) == 2


@pytest.mark.parametrize("field", ["kiosk", "organisation", "statement", "result", "operator"])
@pytest.mark.parametrize("value", ["张三", "two words", "11010519491231002X", "x" * 65, "a\n"])
def test_what_could_be_personal_is_not_written(store: SqlStore, field: str, value: str) -> None:
    fields: dict[str, Any] = {field: value}
    with pytest.raises(AuditEventError) as caught:
        store.append_audit(replace(EVENT, **fields))
    assert caught.value.field == field
    assert value not in str(caught.value)
    assert store.verify_audit().rows == 0


def test_another_key_does_not_continue_the_trail(
    trail: SqlStore, place: Place, open_store: OpenStore, tmp_path: Path
) -> None:
    (tmp_path / "other.key").write_bytes(b"k" * 32)
    with pytest.raises(AuditKeyError, match="not the key"):
        open_store(audit_key=tmp_path / "other.key")
    place.key.write_bytes(b"short")
    with pytest.raises(AuditKeyError, match="length"):
        open_store()


def test_the_key_is_never_shown_or_serialised(tmp_path: Path) -> None:
    key = AuditKey.load_or_create(tmp_path / "key", lambda n: b"S" * n)
    assert "SSS" not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_a_key_that_another_process_made_first_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "key"
    theirs: list[AuditKey] = []

    def meanwhile(count: int) -> bytes:
        theirs.append(AuditKey.load_or_create(path, lambda n: b"T" * n))
        return b"O" * count

    ours = AuditKey.load_or_create(path, meanwhile)
    assert [ours] == theirs
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(AuditKeyError):
        AuditKey.load_or_create(tmp_path / "key", os.urandom)


def test_a_time_that_is_no_time_is_damage_when_read_and_a_finding_when_verified(
    trail: SqlStore,
    tamper: Tamper,
) -> None:
    tamper("UPDATE audit SET at = 'yesterday' WHERE sequence = 2")
    with pytest.raises(StoreDamagedError):
        list(trail.audit_rows())
    assert trail.verify_audit().findings == (AuditFinding("changed", 2),)


def test_times_are_kept_in_utc(store: SqlStore, open_store: OpenStore) -> None:
    shanghai = dt.timezone(dt.timedelta(hours=8))
    at = dt.datetime(2026, 11, 22, 17, 30, tzinfo=shanghai)
    row = open_store(now=lambda: at).append_audit(EVENT)
    assert row.at.tzinfo is dt.UTC
    assert next(store.audit_rows()) == row


def test_copies_are_those_asked_for_but_not_those_that_proved_unprinted(
    open_store: OpenStore,
) -> None:
    def paper(kind: AuditKind, number: int, result: str = "", statement: str = "pension") -> None:
        row = AuditEvent(
            kind=kind,
            kiosk="03",
            identification_code=CODE,
            statement=statement,
            result=result,
            reference=f"S-{number}",
        )
        store.append_audit(row)

    with open_store() as store:
        for number, result in enumerate(("confirmed", "failed", "unknown", "cancelled")):
            paper(AuditKind.PAPER_REQUESTED, number)
            paper(AuditKind.PAPER_OUTCOME, number, result)
        paper(AuditKind.PAPER_REQUESTED, 9)  # the program stopped before its end was known
        paper(AuditKind.PAPER_REQUESTED, 10, statement="contributions")
    with open_store() as store:
        assert store.copies(CODE, "pension") == 3  # one voided when cancelled is none
        assert store.copies(CODE.lower(), "pension") == 3
        assert store.copies("0" * 32, "pension") == 0
