"""The state of a month in one mark, as yearly statements show it."""

from collections.abc import Iterable
from typing import Final

from archive.model import Contribution, Transfer
from archive.months import PAID, brought_in, brought_months, month_states
from archive.values import Month
from printing.document import TextCell
from printing.statements.issue import Window

_LEGEND: Final = "● 实缴　△ 欠费　○ 外地转入　- 未制定计划"
_LEGEND_RETIRED: Final = "● 实缴　△ 欠费　○ 外地转入　◇ 已退休　- 未制定计划"
SHORT: Final = "△ 欠费包括未足额、在途和中断的月份。"
_UNMARKED: Final = "有外地转入记录没有起止月份，其月份没有标出。"
_PAID, _SHORT, _FROM_ELSEWHERE, _RETIRED, _NONE = "●", "△", "○", "◇", "-"
_OWED: Final = frozenset({"short", "interrupted"})


def legend(retirement: Month | None) -> str:
    """What the marks mean; `retirement` where months of the paper are after it."""
    return _LEGEND if retirement is None else _LEGEND_RETIRED


def lines_in(
    window: Window, contributions: Iterable[Contribution], transfers: Iterable[Transfer]
) -> tuple[str, ...]:
    """The lines of insurance (AAE140) of which these months show something."""
    here = {row.line for row in contributions if row.month in window}
    return tuple(sorted(here | {one.line for one in bringing(window, transfers)}))


def bringing(window: Window, transfers: Iterable[Transfer]) -> tuple[Transfer, ...]:
    """The transfers that brought some of these months."""
    return tuple(
        one for one in transfers if not brought_months((one,), one.line).isdisjoint(window)
    )


def unmarked(transfers: Iterable[Transfer]) -> tuple[str, ...]:
    """That months were brought of which nobody knows which they are."""
    moved = (one for one in transfers if brought_in(one))
    return (_UNMARKED,) if any(one.first is None or one.last is None for one in moved) else ()


class MonthMarks:
    """The marks of one line of insurance (AAE140).

    From the month of `retirement` on nothing has to be paid: what is empty then is no gap.
    """

    def __init__(
        self,
        line: str,
        contributions: Iterable[Contribution],
        transfers: Iterable[Transfer] = (),
        *,
        retirement: Month | None,
    ) -> None:
        self._retirement = retirement
        self._states = month_states(contributions, line)
        self._elsewhere = brought_months(transfers, line)

    def of(self, month: Month) -> TextCell:
        """The mark of a month."""
        state = self._states.get(month, "none")
        if state in PAID:
            return TextCell(_PAID)
        if state in _OWED:
            return TextCell(_SHORT)
        if month in self._elsewhere:
            return TextCell(_FROM_ELSEWHERE)
        retired = self._retirement is not None and month >= self._retirement
        return TextCell(_RETIRED if retired else _NONE)
