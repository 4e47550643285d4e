"""How a job ends when more than one thing goes wrong, or when its printer is closed."""

import pytest
from pytest_mock import MockerFixture

from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Desk, model, rows_job


def test_a_port_that_is_gone_is_the_word_when_data_are_lost_as_well(
    desk: Desk, mocker: MockerFixture
) -> None:
    desk.printer.status()
    answers = iter((b"",))  # the first marker is lost, so the second one skips it

    def skip_one(reply: bytes) -> bytes:
        if (answer := next(answers, None)) is not None:
            return answer
        mocker.patch.object(desk.sim, "_clear", desk.sim.hang_up)
        return reply

    desk.sim.marker_filter = skip_one
    result = desk.print_rows(rows_job(4))
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")


@pytest.mark.parametrize("line", [1, 2, 3])
def test_an_error_that_only_power_ends_is_not_sent_when_it_has_gone(
    make_desk: MakeDesk, line: int
) -> None:
    for tenths in range(10, 20):
        desk = make_desk(model("escpos-80mm-plain"), print_timing=True)
        desk.printer.status()
        desk.sim.schedule("line", line, desk.sim.break_down)
        desk.after(tenths / 10, desk.sim.cycle_power)
        result = desk.print_rows(rows_job(2, rows=2))
        assert (result.outcome, result.reason) == ("unknown", "printer.data_lost"), tenths
        assert len(desk.rows()) < 4
