"""From a card in a reader to the holder's records: the first half of every visit and command."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from archive.audit import behind
from archive.figures.records import Basis
from archive.model import ArchiveIndex, AuditKind, CardRecord, Person
from archive.regions import Gathered, Regions
from archive.store import Store
from devices.card.authentication import prove_genuine, unlock_holder_file
from devices.card.connection import CardConnection, CardSource
from devices.card.errors import (
    CardBlockedError,
    CardNotGenuineError,
    PinLockedError,
    ReaderAbsentError,
    SamAbsentError,
    WrongPinError,
)
from devices.card.identity import CardIdentity, Expired, NotYetValid, Valid, validity
from devices.card.pin import Pin, PinState
from devices.card.roles import ReaderRoles
from devices.card.ssc import SocialSecurityCard
from kiosk.errors import (
    CardBlankError,
    CardCancelledError,
    CardExpiredError,
    CardLostError,
    CardMismatchError,
    CardNotYetValidError,
    CardReplacedError,
    ClockBackError,
    GuideUnknownError,
    HolderProtectedError,
    HolderUnknownError,
    OnlyVirtualReaderError,
)
from kiosk.machine import Machine, Proof
from kiosk.trail import Trail
from printing.statements import Statement
from printing.statements.guide import sheet
from printing.statements.issue import CHINA
from printing.statements.material import Asked, Material, read_material

OK = "ok"
FIRST = "contributions"
"""The statement that most people come for; the menu shows its records as a calendar."""

CARD_IN_USE = "1"
"""AAZ502: the only status with which a card may be used."""
REFUSED_STATUS: Final = {"2": CardLostError, "4": CardLostError, "9": CardCancelledError}
"""Those that have a sentence of their own: reported lost, for the time being as well; cancelled."""


@dataclass(frozen=True, slots=True)
class CardSession:
    """A card that was read and is still held; close it and its proven PIN is forgotten."""

    connection: CardConnection
    card: SocialSecurityCard
    identity: CardIdentity
    pin: PinState
    proof: Proof

    def close(self) -> None:
        """Power the card off and give the security module back; never raises."""
        self.connection.close()
        self.proof.release()


@dataclass(frozen=True, slots=True)
class HolderRecords:
    """Who looked, by which card, and what the look showed."""

    identity: CardIdentity | None
    """None: nobody had to say who he is."""
    material: Material


def holder_reader(source: CardSource, roles: ReaderRoles) -> str:
    """The reader for the holder's card, or the error that says why there is none."""
    readers = source.readers()
    reader = roles.holder(readers)
    if reader is None:
        if roles.findings(readers):
            raise OnlyVirtualReaderError
        raise ReaderAbsentError("holder", readers)
    return reader


def open_card(source: CardSource, reader: str, proof: Proof) -> CardSession:
    """Power the card, have it prove that it is genuine, read it and ask for its PIN's state.

    No try of the PIN is spent.
    """
    connection = source.connect(reader)
    try:
        card = SocialSecurityCard(connection)
        card.select()
        _prove_genuine(card, proof)
        return CardSession(connection, card, card.read_identity(), card.pin_state(), proof)
    except BaseException:
        connection.close()
        proof.release()
        raise


def open_holder_card(machine: Machine, reader: str) -> CardSession:
    """Open the card of somebody who wants records; one that is copied or blocked leaves a row."""
    try:
        return open_card(machine.source, reader, machine.proof)
    except (CardNotGenuineError, CardBlockedError) as refusal:
        machine.trail.should(AuditKind.CARD_REFUSED, None, result=refusal.code)
        raise


def _prove_genuine(card: SocialSecurityCard, proof: Proof) -> None:
    """Where proof is not required, a card is read as far as it shows itself."""
    if proof.sam is None:
        if proof.required:
            raise SamAbsentError("none")
        return
    prove_genuine(card, proof.sam, proof.random_bytes)
    unlock_holder_file(card, proof.sam, proof.random_bytes)


def today(now: datetime) -> date:
    """The day in China, by which a card's validity is counted."""
    return now.astimezone(CHINA).date()


