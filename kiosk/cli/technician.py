"""`kiosk technician`: who may enter the console, and with which password."""

import getpass
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, login, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kiosk.console.accounts import Accounts
    from kiosk.trail import Trail

app = typer.Typer(help="Accounts of the console at /technician.", no_args_is_help=True)

LoginArgument = Annotated[str, typer.Argument(callback=login, help="Login of the technician.")]


@app.command()
def password(
    who: LoginArgument,
    name: Annotated[str, typer.Option(help="Name of the person, as colleagues read it.")],
    config: ConfigOption = None,
) -> None:
    """Make an account, or give it another password: asked for twice, never an argument."""
    from kiosk.console.errors import PasswordMismatchError
    from kiosk.console.login import ACCOUNT_SET

    first, second = (_typed(asked) for asked in ("新密码 New password", "再输一次 Again"))
    if first != second:
        raise PasswordMismatchError
    with _accounts(config) as (accounts, trail):
        accounts.set(who, name, first)
        _trace(trail, who, ACCOUNT_SET)
    typer.echo(f"密码已设置。The password of {who} has been set.")


@app.command("list")
def list_accounts(config: ConfigOption = None) -> None:
    """List the accounts; no password, no hash."""
    from kiosk.console.accounts import Accounts

    accounts = Accounts(settings(config).technician.accounts).all()
    for account in accounts:
        typer.echo(f"{account.login:24}{account.name}")
    if not accounts:
        typer.echo(
            "还没有技术人员账户。No account yet: kiosk staff technician password LOGIN --name NAME"
        )


@app.command()
def remove(who: LoginArgument, config: ConfigOption = None) -> None:
    """Take an account away; its open sessions end at once."""
    from kiosk.console.login import ACCOUNT_REMOVED

    with _accounts(config) as (accounts, trail):
        accounts.remove(who)
        _trace(trail, who, ACCOUNT_REMOVED)
    typer.echo(f"账户已删除。The account {who} has been removed.")


@contextmanager
def _accounts(config: "Path | None") -> "Iterator[tuple[Accounts, Trail]]":
    """The accounts, and the trail that tells what was done to them."""
    from kiosk.composition import open_records
    from kiosk.console.accounts import Accounts
    from kiosk.trail import Trail

    chosen = settings(config)
    with open_records(chosen, create=False) as store:
        yield Accounts(chosen.technician.accounts), Trail(store, chosen.kiosk.id)


def _trace(trail: "Trail", who: str, result: str) -> None:
    from archive.model import AuditKind

    trail.must(AuditKind.STAFF_ACTION, None, result=result, operator=who)


def _typed(asked: str) -> str:
    """A line without echo, or of standard input where that is no terminal."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{asked}: ")
    return sys.stdin.readline().rstrip("\n")
