import contextlib
import itertools
import socket
import threading
from collections.abc import Callable

import pytest

from devices.errors import DeviceError
from devices.printer.models.page import IppModel, load_page_model
from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.ipp_http import HttpExchange, HttpLost, IppAddress
from devices.printer.pages.ipp_message import Group, Message, decode
from devices.printer.pages.ipp_queue import Operation
from devices.printer.result import PrintResult
from devices.printer.simulated.pages.ipp import SimulatedIppPrinter
from devices.printer.simulated.pages.server import IppServer
from devices.printer.state import Absent, NeedsAttention, Offline, Paper, Ready, Unknown
from tests.devices.printer.pages.documents import pdf

PAGES = 3
LIMIT = 60.0 + 120.0 * PAGES + 10.0


def ipp(name: str = "ipp-printer") -> IppModel:
    model = load_page_model(name)
    assert isinstance(model, IppModel)
    return model


class Office:
    """The shipped client and the simulated printer, without sockets, on one clock."""

    def __init__(self, model: str = "ipp-printer", **printer: bool) -> None:
        self.now = 100.0
        self.sim = SimulatedIppPrinter(monotonic=lambda: self.now, page_seconds=2.0, **printer)
        self.spoil: Callable[[int, bytes], bytes | HttpLost] = lambda _, answer: answer
        self.lose: Callable[[Message], bool] = lambda _: False
        """Which requests never arrive."""
        self.at: list[tuple[float, Callable[[], None]]] = []
        self.exchanges = 0
        self.model = ipp(model)
        self.printer = self.another_process()

    def another_process(self) -> IppPrinter:
        """A driver that knows nothing of what was before."""
        return IppPrinter(
            "ipp://127.0.0.1/ipp/print",
            self.model,
            monotonic=lambda: self.now,
            pause=self.pause,
            exchange=self.exchange,
        )

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        self.at.append((self.now + seconds, action))

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def exchange(self, request: bytes) -> bytes | HttpLost:
        self.now += 0.001
        for entry in [entry for entry in self.at if entry[0] <= self.now]:
            self.at.remove(entry)
            entry[1]()
        self.exchanges += 1
        if not self.sim.on:
            return HttpLost(False, "connection refused")
        if self.lose(decode(request)):
            return HttpLost(True, "reset")
        return self.spoil(self.exchanges, self.sim.handle(request))

    def ledger_later(self) -> tuple[tuple[str, int], ...]:
        """What is in the tray after a long time, and a few looks."""
        for _ in range(5):
            self.now += 100
            assert self.sim.ledger is not None
        return self.sim.ledger

    def print(
        self, cancelled: Callable[[], bool] = lambda: False, name: str = "S-0001.pdf"
    ) -> PrintResult:
        started = self.now
        result = self.printer.print_pdf(pdf(PAGES), name, cancelled=cancelled)
        assert self.now - started < LIMIT
        return result


def test_a_job_whose_every_page_was_counted_is_confirmed() -> None:
    office = Office()
    result = office.print()
    assert (result.outcome, result.evidence, result.reason) == ("confirmed", "impressions", None)
    assert (result.blocks_sent, result.blocks_confirmed) == (1, 1)
    assert office.sim.ledger == tuple(("S-0001.pdf", page) for page in (1, 2, 3))
    assert office.sim.errors == []


def test_the_job_says_kiosk_and_its_serial_and_nothing_else() -> None:
    office = Office()
    office.print()
    job = next(request for request in office.sim.requests if request.code == 2)
    assert job.texts(Group.OPERATION, "requesting-user-name") == ("kiosk",)
    assert job.texts(Group.OPERATION, "job-name") == ("S-0001.pdf",)
    assert job.data == pdf(PAGES)


def test_a_printer_that_counts_nothing_is_believed_to_have_got_it_and_no_more() -> None:
    result = Office(counts=False).print()
    assert (result.outcome, result.evidence, result.blocks_confirmed) == ("sent", "none", 0)


@pytest.mark.parametrize("model", ["ipp-printer", "ipp-queue"])
@pytest.mark.parametrize("miscount", [-1, 1, 3])
def test_completed_with_another_count_than_the_pages_is_unknown(model: str, miscount: int) -> None:
    office = Office(model)
    office.sim.miscount = miscount
    result = office.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.pages_missing")


def test_the_count_of_a_queue_is_no_proof() -> None:
    result = Office("ipp-queue").print()
    assert (result.outcome, result.reason) == ("sent", None)
    assert (result.evidence, result.blocks_confirmed, result.confirmed_at) == ("none", 0, None)


