"""Back to service behind the real pcscd: killed, not there yet, cards swapped unseen."""

import itertools
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from devices.card import winscard
from devices.card.authentication import prove_genuine, unlock_holder_file
from devices.card.errors import CardBusyError, CardError, CardNotGenuineError, CardResetError
from devices.card.events import (
    CardEvent,
    CardInserted,
    CardRemoved,
    ReadersChanged,
    ServiceLost,
    ServiceRestored,
)
from devices.card.pcsc import PcscSource
from devices.card.pin import Pin
from devices.card.psam import PsamSlot
from devices.card.roles import ReaderRoles
from devices.card.sam import Sam
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.psam_profile import parse_sam_profile
from devices.card.simulated.vpcd import VpcdCard
from devices.card.software_sam import SoftwareSam
from devices.card.ssc import SocialSecurityCard
from tests.devices.card.cards import ATR, KEYS, PSAM, PSAM_LAYOUT, card, faulty, profile, psam
from tests.pcscd import Recorder

pytestmark = [pytest.mark.pcscd, pytest.mark.slow]

PutIn = Callable[[SimulatedCard], VpcdCard]

KILLS = 50
SEED = 20261122
COMMANDS = 9
"""As many as a visit sends to the card, its power-on among them, so that most are cut short."""
BACK_IN_SERVICE = 3.0
"""Seconds that the kiosk may need after pcscd is back."""


class Fuse(SimulatedCard):
    """A card that does something at a certain command, before or after its answer."""

    def __init__(self) -> None:
        super().__init__(profile("3.00"), keys=KEYS, sleep=lambda _: None)
        self._blow: Callable[[], None] | None = None
        self._left = 0
        self._first = False

    def arm(self, commands: int, blow: Callable[[], None], *, first: bool) -> None:
        self._left, self._blow, self._first = commands, blow, first

    def disarm(self) -> None:
        self._blow = None

    def power_on(self) -> bytes:
        self._count()
        return super().power_on()

    def process(self, apdu: bytes) -> bytes:
        if self._first:
            self._count()
        answer = super().process(apdu)
        if not self._first:
            self._count()
        return answer

    def _count(self) -> None:
        self._left -= 1
        if self._blow is not None and self._left <= 0:
            blow, self._blow = self._blow, None
            blow()


def visit(reader: str, sam: Sam | None = None) -> str:
    """What the kiosk does with a card, told as one word: the name, or the code of the error."""
    try:
        connection = PcscSource(sleep=lambda _: None).connect(reader)
    except CardError as error:
        return error.code
    try:
        subject, sam = SocialSecurityCard(connection), sam or SoftwareSam(KEYS)
        prove_genuine(subject, sam, random.randbytes)
        unlock_holder_file(subject, sam, random.randbytes)
        name = subject.read_identity().name or ""
        subject.verify_pin(Pin.from_text("246810"))
    except CardError as error:
        return error.code
    else:
        return name
    finally:
        connection.close()


