"""What a statement is made of: the records of one holder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from archive.model import Contribution, Employer, Person
from printing.statements.caveats import Caveat
from printing.statements.issue import Window


@dataclass(frozen=True, slots=True)
class Material:
    """A person, the months asked for with what is recorded for them, and the date of the data."""

    person: Person = field(repr=False)
    contributions: tuple[Contribution, ...] = field(repr=False)
    employers: Mapping[str, Employer] = field(repr=False)
    window: Window
    as_of: date
    source: str = ""
    """Who gave the data; empty: not stated."""
    caveats: tuple[Caveat, ...] = ()
