"""`kiosk print`: the main job on this machine's devices, without a screen."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, PinOption, ReaderOption, login, settings

if TYPE_CHECKING:
    from archive.codes import Language
    from devices.card.pin import Pin, PinReady
    from kiosk.config import Settings
    from kiosk.headless import Paper
    from kiosk.machine import Machine
    from kiosk.visit.state import Medium
    from printing.job import PrintedJob
    from printing.layout.size import Size
    from printing.statements import Statement
    from printing.statements.material import Asked


EnglishOption = Annotated[
    bool,
    typer.Option("--english", help="In English, for reference; what is signed stays Chinese."),
]


def print_statement(
    statement: Annotated[
        str, typer.Argument(help="Name of the statement; `kiosk statements` lists them.")
    ],
    reader: ReaderOption = "",
    printer: Annotated[
        str, typer.Option(help="Port of the receipt printer; default: the configuration's.")
    ] = "",
    months: Annotated[
        int | None,
        typer.Option(min=1, max=480, help="Months up to the date of the data; default: its own."),
    ] = None,
    first: Annotated[str, typer.Option("--from", help="First month, YYYYMM, with --to.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last month, YYYYMM.")] = "",
    service: Annotated[
        str, typer.Option(help="Code of the service, for `guide`; `kiosk guide search` finds it.")
    ] = "",
    report: Annotated[
        bool, typer.Option("--report", help="A report by the report printer or its folder.")
    ] = False,
    form: Annotated[
        bool, typer.Option("--form", help="Fill the pre-printed form in the 24-pin printer.")
    ] = False,
    large: Annotated[bool, typer.Option("--large", help="Large print (大字版).")] = False,
    english: EnglishOption = False,
    text: Annotated[
        bool,
        typer.Option("--text", help="No paper: the words on the terminal, for a screen reader."),
    ] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for a card.")] = 0.0,
    operator: Annotated[
        str | None,
        typer.Option("--by", callback=login, help="Login of the technician, for their papers."),
    ] = None,
    pin_stdin: PinOption = False,
    config: ConfigOption = None,
) -> None:
    """Read the card, ask for its PIN, look the holder up and print the statement.

    What anyone may have (a guide), and technicians' papers, are printed without a card.
    """
    from kiosk.composition import real
    from kiosk.diag.printing import PAPERS
    from kiosk.headless import as_text, main_job

    ask, asked = partial(_ask_pin, stdin=pin_stdin), _asked(months, first, last, service)
    places = _places(reader, printer)
    _check(statement, text=text, report=report, large=large, form=form, english=english)
    if statement in PAPERS:
        _for_technicians(settings(config, **places), statement, operator, report=report)
        return
    language: Language = "en" if english else "zh"
    size: Size = "large" if large else "normal"
    with real(settings(config, **places)) as machine:
        if text:
            typer.echo(as_text(machine, statement, asked, ask, wait, language))
            return
        paper = _paper(machine, report=report, form=form)
        job = main_job(machine, statement, asked, ask, wait, paper, size, language)
        _told(job, _folder(machine, paper))


def _ask_pin(state: "PinReady", *, stdin: bool) -> "Pin":
    from kiosk.cli.pins import pin_from_prompt, pin_from_stdin

    typer.echo(f"还可以试 {state.tries_left} 次。Tries left: {state.tries_left}", err=True)
    return pin_from_stdin() if stdin else pin_from_prompt()


def _check(
    statement: str, *, text: bool, report: bool, large: bool, form: bool, english: bool
) -> None:
    """What does not go together, or is not known, is refused before any file or card is touched."""
    from kiosk.diag.printing import PAPERS
    from kiosk.errors import OptionError
    from printing.forms import form_names
    from printing.statements import statement as statement_named

    if text and (report or large or form):
        raise typer.BadParameter("--text makes no paper", param_hint="--text")
    if form and english:
        raise typer.BadParameter("a pre-printed form is Chinese", param_hint="--english")
    if statement in PAPERS:
        if text or large or form or english:
            raise typer.BadParameter(f"{statement} is paper of one kind, size and language")
        return
    statement_named(statement)
    if form and statement not in form_names():
        raise OptionError("--form", statement, f"one of {', '.join(form_names())}")


def _paper(machine: "Machine", *, report: bool, form: bool) -> "Paper":
    """The paper asked for; a form without its printer is refused before the card is read."""
    from kiosk.paper import form_printer

    if form:
        form_printer(machine)
        return "form"
    return "report" if report else "receipt"


def _places(reader: str, printer: str) -> dict[str, dict[str, object]]:
    """Where the options name another device than the configuration."""
    named: dict[str, dict[str, object]] = {
        "card": {"reader": reader},
        "receipt": {"port": printer},
    }
    return {section: place for section, place in named.items() if any(place.values())}


def _for_technicians(chosen: "Settings", name: str, operator: str | None, *, report: bool) -> None:
    """Print a paper of the kiosk's own state: no card is needed, but who asks for it."""
    from kiosk.composition import real
    from kiosk.diag.printing import SELF_TEST, print_paper
    from kiosk.diag.self_test import for_self_test
    from kiosk.headless import check_paper

    if operator is None:
        raise typer.BadParameter(f"--by LOGIN is needed: {name} is traced")
    medium: Medium = "report" if report else "receipt"
    if name == SELF_TEST and not report:
        chosen = for_self_test(chosen, "", "")
    with real(chosen) as machine:
        paper = print_paper(machine, name, medium, operator)
    check_paper(paper)
    _told(paper)


