"""The ministry's string and its error numbers, against the sample and the table it prints."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from devices.card import errors
from devices.card.errors import CardDataError, CardError, CardRefusedError
from devices.card.ministry import MINISTRY_TEXTS, ministry_code, ministry_string, ministry_text
from devices.card.ssc import SocialSecurityCard
from tests.devices.card.cards import CardConnectionTo, card

SAMPLE = (
    "639900|111111198101011110|X00000019|639900D15600000500BF7C7A48FB4966|张三|"
    "00814E43238697159900BF7C7A|1.00|20101001|20201001|410100813475|终端设备号|"
)
"""As the ministry prints it."""

EXAMPLES: list[tuple[CardError, int, str]] = [
    (errors.ForeignCardError(), -1, "卡类型不对"),
    (errors.CardVersionError("4.00"), -1, "卡类型不对"),
    (errors.CardAbsentError("x"), -2, "无卡"),
    (errors.CardRemovedError(), -2, "无卡"),
    (errors.CardResetError(), -3, "有卡未上电"),
    (errors.CardMuteError(), -4, "卡无应答"),
    (errors.ServiceDownError(), -11, "读卡器连接错"),
    (errors.AccessDeniedError(), -11, "读卡器连接错"),
    (errors.ReaderAbsentError("x", ()), -11, "读卡器连接错"),
    (errors.ReaderFaultError(1), -11, "读卡器连接错"),
    (errors.CardBusyError(), -12, "未建立连接"),
    (errors.ScriptError("x"), -14, "(发给动态库的)命令参数错"),
    (errors.ProfileError("x"), -14, "(发给动态库的)命令参数错"),
    (errors.KeyFileError(Path("x"), "x"), -14, "(发给动态库的)命令参数错"),
    (errors.CardDataError("EF05 tag 01: no issuing area"), -20, "卡识别码格式错"),
    (errors.CardDataError("EF06 tag 09"), -999, "未知错误"),
    (errors.CardNotGenuineError(), -21, "内部认证失败(用户卡不合法)"),
    (errors.SamLevelsError("IRK"), -24, "PSAM卡密钥级别不够"),
    (errors.PinFormatError(), -33, "输入密码长度错"),
    (errors.WrongPinError(3), -51, "PIN校验失败，剩余3次"),
    (errors.PinLockedError(), -52, "PIN锁定"),
    (errors.SamAbsentError("reader.absent"), -2201, "无PSAM卡"),
    (errors.SamAlgorithmError("SM4"), -2202, "PSAM卡算法不支持"),
    (errors.SamKeyMissingError("RKSSSE"), -2203, "PSAM内无RKSSSE"),
    (errors.SamKeyMissingError("IRK"), -27272, "未找到引用数据/密钥"),
    (errors.SamDataError("x"), -999, "未知错误"),
    (errors.SamRefusedError("BFDE0000", 0x9403), -37891, "PSAM卡不支持消费交易"),
    (errors.SamWrongKeyError("RKSSSE", 0x63C0), -25536, "外部认证失败"),
    (errors.SamWrongKeyError("RKSSSE", 0x63C2), -25538, "外部认证失败"),
    (errors.SamWrongKeyError("RKSSSE", 0x6983), -27011, "密钥/鉴别方法锁定"),
    (errors.CardBlockedError(0x9303), -37635, "应用永久锁定/卡片锁定"),
    (errors.CardBlockedError(0x6A81), -27265, "不支持/卡中无MF/卡锁定"),
]

STATUS_WORDS = {
    0x63C0: -25536,
    0x63C1: -25537,
    0x63C2: -25538,
    0x6700: -26368,
    0x6901: -26881,
    0x6981: -27009,
    0x6982: -27010,
    0x6983: -27011,
    0x6984: -27012,
    0x6985: -27013,
    0x6988: -27016,
    0x6A80: -27264,
    0x6A81: -27265,
    0x6A82: -27266,
    0x6A83: -27267,
    0x6A88: -27272,
    0x9302: -37634,
    0x9303: -37635,
    0x9403: -37891,
    0x9406: -37894,
}
"""The card's part of the table."""


def test_the_ministry_s_sample_card_gives_the_ministry_s_string() -> None:
    identity = SocialSecurityCard(CardConnectionTo(card("1.00"))).read_identity()
    assert ministry_string(identity, "410100813475", "终端设备号") == SAMPLE


def test_a_blank_card_gives_empty_fields_and_always_eleven() -> None:
    identity = SocialSecurityCard(CardConnectionTo(card(holder=None))).read_identity()
    bare = replace(
        identity, identification_code=None, card_number=None, issued=None, expires=date(999, 1, 2)
    )
    string = ministry_string(bare, "", "")
    assert string == "|||||00814E43238697159900BF7C7A|2.00||09990102|||"
    assert string.count("|") == 11


@pytest.mark.parametrize("part", ["name", "terminal", "device"])
def test_a_separator_inside_a_value_does_not_shift_the_fields(part: str) -> None:
    identity = SocialSecurityCard(CardConnectionTo(card())).read_identity()
    terminal, device = ("1|2" if part == name else "1" for name in ("terminal", "device"))
    with pytest.raises(CardDataError) as caught:
        ministry_string(
            replace(identity, name="甲|乙") if part == "name" else identity, terminal, device
        )
    assert caught.value.place == f"{part}: a field separator in a value"


@pytest.mark.parametrize(("error", "code", "text"), EXAMPLES, ids=lambda value: str(value)[:20])
def test_each_error_has_its_number_and_words(error: CardError, code: int, text: str) -> None:
    assert (ministry_code(error), ministry_text(error)) == (code, text)


def test_an_error_of_something_else_is_unknown() -> None:
    error = ValueError("x")
    assert (ministry_code(error), ministry_text(error)) == (-999, "未知错误")


def test_no_error_is_forgotten() -> None:
    """An error class without an example here would go out as 未知错误 unnoticed."""
    known = {type(error) for error, _, _ in EXAMPLES} | {CardRefusedError}
    assert known == {
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, CardError) and found is not CardError
    }


@pytest.mark.parametrize(("sw", "code"), STATUS_WORDS.items())
def test_a_refusal_is_its_status_word(sw: int, code: int) -> None:
    refusal = CardRefusedError("00B20000", sw)
    assert ministry_code(refusal) == code
    assert ministry_text(refusal) == MINISTRY_TEXTS[code] != "未知错误"


def test_a_status_word_that_the_table_lacks_keeps_its_number() -> None:
    refusal = CardRefusedError("00B20000", 0x6581)
    assert (ministry_code(refusal), ministry_text(refusal)) == (-25985, "未知错误")
