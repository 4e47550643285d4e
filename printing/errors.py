"""What can go wrong between a record and its paper.

Every class carries a stable `code`; the words for citizens and technicians are looked up by it.
None of the texts holds personal data: characters and places are attributes, never part of `str`.
"""

from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from devices.printer.result import PrintResult


class PrintingError(Exception):
    """Root of this package's errors."""

    code: ClassVar[str] = "printing"


class FontUnreadableError(PrintingError):
    """A font file is missing, damaged, or has outlines that a PDF cannot embed (CFF)."""

    code = "font.unreadable"

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"font {path} cannot be used: {detail}")
        self.path = path
        self.detail = detail


class GlyphMissingError(PrintingError):
    """No font of the chain draws some characters; found before any paper is used."""

    code = "font.glyph_missing"

    def __init__(self, codepoints: tuple[int, ...]) -> None:
        super().__init__(f"no font draws {len(codepoints)} of the characters")
        self.codepoints = codepoints

    @property
    def characters(self) -> str:
        """The characters themselves; they may come from a name."""
        return "".join(map(chr, self.codepoints))


class TextRefusedError(PrintingError):
    """Data holds a control, format or combining character, which paper cannot show."""

    code = "text.control_character"

    def __init__(self, place: str, offset: int, codepoint: int) -> None:
        super().__init__(f"{place}, character {offset}: U+{codepoint:04X} cannot be printed")
        self.place = place
        self.offset = offset
        self.codepoint = codepoint


class LayoutError(PrintingError):
    """An amount, a date or a number is wider than the paper gives room for; it is never cut."""

    code = "layout.too_wide"

    def __init__(self, place: str, needed: int, available: int) -> None:
        super().__init__(f"{place} needs {needed} columns, the paper has {available}")
        self.place = place
        self.needed = needed
        self.available = available


class MonthsBeyondDataError(PrintingError):
    """Months were asked for that are later than the data: nobody knows whether they are paid."""

    code = "statement.months"

    def __init__(self, asked: str, last: str) -> None:
        super().__init__(f"the data end in {last}, {asked} was asked for")
        self.asked = asked
        self.last = last


class YearNotWholeError(PrintingError):
    """A statement of one calendar year was asked for with other months."""

    code = "statement.year"

    def __init__(self, asked: str) -> None:
        super().__init__(f"{asked} is no calendar year")
        self.asked = asked


class UnknownStatementError(PrintingError):
    """No statement has this name."""

    code = "statement.unknown"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no statement is called {name!r}; there are {', '.join(known)}")
        self.name = name
        self.known = known


class SealCodeError(PrintingError):
    """A seal code is mistyped: wrong length, wrong character or wrong check character."""

    code = "seal.code"

    def __init__(self, detail: str) -> None:
        super().__init__(f"not a seal code: {detail}")
        self.detail = detail


class SealUnknownError(PrintingError):
    """No paper has this code: it was never printed here, or its seal was purged."""

    code = "seal.unknown"


class SealExpiredError(PrintingError):
    """The code was valid until `expired_at`, aware."""

    code = "seal.expired"

    def __init__(self, expired_at: datetime) -> None:
        super().__init__(f"expired at {expired_at.isoformat()}")
        self.expired_at = expired_at


class SealRevokedError(PrintingError):
    """The code was revoked at `revoked_at`, aware."""

    code = "seal.revoked"

    def __init__(self, revoked_at: datetime) -> None:
        super().__init__(f"revoked at {revoked_at.isoformat()}")
        self.revoked_at = revoked_at


class SealVoidError(PrintingError):
    """The paper with this code was not printed whole, and what came out of it is void."""

    code = "seal.void"


class SealNotFoundError(PrintingError):
    """A PDF holds no seal code that can be read."""

    code = "seal.not_found"


class NotPdfError(PrintingError):
    """A file that was given to be verified is no PDF."""

    code = "seal.no_pdf"

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is no PDF")
        self.path = path


class SealDiffersError(PrintingError):
    """The code is valid, but the file is not the one that was printed with it."""

    code = "seal.differs"


class JournalError(PrintingError):
    """The print journal cannot be read or written; without it nothing may be printed."""

    code = "journal.unavailable"

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"print journal {path}: {detail}")
        self.path = path
        self.detail = detail
        self.nothing_sent = False
        """Whether it is certain that not a byte of the job at hand has gone to the printer."""


class EndNotWrittenError(JournalError):
    """A job has ended and the journal cannot take its end now: paper is out, or may be."""

    code = "journal.end_not_written"

    def __init__(self, path: str, detail: str, job_id: int, result: PrintResult) -> None:
        super().__init__(path, detail)
        self.job_id = job_id
        self.result = result
        """What was observed of the paper, whatever the journal says until it is written."""


class JournalVersionError(PrintingError):
    """The journal was written by a newer program."""

    code = "journal.version"

    def __init__(self, path: str, found: int, known: int) -> None:
        super().__init__(f"print journal {path} has version {found}, this program knows {known}")
        self.path = path
        self.found = found
        self.known = known


class JobUnknownError(PrintingError):
    """The journal holds no such job."""

    code = "journal.job_unknown"

    def __init__(self, job_id: int) -> None:
        super().__init__(f"the journal holds no job {job_id}")
        self.job_id = job_id


class JobStateError(PrintingError):
    """A job cannot go from its state to the one asked for; the journal is unchanged."""

    code = "journal.transition"

    def __init__(self, job_id: int, found: str, wanted: str) -> None:
        super().__init__(f"job {job_id} is {found} and cannot become {wanted}")
        self.job_id = job_id
        self.found = found
        self.wanted = wanted


class SignError(PrintingError):
    """A report could not be signed; root of what may go wrong with the signature."""

    code: ClassVar[str] = "sign.failed"

    def __init__(self, detail: str) -> None:
        super().__init__(f"not signed: {detail}")
        self.detail = detail


class SignKeyError(SignError):
    """The key file or the token cannot be opened, or its password or PIN is wrong."""

    code = "sign.key"

    def __init__(self, place: str, detail: str) -> None:
        super().__init__(f"{place}: {detail}")
        self.place = place


class SignExpiredError(SignError):
    """The certificate that signs is not valid now."""

    code = "sign.expired"

    def __init__(self, ends: date) -> None:
        super().__init__(f"its certificate ends on {ends.isoformat()}")
        self.ends = ends


class SignTimestampError(SignError):
    """The timestamp authority does not answer, or not as it should."""

    code = "sign.timestamp"