def check_usable(identity: CardIdentity, now: datetime, latest: datetime | None) -> None:
    """Refuse a card that is not valid today, is blank, or whose holder cannot be read.

    `latest` is a time that has been: where the clock is behind it and the card is valid on only
    one of the two days, nobody knows (`ClockBackError`).
    """
    verdict = validity(identity, today(now))
    late = behind(now, latest)
    if late and latest and type(validity(identity, today(latest))) is not type(verdict):
        raise ClockBackError(late)
    match verdict:
        case Expired(since):
            raise CardExpiredError(since)
        case NotYetValid(issued):
            raise CardNotYetValidError(issued)
        case Valid():
            pass
    if identity.social_security_number is None:
        raise HolderProtectedError if identity.version.startswith("3") else CardBlankError


def prove_holder(session: CardSession, pin: Pin, trail: Trail) -> None:
    """Send the PIN to the card, once, and forget it; a refusal is raised as the card says it."""
    try:
        session.card.verify_pin(pin)
    except (WrongPinError, PinLockedError) as refusal:
        trail.should(AuditKind.PIN_REFUSED, session.identity, result=refusal.code)
        raise
    finally:
        pin.clear()
    trail.should(AuditKind.PIN_ACCEPTED, session.identity, result=OK)


def _untold(answered: int, total: int) -> None:
    """Nobody looks at how many regions have answered."""


def look_up(
    machine: Machine,
    identity: CardIdentity,
    statement: Statement,
    asked: Asked,
    tell: Callable[[int, int], None] = _untold,
) -> HolderRecords:
    """What a statement needs of the holder's records.

    The audit row is on disk before anything is returned; a refused look leaves one as well.
    Where other regions are asked, `tell` hears how many of how many have answered.
    Raises `HolderUnknownError`, `CardMismatchError` or a store's error.
    """
    trail = machine.trail
    try:
        person = _holder(machine.store, identity)
    except (HolderUnknownError, CardMismatchError) as refusal:
        trail.must(AuditKind.RECORDS_READ, identity, statement=statement.name, result=refusal.code)
        raise
    if asked == Asked() and statement.name == FIRST:
        asked = Asked(months=machine.settings.statement.months)
    material = _read(machine, statement, person, asked)
    if statement.across:
        # Before the number leaves this machine.
        trail.must(AuditKind.RECORDS_READ, identity, statement=statement.name, result="asked")
        material = replace(material, across=_ask_regions(machine.regions(), person, tell))
    trail.must(
        AuditKind.RECORDS_READ,
        identity,
        statement=statement.name,
        count=material.count,
        result="region.silent" if material.across and material.across.missing else OK,
    )
    return HolderRecords(identity, material)


def _ask_regions(
    regions: Regions, person: Person, tell: Callable[[int, int], None]
) -> Gathered[ArchiveIndex]:
    return regions.ask(
        ArchiveIndex,
        person.social_security_number,
        lambda answered: tell(answered, regions.count),
    )


def open_to_all(machine: Machine, statement: Statement, asked: Asked) -> HolderRecords:
    """What a guide, which anyone may have, is made of: no card, no person, no look to audit.

    Raises `GuideUnknownError` where no version of it is in force, or a store's error.
    """
    material = _read(machine, statement, None, asked)
    if sheet(material) is None:
        raise GuideUnknownError(asked.number)
    return HolderRecords(None, material)


def _read(machine: Machine, statement: Statement, person: Person | None, asked: Asked) -> Material:
    """By the rules of today and of the configuration."""
    rules, stale_days = machine.settings.rules, machine.settings.store.stale_days
    basis = Basis(machine.tables, today(machine.now()), rules.days_apart)
    return read_material(machine.store, statement, person, asked, basis, stale_days)


def _holder(store: Store, identity: CardIdentity) -> Person:
    number = identity.social_security_number
    person = store.person_by_number(number) if number else None
    if person is None:
        raise HolderUnknownError
    known = check_in_use(store, identity)
    if known is not None and known.person_id != person.person_id:
        raise CardMismatchError("of another person")
    return person


def check_in_use(store: Store, identity: CardIdentity) -> CardRecord | None:
    """Refuse a card that the records know to be lost, replaced or cancelled: it still answers.

    None for a card of another place: its issuer's list is not here.
    """
    known = store.card(identity.identification_code) if identity.identification_code else None
    if known is None:
        return None
    if known.replaced_by:
        raise CardReplacedError(known.status)
    if known.status != CARD_IN_USE:
        raise REFUSED_STATUS.get(known.status, CardMismatchError)(known.status)
    return known
