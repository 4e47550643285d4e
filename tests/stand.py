"""The running page before a visit that stands still: any screen, at its worst."""

import random
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from types import SimpleNamespace
from typing import Final

from fastapi import FastAPI
from playwright.sync_api import Page

from archive.cards import OrderStatus
from archive.cases import CaseStatus
from archive.guides.catalogue import Catalogue
from archive.masking import mask_card, mask_name
from archive.model import Agency, Guide, GuideMaterial, Notice
from kiosk.calendar import records_view
from kiosk.charts.records import charts_of
from kiosk.choice import PaperSeconds
from kiosk.config import Settings
from kiosk.identify import HolderRecords
from kiosk.metrics import Metrics
from kiosk.progress import Progress
from kiosk.speech.aloud import ReadAloud
from kiosk.speech.voice import Voice
from kiosk.verifying import ONE_VOID, UNCONFIRMED, Verified
from kiosk.visit.events import Event
from kiosk.visit.look import USUAL_LOOK, Look, LookAsked
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
    Holder,
    Idle,
    LookingUp,
    Maintenance,
    Menu,
    OutOfService,
    Papers,
    PaperShown,
    Preview,
    Printed,
    Printing,
    Problem,
    Reading,
    Search,
    State,
    TakeCard,
    Waiting,
)
from kiosk.web.app import build
from kiosk.web.monitor import Monitor
from kiosk.web.own_page import OwnPage
from kiosk.web.owner import Owner
from kiosk.web.pin_pad import PinPad
from kiosk.web.server import PageServer
from kiosk.web.showing import Behind
from printing.english.document import written
from printing.layout.html import layout_html
from printing.layout.roll import layout_roll
from printing.layout.size import Size
from printing.statements import statement
from printing.statements.caveats import Caveat
from tests.printing.samples import AS_OF, ISSUE
from tests.printing.statements.people import LONGEST, own, rows, worst

USUAL: Final = Settings()
NOW: Final = datetime(2026, 11, 22, 1, 41, tzinfo=UTC)
SECONDS: Final = 156.0
ENDING_SECONDS: Final = 20.0
"""Within the warning."""
CARD: Final = 7
GUEST: Final = -7
HOLDER: Final = Holder(mask_name(LONGEST), mask_card("D2140000569X"), "示例市")
CODE: Final = "330199001000-SBK"
PREVIEW: Final = Preview(CARD, HOLDER, 0.0, "contributions", papers=Papers(148, 12))
CAVEATS: Final = (
    Caveat("数据截至 2026-10-31，已超过 90 天，请以经办机构为准。", "The data are of 2026-10-31."),
    Caveat("缴费记录没有全部送到，数字可能不全。", "Not all contributions were delivered."),
)
PAPER: Final = Verified(
    mask_name(LONGEST),
    statement("rights").title["zh"],
    NOW,
    ("3f9ab0c7d2e84561" * 4, "0123456789abcdef" * 4),
    (UNCONFIRMED, ONE_VOID),
)
STATUS: Final = CaseStatus("3", AS_OF.day, None, None, 20, 15, AS_OF)
ORDERED: Final = OrderStatus("3", AS_OF.day, AS_OF.day, None, AS_OF)


