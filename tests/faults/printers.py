"""How each fault of the receipt printer is brought about: the shipped driver on a virtual clock."""

from devices.printer.result import PrintResult, Progress
from devices.printer.simulated.faults import FAULTS
from devices.printer.state import Absent, Unknown
from tests.devices.printer.desk import Desk, rows_job
from tests.faults.matrix import Strike

BLOCKS, ROWS = 3, 3
PATIENCE = 60.0
"""Seconds of virtual time in which a job has come to its end, whatever happens."""
CURE_AFTER = 3.0


class Bench:
    """A printer on a desk, and what it said when the fault struck."""

    def __init__(self, desk: Desk, strike: Strike) -> None:
        self.desk = desk
        self.strike = strike
        self.fault = FAULTS[strike.fault]
        self.held: list[str] = []

    def state_code(self) -> str:
        """The state that staff see; a first silence, or a port that just went, is asked again."""
        state = self.desk.printer.status()
        if isinstance(state, Unknown | Absent):
            state = self.desk.printer.status()
        return state.code

    def job(self) -> PrintResult:
        """A job of three parts; the fault strikes in the strike's state."""
        match self.strike.state:
            case "start":
                self._hit()
            case "first_block":
                self.desk.sim.schedule("line", ROWS - 1, self._hit)
            case "last_block":
                self.desk.sim.schedule("line", BLOCKS * ROWS - 1, self._hit)
        started = self.desk.clock.now
        result = self.desk.print_rows(rows_job(BLOCKS, ROWS), self._note)
        assert self.desk.clock.now - started < PATIENCE
        return result

    def next_job(self) -> PrintResult:
        """Another job, of which nothing is broken."""
        return self.desk.print_rows(rows_job(BLOCKS, ROWS))

    def _hit(self) -> None:
        self.fault.strike(self.desk.sim)
        if self.strike.recovery == "same_job":
            self.desk.after(CURE_AFTER, self.cure)

    def cure(self) -> None:
        self.fault.cure(self.desk.sim)

    def _note(self, step: Progress) -> None:
        if step.hold:
            self.held.append(step.hold)
