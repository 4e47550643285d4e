"""The whole stack at the wire: simulated card, vpcd, the real pcscd, pyscard, the driver."""

import os
import re
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from devices.card import winscard
from devices.card.errors import (
    CardAbsentError,
    CardBusyError,
    CardMuteError,
    CardRemovedError,
    ReaderAbsentError,
    ServiceDownError,
    WrongPinError,
)
from devices.card.events import (
    CardInserted,
    CardRemoved,
    ReadersChanged,
    ServiceLost,
    ServiceRestored,
)
from devices.card.pcsc import PcscSource
from devices.card.pin import Pin, PinReady
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.vpcd import VpcdCard
from devices.card.ssc import SocialSecurityCard
from tests.devices.card.cards import ATR, FCI_DES, SELECT_SSSE, card, faulty, profile
from tests.pcscd import Recorder

pytestmark = [pytest.mark.pcscd, pytest.mark.slow]

PutIn = Callable[[SimulatedCard], VpcdCard]


def opensc(pcscd: PrivatePcscd, *arguments: str) -> str:
    """What opensc-tool, a program that knows nothing of this project, says of the card."""
    command = ["opensc-tool", "--reader", pcscd.readers[0], *arguments]
    environment = os.environ | pcscd.environment
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
    return done.stdout


def answers(output: str) -> list[str]:
    """The answers in opensc-tool's output, as hex with the status word last."""
    found = []
    for part in output.split("Received (")[1:]:
        status = "".join(re.findall(r"SW[12]=0x([0-9A-F]{2})", part))
        dumped = re.findall(r"^(?:[0-9A-F]{2} )+", part, re.MULTILINE)
        found.append("".join(dumped).replace(" ", "") + status)
    return found


def test_a_card_is_read_and_its_pin_proven_through_pcsc(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card())
    connection = PcscSource().connect(pcscd.readers[0])
    try:
        assert connection.atr == ATR
        reader = SocialSecurityCard(connection)
        identity = reader.read_identity()
        assert (identity.name, identity.card_number) == ("张三", "X00000019")
        with pytest.raises(WrongPinError):
            reader.verify_pin(Pin.from_text("135790"))
        assert reader.pin_state() == PinReady(5)
        reader.verify_pin(Pin.from_text("246810"))
        assert reader.pin_state() == PinReady(6)
    finally:
        connection.close()


def test_letting_the_card_go_makes_it_forget_the_pin(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card())
    for _ in range(2):
        connection = PcscSource().connect(pcscd.readers[0])
        connection.transmit(bytes.fromhex("00A4040C06D15600000500"))
        assert connection.transmit(bytes.fromhex("00B2293803")) == bytes.fromhex("6982")
        connection.transmit(bytes.fromhex("0020000003246810"))
        assert connection.transmit(bytes.fromhex("00B2293803")) == bytes.fromhex("2901009000")
        connection.close()


def test_insertion_and_removal_are_told_once_pcscd_has_noticed(
    pcscd: PrivatePcscd, events: Recorder
) -> None:
    virtual = VpcdCard(card(), port=pcscd.port)
    with winscard.context() as handle:
        known = winscard.status_change(handle, 0, [(pcscd.readers[0], winscard.UNAWARE)])
        for act, kind in ((virtual.insert, CardInserted), (virtual.remove, CardRemoved)):
            assert known is not None
            act()
            known = winscard.status_change(handle, 5000, [(pcscd.readers[0], known[0].state)])
            events.wait_for(kind)


def test_a_card_that_was_there_before_the_watch_is_told(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card())
    late = Recorder()
    with PcscSource().watch(late):
        inserted = late.wait_for(CardInserted)
    assert (inserted.reader, inserted.atr) == (pcscd.readers[0], ATR)


def test_without_a_card_or_a_reader_there_is_no_connection(
    pcscd: PrivatePcscd, events: Recorder
) -> None:
    with pytest.raises(CardAbsentError):
        PcscSource().connect(pcscd.readers[0])
    with pytest.raises(ReaderAbsentError) as caught:
        PcscSource().connect("Reader of somebody else")
    assert caught.value.readers == pcscd.readers


def test_a_card_that_another_holds_is_busy(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card())
    connection = PcscSource().connect(pcscd.readers[0])
    with pytest.raises(CardBusyError):
        PcscSource(sleep=lambda _: None).connect(pcscd.readers[0])
    connection.close()
    PcscSource().connect(pcscd.readers[0]).close()


