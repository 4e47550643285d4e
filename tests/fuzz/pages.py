"""Spoilt answers of page printers: PJL messages, and IPP from a simulated queue."""

import random
from collections import Counter

from devices.printer.models import page_model_names
from devices.printer.models.page import IppModel, load_page_model
from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.ipp_message import (
    Attribute,
    Group,
    IppFormatError,
    Message,
    Tag,
    Value,
    attribute,
    decode,
    encode,
)
from devices.printer.pages.pjl import MessageReader
from devices.printer.result import never
from devices.printer.simulated.pages.ipp import SimulatedIppPrinter
from tests.devices.printer.pages.documents import pdf
from tests.fuzz.spoiling import Answers

_LONGEST = 1024
_MOST_EXCHANGES = 2000
_MOST_SECONDS = 3600.0
_HOLD_SECONDS = 5.0
_QUEUES = tuple(
    model for model in map(load_page_model, page_model_names()) if isinstance(model, IppModel)
)
_PJL = (
    b"@PJL ECHO K000001\r\n\x0c",
    b'@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY="READY"\r\nONLINE=TRUE\r\n\x0c',
    b"@PJL USTATUS DEVICE\r\nCODE=41213\r\nONLINE=FALSE\r\n\x0c",
    b"@PJL USTATUS PAGE\r\n1\r\n\x0c",
    b'@PJL USTATUS JOB\r\nSTART\r\nNAME="K000001"\r\n\x0c',
    b'@PJL USTATUS JOB\r\nEND\r\nNAME="K000001"\r\nPAGES=2\r\n\x0c',
    b"@PJL INFO PAGECOUNT\r\nPAGECOUNT=183933\r\n\x0c",
)
_MEMBER = Attribute("media-size", (Value(Tag.INTEGER, 21000),))
_ANSWER = encode(
    Message(
        0,
        7,
        (
            (Group.OPERATION, (attribute("attributes-charset", Tag.CHARSET, "utf-8"),)),
            (
                Group.PRINTER,
                (
                    attribute("printer-state", Tag.ENUM, 3),
                    attribute("printer-state-reasons", Tag.KEYWORD, "none", "media-low"),
                    attribute("printer-is-accepting-jobs", Tag.BOOLEAN, True),
                    Attribute("media-col", (Value(0x34, (_MEMBER,)),)),
                ),
            ),
        ),
    )
)


def read_pjl(printer: Answers, chance: random.Random, ends: Counter[str]) -> None:
    """The reader alone: any bytes, split anywhere, give the same messages and keep little."""
    stream = b"".join(printer.spoil(chance.choice(_PJL)) for _ in range(12))
    at = chance.randrange(len(stream) + 1)
    whole, pieces = MessageReader(), MessageReader()
    messages = whole.feed(stream)
    apart = pieces.feed(stream[:at]) + pieces.feed(stream[at:])
    if max(map(len, stream.split(b"\x0c"))) <= _LONGEST:
        assert messages == apart, "the split matters"
    assert max(len(whole._buffer), len(pieces._buffer)) <= _LONGEST, "keeps what is no message"
    for message in messages:
        ends[f"pjl {type(message).__name__}"] += 1


def decode_ipp(printer: Answers, chance: random.Random, ends: Counter[str]) -> None:
    """The decoder alone: a message that can be written again, or its own error."""
    for _ in range(12):
        try:
            message = decode(printer.spoil(_ANSWER))
        except IppFormatError as error:
            ends[f"ipp {error.code}"] += 1
        else:
            assert decode(encode(message)) == message, "not the same when written again"
            ends["ipp Message"] += 1


def print_on_queue(printer: Answers, chance: random.Random, ends: Counter[str]) -> None:
    """A document on a queue whose answers are spoilt; unspoilt ones claim what came out."""
    now = start = 100.0
    exchanges = 0
    queue = SimulatedIppPrinter(monotonic=lambda: now, page_seconds=2.0)

    def exchange(request: bytes) -> bytes:
        nonlocal now, exchanges
        now += 0.001
        exchanges += 1
        assert exchanges < _MOST_EXCHANGES, "too many exchanges"
        return printer.spoil(queue.handle(request))

    def pause(seconds: float) -> None:
        nonlocal now
        now += seconds

    driver = IppPrinter(
        "ipp://127.0.0.1/ipp/print",
        chance.choice(_QUEUES),
        monotonic=lambda: now,
        pause=pause,
        exchange=exchange,
        hold_seconds=_HOLD_SECONDS,
    )
    ends[f"queue status {driver.status().code}"] += 1
    before = printer.spoilt
    result = driver.print_pdf(pdf(1), "S-0001.pdf", cancelled=never)
    assert now - start < _MOST_SECONDS, "no end"
    if printer.spoilt == before and result.outcome == "confirmed":
        assert len(queue.ledger) == 1, "confirmed, and not one sheet came out"
    ends[f"queue {result.outcome} {result.reason or ''}".rstrip()] += 1
