"""What a stranger is told about a paper by its code; guesses are slowed down."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from kiosk.config import Settings
from kiosk.errors import SealThrottledError
from kiosk.throttle import Throttle
from printing.errors import (
    SealCodeError,
    SealExpiredError,
    SealRevokedError,
    SealUnknownError,
    SealVoidError,
)
from printing.seals import SealRecord, Seals
from printing.statements import STATEMENTS
from printing.statements.issue import CHINA

REFUSALS: Final = (
    SealCodeError,
    SealUnknownError,
    SealExpiredError,
    SealRevokedError,
    SealVoidError,
    SealThrottledError,
)
"""What is no bug but an answer."""


@dataclass(frozen=True, slots=True)
class Caution:
    """A sentence beside the answer about a genuine paper."""

    zh: str
    en: str


UNCONFIRMED: Final = Caution(
    "打印结果未确认：请核对单据是否完整，不完整的或印有作废字样的请不要使用。",
    "It is not confirmed that all of it was printed. Please do not use a paper that is incomplete "
    "or marked void.",
)
ONE_VOID: Final = Caution(
    "同一核验码的另一份单据打印未完成，已作废；印有作废字样的请不要使用。",
    "Another paper with this code was not printed completely and is void. "
    "Do not use one that is marked void.",
)
NO_CERTIFICATE: Final = Caution(
    "此单据不是证明，没有证明任何事项，仅供参考。",
    "This paper is not a certificate and certifies nothing. It is for information only.",
)
MAYBE_NONE: Final = Caution(
    "请看单据副标题：写有“未能开具”“未参保”或“不详”的不是证明，仅供参考。",
    "Please read the line below its title: a paper that says 未能开具, 未参保 or 不详 is not a "
    "certificate and is for information only.",
)
"""Beside a paper of a program that did not keep whether it is one."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A genuine paper; nothing more of it is told to anybody."""

    name: str = field(repr=False)
    """Masked."""
    kind: str
    issued_at: datetime
    """In China's time."""
    digests: tuple[str, ...]
    """SHA-256 of what each paper with the code says: the receipt, the report."""
    cautions: tuple[Caution, ...] = ()
    """What to know beside it."""


class Verifier:
    """Answers for the screen and for the verify page; from any thread."""

    def __init__(self, seals: Seals, throttle: Throttle) -> None:
        self._seals = seals
        self._throttle = throttle
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings, seals: Seals, monotonic: Callable[[], float]) -> Self:
        """A verifier with the configured patience."""
        rules = settings.verify
        return cls(
            seals,
            Throttle(
                monotonic,
                tries=rules.tries,
                tries_in_all=rules.tries_in_all,
                most_seconds=rules.most_seconds,
            ),
        )

    def verify(self, code: str, place: str) -> Verified:
        """What is known of a code that `place` asks for.

        Raises SealThrottledError without looking where too many codes were wrong, else what
        `Seals.look_up` raises. A code that is known is no guess, even where it has expired.
        """
        with self._lock:
            if seconds := self._throttle.wait(place):
                raise SealThrottledError(seconds)
            try:
                return verified(self._seals.look_up(code))
            except (SealCodeError, SealUnknownError):
                self._throttle.count(place)
                raise


def verified(seals: tuple[SealRecord, ...]) -> Verified:
    """What may be told of the papers of one code."""
    papers = [seal for seal in seals if seal.paper != "void"]
    first = papers[0]
    entry = STATEMENTS.get(first.statement)
    return Verified(
        first.masked_name,
        first.title or (entry.title["zh"] if entry else first.statement),
        first.issued_at.astimezone(CHINA),
        tuple(seal.digest for seal in papers),
        (
            *(_certifies(first) if entry and entry.certificate else ()),
            *[UNCONFIRMED] * any(seal.paper == "open" for seal in papers),
            *[ONE_VOID] * (len(papers) < len(seals)),
        ),
    )


def _certifies(seal: SealRecord) -> tuple[Caution, ...]:
    """What to say of a paper where the statement is a certificate for others."""
    match seal.certificate:
        case True:
            return ()
        case False:
            return (NO_CERTIFICATE,)
        case None:
            return (MAYBE_NONE,)
