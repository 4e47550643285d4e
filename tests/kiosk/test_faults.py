"""Every fault has words for the citizen and the technician, and an exit code."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import archive
import devices
import kiosk
import printing
from archive.errors import ArchiveError
from devices.errors import DeviceError
from kiosk.errors import KioskError, SettingError
from kiosk.faults import fault, fault_of, known_codes
from printing.errors import PrintingError

ROOTS = (DeviceError, ArchiveError, PrintingError, KioskError)


def all_errors() -> Iterator[type[Exception]]:
    for package in (archive, devices, kiosk, printing):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(("errors", ".errors")):
                importlib.import_module(module.name)
    waiting: list[type[Exception]] = list(ROOTS)
    while waiting:
        error = waiting.pop()
        children = error.__subclasses__()
        waiting += children
        if not children:
            yield error


@pytest.mark.parametrize("error", sorted(all_errors(), key=str))
def test_every_error_has_an_entry_in_the_catalogue(error: type[Exception]) -> None:
    assert error.code in known_codes()  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_every_fault_speaks_both_languages_and_tells_the_technician_what_to_do(code: str) -> None:
    words = fault(code)
    for chinese in (words.zh, words.zh_do):
        assert re.search("[\u4e00-\u9fff]", chinese), chinese
    for english in (words.en, words.en_do, words.cause, words.step):
        assert english
        assert not re.search("[\u4e00-\u9fff]", english), english
    assert 0 < words.exit_code < 126


def test_a_sentence_is_filled_from_the_errors_attributes() -> None:
    words = fault_of(SettingError("web.port", "99999", "at most 65535"))
    assert "web.port = 99999" in words.zh
    assert "at most 65535" in words.en


def test_what_an_error_does_not_carry_reads_as_a_dash_and_never_raises() -> None:
    assert "—" in fault("card.refused").cause


def test_an_unknown_error_is_a_bug_and_its_text_is_not_shown() -> None:
    words = fault_of(ValueError("99010119850315012X"))
    assert words.code == "internal"
    assert "9901" not in words.to_json()["message"]
