"""Options that several commands share."""

import re
import sys
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


OPTION_OF = {
    "card.reader": "--reader",
    "receipt.port": "--printer",
    "store.key": "--to-key",
    "store.records": "--store",
    "web.port": "--port",
}
"""What commands call the settings that they may change."""


def login(text: str | None) -> str | None:
    """A login as the audit trail keeps it; anything else is refused."""
    if text is not None and not re.fullmatch(r"[A-Za-z0-9._@-]{1,64}", text):
        raise typer.BadParameter("letters, digits and . _ @ - are expected")
    return text


def settings(config: Path | None, **changes: dict[str, object]) -> "Settings":
    """The configuration, with a command's own options before the file's.

    What is wrong with an option is said of the option: nobody has to look into the file.
    """
    from kiosk.config import load
    from kiosk.errors import OptionError, SettingError

    try:
        return load(config, **changes)
    except SettingError as error:
        section, _, key = error.name.partition(".")
        if key not in changes.get(section, {}):
            raise
        option = OPTION_OF.get(error.name, error.name)
        raise OptionError(option, error.value, error.allowed) from None


def typed_number(asked: str = "社会保障号码 Social security number") -> str:
    """A number as one line of standard input, or asked for at the terminal.

    Never an argument: every user of the machine can read those.
    """
    import getpass

    text = getpass.getpass(f"{asked}: ") if sys.stdin.isatty() else sys.stdin.readline()
    return text.strip()
