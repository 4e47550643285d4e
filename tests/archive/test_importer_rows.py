import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.importer import FileSummary, import_files
from archive.importing.batch import LONGEST_LINE
from archive.reasons import Reason
from archive.records import RecordKind
from archive.sql.store import SqlStore
from archive.values import Month
from tests.archive.csv_files import (
    DUE,
    EMPLOYERS,
    LI,
    PERSONS_HEAD,
    ZHANG,
    Load,
    dues,
    persons,
    rejects,
)
from tests.archive.places import SqlitePlace

BAD_PERSONS = [
    ("1,110105194912310021,张三丰,2,01,19491231", "AAC002", Reason.CHECK_DIGIT),
    ("1,11010519491331002X,张三丰,2,01,19491231", "AAC002", Reason.BIRTH_DATE),
    ("1,1101051949,张三丰,2,01,19491231", "AAC002", Reason.LENGTH),
    ("1,11010519491231002X,张三丰,2,01,19491230", "AAC006", Reason.CONTRADICTION),
    ("1,11010519491231002X,张三丰,1,01,19491231", "AAC004", Reason.CONTRADICTION),
    ("1,11010519491231002X,张三丰,2,01,1949-12-31", "AAC006", Reason.DATE),
    ("1,11010519491231002X,张三丰,7,01,19491231", "AAC004", Reason.UNKNOWN_CODE),
    ("1,11010519491231002X,张三丰,2,88,19491231", "AAC005", Reason.UNKNOWN_CODE),
    ("1,11010519491231002X,,2,01,19491231", "AAC003", Reason.REQUIRED),
    (",11010519491231002X,张三丰,2,01,19491231", "AAC001", Reason.REQUIRED),
    ("1,11010519491231002X,张\x1b三,2,01,19491231", "AAC003", Reason.NOT_TEXT),
    (f"1,11010519491231002X,{'张' * 65},2,01,19491231", "AAC003", Reason.TOO_LONG),
    ("一,11010519491231002X,张三丰,2,01,19491231", "AAC001", Reason.CHARACTERS),
    ("3,440524188001010014,王五,1,01,18800101", "AAC002", Reason.DUPLICATE),
    ("1,11010519491231002X,张三丰,2,01", "", Reason.COLUMNS),
    ("1,11010519491231002X,张三丰,2,01,19491231,", "", Reason.COLUMNS),
    ('1,11010519491231002X,"张三丰,2,01,19491231', "", Reason.QUOTES),
    ('1,11010519491231002X,张"三,"丰,2,01', "", Reason.QUOTES),
    ("1,11010519491231002X,张\0三,2,01,19491231", "", Reason.NUL),
    ("1,11010519491231002X,张三丰,2\r,01,19491231", "", Reason.CHARACTERS),
    ("1,11010519491231002X," + "张" * LONGEST_LINE, "", Reason.LINE_TOO_LONG),
]


@pytest.mark.parametrize(("row", "field", "reason"), BAD_PERSONS)
def test_a_bad_person_is_told_by_line_and_field_and_the_rest_is_loaded(
    load: Load, store: SqlStore, row: str, field: str, reason: Reason
) -> None:
    after = "4,990101198503153349,林晓岚,2,01,19850315"
    summary = load(persons(LI, row, after))
    ((file, line, code, name, _, why),) = rejects(summary)
    assert (file, line, code, why) == ("0.csv", "3", field, reason)
    assert bool(name) == bool(field)
    assert (summary.rows, summary.loaded, summary.rejected) == (3, 2, 1)
    assert store.person("2") is not None
    assert store.person("4") is not None


BAD_DUES = [
    ("110", "11O", "AAE140", Reason.UNKNOWN_CODE),
    ("202510", "202513", "AAE003", Reason.MONTH),
    ("8907.00", "8907", "AAE180", Reason.AMOUNT),
    ("8907.00", "8907.005", "AAE180", Reason.AMOUNT),
    ("8907.00", "", "AAE180", Reason.REQUIRED),
    ("1425.12,712.56,1425.12", "1425.12,712.56,1425.13", "AAE080", Reason.PAID_MORE_THAN_DUE),
    ("712.56,1\n", "712.57,1\n", "AAE082", Reason.PAID_MORE_THAN_DUE),
    ("1425.12,712.56,1425.12", "1425.12,-712.56,1425.12", "AAE022", Reason.NEGATIVE),
    (",9,", ",8,", "AAB001", Reason.UNKNOWN_EMPLOYER),
    ("1,110", "7,110", "AAC001", Reason.UNKNOWN_PERSON),
]


