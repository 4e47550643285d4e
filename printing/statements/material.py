"""What a statement is made of: what was read for it, and the rules of the day."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, TypeVar, cast

from archive.figures.catalogue import CATALOGUE, Figures, figures
from archive.figures.records import EVER, Basis, answer_of, employers_of, person_records
from archive.model import (
    AccountYear,
    Agency,
    ArchiveIndex,
    Contribution,
    Employer,
    Guide,
    GuideMaterial,
    Notice,
    Person,
    Registration,
    Transfer,
)
from archive.records import RecordKind, spec_of
from archive.regions import Gathered
from archive.store import Answer, AsOf, Store
from archive.values import Month
from printing.errors import MonthsBeyondDataError, YearNotWholeError
from printing.statements.caveats import Caveat, Freshness, caveats, ends
from printing.statements.issue import Window

Record = TypeVar("Record")
Rows = Mapping[type[Any], tuple[Any, ...]]

_OF_NOBODY: Final = frozenset({Agency, Guide, GuideMaterial, Notice})
"""Small kinds that are the same for all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for beside the statement's name."""

    window: Window | None = None
    """The months; None: so many up to the date of the data."""
    months: int | None = None
    """How many; None: as many as the statement covers by itself."""
    number: str = field(default="", repr=False)
    """A service's code; empty where a card says who asks."""


USUAL: Final = Asked()
"""Nothing but the statement's name."""


class Needs(Protocol):
    """What a statement says of its records, see `Statement`."""

    @property
    def needs(self) -> tuple[type[Any], ...]:
        """The kinds of rows."""
        ...

    @property
    def undated(self) -> tuple[type[Any], ...]:
        """Those that do not date the paper."""
        ...

    @property
    def months(self) -> int:
        """How many months, where nobody asks for others."""
        ...

    @property
    def within_window(self) -> bool:
        """Whether only contributions of those months are read."""
        ...

    @property
    def spans(self) -> str:
        """Which months may be chosen; empty: none."""
        ...


@dataclass(frozen=True, slots=True)
class Material:
    """What was read, with the date of the data."""

    person: Person | None = field(repr=False)
    """None: nobody is asked who wants it (a guide)."""
    as_of: AsOf
    """The earliest day of the kinds that were read, but for those that do not date the paper."""
    window: Window
    """The months asked for."""
    basis: Basis
    stale_days: int
    """Data that are older than so many days are called old."""
    rows: Rows = field(repr=False)
    """By kind, in the order of the store."""
    employers: Mapping[str, Employer] = field(default_factory=dict, repr=False)
    """Those that the rows name."""
    number: str = field(default="", repr=False)
    """The service's code that was asked for."""
    contributed_since: Month | None = field(default=None, repr=False)
    """The first month of any contribution, where months may be chosen; None: there is none."""
    older: Mapping[RecordKind, dt.date] = field(default_factory=dict)
    """Kinds that do not date the paper and end earlier, with their days."""
    across: Gathered[ArchiveIndex] | None = field(default=None, repr=False)
    """What the regions answered, where they were asked."""
    _made: dict[str, Figures] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Figures by name: screen, receipt and report ask for the same."""

    @property
    def holder(self) -> Person:
        """The person, in a statement that only a holder gets."""
        assert self.person is not None
        return self.person

    def of(self, kind: type[Record]) -> tuple[Record, ...]:
        """The rows of a kind; a kind that the statement does not declare is a `KeyError`."""
        return cast("tuple[Record, ...]", self.rows[kind])

    def figures(self, name: str) -> Figures:
        """Figures of the catalogue; a kind they need and nobody declared is a `KeyError`."""
        if name not in self._made:
            rows = {kind: self.rows[kind] for kind in CATALOGUE[name].reads}
            own = person_records(self.holder, self.as_of, rows, self.employers)
            self._made[name] = figures(name, own, self.basis)
        return self._made[name]

    @property
    def recorded_since(self) -> Month | None:
        """The first month that is worth choosing: of a contribution, an account or a transfer."""
        years = (Month(row.year, 1) for row in self.rows.get(AccountYear, ()))
        moved = (row.first for row in self.rows.get(Transfer, ()))
        return min(filter(None, (self.contributed_since, *years, *moved)), default=None)

    def retirement(self, last: Month) -> Month | None:
        """The month of the holder's retirement, if it is not after `last` nor after the data."""
        month = self.person.retirement if self.person else None
        return month if month and month <= min(last, Month.of(self.day)) else None

    @property
    def day(self) -> dt.date:
        """Up to which day the data go."""
        return self.as_of.day

    def never(self, *kinds: type[Any]) -> bool:
        """Whether one of these was never delivered, so that no row of it says nothing."""
        return any(spec_of(kind).kind in self.as_of.never for kind in kinds)

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What a reader has to know of the data."""
        fresh = Freshness(self.basis.today, self.stale_days)
        return (*caveats(self.as_of, fresh), *ends(self.older))

    @property
    def count(self) -> int:
        """How many rows were read."""
        return sum(map(len, self.rows.values()))


def read_material(
    store: Store,
    statement: Needs,
    person: Person | None,
    asked: Asked,
    basis: Basis,
    stale_days: int,
) -> Material:
    """Read what the statement needs, of this person; raises what the store raises.

    Unless months are asked for, they are so many as the statement covers, up to the date of the
    data. Later ones would look like gaps: they are a `MonthsBeyondDataError`. One that is of a
    year takes whole years only: else a `YearNotWholeError`.
    """
    dating = [kind for kind in statement.needs if kind not in statement.undated]
    last = Month.of(_together(store.as_of(spec_of(kind).kind) for kind in dating).day)
    window = asked.window or Window.ending(last, asked.months or statement.months)
    if statement.spans == "year":
        _check_year(asked)
    if window.last > last:
        raise MonthsBeyondDataError(window.last.label, last.label)
    months = (window.first, window.last) if statement.within_window else EVER

    def read(kind: type[Any]) -> Answer[Any]:
        if kind in _OF_NOBODY or person is None:
            return Answer.given(store.all(kind), store.as_of(spec_of(kind).kind))
        return answer_of(store, person.person_id, kind, months)

    answers = {kind: read(kind) for kind in statement.needs}
    rows = {kind: answer.rows for kind, answer in answers.items()}
    named = (*rows.get(Contribution, ()), *rows.get(Registration, ()))
    employers = employers_of(store, named) if named else {}
    kinds = {RecordKind.PERSONS: person, RecordKind.EMPLOYERS: employers}
    beside = (kind for kind, found in kinds.items() if found)
    dated = _together((*(answers[kind].as_of for kind in dating), *map(store.as_of, beside)))
    as_of = replace(_together((dated, *(one.as_of for one in answers.values()))), day=dated.day)
    others = {spec_of(kind).kind: answers[kind].as_of for kind in statement.undated}
    older = {kind: one.day for kind, one in others.items() if one.day < as_of.day and not one.never}
    since = store.first_contribution(person.person_id) if person and statement.spans else None
    return Material(
        person, as_of, window, basis, stale_days, rows, employers, asked.number, since, older
    )


def _check_year(asked: Asked) -> None:
    """Nobody is to get another year than the one that was meant."""
    if asked.months is not None:
        raise YearNotWholeError(f"--months {asked.months}")
    if window := asked.window:
        year = window.last.year
        if window != Window(Month(year, 1), Month(year, 12)):
            raise YearNotWholeError(window.label)


def _together(every: Iterable[AsOf]) -> AsOf:
    first, *others = every
    return first.together(*others)
