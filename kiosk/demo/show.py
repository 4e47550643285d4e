"""`kiosk demo`: the kiosk's page and the dev dock, on simulated devices."""

import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI

from kiosk import logs
from kiosk.composition import simulated
from kiosk.config import Settings
from kiosk.console.accounts import Accounts
from kiosk.daemon import serve_machine
from kiosk.demo.data import prepare, settings_for
from kiosk.demo.dock import Dock, router

LOGIN = "demo"


def show(settings: Settings, data: Path, *, real_time: bool, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C."""
    logs.start(logging.getLevelName(logging.WARNING))
    cards = prepare(data, say)
    chosen = settings_for(data, settings)
    say("starting the simulated card slot and printer")
    names = "".join(card.holder for card in cards)
    machine, hall = simulated(chosen, data, real_time=real_time, known_characters=names)
    say(f"card stack: {hall.stack}; receipt printer: {hall.line.path}")

    def extend(app: FastAPI) -> None:
        app.include_router(router(Dock(hall, cards, machine.receipt, chosen.report.folder)))

    password = _let_in(chosen.technician.accounts)
    with machine:
        serve_machine(
            machine,
            extend=extend,
            ready=lambda address: say(
                f"screen: {address}   screen with dev dock: {address}dock   (Ctrl-C ends)\n"
                f"· technician: {address}technician   login: {LOGIN}   password: {password}"
            ),
        )


def _let_in(accounts: Path) -> str:
    """An account for this run of the demo, with a password of its own."""
    password = secrets.token_urlsafe(12)
    Accounts(accounts).set(LOGIN, "演示技术员", password)
    return password
