"""Full loads and deltas, what rows say against each other, and how whole the data are."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.errors import ImportFormatError, StoreLockedError
from archive.importer import ImportProgress, ImportSummary, import_files
from archive.importing import file_import, named_rows
from archive.model import AccountYear, Registration
from archive.reasons import Reason
from archive.records import SPECS, RecordKind
from archive.sql.load_tables import LoadTables
from archive.sqlite.store import SqliteStore
from archive.values import Month
from archive.vault import SealedVault
from tests.archive.conftest import now
from tests.archive.csv_files import (
    DUE,
    DUES_HEAD,
    EMPLOYERS,
    LI,
    PERSONS_HEAD,
    ZHANG,
    Load,
    dues,
    persons,
    rejects,
)

OpenStore = Callable[..., SqliteStore]
WANG = "4,990101198503153349,林晓岚,2,01,19850315"
SPAN = (Month(2025, 1), Month(2026, 12))
OCTOBER, NOVEMBER = DUE, DUE.replace("202510", "202511")
CARD_HEAD = "AAC001,AAZ501,AAZ500,AAB301,AAZ502,AAZ503,card_expires"
CARD = "{},990101D1560000050000000126472510,D2143569X,990101,1,20200101,20300101"
ACCOUNTS_HEAD = "AAC001,AAE140,AAE001,AIC200,ZZB001,ZZB002,AIC340,ZZB005"
SPANS_HEAD = "AAC001,AAE140,AAE030,AAE031,AAB001,AAC008,AAC031,AAC049,AAC030"


def months(store: SqliteStore) -> list[str]:
    return [str(one.month) for one in store.contributions("1", *SPAN).rows]


def test_a_full_load_takes_the_place_of_everything_of_its_kind(
    load: Load, store: SqliteStore
) -> None:
    load(*dues(OCTOBER, NOVEMBER))
    summary = load(f"{DUES_HEAD}\n{NOVEMBER.replace('8907.00', '9000.00')}\n", full=True)
    assert (summary.changed, summary.removed, summary.rejected) == (1, 1, 0)
    (left,) = store.contributions("1", *SPAN).rows
    assert (str(left.month), str(left.base)) == ("202511", "9000.00")
    assert store.person("1") is not None, "other kinds stay as they are"


def test_a_delta_leaves_what_it_does_not_name(load: Load, store: SqliteStore) -> None:
    load(*dues(OCTOBER))
    summary = load(f"{DUES_HEAD}\n{NOVEMBER}\n")
    assert (summary.changed, summary.removed) == (1, 0)
    assert months(store) == ["202510", "202511"]


def test_all_files_of_a_kind_are_one_full_load(load: Load, store: SqliteStore) -> None:
    load(*dues(OCTOBER.replace("202510", "202509")))
    summary = load(f"{DUES_HEAD}\n{OCTOBER}\n", f"{DUES_HEAD}\n{NOVEMBER}\n", full=True)
    assert (summary.changed, summary.removed) == (2, 1)
    assert months(store) == ["202510", "202511"]


def test_a_full_load_that_cannot_be_read_to_its_end_changes_nothing(
    load: Load, store: SqliteStore
) -> None:
    load(*dues(OCTOBER))
    good = "".join(
        f"<{name}>{value}</{name}>"
        for name, value in zip(DUES_HEAD.split(","), NOVEMBER.split(","), strict=True)
    )
    summary = load(f"<rows><row>{good}</row><row>{good}</ro", full=True)
    (failed,) = summary.failed
    assert isinstance(failed.error, ImportFormatError)
    assert months(store) == ["202510"]
    assert not store.contributions("1", *SPAN).as_of.whole, "newer data are known of"
    load(f"{DUES_HEAD}\n{OCTOBER}\n")
    assert not store.contributions("1", *SPAN).as_of.whole, "a delta brings what it names, no more"
    load(f"{DUES_HEAD}\n{OCTOBER}\n", full=True)
    assert store.contributions("1", *SPAN).as_of.whole


@pytest.mark.parametrize("rows", ["", "1,2,3\n"])
def test_a_full_load_without_a_good_row_is_not_taken(
    load: Load, store: SqliteStore, rows: str
) -> None:
    load(*dues(OCTOBER))
    summary = load(f"{DUES_HEAD}\n{rows}", full=True)
    assert "no row of it is good" in str(summary.failed[0].error)
    assert months(store) == ["202510"]


def test_a_row_that_is_no_longer_valid_takes_the_row_with_its_key_away(
    load: Load, store: SqliteStore
) -> None:
    load(*dues(OCTOBER, NOVEMBER))
    summary = load(f"{DUES_HEAD},AAE100\n{OCTOBER},0\n{NOVEMBER},1\n")
    assert (summary.changed, summary.removed, summary.rejected) == (0, 1, 0)
    assert months(store) == ["202511"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_valid_row_says_more_than_one_that_is_no_longer_valid(
    load: Load, store: SqliteStore, order: int
) -> None:
    load(*dues(OCTOBER))
    rows = [f"{OCTOBER},0", f"{OCTOBER.replace('8907.00', '9000.00')},1"][::order]
    summary = load("\n".join([f"{DUES_HEAD},AAE100", *rows]))
    assert (summary.changed, summary.removed, summary.rejected) == (1, 0, 0)
    assert str(store.contributions("1", *SPAN).rows[0].base) == "9000.00"


def test_an_unknown_mark_of_validity_is_refused(load: Load, store: SqliteStore) -> None:
    summary = load(*dues()[:2], f"{DUES_HEAD},AAE100\n{OCTOBER},2\n{NOVEMBER},\n")
    assert [row[2:6:3] for row in rejects(summary)] == [("AAE100", Reason.UNKNOWN_CODE)]
    assert months(store) == ["202511"]


def test_the_same_key_with_other_content_is_refused_and_the_first_row_stays(
    load: Load, store: SqliteStore
) -> None:
    other = OCTOBER.replace("8907.00", "9000.00")
    summary = load(*dues(OCTOBER, OCTOBER, other, NOVEMBER))
    ((_, line, code, _, value, why),) = rejects(summary)
    assert (line, code, value, why) == ("4", "AAE180", "9000.00", Reason.REPEATED)
    assert (summary.files[-1].rows, summary.files[-1].changed) == (4, 2)
    assert str(store.contributions("1", *SPAN).rows[0].base) == "8907.00"


REGIONS = f"{DUES_HEAD},AAB301"


def test_a_contribution_in_another_region_is_the_same_contribution(
    load: Load, store: SqliteStore
) -> None:
    summary = load(
        *dues()[:2],
        f"{REGIONS}\n{OCTOBER},990101\n{NOVEMBER},990101\n",
        f"{REGIONS}\n{OCTOBER},990102\n{OCTOBER},990103\n",
    )
    assert [row[1:6:4] for row in rejects(summary)] == [("3", Reason.REPEATED)]
    found = store.contributions("1", *SPAN).rows
    assert [(str(one.month), one.region) for one in found] == [
        ("202510", "990102"),
        ("202511", "990101"),
    ]


@pytest.mark.parametrize("region", ["", "990101", "990105"])
def test_a_contribution_leaves_whatever_its_region(
    load: Load, store: SqliteStore, region: str
) -> None:
    load(*dues()[:2], f"{REGIONS}\n{OCTOBER},990101\n{NOVEMBER},990101\n")
    summary = load(f"{REGIONS},AAE100\n{OCTOBER},{region},0\n")
    assert summary.removed == 1
    assert months(store) == ["202511"]


def test_a_later_file_may_say_something_else(load: Load, store: SqliteStore) -> None:
    other = OCTOBER.replace("8907.00", "9000.00")
    summary = load(*dues(OCTOBER), f"{DUES_HEAD}\n{other}\n")
    assert not summary.rejected
    assert str(store.contributions("1", *SPAN).rows[0].base) == "9000.00"


def test_registrations_that_overlap_are_refused(load: Load, store: SqliteStore) -> None:
    spans = [
        ("20200101", "20201231", "110"),
        ("20201231", "20210630", "110"),  # the day that ends one begins the next
        ("20210601", "", "110"),
        ("20210601", "", "210"),
    ]
    rows = [f"1,{line},{begun},{ended},9,1,1,202001,20200101" for begun, ended, line in spans]
    summary = load(persons(ZHANG), EMPLOYERS, "\n".join((SPANS_HEAD, *rows)))
    assert [(row[1], row[2], row[5]) for row in rejects(summary)] == [
        ("4", "AAE030", Reason.OVERLAP)
    ]
    assert len(store.of(Registration, "1").rows) == 3


def test_account_years_that_do_not_continue_are_loaded_with_a_warning(
    load: Load, store: SqliteStore
) -> None:
    rows = [
        "1,110,2023,0.00,100.00,5.00,0.00,105.00",
        "1,110,2024,100.00,100.00,5.00,0.00,205.00",
        "1,110,2025,205.00,100.00,5.00,0.00,999.00",
    ]
    load(persons(ZHANG), "\n".join((ACCOUNTS_HEAD, rows[0])))
    summary = load("\n".join((ACCOUNTS_HEAD, *rows[1:])))
    assert [(row[1], row[2], row[5]) for row in rejects(summary)] == [
        ("2", "AIC200", Reason.NOT_CONTINUED),
        ("3", "ZZB005", Reason.SUM),
    ]
    assert "是 yes" in summary.rejects.read_text("utf-8-sig")
    assert (summary.rejected, summary.files[0].warned) == (0, 2)
    answer = store.of(AccountYear, "1")
    assert len(answer.rows) == 3
    assert answer.as_of.whole


def test_a_month_said_to_be_paid_in_full_that_is_not_is_loaded_with_a_warning(
    load: Load, store: SqliteStore
) -> None:
    short = DUE.replace("1425.12,712.56,1425.12,712.56", "1425.12,712.56,1425.12,700.00")
    summary = load(
        *dues(
            short,
            DUE.replace("202510,10", "202509,10"),
            f"{short[:-1]}0".replace("202510,10", "202508,10"),
        )
    )
    assert [(row[1], row[2], row[5]) for row in rejects(summary)] == [
        ("2", "AAE078", Reason.CONTRADICTION)
    ]
    assert months(store) == ["202508", "202509", "202510"]


def test_a_new_import_throws_away_every_table_that_one_before_left(
    load: Load, store: SqliteStore
) -> None:
    tables = LoadTables(SPECS[RecordKind.ACCOUNTS])
    with store.database.write() as session:
        tables.make(session, store.dialect.make_table)
    load(persons(ZHANG))
    with store.database.write() as session:
        for name in (tables.incoming, tables.leaving, tables.pointing):
            session.execute(f"CREATE TABLE {name} (one INTEGER)")  # fails where one is left


def test_a_sealed_store_takes_the_same_files(tmp_path: Path) -> None:
    files = []
    for place, content in enumerate((*dues(OCTOBER), f"{CARD_HEAD}\n{CARD.format(1)}\n")):
        files.append(tmp_path / f"{place}.csv")
        files[-1].write_text(content, "utf-8")
    with SqliteStore(tmp_path / "a.db", now, vault=SealedVault(b"k" * 32)) as store:
        for full in (False, True, True):
            summary = import_files(store, files, rejects=tmp_path / "r.csv", full=full)
            assert not summary.rejected
        assert summary.changed == 0
        assert store.card(CARD.split(",")[1]) is not None
        assert store.person_by_number("11010519491231002X") is not None


def test_two_imports_at_once_do_not_mix(load: Load, store: SqliteStore, tmp_path: Path) -> None:
    load(persons(ZHANG))
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text(persons(LI), "utf-8")
    other.write_text(persons(WANG), "utf-8")

    def begin_another(_: ImportProgress) -> None:
        import_files(store, [other], rejects=tmp_path / "other.rejects")

    with pytest.raises(StoreLockedError, match="another import"):
        import_files(store, [one], rejects=tmp_path / "r.csv", on_progress=begin_another)
    assert store.person("2") is None
    assert store.person("4") is not None


def test_a_resumed_import_begins_anew_when_its_rejects_are_lost(
    store: SqliteStore, tmp_path: Path
) -> None:
    path, told = tmp_path / "p.csv", tmp_path / "r.csv"
    path.write_text(persons(ZHANG, "2,bad"), "utf-8")

    def stop(_: ImportProgress) -> None:
        raise KeyboardInterrupt

    for lose in (False, True):
        with pytest.raises(KeyboardInterrupt):
            import_files(store, [path], rejects=told, on_progress=stop)
        if lose:
            told.unlink()
        summary: ImportSummary = import_files(store, [path], rejects=told)
        assert (summary.files[0].resumed_at is None) == lose
        assert (summary.rejected, len(rejects(summary))) == (1, 1)


def test_json_lines_and_xml_hold_the_same_rows_as_csv(load: Load, store: SqliteStore) -> None:
    names = PERSONS_HEAD.split(",")
    zhang, li = (dict(zip(names, row.split(","), strict=True)) for row in (ZHANG, LI))
    as_json = "\n".join(json.dumps(row, ensure_ascii=False) for row in (zhang, {**li, "x": None}))
    parts = "".join(f"<{name}>{value}</{name}>" for name, value in li.items())
    marks = " ".join(f'{name}="{value}"' for name, value in zhang.items())
    as_xml = f'<?xml version="1.0" encoding="GBK"?><r><row {marks}/><row>{parts}</row></r>'
    first = load(persons(ZHANG, LI))
    for content in (as_json, as_json.encode("gb18030"), as_xml.encode("gb18030")):
        summary = load(content, full=True)
        assert (summary.rows, summary.changed, summary.removed) == (2, 0, 0)
        assert summary.files[0].kind is first.files[0].kind
    assert summary.files[0].format == "XML"
    assert summary.files[0].encoding == "gb18030"


def test_a_full_load_with_a_part_that_cannot_be_read_replaces_nothing(
    load: Load, store: SqliteStore, tmp_path: Path
) -> None:
    load(*dues(DUE))
    here = tmp_path / "part.csv"
    here.write_text("\n".join((DUES_HEAD, DUE.replace("202510", "202509"))) + "\n", "utf-8")
    parts = [here, tmp_path / "not-there.csv"]
    summary = import_files(store, parts, rejects=tmp_path / "r.csv", full=True)
    assert len(summary.failed) == 2
    months = store.contributions("1", Month(2020, 1), Month(2026, 1)).rows
    assert [row.month for row in months] == [Month(2025, 10)]


def test_a_file_that_breaks_off_behind_its_first_rows_stops_no_other(
    load: Load, store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(*dues(DUE))
    monkeypatch.setattr(file_import, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(named_rows, "BATCH_ROWS", 2)
    broken, good = tmp_path / "broken.xml", tmp_path / "good.csv"
    head = DUES_HEAD.split(",")
    rows = (DUE.replace("202510", f"2024{month:02d}").split(",") for month in range(1, 8))
    cells = (
        "".join(f"<{name}>{cell}</{name}>" for name, cell in zip(head, row, strict=True))
        for row in rows
    )
    broken.write_text(f"<rows>{''.join(f'<row>{row}</row>' for row in cells)}<row>", "utf-8")
    good.write_text(f"{DUES_HEAD}\n{NOVEMBER}\n", "utf-8")
    summary = import_files(store, [broken, good], rejects=tmp_path / "r.csv")
    assert [file.file for file in summary.failed] == [broken]
    months = store.contributions("1", Month(2024, 1), Month(2026, 1)).rows
    assert [row.month for row in months] == [Month(2025, 10), Month(2025, 11)]


def test_nothing_is_loaded_for_a_person_who_is_no_longer_there(
    load: Load, store: SqliteStore
) -> None:
    load(*dues(OCTOBER))
    load(f"{PERSONS_HEAD},AAE100\n{ZHANG},0\n")
    assert store.person("1") is None
    summary = load(f"{DUES_HEAD}\n{NOVEMBER}\n")
    assert [row[2:6:3] for row in rejects(summary)] == [("AAC001", Reason.UNKNOWN_PERSON)]
