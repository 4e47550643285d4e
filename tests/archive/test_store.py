import datetime as dt
import threading
from decimal import Decimal

import pytest

from archive.demo_data import DemoSummary
from archive.errors import (
    ArchiveError,
    AuditKeyError,
    StoreDamagedError,
    StoreEmptyError,
    StoreError,
    StoreLockedError,
    StoreUnavailableError,
)
from archive.model import (
    ArchiveIndex,
    ArchiveState,
    AuditEvent,
    AuditKind,
    Employer,
    Registration,
)
from archive.reasons import Reason
from archive.records import Cell, RecordKind
from archive.sql.dialect import Table
from archive.sql.store import SqlStore
from archive.store import Loaded, Refusal, Store
from archive.stored import key_columns, stored_columns
from archive.values import Month
from tests.archive.conftest import OpenStore
from tests.archive.places import Place

LAST_36 = Month(2023, 11), Month(2026, 10)
PERSON = (
    *("1", "11010519491231002X", "张三", "2", "01"),
    *(19491231, None, None, "990101"),
    *(None,) * 9,
)
EVENT = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01")


def put(store: SqlStore, kind: RecordKind, *rows: tuple[Cell, ...]) -> Loaded:
    return store.load(kind, list(zip(*rows, strict=True)))


def person_id_of(demo_store: SqlStore, demo: DemoSummary, place: int) -> str:
    number = demo.cards[place].read_text("utf-8").split('social_security_number = "')[1][:18]
    person = demo_store.person_by_number(number)
    assert person is not None
    return person.person_id


def test_the_store_keeps_the_protocol(store: SqlStore) -> None:
    kept: Store = store
    assert kept.person("nobody") is None


def test_a_person_is_found_by_number_whatever_the_case_of_the_x(store: SqlStore) -> None:
    put(store, RecordKind.PERSONS, PERSON)
    found = store.person_by_number("11010519491231002x")
    assert found is not None
    assert (found.name, found.birth_date) == ("张三", dt.date(1949, 12, 31))
    assert found == store.person("1")
    assert store.person_by_number("440524188001010014") is None


def test_no_personal_value_is_in_the_repr_of_any_record(
    demo_store: SqlStore, demo: DemoSummary
) -> None:
    person_id = person_id_of(demo_store, demo, 2)
    person = demo_store.person(person_id)
    assert person is not None
    shown = repr(
        (
            person,
            demo_store.contributions(person_id, *LAST_36).rows,
            demo_store.of(Registration, person_id).rows,
            demo_store.of(ArchiveIndex, person_id).rows,
        )
    )
    for secret in (person.name, person.social_security_number, person_id, "6060.78", "1979"):
        assert secret not in shown


def test_36_months_are_read_by_line_then_month(demo_store: SqlStore, demo: DemoSummary) -> None:
    person_id = person_id_of(demo_store, demo, 0)
    found = demo_store.contributions(person_id, *LAST_36).rows
    assert len(found) == 3 * 36
    assert [(c.line, c.month) for c in found] == sorted((c.line, c.month) for c in found)
    pension = demo_store.contributions(person_id, *LAST_36, line="110").rows
    assert pension == found[:36]
    assert (pension[0].month, pension[-1].month) == LAST_36
    assert all(c.employee_paid.as_tuple().exponent == -2 for c in found)


def test_the_first_contribution_is_the_earliest_of_any_line(
    demo_store: SqlStore, demo: DemoSummary
) -> None:
    person_id = person_id_of(demo_store, demo, 0)
    every = demo_store.contributions(person_id, Month(1949, 1), Month(2099, 12)).rows
    assert demo_store.first_contribution(person_id) == min(row.month for row in every)
    assert demo_store.first_contribution("nobody") is None


def test_amounts_and_dates_come_back_as_the_file_wrote_them(
    demo_store: SqlStore, demo: DemoSummary
) -> None:
    person_id = person_id_of(demo_store, demo, 2)
    month = Month(2024, 2)
    (found,) = demo_store.contributions(person_id, month, month, "110").rows
    assert (found.base, found.employee_paid) == (Decimal("6682.75"), Decimal("534.62"))
    assert (found.kind, found.settled, found.status) == ("31", Month(2024, 7), "1")
    assert found.posted_on == dt.date(2024, 8, 2)


def test_employers_are_found_together_and_unknown_ones_left_out(
    demo_store: SqlStore, demo: DemoSummary
) -> None:
    contributions = demo_store.contributions(person_id_of(demo_store, demo, 0), *LAST_36).rows
    ids = {c.employer_id for c in contributions}
    found = demo_store.known(Employer, [*ids, "nobody", ""])
    assert set(found) == ids
    assert {e.name for e in found.values()} == {
        "示例市华岚精密机械有限公司",
        "示例市启澜信息技术股份有限公司",
    }


def test_a_card_leads_to_its_person(demo_store: SqlStore, demo: DemoSummary) -> None:
    code = demo.cards[1].read_text("utf-8").split('identification_code = "')[1][:32]
    card = demo_store.card(code.lower())
    assert card is not None
    assert card.person_id == person_id_of(demo_store, demo, 1)
    assert card.status == "1"
    assert demo_store.card("0" * 32) is None


def test_the_state_of_a_file_follows_from_its_two_flags(
    demo_store: SqlStore, demo: DemoSummary
) -> None:
    people = [person_id_of(demo_store, demo, place) for place in (0, 3, 4)]
    states = [
        [index.state for index in demo_store.of(ArchiveIndex, person_id).rows]
        for person_id in people
    ]
    assert states == [[ArchiveState.IN_STOCK], [], [ArchiveState.TRANSFERRED]]


