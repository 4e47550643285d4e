"""What is known about sealed papers: enough to tell a stranger whether a paper is genuine.

A seal names no person but by a masked name, holds no record, and the code itself is not kept.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from printing.errors import SealExpiredError, SealRevokedError, SealUnknownError, SealVoidError
from printing.journal_file import JournalFile, stored
from printing.seal import code_hash, parse_code

_RECORD: Final = """
INSERT INTO seals (code_hash, statement, serial, issued_at, kiosk, digest, paper_digest,
                   expires_at, masked_name, title, certificate)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_FIND: Final = """
SELECT revoked_at, statement, serial, issued_at, kiosk, digest, paper_digest, expires_at,
       masked_name, title, certificate, paper
FROM seals WHERE code_hash = ? ORDER BY digest
"""
_TELL: Final = """
UPDATE seals SET paper = (
    SELECT CASE WHEN max(j.state IN ('sent', 'confirmed')) THEN 'out'
                WHEN max(j.state NOT IN ('failed', 'cancelled')) THEN 'open'
                ELSE 'void' END
    FROM jobs j WHERE j.serial = seals.serial AND j.digest = seals.paper_digest
) WHERE (serial, paper_digest) IN (SELECT serial, digest FROM jobs WHERE id = ?)
"""
"""The same paper may have been sent twice: one that came out is enough."""

Paper = Literal["open", "out", "void"]
"""What became of it: not known, or not yet; whole as far as the printer tells; not printed, or what
came out carries the void mark."""


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
    title: str
    """As it stands on the paper; empty on a record of a program that did not keep it."""
    certificate: bool | None
    """Whether that paper is a certificate; None: that program did not keep this either."""
    paper: Paper = "open"


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
                    seal.title,
                    seal.certificate,
                ),
            )

    def look_up(self, code: str) -> tuple[SealRecord, ...]:
        """The papers with this code, by digest, void ones too; the look-up is counted.

        Raises SealCodeError for what cannot be a code, else SealUnknownError, SealRevokedError,
        SealVoidError where no paper is left, or SealExpiredError.
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
        if all(seal.paper == "void" for seal in seals):
            raise SealVoidError
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

    def revoke(self, code: str, by: str) -> None:
        """Have no paper with this code verified any more; `by` is a login.

        A second revocation changes nothing. SealUnknownError if no paper has this code.
        """
        key = code_hash(code)
        with self._file.writing() as database:
            found = database.execute(
                "UPDATE seals SET revoked_at = coalesce(revoked_at, ?),"
                " revoked_by = coalesce(revoked_by, ?) WHERE code_hash = ?",
                (stored(self._now()), by, key),
            ).rowcount
        if not found:
            raise SealUnknownError

    def serial_of(self, code: str) -> str:
        """The serial of the papers with this code, not counted; SealUnknownError without any."""
        with self._file.reading() as database:
            row = database.execute(
                "SELECT serial FROM seals WHERE code_hash = ?", (code_hash(code),)
            ).fetchone()
        if row is None:
            raise SealUnknownError
        return str(row[0])

    def purge(self, before: datetime) -> int:
        """Delete seals that expired before then, and wipe them; returns how many.

        Until then an expired code is answered as expired, afterwards as unknown.
        """
        with self._file.writing() as database:
            count = database.execute(
                "DELETE FROM seals WHERE expires_at <= ?", (stored(before),)
            ).rowcount
        if count:
            self._file.wipe()
        return count


def tell_seals(database: sqlite3.Connection, job_id: int) -> None:
    """Have the seals of a job's paper know its state, in the transaction that changed it."""
    database.execute(_TELL, (job_id,))


def _seal(code: str, row: list[Any]) -> SealRecord:
    statement, serial, issued_at, kiosk, digest, paper_digest, expires_at, name, *rest = row
    issued, expires = datetime.fromisoformat(issued_at), datetime.fromisoformat(expires_at)
    title, certificate, paper = rest
    return SealRecord(
        *(code, statement, serial, issued, kiosk, digest, paper_digest, expires, name, title),
        certificate=None if certificate is None else bool(certificate),
        paper=paper,
    )
