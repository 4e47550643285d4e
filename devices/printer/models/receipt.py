"""Receipt printers (ESC/POS) as data: one TOML file each, next to this module."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from devices.printer.models.table import Table, names_by_language, parse_table, shipped_text

Language: TypeAlias = Literal["escpos"]
Rom: TypeAlias = Literal["gb2312", "gbk", "gb18030-2byte"]
ReceiptRom: TypeAlias = Literal["gb2312", "gbk", "gb18030-2byte", "none"]
"""`none`: no hanzi at all, so that everything is drawn and sent as a picture."""
Flow: TypeAlias = Literal["rtscts", "xonxoff", "dsr-poll", "none"]
Echo: TypeAlias = Literal["gs-r", "esc-v"]
Meaning: TypeAlias = Literal[
    "offline", "cover_open", "paper_out", "paper_low", "cutter", "head", "error"
]

_QUERIES = (1, 2, 3, 4)
_IDENTITIES = (1, 2, 3, 65, 66, 67, 68, 69)


@dataclass(frozen=True, slots=True)
class StatusBit:
    """One bit, or one of several equal bits, of a real-time status byte (DLE EOT n)."""

    query: int
    """n of DLE EOT n, 1 to 4."""
    mask: int
    """The condition holds when any bit of the mask is set."""
    means: Meaning


@dataclass(frozen=True, slots=True)
class AutoBit:
    """One bit, or one of several equal bits, of automatic status back (GS a)."""

    byte: int
    """1 to 4: which of the four."""
    mask: int
    """The condition holds when any bit of the mask is set."""
    means: Meaning


@dataclass(frozen=True, slots=True)
class PrinterModel:
    """What the driver, the layout and the simulator must know about a kind of printer."""

    name: str
    title: str
    language: Language
    columns: int
    """Half-width characters per line; a hanzi takes two."""
    dots: int
    """Printable dots per line, 8 per millimetre."""
    paper_dots: int
    """Width of the paper in dots."""
    rom: ReceiptRom
    """The hanzi set in the printer's memory; all else must be sent as a glyph image."""
    baud: int
    """Bits per second; a byte takes ten."""
    flow: Flow
    """How the printer stops the host; `dsr-poll`: its DTR drives our DSR and we look at it."""
    buffer_bytes: int
    """Receive buffer; what comes beyond it is lost without flow control. A printer with markers
    needs room for two blocks of a job: where flow control holds the line within a block, a job
    ends `unknown`, since a printer without power holds the line just so."""
    marker: bool
    """GS ( H function 48: the printer tells when data sent before is on paper."""
    clear: bool
    """DLE DC4 8: the buffer can be cleared, and the printer says so."""
    enquiry: bool
    """DLE ENQ 1 and 2: printing goes on after a recoverable error."""
    echo: Echo
    """What the printer answers when it has read its buffer up to there: GS r 1 or ESC v."""
    identify: tuple[int, ...]
    """The n of GS I that it answers."""
    cut: bool
    qr: bool
    """GS ( k, model 2."""
    speed_mm_s: int
    """Paper speed in millimetres per second."""
    blade_dots: int
    """From the print head to the blade or the tear bar."""
    settle_seconds: float
    """How long a printer without marker is watched after it has read everything."""
    queries: tuple[int, ...]
    """The n of DLE EOT that are always asked; n=3 also when n=2 reports an error."""
    status_bits: tuple[StatusBit, ...]
    auto_bits: tuple[AutoBit, ...]
    """Meaning of automatic status back; empty when the printer has none that can be trusted."""


def receipt_model_names() -> tuple[str, ...]:
    """Return the names of all receipt printers that come with the package."""
    return names_by_language(*get_args(Language))


def load_model(name: str) -> PrinterModel:
    """Return a receipt printer by its name; raise PrinterConfigError when there is none."""
    return parse_model(shipped_text(name), name)


def parse_model(text: str, name: str) -> PrinterModel:
    """Return the model that a TOML text describes; `name` is its name and its place in errors."""
    table = parse_table(text, name)
    model = PrinterModel(
        name=name,
        title=table.text("title"),
        language=table.choice("language", get_args(Language)),
        columns=table.number("columns", 1),
        dots=table.number("dots", 8),
        paper_dots=table.number("paper_dots", 8),
        rom=table.choice("rom", get_args(ReceiptRom)),
        baud=table.number("baud", 300),
        flow=table.choice("flow", get_args(Flow)),
        buffer_bytes=table.number("buffer_bytes", 45),
        marker=table.truth("marker"),
        clear=table.truth("clear"),
        enquiry=table.truth("enquiry"),
        echo=table.choice("echo", get_args(Echo)),
        identify=table.choices("identify", _IDENTITIES),
        cut=table.truth("cut"),
        qr=table.truth("qr"),
        speed_mm_s=table.number("speed_mm_s", 1),
        blade_dots=table.number("blade_dots", 0),
        settle_seconds=table.number("settle_ms", 0) / 1000,
        queries=table.choices("queries", _QUERIES),
        status_bits=tuple(_status_bit(row) for row in table.rows("status")),
        auto_bits=tuple(_auto_bit(row) for row in table.rows("auto")),
    )
    table.expect_nothing_else()
    return model


def _status_bit(row: Table) -> StatusBit:
    bit = StatusBit(
        query=row.choice("query", _QUERIES),
        mask=row.number("mask", 1),
        means=row.choice("means", get_args(Meaning)),
    )
    row.expect_nothing_else()
    return bit


def _auto_bit(row: Table) -> AutoBit:
    bit = AutoBit(
        byte=row.choice("byte", (1, 2, 3, 4)),
        mask=row.number("mask", 1),
        means=row.choice("means", get_args(Meaning)),
    )
    row.expect_nothing_else()
    return bit
