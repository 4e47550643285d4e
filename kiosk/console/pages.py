"""The console's pages: what they show; what they change stands in `calls`."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from markupsafe import Markup

from archive.values import CHINA, told_time
from devices.printer.handshake_verdict import HandshakeVerdict
from kiosk.console.console import Console
from kiosk.console.guard import PLACE, Watching, console_of, identifier
from kiosk.console.sessions import Session
from kiosk.diag.handshake_words import handshake_words
from kiosk.diag.job_words import evidence_words, medium_words, reason_words, state_words
from kiosk.diag.printing import PAPERS, titles_of
from kiosk.faults import fault
from kiosk.settling import mark_of
from kiosk.visit.closing import maintained
from kiosk.web.answers import ENTERED, WATCHED
from kiosk.web.screens import environment

router = APIRouter(prefix=PLACE, default_response_class=HTMLResponse, tags=["console"])

_WORDS: Final = {
    "state_words": state_words,
    "evidence_words": evidence_words,
    "medium_words": medium_words,
    "reason_words": reason_words,
}
"""What templates call the journal's codes by."""
TABS: Final = (
    ("", "总览", "Overview"),
    ("trials", "试验", "Trials"),
    ("jobs", "打印任务", "Print jobs"),
    ("paper", "纸张与计数", "Paper and counters"),
    ("trace", "跟踪", "Trace"),
    ("files", "报告与支持包", "Report and bundle"),
)
"""Address behind `/technician`, and the name in both languages."""
_JOBS: Final = 50


@router.get("", responses=ENTERED)
def overview(request: Request) -> Response:
    """Live state and findings; the log-in page where nobody is logged in."""
    console = console_of(request)
    session = console.sessions.find(identifier(request), act=True)
    if session is None:
        place = console.machine.settings.kiosk
        return HTMLResponse(part("login", place=place, message=None))
    return show(console, session, "")


@router.get("/session", response_class=JSONResponse, responses=WATCHED)
def lasting(request: Request, _: Watching) -> JSONResponse:
    """200 while the page's session lasts, else 401; whether a visit runs."""
    return JSONResponse({"visit": console_of(request).visit_runs})


@router.get("/live", responses=WATCHED)
def live(request: Request, session: Watching) -> str:
    """The rows of the live state, as a part of the page."""
    console = console_of(request)
    return part(
        "live",
        rows=console.live.rows(),
        visit=console.visit_runs,
        minutes=round(console.sessions.seconds_left(session) / 60),
        time=told_time(console.machine.now()),
    )


@router.get("/trials", responses=ENTERED)
def trials(request: Request) -> Response:
    """Card, paper and handshake."""
    console = console_of(request)
    found, card = console.trials.holders(), console.machine.settings.card
    return open_tab(request, "trials", holders=found, papers=PAPERS, demo=card.virtual_readers)


@router.get("/hold", responses=WATCHED)
def hold(request: Request, _: Watching) -> str:
    """What a paper that is being printed waits for, as a part of the page; empty: for nothing."""
    code = console_of(request).trials.hold
    return part("trouble", fault=fault(code)) if code else ""


@router.get("/handshake", responses=WATCHED)
def handshake(request: Request, _: Watching) -> str:
    """How the handshake test stands, as a part of the page."""
    stands = console_of(request).trials.handshake
    words = handshake_words(stands) if isinstance(stands, HandshakeVerdict) else None
    return part("handshake", stands=stands, kind=type(stands).__name__, words=words)


@router.get("/jobs", responses=ENTERED)
def jobs(request: Request) -> Response:
    """The journal, and what a person has to decide."""
    return open_tab(request, "jobs", table=jobs_part(console_of(request)))


@router.get("/paper", responses=ENTERED)
def paper(request: Request) -> Response:
    """The counters, and how the roll is changed."""
    return open_tab(request, "paper", counters=counters_part(console_of(request)))


@router.get("/trace", responses=ENTERED)
def trace(request: Request) -> Response:
    """What passes between this machine, its cards and its printers."""
    most = console_of(request).machine.settings.technician.trace_minutes
    return open_tab(request, "trace", most=most)


@router.get("/trace/lines", responses=WATCHED)
def trace_lines(request: Request, _: Watching) -> str:
    """The lines of the trace, the newest first, as a part of the page."""
    wire = console_of(request).machine.wire
    return part("trace_lines", lines=wire.lines()[::-1], seconds=round(wire.seconds_left))


@router.get("/files", responses=ENTERED)
def files(request: Request) -> Response:
    """What can be taken along."""
    return open_tab(request, "files", papers=PAPERS)


@router.get(
    "/readiness.pdf",
    response_class=Response,
    responses={**WATCHED, 200: {"content": {"application/pdf": {}}}},
)
def readiness(request: Request, session: Watching) -> Response:
    """The readiness report with what is found now."""
    console = console_of(request)
    console.did(session, "readiness.taken")
    return _file(console.readiness(), "application/pdf", f"readiness-{_stamp(console)}.pdf")


@router.get(
    "/support-bundle.zip",
    response_class=Response,
    responses={**WATCHED, 200: {"content": {"application/zip": {}}}},
)
def support_bundle(request: Request, session: Watching) -> Response:
    """The support bundle as it is now."""
    console = console_of(request)
    console.did(session, "bundle.taken")
    return _file(console.support_bundle(), "application/zip", f"support-{_stamp(console)}.zip")


def _stamp(console: Console) -> str:
    at = console.machine.now().astimezone(CHINA)
    return f"{console.machine.settings.kiosk.id}-{at:%Y%m%d-%H%M%S}"


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


def jobs_part(console: Console) -> Markup:
    """The table of jobs."""
    journal = console.machine.journal
    unknown = journal.unknown_jobs()
    known = [job for job in journal.jobs(_JOBS) if job.state != "unknown"]
    table = part(
        "jobs_table",
        unknown=unknown,
        known=known,
        marks={job.id: mark_of(journal, job) for job in unknown},
        told_time=told_time,
        titles_of=titles_of,
    )
    return Markup(table)  # noqa: S704 - of our own template


def counters_part(console: Console) -> Markup:
    """The table of counters."""
    counts = console.counters.counts
    at = counts.roll_changed_at and datetime.fromisoformat(counts.roll_changed_at)
    since = told_time(at) if at else "—"
    return Markup(part("counters", counts=counts, since=since))  # noqa: S704 - of our own template


def show(console: Console, session: Session, tab: str, **extra: object) -> HTMLResponse:
    """A whole page."""
    return HTMLResponse(
        part(
            tab or "overview",
            place=console.machine.settings.kiosk,
            account=session.account,
            csrf=session.csrf,
            tabs=TABS,
            tab=tab,
            maintained=console.maintained,
            coming=maintained(console.service.state),
            **extra,
        )
    )


def open_tab(request: Request, tab: str, **extra: object) -> Response:
    """A page for who is logged in; everybody else comes to the door."""
    console = console_of(request)
    session = console.sessions.find(identifier(request), act=True)
    if session is None:
        return RedirectResponse(PLACE, 303)
    return show(console, session, tab, **extra)


def part(template: str, **values: object) -> str:
    """A template of the console, filled."""
    return environment().get_template(f"console/{template}.html").render(**_WORDS, **values)
