"""From a card in a reader to the holder's records: the first half of every visit and command."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from archive.audit import behind
from archive.model import AuditKind, Employer, Person
from archive.records import RecordKind
from archive.store import Store
from archive.values import Month
from devices.card.authentication import prove_genuine, unlock_holder_file
from devices.card.connection import CardConnection, CardSource
from devices.card.errors import (
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
    HolderProtectedError,
    HolderUnknownError,
    NoRecordsError,
    OnlyVirtualReaderError,
)
from kiosk.machine import Proof
from kiosk.trail import Trail
from printing.statements.caveats import Freshness, caveats
from printing.statements.issue import CHINA, Window
from printing.statements.material import Material

OK = "ok"
RECORD_SET = "contributions"
"""What a look reads, in the audit trail."""

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

    identity: CardIdentity
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


def look_up(
    store: Store, trail: Trail, identity: CardIdentity, months: int, fresh: Freshness
) -> HolderRecords:
    """The holder's contributions of the last `months` months.

    The audit row is on disk before anything is returned; a refused look leaves one as well.
    Raises `HolderUnknownError`, `CardMismatchError`, `NoRecordsError` or a store's error.
    """
    try:
        records = _records(store, identity, months, fresh)
    except (HolderUnknownError, CardMismatchError, NoRecordsError) as refusal:
        trail.must(AuditKind.RECORDS_READ, identity, statement=RECORD_SET, result=refusal.code)
        raise
    trail.must(
        AuditKind.RECORDS_READ,
        identity,
        statement=RECORD_SET,
        count=len(records.material.contributions),
        result=OK,
    )
    return records


def _records(store: Store, identity: CardIdentity, months: int, fresh: Freshness) -> HolderRecords:
    number = identity.social_security_number
    person = store.person_by_number(number) if number else None
    if person is None:
        raise HolderUnknownError
    _check_status(store, identity, person)
    window = Window.ending(Month.of(store.as_of(RecordKind.CONTRIBUTIONS).day), months)
    answer = store.contributions(person.person_id, window.first, window.last)
    if not answer.rows:
        raise NoRecordsError(months)
    material = Material(
        person,
        answer.rows,
        store.known(Employer, {row.employer_id for row in answer.rows}),
        window,
        answer.as_of.day,
        answer.as_of.source,
        caveats(answer.as_of, fresh),
    )
    return HolderRecords(identity, material)


def _check_status(store: Store, identity: CardIdentity, person: Person) -> None:
    """A lost or replaced card still answers: only the records know that it is void."""
    known = store.card(identity.identification_code) if identity.identification_code else None
    if known is None:
        return  # a card of another place: its issuer's list is not here
    if known.replaced_by:
        raise CardReplacedError(known.status)
    if known.status != CARD_IN_USE:
        raise REFUSED_STATUS.get(known.status, CardMismatchError)(known.status)
    if known.person_id != person.person_id:
        raise CardMismatchError("of another person")
