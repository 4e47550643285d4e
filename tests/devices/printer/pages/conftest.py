from collections.abc import Iterator
from typing import Protocol

import pytest
from pytest_mock import MockerFixture

from devices.printer.link import LineSettings, SerialLink
from devices.printer.simulated.pages.machine import PageMachine
from tests.devices.printer.pages.desk import Cable, Clock


class MakeCable(Protocol):
    def __call__(self, clock: Clock, machine: PageMachine) -> Cable: ...


@pytest.fixture
def make_cable() -> Iterator[MakeCable]:
    cables: list[Cable] = []

    def make(clock: Clock, machine: PageMachine) -> Cable:
        cables.append(Cable(clock, machine))
        return cables[-1]

    yield make
    for cable in cables:
        cable.unplug()


@pytest.fixture
def serial_link(mocker: MockerFixture) -> "MakeSerial":
    def make(cable: Cable, settings: LineSettings) -> SerialLink:
        mocker.patch("devices.printer.link.serial.Serial", cable.serial)
        mocker.patch("devices.printer.link.termios.tcflush", cable.flush)
        machine = cable.machine
        link = SerialLink("/dev/printer", settings, cable.clock, cable.wait, lines=machine.lines)
        link.on_traffic = cable.on_traffic
        return link

    return make


class MakeSerial(Protocol):
    def __call__(self, cable: Cable, settings: LineSettings) -> SerialLink: ...
