"""Every kind of card is read, with the fewest commands that it understands."""

import pytest

from devices.card.channel import Channel
from devices.card.errors import CardBlockedError, CardDataError, CardRefusedError
from devices.card.identity import CardIdentity
from devices.card.records import (
    Absent,
    CyclicFile,
    CyclicRecords,
    Opening,
    Protected,
    RecordFile,
    RecordReader,
    Records,
    Row,
)
from devices.card.ssc import SocialSecurityCard
from devices.card.tlv import Record
from tests.devices.card.answering import (
    EF05_ALL,
    EF06,
    EF06_ALL,
    EF06_OF_1_0,
    FCI,
    SELECT,
    AnsweringConnection,
    issuer,
    whole,
)

FILE = RecordFile("EF15", 0x15, (Row(0x2A, 1), Row(0x40, 2, most=3)), Opening.PIN)
CYCLE = CyclicFile("EF08", 0x08, 3, Opening.PIN)
ONE, OTHER = Record(0x40, b"\x01\x02"), Record(0x40, b"\x03\x04")


def reader(answers: dict[str, str | list[str]]) -> tuple[RecordReader, AnsweringConnection]:
    connection = AnsweringConnection(answers)
    return RecordReader(Channel(connection)), connection


def records_of(content: str) -> list[str]:
    """The records of a file as they stand, one by one."""
    raw, found = bytes.fromhex(content), []
    while raw:
        found.append(raw[: 2 + raw[1]].hex().upper())
        raw = raw[2 + raw[1] :]
    return found


def one_by_one(content: str, p2: int, *, by_tag: bool) -> dict[str, str | list[str]]:
    """READ RECORD of each record with this P2; what is missing is 6A83."""
    answers: dict[str, str | list[str]] = {
        f"00B2{record[:2] if by_tag else f'{number:02X}'}{p2:02X}": record + "9000"
        for number, record in enumerate(records_of(content), 1)
    }
    return answers


def read(version: str, answers: dict[str, str | list[str]]) -> tuple[CardIdentity, list[str]]:
    connection = AnsweringConnection({SELECT: FCI + "19000", **answers})
    identity = SocialSecurityCard(connection).read_identity()
    return identity, connection.sent[1:]


@pytest.mark.parametrize(
    ("version", "holder", "command"),
    [("1.00", EF06_OF_1_0, "00B2013545"), ("2.00", EF06, EF06_ALL)],
)
def test_a_card_that_gives_a_file_at_once_is_asked_once_for_each(
    version: str, holder: str, command: str
) -> None:
    identity, sent = read(version, {EF05_ALL: issuer(version) + "9000", command: holder + "9000"})
    assert sent == [EF05_ALL, command]
    assert (identity.name, identity.card_number) == ("张三", "X00000019")


def test_a_2_0_card_without_the_name_extension_corrects_the_length() -> None:
    answers = {EF05_ALL: issuer("2.00") + "9000", EF06_ALL: "6C45"}
    identity, sent = read("2.00", {**answers, "00B2013545": EF06_OF_1_0 + "9000"})
    assert sent == [EF05_ALL, EF06_ALL, "00B2013545"]
    assert identity.name == "张三"


@pytest.mark.parametrize("sw", ["6A86", "6A81", "6D00", "6700", "6B00", "6A82", "6A83", "6A80"])
def test_a_card_without_short_identifiers_has_its_files_selected(sw: str) -> None:
    """What worked for EF05 is what EF06 is asked with."""
    answers: dict[str, str | list[str]] = {"00A40200": "9000", EF05_ALL: sw}
    answers |= {"00B2010540": issuer("2.00") + "9000", "00B201055B": EF06 + "9000"}
    identity, sent = read("2.00", answers)
    assert sent[:3] == [EF05_ALL, "00A4020002EF05", "00B2010540"]
    assert sent[3:] == ["00A4020002EF06", "00B201055B"]
    assert (identity.name, identity.card_number) == ("张三", "X00000019")


def test_a_card_without_read_all_is_read_by_tag_with_short_identifiers() -> None:
    answers = one_by_one(issuer("2.00"), 0x28, by_tag=True) | one_by_one(EF06, 0x30, by_tag=True)
    identity, sent = read("2.00", {"00A402": "9000", **answers})
    assert sent[3:] == [
        *("00B2012812", "00B2022803", "00B2032806", "00B204280E", "00B2052806"),
        *("00B2062806", "00B207280B", "00B2083014", "00B2093020", "00B24E3016"),
        *("00B20A3003", "00B20B3003", "00B20C3005", "00B20D3006"),
    ]
    assert (identity.name, identity.card_number) == ("张三", "X00000019")


