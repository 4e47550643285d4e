"""`kiosk print`: the main job on this machine's devices, without a screen."""

from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, PinOption, ReaderOption, settings

if TYPE_CHECKING:
    from devices.card.pin import Pin, PinReady


def print_statement(
    statement: Annotated[str, typer.Argument(help="Name of the statement: contributions.")],
    reader: ReaderOption = "",
    printer: Annotated[
        str, typer.Option(help="Port of the receipt printer; default: the configuration's.")
    ] = "",
    report: Annotated[
        bool, typer.Option("--report", help="An A4 report into the report folder, no receipt.")
    ] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for a card.")] = 0.0,
    pin_stdin: PinOption = False,
    config: ConfigOption = None,
) -> None:
    """Read the card, ask for its PIN, look the holder up and print the statement."""
    from kiosk.cli.pins import pin_from_prompt, pin_from_stdin
    from kiosk.composition import real
    from kiosk.headless import main_job
    from printing.statements import statement as statement_named

    changes: dict[str, dict[str, object]] = {}
    if reader:
        changes["card"] = {"reader": reader}
    if printer:
        changes["receipt"] = {"port": printer}

    def ask(state: "PinReady") -> "Pin":
        typer.echo(f"还可以试 {state.tries_left} 次。Tries left: {state.tries_left}", err=True)
        return pin_from_stdin() if pin_stdin else pin_from_prompt()

    statement_named(statement)  # an unknown name is refused before any file or card is touched
    with real(settings(config, **changes)) as machine:
        paper = main_job(machine, statement, ask, wait, "report" if report else "receipt")
    words = {"confirmed": "已打印，打印机已确认", "sent": "已送到打印机，未报告故障"}
    typer.echo(f"{words[paper.result.outcome]}。Job {paper.job_id}: {paper.result.outcome}")
