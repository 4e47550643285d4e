"""The statements that can be printed, by name: each module here is one."""

from typing import Final

from printing.errors import UnknownStatementError
from printing.statements import (
    account,
    cards,
    care,
    cases,
    contributions,
    custody,
    dossier,
    elsewhere,
    employment,
    guide,
    insured,
    missing,
    pension,
    registrations,
    rights,
    transfer,
)
from printing.statements.registry import Section, Statement

__all__ = ["STATEMENTS", "Section", "Statement", "statement"]

STATEMENTS: Final[dict[str, Statement]] = {
    module.STATEMENT.name: module.STATEMENT
    for module in (
        contributions,
        insured,
        rights,
        transfer,
        account,
        pension,
        care,
        employment,
        registrations,
        custody,
        dossier,
        elsewhere,
        missing,
        cases,
        cards,
        guide,
    )
}
"""In the order of the menu."""


def statement(name: str) -> Statement:
    """The entry called `name`; UnknownStatementError if there is none."""
    try:
        return STATEMENTS[name]
    except KeyError:
        raise UnknownStatementError(name, tuple(STATEMENTS)) from None
