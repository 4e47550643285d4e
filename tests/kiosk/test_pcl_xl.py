"""Whether reports go out in PCL XL: the setting, the printer's model, and the program `gs`."""

import pytest
from pytest_mock import MockerFixture

from devices.printer.pages.pjl_printer import PjlPrinter
from kiosk.checks import check
from kiosk.composition import ghostscript
from kiosk.config import Settings, load
from kiosk.errors import SettingError
from kiosk.printers import pages_said, printer_at
from kiosk.sections.devices import Report

PORT = "tcp://127.0.0.1:9100"


@pytest.fixture
def gs(mocker: MockerFixture) -> None:
    mocker.patch("shutil.which", lambda name: f"/usr/bin/{name}")


@pytest.fixture
def no_gs(mocker: MockerFixture) -> None:
    mocker.patch("shutil.which", return_value=None)


def with_pcl(pcl: str, model: str = "pcl6-network") -> Settings:
    report = Report.model_validate({"pcl": pcl, "port": PORT, "model": model})
    return load(None).model_copy(update={"report": report})


def said(settings: Settings, model: str) -> str:
    printer = printer_at(settings, PORT, model)
    assert isinstance(printer, PjlPrinter)
    return pages_said(printer)


@pytest.mark.usefixtures("gs")
def test_auto_takes_pcl_xl_where_the_model_speaks_it() -> None:
    assert said(with_pcl("auto"), "pcl6-network") == "PCL XL (Ghostscript)"
    assert said(with_pcl("auto"), "pcl-network") == "raster"
    assert said(with_pcl("raster"), "pcl6-network").startswith("raster; PCL XL needs")


@pytest.mark.usefixtures("no_gs")
def test_without_the_program_auto_is_raster_and_says_what_is_missing() -> None:
    assert ghostscript(with_pcl("auto").report) is None
    assert "needs the program gs" in said(with_pcl("auto"), "pcl6-network")
    check(with_pcl("auto"))


@pytest.mark.usefixtures("no_gs")
def test_pcl_xl_without_the_program_is_refused_at_the_start() -> None:
    with pytest.raises(SettingError) as raised:
        check(with_pcl("xl"))
    error = raised.value
    assert (error.name, error.value) == ("report.pcl", "'xl'")
    assert "gs is not installed" in error.allowed


@pytest.mark.usefixtures("gs")
@pytest.mark.parametrize("model", ["pcl-network", "ipp-queue", "escpk-24pin", "no-such-model"])
def test_pcl_xl_for_a_printer_that_does_not_speak_it_is_refused(model: str) -> None:
    with pytest.raises(SettingError) as raised:
        check(with_pcl("xl", model))
    assert raised.value.name == "report.pcl"
    assert model in raised.value.allowed


@pytest.mark.usefixtures("gs")
def test_pcl_xl_with_both_is_accepted() -> None:
    check(with_pcl("xl"))
