"""The main job without a screen: a card goes in, a statement comes out.

`kiosk print` runs it on real devices and `kiosk demo --once` on simulated ones; each stage is
timed.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from archive.codes import Language
from devices.card.channel import Traffic
from devices.card.errors import CardAbsentError, PinLockedError
from devices.card.events import CardEvent, CardInserted
from devices.card.pin import NoPin, Pin, PinLocked, PinReady
from kiosk.composed import Statement, compose
from kiosk.errors import PaperNotConfirmedError, PrinterNotReadyError
from kiosk.identify import (
    CardSession,
    HolderRecords,
    check_usable,
    holder_reader,
    look_up,
    open_holder_card,
    open_to_all,
    prove_holder,
)
from kiosk.leftover import GOOD
from kiosk.machine import Machine
from kiosk.paper import encode, print_form, print_receipt, print_report
from kiosk.timeline import Timeline
from kiosk.trail import Trail
from printing.document import UNSEALED
from printing.job import PrintedJob
from printing.layout.plain import layout_plain
from printing.layout.size import Size
from printing.statements import statement as statement_named
from printing.statements.material import Asked

AskPin = Callable[[PinReady], Pin]
Paper = Literal["receipt", "report", "form"]
NO_GENERATION = 0
"""A job outside of any visit."""


@dataclass(frozen=True, slots=True)
class Identified:
    """What the card half of the line yields."""

    records: HolderRecords
    traffic: Traffic


def main_job(
    machine: Machine,
    name: str,
    asked: Asked,
    ask_pin: AskPin,
    wait_seconds: float,
    paper: Paper,
    size: Size = "normal",
    language: Language = "zh",
) -> PrintedJob:
    """Do all of it on the machine's devices; what did not end well is raised as its fault."""
    timeline = Timeline(machine.monotonic)
    records = records_of(machine, name, asked, ask_pin, wait_seconds, timeline)
    if paper != "receipt":
        send = print_form if paper == "form" else print_report
        statement = compose(machine, name, records, size, language)
        papers = (send(machine, one, NO_GENERATION) for one in statement.copies)
    else:
        statement = make(machine, name, records, timeline, size, language)
        papers = (print_on_roll(machine, one, timeline) for one in statement.copies)
    for printed in papers:
        check_paper(printed)
    return printed


def records_of(
    machine: Machine,
    name: str,
    asked: Asked,
    ask_pin: AskPin,
    wait_seconds: float,
    timeline: Timeline,
) -> HolderRecords:
    """What the statement needs: by card and PIN, or without one where anyone may have it."""
    entry = statement_named(name)
    if entry.audience == "anyone":
        return open_to_all(machine, entry, asked)
    reader = wait_for_card(machine, wait_seconds)
    return identify(machine, reader, name, asked, ask_pin, timeline).records


def as_text(
    machine: Machine,
    name: str,
    asked: Asked,
    ask_pin: AskPin,
    wait_seconds: float,
    language: Language = "zh",
) -> str:
    """The statement for a screen reader, its holder masked as on every screen.

    Nothing is printed: there is no number of a paper, no time of print, and no code to verify.
    """
    timeline = Timeline(machine.monotonic)
    records = records_of(machine, name, asked, ask_pin, wait_seconds, timeline)
    shown = compose(machine, name, records, language=language).shown
    foot = replace(shown.foot, serial="", copy="", printed="")
    return layout_plain(replace(shown, seal=UNSEALED, foot=foot))


def wait_for_card(machine: Machine, seconds: float) -> str:
    """The reader in which a card is, at once if one is there; else `CardAbsentError`."""
    reader = holder_reader(machine.source, machine.roles)
    if seconds == 0:
        return reader  # connecting tells whether a card is there
    wait_in(machine, reader, seconds)
    return reader


def wait_in(machine: Machine, reader: str, seconds: float) -> None:
    """Until a card or module is known to be in that reader; else `CardAbsentError`."""
    there = threading.Event()

    def listen(event: CardEvent) -> None:
        if isinstance(event, CardInserted) and event.reader == reader:
            there.set()

    with machine.source.watch(listen):
        if not there.wait(seconds):
            raise CardAbsentError(reader)


def identify(
    machine: Machine,
    reader: str,
    name: str,
    asked: Asked,
    ask_pin: AskPin,
    timeline: Timeline,
) -> Identified:
    """Read the card, have the PIN verified by it, look up what the statement needs."""
    with timeline.stage("identity read"):
        session = open_holder_card(machine, reader)
    try:
        check_usable(session.identity, machine.now(), machine.latest())
        with timeline.stage("PIN"):
            _prove_holder(session, ask_pin, machine.trail)
        with timeline.stage("lookup"):
            records = look_up(machine, session.identity, statement_named(name), asked)
        return Identified(records, session.card.traffic)
    finally:
        session.close()


def _prove_holder(session: CardSession, ask_pin: AskPin, trail: Trail) -> None:
    match session.pin:
        case PinLocked():
            raise PinLockedError
        case PinReady():
            prove_holder(session, ask_pin(session.pin), trail)
        case NoPin():
            pass


def make(
    machine: Machine,
    name: str,
    records: HolderRecords,
    timeline: Timeline,
    size: Size = "normal",
    language: Language = "zh",
) -> Statement:
    """Lay the statement out and encode it."""
    with timeline.stage("layout"):
        statement = compose(machine, name, records, size, language)
    with timeline.stage("encode"):
        encode(machine, statement)
    return statement


def print_on_roll(machine: Machine, statement: Statement, timeline: Timeline) -> PrintedJob:
    """Print the receipt and note the moments that were observed."""
    paper = print_receipt(machine, statement, NO_GENERATION)
    timeline.moment("first byte sent", paper.result.first_byte_at)
    timeline.moment("last byte sent", paper.result.last_byte_at)
    timeline.moment("confirmed", paper.result.confirmed_at)
    return paper


def check_paper(paper: PrintedJob) -> None:
    """Raise what a job that did not end well stands for."""
    result = paper.result
    if result.outcome in GOOD:
        return
    if result.outcome == "failed" and result.reason:
        raise PrinterNotReadyError(result.reason)
    raise PaperNotConfirmedError(paper.job_id, result.outcome, result.reason)
