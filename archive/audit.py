"""The audit trail's chain: every row carries a keyed hash over itself and the row before.

HMAC-SHA256 over the previous hash and the row as canonical JSON. The head (number of rows and
last hash) is kept apart and sealed with the same key, so that rows cut off at the end are
missed. Nobody without the key can change, leave out or cut off rows and stay unseen. What the
chain cannot show is an older copy of the whole database put back: compare `AuditCheck.rows`
and `.head` with a figure noted elsewhere.
"""

import datetime as dt
import hashlib
import hmac
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from archive.errors import AuditEventError, AuditKeyError
from archive.model import AuditEvent
from archive.store import AuditCheck, AuditFinding, AuditRow

GENESIS: Final = "0" * 64
"""The previous hash of the first row."""
FIELDS: Final = (
    "sequence",
    "at",
    "behind",
    "kind",
    "kiosk",
    "organisation",
    "subject",
    "statement",
    "count",
    "result",
    "operator",
    "reference",
    "previous",
)
"""The columns under the hash, in the order of the store."""

CLOCK_TOLERANCE: Final = dt.timedelta(seconds=5)
"""Time services step a clock back by less; several kiosks of one store differ by less."""

_KEY_BYTES: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9._:/@-]{0,64}", re.ASCII)
# Eight digits of a birth date inside a long run: an identity number in a field meant for codes.
_LIKE_A_NUMBER: Final = re.compile(r"\d{6}(?:19|20)\d{9}[\dXx]")

Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AuditKey:
    """The secret of one machine's trail; never shown, never serialised."""

    _bytes: bytes = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the key's file; AuditKeyError where there is none or it holds no key."""
        try:
            key = path.read_bytes()
        except OSError as error:
            raise AuditKeyError(path, error.strerror or "") from None
        if len(key) != _KEY_BYTES:
            raise AuditKeyError(path, "wrong length")
        return cls(key)

    @classmethod
    def load_or_create(cls, path: Path, token_bytes: Callable[[int], bytes] = os.urandom) -> Self:
        """Read the key's file; make one, readable by its owner only, where there is none."""
        if not path.exists():
            try:
                _write_once(path, token_bytes(_KEY_BYTES))
            except OSError as error:
                raise AuditKeyError(path, error.strerror or "") from None
        return cls.load(path)

    def __reduce__(self) -> str:
        raise TypeError("an audit key is not serialised")

    def mac(self, purpose: str, *parts: str) -> str:
        """Keyed hash of texts, in hexadecimal; `purpose` keeps different uses apart."""
        message = json.dumps([purpose, *parts], ensure_ascii=False).encode()
        return hmac.new(self._bytes, message, hashlib.sha256).hexdigest()

    @property
    def key_id(self) -> str:
        """Tells keys apart without telling the key."""
        return self.mac("id")[:16]


@dataclass(frozen=True, slots=True)
class AuditHead:
    """How long the trail is and what it ends with."""

    count: int
    hash: str
    pruned: int
    """So many of the oldest rows were taken away when their time was over."""
    pruned_hash: str
    """What the rows that are left begin after."""
    key_id: str
    seal: str

    @classmethod
    def sealed(
        cls,
        key: AuditKey,
        count: int,
        last_hash: str,
        pruned: int = 0,
        pruned_hash: str = GENESIS,
    ) -> Self:
        """The head after `count` rows."""
        seal = _head_mac(key, count, last_hash, pruned, pruned_hash)
        return cls(count, last_hash, pruned, pruned_hash, key.key_id, seal)

    def holds(self, key: AuditKey) -> bool:
        """Whether the seal was made with this key for just these counts and hashes."""
        seal = _head_mac(key, self.count, self.hash, self.pruned, self.pruned_hash)
        return hmac.compare_digest(self.seal, seal)


def _head_mac(key: AuditKey, count: int, last: str, pruned: int, pruned_hash: str) -> str:
    return key.mac("head", str(count), last, str(pruned), pruned_hash)


def subject(key: AuditKey, identification_code: str | None, number: str = "") -> str:
    """What the trail keeps of a card, or of the number of who has none: a keyed hash."""
    if identification_code is not None:
        return key.mac("card", identification_code.upper())[:32]
    return key.mac("number", number.upper())[:32] if number else ""


