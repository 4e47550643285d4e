"""What a monitor of a kiosk in service reads: health, readiness, figures; nothing of anybody."""

from collections.abc import Iterator
from math import inf

import pytest
from fastapi.testclient import TestClient
from pytest_mock import MockerFixture

from kiosk.metrics import Metrics
from kiosk.visit.events import Back, EndAsked
from kiosk.visit.state import (
    STARTING,
    EnterPin,
    GuideShown,
    Idle,
    Maintenance,
    Menu,
    OutOfService,
    Printed,
    State,
)
from kiosk.web.app import build
from kiosk.web.monitor import Monitor
from kiosk.web.showing import Behind
from tests.kiosk.conftest import Kiosk
from tests.kiosk.pages import load_page, own_page

pytestmark = pytest.mark.slow
OUT = OutOfService(STARTING)


@pytest.fixture
def monitor(kiosk: Kiosk) -> Monitor:
    return Monitor(kiosk.service, kiosk.machine.progress, kiosk.metrics)


@pytest.fixture
def client(kiosk: Kiosk, monitor: Monitor, mocker: MockerFixture) -> Iterator[TestClient]:
    machine = kiosk.machine
    behind = Behind(kiosk.service, kiosk.desk, machine.settings, mocker.Mock(), monitor, own_page())
    with TestClient(build(behind), base_url="http://127.0.0.1:8080") as client:
        yield client


def figures(client: TestClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    }


def test_a_visit_is_counted_and_timed_from_card_to_paper(kiosk: Kiosk, client: TestClient) -> None:
    generation = kiosk.to_preview(kiosk.cards[1])
    kiosk.print_receipt(generation)
    kiosk.on(Printed)
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)
    kiosk.service.post(EndAsked(generation))
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    read = figures(client)
    assert read["kiosk_visits_total"] == 1
    assert read["kiosk_card_seconds_count"] == 1
    assert read["kiosk_records_seconds_count"] >= 1
    assert read['kiosk_print_seconds_count{medium="receipt",outcome="confirmed"}'] == 1
    assert read['kiosk_paper_total{medium="receipt"}'] > 20
    assert read['kiosk_screen{screen="Idle"}'] == 1
    assert sum(value for name, value in read.items() if name.startswith("kiosk_screen{")) == 1


def test_no_figure_names_anybody(kiosk: Kiosk, client: TestClient) -> None:
    card = kiosk.cards[1]
    kiosk.to_preview(card)
    for path in ("/metrics", "/healthz", "/readyz", "/api/status"):
        text = client.get(path).text
        for secret in (card.holder, card.pin, card.profile.card_number):
            assert secret not in text


def test_a_lost_reader_service_is_not_ready_and_its_time_is_measured(
    kiosk: Kiosk, client: TestClient
) -> None:
    assert client.get("/readyz").json() == {"ready": True, "fault": None}
    before = figures(client)["kiosk_recovery_seconds_count"]
    kiosk.hall.slot.stop_service()
    kiosk.on(OutOfService)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"ready": False, "fault": "reader.service_down"},
    )
    kiosk.hall.slot.start_service()
    kiosk.on(Idle)
    assert client.get("/readyz").status_code == 200
    read = figures(client)
    assert read['kiosk_faults_total{code="reader.service_down"}'] == 1
    assert read["kiosk_recovery_seconds_count"] == before + 1


def test_an_outage_goes_on_while_a_guest_is_served_without_a_reader() -> None:
    at = [0.0]
    metrics = Metrics(lambda: at[0])
    guest = GuideShown(-1, inf, "990100-KA-002")

    def saw(*states: tuple[float, State]) -> None:
        for at[0], state in states:
            metrics.saw(state)

    saw((0, Idle()), (10, OUT), (1010, guest), (1040, OUT), (1045, Idle()))
    assert "kiosk_recovery_seconds_sum 1035.0" in metrics.text().decode()
    saw((2000, OUT), (2010, guest), (2020, Idle()))  # it came back meanwhile
    assert "kiosk_recovery_seconds_sum 1055.0" in metrics.text().decode()
    saw((3000, OUT), (3010, Maintenance()), (9000, Idle()))
    assert "kiosk_recovery_seconds_count 2.0" in metrics.text().decode()


def test_a_loop_that_hangs_makes_the_kiosk_unhealthy(kiosk: Kiosk, client: TestClient) -> None:
    assert client.get("/healthz").status_code == 200
    kiosk.machine.progress.expect("visit", -1)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"late": ["visit"]})


def test_the_age_of_the_page_begins_anew_with_each_frame(
    kiosk: Kiosk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [1000.0]
    monkeypatch.setattr(kiosk.machine.progress, "now", lambda: at[0])
    load_page(client)
    client.get("/alive")
    at[0] += 12.5
    for foreign in ("", client.get("/").text.split('data-page="')[1].split('"')[0]):
        client.get("/alive", headers={"X-Page": foreign})  # keeps no frozen browser alive
    assert client.get("/api/status").json()["page_seconds"] == 12.5
    assert client.get("/alive").status_code == 204
    assert client.get("/api/status").json()["page_seconds"] == 0


def test_a_fault_is_counted_once_however_long_it_is_shown(kiosk: Kiosk, client: TestClient) -> None:
    kiosk.to_preview(kiosk.cards[1])
    for _ in range(3):
        kiosk.metrics.saw(kiosk.service.state)
    before = figures(client)["kiosk_visits_total"]
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    kiosk.hall.slot.insert(kiosk.hall.card(kiosk.cards[0].profile))
    kiosk.on(EnterPin)
    assert figures(client)["kiosk_visits_total"] == before + 1
