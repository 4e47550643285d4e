"""One row of every kind, as files bring them."""

from archive.codes import code_table
from archive.elements import Element, Form
from archive.records import SPECS, RecordKind

NUMBER = "11010519491231002X"
_OWN = {
    "AAC001": "1",
    "AAC002": NUMBER,
    "AAC003": "张三丰",
    "AAC004": "2",
    "AAC006": "19491231",
    "AAB001": "9",
    "record_kind": "",
}
_BY_FORM = {
    Form.TEXT: "示例",
    Form.PARAGRAPHS: "一\\n二",
    Form.IDENTIFIER: "X1",
    Form.DATE: "20200101",
    Form.MONTH: "202001",
    Form.YEAR: "2020",
    Form.AMOUNT: "1.50",
    Form.COUNT: "3",
    Form.CARD_NUMBER: "D2143569X",
    Form.HEX: "990101D1560000050000000126472510",
    Form.AREA: "990101",
}


def row(kind: RecordKind) -> dict[str, str]:
    """By element codes; every value is there."""
    return {column.element.code: _value(column.element) for column in SPECS[kind].columns}


def csv_file(kind: RecordKind) -> str:
    values = row(kind)
    return f"{','.join(values)}\n{','.join(values.values())}\n"


def _value(element: Element) -> str:
    if element.code in _OWN:
        return _OWN[element.code]
    if element.form in (Form.CODE, Form.NUMBER_CODE):
        return code_table(element.table).codes()[0]
    return _BY_FORM[element.form]
