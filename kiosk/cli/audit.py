"""`kiosk audit`: who looked at what and printed how often, and whether the trail is intact."""

import os
import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings, typed_number

if TYPE_CHECKING:
    from archive.sql.store import SqlStore
    from archive.store import AuditCheck
    from kiosk.config import Settings

app = typer.Typer(help="The audit trail.", no_args_is_help=True)

FromOption = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First day, in China.", show_default=False),
]
ToOption = Annotated[
    datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, in China.", show_default=False),
]
NOT_INTACT = 35


class Form(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"


@app.command()
def verify(
    export: Annotated[
        Path | None, typer.Option(help="Check this export by itself instead of the store.")
    ] = None,
    holds: Annotated[
        Path | None, typer.Option(help="Also: does the trail still go on from this export?")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="With --export: key file; default: beside the store.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Walk the audit trail and name every change, gap or truncation."""
    from archive.audit import AuditKey, behind
    from archive.audit_export import check_export
    from kiosk.composition import audit_key_of, utc_now

    chosen = settings(config)
    if export is not None:
        secret = AuditKey.load(key or audit_key_of(chosen.store))
        _tell(check_export(export, secret)[0])
        return
    with _store(chosen) as store:
        check = store.verify_audit()
        late = behind(utc_now(), store.latest())
        if holds is not None:
            check = _goes_on(store, check, holds)
    if late:
        typer.echo(
            f"clock.back：本机时钟比查询登记慢 {late} 秒。"
            f"This machine's clock is {late} seconds behind the trail."
        )
    _tell(check)


@app.command()
def show(
    since: FromOption = None,
    until: ToOption = None,
    kind: Annotated[str, typer.Option(help="Such as records.read or paper.requested.")] = "",
    statement: Annotated[str, typer.Option(help="Name of the statement.")] = "",
    result: Annotated[str, typer.Option(help="Such as ok, confirmed or a fault's code.")] = "",
    reference: Annotated[str, typer.Option(help="Serial of a job or statement.")] = "",
    card: Annotated[
        bool, typer.Option("--card", help="Of one card; its code is asked for, or read from stdin.")
    ] = False,
    person: Annotated[
        bool,
        typer.Option(
            "--number", help="Of one number without a card; it is asked for, or read from stdin."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
    counts: Annotated[bool, typer.Option(help="Prints by day and statement, no rows.")] = False,
    by_kiosk: Annotated[bool, typer.Option(help="With --counts: for each kiosk apart.")] = False,
    config: ConfigOption = None,
) -> None:
    """Show rows of the trail, oldest first. Times are China's; cards are keyed hashes."""
    from archive.audit_counts import print_counts
    from archive.store import AuditFilter
    from kiosk.cli.audit_lines import COUNT_HEAD, ROW_HEAD, count_line, row_line

    code = _card_code() if card else None
    number = typed_number() if person and not card else ""
    with _store(settings(config)) as store:
        subject = store.audit_subject(code, number)
        wanted = AuditFilter(*_days(since, until), kind, statement, result, reference, subject)
        if not as_json:
            typer.echo(COUNT_HEAD if counts else ROW_HEAD)
        if counts:
            for count in print_counts(store, wanted, by_kiosk=by_kiosk):
                typer.echo(count_line(count, as_json=as_json))
            return
        for row in store.audit_rows(wanted=wanted):
            typer.echo(row_line(row, as_json=as_json))


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")],
    since: FromOption = None,
    until: ToOption = None,
    form: Annotated[Form, typer.Option("--format", help="JSON lines or CSV.")] = Form.JSONL,
    config: ConfigOption = None,
) -> None:
    """Write a stretch of the trail to a file that `kiosk audit verify --export` can check."""
    from archive.audit_export import stretch, write_export
    from kiosk.errors import usable

    def private(path: str, flags: int) -> int:
        return os.open(path, flags, 0o600)

    with (
        _store(settings(config)) as store,
        usable(out),
        open(out, "x", encoding="utf-8", opener=private) as file,
    ):
        rows = stretch(store, *_days(since, until))
        closing = write_export(rows, file, form.value, store.trail.key)
    ends = f"{closing.count} rows, {closing.first} to {closing.last}, head {closing.head}"
    typer.echo(f"已导出 {closing.count} 行，从第 {closing.first} 行到第 {closing.last} 行。{ends}")


@app.command()
def prune(config: ConfigOption = None) -> None:
    """Take away the rows whose time is over ([audit] keep_days); the daemon does it daily."""
    chosen = settings(config)
    with _store(chosen) as store:
        if _in_doubt(store, chosen):
            typer.echo(
                "登记有很长的空档，可能是时钟走快造成的，没有清除任何行。如果时钟现在正确，请运行"
                " kiosk audit settle-clock --by LOGIN。\nNothing was taken away: rows leave out so"
                " long a time that the clock may have run ahead."
                " If it is right now: kiosk audit settle-clock --by LOGIN"
            )
            return
        count = store.prune_audit(chosen.kiosk.id, chosen.audit.keep_days)
    days = chosen.audit.keep_days
    typer.echo(f"已清除超过 {days} 天的 {count} 行。{count} rows older than {days} days taken away")


@app.command("settle-clock")
def settle_clock(
    operator: Annotated[
        str, typer.Option("--by", callback=login, help="Login of who set the clock right.")
    ],
    config: ConfigOption = None,
) -> None:
    """Say that this machine's clock is right, whatever the trail says.

    It had run ahead before, or the kiosk was out of service for so long that it may have.
    """
    from archive.audit import behind
    from archive.model import AuditEvent, AuditKind
    from kiosk.composition import utc_now

    chosen = settings(config)
    with _store(chosen) as store:
        silent = _in_doubt(store, chosen)
        if not silent and not behind(utc_now(), store.latest()):
            typer.echo(
                "时钟不落后，无需处理。The clock is not behind the trail; nothing to settle."
            )
            return
        event = AuditEvent(kind=AuditKind.CLOCK_SETTLED, kiosk=chosen.kiosk.id, operator=operator)
        row = store.append_audit(event)
    if silent:
        typer.echo(
            f"第 {row.sequence} 行 row {row.sequence}：登记中的空档不是时钟造成的，"
            "过期的行会照常清除。"
            "The silence in the trail was real: what is past its term goes again."
        )
        return
    typer.echo(
        f"第 {row.sequence} 行 row {row.sequence}：当时时钟比查询登记慢 {row.behind} 秒。"
        f"The clock was {row.behind} seconds behind the trail."
    )


def _in_doubt(store: "SqlStore", chosen: "Settings") -> bool:
    """Whether nobody can tell which rows are past their term."""
    return store.past(timedelta(days=chosen.audit.keep_days)) is None


def _store(chosen: "Settings") -> "SqlStore":
    from kiosk.composition import open_records

    return open_records(chosen, create=False, patient=True)


def _goes_on(store: "SqlStore", check: "AuditCheck", earlier: Path) -> "AuditCheck":
    """The check, and whether an earlier export is still part of the trail."""
    from dataclasses import replace

    from archive.audit_export import check_export, goes_on

    of_file, closing = check_export(earlier, store.trail.key)
    found = goes_on(store, closing) if closing else None
    more = (*of_file.findings, *([found] if found else []))
    return replace(check, findings=(*check.findings, *more))


def _tell(check: "AuditCheck") -> None:
    from kiosk.cli.audit_lines import finding_line, intact_line

    for finding in check.findings:
        typer.echo(finding_line(finding))
    typer.echo(intact_line(check))
    if not check.intact:
        raise typer.Exit(NOT_INTACT)


def _days(
    since: datetime | None, until: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """The moments between which whole days of China lie."""
    from archive.values import CHINA

    def begins(day: date) -> datetime:
        return datetime.combine(day, time(), CHINA)

    return (
        begins(since.date()) if since else None,
        begins(until.date() + timedelta(days=1)) if until else None,
    )


def _card_code() -> str:
    """The code of a card; InvalidValueError where it is none."""
    from archive.errors import InvalidValueError
    from archive.reasons import Reason

    code = typed_number("卡识别码 identification code").upper()
    if not re.fullmatch(r"[0-9A-F]{32}", code):
        raise InvalidValueError(Reason.CHARACTERS, "AAZ501")
    return code
