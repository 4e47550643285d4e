"""The catalogue as of a day, made from a store once for each version of its data."""

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from archive.guides.elements import GuideElement, elements_of
from archive.guides.index import GuideIndex
from archive.model import Agency, Guide, GuideMaterial, Notice
from archive.records import RecordKind
from archive.store import AsOf, Store

_KINDS: Final = (
    RecordKind.GUIDES,
    RecordKind.GUIDE_MATERIALS,
    RecordKind.NOTICES,
    RecordKind.AGENCIES,
)
"""What stands on a sheet."""


@dataclass(frozen=True, slots=True)
class GuideSheet:
    """All that is said about a service on a day."""

    guide: Guide
    """The version in force."""
    elements: tuple[GuideElement, ...]
    materials: tuple[GuideMaterial, ...]
    notices: tuple[Notice, ...]
    """What is no longer asked for, of this service first, then of all."""
    coming: tuple[Guide, ...]
    """Versions that will hold later, the next first."""
    as_of: AsOf


class Catalogue:
    """Guides, notices and agencies on one day. Usable from several threads."""

    def __init__(
        self,
        day: dt.date,
        as_of: AsOf,
        guides: Iterable[Guide],
        materials: Iterable[GuideMaterial],
        notices: Iterable[Notice],
        agencies: Iterable[Agency],
    ) -> None:
        self.day = day
        self.as_of = as_of
        self._coming: dict[str, list[Guide]] = defaultdict(list)
        self._in_force: dict[str, Guide] = {}
        for guide in sorted(guides, key=lambda guide: (guide.effective_from, guide.version)):
            if guide.effective_from > day:
                self._coming[guide.task_code].append(guide)
            elif guide.effective_to is None or day < guide.effective_to:
                self._in_force[guide.task_code] = guide
        self._materials: dict[tuple[str, int], list[GuideMaterial]] = defaultdict(list)
        for material in materials:
            self._materials[material.task_code, material.version].append(material)
        self._notices = tuple(notice for notice in notices if notice.since <= day)
        self._agencies = tuple(agencies)
        self._index = GuideIndex(self.guides)

    @property
    def guides(self) -> tuple[Guide, ...]:
        """The version in force of each service, by code."""
        return tuple(self._in_force[code] for code in sorted(self._in_force))

    @property
    def coming(self) -> tuple[Guide, ...]:
        """Versions that will hold later, the next first."""
        return tuple(sorted(self._all_coming(), key=lambda guide: guide.effective_from))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All that services no longer ask for."""
        return self._notices

    def search(self, words: str) -> tuple[Guide, ...]:
        """By name, keyword, text or pinyin, the best first; see `GuideIndex.search`."""
        return self._index.search(words)

    def sheet(self, task_code: str) -> GuideSheet | None:
        """Everything about a service; None where no version is in force."""
        guide = self._in_force.get(task_code)
        if guide is None:
            return None
        materials = self._materials.get((task_code, guide.version), ())
        return GuideSheet(
            guide,
            elements_of(guide),
            tuple(sorted(materials, key=lambda material: material.number)),
            self.notices_of(task_code),
            tuple(self._coming.get(task_code, ())),
            self.as_of,
        )

    def notices_of(self, task_code: str) -> tuple[Notice, ...]:
        """What a service no longer asks for, then what none does."""
        own = (notice for notice in self._notices if notice.task_code == task_code)
        return (*own, *(notice for notice in self._notices if not notice.task_code))

    def agencies(self, kind: str = "", region: str = "") -> tuple[Agency, ...]:
        """Agencies of a kind (`custody`, `service`), in a region or a part of it (AAB301)."""
        within = _trunk(region)
        return tuple(
            agency
            for agency in self._agencies
            if kind in ("", agency.kind) and agency.region.startswith(within)
        )

    def agency(self, name_or_code: str) -> Agency | None:
        """The agency with this AAB034 or name: the index of files knows names only."""
        named = (one for one in self._agencies if name_or_code in (one.agency, one.name))
        return next(named, None)

    def _all_coming(self) -> Iterable[Guide]:
        return (guide for guides in self._coming.values() for guide in guides)


def _trunk(region: str) -> str:
    """GB/T 2260: two digits each for province, city and county; 00 is the whole."""
    while region.endswith("00"):
        region = region[:-2]
    return region


def read_catalogue(store: Store, day: dt.date) -> Catalogue:
    """What the store holds for a day; StoreEmptyError while nothing has been imported."""
    return Catalogue(
        day,
        _as_of(store),
        store.all(Guide),
        store.all(GuideMaterial),
        store.all(Notice),
        store.all(Agency),
    )


def _as_of(store: Store) -> AsOf:
    """A sheet is as old as the oldest of what stands on it."""
    first, *others = map(store.as_of, _KINDS)
    return first.together(*others)


class Catalogues:
    """Keeps the catalogue until the day or the date of its data is another. Thread-safe.

    Guides that are imported again without a new date (`sources`) are seen the next day.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: Catalogue | None = None

    def on(self, day: dt.date) -> Catalogue:
        """The catalogue of a day."""
        as_of = _as_of(self._store)
        with self._lock:
            kept = self._kept
            if kept is None or kept.day != day or kept.as_of != as_of:
                kept = self._kept = read_catalogue(self._store, day)
            return kept
