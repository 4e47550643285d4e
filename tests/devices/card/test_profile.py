from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card.errors import ProfileError
from devices.card.fci import Algorithm
from devices.card.simulated.faults import Faults
from devices.card.simulated.files import build_file_system
from devices.card.simulated.profile import load_profile, parse_profile
from tests.devices.card.cards import ATR, MINISTRY_SAMPLE


def test_a_profile_is_read_whole() -> None:
    profile = parse_profile(
        MINISTRY_SAMPLE
        + "[timing]\nbaud = 9600\n[faults]\nmute = true\nremove_at_apdu = 7\n"
        + "reset_at_apdu = 3\nslow_ms = 5\nwrong_length = -1\ntruncate_tlv = true\n"
        + 'hostile_tlv = true\ninvalid_name = true\nworn_file = "EF06"\nblocked = "card"\n'
        + 'clone = true\nsw_at_apdu = { n = 4, sw = "6F00" }\n'
        + '[faults.answers]\n"00B2" = "6581"\n'
    )
    assert profile.atr == ATR
    assert profile.algorithm is Algorithm.DES
    assert profile.expires == date(2020, 10, 1)
    assert profile.holder is not None
    assert profile.holder.name == "张三"
    assert profile.pin is not None
    assert (profile.pin.packed.hex(), profile.pin.tries) == ("246810", 6)
    assert profile.baud == 9600
    assert profile.faults == Faults(
        mute=True,
        slow_ms=5,
        wrong_length=-1,
        remove_at_apdu=7,
        reset_at_apdu=3,
        sw_at_apdu=(4, 0x6F00),
        answers=((b"\x00\xb2", 0x6581),),
        truncate_tlv=True,
        hostile_tlv=True,
        invalid_name=True,
        worn_file="EF06",
        blocked="card",
        clone=True,
    )


@pytest.mark.parametrize(
    ("aid", "foreign", "root"),
    [("ssse", False, False), ("root", False, True), ("foreign", True, False)],
)
def test_where_the_files_lie_is_said_by_the_name(aid: str, foreign: bool, root: bool) -> None:
    text = MINISTRY_SAMPLE.replace("[card]", f'[card]\naid = "{aid}"\nsfi = false', 1)
    profile = parse_profile(text)
    assert (profile.foreign, profile.root) == (foreign, root)
    assert (profile.sfi, profile.read_all) == (False, True)


def test_only_the_card_is_needed() -> None:
    bare = MINISTRY_SAMPLE.split("[holder]")[0]
    profile = parse_profile(bare)
    assert (profile.holder, profile.pin, profile.baud) == (None, None, 0)


