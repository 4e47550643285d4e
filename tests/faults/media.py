"""The two tables of `make crash`: every kind of printer, and every fault that strikes it."""

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pytest_mock import MockerFixture

from devices.printer.models import load_model
from devices.printer.simulated.faults import Fault as RollFault
from devices.printer.simulated.printer import BOOT_SECONDS
from tests.devices.printer.test_every_fault import GARBLES_THE_JOB, MODELS
from tests.faults.bench import Bench
from tests.faults.bench_folder import FolderBench
from tests.faults.bench_pages import LaserBench, PinBench
from tests.faults.bench_queue import CANCEL_SECONDS, QueueBench
from tests.faults.bench_roll import RollBench


@dataclass(frozen=True)
class Fault:
    """What strikes a printer, and what takes the cause away."""

    strike: Callable[[Any], object]
    cure: Callable[[Any], object] | None = None
    """None: it is over as soon as it has struck."""
    garbles: bool = False
    """The printer was told something else than was sent, and nothing it says can show that."""
    roll: RollFault | None = None


@dataclass(frozen=True)
class Medium:
    """A kind of printer: how it is set up, and what can strike it."""

    bench: Callable[[MockerFixture, Fault | None, bool], Bench]
    faults: Mapping[str, Fault]
    cured_after: tuple[float, ...]
    """Seconds within which a cause may be gone again: the last is longer than a job waits."""


def _hand(strike: str, cure: str | None) -> Fault:
    """Hands of the simulated printer, by name."""
    return Fault(
        lambda bench: getattr(bench.desk.sim, strike)(),
        None if cure is None else lambda bench: getattr(bench.desk.sim, cure)(),
    )


def _says(noise: bytes) -> Fault:
    return Fault(lambda bench: bench.desk.sim.say(noise))


_PAGES = {
    "paper out": _hand("take_paper", "load_paper"),
    "cover open": _hand("open_cover", "close_cover"),
    "jam": _hand("jam", "clear_jam"),
    "held": Fault(lambda bench: bench.desk.sim.hold(), lambda bench: bench.desk.sim.hold(False)),
}
PINS = {
    **_PAGES,
    "off": _hand("switch_off", "switch_on"),
    "hang-up": Fault(lambda bench: bench.port.unplug()),
    "noise": _says(b"\xff\x00\x1b@PJL\x0c"),
}
LASERS = {
    **_PAGES,
    "power cycle": Fault(lambda bench: bench.port.cut_power(6.0)),
    "off, the connection stays": _hand("switch_off", "switch_on"),
    "off": Fault(lambda bench: bench.port.cut_power(1e9)),
    "muted": Fault(lambda bench: bench.desk.sim.mute(), lambda bench: bench.desk.sim.mute(False)),
    "noise": _says(b"\xff\x00@PJL USTATUS PAGE\r\n"),
    "a false page": _says(b"@PJL USTATUS PAGE\r\n2\r\n\x0c"),
    "slow answers": Fault(lambda bench: setattr(bench.desk.sim, "reply_seconds", 1.5)),
}
NETWORK_LASERS = {**LASERS, "hang-up": Fault(lambda bench: bench.port.hang_up())}


def _queue(name: str, struck: object, cured: object | None = None) -> Fault:
    """A state of the simulated queue."""
    return Fault(
        lambda bench: setattr(bench.desk.sim, name, struck),
        None if cured is None else lambda bench: setattr(bench.desk.sim, name, cured),
    )


def _way(name: str, struck: object, cured: object | None = None) -> Fault:
    """A state of the way to it."""
    return Fault(
        lambda bench: setattr(bench.desk, name, struck),
        None if cured is None else lambda bench: setattr(bench.desk, name, cured),
    )


def _stops(reason: str) -> Fault:
    return Fault(lambda bench: bench.desk.sim.fault(reason), lambda bench: bench.desk.sim.cure())


