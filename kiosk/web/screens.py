"""From the visit's state to the screen that shows it: a template and what it needs."""

from collections.abc import Mapping
from functools import cache
from math import ceil
from typing import assert_never

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from archive.codes import code_table
from devices.printer.models.page import PagePaper
from kiosk.charts.records import Charts
from kiosk.config import Settings
from kiosk.faults import Fault, fault, known_codes
from kiosk.identify import FIRST
from kiosk.leftover import GOOD
from kiosk.visit.look import USUAL_LOOK, Look
from kiosk.visit.memory import Memory
from kiosk.visit.shown import Shown
from kiosk.visit.state import (
    AskCase,
    AskCode,
    CaseShown,
    ChooseMonths,
    Composing,
    EnterPin,
    FaultData,
    Forgotten,
    GuideShown,
    Idle,
    LookingUp,
    Maintenance,
    Menu,
    OutOfService,
    PaperShown,
    Preview,
    Printed,
    Printing,
    Problem,
    Reading,
    Search,
    State,
    TakeCard,
    Verifying,
    Waiting,
)
from kiosk.visit.waits import may_extend, wait_of
from kiosk.web.guest import guest_screen
from kiosk.web.kept import Kept
from kiosk.web.lean import LeanTemplates
from kiosk.web.months import months_screen
from kiosk.web.own_page import OwnPage
from kiosk.web.papers import papers
from kiosk.web.preview import shown_lines
from kiosk.web.words import LANGUAGE_TAGS, OTHER, Voice
from printing.document import Document
from printing.english.document import has_english
from printing.statements import STATEMENTS, Section, Statement, statement


