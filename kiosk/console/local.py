"""What commands on this machine ask of the running daemon, by the credential of its user."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response, Security
from fastapi.security import APIKeyHeader

from kiosk.console.errors import TrialRunsError, VisitRunsError
from kiosk.console.guard import console_of
from kiosk.console.sessions import same
from kiosk.diag.credential import HEADER
from kiosk.diag.run import RESULTS
from kiosk.faults import fault
from kiosk.web.answers import WATCHED

_CREDENTIAL: Final = APIKeyHeader(name=HEADER, scheme_name="own-user", auto_error=False)


def _own_user(
    request: Request, brought: Annotated[str | None, Security(_CREDENTIAL)] = None
) -> None:
    """Only who can read the daemon's file goes on; else 401."""
    if not same(brought or "", request.app.state.credential):
        raise HTTPException(401, fault("technician.session").to_json())


router = APIRouter(
    prefix="/api/local", dependencies=[Depends(_own_user)], responses=WATCHED, tags=["command"]
)


@router.get("/diag")
def diag(request: Request) -> Response:
    """Every part as the daemon finds it."""
    console = console_of(request)
    try:
        found = console.examine()
    except (VisitRunsError, TrialRunsError) as why:
        found = console.busy(why)
    return Response(RESULTS.dump_json(found), media_type="application/json")


@router.get(
    "/support-bundle",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
)
def support_bundle(request: Request) -> Response:
    """The support bundle."""
    return Response(console_of(request).support_bundle(), media_type="application/zip")
