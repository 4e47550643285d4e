"""A short run of the printers' fuzzer; `make fuzz` runs it by the million."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from devices.printer.dialog import Dialog
from tests.fuzz.printer import check_batch


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_spoilt_answers_end_in_values(seed: int) -> None:
    assert check_batch(seed, 100).total()


def test_the_same_seed_ends_the_same() -> None:
    assert check_batch(7, 300) == check_batch(7, 300)


def test_a_parser_that_raises_is_found_and_its_seed_named(mocker: MockerFixture) -> None:
    mocker.patch("devices.printer.status.ReplyParser._break", side_effect=IndexError)
    with pytest.raises(AssertionError, match=r"seed 3, answer \d+, IndexError.*it said [0-9a-f ]+"):
        check_batch(3, 300)


def test_a_driver_that_waits_for_ever_is_found(mocker: MockerFixture) -> None:
    mocker.patch("devices.printer.job.Job._look_into_stall")
    with pytest.raises(AssertionError, match=r"no end|too many turns"):
        check_batch(3, 1000)


def test_a_driver_that_believes_any_marker_is_found(mocker: MockerFixture) -> None:
    def believe(dialog: Dialog, _: bytes) -> None:
        dialog._fences.clear()
        dialog.fences_answered += 1

    mocker.patch("devices.printer.dialog.Dialog._fence_came", believe)
    with pytest.raises(AssertionError, match="a marker was not answered"):
        check_batch(3, 5000)


@pytest.mark.parametrize(
    "broken",
    [
        "devices.printer.pages.pjl._parse",
        "devices.printer.pages.ipp_message._Reader._members",
        "devices.printer.pages.ipp_queue.decode_printer",
    ],
)
def test_what_raises_for_a_page_printer_is_found(mocker: MockerFixture, broken: str) -> None:
    mocker.patch(broken, side_effect=KeyError)
    with pytest.raises(AssertionError, match=r"seed 3, answer \d+, KeyError"):
        check_batch(3, 1000)
