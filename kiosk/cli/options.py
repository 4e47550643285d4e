"""Options that several commands share."""

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


def settings(config: Path | None, **changes: dict[str, object]) -> "Settings":
    """The configuration, with a command's own options before the file's."""
    from kiosk.config import load

    return load(config, **changes)
