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
def test_a_code_is_four_groups_of_four_and_a_check_character(code: str) -> None:
    assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{4}}[{ALPHABET}]", code)
    assert parse_code(code) == code


@given(codes, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_a_single_mistyped_character_is_always_found(code: str, place: int, wrong: str) -> None:
    plain = code.replace("-", "")
    typed = plain[:place] + wrong + plain[place + 1 :]
    if typed == plain:
        assert parse_code(typed) == code
    else:
        with pytest.raises(SealCodeError):
            parse_code(typed)


@given(codes, st.integers(0, 16), st.integers(0, 16))
def test_two_exchanged_characters_are_always_found(code: str, one: int, other: int) -> None:
    plain = list(code.replace("-", ""))
    plain[one], plain[other] = plain[other], plain[one]
    typed = "".join(plain)
    if typed == code.replace("-", ""):
        return
    with pytest.raises(SealCodeError):
        parse_code(typed)


@given(codes)
def test_lower_case_spaces_and_look_alikes_are_forgiven(code: str) -> None:
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_code(typed) == code
    assert code_hash(typed) == code_hash(code)


@pytest.mark.parametrize("typed", ["", "K7QD", "K7QD-93MX-TR5B-0C2F-U", "核验码" * 6])
def test_what_is_no_code_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(SealCodeError) as caught:
        parse_code(typed)
    assert caught.value.code == "seal.code"
    assert not typed or typed not in str(caught.value)


def test_codes_come_from_the_random_source_given_and_do_not_repeat() -> None:
    assert new_code(random.Random(7)) == new_code(random.Random(7))
    rng = random.Random(7)
    assert len({new_code(rng) for _ in range(1000)}) == 1000
