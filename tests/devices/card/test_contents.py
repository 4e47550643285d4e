"""What a profile puts into the application files, read back at the contacts."""

from datetime import date

import pytest

from devices.card.application_files import Contents, read_files
from devices.card.application_table import EMPLOYMENT, INSURANCE_SUMMARY
from devices.card.errors import ProfileError
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.profile import parse_profile
from devices.card.ssc import SocialSecurityCard
from tests.devices.card.cards import MINISTRY_SAMPLE, CardConnectionTo, ask

FILES = """
[files.DF01.EF05]
0E = "639900"
[files.DF01.EF15]
40 = [{ 57 = "博士", 59 = "hex:4142" }]
[files.DF01.EF16]
content = "hex:CAFE"
[files.DF02.EF06]
4C = "1"
4B = 2020-07-01
[files.DF02.EF07]
records = [["4010000", 2019-03-01, 2021-06-30, "青山织造厂"]]
[files.DF03.EF07]
70 = "110"
71 = "639900"
6E = 2011-05-01
"""
DF = "00A4040C06D156000005"


def filled() -> SimulatedCard:
    made = SimulatedCard(parse_profile(MINISTRY_SAMPLE.split("[pin]")[0] + FILES))
    made.power_on()
    return made


@pytest.mark.parametrize(
    ("application", "command", "answer"),
    [
        ("00", "00B20E2805", "0E03639900"),
        ("00", "00B2202804", "20020000"),
        ("00", "00B240A836", "40345704B2A9CABF59024142" + "00" * 42),
        ("00", "00B0960004", "CAFE0000"),
        ("01", "00B24C3003", "4C0131"),
        ("01", "00B24B3006", "4B0420200701"),
        ("02", "00B2703805", "7003313130"),
        ("02", "00B26C3806", "6C04FFFFFFFF"),
        ("02", "00B26E3806", "6E0420110501"),
    ],
)
def test_what_is_written_is_read(application: str, command: str, answer: str) -> None:
    assert ask(filled(), DF + application, command) == answer + "9000"


def test_the_driver_reads_what_was_written_and_finds_the_rest_unset() -> None:
    files = read_files(
        SocialSecurityCard(CardConnectionTo(filled())), (*EMPLOYMENT, *INSURANCE_SUMMARY)
    )
    found = {
        file.place: {entry.tag: entry.value for entry in content.entries}
        for file, content in files
        if isinstance(content, Contents) and content.entries
    }
    job = found.pop("DF02 EF07")[1]
    assert isinstance(job, tuple)
    assert [entry.value for entry in job] == [
        "4010000",
        date(2019, 3, 1),
        date(2021, 6, 30),
        "青山织造厂",
    ]
    assert found == {
        "DF02 EF06": {0x4B: bytes.fromhex("20200701"), 0x4C: b"1"},
        "DF03 EF07": {0x6E: date(2011, 5, 1), 0x70: "110", 0x71: "639900"},
    }


def test_cyclic_records_stand_first_and_the_rest_is_unset() -> None:
    simulated = filled()
    record = ask(simulated, DF + "01", "00B2013C55")
    assert record.startswith(b"4010000".hex().upper() + "2019030120210630" + "C7E0C9BD")
    assert ask(simulated, "00B2023C55") == "FF" * 0x55 + "9000"
    assert ask(simulated, "00B2053C55") == "6A83"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[files.DF05.EF05]", "files.DF05: unknown key"),
        ("[files.DF01.EF1F]", "files.DF01.EF1F: unknown key"),
        ("[files.DF01.EF05]\nzz = '1'", "files.DF01.EF05.zz: not a tag"),
        ("[files.DF01.EF05]\n0e = '639900'", "files.DF01.EF05.0e: not a tag"),
        ("[files.DF01.EF05]\n0E = '63990012'", "files.DF01.EF05.0E: more than 3 bytes"),
        ("[files.DF01.EF05]\n0E = 'ab'", "files.DF01.EF05.0E: not"),
        ("[files.DF01.EF05]\n0E = 1", "files.DF01.EF05.0E: not a text"),
        ("[files.DF01.EF05]\n0E = ['11', '12']", "files.DF01.EF05.0E: more than 1 records"),
        ("[files.DF01.EF15]\n40 = { q = '1' }", "files.DF01.EF15.40: not a tag"),
        ("[files.DF01.EF15]\n40 = { '' = '1' }", "files.DF01.EF15.40: not a tag"),
        ("[files.DF02.EF06]\n4C = 'hex:" + "00" * 256 + "'", "files.DF02.EF06.4C: more than 255"),
        ("[files.DF01.EF16]\ncontent = 'hex:" + "00" * 297 + "'", "files.DF01.EF16.content: more"),
        ("[files.DF02.EF07]\nrecords = 1", "files.DF02.EF07.records: not a list"),
        ("[files.DF02.EF07]\nrecords = [['1']]", "files.DF02.EF07.records: a record"),
        ("[files.DF02.EF07]\nother = 1", "files.DF02.EF07.records: missing"),
    ],
)
def test_a_wrong_entry_names_its_place_and_not_its_value(text: str, place: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile(MINISTRY_SAMPLE + text)
    assert caught.value.place.startswith(place)
