"""`kiosk demo`: the kiosk's page and the dev dock, on simulated devices."""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fastapi import FastAPI

from archive.model import AuditKind
from devices.card.errors import CardAbsentError
from kiosk import logs
from kiosk.composition import simulated
from kiosk.config import Settings, documented
from kiosk.console.accounts import Accounts
from kiosk.daemon import serve_machine
from kiosk.demo.data import prepare, settings_for
from kiosk.demo.dock import Dock, router
from kiosk.demo.once import CARD_SECONDS
from kiosk.headless import wait_in
from kiosk.machine import Machine
from kiosk.maintenance import MaintenanceSign
from kiosk.sections.records import Limits

LOGIN = "demo"
CONFIG = "kiosk.toml"
"""In the demo's folder: what a running demo is configured with, for commands in another shell."""
LIMITS = Limits({"insured": 2})
"""Prints a month and card: few, so that somebody who tries the demo meets the limit."""


def show(settings: Settings, data: Path, *, real_time: bool, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C."""
    logs.start(logging.getLevelName(logging.WARNING))
    cards = prepare(data, say)
    own = settings_for(data.resolve(), settings)  # commands are typed anywhere
    chosen = own.model_copy(update={"limits": LIMITS})
    say("starting the simulated card slot and printer")
    names = "".join(card.holder for card in cards)
    machine, hall = simulated(
        chosen, data, real_time=real_time, paper_time=real_time, known_characters=names
    )
    _clear(hall.paper)  # now that no other demo runs in this folder
    say(f"card stack: {hall.stack}; receipt printer: {hall.line.path}")

    def extend(app: FastAPI) -> None:
        app.include_router(router(Dock(hall, cards, machine.receipt, chosen.report.folder)))

    def ready(address: str) -> None:
        say(
            f"screen: {address}   screen with dev dock: {address}dock   (Ctrl-C ends)\n"
            f"· technician: {address}technician   login: {LOGIN}   password: {password}\n"
            f"· in another shell: kiosk diag --config {data / CONFIG}"
        )

    password = _let_in(chosen.technician.accounts)
    (data / CONFIG).write_text(documented(machine.settings), "utf-8")
    with machine:
        _in_service(machine, say)
        # pcscd looks into each slot by itself: who watches before it has would miss the module.
        with suppress(CardAbsentError):  # a slow one is heard of later
            wait_in(machine, hall.sam_slot.reader, CARD_SECONDS)
        serve_machine(machine, extend=extend, ready=ready)


def _in_service(machine: Machine, say: Callable[[str], None]) -> None:
    """Who starts a demo wants to be served, however the last one in this folder was left."""
    sign = MaintenanceSign.of(machine.settings)
    if sign.on:
        sign.set(False)
        result = "maintenance.off"
        machine.trail.should(AuditKind.STAFF_ACTION, None, result=result, operator=LOGIN)
        say("the last demo in this folder was left in maintenance mode: that is ended now")


def _clear(paper: Path) -> None:
    """Each run counts its receipts from 1: those of the last one would stand among them."""
    for old in (*paper.glob("receipt-*"), *paper.glob(".receipt-*"), paper / "errors.jsonl"):
        old.unlink(missing_ok=True)


def _let_in(accounts: Path) -> str:
    """An account for this run of the demo, with a password of its own."""
    password = secrets.token_urlsafe(12)
    Accounts(accounts).set(LOGIN, "演示技术员", password)
    return password
