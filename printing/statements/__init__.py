"""The statements that can be printed, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from printing.errors import UnknownStatementError
from printing.statements import contributions

__all__ = ["STATEMENTS", "Statement", "statement"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's entry in the registry."""

    name: str
    title: Mapping[str, str]
    """By language, "zh" and "en"."""
    months: int
    """How many months it covers unless told otherwise."""


STATEMENTS: Final = {
    contributions.NAME: Statement(contributions.NAME, contributions.TITLE, months=36)
}


def statement(name: str) -> Statement:
    """The entry called `name`; UnknownStatementError if there is none."""
    try:
        return STATEMENTS[name]
    except KeyError:
        raise UnknownStatementError(name, tuple(STATEMENTS)) from None
