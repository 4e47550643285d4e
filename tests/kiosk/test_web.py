"""The page's API: who may call it, and what it never lets through."""

import asyncio
import socket
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient
from pytest_mock import MockerFixture

from kiosk.config import Settings
from kiosk.daemon import _listen
from kiosk.faults import fault
from kiosk.metrics import Metrics
from kiosk.progress import Progress
from kiosk.visit.events import (
    Back,
    Chosen,
    EndAsked,
    Event,
    LanguageAsked,
    PinEntered,
    PrintAsked,
    Touched,
)
from kiosk.visit.look import Look, LookAsked
from kiosk.visit.shown import Shown
from kiosk.visit.state import FaultData, Holder, Idle, Menu, Papers, Preview, Problem, State
from kiosk.web.app import build
from kiosk.web.monitor import Monitor
from kiosk.web.showing import Behind
from tests.kiosk.pages import load_page, own_page

HOLDER = Holder("张*三", "D2*****9X", "示例市")
PAGE = "http://127.0.0.1:8080"
TOKEN = "the-present-visit"
ALLOWED = {"X-Visit": TOKEN, "Origin": PAGE}


class Service:
    """A visit that stands still and keeps what it is told."""

    def __init__(self) -> None:
        self.shown = Shown(Menu(7, HOLDER, 180.0), TOKEN)
        self.posted: list[Event] = []
        self.looks: list[LookAsked] = []

    @property
    def state(self) -> State:
        return self.shown.state

    @state.setter
    def state(self, state: State) -> None:
        self.shown = Shown(state, TOKEN)

    def seconds_left(self, state: State) -> float:
        return 180.0

    def post(self, event: Event) -> None:
        self.posted.append(event)

    def show_as(self, asked: LookAsked) -> None:
        self.looks.append(asked)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def client(service: Service, mocker: MockerFixture) -> Iterator[TestClient]:
    desk = mocker.Mock(memory=None)
    progress = Progress(lambda: 0.0)
    monitor = Monitor(service, progress, Metrics(lambda: 0.0))  # type: ignore[arg-type]
    behind = Behind(service, desk, Settings(), mocker.Mock(), monitor, own_page())  # type: ignore[arg-type]
    with TestClient(build(behind), base_url=PAGE, raise_server_exceptions=False) as client:
        load_page(client)
        yield client


def test_a_call_of_this_page_in_this_visit_becomes_an_event(
    client: TestClient, service: Service
) -> None:
    for name, body in (
        ("choose", {"statement": "contributions"}),
        ("choose", {"statement": "unemployment-benefits"}),
        ("paper-language", {"language": "en"}),
        ("print", {"medium": "receipt"}),
        ("back", {}),
        ("touch", {}),
        ("end", {}),
    ):
        assert client.post(f"/api/visit/{name}", json=body, headers=ALLOWED).status_code == 202
    assert service.posted == [
        Chosen(7, "contributions"),
        Chosen(7, "unemployment-benefits"),
        LanguageAsked(7, "en"),
        PrintAsked(7, "receipt"),
        Back(7),
        Touched(7),
        EndAsked(7),
    ]


def test_a_pin_becomes_a_secret_and_what_cannot_be_one_becomes_nothing(
    client: TestClient, service: Service
) -> None:
    assert client.post("/api/visit/pin", json={"digits": "246810"}, headers=ALLOWED).is_success
    assert client.post("/api/visit/pin", json={"digits": "abc"}, headers=ALLOWED).is_success
    right, wrong = service.posted
    assert isinstance(right, PinEntered)
    assert right.pin is not None
    assert right.pin.packed() == bytes.fromhex("246810")
    assert wrong == PinEntered(7, None)
    assert "246810" not in repr(service.posted)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Visit": TOKEN},
        {"Origin": PAGE},
        {"X-Visit": "an-earlier-visit", "Origin": PAGE},
        {"X-Visit": TOKEN, "Origin": "http://evil.example"},
        {"X-Visit": TOKEN, "Origin": "http://127.0.0.1:9999"},
        {"X-Visit": TOKEN, "Origin": "null"},
    ],
)
def test_a_call_without_the_visits_token_and_this_pages_origin_is_refused(
    client: TestClient, service: Service, headers: dict[str, str]
) -> None:
    for name in ("pin", "choose", "print", "back", "cancel", "end", "touch"):
        body = {"digits": "246810", "statement": "contributions", "medium": "receipt"}
        answer = client.post(f"/api/visit/{name}", json=body, headers=headers)
        assert answer.status_code == 409
    assert service.posted == []


