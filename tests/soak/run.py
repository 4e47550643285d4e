"""One soak: the hall in its own process, citizens at its page, a probe beside it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from archive.model import AuditEvent, AuditKind
from archive.sqlite.store import SqliteStore
from kiosk.composition import utc_now
from kiosk.demo.data import DemoCard, prepare
from kiosk.install import UNITS
from tests.soak.browser import Page
from tests.soak.citizens import Citizens, Tally
from tests.soak.hall import AUDIT_DAYS
from tests.soak.papers import Balance, Tray, balance
from tests.soak.probes import Probe, Sample, free_share, last_job

_MALLOC = re.compile(r"^Environment=(MALLOC_\w+)=(\w+)$", re.MULTILINE)
SAMPLES = 60
STOP_SECONDS = 30.0
VALID = timedelta(days=2 * AUDIT_DAYS)
"""So long beyond today a card must be valid: a hall starts again with its clock ahead."""
FETCH_EVERY = 20
"""Visits after which the reports are taken out of their folder."""


@dataclass(frozen=True)
class Soak:
    """What was seen of a run."""

    samples: list[Sample]
    tally: Tally
    drawn: int
    papers: Balance


@dataclass(frozen=True)
class Aged:
    """The same hall when all that a run left is past its term, and some visits later."""

    before: dict[str, float]
    pruned: dict[str, float]
    after: dict[str, float]
    visits: int
    free: float
    """Share of the records' pages that are free when everything was pruned."""


def soak(
    folder: Path,
    visits: int,
    say: Callable[[Sample], None],
    *,
    people: int,
    fault_every: int,
    go_on: Callable[[], bool] = lambda: True,
) -> Soak:
    """So many visits by some of so many people, or as many as there are while they may go on."""
    cards = _cards(folder, people)
    tray = Tray(folder / "report")
    with hall(folder, 0) as (page, probe):
        citizens = Citizens(page, cards, 1, partial(last_job, folder), fault_every)
        samples = [probe.sample(0)]
        every = max(1, visits // SAMPLES)
        for number in range(1, visits + 1):
            citizens.visit()
            if number % FETCH_EVERY == 0:
                tray.empty()
            if number % every == 0:
                samples.append(probe.sample(number))
                say(samples[-1])
            if not go_on():
                samples.append(probe.sample(number))
                break
        drawn = page.drawn
    tray.empty()
    tally = citizens.tally
    return Soak(samples, tally, drawn, balance(folder, tray, tally.asked, tally.exposed))


def age(folder: Path, soaked: Soak, visits: int) -> Aged:
    """Start again behind the terms of audit and journal, and go on for so many visits."""
    cards = _cards(folder, 0)
    _vouch(folder, AUDIT_DAYS + 1)
    with hall(folder, AUDIT_DAYS + 1) as (page, probe):
        pruned = probe.sample(0).figures
        free = free_share(folder / "records.db")
        citizens = Citizens(page, cards, 2, partial(last_job, folder), fault_every=visits + 1)
        for _ in range(visits):
            citizens.visit()
        after = probe.sample(visits).figures
    return Aged(soaked.samples[-1].figures, pruned, after, visits, free)


def _cards(folder: Path, people: int) -> tuple[DemoCard, ...]:
    """The cards of those who come; their records are made if there are none yet."""
    cards = prepare(folder, lambda _: None, persons=people, with_card=people)
    last = utc_now().date() + VALID
    return tuple(card for card in cards if card.profile.expires > last)


def _vouch(folder: Path, days: int) -> None:
    """Say for a person that so long a leap of the clock is right, or nothing would go by it."""
    with SqliteStore(
        folder / "records.db", lambda: utc_now() + timedelta(days=days), create=False
    ) as store:
        store.append_audit(AuditEvent(kind=AuditKind.CLOCK_SETTLED, kiosk="01", operator="soak"))


def malloc_settings() -> dict[str, str]:
    """What the unit of the daemon says of its memory: it is to be measured as it is in service."""
    return dict(_MALLOC.findall((UNITS / "kiosk.service").read_text("utf-8")))


@contextmanager
def hall(folder: Path, days_ahead: int) -> Iterator[tuple[Page, Probe]]:
    """The process, its page, and the probe that watches it; it must end in order."""
    (folder / "tmp").mkdir(exist_ok=True)
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.hall", folder, str(days_ahead)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C is for the citizens, who end their visit first
            env={
                **os.environ,
                **malloc_settings(),
                "TMPDIR": str(folder / "tmp"),
            },
        )
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, f"the hall did not start, see {log.name}"
            page = Page(address)
            try:
                page.until("idle")
                yield page, Probe(process.pid, folder)
            finally:
                page.close()
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(STOP_SECONDS)
            process.stdout.close()
    assert ended == 0, f"the hall ended with {ended}"
