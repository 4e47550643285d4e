"""A private PostgreSQL for the tests: in a folder of its own, behind a socket in that folder."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from archive.audit import GENESIS, AuditHead, AuditKey
from archive.postgres.session import PostgresSession
from archive.postgres.store import PostgresStore
from archive.sql.trail import write_first_head
from tests.archive.places import PostgresPlace, now

_BINARIES: Final = Path("/usr/lib/postgresql")
_USER: Final = "kiosk"
_SETTINGS: Final = {
    "listen_addresses": "",  # nothing on the network
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "autovacuum": "off",
}


def server_binaries() -> Path | None:
    """The folder of initdb and postgres; the newest release where there are several."""
    found = sorted(_BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PrivateServer:
    """Started at once, by an unprivileged user where the tests run as root."""

    def __init__(self, binaries: Path) -> None:
        # A socket's path has at most 107 bytes: pytest's own folders are too deep.
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
        self._binaries = binaries
        self._data = self.folder / "data"
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            who = pwd.getpwnam("nobody")
            os.chown(self.folder, who.pw_uid, who.pw_gid)
            self._as = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        try:
            self._init()
            self.start()
        except BaseException:
            self.close()
            raise

    def _init(self) -> None:
        subprocess.run(
            [
                *(self._binaries / "initdb", "-D", self._data, "-U", _USER, "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **self._as,
        )

    def start(self) -> None:
        """Start, or start again; ready when this returns."""
        options = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        socket = f"--unix_socket_directories={self.folder}"
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._data, socket, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._as,
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        """The server's pid file says `ready` in its eighth line."""
        pid_file = self._data / "postmaster.pid"
        while True:
            assert self._process is not None
            assert self._process.poll() is None, (self.folder / "log").read_text()
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it as an administrator does: open connections are cut."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def close(self) -> None:
        """End it at once and take its folder away."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        """The connection URL of a database."""
        return f"postgresql://{_USER}@/{database}?host={quote(str(self.folder))}"

    def new_schema(self) -> str:
        """The URL of an empty schema, which is a hundred times cheaper than a database."""
        self._made += 1
        name = f"archive{self._made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.url('postgres')}&options=-csearch_path%3D{name}"

    def new_database(self, encoding: str = "UTF8") -> str:
        """The URL of a database that nobody has used."""
        self._made += 1
        name = f"archive{self._made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' "
                "LC_COLLATE 'C' LC_CTYPE 'C'"
            )
        return self.url(name)

    def copied_database(self, url: str, name: str) -> str:
        """The URL of a database like another one, in place of an earlier one of that name."""
        model = conninfo_to_dict(url)["dbname"]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {model}")
        return self.url(name)


class CleanDatabase:
    """One archive for many tests, emptied between them: making one takes a tenth of a second."""

    def __init__(self, server: PrivateServer) -> None:
        self._url = server.new_schema()
        self._key = server.folder / "audit-key"
        with PostgresStore(self._url, now, audit_key=self._key):
            pass

    def place(self, key: Path) -> PostgresPlace:
        """The archive as if it had just been made, with its audit key in that file."""
        key.write_bytes(self._key.read_bytes())
        head = AuditHead.sealed(AuditKey.load(key), 0, GENESIS)
        with psycopg.connect(self._url) as connection:
            session = PostgresSession(connection)
            connection.execute("SET session_replication_role = replica")
            query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            for (table,) in connection.execute(query).fetchall():
                if table != "schema_steps":
                    connection.execute(f"DELETE FROM {table}")
            write_first_head(session, head)
            session.execute("INSERT INTO facts VALUES ('vault', 'plain')")
        return PostgresPlace(self._url, key)
