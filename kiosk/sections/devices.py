"""What stands in the hall: the readers, the printers and their links."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from kiosk.sections import Section


class Card(Section):
    """The slot that the holder's card goes into. Patterns name readers; | separates several."""

    reader: str = Field(
        "", description="pattern of the holder slot; empty: the first without another role"
    )
    contactless_reader: str = Field(
        "*contactless*|*PICC*|*CL *", description="pattern of a contactless slot; it is not used"
    )
    virtual_readers: bool = Field(
        default=False,
        description="accept the virtual reader vpcd; demo and tests only, never in a hall",
    )
    service: str = Field(
        "",
        pattern="^(/.*)?$",
        description="socket of the card service; empty: pcscd's usual one; a demo has its own",
    )
    require_genuine: bool = Field(
        default=True,
        description="refuse a card that does not prove to be genuine before it is believed",
    )


class SecurityModule(Section):
    """The security module that holds the issuer's keys."""

    kind: Literal["psam", "software", "none"] = Field(
        "psam",
        description="psam: in a slot; software: test keys, only with virtual_readers; none",
    )
    reader: str = Field("*SAM*", min_length=1, description="pattern of the module's slot")
    irk_key: str = Field(
        "08",
        pattern=r"^[0-9A-F]{2}$",
        description="number of IRK in the module, as its issuer says",
    )
    read_key: str = Field(
        "",
        pattern=r"^([0-9A-F]{2})?$",
        description="number of RKSSSE, which opens 3.0 cards; a wrong one costs each card a try",
    )
    sm4_environment: str = Field(
        "",
        pattern=r"^([0-9A-F]{2}){0,16}$",
        description="name (hex) of the module's SM4 environment; empty: it has none",
    )
    keys: Path = Field(
        Path("/var/lib/kiosk/test-keys.toml"), description="test keys of the software module"
    )


class Receipt(Section):
    """The receipt printer on a serial line."""

    port: str = Field(
        "/dev/serial/by-id/receipt", min_length=1, description="device, best by by-id or by-path"
    )
    model: str = Field(
        "escpos-80mm", min_length=1, description="model profile; `kiosk printer models` lists them"
    )
    flow: Literal["", "rtscts", "xonxoff", "dsr-poll", "none"] = Field(
        "", description="flow control as the printer is set; empty: the model's"
    )
    baud: int = Field(0, ge=0, le=4_000_000, description="bits per second; 0: the model's")
    hold_seconds: float = Field(
        60.0, ge=0, le=600, description="how long a job waits for paper or a closed cover"
    )
    low_paper_cm: int = Field(
        60, ge=0, le=1000, description="the longest receipt once the roll's sensor sees its end"
    )


class Report(Section):
    """The A4 printer, or a folder from which the print service takes PDF files."""

    port: str = Field(
        "",
        description="ipp://host:631/path, tcp://host:9100 or a device; empty: the folder",
    )
    model: str = Field(
        "ipp-queue", min_length=1, description="model profile of the printer at that port"
    )
    pcl: Literal["auto", "raster", "xl"] = Field(
        "auto",
        description="pages of a PCL printer; xl: PCL XL by Ghostscript; raster: our own dots; "
        "auto: xl where the model speaks it and `gs` is installed",
    )
    hold_seconds: float = Field(
        60.0, ge=0, le=600, description="how long a job at that port waits for paper"
    )
    place: Literal["kiosk", "counter"] = Field(
        "kiosk",
        description="where its paper comes out; kiosk: before the citizen, so nobody is served "
        "while pages of an earlier visit may still come out; counter: where staff hand it out",
    )
    first_page_seconds: int = Field(
        10, ge=1, le=300, description="about how long the first page takes; shown before paper"
    )
    page_seconds: int = Field(
        4, ge=1, le=120, description="about how long each further page takes; shown before paper"
    )
    folder: Path = Field(
        Path("/var/spool/kiosk"),
        description="PDF files are put here, whole; who prints them takes them away",
    )
