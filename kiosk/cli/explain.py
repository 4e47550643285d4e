"""`kiosk explain`: what a figure is, for one person's records, and where it comes from."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings, typed_number

if TYPE_CHECKING:
    from archive.figures.records import PersonRecords
    from kiosk.looks import Look


def explain(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[FIGURE]...", help="None: list the figures.")
    ] = None,
    operator: Annotated[
        str | None,
        typer.Option("--by", callback=login, help="Login of who looks; the trail keeps it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    rows: Annotated[bool, typer.Option("--rows", help="Each row, not how many a year.")] = False,
    reveal: Annotated[bool, typer.Option(help="Print names and numbers whole.")] = False,
    config: ConfigOption = None,
) -> None:
    """Explain figures of one person: value, rows, rule and source; names and numbers masked.

    The social security number is one line of standard input, or is asked for at the terminal. The
    look leaves an audit row.
    """
    from archive.figures.catalogue import CATALOGUE
    from kiosk.looks import figures_of

    if not names:
        for name, entry in CATALOGUE.items():
            typer.echo(f"{name:18} {entry.zh} {entry.en}")
        return
    if operator is None:
        raise typer.BadParameter("--by LOGIN is needed: the look is traced")
    look = figures_of(names, typed_number(), operator, settings(config))
    if as_json:
        typer.echo(json.dumps(_plain(look, reveal=reveal), ensure_ascii=False, indent=1))
    else:
        _print(look, reveal=reveal, rows=rows)


def _person(records: "PersonRecords", *, reveal: bool) -> tuple[str, str]:
    from archive.masking import mask_name, mask_number

    name, number = records.person.name, records.person.social_security_number
    return (name, number) if reveal else (mask_name(name), mask_number(number))


def _plain(look: "Look", *, reveal: bool) -> dict[str, object]:
    from archive.figures.plain import plain, plain_figure

    name, number = _person(look.records, reveal=reveal)
    as_of = look.records.as_of
    return {
        "person": {"name": name, "social_security_number": number},
        "as_of": plain(as_of.day),
        "source": as_of.source,
        "stale": look.stale,
        "whole": as_of.whole,
        "never": [kind.value for kind in as_of.never],
        "figures": [plain_figure(figure, reveal=reveal) for figure in look.figures],
    }


def _print(look: "Look", *, reveal: bool, rows: bool) -> None:
    from kiosk.explained import figure_lines, head_lines, nothing_lines

    typer.echo(" ".join(_person(look.records, reveal=reveal)))
    for line in head_lines(look):
        typer.echo(line)
    for name, figures in look.found.items():
        parts = [figure_lines(figure, reveal=reveal, rows=rows) for figure in figures]
        for part in parts or [nothing_lines(name, look)]:
            typer.echo("")
            for line in part:
                typer.echo(line)
