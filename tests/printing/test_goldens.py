"""What is printed is what somebody has looked at; `make golden` renews it after a wanted change."""

import re
from difflib import unified_diff
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from tests.printing.goldens import FILES, FOLDER, drawn, said
from tests.printing.technicians import RESULTS

DIFFERENCES = Path("build/golden")
BLURRED = 48
"""Of 255: by how much a spot of five dots may differ; an edge smoothed otherwise is far below."""

PICTURES = [(name, file) for name, file in FILES if file.endswith(".png")]
TEXTS = [one for one in FILES if one not in PICTURES]


@pytest.mark.parametrize(("name", "file"), TEXTS)
def test_every_medium_says_exactly_what_it_said(name: str, file: str) -> None:
    golden = (FOLDER / name / file).read_text("utf-8").splitlines()
    now = said(name, file).splitlines()
    difference = "\n".join(unified_diff(golden, now, "golden", "now", lineterm=""))
    assert not difference, f"{name}/{file}: `make golden` if this is wanted\n{difference}"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "file"), PICTURES)
def test_every_paper_looks_as_it_looked(name: str, file: str) -> None:
    golden = Image.open(FOLDER / name / file).convert("L")
    now = drawn(name, file)
    worst = _difference(golden, now)
    if worst > BLURRED:
        shown = _shown(golden, now, f"{name}-{file}")
        pytest.fail(f"{name}/{file} looks different ({worst}); look at {shown}, then `make golden`")


def test_a_missing_word_is_a_difference() -> None:
    """The tolerance must not swallow what it is there to find."""
    golden = Image.open(FOLDER / "custody/a4-normal.png").convert("L")
    box = (30, 120, 60, 128)
    assert min(golden.crop(box).tobytes()) < 128
    changed = golden.copy()
    changed.paste(255, box)
    assert _difference(golden, changed) > BLURRED


def test_there_are_no_goldens_of_what_is_gone() -> None:
    wanted = {FOLDER / name / file for name, file in FILES}
    assert set(FOLDER.rglob("*.*")) == wanted


def _difference(golden: Image.Image, now: Image.Image) -> int:
    if golden.size != now.size:
        return 255
    spots = ImageChops.difference(golden, now).filter(ImageFilter.BoxBlur(2))
    return max(spots.tobytes())


def _shown(golden: Image.Image, now: Image.Image, name: str) -> Path:
    """Golden, now and what differs, side by side."""
    width, height = max(golden.width, now.width), max(golden.height, now.height)
    sheet = Image.new("L", (3 * width + 20, height), 128)
    sheet.paste(golden, (0, 0))
    sheet.paste(now, (width + 10, 0))
    if golden.size == now.size:
        sheet.paste(ImageChops.difference(golden, now), (2 * width + 20, 0))
    DIFFERENCES.mkdir(parents=True, exist_ok=True)
    path = DIFFERENCES / name
    sheet.save(path)
    return path.resolve()


def test_an_answer_in_the_technicians_sample_has_the_bits_it_is_said_to_have() -> None:
    evidence = "".join(str(found.evidence) for one in RESULTS for found in one.findings)
    answers = re.findall("([0-9A-F]{2})h: ([01]{4}) ([01]{4})", evidence)
    assert answers
    for byte, high, low in answers:
        assert int(byte, 16) == int(high + low, 2)
