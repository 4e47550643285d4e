"""What the screen shows while there is no daemon to show anything."""

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kiosk.web.words import LANGUAGE_TAGS, Voice


def away_page() -> str:
    """One file that needs nothing else: out of service, in both languages.

    It has no script and asks nobody. The browser reads the file anew every three seconds, until
    `kiosk browser` has put the way to the daemon's page in its place.
    """
    own = Environment(loader=PackageLoader("kiosk.web"), autoescape=True, undefined=StrictUndefined)
    style = files("kiosk.web").joinpath("static/kiosk.css").read_text("utf-8")
    voice = Voice("zh")
    return own.get_template("away.html").render(
        style=Markup(style),  # noqa: S704 - our own file
        say=voice.say,
        also=voice.also,
        tag=LANGUAGE_TAGS["zh"],
        other_tag=LANGUAGE_TAGS["en"],
    )
