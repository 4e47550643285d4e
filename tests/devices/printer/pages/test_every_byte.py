"""Each fault at every byte of a two-page job: what is claimed never exceeds what came out.

First every so-many-th byte, with what has to come of it; then all of them, of pages of one row, on
a line and with a patience that take little of the virtual time.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from devices.printer.result import PrintResult
from tests.devices.printer.pages import laser, test_escpk
from tests.devices.printer.pages.conftest import MakeCable, MakeSerial

PAGES, ROWS = 2, 4
pytestmark = pytest.mark.slow

FEW, MANY = 4, 70
"""Places that the quick and the whole run strike at least."""
ESCPK_STRIDE, LASER_STRIDE = 43, 93
MENDED_AFTER = 12.0
STALL = 75.0
LASER_BYTES, SHORT_LASER_BYTES = 440, 290
"""The opening, two pages, the end."""
HEAD_BYTES, HEAD_STRIDE = 2600, 650
"""What goes before: bytes that end a row broken off, and questions."""
SHORT_HOLD = 14.0
"""Longer than a cause lasts that is taken away."""
SHORT_STALL = 3.0
FAST_BAUD = 115200
"""Thousands of empty bytes go before a job on a serial line."""
LIMIT = 2 * test_escpk.HOLD + STALL + 120.0

EscpkFault = Callable[[test_escpk.Desk], None]
LaserFault = Callable[[laser.Desk], None]


def _toggle(off: str, on: str, seconds: float | None) -> Callable[..., None]:
    def act(desk: test_escpk.Desk | laser.Desk) -> None:
        getattr(desk.sim, off)()
        if seconds is not None:
            desk.cable.after(seconds, getattr(desk.sim, on))

    return act


def _held(seconds: float | None) -> Callable[..., None]:
    def act(desk: test_escpk.Desk | laser.Desk) -> None:
        desk.sim.hold()
        if seconds is not None:
            desk.cable.after(seconds, lambda: desk.sim.hold(False))

    return act


ESCPK_FAULTS: dict[str, EscpkFault] = {
    "paper out, mended": _toggle("take_paper", "load_paper", MENDED_AFTER),
    "paper out": _toggle("take_paper", "load_paper", None),
    "cover open, mended": _toggle("open_cover", "close_cover", MENDED_AFTER),
    "jam": _toggle("jam", "clear_jam", None),
    "held, let go": _held(MENDED_AFTER),
    "held": _held(None),
    "power cycle": _toggle("switch_off", "switch_on", 2.0),
    "switched off": _toggle("switch_off", "switch_on", None),
    "hang-up": lambda desk: desk.cable.unplug(),
    "noise": lambda desk: desk.sim.say(b"\xff\x00\x1b@PJL\x0c"),
}

LASER_FAULTS: dict[str, LaserFault] = {
    "paper out, mended": _toggle("take_paper", "load_paper", MENDED_AFTER),
    "paper out": _toggle("take_paper", "load_paper", None),
    "cover open, mended": _toggle("open_cover", "close_cover", MENDED_AFTER),
    "jam": _toggle("jam", "clear_jam", None),
    "held, let go": _held(MENDED_AFTER),
    "held": _held(None),
    "power cycle": lambda desk: desk.cable.cut_power(MENDED_AFTER),
    "power cycle, connection kept": _toggle("switch_off", "switch_on", 2.0),
    "switched off": lambda desk: desk.cable.cut_power(1e9),
    "hang-up": lambda desk: desk.cable.hang_up(),
    "muted": _toggle("mute", "mute", None),
    "noise": lambda desk: desk.sim.say(b"\xff\x00@PJL USTATUS PAGE\r\n"),
    "a false page": lambda desk: desk.sim.say(b"@PJL USTATUS PAGE\r\n2\r\n\x0c"),
    "slow answers": lambda desk: setattr(desk.sim, "reply_seconds", 1.5),
}


def check_escpk(
    desk: test_escpk.Desk, result: PrintResult, started: float, rows_of_a_page: int
) -> None:
    assert desk.clock.now - started < LIMIT
    assert result.outcome in ("sent", "unknown", "failed")
    assert result.blocks_confirmed == 0
    desk.sim.load_paper()
    desk.sim.close_cover()
    desk.sim.clear_jam()
    desk.sim.hold(False)
    desk.cable.run(100)
    rows = Counter(row for row in desk.sim.rows if row.startswith("P"))
    expected = test_escpk.expected(PAGES, rows_of_a_page)
    whole = {row: count for row, count in rows.items() if row in expected}
    assert all(count == 1 for count in whole.values())
    if result.outcome == "sent" and result.evidence == "drained":
        assert desk.sim.rows == expected
    if result.outcome == "failed":
        assert desk.sim.rows == []


def check_laser(
    desk: laser.Desk, result: PrintResult, started: float, rows_of_a_page: int = ROWS
) -> None:
    assert desk.clock.now - started < LIMIT
    landed = len(desk.sim.tray)
    assert result.blocks_confirmed <= landed
    desk.sim.load_paper()
    desk.sim.close_cover()
    desk.sim.clear_jam()
    desk.sim.hold(False)
    pages = Counter(desk.whole_pages(rows_of_a_page))
    assert all(count == 1 for count in pages.values())
    assert result.outcome in ("confirmed", "unknown", "failed")
    if result.outcome == "confirmed":
        assert set(pages) == set(range(1, PAGES + 1))
        assert result.blocks_confirmed == PAGES
    if result.outcome == "failed":
        assert not pages


def _offsets(length: int, stride: int, first: int) -> Iterator[int]:
    return iter(range(first % stride, length, stride))


def _run_escpk(
    make_cable: MakeCable, serial_link: MakeSerial | None, fault: str, stride: int
) -> Counter[str]:
    name = "escpk-24pin" if serial_link else "escpk-24pin-usb"
    model, rows, patience = test_escpk.escpk(name), ROWS, test_escpk.HOLD
    if stride == 1:
        model = test_escpk.escpk(name, baud=FAST_BAUD, stall_seconds=SHORT_STALL)
        rows, patience = 1, SHORT_HOLD
    length = sum(len(test_escpk.page(n, rows).data) for n in range(1, PAGES + 1))
    outcomes: Counter[str] = Counter()
    for offset in _offsets(length, stride, len(fault)):
        desk = test_escpk.Desk(make_cable, serial_link, model, patience)
        desk.cable.when_job_byte(offset, partial(ESCPK_FAULTS[fault], desk))
        started = desk.clock.now
        result = desk.print(PAGES, rows)
        check_escpk(desk, result, started, rows)
        outcomes[result.outcome] += 1
        desk.printer.close()
        desk.cable.unplug()
    return outcomes


def _run_laser(make_cable: MakeCable, model: str, fault: str, stride: int) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    rows, patience, length = ROWS, laser.HOLD, LASER_BYTES
    if stride == 1:
        rows, patience, length = 1, SHORT_HOLD, SHORT_LASER_BYTES
    places = [(True, offset) for offset in _offsets(length, stride, len(fault))]
    places += [(False, offset) for offset in _offsets(HEAD_BYTES, HEAD_STRIDE, len(fault))]
    for of_job, offset in places:
        desk = laser.Desk(make_cable, laser.pcl(model, page_seconds=10.0), hold_seconds=patience)
        when = desk.cable.when_job_byte if of_job else desk.cable.when_byte
        when(offset, partial(LASER_FAULTS[fault], desk))
        started = desk.clock.now
        result = desk.print(PAGES, rows=rows)
        check_laser(desk, result, started, rows)
        outcomes[result.outcome] += 1
        desk.printer.close()
        desk.cable.unplug()
    return outcomes


@pytest.mark.parametrize("fault", ESCPK_FAULTS)
@pytest.mark.parametrize("port", ["serial", "usb"])
def test_a_fault_at_some_byte_of_a_24_pin_job(
    make_cable: MakeCable, serial_link: MakeSerial, fault: str, port: str
) -> None:
    outcomes = _run_escpk(
        make_cable, serial_link if port == "serial" else None, fault, ESCPK_STRIDE
    )
    assert sum(outcomes.values()) >= FEW
    if "mended" in fault:
        assert outcomes["sent"]
    if fault in ("paper out", "held", "power cycle") and port == "serial":
        assert outcomes["unknown"]


@pytest.mark.parametrize("fault", LASER_FAULTS)
@pytest.mark.parametrize("model", ["pcl-network", "pcl-network-counted"])
def test_a_fault_at_some_byte_of_a_laser_job(make_cable: MakeCable, fault: str, model: str) -> None:
    outcomes = _run_laser(make_cable, model, fault, LASER_STRIDE)
    assert sum(outcomes.values()) >= FEW
    if "mended" in fault:
        assert outcomes["confirmed"]


@pytest.mark.parametrize("fault", ESCPK_FAULTS)
@pytest.mark.parametrize("port", ["serial", "usb"])
def test_a_fault_at_every_byte_of_a_24_pin_job(
    make_cable: MakeCable, serial_link: MakeSerial, fault: str, port: str
) -> None:
    outcomes = _run_escpk(make_cable, serial_link if port == "serial" else None, fault, 1)
    assert sum(outcomes.values()) > MANY


_COUNTED = ("power cycle", "power cycle, connection kept", "switched off", "hang-up", "muted")
"""Faults after which an exact page counter makes a difference."""
_EVERY_BYTE = [
    *(("pcl-network", fault) for fault in LASER_FAULTS if fault != "slow answers"),
    *(("pcl-network-counted", fault) for fault in _COUNTED),
]


@pytest.mark.parametrize(("model", "fault"), _EVERY_BYTE)
def test_a_fault_at_every_byte_of_a_laser_job(
    make_cable: MakeCable, model: str, fault: str
) -> None:
    _run_laser(make_cable, model, fault, 1)


@pytest.mark.parametrize("seconds", [0.5 + 0.25 * step for step in range(40)])
def test_a_power_cut_at_any_time_prints_no_page_twice(
    make_cable: MakeCable, seconds: float
) -> None:
    desk = laser.Desk(make_cable, laser.pcl("pcl-network-counted"))
    desk.cable.into_job(seconds, lambda: desk.cable.cut_power(8.0))
    started = desk.clock.now
    result = desk.print(PAGES)
    check_laser(desk, result, started)
    desk.printer.close()
