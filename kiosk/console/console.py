"""What stands behind the console's pages."""

import json
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as TooLateError
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

from argon2 import PasswordHasher

from archive.model import AuditKind
from kiosk.console.accounts import Accounts
from kiosk.console.errors import TrialRunsError, VisitRunsError
from kiosk.console.live import Live
from kiosk.console.login import Door
from kiosk.console.sessions import Session, Sessions
from kiosk.console.slots import Slots
from kiosk.console.trials import Trials
from kiosk.counters import Counters
from kiosk.diag.bundle import JOBS, bundle, common_parts, jobs_table
from kiosk.diag.finding import Finding, Part, part_of
from kiosk.diag.met import head
from kiosk.diag.papers import readiness
from kiosk.diag.printing import drawn
from kiosk.diag.run import Examined, examine, unasked
from kiosk.diag.screen import screen_findings
from kiosk.diag.states import screen_words
from kiosk.diag.told import told
from kiosk.issuing import new_serial
from kiosk.machine import Machine
from kiosk.visit.service import VisitService
from kiosk.visit.state import Forgotten, Maintenance, Printing, Resting
from kiosk.visit.tasks import WORKER
from kiosk.web.monitor import Monitor

_OF_THE_VISIT: Final[tuple[Part, ...]] = ("module", "card")
"""Parts that a visit has for itself: a second hand at the card would end it."""
_PATIENCE: Final = 60.0
"""Seconds; the longest wait for the devices before they are said to hang."""
_PATIENCE_IN_A_VISIT: Final = 3.0
"""A print job may wait for paper for a minute: what is known meanwhile is told at once."""


@dataclass(frozen=True, slots=True)
class Console:
    """The parts that the console shows and works."""

    machine: Machine
    service: VisitService
    monitor: Monitor
    accounts: Accounts
    sessions: Sessions
    door: Door
    slots: Slots
    live: Live
    trials: Trials
    counters: Counters

    @classmethod
    def of(
        cls,
        machine: Machine,
        service: VisitService,
        monitor: Monitor,
        counters: Counters,
        *,
        hasher: PasswordHasher | None = None,
        token: Callable[[int], str] = secrets.token_urlsafe,
    ) -> Self:
        """The console of a running kiosk."""
        rules = machine.settings.technician
        accounts = Accounts(rules.accounts, hasher)
        slots = Slots(machine.source)
        live = Live(machine, monitor, slots)
        return cls(
            machine,
            service,
            monitor,
            accounts,
            Sessions(
                machine.monotonic,
                token,
                accounts.stands,
                idle_seconds=60 * rules.idle_minutes,
                longest_seconds=60 * rules.longest_minutes,
            ),
            Door(machine, accounts),
            slots,
            live,
            Trials(machine, service, live),
            counters,
        )

    def close(self) -> None:
        """Follow the readers no more, and leave no trial waiting."""
        self.trials.stop()
        self.slots.stop()

    @property
    def visit_runs(self) -> bool:
        """Whether a citizen is being served."""
        return not isinstance(self.service.state, Resting | Forgotten)

    @property
    def maintained(self) -> bool:
        """Whether the kiosk is a technician's now."""
        return isinstance(self.service.state, Maintenance)

    def did(self, session: Session, result: str) -> None:
        """Write down what a technician did."""
        login = session.account.login
        self.machine.trail.should(AuditKind.STAFF_ACTION, None, result=result, operator=login)

    def readiness(self) -> bytes:
        """The readiness report as a PDF, with what is found now."""
        machine = self.machine
        of = head(machine, new_serial(machine), "report")
        document = readiness(of, self.examine())
        return drawn(document, machine.fonts)

    def support_bundle(self) -> bytes:
        """One zip file for a colleague far away; nothing of anybody is in it."""
        machine = self.machine
        parts = {
            **common_parts(machine.settings, self.examine),
            "metrics.txt": lambda: self.monitor.metrics.text().decode(),
            "jobs.csv": lambda: jobs_table(machine.journal.jobs(JOBS)),
            "counters.json": lambda: json.dumps(asdict(self.counters.counts), indent=1),
            "trace.txt": lambda: "\n".join(machine.wire.lines()),
        }
        return bundle(parts, machine.now())

    def examine(self) -> tuple[Examined, ...]:
        """What `kiosk diag` finds, from inside; the card is left alone while a visit has it.

        Raises TrialRunsError during the handshake test, and VisitRunsError where a visit has work
        for the devices, as while a job waits for paper.
        """
        if self.trials.shakes_hands:
            raise TrialRunsError

        def look() -> tuple[Examined, ...]:
            return examine(self.machine, _OF_THE_VISIT if self.visit_runs else ())

        try:
            patience = _PATIENCE_IN_A_VISIT if self.visit_runs else _PATIENCE
            found = self.service.at_devices(look).result(patience)
        except TooLateError:
            if self.visit_runs:
                raise VisitRunsError from None
            return (self._itself(WORKER), *unasked("kiosk"))
        return (self._itself(), *found)

    def busy(self, why: VisitRunsError | TrialRunsError) -> tuple[Examined, ...]:
        """What is known where nothing can be looked at now."""
        itself = self._itself()
        found = Finding.named(why.code, "kiosk", "note", told("kiosk.said"))
        return (replace(itself, findings=(*itself.findings, found)), *unasked("kiosk"))

    def _itself(self, *hangs: str) -> Examined:
        """The daemon's own loops, with those that hang otherwise, and what its screen says."""
        late = sorted({*self.machine.progress.late(), *hangs})
        zh, en = screen_words(type(self.service.state).__name__)
        seen = (
            told("kiosk.runs", zh=zh, en=en),
            told("kiosk.drawn", seconds=round(self.monitor.page_seconds())),
        )
        found = (*self._closed(), *screen_findings(self.monitor.page_seconds()))
        if not late:
            return Examined("kiosk", found, seen)
        evidence = told("kiosk.late", loops=" ".join(late))
        return Examined(
            "kiosk", (Finding.named("kiosk.late", "kiosk", "stops", evidence), *found), seen
        )

    def _closed(self) -> Iterator[Finding]:
        """Why nobody is served although no device is in the way, or what a job waits for."""
        match self.service.state:
            case Forgotten(fault=why) | Maintenance(fault=why):
                yield Finding.named(why.code, "kiosk", "stops", told("kiosk.said"))
            case Printing(medium=medium, hold=code) if code:
                part = part_of(code, "report" if medium == "report" else "receipt")
                yield Finding.named(code, part, "hinders", told("kiosk.said"))
