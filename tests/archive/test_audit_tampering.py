"""Whatever is done to a trail by somebody without its key is found."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.audit import FIELDS, AuditHead, AuditKey, cells_of, next_row, verify
from archive.model import AuditEvent, AuditKind
from archive.sql.store import SqlStore
from tests.archive.conftest import NOW
from tests.archive.places import Place

Trail = list[dict[str, object]]

events = st.builds(
    AuditEvent,
    kind=st.sampled_from(AuditKind),
    kiosk=st.sampled_from(["hall-01", "hall-02"]),
    identification_code=st.none() | st.from_regex(r"\A[0-9A-F]{32}\Z"),
    statement=st.sampled_from(["", "contributions"]),
    count=st.integers(0, 400),
    result=st.sampled_from(["", "ok", "confirmed"]),
    reference=st.from_regex(r"\A[A-Z0-9-]{0,20}\Z"),
)
trails = st.lists(events, min_size=1, max_size=12)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> AuditKey:
    return AuditKey.load_or_create(tmp_path_factory.mktemp("key") / "key")


def written(key: AuditKey, trail: list[AuditEvent]) -> tuple[Trail, AuditHead]:
    head = AuditHead.sealed(key, 0, "0" * 64)
    rows: Trail = []
    for event in trail:
        row = next_row(event, head, NOW, 0, key)
        rows.append({**cells_of(row), "hash": row.hash})
        head = AuditHead.sealed(key, row.sequence, row.hash)
    return rows, head


def other(value: object) -> object:
    return value + 1 if isinstance(value, int) else f"{value}x"


@st.composite
def spoiled(draw: st.DrawFn, rows: Trail) -> Trail:
    """The rows after one or several changes that leave something changed."""
    changed = [dict(row) for row in rows]
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(0, len(changed) - 1)))
        match draw(st.sampled_from(["cell", "gone", "cut", "twice", "swap", "renumber"])):
            case "cell" if changed:
                column = draw(st.sampled_from([*FIELDS, "hash"]))
                changed[place][column] = other(changed[place][column])
            case "gone" if changed:
                del changed[place]
            case "cut":
                del changed[place:]
            case "twice" if changed:
                changed.insert(place, dict(changed[place]))
            case "swap" if changed:
                there = draw(st.integers(0, len(changed) - 1))
                changed[place], changed[there] = changed[there], changed[place]
            case _:
                for number, row in enumerate(changed, 1):
                    row["sequence"] = number
    return changed


@pytest.mark.slow
@settings(deadline=None, max_examples=80)
@given(data=st.data(), trail=trails)
def test_any_tampering_with_any_trail_is_found(
    key: AuditKey, data: st.DataObject, trail: list[AuditEvent]
) -> None:
    rows, head = written(key, trail)
    assert verify(rows, head, key).intact
    changed = data.draw(spoiled(rows))
    assert verify(changed, head, key).intact == (changed == rows)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(data=st.data(), trail=trails)
def test_a_head_that_somebody_made_to_fit_is_found(
    key: AuditKey, data: st.DataObject, trail: list[AuditEvent]
) -> None:
    rows, head = written(key, trail)
    kept = data.draw(st.integers(0, len(rows) - 1))
    last = str(rows[kept - 1]["hash"]) if kept else "0" * 64
    forged = replace(head, count=kept, hash=last)
    assert not verify(rows[:kept], forged, key).intact
    assert not verify(rows[kept:], replace(head, pruned=kept, pruned_hash=last), key).intact or (
        kept == 0
    )


def test_rows_cut_off_to_an_earlier_end_do_not_fit_the_head(store: SqlStore, place: Place) -> None:
    event = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01")
    for _ in range(3):
        store.append_audit(event)
    noted = store.verify_audit()
    for _ in range(2):
        store.append_audit(event)
    place.run("DELETE FROM audit WHERE sequence > 3")
    found = store.verify_audit()
    assert (found.rows, found.head) == (noted.rows, noted.head)
    assert [finding.code for finding in found.findings] == ["truncated"]
