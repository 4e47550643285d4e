from pathlib import Path

import pytest

from tests.archive.kills import Killer
from tests.crash.stores import STORES, template


@pytest.mark.slow
@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("mode", ["delta", "full"])
def test_an_import_killed_anywhere_ends_as_if_it_had_not_been(
    tmp_path: Path, kind: str, mode: str
) -> None:
    with template(kind, tmp_path) as one:
        killer = Killer(tmp_path, one, mode, seed=4)
        assert killer.wanted.tables["contributions"]
        assert killer.wanted.rejects.count(b"\n") > 20
        while killer.kills < 3:
            assert killer.once() == killer.wanted
