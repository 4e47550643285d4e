"""What is said with data that are old or not whole: the same on the screen and on every paper."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from archive.records import RecordKind
from archive.store import AsOf
from printing.kinds import KIND_NAMES


@dataclass(frozen=True, slots=True)
class Caveat:
    """A sentence about the data in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """By what the age of data is judged."""

    today: date
    """In China."""
    stale_days: int
    """Data that are older than so many days are called old."""


def caveats(as_of: AsOf, fresh: Freshness) -> tuple[Caveat, ...]:
    """What a reader has to know of the data; nothing where they are fresh and whole."""
    found = []
    day, days = as_of.day, fresh.stale_days
    if as_of.stale(fresh.today, days):
        found.append(
            Caveat(
                f"数据截至{day.year}年{day.month}月{day.day}日，已超过 {days} 天没有更新，"
                "近期的变化可能没有反映。",
                f"The data are as of {day.isoformat()}, older than {days} days; "
                "recent changes may be missing.",
            )
        )
    if as_of.never:
        named = names(as_of.never)
        found.append(
            Caveat(
                f"没有收到以下数据：{named.zh}。有关情况不详，不表示没有。",
                f"Never delivered, so not known: {named.en}.",
            )
        )
    if not as_of.whole:
        found.append(
            Caveat(
                "数据可能不完整：正在更新，或有记录尚待核对。",
                "The data may be incomplete: an update is under way, "
                "or some records are still being checked.",
            )
        )
    return tuple(found)


def ends(older: Mapping[RecordKind, date]) -> Iterator[Caveat]:
    """Which kinds end before the day of the paper, and when."""
    for kind, day in older.items():
        name = names((kind,))
        yield Caveat(
            f"{name.zh}数据只到{day.year}年{day.month}月{day.day}日，此后的没有反映。",
            f"Of {name.en} the data end on {day.isoformat()}; what came later is missing.",
        )


def names(kinds: Iterable[RecordKind]) -> Caveat:
    """What kinds are called in a sentence."""
    named = tuple(kinds)
    return Caveat(
        "、".join(KIND_NAMES[kind] for kind in named),
        ", ".join(kind.value.replace("_", " ") for kind in named),
    )
