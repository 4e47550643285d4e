"""The state of a month in one mark, as yearly statements show it."""

from collections.abc import Iterable
from typing import Final

from archive.model import Contribution, Transfer
from archive.months import PAID, month_states
from archive.values import Month
from printing.document import TextCell

LEGEND: Final = "● 实缴　△ 欠费　○ 外地转入　- 未制定计划"
SHORT: Final = "△ 欠费包括未足额、在途和中断的月份。"
_PAID, _SHORT, _FROM_ELSEWHERE, _NONE = "●", "△", "○", "-"
_OWED: Final = frozenset({"short", "interrupted"})
_IN: Final = "1"
"""EAC071."""


class MonthMarks:
    """The marks of one line of insurance (AAE140)."""

    def __init__(
        self, line: str, contributions: Iterable[Contribution], transfers: Iterable[Transfer] = ()
    ) -> None:
        self._states = month_states(contributions, line)
        self._elsewhere = {
            month
            for one in transfers
            if one.line == line and one.direction == _IN and one.finished_on
            if one.first and one.last
            for month in Month.range(one.first, one.last)
        }

    def of(self, month: Month) -> TextCell:
        """The mark of a month."""
        state = self._states.get(month, "none")
        if state in PAID:
            return TextCell(_PAID)
        if state in _OWED:
            return TextCell(_SHORT)
        return TextCell(_FROM_ELSEWHERE if month in self._elsewhere else _NONE)