def test_a_profile_shows_neither_holder_nor_pin() -> None:
    text = repr(parse_profile(MINISTRY_SAMPLE))
    for secret in ("张三", "111111198101011110", "X00000019", "246810", "$h\\x10", "BF7C"):
        assert secret not in text


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[card]", "[kard]", "card: missing"),
        ('version = "2.00"', 'version = "4.00"', "card.version:"),
        ('version = "2.00"', "", "card.version: missing"),
        ('version = "2.00"', "version = 2.0", "card.version: not a text"),
        ('version = "2.00"', 'version = "2.00"\nvesion = "2.00"', "card.vesion: unknown key"),
        ('version = "2.00"', 'version = "2.00"\nalgorithm = "aes"', "card.algorithm:"),
        ('version = "2.00"', 'version = "2.00"\naid = "none"', "card.aid:"),
        ("00814E43238697159900BF7C7A", "00814E432", "card.historical_bytes: not hex"),
        ("00814E43238697159900BF7C7A", "00" * 16, "card.historical_bytes: more than 15"),
        ("639900D15600000500BF7C7A48FB4966", "6399", "card.identification_code: not 32"),
        ("2010-10-01", '"2010-10-01"', "card.issued: not a date"),
        ("2020-10-01", "2020-10-01T00:00:00", "card.expires: not a date"),
        ("X00000019", "X0000001", "card.card_number: not 9"),
        ('card_class = "3"', 'card_class = "成"', "card.card_class:"),
        ("111111198101011110", "1" * 19, "holder.social_security_number:"),
        ("张三", "", "holder.name:"),
        ("张三", "王" * 26, "holder.name:"),
        ('sex = "1"', "sex = 1", "holder.sex:"),
        ('ethnicity = "01"', 'ethnicity = "1"', "holder.ethnicity:"),
        ('birth_place = "111111"', 'birth_place = "11111a"', "holder.birth_place:"),
        ("1981-01-01", "1981", "holder.birth_date:"),
        ('digits = "246810"', 'digits = "24"', "pin.digits:"),
        ("tries = 6", "tries = 16", "pin.tries:"),
        ("tries_left = 6", "tries_left = 7", "pin.tries_left:"),
        ("tries_left = 6", "tries_left = true", "pin.tries_left:"),
        ("[pin]", "[timing]\nbaud = -1\n[pin]", "timing.baud:"),
        ("[pin]", '[faults]\nmute = "yes"\n[pin]', "faults.mute:"),
        ("[pin]", '[faults]\nworn_file = "EF1"\n[pin]', "faults.worn_file: not a file"),
        ("[pin]", '[faults]\nblocked = "all"\n[pin]', "faults.blocked:"),
        ("[pin]", '[faults]\nsw_at_apdu = { n = 0, sw = "6F00" }\n[pin]', "faults.sw_at_apdu.n:"),
        ("[pin]", "[faults]\nsw_at_apdu = { n = 1 }\n[pin]", "faults.sw_at_apdu.sw: missing"),
        ("[pin]", "[faults]\nwrong_length = 999\n[pin]", "faults.wrong_length:"),
        ("[pin]", "[faults]\nslow = 1\n[pin]", "faults.slow: unknown key"),
        ("[pin]", '[faults.answers]\nzz = "6581"\n[pin]', "faults.answers.zz: the key"),
        ("[pin]", '[faults.answers]\n00B2 = "65"\n[pin]', "faults.answers.00B2:"),
        ("[pin]", "holder = 1\n[pin]", "holder.holder: unknown key"),
        ("[pin]", "[extra]\n[pin]", "extra: unknown key"),
        ("[card]", "faults = 1\n[card]", "faults: not a table"),
        ("[card]", "[card", "TOML:"),
    ],
)
def test_a_wrong_profile_names_the_key_and_not_the_value(old: str, new: str, place: str) -> None:
    assert old in MINISTRY_SAMPLE
    with pytest.raises(ProfileError) as caught:
        parse_profile(MINISTRY_SAMPLE.replace(old, new, 1))
    assert caught.value.place.startswith(place)
    assert "张三" not in str(caught.value)


def test_a_1_0_card_takes_no_name_longer_than_its_one_field() -> None:
    text = MINISTRY_SAMPLE.replace("张三", "王" * 16)
    assert parse_profile(text)
    with pytest.raises(ProfileError, match="not 1 to 30 bytes"):
        parse_profile(text.replace('"2.00"', '"1.00"'))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"absent\.toml: FileNotFoundError"):
        load_profile(tmp_path / "absent.toml")
    tmp_path.joinpath("gbk.toml").write_bytes("张三".encode("gbk"))
    with pytest.raises(ProfileError, match=r"gbk\.toml: UnicodeDecodeError"):
        load_profile(tmp_path / "gbk.toml")
    tmp_path.joinpath("good.toml").write_text(MINISTRY_SAMPLE, encoding="utf-8")
    assert load_profile(tmp_path / "good.toml").atr == ATR


@given(st.text(max_size=200))
def test_any_text_is_a_profile_or_a_profile_error(text: str) -> None:
    with pytest.raises(ProfileError):
        parse_profile(text)


def test_every_application_of_the_facts_sheet_is_on_the_card() -> None:
    directories = build_file_system(parse_profile(MINISTRY_SAMPLE))
    labels = {directory.label: sorted(directory.files) for directory in directories.values()}
    assert labels == {
        "SSSE": [0x05, 0x06, 0x07, 0x08],
        "DF01": [0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A],
        "DF02": [0x05, 0x06, 0x07, 0x09, 0x15, 0x16],
        "DF03": [0x05, 0x06, 0x07, 0x15, 0x16, 0x17, 0x18, 0x19],
        "DF04": [0x05, 0x06, 0x08, 0x15],
        "DF07": [0x05, 0x06, 0x07],
    }
