"""Whether the kiosk is to be seen: its page, or the console in its place, says that it draws."""

from kiosk.browser import START_SECONDS
from kiosk.diag.finding import Finding
from kiosk.diag.told import told


def screen_findings(seconds: float) -> tuple[Finding, ...]:
    """What it means that the page drew so long ago, or never since the daemon's start.

    It comes after what stops the kiosk: who looks for that has often closed the page.
    """
    if seconds <= START_SECONDS:
        return ()
    evidence = told("kiosk.dark", seconds=round(seconds))
    return (Finding.named("screen.dark", "kiosk", "hinders", evidence),)
