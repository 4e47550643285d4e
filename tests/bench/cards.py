"""What a card costs: commands and bytes, host time beside pyscard alone, time until it is told."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from smartcard import scard

from devices.card import winscard
from devices.card.apdu import Command, Ins
from devices.card.channel import Channel, Traffic
from devices.card.events import CardInserted, CardRemoved, ReadersChanged
from devices.card.pcsc import PcscSource
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.vpcd import VpcdCard
from devices.card.ssc import SSSE_AID, SocialSecurityCard
from tests.devices.card.cards import CardConnectionTo, card
from tests.pcscd import Recorder

ROUNDS: Final = 60
APDUS_IN_A_ROUND: Final = 50
MOVEMENTS: Final = 25
"""Insertions; as many removals are measured as well."""
_LONGEST_NOTICE_MS: Final = 10_000
_SELECT: Final = bytes.fromhex("00A404000F") + SSSE_AID
_VERSION: Final = Command(0, Ins.READ_RECORD, 3, 0x28, le=6)
_LEAST: Final = ("00C000001E", "00B2012D40", "00B201355B")
"""After SELECT: its answer, then each file whole by its short identifier."""


def traffic(folder: Path) -> Iterator[str]:
    """Commands and bytes of a full identity read, beside the least that could do."""
    least = Traffic()
    simulated = card()
    for command in (_SELECT, *map(bytes.fromhex, _LEAST)):
        answer = simulated.process(command)
        least = Traffic(
            least.apdus + 1, least.bytes_sent + len(command), least.bytes_received + len(answer)
        )
    habits: tuple[tuple[str, dict[str, object]], ...] = (
        ("a 2.00 card", {}),
        ("one that refuses read-all", {"read_all": False}),
        ("one that refuses short identifiers", {"sfi": False}),
        ("one with its files at the root", {"root": True}),
    )
    for name, habit in habits:
        subject = SocialSecurityCard(CardConnectionTo(card(**habit)))  # type: ignore[arg-type]
        subject.read_identity()
        needed = subject.traffic
        ours, theirs = _bytes(needed), _bytes(least)
        yield (
            f"identity read of {name}: {needed.apdus} APDUs, {ours} bytes; the least possible "
            f"{least.apdus} APDUs, {theirs} bytes; ratio {needed.apdus / least.apdus:.2f}, "
            f"{ours / theirs:.2f}" + (" (aim 1.00)" if not habit else "")
        )


def _bytes(traffic: Traffic) -> int:
    return traffic.bytes_sent + traffic.bytes_received


def behind_pcscd(folder: Path) -> Iterator[str]:
    """The figures that need the real pcscd. This process can then talk to no other one."""
    if (reason := PrivatePcscd.available()) is not None:
        yield f"cards behind pcscd: not measured ({reason})"
        return
    pcscd = PrivatePcscd(folder)
    pcscd.use()
    heard = Recorder()
    with pcscd, PcscSource().watch(heard):
        heard.wait_for(ReadersChanged)
        yield _host_time(pcscd, heard)
        yield _delay(pcscd, heard)


def _host_time(pcscd: PrivatePcscd, heard: Recorder) -> str:
    """The same command over the same connection to the same card, in turns."""
    with VpcdCard(card(), port=pcscd.port):
        heard.wait_for(CardInserted)
        with closing(PcscSource().connect(pcscd.readers[0])) as connection:
            connection.transmit(_SELECT)
            channel = Channel(connection)
            plain = partial(_plain, connection._card, list(_VERSION.to_bytes()))
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(_per_apdu(partial(channel.send, _VERSION)))
                theirs.append(_per_apdu(plain))
    heard.wait_for(CardRemoved)
    our, their = statistics.median(ours), statistics.median(theirs)
    return (
        f"host time per APDU behind pcscd: {our * 1e6:.0f} us; a plain SCardTransmit loop on the "
        f"same card {their * 1e6:.0f} us; ratio {our / their:.2f} (aim <= 1.2)"
    )


def _plain(handle: int, command: list[int]) -> None:
    result, answer = scard.SCardTransmit(handle, scard.SCARD_PCI_T0, command)
    if result != scard.SCARD_S_SUCCESS or answer[-2:] != [0x90, 0x00]:
        raise RuntimeError("the card did not answer")


def _per_apdu(send: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(APDUS_IN_A_ROUND):
        send()
    return (time.perf_counter() - start) / APDUS_IN_A_ROUND


def _delay(pcscd: PrivatePcscd, heard: Recorder) -> str:
    """From the moment at which a client that only waits has heard it of pcscd, to our event."""
    delays = []
    virtual = VpcdCard(card(), port=pcscd.port)
    with winscard.context() as handle:
        for _ in range(MOVEMENTS):
            for act, kind in ((virtual.insert, CardInserted), (virtual.remove, CardRemoved)):
                notice = Notice(handle, pcscd.readers[0])
                act()
                noticed = notice.wait()
                heard.wait_for(kind)
                delays.append(1000 * (heard.arrived - noticed))
    delays.sort()
    return (
        f"card in or out, from pcscd's notice to our event: p50 {delays[len(delays) // 2]:.1f} ms, "
        f"p99 {delays[-1 - len(delays) // 100]:.1f} ms of {len(delays)} (aim < 100 ms)"
    )


class Notice:
    """A client with nothing but one wait, begun before the card moves."""

    def __init__(self, handle: int, reader: str) -> None:
        self._handle = handle
        now = winscard.status_change(handle, 0, [(reader, winscard.UNAWARE)]) or ()
        self._known = [(state.reader, state.state) for state in now]
        self._at = 0.0
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self) -> None:
        winscard.status_change(self._handle, _LONGEST_NOTICE_MS, self._known)
        self._at = time.monotonic()

    def wait(self) -> float:
        """When pcscd said so, on the monotonic clock."""
        self._thread.join()
        return self._at
