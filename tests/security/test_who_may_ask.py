"""Foreign names, foreign pages, odd requests: at the wire, in bytes, to the server that ships."""

import pytest

from kiosk.visit.shown import Shown
from tests.security.conftest import TOKEN, Wire

PIN = b'{"digits": "246810"}'
HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_this_machines_own_names_are_served(wire: Wire, name: str) -> None:
    assert wire.get("/screen", host=f"{name}:{wire.port}").status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost.",
        "127.0.0.1.:8080",
        "user@127.0.0.1",
        "127.0.0.1:80@evil.example",
        "127.0.0.1/..",
        "127.0.0.1#evil.example",
        "127.0.0.1, evil.example",
        "127.0.0.1:eight",
        "127.0.0.1:",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "[::]",
        "::1",
        "[::ffff:127.0.0.1]",
        "[::1%25lo]",
        "１２７.0.0.1".encode().decode("latin-1"),
        "kiosk-01.hall.local",
    ],
)
def test_a_page_of_another_name_that_points_here_reads_nothing(wire: Wire, host: str) -> None:
    for path in ("/screen", "/", "/events", "/api/status", "/metrics", "/static/kiosk.js"):
        refused = wire.get(path, host=host)
        assert refused.status in (400, 421), path
        assert TOKEN.encode() not in refused.body


def test_a_request_without_a_name_or_with_two_reads_nothing(wire: Wire) -> None:
    assert wire.say(b"GET /screen HTTP/1.1\r\n\r\n").status == 400
    assert wire.say(b"GET /screen HTTP/1.0\r\n\r\n").status == 421
    assert wire.say(b"GET /screen HTTP/1.1\r\nHost:\r\n\r\n").status == 421
    assert wire.get("/screen", "Host: evil.example").status == 400
    old = f"POST /api/visit/end HTTP/1.0\r\nX-Visit: {TOKEN}\r\nOrigin: http://{wire.name}\r\n\r\n"
    assert wire.say(old.encode()).status == 421


def test_a_whole_address_in_the_first_line_opens_no_other_door(wire: Wire) -> None:
    for address in ("http://evil.example/screen", f"http://{wire.name}/screen", "evil.example:443"):
        assert wire.get(address).status == 404
    assert wire.get("http://127.0.0.1/screen", host="evil.example").status == 421


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "SAME-ORIGIN, cross-site"])
def test_what_another_page_embeds_or_fetches_is_refused(wire: Wire, site: str) -> None:
    for path in ("/screen", "/events", "/alive", "/static/kiosk.js"):
        assert wire.get(path, f"Sec-Fetch-Site: {site}").status == 403


def test_a_window_that_comes_from_elsewhere_gets_the_page_which_shows_nothing_by_itself(
    wire: Wire,
) -> None:
    site = "Sec-Fetch-Site: cross-site"
    assert TOKEN.encode() not in wire.get("/", site, "Sec-Fetch-Dest: document").body
    assert wire.get("/", site, "Sec-Fetch-Dest: document").status == 200
    for kind in ("iframe", "embed", "empty"):
        assert wire.get("/", site, f"Sec-Fetch-Dest: {kind}").status == 403
    for path in ("/screen", "/verify", "/technician", "//"):
        assert wire.get(path, site, "Sec-Fetch-Dest: document").status == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_what_the_page_itself_fetches_is_served(wire: Wire, site: str) -> None:
    assert wire.get("/screen", f"Sec-Fetch-Site: {site}").status == 200


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "http://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://127.0.0.1:{port}",
        "http://localhost:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "http://127.0.0.1:{port}/",
        "http://user@127.0.0.1:{port}",
        "http://127.0.0.1:{port} http://evil.example",
    ],
)
def test_another_pages_call_is_refused_even_with_the_token(wire: Wire, origin: str | None) -> None:
    headers = [f"X-Visit: {TOKEN}", "Content-Type: application/json"]
    if origin is not None:
        headers.append(f"Origin: {origin.format(port=wire.port)}")
    for path, body in (
        ("/api/visit/pin", PIN),
        ("/api/visit/end", b""),
        ("/verify", b'{"code":"X"}'),
    ):
        head = wire.head(path, *headers, f"Content-Length: {len(body)}", method="POST")
        assert wire.say(head + b"\r\n" + body).status == 409
    assert wire.parts.visit.posted == []


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain; application/json",
        "application/jsonp",
        "",
    ],
)
def test_what_a_form_can_send_is_refused(wire: Wire, kind: str) -> None:
    head = wire.head(
        "/api/visit/pin",
        f"Content-Type: {kind}",
        f"X-Visit: {TOKEN}",
        f"Origin: http://{wire.name}",
        f"Content-Length: {len(PIN)}",
        method="POST",
    )
    assert wire.say(head + b"\r\n" + PIN).status == 415
    assert wire.parts.visit.posted == []


