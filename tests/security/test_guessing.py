"""Who guesses codes of papers or numbers of cases is slowed down, whatever they claim to be."""

import json
import random
from pathlib import Path
from typing import cast
from unittest.mock import Mock

import pytest
from fastapi.testclient import TestClient

from kiosk.case_window import CaseWindow
from kiosk.config import Settings
from kiosk.errors import CaseThrottledError, CaseUnknownError
from kiosk.machine import Machine
from printing.seal import new_code
from tests.security.conftest import NOW, Parts, served

GUESSES = 1000
PAGE = "http://127.0.0.1:8080"
DAY = 24 * 3600.0


def allowed_in(seconds: float, settings: Settings) -> float:
    """So many guesses are looked at at most: a few at once, then one in each longest wait."""
    rules = settings.verify
    doubling = 12
    return rules.tries + doubling + seconds / rules.most_seconds


@pytest.mark.slow
def test_a_thousand_wrong_codes_at_once_are_answered_and_hardly_one_is_looked_at(
    behind: Parts,
) -> None:
    chance = random.Random(3)
    with TestClient(behind.app, base_url=PAGE) as client:
        answers = [
            client.post("/verify", json={"code": new_code(chance)}, headers={"Origin": PAGE})
            for _ in range(GUESSES)
        ]
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(404) == Settings().verify.tries
    assert statuses.count(429) == GUESSES - Settings().verify.tries
    assert len({answer.text for answer in answers[10:]}) == 1  # nothing tells one from another


def test_who_comes_back_all_day_sees_a_hundred_codes(behind: Parts) -> None:
    """One guess every 86 seconds, a thousand a day."""
    verifier, looked = behind.app.state.behind.verifier, 0
    chance = random.Random(4)
    for number in range(GUESSES):
        behind.seconds[0] = number * DAY / GUESSES
        try:
            verifier.verify(new_code(chance), "127.0.0.1")
        except Exception as error:  # noqa: BLE001 - counted by its code
            looked += getattr(error, "code", "") == "seal.unknown"
    assert 10 < looked <= allowed_in(DAY, Settings())


def test_another_sender_in_a_header_is_no_new_guesser(tmp_path: Path) -> None:
    chance = random.Random(5)
    with served(tmp_path) as wire:
        statuses = [
            wire.post(
                "/verify",
                json.dumps({"code": new_code(chance)}).encode(),
                f"X-Forwarded-For: 10.0.0.{number}",
                f"X-Real-IP: 10.0.0.{number}",
                f"Forwarded: for=10.0.0.{number}",
            ).status
            for number in range(12)
        ]
    assert statuses == [404] * 5 + [429] * 7


@pytest.mark.parametrize("seconds", [0.0, DAY])
def test_a_thousand_wrong_case_numbers_are_slowed_down_and_each_look_is_in_the_trail(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, looked, refused = [0.0], 0, 0
    machine = Mock(settings=Settings(), monotonic=lambda: now[0], now=lambda: NOW)
    machine.store.audit_rows.return_value = ()
    monkeypatch.setattr("kiosk.case_window.case_status", lambda store, number: None)
    monkeypatch.setattr("kiosk.case_window.order_status", lambda store, number: None)
    window = CaseWindow(cast("Machine", machine))
    for number in range(GUESSES):
        now[0] = number * seconds / GUESSES
        try:
            window.find(f"9901B{number:010d}")
        except CaseUnknownError:
            looked += 1
        except CaseThrottledError:
            refused += 1
    assert looked + refused == GUESSES
    assert looked <= allowed_in(seconds, Settings())
    assert machine.trail.must.call_count == looked