def test_a_card_with_nothing_but_tags_in_the_selected_file_is_read() -> None:
    answers = one_by_one(issuer("2.00"), 0, by_tag=True) | one_by_one(EF06, 0, by_tag=True)
    identity, sent = read("2.00", {"00A402": "9000", **answers})
    assert sent.count("00A4020002EF06") == 1
    assert (identity.name, identity.card_number) == ("张三", "X00000019")


@pytest.mark.parametrize("sfi", [True, False])
def test_a_card_with_nothing_but_record_numbers_is_read(sfi: bool) -> None:
    """Every record says which it is, so that a number need not."""
    end: dict[str, str | list[str]] = {"00B2": "6A83"}
    if sfi:
        answers = one_by_one(issuer("2.00"), 0x2C, by_tag=False)
        answers |= one_by_one(EF06_OF_1_0, 0x34, by_tag=False)
    else:
        both = zip(records_of(issuer("2.00")), records_of(EF06_OF_1_0), strict=False)
        answers = {}
        for number, pair in enumerate(both, 1):
            answers[f"00B2{number:02X}04"] = [pair[0] + "9000", pair[1] + "9000"]
        answers["00B20704"] = [records_of(issuer("2.00"))[6] + "9000", "6A83"]
    identity, _ = read("2.00", {"00A402": "9000", **end, **answers})
    assert (identity.name, identity.card_number) == ("张三", "X00000019")


def test_the_other_form_of_selecting_a_file_is_tried() -> None:
    answers: dict[str, str | list[str]] = {"00A40200": "6A86", "00A40000": "6110", EF05_ALL: "6A82"}
    answers |= {"00B2010540": issuer("2.00") + "9000", "00B201055B": EF06 + "9000"}
    _, sent = read("2.00", answers)
    assert sent[1:4] == ["00A4020002EF05", "00A4000002EF05", "00B2010540"]


def test_a_card_that_overlooks_all_and_answers_with_one_record_is_asked_further() -> None:
    first = records_of(issuer("2.00"))[0]
    answers = one_by_one(issuer("2.00"), 0x28, by_tag=True) | one_by_one(EF06, 0x30, by_tag=True)
    answers |= {EF05_ALL: first + "9000", "00B2010540": first + "9000", "00A402": "9000"}
    assert read("2.00", answers)[0].card_number == "X00000019"


@pytest.mark.parametrize("filling", ["", "00", "FF", "0000000000", "FFFFFFFFFF"])
def test_filling_after_the_last_record_is_no_record(filling: str) -> None:
    card = whole(ef05=issuer("2.00") + filling + "9000", ef06=EF06 + filling + "9000")
    assert SocialSecurityCard(card).read_identity().name == "张三"


def test_tags_in_another_order_and_foreign_ones_are_read_past() -> None:
    holder = "".join(reversed(records_of(EF06))) + "7702AAAA"
    identity = SocialSecurityCard(whole(ef06=holder + "9000")).read_identity()
    assert (identity.name, identity.sex) == ("张三", "1")


def test_a_missing_tag_is_an_absent_item() -> None:
    holder = "".join(record for record in records_of(EF06) if record[:2] not in ("0A", "4E"))
    identity = SocialSecurityCard(whole(ef06=holder + "9000")).read_identity()
    assert (identity.name, identity.sex) == ("张三", None)


def test_the_same_record_twice_is_one_and_two_that_differ_are_malformed() -> None:
    assert SocialSecurityCard(whole(ef06=EF06 + "0A01319000")).read_identity().sex == "1"
    with pytest.raises(CardDataError, match="EF06 tag 0A: two different records"):
        SocialSecurityCard(whole(ef06=EF06 + "0A01329000")).read_identity()


@pytest.mark.parametrize("cut", [1, 2, 20, 40])
def test_a_file_that_ends_within_a_record_is_malformed(cut: int) -> None:
    holder = EF06[: -2 * cut] + "9000"
    with pytest.raises(CardDataError, match="EF06"):
        SocialSecurityCard(whole(ef06=holder)).read_identity()


def test_a_worn_file_is_told_at_once() -> None:
    card = whole(ef06="6581")
    with pytest.raises(CardRefusedError) as caught:
        SocialSecurityCard(card).read_identity()
    assert (caught.value.sw, card.sent[-1]) == (0x6581, EF06_ALL)


def test_a_locked_application_is_a_blocked_card() -> None:
    with pytest.raises(CardBlockedError):
        SocialSecurityCard(whole(ef06="9303")).read_identity()


