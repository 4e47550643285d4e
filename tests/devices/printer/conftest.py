from collections.abc import Callable, Iterator

import pytest
from pytest_mock import MockerFixture

from devices.printer.models import PrinterModel
from tests.devices.printer.desk import Desk, model

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(mocker: MockerFixture) -> Iterator[MakeDesk]:
    desks: list[Desk] = []

    def make(
        printer_model: PrinterModel | None = None,
        *,
        print_timing: bool = False,
        hold_seconds: float = 30.0,
        looked: bool = True,
    ) -> Desk:
        """`looked`: what an earlier process may have broken off is ended, which takes seconds."""
        desk = Desk(
            mocker, printer_model or model(), print_timing=print_timing, hold_seconds=hold_seconds
        )
        if looked:
            desk.was_looked_into()
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()
