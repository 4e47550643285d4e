"""How each fault of the report printers is brought about: shipped drivers on a virtual clock."""

from collections.abc import Callable
from dataclasses import dataclass, field

from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.result import PrintResult, Progress
from devices.printer.simulated.pages.ipp import SimulatedJob
from devices.printer.state import Unknown
from tests.devices.printer.pages import test_escpk, test_ipp
from tests.devices.printer.pages.conftest import MakeCable
from tests.devices.printer.pages.laser import Desk as LaserDesk
from tests.devices.printer.pages.laser import pcl

FIRST_PAGE_BYTES = {"laser": 150, "pins": 60}
"""Of the job: behind its head, within the first page."""
FIRST_PAGE_SECONDS = 3.0
MENDED_AFTER = 12.0

Hands = tuple[Callable[[], None], Callable[[], None]]
"""What strikes, and what takes the cause away."""


@dataclass
class Machine:
    """One printer, its faults by name, and jobs on it."""

    faults: dict[str, Hands]
    printer: EscpkPrinter | IppPrinter | PjlPrinter
    print: Callable[[Callable[[Progress], None]], PrintResult]
    on_the_first_page: Callable[[Callable[[], None]], None]
    after: Callable[[float, Callable[[], None]], None]
    wait: Callable[[], None]
    held: list[str] = field(default_factory=list)

    def code(self) -> str:
        """The state that staff see; a first silence is asked about again."""
        state = self.printer.status()
        return (self.printer.status() if isinstance(state, Unknown) else state).code

    def job(self) -> PrintResult:
        """Print, and note what the job waits for."""
        return self.print(lambda step: self.held.append(step.hold) if step.hold else None)


def laser(make_cable: MakeCable) -> Machine:
    """A laser printer on the network."""
    desk = LaserDesk(make_cable, pcl())

    def off() -> None:
        desk.cable.cut_power(1e9)

    def on() -> None:
        desk.sim.switch_on()
        desk.cable.reachable = True

    return Machine(
        {
            "paper_out": (desk.sim.take_paper, desk.sim.load_paper),
            "cover_open": (desk.sim.open_cover, desk.sim.close_cover),
            "jam": (desk.sim.jam, desk.sim.clear_jam),
            "off": (off, on),
            "hang_up": (desk.cable.hang_up, lambda: None),
            "mute": (desk.sim.mute, lambda: desk.sim.mute(False)),
        },
        desk.printer,
        lambda told: desk.print(on_progress=told),
        lambda act: desk.cable.when_job_byte(FIRST_PAGE_BYTES["laser"], act),
        desk.cable.after,
        lambda: desk.cable.run(60),
    )


def pins(make_cable: MakeCable) -> Machine:
    """A 24-pin printer on USB."""
    desk = test_escpk.Desk(make_cable, None, test_escpk.escpk("escpk-24pin-usb"))
    status = desk.sim.port_status

    def show(byte: Callable[[], int]) -> Callable[[], None]:
        return lambda: setattr(desk.sim, "port_status", byte)

    return Machine(
        {
            "paper_out": (desk.sim.take_paper, desk.sim.load_paper),
            "unplugged": (desk.cable.unplug, lambda: None),
            "no_status": (show(lambda: 1000), show(status)),  # no byte: an error of the port
        },
        desk.printer,
        lambda told: desk.print(on_progress=told),
        lambda act: desk.cable.when_job_byte(FIRST_PAGE_BYTES["pins"], act),
        desk.cable.after,
        lambda: desk.cable.run(60),
    )


def queue(_: MakeCable) -> Machine:
    """A printer behind IPP."""
    office = test_ipp.Office("ipp-queue")

    def switch(on: bool) -> Callable[[], None]:
        return lambda: setattr(office.sim, "on", on)

    def wait() -> None:
        office.now += 300

    def earlier_job() -> None:
        office.sim.occupied, office.sim.refused_cancels = True, 1_000_000
        office.sim.jobs.append(SimulatedJob(1, "S-0000.pdf", b"", 1))
        office.printer.expect(("S-0000.pdf",))

    def may_be_cancelled() -> None:
        office.sim.occupied, office.sim.refused_cancels = False, 0

    return Machine(
        {
            "paper_out": (lambda: office.sim.fault("media-empty-error"), office.sim.cure),
            "cover_open": (lambda: office.sim.fault("cover-open-error"), office.sim.cure),
            "toner_empty": (lambda: office.sim.fault("toner-empty-error"), office.sim.cure),
            "off": (switch(False), switch(True)),
            "aborted": (
                lambda: setattr(office.sim, "abort_at_page", 2),
                lambda: setattr(office.sim, "abort_at_page", None),
            ),
            "miscounted": (
                lambda: setattr(office.sim, "miscount", -1),
                lambda: setattr(office.sim, "miscount", 0),
            ),
            "job_waits": (earlier_job, may_be_cancelled),
        },
        office.printer,
        lambda _: office.print(),
        lambda act: office.after(FIRST_PAGE_SECONDS, act),
        office.after,
        wait,
    )


MACHINES = {"laser": laser, "pins": pins, "queue": queue}
