"""The console as a part of the page's application."""

from fastapi import FastAPI

from kiosk.console import calls, local, pages
from kiosk.console.console import Console


def mount(app: FastAPI, console: Console, credential: str) -> None:
    """Add the console; `credential` is what commands on this machine bring."""
    app.state.console = console
    app.state.credential = credential
    for part in (pages, calls, local):
        app.include_router(part.router)
