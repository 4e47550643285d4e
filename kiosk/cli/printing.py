"""`kiosk print`: the main job on this machine's devices, without a screen."""

from typing import Annotated

import typer

from kiosk.cli.options import ConfigOption, PinOption, ReaderOption


def print_statement(
    statement: Annotated[str, typer.Argument(help="Name of the statement: contributions.")],
    reader: ReaderOption = "",
    printer: Annotated[
        str, typer.Option(help="Port of the receipt printer, or `report` for an A4 file.")
    ] = "",
    pin_stdin: PinOption = False,
    config: ConfigOption = None,
) -> None:
    """Read the card, ask for its PIN, look the holder up and print the statement."""
    raise NotImplementedError
