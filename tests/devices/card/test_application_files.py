"""The applications' files as values, from simulated cards with content and from single answers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card import application_table as table
from devices.card.application_files import (
    Contents,
    Entry,
    FileContent,
    Malformed,
    Value,
    read_file,
    read_files,
)
from devices.card.application_table import ApplicationFile, Kind
from devices.card.errors import CardBlockedError, CardError, CardRefusedError
from devices.card.pin import Pin
from devices.card.records import Absent, Opening, Protected
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.layout import application_layouts
from devices.card.simulated.profile import parse_profile
from devices.card.ssc import SocialSecurityCard
from tests.devices.card.answering import (
    EF05_ALL,
    FCI,
    SELECT,
    AnsweringConnection,
    issuer,
)
from tests.devices.card.cards import MINISTRY_SAMPLE, CardConnectionTo, card

FILES = """
[files.DF02.EF07]
records = [
  ["2020100", 2019-03-01, 2024-08-31, "青海省虚构机械厂"],
  ["4030203", 2015-07-01, 2019-02-28, "虚构酒店·㛃𬭚分店"],
]
[files.DF02.EF05]
42 = "hex:31"
43 = [{ 5A = "高级", 5B = "hex:20200101" }]
[files.DF03.EF07]
70 = "110"
71 = "639900"
6E = 2010-01-01
73 = 2025-12-31
[files.DF04.EF05]
81 = "31000001"
84 = "639900"
8C = "11"
80 = 2010-02-01
8B = "A0000001"
83 = "H00000001"
[files.DF04.EF08]
records = [
  ["hex:0007", "1", "639900000001", "20251231093000",
   "hex:00001388", "hex:000001F4", "hex:0000FFFF"],
]
"""
BY_PLACE = {file.place: file for file in table.ALL_FILES}


def unlocked(flags: str = "") -> SocialSecurityCard:
    """A card with that content whose PIN is proven."""
    sample = MINISTRY_SAMPLE.replace("[holder]", flags + "[holder]")
    simulated = SimulatedCard(parse_profile(sample + FILES), sleep=lambda _: None)
    simulated.power_on()
    reader = SocialSecurityCard(CardConnectionTo(simulated))
    reader.verify_pin(Pin.from_text("246810"))
    return reader


def scripted(file: ApplicationFile, answer: str, version: str = "2.00") -> FileContent:
    """What comes of a card that answers read-all of that file so."""
    connection = AnsweringConnection(
        {SELECT: FCI + "19000", EF05_ALL: issuer(version) + "9000", "00A4": "9000", "00B2": answer}
    )
    return read_file(SocialSecurityCard(connection), file)


def values(content: FileContent) -> dict[str, Value]:
    """The named items of a file."""
    assert isinstance(content, Contents)
    return {entry.name: entry.value for entry in content.entries if entry.name}


@pytest.mark.parametrize("flags", ["", "read_all = false\n", "sfi = false\n"])
def test_the_insurance_summary_is_read_from_every_kind_of_card(flags: str) -> None:
    files = dict(read_files(unlocked(flags), table.INSURANCE_SUMMARY))
    assert files[BY_PLACE["DF03 EF05"]] == Absent()
    assert values(files[BY_PLACE["DF03 EF07"]]) == {
        "insurance_kind": "110",
        "insured_area": "639900",
        "account_opened": date(2010, 1, 1),
        "updated": date(2025, 12, 31),
    }
    assert values(files[BY_PLACE["DF04 EF05"]]) == {
        "insurance_kind_and_mark": "31000001",
        "insured_area": "639900",
        "person_class": "11",
        "account_opened": date(2010, 2, 1),
        "account_number": "A0000001",
        "appointed_institution_1": "H00000001",
    }


@pytest.mark.parametrize("flags", ["", "sfi = false\n"])
def test_the_employments_are_read_the_newest_first_and_unset_records_are_left_out(
    flags: str,
) -> None:
    content = read_file(unlocked(flags), BY_PLACE["DF02 EF07"])
    assert isinstance(content, Contents)
    assert [entry.tag for entry in content.entries] == [1, 2]
    employments = [
        values(Contents(entry.value)) for entry in content.entries if isinstance(entry.value, tuple)
    ]
    assert employments == [
        {
            "occupation": "2020100",
            "start": date(2019, 3, 1),
            "end": date(2024, 8, 31),
            "employer": "青海省虚构机械厂",
        },
        {
            "occupation": "4030203",
            "start": date(2015, 7, 1),
            "end": date(2019, 2, 28),
            "employer": "虚构酒店·㛃𬭚分店",
        },
    ]


def test_a_medical_transaction_is_read_field_by_field() -> None:
    content = read_file(unlocked(), BY_PLACE["DF04 EF08"])
    assert isinstance(content, Contents)
    (only,) = content.entries
    assert isinstance(only.value, tuple)
    assert values(Contents(only.value)) == {
        "sequence": 7,
        "kind": "1",
        "terminal": "639900000001",
        "time": "20251231093000",
        "from_account": 5000,
        "paid_by_holder": 500,
        "from_fund": 65535,
    }


def test_nested_items_are_read_and_what_is_not_published_is_bytes_without_a_name() -> None:
    content = read_file(unlocked(), BY_PLACE["DF02 EF05"])
    assert content == Contents(
        (
            Entry(0x42, "", b"1"),
            Entry(
                0x43,
                "",
                (Entry(0x5A, "", "高级".encode("gb18030")), Entry(0x5B, "", b"\x20\x20\x01\x01")),
            ),
        )
    )


@pytest.mark.parametrize("place", ["DF01 EF05", "DF02 EF07", "DF03 EF07", "DF04 EF05", "DF04 EF08"])
def test_without_a_pin_a_file_says_what_opens_it(place: str) -> None:
    content = read_file(SocialSecurityCard(CardConnectionTo(card())), BY_PLACE[place])
    assert content == Protected(BY_PLACE[place].opened_by)
    assert content.by in (Opening.PIN, Opening.PIN_OR_KEY)


@pytest.mark.parametrize("file", table.TALENT, ids=lambda file: file.place)
def test_the_files_of_df07_want_a_key(file: ApplicationFile) -> None:
    assert read_file(unlocked(), file) == Protected(Opening.KEY)


def test_a_file_with_two_locks_stays_closed_to_the_pin_alone() -> None:
    assert read_file(unlocked(), BY_PLACE["DF04 EF06"]) == Protected(Opening.PIN_AND_KEY)


def test_a_card_without_the_application_has_none_of_its_files() -> None:
    connection = AnsweringConnection(
        {SELECT: FCI + "19000", EF05_ALL: issuer("2.00") + "9000", "00A4": "6A82"}
    )
    read = read_files(SocialSecurityCard(connection), table.EMPLOYMENT)
    assert [content for _, content in read] == [Absent()] * 6
    assert not [sent for sent in connection.sent[2:] if not sent.startswith("00A40400")]


def test_an_application_is_selected_once_for_all_its_files_and_its_fci_is_not_fetched() -> None:
    connection = AnsweringConnection(
        {SELECT: FCI + "19000", EF05_ALL: issuer("2.00") + "9000", "00A4": "6120", "00B2": "6A83"}
    )
    read_files(SocialSecurityCard(connection), table.EMPLOYMENT)
    assert connection.sent.count("00A4040006D15600000501") == 1
    assert not [sent for sent in connection.sent if sent.startswith("00C0")]


@pytest.mark.parametrize("sw", ["6985", "6581"])
def test_an_application_that_is_refused_is_told(sw: str) -> None:
    connection = AnsweringConnection(
        {SELECT: FCI + "19000", EF05_ALL: issuer("2.00") + "9000", "00A4": sw}
    )
    with pytest.raises(CardRefusedError):
        read_file(SocialSecurityCard(connection), BY_PLACE["DF02 EF05"])


def test_a_locked_application_is_blocked() -> None:
    with pytest.raises(CardBlockedError):
        scripted(BY_PLACE["DF02 EF05"], "9303")


@pytest.mark.parametrize(
    ("place", "answer", "where"),
    [
        ("DF03 EF07", "7103AABBCC" + "9000", "DF03 EF07 tag 71"),
        ("DF03 EF07", "70033131FF7103639900" + "6E0420101301" + "9000", "DF03 EF07 tag 6E"),
        ("DF03 EF07", "7003313130" + "71FF" + "9000", "DF03 EF07, record at offset 5"),
        ("DF04 EF05", "8103FFFE31" + "840363990087FF" + "9000", "DF04 EF05, record at offset 10"),
        (
            "DF01 EF15",
            "400A57FF" + "AA" * 8 + "2A01" + "31" + "9000",
            "DF01 EF15 tag 40, record at offset 0",
        ),
        ("DF02 EF07", "31" * 20 + "9000", "DF02 EF07 record 1: 20 bytes"),
    ],
)
def test_a_malformed_file_names_its_place_and_is_only_that_file(
    place: str, answer: str, where: str
) -> None:
    assert scripted(BY_PLACE[place], answer) == Malformed(where)


@pytest.mark.parametrize(
    ("version", "value", "name", "read"),
    [
        ("2.00", "639900", "insured_area", "639900"),
        ("1.00", "639900EE", "insured_area", "639900"),
        ("1.00", "6399004545", "insured_area", "639900"),
        ("1.00", "639900EEFF", "insured_area", "639900"),
        ("1.00", "639900", "", b"\x63\x99\x00"),
    ],
)
def test_on_a_1_0_card_a_value_is_in_2_0_form_only_where_it_says_so(
    version: str, value: str, name: str, read: Value
) -> None:
    record = f"71{len(value) // 2:02X}{value}"
    content = scripted(BY_PLACE["DF03 EF07"], record + "7003313130" + "9000", version)
    assert isinstance(content, Contents)
    assert content.entries[0] == Entry(0x71, name, read)
    assert values(content)["insurance_kind"] == "110"


def test_unset_items_are_left_out_and_foreign_tags_have_no_name() -> None:
    answer = "7003000000" + "7103FFFFFF" + "6E0400000000" + "0A0131" + "9000"
    assert scripted(BY_PLACE["DF03 EF07"], answer) == Contents((Entry(0x0A, "", b"1"),))


def test_nothing_read_is_in_a_repr() -> None:
    content = read_file(unlocked(), BY_PLACE["DF02 EF07"])
    assert isinstance(content, Contents)
    assert "虚构" not in repr(content)
    assert "虚构" not in repr(content.entries)


def test_the_table_has_the_lengths_of_the_standard() -> None:
    """A group is as long as its items; a cyclic record as the standard says."""
    for file in table.ALL_FILES:
        for field in file.fields:
            inner = [part.length for part in field.inner]
            if field.kind is Kind.GROUP and None not in inner:
                assert field.length == sum(2 + (length or 0) for length in inner)
    cycles = {file.place: file.as_cycle().length for file in table.ALL_FILES if file.cyclic}
    assert cycles == {"DF02 EF07": 0x55, "DF02 EF16": 0x12, "DF04 EF08": 0x1C, "DF04 EF15": 0x03}


def test_every_tag_is_once_in_its_file_and_every_file_once_in_the_table() -> None:
    assert len(BY_PLACE) == len(table.ALL_FILES) == 28
    for file in table.ALL_FILES:
        tags = [field.tag for field in file.fields if field.tag]
        assert len(tags) == len(set(tags))


def test_the_table_and_the_simulated_card_know_the_same_applications() -> None:
    assert {layout.aid for layout in application_layouts()} == {
        file.aid for file in table.ALL_FILES
    }


@given(st.binary(max_size=120), st.sampled_from(table.ALL_FILES))
def test_whatever_a_file_holds_it_ends_in_a_value_or_a_card_error(
    data: bytes, file: ApplicationFile
) -> None:
    try:
        content = scripted(file, data.hex() + "9000")
    except CardError:
        return
    assert isinstance(content, Contents | Absent | Malformed)