def _folder(machine: "Machine", paper: "Paper") -> str:
    """Where a report waits for a print service; empty: a printer has the paper."""
    from devices.printer.report import FolderPrinter

    waits = paper == "report" and isinstance(machine.report, FolderPrinter)
    return str(machine.settings.report.folder) if waits else ""


def _told(paper: "PrintedJob", folder: str = "") -> None:
    """Say how a job ended well."""
    handed = f"已放入 {folder}，由打印服务打印" if folder else "已送到打印机，未报告故障"
    words = {"confirmed": "已打印，打印机已确认", "sent": handed}
    typer.echo(f"{words[paper.result.outcome]}。任务 job {paper.job_id}: {paper.result.outcome}")


def _asked(months: int | None, first: str, last: str, service: str) -> "Asked":
    """The months of the options; both ends of a range or neither."""
    from archive.errors import InvalidValueError
    from archive.values import Month
    from printing.statements.issue import Window
    from printing.statements.material import Asked

    if not (first or last):
        return Asked(months=months, number=service)
    try:
        window = Window(Month.parse(first), Month.parse(last))
    except InvalidValueError:
        raise typer.BadParameter("--from and --to take a month as YYYYMM") from None
    if window.months < 1:
        raise typer.BadParameter("--from is later than --to")
    if window.months > 480 or months is not None:
        raise typer.BadParameter("a range holds up to 480 months; --months does not go with it")
    return Asked(window, number=service)


def list_statements() -> None:
    """The statements that can be printed, and who may have them."""
    from kiosk.diag.printing import PAPERS
    from printing.statements import STATEMENTS

    room = max(map(len, (*STATEMENTS, *PAPERS)))
    for one in STATEMENTS.values():
        kind = _kind(one)
        who = "凭卡 by card" if one.audience == "holder" else "不用卡 without a card"
        typer.echo(f"{one.name:{room}} {one.title['zh']} {one.title['en']} [{kind}, {who}]")
    for name, (zh, en) in PAPERS.items():
        typer.echo(f"{name:{room}} {zh} {en} [技术人员 technician]")


def _kind(one: "Statement") -> str:
    """What the paper is to whoever gets it; of what is signed, or is of nobody, it says no query.

    Only those two and certificates have no sentence that they are results of a query.
    """
    if one.certificate:
        return "证明 certificate"
    if one.notice:  # of no certificate: where nothing is to be signed
        return "签字材料 to be signed"
    return "公开信息 public" if one.audience == "anyone" else "查询结果 query"
