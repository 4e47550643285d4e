"""Each fault of the receipt printer: its code, the end of the job, the paper, the way back."""

import pytest

from tests.devices.printer.conftest import MakeDesk, make_desk
from tests.faults.matrix import Strike, load
from tests.faults.printers import BLOCKS, ROWS, Bench

__all__ = ["make_desk"]

STRIKES = load().of("receipt")
BACK_SECONDS = 3.0
READY = "printer.ready"


@pytest.mark.parametrize("strike", [s for s in STRIKES if s.state == "idle"], ids=str)
def test_staff_see_the_state_of_the_printer(make_desk: MakeDesk, strike: Strike) -> None:
    bench = Bench(make_desk(), strike)
    assert bench.state_code() == READY
    bench.fault.strike(bench.desk.sim)
    assert bench.state_code() == (strike.code or READY)
    if strike.recovery == "itself":
        bench.cure()
        bench.desk.run(BACK_SECONDS)
        assert bench.state_code() == READY


@pytest.mark.parametrize("strike", [s for s in STRIKES if s.state != "idle"], ids=str)
def test_a_receipt_ends_as_the_matrix_tells(make_desk: MakeDesk, strike: Strike) -> None:
    desk = make_desk()
    bench = Bench(desk, strike)
    result = bench.job()
    match strike.end:
        case "printed":
            assert (result.outcome, result.reason) == ("confirmed", None)
        case "held":
            assert bench.held
            assert set(bench.held) == {strike.code}
            assert result.outcome == "confirmed"
        case "refused":
            assert (result.outcome, result.reason) == ("failed", strike.code)
            assert result.bytes_sent == 0
        case "unknown":
            assert (result.outcome, result.reason) == ("unknown", strike.code)
        case end:
            raise AssertionError(end)
    printed = desk.rows()
    assert len(printed) == len(set(printed)), "a row came out twice"
    if result.outcome == "confirmed":
        assert printed == list(range(BLOCKS * ROWS))
    if strike.recovery == "next_job":
        bench.cure()
        desk.run(BACK_SECONDS)
        desk.printer.status()
        assert bench.next_job().outcome == "confirmed"
