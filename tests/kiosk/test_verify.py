"""The verify page: what it tells, what it never tells, and how it slows guesses down."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from kiosk.config import Settings
from kiosk.throttle import Throttle
from kiosk.verifying import Verifier
from kiosk.web.app import build
from kiosk.web.showing import Behind
from kiosk.web.words import words
from printing.journal import Journal, Order
from printing.seal import new_code
from printing.seals import SealRecord
from tests.kiosk.pages import own_page

PAGE = "http://127.0.0.1:8080"
OWN = {"Origin": PAGE}
START = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)
CHANCE = random.Random(5)
CODE, OTHER = new_code(CHANCE), new_code(CHANCE)
SEAL = SealRecord(
    CODE,
    "contributions",
    "20261122-03-000417",
    START,
    "办事大厅 03 号机",
    "ab" * 32,
    "cd" * 32,
    START + timedelta(days=30),
    "张*三",
    "社会保险缴费明细",
    certificate=False,
)


class Hall:
    """A verify page, and its time."""

    def __init__(self, journal: Journal, mocker: MockerFixture) -> None:
        self.seconds = 0.0
        self.journal = journal
        settings = Settings()
        verifier = Verifier.of(settings, journal.seals, lambda: self.seconds)
        behind = Behind(
            mocker.Mock(),
            mocker.Mock(),
            settings,
            verifier,
            mocker.Mock(),
            own_page(),
        )
        self.client = TestClient(build(behind), base_url=PAGE)

    def ask(self, code: str) -> tuple[int, str]:
        answer = self.client.post("/verify", json={"code": code}, headers=OWN)
        return answer.status_code, answer.text


@pytest.fixture
def hall(tmp_path: Path, mocker: MockerFixture) -> Iterator[Hall]:
    with Journal(tmp_path / "journal.db", lambda: START) as journal:
        journal.seals.record(SEAL)
        yield Hall(journal, mocker)


def test_a_genuine_paper_is_told_by_masked_name_kind_time_and_digest_only(hall: Hall) -> None:
    status, text = hall.ask(CODE.lower())
    assert status == 200
    for told in ("张*三", "缴费", "2026-11-22 09:43", "abababab"):
        assert told in text
    for kept in (SEAL.serial, "03 号机", SEAL.paper_digest[:8], CODE, CODE.lower()):
        assert kept not in text


def test_every_label_of_the_page_and_its_answer_is_in_both_languages(hall: Hall) -> None:
    page, answer = unescape(hall.client.get("/verify").text), unescape(hall.ask(CODE)[1])
    for text, names in (
        (page, ("title", "ask", "how", "button", "only", "gone", "gone_do")),
        (answer, ("known", "name", "kind", "printed", "digest", "digest_about", "compare")),
    ):
        for name in names:
            both = words()[f"verify.{name}"]
            assert [said for said in both.values() if said not in text] == [], name


def test_a_mistyped_an_unknown_and_a_revoked_code_are_told_apart(hall: Hall) -> None:
    assert hall.ask(CODE[:-1])[0] == 422
    assert 'data-fault="seal.unknown"' in hall.ask(OTHER)[1]
    hall.journal.seals.revoke(CODE, "li")
    status, text = hall.ask(CODE)
    assert (status, 'data-fault="seal.revoked"' in text) == (410, True)
    assert SEAL.masked_name not in text


def test_a_paper_that_is_not_confirmed_is_told_as_such_and_a_void_one_as_void(hall: Hall) -> None:
    status, text = hall.ask(CODE)
    assert (status, "打印结果未确认" in text) == (200, True)
    order = Order(SEAL.statement, SEAL.serial, "receipt", "receipt", SEAL.paper_digest, 1, 1)
    job_id = hall.journal.queue(order)
    hall.journal.record(job_id, "sending")
    hall.journal.record(job_id, "unknown")
    assert "打印结果未确认" in hall.ask(CODE)[1]
    hall.journal.resolve(job_id, "li", "cancelled")
    status, text = hall.ask(CODE)
    assert (status, 'data-fault="seal.void"' in text) == (410, True)
    assert "此单据打印未完成，已作废" in text
    assert SEAL.masked_name not in text


def test_a_confirmed_paper_is_told_without_a_caution_unless_another_is_void(hall: Hall) -> None:
    order = Order(SEAL.statement, SEAL.serial, "receipt", "receipt", SEAL.paper_digest, 1, 1)
    job_id = hall.journal.queue(order)
    hall.journal.record(job_id, "sending")
    hall.journal.record(job_id, "confirmed")
    assert "caution" not in hall.ask(CODE)[1]
    hall.journal.seals.record(replace(SEAL, digest="ef" * 32, paper_digest="01" * 32))
    job_id = hall.journal.queue(replace(order, medium="report", digest="01" * 32))
    hall.journal.record(job_id, "failed")
    text = hall.ask(CODE)[1]
    assert "打印未完成，已作废" in text
    assert "efefefef" not in text


def test_a_paper_of_nobody_has_no_name_to_compare(hall: Hall) -> None:
    guide = replace(SEAL, code=OTHER, serial="20261122-03-000418", masked_name="", title="办事指南")
    hall.journal.seals.record(guide)
    assert "姓名" in hall.ask(CODE)[1]
    text = unescape(hall.ask(OTHER)[1])
    assert words()["verify.compare_unnamed"]["en"] in text
    assert "姓名" not in text


CERTIFICATE = replace(SEAL, statement="custody", title="存档证明", certificate=True)
REFUSAL = replace(CERTIFICATE, title="存档情况告知", certificate=False)
OLDER = replace(CERTIFICATE, title="", certificate=None)


@pytest.mark.parametrize(
    ("seal", "kind", "caution"),
    [
        (CERTIFICATE, "存档证明", ""),
        (REFUSAL, "存档情况告知", "此单据不是证明"),
        (OLDER, "存档证明", "写有“未能开具”“未参保”或“不详”的不是证明"),
    ],
    ids=["certificate", "refusal", "sealed-before"],
)
def test_what_certifies_nothing_is_not_verified_as_a_certificate(
    hall: Hall, seal: SealRecord, kind: str, caution: str
) -> None:
    hall.journal.seals.record(replace(seal, code=OTHER, serial="20261122-03-000418"))
    status, text = hall.ask(OTHER)
    assert (status, f"<dd>{kind}</dd>" in text) == (200, True)
    assert caution in text
    assert ("不是证明" in text) == bool(caution)


def test_the_code_is_only_ever_in_a_body(hall: Hall) -> None:
    page = hall.client.get(f"/verify?code={CODE}")
    assert page.status_code == 200
    assert CODE not in page.text
    assert hall.client.get(f"/verify/{CODE}").status_code == 404
    assert hall.journal.seals.look_ups(CODE) == 0


def test_another_site_cannot_ask(hall: Hall) -> None:
    for headers in ({}, {"Origin": "https://evil.example"}):
        assert hall.client.post("/verify", json={"code": CODE}, headers=headers).status_code == 409


def test_what_is_no_code_at_all_is_refused_without_repeating_it(hall: Hall) -> None:
    answer = hall.client.post("/verify", json={"code": "Z" * 65}, headers=OWN)
    assert answer.status_code == 422
    assert "ZZZ" not in answer.text


def test_wrong_codes_make_even_a_right_one_wait_and_the_wait_grows(hall: Hall) -> None:
    for _ in range(5):
        assert hall.ask(OTHER)[0] == 404
    status, text = hall.ask(CODE)
    assert (status, "2 秒" in text) == (429, True)
    hall.seconds = 2.0
    assert hall.ask(CODE)[0] == 200
    assert hall.ask(OTHER)[0] == 404
    hall.seconds += 3.9
    assert hall.ask(CODE)[0] == 429
    hall.seconds += 0.1
    assert hall.ask(CODE)[0] == 200


def throttle(seconds: list[float]) -> Throttle:
    return Throttle(lambda: seconds[0], tries=5, tries_in_all=50, most_seconds=900)


def test_no_place_waits_for_another_until_all_together_were_wrong_too_often() -> None:
    seconds = [0.0]
    doors = throttle(seconds)
    for number in range(49):
        doors.count(f"place {number % 15}")
    assert doors.wait("place 0") == 0
    assert doors.wait("elsewhere") == 0
    doors.count("place 1")
    assert doors.wait("elsewhere") == 2
    for _ in range(100):
        doors.count("place 1")
    assert doors.wait("elsewhere") == 30
    assert doors.wait("place 1") == 900


def test_a_place_that_stays_quiet_begins_anew() -> None:
    seconds = [0.0]
    doors = throttle(seconds)
    for _ in range(30):
        doors.count("here")
    seconds[0] = 1801.0
    doors.count("here")
    assert doors.wait("here") == 0


def test_places_that_are_forgotten_do_not_grow_the_memory() -> None:
    doors = throttle([0.0])
    for number in range(3000):
        doors.count(str(number))
    assert len(doors._wrong) == 1000
    assert doors.wait("anyone") == 30


@given(st.lists(st.floats(0, 2000), max_size=60))
def test_patience_is_never_more_than_the_longest_wait(pauses: list[float]) -> None:
    seconds = [0.0]
    doors = throttle(seconds)
    for pause in pauses:
        doors.count("here")
        assert 0 <= doors.wait("here") <= 900
        seconds[0] += pause
