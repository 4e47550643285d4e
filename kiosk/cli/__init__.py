"""The command line. Command modules import what they need when they run: `--help` stays quick."""

import sys

import typer

from kiosk.cli import card, config, data, jobs, printing, service, simulate

app = typer.Typer(
    name="kiosk",
    help="A self-service kiosk for social security cards: card, records, paper.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(service.run)
app.command()(service.demo)
app.command("print")(printing.print_statement)
app.command("import")(data.import_files)
app.command("demo-data")(data.demo_data)
app.add_typer(card.app, name="card")
app.add_typer(simulate.app, name="simulate")
app.add_typer(jobs.app, name="jobs")
app.add_typer(jobs.audit, name="audit")
app.add_typer(config.app, name="config")


def main() -> None:
    """Run a command; every error ends in two sentences and the exit code of its fault."""
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
    lines = [f"{known.zh}{known.zh_do}", f"{known.en} {known.en_do}"]
    lines += [f"原因 cause: {known.cause}", f"处理 next step: {known.step}"]
    if known.code == UNEXPECTED:
        lines.append(f"({type(error).__name__} at {where(error)})")
    sys.stderr.write("\n".join(lines) + "\n")
    return known.exit_code
