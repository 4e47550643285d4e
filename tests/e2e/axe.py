"""What axe-core finds wrong with a page (WCAG 2.2 A and AA, and its best practices)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page, name: str) -> list[str]:
    """Each rule that is broken, with the first places; `name` says which page it is."""
    return [
        f"{name}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in Axe().run(page).response["violations"]
    ]
