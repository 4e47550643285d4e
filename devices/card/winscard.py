"""The calls of PC/SC that this project makes, typed, with results turned into errors.

This is the only module that imports pyscard, and of pyscard only its plain calls.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from smartcard import scard

from devices.card.errors import (
    AccessDeniedError,
    CardAbsentError,
    CardBusyError,
    CardError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderAbsentError,
    ReaderFaultError,
    ServiceDownError,
)

OK: Final[int] = scard.SCARD_S_SUCCESS
NOT_TRANSACTED: Final[int] = scard.SCARD_E_NOT_TRANSACTED
PRESENT: Final[int] = scard.SCARD_STATE_PRESENT
CHANGED: Final[int] = scard.SCARD_STATE_CHANGED
UNAWARE: Final[int] = scard.SCARD_STATE_UNAWARE
EXCLUSIVE: Final[int] = scard.SCARD_SHARE_EXCLUSIVE
SHARED: Final[int] = scard.SCARD_SHARE_SHARED
NEW_READERS: Final = "\\\\?PnP?\\Notification"
"""The pseudo-reader whose state changes when readers come or go."""

_ANY_PROTOCOL: Final[int] = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
_NO_NEWS: Final = frozenset({scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED})
_REMOVED: Final = frozenset({scard.SCARD_W_REMOVED_CARD, scard.SCARD_E_NO_SMARTCARD})
_RESET: Final = frozenset({scard.SCARD_W_RESET_CARD, scard.SCARD_E_INVALID_HANDLE})
_MUTE: Final = frozenset(
    {
        scard.SCARD_W_UNRESPONSIVE_CARD,
        scard.SCARD_W_UNPOWERED_CARD,
        scard.SCARD_W_UNSUPPORTED_CARD,
        scard.SCARD_E_NOT_TRANSACTED,
        scard.SCARD_E_PROTO_MISMATCH,
        scard.SCARD_E_TIMEOUT,
    }
)
_NO_READER: Final = frozenset(
    {
        scard.SCARD_E_UNKNOWN_READER,
        scard.SCARD_E_READER_UNAVAILABLE,
        scard.SCARD_E_NO_READERS_AVAILABLE,
    }
)
_DENIED: Final = frozenset({scard.SCARD_W_SECURITY_VIOLATION, scard.SCARD_E_NO_ACCESS})
_DOWN: Final = frozenset(
    {
        scard.SCARD_E_NO_SERVICE,
        scard.SCARD_E_SERVICE_STOPPED,
        scard.SCARD_F_COMM_ERROR,  # the socket to pcscd broke: pcscd died in the middle of a call
    }
)

_REFUSALS: Final = 3
"""Refusals in a row that are believed."""


@dataclass(frozen=True, slots=True)
class ReaderState:
    """What PC/SC says of one reader: flags, and in the upper 16 bits a count of card movements."""

    reader: str
    state: int
    atr: bytes = field(default=b"", repr=False)

    @property
    def present(self) -> bool:
        """Whether a card is in the reader."""
        return bool(self.state & PRESENT)

    @property
    def movements(self) -> int:
        """Insertions and removals so far: a swap between two looks shows as two more."""
        return self.state >> 16


def error_of(result: int, reader: str) -> CardError:
    """The error that a result of PC/SC means for somebody who wants the card in that reader."""
    if result in _DOWN:
        return ServiceDownError()
    if result in _DENIED:
        return AccessDeniedError()
    if result in _NO_READER:
        return ReaderAbsentError(reader, ())
    if result in _REMOVED:
        return CardRemovedError()
    if result in _RESET:
        return CardResetError()
    if result in _MUTE:
        return CardMuteError()
    if result == scard.SCARD_E_SHARING_VIOLATION:
        return CardBusyError()
    return ReaderFaultError(result & 0xFFFFFFFF)


@contextmanager
def context() -> Iterator[int]:
    """A PC/SC context of one's own, because a wait blocks every other call in the same one."""
    handle = establish()
    try:
        yield handle
    finally:
        release(handle)


def establish() -> int:
    """A PC/SC context that the caller releases.

    libpcsclite tells a connection that ends before its first answer as a security violation. A
    user whom polkit refuses meets it every time; a pcscd that is being killed is soon gone.
    """
    for _ in range(_REFUSALS):
        result, handle = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if result != scard.SCARD_W_SECURITY_VIOLATION:
            break
    if result != OK:
        raise error_of(result, "")
    return int(handle)


def release(handle: int) -> None:
    """Give a context back; libpcsclite frees it even when its pcscd is gone."""
    scard.SCardReleaseContext(handle)


def list_readers(handle: int) -> tuple[str, ...]:
    """The readers that are there now."""
    result, readers = scard.SCardListReaders(handle, [])
    if result == scard.SCARD_E_NO_READERS_AVAILABLE:
        return ()
    if result != OK:
        raise _service_error(result)
    return tuple(readers)


def status_change(
    handle: int, milliseconds: int, known: Iterable[tuple[str, int]]
) -> tuple[ReaderState, ...] | None:
    """Wait until a reader differs from what is known of it; `None` when nothing did in time."""
    wanted = [(reader, state & ~CHANGED) for reader, state in known]
    result, states = scard.SCardGetStatusChange(handle, milliseconds, wanted)
    if result in _NO_NEWS:
        return None
    if result != OK:
        raise _service_error(result)
    return tuple(ReaderState(name, state, bytes(atr)) for name, state, atr in states)


def cancel(handle: int) -> None:
    """End the wait that another thread has begun in this context, if there is one."""
    scard.SCardCancel(handle)


def connect(handle: int, reader: str, mode: int) -> tuple[int, int]:
    """Power the card in a reader: the card's handle and the protocol it speaks."""
    result, card, protocol = scard.SCardConnect(handle, reader, mode, _ANY_PROTOCOL)
    if result in _REMOVED:
        raise CardAbsentError(reader)
    if result != OK:
        raise error_of(result, reader)
    return card, protocol


def disconnect(card: int) -> None:
    """Let the card go and take its power, so that it forgets what was proven to it."""
    scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)


def answer_to_reset(card: int, reader: str) -> bytes:
    """The answer to reset of a connected card."""
    result, *rest = scard.SCardStatus(card)
    if result != OK:
        raise error_of(result, reader)
    return bytes(rest[-1])


def transmit(card: int, protocol: int, command: bytes) -> tuple[int, bytes]:
    """Send one APDU: the result and, only where that is OK, the answer.

    With a result that is not OK pyscard may hand out 64 KB of uninitialised memory of this
    process as the "answer": it must not be looked at.
    """
    pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
    result, answer = scard.SCardTransmit(card, pci, list(command))
    return result, bytes(answer) if result == OK else b""


def transmit_error(result: int, reader: str) -> CardError:
    """The error of an exchange with a card that was connected."""
    if result == scard.SCARD_W_SECURITY_VIOLATION:
        return _service_error(result)
    return error_of(result, reader)


def _service_error(result: int) -> CardError:
    """For calls in a context that was once granted.

    An unknown handle means that its pcscd was replaced. libpcsclite tells a connection that was
    reset, as by a pcscd that is killed, as a security violation; a real one comes before this.
    """
    if result in (scard.SCARD_E_INVALID_HANDLE, scard.SCARD_W_SECURITY_VIOLATION):
        return ServiceDownError()
    return error_of(result, "")
