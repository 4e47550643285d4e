"""The screens for who has no card with them: guides to services, and how far a case has got."""

from collections.abc import Mapping
from typing import Final, assert_never

from archive.guides.catalogue import Catalogue
from kiosk.faults import fault
from kiosk.visit.state import AskCase, CaseShown, Guest, GuideShown, Search, Waiting

LETTERS: Final = "qwertyuiopasdfghjklzxcvbnm"
CASE_KEYS: Final = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST_QUERY: Final = 12
_MOST: Final = 30
"""So many guides are listed; who sees that many types another letter."""


def guest_screen(
    state: Guest, catalogue: Catalogue | None, topics: Mapping[str, str]
) -> tuple[str, Mapping[str, object]]:
    """The template of a guest's screen and what it needs; no catalogue once the visit has ended."""
    match state:
        case Waiting(_, wish):
            return "waiting", {"wish": wish}
        case Search(_, _, query):
            found = catalogue.search(query) if catalogue else ()
            return "search", {
                "topics": topics,
                "found": found[:_MOST],
                "more": len(found) - _MOST,
                "letters": query if query.isascii() else "",
                "longest": LONGEST_QUERY,
                "keys": LETTERS,
            }
        case GuideShown(_, _, task_code):
            return "guide", {"sheet": catalogue.sheet(task_code) if catalogue else None}
        case AskCase(_, _, hint):
            said = fault(hint.code, **dict(hint.data)) if hint else None
            return "ask_case", {"hint": said, "keys": CASE_KEYS}
        case CaseShown(_, _, status):
            return "case_shown", {"status": status}
        case _:
            assert_never(state)
