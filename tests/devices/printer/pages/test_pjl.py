import pytest

from devices.printer.pages.ledger import Ledger
from devices.printer.pages.pjl import (
    DeviceStatus,
    Echo,
    Garbled,
    JobBegan,
    JobEnded,
    Message,
    MessageReader,
    PageCount,
    PageLanded,
    begin_job,
)
from devices.printer.pages.pjl_codes import decode_status, is_idle
from devices.printer.state import NeedsAttention, PrinterState, Ready, Unknown

STREAM = (
    b"@PJL ECHO T000001\r\n\x0c"
    b'@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY="00 READY"\r\nONLINE=TRUE\r\n\x0c'
    b'@PJL USTATUS JOB\r\nSTART\r\nNAME="K000001"\r\n\x0c'
    b"@PJL USTATUS PAGE\r\n1\r\n\x0c"
    b'@PJL USTATUS DEVICE\r\nCODE=41010\r\nDISPLAY="LOAD A4"\r\nONLINE=FALSE\r\n\x0c'
    b'@PJL USTATUS JOB\r\nEND\r\nNAME="K000001"\r\nPAGES=1\r\n\x0c'
    b"@PJL INFO PAGECOUNT\r\n4711\r\n\x0c"
    b"@PJL INFO PAGECOUNT\r\nPAGECOUNT=4712\r\n\x0c"
)
MESSAGES: tuple[Message, ...] = (
    Echo("T000001"),
    DeviceStatus(10001, True),
    JobBegan("K000001"),
    PageLanded(1),
    DeviceStatus(41010, False),
    JobEnded("K000001", 1),
    PageCount(4711),
    PageCount(4712),
)


@pytest.mark.parametrize("size", [1, 2, 7, 50, 1000])
def test_messages_are_read_however_they_are_split(size: int) -> None:
    reader = MessageReader()
    parts = [STREAM[at : at + size] for at in range(0, len(STREAM), size)]
    assert tuple(m for part in parts for m in reader.feed(part)) == MESSAGES


@pytest.mark.parametrize(
    "raw",
    [
        b"\x0c",
        b"hello\x0c",
        b"@PJL USTATUS PAGE\r\nx\r\n\x0c",
        b"@PJL USTATUS PAGE\r\n1\r\n2\r\n\x0c",
        b"@PJL USTATUS JOB\r\nEND\r\nPAGES=1\r\n\x0c",
        b'@PJL USTATUS JOB\r\nEND\r\nNAME="a"\r\nPAGES=1x\r\n\x0c',
        b"@PJL INFO STATUS\r\nCODE=10001\r\n\x0c",
        b"\xff" * 2000,
    ],
)
def test_what_fits_no_message_is_garbled_and_proves_nothing(raw: bytes) -> None:
    assert all(isinstance(message, Garbled) for message in MessageReader().feed(raw))


@pytest.mark.parametrize(
    ("code", "online", "state"),
    [
        (10001, True, Ready("ok")),
        (10023, True, Ready("ok")),
        (35078, True, Ready("ok")),
        (11304, True, Ready("ok")),
        (10006, True, Ready("ok")),
        (40021, False, NeedsAttention("cover_open")),
        (40010, False, NeedsAttention("error")),
        (41010, False, NeedsAttention("paper_out")),
        (42202, False, NeedsAttention("error")),
        (44010, False, NeedsAttention("error")),
        (50002, False, NeedsAttention("error")),
        (10001, False, NeedsAttention("error")),
        (30017, True, Unknown()),
        (10099, True, Unknown()),
        (99999, True, Unknown()),
    ],
)
def test_a_status_code_is_read_by_its_thousands(
    code: int, online: bool, state: PrinterState
) -> None:
    assert decode_status(DeviceStatus(code, online)) == state


@pytest.mark.parametrize(
    ("code", "idle"),
    [(10001, True), (10006, True), (35078, True), (10023, False), (10024, False), (41010, False)],
)
def test_a_printer_that_prints_is_not_idle(code: int, idle: bool) -> None:
    assert is_idle(DeviceStatus(code, online=True)) is idle
    assert not is_idle(DeviceStatus(code, online=False))


def ledger(total: int, *messages: Message) -> Ledger:
    made = Ledger("K1", total)
    for message in messages:
        made.take(message)
    return made


BEGAN, ONE, TWO, THREE = JobBegan("K1"), PageLanded(1), PageLanded(2), PageLanded(3)


def test_all_pages_in_order_and_the_end_prove_a_job() -> None:
    assert ledger(2, BEGAN, ONE, TWO, JobEnded("K1", 2)).proven


@pytest.mark.parametrize(
    "messages",
    [
        (BEGAN, ONE, TWO),
        (BEGAN, ONE, JobEnded("K1", 2)),
        (BEGAN, ONE, JobEnded("K1", 1)),
        (BEGAN, ONE, TWO, JobEnded("K1", 1)),
        (BEGAN, ONE, TWO, JobEnded("K1", 3)),
        (BEGAN, ONE, ONE, TWO, JobEnded("K1", 2)),
        (BEGAN, TWO, ONE, JobEnded("K1", 2)),
        (BEGAN, ONE, TWO, THREE, JobEnded("K1", 2)),
        (BEGAN, ONE, TWO, JobEnded("K2", 2)),
        (ONE, TWO, JobEnded("K1", 2)),
        (BEGAN, ONE, JobBegan("X"), TWO, JobEnded("K1", 2)),
        (BEGAN, ONE, BEGAN, TWO, JobEnded("K1", 2)),
    ],
)
def test_a_page_missing_doubled_or_of_another_job_proves_nothing(
    messages: tuple[Message, ...],
) -> None:
    assert not ledger(2, *messages).proven


def test_a_job_is_named_by_a_number_and_nothing_else() -> None:
    assert b'@PJL JOB NAME="K000007"\r\n' in begin_job("K000007")
