"""The two sizes of print: one switch for every layout, the document stays the same."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from printing.layout.page_fill import Closeness
from printing.layout.sheet import MM

Size = Literal["normal", "large"]
"""Large print (大字版) is twice as high on a roll, and 16 points instead of 8.5 on a page."""

_CLOSER: Final = 0.88
_CLOSE_GAP: Final = 2 * MM
_CLOSEST: Final = 0.84
_CLOSEST_ROWS: Final = 0.945
_CLOSEST_NOTES: Final = 0.9
_CLOSEST_PAD: Final = 0.4
_CLOSEST_GAP: Final = 1.6 * MM
_TIGHTEST_PAD: Final = 0.3
_TIGHTEST_GAP: Final = 1.2 * MM
_LEAST_LINE: Final = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class PageType:
    """Sizes and distances on a page, in points."""

    title: float
    subtitle: float
    heading: float
    fact: float
    row: float
    note: float
    small: float
    """The foot, and the code below the QR symbol."""
    fact_columns: tuple[float, ...]
    """Shares of the width."""
    subtitle_line: float
    heading_line: float
    fact_line: float
    row_line: float
    head_line: float
    sum_line: float
    note_line: float
    pad: float
    """Above the first row of a band and below its last."""
    side: float
    """Left and right of a cell."""
    party: float
    """As wide as a party's name may be beside its rows; 0: it stands above them."""
    words: float
    """A column of words that would be narrower puts the table into a list."""
    gap: float = 5 * MM
    """Between the parts of a paper."""

    def placed(self, close: Closeness) -> "PageType":
        """The same letters with less white between them, where that saves a page.

        Lines stay 1.3 times as far apart as their letters are high, and more. The tightest are for
        English: a certificate of 24 months is one page in both languages.
        """
        match close:
            case "usual":
                return self
            case "closer":
                return replace(
                    self,
                    fact_line=_CLOSER * self.fact_line,
                    heading_line=_CLOSER * self.heading_line,
                    gap=_CLOSE_GAP,
                )
            case "closest":
                return self._closest(_CLOSEST_NOTES * self.note_line, _CLOSEST_PAD, _CLOSEST_GAP)
            case "tightest":
                return self._closest(_LEAST_LINE * self.note, _TIGHTEST_PAD, _TIGHTEST_GAP)

    def _closest(self, note_line: float, pad: float, gap: float) -> "PageType":
        return replace(
            self,
            fact_line=_CLOSEST * self.fact_line,
            heading_line=_CLOSEST * self.heading_line,
            head_line=_CLOSEST * self.head_line,
            row_line=_CLOSEST_ROWS * self.row_line,
            note_line=note_line,
            pad=pad * self.pad,
            gap=gap,
        )


NORMAL: Final = PageType(
    title=18.0,
    subtitle=10.0,
    heading=11.0,
    fact=9.5,
    row=8.5,
    note=8.2,
    small=8.0,
    fact_columns=(0.3, 0.4, 0.3),  # an identity number stands in the middle
    subtitle_line=15.0,
    heading_line=21.0,
    fact_line=17.0,
    row_line=11.6,
    head_line=17.0,
    sum_line=17.5,
    note_line=12.6,
    pad=2.0,
    side=3.4,
    party=190.0,
    words=50.0,
)
LARGE: Final = PageType(
    title=24.0,
    subtitle=14.0,
    heading=19.0,
    fact=16.0,
    row=16.0,
    note=14.0,
    small=12.0,
    fact_columns=(1.0,),
    subtitle_line=20.0,
    heading_line=32.0,
    fact_line=25.0,
    row_line=22.0,
    head_line=27.0,
    sum_line=28.0,
    note_line=20.5,
    pad=2.5,
    side=5.0,
    party=0.0,
    words=144.0,
)
"""Rows in the size of the text of official letters (三号, 16 points; GB/T 9704-2012, 5.2.2), notes
in the next (四号, 14), lines 1.37 times as far apart and more, 1.3 where that makes one page of
two: well over the 18 dp (of 1/160 inch), and no less than the 1.3, that the industry ministry's
rules for the elderly ask of a screen."""
PAGE_TYPES: Final[dict[Size, PageType]] = {"normal": NORMAL, "large": LARGE}
