"""Finding guides by what people type: words, pinyin in full, first letters, or a mixture.

The names and keywords of all guides stand one after another. Each spelling has one large number
whose bits are the places where a character so spelt stands; a query walks along by shifting and
masking these, all guides at the same time. So each character may be typed in any of its ways
and no word has to be cut up beforehand.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import accumulate
from typing import Final

from archive.guides.readings import plain, readings
from archive.model import Guide

_LONGEST_QUERY: Final = 64
"""Characters; more is no search for a guide."""
_LONGEST_SPELLING: Final = 6
"""Of a reading, such as zhuang."""


class Found(IntEnum):
    """Where a word was found, the best first."""

    NAME_START = 0
    NAME = 1
    KEYWORDS = 2
    TEXT = 3


class GuideIndex:
    """Made once for a set of guides; usable from several threads."""

    def __init__(self, guides: Sequence[Guide]) -> None:
        self.guides = tuple(guides)
        texts = [_text(guide) + "\n" for guide in self.guides]
        self._texts = "".join(texts)
        self._text_ends = tuple(accumulate(map(len, texts)))
        line, self._names, self._ends = _line(self.guides)
        self._everywhere = (1 << len(line)) - 1
        self._starts = sum(1 << start for start, _ in self._names)
        self._letters, self._openings = _spellings(line)

    def search(self, query: str) -> tuple[Guide, ...]:
        """Guides that have every word of the query, the best first; none for an empty query.

        The rank of a guide is that of its words together; then shorter names come first.
        """
        words = plain(query)[:_LONGEST_QUERY].split()
        if not words:
            return ()
        ranks = [self._ranks(word) for word in words]
        found = []
        for place in set(ranks[0]).intersection(*ranks[1:]):
            guide = self.guides[place]
            rank = sum(own[place] for own in ranks)
            found.append((rank, len(guide.name), guide.task_code, place))
        return tuple(self.guides[place] for *_, place in sorted(found))

    def _ranks(self, word: str) -> dict[int, Found]:
        """The guides that have the word, and where."""
        ranks = dict.fromkeys(_holding(self._texts, self._text_ends, word), Found.TEXT)
        anywhere = _bits(self._ends_of(word, self._everywhere))
        for place in _holding(anywhere, self._ends, "1"):
            name, keywords = self._names[place]
            in_name = anywhere.find("1", name, keywords) >= 0
            ranks[place] = Found.NAME if in_name else Found.KEYWORDS
        starts = _bits(self._ends_of(word, self._starts))
        return ranks | dict.fromkeys(_holding(starts, self._ends, "1"), Found.NAME_START)

    def _ends_of(self, word: str, starts: int) -> int:
        """The places behind which the word has been typed whole, begun at one of `starts`.

        The last character may be typed in part.
        """
        typed = [starts, *[0] * len(word)]
        ended = 0
        for place in range(len(word)):
            reached = typed[place]
            if not reached:
                continue
            for stop in range(place + 1, min(len(word), place + _LONGEST_SPELLING) + 1):
                piece = word[place:stop]
                last = stop == len(word)
                typed[stop] |= (reached & self._letters.get(piece, 0)) << 1
                if last:
                    ended |= (reached & self._openings.get(piece, 0)) << 1
        return (typed[-1] | ended) >> 1


def _line(
    guides: Iterable[Guide],
) -> tuple[str, list[tuple[int, int]], list[int]]:
    """All names and keywords; for each guide where its name and keywords begin, and its end."""
    parts: list[str] = []
    names: list[tuple[int, int]] = []
    ends: list[int] = []
    length = 0
    for guide in guides:
        name, keywords = plain(guide.name) + " ", plain(guide.keywords) + " "
        names.append((length, length + len(name)))
        parts += (name, keywords)
        length += len(name) + len(keywords)
        ends.append(length)
    return "".join(parts), names, ends


def _spellings(line: str) -> tuple[dict[str, int], dict[str, int]]:
    """The places of what spells a whole character or stands for it, and of beginnings of that."""
    whole: dict[str, list[int]] = defaultdict(list)
    begun: dict[str, list[int]] = defaultdict(list)
    by_char: dict[str, list[int]] = defaultdict(list)
    for place, char in enumerate(line):
        by_char[char].append(place)
    for char, places in by_char.items():
        spelt = readings(char)
        for spelling in {char} | spelt | {reading[0] for reading in spelt}:
            whole[spelling] += places
        for opening in {reading[:end] for reading in spelt for end in range(2, len(reading))}:
            begun[opening] += places
    return _packed(whole, len(line)), _packed(begun, len(line))


def _packed(places: dict[str, list[int]], length: int) -> dict[str, int]:
    packed: dict[str, int] = {}
    for spelling, own in places.items():
        bits = bytearray(length // 8 + 1)
        for place in own:
            bits[place >> 3] |= 1 << (place & 7)
        packed[spelling] = int.from_bytes(bits, "little")
    return packed


def _bits(number: int) -> str:
    """One character for each place up to the last that is set, the first first."""
    return f"{number:b}"[::-1]


def _holding(text: str, ends: Sequence[int], wanted: str) -> Iterator[int]:
    """The sections of a text that hold what is wanted, each once."""
    found = text.find(wanted)
    while found >= 0:
        section = bisect_right(ends, found)
        yield section
        found = text.find(wanted, ends[section])


def _text(guide: Guide) -> str:
    """What a guide says elsewhere."""
    return plain(
        " ".join(
            (
                guide.task_code,
                guide.legal_basis,
                guide.accepted_by,
                guide.procedure,
                guide.materials,
                guide.fees,
                guide.time_limit,
                guide.hours_and_address,
            )
        )
    )
