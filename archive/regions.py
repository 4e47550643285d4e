"""One question to all regions at once: what came until the deadline, and who did not answer.

Each region has one thread of its own for as long as the query lives. A region that hangs keeps
its thread busy and nobody waiting: it is named as silent now, and as busy by later questions
until it comes back.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol

from archive.errors import ArchiveError, RegionError
from archive.store import Answer, AsOf, Record, Store

Silence = Literal["timeout", "busy", "refused", "credential", "unreachable", "broken"]
"""Why a region did not answer: too late; still at an earlier question; it refused this hall, or
the hall has nothing to show it; out of reach; what came is no answer."""


class Region(Protocol):
    """A region that can be asked what it holds of a person. Used by one thread at a time."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    @property
    def code(self) -> str:
        """GB/T 2260, six digits."""
        ...

    def answer(self, record: type[Record], number: str, seconds: float) -> Answer[Record]:
        """The rows of a kind of a social security number; none where nobody has it.

        Raises `RegionError`, or a store's error. `seconds` is how long anybody waits for it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Found(Generic[Record]):
    """What a region answered; the date of its data and their source stand in the answer."""

    region: str
    code: str
    answer: Answer[Record]
    seconds: float
    """From the question to the answer."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A region that did not answer."""

    region: str
    code: str
    why: Silence
    seconds: float = field(default=0.0, compare=False)
    """How long it was waited for: a measurement, not part of what is said."""


@dataclass(frozen=True, slots=True)
class Gathered(Generic[Record]):
    """The answers in the order of the regions, one's own first, and who is missing."""

    found: tuple[Found[Record], ...]
    missing: tuple[Missing, ...]

    @property
    def whole(self) -> bool:
        """Whether every region has answered, with all that it should have."""
        return not self.missing and all(one.answer.as_of.whole for one in self.found)


class StoreRegion:
    """A region whose store is at hand: one's own, or a neighbour's copy."""

    def __init__(self, name: str, code: str, open_store: Callable[[], Store]) -> None:
        """The store is opened by the first question: a copy that is not there silences only its
        region, and only until it is there. One that was replaced by a fresher one is opened anew.
        """
        self.name = name
        self.code = code
        self._open = open_store
        self._store: Store | None = None

    def answer(self, record: type[Record], number: str, seconds: float) -> Answer[Record]:
        """What the store holds."""
        if self._store and self._store.lost:
            self._store = None  # where the fresh one cannot be opened, the next question tries
        self._store = store = self._store or self._open()
        person = store.person_by_number(number)
        return store.of(record, person.person_id if person else "")


@dataclass(slots=True)
class _Question(Generic[Record]):
    """What is asked, and what has come so far by the region's place."""

    record: type[Record]
    number: str = field(repr=False)
    seconds: float
    monotonic: Callable[[], float]
    came: dict[int, Answer[Record] | Silence] = field(default_factory=dict, repr=False)
    came_at: dict[int, float] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def put(self, place: int, what: Answer[Record] | Silence) -> None:
        with self.changed:
            self.came[place] = what
            self.came_at[place] = self.monotonic()
            self.changed.notify_all()

    def gather(
        self, asked: set[int], ends: float, tell: Callable[[int], None]
    ) -> dict[int, Answer[Record] | Silence]:
        """What has come when all have answered or the time is over; later answers are left."""
        with self.changed:
            tell(len(self.came))
            while asked - self.came.keys() and (left := ends - self.monotonic()) > 0:
                self.changed.wait(left)
                tell(len(self.came))
            return dict(self.came)


class _Worker:
    """The thread of one region; it takes one question at a time."""

    def __init__(self, region: Region, place: int) -> None:
        self.region = region
        self._place = place
        self._questions: queue.SimpleQueue[_Question[Any] | None] = queue.SimpleQueue()
        self._free = threading.Semaphore()
        # A region that hangs must not hold up the end of the program.
        threading.Thread(target=self._run, name=f"region-{region.code}", daemon=True).start()

    def offer(self, question: _Question[Any]) -> bool:
        """Ask, unless an earlier question is still unanswered."""
        if not self._free.acquire(blocking=False):
            return False
        self._questions.put(question)
        return True

    def stop(self) -> None:
        """End the thread once its region answers."""
        self._questions.put(None)

    def _run(self) -> None:
        while (question := self._questions.get()) is not None:
            what = _ask(self.region, question)
            self._free.release()  # before anybody hears of it, and may ask again
            question.put(self._place, what)


def _ask(region: Region, question: _Question[Any]) -> Answer[Any] | Silence:
    try:
        answer = region.answer(question.record, question.number, question.seconds)
    except RegionError as error:
        return error.why
    except ArchiveError:
        return "unreachable"
    except Exception:  # noqa: BLE001 - whatever a region does, the others' answers stand
        return "broken"
    sound = (
        isinstance(answer, Answer)
        and isinstance(answer.as_of, AsOf)
        and all(isinstance(row, question.record) for row in answer.rows)
    )
    return answer if sound else "broken"


def _nobody_waits(answered: int) -> None:
    """Nobody looks at how many have answered."""


class Regions:
    """All regions of a hall, one's own first. Usable from several threads."""

    def __init__(
        self, regions: Sequence[Region], seconds: float, monotonic: Callable[[], float]
    ) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._workers = [_Worker(region, place) for place, region in enumerate(regions)]

    @property
    def count(self) -> int:
        """How many are asked."""
        return len(self._workers)

    def ask(
        self, record: type[Record], number: str, tell: Callable[[int], None] = _nobody_waits
    ) -> Gathered[Record]:
        """Ask all at once; returns when all have answered, at the deadline at the latest.

        `tell` hears meanwhile how many have answered.
        """
        question = _Question(record, number, self._seconds, self._monotonic)
        began = self._monotonic()
        ends = began + self._seconds
        asked = {place for place, one in enumerate(self._workers) if one.offer(question)}
        came = question.gather(asked, ends, tell)
        found: list[Found[Record]] = []
        missing: list[Missing] = []
        for place, worker in enumerate(self._workers):
            name, code = worker.region.name, worker.region.code
            what = came.get(place, "timeout" if place in asked else "busy")
            ended = question.came_at[place] if place in came else self._monotonic()
            seconds = ended - began if place in asked else 0.0
            if isinstance(what, Answer):
                found.append(Found(name, code, what, seconds))
            else:
                missing.append(Missing(name, code, what, seconds))
        return Gathered(tuple(found), tuple(missing))

    def close(self) -> None:
        """End the threads; one whose region hangs ends when that does, or with the program."""
        for worker in self._workers:
            worker.stop()
