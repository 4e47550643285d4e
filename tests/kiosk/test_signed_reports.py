"""What a kiosk hands out when it has a key to sign with, and when signing fails."""

import logging
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pytest_mock import MockerFixture

from kiosk.checks import check
from kiosk.composition import signer
from kiosk.config import Settings, load
from kiosk.diag.self_test import for_self_test
from kiosk.errors import SettingError
from kiosk.paper import finished
from kiosk.sections.signing import Sign
from kiosk.visit.events import PrintAsked
from kiosk.visit.state import Printed
from printing.encode.pdf import render_pdf
from printing.errors import SignError, SignKeyError
from printing.fonts import FontChain
from printing.sealed_file import verify_file
from tests import signing
from tests.kiosk.conftest import Kiosk
from tests.printing.samples import FONTS, statement


def with_key(settings: Settings, key: Path, **more: object) -> Settings:
    sign = Sign.model_validate({"key": str(key), **more})
    return settings.model_copy(update={"sign": sign})


@pytest.fixture
def credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The password where the service manager would put it."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "sign-password").write_text(f"{signing.PASSWORD}\n", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def give(kiosk: Kiosk, settings: Settings) -> None:
    object.__setattr__(kiosk.machine, "settings", settings)
    object.__setattr__(kiosk.machine, "signer", signer(settings))


def report(kiosk: Kiosk, generation: int) -> Printed:
    kiosk.service.post(PrintAsked(generation, "report"))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    return printed


@pytest.mark.slow
def test_a_report_is_signed_once_and_its_seal_knows_the_signed_file(
    kiosk: Kiosk, credential: Path, tmp_path: Path
) -> None:
    key = signing.key_file(tmp_path, signing.hall())
    give(kiosk, with_key(kiosk.machine.settings, key))
    generation = kiosk.to_preview(kiosk.cards[0])
    before = set(kiosk.machine.settings.report.folder.glob("*.pdf"))
    assert report(kiosk, generation).outcome == "sent"
    (pdf,) = set(kiosk.machine.settings.report.folder.glob("*.pdf")) - before
    assert "Signature is Valid." in signing.pdfsig(pdf, tmp_path)
    memory, seals = kiosk.desk.memory, kiosk.machine.journal.seals
    assert memory is not None
    assert memory.statement is not None
    assert finished(kiosk.machine, memory.statement) == pdf.read_bytes()
    assert verify_file(pdf.read_bytes(), seals).statement == "contributions"


class Broken:
    """A signer whose token was pulled."""

    def sign(self, pdf: bytes) -> bytes:
        raise SignError("TokenNotPresent")


@pytest.mark.slow
def test_a_report_that_cannot_be_signed_is_refused_and_the_holder_is_told_why(
    kiosk: Kiosk, credential: Path, tmp_path: Path
) -> None:
    object.__setattr__(kiosk.machine, "signer", Broken())
    generation = kiosk.to_preview(kiosk.cards[0])
    before = list(kiosk.machine.settings.report.folder.glob("*.pdf"))
    jobs = len(list(kiosk.machine.journal.jobs()))
    printed = report(kiosk, generation)
    assert (printed.outcome, printed.reason) == ("failed", "sign.failed")
    assert list(kiosk.machine.settings.report.folder.glob("*.pdf")) == before
    assert len(list(kiosk.machine.journal.jobs())) == jobs