def test_a_look_at_the_printer_while_a_job_is_handed_over_does_not_spoil_its_answer() -> None:
    office = Office()
    looks: list[object] = []

    def look(_: int, answer: bytes) -> bytes:
        if office.sim.requests[-1].code == Operation.PRINT_JOB:
            looks.append(office.printer.status())
        return answer

    office.spoil = look
    assert office.print().outcome == "confirmed"
    assert looks == [Ready("ok")]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("media-empty", "printer.paper_out"),
        ("media-empty-warning", "printer.paper_out"),
        ("cover-open-error", "printer.cover_open"),
        ("media-jam", "printer.error"),
        ("toner-empty-error", "printer.error"),
        ("offline-report", "printer.offline"),
        ("some-new-reason", "printer.error"),
    ],
)
def test_nothing_is_sent_to_a_printer_with_a_fault(fault: str, code: str) -> None:
    office = Office()
    office.sim.fault(fault)
    result = office.print()
    assert (result.outcome, result.reason, result.bytes_sent) == ("failed", code, 0)
    assert office.sim.jobs == []


@pytest.mark.parametrize(
    ("notice", "paper"),
    [
        ("toner-low-warning", "ok"),
        ("media-low-warning", "near_end"),
        ("media-low-report", "near_end"),
    ],
)
def test_little_toner_or_paper_is_no_reason_to_stop(notice: str, paper: Paper) -> None:
    office = Office()
    office.sim.notices = {notice}
    assert office.printer.status() == Ready(paper)
    assert office.print().outcome == "confirmed"


def test_a_paper_end_in_the_middle_is_waited_for_and_the_job_goes_on() -> None:
    office = Office()
    office.after(3, lambda: office.sim.fault("media-empty-error"))
    office.after(40, office.sim.cure)
    assert office.print().outcome == "confirmed"
    assert len(office.sim.ledger) == PAGES


def test_a_paper_end_that_nobody_mends_ends_as_unknown_and_the_rest_never_comes_out() -> None:
    office = Office()
    office.after(3, lambda: office.sim.fault("media-empty-error"))
    result = office.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.paper_out")
    before = office.sim.ledger
    office.sim.cure()
    assert office.ledger_later() == before


def test_completed_on_a_printer_without_paper_is_no_proof() -> None:
    office = Office()
    office.sim.complete_early = True
    office.after(0.0025, lambda: office.sim.fault("media-empty-error"))
    result = office.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.paper_out")
    assert len(office.sim.ledger) < PAGES


def test_completed_before_a_page_was_counted_is_sent_and_no_more() -> None:
    office = Office()
    office.sim.complete_early = True
    result = office.print()
    assert (result.outcome, result.evidence) == ("sent", "none")


def test_an_aborted_job_is_unknown() -> None:
    office = Office()
    office.sim.abort_at_page = 1
    assert office.print().reason == "printer.job_aborted"


def test_a_power_cut_in_the_middle_is_unknown_and_nothing_is_sent_again() -> None:
    office = Office()
    office.after(3, office.sim.power_cycle)
    result = office.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.job_aborted")
    assert len(office.sim.jobs) == 1


def test_a_printer_that_goes_away_in_the_middle_is_unknown_within_the_time_limit() -> None:
    office = Office()
    office.after(3, lambda: setattr(office.sim, "on", False))
    result = office.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")


def test_a_visit_that_ends_cancels_the_job() -> None:
    office = Office()
    office.sim.occupied = True
    ended = iter([False, False, True])
    result = office.print(cancelled=lambda: next(ended, True))
    assert result.outcome == "cancelled"
    office.sim.occupied = False
    assert office.ledger_later() == ()


def test_a_visit_that_ended_before_the_first_byte_sends_nothing() -> None:
    office = Office()
    assert office.print(cancelled=lambda: True).outcome == "cancelled"
    assert office.exchanges == 0


def test_a_job_whose_number_never_came_is_found_by_name_and_cancelled() -> None:
    office = Office()
    office.sim.occupied = True
    office.spoil = lambda n, answer: HttpLost(True, "reset") if n in (3, 4) else answer
    result = office.print()
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")
    office.sim.occupied = False
    assert office.ledger_later() == ()


