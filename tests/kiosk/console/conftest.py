"""A kiosk with a console, and technicians who use it over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import httpx2
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pytest_mock import MockerFixture

from kiosk.console.console import Console
from kiosk.console.mount import mount
from kiosk.counters import Counters
from kiosk.trail import Trail
from kiosk.web.app import build
from kiosk.web.monitor import Monitor
from kiosk.web.own_page import OwnPage
from kiosk.web.showing import Behind
from tests.demo import CopyDemo
from tests.kiosk.conftest import Kiosk, kiosk

__all__ = ["kiosk"]

PAGE = "http://127.0.0.1:8080"
LOGIN = "li.wei"
PASSWORD = "seven blue kettles"
CREDENTIAL = "only-root-and-the-daemons-user-can-read-this"
_KIOSKS = count(1)
FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Wall:
    """The time of day, which a test may set."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Technician:
    """The console of a running kiosk, and one browser in front of it."""

    kiosk: Kiosk
    console: Console
    browser: TestClient
    app: FastAPI
    wall: Wall
    rows_before: int

    def later(self, seconds: float) -> None:
        """Let time go on."""
        self.kiosk.clock.ahead += seconds

    def enter(self, login: str = LOGIN, password: str = PASSWORD) -> httpx2.Response:
        body = {"login": login, "password": password}
        return self.browser.post("/technician/login", json=body, headers={"Origin": PAGE})

    @property
    def csrf(self) -> str:
        """The proof that stands in the session's own page."""
        text = self.browser.get("/technician").text
        return text.split('data-csrf="')[1].split('"')[0]

    def act(self, name: str, **body: object) -> httpx2.Response:
        headers = {"Origin": PAGE, "X-Console": self.csrf}
        return self.browser.post(f"/technician/{name}", json=body, headers=headers)

    def trail(self) -> list[tuple[str, str]]:
        """Who did what, of the staff."""
        rows = self.console.machine.store.audit_rows(after=self.rows_before)
        return [(row.operator, row.result) for row in rows if row.kind == "staff.action"]


@pytest.fixture(scope="session")
def records(copy_demo: CopyDemo) -> Path:
    """One copy for all tests of the console: none of them changes a record."""
    return copy_demo("records")


@pytest.fixture
def technician(kiosk: Kiosk, tmp_path: Path, mocker: MockerFixture) -> Iterator[Technician]:
    accounts = kiosk.machine.settings.technician.model_copy(
        update={"accounts": tmp_path / "technicians.json"}
    )
    # The store is shared by the tests: each is a kiosk of its own in the trail.
    place = kiosk.machine.settings.kiosk.model_copy(update={"id": f"T{next(_KIOSKS)}"})
    settings = kiosk.machine.settings.model_copy(update={"technician": accounts, "kiosk": place})
    wall = Wall()
    machine = replace(
        kiosk.machine,
        settings=settings,
        trail=Trail(kiosk.machine.store, place.id),
        monotonic=kiosk.clock,
        now=wall,
    )
    monitor = Monitor(kiosk.service, machine.progress, kiosk.metrics)
    page = OwnPage.of(settings, machine.rng)
    behind = Behind(kiosk.service, kiosk.desk, settings, mocker.Mock(), monitor, page)
    counters = Counters.of(settings, machine.now)
    console = Console.of(machine, kiosk.service, monitor, counters, hasher=FAST)
    console.accounts.set(LOGIN, "李伟", PASSWORD)
    app = build(behind)
    mount(app, console, CREDENTIAL)
    with TestClient(app, base_url=PAGE, raise_server_exceptions=False) as browser:
        rows = max((row.sequence for row in machine.store.audit_rows()), default=0)
        yield Technician(kiosk, console, browser, app, wall, rows)
    console.close()
