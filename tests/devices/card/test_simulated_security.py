"""PIN change, keys and their states on the simulated card."""

import pytest

from devices.card.crypto import Factors, authentication_data, card_key
from devices.card.fci import Algorithm
from devices.card.simulated.card import SimulatedCard
from tests.devices.card.cards import ATR, KEYS, SELECT_SSSE, ask, card, faulty, profile

SELECT = SELECT_SSSE.hex()
CHALLENGE = bytes.fromhex("1122334455667788")
ORIGINAL = bytes.fromhex("A1A2A3A4A5A6A7A8")
FACTORS = Factors("639900", ATR[-8:])
READ_NUMBER = "00B2083014"


def genuine(version: str = "2.00", **changes: object) -> SimulatedCard:
    made = SimulatedCard(
        profile(version, **changes),
        keys=KEYS,
        sleep=lambda _: None,
        random_bytes=lambda length: CHALLENGE[:length].ljust(length, b"\0"),
    )
    made.power_on()
    return made


def internal(factor: bytes = CHALLENGE) -> str:
    return f"0088000010{(factor + ORIGINAL).hex()}"


def external(algorithm: Algorithm = Algorithm.DES, challenge: bytes = CHALLENGE) -> str:
    key = card_key(algorithm, KEYS.read_ssse, FACTORS)
    proof = authentication_data(algorithm, key, challenge, ORIGINAL)
    return f"0082000A10{(proof + ORIGINAL).hex()}"


def open_ef06(simulated: SimulatedCard) -> None:
    assert ask(simulated, SELECT, "0084000008") == CHALLENGE.hex().upper() + "9000"
    assert ask(simulated, external(simulated.profile.algorithm)) == "9000"


@pytest.mark.parametrize("algorithm", [Algorithm.DES, Algorithm.SM4])
def test_a_genuine_card_proves_its_own_key(algorithm: Algorithm) -> None:
    key = card_key(algorithm, KEYS.irk, FACTORS)
    proof = authentication_data(algorithm, key, CHALLENGE, ORIGINAL).hex().upper()
    simulated = genuine(algorithm=algorithm)
    assert ask(simulated, SELECT, internal()) == "6108"
    assert ask(simulated, "00C0000008") == proof + "9000"
    assert ask(simulated, internal() + "08") == proof + "9000"


def test_two_cards_prove_with_different_keys() -> None:
    other = genuine(historical_bytes=ATR[-13:-1] + b"\x7b")
    assert ask(genuine(), SELECT, internal() + "08") != ask(other, SELECT, internal() + "08")


@pytest.mark.parametrize(
    "clone", [card(), card(keys=KEYS, faults=faulty(clone=True))], ids=["no keys", "the fault"]
)
def test_a_clone_has_the_files_and_no_key(clone: SimulatedCard) -> None:
    assert ask(clone, SELECT, READ_NUMBER).endswith("9000")
    assert ask(clone, internal()) == "6A88"
    assert ask(clone, "0084000008")[-4:] == "9000"
    assert ask(clone, external()) == "6A88"


def test_a_card_with_a_cipher_that_is_not_public_answers_something() -> None:
    simulated = genuine(algorithm=Algorithm.SSF33)
    assert ask(simulated, SELECT, internal()) == "6108"
    assert ask(simulated, "0084000008", external()) == "63C2"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("0088000008" + "00" * 8, "6700"),
        ("0088010010" + "00" * 16, "6A88"),
        ("0082000A10" + "00" * 16, "6984"),
        ("0082000A08" + "00" * 8, "6700"),
    ],
)
def test_an_authentication_of_the_wrong_form_is_refused(command: str, answer: str) -> None:
    assert ask(genuine(), SELECT, command) == answer


def test_an_unknown_key_and_a_short_challenge_open_nothing() -> None:
    assert ask(genuine(), SELECT, "0084000008", "0082000B10" + "00" * 16) == "6A88"
    assert ask(genuine(), SELECT, "0084000004", external()) == "6984"


