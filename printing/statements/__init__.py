"""The statements that can be printed, by name: each module here is one."""

from typing import Final

from printing.errors import UnknownStatementError
from printing.statements import contributions
from printing.statements.registry import Section, Statement

__all__ = ["STATEMENTS", "Section", "Statement", "statement"]

STATEMENTS: Final = {one.name: one for one in (contributions.STATEMENT,)}
"""In the order of the menu."""


def statement(name: str) -> Statement:
    """The entry called `name`; UnknownStatementError if there is none."""
    try:
        return STATEMENTS[name]
    except KeyError:
        raise UnknownStatementError(name, tuple(STATEMENTS)) from None
