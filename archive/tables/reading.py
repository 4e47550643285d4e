"""How a table is read: its source and date first; a wrong entry is refused by its name."""

import datetime as dt
import tomllib
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from archive.errors import InvalidValueError, TableError
from archive.values import Month


class Part(BaseModel):
    """A part of a table: unknown names are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TableSource(Part):
    """Who published what a table says."""

    title: str = Field(min_length=1)
    date: dt.date
    """The day on which it was published, or up to which the table was kept."""
    article: str = ""
    example: bool = False
    """True: invented for the demonstration; every figure that uses it says so."""


class Table(Part):
    """A table: `source` and what it rules."""

    source: TableSource


TableT = TypeVar("TableT", bound=Table)


def _month(value: object) -> Month:
    try:
        return Month.parse(str(value))
    except InvalidValueError:
        message = 'should be a month such as "202506"'
        raise ValueError(message) from None


def quoted(value: object) -> object:
    """TOML's bare decimals are binary fractions to other readers: amounts are quoted."""
    if isinstance(value, str):
        return value
    message = 'should be a decimal number in quotation marks such as "1.50"'
    raise ValueError(message)


TableMonth = Annotated[Month, BeforeValidator(_month)]
"""A month as tables write it: "202506"."""
Yuan = Annotated[Decimal, BeforeValidator(quoted), Field(ge=0, le=10_000_000, decimal_places=2)]
"""Yuan with at most two places, in quotation marks."""
Percent = Annotated[Decimal, BeforeValidator(quoted), Field(ge=0, le=100, decimal_places=4)]
"""Per cent (8.31 is 8.31 %), in quotation marks."""


def read_table(kind: type[TableT], shipped: str, path: Path | None = None) -> TableT:
    """The table in the file `path`; without one, the table that comes with the package.

    Raises `TableError` with the file, the entry's name, its value and what is allowed.
    """
    name = path.name if path else shipped
    try:
        text = _text(shipped, path)
        content = tomllib.loads(text, parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(name, "(the file)", "—", f"must be readable UTF-8: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise TableError(name, "(the file)", "—", f"must be TOML: {error}") from None
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise _first_wrong(name, error) from None


def _text(shipped: str, path: Path | None) -> str:
    if path is not None:
        return path.read_text("utf-8")
    return resources.files("archive.tables").joinpath(shipped).read_text("utf-8")


def _first_wrong(file: str, error: ValidationError) -> TableError:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "(the file)"
    return TableError(file, place, _short(first["input"]), first["msg"])


def _short(value: object) -> str:
    """A table as a whole is no value that helps anybody."""
    return "(a table)" if isinstance(value, dict | list | BaseModel) else repr(value)
