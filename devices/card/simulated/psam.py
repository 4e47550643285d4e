"""A security module that answers APDUs: session keys for cards, with generated master keys."""

import time
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB

from devices.card import bcd
from devices.card.apdu import SHORT_LE, Command, Ins, Response, StatusWord
from devices.card.crypto import FACTOR_LENGTH, Factors, diversify
from devices.card.fci import Algorithm
from devices.card.keys import Key, MasterKeys
from devices.card.simulated.chip import SimulatedChip, right_length, status
from devices.card.simulated.psam_profile import SamKey, SamProfile
from devices.card.ssc import SSSE_AID
from devices.card.tlv import encode_ber

APPLICATION_AID: Final = bytes.fromhex("D15600000590")
"""DF01 of each environment."""

_INITIALISE, _DELIVER, _CIPHER = 0xBFEC, 0xBFDE, 0x80FA
"""CLA and INS of the module's own commands."""
_ENCIPHER: Final = (7, 8)
"""Types of use (low five bits) that may encipher: encrypt, MAC and encrypt."""
_BLOCKS: Final = {Algorithm.DES: 8, Algorithm.SM4: 16}


class SimulatedPsam(SimulatedChip):
    """One module with the interface of a card, so that any simulated reader can hold it.

    A module for a province or a city holds the key below the nation's for its own area.
    """

    def __init__(
        self,
        profile: SamProfile,
        keys: MasterKeys,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(profile.atr, profile.faults, profile.baud, sleep)
        self._profile = profile
        self._keys = tuple(
            (held, master)
            for held, master in ((profile.irk, keys.irk), (profile.rkssse, keys.read_ssse))
            if held is not None
        )
        self._files = _files(profile)
        names = {Algorithm.DES: SSSE_AID, Algorithm.SM4: profile.sm4_environment}
        self._environments = {names[algorithm]: algorithm for algorithm in profile.algorithms}
        self.forget()

    @property
    def profile(self) -> SamProfile:
        """What the module was made from."""
        return self._profile

    def forget(self) -> None:
        """Drop what was selected and the session key; 3F00 is the first environment."""
        self._algorithm = self._profile.algorithms[0]
        self._file: bytes | None = None
        self._leave()

    def _leave(self) -> None:
        self._in_application = False
        self._initialised = False
        self._session = b""

    def dispatch(self, command: Command) -> Response:
        """Answer a command that is well formed."""
        if (command.cla, command.ins) == (0, Ins.GET_RESPONSE):
            return self.get_response(command)
        self.drop_waiting()
        match command.cla << 8 | command.ins:
            case Ins.SELECT:
                return self._select(command)
            case Ins.READ_BINARY:
                return self._read_binary(command)
            case _ if command.cla not in (0x00, 0x80, 0xBF):
                return status(StatusWord.CLA_UNKNOWN)
            case own if own not in (_INITIALISE, _DELIVER, _CIPHER):
                return status(StatusWord.INS_UNKNOWN)
            case own if not self._in_application:
                return status(StatusWord.CONDITIONS_NOT_SATISFIED)
            case own:
                return self._serve(own, command)

    # files

    def _select(self, command: Command) -> Response:
        if command.p1 == 0x04:
            return self._select_by_name(command)
        if command.p1 not in (0x00, 0x02) or command.p2:
            return status(StatusWord.WRONG_P1P2)
        if command.data in (b"", b"\x3f\x00"):
            self._leave()
            return status(StatusWord.OK)
        self._file = self._files.get(int.from_bytes(command.data, "big"))
        return status(StatusWord.FILE_NOT_FOUND if self._file is None else StatusWord.OK)

    def _select_by_name(self, command: Command) -> Response:
        environment = self._environments.get(command.data)
        if environment is None and command.data != APPLICATION_AID:
            return status(StatusWord.FILE_NOT_FOUND)
        self._leave()
        self._in_application = environment is None
        self._algorithm = environment or self._algorithm
        return self.send_out(command, encode_ber(0x6F, encode_ber(0x84, command.data)))

    def _read_binary(self, command: Command) -> Response:
        short = bool(command.p1 & 0x80)
        file = self._files.get(command.p1 & 0x1F) if short else self._file
        if file is None:
            return status(StatusWord.FILE_NOT_FOUND if short else StatusWord.NO_CURRENT_FILE)
        left = file[command.p2 if short else command.p1 << 8 | command.p2 :]
        if not left:
            return status(StatusWord.WRONG_OFFSET)
        le = command.le or SHORT_LE
        return right_length(len(left)) if le > len(left) else Response(left[:le], StatusWord.OK)

    # the module's own commands

    def _serve(self, own: int, command: Command) -> Response:
        if own == _INITIALISE:
            self._initialised = len(command.data) == 1
            return status(StatusWord.OK if self._initialised else StatusWord.WRONG_LENGTH)
        if not self._initialised:
            return status(StatusWord.CONDITIONS_NOT_SATISFIED)
        return self._deliver(command) if own == _DELIVER else self._cipher(command)

    def _deliver(self, command: Command) -> Response:
        """DELIVERY SESSION KEY: usage in P1, key id in P2, factors from the card up, challenge."""
        self._session = b""
        found = [pair for pair in self._keys if pair[0].kid == command.p2]
        if not found:
            return status(StatusWord.KEY_NOT_FOUND)
        held, master = found[0]
        challenge_at = FACTOR_LENGTH * held.levels
        if (
            command.p1 >> 5 != held.levels
            or command.p1 & 0x1F not in _ENCIPHER
            or len(command.data) != challenge_at + _BLOCKS[self._algorithm]
        ):
            return status(StatusWord.WRONG_DATA)
        key = self._held(held, master)
        for offset in reversed(range(0, challenge_at, FACTOR_LENGTH)):
            key = diversify(self._algorithm, key, command.data[offset : offset + FACTOR_LENGTH])
        self._session = _encipher(self._algorithm, key.reveal(), command.data[challenge_at:])
        return status(StatusWord.OK)

    def _held(self, held: SamKey, master: Key) -> Key:
        """The key as it lies in this module: the nation's, its province's or its city's."""
        factors = Factors(self._profile.area, bytes(FACTOR_LENGTH))
        for factor in (factors.province, factors.city)[: 3 - held.levels]:
            master = diversify(self._algorithm, master, factor)
        return master

    def _cipher(self, command: Command) -> Response:
        """CIPHER DATA: one block under the session key."""
        if command.p1 or command.p2:
            return status(StatusWord.WRONG_P1P2)
        if not self._session:
            return status(StatusWord.CONDITIONS_NOT_SATISFIED)
        if len(command.data) != _BLOCKS[self._algorithm]:
            return status(StatusWord.WRONG_LENGTH)
        return self.send_out(command, _encipher(self._algorithm, self._session, command.data))


def _encipher(algorithm: Algorithm, key: bytes, block: bytes) -> bytes:
    """One block; a DES session key of 8 bytes is three times the same in 3DES."""
    if algorithm is Algorithm.SM4:
        encryptor = Cipher(SM4(key), ECB()).encryptor()  # noqa: S305 - one block
    else:
        encryptor = Cipher(TripleDES((key * 3)[:24]), ECB()).encryptor()  # noqa: S305 - one block
    return encryptor.update(block) + encryptor.finalize()


def _files(profile: SamProfile) -> dict[int, bytes]:
    """The files that anybody may read, by identifier."""
    return {
        0x15: b"\0" + bcd.pack(profile.serial, 10) + bytes.fromhex("01000000"),
        0x16: bcd.pack(profile.terminal, 6),
        0x19: bytes(4),
        0x1A: b"\1",
        0x1B: b"\1",
        0x1C: b"\1",
    }
