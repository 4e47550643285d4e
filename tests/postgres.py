"""The private PostgreSQL of a test run, for whoever asks for it."""

import os
from collections.abc import Iterator

import pytest

from tests.archive.postgres.server import PrivateServer, server_binaries


@pytest.fixture(scope="session")
def server() -> Iterator[PrivateServer]:
    """A PostgreSQL of this run's own, started when the first test asks for it."""
    binaries = server_binaries()
    if binaries is None:
        reason = "PostgreSQL's server is not installed (Debian package postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    started = PrivateServer(binaries)
    yield started
    started.close()
