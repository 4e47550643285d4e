"""Makes the pictures of every screen in `docs/images/screens`: `make screens`."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from kiosk.visit.look import USUAL_LOOK, Look
from tests.stand import Stand, stand

FOLDER = Path("docs/images/screens")
CHROMIUM = "/usr/bin/chromium"
PORTRAIT, WIDE, SMALL = (1080, 1920), (1920, 1080), (1280, 800)
WIDTH = 405
"""Pixels of a standing picture; a lying one is as many high."""
SOME = ("idle", "enter_pin", "menu", "preview", "printed-bad")
OTHERS = {
    "en": (PORTRAIT, Look("en")),
    "elder": (PORTRAIT, Look(size="elder")),
    "contrast": (PORTRAIT, Look(contrast="high")),
    "reach": (PORTRAIT, Look(reach="low")),
    "all-en": (PORTRAIT, Look("en", "elder", "high", "low")),
    "wide": (WIDE, USUAL_LOOK),
    "small-en": (SMALL, Look("en")),
}


def picture(page: Page, standing: Stand, name: str, look: Look, file: str) -> None:
    """One screen as a small WebP file."""
    standing.show(page, name, look)
    page.evaluate("document.fonts.ready")
    shot = Image.open(io.BytesIO(page.screenshot()))
    small = WIDTH / min(shot.size)
    size = (round(shot.width * small), round(shot.height * small))
    shot.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(
        FOLDER / f"{file}.webp", quality=80, method=6
    )


def main() -> None:
    """Every screen as it usually looks, and some in every other look."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with stand() as standing, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": PORTRAIT[0], "height": PORTRAIT[1]})
        page.goto(standing.address)
        for name in standing.states:
            picture(page, standing, name, USUAL_LOOK, name)
        for kind, ((width, height), look) in OTHERS.items():
            page.set_viewport_size({"width": width, "height": height})
            for name in SOME:
                picture(page, standing, name, look, f"{kind}-{name}")
        browser.close()


if __name__ == "__main__":
    main()
