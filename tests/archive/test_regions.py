"""All regions are asked at once: what came, from where, as of when, and who did not answer."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from archive.demo_data import DemoSummary
from archive.errors import RegionError, StoreLockedError
from archive.model import ArchiveIndex, Registration
from archive.regions import Missing, Region, Regions, StoreRegion
from archive.sqlite.store import SqliteStore
from archive.store import Answer, AsOf

NUMBER = "99010119850315012X"
AS_OF = AsOf(dt.date(2026, 10, 31), "示例", whole=True)
DOSSIER = ArchiveIndex(
    person_id="",
    dossier_number="D-1",
    agency="示例人才中心",
    stock_flag="1",
    lent_flag="0",
    ownership="个人",
)
SECONDS = 10.0


@dataclass
class Seconds:
    """A clock that a test pushes forward; by itself it goes on, so that no fault waits for ever."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@dataclass
class Fake:
    """A region that does as it is told."""

    name: str
    code: str = "990202"
    does: Callable[[], Any] = lambda: Answer.given((DOSSIER,), AS_OF)
    asked: list[str] = field(default_factory=list)

    def answer(self, record: type[Any], number: str, seconds: float) -> Any:
        self.asked.append(number)
        return self.does()


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def regions(clock: Seconds) -> Iterator[Callable[..., Regions]]:
    made: list[Regions] = []

    def make(*all_regions: Region) -> Regions:
        made.append(Regions(all_regions, SECONDS, clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_each_answer_names_its_region_and_the_date_and_source_of_its_data(
    regions: Callable[..., Regions],
) -> None:
    old = AsOf(dt.date(2025, 1, 1), "邻市", whole=True)
    stale = Fake("邻市", does=lambda: Answer.given((), old))
    gathered = regions(Fake("本市", "990101"), stale).ask(ArchiveIndex, NUMBER)
    own, other = gathered.found
    assert (own.region, own.code, own.answer.rows) == ("本市", "990101", (DOSSIER,))
    assert (other.region, other.answer.rows, other.answer.as_of) == ("邻市", (), old)
    assert gathered.missing == ()
    assert gathered.whole


def raising(error: Exception) -> Callable[[], Any]:
    def raise_it() -> Any:
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (raising(RegionError("x", "refused")), "refused"),
        (raising(RegionError("x", "unreachable")), "unreachable"),
        (raising(StoreLockedError("x")), "unreachable"),
        (raising(RuntimeError(NUMBER)), "broken"),
        (lambda: None, "broken"),
        (lambda: Answer.given((NUMBER,), AS_OF), "broken"),
        (lambda: Answer.given((DOSSIER,), None), "broken"),  # type: ignore[arg-type]
    ],
)
def test_a_region_that_fails_is_named_with_the_reason_and_harms_no_other(
    regions: Callable[..., Regions], does: Callable[[], Any], why: str
) -> None:
    asked = regions(Fake("本市"), Fake("坏市", does=does), Fake("邻市"))
    for _ in range(2):
        gathered = asked.ask(ArchiveIndex, NUMBER)
        assert [found.region for found in gathered.found] == ["本市", "邻市"]
        assert gathered.missing == (Missing("坏市", "990202", why),)  # type: ignore[arg-type]
        assert not gathered.whole
        assert NUMBER not in repr(gathered)


def test_a_region_that_hangs_holds_up_neither_this_answer_nor_later_ones(
    regions: Callable[..., Regions], clock: Seconds
) -> None:
    inside, let_go = threading.Event(), threading.Event()

    def hang() -> Answer[ArchiveIndex]:
        clock.ahead += SECONDS
        inside.set()
        let_go.wait()
        return Answer.given((DOSSIER,), AS_OF)

    def after_it() -> Answer[ArchiveIndex]:
        inside.wait()
        return Answer.given((DOSSIER,), AS_OF)

    slow = Fake("慢市", does=hang)
    asked = regions(Fake("本市", does=after_it), slow)
    before = threading.active_count()
    first = asked.ask(ArchiveIndex, NUMBER)
    assert [found.region for found in first.found] in (["本市"], [])
    assert first.missing[-1] == Missing("慢市", "990202", "timeout")
    for _ in range(20):
        later = asked.ask(ArchiveIndex, NUMBER)
        assert [found.region for found in later.found] == ["本市"]
        assert later.missing == (Missing("慢市", "990202", "busy"),)
    assert threading.active_count() == before, "no thread more for all these questions"
    assert slow.asked == [NUMBER]
    slow.does = lambda: Answer.given((), AS_OF)
    let_go.set()
    while (again := asked.ask(ArchiveIndex, "OTHER")).missing:
        assert again.missing == (Missing("慢市", "990202", "busy"),)
    assert [found.region for found in again.found] == ["本市", "慢市"], "and it is back"
    assert again.found[1].answer.rows == (), "its late answer belongs to the first question only"


def test_two_stores_are_two_regions(
    demo_store: SqliteStore,
    demo: DemoSummary,
    store: SqliteStore,
    regions: Callable[..., Regions],
) -> None:
    number = demo.cards[0].read_text("utf-8").split('social_security_number = "')[1][:18]
    both = regions(
        StoreRegion("空市", "990303", lambda: store),
        StoreRegion("示例市", "990101", lambda: demo_store),
    )
    gathered = both.ask(ArchiveIndex, number)
    (found,) = gathered.found
    assert (found.region, len(found.answer.rows)) == ("示例市", 1)
    assert gathered.missing == (Missing("空市", "990303", "unreachable"),), "it holds no data"
    (rights,) = both.ask(Registration, number).found
    person = demo_store.person_by_number(number)
    assert person is not None
    assert rights.answer == demo_store.of(Registration, person.person_id)
    assert rights.answer.rows
    assert both.ask(ArchiveIndex, "11010519491231002X").found[0].answer.rows == ()
