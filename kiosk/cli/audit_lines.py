"""Rows and figures of the audit trail as lines of text or JSON."""

import json
from dataclasses import asdict
from typing import Final

from archive.audit_counts import SMALLEST, PrintCount
from archive.store import AuditRow
from archive.values import CHINA

ROW_HEAD: Final = (
    f"{'row':>8}  {'time (Asia/Shanghai)':20}  {'kind':16} {'kiosk':10} {'card':8} "
    f"{'statement':14} {'count':>5}  {'result':16} {'reference':24} by"
)
COUNT_HEAD: Final = f"{'day':10}  {'kiosk':10} {'statement':16} {'prints':>6}  (Asia/Shanghai)"


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