@pytest.mark.parametrize(("old", "new", "field", "reason"), BAD_DUES)
def test_a_bad_contribution_is_told_by_line_and_field_and_the_rest_is_loaded(
    load: Load, store: SqlStore, old: str, new: str, field: str, reason: Reason
) -> None:
    bad = f"{DUE}\n".replace(old, new, 1).removesuffix("\n")
    good = DUE.replace("202510", "202511")
    summary = load(*dues(bad, good))
    ((file, line, code, _, _, why),) = rejects(summary)
    assert (file, line, code, why) == ("2.csv", "2", field, reason)
    assert [c.month for c in store.contributions("1", Month(2025, 1), Month(2026, 1)).rows] == [
        Month(2025, 11)
    ]


CARDS = "AAZ501,AAZ500,AAC001,AAB301,AAZ502,AAZ503,card_expires\n"
CARD = "990101D1560000050000000126472510,D2143569X,1,990101,1,20200101,20300101"
REGISTRATIONS = "AAC001,AAE140,AAE030,AAB001,AAC008,AAC031,AAC049,AAC030,AAE031\n"
REGISTRATION = "1,110,20200101,9,1,1,202001,20200101,20240131"
DOSSIERS = "AAC001,a0100A,archive_agency,isInware,isLent,personType\n"
DOSSIER = "1,990100020000,示例市人才服务中心,1,0,个人"


@pytest.mark.parametrize(
    ("head", "row", "old", "new", "field", "reason"),
    [
        (CARDS, CARD, "20300101", "20191231", "card_expires", Reason.PERIOD),
        (CARDS, CARD, "D2143569X", "D21435690", "AAZ500", Reason.CHECK_DIGIT),
        (CARDS, CARD, "990101D", "99010ZD", "AAZ501", Reason.CHARACTERS),
        (CARDS, CARD, "X,1,", "X,5,", "AAC001", Reason.UNKNOWN_PERSON),
        (REGISTRATIONS, REGISTRATION, "20240131", "20191231", "AAE031", Reason.PERIOD),
        (REGISTRATIONS, REGISTRATION, ",9,", ",8,", "AAB001", Reason.UNKNOWN_EMPLOYER),
        (REGISTRATIONS, REGISTRATION, "1,110", "5,110", "AAC001", Reason.UNKNOWN_PERSON),
        (DOSSIERS, DOSSIER, "1,99", "5,99", "AAC001", Reason.UNKNOWN_PERSON),
        (DOSSIERS, DOSSIER, "个人", "", "personType", Reason.REQUIRED),
    ],
)
def test_bad_cards_registrations_and_files_are_told_and_good_ones_loaded(
    load: Load, head: str, row: str, old: str, new: str, field: str, reason: Reason
) -> None:
    assert old in row
    bad = row.replace(old, new, 1)
    summary = load(persons(ZHANG), EMPLOYERS, f"{head}{bad}\n{row}\n")
    ((file, line, code, _, _, why),) = rejects(summary)
    assert (file, line, code, why) == ("2.csv", "2", field, reason)
    assert summary.files[-1].changed == 1


@pytest.mark.parametrize("char", ["\U0002ebf0", "\ue81d", "\u4dae", "葛\U000e0100"])
def test_names_may_hold_characters_newer_than_this_unicode_or_of_private_use(
    load: Load, store: SqlStore, char: str
) -> None:
    summary = load(persons(ZHANG.replace("三", char)))
    assert not summary.rejected
    person = store.person("1")
    assert person is not None
    assert person.name == f"张{char}丰"


@pytest.mark.parametrize("char", ["\u202e", "\u200b", "\u2028", "\x7f"])
def test_invisible_characters_are_no_part_of_a_name(load: Load, char: str) -> None:
    summary = load(persons(ZHANG.replace("三", char)))
    assert rejects(summary)[0][5] == Reason.NOT_TEXT


