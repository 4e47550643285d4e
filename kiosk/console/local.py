"""What commands on this machine ask of the running daemon, by the credential of its user."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response

from kiosk.console.guard import console_of
from kiosk.console.sessions import same
from kiosk.diag.run import RESULTS
from kiosk.faults import fault


def _own_user(request: Request, x_kiosk_credential: Annotated[str, Header()] = "") -> None:
    """Only who can read the daemon's file goes on; else 401."""
    if not same(x_kiosk_credential, request.app.state.credential):
        raise HTTPException(401, fault("technician.session").to_json())


router = APIRouter(prefix="/api/local", dependencies=[Depends(_own_user)], include_in_schema=False)


@router.get("/diag")
def diag(request: Request) -> Response:
    """Every part as the daemon finds it."""
    found = RESULTS.dump_json(console_of(request).examine())
    return Response(found, media_type="application/json")


@router.get("/support-bundle")
def support_bundle(request: Request) -> Response:
    """The support bundle."""
    return Response(console_of(request).support_bundle(), media_type="application/zip")