@pytest.mark.parametrize("exchange", range(1, 9))
@pytest.mark.parametrize("keep", [0, 1, 5, 8, 9, 20, 60, 100, 140])
def test_an_answer_cut_anywhere_never_claims_more_than_came_out(exchange: int, keep: int) -> None:
    office = Office()
    office.spoil = lambda n, answer: answer[:keep] if n == exchange else answer
    result = office.print()
    if result.outcome == "confirmed":
        assert len(office.sim.ledger) == PAGES
    if result.outcome == "failed":
        assert office.sim.ledger == ()
    assert len(office.sim.jobs) <= 1


def test_the_answer_to_another_request_is_not_taken_for_ours() -> None:
    office = Office()
    office.spoil = lambda n, answer: answer[:4] + b"\x00\x00\x03\xe7" + answer[8:]
    assert isinstance(office.printer.status(), Absent)


def test_a_refusal_by_the_queue_is_a_failure() -> None:
    office = Office()
    office.spoil = lambda n, answer: b"\x02\x00\x04\x0a" + answer[4:] if n == 2 else answer
    result = office.print()
    assert (result.outcome, result.reason) == ("failed", "printer.refused")


def test_an_answer_without_a_state_is_unknown() -> None:
    office = Office()
    office.spoil = lambda n, answer: answer.replace(b"printer-state\x00", b"printer-stute\x00")
    assert office.printer.status() == Unknown()


def test_states_are_told_over_real_http() -> None:
    sim = SimulatedIppPrinter(monotonic=lambda: 0.0)
    with IppServer(sim) as server:
        printer = _client(server)
        assert printer.status() == Ready("ok")
        sim.fault("cover-open")
        assert printer.status() == NeedsAttention("cover_open")
        sim.reasons = {"offline-report"}
        assert printer.status() == Offline()
        server.http_status = 500
        assert printer.status() == Absent("HTTP status 500")
        server.http_status, server.cut_answer_at = 200, 50
        assert isinstance(printer.status(), Absent)
    assert isinstance(printer.status(), Absent)


def test_an_answer_that_comes_byte_by_byte_ends_at_the_deadline() -> None:
    """The clock goes on by a second at each look at it; a byte comes at each of them."""
    looked, ended = threading.Semaphore(0), threading.Event()
    seconds = itertools.count()

    def clock() -> float:
        looked.release()
        return float(next(seconds))

    def drip() -> None:
        host, _ = listening.accept()
        with host, contextlib.suppress(ConnectionError):
            for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
                looked.acquire()
                if ended.is_set():
                    return
                host.sendall(bytes((byte,)))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip)
        thread.start()
        address = IppAddress("127.0.0.1", listening.getsockname()[1], "/")
        result = HttpExchange(address, clock)(b"request")
        ended.set()
        looked.release()
        thread.join()
    assert result == HttpLost(True, "the exchange takes too long")


def test_a_whole_job_over_real_http() -> None:
    now = [0.0]
    sim = SimulatedIppPrinter(monotonic=lambda: now[0], page_seconds=1.0)
    with IppServer(sim) as server:
        result = _client(server, now).print_pdf(pdf(2), "S-2.pdf")
    assert result.outcome == "confirmed"
    assert sim.ledger == (("S-2.pdf", 1), ("S-2.pdf", 2))


@pytest.mark.parametrize("offset", [0, 1, 100, 250, 400, 1000, 10000])
def test_a_connection_reset_at_any_byte_of_the_job_is_never_a_success(offset: int) -> None:
    now = [0.0]
    sim = SimulatedIppPrinter(monotonic=lambda: now[0])
    with IppServer(sim) as server:
        server.reset_at = offset
        result = _client(server, now).print_pdf(pdf(2), "S-2.pdf")
    assert result.outcome in ("failed", "unknown")
    assert sim.ledger == ()


def _client(server: IppServer, now: list[float] | None = None) -> IppPrinter:
    clock = now or [0.0]

    def pause(seconds: float) -> None:
        clock[0] += seconds

    return IppPrinter(server.uri, ipp(), monotonic=lambda: clock[0], pause=pause)


@pytest.mark.parametrize("uri", ["http://127.0.0.1/x", "ipp:///x", "ipp://127.0.0.1:99999/x", ""])
def test_an_address_that_is_none_is_refused(uri: str) -> None:
    with pytest.raises(DeviceError, match=r"ipp://|[Pp]ort"):
        IppPrinter(uri, ipp(), monotonic=lambda: 0.0)


def test_a_sheet_can_be_looked_at() -> None:
    office = Office()
    office.print()
    sheets = office.sim.pictures(dpi=72)
    assert len(sheets) == PAGES
    assert sheets[0].size[0] in (595, 596)
    assert decode(office.sim.handle(b"nonsense")).code == 0x0400
