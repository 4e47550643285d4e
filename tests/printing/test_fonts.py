import gc
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from printing.encode.faces import Ruler, _embedded
from printing.errors import FontUnreadableError, GlyphMissingError
from printing.fonts import FontChain
from printing.glyphs import Glyphs
from tests.printing.samples import FONTS


def test_each_character_is_drawn_by_the_first_font_that_has_it() -> None:
    chain = FontChain.of(FONTS)
    assert [chain.font_of(c) for c in "中镕A￥㛃䶮𠮷𬭚"] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [(run.font, run.text) for run in chain.runs("张㛃𬭚三")] == [
        (0, "张"),
        (1, "㛃𬭚"),
        (0, "三"),
    ]


def test_a_glyph_without_an_outline_counts_as_missing() -> None:
    # WenQuanYi Micro Hei maps these to empty glyphs; printed, they would be nothing.
    assert FontChain.of(FONTS[:1]).missing("ǎⅤ℃中") == (0x1CE, 0x2103, 0x2164)
    assert FontChain.of(FONTS).missing("ǎⅤ℃中") == ()


def test_a_space_needs_no_outline() -> None:
    assert FontChain.of(FONTS[:1]).missing(" 　") == ()


def test_a_character_that_no_font_draws_is_named_by_its_code_point_only() -> None:
    with pytest.raises(GlyphMissingError) as caught:
        FontChain.of(FONTS[:1]).require("张㛃")
    assert caught.value.code == "font.glyph_missing"
    assert caught.value.codepoints == (0x36C3,)
    assert "㛃" not in str(caught.value)


def test_a_font_file_that_is_missing_cut_short_or_no_font_is_named(tmp_path: Path) -> None:
    cut = tmp_path / "cut.ttc"
    shutil.copyfile(FONTS[0], cut)
    with cut.open("r+b") as stream:
        stream.truncate(5000)
    text = tmp_path / "text.ttf"
    text.write_text("this is not a font")
    cff = tmp_path / "cff.otf"
    cff.write_bytes(b"OTTO" + bytes(300))
    for path in (tmp_path / "none.ttf", cut, text, cff, tmp_path):
        with pytest.raises(FontUnreadableError) as caught:
            FontChain.of([path])
        assert caught.value.code == "font.unreadable"
        assert caught.value.path == str(path)


@pytest.mark.parametrize("character", "㛃𬭚䶮𠮷镕")
def test_a_cell_image_has_the_characters_ink_inside_24_by_24_dots(character: str) -> None:
    image = Glyphs(FontChain.of(FONTS)).columns(character)
    assert len(image) == 72
    dots = sum(byte.bit_count() for byte in image)
    assert 40 < dots < 350


def test_cell_images_of_different_characters_differ() -> None:
    glyphs = Glyphs(FontChain.of(FONTS))
    assert len({glyphs.columns(c) for c in "㛃𬭚䶮𠮷"}) == 4


def test_a_column_of_the_image_runs_from_top_to_bottom() -> None:
    # 一 is one stroke across the middle: every inner column has ink only in its middle byte.
    image = Glyphs(FontChain.of(FONTS)).columns("一")
    inner = [image[3 * column : 3 * column + 3] for column in range(6, 18)]
    assert all(top == bottom == 0 and middle for top, middle, bottom in inner)


def test_the_image_is_not_mirrored_or_turned() -> None:
    # 厂 is a stroke along the top and one down the left side.
    image = Glyphs(FontChain.of(FONTS)).columns("厂")
    left, right = image[:27], image[45:]
    assert any(left[2::3])
    assert any(right[0::3])
    assert not any(right[2::3])


def test_no_image_of_a_character_that_no_font_draws() -> None:
    with pytest.raises(GlyphMissingError):
        Glyphs(FontChain.of(FONTS[:1])).columns("㛃")


def test_the_face_of_equal_widths_is_taken_where_a_collection_has_one() -> None:
    own, spaced = FontChain.of(FONTS), FontChain.of(FONTS).monospaced()
    assert [file.path for file in spaced.files] == [file.path for file in own.files]
    assert spaced.files[0] != own.files[0]
    assert spaced.files[1:] == own.files[1:]
    measure = [Ruler(chain).measure for chain in (own, spaced)]
    assert [width("ii", 10) == width("WW", 10) for width in measure] == [False, True]
    assert spaced.monospaced().files == spaced.files
    single = FontChain.of(FONTS[1:])
    assert single.monospaced().files == single.files


@pytest.mark.parametrize("rows", [24, 32, 48, 144])
@pytest.mark.parametrize("character", "gjpqy")
def test_what_hangs_below_a_line_is_not_cut_off(character: str, rows: int) -> None:
    """The same letter in a cell with room to spare is no higher."""
    cell = Glyphs(FontChain.of(FONTS)).cell(character, rows, rows)
    font = ImageFont.truetype(str(FONTS[0]), round(rows * 21 / 24))
    whole = Image.new("L", (2 * rows, 2 * rows))
    ImageDraw.Draw(whole).text((rows, rows), character, 255, font, anchor="ms")
    inked = [picture.point([0] * 96 + [255] * 160).getbbox() for picture in (cell, whole)]
    high, enough = (box[3] - box[1] for box in inked if box)
    assert abs(high - enough) <= 1


def test_a_font_that_was_read_leaves_no_object_for_each_glyph() -> None:
    gc.collect()
    before = len(gc.get_objects())
    font = _embedded.__wrapped__(FontChain.of(FONTS).files[0])
    gc.collect()
    assert len(font.face.charWidths) > 30_000
    assert len(gc.get_objects()) - before < 3_000
