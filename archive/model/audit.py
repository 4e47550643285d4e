"""Something that leaves a trace."""

from dataclasses import dataclass, field
from enum import StrEnum


class AuditKind(StrEnum):
    """What a row of the audit trail is about."""

    CARD_REFUSED = "card.refused"
    """A card that proved to be copied or blocked: what it says of its holder is not believed."""
    VISIT_BEGUN = "visit.begun"
    VISIT_ENDED = "visit.ended"
    PIN_ACCEPTED = "pin.accepted"
    PIN_REFUSED = "pin.refused"
    RECORDS_READ = "records.read"
    RECORDS_IMPORTED = "records.imported"
    RECORDS_EXPORTED = "records.exported"
    PAPER_REQUESTED = "paper.requested"
    PAPER_OUTCOME = "paper.outcome"
    JOB_RESOLVED = "job.resolved"
    STAFF_ACTION = "staff.action"
    CARD_FORGOTTEN = "card.forgotten"
    MAINTENANCE_BEGUN = "maintenance.begun"
    MAINTENANCE_ENDED = "maintenance.ended"
    CLOCK_SETTLED = "clock.settled"
    """A person has looked at the clock: what was written before says no more what time it is."""
    TRAIL_PRUNED = "trail.pruned"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Something that leaves a trace. Every text field but the card is a plain token.

    The store keeps the card as a keyed hash only, and adds the time and the chain.
    """

    kind: AuditKind
    kiosk: str
    identification_code: str | None = field(default=None, repr=False)
    """Of the card in question; None when there is none."""
    number: str = field(default="", repr=False)
    """Social security number of the person in question; names whom no card names."""
    organisation: str = ""
    statement: str = ""
    """Name of the statement or record set that was read or printed."""
    count: int = 0
    """Rows read, or copies printed."""
    result: str = ""
    """A code such as `ok`, `confirmed` or an error's code."""
    operator: str = ""
    """Login of the member of staff who assisted."""
    reference: str = ""
    """Serial of the job or statement."""
