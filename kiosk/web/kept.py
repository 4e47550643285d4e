"""The long part of a screen goes to the page once: a statement of 40 years is 300 KB.

The page names the part that it shows by the mark that came with it. What bears the same mark now is
left out of the answer, and the page leaves what it has as it is: focus, scroll and all.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from markupsafe import Markup

_BYTES: Final = 16
BEGIN, END = Markup("<!--long-->"), Markup("<!--/long-->")
"""Around what may be left out; `kiosk.js` knows them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A long part as it is sent: its mark, and its HTML unless the page has it."""

    mark: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Kept:
    """What the page of a visit has already. Marks of one visit say nothing in another."""

    token: str
    held: str = ""
    """The mark of the part that the page shows; empty: none."""

    def piece(self, html: Markup) -> Piece:
        """The part with this content."""
        mark = blake2b(html.encode(), key=self.token.encode()[:64], digest_size=_BYTES).hexdigest()
        return Piece(mark, Markup("") if mark == self.held else BEGIN + html + END)
