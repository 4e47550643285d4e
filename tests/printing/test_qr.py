"""The QR symbol of a seal, read by another's program."""

import random
import subprocess
from pathlib import Path

from PIL import Image

from printing.qr import Modules, modules

PAGE = "https://verify.example/#"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _drawn(symbol: Modules, module: int, quiet: int) -> Image.Image:
    side = len(symbol) + 2 * quiet
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(symbol):
        for x, dark in enumerate(row):
            image.putpixel((x + quiet, y + quiet), 0 if dark else 255)
    return image.resize((side * module, side * module), Image.Resampling.NEAREST)


def test_symbols_of_a_hundred_codes_are_read_as_what_they_say(tmp_path: Path) -> None:
    chance = random.Random(7)
    said = [PAGE + "".join(chance.choices(LETTERS, k=29)) for _ in range(100)]
    files = [tmp_path / f"{number:03}.png" for number in range(100)]
    for content, file in zip(said, files, strict=True):
        _drawn(modules(content), module=3, quiet=4).save(file)
    read = subprocess.run(
        ["zbarimg", "--raw", "-q", *files], check=True, capture_output=True, text=True
    )
    assert read.stdout.split() == said
