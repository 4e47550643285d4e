"""The statements that can be printed, by name: each module here that declares one is one."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from printing.errors import UnknownStatementError
from printing.statements.registry import Section, Statement

__all__ = ["STATEMENTS", "Section", "Statement", "statement"]


def _declared() -> Iterator[Statement]:
    """A new statement is one file here; modules without a `STATEMENT` help the others."""
    for module in iter_modules(__path__):
        found = getattr(import_module(f"{__name__}.{module.name}"), "STATEMENT", None)
        if isinstance(found, Statement):
            yield found


def _place(one: Statement) -> tuple[int, int, str]:
    return list(Section).index(one.section), one.place, one.name


STATEMENTS: Final[dict[str, Statement]] = {one.name: one for one in sorted(_declared(), key=_place)}
"""In the order of the menu."""


def statement(name: str) -> Statement:
    """The entry called `name`; UnknownStatementError if there is none."""
    try:
        return STATEMENTS[name]
    except KeyError:
        raise UnknownStatementError(name, tuple(STATEMENTS)) from None