def test_flags_that_no_table_explains_are_unknown_and_not_in_stock(store: SqlStore) -> None:
    row = ("1", "D1", "示例市人才服务中心", "1", "9", "个人", *(None,) * 6)
    put(store, RecordKind.META, ("", 20261031, None))
    put(store, RecordKind.PERSONS, PERSON)
    put(store, RecordKind.ARCHIVE_INDEX, row)
    assert store.of(ArchiveIndex, "1").rows[0].state is ArchiveState.UNKNOWN


def test_a_store_without_data_says_so_instead_of_inventing_a_date(store: SqlStore) -> None:
    with pytest.raises(StoreEmptyError):
        store.as_of()
    put(store, RecordKind.META, ("", 20261031, None))
    assert store.as_of().day == dt.date(2026, 10, 31)


def test_loading_a_row_again_changes_nothing_and_a_new_value_one(store: SqlStore) -> None:
    assert put(store, RecordKind.PERSONS, PERSON).changed == 1
    assert put(store, RecordKind.PERSONS, PERSON).changed == 0
    renamed = ("1", "11010519491231002X", "张三丰", *PERSON[3:])
    assert put(store, RecordKind.PERSONS, renamed, PERSON, renamed).changed == 3


def test_a_number_of_another_person_is_refused_and_the_rest_of_the_batch_kept(
    store: SqlStore,
) -> None:
    other = ("3", "440524188001010014", "李四", *PERSON[3:])
    loaded = put(store, RecordKind.PERSONS, PERSON, ("2", *PERSON[1:]), other)
    assert (loaded.changed, loaded.refused) == (2, (Refusal(1, "AAC002", Reason.DUPLICATE),))
    assert store.person("2") is None
    assert store.person("3") is not None


def test_a_batch_that_fails_leaves_no_part_of_itself(store: SqlStore) -> None:
    broken = ("2", None, "李四", *PERSON[3:])
    with pytest.raises(StoreError):
        put(store, RecordKind.PERSONS, PERSON, broken)
    assert store.person("1") is None


def test_a_database_locked_by_another_process_is_a_typed_error_and_heals(
    store: SqlStore, place: Place
) -> None:
    with place.held():
        with pytest.raises(StoreLockedError) as caught:
            store.append_audit(EVENT)
        assert caught.value.code == "store.locked"
        assert store.person("1") is None, "readers do not wait for a writer"
    assert store.append_audit(EVENT).sequence == 1


def test_a_store_that_is_there_opens_without_leave_to_create(
    store: SqlStore, open_store: OpenStore
) -> None:
    row = store.append_audit(EVENT)
    assert list(open_store(create=False).audit_rows()) == [row]


@pytest.mark.parametrize("create", [False, True])
def test_a_lost_key_is_told_and_never_replaced(
    store: SqlStore, place: Place, open_store: OpenStore, *, create: bool
) -> None:
    store.close()
    place.key.unlink()
    with pytest.raises(AuditKeyError) as caught:
        open_store(create=create)
    assert caught.value.path == place.key
    assert not place.key.exists()


def test_a_closed_store_says_so(store: SqlStore) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        store.person("1")
    with pytest.raises(StoreUnavailableError, match="closed"):
        store.append_audit(EVENT)


def test_a_writer_holds_the_lock_from_its_first_read_on(
    store: SqlStore, open_store: OpenStore
) -> None:
    with store.database.write() as writer:
        writer.execute("SELECT * FROM audit_head")
        with pytest.raises(StoreLockedError):
            open_store().append_audit(EVENT)


def test_a_read_that_met_an_error_does_not_spoil_the_next(store: SqlStore) -> None:
    for _ in range(20):
        with pytest.raises(StoreDamagedError), store.database.read() as broken:
            broken.execute("SELECT * FROM nowhere")
        with pytest.raises(ZeroDivisionError), store.database.read():
            raise ZeroDivisionError
    assert store.person("1") is None


def test_a_reader_cannot_write(store: SqlStore) -> None:
    with pytest.raises(StoreError), store.database.read() as reader:
        reader.execute("DELETE FROM persons")


def test_many_threads_read_and_write_at_once(open_store: OpenStore) -> None:
    store = open_store(wait=5.0)
    put(store, RecordKind.PERSONS, PERSON)
    faults: list[ArchiveError] = []

    def work() -> None:
        try:
            for _ in range(20):
                store.append_audit(EVENT)
                assert store.person("1") is not None
        except ArchiveError as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    check = store.verify_audit()
    assert (check.rows, check.findings) == (120, ())


def test_two_processes_share_one_store(open_store: OpenStore) -> None:
    one, other = open_store(), open_store(wait=5.0)
    for _ in range(5):
        one.append_audit(EVENT)
        other.append_audit(EVENT)
    assert [row.sequence for row in one.audit_rows()] == list(range(1, 11))
    assert other.verify_audit().intact


def test_a_context_manager_closes_the_store(place: Place) -> None:
    with place.open() as opened:
        pass
    with pytest.raises(StoreUnavailableError):
        opened.as_of()


def test_the_schema_is_what_the_table_of_kinds_says(store: SqlStore) -> None:
    with store.database.read() as reader:
        for kind in RecordKind:
            found = store.dialect.table(reader, kind.value)
            assert found == Table(stored_columns(kind), key_columns(kind)), kind
