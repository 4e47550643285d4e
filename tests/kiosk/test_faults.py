"""Every fault has words for the citizen and the technician, and an exit code."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import archive
import devices
import kiosk
import printing
from archive.errors import ArchiveError
from devices.errors import DeviceError
from devices.printer.state import Reason
from kiosk.errors import KioskError, SettingError
from kiosk.faults import _catalogue, fault, fault_of, known_codes, printer_fault
from printing.errors import PrintingError

PRINTER = Path(devices.__path__[0]) / "printer"
ROOTS = (DeviceError, ArchiveError, PrintingError, KioskError)
"""One for each package; only their children are raised."""


def all_errors() -> Iterator[type[Exception]]:
    for package in (archive, devices, kiosk, printing):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(("errors", ".errors")):
                importlib.import_module(module.name)
    waiting: list[type[Exception]] = list(ROOTS)
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error not in ROOTS:
            yield error


@pytest.mark.parametrize("error", sorted(all_errors(), key=str))
def test_every_error_has_an_entry_in_the_catalogue(error: type[Exception]) -> None:
    assert error.code in known_codes()  # type: ignore[attr-defined]


def test_every_code_that_a_printer_can_give_has_an_entry() -> None:
    source = "".join(path.read_text("utf-8") for path in PRINTER.rglob("*.py"))
    codes = set(re.findall(r'"(printer\.[a-z_]+)"', source))
    codes |= {f"printer.{reason}" for reason in get_args(Reason)}
    assert "printer.offline" in codes
    assert codes - {"printer.ready", "printer.paper_low"} <= known_codes()


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_every_fault_speaks_both_languages_and_tells_the_technician_what_to_do(code: str) -> None:
    words = fault(code)
    for chinese in (words.zh, words.zh_do):
        assert re.search("[\u4e00-\u9fff]", chinese), chinese
    for english in (words.en, words.en_do, words.cause, words.step):
        assert english
        assert not re.search("[\u4e00-\u9fff]", english), english
    assert 0 < words.exit_code < 126


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_cause_and_step_say_the_same_data_in_chinese(code: str) -> None:
    entry = _catalogue()[code]
    for name in ("cause", "step"):
        chinese, english = str(entry[f"zh_{name}"]), str(entry[name])
        assert sorted(re.findall("{.*?}", chinese)) == sorted(re.findall("{.*?}", english))
        assert re.search("[\u4e00-\u9fff]", chinese) or re.fullmatch("({[a-z]+}：?)+", chinese)


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


@pytest.mark.parametrize("port", ["ipp://host/printers/a4", "tcp://host:9100", "/dev/usb/lp0"])
def test_an_absent_printer_is_told_by_its_setting_and_by_how_it_is_connected(port: str) -> None:
    words, general = printer_fault("printer.absent", "report.port", port), fault("printer.absent")
    cable = port.startswith("/")
    assert (words.zh, words.en_do, words.exit_code) == (general.zh, general.en_do, 40)
    assert ("端口" in words.zh_cause, "the port is not there" in words.cause) == (cable, cable)
    for chinese in (words.zh_cause, words.zh_step):
        assert re.search("[\u4e00-\u9fff]", chinese)
    for step in (words.zh_step, words.step):
        assert "report.port" in step
        assert "receipt" not in step
    for step in (general.zh_step, general.step):
        assert "receipt.port" in step
        assert "report.port" in step


def test_any_other_fault_of_a_printer_is_told_as_ever() -> None:
    assert printer_fault("printer.paper_out", "report.port", "") == fault("printer.paper_out")
