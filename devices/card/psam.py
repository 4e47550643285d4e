"""A PSAM (terminal security module) behind APDUs, and one in a second PC/SC slot as a `Sam`."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self, TypeVar

from devices.card.apdu import Command, Ins, Response, StatusWord
from devices.card.channel import Channel
from devices.card.connection import CardConnection, CardSource
from devices.card.crypto import Factors, fold
from devices.card.errors import (
    CardAbsentError,
    CardBusyError,
    CardDataError,
    CardError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderAbsentError,
    ReaderFaultError,
    SamAbsentError,
    SamAlgorithmError,
    SamDataError,
    SamKeyMissingError,
    SamLevelsError,
    SamRefusedError,
    SamWrongKeyError,
    ServiceDownError,
)
from devices.card.fci import Algorithm
from devices.card.sam import KeyUse

ENCRYPT: Final = 7
"""Type of use in the low five bits of the usage byte: encipher with the session key."""

_TERMINAL_FILE: Final = 0x16
_TERMINAL_LENGTH: Final = 6
_KEY_MISSING: Final = (
    StatusWord.KEY_NOT_FOUND,
    StatusWord.FILE_NOT_FOUND,
    StatusWord.RECORD_NOT_FOUND,
    StatusWord.KEY_INDEX_UNSUPPORTED,
)


_NOT_THERE: Final = (
    CardAbsentError,
    CardRemovedError,
    CardResetError,
    CardMuteError,
    CardBusyError,
    ReaderAbsentError,
    ReaderFaultError,
)
"""Errors of the slot; those of the service (down, refused) are told as they are."""
_LOST: Final = (*_NOT_THERE, ServiceDownError)

_T = TypeVar("_T")


def _environments() -> dict[Algorithm, bytes]:
    return {
        Algorithm.DES: bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF"),
        Algorithm.SSF33: bytes.fromhex("7378322E73682EC9E7BBE1B1A3D5CF"),
    }


def _key_numbers() -> dict[KeyUse, int]:
    return {KeyUse.IRK: 0x08}


@dataclass(frozen=True, slots=True)
class PsamProfile:
    """How the issuer has laid out its PSAMs: configuration, since issuers differ."""

    environments: Mapping[Algorithm, bytes] = field(default_factory=_environments)
    """Name of the environment for each cipher. That of SM4 is not published: the issuer tells."""
    application: bytes = bytes.fromhex("D15600000590")
    """DF01 below each environment."""
    key_numbers: Mapping[KeyUse, int] = field(default_factory=_key_numbers)
    """IRK is published as 08. RKSSSE is not and has no default: the issuer tells, since a proof by
    another key costs each card a try of its own (`SamKeyMissingError` without a number).
    """
    levels: tuple[int, ...] = (3, 2, 1)
    """Levels of diversification below the PSAM's key, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class ModuleIdentity:
    """What tells one module from another: its answer to reset, and its terminal's number."""

    atr: bytes
    terminal: str
    """Empty where the module did not tell it."""

    def is_another_than(self, other: Self) -> bool:
        """Only where that is sure, since tries of holders' cards hang on it."""
        both_told = bool(self.terminal and other.terminal)
        return self.atr != other.atr or (both_told and self.terminal != other.terminal)


class Psam:
    """One PSAM over one connection. It remembers the level that its keys stand at."""

    def __init__(self, connection: CardConnection, profile: PsamProfile | None = None) -> None:
        self._channel = Channel(connection)
        self._atr = connection.atr
        self._profile = profile or PsamProfile()
        self._selected: Algorithm | None = None
        self._levels: dict[tuple[Algorithm, KeyUse], int] = {}

    def terminal_number(self) -> str:
        """终端机编号: twelve digits of EF 0016, which is free; `SamRefusedError` without it."""
        self._leave_application()
        response = self._expect(
            Command(0, Ins.READ_BINARY, 0x80 | _TERMINAL_FILE, 0, le=_TERMINAL_LENGTH)
        )
        number = response.data.hex()
        if len(response.data) != _TERMINAL_LENGTH or not number.isdigit():
            raise SamDataError("terminal number")
        return number

    def identity(self) -> ModuleIdentity:
        """What the module says of itself; of one that is just being lost only what is known."""
        try:
            return ModuleIdentity(self._atr, self.terminal_number())
        except CardError:
            return ModuleIdentity(self._atr, "")

    def authentication_data(
        self,
        usage: KeyUse,
        algorithm: Algorithm,
        factors: Factors,
        challenge: bytes,
        original: bytes,
    ) -> bytes:
        """See `Sam`."""
        province = bytes.fromhex(factors.area[:2])
        block, le = _block(algorithm, original), self._channel.answer_le
        try:
            self._select(algorithm)
            self._expect(Command(0xBF, Ins.INITIALIZE_ENVIRONMENT, 0, 0, province))
            self._deliver_session_key(usage, factors, algorithm, _block(algorithm, challenge))
            answer = self._expect(Command(0x80, Ins.CIPHER_DATA, 0, 0, block, le))
            return _proof(algorithm, answer.data)
        except CardError:
            self._selected = None  # it may have lost its place: the next card starts afresh
            raise

    def _select(self, algorithm: Algorithm) -> None:
        if self._selected is algorithm:
            return
        environment = self._profile.environments.get(algorithm)
        if environment is None:
            raise SamAlgorithmError(algorithm.name)
        command = self._naming(environment)
        response = self._run(command)
        if response.sw == StatusWord.FILE_NOT_FOUND:
            raise SamAlgorithmError(algorithm.name)
        _check(command, response)
        command = self._naming(self._profile.application)
        _check(command, self._run(command))
        self._selected = algorithm

    def _leave_application(self) -> None:
        """The free files lie beside the application, in the PSAM's first environment."""
        self._selected = None
        command = self._naming(next(iter(self._profile.environments.values())))
        _check(command, self._run(command))

    def _naming(self, name: bytes) -> Command:
        return Command(0, Ins.SELECT, 4, 0, name, self._channel.answer_le)

    def _deliver_session_key(
        self, usage: KeyUse, factors: Factors, algorithm: Algorithm, challenge: bytes
    ) -> None:
        """DELIVERY SESSION KEY; a wrong number of factors is refused with 6A80."""
        number = self._profile.key_numbers.get(usage)
        if number is None:
            raise SamKeyMissingError(usage.value)
        below = (factors.card, factors.city, factors.province)
        known = self._levels.get((algorithm, usage))
        for levels in sorted(self._profile.levels, key=lambda each: each != known):
            data = b"".join(below[:levels]) + challenge
            command = Command(0xBF, Ins.DELIVER_SESSION_KEY, levels << 5 | ENCRYPT, number, data)
            response = self._send(command)
            if response.sw == StatusWord.WRONG_DATA:
                continue
            if response.sw in _KEY_MISSING:
                raise SamKeyMissingError(usage.value)
            _check(command, response)
            self._levels[algorithm, usage] = levels
            return
        raise SamLevelsError(usage.value)

    def _expect(self, command: Command) -> Response:
        response = self._send(command)
        _check(command, response)
        return response

    def _send(self, command: Command) -> Response:
        try:
            return self._channel.send(command)
        except CardDataError as error:
            raise SamDataError(error.place) from None

    def _run(self, command: Command) -> Response:
        try:
            return self._channel.run(command)
        except CardDataError as error:
            raise SamDataError(error.place) from None