def row_hash(key: AuditKey, cells: Cells) -> str:
    """The hash of a row's cells, `previous` among them."""
    body = json.dumps(
        {name: cells[name] for name in FIELDS},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        default=repr,
    )
    return key.mac("row", body)


def behind(now: dt.datetime, latest: dt.datetime | None) -> int:
    """Whole seconds by which a clock is behind a time that has been; 0 within the tolerance."""
    late = latest - now if latest is not None else dt.timedelta(0)
    # Upwards: the moment that was begun has been, and may be the first of a month.
    return -(-late // dt.timedelta(seconds=1)) if late > CLOCK_TOLERANCE else 0


def stored_time(at: dt.datetime) -> str:
    """UTC with microseconds always, so that text sorts as time does."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def next_row(
    event: AuditEvent, head: AuditHead, at: dt.datetime, late: int, key: AuditKey
) -> AuditRow:
    """The row that continues the trail after `head`; `late` as `behind` tells it."""
    _check_tokens(event)
    row = AuditRow(
        sequence=head.count + 1,
        at=at.astimezone(dt.UTC),
        behind=late,
        kind=event.kind.value,
        kiosk=event.kiosk,
        organisation=event.organisation,
        subject=subject(key, event.identification_code, event.number),
        statement=event.statement,
        count=event.count,
        result=event.result,
        operator=event.operator,
        reference=event.reference,
        previous=head.hash,
        hash="",
    )
    return replace(row, hash=row_hash(key, cells_of(row)))


def cells_of(row: AuditRow) -> dict[str, object]:
    """The row as a store keeps it, without its hash."""
    cells = {name: getattr(row, name) for name in FIELDS}
    return cells | {"at": stored_time(row.at)}


def verify(rows: Iterable[Cells], head: AuditHead | None, key: AuditKey) -> AuditCheck:
    """Walk the trail from its first row; `rows` are the stored cells with their `hash`."""
    trusted = head is not None and head.holds(key)
    anchor = (head.pruned, head.pruned_hash) if head and trusted else (0, GENESIS)
    check, sequence = verify_part(rows, *anchor, key)
    end = _findings_of_head(head, sequence, check.head, key)
    return replace(check, findings=(*check.findings, *end))


def verify_part(
    rows: Iterable[Cells], after: int, previous: str, key: AuditKey
) -> tuple[AuditCheck, int]:
    """Walk rows that follow the one of that sequence and hash; also the last one's sequence."""
    findings: list[AuditFinding] = []
    sequence, last, count = after, previous, 0
    for cells in rows:
        count += 1
        findings.extend(_findings_of(cells, sequence + 1, last, key))
        sequence, last = int(str(cells["sequence"])), str(cells["hash"])
    return AuditCheck(count, last, tuple(findings)), sequence


def _findings_of(cells: Cells, expected: int, last: str, key: AuditKey) -> Iterator[AuditFinding]:
    sequence = int(str(cells["sequence"]))
    if sequence != expected:
        yield AuditFinding("gap", expected)
    elif cells["previous"] != last:
        yield AuditFinding("changed", sequence)
        return
    if cells["hash"] != row_hash(key, cells):
        yield AuditFinding("changed", sequence)


def _findings_of_head(
    head: AuditHead | None, sequence: int, last: str, key: AuditKey
) -> Iterator[AuditFinding]:
    if head is None or not head.holds(key):
        yield AuditFinding("head", sequence)
    elif head.count > sequence:
        yield AuditFinding("truncated", sequence + 1)
    elif head.count < sequence or head.hash != last:
        yield AuditFinding("head", sequence)


def _write_once(path: Path, key: bytes) -> None:
    """Put the key in place whole, or leave the one that another process put there first."""
    handle, fresh = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        Path(fresh).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_tokens(event: AuditEvent) -> None:
    for name in ("kiosk", "organisation", "statement", "result", "operator", "reference"):
        value = getattr(event, name)
        if not _TOKEN.fullmatch(value) or _LIKE_A_NUMBER.search(value):
            raise AuditEventError(name)