def test_a_refund_may_be_negative_and_a_person_may_pay_alone(load: Load, store: SqlStore) -> None:
    refund = "1,110,202510,20,202512,9,8907.00,-100.00,-50.00,-100.00,-50.00,1"
    alone = "1,110,202509,10,202509,,4775.00,0.00,955.00,0.00,955.00,1"
    summary = load(*dues(refund, alone))
    assert not summary.rejected
    found = store.contributions("1", Month(2025, 1), Month(2026, 1)).rows
    assert [(c.employer_id, str(c.employee_paid)) for c in found] == [
        ("", "955.00"),
        ("9", "-50.00"),
    ]


def test_rejects_hold_no_personal_value_in_full(load: Load) -> None:
    summary = load(
        persons(
            "1,110105194912310021,张三丰,2,01,19491231",
            "1,11010519491231002X,张三\x1b丰,2,01,19491231",
            # columns slipped: the number and the name stand where codes should
            "1,11010519491231002X,01,110105194912310021,01,19491231",
            "1,11010519491231002X,2,张三丰,01,19491231",
        )
    )
    text = summary.rejects.read_text("utf-8-sig")
    assert summary.rejected == 4
    for secret in ("110105194912310021", "11010519491231002X", "张三丰", "三\ufffd"):
        assert secret not in text
    assert rejects(summary)[0][4] == "110***********0021"
    summary = load(persons(ZHANG.replace(",19491231", ",1949-12-30")))
    assert rejects(summary)[0][4] == "19******30"
    assert summary.rejects.stat().st_mode & 0o077 == 0


def test_a_reject_is_no_formula_for_a_spreadsheet(load: Load) -> None:
    summary = load(persons("=1+2,11010519491231002X,张三丰,2,=9,19491231"), EMPLOYERS)
    assert not rejects(summary)[0][4].startswith("=")
    summary = load(persons("1,11010519491231002X,张三丰,=9,01,19491231"))
    assert rejects(summary)[0][4] == "'=9"


def test_a_reason_is_given_in_both_languages(load: Load) -> None:
    summary = load(persons("1,110105194912310021,张三丰,2,01,19491231"))
    text = summary.rejects.read_text("utf-8-sig")
    assert Reason.CHECK_DIGIT.zh in text
    assert Reason.CHECK_DIGIT.en in text
    assert all(reason.zh and reason.en for reason in Reason)


junk_lines = st.lists(
    st.one_of(
        st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b" ")),
        st.text(max_size=40).map(lambda text: text.replace("\n", " ").encode("utf-8", "replace")),
        st.lists(
            st.sampled_from(["1", "01", '"', '""', "张", "20251301", "", "\r", "=", "１", "-1"]),
            min_size=4,
            max_size=7,
        ).map(lambda cells: ",".join(cells).encode()),
    ),
    max_size=6,
)


@pytest.mark.slow
@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=junk_lines, between=junk_lines)
def test_arbitrary_junk_rows_never_abort_the_rest(
    tmp_path_factory: pytest.TempPathFactory,
    shared_store: SqlStore,
    before: list[bytes],
    between: list[bytes],
) -> None:
    folder = tmp_path_factory.mktemp("junk", numbered=True)
    content = [
        *(b"\xef\xbb\xbf" + PERSONS_HEAD.encode(), *before, ZHANG.encode()),
        *(*between, LI.encode()),
    ]
    (folder / "persons.csv").write_bytes(b"\n".join(content) + b"\n")
    with shared_store.database.write() as writer:
        writer.execute("DELETE FROM persons")
    summary = import_files(shared_store, [folder / "persons.csv"], rejects=folder / "rejects.csv")
    assert shared_store.person("1") is not None
    assert shared_store.person("2") is not None
    assert summary.files == (
        FileSummary(
            folder / "persons.csv",
            RecordKind.PERSONS,
            "CSV",
            "utf-8-sig",
            rows=2 + summary.rejected,
            changed=2,
            rejected=len(rejects(summary)),
        ),
    )


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> SqlStore:
    return SqlitePlace(tmp_path_factory.mktemp("shared") / "archive.db").open()
