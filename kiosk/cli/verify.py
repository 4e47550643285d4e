"""`kiosk verify`: whether a paper with this code, or a PDF file, came from this kiosk."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

from kiosk.cli.options import ConfigOption, login, settings

if TYPE_CHECKING:
    from printing.seals import SealRecord


_GENUINE: Final = (
    "核验通过：据本终端的记录，这张单据是真的。"
    "Genuine as far as this kiosk knows: it gave this code to the paper."
)
_PDF: Final = b"%PDF-"
_HEAD_BYTES: Final = 1024
"""Readers of PDF look for its mark in so much of a file."""


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
    """Say whether a paper is genuine by its code, or a PDF the very file that was printed."""
    from kiosk.composition import utc_now
    from kiosk.errors import usable
    from printing.errors import SealUnknownError
    from printing.journal import Journal
    from printing.sealed_file import verify_file

    pdf, place = _pdf(what), settings(config).store.journal
    with usable(place):
        known = place.exists()
    if not known:  # nothing was ever printed here
        raise SealUnknownError
    with Journal(place, utc_now, create=False) as journal:
        seals = journal.seals.look_up(what) if pdf is None else (verify_file(pdf, journal.seals),)
        times = journal.seals.look_ups(seals[0].code)
    _tell(seals, times, file=pdf is not None)


def _pdf(what: str) -> bytes | None:
    """The file of that name; None where it is no file but a code."""
    from kiosk.errors import usable
    from printing.errors import NotPdfError

    path = Path(what)
    there = os.path.exists(what)  # noqa: PTH110 - False of what is too long for a name, too
    if not there and path.suffix.lower() != ".pdf":
        return None
    with usable(path):
        data = path.read_bytes()
    if _PDF not in data[:_HEAD_BYTES]:
        raise NotPdfError(path)
    return data


def _tell(seals: "tuple[SealRecord, ...]", times: int, *, file: bool) -> None:
    """The answer of the verify page, and how often the code was asked for."""
    from kiosk.verifying import verified
    from kiosk.web.words import words

    paper = verified(seals)
    typer.echo(_GENUINE)
    if file:
        typer.echo("与打印时的文件逐字节相同。The file is the one that was printed.")
    typer.echo(f"{paper.name}  {paper.kind}  {paper.issued_at:%Y-%m-%d %H:%M}".strip())
    for digest in paper.digests:
        typer.echo(f"SHA-256 {digest}")
    for said in paper.cautions:
        typer.echo(f"{said.zh}{said.en}")
    compare = words()["verify.compare" if paper.name else "verify.compare_unnamed"]
    typer.echo(f"{compare['zh']}{compare['en']}")
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
