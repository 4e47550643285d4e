"""What a statement declares of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal

from printing.document import Document, Reveal
from printing.statements.issue import IssueFacts
from printing.statements.material import Material

NAME: Final = "[a-z]+(-[a-z]+)*"
"""What a statement may be called: small letters, words with a hyphen between them."""


class Section(Enum):
    """Where the menu has it; the value is what the group is called."""

    INSURANCE = ("社保缴费和权益", "Insurance")
    BENEFITS = ("待遇和账户", "Benefits")
    WORK = ("就业失业", "Work")
    ARCHIVE = ("人事档案", "Personnel file")
    SERVICES = ("办事和进度", "Services")

    @property
    def zh(self) -> str:
        """In Chinese."""
        return self.value[0]

    @property
    def en(self) -> str:
        """In English."""
        return self.value[1]


def _one(material: Material) -> int:
    return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement's entry in the registry."""

    name: str
    title: Mapping[str, str]
    """By language, "zh" and "en"."""
    about: Mapping[str, str]
    """What is on it, in a few words for the menu; by language."""
    section: Section
    place: int = 99
    """Where that group has it, the lowest first; by name where several have the same."""
    needs: tuple[type[Any], ...]
    """The kinds of rows it is made of; nothing else is read for it."""
    undated: tuple[type[Any], ...] = ()
    """Those of them that neither date the paper nor end its months, as they only add to what it
    is asked for; where they are older the paper says so."""
    build: Callable[[Material, IssueFacts, Reveal], Document] = field(repr=False)
    months: int = 36
    """How many months it covers where nobody asks for others."""
    within_window: bool = False
    """Whether contributions of other months are not even read."""
    spans: Literal["", "months", "two_years", "year"] = ""
    """Which months may be chosen: any; the last two years or one; a calendar year; none."""
    audience: Literal["holder", "anyone"] = "holder"
    """Who may print it: only the holder, by card and PIN, or anyone who stands before the kiosk."""
    across: bool = False
    """Whether the other regions are asked for files as well."""
    certificate: bool = False
    """Whether the issuer calls it a certificate (证明); all others are results of a query.

    Where nothing can be certified `build` makes a notice: `Document.nature` tells them apart.
    """
    notice: Mapping[str, str] = field(default_factory=dict)
    """What that notice is called, by language; also of a paper to sign where nothing is to sign."""
    copies: Callable[[Material], int] = field(default=_one, repr=False)
    """How many are needed, by what was read; one order prints them, each as a job of its own."""

    def called(self, document: Document) -> Mapping[str, str]:
        """What that paper is called, by language: its title, or that of the notice in its place."""
        return self.notice if document.nature == "notice" else self.title
