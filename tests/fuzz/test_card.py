"""A few thousand mutated answers of cards; `make fuzz` sends a million."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.card.ssc import SocialSecurityCard
from tests.fuzz import card


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32 - 1))
def test_spoilt_answers_end_in_values_and_typed_errors(seed: int) -> None:
    ends = card.check_batch(seed, 200)
    assert ends.total() > 0


@pytest.mark.slow
def test_a_batch_meets_values_and_every_kind_of_error() -> None:
    ends = card.check_batch(1, 3000)
    assert {"value", "card.malformed", "card.refused", "card.foreign", "sam.refused"} <= set(ends)
    assert card.check_batch(1, 3000) == ends, "the same seed is the same batch"


def test_what_is_no_error_of_a_card_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: SocialSecurityCard) -> None:
        raise IndexError

    monkeypatch.setattr(SocialSecurityCard, "pin_state", broken)
    with pytest.raises(AssertionError, match=r"seed 7, answer \d+, IndexError: ; it said [0-9a-f]"):
        card.check_batch(7, 500)


def test_a_call_that_never_ends_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(subject: SocialSecurityCard) -> None:
        while True:
            subject._connection.transmit(b"\x00\x84\x00\x00\x08")

    monkeypatch.setattr(SocialSecurityCard, "pin_state", endless)
    with pytest.raises(AssertionError, match="a call without an end"):
        card.check_batch(7, 500)
