"""Schemathesis: whatever is sent, the API answers as its OpenAPI document says, never by a bug."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import pytest

from tests.security.conftest import PAGE_KEY, TOKEN, Parts

PAGE: Final = "127.0.0.1:8080"
PAGES_OWN: Final = {"Host": PAGE, "Origin": f"http://{PAGE}", "X-Visit": TOKEN, "X-Page": PAGE_KEY}
ENDLESS: Final = "/events"
"""It ends when the browser goes away; `test_slow_clients.py` is about it."""
EXAMPLES: Final = 8
NONSENSE: Final = "positive_data_acceptance"
"""What fits a schema may still be refused."""
NOT_ASKED: Final = {
    "/api/visit/months": (NONSENSE,),  # months that run backwards
    "/api/visit/months/ask": (NONSENSE,),  # a year that is written 2024.0
    "/own": (NONSENSE, "negative_data_rejection"),  # 410, before anything else is looked at
    "/screen": (NONSENSE,),  # 410 as well
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
    answers, failures = run(behind, headers)
    assert failures == []
    assert answers[wanted] > 40, answers
    assert not [status for status in answers if status >= 500]


def run(behind: Parts, headers: Mapping[str, str]) -> tuple[Counter[int], list[str]]:
    """How often each status came, and what each failed check says."""
    # Imported here: a second that only this test needs.
    from schemathesis import openapi
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema
    from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

    config = SchemathesisConfig.from_dict(
        {
            "seed": 20261122,
            "headers": dict(headers),
            "operations": [
                {"include-path": path, "checks": {name: {"enabled": False} for name in names}}
                for path, names in NOT_ASKED.items()
            ],
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
        }
    )
    schema = openapi.from_asgi("/openapi.json", behind.app, config=config, headers={"Host": PAGE})
    answers: Counter[int] = Counter()
    failures: list[str] = []
    for event in from_schema(schema.exclude(path=ENDLESS)).execute():
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
