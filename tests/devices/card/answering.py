"""A card in a few lines: what it answers to commands that begin so; the rest it does not know."""

from tests.devices.card.cards import ATR

FCI = "6F1C840F7378312E73682EC9E7BBE1B1A3D5CFA5098801019F0C0386010"
EF05 = (
    "0110639900D15600000500BF7C7A48FB49660201330304332E3030040C9156000002639900639900010504"
    "201010010604202010010709583030303030303139"
)
"""EF05 of the facts sheet, version 3.00."""
EF06_HEAD = "0812313131313131313938313031303131313130091ED5C5C8FD" + "00" * 26
EF06_TAIL = "0A01310B01010C031111110D0419810101"
EF06 = EF06_HEAD + "4E14" + "00" * 20 + EF06_TAIL
EF06_OF_1_0 = EF06_HEAD + EF06_TAIL

SELECT = "00A404000F"
EF05_ALL, EF06_ALL = "00B2012D40", "00B201355B"


def issuer(version: str) -> str:
    """EF05 of a card of that version."""
    return EF05.replace("332E3030", version.encode("ascii").hex().upper())


class AnsweringConnection:
    """Answers the longest beginning it knows; a list is used up one by one, its last stays."""

    def __init__(self, answers: dict[str, str | list[str]], atr: bytes = ATR) -> None:
        self._answers = {start: list(_listed(answer)) for start, answer in answers.items()}
        self.sent: list[str] = []
        self.atr = atr
        self.unknown = "6D00"

    def transmit(self, command: bytes) -> bytes:
        self.sent.append(command.hex().upper())
        starts = [start for start in self._answers if self.sent[-1].startswith(start)]
        if not starts:
            return bytes.fromhex(self.unknown)
        answers = self._answers[max(starts, key=len)]
        return bytes.fromhex(answers.pop(0) if len(answers) > 1 else answers[0])

    def close(self) -> None:
        """Nothing is held."""


def _listed(answer: str | list[str]) -> list[str]:
    return [answer] if isinstance(answer, str) else answer


def whole(version: str = "2.00", **changes: str) -> AnsweringConnection:
    """A card that takes the shortest way; `changes` by the names of the parts."""
    parts = {
        "select": FCI + "19000",
        "ef05": issuer(version) + "9000",
        "ef06": EF06 + "9000",
        **changes,
    }
    return AnsweringConnection(
        {SELECT: parts["select"], EF05_ALL: parts["ef05"], EF06_ALL: parts["ef06"]}
    )
