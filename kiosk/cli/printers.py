"""`kiosk printer`: a printer's state, its self-test page, a trace of its line, its handshake."""

import json
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings

if TYPE_CHECKING:
    from pathlib import Path

    from devices.printer.result import Progress
    from devices.printer.state import PrinterState
    from kiosk.config import Settings
    from kiosk.printers import AnyPrinter
    from printing.job import PrintedJob

app = typer.Typer(help="Examine the printer on a port.", no_args_is_help=True)

PortOption = Annotated[
    str,
    typer.Option(
        "--port", help="A device, tcp://host:9100 or ipp://host/path; default: receipt.port."
    ),
]
ModelOption = Annotated[
    str, typer.Option("--model", help="Model profile; default: receipt.model.", show_default=False)
]


@app.command()
def models() -> None:
    """List the model profiles."""
    from kiosk.printers import models as known

    for name, title in known():
        typer.echo(f"{name:24}{title}")


@app.command()
def status(
    port: PortOption = "",
    model: ModelOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigOption = None,
) -> None:
    """Ask the printer how it is and what it is; exit code 0 when it can print.

    With the kiosk stopped; beside a running one `kiosk diag` tells it.
    """
    from devices.printer.state import Ready
    from kiosk.printers import printer_at, settled

    chosen = _settings(config, port)
    with printer_at(chosen, port, model) as printer:
        state = settled(printer)
        said = _said(printer)
    place = port or chosen.receipt.port
    if as_json:
        typer.echo(json.dumps({"state": state.code, **_named(place), **said}, ensure_ascii=False))
    else:
        _tell(state, said, *_place(chosen, port))
        warn_of_name(place)
    if not isinstance(state, Ready):
        raise typer.Exit(_exit_code(state.code))


@app.command("test")
def print_test(
    operator: Annotated[
        str, typer.Option("--by", callback=login, help="Login of who prints; the trail keeps it.")
    ],
    port: PortOption = "",
    model: ModelOption = "",
    config: ConfigOption = None,
) -> None:
    """Print the self-test page and say what is known of its paper.

    A job of the journal and an act in the audit trail, as all paper; the kiosk must be stopped.
    """
    from kiosk.diag.self_test import print_self_test

    chosen = settings(config)
    printed = print_self_test(chosen, port, model, operator, _progress, tell=_tell_pages)
    _end(printed, *_place(chosen, port))


