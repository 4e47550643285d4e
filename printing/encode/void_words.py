"""What says that a paper is void.

It names the serial number of the paper: where the second copy of an order breaks off, nobody is to
take the first one for void.
"""

from typing import Final

from printing.text import width

MARK: Final = "作废 VOID"
SENTENCES: Final = (
    "此流水号的各页没有打印完整，已经作废，请勿使用。",
    "请把这些页和本页一起交给工作人员。",
    "The pages of this number were not printed completely: they are void.",
    "Please hand them to the staff, together with this one.",
)


def numbered(serial: str) -> str:
    """The number as the papers themselves name it."""
    return f"流水号 {serial}"


def roll_marks(serial: str, columns: int) -> tuple[str, ...]:
    """The rows that void a paper on a roll: one, so that it is there whole or not at all.

    A number that does not fit stands below, from its end as far as there is room.
    """
    row = f"{MARK} {serial}"
    return (row,) if width(row) <= columns else (MARK, serial[-columns:])
