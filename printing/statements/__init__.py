"""The statements that can be printed, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from printing.document import Document, Reveal
from printing.errors import UnknownStatementError
from printing.statements import contributions
from printing.statements.issue import IssueFacts
from printing.statements.material import Material

__all__ = ["STATEMENTS", "Statement", "statement"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's entry in the registry."""

    name: str
    title: Mapping[str, str]
    """By language, "zh" and "en"."""
    build: Callable[[Material, IssueFacts, Reveal], Document] = field(repr=False)


STATEMENTS: Final = {
    contributions.NAME: Statement(contributions.NAME, contributions.TITLE, contributions.build)
}


def statement(name: str) -> Statement:
    """The entry called `name`; UnknownStatementError if there is none."""
    try:
        return STATEMENTS[name]
    except KeyError:
        raise UnknownStatementError(name, tuple(STATEMENTS)) from None
