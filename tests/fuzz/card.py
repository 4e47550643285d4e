"""Mutated answers of cards and security modules, through all that the driver does with them."""

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Final

from devices.card.apdu import StatusWord
from devices.card.application_files import read_files
from devices.card.application_table import ALL_FILES
from devices.card.authentication import prove_genuine, unlock_holder_file
from devices.card.crypto import Factors
from devices.card.errors import CardError
from devices.card.fci import Algorithm
from devices.card.ministry import ministry_string
from devices.card.pin import Pin
from devices.card.psam import Psam
from devices.card.sam import KeyUse
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.chip import SimulatedChip
from devices.card.simulated.psam_profile import SM4_ENVIRONMENT
from devices.card.software_sam import SoftwareSam
from devices.card.ssc import SSSE_AID, SocialSecurityCard
from tests.devices.card.cards import ATR, KEYS, PSAM_LAYOUT, profile, psam

MOST_EXCHANGES: Final = 1500
"""Bound of one call of the driver; the files of a card that refuses much take about 300."""
_LAST_ANSWERS: Final = 6
_PSAM: Final = replace(
    PSAM_LAYOUT, environments={Algorithm.DES: SSSE_AID, Algorithm.SM4: SM4_ENVIRONMENT}
)
_STATUS: Final = tuple(word.to_bytes(2, "big") for word in StatusWord)
_KINDS: Final = tuple(product(("1.00", "2.00", "3.00"), (Algorithm.DES, Algorithm.SM4)))
_HABITS: Final[tuple[dict[str, object], ...]] = (
    {},
    {},
    {"read_all": False},
    {"sfi": False},
    {"root": True},
)
_RATES: Final = (0.1, 0.5, 1.0)


def check_batch(seed: int, count: int) -> Counter[str]:
    """Spoil `count` answers and return how the driver's calls ended, by value or error code.

    Raise `AssertionError`, naming the seed, the answer's number and the last answers, when a call
    ends in anything else, or does not end.
    """
    chance = random.Random(seed)
    ends: Counter[str] = Counter()
    done = 0
    while done < count:
        wire = _Wire(chance, *_some_chip(chance))
        try:
            for call in _calls(wire, chance):
                ends[_end_of(call, wire)] += 1
        except Exception as error:  # any: the very thing that is looked for
            raise AssertionError(
                f"seed {seed}, answer {done + wire.spoilt}, {type(error).__name__}: {error}; "
                f"it said {', '.join(answer.hex() for answer in wire.said)}"
            ) from error
        done += wire.spoilt
    return ends


def _end_of(call: Callable[[], object], wire: "_Wire") -> str:
    wire.exchanges = 0
    try:
        call()
    except CardError as error:
        return error.code
    return "value"


def _some_chip(chance: random.Random) -> tuple[SimulatedChip, bytes]:
    if chance.random() < 0.1:
        return psam(), ATR
    version, algorithm = chance.choice(_KINDS)
    habits = chance.choice(_HABITS)
    described = replace(profile(version, algorithm=algorithm), **habits)  # type: ignore[arg-type]
    made = SimulatedCard(described, keys=KEYS, random_bytes=chance.randbytes)
    return made, made.power_on()


def _calls(wire: "_Wire", chance: random.Random) -> Iterator[Callable[[], object]]:
    """The calls of one visit, each of which may end as it likes."""
    if not isinstance(wire.chip, SimulatedCard):
        module, factors = Psam(wire, _PSAM), Factors("639900", ATR[-8:])
        for algorithm, usage in product((Algorithm.DES, Algorithm.SM4), KeyUse):
            yield partial(module.authentication_data, usage, algorithm, factors, bytes(8), bytes(8))
        yield module.terminal_number
        return
    card, sam = SocialSecurityCard(wire), SoftwareSam(KEYS)  # its own: it may end up distrusted
    yield card.select
    yield lambda: prove_genuine(card, sam, chance.randbytes)
    yield lambda: unlock_holder_file(card, sam, chance.randbytes)
    yield lambda: ministry_string(card.read_identity(), "639900000001", "1")
    yield card.pin_state
    yield lambda: card.verify_pin(Pin.from_text("246810"))
    yield lambda: read_files(card, chance.sample(ALL_FILES, 6))
    yield lambda: card.read_identity().to_json()
    yield lambda: card.change_pin(Pin.from_text("246810"), Pin.from_text("135790"))


