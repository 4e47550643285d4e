"""`kiosk card`: read a card, change its PIN, talk to it, look at the slots."""

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kiosk.cli.options import ConfigOption, PinOption, ReaderOption
from kiosk.cli.slots import Slots, slots

if TYPE_CHECKING:
    from devices.card.apdu import Command
    from devices.card.channel import Channel
    from devices.card.identity import CardIdentity
    from devices.card.script import ScriptLine

app = typer.Typer(help="Read or examine the card in a reader.", no_args_is_help=True)


UnprovenOption = Annotated[
    bool, typer.Option("--unproven", help="Read a card without proof where no module is there.")
]


_NOT_WHOLE: Final = (
    "有些程序无法查看，不能断定（用 sudo 可看到最多）。"
    "Not every program could be looked at, so nobody can say (sudo sees the most)."
)
_NOT_WHOLE_APART: Final = (
    "有些程序无法查看；这个读卡服务只有启动它的用户能连接。"
    "Not every program could be looked at; only the user that started this card service reaches it."
)
"""The folder of a demo's socket is closed to others."""


class Format(StrEnum):
    """How a card is printed."""

    TEXT = "text"
    JSON = "json"
    MINISTRY = "ministry"


@app.command()
def read(
    reader: ReaderOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    form: Annotated[
        Format, typer.Option("--format", help="ministry: the 11 fields of iReadCardBas, unmasked.")
    ] = Format.TEXT,
    reveal: Annotated[bool, typer.Option(help="Print names and numbers whole.")] = False,
    unproven: UnprovenOption = False,
    pin_stdin: PinOption = False,
    config: ConfigOption = None,
) -> None:
    """Read the card and its holder; names and numbers are masked unless --reveal.

    The card proves first that it is genuine. For people it is read without that proof where there
    is no security module; programs have to say --unproven, and --format ministry always insists.
    """
    from kiosk.cli.pins import pin_from_stdin
    from kiosk.faults import UNEXPECTED, fault_of

    pin = pin_from_stdin() if pin_stdin else None
    form = Format.JSON if as_json else form
    try:
        desk = slots(reader, config, virtual=form is not Format.MINISTRY)
        lenient = (form is Format.TEXT or (form is Format.JSON and unproven)) and pin is None
        with desk.card(unproven=lenient) as (session, proven):
            if pin is not None:
                session.card.verify_pin(pin)
            _print(session.identity, form, desk, reveal=reveal, proven=proven)
    except Exception as error:
        if form is Format.TEXT:
            raise
        _tell_program(error, form)
        known = fault_of(error)
        if known.code == UNEXPECTED:
            raise  # a program has its answer; main's fence names the bug's place for people
        raise typer.Exit(known.exit_code) from None


def _print(
    identity: "CardIdentity", form: Format, desk: Slots, *, reveal: bool, proven: bool
) -> None:
    from kiosk.masked import chip_maker, masked

    # Without a module nobody knows: null, which is neither genuine nor a clone.
    values = identity.to_json() if reveal else masked(identity)
    match form:
        case Format.MINISTRY:
            typer.echo(_basic_card_info(identity, desk))
        case Format.JSON:
            typer.echo(json.dumps({**values, "genuine": proven or None}, ensure_ascii=False))
        case Format.TEXT:
            values |= {
                "chip_maker": chip_maker(identity.atr),
                "genuine": "yes" if proven else "not proven",
            }
            for name, value in values.items():
                typer.echo(f"{name:24}{'—' if value is None else value}")
    if not proven:
        typer.echo("真伪未核验：没有安全模块。Not proven genuine: no security module.", err=True)


def _basic_card_info(identity: "CardIdentity", desk: Slots) -> str:
    from devices.card.ministry import ministry_string
    from devices.card.psam import PsamSlot

    sam = desk.proof.sam
    terminal = sam.terminal_number() if isinstance(sam, PsamSlot) else ""
    return ministry_string(identity, terminal, desk.chosen.kiosk.id)


def _tell_program(error: Exception, form: Format) -> None:
    """A fault as the calling program expects it; people read it on standard error."""
    from devices.card.errors import CardError
    from devices.card.ministry import UNKNOWN, ministry_code, ministry_text
    from kiosk.faults import fault_of

    known = fault_of(error)
    if form is Format.JSON:
        typer.echo(json.dumps({"error": known.to_json()}, ensure_ascii=False))
    elif isinstance(error, CardError):
        typer.echo(f"{ministry_code(error)}|{ministry_text(error)}|")
    else:
        typer.echo(f"{UNKNOWN}|{known.zh}|")


@app.command()
def pin(reader: ReaderOption = "", config: ConfigOption = None) -> None:
    """Change the card's PIN: asks for the old one once and for the new one twice."""
    from kiosk.cli.pins import new_pin_from_prompt, pin_from_prompt

    with slots(reader, config).card() as (session, _):
        old, new = pin_from_prompt("原密码 Old PIN"), new_pin_from_prompt()
        try:
            session.card.change_pin(old, new)
        finally:
            old.clear()
            new.clear()
    typer.echo("密码已修改。The PIN has been changed.")


@app.command()
def readers(config: ConfigOption = None) -> None:
    """List the readers, what each is for, and who else may hold a card."""
    from devices.card.holders import find_holders
    from devices.card.roles import Role
    from kiosk.composition import reader_roles

    desk = slots("", config)
    roles = reader_roles(desk.chosen)
    for name in desk.source.readers():
        role = roles.role_of(name)
        typer.echo(f"{role.value:16}{name}")
        if role is Role.VIRTUAL_REFUSED:
            typer.echo("  虚拟读卡器，正式运行时不使用。Virtual; a kiosk in service never uses it.")
    holders = find_holders()
    for holder in holders.found:
        typer.echo(f"另有程序使用读卡器 also uses the card service: {holder}")
    if not holders.whole:
        typer.echo(_NOT_WHOLE if not desk.chosen.card.service else _NOT_WHOLE_APART)


@app.command()
def apdu(
    lines: Annotated[
        list[str] | None,
        typer.Argument(help="[CLA]INS[P1P2][:DATA][/LE][=SW]; none: one a line from stdin."),
    ] = None,
    reader: ReaderOption = "",
    config: ConfigOption = None,
) -> None:
    """Send commands to the card and print its answers with the status word's name."""
    from devices.card.channel import Channel
    from devices.card.script import parse_line
    from kiosk.errors import PinOnCommandLineError

    texts = lines or [line for line in sys.stdin.read().splitlines() if line.strip()]
    script = [parse_line(text) for text in texts]  # all are right before the first is sent
    if lines and any(_carries_pin(line.command) for line in script):
        raise PinOnCommandLineError
    desk = slots(reader, config)
    connection = desk.source.connect(desk.holder())
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
