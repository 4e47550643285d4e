"""Rows and figures of the audit trail as lines of text or JSON."""

import json
from dataclasses import asdict
from typing import Final

from archive.audit_counts import SMALLEST, PrintCount
from archive.store import AuditCheck, AuditFinding, AuditRow
from archive.values import CHINA
from printing.text import pad


def _head(*titles: tuple[str, str, int]) -> str:
    """Chinese names of the columns above the English ones; a negative width ends at the right."""
    padded = [
        (pad(zh, abs(room), right=room < 0), pad(en, abs(room), right=room < 0))
        for zh, en, room in titles
    ]
    return "\n".join(" ".join(line).rstrip() for line in zip(*padded, strict=True))


ROW_HEAD: Final = _head(
    ("行", "row", -8),
    (" 时间（北京时间）", " time (Asia/Shanghai)", 22),
    ("类别", "kind", 16),
    ("终端", "kiosk", 10),
    ("卡", "card", 8),
    ("单据", "statement", 14),
    ("份数", "count", -5),
    (" 结果", " result", 17),
    ("流水号", "reference", 24),
    ("操作人", "by", 0),
)
COUNT_HEAD: Final = _head(
    ("日期", "day", 11),
    ("终端", "kiosk", 10),
    ("单据", "statement", 16),
    ("次数", "prints", -6),
    (" （北京时间）", " (Asia/Shanghai)", 0),
)

_FOUND: Final = {
    "changed": "内容被改动，或导出之后被改写",
    "gap": "此处缺少登记行",
    "truncated": "从此处起的登记行被截断",
    "head": "末行与另存的校验值不符",
}
"""What a check finds (查询登记核对)."""


def finding_line(finding: AuditFinding) -> str:
    """Where the trail is not what was written, and how."""
    words = _FOUND.get(finding.code, "")
    return f"第 {finding.sequence} 行 row {finding.sequence}: {words} {finding.code}"


def intact_line(check: AuditCheck) -> str:
    """How many rows were walked, and whether all is as it was written."""
    if check.intact:
        return f"查询登记共 {check.rows} 行，完整。{check.rows} rows, intact"
    return (
        f"查询登记共 {check.rows} 行，不完整：请保留文件作为证据。"
        f"{check.rows} rows, NOT intact: keep the file as evidence"
    )


def row_line(row: AuditRow, *, as_json: bool) -> str:
    """A row; of the card only the beginning of its keyed hash, in JSON the whole."""
    if as_json:
        cells = asdict(row) | {"at": row.at.isoformat()}
        del cells["previous"], cells["hash"]
        return json.dumps(cells, ensure_ascii=False)
    behind = f"clock {row.behind} s behind" if row.behind else ""
    parts = (
        f"{row.sequence:>8}  {row.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S} ",
        f"{row.kind:16} {row.kiosk:10} {row.subject[:8]:8} {row.statement:14} {row.count:>5}",
        f"{row.result:16} {row.reference:24} {row.operator} {behind}",
    )
    return "  ".join(parts).rstrip()


def count_line(count: PrintCount, *, as_json: bool) -> str:
    """How many prints of a statement on a day; a figure that may tell of a person is not told."""
    if as_json:
        return json.dumps(asdict(count) | {"day": count.day.isoformat()}, ensure_ascii=False)
    prints = f"<{SMALLEST}" if count.prints is None else str(count.prints)
    return f"{count.day.isoformat()}  {count.kiosk:10} {count.statement:16} {prints:>6}".rstrip()
