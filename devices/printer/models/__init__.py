"""Printer models as data: one TOML file each, in this folder."""

from devices.printer.models.receipt import (
    AutoBit,
    Echo,
    Flow,
    Language,
    Meaning,
    PrinterModel,
    ReceiptRom,
    Rom,
    StatusBit,
    load_model,
    parse_model,
    receipt_model_names,
)
from devices.printer.models.table import names_by_language

__all__ = [
    "AutoBit",
    "Echo",
    "Flow",
    "Language",
    "Meaning",
    "PrinterModel",
    "ReceiptRom",
    "Rom",
    "StatusBit",
    "load_model",
    "page_model_names",
    "parse_model",
    "receipt_model_names",
]


def page_model_names() -> tuple[str, ...]:
    """Return the names of all page printers that come with the package."""
    return names_by_language("escpk", "pcl", "ipp")
