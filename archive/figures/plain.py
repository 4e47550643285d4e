"""Figures as plain values for JSON: text for amounts and dates, tags for tagged values."""

import datetime as dt
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum

from archive.figures.figure import Figure, KeyPart, Unknown
from archive.masking import mask_number
from archive.values import Month

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]


def plain_figure(figure: Figure[object], *, reveal: bool) -> dict[str, Plain]:
    """All of a figure; personal numbers in keys are masked unless they are to be revealed."""
    rule = figure.rule
    return {
        "figure": figure.name,
        "title": {"zh": rule.zh, "en": rule.en},
        "value": plain(figure.value),
        "unit": figure.unit.value,
        "rule": {"zh": rule.how_zh, "en": rule.how_en},
        "sources": plain(figure.sources),
        "notes": plain(figure.notes),
        "differences": plain(figure.differences),
        "rows": [
            {"kind": row.kind, "key": {part.code: shown(part, reveal=reveal) for part in row.key}}
            for row in figure.rows
        ],
    }


def shown(part: KeyPart, *, reveal: bool) -> str:
    """An element of a key as it may be shown."""
    return mask_number(part.value) if part.personal and not reveal else part.value


def plain(value: object) -> Plain:
    """A value of a figure; one of several kinds carries its name under `is`."""
    match value:
        case None | bool() | int():
            return value
        case Unknown(why):
            return {"is": "Unknown", "why": why.value, "zh": why.zh, "en": why.en}
        case Month():
            return value.label
        case dt.date():
            return value.isoformat()
        case Decimal() | str() | Enum():
            return str(value)
        case tuple() | list():
            return [plain(item) for item in value]
        case _ if is_dataclass(value):
            own = {item.name: plain(getattr(value, item.name)) for item in fields(value)}
            return {"is": type(value).__name__, **own}
        case _:
            raise TypeError(type(value).__name__)
