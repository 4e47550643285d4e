import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from printing.errors import LayoutError, TextRefusedError
from printing.text import gate, pad, rom_bytes, width, wrap

chinese = st.text(
    st.sampled_from("示例市精密仪器有限公司（第二分中心），。、：《》㛃𬭚"), max_size=60
)
mixed = st.lists(
    st.one_of(
        chinese,
        st.sampled_from(
            ["12333 ", "2026-10 ", "1,027.20 ", "　", "GB/T", "24个月", "2026年10月31日"]
        ),
    ),
    max_size=20,
).map("".join)
anything = st.text(max_size=40)


@given(anything)
def test_text_that_passes_the_gate_holds_no_control_and_passes_again_unchanged(text: str) -> None:
    try:
        clean = gate(text, "name")
    except TextRefusedError:
        return
    assert not any(unicodedata.category(c)[0] == "C" for c in clean)
    assert gate(clean, "name") == clean


@pytest.mark.parametrize(
    "bad", ["\x00", "\x1b", "\x10", "\n", "\x7f", "\u200b", "\u202e", "\ufeff", "\ue863", "\u0301"]
)
def test_a_control_or_format_character_is_refused_and_its_place_named(bad: str) -> None:
    with pytest.raises(TextRefusedError) as caught:
        gate(f"张三{bad}", "姓名")
    assert caught.value.code == "text.control_character"
    assert (caught.value.place, caught.value.offset) == ("姓名", 2)
    assert "张三" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("\u00a5100", "￥100"),
        ("a\u00a0b", "a b"),
        ("2026\u201110", "2026-10"),
        ("\u22125.00", "-5.00"),
        ("阿不都\u30fb热合曼", "阿不都\u00b7热合曼"),
        ("e\u0301", "é"),
        ("葛\U000e0100城", "葛城"),
    ],
)
def test_look_alikes_become_what_the_printers_rom_holds(raw: str, clean: str) -> None:
    assert gate(raw, "cell") == clean
    assert all(rom_bytes(c, "gb18030-2byte") for c in clean)


@given(mixed, st.integers(12, 48))
def test_wrapped_lines_fit_and_together_say_the_same(text: str, limit: int) -> None:
    lines = wrap(text, limit)
    assert all(width(line) <= limit for line in lines)
    bare = str.maketrans("", "", " 　")
    assert "".join(lines).translate(bare) == text.translate(bare)


short_words = st.sampled_from(["12333 ", "2026-10 ", "1,027.20 ", "　", "GB/T "])


@given(st.lists(st.one_of(chinese, short_words), max_size=20).map("".join), st.integers(12, 48))
@example("、㛃《　12333 ", 12)
@example("《　　2026-10 ", 12)
@example("GB/T 2026-10 、", 13)
@example("GB/T 12333 （㛃", 13)
def test_no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one(
    text: str, limit: int
) -> None:
    # Marks in a row may be more than a line holds together with a word.
    bare = re.sub(r"\s", "", text)
    assume(not any(a + b in bare for a in "，。、：）》（《" for b in "，。、：）》（《"))
    lines = wrap(text, limit)
    assert not any(line[:1] in "，。、：）》" for line in lines[1:] if line)
    assert not any(line[-1:] in "（《" for line in lines[:-1] if line)


@given(
    st.lists(st.sampled_from(["1,027.20", "2026-10", "99010119850315012X", "到账", "共"])),
    st.integers(18, 40),
)
def test_amounts_months_and_numbers_are_never_parted(words: list[str], limit: int) -> None:
    lines = wrap(" ".join(words), limit)
    for word in words:
        if word[0].isdigit():
            assert any(word in line for line in lines)


def test_a_figure_wider_than_the_line_is_an_error_and_not_cut() -> None:
    with pytest.raises(LayoutError):
        wrap("共 1,234,567.89 元", 8)


def test_a_long_name_leaves_no_single_character_on_its_last_line() -> None:
    assert [width(line) for line in wrap("一" * 20, 38)] == [36, 4]


def test_a_number_and_its_unit_are_not_parted_nor_a_standard_and_its_number() -> None:
    text = "由缴费 102 条记录得出，依据 GB/T 40217-2021 第 14 条，共 24 个月，请拨打 12333。"
    for room in range(16, 60):
        lines = wrap(text, room)
        assert not [line for line in lines if line.endswith(("102", "GB/T", " 14", " 24"))], room
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("约需 38 厘米纸", 8, ("约需", "38 厘米", "纸")),
        ("连续缴费24个月且没有中断", 12, ("连续缴费", "24个月且没有", "中断")),
        ("金额100元整", 9, ("金额", "100元整")),
        ("请在 15 个工作日内办理", 14, ("请在", "15 个工作日内", "办理")),
        ("数据截至2026年10月31日为准", 16, ("数据截至", "2026年10月31日为", "准")),
        ("数据截至2026年10月31日为准", 13, ("数据截至", "2026年10月", "31日为准")),
        ("数据截至2026年10月31日为准", 6, ("数据截", "至", "2026年", "10月", "31日为", "准")),
        ("缴费 102 个月", 4, ("缴费", "102", "个月")),
    ],
)
def test_a_number_stays_with_its_whole_unit_and_a_date_is_one_piece_where_a_line_holds_them(
    text: str, limit: int, lines: tuple[str, ...]
) -> None:
    assert wrap(text, limit) == lines


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("打开 verify.example.gov.cn/v 输入", 16, ("打开", "verify.example", ".gov.cn/v 输入")),
        ("https://verify.example.gov.cn/v", 14, ("https://verify", ".example.gov", ".cn/v")),
        ("by-id/usb-1a86_USB_Serial-if00", 12, ("by-id/usb-1a", "86_USB_Seria", "l-if00")),
    ],
)
def test_an_address_longer_than_the_line_is_parted_at_its_joints(
    text: str, limit: int, lines: tuple[str, ...]
) -> None:
    assert wrap(text, limit) == lines


@given(anything.filter(str.isprintable), st.integers(0, 10))
def test_padding_adds_exactly_the_missing_columns(text: str, more: int) -> None:
    assert width(pad(text, width(text) + more)) == width(text) + more
    assert pad(text, width(text) + more, right=True).endswith(text)


@given(st.characters(codec="utf-8"), st.sampled_from(["gb2312", "gbk", "gb18030-2byte"]))
def test_a_roms_bytes_are_one_or_two_and_as_wide_as_the_character(character: str, rom: str) -> None:
    code = rom_bytes(character, rom)  # type: ignore[arg-type]
    if code is not None:
        assert len(code) == width(character)
        assert code.decode("gb18030") == character
        assert len(code) == 1 or code[1] >= 0x40


@pytest.mark.parametrize(
    ("character", "roms"),
    [("中", 3), ("镕", 2), ("䶮", 1), ("㛃", 0), ("𬭚", 0), ("𠮷", 0), ("\u00a5", 0), ("—", 3)],
)
def test_each_rom_holds_the_characters_of_its_standard(character: str, roms: int) -> None:
    held = [rom_bytes(character, rom) for rom in ("gb18030-2byte", "gbk", "gb2312")]
    assert [code is not None for code in held] == [True] * roms + [False] * (3 - roms)
