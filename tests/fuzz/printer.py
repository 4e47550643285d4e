"""Mutated replies of printers, through the parser, the dialog, status and print.

Receipt printers, and a share for what page printers say (see `tests.fuzz.pages`).

The printer here is nothing but its answers: a question that goes out is answered as a healthy
printer would, then the answer is spoilt and arrives in pieces, on a virtual clock.
"""

import random
import re
from collections import Counter
from collections.abc import Callable
from typing import ClassVar

from devices.printer.blocks import Block
from devices.printer.descriptor import DescriptorLink, Turn
from devices.printer.models import load_model, receipt_model_names
from devices.printer.printer import SerialPrinter
from devices.printer.result import never
from devices.printer.status import ReplyParser
from tests.fuzz.pages import decode_ipp, print_on_queue, read_pjl
from tests.fuzz.spoiling import KINDS, Answers

_MOST_TURNS = 3000
_HOLD_SECONDS = 1.0
_MOST_SECONDS = 60.0
_LONGEST_REPLY = 90
_MODELS = tuple(load_model(name) for name in receipt_model_names())
_JOB = (Block(b"\x1b@\x1c&\xb2\xce 1\n", "one"), Block(b"\x1c&2\n\x1dVB\x00", "two"))
_SHARES = {"parser": 3, "pjl": 1, "ipp": 1, "queue": 1, "status": 3, "job": 3}
_VOID = (Block(b"\x1b@VOID\n", "void"), Block(b"\x1dVB\x00", "cut"))
_QUESTION = re.compile(
    rb"\x10\x04(?P<status>[\x01-\x04])|(?P<clear>\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08)"
    rb"|\x1d\x28\x48\x06\x0000(?P<marker>....)|(?P<echo>\x1d\x72\x01|\x1b\x76)"
    rb"|(?P<auto>\x1d\x61[^\x00])|\x1d\x49(?P<identity>.)",
    re.DOTALL,
)


def check_batch(seed: int, count: int) -> Counter[str]:
    """Spoil `count` answers and return how the driver's calls ended, counted by name.

    Raise AssertionError, naming the seed, the answer's number and the bytes, when anything ends
    otherwise than in a value, or does not end.
    """
    chance = random.Random(seed)
    ends: Counter[str] = Counter()
    done = 0
    while done < count:
        printer = Answers(chance, count - done)
        try:
            _drive(printer, chance, ends)
        except Exception as error:  # any: the very thing that is looked for
            raise AssertionError(
                f"seed {seed}, answer {done + printer.spoilt}, {type(error).__name__}: {error}; "
                f"it said {printer.said.hex(' ')}"
            ) from error
        done += printer.spoilt
    return ends


def _drive(printer: Answers, chance: random.Random, ends: Counter[str]) -> None:
    kind = chance.choices(list(_SHARES), list(_SHARES.values()))[0]
    match kind:
        case "parser":
            _parse(printer, chance, ends)
        case "pjl":
            read_pjl(printer, chance, ends)
        case "ipp":
            decode_ipp(printer, chance, ends)
        case "queue":
            print_on_queue(printer, chance, ends)
        case _:
            _talk(printer, chance, ends, job=kind == "job")


def _talk(printer: Answers, chance: random.Random, ends: Counter[str], *, job: bool) -> None:
    """A receipt printer, asked for its state or given a job."""
    model = chance.choice(_MODELS)
    clock = _Clock()
    driver = SerialPrinter("fuzz", model, monotonic=clock, hold_seconds=_HOLD_SECONDS)
    link = _SpoiltLink(printer, chance, clock)
    driver._link = link  # type: ignore[assignment]
    if not job:
        for _ in range(3):
            ends[f"status {driver.status().code}"] += 1
    else:
        cancelled = _later(chance) if chance.random() < 0.2 else never
        result = driver.print_blocks(_JOB, void=_VOID, cancelled=cancelled)
        ends[f"print {result.outcome} {result.reason or ''}".rstrip()] += 1
        if result.outcome == "confirmed":
            assert link.unanswered() == [], "confirmed, and a marker was not answered"
    assert clock.now - _Clock.start < _MOST_SECONDS, "no end"


def _later(chance: random.Random) -> Callable[[], bool]:
    left = iter(range(chance.randrange(30)))
    return lambda: next(left, None) is None


def _parse(printer: Answers, chance: random.Random, ends: Counter[str]) -> None:
    """The parser alone: any bytes, split anywhere, give the same replies and keep little."""
    stream = b"".join(printer.spoil(chance.choice(KINDS)) for _ in range(12))
    at = chance.randrange(len(stream) + 1)
    whole, pieces = ReplyParser(), ReplyParser()
    replies = whole.feed(stream)
    assert replies == pieces.feed(stream[:at]) + pieces.feed(stream[at:]), "the split matters"
    assert len(whole._held) < _LONGEST_REPLY, "keeps what is no reply"
    for reply in replies:
        ends[f"reply {type(reply).__name__}"] += 1


class _Clock:
    start: ClassVar[float] = 1000.0

    def __init__(self) -> None:
        self.now = self.start

    def __call__(self) -> float:
        return self.now


class _SpoiltLink(DescriptorLink):
    """A port whose other end answers; it takes all bytes at once."""

    def __init__(self, printer: Answers, chance: random.Random, clock: _Clock) -> None:
        super().__init__("fuzz", clock)
        self._printer = printer
        self._chance = chance
        self._clock = clock
        self._coming = b""
        self._turns = 0
        self._markers: list[bytes] = []  # of the job
        self._received = bytearray()

    def unanswered(self) -> list[bytes]:
        """Return the job's markers whose answers never came, whatever else did."""
        heard = bytes(self._received).translate(None, b"\x11\x13")
        return [one for one in self._markers if b"\x37\x22" + one + b"\x00" not in heard]

    def _open_descriptor(self) -> int:
        return 1

    def _close_descriptor(self, fd: int) -> None:
        self._coming = b""

    def _discard(self) -> None:
        """Nothing is ever held."""

    def turn(self, timeout: float) -> Turn:
        self._turns += 1
        assert self._turns < _MOST_TURNS, "too many turns"
        of_job = 0
        while self._out:
            part, job = self._out.popleft()
            of_job += len(part) if job else 0
            self._account(bytes(part), job)
            for question in _QUESTION.finditer(part):
                if job and question["marker"]:
                    self._markers.append(question["marker"])
                self._coming += self._printer.spoil(_answer(question))
        if not self._coming:
            self._clock.now += max(timeout, 0.001)
            return Turn(b"", of_job)
        self._clock.now += 0.001
        at = len(self._coming) if self._chance.random() < 0.6 else self._chance.randrange(9)
        received, self._coming = self._coming[:at], self._coming[at:]
        self._received += received
        return Turn(received, of_job)


def _answer(question: re.Match[bytes]) -> bytes:
    match question.lastgroup:
        case "status":
            return b"\x12"
        case "clear":
            return b"\x37\x25\x00"
        case "marker":
            return b"\x37\x22" + question["marker"] + b"\x00"
        case "echo":
            return b"\x00"
        case "auto":
            return b"\x10\x00\x00\x00"
        case _:
            return b"\x5fGB18030\x00"
