"""Reports in PCL XL: what Ghostscript writes, its cut into pages, and what comes of faults."""

import logging
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageChops, ImageFilter

from devices.printer.blocks import Block
from devices.printer.models.page import PclModel
from devices.printer.pages.pdf import page_images
from devices.printer.pages.pjl import begin_job, end_job
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pages.xl import Ghostscript, XlError, xl_blocks
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.pages.laser import SimulatedLaser
from devices.printer.simulated.pages.sheet import draw
from tests.devices.printer.pages.conftest import MakeCable, MakeSerial
from tests.devices.printer.pages.desk import Clock
from tests.devices.printer.pages.documents import pdf
from tests.devices.printer.pages.laser import Desk, document, pcl
from tests.devices.printer.pages.test_paper import feed

pytestmark = pytest.mark.slow

GS = Ghostscript(shutil.which("gs") or "gs", seconds=60.0)
MODEL = pcl("pcl6-network")
HEAD = b") HP-PCL XL;1;1;Comment\n"
PAGES = 3

with_gs = pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript is not installed")


@cache
def blocks() -> tuple[Block, ...]:
    return xl_blocks(pdf(PAGES), MODEL.dpi, GS)


def on_paper(*data: bytes, model: PclModel = MODEL) -> SimulatedLaser:
    clock = Clock()
    machine = SimulatedLaser(model, monotonic=clock, network=True)
    feed(machine, clock, begin_job("K1") + b"".join(data) + end_job("K1"))
    return machine


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether each has its ink within two dots of the other's, but for one dot in 500."""
    return max(alone(one, other), alone(other, one)) < 0.002


def alone(one: Image.Image, other: Image.Image) -> float:
    """The share of the first one's ink that has none of the other's within two dots."""
    ink = ImageChops.invert(one.convert("L")).getbbox()
    assert ink is not None
    box = (ink[0] - 9, ink[1] - 9, ink[2] + 9, ink[3] + 9)
    own, others = (image.crop(box).convert("L") for image in (one, other))
    near = others.filter(ImageFilter.MinFilter(5))
    return sum(ImageChops.subtract(near, own).histogram()[128:]) / own.histogram()[0]


# The paper


@with_gs
def test_every_page_comes_out_with_its_ink_where_the_pdf_has_it() -> None:
    machine = on_paper(*(block.data for block in blocks()))
    assert machine.errors == []
    assert len(machine.tray) == PAGES
    want = next(page_images(pdf(PAGES), MODEL.dpi))
    assert alike(draw(machine.tray[0], GlyphMemory()), want)


@with_gs
def test_each_page_stands_alone() -> None:
    whole = on_paper(*(block.data for block in blocks())).tray
    for number, block in enumerate(blocks()):
        machine = on_paper(block.data)
        assert machine.errors == []
        (sheet,) = machine.tray
        assert sheet.marks == whole[number].marks


@pytest.mark.skipif(shutil.which("gpcl6") is None, reason="GhostPCL is not installed")
@with_gs
def test_another_makers_interpreter_prints_the_same_job(tmp_path: Path) -> None:
    job = begin_job("K1") + b"".join(block.data for block in blocks()) + end_job("K1")
    (tmp_path / "job.prn").write_bytes(job)
    options = ("-dNOPAUSE", "-dBATCH", "-sDEVICE=pbmraw", f"-r{MODEL.dpi}", "-sOutputFile=%d.pbm")
    subprocess.run(["gpcl6", *options, "job.prn"], cwd=tmp_path, check=True, capture_output=True)
    assert len(list(tmp_path.glob("*.pbm"))) == PAGES
    for number, want in enumerate(page_images(pdf(PAGES), MODEL.dpi), start=1):
        with Image.open(tmp_path / f"{number}.pbm") as picture:
            assert alike(picture, want)


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(ValueError, match="no PDF"):
        xl_blocks(b"hello", 300, GS)


# The program