@pytest.mark.slow
def test_where_the_signature_is_not_required_the_report_comes_out_without_and_it_is_logged(
    kiosk: Kiosk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sign = Sign(required=False)
    settings = kiosk.machine.settings.model_copy(update={"sign": sign})
    object.__setattr__(kiosk.machine, "settings", settings)
    object.__setattr__(kiosk.machine, "signer", Broken())
    generation = kiosk.to_preview(kiosk.cards[0])
    before = set(settings.report.folder.glob("*.pdf"))
    with caplog.at_level(logging.WARNING, "kiosk"):
        assert report(kiosk, generation).outcome == "sent"
    (pdf,) = set(settings.report.folder.glob("*.pdf")) - before
    assert verify_file(pdf.read_bytes(), kiosk.machine.journal.seals)
    assert "report.unsigned" in caplog.messages


def test_a_wrong_key_file_is_found_at_the_start(credential: Path, tmp_path: Path) -> None:
    with pytest.raises(SignKeyError):
        signer(with_key(load(), tmp_path / "none.p12"))
    (credential / "sign-password").write_text("wrong", "utf-8")
    with pytest.raises(SignKeyError):
        signer(with_key(load(), signing.key_file(tmp_path, signing.hall())))


@pytest.mark.parametrize(
    "section",
    [{"key": "/nowhere/hall.p12"}, {"module": "/nowhere/p11.so", "token": "t", "label": "l"}],
)
def test_a_key_or_module_that_is_not_there_is_refused_by_name(section: dict[str, str]) -> None:
    with pytest.raises(SettingError) as caught:
        check(load(sign=dict(section)))
    assert caught.value.name == f"sign.{next(iter(section))}"


@pytest.mark.parametrize("model", ["escpk-24pin-a4", "pcl-network", "pcl6-network"])
def test_a_signature_that_a_printer_without_pdf_would_lose_is_refused_at_the_start(
    tmp_path: Path, model: str
) -> None:
    key = str(signing.key_file(tmp_path, signing.hall()))
    pins: dict[str, object] = {"port": "/dev/ttyUSB1", "model": model}
    with pytest.raises(SettingError) as caught:
        check(load(sign={"key": key}, report=pins))
    assert (caught.value.name, caught.value.value) == ("sign.required", "True")
    assert model in caught.value.allowed
    check(load(sign={"key": key, "required": False}, report=pins))
    check(load(sign={}, report=pins))
    check(
        load(
            sign={"key": key}, report={"port": "ipp://127.0.0.1/ipp/print", "model": "ipp-printer"}
        )
    )
    placed = for_self_test(load(sign={"key": key}), "tcp://127.0.0.1:9100", model)
    check(placed)  # a technician's page is not signed
    check(load(sign={"key": key}, report={**pins, "port": ""}))  # the folder takes signed files


def test_a_receipt_printer_is_tested_whatever_the_reports_settings_are(tmp_path: Path) -> None:
    """The technician who is to find what is wrong has to print a page."""
    file = tmp_path / "no-folder"
    file.touch()
    for wrong in (
        load(sign={"key": "/gone.p12"}),
        load(report={"pcl": "xl"}),
        load(report={"folder": file}),
        load(sign={"key": str(file)}, report={"port": "/dev/usb/lp0", "model": "escpk-24pin"}),
    ):
        with pytest.raises(SettingError):
            check(wrong)
        for port, model in (("", ""), ("/dev/ttyUSB1", "escpos-80mm")):
            placed = for_self_test(wrong, port, model)
            check(placed)
            assert signer(placed) is None
            assert (placed.report.port, placed.report.folder.is_file()) == ("", False)
            assert placed.receipt.port == (port or wrong.receipt.port)


def test_a_key_without_the_extra_says_what_to_install(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    mocker.patch("kiosk.composition.find_spec", return_value=None)
    with pytest.raises(SettingError) as caught:
        signer(with_key(load(), tmp_path / "hall.p12"))
    assert caught.value.name == "sign.key"
    assert "sign" in caught.value.allowed


def test_without_a_key_nothing_is_signed() -> None:
    assert signer(load()) is None


@pytest.mark.parametrize(
    "section",
    [
        {"key": "a.p12", "module": "b.so", "token": "t", "label": "l"},
        {"module": "b.so"},
        {"token": "t"},
        {"timestamp_url": "https://tsa.example/"},
        {"key": "a.p12", "timestamp_url": "ftp://tsa.example/"},
    ],
)
def test_settings_that_do_not_fit_each_other_are_refused(section: dict[str, object]) -> None:
    with pytest.raises(SettingError):
        load(sign=section)


def test_reason_and_place_of_the_signature_come_from_the_configuration(
    credential: Path, tmp_path: Path
) -> None:
    key = signing.key_file(tmp_path, signing.hall())
    made = signer(with_key(load(), key, reason="核对用", location="一楼"))
    assert made is not None
    pdf = render_pdf(statement([]), FontChain.of(FONTS))
    (found,) = PdfFileReader(BytesIO(made.sign(pdf))).embedded_signatures
    assert (found.sig_object["/Reason"], found.sig_object["/Location"]) == ("核对用", "一楼")
