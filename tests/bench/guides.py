"""How long a search over a large catalogue takes."""

import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from archive.demo.catalogue import guides_in_force
from archive.demo.people import AS_OF
from archive.guides.index import GuideIndex
from archive.model import Guide

GUIDES = 2000
QUERIES = ("sbk", "社保卡", "shebaoka", "s", "tuixiu", "养老 转移", "shixian", "办理时限", "不存在")
ROUNDS = 40


def guides(_: Path) -> Iterator[str]:
    """Queries of every sort over 2,000 guides, the index made before."""
    many = tuple(_many())
    begun = time.perf_counter()
    index = GuideIndex(many)
    made = time.perf_counter() - begun
    taken = sorted(_seconds(index, query) for query in QUERIES * ROUNDS)
    yield (
        f"guide search over {GUIDES:,} guides: p50 {statistics.median(taken) * 1000:.2f} ms, "
        f"p99 {taken[len(taken) * 99 // 100] * 1000:.2f} ms (aim < 5); index made in "
        f"{made * 1000:.0f} ms"
    )


def _many() -> Iterator[Guide]:
    """The demonstration's guides with names and keywords mixed."""
    own = tuple(guides_in_force(AS_OF).values())
    rng = random.Random(1)
    for place in range(GUIDES):
        one, other = own[place % len(own)], rng.choice(own)
        yield replace(
            one,
            task_code=f"{place:05d}",
            name=one.name[: rng.randrange(3, 9)] + other.name,
            keywords=f"{one.keywords} {other.keywords}",
        )


def _seconds(index: GuideIndex, query: str) -> float:
    begun = time.perf_counter()
    index.search(query)
    return time.perf_counter() - begun