def test_fifty_kills_in_the_middle_of_reads_each_end_clearly_and_heal_in_time(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    chance = random.Random(SEED)
    fuse = Fuse()
    put_in(fuse)
    ends: Counter[str] = Counter()
    worst = 0.0
    for _ in range(KILLS):
        fuse.arm(chance.randint(1, COMMANDS), pcscd.kill, first=chance.random() < 0.5)
        ends[visit(pcscd.readers[0])] += 1
        fuse.disarm()
        pcscd.kill()  # a read that was over before the fuse blew
        assert events.wait_for(ServiceLost).code == "reader.service_down"
        pcscd.start()
        back = time.monotonic()
        events.wait_for(ServiceRestored)
        events.wait_for(CardInserted)
        worst = max(worst, events.arrived - back)
        assert worst < BACK_IN_SERVICE, f"back in service after {worst:.2f} s: {ends}"
    assert visit(pcscd.readers[0]) == "张三"
    assert ends["reader.service_down"] > KILLS / 2, ends
    assert set(ends) <= {"reader.service_down", "card.mute", "card.removed", "张三"}, ends


class FusedModule(SimulatedPsam):
    """A module that does something at the nth command that begins so, before or after it."""

    def __init__(self) -> None:
        super().__init__(parse_sam_profile(PSAM), KEYS, sleep=lambda _: None)
        self._fuse: tuple[bytes, Callable[[], None], bool] | None = None
        self._left = 0

    def arm(self, start: bytes, nth: int, blow: Callable[[], None], *, first: bool) -> None:
        self._fuse, self._left = (start, blow, first), nth

    def process(self, apdu: bytes) -> bytes:
        if self._fuse is None or not apdu.startswith(self._fuse[0]):
            return super().process(apdu)
        self._left -= 1
        if self._left:
            return super().process(apdu)
        (_, blow, first), self._fuse = self._fuse, None
        if first:
            blow()
        answer = super().process(apdu)
        if not first:
            blow()
        return answer

    @property
    def blown(self) -> bool:
        return self._fuse is None


MODULE_COMMANDS = (bytes.fromhex("BFDE"), bytes.fromhex("80FA"))
"""DELIVERY SESSION KEY and CIPHER DATA."""


def module_slot(reader: str) -> PsamSlot:
    source = PcscSource(sleep=lambda _: None)
    return PsamSlot(source, ReaderRoles(sam=reader, virtual=True).sam, PSAM_LAYOUT)


def test_pcscd_killed_at_the_module_s_commands_ends_clearly_and_heals_in_time(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    """Each of both commands, for IRK and for RKSSSE, before and after the module's answer."""
    module, slot = FusedModule(), module_slot(pcscd.readers[1])
    worst, ends = 0.0, Counter[str]()
    with VpcdCard(module, port=pcscd.ports[1]):
        events.wait_for(CardInserted)
        put_in(card("3.00", keys=KEYS))
        for start, nth, first in itertools.product(MODULE_COMMANDS, (1, 2), (True, False)):
            module.arm(start, nth, pcscd.kill, first=first)
            ends[visit(pcscd.readers[0], slot)] += 1
            assert module.blown
            assert events.wait_for(ServiceLost).code == "reader.service_down"
            pcscd.start()
            back = time.monotonic()
            assert {events.wait_for(CardInserted).reader for _ in range(2)} == set(pcscd.readers)
            worst = max(worst, events.arrived - back)
            assert worst < BACK_IN_SERVICE, f"back in service after {worst:.2f} s: {ends}"
        assert visit(pcscd.readers[0], slot) == "张三"
        slot.close()
    assert set(ends) <= {"reader.service_down", "sam.absent", "card.mute", "card.removed"}, ends
    while events.holds_card(pcscd.readers[1]):
        events.wait_for(CardRemoved)


def test_a_watch_begun_before_pcscd_is_there_waits_for_it(pcscd: PrivatePcscd) -> None:
    pcscd.stop()
    early = Recorder()
    with PcscSource().watch(early):
        assert early.wait_for(ServiceLost).code == "reader.service_down"
        pcscd.start()
        early.wait_for(ServiceRestored)
        assert early.wait_for(ReadersChanged).readers == pcscd.readers
        with VpcdCard(card(), port=pcscd.port):
            assert early.wait_for(CardInserted).reader == pcscd.readers[0]
        early.wait_for(CardRemoved)


def test_a_service_that_is_stopped_in_an_orderly_way_is_told_and_taken_up_again(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card())
    pcscd.stop()
    assert events.wait_for(ServiceLost).code == "reader.service_down"
    assert events.wait_for(CardRemoved).reader == pcscd.readers[0]
    pcscd.start()
    events.wait_for(ServiceRestored)
    events.wait_for(CardInserted)


def test_cards_swapped_while_nobody_looks_are_two_cards(
    pcscd: PrivatePcscd, events: Recorder
) -> None:
    """Both have the same answer to reset; the watcher's thread is held up by a listener."""
    held, swapped = threading.Event(), threading.Event()
    heard = Recorder()

    def slow(event: CardEvent) -> None:
        heard(event)
        if isinstance(event, CardInserted) and event.generation == 1:
            held.set()
            assert swapped.wait(10)

    with winscard.context() as handle, PcscSource().watch(slow):
        with VpcdCard(card(), port=pcscd.port):
            assert held.wait(10)
            wait_until(handle, pcscd.readers[0], present=True)
        wait_until(handle, pcscd.readers[0], present=False)
        with VpcdCard(card(), port=pcscd.port):
            wait_until(handle, pcscd.readers[0], present=True)
            swapped.set()
            first = heard.wait_for(CardInserted)
            assert heard.wait_for(CardRemoved).generation == first.generation
            second = heard.wait_for(CardInserted)
        heard.wait_for(CardRemoved)
    assert (first.atr, second.atr) == (ATR, ATR)
    assert second.generation > first.generation


def wait_until(handle: int, reader: str, *, present: bool) -> None:
    """Until pcscd itself says so, to a client that has nothing to do with the watcher."""
    state = winscard.UNAWARE
    while True:
        (now,) = winscard.status_change(handle, 10_000, [(reader, state)]) or ()
        if now.present is present:
            return
        state = now.state


def test_a_card_that_another_client_resets_is_told_and_is_read_again_afresh(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card())
    reader = pcscd.readers[0]
    with winscard.context() as handle:
        other, _ = winscard.connect(handle, reader, winscard.SHARED)
        connection = PcscSource(sleep=lambda _: None).connect(reader)
        subject = SocialSecurityCard(connection)
        assert subject.read_identity().name == "张三"
        winscard.disconnect(other)  # takes the card's power, as another program may
        with pytest.raises(CardResetError):
            subject.pin_state()
        connection.close()
    assert visit_free(reader) == "张三"


def visit_free(reader: str) -> str | None:
    """The name on a card whose files are open."""
    connection = PcscSource().connect(reader)
    try:
        return SocialSecurityCard(connection).read_identity().name
    finally:
        connection.close()


def test_the_program_that_holds_the_card_is_named(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card())
    program = (
        "import sys\n"
        "from devices.card.pcsc import PcscSource\n"
        "held = PcscSource().connect(sys.argv[1])\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, pcscd.readers[0]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    try:
        with pytest.raises(CardBusyError) as caught:
            PcscSource(sleep=lambda _: None).connect(pcscd.readers[0])
    finally:
        other.communicate()
    assert any(f"({other.pid})" in holder for holder in caught.value.holders)
    assert visit_free(pcscd.readers[0]) == "张三"


def test_thirty_cards_leave_no_thread_and_no_descriptor_behind(
    pcscd: PrivatePcscd, events: Recorder
) -> None:
    events.wait_for(ReadersChanged)
    held: set[tuple[int, int]] = set()
    for _ in range(15):
        with VpcdCard(card(), port=pcscd.ports[0]), VpcdCard(card(), port=pcscd.ports[1]):
            cards = {events.wait_for(CardInserted).reader for _ in pcscd.readers}
            assert [visit_free(reader) for reader in sorted(cards)] == ["张三"] * 2
        for _ in pcscd.readers:
            events.wait_for(CardRemoved)
        held.add((threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))))
    assert len(held) == 1


def test_a_psam_in_the_second_slot_tells_genuine_cards_and_opens_the_holders_file(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    readers = pcscd.readers
    with VpcdCard(psam(), port=pcscd.ports[1]):
        assert events.wait_for(CardInserted).reader == readers[1]
        slot = module_slot(readers[1])
        put_in(card("3.00", keys=KEYS))
        connection = PcscSource().connect(readers[0])
        subject = SocialSecurityCard(connection)
        prove_genuine(subject, slot, random.randbytes)
        unlock_holder_file(subject, slot, random.randbytes)
        assert subject.read_identity().name == "张三"
        connection.close()
        slot.close()
    assert events.wait_for(CardRemoved).reader == readers[1]


def test_a_psam_is_found_again_after_pcscd_was_killed(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    with VpcdCard(psam(), port=pcscd.ports[1]):
        events.wait_for(CardInserted)
        slot = module_slot(pcscd.readers[1])
        put_in(card(keys=KEYS))
        for _ in range(2):
            with closing(PcscSource().connect(pcscd.readers[0])) as connection:
                prove_genuine(SocialSecurityCard(connection), slot, random.randbytes)
            pcscd.kill()
            events.wait_for(ServiceLost)
            pcscd.start()
            back = {events.wait_for(CardInserted).reader for _ in pcscd.readers}
            assert back == set(pcscd.readers)
        slot.close()
    while events.holds_card(pcscd.readers[1]):
        events.wait_for(CardRemoved)


def test_a_psam_in_the_second_slot_refuses_a_clone(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    with VpcdCard(psam(), port=pcscd.ports[1]):
        events.wait_for(CardInserted)
        slot = module_slot(pcscd.readers[1])
        put_in(card(keys=KEYS, faults=faulty(clone=True)))
        connection = PcscSource().connect(pcscd.readers[0])
        with pytest.raises(CardNotGenuineError):
            prove_genuine(SocialSecurityCard(connection), slot, random.randbytes)
        connection.close()
        slot.close()
    assert events.wait_for(CardRemoved).reader == pcscd.readers[1]
