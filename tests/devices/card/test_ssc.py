from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.card.errors import (
    CardBlockedError,
    CardDataError,
    CardError,
    CardRefusedError,
    CardVersionError,
    ForeignCardError,
)
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.profile import HolderProfile
from devices.card.ssc import SSSE_AID, Algorithm, Fci, SocialSecurityCard, parse_fci
from tests.devices.card.answering import (
    EF05,
    EF05_ALL,
    EF06,
    EF06_OF_1_0,
    FCI,
    SELECT,
    AnsweringConnection,
    issuer,
    whole,
)
from tests.devices.card.cards import (
    ATR,
    FCI_DES,
    CardConnectionTo,
    ScriptedConnection,
    card,
    profile,
)


def driver(simulated: SimulatedCard) -> SocialSecurityCard:
    return SocialSecurityCard(CardConnectionTo(simulated))


def holder(name: str) -> HolderProfile:
    return HolderProfile("990101198503150017", name, "2", "56", "990101", date(1985, 3, 15))


class RecordedConnectionTo(CardConnectionTo):
    """A connection straight to a simulated card that keeps what it was sent."""

    def __init__(self, simulated: SimulatedCard) -> None:
        super().__init__(simulated)
        self.sent: list[str] = []

    def transmit(self, command: bytes) -> bytes:
        self.sent.append(command.hex().upper())
        return super().transmit(command)


def test_the_ministry_sample_is_read_as_the_ministry_prints_it() -> None:
    assert driver(card()).read_identity().to_json() == {
        "version": "2.00",
        "card_number": "X00000019",
        "social_security_number": "111111198101011110",
        "name": "张三",
        "sex": "1",
        "ethnicity": "01",
        "birth_place": "111111",
        "birth_date": "1981-01-01",
        "issuing_area": "639900",
        "issued": "2010-10-01",
        "expires": "2020-10-01",
        "identification_code": "639900D15600000500BF7C7A48FB4966",
        "atr": ATR.hex().upper(),
    }


def test_a_read_sends_these_commands_and_nothing_else() -> None:
    """SELECT with GET RESPONSE, then both files at once by their short identifiers."""
    connection = RecordedConnectionTo(card())
    SocialSecurityCard(connection).read_identity()
    assert connection.sent == [
        *("00A404000F7378312E73682EC9E7BBE1B1A3D5CF", "00C000001E"),
        *("00B2012D40", "00B201355B"),
    ]


def test_a_1_0_card_has_no_name_extension_and_is_not_asked_for_it() -> None:
    connection = RecordedConnectionTo(card("1.00"))
    assert SocialSecurityCard(connection).read_identity().name == "张三"
    assert connection.sent[-1] == "00B2013545"


def test_what_a_1_0_card_has_under_4e_is_no_part_of_the_name() -> None:
    reader = SocialSecurityCard(
        AnsweringConnection(
            {
                SELECT: FCI + "19000",
                EF05_ALL: issuer("1.00") + "9000",
                "00B2013545": EF06_OF_1_0 + "4E02C0EE9000",
            }
        )
    )
    assert reader.read_identity().name == "张三"


def test_a_3_0_card_keeps_its_holder_to_itself() -> None:
    identity = driver(card("3.00")).read_identity()
    assert identity.version == "3.00"
    assert identity.card_number == "X00000019"
    assert (identity.name, identity.social_security_number, identity.birth_date) == (None,) * 3


def test_a_2_0_card_that_hides_its_holder_is_refused() -> None:
    with pytest.raises(CardRefusedError) as caught:
        SocialSecurityCard(whole(ef06="6982")).read_identity()
    assert (caught.value.command, caught.value.sw) == ("EF06", 0x6982)


@pytest.mark.parametrize("name", ["李䶮", "㛃𬭚𠮷", "阿卜杜拉·" + "买买提" * 5, "王" * 15 + "𠮷"])
def test_names_with_rare_characters_and_long_names_are_read_whole(name: str) -> None:
    assert driver(card(holder=holder(name))).read_identity().name == name


def test_a_character_may_lie_across_name_and_extension() -> None:
    name = "王" * 14 + "𠮷李"
    assert driver(card(holder=holder(name))).read_identity().name == name


def test_a_name_extension_padded_with_ff_is_accepted() -> None:
    reader = SocialSecurityCard(whole(ef06="0902D5C54E04C8FDFFFF9000"))
    assert reader.read_identity().name == "张三"


def test_a_blank_card_has_no_holder() -> None:
    identity = driver(card(holder=None)).read_identity()
    assert identity.card_number == "X00000019"
    assert (identity.name, identity.sex, identity.ethnicity, identity.birth_place) == (None,) * 4
    assert identity.birth_date is None


def test_absent_records_are_none() -> None:
    connection = whole(ef05="0304322E303001029900" + "9000", ef06="6A83")
    connection.unknown = "6A83"
    identity = SocialSecurityCard(connection).read_identity()
    assert identity.to_json() == {
        **dict.fromkeys(identity.to_json()),
        "version": "2.00",
        "identification_code": "9900",
        "atr": ATR.hex().upper(),
    }


def test_a_version_that_ends_in_a_nul_is_read() -> None:
    reader = SocialSecurityCard(whole("2.0\0"))
    assert reader.read_identity().version == "2.0"


@pytest.mark.parametrize("version", ["\0\0\0\0", "    "])
def test_a_card_without_a_version_is_malformed(version: str) -> None:
    with pytest.raises(CardDataError, match="EF05 tag 03: no version"):
        SocialSecurityCard(whole(version)).read_identity()


