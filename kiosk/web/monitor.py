"""What the outside may ask of a kiosk in service: is it alive, is it ready, its figures.

The page's own sign that it draws comes to `/alive`; `kiosk browser` asks here for its age.
"""

from typing import cast

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from kiosk.metrics import Metrics
from kiosk.progress import Progress
from kiosk.visit.service import VisitService
from kiosk.visit.state import Forgotten, Maintenance, OutOfService

router = APIRouter()
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Monitor:
    """The parts that answer, and when the page drew last."""

    def __init__(self, service: VisitService, progress: Progress, metrics: Metrics) -> None:
        self.service = service
        self.progress = progress
        self.metrics = metrics
        self._drawn = progress.now()

    def drawn(self) -> None:
        """The page has drawn."""
        self._drawn = self.progress.now()

    def page_seconds(self) -> float:
        """Since the page drew, or since the start."""
        return self.progress.now() - self._drawn


class Status(BaseModel):
    """The kiosk in a word, for a monitor; nothing of any holder."""

    screen: str
    fault: str | None
    page_seconds: float


class Health(BaseModel):
    """Whether every loop turns; the names of those that do not."""

    late: tuple[str, ...]


class Readiness(BaseModel):
    """Whether a citizen can be served; the code of what is in the way."""

    ready: bool
    fault: str | None


def _monitor(request: Request) -> Monitor:
    return cast("Monitor", request.app.state.monitor)


@router.get("/api/status")
def status(request: Request) -> Status:
    """The kind of screen that is shown, the code of its fault, and the age of its last frame."""
    monitor = _monitor(request)
    state = monitor.service.state
    reason = getattr(state, "fault", None)
    return Status(
        screen=type(state).__name__,
        fault=reason.code if reason else None,
        page_seconds=monitor.page_seconds(),
    )


@router.get("/healthz", responses={503: {"model": Health}})
def healthz(request: Request, response: Response) -> Health:
    """200 while every loop of the daemon turns, else 503."""
    late = _monitor(request).progress.late()
    response.status_code = 503 if late else 200
    return Health(late=late)


@router.get("/readyz", responses={503: {"model": Readiness}})
def readyz(request: Request, response: Response) -> Readiness:
    """200 while a citizen can be served, else 503."""
    service = _monitor(request).service
    state, lost = service.state, service.lost  # a guest may be served without a reader
    fault = lost.code if lost else None
    if isinstance(state, OutOfService | Maintenance | Forgotten):
        fault = state.fault.code
    response.status_code = 503 if fault else 200
    return Readiness(ready=fault is None, fault=fault)


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    return Response(_monitor(request).metrics.text(), media_type=METRICS_TYPE)
