"""A process that is killed while it writes to the trail loses nothing of which it could speak."""

from pathlib import Path

import pytest

from tests.crash.audit import kill_and_check
from tests.crash.stores import STORES, template


@pytest.mark.slow
@pytest.mark.parametrize("kind", STORES)
def test_every_row_that_was_said_survives_a_kill_at_any_moment(tmp_path: Path, kind: str) -> None:
    with template(kind, tmp_path) as one:
        ended = kill_and_check(one.where, kills=6)
    assert ended.said > ended.kills
