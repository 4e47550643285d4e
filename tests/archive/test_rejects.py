"""What the rejects file shows of a value that was refused."""

import pytest

from archive.elements import element
from archive.importing.rejects import shown_value


@pytest.mark.parametrize("code", ["AAE140", "AAE180", "AAE003"])
@pytest.mark.parametrize(
    "value", ["E12345678", "10023456", "990101 19800101 0031", "990101-19800101-0031"]
)
def test_a_number_in_a_wrong_column_is_masked_also_with_spaces(code: str, value: str) -> None:
    digits = "".join(char for char in value if char.isdigit())
    shown = "".join(char for char in shown_value(element(code), value) if char.isdigit())
    assert len(shown) <= len(digits) // 2 + 1


@pytest.mark.parametrize(
    ("code", "value"), [("AAE030", "20260231"), ("AAE003", "202513"), ("AAE180", "8907.005")]
)
def test_what_is_wrong_with_a_date_or_an_amount_can_be_seen(code: str, value: str) -> None:
    assert shown_value(element(code), value) == value
