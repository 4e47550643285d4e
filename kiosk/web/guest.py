"""The screens for who has no card with them: guides to services, cases and cards that are being
made, papers to be checked."""

from collections.abc import Mapping
from typing import Final, assert_never

from archive.cards import OrderStatus
from archive.cases import ENDED, CaseStatus
from archive.guides.catalogue import Catalogue
from kiosk.faults import fault
from kiosk.visit.state import (
    AskCase,
    AskCode,
    CaseShown,
    Guest,
    GuideShown,
    PaperShown,
    Search,
    Waiting,
)
from kiosk.web.words import Both, Voice

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
"""In four rows of seven with the key that deletes: a keyboard's own rows would be too narrow."""
CASE_KEYS: Final = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CODE_KEYS: Final = "1234567890ABCDEFGHJKMNPQRSTVWXYZ"
"""The characters of a paper's code: no letter that looks like a digit."""
LONGEST_QUERY: Final = 12
_MOST: Final = 30
"""So many guides are listed; who sees that many types another letter."""


def guest_screen(
    state: Guest, catalogue: Catalogue | None, topics: Mapping[str, str], voice: Voice
) -> tuple[str, Mapping[str, object]]:
    """The template of a guest's screen and what it needs; no catalogue once the visit has ended."""
    match state:
        case Waiting(_, wish):
            return "waiting", {"wish": wish}
        case Search(_, _, query):
            found = catalogue.search(query) if catalogue else ()
            return "search", {
                "topics": tuple(Both(zh, en) for zh, en in topics.items()),
                "found": found[:_MOST],
                "unlisted": len(found) - _MOST,
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
            facts = (
                _order(status, voice) if isinstance(status, OrderStatus) else _case(status, voice)
            )
            return "case_shown", {
                "case_state": Both(status.label(), status.label("en")),
                "facts": (*facts, ("case.data", status.as_of.day)),
                "details": "case.more_card" if isinstance(status, OrderStatus) else "case.more",
            }
        case AskCode(_, _, hint):
            said = fault(hint.code, **dict(hint.data)) if hint else None
            return "ask_code", {"hint": said, "keys": CODE_KEYS}
        case PaperShown(_, _, paper):
            return "paper_shown", {"paper": paper}
        case _:
            assert_never(state)


Facts = tuple[tuple[str, object], ...]
"""Keys of their names, and values."""


def _case(status: CaseStatus, voice: Voice) -> Facts:
    def days(number: int | None) -> str:
        if number is None:
            return voice.say("frame.unknown")
        return voice.say("case.working_days", days=number) if number else voice.say("case.same_day")

    return (
        ("case.accepted", status.accepted_on),
        ("case.finished", status.finished_on or voice.say(_missing(status))),
        ("case.last_step", status.last_step_on or voice.say("frame.unknown")),
        ("case.promised", days(status.promised_days)),
        ("case.legal", days(status.legal_days)),
    )


def _missing(status: CaseStatus) -> str:
    return "frame.unknown" if status.state in ENDED else "case.not_finished"


def _order(status: OrderStatus, voice: Voice) -> Facts:
    unknown = voice.say("frame.unknown")
    return (
        ("case.ordered", status.ordered_on),
        ("case.since", status.state_since or unknown),
        *([("case.ready_by", status.ready_by or unknown)] if status.under_way else ()),
    )
