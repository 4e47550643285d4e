"""A browser in front of a running demo, for tests that look at its pages."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from tests.e2e.conftest import KIOSK
from tests.leaks import note

CHROMIUM = shutil.which("chromium")
PATIENCE = 15_000
"""Milliseconds for what comes at once where the machine has nothing else to do."""
expect.set_options(timeout=PATIENCE)
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
]


@dataclass
class Demo:
    """A running `kiosk demo`: its address, its process, and hands for its devices."""

    address: str
    process: subprocess.Popen[str]

    def do(self, what: str, name: str = "") -> None:
        answer = httpx2.post(f"{self.address}dock/do", json={"what": what, "name": name})
        assert answer.status_code == 204, answer.text


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo on a free port, with its data in a folder of its own."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
    log = (folder / "log").open("w+")
    process = subprocess.Popen(
        [KIOSK, "demo", "--port", "0", "--data", folder],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert process.stdout is not None
    address = ""
    while not address:
        line = process.stdout.readline()
        assert line, "the demo ended before it was ready"
        if "screen: " in line:
            address = line.split("screen: ")[1].split()[0]
    yield Demo(address, process)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) in (0, 130)
    process.stdout.close()
    log.seek(0)
    said = log.read()
    log.close()
    assert not re.search("Traceback|ERROR|CRITICAL", said), said
    note("log of kiosk demo", said)


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    """A page of the kiosk's own shape; an error in its script fails the test."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must not skip the browser tests: chromium is not installed")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=OPTIONS,
            ignore_default_args=["--hide-scrollbars"],  # a hall's browser has them
        )
        page = browser.new_page(viewport={"width": 1080, "height": 1920})
        page.set_default_timeout(PATIENCE)
        page.set_default_navigation_timeout(60_000)  # the first page comes while Chromium starts
        yield page
        browser.close()


@pytest.fixture
def page(demo: Demo, browser_page: Page) -> Iterator[Page]:
    """The idle screen, with every device in order."""
    for verb in ("switch_on", "load_paper", "close_cover"):
        demo.do("printer", verb)
    demo.do("start_service")
    demo.do("remove")
    errors: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    browser_page.on("console", lambda m: errors.append(_said(m)) if m.type == "error" else None)
    browser_page.goto(demo.address)
    on_screen(browser_page, "idle")
    yield browser_page
    # What asks by itself may be under way while its technician logs out: it is refused then.
    wrong = [said for said in errors if not ("status of 401" in said and "/technician/" in said)]
    assert not wrong, "\n".join(wrong)


def _said(message: ConsoleMessage) -> str:
    return f"{message.text} {message.location['url']}"


def on_screen(page: Page, name: str) -> None:
    expect(page.locator(f"[data-screen={name}]")).to_be_visible()
