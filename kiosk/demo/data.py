"""The demo's records: made and imported on first use, kept in a folder."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import chain, repeat
from pathlib import Path

from archive.demo_data import write_demo_data
from archive.importer import import_files
from archive.sqlite.store import SqliteStore
from devices.card.keys import MasterKeys
from devices.card.pin import Pin
from devices.card.simulated.profile import CardProfile, load_profile
from kiosk.composition import utc_now
from kiosk.config import Settings
from kiosk.errors import usable

KEYS = "test-keys.toml"
"""Beside the data: the master keys of the simulated cards and of the software module."""
MODULE = Path("modules/psam.toml")
"""The simulated security module."""
PERSONS = 200
SEED = 20261122
ABOUT = (
    "履历完整 A plain career",
    "生僻字、单位名长 Rare characters",
    "中断和补缴 Gaps, back-payments",
    "没有缴费记录 No records",
    "已退休 Retired",
    "两字姓名 A short name",
)
"""What each of the first six cards is there to show, in the order of the demo data."""


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A simulated card, with what a person in front of the demo needs to know of it."""

    name: str
    holder: str = field(repr=False)
    about: str
    pin: str = field(repr=False)
    profile: CardProfile = field(repr=False)

    def typed_pin(self) -> Pin:
        """The PIN as the holder would type it."""
        return Pin.from_text(self.pin)


def settings_for(folder: Path, settings: Settings, journal: Path | None = None) -> Settings:
    """The same settings with all files in the demo's folder; the journal may be another."""
    return settings.model_copy(
        update={
            "store": settings.store.model_copy(
                update={
                    "records": folder / "records.db",
                    "key": "",
                    "audit_key": "",
                    "journal": journal or folder / "journal.db",
                    "backup_days": 0,
                }
            ),
            "report": settings.report.model_copy(update={"folder": folder / "report"}),
            "sam": settings.sam.model_copy(update={"keys": folder / "data" / KEYS}),
            "technician": settings.technician.model_copy(
                update={"accounts": folder / "technicians.json"}
            ),
        }
    )


def prepare(
    folder: Path,
    say: Callable[[str], None],
    *,
    persons: int = PERSONS,
    with_card: int = len(ABOUT),
) -> tuple[DemoCard, ...]:
    """Make the data if this is the first time; the cards that can be inserted."""
    data = folder / "data"
    done = folder / "data.complete"
    with usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not done.exists():
        say(f"making the records of {persons} invented persons in {folder}")
        write_demo_data(data, persons, SEED, with_card=with_card)
        say("importing them into SQLite")
        with SqliteStore(folder / "records.db", utc_now) as store:
            import_files(store, sorted(data.glob("*.csv")), rejects=folder / "rejects.csv")
        done.touch()
    if not (data / KEYS).exists():
        write_test_keys(data, demo_chance())
    paths = sorted((data / "cards").glob("*.toml"), key=lambda path: int(path.stem))
    abouts = chain(ABOUT, repeat(""))
    return tuple(_card(path, about) for path, about in zip(paths, abouts, strict=False))


def demo_chance() -> random.Random:
    """The demo's keys are the same each time: its cards are nobody's."""
    return random.Random(SEED)  # noqa: S311 - keys of cards that do not exist


def write_test_keys(folder: Path, rng: random.Random) -> None:
    """Master keys for the simulated cards of this data, anew, and a module that holds them."""
    (folder / KEYS).unlink(missing_ok=True)
    MasterKeys.generate(rng.randbytes).save(folder / KEYS)
    module = folder / MODULE
    module.parent.mkdir(exist_ok=True)
    module.write_text(files("kiosk.demo").joinpath("sam.toml").read_text("utf-8"), "utf-8")


def _card(path: Path, about: str) -> DemoCard:
    profile = load_profile(path)
    assert profile.holder is not None
    assert profile.pin is not None
    digits = profile.pin.packed.hex().rstrip("f")
    return DemoCard(path.stem, profile.holder.name, about, digits, profile)
