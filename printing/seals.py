"""What is known about sealed papers: enough to tell a stranger whether a paper is genuine.

A seal names no person but by a masked name, holds no record, and the code itself is not kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from printing.errors import SealExpiredError, SealRevokedError, SealUnknownError
from printing.journal_file import JournalFile, stored
from printing.seal import code_hash, parse_code

_RECORD: Final = """
INSERT INTO seals (code_hash, statement, serial, issued_at, kiosk, digest, paper_digest,
                   expires_at, masked_name)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_FIND: Final = """
SELECT revoked_at, statement, serial, issued_at, kiosk, digest, paper_digest, expires_at,
       masked_name
FROM seals WHERE code_hash = ? ORDER BY digest
"""


@dataclass(frozen=True, slots=True)
class SealRecord:
    """One paper with a code; receipt and report of a statement may carry the same one."""

    code: str = field(repr=False)
    statement: str
    serial: str
    issued_at: datetime
    kiosk: str
    digest: str
    """`Document.digest()` of this very paper: receipt and report of a statement differ."""
    paper_digest: str
    """SHA-256 of the bytes that went to the printer, in hexadecimal; of a report, its file."""
    expires_at: datetime
    masked_name: str = field(repr=False)


class Seals:
    """The seals in the journal's file."""

    def __init__(self, file: JournalFile, now: Callable[[], datetime]) -> None:
        self._file = file
        self._now = now

    def record(self, seal: SealRecord) -> None:
        """Keep what is needed to verify a paper; before the paper is printed.

        Once for each paper that carries the code; the same paper printed again adds nothing.
        """
        with self._file.writing() as database:
            database.execute(
                _RECORD,
                (
                    code_hash(seal.code),
                    seal.statement,
                    seal.serial,
                    stored(seal.issued_at),
                    seal.kiosk,
                    seal.digest,
                    seal.paper_digest,
                    stored(seal.expires_at),
                    seal.masked_name,
                ),
            )

    def look_up(self, code: str) -> tuple[SealRecord, ...]:
        """The papers with this code, by digest; the look-up is counted.

        Raises SealCodeError for what cannot be a code, else SealUnknownError, SealRevokedError or
        SealExpiredError.
        """
        code = parse_code(code)
        key = code_hash(code)
        with self._file.writing() as database:
            database.execute("UPDATE seals SET look_ups = look_ups + 1 WHERE code_hash = ?", (key,))
            rows = database.execute(_FIND, (key,)).fetchall()
        if not rows:
            raise SealUnknownError
        for revoked_at, *_ in rows:
            if revoked_at is not None:
                raise SealRevokedError(datetime.fromisoformat(revoked_at))
        seals = [_seal(code, row) for _, *row in rows]
        valid = tuple(seal for seal in seals if seal.expires_at > self._now())
        if not valid:
            raise SealExpiredError(max(seal.expires_at for seal in seals))
        return valid

    def look_ups(self, code: str) -> int:
        """How often this code was looked up; looking here is not counted."""
        with self._file.reading() as database:
            row = database.execute(
                "SELECT max(look_ups) FROM seals WHERE code_hash = ?", (code_hash(code),)
            ).fetchone()
        return int(row[0] or 0)

    def revoke(self, code: str, by: str) -> str:
        """Have no paper with this code verified any more; `by` is a login. Returns the serial.

        A second revocation changes nothing. SealUnknownError if no paper has this code.
        """
        key = code_hash(code)
        with self._file.writing() as database:
            row = database.execute(
                "SELECT serial FROM seals WHERE code_hash = ?", (key,)
            ).fetchone()
            if row is None:
                raise SealUnknownError
            database.execute(
                "UPDATE seals SET revoked_at = ?, revoked_by = ?"
                " WHERE code_hash = ? AND revoked_at IS NULL",
                (stored(self._now()), by, key),
            )
        return str(row[0])

    def purge(self, keep: timedelta) -> int:
        """Delete seals that expired longer than `keep` ago, and wipe them; returns how many.

        Until then an expired code is answered as expired, afterwards as unknown.
        """
        with self._file.writing() as database:
            count = database.execute(
                "DELETE FROM seals WHERE expires_at <= ?", (stored(self._now() - keep),)
            ).rowcount
        if count:
            self._file.wipe()
        return count


def _seal(code: str, row: list[str]) -> SealRecord:
    statement, serial, issued_at, kiosk, digest, paper_digest, expires_at, masked_name = row
    issued, expires = datetime.fromisoformat(issued_at), datetime.fromisoformat(expires_at)
    return SealRecord(
        code, statement, serial, issued, kiosk, digest, paper_digest, expires, masked_name
    )
