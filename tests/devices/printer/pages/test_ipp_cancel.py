"""A job that is cancelled at its queue has ended before anything else is handed over there."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from devices.printer.pages.ipp_http import HttpLost
from devices.printer.pages.ipp_message import Message
from devices.printer.pages.ipp_queue import JobState, Operation
from devices.printer.simulated.pages.ipp import SimulatedJob
from devices.printer.state import Absent, NeedsAttention, Ready
from tests.devices.printer.pages.documents import pdf
from tests.devices.printer.pages.test_ipp import PAGES, Office

FOR_EVER = 1_000_000
WAITS = NeedsAttention("job_waits")


def is_cancel(request: Message) -> bool:
    return request.code == Operation.CANCEL_JOB


def first(count: int, wanted: Callable[[Message], bool]) -> Callable[[Message], bool]:
    """The first so many of these requests."""
    left = [count]

    def lose(request: Message) -> bool:
        left[0] -= wanted(request)
        return wanted(request) and left[0] >= 0

    return lose


def ends_after(office: Office, seconds: float) -> Callable[[], bool]:
    """A visit that ends so long from now."""
    end = office.now + seconds
    return lambda: office.now >= end


@pytest.mark.parametrize("how", ["lost", "refused", "answer lost"])
def test_a_cancel_that_fails_at_first_is_repeated_until_the_job_has_ended(how: str) -> None:
    office = Office()
    if how == "lost":
        office.lose = first(4, is_cancel)
    elif how == "refused":
        office.sim.refused_cancels = 4
    else:
        office.spoil = lambda n, answer: (
            HttpLost(True, "reset") if office.sim.requests[-1].code == 8 and n < 20 else answer
        )
    office.print(ends_after(office, 2.5))
    assert office.sim.jobs[0].state is JobState.CANCELED
    assert not office.printer.may_come
    out = office.sim.ledger
    assert len(out) < PAGES
    assert office.ledger_later() == out
    assert office.print(name="S-0002.pdf").outcome == "confirmed"


def test_while_a_cancelled_job_goes_on_nothing_else_is_handed_over_and_the_state_says_so() -> None:
    office = Office()
    office.sim.occupied = True
    office.sim.refused_cancels = FOR_EVER
    assert office.print(ends_after(office, 2)).reason == "printer.not_voided"
    assert office.printer.status() == WAITS
    before = office.now
    refused = office.print(name="S-0002.pdf")
    assert (refused.outcome, refused.reason, refused.bytes_sent) == (
        "failed",
        "printer.job_waits",
        0,
    )
    assert office.now - before < 10, "the next holder does not wait for long"
    assert [job.name for job in office.sim.jobs] == ["S-0001.pdf"]
    office.sim.refused_cancels = 0
    assert office.printer.status() == Ready("ok")
    office.sim.occupied = False
    assert office.ledger_later() == ()
    assert office.print(name="S-0002.pdf").outcome == "confirmed"


def test_a_job_that_cannot_be_cancelled_is_waited_for_until_it_has_ended_by_itself() -> None:
    office = Office()
    office.sim.refused_cancels = FOR_EVER
    office.sim._page_seconds = 30.0
    assert office.print(ends_after(office, 40)).outcome == "unknown"
    assert office.printer.status() == WAITS
    office.pause(30.0 * PAGES)
    assert office.printer.status() == Ready("ok")
    assert office.print(name="S-0002.pdf").outcome == "confirmed"
    assert [name for name, _ in office.sim.ledger] == ["S-0001.pdf"] * 3 + ["S-0002.pdf"] * 3


def test_a_printer_that_stops_long_after_the_cancel_is_waited_for() -> None:
    office = Office()
    office.sim.cancel_seconds = 12.0
    office.sim._page_seconds = 7.0
    office.print(ends_after(office, 2))
    assert office.printer.status() == WAITS
    office.pause(12.0)
    assert office.printer.status() == Ready("ok")
    assert len(office.ledger_later()) == 2


def test_a_queue_that_is_not_reached_while_a_job_is_cancelled_is_asked_again_later() -> None:
    office = Office()
    office.sim.occupied = True
    office.after(2, lambda: setattr(office.sim, "on", False))
    office.print(ends_after(office, 2))
    assert isinstance(office.printer.status(), Absent)
    assert office.printer.may_come
    office.sim.on = True
    assert office.printer.status() == Ready("ok")
    office.sim.occupied = False
    assert office.ledger_later() == ()


def test_a_job_that_never_began_is_known_not_to_be_on_paper() -> None:
    office = Office("ipp-queue")
    office.after(0.0025, lambda: office.sim.fault("media-empty-error"))
    result = office.print()
    assert (result.outcome, result.reason, result.bytes_sent) == ("failed", "printer.paper_out", 0)
    office.sim.cure()
    assert office.ledger_later() == ()


@pytest.mark.parametrize("status", [b"\x04\x03", b"\x05\x07"])
def test_a_queue_that_says_nothing_of_a_job_has_not_said_that_it_ended(status: bytes) -> None:
    """client-error-not-authorized and server-error-busy, unlike -not-found and -gone."""
    office = Office()
    office.sim.occupied = True
    office.sim.refused_cancels = FOR_EVER
    office.spoil = lambda _, answer: (
        b"\x02\x00" + status + answer[4:] if office.sim.requests[-1].code == 9 else answer
    )
    result = office.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.refused")
    assert office.printer.may_come


def lost_hand_over(office: Office) -> None:
    """The job arrives, its number does not, and the queue is gone for longer than is waited."""

    def spoil(_: int, answer: bytes) -> bytes | HttpLost:
        if office.sim.requests[-1].code == Operation.PRINT_JOB:
            office.sim.on = False
            return HttpLost(True, "reset")
        return answer

    office.spoil = spoil
    result = office.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")


def test_a_job_whose_number_never_came_is_found_by_its_name_however_late() -> None:
    office = Office()
    office.sim.occupied = True
    lost_hand_over(office)
    office.sim.on = True
    office.sim.refused_cancels = 1
    assert office.printer.status() == WAITS
    assert office.printer.status() == Ready("ok")
    office.sim.occupied = False
    assert office.ledger_later() == ()


def test_a_job_that_arrives_after_it_was_searched_for_is_searched_for_once_more() -> None:
    office = Office()
    office.sim.occupied = True
    sent: list[Message] = []

    def lose(request: Message) -> bool:
        if request.code == Operation.PRINT_JOB:
            sent.append(request)
        return request.code == Operation.PRINT_JOB

    office.lose = lose
    assert office.print().outcome == "unknown"
    office.lose = lambda _: False
    office.sim._take_job(sent[0])
    assert office.printer.status() == Ready("ok")
    assert [job.state for job in office.sim.jobs] == [JobState.CANCELED]


def foreign(office: Office, number: int) -> SimulatedJob:
    """Somebody else's job at the same queue."""
    job = SimulatedJob(number, "S-0002.pdf", pdf(1), 1)
    office.sim.jobs.append(job)
    return job