QUEUES = {
    "paper out": _stops("media-empty-error"),
    "cover open": _stops("cover-open-error"),
    "jam": _stops("media-jam-error"),
    "power cycle": Fault(lambda bench: bench.desk.sim.power_cycle()),
    "not reached": _way("reachable", False, True),
    "stopped, and goes on": _queue("on", False, True),
    "hang-up": Fault(lambda bench: bench.desk.hang_up()),
    "muted": _way("muted", True, False),
    "hung": Fault(lambda bench: bench.desk.hang(), lambda bench: bench.desk.go_on()),
    "noise": _way("noise", b"\x01\x01\x00\x00"),
    "aborted": Fault(lambda bench: bench.desk.abort()),
    "occupied": _queue("occupied", True, False),
    "cancels refused": _queue("refused_cancels", 1_000_000, 0),
    "cancels late": _queue("cancel_seconds", CANCEL_SECONDS),
    "a page too many counted": _queue("miscount", 1, 0),
}


def _refuses(number: int) -> Fault:
    return Fault(
        lambda bench: setattr(bench.disk, "refuses", number),
        lambda bench: setattr(bench.disk, "refuses", None),
    )


FOLDERS = {"full": _refuses(errno.ENOSPC), "read only": _refuses(errno.EROFS)}


def _of_a_roll(fault: RollFault) -> Fault:
    passes = fault.passes or fault is RollFault.POWER_CYCLE
    return Fault(
        lambda bench: fault.strike(bench.desk.sim),
        None if passes else lambda bench: fault.cure(bench.desk.sim),
        fault in GARBLES_THE_JOB,
        fault,
    )


ROLLS = {fault.name.lower(): _of_a_roll(fault) for fault in RollFault}
ROLLS["off"] = replace(
    # It takes its time to start, and real ones take longer: at 9600 baud a question that shows it
    # stands in the stream every 0.2 s.
    ROLLS["off"],
    cure=lambda bench: bench.soon(BOOT_SECONDS, bench.desk.sim.switch_on),
)

ROLLS_CURED, PAGES_CURED = (0.1, 0.5, 1.5, 5.0), (2.0, 6.0, 15.0)
FOLDERS_CURED = (0.01, 0.02)


def _rolls() -> dict[str, Medium]:
    pictures = replace(load_model("escpos-58mm-raster"), settle_seconds=0.6)
    models = {**MODELS, "pictures": pictures}

    def bench(
        name: str, mocker: MockerFixture, fault: Fault | None, paper_takes_time: bool
    ) -> Bench:
        struck = None if fault is None else fault.roll
        return RollBench(replace(models[name]), mocker, struck, paper_takes_time=paper_takes_time)

    return {f"roll, {name}": Medium(partial(bench, name), ROLLS, ROLLS_CURED) for name in models}


def _pages() -> dict[str, Medium]:
    def pins(name: str, mocker: MockerFixture, *_: object) -> Bench:
        return PinBench(name, mocker)

    def laser(name: str, mocker: MockerFixture, *_: object) -> Bench:
        return LaserBench(name, mocker)

    names = {
        "escpk-24pin": Medium(partial(pins, "escpk-24pin"), PINS, PAGES_CURED),
        "escpk-24pin-usb": Medium(partial(pins, "escpk-24pin-usb"), PINS, PAGES_CURED),
        "pcl-serial": Medium(partial(laser, "pcl-serial"), LASERS, PAGES_CURED),
    }
    for name in (
        "pcl-network",
        "pcl-network-counted",
        "pcl-oneway",
        "pcl6-network",
        "pcl6-network-counted",
    ):
        names[name] = Medium(partial(laser, name), NETWORK_LASERS, PAGES_CURED)
    return names


def _documents() -> dict[str, Medium]:
    def queue(model: str, counts: bool, mocker: MockerFixture, *_: object) -> Bench:
        return QueueBench(model, mocker, counts=counts)

    return {
        "ipp-printer": Medium(partial(queue, "ipp-printer", True), QUEUES, PAGES_CURED),
        "ipp-printer, counts nothing": Medium(
            partial(queue, "ipp-printer", False), QUEUES, PAGES_CURED
        ),
        "ipp-queue": Medium(partial(queue, "ipp-queue", True), QUEUES, PAGES_CURED),
        "folder": Medium(lambda mocker, *_: FolderBench(mocker), FOLDERS, FOLDERS_CURED),
    }


MEDIA: dict[str, Medium] = {**_rolls(), **_pages(), **_documents()}
