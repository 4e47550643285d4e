"""A contribution in one region and the same contribution in another.

A store keeps the region with the employer, as a payer, in the key of a contribution. By its
elements it is no part of the key: a row that names another region is the same contribution,
corrected, and must not stand beside the old one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from archive.reasons import Reason
from archive.records import RecordKind
from archive.sql.session import Session, by_values
from archive.store import Refusal
from archive.stored import Stored, key_columns

Key = tuple[Any, ...]

_PREFIX: Final = len(key_columns(RecordKind.CONTRIBUTIONS)) - 1
"""The key without the payer, which is its last column."""


class EmployerRegions:
    """Finds contributions by their key in whatever region of their employer they stand."""

    def __init__(self, session: Session, payers: Iterable[int]) -> None:
        self._session = session
        query = (
            "SELECT payer, employer_id FROM payers WHERE employer_id IN "
            "(SELECT employer_id FROM payers WHERE payer IN (?))"
        )
        found = dict(by_values(session, query, sorted(set(payers))))
        count = Counter(found.values())
        self._employers = {payer: one for payer, one in found.items() if count[one] > 1}

    def __bool__(self) -> bool:
        """Whether there is anything to find: most employers have one region."""
        return bool(self._employers)

    def same(self, payer: int, other: int) -> bool:
        """Whether these are two regions of one employer."""
        employer = self._employers.get(payer)
        return employer is not None and payer != other and self._employers.get(other) == employer

    def elsewhere(self, table: str, row: Stored) -> list[Key]:
        """The keys of the same contribution in other regions."""
        if row[_PREFIX] not in self._employers:
            return []
        names = key_columns(RecordKind.CONTRIBUTIONS)[:_PREFIX]
        where = " AND ".join(f"{name} = ?" for name in names)
        query = f"SELECT payer FROM {table} WHERE {where}"  # noqa: S608 - own words
        found = self._session.execute(query, row[:_PREFIX]).fetchall()
        return [(*row[:_PREFIX], other) for (other,) in found if self.same(row[_PREFIX], other)]


def twice(regions: EmployerRegions, table: str, rows: Sequence[Stored]) -> Iterator[Refusal]:
    """Rows that are there with another region, in this batch or before it."""
    seen: dict[Key, list[int]] = {}
    for place, row in enumerate(rows):
        others = seen.setdefault(row[:_PREFIX], [])
        payer = row[_PREFIX]
        if any(regions.same(payer, other) for other in others) or regions.elsewhere(table, row):
            yield Refusal(place, "AAB301", Reason.REPEATED)
        else:
            others.append(payer)
