"""The audit rows that a kiosk writes: what must be on disk first, and what should be."""

import logging
from typing import Final

from archive.errors import ArchiveError, PrintLimitError
from archive.model import AuditEvent, AuditKind
from archive.store import Store
from devices.card.identity import CardIdentity
from kiosk.logs import event as log

CLOCK_BACK: Final = "clock.back"
"""Code of the finding that this machine's clock is behind a time that has been."""


class Trail:
    """The trail of one kiosk. A card is named by its identification code, kept as a keyed hash."""

    def __init__(self, store: Store, kiosk: str) -> None:
        self._store = store
        self._kiosk = kiosk
        self._behind = False

    def must(
        self,
        kind: AuditKind,
        identity: CardIdentity | None,
        *,
        statement: str = "",
        count: int = 0,
        result: str = "",
        reference: str = "",
        operator: str = "",
        most: int | None = None,
    ) -> None:
        """Write a row; what it is about may happen only once this has returned.

        Raises the store's error when the row is not on disk, and `PrintLimitError` for a print
        where the card has had `most` of that statement this month.
        """
        event = AuditEvent(
            kind=kind,
            kiosk=self._kiosk,
            identification_code=identity.identification_code if identity else None,
            statement=statement,
            count=count,
            result=result,
            reference=reference,
            operator=operator,
        )
        self._note_clock(self._store.append_audit(event, most).behind)

    def limit(
        self, identity: CardIdentity | None, statement: str, most: int | None
    ) -> PrintLimitError | None:
        """What `must` would refuse a print with now; a look, which is written nowhere."""
        if identity is None or most is None:
            return None
        event = AuditEvent(
            kind=AuditKind.PAPER_REQUESTED,
            kiosk=self._kiosk,
            identification_code=identity.identification_code,
            statement=statement,
        )
        try:
            self._store.check_limit(event, most)
        except PrintLimitError as error:
            return error
        except ArchiveError:
            return None  # a trail that cannot be read refuses the print itself, and says why
        return None

    def should(
        self,
        kind: AuditKind,
        identity: CardIdentity | None,
        *,
        statement: str = "",
        result: str = "",
        reference: str = "",
        operator: str = "",
    ) -> None:
        """Write a row about what has happened already.

        A failure is logged and not raised: it must not hide what happened, neither a PIN try that
        is spent nor paper that is out.
        """
        try:
            self.must(
                kind,
                identity,
                statement=statement,
                result=result,
                reference=reference,
                operator=operator,
            )
        except ArchiveError as error:
            log(logging.ERROR, "audit.not_written", kind=kind.value, error=error.code)

    def tell(self, kind: AuditKind) -> None:
        """Write a row and a line of the log about the kiosk itself."""
        match kind:
            case AuditKind.CARD_FORGOTTEN:
                log(logging.WARNING, "card.forgotten")
            case AuditKind.MAINTENANCE_BEGUN:
                log(logging.WARNING, "maintenance.begun")
            case AuditKind.MAINTENANCE_ENDED:
                log(logging.WARNING, "maintenance.ended")
            case _:
                pass
        self.should(kind, None)

    def _note_clock(self, seconds: int) -> None:
        """Tell once that the clock is behind, and once that it is not any more."""
        if seconds and not self._behind:
            log(logging.WARNING, CLOCK_BACK, seconds=seconds)
        self._behind = seconds > 0