def killed(looks: int) -> Callable[[], bool]:
    """A process that is killed after so many looks at whether its visit has ended."""
    left = iter(range(looks))

    def cancelled() -> bool:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return False

    return cancelled


def test_another_process_cancels_what_waits_under_the_names_it_is_told_and_nothing_else() -> None:
    office = Office()
    office.sim.occupied = True
    with pytest.raises(KeyboardInterrupt):
        office.print(killed(2))
    others = foreign(office, 2)
    again = office.another_process()
    again.expect(("S-0000.pdf", "S-0001.pdf"))
    assert again.may_come
    assert again.status() == Ready("ok")
    assert [job.state for job in office.sim.jobs] == [JobState.CANCELED, JobState.PENDING]
    assert others.state is JobState.PENDING
    assert not again.may_come


def test_a_number_that_comes_again_after_a_power_cut_is_somebody_elses() -> None:
    office = Office()
    office.sim.occupied = True
    office.sim.refused_cancels = FOR_EVER
    office.print(ends_after(office, 2))
    office.sim.power_cycle()
    office.sim.refused_cancels = 0
    others = foreign(office, office.sim.jobs[0].number)
    assert office.printer.status() == Ready("ok")
    assert others.state is JobState.PENDING


class Queues(RuleBasedStateMachine):
    """Jobs, faults at the wire and at the printer, killed processes; in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office()
        self.office.lose = self.lose
        self.office.spoil = self.spoil
        self.lost: list[str] = []
        """Of the next requests: `request` never arrives, `answer` never comes back."""
        self.lost_now = ""
        self.ends: dict[str, str] = {}
        """Outcomes by job-name."""

    def lose(self, request: Message) -> bool:
        if request.code == Operation.PRINT_JOB:
            self.look_at_earlier_jobs()
        self.lost_now = self.lost.pop(0) if self.lost else ""
        return self.lost_now == "request"

    def spoil(self, _: int, answer: bytes) -> bytes | HttpLost:
        return HttpLost(True, "reset") if self.lost_now == "answer" else answer

    def look_at_earlier_jobs(self) -> None:
        running = [job.name for job in self.office.sim.jobs if not job.state.ended]
        assert running == [], "an earlier job has not ended"

    @rule(after=st.floats(0, 20), refused=st.sampled_from([0, 3, FOR_EVER]), busy=st.booleans())
    def print(self, after: float, refused: int, busy: bool) -> None:
        self.office.sim.refused_cancels, self.office.sim.occupied = refused, busy
        name = f"S-{len(self.ends):04d}.pdf"
        outcome = self.office.print(ends_after(self.office, after), name).outcome
        self.ends[name] = outcome
        if outcome in ("confirmed", "sent"):
            assert self.out(name) == PAGES

    def out(self, name: str) -> int:
        return sum(name == of for of, _ in self.office.sim.ledger)

    def teardown(self) -> None:
        self.office.sim.on, self.office.sim.occupied = True, False
        self.office.sim.cure()
        assert self.office.ledger_later() is not None
        for name, outcome in self.ends.items():
            if outcome in ("failed", "cancelled"):
                assert self.out(name) == 0, outcome

    @rule(seconds=st.sampled_from([0.0, 1.0, 12.0]))
    def cancels_take_their_time(self, seconds: float) -> None:
        self.office.sim.cancel_seconds = seconds

    @rule(lost=st.lists(st.sampled_from(["request", "answer", ""]), max_size=8))
    def the_wire_loses(self, lost: list[str]) -> None:
        self.lost = lost

    @rule()
    def it_is_our_turn(self) -> None:
        self.office.sim.occupied = False

    @rule()
    def paper_is_out(self) -> None:
        self.office.sim.fault("media-empty-error")

    @rule()
    def paper_is_in(self) -> None:
        self.office.sim.cure()

    @rule(on=st.booleans())
    def power(self, on: bool) -> None:
        if not on:
            self.office.sim.power_cycle()
        self.office.sim.on = on

    @rule(seconds=st.floats(0, 100))
    def time_passes(self, seconds: float) -> None:
        self.office.pause(seconds)

    @rule()
    def the_daemon_starts_again(self) -> None:
        self.office.printer = self.office.another_process()
        self.office.printer.expect(self.ends)

    @rule()
    def somebody_looks(self) -> None:
        if isinstance(self.office.printer.status(), Ready):
            self.look_at_earlier_jobs()

    @invariant()
    def no_request_is_wrong(self) -> None:
        assert self.office.sim.errors == []


TestQueues = pytest.mark.slow(Queues.TestCase)
TestQueues.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
