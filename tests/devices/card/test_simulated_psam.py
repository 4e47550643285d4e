"""The simulated security module at its contacts, against the commands of the facts sheet."""

from pathlib import Path

import pytest

from devices.card.crypto import Factors, authentication_data, card_key, fold, session_key
from devices.card.errors import ProfileError
from devices.card.fci import Algorithm
from devices.card.keys import Key
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.psam_profile import load_sam_profile, parse_sam_profile
from devices.card.simulated.source import SimulatedSource
from tests.devices.card.cards import ATR, KEYS, MINISTRY_SAMPLE, PSAM, SELECT_SSSE, ask, card, psam

DES_ENVIRONMENT = SELECT_SSSE.hex()
SM4_ENVIRONMENT = "00A404000F7378332E73682EC9E7BBE1B1A3D5CF"
DF01 = "00A4040006D15600000590"
INITIALISE = "BFEC00000163"
CHALLENGE = bytes.fromhex("1122334455667788")
ORIGINAL = bytes.fromhex("A1A2A3A4A5A6A7A8")
FACTORS = Factors("639900", ATR[-8:])
UP = FACTORS.card + FACTORS.city + FACTORS.province


def deliver(usage: int, kid: int, factors: bytes, block: int = 8) -> str:
    data = factors + CHALLENGE.ljust(block, b"\0")
    return f"BFDE{usage:02X}{kid:02X}{len(data):02X}{data.hex()}"


def cipher(block: int = 8) -> str:
    return f"80FA0000{block:02X}{ORIGINAL.ljust(block, bytes(1)).hex()}{block:02X}"


@pytest.mark.parametrize(
    ("environment", "algorithm", "block"),
    [(DES_ENVIRONMENT, Algorithm.DES, 8), (SM4_ENVIRONMENT, Algorithm.SM4, 16)],
)
@pytest.mark.parametrize(("kid", "master"), [(8, KEYS.irk), (9, KEYS.read_ssse)])
def test_the_module_makes_the_proof_of_any_card(
    environment: str, algorithm: Algorithm, block: int, kid: int, master: Key
) -> None:
    module = psam()
    ask(module, environment, DF01, INITIALISE)
    assert ask(module, deliver(0x67, kid, UP, block)) == "9000"
    answer = bytes.fromhex(ask(module, cipher(block)))
    own = card_key(algorithm, master, FACTORS)
    assert fold(answer[:-2]) == authentication_data(algorithm, own, CHALLENGE, ORIGINAL)


def test_what_the_module_enciphers_waits_for_get_response() -> None:
    module = psam()
    ask(module, DF01, INITIALISE, deliver(0x67, 8, UP))
    assert ask(module, cipher()[:-2]) == "6108"
    assert ask(module, "00C0000008") == ask(module, cipher())


@pytest.mark.parametrize(
    ("levels", "usage", "factors"), [(1, 0x27, UP[:8]), (2, 0x47, UP[:16]), (3, 0x67, UP)]
)
def test_a_key_nearer_to_the_card_takes_fewer_factors(
    levels: int, usage: int, factors: bytes
) -> None:
    module = psam(PSAM.replace('kid = "08"', f'kid = "08"\nlevels = {levels}'))
    ask(module, DF01, INITIALISE)
    wrong = {1: 0x67, 2: 0x67, 3: 0x27}[levels]
    assert ask(module, deliver(wrong, 8, {0x67: UP, 0x27: UP[:8]}[wrong])) == "6A80"
    assert ask(module, deliver(usage, 8, factors)) == "9000"
    own = card_key(Algorithm.DES, KEYS.irk, FACTORS)
    session = Key(session_key(Algorithm.DES, own, CHALLENGE) * 2)
    expected = session_key(Algorithm.DES, session, ORIGINAL)
    assert ask(module, cipher()) == expected.hex().upper() + "9000"


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        ([INITIALISE], "6985"),
        ([DF01, deliver(0x67, 8, UP)], "6985"),
        ([DF01, INITIALISE, cipher()], "6985"),
        ([DF01, "BFEC000002639900"[:14]], "6700"),
        ([DF01, INITIALISE, deliver(0x67, 0x0A, UP)], "6A88"),
        ([DF01, INITIALISE, deliver(0x66, 8, UP)], "6A80"),
        ([DF01, INITIALISE, deliver(0x47, 8, UP)], "6A80"),
        ([DF01, INITIALISE, deliver(0x67, 8, UP[:16])], "6A80"),
        ([DF01, INITIALISE, deliver(0x67, 8, UP, 16)], "6A80"),
        ([DF01, INITIALISE, deliver(0x67, 8, UP), cipher(16)], "6700"),
        ([DF01, INITIALISE, deliver(0x67, 8, UP), "80FA010008" + "00" * 8], "6A86"),
        ([DF01, INITIALISE, deliver(0x67, 8, UP), DES_ENVIRONMENT, cipher()], "6985"),
        ([DF01, INITIALISE, deliver(0x67, 8, UP), deliver(0x67, 1, UP), cipher()], "6985"),
        ([DF01, "80CA000000"], "6D00"),
        (["90FA000000"], "6E00"),
        (["00A4040007A0000000033301"], "6A82"),
        (["00A4010000"], "6A86"),
        (["00A40000020099"], "6A82"),
        (["00B0000004"], "6986"),
        (["00B0820004"], "6A82"),
        (["00B0950F01"], "6B00"),
        (["00B0960000"], "6C06"),
    ],
)
def test_the_module_refuses_what_is_out_of_place(commands: list[str], answer: str) -> None:
    assert ask(psam(), *commands) == answer


