"""The daemon: a machine, a visit, a page; and a word to systemd when it is ready."""

import contextlib
import errno
import gc
import logging
import math
import os
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from archive.errors import StoreUnavailableError
from archive.sqlite.files import REPLACED
from kiosk import logs
from kiosk.backup import last_made
from kiosk.counters import Counters
from kiosk.diag.credential import offered
from kiosk.errors import PortTakenError, SettingError
from kiosk.machine import Machine
from kiosk.metrics import Metrics
from kiosk.speech.aloud import ReadAloud
from kiosk.visit.desk import Desk
from kiosk.visit.service import VisitService
from kiosk.visit.state import State
from kiosk.visit.tasks import devices_worker
from kiosk.watchdog import Watchdog, patience
from printing.errors import JournalError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kiosk.config import Settings


def serve(settings: "Settings") -> None:
    """Run a kiosk on its real devices until SIGTERM or Ctrl-C."""
    from kiosk.composition import real
    from kiosk.page_key import FOLDER, key_of_boot

    logs.start(settings.log.level)
    if settings.card.virtual_readers:  # and with them, perhaps, a module with test keys
        logs.event(logging.WARNING, "kiosk.not_for_service", setting="card.virtual_readers")
    with real(settings) as machine:
        secret = key_of_boot(FOLDER)
        if not secret:
            logs.event(logging.WARNING, "page.open_to_all")
        serve_machine(machine, secret=secret)


def serve_machine(
    machine: Machine,
    *,
    secret: str = "",
    extend: "Callable[[FastAPI], None] | None" = None,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the page of a machine until stopped. `ready` is told the page's address.

    `secret` is the screen's; empty: any page that is loaded may show the visits.
    Raises `PortTakenError` before any device is used, and where a file was replaced or removed
    under it, after an orderly end, `StoreUnavailableError` or `JournalError`.
    """
    from kiosk.console.console import Console
    from kiosk.console.mount import mount
    from kiosk.web.app import build
    from kiosk.web.monitor import Monitor
    from kiosk.web.own_page import OwnPage
    from kiosk.web.server import PageServer
    from kiosk.web.showing import Behind

    web = machine.settings.web
    listener = _listen(web.host, web.port)
    host, port = listener.getsockname()[:2]
    desk = Desk(machine)

    def answering() -> None:
        # What was loaded by now lives as long as the daemon: collections need not look through it.
        gc.collect()
        gc.freeze()
        logs.event(logging.INFO, "kiosk.ready", port=port)
        notify("READY=1")
        ready(f"http://{f'[{host}]' if ':' in host else host}:{port}/")

    metrics, counters = Metrics(machine.monotonic), Counters.of(machine.settings, machine.now)
    metrics.gauge("kiosk_backup_age_seconds", "NaN: none was made", partial(_backup_age, machine))
    with (
        contextlib.closing(listener),
        _visit(machine, desk, metrics, counters) as service,
        contextlib.ExitStack() as parts,
    ):
        monitor = Monitor(service, machine.progress, metrics)
        page = OwnPage.of(machine.settings, machine.rng, secret)
        service.subscribe(lambda: keep_spoken(page.aloud, service, desk))
        app = build(Behind(service, desk, machine.settings, desk.verifier, monitor, page))
        console = parts.enter_context(
            contextlib.closing(Console.of(machine, service, monitor, counters))
        )
        mount(app, console, parts.enter_context(offered(machine.settings, port)))
        if extend is not None:
            extend(app)
        beat = partial(machine.progress.expect, "page")
        server = PageServer(app, answering, beat, over=lambda: bool(lost(machine)))
        with Watchdog(machine.progress, partial(notify, "WATCHDOG=1"), patience()):
            server.serve_on(listener)
        notify("STOPPING=1")
    logs.event(logging.INFO, "kiosk.stopped")
    if reason := lost(machine):
        raise reason


def keep_spoken(aloud: ReadAloud, service: VisitService, desk: Desk) -> None:
    """What was read aloud goes with the records: a card may stay in for hours after its visit."""
    aloud.keep_for(service.shown.token if desk.memory else "")


def lost(machine: Machine) -> Exception | None:
    """Why to start anew: a file under the daemon is another one now, or none."""
    settings = machine.settings.store
    if machine.store.lost:
        return StoreUnavailableError(settings.records, REPLACED)
    if machine.journal.lost:
        return JournalError(str(settings.journal), REPLACED)
    return None


def _backup_age(machine: Machine) -> float:
    last = last_made(machine.settings)
    return math.nan if last is None else (machine.now() - last).total_seconds()


def _visit(machine: Machine, desk: Desk, metrics: Metrics, counters: Counters) -> VisitService:
    settings = machine.settings

    def observe(state: State) -> None:
        metrics.saw(state)
        counters.saw(state)

    return VisitService(
        desk,
        machine.source,
        roles=machine.roles,
        needs_sam=settings.sam.kind == "psam",
        rules=settings.visit,
        worker=devices_worker(),
        monotonic=machine.monotonic,
        progress=machine.progress,
        observe=observe,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio turns Nagle's wait off; else each answer is 40 ms late.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port) from None
        raise SettingError("web.port", str(port), f"must be usable: {error.strerror}") from None
    return listener


def notify(state: str) -> None:
    """Tell systemd (sd_notify(3)); without systemd this does nothing."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # the abstract namespace is written with @, and meant as NUL
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.sendto(state.encode(), address)
