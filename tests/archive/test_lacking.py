"""What an answer lacks: refused rows, failed files, loads under way, kinds that never came."""

from pathlib import Path

import pytest

from archive.importer import ImportProgress, import_files
from archive.model import AccountYear
from archive.reasons import Reason
from archive.records import RecordKind
from archive.sqlite.store import SqliteStore
from tests.archive.csv_files import (
    DUES_HEAD,
    Load,
    dues,
    rejects,
)
from tests.archive.test_loads import ACCOUNTS_HEAD, NOVEMBER, OCTOBER, SPAN, months


def test_data_are_whole_only_when_no_row_was_refused(load: Load, store: SqliteStore) -> None:
    load(*dues(OCTOBER, "1,110"))
    assert not store.contributions("1", *SPAN).as_of.whole
    assert store.as_of(RecordKind.PERSONS).whole
    assert not store.as_of().whole
    load(f"{DUES_HEAD}\n{NOVEMBER}\n")
    assert not store.contributions("1", *SPAN).as_of.whole, "what was refused is lacking still"
    for bad in ("1,110\n", ""):
        load(f"{DUES_HEAD}\n{OCTOBER}\n{NOVEMBER}\n{bad}", full=True)
        assert store.contributions("1", *SPAN).as_of.whole == (not bad)
    load(f"{DUES_HEAD}\n{NOVEMBER}\n")
    assert store.contributions("1", *SPAN).as_of.whole, "a good delta leaves what is whole so"


def test_a_file_that_failed_is_lacking_until_a_full_load(load: Load, store: SqliteStore) -> None:
    load(*dues(OCTOBER))
    names, values = DUES_HEAD.split(","), NOVEMBER.split(",")
    row = "".join(f"<{n}>{v}</{n}>" for n, v in zip(names, values, strict=True))
    (failed,) = load(f"<rows><row>{row}</row><row>{row}</ro").files
    assert failed.error
    load(f"{DUES_HEAD}\n{NOVEMBER}\n")
    assert not store.contributions("1", *SPAN).as_of.whole
    load(f"{DUES_HEAD}\n{NOVEMBER}\n", full=True)
    assert store.contributions("1", *SPAN).as_of.whole


def test_an_import_that_was_given_up_is_lacking_and_one_that_goes_on_is_not(
    load: Load, store: SqliteStore, tmp_path: Path
) -> None:
    load(*dues(OCTOBER))
    path = tmp_path / "more.csv"
    path.write_text(f"{DUES_HEAD}\n{NOVEMBER}\n", "utf-8")

    def stop(_: ImportProgress) -> None:
        raise KeyboardInterrupt

    def break_off(*, full: bool) -> None:
        with pytest.raises(KeyboardInterrupt):
            import_files(store, [path], rejects=tmp_path / "r.csv", full=full, on_progress=stop)
        assert not store.contributions("1", *SPAN).as_of.whole

    break_off(full=False)
    import_files(store, [path], rejects=tmp_path / "r.csv")
    assert store.contributions("1", *SPAN).as_of.whole
    break_off(full=False)
    load(f"{DUES_HEAD}\n{OCTOBER}\n")
    assert not store.contributions("1", *SPAN).as_of.whole
    break_off(full=True)
    import_files(store, [path], rejects=tmp_path / "r.csv", full=True)
    assert store.contributions("1", *SPAN).as_of.whole


def test_of_a_kind_that_was_never_delivered_nothing_is_known(
    load: Load, store: SqliteStore
) -> None:
    load(*dues(OCTOBER))
    empty = store.of(AccountYear, "1")
    assert (empty.rows, empty.as_of.whole) == ((), False)
    assert empty.as_of.never == (RecordKind.ACCOUNTS,)
    known = store.contributions("1", *SPAN).as_of
    assert known.never == ()
    assert known.together(empty.as_of).never == (RecordKind.ACCOUNTS,)
    assert not known.together(empty.as_of).whole
    load("\n".join((ACCOUNTS_HEAD, "1,110,2023,0.00,100.00,5.00,0.00,105.00")))
    assert store.of(AccountYear, "1").as_of == known


def test_data_are_not_whole_while_a_load_is_under_way(
    load: Load, store: SqliteStore, tmp_path: Path
) -> None:
    load(*dues(OCTOBER))
    path = tmp_path / "more.csv"
    path.write_text(f"{DUES_HEAD}\n{NOVEMBER}\n", "utf-8")
    seen: list[tuple[bool, list[str]]] = []

    def look(_: ImportProgress) -> None:
        seen.append((store.contributions("1", *SPAN).as_of.whole, months(store)))

    import_files(store, [path], rejects=tmp_path / "r.csv", on_progress=look)
    assert seen == [(False, ["202510"])]
    assert months(store) == ["202510", "202511"]


def test_the_meta_file_dates_each_kind(load: Load, store: SqliteStore) -> None:
    summary = load(
        "record_kind,as_of,source\n,20261001,甲\ncontributions,20260901,乙\nx,20260101,\n"
    )
    assert [row[2:6:3] for row in rejects(summary)] == [("record_kind", Reason.UNKNOWN_CODE)]
    assert [store.as_of(kind).source for kind in (RecordKind.CARDS, RecordKind.CONTRIBUTIONS)] == [
        "甲",
        "乙",
    ]