def every_state() -> Iterator[tuple[str, State]]:
    yield "idle", Idle()
    yield "idle-notice", Idle(FaultData("card.removed_printing"), 0.0)
    yield "idle-receipts-out", Idle(stopped=("receipt",))
    yield "idle-papers-out", Idle(stopped=("receipt", "report"))
    yield "out_of_service", OutOfService(FaultData("reader.absent"))
    yield "out_of_service-inside", OutOfService(FaultData("sam.absent"), CARD)
    yield "out_of_service-maintenance", Maintenance()
    yield "reading", Reading(CARD)
    yield "enter_pin", EnterPin(CARD, HOLDER, 0.0, 6)
    yield "enter_pin-ending", EnterPin(CARD, HOLDER, 0.0, 6)  # the time runs low
    yield "enter_pin-misread", EnterPin(CARD, HOLDER, 0.0, 6)  # a scanner has typed
    yield "enter_pin-wrong", EnterPin(CARD, HOLDER, 0.0, 1, "pin.last_try")
    yield "enter_pin-last", EnterPin(CARD, HOLDER, 0.0, 1)
    yield "looking_up", LookingUp(CARD, HOLDER)
    yield "menu", Menu(CARD, HOLDER, 0.0)
    yield "menu-old", Menu(CARD, HOLDER, 0.0)  # the records are not whole
    yield "menu-section", Menu(CARD, HOLDER, 0.0)  # one of its sections is opened
    yield "menu-section-ending", Menu(CARD, HOLDER, 0.0)  # and the time runs low
    yield "composing", Composing(CARD, HOLDER, "elsewhere", answered=2, regions=5)
    yield "preview", PREVIEW
    yield "preview-measuring", replace(PREVIEW, papers=None)
    yield "preview-copies", replace(PREVIEW, statement="missing")
    yield "preview-english", replace(PREVIEW, holder=replace(HOLDER, language="en"))
    yield "preview-account", replace(PREVIEW, statement="account")
    yield "preview-stopped", replace(PREVIEW, papers=Papers(148, 12, "printer.cover_open"))
    yield (
        "preview-none",
        replace(PREVIEW, papers=Papers(148, 12, "printer.paper_out", "printer.offline")),
    )
    yield "preview-guest", replace(PREVIEW, generation=GUEST, holder=Holder("", "", ""))
    yield "choose_months", ChooseMonths(CARD, HOLDER, 0.0, PREVIEW)
    yield "choose_months-first", ChooseMonths(CARD, HOLDER, 0.0, PREVIEW, 0)
    yield "choose_months-last", ChooseMonths(CARD, HOLDER, 0.0, PREVIEW, 1987)
    yield (
        "choose_months-year",
        ChooseMonths(CARD, HOLDER, 0.0, replace(PREVIEW, statement="rights")),
    )
    yield "printing", Printing(CARD, HOLDER, "receipt", 3, 8)
    yield "printing-hold", Printing(CARD, HOLDER, "receipt", 3, 8, "printer.paper_out")
    yield "printed", Printed(CARD, HOLDER, 0.0, "receipt", "confirmed")
    yield "printed-report", Printed(CARD, HOLDER, 0.0, "report", "sent")
    yield (
        "printed-earlier",
        Printed(CARD, HOLDER, 0.0, "receipt", "confirmed", parted=True, earlier=True),
    )
    yield (
        "printed-bad",
        Printed(
            CARD, HOLDER, 0.0, "receipt", "unknown", "printer.paper_out", copies_out=1, earlier=True
        ),
    )
    yield "problem", Problem(CARD, FaultData("pin.locked"))
    yield "take_card", TakeCard(CARD)
    yield "forgotten", Forgotten(CARD)
    yield "forgotten-staff", Forgotten(CARD, "staff")
    yield from guest_states()


def guest_states() -> Iterator[tuple[str, State]]:
    """Without a card."""
    yield "waiting", Waiting(GUEST, "guides")
    yield "search", Search(GUEST, 0.0)
    yield "search-found", Search(GUEST, 0.0, "s")
    yield "guide", GuideShown(GUEST, 0.0, _first_guide())
    yield "ask_case", AskCase(GUEST, 0.0)
    yield "ask_case-unknown", AskCase(GUEST, 0.0, FaultData("case.unknown"))
    yield "case_shown", CaseShown(GUEST, 0.0, STATUS)
    yield "case_shown-card", CaseShown(GUEST, 0.0, ORDERED)
    yield "ask_code", AskCode(GUEST, 0.0)
    yield "ask_code-unknown", AskCode(GUEST, 0.0, FaultData("seal.unknown"))
    yield "paper_shown", PaperShown(GUEST, 0.0, PAPER)


@dataclass
class StandingService:
    """A visit that stands still but for its look."""

    shown: Shown = field(default_factory=lambda: Shown(Idle(), "token"))
    listeners: list[Callable[[], None]] = field(default_factory=list)
    posted: list[Event] = field(default_factory=list)
    seconds: float = SECONDS

    @property
    def state(self) -> State:
        return self.shown.state

    def seconds_left(self, state: State) -> float:
        return self.seconds

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def post(self, event: Event) -> None:
        self.posted.append(event)

    def show_as(self, asked: LookAsked) -> None:
        self.put(self.shown.state, asked.on(self.shown.look))

    def put(self, state: State, look: Look, token: str = "") -> None:
        self.shown = Shown(state, token or self.shown.token, look)
        for listener in tuple(self.listeners):
            listener()


