"""The main job without a screen: a card goes in, a statement comes out.

`kiosk print` runs it on real devices and `kiosk demo --once` on simulated ones; each stage is
timed.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from devices.card.channel import Traffic
from devices.card.errors import CardAbsentError, PinLockedError
from devices.card.events import CardEvent, CardInserted, ServiceLost
from devices.card.pin import NoPin, Pin, PinLocked, PinReady
from devices.printer.result import PrintResult
from kiosk.errors import PaperNotConfirmedError
from kiosk.identify import (
    CardSession,
    HolderRecords,
    check_usable,
    choose_reader,
    look_up,
    open_card,
)
from kiosk.machine import Machine
from kiosk.paper import Statement, compose, encode, print_receipt
from kiosk.timeline import Timeline

AskPin = Callable[[PinReady], Pin]
NO_GENERATION = 0
"""A job outside of any visit."""


@dataclass(frozen=True, slots=True)
class Identified:
    """What the card half of the line yields."""

    records: HolderRecords
    traffic: Traffic


def wait_for_card(machine: Machine, seconds: float) -> str:
    """The reader in which a card is, at once if one is there; else `CardAbsentError`."""
    reader = choose_reader(
        machine.source, machine.settings.card.reader, virtual=machine.settings.card.virtual_readers
    )
    there = threading.Event()

    def listen(event: CardEvent) -> None:
        match event:
            case CardInserted(where) if where == reader:
                there.set()
            case ServiceLost():
                pass  # it may come back before the time is over
            case _:
                pass

    with machine.source.watch(listen):
        if not there.wait(seconds):
            raise CardAbsentError(reader)
    return reader


def identify(machine: Machine, reader: str, ask_pin: AskPin, timeline: Timeline) -> Identified:
    """Read the card, have the PIN verified by it, look the holder up."""
    settings = machine.settings
    with timeline.stage("identity read"):
        session = open_card(machine.source, reader)
    try:
        check_usable(session.identity, machine.now().date())
        with timeline.stage("PIN"):
            _prove_holder(session, ask_pin)
        with timeline.stage("lookup"):
            records = look_up(
                machine.store, session.identity, settings.statement.months, settings.kiosk.id
            )
        return Identified(records, session.card.traffic)
    finally:
        session.close()


def _prove_holder(session: CardSession, ask_pin: AskPin) -> None:
    match session.pin:
        case PinLocked():
            raise PinLockedError
        case PinReady():
            pin = ask_pin(session.pin)
            try:
                session.card.verify_pin(pin)
            finally:
                pin.clear()
        case NoPin():
            pass


def make(machine: Machine, name: str, records: HolderRecords, timeline: Timeline) -> Statement:
    """Lay the statement out and encode it."""
    with timeline.stage("layout"):
        statement = compose(machine, name, records)
    with timeline.stage("encode"):
        encode(machine, statement)
    return statement


def print_on_roll(machine: Machine, statement: Statement, timeline: Timeline) -> PrintResult:
    """Print the receipt; what is not confirmed or sent is raised as its fault."""
    result = print_receipt(machine, statement, NO_GENERATION)
    timeline.moment("first byte sent", result.first_byte_at)
    timeline.moment("last byte sent", result.last_byte_at)
    timeline.moment("confirmed", result.confirmed_at)
    return result


def check_paper(result: PrintResult, job_id: int) -> None:
    """Raise what a job that did not end well stands for."""
    if result.outcome in ("confirmed", "sent"):
        return
    raise PaperNotConfirmedError(job_id, result.outcome, result.reason)
