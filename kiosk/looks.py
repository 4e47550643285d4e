"""A look at a person's figures by a member of staff; it leaves a trail as a card's look does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from archive import identity_number
from archive.errors import FigureUnknownError
from archive.figures.catalogue import CATALOGUE, Figures, figures
from archive.figures.records import FIELDS, Basis, PersonRecords, gather
from archive.model import AuditEvent, AuditKind, CardRecord, Person
from archive.records import SPECS, RecordKind
from archive.store import AsOf, Store
from archive.tables.shelf import load_tables
from kiosk.composition import open_records, utc_now
from kiosk.config import Settings
from kiosk.errors import HolderUnknownError
from kiosk.identify import CARD_IN_USE, OK, today
from printing.statements.caveats import Freshness

_KINDS: Final = tuple(
    spec.kind
    for spec in SPECS.values()
    if spec.record in FIELDS or spec.kind in {RecordKind.PERSONS, RecordKind.EMPLOYERS}
)
"""Those by which a person's records are dated."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found."""

    records: PersonRecords
    found: Mapping[str, Figures]
    """The figures by the name that was asked for; empty: there is nothing to compute."""
    kinds: Mapping[RecordKind, AsOf]
    """How far the data of each kind go."""
    fresh: Freshness

    @property
    def figures(self) -> Figures:
        """All of them."""
        return tuple(figure for own in self.found.values() for figure in own)

    @property
    def partial(self) -> tuple[RecordKind, ...]:
        """Kinds that were delivered, but not whole."""
        return tuple(kind for kind, as_of in self.kinds.items() if not (as_of.whole or as_of.never))

    @property
    def stale(self) -> bool:
        """Whether the data are old."""
        return self.records.as_of.stale(self.fresh.today, self.fresh.stale_days)


def figures_of(names: Sequence[str], number: str, operator: str, settings: Settings) -> Look:
    """The figures of these names for the person with this number.

    The audit rows are on disk before anything is returned; a refused look leaves one as well.
    Raises `FigureUnknownError`, `IdentityNumberError`, `HolderUnknownError`, `TableError` or a
    store's error.
    """
    if not set(names) <= set(CATALOGUE):
        raise FigureUnknownError(tuple(CATALOGUE))
    identity_number.parse_social_security_number(number)
    rules = settings.rules
    basis = Basis(load_tables(rules.replaced()), today(utc_now()), rules.days_apart)
    with open_records(settings, create=False) as store:
        trail = _Trail(store, settings.kiosk.id, operator, number)
        person = store.person_by_number(number)
        if person is None:
            for name in names:
                trail.write(name, None, 0, HolderUnknownError.code)
            raise HolderUnknownError
        kinds = {kind: store.as_of(kind) for kind in _KINDS}
        records = gather(store, person)
        found = {name: figures(name, records, basis) for name in dict.fromkeys(names)}
        card = card_of(store, person)
        for name, own in found.items():
            rows = {row for figure in own for row in figure.rows}
            trail.write(name, card, len(rows), OK)
    return Look(records, found, kinds, Freshness(basis.today, settings.store.stale_days))


def card_of(store: Store, person: Person) -> str | None:
    """The card by which the trail knows the person; the one in use before others."""
    cards = sorted(
        store.of(CardRecord, person.person_id).rows, key=lambda card: card.status != CARD_IN_USE
    )
    return cards[0].identification_code if cards else None


@dataclass(frozen=True, slots=True)
class _Trail:
    store: Store
    kiosk: str
    operator: str
    number: str = field(repr=False)

    def write(self, figure: str, card: str | None, count: int, result: str) -> None:
        self.store.append_audit(
            AuditEvent(
                kind=AuditKind.RECORDS_READ,
                kiosk=self.kiosk,
                identification_code=card,
                number=self.number,
                statement=f"explain:{figure}",
                count=count,
                result=result,
                operator=self.operator,
            )
        )