@dataclass
class Stand:
    """The page of a kiosk that can be put before any screen."""

    address: str
    service: StandingService
    desk: SimpleNamespace
    states: Mapping[str, State]
    tokens: Iterator[int] = field(default_factory=count)

    def put(self, name: str, look: Look = USUAL_LOOK) -> str:
        """Show the screen of this name, as a visit of its own; the answer is its token."""
        state = self.states[name]
        known = memory(state)
        size = look.print_size
        made = SimpleNamespace(**{**vars(known.statement), "size": size})
        content = _content(state, size)
        self.desk.memory = SimpleNamespace(**{**vars(known), "statement": made, "content": content})
        if name == "menu-old":
            self.desk.memory.view = replace(known.view, caveats=CAVEATS)
        token = f"token-{next(self.tokens)}"
        self.service.put(state, look, token)
        return token

    def show(self, page: Page, name: str, look: Look = USUAL_LOOK) -> None:
        """Wait until that page shows it, with what a finger or the time would have changed."""
        self.service.seconds = ENDING_SECONDS if name.endswith("-ending") else SECONDS
        token = self.put(name, look)
        page.wait_for_selector(f'[data-token="{token}"]')
        if name == "enter_pin-misread":
            page.keyboard.type("https://verify.example/#K7QD")
            page.wait_for_selector(".misread")
        if name.startswith("menu-section"):
            page.evaluate("document.querySelector('[popover]').showPopover()")
        if name.endswith("-ending"):
            page.wait_for_selector(":popover-open .more" if "section" in name else ".ending .more")


def _first_guide() -> str:
    return str(rows()[Guide][0].task_code)


@cache
def _content(state: State, size: Size) -> str:
    return layout_html(memory(state).statement.shown, size)


@cache
def memory(state: State) -> SimpleNamespace:
    """What the visit would know: the worst there may be."""
    preview = state.preview if isinstance(state, ChooseMonths) else state
    name = preview.statement if isinstance(preview, Preview) else "contributions"
    language = preview.holder.language if isinstance(preview, Preview) else "zh"
    document = written(statement(name).build(worst(name), ISSUE, "screen"), language)
    every = rows()
    made = SimpleNamespace(
        shown=document,
        size="normal",
        report_paper="a4",
        screen=layout_roll(document, 48, "normal"),
        drawn={},
        copies=(1, 2) if name == "missing" else (1,),
        holder=HolderRecords(None, own("contributions")),
    )
    return SimpleNamespace(
        generation=getattr(state, "generation", 0),
        view=records_view(HolderRecords(None, worst("contributions"))),
        statement=made,
        content=layout_html(document, "normal"),
        seconds=PaperSeconds(9, 54),
        charts=charts_of(statement(name), HolderRecords(None, worst(name))),
        catalogue=Catalogue(
            AS_OF.day,
            AS_OF,
            every[Guide],
            every[GuideMaterial],
            every[Notice],
            every[Agency],
        ),
    )


def application(
    service: StandingService,
    desk: SimpleNamespace,
    page: OwnPage | None = None,
    settings: Settings = USUAL,
) -> FastAPI:
    """The page's own application before that visit."""
    progress = Progress(lambda: 0.0)
    monitor = Monitor(service, progress, Metrics(lambda: 0.0))  # type: ignore[arg-type]
    verifier = SimpleNamespace(verify=lambda *_: PAPER)
    own = page or talkative(settings)
    return build(
        Behind(service, desk, settings, verifier, monitor, own)  # type: ignore[arg-type]
    )


def talkative(settings: Settings) -> OwnPage:
    """The button for reading aloud is there; nothing is spoken."""
    pad = PinPad(settings.visit.pin_pad, random.Random(1))
    return OwnPage(Owner(), pad, ReadAloud(settings.speech, Voice("espeak-ng", 1, 1)))


class _Server(PageServer):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Not in the main thread, which has the signals."""
        yield


@contextmanager
def stand(
    page: OwnPage | None = None, port: int = 0, settings: Settings = USUAL
) -> Iterator[Stand]:
    """The page, served on a port (0: a free one); what belongs to the page may be given."""
    service, desk = StandingService(), SimpleNamespace(memory=None)
    ready = threading.Event()
    server = _Server(application(service, desk, page, settings), ready.set, lambda _: None)
    with socket.create_server(("127.0.0.1", port)) as listener:
        # Nagle's wait would hold each answer's body back for 40 ms; connections inherit this.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread = threading.Thread(target=server.serve_on, args=(listener,))
        thread.start()
        assert ready.wait(20)
        try:
            yield Stand(address, service, desk, dict(every_state()))
        finally:
            server.should_exit = True
            thread.join()
