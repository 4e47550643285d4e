"""What figures are computed from: one person's records, and the rules of the day."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

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
from archive.store import AsOf, Store
from archive.tables.shelf import Tables
from archive.values import Month

_EVER = Month(1949, 1), Month(2099, 12)


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures follow beside the records."""

    tables: Tables
    today: dt.date
    """In China: the day on which terms are counted."""
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

    @property
    def as_of_month(self) -> Month:
        """The month up to which the data go."""
        return Month.of(self.as_of.day)

    @property
    def lines(self) -> tuple[str, ...]:
        """Every line of insurance (AAE140) of which there is a record."""
        known = {row.line for row in self.contributions} | {row.line for row in self.registrations}
        return tuple(
            sorted(known | {row.line for row in self.years} | {row.line for row in self.accounts})
        )


def gather(store: Store, person: Person) -> PersonRecords:
    """Read the person's records; raises what the store raises."""
    own = person.person_id
    registrations = store.of(Registration, own).rows
    return PersonRecords(
        person=person,
        as_of=store.as_of(),
        contributions=store.contributions(own, *_EVER).rows,
        registrations=registrations,
        years=store.of(YearsOfInsurance, own).rows,
        accounts=store.of(AccountYear, own).rows,
        transfers=store.of(Transfer, own).rows,
        benefits=store.of(Benefit, own).rows,
        payments=store.of(BenefitPayment, own).rows,
        grants=store.of(UnemploymentGrant, own).rows,
        employments=store.of(Employment, own).rows,
        contracts=store.of(LabourContract, own).rows,
        dossier_transfers=store.of(DossierTransfer, own).rows,
        cases=store.of(Case, own).rows,
        employers=store.known(Employer, {row.employer_id for row in registrations} - {""}),
    )
