"""What can go wrong with values, files and the store, one class per fact.

No text is meant for citizens; the kiosk has sentences keyed by `code`. No value of a person is
ever part of an error.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar, Literal

from archive.reasons import Reason


class ArchiveError(Exception):
    """Anything the archive reports; `code` names the fact for catalogues and logs."""

    code: ClassVar[str] = "archive.error"


class InvalidValueError(ArchiveError):
    """A value does not have the form its element asks for; `place` says where it breaks."""

    code: ClassVar[str] = "value.invalid"

    def __init__(self, reason: Reason, place: str = "") -> None:
        super().__init__(f"{reason} ({place})" if place else str(reason))
        self.reason = reason
        self.place = place


class IdentityNumberError(InvalidValueError):
    """No citizen identity number by GB 11643."""

    code: ClassVar[str] = "number.invalid"


class CardNumberError(InvalidValueError):
    """No social security card number (nine characters with check character)."""

    code: ClassVar[str] = "card_number.invalid"


class CodeTableError(ArchiveError):
    """No such code table."""

    code: ClassVar[str] = "codes.unknown_table"

    def __init__(self, table: str) -> None:
        super().__init__(f"no code table {table}")
        self.table = table


class StoreError(ArchiveError):
    """The store cannot do what was asked; `path` is the database: a file, or its name."""

    code: ClassVar[str] = "store.error"

    def __init__(self, path: Path | str, detail: str = "") -> None:
        name = path.name if isinstance(path, Path) else path
        super().__init__(f"{self.code}: {name}" + (f" ({detail})" if detail else ""))
        self.path = path
        self.detail = detail


class StoreLockedError(StoreError):
    """Another process held the database longer than the store waits."""

    code: ClassVar[str] = "store.locked"


class StoreDamagedError(StoreError):
    """The file is no database, or its pages contradict each other."""

    code: ClassVar[str] = "store.damaged"


class StoreUnavailableError(StoreError):
    """The file is not there, or cannot be opened, read or written: folder, rights or device."""

    code: ClassVar[str] = "store.unavailable"


class StoreAwayError(StoreUnavailableError):
    """The database server is down, out of reach, or does not let this user in."""

    code: ClassVar[str] = "store.away"


class StoreNotMadeError(StoreUnavailableError):
    """The database is there, and the tables of the records were never made in it."""

    code: ClassVar[str] = "store.not_made"


class StoreFullError(StoreError):
    """No space is left for the database."""

    code: ClassVar[str] = "store.full"


class StoreEmptyError(StoreError):
    """Nothing has been imported yet, so there is no date as of which anything holds."""

    code: ClassVar[str] = "store.empty"


class SchemaVersionError(StoreError):
    """The database was written by a newer release than this one."""

    code: ClassVar[str] = "store.version"

    def __init__(self, path: Path | str, found: int, known: int) -> None:
        super().__init__(path, f"schema {found}, this release knows {known}")
        self.found = found
        self.known = known


class StoreKeyError(StoreError):
    """The key of a sealed store is missing, unreadable, or not the one it was sealed with."""

    code: ClassVar[str] = "store.key"


class StoreSealError(ArchiveError):
    """A sealed value does not open: it was changed, moved, or sealed with another key."""

    code: ClassVar[str] = "store.seal"

    def __init__(self, column: str) -> None:
        super().__init__(f"a value of {column} does not open")
        self.column = column


class StoreUnfinishedError(StoreError):
    """A copy into the store has begun and was not yet found to be whole: it answers nothing."""

    code: ClassVar[str] = "store.unfinished"


class StoreCopyError(StoreError):
    """A store was not copied, or not whole; `detail` says why. `path` is the target."""

    code: ClassVar[str] = "store.copy"


class AuditKeyError(StoreError):
    """The audit key is missing, unreadable, or not the one the trail was begun with."""

    code: ClassVar[str] = "audit.key"


class AuditTamperedError(StoreError):
    """The head of the audit trail is missing or its seal is broken; nothing is appended."""

    code: ClassVar[str] = "audit.tampered"


class PrintLimitError(ArchiveError):
    """A card has had `most` prints of a statement this month; the next month begins on `again`."""

    code: ClassVar[str] = "print.limit"

    def __init__(self, most: int, again: date) -> None:
        super().__init__(f"{most} prints a month; again on {again.isoformat()}")
        self.most = most
        self.again = again


class AuditExportError(ArchiveError):
    """A file is no export of a trail, or a line of it cannot be read."""

    code: ClassVar[str] = "audit.export"

    def __init__(self, file: Path, line: int) -> None:
        super().__init__(f"{file.name}, line {line}: no row of an audit trail")
        self.file = file
        self.line = line


class AuditEventError(ArchiveError):
    """An audit event held something that is no plain token; it was not written."""

    code: ClassVar[str] = "audit.event"

    def __init__(self, field: str) -> None:
        super().__init__(f"audit field {field} is no plain token")
        self.field = field


class RegionError(ArchiveError):
    """A region did not answer; `why` is a `Silence` of `archive.regions`."""

    code: ClassVar[str] = "region.silent"

    def __init__(
        self,
        region: str,
        why: Literal["timeout", "refused", "credential", "unreachable", "broken"],
    ) -> None:
        super().__init__(f"{region}: {why}")
        self.region = region
        self.why = why


class ImportFormatError(ArchiveError):
    """A file as a whole, or from a line on, cannot be read as a table."""

    code: ClassVar[str] = "import.format"

    def __init__(self, file: Path, line: int | None, detail: str) -> None:
        where = file.name if line is None else f"{file.name}, line {line}"
        super().__init__(f"{where}: {detail}")
        self.file = file
        self.line = line
        self.detail = detail


class ImportUnreadableError(ImportFormatError):
    """A file of an import, or its rejects file, cannot be opened, read or written."""

    code: ClassVar[str] = "import.unreadable"


class RatesError(ArchiveError):
    """The table of rates and bases has no entry for a line and month, or cannot be read."""

    code: ClassVar[str] = "rates.missing"

    def __init__(self, place: str) -> None:
        super().__init__(f"no rates for {place}")
        self.place = place


class TableError(ArchiveError):
    """A dated table is wrong: its file, the entry, the value found and what is allowed."""

    code: ClassVar[str] = "table.wrong"

    def __init__(self, file: str, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{file}: {name} = {value}: {allowed}")
        self.file = file
        self.name = name
        self.value = value
        self.allowed = allowed


class FigureUnknownError(ArchiveError):
    """There is no such figure; what was asked for is not repeated, it may be a person's number."""

    code: ClassVar[str] = "figure.unknown"

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(f"known: {', '.join(known)}")
        self.known = ", ".join(known)
