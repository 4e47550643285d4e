"""A look at a person's figures by a member of staff; it leaves a trail as a card's look does."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from archive import identity_number
from archive.errors import FigureUnknownError
from archive.figures.catalogue import CATALOGUE, figures
from archive.figures.figure import Figure
from archive.figures.records import Basis, PersonRecords, gather
from archive.model import AuditEvent, AuditKind, CardRecord, Person
from archive.store import Store
from archive.tables.shelf import load_tables
from kiosk.composition import open_records, utc_now
from kiosk.config import Settings
from kiosk.errors import HolderUnknownError
from kiosk.identify import CARD_IN_USE, OK, today


@dataclass(frozen=True, slots=True)
class Look:
    """What was found."""

    records: PersonRecords
    figures: tuple[Figure[object], ...]


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
        records = gather(store, person)
        found = {name: figures(name, records, basis) for name in dict.fromkeys(names)}
        card = card_of(store, person)
        for name, own in found.items():
            rows = {row for figure in own for row in figure.rows}
            trail.write(name, card, len(rows), OK)
    return Look(records, tuple(figure for own in found.values() for figure in own))


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
