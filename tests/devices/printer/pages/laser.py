"""A laser printer behind PJL on a desk, and pages for it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from devices.printer.blocks import Block
from devices.printer.link import LineSettings
from devices.printer.models.page import PclModel, load_page_model
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.result import PrintResult, Progress
from devices.printer.simulated.pages.laser import SimulatedLaser
from tests.devices.printer.pages.conftest import MakeCable, MakeSerial
from tests.devices.printer.pages.desk import Clock

VOID = b"\x1bEVOID\r\n\f"
HOLD = 30.0


def page(number: int, rows: int = 4) -> Block:
    return page_of([f"P{number} ROW {row}" for row in range(rows)], number, rows)


def page_of(texts: Sequence[str], number: int, raster_rows: int) -> Block:
    text = "".join(f"{row}\r\n" for row in texts)
    row = b"\x1b*b0m9W" + b"\x1b%-12345X"  # raster data that looks like the universal exit
    raster = b"\x1b*t150R\x1b*r72S\x1b*r1A" + row * raster_rows + b"\x1b*rC"
    return Block(b"\x1bE" + text.encode() + raster + b"\f", f"page {number}")


def pcl(name: str = "pcl-network", **changes: object) -> PclModel:
    return replace(_shipped(name), **changes)  # type: ignore[arg-type]


@cache
def _shipped(name: str) -> PclModel:
    model = load_page_model(name)
    assert isinstance(model, PclModel)
    return model


def document(
    printer: PjlPrinter, pdf: bytes, *, cancelled: Callable[[], bool] = lambda: False
) -> PrintResult:
    """Print a document."""
    pages = printer.make_pages(pdf, cancelled=cancelled)
    return printer.print_blocks(pages, void=VOID, cancelled=cancelled)


class Desk:
    def __init__(
        self,
        make_cable: MakeCable,
        model: PclModel,
        serial_link: MakeSerial | None = None,
        hold_seconds: float = HOLD,
    ) -> None:
        self.clock = Clock()
        self.hold_seconds = hold_seconds
        self.model = model
        self.sim = SimulatedLaser(model, monotonic=self.clock, network=serial_link is None)
        self.cable = make_cable(self.clock, self.sim)
        link = (
            self.cable.tcp()
            if serial_link is None
            else serial_link(self.cable, LineSettings(model.baud, model.flow))
        )
        self.printer = PjlPrinter(
            link, model, monotonic=self.clock, pause=self.cable.run, hold_seconds=hold_seconds
        )

    def print(
        self,
        pages: int = 3,
        cancelled: Callable[[], bool] = lambda: False,
        on_progress: Callable[[Progress], None] = lambda _: None,
        rows: int = 4,
    ) -> PrintResult:
        return self.printer.print_blocks(
            [page(number, rows) for number in range(1, pages + 1)],
            void=VOID,
            cancelled=cancelled,
            on_progress=on_progress,
        )

    def whole_pages(self, rows: int = 4) -> list[int]:
        """Wait until all is on paper; return the numbers of the pages that are whole."""
        self.cable.run(120)
        return [
            number
            for sheet in self.sim.tray
            for number in range(1, 10)
            if sheet.transcript.splitlines() == [f"P{number} ROW {row}" for row in range(rows)]
        ]
