"""Each fault of the report printers: the state, the end of the job, the way back."""

import pytest

from tests.devices.printer.pages.conftest import MakeCable, make_cable
from tests.faults.matrix import Strike, load
from tests.faults.pages import MACHINES, MENDED_AFTER

__all__ = ["make_cable"]

STRIKES = load().of(*MACHINES)
GOOD = ("confirmed", "sent")


@pytest.mark.parametrize("strike", [s for s in STRIKES if s.state == "idle"], ids=str)
def test_staff_see_the_state_of_the_report_printer(make_cable: MakeCable, strike: Strike) -> None:
    machine = MACHINES[strike.device](make_cable)
    hit, cure = machine.faults[strike.fault]
    assert machine.code() == "printer.ready"
    hit()
    machine.wait()
    assert machine.code() == strike.code
    cure()
    machine.wait()
    assert machine.code() == "printer.ready"


@pytest.mark.parametrize("strike", [s for s in STRIKES if s.state != "idle"], ids=str)
def test_a_report_ends_as_the_matrix_tells(make_cable: MakeCable, strike: Strike) -> None:
    machine = MACHINES[strike.device](make_cable)
    hit, cure = machine.faults[strike.fault]

    def strike_now() -> None:
        hit()
        if strike.recovery == "same_job":
            machine.after(MENDED_AFTER, cure)

    if strike.state == "start":
        strike_now()
    else:
        machine.on_the_first_page(strike_now)
    result = machine.job()
    match strike.end:
        case "held":
            assert result.outcome in GOOD
            if strike.device != "queue":  # which is asked once in a while and tells nobody
                assert set(machine.held) == {strike.code}
        case "refused":
            assert (result.outcome, result.reason, result.bytes_sent) == ("failed", strike.code, 0)
        case "unknown":
            assert (result.outcome, result.reason) == ("unknown", strike.code)
        case end:
            raise AssertionError(end)
    if strike.recovery == "next_job":
        cure()
        machine.wait()
        assert machine.job().outcome in GOOD
