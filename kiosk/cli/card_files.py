"""`kiosk card files`: what the card's applications hold, beyond the holder's identity."""

from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, PinOption, ReaderOption
from kiosk.cli.slots import slots

if TYPE_CHECKING:
    from devices.card.application_files import Entry, FileContent


def files(
    reader: ReaderOption = "",
    every: Annotated[
        bool, typer.Option("--all", help="All applications, not only employment and insurance.")
    ] = False,
    reveal: Annotated[bool, typer.Option(help="Print what the files hold.")] = False,
    pin_stdin: PinOption = False,
    config: ConfigOption = None,
) -> None:
    """List the card's employment and insurance files; most open with the PIN only.

    A file that the card does not have is absent, which is no fault.
    """
    from devices.card.application_files import read_files
    from devices.card.application_table import ALL_FILES, EMPLOYMENT, INSURANCE_SUMMARY
    from kiosk.cli.pins import pin_from_stdin

    pin = pin_from_stdin() if pin_stdin else None
    chosen = ALL_FILES if every else (*EMPLOYMENT, *INSURANCE_SUMMARY)
    with slots(reader, config).card(unproven=pin is None) as (session, _):
        if pin is not None:
            session.card.verify_pin(pin)
        for file, content in read_files(session.card, chosen):
            typer.echo(f"{file.place:12}{_summary(content):40}{file.title}")
            if reveal:
                _print_entries(content)


def _summary(content: "FileContent") -> str:
    from devices.card.application_files import Contents, Malformed
    from devices.card.records import Absent

    match content:
        case Contents(entries):
            return f"{len(entries)} items set"
        case Absent():
            return "absent"
        case Malformed(place):
            return f"malformed: {place}"
        case _:
            return f"protected by {content.by.value}"


def _print_entries(content: "FileContent") -> None:
    from devices.card.application_files import Contents

    if isinstance(content, Contents):
        for entry in content.entries:
            _print_entry(entry, 2)


def _print_entry(entry: "Entry", indent: int) -> None:
    name = entry.name or f"tag {entry.tag:02X}"
    match entry.value:
        case tuple():
            typer.echo(f"{' ' * indent}{name}")
            for inner in entry.value:
                _print_entry(inner, indent + 2)
        case bytes():
            typer.echo(f"{' ' * indent}{name:24}{entry.value.hex(' ').upper()}")
        case _:
            typer.echo(f"{' ' * indent}{name:24}{entry.value}")