def script(folder: Path, text: str) -> Ghostscript:
    program = folder / "gs"
    program.write_text(f"#!/bin/sh\n{text}\n", "ascii")
    program.chmod(0o755)
    return Ghostscript(str(program), seconds=0.2 if "sleep" in text else 60.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("exit 1", "failed"),
        ("exec sleep 60", "late"),
        ("exit 0", "wrong"),
        ("echo '%!PS'", "wrong"),
        (r"printf ') HP-PCL XL;1;1\nA\033%%-12345X'", "wrong"),
    ],
)
def test_a_program_that_does_not_do_its_work_leaves_our_own_raster(
    text: str, reason: str, tmp_path: Path, make_cable: MakeCable, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    desk = with_xl(make_cable, script(tmp_path, text))
    result = document(desk.printer, pdf(1))
    assert (result.outcome, result.blocks_confirmed) == ("confirmed", 1)
    assert desk.printer.xl_fault == reason
    assert caplog.messages == [f"raster instead of PCL XL: {reason}"]
    raster = Desk(make_cable, pcl("pcl-network"))
    assert document(raster.printer, pdf(1)).outcome == "confirmed"
    assert desk.sim.tray[0].marks == raster.sim.tray[0].marks


def test_a_program_that_was_taken_away_is_told() -> None:
    with pytest.raises(XlError) as raised:
        xl_blocks(pdf(1), 300, Ghostscript("/nowhere/gs"))
    assert raised.value.reason == "missing"


@with_gs
def test_the_document_is_on_no_command_line_and_in_no_environment(tmp_path: Path) -> None:
    told = tmp_path / "told"
    xl_blocks(
        pdf(1), 300, script(tmp_path, f'echo "$@" >{told}; env >>{told}; exec {GS.program} "$@"')
    )
    words, *variables = told.read_text("ascii").splitlines()
    assert "/proc/self/fd/" in words
    assert {line.partition("=")[0] for line in variables} <= {
        "TMPDIR",
        "PWD",
        "SHLVL",
        "_",
        "OLDPWD",
    }


@with_gs
def test_the_program_can_keep_nothing_on_a_disk(tmp_path: Path) -> None:
    """What comes by its standard input it would copy to a scratch file."""
    options = "-q -dSAFER -dBATCH -dNOPAUSE -sDEVICE=pxlmono -sOutputFile=- - <$last"
    copying = script(tmp_path, f"for last; do :; done; exec {GS.program} {options}")
    with pytest.raises(XlError) as raised:
        xl_blocks(pdf(1), 300, copying)
    assert raised.value.reason == "failed"


# The journal's pages


def with_xl(make_cable: MakeCable, ghostscript: Ghostscript, name: str = "pcl6-network") -> Desk:
    desk = Desk(make_cable, pcl(name))
    desk.printer = PjlPrinter(
        desk.cable.tcp(),
        desk.model,
        monotonic=desk.clock,
        pause=desk.cable.run,
        hold_seconds=30.0,
        ghostscript=ghostscript,
    )
    return desk


@cache
def papers() -> tuple[object, ...]:
    """The marks of each page by itself."""
    return tuple(on_paper(block.data).tray[0].marks for block in blocks())


def whole_pages(desk: Desk) -> list[int]:
    """Which pages of the report lie whole in the tray, in the end."""
    desk.cable.run(120)
    return [papers().index(sheet.marks) + 1 for sheet in desk.sim.tray if sheet.marks in papers()]


def bytes_before(page: int) -> int:
    """Bytes of the job up to the middle of that page."""
    before = sum(len(block.data) for block in blocks()[: page - 1])
    return len(begin_job("K000000")) + before + len(blocks()[page - 1].data) // 2


@pytest.fixture
def counted(make_cable: MakeCable) -> Iterator[Desk]:
    desk = with_xl(make_cable, GS, "pcl6-network-counted")
    yield desk
    desk.printer.close()


@with_gs
def test_a_report_is_confirmed_page_by_page(counted: Desk) -> None:
    result = document(counted.printer, pdf(PAGES))
    assert (result.outcome, result.evidence) == ("confirmed", "pages")
    assert (result.blocks_sent, result.blocks_confirmed) == (PAGES, PAGES)
    assert whole_pages(counted) == [1, 2, 3]
    assert counted.sim.errors == []
    assert counted.printer.xl_fault is None


HOLDS: Final = {
    "paper out": ("take_paper", "load_paper"),
    "cover open": ("open_cover", "close_cover"),
    "jam": ("jam", "clear_jam"),
}


@with_gs
@pytest.mark.parametrize("page", range(1, PAGES + 1))
@pytest.mark.parametrize("fault", HOLDS)
def test_a_fault_at_any_page_is_waited_for_and_each_page_comes_once(
    counted: Desk, fault: str, page: int
) -> None:
    strike, mend = HOLDS[fault]
    counted.cable.when_job_byte(bytes_before(page), getattr(counted.sim, strike))
    counted.cable.after(25, getattr(counted.sim, mend))
    result = document(counted.printer, pdf(PAGES))
    assert result.outcome == "confirmed"
    assert whole_pages(counted) == [1, 2, 3]


@with_gs
@pytest.mark.parametrize("page", range(1, PAGES + 1))
def test_a_power_cut_at_any_page_never_prints_one_twice_nor_claims_one_too_many(
    counted: Desk, page: int
) -> None:
    counted.cable.when_job_byte(bytes_before(page), lambda: counted.cable.cut_power(10.0))
    result = document(counted.printer, pdf(PAGES))
    pages = whole_pages(counted)
    assert len(set(pages)) == len(pages)
    assert result.blocks_confirmed <= len(pages)
    if result.outcome == "confirmed":
        assert pages == [1, 2, 3]
    assert document(counted.printer, pdf(1)).outcome == "confirmed"


@with_gs
def test_after_a_power_cut_behind_a_counted_page_only_the_missing_ones_are_sent(
    counted: Desk,
) -> None:
    counted.cable.into_job(4.0, lambda: counted.cable.cut_power(10.0))  # page 1 is out, 2 is not
    result = document(counted.printer, pdf(PAGES))
    assert (result.outcome, result.evidence) == ("confirmed", "pages")
    assert whole_pages(counted) == [1, 2, 3]
    assert len(counted.sim.tray) == PAGES
    assert counted.sim.errors == []


@with_gs
def test_a_session_broken_off_on_a_serial_line_does_not_swallow_the_next_job(
    make_cable: MakeCable, serial_link: MakeSerial
) -> None:
    """The line shows no end: what is missing of a glyph is made up before anything else."""
    desk = Desk(make_cable, replace(pcl("pcl-serial"), pcl_xl=True), serial_link)
    broken = begin_job("K999999") + blocks()[0].data
    for start in range(0, 20_000, 400):  # within a glyph, for the most part
        desk.sim.receive(broken[start : start + 400])
        desk.cable.run(1)
    result = desk.print(1)
    desk.printer.close()
    assert result.outcome == "confirmed"
    assert desk.whole_pages()[-1] == 1
