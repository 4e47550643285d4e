"""`kiosk simulate`: a card in a reader, a printer on a line, for other programs to use."""

import signal
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Keep a simulated device running until stopped.", no_args_is_help=True)

VPCD_PORT = 35963
"""Port of vpcd's driver as Debian configures it (0x8C7B)."""


@app.command()
def card(
    profile: Annotated[Path, typer.Argument(metavar="FILE", help="The card, described in TOML.")],
    vpcd: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where vpcd's driver listens.")
    ] = f"127.0.0.1:{VPCD_PORT}",
) -> None:
    """Keep a simulated card in the virtual reader of a running pcscd."""
    raise NotImplementedError


@app.command()
def printer(
    model: Annotated[str, typer.Argument(help="Model profile, such as escpos-80mm.")],
    link: Annotated[Path, typer.Option(help="Name under which the port appears.")],
    out: Annotated[Path, typer.Option(help="Folder for the paper: PNG, text and bytes.")],
    real_time: Annotated[bool, typer.Option(help="Take the time a real line takes.")] = False,
) -> None:
    """Keep a simulated printer on a pseudo-terminal; its paper appears as pictures."""
    raise NotImplementedError


def wait_for_end() -> None:
    """Block until Ctrl-C or SIGTERM; both are the ordinary end."""
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
