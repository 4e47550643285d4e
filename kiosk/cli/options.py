"""Options that several commands share."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kiosk.config import Settings

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Configuration file (TOML).", show_default=False)
]
ReaderOption = Annotated[
    str, typer.Option("--reader", help="Part of the reader's name; default: the first reader.")
]
PinOption = Annotated[
    bool, typer.Option("--pin-stdin", help="Read the PIN as one line from standard input.")
]


def login(text: str) -> str:
    """The login of a member of staff, as the audit trail takes it."""
    if not re.fullmatch(r"[A-Za-z0-9._@-]{1,64}", text):
        raise typer.BadParameter("letters, digits and . _ @ - are expected")
    return text


def settings(config: Path | None, **changes: dict[str, object]) -> "Settings":
    """The configuration, with a command's own options before the file's."""
    from kiosk.config import load

    return load(config, **changes)