def test_between_visits_every_call_is_refused(client: TestClient, service: Service) -> None:
    service.state = Idle()
    assert client.post("/api/visit/end", headers=ALLOWED).status_code == 409


@pytest.mark.parametrize(
    "body", [{"medium": "fax"}, {}, {"medium": ["receipt"]}, [], "receipt", None]
)
def test_a_body_that_makes_no_sense_is_refused_and_changes_nothing(
    client: TestClient, service: Service, body: object
) -> None:
    assert client.post("/api/visit/print", json=body, headers=ALLOWED).status_code == 422
    assert service.posted == []


def test_a_refused_pin_is_not_sent_back(client: TestClient) -> None:
    digits = "2468" * 20
    answer = client.post("/api/visit/pin", json={"digits": digits}, headers=ALLOWED)
    assert answer.status_code == 422
    assert digits not in answer.text


def test_a_foreign_host_name_and_an_oversized_body_are_refused(client: TestClient) -> None:
    assert client.get("/screen", headers={"Host": "evil.example"}).status_code == 421
    large = client.post("/api/visit/choose", content=b"x" * 5000, headers=ALLOWED)
    assert large.status_code == 413
    endless = client.post("/api/visit/choose", content=iter([b"{", b"}"]), headers=ALLOWED)
    assert endless.status_code == 413


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "[::1]", "[::1]:8080"])
def test_every_name_of_this_machine_itself_is_served(client: TestClient, host: str) -> None:
    assert client.get("/screen", headers={"Host": host}).status_code == 200


def test_the_memory_of_another_visit_is_never_shown(
    client: TestClient, service: Service, mocker: MockerFixture
) -> None:
    view = mocker.Mock(sums=(("full", 31),), chart=None, caveats=())
    client.app.state.behind.desk.memory = mocker.Mock(generation=8, view=view)  # type: ignore[attr-defined]
    assert "31 个月" not in client.get("/screen").text
    client.app.state.behind.desk.memory.generation = 7  # type: ignore[attr-defined]
    assert "31 个月" in client.get("/screen").text


@pytest.mark.parametrize(
    "path", ["/", "/screen", "/api/status", "/static/kiosk.js", "/openapi.json"]
)
def test_nothing_is_stored_framed_or_loaded_from_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "https://" not in answer.text
    assert "//cdn" not in answer.text


def test_files_are_sent_packed_and_what_has_a_token_never_is(client: TestClient) -> None:
    packed = {"Accept-Encoding": "gzip"}
    for path, how in (("/static/kiosk.js", "gzip"), ("/static/kiosk.css", "gzip"), ("/screen", "")):
        answer = client.get(path, headers=packed)
        assert answer.headers.get("content-encoding", "") == how, path


def test_the_screen_shows_the_state_with_its_token_and_its_time(client: TestClient) -> None:
    html = client.get("/screen").text
    assert 'data-screen="menu"' in html
    assert f'data-token="{TOKEN}"' in html
    assert 'data-seconds="180"' in html
    assert "张*三" in html


def test_a_preview_offers_no_paper_before_its_length_is_known(
    client: TestClient, service: Service
) -> None:
    service.state = Preview(7, HOLDER, 180.0, "contributions")
    html = client.get("/screen").text
    assert 'data-call="print"' not in html
    assert html.count("正在计算用纸") == 2


