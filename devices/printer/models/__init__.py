"""Printer models as data: one TOML file each, next to this module."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal, TypeAlias, get_args

from devices.printer.errors import PrinterConfigError

Language: TypeAlias = Literal["escpos"]
Rom: TypeAlias = Literal["gb2312", "gbk", "gb18030-2byte"]
Flow: TypeAlias = Literal["rtscts", "xonxoff", "none"]
Meaning: TypeAlias = Literal[
    "offline", "cover_open", "paper_out", "paper_low", "cutter", "head", "error"
]


@dataclass(frozen=True, slots=True)
class StatusBit:
    """One bit, or one of several equal bits, of a real-time status byte (DLE EOT n)."""

    query: int
    """n of DLE EOT n, 1 to 4."""
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
    rom: Rom
    """The hanzi set in the printer's memory; all else must be sent as a glyph image."""
    baud: int
    """Bits per second; a byte takes ten."""
    flow: Flow
    buffer_bytes: int
    """Receive buffer; what comes beyond it is lost without flow control. A printer with markers
    needs room for two blocks of a job: where flow control holds the line within a block, a job
    ends `unknown`, since a printer without power holds the line just so."""
    marker: bool
    """GS ( H function 48: the printer tells when data sent before is on paper."""
    clear: bool
    """DLE DC4 8: the buffer can be cleared, and the printer says so."""
    cut: bool
    qr: bool
    """GS ( k, model 2."""
    speed_mm_s: int
    """Paper speed in millimetres per second."""
    blade_dots: int
    """From the print head to the blade or the tear bar."""
    settle_seconds: float
    """How long a printer without marker is watched after it has read everything."""
    status_bits: tuple[StatusBit, ...]


def model_names() -> tuple[str, ...]:
    """Return the names of all models that come with the package."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def load_model(name: str) -> PrinterModel:
    """Return a model by its name; raise PrinterConfigError when there is none."""
    if name not in model_names():
        raise PrinterConfigError(name, f"no such printer model; known: {', '.join(model_names())}")
    text = resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8")
    return parse_model(text, name)


def parse_model(text: str, name: str) -> PrinterModel:
    """Return the model that a TOML text describes; `name` is its name and its place in errors."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PrinterConfigError(name, str(error)) from error
    reader = _Table(table, name)
    model = PrinterModel(
        name=name,
        title=reader.text("title"),
        language=reader.choice("language", get_args(Language)),
        columns=reader.number("columns", 1),
        dots=reader.number("dots", 8),
        paper_dots=reader.number("paper_dots", 8),
        rom=reader.choice("rom", get_args(Rom)),
        baud=reader.number("baud", 300),
        flow=reader.choice("flow", get_args(Flow)),
        buffer_bytes=reader.number("buffer_bytes", 45),
        marker=reader.truth("marker"),
        clear=reader.truth("clear"),
        cut=reader.truth("cut"),
        qr=reader.truth("qr"),
        speed_mm_s=reader.number("speed_mm_s", 1),
        blade_dots=reader.number("blade_dots", 0),
        settle_seconds=reader.number("settle_ms", 0) / 1000,
        status_bits=tuple(_status_bit(row) for row in reader.rows("status")),
    )
    reader.expect_nothing_else()
    return model


def _status_bit(row: "_Table") -> StatusBit:
    bit = StatusBit(
        query=row.choice("query", (1, 2, 3, 4)),
        mask=row.number("mask", 1),
        means=row.choice("means", get_args(Meaning)),
    )
    row.expect_nothing_else()
    return bit


class _Table:
    """A TOML table that is read key by key, so that a leftover key is seen."""

    def __init__(self, table: dict[str, Any], place: str) -> None:
        self._rest = dict(table)
        self._place = place

    def _take(self, key: str) -> Any:  # noqa: ANN401 - whatever TOML holds; the callers narrow it
        if key not in self._rest:
            raise PrinterConfigError(f"{self._place}: {key}", "missing")
        return self._rest.pop(key)

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str) or not value:
            raise PrinterConfigError(f"{self._place}: {key}", "must be a text")
        return value

    def number(self, key: str, least: int) -> int:
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise PrinterConfigError(f"{self._place}: {key}", f"must be a number from {least} up")
        return value

    def truth(self, key: str) -> bool:
        value = self._take(key)
        if not isinstance(value, bool):
            raise PrinterConfigError(f"{self._place}: {key}", "must be true or false")
        return value

    def choice(self, key: str, allowed: tuple[Any, ...]) -> Any:  # noqa: ANN401 - one of `allowed`
        value = self._take(key)
        if value not in allowed:
            names = ", ".join(str(item) for item in allowed)
            raise PrinterConfigError(f"{self._place}: {key}", f"must be one of {names}")
        return value

    def rows(self, key: str) -> "list[_Table]":
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise PrinterConfigError(f"{self._place}: {key}", "must be a list of tables")
        return [_Table(row, f"{self._place}: {key}[{i}]") for i, row in enumerate(value)]

    def expect_nothing_else(self) -> None:
        for key in self._rest:
            raise PrinterConfigError(f"{self._place}: {key}", "unknown setting")
