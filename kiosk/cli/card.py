"""`kiosk card`: read a card, talk to a card."""

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import PinOption, ReaderOption

if TYPE_CHECKING:
    from devices.card.apdu import Command
    from devices.card.channel import Channel
    from devices.card.identity import CardIdentity
    from devices.card.script import ScriptLine

app = typer.Typer(help="Read or examine the card in a reader.", no_args_is_help=True)


@app.command()
def read(
    reader: ReaderOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    reveal: Annotated[bool, typer.Option(help="Print names and numbers whole.")] = False,
    pin_stdin: PinOption = False,
) -> None:
    """Read the card and its holder; names and numbers are masked unless --reveal."""
    from kiosk.faults import UNEXPECTED, fault_of

    try:
        identity = _read(reader, pin_stdin=pin_stdin)
    except Exception as error:
        if not as_json:
            raise
        known = fault_of(error)
        typer.echo(json.dumps({"error": known.to_json()}, ensure_ascii=False))
        if known.code == UNEXPECTED:
            raise  # a program has its answer; main's fence names the bug's place for people
        raise typer.Exit(known.exit_code) from None
    values = identity.to_json() if reveal else _masked(identity)
    if as_json:
        typer.echo(json.dumps(values, ensure_ascii=False))
        return
    for name, value in {**values, "chip_maker": _chip_maker(identity.atr)}.items():
        typer.echo(f"{name:24}{'—' if value is None else value}")


def _read(reader: str, *, pin_stdin: bool) -> "CardIdentity":
    from devices.card.pcsc import PcscSource
    from kiosk.cli.pins import pin_from_stdin
    from kiosk.identify import choose_reader, open_card

    pin = pin_from_stdin() if pin_stdin else None
    source = PcscSource()
    session = open_card(source, choose_reader(source, reader, virtual=True))
    try:
        if pin is not None:
            session.card.verify_pin(pin)
        return session.identity
    finally:
        session.close()


def _chip_maker(atr: bytes) -> str | None:
    """Registration number of the chip's maker, the first two historical bytes."""
    from devices.card.atr import parse_atr
    from devices.card.errors import CardDataError

    try:
        return parse_atr(atr).historical_bytes[:2].hex().upper() or None
    except CardDataError:
        return None


def _masked(identity: "CardIdentity") -> dict[str, str | None]:
    """The same keys; what tells who the holder is keeps its ends only."""
    from archive.masking import mask_card, mask_name, mask_number

    masks: dict[str, Callable[[str], str]] = {
        "name": mask_name,
        "social_security_number": mask_number,
        "card_number": mask_card,
        "identification_code": mask_card,
        "birth_date": lambda day: f"{day[:4]}-**-**",
        "atr": lambda atr: atr[:8] + "*" * (len(atr) - 8),  # its tail is the chip's serial
    }
    return {
        name: masks[name](value) if value is not None and name in masks else value
        for name, value in identity.to_json().items()
    }


@app.command()
def apdu(
    lines: Annotated[
        list[str] | None,
        typer.Argument(help="[CLA]INS[P1P2][:DATA][/LE][=SW]; none: one a line from stdin."),
    ] = None,
    reader: ReaderOption = "",
) -> None:
    """Send commands to the card and print its answers with the status word's name."""
    from devices.card.channel import Channel
    from devices.card.pcsc import PcscSource
    from devices.card.script import parse_line
    from kiosk.errors import PinOnCommandLineError
    from kiosk.identify import choose_reader

    texts = lines or [line for line in sys.stdin.read().splitlines() if line.strip()]
    script = [parse_line(text) for text in texts]  # all are right before the first is sent
    if lines and any(_carries_pin(line.command) for line in script):
        raise PinOnCommandLineError
    source = PcscSource()
    connection = source.connect(choose_reader(source, reader, virtual=True))
    try:
        channel = Channel(connection)
        for line in script:
            _exchange(channel, line)
    finally:
        connection.close()


def _exchange(channel: "Channel", line: "ScriptLine") -> None:
    from kiosk.errors import UnexpectedStatusError

    command = line.command
    # A PIN on the screen would be read over the shoulder.
    hidden = f"{command.header.hex(' ').upper()} **"
    typer.echo(f"> {hidden if _carries_pin(command) else command.to_bytes().hex(' ').upper()}")
    response = channel.send(command)
    data = response.data.hex(" ").upper() + " " if response.data else ""
    typer.echo(f"< {data}{response.sw:04X} {response.name}")
    if line.expected_sw is not None and response.sw != line.expected_sw:
        raise UnexpectedStatusError(response.sw, line.expected_sw)


def _carries_pin(command: "Command") -> bool:
    from devices.card.apdu import Ins

    return command.ins in (Ins.VERIFY, Ins.CHANGE_PIN) and bool(command.data)
