"""A process that is killed while it writes to the trail loses nothing of which it could speak."""

from pathlib import Path

import pytest

from tests.crash.audit import kill_and_check


@pytest.mark.slow
def test_every_row_that_was_said_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    ended = kill_and_check(tmp_path, kills=6)
    assert ended.said > ended.kills
