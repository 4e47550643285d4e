"""What figures are computed from: one person's records, and the rules of the day."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from archive.figures.figure import Missing, Unknown
from archive.model import (
    AccountYear,
    Benefit,
    BenefitPayment,
    Case,
    Contribution,
    DossierTransfer,
    Employer,
    Employment,
    LabourContract,
    Person,
    Registration,
    Transfer,
    UnemploymentGrant,
    YearsOfInsurance,
)
from archive.records import RecordKind, spec_of
from archive.store import Answer, AsOf, Store
from archive.tables.shelf import Tables
from archive.values import Month

EVER: Final = (Month(1949, 1), Month(2099, 12))
"""All months that there are."""
_ENDED: Final = "3"
"""aae170."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures follow beside the records."""

    tables: Tables
    today: dt.date
    """In China: by it a card or a certification has expired, and data are old."""
    days_apart: int = 31
    """Dates of two registrations may differ by so many days before it is a difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecords:
    """Everything of one person that a figure may ask for, in the order of the store."""

    person: Person = field(repr=False)
    as_of: AsOf
    """How far the data of all kinds go."""
    contributions: tuple[Contribution, ...] = ()
    registrations: tuple[Registration, ...] = ()
    years: tuple[YearsOfInsurance, ...] = ()
    accounts: tuple[AccountYear, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    payments: tuple[BenefitPayment, ...] = ()
    grants: tuple[UnemploymentGrant, ...] = ()
    employments: tuple[Employment, ...] = ()
    contracts: tuple[LabourContract, ...] = ()
    dossier_transfers: tuple[DossierTransfer, ...] = ()
    cases: tuple[Case, ...] = ()
    employers: Mapping[str, Employer] = field(default_factory=dict)
    """Those of the registrations, by number."""
    doubtful: frozenset[RecordKind] | None = None
    """Kinds of which rows may be lacking; None: it is known of all together only (`as_of`)."""

    def whole(self, kinds: Iterable[type[Any]]) -> bool:
        """Whether nothing is known to be lacking of these kinds."""
        if self.as_of.whole or self.doubtful is None:
            return self.as_of.whole
        return not any(spec_of(kind).kind in self.doubtful for kind in kinds)

    @property
    def as_of_month(self) -> Month:
        """The month up to which the data go."""
        return Month.of(self.as_of.day)

    def never(self, *kinds: type[Any]) -> bool:
        """Whether one of these kinds was never delivered: then no row of it does not mean none."""
        return any(spec_of(kind).kind in self.as_of.never for kind in kinds)

    def unknown(self, *kinds: type[Any]) -> Unknown:
        """What to say where these kinds have no row."""
        return Unknown(Missing.NOT_DELIVERED if self.never(*kinds) else Missing.NO_RECORD)

    @property
    def draws_pension(self) -> bool:
        """Whether the person is retired or has a pension, by the month of the data.

        A suspended one counts: it is the person's; one that has ended does not.
        """
        pensions = (
            row.first_month
            for row in self.benefits
            if row.benefit == "pension" and row.state != _ENDED
        )
        since = (*filter(None, (self.person.retirement,)), *pensions)
        return any(month <= self.as_of_month for month in since)

    @property
    def lines(self) -> tuple[str, ...]:
        """Every line of insurance (AAE140) of which there is a record."""
        known = {row.line for row in self.contributions} | {row.line for row in self.registrations}
        return tuple(
            sorted(known | {row.line for row in self.years} | {row.line for row in self.accounts})
        )


FIELDS: Final[Mapping[type[Any], str]] = {
    Contribution: "contributions",
    Registration: "registrations",
    YearsOfInsurance: "years",
    AccountYear: "accounts",
    Transfer: "transfers",
    Benefit: "benefits",
    BenefitPayment: "payments",
    UnemploymentGrant: "grants",
    Employment: "employments",
    LabourContract: "contracts",
    DossierTransfer: "dossier_transfers",
    Case: "cases",
}
"""Which field holds the rows of a kind."""


def gather(store: Store, person: Person) -> PersonRecords:
    """Read the person's records, dated by the kinds read; raises what the store raises."""
    answers = {kind: answer_of(store, person.person_id, kind) for kind in FIELDS}
    rows = {kind: answer.rows for kind, answer in answers.items()}
    beside = (store.as_of(kind) for kind in (RecordKind.PERSONS, RecordKind.EMPLOYERS))
    first, *others = (*(one.as_of for one in answers.values()), *beside)
    employers = employers_of(store, rows[Registration])
    doubtful = frozenset(spec_of(kind).kind for kind, one in answers.items() if not one.as_of.whole)
    found = person_records(person, first.together(*others), rows, employers)
    return replace(found, doubtful=doubtful)


def answer_of(
    store: Store, person_id: str, kind: type[Any], months: tuple[Month, Month] = EVER
) -> Answer[Any]:
    """All rows of a kind for a person; of contributions those of the months."""
    if kind is Contribution:
        return store.contributions(person_id, *months)
    return store.of(kind, person_id)


def employers_of(store: Store, rows: Iterable[Registration | Contribution]) -> dict[str, Employer]:
    """The employers that rows name, by number."""
    return store.known(Employer, {row.employer_id for row in rows} - {""})


def person_records(
    person: Person,
    as_of: AsOf,
    rows: Mapping[type[Any], tuple[Any, ...]],
    employers: Mapping[str, Employer],
) -> PersonRecords:
    """Rows that were read, by kind, as figures want them; kinds of no figure are left out."""
    own: dict[str, Any] = {FIELDS[kind]: found for kind, found in rows.items() if kind in FIELDS}
    return PersonRecords(person=person, as_of=as_of, employers=employers, **own)