def test_the_preflight_of_another_page_is_not_answered(wire: Wire) -> None:
    asked = wire.get(
        "/api/visit/end",
        "Origin: http://evil.example",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: x-visit",
        method="OPTIONS",
    )
    assert asked.status == 405
    assert not [name for name in asked.headers if name.startswith("access-control")]


def test_the_token_of_an_earlier_visit_or_screen_opens_nothing(wire: Wire) -> None:
    visit = wire.parts.visit
    before = visit.shown
    assert wire.post("/api/visit/touch", b"{}").status == 202
    visit.posted.clear()
    visit.shown = Shown(before.state, "the-next-visit")
    try:
        for _ in range(3):
            assert wire.post("/api/visit/end", b"").status == 409
        assert TOKEN.encode() not in wire.get("/screen").body
    finally:
        visit.shown = before
    assert visit.posted == []


@pytest.mark.parametrize(
    "sent", [f"{TOKEN} ", f"{TOKEN}x", TOKEN[:-1], TOKEN.upper(), "é" * 17, "*", "x" * 9000]
)
def test_a_token_is_taken_whole_or_not_at_all(wire: Wire, sent: str) -> None:
    head = wire.head(
        "/api/visit/end",
        f"X-Visit: x{sent}" if sent.endswith(" ") else f"X-Visit: {sent}",
        f"Origin: http://{wire.name}",
        "Content-Length: 0",
        method="POST",
    )
    assert wire.say(head + b"\r\n").status == 409
    assert wire.parts.visit.posted == []


def test_nobody_can_choose_the_token_and_no_cookie_is_set_or_read(wire: Wire) -> None:
    shown = wire.get("/screen?token=mine&x-visit=mine", "Cookie: visit=mine", "X-Visit: mine")
    assert b"mine" not in shown.body
    assert TOKEN.encode() in shown.body
    head = wire.head(
        f"/api/visit/end?x-visit={TOKEN}",
        f"Cookie: X-Visit={TOKEN}; x_visit={TOKEN}",
        f"Origin: http://{wire.name}",
        "Content-Length: 0",
        method="POST",
    )
    assert wire.say(head + b"\r\n").status == 409
    for path in ("/", "/screen", "/verify", "/api/status", "/metrics", "/nothing"):
        assert "set-cookie" not in wire.get(path).headers


def test_who_claims_to_be_a_proxy_is_not_believed(wire: Wire) -> None:
    claims = ("X-Forwarded-Proto: https", "X-Forwarded-For: 9.9.9.9", "Forwarded: proto=https")
    assert wire.post("/api/visit/touch", b"{}", *claims).status == 202
    wire.parts.visit.posted.clear()
    assert wire.get("/screen", "X-Forwarded-Host: 127.0.0.1", host="evil.example").status == 421


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"])
def test_a_method_that_is_not_meant_does_nothing(wire: Wire, method: str) -> None:
    for path in ("/screen", "/events", "/verify", "/api/visit/end", "/metrics"):
        head = wire.head(path, *wire.own(), "X-HTTP-Method-Override: POST", method=method)
        with wire.connect() as line:
            line.sendall(head + b"\r\n")
            first = line.recv(12)
        assert first == b"HTTP/1.1 405", path
    assert wire.get("/api/visit/end", *wire.own()).status == 405
    assert wire.parts.visit.posted == []


def test_the_server_speaks_no_websocket_and_no_other_protocol(wire: Wire) -> None:
    upgrade = (
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    assert wire.get("/screen", "Upgrade: websocket", *upgrade).status == 200  # not 101
    assert wire.get("/ws", "Upgrade: websocket", *upgrade).status == 404
    assert wire.get("/screen", "Upgrade: h2c", "Connection: Upgrade").status == 200
    assert wire.say(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status == 421
    assert wire.say(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").status == 400


@pytest.mark.parametrize(
    "path", ["/", "/screen", "/verify", "/api/status", "/static/kiosk.js", "/nothing", "/metrics"]
)
def test_every_answer_carries_what_protects_it(wire: Wire, path: str) -> None:
    headers = wire.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not {"*", "http:", "https:", "data:", "blob:"} & set(policy.replace(";", "").split())
    for power in ("camera", "microphone", "geolocation", "usb", "serial", "hid"):
        assert f"{power}=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_refusals_and_bugs_carry_it_too(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(event: object) -> None:
        raise ValueError(event)

    refused = wire.get("/screen", host="evil.example")
    monkeypatch.setattr(wire.parts.visit, "post", bug)
    broken = wire.post("/api/visit/pin", PIN)
    assert (refused.status, broken.status) == (421, 500)
    for answer in (refused, broken):
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert b"246810" not in answer.body
