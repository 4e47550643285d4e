import datetime as dt
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive import card_number, identity_number
from archive.errors import CardNumberError, IdentityNumberError
from archive.reasons import Reason
from archive.values import format_date


@st.composite
def citizen_numbers(draw: st.DrawFn) -> str:
    day = draw(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
    body = f"99{draw(st.integers(0, 9999)):04d}{format_date(day)}{draw(st.integers(0, 999)):03d}"
    return body + identity_number.check_digit(body)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_numbers_in_the_annex_of_gb_11643_are_valid(number: str) -> None:
    assert identity_number.parse(number).text == number


def test_the_annex_number_tells_birth_date_sex_and_area() -> None:
    parsed = identity_number.parse("11010519491231002x")
    assert parsed.text.endswith("X")
    assert (parsed.birth_date, parsed.sex, parsed.area) == (dt.date(1949, 12, 31), "2", "110105")


@given(citizen_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(number: str, place: int, step: int) -> None:
    wrong = str((int(number[place]) + step) % 10)
    with pytest.raises(IdentityNumberError):
        identity_number.parse(number[:place] + wrong + number[place + 1 :])


@given(citizen_numbers(), st.integers(0, 15))
def test_two_digits_swapped_never_pass(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    with pytest.raises(IdentityNumberError):
        identity_number.parse(swapped)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_is_refused_by_name(text: str) -> None:
    try:
        parsed = identity_number.parse(text)
    except IdentityNumberError:
        return
    assert parsed.text.upper() == text.upper()


@pytest.mark.parametrize(
    ("number", "reason", "place"),
    [
        ("1101051949123100", Reason.LENGTH, "1-18"),
        ("11010519491331002X", Reason.BIRTH_DATE, "7-14"),
        ("110105194912310021", Reason.CHECK_DIGIT, "18"),
        ("11010519491231002Y", Reason.CHARACTERS, "18"),
        ("1101051949123100２X", Reason.CHARACTERS, "1-17"),
        ("01010519491231002X", Reason.CHARACTERS, "1"),
    ],
)
def test_a_refusal_names_the_place(number: str, reason: Reason, place: str) -> None:
    with pytest.raises(IdentityNumberError) as caught:
        identity_number.parse(number)
    assert (caught.value.reason, caught.value.place) == (reason, place)
    assert number not in str(caught.value)


def test_an_assigned_number_of_a_foreigner_is_not_judged_by_check_digit() -> None:
    assert identity_number.parse_social_security_number("FRA123456789012") is None
    with pytest.raises(IdentityNumberError):
        identity_number.parse_social_security_number("110105194912310021")
    with pytest.raises(IdentityNumberError):
        identity_number.parse_social_security_number("")


def test_a_parsed_number_shows_nothing_in_logs() -> None:
    assert "1949" not in repr(identity_number.parse("11010519491231002X"))


@pytest.mark.parametrize("number", ["D2143569X", "X00000019", "D2143569-X"])
def test_the_known_card_numbers_are_valid(number: str) -> None:
    assert card_number.parse(number) == number.replace("-", "")


bodies = st.builds(
    str.__add__,
    st.sampled_from(string.ascii_uppercase),
    st.text(string.digits + string.ascii_uppercase, min_size=7, max_size=7),
)


@given(bodies)
def test_a_card_number_carries_its_check_character(body: str) -> None:
    check = card_number.check_character(body)
    assert card_number.parse(body + check) == body + check
    assert check in "0123456789X"


@pytest.mark.parametrize("number", ["", "D2143569", "D21435690", "12143569X", "d2143569X"])
def test_what_is_no_card_number_is_refused(number: str) -> None:
    with pytest.raises(CardNumberError):
        card_number.parse(number)