@pytest.mark.parametrize("version", ["4.00", "0.10", "20.0", "PBOC"])
def test_a_version_that_nobody_knows_is_told(version: str) -> None:
    with pytest.raises(CardVersionError) as caught:
        SocialSecurityCard(whole(version)).read_identity()
    assert (caught.value.code, caught.value.version) == ("card.version", version)


def test_the_issuer_s_file_is_read_once() -> None:
    connection = whole()
    reader = SocialSecurityCard(connection)
    reader.read_issuer()
    reader.read_identity()
    assert connection.sent.count(EF05_ALL) == 1


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"ef05": "0110AA9000"}, "EF05, record at offset 0"),
        ({"ef05": EF05.replace("332E3030", "FEFEFEFE") + "9000"}, "EF05 tag 03"),
        ({"ef05": issuer("2.00").replace("050420101001", "050420101345") + "9000"}, "EF05 tag 05"),
        ({"ef06": EF06.replace("D5C5C8FD", "81FFC8FD") + "9000"}, "EF06 tag 09"),
        ({"ef06": EF06.replace("0B0101", "0B011A") + "9000"}, "EF06 tag 0B"),
        ({"ef06": EF06.replace("0812", "0813") + "9000"}, "EF06"),
    ],
)
def test_malformed_data_name_their_place_and_not_their_value(
    parts: dict[str, str], place: str
) -> None:
    with pytest.raises(CardDataError) as caught:
        SocialSecurityCard(whole("2.00", **parts)).read_identity()
    assert caught.value.place.startswith(place)
    assert "81FF" not in str(caught.value)


def test_a_foreign_card_is_told_as_such() -> None:
    with pytest.raises(ForeignCardError):
        driver(card(foreign=True)).read_identity()
    with pytest.raises(ForeignCardError):
        SocialSecurityCard(ScriptedConnection("6D00")).select()


def test_a_worn_card_is_not_called_a_foreign_one() -> None:
    with pytest.raises(CardRefusedError) as caught:
        SocialSecurityCard(ScriptedConnection("6581")).select()
    assert caught.value.sw == 0x6581


@pytest.mark.parametrize("sw", ["6A81", "9303"])
def test_a_blocked_card_is_told_as_such(sw: str) -> None:
    with pytest.raises(CardBlockedError) as caught:
        SocialSecurityCard(ScriptedConnection(sw)).select()
    assert caught.value.sw == int(sw, 16)


def test_a_card_with_its_files_at_the_root_is_read_without_the_name() -> None:
    """Some Shanghai cards answer 6A82 to the SSSE name."""
    number = "0709443231343335363958"
    connection = ScriptedConnection("6A82", "9000", number + "9000")
    assert SocialSecurityCard(connection).select() == Fci()
    assert connection.sent[1:] == ["00A4020002EF05", "00B207040B"]


def test_a_foreign_card_with_some_other_ef05_stays_foreign() -> None:
    with pytest.raises(ForeignCardError):
        SocialSecurityCard(ScriptedConnection("6A82", "9000", "70099000")).select()


@pytest.mark.parametrize(
    ("fci", "algorithm"),
    [
        (FCI_DES.hex(), Algorithm.DES),
        (FCI_DES.hex()[:-2] + "02", Algorithm.SSF33),
        ("6F1C840F7378312E73682EC9E7BBE1B1A3D5CFA5098801019F0C03860103", Algorithm.SM4),
        ("6F16840F7378312E73682EC9E7BBE1B1A3D5CFA503880101", None),
        ("6F1E840F7378312E73682EC9E7BBE1B1A3D5CFA50B8801019F0C053003860103", Algorithm.SM4),
    ],
)
def test_the_algorithm_is_found_in_every_form_of_the_fci(
    fci: str, algorithm: Algorithm | None
) -> None:
    assert parse_fci(bytes.fromhex(fci)) == Fci(SSSE_AID, 1, algorithm)


@pytest.mark.parametrize(
    "fci",
    ["6F1C84", "6F0D840100A5089F0C0486020104FF", "6F09A5079F0C04860201FF", "6F08A5069F0C03860109"],
)
def test_a_malformed_fci_is_told(fci: str) -> None:
    with pytest.raises(CardDataError, match="FCI"):
        parse_fci(bytes.fromhex(fci))


def test_nothing_personal_is_in_a_repr() -> None:
    text = repr(driver(card()).read_identity())
    for secret in ("张三", "111111198101011110", "X00000019", "BF7C7A", "1981"):
        assert secret not in text


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=30))
@example([b"\x00\x61\x00"])
def test_whatever_a_card_answers_the_driver_ends_in_an_identity_or_a_card_error(
    answers: list[bytes],
) -> None:
    """And after a bounded number of commands."""

    class Babbling(ScriptedConnection):
        def transmit(self, command: bytes) -> bytes:
            self.sent.append("")
            assert len(self.sent) < 1500
            return answers[len(self.sent) % len(answers)]

    reader = SocialSecurityCard(Babbling())
    with suppress(CardError):
        reader.read_identity()
    with suppress(CardError):
        reader.pin_state()


@given(st.integers(0, 0xFFFF), st.integers(0, 8))
def test_any_status_word_at_any_step_ends_in_an_identity_or_a_card_error(
    sw: int, step: int
) -> None:
    simulated = SimulatedCard(profile())
    simulated.power_on()

    class Disturbed(RecordedConnectionTo):
        def transmit(self, command: bytes) -> bytes:
            answer = super().transmit(command)
            return sw.to_bytes(2, "big") if len(self.sent) == step else answer

    with suppress(CardError):
        SocialSecurityCard(Disturbed(simulated)).read_identity()
