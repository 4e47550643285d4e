"""What axe-core finds wrong with a page (WCAG 2.2 A and AA, and its best practices)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
_RUN = "axe.run({ resultTypes: ['violations'] }).then((found) => found.violations)"
"""Only what is wrong comes back: the rest is a hundred kilobytes a page."""


def violations(page: Page, name: str) -> list[str]:
    """Each rule that is broken, with the first places; `name` says which page it is."""
    if not page.evaluate("'axe' in window"):  # a document keeps it until another takes its place
        page.evaluate(_AXE.axe_script)
    return [
        f"{name}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in page.evaluate(_RUN)
    ]
