"""Makes the pictures of the README from a run of the demo: `make pictures`."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from kiosk.demo.show import LOGIN

KIOSK = Path(sys.executable).with_name("kiosk")
IMAGES = Path("docs/images")
HEIGHT = 1100
CHROMIUM = "/usr/bin/chromium"
ANYWHERE = """folder => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    text.data = text.data.replaceAll(folder, "/srv/kiosk");
  }
}"""
"""Where the picture was made is nobody's matter."""


def papers(folder: Path) -> None:
    """The receipt's two ends and the report's first page."""
    subprocess.run([KIOSK, "demo", "--once", "--out", folder / "out", "--person", "2"], check=True)
    receipt = Image.open(folder / "out/receipt.png").convert("L")
    gap, half = 24, 1250
    both = Image.new("L", (receipt.width, 2 * half + gap), 214)
    both.paste(receipt.crop((0, 0, receipt.width, half)), (0, 0))
    both.paste(
        receipt.crop((0, receipt.height - half, receipt.width, receipt.height)), (0, half + gap)
    )
    _save(both, "receipt")
    _save(Image.open(folder / "out/statement.png").convert("L"), "report")


@contextmanager
def running_demo() -> Iterator[tuple[str, str]]:
    """Its address, and the password of its technician."""
    demo = subprocess.Popen([KIOSK, "demo", "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    told = next(line for line in demo.stdout if "screen: " in line)
    password = next(line for line in demo.stdout if "password: " in line)
    try:
        yield told.split("screen: ")[1].split()[0], password.split("password: ")[1].strip()
    finally:
        demo.terminate()
        demo.wait()


def screen(folder: Path) -> None:
    """The preview of a statement, as a citizen sees it."""
    with running_demo() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 540, "height": 960}, device_scale_factor=2)
        page.goto(address + "dock")
        pin = page.inner_text('[data-name="03"] code').removeprefix("PIN ")
        page.goto(address)  # before the card: a later page gets nothing of its visit
        page.wait_for_selector("[data-screen=idle]")
        page.request.post(f"{address}dock/do", data={"what": "insert", "name": "03"})
        page.wait_for_selector("[data-dots]")
        for digit in pin:
            page.click(f'[data-key="{digit}"]')
        page.click("[data-confirm]")
        page.wait_for_selector(".chart")
        page.screenshot(path=folder / "screen.png")
        browser.close()
    _save(Image.open(folder / "screen.png").convert("RGB"), "screen")


def console(folder: Path) -> None:
    """What a technician sees of a kiosk whose receipt printer has no paper."""
    with running_demo() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 960})
        page.goto(address + "dock")
        page.click('[data-name="take_paper"]')
        page.goto(address)
        page.wait_for_selector("[data-screen=idle]")
        page.keyboard.press("Control+Alt+k")
        page.fill("[name=login]", LOGIN)
        page.fill("[name=password]", password)
        page.click(".door .go")
        page.wait_for_selector("#found .rows")
        page.wait_for_selector("#live .rows")
        page.evaluate(ANYWHERE, str(Path.cwd()))
        page.screenshot(path=folder / "console.png")
        browser.close()
    _save(Image.open(folder / "console.png").convert("RGB"), "console")


def _save(image: Image.Image, name: str) -> None:
    sized = image.resize((round(image.width * HEIGHT / image.height), HEIGHT))
    few = sized.quantize(128, dither=Image.Dither.NONE)
    few.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        papers(Path(temporary))
        screen(Path(temporary))
        console(Path(temporary))
