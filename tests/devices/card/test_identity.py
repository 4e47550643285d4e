from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card.identity import CardIdentity, Expired, NotYetValid, Valid, Validity, validity

LAST = date(2029, 5, 31)
CARD = CardIdentity(
    version="2.00",
    identification_code=None,
    issuing_area="990101",
    card_class="3",
    initialiser=None,
    issued=date(2019, 6, 1),
    expires=LAST,
    card_number=None,
    atr=b"",
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 5, 31), NotYetValid(date(2019, 6, 1))),
        (date(2019, 6, 1), Valid(LAST)),
        (LAST, Valid(LAST)),
        (date(2029, 6, 1), Expired(LAST)),
    ],
)
def test_a_card_is_valid_from_its_first_to_its_last_day(day: date, expected: Validity) -> None:
    assert validity(CARD, day) == expected


@given(st.dates())
def test_a_card_without_dates_has_no_end(day: date) -> None:
    assert validity(replace(CARD, issued=None, expires=None), day) == Valid(None)


def test_a_card_that_expired_before_it_was_issued_has_expired() -> None:
    wrong = replace(CARD, issued=date(2031, 1, 1), expires=date(2030, 1, 1))
    assert validity(wrong, date(2030, 6, 1)) == Expired(date(2030, 1, 1))
