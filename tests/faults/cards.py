"""How each fault of the readers, the security module, the card and the PIN is brought about."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from archive.store import Store
from devices.card.events import CardEvent, CardInserted
from devices.card.fci import Algorithm
from devices.card.keys import MasterKeys
from devices.card.pin import Pin
from devices.card.roles import VIRTUAL_READER, ReaderRoles
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.chip import SimulatedChip
from devices.card.simulated.faults import Faults
from devices.card.simulated.profile import CardProfile
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.source import SimulatedConnection, SimulatedSource
from kiosk.visit.events import Chosen, PinEntered
from kiosk.visit.state import EnterPin, Idle, Menu, Preview, Printing
from tests.kiosk.conftest import Kiosk

SELECT = bytes.fromhex("00A40400")
READ_RECORD = bytes.fromhex("00B2")
VERIFY = bytes.fromhex("00200000")
PIN_LENGTH = range(2, 9)

READS_OF_EF06 = ("00B20135", "00B20830")
"""All records by short identifier, and the first one by its tag."""
SLOW_MS = 900
FEWEST_COMMANDS = 5
"""A visit has more of them."""

LONGEST_QUESTION = 32
"""Bytes: what is longer is text for the paper."""

SERVED = 0
"""The demo card that is served, or broken."""


@dataclass
class Stage:
    """A kiosk brought to a state, with hands at its devices."""

    kiosk: Kiosk
    state: str
    undo: Callable[[], None] = field(default=lambda: None)
    """Takes the cause away."""
    struck: int = 0
    """Generation of the visit that was struck; 0 until that has happened."""
    inside: SimulatedChip | None = None
    """The card that was put in for the fault."""
    check: Callable[[], None] = field(default=lambda: None)
    """What has to be true besides, once the holder is served."""
    _generation: int = 0
    """Of the card that was put in last: a PIN is typed for that one only."""

    def __post_init__(self) -> None:
        self.source.watch(self._heard)

    def _heard(self, event: CardEvent) -> None:
        if isinstance(event, CardInserted) and event.reader == self.kiosk.hall.slot.reader:
            self._generation = event.generation

    @property
    def source(self) -> SimulatedSource:
        source = self.kiosk.hall.source
        assert isinstance(source, SimulatedSource)
        return source

    @property
    def profile(self) -> CardProfile:
        return self.kiosk.cards[SERVED].profile

    def insert(self, **changes: Any) -> None:
        """Put a card in whose description differs so from the good one's."""
        self.put(self.kiosk.hall.card(self.changed(**changes)))

    def changed(self, **changes: Any) -> CardProfile:
        """The good card's description with these changes."""
        return replace(self.profile, **changes)

    def insert_faulty(self, **faults: Any) -> None:
        self.insert(faults=Faults(**faults))

    def put(self, card: SimulatedChip) -> None:
        """The holder's card goes in."""
        self.inside = card
        self.kiosk.hall.slot.insert(card)

    def enter(self, digits: str) -> None:
        """Type a PIN as soon as it is asked for, for the card that is in now."""
        now = self._generation
        self.kiosk.until(lambda state: isinstance(state, EnterPin) and state.generation == now)
        self.kiosk.service.post(PinEntered(now, Pin.from_text(digits)))

    def served(self, card: SimulatedChip | None = None) -> None:
        """A good card goes in, or that one again, and its holder sees the records."""
        self.kiosk.hall.slot.remove()
        self.put(card or self.kiosk.hall.card(self.profile))
        self.enter(self.kiosk.cards[SERVED].pin)
        self.kiosk.on(Menu)

    def strikes(self, act: Callable[[], None]) -> None:
        """Let a hand act in this stage's state."""
        match self.state:
            case "idle":
                self.kiosk.on(Idle)
                act()
            case "reading":
                self.put(self.acting_at(READ_RECORD, act))
            case "pin":
                self.insert()
                self.kiosk.on(EnterPin)
                self._act(act)
            case "verifying":
                self.put(self.acting_at(VERIFY, act))
                self.enter(self.kiosk.cards[SERVED].pin)
            case "menu":
                self.served()
                self._act(act)
            case "printing":
                generation = self._preview()
                self._act_on_bytes(act)
                self.kiosk.print_receipt(generation)
            case "held":
                self._wait_for_paper()
                self._act(act)

    def _act(self, act: Callable[[], None]) -> None:
        """In a visit, which may only just have begun when a worker comes here."""
        state = self.kiosk.until(lambda state: getattr(state, "generation", 0) > 0)
        self.struck = getattr(state, "generation", 0)
        act()

    def acting_at(self, start: bytes, act: Callable[[], None]) -> SimulatedChip:
        """A good card at whose command something happens, once."""
        card = self.kiosk.hall.card(self.profile)
        answer = card.process
        waiting = [act]

        def process(apdu: bytes) -> bytes:
            asks_state = apdu.startswith(VERIFY) and len(apdu) <= 5
            if waiting and apdu.startswith(start) and not asks_state:
                self._act(waiting.pop())
            return answer(apdu)

        card.process = process  # type: ignore[method-assign]
        return card

    def _preview(self) -> int:
        """A paper is chosen; the visit's generation."""
        self.served()
        menu = self.kiosk.on(Menu)
        assert isinstance(menu, Menu)
        self.kiosk.service.post(Chosen(menu.generation, "contributions"))
        self.kiosk.on(Preview)
        return menu.generation

    def _act_on_bytes(self, act: Callable[[], None]) -> None:
        """When the first of a job's text has come; the printer stands still until that is seen."""
        printer, waiting = self.kiosk.hall.printer, [act]
        receive = printer.receive

        def received(data: bytes) -> None:
            receive(data)
            if waiting and len(data) > LONGEST_QUESTION:
                self._act(waiting.pop())
                self.kiosk.until(lambda state: not isinstance(state, Printing))

        printer.receive = received  # type: ignore[method-assign]

    def _wait_for_paper(self) -> None:
        """A job that waits for paper is as far as a job can be without ending by itself."""
        generation = self._preview()
        self.kiosk.hall.printer.take_paper(after_lines=12)
        self.kiosk.print_receipt(generation)
        self.kiosk.until(lambda state: isinstance(state, Printing) and bool(state.hold))


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
    stage.kiosk.service._roles = ReaderRoles()

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