def _check(command: Command, response: Response) -> None:
    if not response.ok:
        raise SamRefusedError(command.label, response.sw)


def _block(algorithm: Algorithm, value: bytes) -> bytes:
    """Eight bytes as they are for 3DES, filled to sixteen for a 16-byte-block cipher."""
    return value if algorithm is Algorithm.DES else value.ljust(16, b"\0")


def _proof(algorithm: Algorithm, block: bytes) -> bytes:
    """The cipher's block as authentication data; some PSAMs fold sixteen bytes to eight."""
    if len(block) != 8 and (algorithm is Algorithm.DES or len(block) != 16):
        raise SamDataError("CIPHER DATA: the answer's length")
    return fold(block)


class PsamSlot:
    """A `Sam` that finds its PSAM among the readers, keeps it, and finds it again after a loss."""

    def __init__(
        self,
        source: CardSource,
        choose: Callable[[tuple[str, ...]], str | None],
        profile: PsamProfile | None = None,
    ) -> None:
        self._source = source
        self._choose = choose
        self._profile = profile
        self._lock = threading.Lock()
        self._held: tuple[CardConnection, Psam] | None = None
        self._distrusted: dict[KeyUse, int] = {}
        self._suspect: ModuleIdentity | None = None
        """The module that is not trusted for those uses."""
        self._recognised: Psam | None = None
        """That module, over the connection over which it was recognised last."""

    def authentication_data(
        self,
        usage: KeyUse,
        algorithm: Algorithm,
        factors: Factors,
        challenge: bytes,
        original: bytes,
    ) -> bytes:
        """See `Sam`. `SamAbsentError` for whatever is wrong with the slot: the holder's own card
        is not meant, and its errors would say so.
        """

        def ask(psam: Psam) -> bytes:
            if (sw := self._distrusted.get(usage)) is not None:
                raise SamWrongKeyError(usage.value, sw)
            return psam.authentication_data(usage, algorithm, factors, challenge, original)

        return self._with_psam(ask)

    def distrust(self, usage: KeyUse, sw: int) -> None:
        """See `Sam`. A module with another answer to reset or terminal number is trusted again."""
        with self._lock:
            self._distrusted[usage] = sw
            if self._held is not None:
                self._recognised = self._held[1]
                self._suspect = self._recognised.identity()

    def terminal_number(self) -> str:
        """See `Psam`."""
        return self._with_psam(lambda psam: psam.terminal_number())

    def close(self) -> None:
        """Power the PSAM off; the next use connects again."""
        with self._lock:
            self._drop()

    def _with_psam(self, ask: Callable[[Psam], _T]) -> _T:
        """Ask once more over a new connection where the kept one turns out to be dead."""
        cause = ""
        with self._lock:
            for _ in range(2):
                psam = self._psam()
                try:
                    self._look_again(psam)
                    return ask(psam)
                except _LOST as loss:
                    cause = loss.code
                    self._drop()
        raise SamAbsentError(cause)

    def _look_again(self, psam: Psam) -> None:
        """Trust what came over a new connection, if it is another module."""
        if self._suspect is None or self._recognised is psam:
            return
        if psam.identity().is_another_than(self._suspect):
            self._distrusted, self._suspect, self._recognised = {}, None, None
        else:
            self._recognised = psam

    def _psam(self) -> Psam:
        if self._held is None:
            reader = self._choose(self._source.readers())
            if reader is None:
                raise SamAbsentError(ReaderAbsentError.code)
            try:
                connection = self._source.connect(reader)
            except _NOT_THERE as reason:
                raise SamAbsentError(reason.code) from None
            self._held = connection, Psam(connection, self._profile)
        return self._held[1]

    def _drop(self) -> None:
        if self._held is not None:
            self._held[0].close()
            self._held = None