def test_a_preview_offers_both_papers(client: TestClient, service: Service) -> None:
    service.state = Preview(7, HOLDER, 180.0, "contributions", papers=Papers(40, 2))
    html = client.get("/screen").text
    assert html.count('data-call="print"') == 2
    assert "暂时不能打印" not in html


@pytest.mark.parametrize("code", ["printer.paper_out", "printer.offline", "printer.busy"])
def test_a_preview_says_what_stops_the_receipt_printer_and_offers_the_report(
    client: TestClient, service: Service, code: str
) -> None:
    service.state = Preview(7, HOLDER, 180.0, "contributions", papers=Papers(40, 2, code))
    html = client.get("/screen").text
    assert fault(code).zh in html
    assert fault(code).en in unescape(html)
    assert html.count('data-call="print"') == 1
    assert '"medium": "report"' in html


def test_the_status_names_the_fault_and_no_holder(client: TestClient, service: Service) -> None:
    service.state = Problem(7, FaultData("card.foreign"))
    assert client.get("/api/status").json() == {
        "screen": "Problem",
        "fault": "card.foreign",
        "page_seconds": 0.0,
    }


def test_a_bug_answers_without_its_text(
    client: TestClient, service: Service, mocker: MockerFixture
) -> None:
    mocker.patch.object(service, "post", side_effect=ValueError("99010119850315012X"))
    answer = client.post("/api/visit/end", headers=ALLOWED)
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "9901" not in answer.text


def test_a_look_is_asked_for_part_by_part_on_the_first_screen_too(
    client: TestClient, service: Service
) -> None:
    service.state = Idle()
    for body in ({"language": "en"}, {"size": "elder"}, {"contrast": "high", "reach": "low"}):
        assert client.post("/api/visit/look", json=body, headers=ALLOWED).status_code == 202
    assert service.looks == [
        LookAsked(language="en"),
        LookAsked(size="elder"),
        LookAsked(contrast="high", reach="low"),
    ]


@pytest.mark.parametrize("body", [{"language": "fr"}, {"size": "huge"}, [], None])
def test_a_look_that_does_not_exist_is_refused(
    client: TestClient, service: Service, body: object
) -> None:
    assert client.post("/api/visit/look", json=body, headers=ALLOWED).status_code == 422
    assert service.looks == []


def test_a_look_is_not_changed_by_another_page(client: TestClient, service: Service) -> None:
    foreign = {"X-Visit": TOKEN, "Origin": "http://evil.example"}
    assert client.post("/api/visit/look", json={"language": "en"}, headers=foreign).is_error
    assert client.post("/api/visit/look", json={"language": "en"}, headers={}).is_error
    assert service.looks == []


def test_a_screen_speaks_the_language_that_was_chosen_and_says_so_to_readers(
    client: TestClient, service: Service
) -> None:
    service.shown = Shown(Menu(7, HOLDER, 180.0), TOKEN, Look("en", "elder", "high", "low"))
    html = client.get("/screen").text
    assert 'lang="en"' in html
    assert "<h2>What would you like to see?</h2>" in html
    assert '<p class="under" lang="zh-CN">您想办什么？</p>' in html
    assert html.count('aria-pressed="true"') == 3
    assert 'data-size="elder" data-contrast="high" data-reach="low"' in html


def test_an_answer_goes_out_at_once_and_waits_for_no_receipt_of_the_one_before() -> None:
    async def connect() -> int:
        nodelay = asyncio.get_running_loop().create_future()

        async def serve(_: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
            connection: socket.socket = out.get_extra_info("socket")
            nodelay.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            out.close()

        async with await asyncio.start_server(serve, sock=_listen("127.0.0.1", 0)) as server:
            _, out = await asyncio.open_connection(*server.sockets[0].getsockname())
            found: int = await nodelay
            out.close()
            return found

    assert asyncio.run(connect()) == 1
