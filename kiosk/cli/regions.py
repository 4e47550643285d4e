"""`kiosk regions`: where a person's file lies, asked in all regions at once."""

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings, typed_number

if TYPE_CHECKING:
    from archive.model import ArchiveIndex
    from archive.regions import Gathered, Silence

app = typer.Typer(help="Look-ups in all regions.", no_args_is_help=True)
SILENT = 37
WHY: "dict[Silence, str]" = {
    "timeout": "未按时答复 nothing came before lookup.seconds were over",
    "busy": "仍在处理上一次查询 it is still at an earlier question",
    "refused": "拒绝查询 it refused this hall",
    "credential": "缺少凭据 this hall has nothing to show it: token file or certificate",
    "unreachable": "无法连接 it is out of reach, or its records cannot be used",
    "broken": "答复格式错误 what came is no answer",
}


@app.callback()
def regions() -> None:
    """Look-ups in all regions."""


@app.command()
def ask(
    operator: Annotated[
        str, typer.Option("--by", callback=login, help="Login of who asks; it is in the audit.")
    ],
    config: ConfigOption = None,
) -> None:
    """Ask all regions for the personnel files of a number, which is read from standard input."""
    from archive.model import ArchiveIndex, AuditEvent, AuditKind
    from archive.records import RecordKind
    from kiosk.composition import open_records, regions
    from kiosk.looks import card_of

    chosen = settings(config)
    number = _number()
    with ExitStack() as parts:
        own = parts.enter_context(open_records(chosen, create=False))
        person = own.person_by_number(number)
        asked = AuditEvent(
            kind=AuditKind.RECORDS_READ,
            kiosk=chosen.kiosk.id,
            identification_code=card_of(own, person) if person else None,
            number=number,
            statement=RecordKind.ARCHIVE_INDEX.value,
            result="asked",
            operator=operator,
        )
        own.append_audit(asked)  # before the number leaves this machine
        gathered = regions(chosen, own, parts).ask(ArchiveIndex, number)
        count = sum(len(found.answer.rows) for found in gathered.found)
        result = "region.silent" if gathered.missing else "ok"
        own.append_audit(replace(asked, count=count, result=result))
    _tell(gathered)
    if gathered.missing:
        raise typer.Exit(SILENT)


def _tell(gathered: "Gathered[ArchiveIndex]") -> None:
    for found in gathered.found:
        as_of = found.answer.as_of
        count = len(found.answer.rows)
        about = f"{found.region} {found.code}  {count} 份 files  {found.seconds:.1f} s  "
        about += f"数据截至 data as of {as_of.day.isoformat()} {as_of.source}"
        if not as_of.whole:
            about += "  数据可能不完整 perhaps incomplete"
        typer.echo(about.rstrip())
        for row in found.answer.rows:
            typer.echo(f"  {row.state.value:12} {row.agency}")
        if as_of.never:
            typer.echo("  不详：没有收到档案数据 not known: never delivered")
        elif not found.answer.rows:
            typer.echo("  没有档案 none")
    for missing in gathered.missing:
        typer.echo(
            f"{missing.region} {missing.code}  没有答复 no answer  {missing.seconds:.1f} s  "
            f"{missing.why}: {WHY[missing.why]}"
        )
    asked = len(gathered.found) + len(gathered.missing)
    typer.echo(f"合计 total: {len(gathered.found)} / {asked} 个地区答复 regions answered")


def _number() -> str:
    """A social security number; InvalidValueError where it is none."""
    from archive.identity_number import parse_social_security_number

    text = typed_number()
    number = parse_social_security_number(text)
    return text.upper() if number is None else number.text