def test_anybody_may_read_who_the_module_is() -> None:
    module = psam()
    assert ask(module, "00B095000F") == "00" + "63990000000000000001" + "01000000" + "9000"
    assert ask(module, "00A40000020016", "00B0000006") == "6399000000019000"


def test_a_module_without_a_cipher_or_a_key_says_so() -> None:
    no_sm4 = psam(PSAM.replace("area =", 'algorithms = ["des"]\narea ='))
    assert ask(no_sm4, SM4_ENVIRONMENT) == "6A82"
    no_rkssse = psam(PSAM.split("[psam.rkssse]")[0])
    assert ask(no_rkssse, DF01, INITIALISE, deliver(0x67, 9, UP)) == "6A88"


def test_a_module_has_the_faults_of_any_chip_and_no_others() -> None:
    broken = psam(PSAM + "[timing]\nbaud = 9600\n[faults]\nsw_at_apdu = { n = 1, sw = '6F00' }\n")
    assert ask(broken, DF01) == "6F00"
    assert broken.wire_seconds > 0
    with pytest.raises(ProfileError, match=r"faults\.clone: unknown key"):
        parse_sam_profile(PSAM + "[faults]\nclone = true\n")


def test_holder_and_module_sit_in_two_readers_of_one_source() -> None:
    readers = ("Simulated Reader 00 00", "Simulated SAM Reader 00 00")
    source = SimulatedSource(readers)
    source.insert(readers[0], card(keys=KEYS))
    source.insert(readers[1], psam())
    holder, module = (source.connect(reader) for reader in readers)
    assert holder.transmit(SELECT_SSSE) == bytes.fromhex("611E")
    assert module.transmit(bytes.fromhex(DF01)) == bytes.fromhex("610A")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('area = "639900"', "", "psam.area: missing"),
        ('serial = "6', 'serial = "', "psam.serial:"),
        ('kid = "08"', 'kid = "0808"', "psam.irk.kid:"),
        ('kid = "08"', 'kid = "08"\nlevels = 4', "psam.irk.levels:"),
        ("area =", 'algorithms = ["ssf33"]\narea =', "psam.algorithms: ssf33"),
        ("area =", "algorithms = []\narea =", "psam.algorithms:"),
        ("area =", "aera = 1\narea =", "psam.aera: unknown key"),
    ],
)
def test_a_wrong_description_names_the_key(old: str, new: str, place: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_sam_profile(PSAM.replace(old, new, 1))
    assert caught.value.place.startswith(place)


def test_a_description_of_a_card_is_none_of_a_module() -> None:
    with pytest.raises(ProfileError, match="psam: missing"):
        parse_sam_profile(MINISTRY_SAMPLE)


def test_a_description_is_read_from_a_file_and_shows_no_key(tmp_path: Path) -> None:
    tmp_path.joinpath("psam.toml").write_text(PSAM, encoding="utf-8")
    module = SimulatedPsam(load_sam_profile(tmp_path / "psam.toml"), KEYS)
    assert KEYS.irk.reveal().hex() not in repr(vars(module)).lower()
