"""The kiosk's page in tests: plain digits, and silent unless a test gives a voice."""

import random

from fastapi.testclient import TestClient

from kiosk.config import Settings, load
from kiosk.web.own_page import OwnPage

SILENT = load(speech={"use": "off"})


def own_page(settings: Settings = SILENT) -> OwnPage:
    """What belongs to the page."""
    return OwnPage.of(settings, random.Random(1))


def load_page(client: TestClient) -> str:
    """Open the page as the screen does: the client's calls are those of this page now. Its key."""
    key = client.get("/").text.split('data-page="')[1].split('"')[0]
    client.headers["X-Page"] = key
    client.post("/own")
    return key
