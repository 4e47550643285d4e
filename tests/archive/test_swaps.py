"""A full load takes a table's place while others read: nobody is answered with nothing."""

import threading
from contextlib import suppress
from pathlib import Path

import pytest

from archive.errors import StoreLockedError
from archive.importer import import_files
from archive.sql.store import SqlStore
from archive.values import Month
from tests.archive.conftest import OpenStore
from tests.archive.csv_files import DUE, DUES_HEAD, Load, dues

SPAN = (Month(2025, 1), Month(2026, 12))
NOVEMBER = DUE.replace("202510", "202511")


def test_a_reader_who_began_before_a_full_load_reads_the_old_rows_to_its_end(
    load: Load, store: SqlStore
) -> None:
    load(*dues(DUE))
    with store.database.read() as reader:
        assert reader.execute("SELECT COUNT(*) FROM pointers").fetchone() == (2,)
        with suppress(StoreLockedError):  # on PostgreSQL it waits for readers, and goes on later
            load(f"{DUES_HEAD}\n{NOVEMBER}\n", full=True)
        assert reader.execute("SELECT month FROM contributions").fetchall() == [(202510,)]
    load(f"{DUES_HEAD}\n{NOVEMBER}\n", full=True)
    (row,) = store.contributions("1", *SPAN).rows
    assert str(row.month) == "202511"


@pytest.mark.slow
def test_no_look_up_beside_full_loads_fails_or_answers_nothing(
    load: Load, open_store: OpenStore, tmp_path: Path
) -> None:
    """Each load brings one other month; who looks sees the one or the other, always just one."""
    load(*dues(DUE))
    kiosk, loading, done = open_store(wait=20.0), open_store(wait=20.0), threading.Event()
    wrong: list[object] = []
    looks = [0, 0, 0]

    def look(place: int) -> None:
        while not done.is_set():
            try:
                found = [str(row.month) for row in kiosk.contributions("1", *SPAN).rows]
                if found not in (["202510"], ["202511"]) or kiosk.person("1") is None:
                    wrong.append(found)
            except Exception as error:  # noqa: BLE001 - each is told by the assertion
                wrong.append(error)
            looks[place] += 1

    threads = [threading.Thread(target=look, args=(place,)) for place in range(len(looks))]
    for thread in threads:
        thread.start()
    files = [tmp_path / f"{name}.csv" for name in ("persons", "employers", "dues")]
    for row in (NOVEMBER, DUE) * 4:
        for file, content in zip(files, dues(row), strict=True):
            file.write_text(content, "utf-8")
        assert import_files(loading, files, rejects=tmp_path / "r.csv", full=True).changed
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert min(looks) > 0
