"""Models of page printers: 24-pin with a hanzi memory, PCL behind PJL, and IPP queues."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from devices.printer.errors import PrinterConfigError
from devices.printer.models.receipt import Flow, Rom
from devices.printer.models.table import Table, parse_table, shipped_text

ReadyLine: TypeAlias = Literal["cts", "dsr", "none"]
PowerLine: TypeAlias = Literal["dsr", "dcd", "none"]
PagePaper: TypeAlias = Literal["fanfold", "a4"]


@dataclass(frozen=True, slots=True)
class EscpkModel:
    """A 24-pin printer that speaks ESC/P-K (LQ-1600K class)."""

    name: str
    title: str
    columns: int
    """Half-width characters across the carriage."""
    column_dots: int
    """The width of one in 1/180 inch: 12 for 15 per inch, 15 for 12, 18 for 10."""
    page_lines: int
    """Lines of 1/6 inch from one top of form to the next."""
    paper: PagePaper
    """Continuous paper that is torn off at its perforation, or single sheets."""
    rom: Rom
    baud: int
    flow: Flow
    ready_line: ReadyLine
    """The serial line that is up while the printer is selected and has room."""
    power_line: PowerLine
    """The serial line that is up while the printer has power, whatever else is wrong. Without
    one, a power cycle cannot be told from a long wait, and no job ends better than `unknown`."""
    buffer_bytes: int
    stall_seconds: float
    """How long a healthy printer may hold the line while it prints what it has."""
    settle_seconds: float
    """How long it must stay ready after the last byte, to be called drained while ready."""
    cps: int
    """Characters a second; paces the simulation."""


@dataclass(frozen=True, slots=True)
class PclModel:
    """A laser printer that speaks PCL 5, wrapped in PJL."""

    name: str
    title: str
    pcl_xl: bool
    """It speaks PCL XL too, which makers sell as PCL 6."""
    dpi: int
    baud: int
    """Of its serial port; a network port has none."""
    flow: Flow
    back_channel: bool
    """It answers PJL. Without that nothing is known but the bytes sent: no job ends better than
    `unknown`."""
    page_count: bool
    """`@PJL INFO PAGECOUNT` counts every sheet and survives a power cut to the sheet. Only such
    a counter proves after a lost connection which pages are out, so that the rest may follow."""
    page_seconds: float
    """The longest time between two pages, warming up included."""
    settle_seconds: float
    """So long it must stay idle to show that nothing of an earlier job follows."""
    buffer_bytes: int


@dataclass(frozen=True, slots=True)
class IppModel:
    """A queue or a printer that speaks IPP."""

    name: str
    title: str
    counts_sheets: bool
    """Its count of impressions is the printer's own. The count of a queue (CUPS) is made by a
    filter before any paper moves, and proves nothing."""
    poll_seconds: float
    page_seconds: float
    """The longest time without any progress, warming up and other jobs included."""


PageModel: TypeAlias = EscpkModel | PclModel | IppModel


def load_page_model(name: str) -> PageModel:
    """Return a model by its name; raise PrinterConfigError when there is none."""
    return parse_page_model(shipped_text(name), name)


def parse_page_model(text: str, name: str) -> PageModel:
    """Return the model that a TOML text describes; `name` is its name and its place in errors."""
    table = parse_table(text, name)
    model = _model(table, table.choice("language", ("escpk", "pcl", "ipp")), name)
    table.expect_nothing_else()
    return model


def _model(table: Table, language: str, name: str) -> PageModel:
    match language:
        case "escpk":
            return _escpk(table, name)
        case "pcl":
            return _pcl(table, name)
        case _:
            return IppModel(
                name,
                table.text("title"),
                table.truth("counts_sheets"),
                _seconds(table, "poll"),
                _seconds(table, "page"),
            )


def _escpk(table: Table, name: str) -> EscpkModel:
    model = EscpkModel(
        name=name,
        title=table.text("title"),
        columns=table.number("columns", 1),
        column_dots=table.choice("column_dots", (12, 15, 18)),
        page_lines=table.number("page_lines", 1),
        paper=table.choice("paper", get_args(PagePaper)),
        rom=table.choice("rom", get_args(Rom)),
        baud=table.number("baud", 300),
        flow=table.choice("flow", get_args(Flow)),
        ready_line=table.choice("ready_line", get_args(ReadyLine)),
        power_line=table.choice("power_line", get_args(PowerLine)),
        buffer_bytes=table.number("buffer_bytes", 1024),
        stall_seconds=_seconds(table, "stall"),
        settle_seconds=_seconds(table, "settle"),
        cps=table.number("cps", 1),
    )
    if model.page_lines > 127:
        raise PrinterConfigError(f"{name}: page_lines", "ESC C takes at most 127 lines")
    return model


def _pcl(table: Table, name: str) -> PclModel:
    return PclModel(
        name=name,
        title=table.text("title"),
        pcl_xl=table.truth("pcl_xl"),
        dpi=table.choice("dpi", (150, 300, 600)),
        baud=table.number("baud", 300),
        flow=table.choice("flow", get_args(Flow)),
        back_channel=table.truth("back_channel"),
        page_count=table.truth("page_count"),
        page_seconds=_seconds(table, "page"),
        settle_seconds=_seconds(table, "settle"),
        buffer_bytes=table.number("buffer_bytes", 1024),
    )


def _seconds(table: Table, key: str) -> float:
    return table.number(f"{key}_ms", 1) / 1000
