"""The work behind a visit: card, records, statement, paper; and the memory that a visit has.

What is read lives in one `Memory` object. Forgetting drops that object at once, whatever the worker
is doing; work that still runs for it writes into an object that nobody looks at any more.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from archive.codes import Language
from archive.guides.catalogue import Catalogues
from archive.masking import mask_card, mask_name
from archive.model import AuditKind
from devices.card.errors import PinLockedError, WrongPinError
from devices.card.pin import NoPin, Pin, PinLocked, PinReady
from kiosk.calendar import records_view
from kiosk.case_window import CaseWindow
from kiosk.charts.records import charts_of
from kiosk.choice import paper_seconds
from kiosk.composed import compose
from kiosk.errors import CaseThrottledError, CaseUnknownError
from kiosk.faults import UNEXPECTED, fault_of
from kiosk.identify import (
    FIRST,
    CardSession,
    HolderRecords,
    check_usable,
    look_up,
    open_holder_card,
    open_to_all,
    prove_holder,
    today,
)
from kiosk.logs import event as log
from kiosk.logs import where
from kiosk.machine import Machine
from kiosk.maintenance import MaintenanceSign
from kiosk.paper import print_limit, receipt_fault, report_pages
from kiosk.paper_watch import PaperWatch
from kiosk.report_watch import ReportWatch
from kiosk.retention import Retention
from kiosk.verifying import REFUSALS, Verifier
from kiosk.visit.events import (
    CardRead,
    CaseFound,
    CaseRefused,
    CodeRefused,
    Composed,
    Event,
    Failed,
    GuestReady,
    PapersSeen,
    PaperVerified,
    PinAccepted,
    PinRefused,
    RecordsFound,
    RegionsAnswered,
)
from kiosk.visit.memory import Memory
from kiosk.visit.paper_order import PaperOrder
from kiosk.visit.state import Holder, Medium, Papers, fault_data
from kiosk.visit.tidying import Tidying
from printing.layout.html import layout_html
from printing.layout.size import Size
from printing.statements import statement as statement_named
from printing.statements.material import USUAL, Asked

Task = Callable[[], Event | None]
_HERE = "screen"
"""The place from which codes of papers come here; the verify page names others."""


class Desk:
    """Makes tasks for the worker; each answers with the event that follows from it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._memory: Memory | None = None
        self._held: CardSession | None = None
        self._catalogues = Catalogues(machine.store)
        self._cases = CaseWindow(machine)
        self.verifier = Verifier.of(machine.settings, machine.journal.seals, machine.monotonic)
        self._retention = Retention(machine)
        self._retention.daily()
        self._report = ReportWatch(machine)
        self.papers = PaperWatch(machine, self._report)
        self.tidying = Tidying(machine, self._report, lambda: self._memory is not None)
        self.maintenance = MaintenanceSign.of(machine.settings)

    @property
    def memory(self) -> Memory | None:
        """What the present visit knows; None between visits."""
        return self._memory

    def cancel_print(self) -> None:
        """Stop the job under way; what came out is voided, what did not is destroyed."""
        if self._memory is not None:
            self._memory.cancel.set()

    def forget(self) -> None:
        """Drop everything read in this visit, at once."""
        self._memory = None

    def release_card(self) -> None:
        """Power the card off, so that its proven PIN is forgotten too (worker only)."""
        if self._held is not None:
            self._held.close()
            self._machine.trail.should(AuditKind.VISIT_ENDED, self._held.identity)
            self._held = None
            self._retention.daily()

    def trace(self, kind: AuditKind) -> None:
        """Tell the trail what happened to the kiosk; nobody's card is in it (worker only)."""
        self._machine.trail.tell(kind)

    # --- tasks --------------------------------------------------------------------------------

    def look_about(self) -> Event | None:
        """Nobody is there: see to the printers and to the folder of reports."""
        self.tidying.see_folder()
        return self.papers.look()

    def begin(self, generation: int, reader: str) -> Task:
        """Start a visit's memory and read its card."""
        memory = self._memory = Memory(generation)

        def task() -> Event:
            self.tidying.admit()
            self._held = session = open_holder_card(self._machine, reader)
            self._machine.trail.should(AuditKind.VISIT_BEGUN, session.identity)
            check_usable(session.identity, self._machine.now(), self._machine.latest())
            memory.session = session
            match session.pin:
                case PinLocked():
                    raise PinLockedError
                case PinReady(tries_left):
                    return CardRead(generation, self._holder(session), tries_left)
                case NoPin():
                    return CardRead(generation, self._holder(session), None)

        return self._fenced(generation, task)

    def begin_guest(self, generation: int) -> Task:
        """Start the memory of a visit without a card; the guides of today are in it."""
        memory = self._memory = Memory(generation)

        def task() -> Event:
            self.tidying.admit()
            memory.catalogue = self._catalogues.on(today(self._machine.now()))
            return GuestReady(generation)

        return self._fenced(generation, task)

    def find_case(self, generation: int, number: str) -> Task:
        """What the number of a case or of a card that is being made tells to anyone."""

        def task() -> Event:
            try:
                return CaseFound(generation, self._cases.find(number))
            except (CaseUnknownError, CaseThrottledError) as refusal:
                return CaseRefused(generation, fault_data(refusal, refusal.code))

        return self._fenced(generation, task)

    def verify_code(self, generation: int, code: str) -> Task:
        """What the code of a paper tells to anyone."""

        def task() -> Event:
            try:
                return PaperVerified(generation, self.verifier.verify(code, _HERE))
            except REFUSALS as refusal:
                return CodeRefused(generation, fault_data(refusal, refusal.code))

        return self._fenced(generation, task)

    def verify(self, generation: int, pin: Pin) -> Task:
        """Send the PIN to the card, once."""
        memory = self._memory

        def task() -> Event | None:
            if memory is None or memory.session is None:
                return None
            try:
                prove_holder(memory.session, pin, self._machine.trail)
            except WrongPinError as refusal:
                return PinRefused(generation, refusal.tries_left)
            return PinAccepted(generation)

        return self._fenced(generation, task)

    def look_up(self, generation: int) -> Task:
        """Find the holder's records; the audit row is durable before they are kept."""
        memory = self._memory

        def task() -> Event | None:
            if memory is None or memory.session is None:
                return None
            memory.view = records_view(self._read(memory, memory.session, FIRST, USUAL))
            return RecordsFound(generation)

        return self._fenced(generation, task)

    def compose(
        self,
        generation: int,
        statement: str,
        asked: Asked,
        size: Size,
        language: Language,
        tell: Callable[[Event], None],
    ) -> Task:
        """Make what is shown of the statement."""
        memory = self._memory

        def answered(number: int, regions: int) -> None:
            tell(RegionsAnswered(generation, number, regions))

        def task() -> Event | None:
            if memory is None:
                return None
            entry = statement_named(statement)
            if entry.audience == "anyone":
                records = open_to_all(self._machine, entry, asked)
            elif memory.session is not None:
                records = self._read(memory, memory.session, statement, asked, answered)
            else:
                return None
            memory.statement = made = compose(self._machine, statement, records, size, language)
            memory.content, memory.seconds = layout_html(made.shown, size), None
            memory.charts = charts_of(entry, records)
            return Composed(generation)

        return self._fenced(generation, task)

    def look(self, generation: int, *, anew: bool) -> Task:
        """How much of each paper the statement takes, and how its printer is.

        `anew`: a report printer on a network is asked, which may take its time to be silent;
        else what it said last is told, and nobody waits.
        """
        memory = self._memory

        def task() -> Event | None:
            if memory is None or memory.statement is None:
                return None
            made = memory.statement
            cm, pages = made.receipt_cm, report_pages(self._machine, made)
            memory.seconds = paper_seconds(self._machine, cm, pages)
            receipt = receipt_fault(self._machine, cm)
            report = self._report.look() if anew else self._report.seen()
            reached = print_limit(self._machine, made)
            limit = fault_data(reached, reached.code) if reached else None
            return PapersSeen(generation, Papers(cm, pages, receipt, report, limit))

        return self._fenced(generation, task)

    def print(self, generation: int, medium: Medium, tell: Callable[[Event], None]) -> Task:
        """Journal and print the statement that was shown."""
        memory = self._memory
        cancel = threading.Event()
        if memory is not None:
            memory.cancel = cancel  # a cancel that comes before the worker starts still counts

        def task() -> Event | None:
            if memory is None or memory.statement is None:
                return None
            copies, seconds = memory.statement.copies, memory.seconds
            order = PaperOrder(self._machine, generation, medium, tell, cancel.is_set)
            memory.serials.update(copy.issue.serial for copy in copies)
            with self.tidying.watch(medium, memory.serials) as earlier:
                ended = order.carry_out(copies)
            if ended.outcome == "sent" and medium == "report" and seconds:
                ended = replace(ended, coming=seconds.report)
            return replace(ended, earlier=earlier.is_out)

        return self._fenced(generation, task)

    # --- parts --------------------------------------------------------------------------------

    def _read(
        self,
        memory: Memory,
        session: CardSession,
        name: str,
        asked: Asked,
        *tell: Callable[[int, int], None],
    ) -> HolderRecords:
        if (name, asked) not in memory.records:
            memory.records[name, asked] = look_up(
                self._machine, session.identity, statement_named(name), asked, *tell
            )
        return memory.records[name, asked]

    def _holder(self, session: CardSession) -> Holder:
        identity = session.identity
        area = identity.issuing_area or ""
        return Holder(
            name=mask_name(identity.name or ""),
            card_number=mask_card(identity.card_number or ""),
            area=self._machine.settings.kiosk.area_names.get(area, area),
        )

    def _fenced(self, generation: int, task: Task) -> Task:
        """Turn every error into the visit's fault: a bug in one visit must not stop the kiosk."""

        def fenced() -> Event | None:
            try:
                return task()
            except Exception as error:  # noqa: BLE001 - the fence between a visit and the kiosk
                known = fault_of(error)
                log(
                    logging.ERROR if known.code == UNEXPECTED else logging.WARNING,
                    "visit.failed",
                    fault=known.code,
                    error=type(error).__name__,
                    where=where(error),
                )
                return Failed(generation, fault_data(error, known.code))

        return fenced