@app.command()
def trace(
    port: PortOption = "",
    model: ModelOption = "",
    page: Annotated[
        bool, typer.Option("--test-page", help="Print the self-test page; needs --by.")
    ] = False,
    operator: Annotated[
        str | None, typer.Option("--by", callback=login, help="Login of who prints it.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Show every byte that passes while the printer is asked for its state.

    With the kiosk stopped; beside a running one the technician's console does it. The test page's
    bytes are shown, since they are nobody's record.
    """
    from devices.printer.state import Ready
    from devices.printer.trace import Trace
    from kiosk.diag.self_test import print_self_test
    from kiosk.printers import is_receipt, printer_at, settled

    if page and operator is None:
        raise typer.BadParameter("--by LOGIN is needed: the page is traced", param_hint="--by")
    if port.startswith("ipp://"):
        raise typer.BadParameter(
            "a queue speaks HTTP; there is no line to trace", param_hint="--port"
        )
    chosen = _settings(config, port)
    words = not is_receipt(model or chosen.receipt.model)
    tap = Trace(typer.echo, time.monotonic(), reveal_job=True, words=words)
    with printer_at(chosen, port, model, tap) as printer:
        state = settled(printer)
        _tell(state, {}, *_place(chosen, port))
        if not isinstance(state, Ready):
            raise typer.Exit(_exit_code(state.code))
    if page and operator is not None:
        printed = print_self_test(chosen, port, model, operator, _progress, tap)
        _end(printed, *_place(chosen, port))


@app.command()
def handshake(port: PortOption = "", model: ModelOption = "", config: ConfigOption = None) -> None:
    """Find the baud rate and the flow control at which the printer really works, and say why.

    Nothing is printed. You are asked to open the printer's cover for a moment. With the kiosk
    stopped; beside a running one the technician's console does it.
    """
    from kiosk.diag.handshake_words import handshake_words
    from kiosk.printers import handshake as test

    verdict = test(_settings(config, port), port, model, _ask_for_open_cover)
    words = handshake_words(verdict)
    for said in words.evidence:
        typer.echo(f"  {said}")
    typer.echo(f"设置 configured: {words.configured}")
    typer.echo(f"实测 found: {words.found}")
    typer.echo(f"结论 verdict: {words.verdict}")
    for said in words.advice:
        typer.echo(f"建议 advice: {said}")
    if verdict.lost is not None:
        raise typer.Exit(_exit_code(verdict.lost.state.code))
    if verdict.agrees is False or verdict.baud is None:
        raise typer.Exit(_exit_code("printer.profile" if verdict.baud else "printer.offline"))


def _settings(config: "Path | None", port: str) -> "Settings":
    """The configuration; refused where that port is a printer of a kiosk that runs."""
    from kiosk.running import refuse_beside_kiosk

    chosen = settings(config)
    refuse_beside_kiosk(chosen, port)
    return chosen


def _said(printer: "AnyPrinter") -> dict[str, object]:
    """What a receipt printer told of itself and where its profile is wrong; a laser's pages."""
    from dataclasses import asdict

    from devices.printer.pages.pjl_printer import PjlPrinter
    from devices.printer.printer import SerialPrinter
    from kiosk.printers import pages_said

    if isinstance(printer, PjlPrinter):
        return {"pages": pages_said(printer)}

    if not isinstance(printer, SerialPrinter) or printer.probe is None:
        return {}
    told = {name: value for name, value in asdict(printer.probe).items() if value is not None}
    return {**told, "disagrees": [found.property for found in printer.disagreements]}


def _place(settings: "Settings", port: str) -> tuple[str, str]:
    """What names the port of the printer that is meant, and the port."""
    if not port:
        return "receipt.port", settings.receipt.port
    return "report.port" if port == settings.report.port else "--port", port


def _tell(state: "PrinterState", said: dict[str, object], setting: str, port: str) -> None:
    from devices.printer.state import NoPort
    from kiosk.faults import known_codes, printer_fault

    typer.echo(f"状态 state     {state.code}")
    if state.code in known_codes():
        typer.echo("\n".join(printer_fault(state.code, setting, port).for_staff()))
    if isinstance(state, NoPort):
        typer.echo(f"端口 port      {state.detail}")
    for name, value in said.items():
        typer.echo(f"{name:14}{value}")


def _tell_pages(printer: "AnyPrinter") -> None:
    """How a laser printer's pages were made; what to do, where PCL XL was wanted and failed."""
    from devices.printer.pages.pjl_printer import PjlPrinter
    from kiosk.faults import fault
    from kiosk.printers import pages_said

    if not isinstance(printer, PjlPrinter):
        return
    typer.echo(f"页面 pages: {pages_said(printer)}")
    if printer.xl_fault:
        typer.echo("\n".join(fault("printer.xl").for_staff()), err=True)


def warn_of_name(port: str) -> None:
    """Say when the kernel may give the port to another device tomorrow."""
    from devices.printer.ports import changing_name
    from kiosk.faults import fault

    if (found := changing_name(port)) is not None:
        words = fault(found.code, port=found.port, stable=found.stable or "/dev/serial/by-id/…")
        typer.echo("\n".join(words.for_staff()), err=True)


def _named(port: str) -> dict[str, object]:
    from devices.printer.ports import changing_name

    found = changing_name(port)
    return {"port_name_may_change": True, "stable_name": found.stable} if found else {}


def _end(printed: "PrintedJob", setting: str, port: str) -> None:
    from kiosk.faults import known_codes, printer_fault
    from kiosk.leftover import GOOD

    result = printed.result
    typer.echo(
        f"任务 job {printed.job_id}. 结果 outcome: {result.outcome}, "
        f"evidence: {result.evidence}, {result.bytes_sent} bytes"
    )
    if result.outcome not in GOOD:
        code = result.reason if result.reason in known_codes() else "print.not_confirmed"
        words = printer_fault(code or "", setting, port)
        typer.echo("\n".join(words.for_staff()), err=True)
        raise typer.Exit(words.exit_code)


def _progress(step: "Progress") -> None:
    if step.hold:
        from kiosk.faults import fault

        typer.echo(f"等待 waiting: {fault(step.hold).zh}{fault(step.hold).en}", err=True)


def _ask_for_open_cover() -> bool:
    """Whether a technician has opened the cover; without a terminal nobody can."""
    if not sys.stdin.isatty():
        return False
    return typer.confirm("请打开打印机盖子。Please open the printer's cover. 已打开 Open?")


def _exit_code(code: str) -> int:
    from kiosk.faults import fault

    return fault(code).exit_code
