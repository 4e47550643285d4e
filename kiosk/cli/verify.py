"""`kiosk verify`: whether a paper with this code, or a PDF file, came from this kiosk."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from kiosk.cli.options import ConfigOption, login, settings

if TYPE_CHECKING:
    from printing.seals import SealRecord


class _CheckUnlessNamed(TyperGroup):
    """`kiosk verify X` is `kiosk verify check X`, unless X is a command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer hides its type
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["check", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    help="Check a paper: `kiosk verify CODE` or `kiosk verify FILE.pdf`.",
    cls=_CheckUnlessNamed,
    no_args_is_help=True,
)


@app.command()
def check(
    what: Annotated[str, typer.Argument(metavar="CODE|FILE.pdf", help="The code, or a PDF.")],
    config: ConfigOption = None,
) -> None:
    """Say what is known of a code, or whether a PDF is the very file that was printed."""
    from kiosk.composition import utc_now
    from kiosk.errors import usable
    from kiosk.verifying import verified
    from printing.errors import SealUnknownError
    from printing.journal import Journal
    from printing.sealed_file import verify_file

    path, place = Path(what), settings(config).store.journal
    with usable(place):
        known = place.exists()
    if not known:  # nothing was ever printed here
        raise SealUnknownError
    with Journal(place, utc_now, create=False) as journal:
        if path.suffix.lower() == ".pdf":
            with usable(path):
                pdf = path.read_bytes()
            seals: tuple[SealRecord, ...] = (verify_file(pdf, journal.seals),)
            typer.echo("与打印时的文件逐字节相同。The file is the one that was printed.")
        else:
            seals = journal.seals.look_up(what)
        times = journal.seals.look_ups(seals[0].code)
    paper = verified(seals)
    typer.echo(f"{paper.name}  {paper.kind}  {paper.issued_at:%Y-%m-%d %H:%M}")
    for digest in paper.digests:
        typer.echo(f"SHA-256 {digest}")
    for said in paper.cautions:
        typer.echo(f"{said.zh}{said.en}")
    typer.echo(f"查询次数 look-ups: {times}")


@app.command()
def revoke(
    code: Annotated[str, typer.Argument(help="The code as it stands on the paper.")],
    operator: Annotated[
        str, typer.Option("--by", callback=login, help="Login of who revokes the paper.")
    ],
    config: ConfigOption = None,
) -> None:
    """Revoke a code: from now on no paper that carries it is verified."""
    from archive.model import AuditEvent, AuditKind
    from kiosk.composition import open_records, utc_now
    from printing.journal import Journal

    chosen = settings(config)
    with (
        Journal(chosen.store.journal, utc_now, create=False) as journal,
        open_records(chosen, create=False) as store,
    ):
        serial = journal.seals.serial_of(code)
        store.append_audit(
            AuditEvent(
                kind=AuditKind.STAFF_ACTION,
                kiosk=chosen.kiosk.id,
                result="seal.revoked",
                operator=operator,
                reference=serial,
            )
        )
        journal.seals.revoke(code, operator)
    typer.echo(f"已撤销 revoked: {serial}")
