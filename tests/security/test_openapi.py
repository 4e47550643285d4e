"""Schemathesis: whatever is sent, the API answers as its OpenAPI document says, never by a bug."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import pytest
from fastapi import FastAPI
from pytest_mock import MockerFixture

from kiosk.console.console import Console
from kiosk.console.guard import COOKIE
from kiosk.console.sessions import Sessions
from kiosk.console.trials import Trials
from kiosk.diag.printing import print_paper
from tests.kiosk.console.conftest import (
    CREDENTIAL,
    LOGIN,
    Technician,
    kiosk,
    records,
    technician,
)
from tests.security.conftest import PAGE_KEY, TOKEN, Parts

__all__ = ["kiosk", "records", "technician"]

PAGE: Final = "127.0.0.1:8080"
PAGES_OWN: Final = {"Host": PAGE, "Origin": f"http://{PAGE}", "X-Visit": TOKEN, "X-Page": PAGE_KEY}
BESIDE_CONSOLE: Final = "^/(?!technician|api/local)"
ENDLESS: Final = "^/events$"
"""It ends when the browser goes away; `test_slow_clients.py` is about it."""
EXAMPLES: Final = 8
NONSENSE: Final = "positive_data_acceptance"
"""What fits a schema may still be refused."""
NOT_ASKED: Final = {
    "/api/visit/months": (NONSENSE,),  # months that run backwards
    "/api/visit/months/ask": (NONSENSE,),  # a year that is written 2024.0
    "/own": (NONSENSE, "negative_data_rejection"),  # 410, before anything else is looked at
    "/screen": (NONSENSE,),  # 410 as well
    # Two routes, one `Allow`; minutes that are written 5.0
    "/technician/trace": (NONSENSE, "allow_header_conformance"),
    "/verify": (NONSENSE, "allow_header_conformance"),  # a mistyped code; two routes, one `Allow`
}
"""Checks that are left out."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("headers", "wanted"),
    [(PAGES_OWN, 202), ({"Host": PAGE}, 409)],
    ids=["the page's own calls", "somebody else's"],
)
def test_every_answer_is_one_of_those_documented(
    behind: Parts, headers: Mapping[str, str], wanted: int
) -> None:
    answers, failures = run(behind.app, headers, {}, ENDLESS)
    assert failures == []
    assert answers[wanted] > 40, answers
    assert not [status for status in answers if status >= 500]


def stand_still(technician: Technician, mocker: MockerFixture) -> None:
    """What takes long or needs a hand at a device answers at once; nobody is logged out."""
    console = technician.console
    bundle, report, found = console.support_bundle(), console.readiness(), console.examine()
    printed = print_paper(console.machine, "startup", "receipt", LOGIN)
    for owner, name, answer in (
        (Console, "support_bundle", bundle),
        (Console, "readiness", report),
        (Console, "examine", found),
        (Trials, "print", printed),
        (Trials, "begin_handshake", None),
        (Sessions, "end", None),
    ):
        mocker.patch.object(owner, name, return_value=answer)


@pytest.mark.slow
@pytest.mark.parametrize("inside", [True, False], ids=["a technician", "somebody else"])
def test_every_answer_of_the_console_is_one_of_those_documented(
    technician: Technician, mocker: MockerFixture, inside: bool
) -> None:
    headers, keys = {"Host": PAGE, "Origin": f"http://{PAGE}"}, dict[str, str]()
    if inside:
        technician.enter()
        headers["X-Console"] = technician.csrf
        keys = {"technician": technician.browser.cookies[COOKIE], "own-user": CREDENTIAL}
    stand_still(technician, mocker)
    answers, failures = run(technician.app, headers, keys, BESIDE_CONSOLE)
    assert failures == []
    assert answers[200 if inside else 401] > 40, answers
    assert not [status for status in answers if status >= 500]


def run(
    app: FastAPI, headers: Mapping[str, str], keys: Mapping[str, str], without: str
) -> tuple[Counter[int], list[str]]:
    """How often each status came, and what each failed check says.

    `keys` are what is brought by security scheme, `without` the paths that are left out.
    """
    # Imported here: a second that only this test needs.
    from schemathesis import openapi
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema
    from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

    config = SchemathesisConfig.from_dict(
        {
            "seed": 20261122,
            "headers": dict(headers),
            **({"auth": {"openapi": auth}} if (auth := _auth(keys)) else {}),
            "operations": [
                {"include-path": path, "checks": {name: {"enabled": False} for name in names}}
                for path, names in NOT_ASKED.items()
            ],
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
        }
    )
    schema = openapi.from_asgi("/openapi.json", app, config=config, headers={"Host": PAGE})
    answers: Counter[int] = Counter()
    failures: list[str] = []
    for event in from_schema(schema.exclude(path_regex=without)).execute():
        if isinstance(event, FatalError | NonFatalError):
            failures.append(
                str(event.info if isinstance(event, NonFatalError) else event.exception)
            )
        if isinstance(event, ScenarioFinished):
            recorder = event.recorder
            answers.update(
                one.response.status_code for one in recorder.interactions.values() if one.response
            )
            failures += [
                f"{event.label} {check.name}: {check.failure_info.failure.message}"
                for checks in recorder.checks.values()
                for check in checks
                if check.failure_info
            ]
    return answers, failures


def _auth(keys: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {scheme: {"api_key": key} for scheme, key in keys.items()}