class _Wire:
    """A connection whose answers are spoilt at a rate of their own."""

    def __init__(self, chance: random.Random, chip: SimulatedChip, atr: bytes) -> None:
        self._chance = chance
        self._rate = chance.choice(_RATES)
        self.chip = chip
        self.spoilt = 0
        self.exchanges = 0
        self.said: deque[bytes] = deque(maxlen=_LAST_ANSWERS)
        self.atr = self._perhaps(atr)

    def transmit(self, command: bytes) -> bytes:
        self.exchanges += 1
        if self.exchanges > MOST_EXCHANGES:
            raise RuntimeError("a call without an end")
        return self._perhaps(self.chip.process(command))

    def close(self) -> None:
        """Nothing is held."""

    def _perhaps(self, answer: bytes) -> bytes:
        if self._chance.random() < self._rate:
            answer = self._chance.choice(_MUTATIONS)(self._chance, answer, self.said)
            self.spoilt += 1
        self.said.append(answer)
        return answer


_Mutation = Callable[[random.Random, bytes, deque[bytes]], bytes]


def _flip(chance: random.Random, answer: bytes, __: deque[bytes]) -> bytes:
    out = bytearray(answer)
    for _ in range(chance.randint(1, 3) if out else 0):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def _cut(chance: random.Random, answer: bytes, _: deque[bytes]) -> bytes:
    return answer[: chance.randint(0, len(answer))]


def _cut_data(chance: random.Random, answer: bytes, _: deque[bytes]) -> bytes:
    return answer[: chance.randint(0, max(0, len(answer) - 2))] + answer[-2:]


def _insert(chance: random.Random, answer: bytes, _: deque[bytes]) -> bytes:
    at = chance.randint(0, len(answer))
    return answer[:at] + chance.randbytes(chance.randint(1, 8)) + answer[at:]


def _swap(chance: random.Random, answer: bytes, _: deque[bytes]) -> bytes:
    at = chance.randint(0, len(answer))
    return answer[at:-2] + answer[:at] + answer[-2:]


def _repeat(chance: random.Random, answer: bytes, _: deque[bytes]) -> bytes:
    return answer[:-2] * chance.randint(2, 5) + answer[-2:]


def _lengthen(chance: random.Random, answer: bytes, _: deque[bytes]) -> bytes:
    """A length byte that lies: usually one of the first ones."""
    at = chance.choice((1, 1, 3, chance.randint(0, len(answer))))
    return answer[:at] + bytes((chance.choice((0, 0x7F, 0x80, 0x84, 0xFF)),)) + answer[at + 1 :]


def _status(chance: random.Random, answer: bytes, _: deque[bytes]) -> bytes:
    return answer[:-2] + chance.choice(_STATUS)


def _only_status(chance: random.Random, _: bytes, __: deque[bytes]) -> bytes:
    return chance.choice(_STATUS)


def _numbered(chance: random.Random, answer: bytes, _: deque[bytes]) -> bytes:
    """61xx, 63Cx and 6Cxx with any number, with data or without."""
    start = chance.choice((0x61, 0x63, 0x6C))
    data = answer[:-2] if chance.random() < 0.3 else b""
    return data + bytes((start, chance.randrange(256)))


def _noise(chance: random.Random, _: bytes, __: deque[bytes]) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 2, 3, 8, 40, 258)))


def _noise_that_is_fine(chance: random.Random, answer: bytes, _: deque[bytes]) -> bytes:
    return chance.randbytes(len(answer) - 2 if len(answer) > 2 else 6) + b"\x90\x00"


def _replay(chance: random.Random, answer: bytes, said: deque[bytes]) -> bytes:
    return chance.choice(said) if said else answer


_MUTATIONS: Final[tuple[_Mutation, ...]] = (
    _flip,
    _flip,
    _cut,
    _cut_data,
    _insert,
    _swap,
    _repeat,
    _lengthen,
    _status,
    _only_status,
    _numbered,
    _noise,
    _noise_that_is_fine,
    _replay,
)