def test_a_refusal_of_every_way_names_the_first_that_was_no_absence() -> None:
    made, connection = reader({"00B2": "6700", "00A4": "6A82"})
    with pytest.raises(CardRefusedError) as caught:
        made.read(FILE)
    assert (caught.value.command, caught.value.sw) == ("00B201AD", 0x6700)
    assert len(connection.sent) < 10


def test_a_file_that_is_not_there_is_absent() -> None:
    made, _ = reader({"00": "6A82"})
    assert made.read(FILE) == Absent()


def test_once_a_way_is_proven_an_absent_file_costs_one_command() -> None:
    made, connection = reader({"00B201AD": "4002010240020304" + "9000", "00": "6A82"})
    assert made.read(FILE) == Records((ONE, OTHER))
    assert made.read(RecordFile("EF16", 0x16, (Row(1, 1),))) == Absent()
    assert connection.sent == ["00B201AD0F", "00B201B503"]


def test_repeated_records_are_read_by_tag_until_there_is_no_next() -> None:
    answers: dict[str, str | list[str]] = {"00B240A8": "400201029000", "00B22AA8": "6A83"}
    answers |= {"00B240AA": ["400203049000", "6A83"]}
    made, connection = reader(answers)
    assert made.read(FILE) == Records((ONE, OTHER))
    assert connection.sent[-4:] == ["00B22AA803", "00B240A804", "00B240AA04", "00B240AA04"]


def test_a_file_that_is_longer_than_an_answer_is_read_by_tag_and_the_others_still_at_once() -> None:
    long = RecordFile("EF05", 5, (Row(0x43, 0xE0), Row(0x44, 0xE0)))
    answers: dict[str, str | list[str]] = {"00B243": "4301AA9000", "00B244": "4401BB9000"}
    made, connection = reader({"00B201AD": "4002010240020304" + "9000", **answers})
    made.read(FILE)
    assert made.read(long) == Records((Record(0x43, b"\xaa"), Record(0x44, b"\xbb")))
    made.read(FILE)
    assert connection.sent[-1] == "00B201AD0F"
    assert not [sent for sent in connection.sent if sent.startswith("00B2012D")]


def test_an_answer_that_is_cut_off_at_its_greatest_length_is_read_by_tag() -> None:
    unknown = RecordFile("EF05", 5, (Row(0x43), Row(0x44)))
    cut = "43F0" + "AA" * 0xF0 + "4420" + "BB" * 12 + "9000"
    made, _ = reader({"00B2012D00": cut, "00B243": "4301AA9000", "00B244": "4401BB9000"})
    assert made.read(unknown) == Records((Record(0x43, b"\xaa"), Record(0x44, b"\xbb")))


def test_a_protected_file_says_what_opens_it() -> None:
    made, connection = reader({"00": "6982"})
    assert made.read(FILE) == Protected(Opening.PIN)
    assert made.read_cyclic(CYCLE) == Protected(Opening.PIN)
    assert len(connection.sent) == 2


def test_a_cyclic_file_is_read_to_its_end() -> None:
    made, connection = reader({"00B20144": "AABBCC9000", "00B20244": "DDEEFF9000", "00": "6A83"})
    assert made.read_cyclic(CYCLE) == CyclicRecords((b"\xaa\xbb\xcc", b"\xdd\xee\xff"))
    assert connection.sent == ["00B2014403", "00B2024403", "00B2034403"]


def test_a_cyclic_file_is_selected_where_the_short_identifier_is_refused() -> None:
    made, _ = reader({"00B20104": "AABBCC9000", "00B2": "6A86", "00A402": "9000"})
    assert made.read_cyclic(CYCLE) == CyclicRecords((b"\xaa\xbb\xcc",))


def test_a_cyclic_file_without_an_end_ends() -> None:
    made, connection = reader({"00B2": "AABBCC9000"})
    assert isinstance(made.read_cyclic(CYCLE), CyclicRecords)
    assert len(connection.sent) == 254


def test_an_absent_cyclic_file_is_absent_and_a_refused_one_is_told() -> None:
    assert reader({"00": "6A82"})[0].read_cyclic(CYCLE) == Absent()
    with pytest.raises(CardRefusedError):
        reader({"00": "6700"})[0].read_cyclic(CYCLE)


def test_nothing_read_is_in_a_repr() -> None:
    for content in (Records((ONE,)), CyclicRecords((b"\xc0\xff\xee",))):
        assert "x01" not in repr(content)
        assert "xc0" not in repr(content)
