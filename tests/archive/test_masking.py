import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.masking import mask_card, mask_name, mask_number


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("林晓岚", "林*岚"),
        ("李𬭚", "李*"),
        ("欧阳㛃堃", "欧**堃"),
        ("䶮", "*"),
        ("", ""),
        (" 林晓岚 ", "林*岚"),
        ("阿依古丽·买买提江", "阿*******江"),
        ("葛\U000e0100飞", "葛\U000e0100*"),
    ],
)
def test_a_name_keeps_its_first_and_last_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11010519491231002X", "110***********002X"),
        ("123456", "1****6"),
        ("12", "**"),
        ("1", "*"),
        ("", ""),
    ],
)
def test_an_identity_number_keeps_three_and_four(number: str, masked: str) -> None:
    assert mask_number(number) == masked


def test_a_bank_card_keeps_four_and_four_and_a_short_card_less() -> None:
    assert mask_card("6217000012345678") == "6217********5678"
    assert mask_card("D2143569X") == "D2*****9X"


@given(st.text())
def test_at_least_half_of_a_number_stays_hidden(number: str) -> None:
    for masked in (mask_number(number), mask_card(number)):
        assert len(masked) == len(number)
        assert sum(a == "*" for a in masked) * 2 >= len(number)


@given(st.text(st.characters(categories=["Lo"]), min_size=1))
def test_a_masked_name_never_is_the_name(name: str) -> None:
    assert mask_name(name) != name
