"""Paths, headers and bodies that were made to break something: each gets an answer, none a file."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.security.conftest import TOKEN, Wire

PIN = b'{"digits": "246810"}'


@pytest.mark.parametrize("root", ["/static/", "/", "/verify/", "/static/../"])
@pytest.mark.parametrize(
    "way",
    [
        "../app.py",
        "..%2fapp.py",
        "..%2Fapp.py",
        "%2e%2e/app.py",
        "%2e%2e%2fapp.py",
        "%252e%252e%252fapp.py",
        "..%255capp.py",
        "..\\app.py",
        "..%5capp.py",
        "....//app.py",
        "..;/app.py",
        "..%00/app.py",
        "kiosk.js%00.css",
        "kiosk.js/../../app.py",
        "//etc/passwd",
        "%2fetc%2fpasswd",
        "../../../../../../../../etc/passwd",
        "..%c0%af..%c0%afetc/passwd",
        "file:///etc/passwd",
        "~root/.bashrc",
        "kiosk.js%0d%0aSet-Cookie:%20a=b",
        "%ff%fe",
        "%",
        "a" * 5000,
    ],
)
def test_no_path_leads_out_of_the_static_files(wire: Wire, root: str, way: str) -> None:
    found = wire.get(root + way)
    assert found.status in (404, 405), found
    assert b"FastAPI" not in found.body
    assert b"root:" not in found.body
    assert "set-cookie" not in found.headers


def test_folders_are_not_listed_and_sources_not_served(wire: Wire) -> None:
    for path in (
        "/static/",
        "/static/.",
        "/templates/kiosk.html",
        "/static/__init__.py",
    ):
        assert wire.get(path).status == 404
    for path in ("/docs", "/redoc", "/dock"):
        assert wire.get(path).status == 404


@pytest.mark.parametrize(
    "line",
    [
        "X-Visit: a\rSet-Cookie: b=c",
        "X-Visit: a\x00b",
        "X-Visit : a",
        "X Visit: a",
        ": a",
        "X-Visit\r\n: a",
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: -1",
        "Content-Length: 4_0",
        "Content-Length: 0x4",
    ],
)
def test_a_head_that_could_be_read_in_two_ways_is_refused(wire: Wire, line: str) -> None:
    refused = wire.get("/screen", line)
    assert refused.status in (400, 413)
    assert "set-cookie" not in refused.headers


def test_what_is_asked_never_comes_back_as_a_header(wire: Wire) -> None:
    for path in (
        "/screen?a=%0d%0aX-Evil:%201",
        "/%0d%0aX-Evil:%201",
        "/static%0d%0aX-Evil:1",
        "//evil.example/..",
        "//evil.example/static/",
        "/static//evil.example/",
    ):
        headers = wire.get(path).headers
        assert "x-evil" not in headers
        assert "location" not in headers


def test_a_length_and_chunks_together_smuggle_nothing(wire: Wire) -> None:
    smuggled = b"POST /api/visit/end HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    head = wire.head(
        "/api/visit/touch",
        *wire.own(),
        f"Content-Length: {len(smuggled) + 5}",
        "Transfer-Encoding: chunked",
        method="POST",
    )
    assert wire.say(head + b"\r\n0\r\n\r\n" + smuggled).status in (400, 413)
    assert wire.parts.visit.posted == []


def test_long_heads_are_refused_early(wire: Wire) -> None:
    assert wire.get("/screen", f"X-Long: {'a' * 600_000}").status in (0, 400)
    assert wire.get(f"/screen?{'a' * 600_000}").status in (0, 400)
    assert wire.get("/screen", *(f"X-{n}: {'b' * 90}" for n in range(6000))).status in (0, 400)
    assert wire.get("/screen").status == 200


def test_a_body_is_short_has_a_length_and_is_no_more_than_it_says(wire: Wire) -> None:
    large = b'{"digits": "' + b"1" * 5000 + b'"}'
    assert wire.post("/api/visit/pin", large).status == 413
    for length in ("99999999999999999999", "9" * 5000, "1e3", "٣"):
        head = wire.head(
            "/api/visit/pin",
            *wire.own(),
            f"Content-Length: {length}".encode().decode("latin-1"),
            method="POST",
        )
        assert wire.say(head + b"\r\n").status in (400, 413), length
    chunked = wire.head("/api/visit/pin", *wire.own(), "Transfer-Encoding: chunked", method="POST")
    assert wire.say(chunked + b"\r\n5\r\nabcde\r\n0\r\n\r\n").status == 413
    # More than was said is the next request, and none at that.
    more = wire.head("/api/visit/touch", *wire.own(), "Content-Length: 2", method="POST")
    assert wire.say(more + b"\r\n{}" + b"x" * 4000).status == 202
    assert len(wire.parts.visit.posted) == 1
    wire.parts.visit.posted.clear()


def test_every_method_has_the_same_limit(wire: Wire) -> None:
    for method in ("GET", "PUT", "DELETE"):
        head = wire.head("/screen", "Content-Length: 5000", method=method)
        assert wire.say(head + b"\r\n").status == 413


def test_a_compressed_body_is_not_unpacked(wire: Wire) -> None:
    bomb = gzip.compress(b'{"digits": "' + b"1" * 400_000 + b'"}')
    assert len(bomb) < 4096
    for coding in ("gzip", "deflate", "br", "identity, gzip"):
        assert wire.post("/api/visit/pin", bomb, f"Content-Encoding: {coding}").status == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'"',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"digits": NaN}',
        b'{"digits": 1e999}',
        b'{"digits": ["2468"]}',
        b'{"digits": {"$ne": ""}}',
        b'{"digits": null}',
        b'{"digits": "' + b"2" * 65 + b'"}',
        b"[" * 2000,
        b'{"a":' * 600 + b"1" + b"}" * 600,
        b"9" * 4000,
    ],
)
def test_a_body_that_makes_no_sense_is_refused_and_is_not_repeated(wire: Wire, body: bytes) -> None:
    refused = wire.post("/api/visit/pin", body)
    assert refused.status in (400, 422)  # 400: what is nested too deeply to be read
    assert b"2222" not in refused.body
    assert wire.parts.visit.posted == []


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_request_get_an_answer_or_a_closed_line(wire: Wire, junk: bytes) -> None:
    said = wire.say(junk + b"\r\n\r\n")
    assert said.status in (0, 400, 404, 405, 421)
    assert TOKEN.encode() not in said.body


@settings(max_examples=60)
@given(st.recursive(st.none() | st.integers() | st.text(max_size=20), st.lists, max_leaves=4))
def test_no_json_is_a_bug(wire: Wire, value: object) -> None:
    for name, field in (
        ("choose", "statement"),
        ("months", "first"),
        ("case", "number"),
        ("verify", "code"),
    ):
        body = json.dumps({field: value}).encode()
        if len(body) <= 4096:
            assert wire.post(f"/api/visit/{name}", body).status in (202, 422)
    wire.parts.visit.posted.clear()
