"""A region behind HTTP, on a server of this machine: what it gets, and what it may answer."""

import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import RegionError
from archive.model import ArchiveIndex, ArchiveState
from archive.records import spec_of
from archive.region_http import NO_ANSWER, HttpRegion, _answer

NUMBER = "99010119850315012X"
TOKEN = "0123456789abcdef-hall-01"
ROW = {
    "a0100A": "D-1",
    "archive_agency": "示例人才中心",
    "isInware": "1",
    "isLent": "0",
    "personType": "个人",
    "received_date": "20190703",
}
GOOD = {"format": 1, "as_of": "20261031", "source": "邻市人社局", "whole": True, "rows": [ROW]}


@dataclass
class Service:
    """The other region's server."""

    url: str
    code: int = 200
    body: bytes = json.dumps(GOOD).encode()
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, str, Any]] = field(default_factory=list)


def handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.got.append((self.path, self.headers["Authorization"], json.loads(body)))
            self.send_response(service.code)
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(service.body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def serve() -> Iterator[Callable[..., Service]]:
    running: list[HTTPServer] = []

    def start(context: ssl.SSLContext | None = None) -> Service:
        service = Service("")
        server = HTTPServer(("127.0.0.1", 0), handler(service))
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "http" if context is None else "https"
        service.url = f"{scheme}://127.0.0.1:{server.server_port}/dossiers"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        return service

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    return path


def why(region: HttpRegion, seconds: float = 5.0) -> str:
    with pytest.raises(RegionError) as error:
        region.answer(ArchiveIndex, NUMBER, seconds)
    assert NUMBER not in str(error.value)
    return error.value.why


def test_the_number_goes_in_the_body_and_the_rows_come_back_as_values(
    serve: Callable[..., Service], token: Path
) -> None:
    service = serve()
    answer = HttpRegion("邻市", "990202", service.url, token).answer(ArchiveIndex, NUMBER, 5.0)
    question = {"format": 1, "kind": "archive_index", "number": NUMBER}
    assert service.got == [("/dossiers", f"Bearer {TOKEN}", question)]
    (row,) = answer.rows
    assert (row.dossier_number, row.state) == ("D-1", ArchiveState.IN_STOCK)
    assert row.received_on == dt.date(2019, 7, 3)
    assert (answer.as_of.day, answer.as_of.source) == (dt.date(2026, 10, 31), "邻市人社局")


@pytest.mark.parametrize(
    ("code", "expected"), [(401, "refused"), (403, "refused"), (404, "broken"), (500, "broken")]
)
def test_a_status_is_a_reason(
    serve: Callable[..., Service], token: Path, code: int, expected: str
) -> None:
    service = serve()
    service.code = code
    assert why(HttpRegion("邻市", "990202", service.url, token)) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b" " * 1_000_001,
        json.dumps(GOOD | {"format": 2}).encode(),
        json.dumps(GOOD | {"as_of": "20261301"}).encode(),
        json.dumps(GOOD | {"whole": "yes"}).encode(),
        json.dumps(GOOD | {"source": "a\nb"}).encode(),
        json.dumps(GOOD | {"rows": {"a": 1}}).encode(),
        json.dumps(GOOD | {"rows": [[]]}).encode(),
        json.dumps(GOOD | {"rows": [ROW | {"isInware": ""}]}).encode(),
        json.dumps(GOOD | {"rows": [ROW | {"received_date": "20190230"}]}).encode(),
        json.dumps(GOOD | {"rows": [ROW | {"received_date": 20190703}]}).encode(),
        json.dumps(GOOD | {"rows": [ROW] * 1001}).encode(),
    ],
)
def test_what_is_no_answer_is_told_as_broken(
    serve: Callable[..., Service], token: Path, body: bytes
) -> None:
    service = serve()
    service.body = body
    assert why(HttpRegion("邻市", "990202", service.url, token)) == "broken"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@pytest.mark.slow
@given(st.fixed_dictionaries({key: json_values | st.just(value) for key, value in GOOD.items()}))
def test_any_json_is_an_answer_or_broken_and_nothing_else(said: dict[str, Any]) -> None:
    try:
        answer = _answer(spec_of(ArchiveIndex), said)
    except NO_ANSWER:
        return
    assert all(isinstance(row, ArchiveIndex) for row in answer.rows)


def test_a_redirection_gets_neither_number_nor_token(
    serve: Callable[..., Service], token: Path
) -> None:
    first, other = serve(), serve()
    first.code, first.headers = 307, {"Location": other.url}
    assert why(HttpRegion("邻市", "990202", first.url, token)) == "broken"
    assert other.got == []


def test_nobody_there_is_unreachable_and_nobody_answering_is_too_late(token: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        assert why(HttpRegion("邻市", "990202", url, token)) == "unreachable"
        deaf.listen()
        assert why(HttpRegion("邻市", "990202", url, token), 0.05) == "timeout"


def test_a_server_that_sends_a_little_for_ever_is_too_late(
    serve: Callable[..., Service], token: Path
) -> None:
    times = iter((0.0, 6.0))
    region = HttpRegion("邻市", "990202", serve().url, token, monotonic=lambda: next(times))
    assert why(region, 5.0) == "timeout"


@pytest.mark.parametrize("content", [None, b"", b"short", b"two words of a token", b"\xff" * 20])
def test_without_a_token_nobody_is_asked(
    serve: Callable[..., Service], tmp_path: Path, content: bytes | None
) -> None:
    service, path = serve(), tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    assert why(HttpRegion("邻市", "990202", service.url, path)) == "credential"
    assert service.got == []


@pytest.mark.parametrize(
    "url", ["http://region.example/", "http://127.0.0.1.example/", "file:///etc/passwd", "https://"]
)
def test_an_address_without_tls_is_refused_but_on_this_machine(token: Path, url: str) -> None:
    with pytest.raises(RegionError):
        HttpRegion("邻市", "990202", url, token)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of this machine, and a server's context with it."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "region.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "ca.pem").write_bytes(made.public_bytes(pem))
    (folder / "server.pem").write_bytes(made.public_bytes(pem) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return folder / "ca.pem", context


def test_a_certificate_is_verified_before_the_number_is_sent(
    serve: Callable[..., Service], token: Path, tmp_path: Path
) -> None:
    ca, context = certificate(tmp_path)
    service = serve(context)
    assert why(HttpRegion("邻市", "990202", service.url, token)) == "unreachable"
    assert service.got == []
    trusted = HttpRegion("邻市", "990202", service.url, token, ca)
    assert len(trusted.answer(ArchiveIndex, NUMBER, 5.0).rows) == 1
    with pytest.raises(RegionError):
        HttpRegion("邻市", "990202", service.url, token, tmp_path / "absent.pem")
