"""Why a value or a row is refused: a stable word, and a sentence for the operator."""

from enum import StrEnum


class Reason(StrEnum):
    """One cause of refusal. The value is stable: rejects files and tests rely on it."""

    REQUIRED = "required"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    LENGTH = "length"
    CHARACTERS = "characters"
    DATE = "date"
    MONTH = "month"
    AMOUNT = "amount"
    NUMBER = "number"
    UNKNOWN_CODE = "unknown_code"
    CHECK_DIGIT = "check_digit"
    BIRTH_DATE = "birth_date"
    CONTRADICTION = "contradiction"
    PAID_MORE_THAN_DUE = "paid_more_than_due"
    NEGATIVE = "negative"
    PERIOD = "period"
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_EMPLOYER = "unknown_employer"
    DUPLICATE = "duplicate"
    COLUMNS = "columns"
    QUOTES = "quotes"
    NUL = "nul"
    ENCODING = "encoding"
    LINE_TOO_LONG = "line_too_long"
    REPEATED = "repeated"
    OVERLAP = "overlap"
    STRUCTURE = "structure"
    NOT_CONTINUED = "not_continued"
    SUM = "sum"

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return _SENTENCES[self][0]

    @property
    def en(self) -> str:
        """The sentence in English."""
        return _SENTENCES[self][1]


_SENTENCES: dict[Reason, tuple[str, str]] = {
    Reason.REQUIRED: ("必填项为空", "a required value is empty"),
    Reason.NOT_TEXT: ("含有控制字符", "control characters in the text"),
    Reason.TOO_LONG: ("超过允许长度", "longer than the element allows"),
    Reason.LENGTH: ("长度不符", "wrong length"),
    Reason.CHARACTERS: ("含有不允许的字符", "characters that the element does not allow"),
    Reason.DATE: ("日期不存在或格式不是 YYYYMMDD", "no such date, or not written YYYYMMDD"),
    Reason.MONTH: ("年月不存在或格式不是 YYYYMM", "no such month, or not written YYYYMM"),
    Reason.AMOUNT: ("金额须为两位小数", "an amount has exactly two decimal places"),
    Reason.NUMBER: ("不是整数", "not a whole number"),
    Reason.UNKNOWN_CODE: ("代码表中没有此代码", "not in the code table"),
    Reason.CHECK_DIGIT: ("校验码不符", "the check digit does not fit"),
    Reason.BIRTH_DATE: ("出生日期不存在", "no such date of birth"),
    Reason.CONTRADICTION: ("与同一行的其他项矛盾", "contradicts another value of the row"),
    Reason.PAID_MORE_THAN_DUE: ("实缴大于应缴", "more was paid than was due"),
    Reason.NEGATIVE: ("只有退收可以为负数", "only a refund may be negative"),
    Reason.PERIOD: ("终止早于开始", "ends before it begins"),
    Reason.UNKNOWN_PERSON: ("个人编号未登记", "the person has not been imported"),
    Reason.UNKNOWN_EMPLOYER: ("单位编号未登记", "the employer has not been imported"),
    Reason.DUPLICATE: ("号码已属于另一条记录", "the number already belongs to another record"),
    Reason.COLUMNS: ("列数与表头不符", "the number of columns differs from the head"),
    Reason.QUOTES: ("引号未闭合", "a quotation mark is left open"),
    Reason.NUL: ("含有空字符", "a NUL character in the line"),
    Reason.ENCODING: ("字节不符合文件编码", "bytes that are not text in the file's encoding"),
    Reason.LINE_TOO_LONG: ("行过长", "the line is too long"),
    Reason.REPEATED: (
        "同一记录在文件中另有一行，内容不同",
        "the file holds another row for the same record, which says something else",
    ),
    Reason.OVERLAP: (
        "与同一单位、同一险种的另一段参保时间重叠",
        "overlaps another registration of the same line with the same employer",
    ),
    Reason.STRUCTURE: ("不是一条记录", "this is no record of names and plain values"),
    Reason.NOT_CONTINUED: (
        "年初金额与上年年末金额不一致",
        "the opening amount is not the closing amount of the year before",
    ),
    Reason.SUM: ("各项金额之和与年末金额不符", "the amounts do not add up to the closing amount"),
}
