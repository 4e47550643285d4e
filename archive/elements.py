"""The one table between the ministry's element codes and the English words used in code.

Names are those of LD/T 92 and GB/T 40217 as running systems use them; codes and formats follow
GB/T 40217-2021 where it gives them. AAZ5xx are the elements of the card systems. Dossier
elements (a0100A …) are of the personnel set, for which no standard is published; elements
in lower case with an underscore are our own, for lack of any.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final


class Form(Enum):
    """The written form of a value at the file boundary."""

    TEXT = "C..n"
    IDENTIFIER = "C..n, ASCII letters and digits"
    CODE = "a code of a table"
    DATE = "C8 YYYYMMDD"
    MONTH = "C6 YYYYMM"
    AMOUNT = "D16.2"
    CITIZEN_NUMBER = "C..32, GB 11643 where it begins with a digit"
    CARD_NUMBER = "C9 with check character"
    HEX = "C32 hexadecimal"
    AREA = "C6, digits of GB/T 2260"


@dataclass(frozen=True, slots=True)
class Element:
    """One data element."""

    code: str
    zh: str
    field: str
    form: Form
    length: int = 0
    """The greatest length of a text or identifier, in characters."""
    table: str = ""
    """The code table of a code."""
    personal: bool = False
    """Whether a value must be masked wherever the whole is not needed."""


_T, _K, _C, _D, _M, _A = Form.TEXT, Form.IDENTIFIER, Form.CODE, Form.DATE, Form.MONTH, Form.AMOUNT

ELEMENTS: Final = (
    # person
    Element("AAC001", "个人编号", "person_id", _K, 20, personal=True),
    Element(
        "AAC002", "社会保障号码", "social_security_number", Form.CITIZEN_NUMBER, 32, personal=True
    ),
    Element("AAC003", "姓名", "name", _T, 64, personal=True),
    Element("AAC004", "性别", "sex", _C, table="AAC004"),
    Element("AAC005", "民族", "ethnicity", _C, table="AAC005"),
    Element("AAC006", "出生日期", "birth_date", _D, personal=True),
    Element("AAC007", "参加工作日期", "work_started", _D),
    Element("AIC162", "离退休日期", "retired_on", _D),
    Element("AAB301", "行政区划", "region", Form.AREA, 6),
    # card
    Element("AAZ500", "社会保障卡卡号", "card_number", Form.CARD_NUMBER, 9, personal=True),
    Element("AAZ501", "卡识别码", "identification_code", Form.HEX, 32, personal=True),
    Element("AAZ502", "卡状态", "card_status", _C, table="AAZ502"),
    Element("AAZ503", "发卡日期", "issued", _D),
    Element("card_expires", "卡有效期", "expires", _D),
    # employer
    Element("AAB001", "单位编码", "employer_id", _K, 16),
    Element("AAB004", "单位名称", "employer_name", _T, 128),
    Element("BAB010", "统一社会信用代码", "credit_code", _K, 18),
    Element("AAB034", "经办机构编码", "agency", _K, 16),
    # registration
    Element("AAE140", "险种", "line", _C, table="AAE140.hrss"),
    Element("AAC008", "参保状态", "status", _C, table="AAC008"),
    Element("AAC031", "缴费状态", "payment_status", _C, table="AAC031"),
    Element("AAC049", "首次参保年月", "first_month", _M),
    Element("AAC030", "参保日期", "insured_since", _D),
    Element("AAE030", "本次开始日期", "started", _D),
    Element("AAE031", "本次终止日期", "ended", _D),
    # contribution
    Element("AAE003", "费款所属期", "month", _M),
    Element("AAA115", "应缴类型", "kind", _C, table="AAA115"),
    Element("AAE002", "结算年月", "settled", _M),
    Element("AAE180", "缴费基数", "base", _A),
    Element("AAE020", "单位应缴", "employer_due", _A),
    Element("AAE022", "个人应缴", "employee_due", _A),
    Element("AAE080", "单位实缴", "employer_paid", _A),
    Element("AAE082", "个人实缴", "employee_paid", _A),
    Element("AAE021", "单位划入个人账户", "to_account", _A),
    Element("EAD131", "到账日期", "posted_on", _D),
    Element("AAE078", "足额到账标志", "paid_status", _C, table="AAE078"),
    # personnel file
    Element("a0100A", "存档编号", "dossier_number", _K, 32, personal=True),
    Element("archive_agency", "存档机构", "dossier_agency", _T, 128),
    Element("shelvesNo", "档案位置号", "location", _T, 64),
    Element("isInware", "在库标志", "stock_flag", _K, 2),
    Element("isLent", "借出标志", "lent_flag", _K, 2),
    Element("personType", "存档性质", "ownership", _T, 16),
    Element("received_date", "接收日期", "received_on", _D),
    Element("oldArchiveUnit", "原存档单位", "former_agency", _T, 128),
    Element("lackMaterials", "缺少材料", "missing_materials", _T, 512),
    # about the files themselves
    Element("as_of", "数据截止日期", "as_of", _D),
    Element("source", "数据来源", "source", _T, 128),
)


@cache
def by_code() -> dict[str, Element]:
    """Elements by code."""
    return {element.code: element for element in ELEMENTS}


@cache
def by_heading() -> dict[str, Element]:
    """Elements by what may stand at the head of a column: code or English word, any case."""
    named = {element.field.casefold(): element for element in ELEMENTS}
    return named | {element.code.casefold(): element for element in ELEMENTS}


def element(code: str) -> Element:
    """The element with this code."""
    return by_code()[code]
