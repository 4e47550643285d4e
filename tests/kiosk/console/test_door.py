"""The console's door: who comes in, who waits, what is written down, and what a session proves."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_mock import MockerFixture
from typer.testing import CliRunner

from archive.sqlite.store import SqliteStore
from kiosk.cli import app
from kiosk.console.accounts import Accounts, weakness
from kiosk.console.errors import (
    LoginRefusedError,
    LoginThrottledError,
    PasswordWeakError,
    TechnicianFileError,
)
from kiosk.console.guard import COOKIE
from kiosk.console.login import ENTERED, LEFT, REFUSED, THROTTLED, Door
from tests.kiosk.console.conftest import FAST, LOGIN, PAGE, PASSWORD, Technician

pytestmark = pytest.mark.slow


def test_the_file_of_accounts_is_private_and_holds_no_password(tmp_path: Path) -> None:
    place = tmp_path / "technicians.json"
    accounts = Accounts(place, FAST)
    assert accounts.all() == ()
    accounts.set(LOGIN, "李伟", PASSWORD)
    accounts.set("wang.fang", "王芳", "nine green teapots")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert PASSWORD not in place.read_text("utf-8")
    assert PASSWORD not in repr(accounts.all())
    assert accounts.check(LOGIN, PASSWORD) is not None
    assert accounts.check("wang.fang", PASSWORD) is None
    assert accounts.check("nobody", PASSWORD) is None
    accounts.set(LOGIN, "李伟", "another long passphrase")
    assert accounts.check(LOGIN, PASSWORD) is None
    accounts.remove(LOGIN)
    assert [one.login for one in accounts.all()] == ["wang.fang"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_accounts_that_others_can_read_are_refused(tmp_path: Path, mode: int) -> None:
    place = tmp_path / "technicians.json"
    accounts = Accounts(place, FAST)
    accounts.set(LOGIN, "李伟", PASSWORD)
    place.chmod(mode)
    with pytest.raises(TechnicianFileError):
        accounts.check(LOGIN, PASSWORD)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"login": "x"}]', "no json"])
def test_a_damaged_file_of_accounts_lets_nobody_in(tmp_path: Path, text: str) -> None:
    place = tmp_path / "technicians.json"
    place.write_text(text, "utf-8")
    place.chmod(0o600)
    accounts = Accounts(place, FAST)
    if text == "{}":
        assert accounts.all() == ()
        return
    with pytest.raises(TechnicianFileError):
        accounts.all()


@pytest.mark.parametrize(
    "password",
    ["short one", "123456789012345", "aaaaaaaaaaaabbbb", "li.wei is here", "my kiosk is mine"],
)
def test_a_password_that_can_be_guessed_is_refused(tmp_path: Path, password: str) -> None:
    assert weakness(LOGIN, "李伟", password)
    with pytest.raises(PasswordWeakError):
        Accounts(tmp_path / "technicians.json", FAST).set(LOGIN, "李伟", password)


def test_a_technician_comes_in_and_the_trail_says_who(technician: Technician) -> None:
    assert "data-csrf" not in technician.browser.get("/technician").text
    answer = technician.enter()
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"].lower()
    for word in ("httponly", "samesite=strict", "path=/technician"):
        assert word in cookie
    page = technician.browser.get("/technician").text
    assert "李伟" in page
    assert PASSWORD not in page
    assert technician.act("logout").status_code == 204
    assert technician.trail() == [(LOGIN, ENTERED), (LOGIN, LEFT)]


def test_a_refused_login_is_written_down_but_not_what_nobody_is_called(
    technician: Technician, caplog: pytest.LogCaptureFixture
) -> None:
    assert technician.enter(password="wrong").status_code == 403
    assert technician.enter(login="typed.in.the.wrong.field").status_code == 403
    assert technician.trail() == [(LOGIN, REFUSED), ("", REFUSED)]
    assert "typed.in" not in caplog.text


def test_a_login_from_another_page_is_refused(technician: Technician) -> None:
    body = {"login": LOGIN, "password": PASSWORD}
    for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        answer = technician.browser.post("/technician/login", json=body, headers=headers)
        assert answer.status_code == 403
    assert technician.trail() == []


def _guess(door: Door, login: str) -> type[Exception]:
    try:
        door.enter(login, "not this one either")
    except (LoginRefusedError, LoginThrottledError) as refusal:
        return type(refusal)
    raise AssertionError


def test_a_thousand_wrong_logins_are_slowed_down_and_a_restart_helps_nobody(
    technician: Technician, mocker: MockerFixture
) -> None:
    console = technician.console
    looked = mocker.spy(console.accounts, "check")
    written = mocker.spy(console.machine.trail, "should")
    for _ in range(1000):  # one a second, a quarter of an hour
        assert _guess(console.door, LOGIN)
        technician.later(1)
    assert looked.call_count < 20
    settings, again = console.machine.settings, Door(console.machine, console.accounts)
    with pytest.raises(LoginThrottledError):
        again.enter(LOGIN, PASSWORD)
    results = [call.kwargs["result"] for call in written.call_args_list]
    assert results.count(REFUSED) == 13, "each that was looked at leaves a row"
    assert 20 < results.count(THROTTLED) < 60, "of those that wait, one in half a minute"
    technician.later(settings.technician.most_seconds)
    assert again.enter(LOGIN, PASSWORD).login == LOGIN
    assert _guess(again, LOGIN) is LoginRefusedError, "who was right once begins anew"


def test_guesses_over_many_logins_are_slowed_down_together(technician: Technician) -> None:
    door = technician.console.door
    most = technician.console.machine.settings.technician.tries_in_all
    told = [_guess(door, f"login{number}") for number in range(3 * most)]
    assert told.count(LoginRefusedError) == most
    assert technician.enter().status_code == 429


def test_a_clock_that_was_set_back_locks_nobody_out_for_longer(technician: Technician) -> None:
    console = technician.console
    for _ in range(6):
        _guess(console.door, LOGIN)
    technician.wall.ahead -= timedelta(days=30)
    again = Door(console.machine, console.accounts)
    with pytest.raises(LoginThrottledError):
        again.enter(LOGIN, PASSWORD)
    technician.later(console.machine.settings.technician.most_seconds)
    assert again.enter(LOGIN, PASSWORD).login == LOGIN


def test_a_trail_that_cannot_be_read_keeps_no_technician_out(technician: Technician) -> None:
    assert isinstance(technician.console.machine.store, SqliteStore)
    technician.console.machine.store.close()
    assert technician.enter().status_code == 204


def _with_cookie(technician: Technician, value: str) -> int:
    technician.browser.cookies.clear()
    technician.browser.cookies.set(COOKIE, value, path="/technician")
    return technician.browser.get("/technician/live").status_code


def test_a_session_that_was_foisted_on_the_browser_is_never_entered(technician: Technician) -> None:
    foisted = "chosen-by-somebody-else"
    technician.browser.cookies.set(COOKIE, foisted, path="/technician")
    first = technician.enter().headers["set-cookie"].split("=")[1].split(";")[0]
    assert first != foisted
    assert _with_cookie(technician, foisted) == 401
    assert _with_cookie(technician, first) == 200
    technician.enter()
    assert _with_cookie(technician, first) == 401, "a login ends the session it was made in"


def test_a_session_cannot_be_replayed_after_its_log_out(technician: Technician) -> None:
    technician.enter()
    csrf, cookies = technician.csrf, dict(technician.browser.cookies)
    assert technician.act("logout").status_code == 204
    for name, value in cookies.items():
        technician.browser.cookies.set(name, value, path="/technician")
    headers = {"Origin": PAGE, "X-Console": csrf}
    assert technician.browser.post("/technician/examine", headers=headers).status_code == 401
    assert technician.browser.get("/technician/live").status_code == 401
    assert "data-csrf" not in technician.browser.get("/technician").text


@pytest.mark.parametrize("change", ["password", "account", "file"])
def test_who_has_no_account_any_more_is_out_at_once(technician: Technician, change: str) -> None:
    technician.enter()
    assert technician.browser.get("/technician/live").status_code == 200
    accounts = technician.console.accounts
    match change:
        case "password":
            accounts.set(LOGIN, "李伟", "another long passphrase")
        case "account":
            accounts.remove(LOGIN)
        case _:
            accounts._path.chmod(0o644)
    assert technician.browser.get("/technician/live").status_code == 401


def test_a_session_ends_when_nobody_acts_though_its_page_asks_by_itself(
    technician: Technician,
) -> None:
    technician.enter()
    for _ in range(9):
        technician.later(60)
        assert technician.browser.get("/technician/live").status_code == 200
    technician.later(60)
    assert technician.browser.get("/technician/live").status_code == 401


def test_a_session_ends_after_its_longest_time_whatever_is_done(technician: Technician) -> None:
    technician.enter()
    for _ in range(239):
        technician.later(60)
        assert technician.browser.get("/technician").text.count("data-csrf") == 1
    technician.later(60)
    assert "data-csrf" not in technician.browser.get("/technician").text


def test_the_command_sets_a_password_without_showing_it(
    technician: Technician, tmp_path: Path
) -> None:
    settings = technician.console.machine.settings
    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'[store]\nrecords = "{settings.store.records}"\njournal = "{settings.store.journal}"\n'
        f'[technician]\naccounts = "{tmp_path}/others.json"\n',
        "utf-8",
    )

    def run(*words: str, typed: str = "") -> tuple[int, str]:
        result = CliRunner().invoke(
            app, ["technician", *words, "--config", str(config)], input=typed
        )
        return result.exit_code, result.output

    new = ("password", "wang.fang", "--name", "王芳")
    code, said = run(*new, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (code, PASSWORD in said) == (0, False)
    assert run(*new, typed=f"{PASSWORD}\nanother\n")[0] != 0
    assert run("password", "no good login!", "--name", "x")[0] == 2
    assert "wang.fang" in run("list")[1]
    assert json.loads((tmp_path / "others.json").read_text("utf-8"))[0]["name"] == "王芳"
    assert run("remove", "wang.fang")[0] == 0
    assert run("remove", "wang.fang")[0] != 0
    assert "kiosk staff technician password" in run("list")[1]
    trail = technician.trail()
    assert trail == [("wang.fang", "technician.set"), ("wang.fang", "technician.removed")]