def test_a_card_pulled_in_the_middle_is_removed_and_the_next_is_served(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(SimulatedCard(profile(faults=faulty(remove_at_apdu=3))))
    with (
        closing(PcscSource().connect(pcscd.readers[0])) as connection,
        pytest.raises(CardRemovedError),
    ):
        SocialSecurityCard(connection).read_identity()
    removed = events.wait_for(CardRemoved)
    put_in(card())
    inserted = events.seen[-1]
    assert isinstance(inserted, CardInserted)
    assert inserted.generation > removed.generation
    following = PcscSource().connect(pcscd.readers[0])
    assert SocialSecurityCard(following).read_identity().name == "张三"
    following.close()


def test_a_hand_that_pulls_the_card_is_told_the_same(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    virtual = put_in(card())
    connection = PcscSource().connect(pcscd.readers[0])
    virtual.remove()
    with pytest.raises(CardRemovedError):
        connection.transmit(SELECT_SSSE)


def test_a_mute_card_is_seen_and_told_as_mute(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(SimulatedCard(profile(faults=faulty(mute=True))))
    with pytest.raises(CardMuteError):
        PcscSource().connect(pcscd.readers[0])


def test_the_watch_survives_pcscd_killed_and_started_again(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card())
    before = events.seen[-1]
    assert isinstance(before, CardInserted)
    connection = PcscSource().connect(pcscd.readers[0])
    threads, descriptors = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        pcscd.kill()
        assert events.wait_for(ServiceLost).code == "reader.service_down"
        assert events.wait_for(CardRemoved).generation == before.generation
        with pytest.raises(ServiceDownError):
            PcscSource().readers()
        with pytest.raises(ServiceDownError):
            connection.transmit(SELECT_SSSE)
        pcscd.start()
        events.wait_for(ServiceRestored)
        assert events.wait_for(ReadersChanged).readers == pcscd.readers
        after = events.wait_for(CardInserted)
        assert after.generation > before.generation
        before = after
    connection.close()
    following = PcscSource().connect(pcscd.readers[0])
    assert SocialSecurityCard(following).read_identity().name == "张三"
    following.close()
    assert threading.active_count() == threads
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors


def test_watches_leave_no_thread_and_no_descriptor_behind(
    pcscd: PrivatePcscd, events: Recorder
) -> None:
    events.wait_for(ReadersChanged)
    threads, descriptors = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    subject = PcscSource()
    for _ in range(20):
        heard = Recorder()
        with subject.watch(heard), subject.watch(Recorder()):
            heard.wait_for(ReadersChanged)
        subject.watch(Recorder()).stop()
    assert threading.active_count() == threads
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_opensc_tool_sees_reader_and_card(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card())
    assert opensc(pcscd, "--atr").strip() == ":".join(f"{byte:02x}" for byte in ATR)


def test_opensc_tool_gets_the_answers_of_the_facts_sheet(
    pcscd: PrivatePcscd, events: Recorder, put_in: PutIn
) -> None:
    put_in(card("3.00"))
    select = SELECT_SSSE.hex()
    sent = [select + "00", "00B2022803", "00B2032806", "00B2032C00", "00B2083014", "0020000000"]
    arguments = [argument for apdu in sent for argument in ("--send-apdu", apdu)]
    output = opensc(pcscd, "--card-driver", "default", *arguments)
    assert answers(output) == [
        FCI_DES.hex().upper() + "9000",
        "0201339000",
        "0304332E30309000",
        "0304332E30309000",
        "6982",
        "63C6",
    ]


def test_a_private_pcscd_does_not_outlive_a_killed_owner(
    pcscd: PrivatePcscd,
) -> None:
    program = (
        "import pathlib, sys, threading\n"
        "from devices.card.simulated.pcscd import PrivatePcscd\n"
        "daemon = PrivatePcscd(pathlib.Path(sys.argv[1]))\n"
        "starter = threading.Thread(target=daemon.start)\n"
        "starter.start(); starter.join()\n"
        "print(daemon.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with tempfile.TemporaryDirectory(prefix="kiosk-") as directory:
        owner = subprocess.Popen(
            [sys.executable, "-c", program, directory],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert owner.stdout is not None
        daemon = int(owner.stdout.readline())
        watched = os.pidfd_open(daemon)
        ended, _, _ = select.select([watched], [], [], 0.5)
        assert not ended, "it ended with the thread that had called start"
        owner.kill()
        owner.communicate()
        ended, _, _ = select.select([watched], [], [], 5)
        os.close(watched)
    assert ended


def test_the_private_pcscd_leaves_the_machines_own_alone(pcscd: PrivatePcscd) -> None:
    if subprocess.run(["unshare", "--mount", "--map-root-user", "true"]).returncode:
        pytest.skip("no mount namespaces here: the private pcscd shares /run/pcscd")

    def machine() -> dict[str, str]:
        """What lies in the machine's own directory of pcscd."""
        files = Path("/run/pcscd").glob("*.pid")
        return {file.name: file.read_text(encoding="ascii") for file in files}

    pcscd.stop()
    before = machine()
    pcscd.start()
    running = pcscd.pid
    pcscd.start()
    assert pcscd.pid == running, "a second start is none"
    assert pcscd.readers == PcscSource().readers()
    assert machine() == before
    pcscd.stop()
    assert machine() == before
