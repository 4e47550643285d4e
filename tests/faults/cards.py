"""How each fault of the readers, the security module, the card and the PIN is brought about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, cast

from archive.store import Store
from devices.card.fci import Algorithm
from devices.card.keys import MasterKeys
from devices.card.roles import VIRTUAL_READER, ReaderRoles
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.faults import Faults
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.source import SimulatedConnection
from kiosk.visit.events import PinEntered
from kiosk.visit.state import EnterPin, Idle
from tests.faults.stage import SERVED, Stage

PIN_LENGTH = range(2, 9)

READS_OF_EF06 = ("00B20135", "00B20830")
"""All records by short identifier, and the first one by its tag."""
SLOW_MS = 900
FEWEST_COMMANDS = 5
"""A visit has more of them."""


def _service_stopped(stage: Stage) -> None:
    stage.undo = stage.source.start_service
    stage.strikes(stage.source.stop_service)


def _access_refused(stage: Stage) -> None:
    stage.undo = stage.source.start_service
    stage.strikes(stage.source.refuse_access)


def _reader_unplugged(stage: Stage) -> None:
    reader = stage.kiosk.hall.slot.reader
    stage.undo = lambda: stage.source.plug(reader)
    stage.strikes(lambda: stage.source.unplug(reader))


def _only_a_virtual_reader(stage: Stage) -> None:
    reader = stage.kiosk.hall.slot.reader
    stage.kiosk.service._readers._roles = ReaderRoles()

    def swap() -> None:
        stage.source.plug(f"{VIRTUAL_READER} 00 00")
        stage.source.unplug(reader)

    stage.undo = lambda: stage.source.plug(reader)
    stage.strikes(swap)


def _held_by_another_process(stage: Stage) -> None:
    reader, source = stage.kiosk.hall.slot.reader, stage.source
    card = stage.kiosk.hall.card(stage.profile)
    source._held[reader] = SimulatedConnection(source, reader, card, card.atr)
    stage.undo = lambda: source._held.clear()
    stage.put(card)


def _service_answers_nonsense(stage: Stage) -> None:
    stage.undo = stage.source.start_service
    stage.strikes(stage.source.upset_service)


def _reader_broken(stage: Stage) -> None:
    reader, source = stage.kiosk.hall.slot.reader, stage.source
    stage.undo = lambda: source.mend_reader(reader)
    stage.strikes(lambda: source.break_reader(reader))
    _go_on_typing(stage)


def _reader_broken_before(stage: Stage) -> None:
    reader, source = stage.kiosk.hall.slot.reader, stage.source
    stage.undo = lambda: source.mend_reader(reader)
    source.break_reader(reader)
    stage.insert()


def _sam_absent(stage: Stage) -> None:
    stage.undo = lambda: stage.kiosk.hall.sam_slot.insert(stage.kiosk.hall.sam)
    stage.strikes(stage.kiosk.hall.sam_slot.remove)


def _sam_reset(stage: Stage) -> None:
    hall = stage.kiosk.hall
    stage.served()  # the module is connected now
    stage.kiosk.hall.slot.remove()
    stage.kiosk.on(Idle)
    stage.source.seize(hall.sam_slot.reader)
    stage.insert()


def _weak_sam(card: dict[str, Any], **changes: Any) -> Callable[[Stage], None]:
    """A security module that lacks what this card wants."""

    def inject(stage: Stage) -> None:
        hall = stage.kiosk.hall
        stage.undo = lambda: hall.sam_slot.insert(hall.sam)
        hall.sam_slot.insert(SimulatedPsam(replace(hall.sam.profile, **changes), hall.keys))
        stage.kiosk.on(Idle)
        stage.insert(**card)

    return inject


def _faulty_sam(**faults: Any) -> Callable[[Stage], None]:
    """A security module that answers wrongly."""
    return _weak_sam({}, faults=Faults(**faults))


def _sam_with_another_key(stage: Stage) -> None:
    """IRK lies at the number at which the kiosk looks for RKSSSE."""
    hall = stage.kiosk.hall
    stage.undo = lambda: hall.sam_slot.insert(hall.sam)
    keys = MasterKeys(hall.keys.irk, hall.keys.irk)
    hall.sam_slot.insert(SimulatedPsam(hall.sam.profile, keys))
    stage.kiosk.on(Idle)
    stage.insert(version="3.00")


def _holder_file_shut(stage: Stage) -> None:
    answers = tuple((bytes.fromhex(start), 0x6982) for start in READS_OF_EF06)
    stage.insert(version="3.00", faults=Faults(answers=answers))


def _pulled(stage: Stage) -> None:
    stage.strikes(stage.kiosk.hall.slot.remove)


def _swapped(stage: Stage) -> None:
    other = stage.kiosk.hall.card(stage.kiosk.cards[1].profile)

    def swap() -> None:
        first = stage.inside
        assert isinstance(first, SimulatedCard)
        stage.check = lambda: _lost_no_try(first)
        stage.put(other)

    stage.strikes(swap)


def _lost_no_try(card: SimulatedCard) -> None:
    """The second holder's PIN was never sent to the first one's card."""
    assert card.profile.pin is not None
    assert card.tries_left == card.profile.pin.tries_left


def _reset(stage: Stage) -> None:
    stage.strikes(lambda: stage.source.seize(stage.kiosk.hall.slot.reader))
    _go_on_typing(stage)


def _go_on_typing(stage: Stage) -> None:
    """What befalls a card while nobody asks it anything shows when the PIN has been typed."""
    if stage.state == "pin":
        stage.enter(stage.kiosk.cards[SERVED].pin)


def _falls_silent(stage: Stage) -> None:
    def die() -> None:
        stage.source._cards[stage.kiosk.hall.slot.reader].power_off()

    stage.strikes(die)
    _go_on_typing(stage)


def _slow(stage: Stage) -> None:
    """The clock goes on while the chip thinks; nobody waits for it in truth."""
    clock = stage.kiosk.clock
    answered: list[float] = []

    def think(seconds: float) -> None:
        clock.ahead += seconds
        answered.append(seconds)

    def check() -> None:
        assert len(answered) > FEWEST_COMMANDS
        assert min(answered) >= SLOW_MS / 1000

    stage.check = check
    described = stage.changed(faults=Faults(slow_ms=SLOW_MS))
    stage.put(SimulatedCard(described, keys=stage.kiosk.hall.keys, sleep=think))


def _unexpected_status(stage: Stage) -> None:
    start = "00B2" if stage.state == "reading" else "00200000"
    lengths = ("",) if stage.state == "reading" else tuple(f"{length:02X}" for length in PIN_LENGTH)
    answers = tuple((bytes.fromhex(start + length), 0x6F00) for length in lengths)
    stage.insert_faulty(answers=answers)
    if stage.state == "verifying":
        stage.enter(stage.kiosk.cards[SERVED].pin)


def _card(**changes: Any) -> Callable[[Stage], None]:
    return lambda stage: stage.insert(**changes)


def _faulty(**faults: Any) -> Callable[[Stage], None]:
    return lambda stage: stage.insert_faulty(**faults)


def _expired(stage: Stage) -> None:
    stage.insert(expires=stage.profile.issued)


def _not_yet_valid(stage: Stage) -> None:
    stage.insert(issued=date(2099, 1, 1), expires=date(2109, 1, 1))


def _reported_lost(stage: Stage) -> None:
    store = stage.kiosk.machine.store
    known = store.card(stage.profile.identification_code.hex().upper())
    assert known is not None
    reporting = _Reporting(store, replace(known, status="2"))
    machine = replace(stage.kiosk.machine, store=cast("Store", reporting))
    stage.kiosk.desk._machine = machine
    stage.undo = lambda: setattr(stage.kiosk.desk, "_machine", stage.kiosk.machine)
    stage.insert()
    stage.enter(stage.kiosk.cards[SERVED].pin)


class _Reporting:
    """The records, in which one card has another status."""

    def __init__(self, store: Any, card: Any) -> None:
        self._store = store
        self._card = card

    def card(self, _: str) -> Any:
        return self._card

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def _not_a_pin(stage: Stage) -> None:
    stage.insert()
    state = stage.kiosk.on(EnterPin)
    assert isinstance(state, EnterPin)
    stage.kiosk.service.post(PinEntered(state.generation, None))


def _wrong_pin(tries: int) -> Callable[[Stage], None]:
    def inject(stage: Stage) -> None:
        pin = stage.profile.pin
        assert pin is not None
        stage.insert(pin=replace(pin, tries_left=tries))
        stage.enter("0000")

    return inject


def _locked(stage: Stage) -> None:
    pin = stage.profile.pin
    assert pin is not None
    stage.insert(pin=replace(pin, tries_left=0))


FAULTS: dict[str, Callable[[Stage], None]] = {
    "service_stopped": _service_stopped,
    "access_refused": _access_refused,
    "reader_unplugged": _reader_unplugged,
    "only_a_virtual_reader": _only_a_virtual_reader,
    "held_by_another_process": _held_by_another_process,
    "service_answers_nonsense": _service_answers_nonsense,
    "reader_breaks": _reader_broken,
    "reader_broken": _reader_broken_before,
    "sam_absent": _sam_absent,
    "sam_pulled": _sam_absent,
    "sam_at_no_level": _faulty_sam(answers=((bytes.fromhex("BFDE"), 0x6A80),)),
    "sam_refuses": _faulty_sam(answers=((bytes.fromhex("80FA"), 0x6F00),)),
    "sam_malformed": _faulty_sam(wrong_length=-1),
    "sam_with_another_key": _sam_with_another_key,
    "holder_file_shut": _holder_file_shut,
    "sam_reset": _sam_reset,
    "sam_without_algorithm": _weak_sam({"algorithm": Algorithm.SM4}, algorithms=(Algorithm.DES,)),
    "sam_without_key": _weak_sam({"version": "3.00"}, rkssse=None),
    "pulled": _pulled,
    "swapped": _swapped,
    "reset_by_another_process": _reset,
    "mute": _faulty(mute=True),
    "falls_silent": _falls_silent,
    "slow": _slow,
    "foreign": _card(foreign=True),
    "blank": _card(holder=None),
    "clone": _faulty(clone=True),
    "expired": _expired,
    "not_yet_valid": _not_yet_valid,
    "reported_lost": _reported_lost,
    "card_blocked": _faulty(blocked="card"),
    "application_blocked": _faulty(blocked="application"),
    "unknown_version": _card(version="4.00"),
    "short_answers": _faulty(wrong_length=-1),
    "long_answers": _faulty(wrong_length=1),
    "truncated_records": _faulty(truncate_tlv=True),
    "hostile_records": _faulty(hostile_tlv=True),
    "invalid_name": _faulty(invalid_name=True),
    "unexpected_status": _unexpected_status,
    "worn_issuer_file": _faulty(worn_file="EF05"),
    "worn_holder_file": _faulty(worn_file="EF06"),
    "not_a_pin": _not_a_pin,
    "wrong_pin": _wrong_pin(3),
    "last_wrong_pin": _wrong_pin(1),
    "pin_locked_before": _locked,
}
"""By the fault's name in the matrix."""
