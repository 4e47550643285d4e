import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.errors import SealCodeError
from printing.seal import code_hash, new_code, parse_code

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
codes = st.integers().map(lambda seed: new_code(random.Random(seed)))


@given(codes)
def test_a_code_is_seven_groups_of_four_the_last_character_a_check(code: str) -> None:
    assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{6}}[{ALPHABET}]{{4}}", code)
    assert parse_code(code) == code


@given(codes, st.integers(0, 27), st.sampled_from(ALPHABET))
def test_a_single_mistyped_character_is_always_found(code: str, place: int, wrong: str) -> None:
    plain = code.replace("-", "")
    typed = plain[:place] + wrong + plain[place + 1 :]
    if typed == plain:
        assert parse_code(typed) == code
    else:
        with pytest.raises(SealCodeError):
            parse_code(typed)


@given(codes, st.integers(0, 27), st.integers(0, 27))
def test_two_exchanged_characters_are_always_found(code: str, one: int, other: int) -> None:
    plain = list(code.replace("-", ""))
    plain[one], plain[other] = plain[other], plain[one]
    typed = "".join(plain)
    if typed == code.replace("-", ""):
        return
    with pytest.raises(SealCodeError):
        parse_code(typed)


@given(codes, st.sampled_from("－—–‐−　"))
def test_what_a_chinese_keyboard_types_is_the_same_code(code: str, between: str) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) for one in code.replace("-", ""))
    assert parse_code(wide) == code
    assert parse_code(code.replace("-", between)) == code


@given(codes)
def test_lower_case_spaces_and_look_alikes_are_forgiven(code: str) -> None:
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_code(typed) == code
    assert code_hash(typed) == code_hash(code)


@pytest.mark.parametrize(
    "typed",
    ["", "K7QD", "K7QD-93MX-TR5B-0C2F-8", "K7QD-93MX-TR5B-0C2F-K7QD-93MX-TR5U", "核验码" * 6],
)
def test_what_is_no_code_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(SealCodeError) as caught:
        parse_code(typed)
    assert caught.value.code == "seal.code"
    assert not typed or typed not in str(caught.value)


def test_codes_come_from_the_random_source_given_and_do_not_repeat() -> None:
    assert new_code(random.Random(7)) == new_code(random.Random(7))
    rng = random.Random(7)
    assert len({new_code(rng) for _ in range(1000)}) == 1000


def test_every_character_but_the_last_is_chance() -> None:
    rng = random.Random(7)
    plain = [new_code(rng).replace("-", "") for _ in range(600)]
    for place in range(27):  # 5 bits each: 135 in all
        assert len({code[place] for code in plain}) == len(ALPHABET)


def test_every_typing_error_in_one_character_and_every_exchange_of_neighbours_is_found() -> None:
    plain = new_code(random.Random(3)).replace("-", "")
    wrong = [
        plain[:place] + other + plain[place + 1 :]
        for place in range(28)
        for other in ALPHABET
        if other != plain[place]
    ]
    wrong += [
        plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
        for place in range(27)
        if plain[place] != plain[place + 1]
    ]
    for typed in wrong:
        with pytest.raises(SealCodeError):
            parse_code(typed)
