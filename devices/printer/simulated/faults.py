"""Every fault that can be done to a simulated printer, by name: tests, the fault matrix and the
demonstration take them from here.

A fault strikes and can be cured; between the two stands whatever the scripted moment is: see
`SimulatedPrinter.schedule`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from devices.printer.simulated.printer import SimulatedPrinter

Verb: TypeAlias = Callable[[SimulatedPrinter], object]

_GARBAGE = b"\xff\x13\x5f7\x22\x90\x16"
"""Starts of replies, an XOFF, and bytes that are nothing."""
_SLOW_SECONDS = 0.2
_WRONG_ID = b"\x37\x22zzzz\x00"


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to the printer, and what undoes it."""

    about: str
    strike: Verb
    cure: Verb


def _nothing(_: SimulatedPrinter) -> None:
    """Once and over: the next bytes are as they were sent."""


def _lose_xon(printer: SimulatedPrinter) -> None:
    printer.hold_line()
    printer.lose_xon()
    printer.hold_line(False)


def _filter(change: Callable[[bytes], bytes]) -> Verb:
    def strike(printer: SimulatedPrinter) -> None:
        printer.marker_filter = change

    return strike


def _wrong_speed(wrong: bool) -> Verb:
    def strike(printer: SimulatedPrinter) -> None:
        printer.from_host.wrong_speed = printer.to_host.wrong_speed = wrong

    return strike


def _slow(seconds: float) -> Verb:
    def strike(printer: SimulatedPrinter) -> None:
        printer.reply_seconds = seconds

    return strike


_honest = _filter(lambda reply: reply)
_Printer = SimulatedPrinter


class Fault(Enum):
    """The faults; `FAULTS` has them by name."""

    PAPER_LOW = Deed("the roll comes to its end", _Printer.low_paper, _Printer.load_paper)
    PAPER_OUT = Deed("the roll is used up", _Printer.take_paper, _Printer.load_paper)
    COVER_OPEN = Deed("the cover is opened", _Printer.open_cover, _Printer.close_cover)
    FEED_BUTTON = Deed("the feed button is held", _Printer.press_feed, _Printer.release_feed)
    CUTTER_JAM = Deed("the next cut fails", _Printer.jam_cutter, _Printer.free_cutter)
    HEAD_HOT = Deed("the head is too hot", _Printer.heat_head, _Printer.cool_head)
    BROKEN = Deed("an error until power is cycled", _Printer.break_down, _Printer.cycle_power)
    POWER_CYCLE = Deed("off and at once on again", _Printer.cycle_power, _Printer.switch_on)
    OFF = Deed("switched off", _Printer.switch_off, _Printer.switch_on)
    MUTE = Deed(
        "no answer arrives, all else does", _Printer.mute, lambda printer: printer.mute(False)
    )
    HANG_UP = Deed("the cable's port is gone", _Printer.hang_up, _Printer.plug_in)
    PORT_TAKEN = Deed(
        "another program opens the port first", _Printer.take_port, _Printer.give_port
    )
    HELD_LINE = Deed(
        "the host is stopped for ever", _Printer.hold_line, lambda printer: printer.hold_line(False)
    )
    LOST_XON = Deed(
        "the host is stopped, and the byte that lets it go on is lost",
        _lose_xon,
        lambda printer: printer.send_noise(b"\x11"),
    )
    FLIP_TO_PRINTER = Deed("a bit flips", lambda printer: printer.from_host.flip(0x04), _nothing)
    DROP_TO_PRINTER = Deed("a byte is lost", lambda printer: printer.from_host.drop(1), _nothing)
    GARBAGE_TO_PRINTER = Deed(
        "bytes nobody sent", lambda printer: printer.from_host.insert(_GARBAGE), _nothing
    )
    FLIP_TO_HOST = Deed("a reply's bit flips", lambda printer: printer.to_host.flip(0x04), _nothing)
    DROP_TO_HOST = Deed("a reply's byte is lost", lambda printer: printer.to_host.drop(1), _nothing)
    GARBAGE_TO_HOST = Deed(
        "replies nobody sent", lambda printer: printer.send_noise(_GARBAGE), _nothing
    )
    WRONG_IDS = Deed("markers come back changed", _filter(lambda _: _WRONG_ID), _honest)
    DOUBLED_IDS = Deed("markers come twice", _filter(lambda reply: reply + reply), _honest)
    NO_IDS = Deed("markers never come back", _filter(lambda _: b""), _honest)
    SLOW_REPLIES = Deed("answers take 200 ms", _slow(_SLOW_SECONDS), _slow(0.0))
    WRONG_SPEED = Deed(
        "the two ends disagree on the baud rate", _wrong_speed(True), _wrong_speed(False)
    )

    @property
    def passes(self) -> bool:
        """Whether it is over as soon as it has struck, and there is nothing to cure."""
        return self.value.cure is _nothing

    def strike(self, printer: SimulatedPrinter) -> None:
        """Do it."""
        self.value.strike(printer)

    def cure(self, printer: SimulatedPrinter) -> None:
        """Take away the cause; what it has done stays done."""
        self.value.cure(printer)


FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name.lower(): fault for fault in Fault})
