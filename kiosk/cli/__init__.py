"""The command line. Command modules import what they need when they run: `--help` stays quick."""

import sys
from inspect import signature
from typing import Annotated

import typer

from kiosk.cli import (
    audit,
    card,
    card_files,
    config,
    data,
    diag,
    explain,
    guides,
    jobs,
    maintenance,
    printers,
    printing,
    regions,
    service,
    simulate,
    store,
    support,
    technician,
    unattended,
    verify,
)

app = typer.Typer(
    name="kiosk",
    help="A self-service kiosk for social security cards: card, records, paper.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(service.run)
app.command()(service.demo)
app.command("print")(printing.print_statement)
app.command("statements")(printing.list_statements)
app.command("import")(data.import_files)
app.command()(data.export)
app.command("demo-data")(data.demo_data)
app.command()(diag.diag)
app.command()(explain.explain)
app.command("support-bundle")(support.support_bundle)
app.command()(unattended.install)
app.command()(unattended.update)
app.command()(unattended.browser)
app.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})(
    unattended.staff
)
card.app.command()(card_files.files)
app.add_typer(card.app, name="card")
app.add_typer(printers.app, name="printer")
app.add_typer(simulate.app, name="simulate")
app.add_typer(jobs.app, name="jobs")
app.add_typer(maintenance.app, name="maintenance")
app.add_typer(audit.app, name="audit")
app.add_typer(verify.app, name="verify")
app.add_typer(guides.app, name="guide")
app.add_typer(regions.app, name="regions")
app.add_typer(store.app, name="store")
app.add_typer(unattended.backup, name="backup")
app.add_typer(technician.app, name="technician")
app.add_typer(config.app, name="config")


def _show_what_is_needed(group: typer.Typer) -> None:
    """A command that is called without anything it needs shows its help, not just a name."""
    for command in group.registered_commands:
        parameters = signature(command.callback).parameters if command.callback else {}
        command.no_args_is_help = any(one.default is one.empty for one in parameters.values())
    for inner in group.registered_groups:
        if inner.typer_instance:
            _show_what_is_needed(inner.typer_instance)


_show_what_is_needed(app)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"hall-kiosk {version('hall-kiosk')}")
        raise typer.Exit


@app.callback()
def kiosk(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A self-service kiosk for social security cards: card, records, paper."""


def main() -> None:
    """Run a command; every error ends in what happened, why, what to do, and its exit code."""
    from kiosk import dumps, logs

    dumps.refuse()
    logs.start("WARNING")  # the daemon has a level of its own
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last fence before a traceback
        sys.exit(_say(error))


def _say(error: Exception) -> int:
    from kiosk.faults import UNEXPECTED, fault_of
    from kiosk.logs import where

    known = fault_of(error)
    lines = known.for_staff()
    if known.code == UNEXPECTED:
        lines.append(f"({type(error).__name__} at {where(error)})")
    sys.stderr.write("\n".join(lines) + "\n")
    return known.exit_code