@pytest.mark.parametrize("algorithm", [Algorithm.DES, Algorithm.SM4])
def test_the_terminals_proof_opens_the_holders_file(algorithm: Algorithm) -> None:
    simulated = genuine("3.00", algorithm=algorithm)
    assert ask(simulated, SELECT, READ_NUMBER) == "6982"
    open_ef06(simulated)
    assert ask(simulated, READ_NUMBER).endswith("9000")
    assert ask(simulated, "00B0870004") == "00000000" + "9000"


def test_a_challenge_is_used_up_even_by_a_wrong_proof() -> None:
    simulated = genuine("3.00")
    wrong = "0082000A10" + "00" * 16
    assert ask(simulated, SELECT, "0084000008", wrong) == "63C2"
    assert ask(simulated, external()) == "6984"


def test_a_wrong_proof_shuts_the_file_and_the_third_locks_the_key_for_good() -> None:
    simulated = genuine("3.00")
    open_ef06(simulated)
    wrong = "0082000A10" + "00" * 16
    answers = []
    for _ in range(4):
        answers.append(ask(simulated, "0084000008", wrong))
        assert ask(simulated, READ_NUMBER) == "6982"
    assert answers == ["63C2", "63C1", "63C0", "6983"]
    simulated.power_off()
    simulated.power_on()
    assert ask(simulated, SELECT, "0084000008", external()) == "6983"


@pytest.mark.parametrize("other", ["00A4040C06D15600000502", "00A40000023F00"])
def test_another_application_ends_what_a_key_has_opened(other: str) -> None:
    simulated = genuine("3.00")
    open_ef06(simulated)
    ask(simulated, other)
    assert ask(simulated, SELECT, READ_NUMBER) == "6982"


def test_the_same_application_keeps_what_a_key_has_opened_and_a_reset_does_not() -> None:
    simulated = genuine("3.00")
    open_ef06(simulated)
    assert ask(simulated, SELECT, READ_NUMBER).endswith("9000")
    simulated.power_off()
    simulated.power_on()
    assert ask(simulated, SELECT, READ_NUMBER) == "6982"


def test_a_proven_pin_outlasts_another_application_and_no_reset() -> None:
    simulated = card()
    ask(simulated, SELECT, "0020000003246810")
    assert ask(simulated, "00A4040C06D15600000500", "00B2293803") == "2901009000"
    simulated.power_on()
    assert ask(simulated, "00A4040C06D15600000500", "00B2293803") == "6982"


def test_the_holder_changes_the_pin() -> None:
    simulated = card()
    assert ask(simulated, SELECT, "805E010008" + "246810FF13579024") == "9000"
    assert ask(simulated, "0020000003246810") == "63C5"
    assert ask(simulated, "002000000413579024") == "9000"


def test_an_odd_pin_keeps_its_filling_when_it_is_changed() -> None:
    simulated = card()
    assert ask(simulated, SELECT, "805E010007" + "246810FF12345F") == "9000"
    assert ask(simulated, "805E010007" + "12345FFF246810") == "9000"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("805E010007" + "135790FF111111", "63C5"),
        ("805E010006" + "246810111111", "6A80"),
        ("805E010005" + "246810FF11", "6A80"),
        ("805E000007" + "246810FF111111", "6A86"),
        ("005E010007" + "246810FF111111", "6E00"),
    ],
)
def test_a_change_of_pin_that_is_not_right_changes_nothing(command: str, answer: str) -> None:
    simulated = card()
    assert ask(simulated, SELECT, command) == answer
    assert ask(simulated, "0020000003246810") == "9000"


def test_wrong_pins_in_changes_count_like_any_other_and_lock_it() -> None:
    simulated = card()
    wrong = "805E010007" + "135790FF111111"
    assert [ask(simulated, SELECT, wrong) for _ in range(7)][-2:] == ["63C0", "6983"]
    assert ask(simulated, "805E010007" + "246810FF111111") == "6983"


def test_without_a_pin_there_is_none_to_change() -> None:
    assert ask(card(pin=None), SELECT, "805E010007" + "246810FF111111") == "6A88"
