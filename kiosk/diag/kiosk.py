"""The kiosk of a configuration as far as it can be seen: stopped, running, or unable to start."""

import json
import urllib.request
from collections.abc import Callable
from typing import Final

from kiosk.composition import real
from kiosk.config import Settings
from kiosk.diag.asking import address, ask, opener
from kiosk.diag.finding import Finding, part_of
from kiosk.diag.run import RESULTS, Examined, examine, unasked
from kiosk.diag.screen import screen_findings
from kiosk.diag.states import screen_words
from kiosk.diag.told import told
from kiosk.errors import AlreadyRunningError, WrongUserError

_ANSWER_SECONDS: Final = 3.0
_ANSWER_BYTES: Final = 4096


def examine_kiosk(configuration: Callable[[], Settings]) -> tuple[Examined, ...]:
    """Put the machine together and look at it; one that cannot be is a finding, not an error.

    While the daemon runs it is asked instead: its devices are its own. Root gets its answer too,
    and becomes the daemon's user only where there is none. Others are told the screen.
    """
    try:
        settings = configuration()
        try:
            with real(settings) as machine:
                return examine(machine)
        except AlreadyRunningError as running:
            return _ask_all(settings) or _screen(settings) or _nobody(settings, running)
        except WrongUserError:
            if answer := _ask_all(settings) or _screen(settings):
                return answer
            raise
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is what is asked for
        found = Finding.of_error(error, "settings")
        return (Examined(found.part, (found,)), *unasked(found.part))


def _ask_all(settings: Settings) -> tuple[Examined, ...]:
    """Every part as the daemon sees it; nothing where it does not answer, or not to this user."""
    answer = ask(settings, "diag")
    try:
        return RESULTS.validate_json(answer) if answer else ()
    except ValueError:
        return ()


def _nobody(settings: Settings, running: AlreadyRunningError) -> tuple[Examined, ...]:
    """Nobody answers: another command holds the devices."""
    evidence = told("kiosk.nobody", place=address(settings, settings.web.port))
    found = Finding.named(running.code, "kiosk", "hinders", evidence)
    return (Examined("kiosk", (found,)), *unasked("kiosk"))


def _screen(settings: Settings) -> tuple[Examined, ...]:
    """What the daemon tells any monitor; nothing where none answers."""
    place = address(settings, settings.web.port)
    try:
        status, ready = (_json(place + path) for path in ("/api/status", "/readyz"))
        drawn = float(str(status["page_seconds"]))
    except (OSError, ValueError, LookupError):
        return ()
    zh, en = screen_words(str(status.get("screen")))
    seen = (
        told("kiosk.runs", zh=zh, en=en),
        told("kiosk.drawn", seconds=round(drawn)),
    )
    codes = dict.fromkeys(str(one["fault"]) for one in (ready, status) if one.get("fault"))
    found_here = tuple(
        Finding.named(
            code,
            part_of(code, "receipt"),
            "hinders" if ready.get("ready") else "stops",
            told("kiosk.said"),
        )
        for code in codes
    )
    looked = Examined("kiosk", (*found_here, *screen_findings(drawn)), seen)
    return (looked, *unasked("kiosk"))


def _json(url: str) -> dict[str, object]:
    """The object at that address, whatever its status; OSError or ValueError without one."""
    with opener(_Any()).open(url, timeout=_ANSWER_SECONDS) as answer:
        found = json.loads(answer.read(_ANSWER_BYTES))
    if not isinstance(found, dict):
        raise ValueError(url)
    return found


class _Any(urllib.request.HTTPErrorProcessor):
    """A kiosk that is not ready answers 503, with its reason."""

    def http_response(self, _: object, response: object) -> object:
        """Take every answer as one."""
        return response
