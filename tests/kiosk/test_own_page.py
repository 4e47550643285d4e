"""Only the kiosk's own page sees and hears a visit."""

import logging
import random
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from kiosk.config import load
from kiosk.sections.speech import Speech
from kiosk.speech.aloud import ReadAloud
from kiosk.visit.look import Language
from kiosk.visit.state import EnterPin, Idle
from kiosk.web.own_page import OwnPage
from tests.kiosk.pages import SILENT, load_page
from tests.kiosk.test_web import ALLOWED, HOLDER, TOKEN, Service, client, service

__all__ = ["client", "service"]

HEARING = {"X-Visit": TOKEN}


class Echo:
    """A voice whose sound is its words."""

    def wav(self, said: tuple[str, ...], language: Language) -> bytes:
        return "".join(said).encode()


def speaking(client: TestClient, **settings: object) -> None:
    behind = client.app.state.behind  # type: ignore[attr-defined]
    aloud = ReadAloud(Speech(**settings), Echo())  # type: ignore[arg-type]
    client.app.state.behind = replace(behind, page=replace(behind.page, aloud=aloud))  # type: ignore[attr-defined]


def test_a_second_page_gets_nothing_of_a_visit_and_the_first_goes_on(
    client: TestClient, service: Service
) -> None:
    first = client.headers["X-Page"]
    assert "张*三" in client.get("/screen").text
    load_page(client)
    assert client.get("/screen", headers=HEARING).content == b""
    assert client.get("/speech", headers=HEARING).status_code == 409
    assert client.post("/api/visit/end", headers=ALLOWED).status_code == 409
    assert service.posted == []
    assert "张*三" in client.get("/screen", headers={"X-Page": first}).text


def test_without_a_key_or_with_a_guessed_one_nothing_is_shown_or_told(client: TestClient) -> None:
    for key in ("", "guessed", "x" * 64):
        headers = {"X-Page": key, **HEARING}
        for path in ("/screen", "/events"):
            answer = client.get(path, headers=headers)
            assert answer.status_code == 410  # the page is loaded anew
            assert "data-screen" not in answer.text
        assert client.get("/speech", headers=headers).status_code == 409


def test_a_page_without_the_screens_secret_takes_nothing(
    client: TestClient, service: Service
) -> None:
    behind = client.app.state.behind  # type: ignore[attr-defined]
    own = OwnPage.of(SILENT, random.Random(1), "the screen's secret")
    client.app.state.behind = replace(behind, page=own)  # type: ignore[attr-defined]
    service.state = Idle()
    screen = {"X-Page": load_page(client), "X-Screen": "the screen's secret"}
    assert client.post("/own", headers=screen).status_code == 204
    load_page(client)  # a technician's tab, a monitor
    assert client.get("/screen").status_code == client.get("/events").status_code == 204
    assert client.get("/screen", headers=screen).status_code == 200


def test_when_the_visit_is_over_the_newest_page_is_the_kiosks(
    client: TestClient, service: Service
) -> None:
    first = client.headers["X-Page"]
    client.get("/screen")
    load_page(client)
    service.state = Idle()
    assert client.get("/screen").status_code == 200
    assert client.get("/screen", headers={"X-Page": first}).status_code == 204


def test_no_answer_sets_a_cookie(client: TestClient) -> None:
    for path in ("/", "/screen", "/static/kiosk.js", "/api/status"):
        assert "set-cookie" not in client.get(path).headers


def test_a_screen_is_read_aloud_to_its_page_and_its_visit_only(client: TestClient) -> None:
    speaking(client, out="headphones")
    heard = client.get("/speech", headers=HEARING)
    assert heard.headers["content-type"] == "audio/wav"
    assert heard.headers["cache-control"] == "no-store"
    assert "张*三" in heard.content.decode()
    assert "您可以选择" in heard.content.decode()
    stale = client.get("/speech", headers={"X-Visit": "an-earlier-visit"})
    assert stale.status_code == 409


def test_from_a_speaker_the_hall_hears_what_to_do_and_nobodys_name(client: TestClient) -> None:
    speaking(client, out="speaker")
    heard = client.get("/speech", headers=HEARING).content.decode()
    assert "您想办什么" in heard
    assert "张" not in heard
    assert "9X" not in heard


def test_an_open_group_of_choices_is_read_alone(client: TestClient) -> None:
    speaking(client)
    heard = client.get("/speech", headers={**HEARING, "X-Part": "section-1"}).content.decode()
    assert "您想办什么" not in heard
    assert "个人权益记录单" in heard


def test_a_kiosk_without_a_voice_says_that_nothing_can_be_read_aloud(client: TestClient) -> None:
    answer = client.get("/speech", headers=HEARING)
    assert answer.status_code == 404
    assert "speech.absent" in answer.text


@pytest.mark.parametrize("hint", ["", "pin.wrong"])
def test_the_order_of_the_pad_is_shown_and_never_said_or_logged(
    client: TestClient, service: Service, caplog: pytest.LogCaptureFixture, hint: str
) -> None:
    caplog.set_level(logging.DEBUG)
    speaking(client, out="headphones")
    own = client.app.state.behind  # type: ignore[attr-defined]
    shuffled = OwnPage.of(load(visit={"pin_pad": "shuffled"}), random.Random(5))
    client.app.state.behind = replace(own, page=replace(own.page, pad=shuffled.pad))  # type: ignore[attr-defined]
    service.state = EnterPin(7, HOLDER, 180.0, 3, hint)  # type: ignore[arg-type]
    html = client.get("/screen").text
    order = [part[0] for part in html.split('data-key="')[1:] if part[0].isdigit()]
    assert sorted(order) == sorted("1234567890")
    assert "".join(order) != "1234567890"
    heard = client.get("/speech", headers=HEARING).content.decode()
    assert [digit for digit in "0456789" if digit in heard.replace("9X", "")] == []
    client.post("/api/visit/pin", json={"digits": "246810"}, headers=ALLOWED)
    assert "246810" not in caplog.text
    again = client.get("/screen").text
    assert order != [part[0] for part in again.split('data-key="')[1:] if part[0].isdigit()]


def test_signals_are_sound_files_and_there_are_no_others(client: TestClient) -> None:
    assert client.get("/sounds/take-card").content.startswith(b"RIFF")
    assert client.get("/sounds/alarm").status_code == 422
