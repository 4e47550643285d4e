"""How answers of printers are spoilt: flipped, cut, inserted, swapped, repeated, replaced."""

import random
from collections.abc import Callable

KINDS = (
    b"\x12", b"\x16", b"\x1a", b"\x32", b"\x7e", b"\x00", b"\x0c", b"\x11", b"\x13",
    b"\x10\x00\x00\x00", b"\x18\x08\x0c\x00", b"\x10\x13\x00\x03\x00", b"\x37\x25\x00",
    b"\x37\x220001\x00", b"\x5fEPSON\x00", b"\x5fGB18030\x00",
)  # fmt: skip


class Answers:
    """Spoils at most so many answers, and leaves the rest as they are."""

    def __init__(self, chance: random.Random, most: int) -> None:
        self._chance = chance
        self._most = most
        self._share = chance.choice((0.2, 0.5, 1.0))
        self.spoilt = 0
        self.said = bytearray()

    def spoil(self, answer: bytes) -> bytes:
        if self.spoilt < self._most and self._chance.random() < self._share:
            self.spoilt += 1
            for _ in range(self._chance.choice((1, 1, 2))):
                answer = self._chance.choice(_MUTATIONS)(self._chance, answer)
        self.said += answer
        return answer


Mutation = Callable[[random.Random, bytes], bytes]


def _flip(chance: random.Random, data: bytes) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes((data[at] ^ 1 << chance.randrange(8),)) + data[at + 1 :]


def _cut(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] if chance.random() < 0.5 else data[at:]


def _insert(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.randrange(1, 5)) + data[at:]


def _swap(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[at:] + data[:at]


def _repeat(chance: random.Random, data: bytes) -> bytes:
    return data * chance.randrange(2, 6)


def _lengthen(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at : at + 1] * chance.choice((3, 30, 300)) + data[at:]


def _replace(chance: random.Random, data: bytes) -> bytes:
    return chance.choice(KINDS)


def _inside(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(KINDS) + data[at:]


def _noise(chance: random.Random, data: bytes) -> bytes:
    return chance.randbytes(chance.randrange(12))


_MUTATIONS: tuple[Mutation, ...] = (
    _flip, _flip, _cut, _insert, _swap, _repeat, _lengthen, _replace, _inside, _noise
)  # fmt: skip
