"""How often the diagnosis names the matrix' cause first, of what stands when nobody is there."""

import sys
from dataclasses import replace
from typing import Any, cast

import pytest

from kiosk.diag.run import diagnose
from kiosk.machine import Machine
from printing.job import Ticket
from tests.devices.printer.conftest import MakeDesk, make_desk
from tests.devices.printer.desk import model
from tests.devices.printer.pages.conftest import MakeCable, make_cable
from tests.faults.cards import FAULTS as HANDS
from tests.faults.matrix import Strike, load
from tests.faults.pages import MACHINES
from tests.faults.printers import Bench
from tests.faults.stage import Stage
from tests.faults.still import StillKiosk, still
from tests.kiosk.conftest import records

pytestmark = pytest.mark.slow

__all__ = ["make_cable", "make_desk", "records", "still"]

MATRIX = load()
AT_THE_CARD = ("reader", "sam", "card", "pin")
AT_REST = ("idle", "reading", "verifying")
"""Nobody is there; or a card is put in, which the records may know."""
NOT_STANDING = {
    "card-pulled": "a hand that is over in a moment",
    "card-reset_by_another_process": "another program's deed that is over in a moment",
    "pin-not_a_pin": "the holder has to type",
    "pin-wrong_pin": "the holder has to type",
    "pin-last_wrong_pin": "the holder has to type; the locked PIN after it is found",
    "receipt-cutter_jam": "shows at the next cut",
    "receipt-power_cycle": "is over in a moment; what it costs is the job's",
    "receipt-wrong_ids": "shows at a job's proof",
    "receipt-no_ids": "shows at a job's proof",
    "receipt-slow_replies": "shows at a job's proof",
    "laser-hang_up": "the next connection is made; what it costs is the job's",
    "queue-aborted": "is done to a job",
    "queue-miscounted": "is done to a job",
    "pins-unplugged": "the matrix has it within a job only",
}
"""What no look at a kiosk at rest can show."""


def _name(strike: Strike) -> str:
    return f"{strike.device}-{strike.fault}"


def _standing() -> dict[str, Strike]:
    """Each fault once, in the state nearest to nobody being there; what needs a job is left out."""
    found: dict[str, Strike] = {}
    for strike in MATRIX.strikes:
        states = AT_REST if strike.device in AT_THE_CARD else AT_REST[:1]
        if strike.code and strike.state in states and _name(strike) not in NOT_STANDING:
            found.setdefault(_name(strike), strike)
    return found


STANDING = _standing()
ENOUGH = 60
"""Of the 74 faults that have a code; each is asserted below."""


def test_each_fault_is_diagnosed_or_cannot_be_standing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = {_name(strike) for strike in MATRIX.strikes if strike.code}
    assert told == set(STANDING) | set(NOT_STANDING)
    lines = [f"{name}: {why}" for name, why in NOT_STANDING.items()]
    score = f"diagnosis: {len(STANDING)} causes named first; never standing: {len(lines)}"
    with capsys.disabled():
        sys.stdout.write("\n  ".join(("", score, *lines)) + "\n")
    assert len(STANDING) >= ENOUGH


def test_a_kiosk_that_is_well_has_no_finding(still: StillKiosk) -> None:
    assert diagnose(still.machine) == ()


@pytest.mark.parametrize("strike", STANDING.values(), ids=str)
def test_the_cause_is_named_first(
    strike: Strike, still: StillKiosk, make_desk: MakeDesk, make_cable: MakeCable
) -> None:
    found = diagnose(_struck(strike, still, make_desk, make_cable))
    assert [one.code for one in found][:1] == [strike.code]
    said = "".join(f"{one.evidence} {one.words}" for one in found)
    assert not [word for word in _personal(still) if word in said]


def _personal(still: StillKiosk) -> set[str]:
    """What no finding may say of the holders of the cards."""
    holders = [(card.holder, card.profile.holder) for card in still.cards]
    return {name for name, _ in holders} | {
        person.social_security_number for _, person in holders if person is not None
    }


def _struck(
    strike: Strike, still: StillKiosk, make_desk: MakeDesk, make_cable: MakeCable
) -> Machine:
    """The machine on which that fault stands."""
    if strike.device in AT_THE_CARD:
        HANDS[strike.fault](Stage(cast("Any", still), strike.state))
        return still.struck
    if strike.device == "receipt":
        bench = Bench(make_desk(), strike)
        bench.state_code()
        bench.fault.strike(bench.desk.sim)
        return replace(still.machine, receipt=bench.desk.printer)
    if strike.device == "memory":
        desk = make_desk(model("escpos-80mm-plain"))
        desk.sim.take_paper()
        journal = still.machine.journal
        left = journal.queue(Ticket("insured", "S", "receipt", 1).order("receipt", b"", 2))
        journal.record(left, "sending")
        journal.record(left, "unknown")
        return replace(still.machine, receipt=desk.printer, receipt_model=desk.model)
    machine = MACHINES[strike.device](make_cable)
    assert machine.code() == "printer.ready"
    machine.faults[strike.fault][0]()
    machine.wait()
    return replace(still.machine, report=cast("Any", machine.printer))