@cache
def environment() -> Environment:
    """The page templates; a name that a template uses and nobody gave is a bug, not a blank.

    They are read once: to look at every drawing whether their files have changed takes a tenth of
    the daemon's time.
    """
    own = Environment(
        loader=PackageLoader("kiosk.web"),
        extensions=[LeanTemplates],
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    own.filters["begun"] = begun
    return own


def begun(text: str) -> str:
    """A code's label where a heading begins with it: its first letter is a capital."""
    return text[:1].upper() + text[1:]


def render(
    shown: Shown,
    *,
    memory: Memory | None,
    settings: Settings,
    seconds: float,
    page: OwnPage,
    held: str = "",
) -> str:
    """The screen of a state as HTML; the memory of another visit is none.

    `held`: the mark of the long part that the page shows already (`Kept`).
    """
    state = shown.state
    own = memory if memory and memory.generation == getattr(state, "generation", 0) else None
    voice = Voice(shown.look.language)
    name, extra = _screen(state, own, voice, settings.guides.topics)
    wait = wait_of(state, settings.visit)
    return (
        environment()
        .get_template(f"screens/{name}.html")
        .render(
            name=name,
            state=state,
            token=shown.token,
            kept=Kept(shown.token, held),
            seconds=ceil(seconds),
            digits=page.pad.digits(state.generation) if isinstance(state, EnterPin) else "",
            can_speak=page.aloud.can_speak,
            sound=sound_of(state) if settings.speech.signals else "",
            timed=wait is not None,
            warn=wait.warn if wait else 0,
            more=may_extend(state),
            strike=_strike(shown.look, settings),
            place=settings.kiosk,
            months=settings.statement.months,
            hold_seconds=_hold_seconds(state, settings),
            **spoken(shown.look),
            **extra,
        )
    )


def _hold_seconds(state: State, settings: Settings) -> int:
    """How long the printer of the job that is shown waits for what it needs."""
    report = isinstance(state, Printing) and state.medium == "report"
    return round((settings.report if report else settings.receipt).hold_seconds)


def _strike(look: Look, settings: Settings) -> int:
    """Milliseconds in which a control is not taken again.

    Only for who has chosen the large screen: 11 in a PIN is typed faster than that by most hands.
    """
    return round(settings.visit.double_strike_seconds * 1000) if look.size == "elder" else 0


def spoken(look: Look = USUAL_LOOK) -> Mapping[str, object]:
    """What every template of a page speaks with."""
    voice, other = Voice(look.language), OTHER[look.language]
    return {
        "look": look,
        "say": voice.say,
        "also": voice.also,
        "tag": LANGUAGE_TAGS[look.language],
        "other": other,
        "other_tag": LANGUAGE_TAGS[other],
    }


def sound_of(state: State) -> str:
    """The signal that goes with a screen; empty: none."""
    match state:
        case Printed() if state.outcome in GOOD:
            return "paper-ready"
        case TakeCard() | Problem():
            return "take-card"
        case OutOfService() if state.inside:
            return "take-card"
        case Forgotten(alarm="sound"):
            return "card-forgotten"
        case _:
            return ""


def _screen(
    state: State, memory: Memory | None, voice: Voice, topics: Mapping[str, str]
) -> tuple[str, Mapping[str, object]]:
    match state:
        case Idle(notice):
            words = _words(notice) if notice else None
            return "idle", {"notice": words, "stopped": "_".join(state.stopped)}
        case OutOfService(why, inside):
            guests = state.open_to_guests
            extra = {"fault": _words(why), "card_inside": inside > 0, "open_to_guests": guests}
            return "out_of_service", extra
        case Maintenance(fault=why):  # nobody is served, not even a guest
            extra = {"fault": _words(why), "card_inside": False, "open_to_guests": False}
            return "out_of_service", extra
        case Reading():
            return "reading", {}
        case EnterPin():
            hint = fault(state.hint, tries_left=state.tries_left) if state.hint else None
            return "enter_pin", {"hint": hint}
        case Verifying() | LookingUp():
            return "looking_up", {"what": "working.records", "data": {}}
        case Menu():
            view = memory.view if memory else None
            return "menu", {"first": statement(FIRST), "sections": sections(), "view": view}
        case Composing():
            return "composing", _composing(state)
        case Preview() | ChooseMonths() | Printing() | Printed():
            return _paper_screen(state, memory, voice)
        case Problem(_, why):
            return "problem", {"fault": _words(why)}
        case TakeCard():
            return "take_card", {}
        case Forgotten(_, alarm, why):
            return "forgotten", {"alarm": alarm, "fault": _words(why)}
        case (
            Waiting() | Search() | GuideShown() | AskCase() | CaseShown() | AskCode() | PaperShown()
        ):
            return guest_screen(state, memory.catalogue if memory else None, topics, voice)
        case _:
            assert_never(state)


def _paper_screen(
    state: Preview | ChooseMonths | Printing | Printed, memory: Memory | None, voice: Voice
) -> tuple[str, Mapping[str, object]]:
    match state:
        case Preview():
            chosen, made = statement(state.statement), memory.statement if memory else None
            return "preview", {
                "statement": chosen,
                "called": chosen.called(made.shown) if made else chosen.title,
                "content": Markup(memory.content if memory else ""),  # noqa: S704 - escaped there
                "size": made.size if made else "normal",
                "languages": _languages(made.shown if made else None),
                "copies": len(made.copies) if made else 1,
                "charts": memory.charts if memory else Charts(),
                "lines": code_table("AAE140.hrss"),
                "papers": papers(state, memory.seconds if memory else None, _report_paper(memory)),
                "limit": _limit(state),
            }
        case ChooseMonths(_, _, _, preview, first_year):
            made = memory.statement if memory else None
            material = made.holder.material if made else None
            return "choose_months", months_screen(preview.statement, first_year, material)
        case Printing():
            hold = fault(state.hold) if state.hold else None
            return "printing", {"hold": hold, "paper": _paper(memory, voice)}
        case Printed():
            good, data = state.outcome in GOOD, dict(state.data)
            return "printed", {
                "good": good,
                "fault": None if good else fault(_end(state), reason=state.reason, **data),
                "why": fault(state.reason, **data) if state.reason in known_codes() else None,
            }


def _limit(state: Preview) -> Fault | None:
    """Why neither paper can be had."""
    limit = state.papers.limit if state.papers else None
    return fault(limit.code, **dict(limit.data)) if limit else None


def _languages(shown: Document | None) -> Mapping[str, bool]:
    """Whether the paper is in English, and whether it can be."""
    return {
        "english": bool(shown and shown.title_en),
        "both": shown is not None and has_english(shown),
    }


def _composing(state: Composing) -> Mapping[str, object]:
    if not state.regions:
        return {"what": "working.statement", "data": {}}
    counts = {"regions": state.regions, "answered": state.answered}
    return {"what": "working.regions", "data": counts}


def sections() -> tuple[tuple[Section, tuple[Statement, ...]], ...]:
    """What a holder may choose, as the menu groups it; the first choice has a place of its own."""
    own = [one for one in STATEMENTS.values() if one.audience == "holder" and one.name != FIRST]
    grouped = (
        (section, tuple(one for one in own if one.section is section)) for section in Section
    )
    return tuple((section, statements) for section, statements in grouped if statements)


def _words(why: FaultData) -> object:
    return fault(why.code, **dict(why.data))


def _paper(memory: Memory | None, voice: Voice) -> Markup:
    """The receipt, masked; nothing once the visit has ended. Each block that is printed asks."""
    made = memory.statement if memory else None
    if made is None:
        return Markup("")
    if voice.language not in made.drawn:
        template = environment().get_template("paper.html")
        made.drawn[voice.language] = template.render(lines=shown_lines(made.screen), say=voice.say)
    return Markup(made.drawn[voice.language])  # noqa: S704 - escaped there


def _report_paper(memory: Memory | None) -> PagePaper:
    made = memory.statement if memory else None
    return made.report_paper if made else "a4"


def _end(state: Printed) -> str:
    """Which fault a job that did not end well is shown as."""
    if state.cancelled_early:
        return "print.cancelled_early"
    if state.outcome == "cancelled":
        return "print.cancelled"
    if state.outcome == "failed" and state.reason:
        return state.reason
    return "print.not_confirmed"
