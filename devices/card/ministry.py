"""The ministry's driver interface as values: the string of iReadCardBas and its error numbers.

After the driver specification of LD/T 33-2015, so that other software of a hall can take this
reader as it takes the ministry's own.
"""

from datetime import date
from typing import Final

from devices.card.atr import parse_atr
from devices.card.errors import (
    AccessDeniedError,
    CardAbsentError,
    CardBlockedError,
    CardBusyError,
    CardDataError,
    CardMuteError,
    CardNotGenuineError,
    CardRefusedError,
    CardRemovedError,
    CardResetError,
    CardVersionError,
    ForeignCardError,
    KeyFileError,
    PinFormatError,
    PinLockedError,
    ProfileError,
    ReaderAbsentError,
    ReaderFaultError,
    SamAbsentError,
    SamAlgorithmError,
    SamDataError,
    SamKeyMissingError,
    SamLevelsError,
    SamRefusedError,
    SamWrongKeyError,
    ScriptError,
    ServiceDownError,
    WrongPinError,
)
from devices.card.identity import CardIdentity
from devices.card.items import IDENTIFICATION_CODE
from devices.card.sam import KeyUse

UNKNOWN: Final = -999
"""未知错误: the table leaves its number open; vendors use this one."""
WRONG_PIN: Final = -51

_KEY_NOT_FOUND: Final = -0x6A88

MINISTRY_TEXTS: Final = {
    -1: "卡类型不对",
    -2: "无卡",
    -3: "有卡未上电",
    -4: "卡无应答",
    -5: "加载动态库错",
    -11: "读卡器连接错",
    -12: "未建立连接",
    -13: "(动态库)不支持该命令",
    -14: "(发给动态库的)命令参数错",
    -15: "信息校验和出错",
    -20: "卡识别码格式错",
    -21: "内部认证失败(用户卡不合法)",
    -22: "传入数据与卡内不符",
    -23: "传入数据不合法",
    -24: "PSAM卡密钥级别不够",
    -31: "用户取消密码输入",
    -32: "密码输入操作超时",
    -33: "输入密码长度错",
    -34: "两次输入密码不一致",
    -35: "初始密码不能交易",
    -36: "不能改为初始密码",
    -41: "运算数据含非法字符",
    -42: "运算数据长度错",
    WRONG_PIN: "PIN校验失败，剩余{tries_left}次",
    -52: "PIN锁定",
    UNKNOWN: "未知错误",
    -2201: "无PSAM卡",
    -2202: "PSAM卡算法不支持",
    -2203: "PSAM内无RKSSSE",
    -2204: "不需要加密机认证",
    -25536: "外部认证失败",
    -25537: "外部认证失败",
    -25538: "外部认证失败",
    -26368: "Lc/Le不正确",
    -26881: "命令不接受",
    -27009: "命令与文件结构不符",
    -27010: "不满足安全条件",
    -27011: "密钥/鉴别方法锁定",
    -27012: "引用数据/随机数无效",
    -27013: "不满足使用条件/应用锁定",
    -27016: "安全报文/MAC不正确",
    -27264: "数据域参数不正确",
    -27265: "不支持/卡中无MF/卡锁定",
    -27266: "未找到文件/SFI不正确",
    -27267: "未找到记录",
    -27272: "未找到引用数据/密钥",
    -37634: "MAC无效",
    -37635: "应用永久锁定/卡片锁定",
    -37891: "PSAM卡不支持消费交易",
    -37894: "所需MAC/TAC不可用",
}
"""The table of errors as the ministry prints it; each number with its words."""

_CODES: Final[dict[type[Exception], int]] = {
    ForeignCardError: -1,
    CardVersionError: -1,
    CardAbsentError: -2,
    CardRemovedError: -2,
    CardResetError: -3,
    CardMuteError: -4,
    ServiceDownError: -11,
    AccessDeniedError: -11,
    ReaderAbsentError: -11,
    ReaderFaultError: -11,
    CardBusyError: -12,
    ScriptError: -14,
    ProfileError: -14,
    KeyFileError: -14,
    CardNotGenuineError: -21,
    SamLevelsError: -24,
    PinFormatError: -33,
    WrongPinError: WRONG_PIN,
    PinLockedError: -52,
    SamAbsentError: -2201,
    SamAlgorithmError: -2202,
    SamDataError: UNKNOWN,
}


def ministry_code(error: Exception) -> int:
    """The ministry's number for an error; a refusal is its status word, negative.

    Whatever its table has no row for is `UNKNOWN`, errors that are no card's among it.
    """
    match error:
        case (
            CardRefusedError(sw=sw)
            | CardBlockedError(sw=sw)
            | SamRefusedError(sw=sw)
            | SamWrongKeyError(sw=sw)
        ):
            return -sw
        case SamKeyMissingError(usage=KeyUse.READ_SSSE.value):
            return -2203
        case SamKeyMissingError():
            return _KEY_NOT_FOUND
        case CardDataError(place=place) if place.startswith(IDENTIFICATION_CODE.place):
            return -20
        case _:
            return _CODES.get(type(error), UNKNOWN)


def ministry_text(error: Exception) -> str:
    """The ministry's words for an error; a number that is not in its table is 未知错误."""
    text = MINISTRY_TEXTS.get(ministry_code(error), MINISTRY_TEXTS[UNKNOWN])
    if isinstance(error, WrongPinError):
        return text.format(tries_left=error.tries_left)
    return text


def ministry_string(identity: CardIdentity, terminal: str, device: str) -> str:
    """The eleven fields of iReadCardBas, each ended by `|`; what the card has not is empty.

    `terminal` is the number of the terminal (终端机编号, of the PSAM), `device` that of the device.
    `CardDataError` for a value that holds the separator itself.
    """
    values = {
        "area": (identity.identification_code or "")[:6],
        "social security number": identity.social_security_number,
        "card number": identity.card_number,
        "identification code": identity.identification_code,
        "name": identity.name,
        "reset information": parse_atr(identity.atr).historical_bytes.hex().upper(),
        "version": identity.version,
        "issued": _compact(identity.issued),
        "expires": _compact(identity.expires),
        "terminal": terminal,
        "device": device,
    }
    for name, value in values.items():
        if value and "|" in value:
            raise CardDataError(f"{name}: a field separator in a value")
    return "".join(f"{value or ''}|" for value in values.values())


def _compact(day: date | None) -> str:
    return f"{day.year:04d}{day:%m%d}" if day else ""
