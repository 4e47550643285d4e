"""The answer to SELECT: file control information, and the algorithm of the card's keys in it."""

from dataclasses import dataclass
from enum import IntEnum

from devices.card.errors import CardDataError
from devices.card.tlv import find, parse_ber


class Algorithm(IntEnum):
    """Tag 86 of the FCI: which cipher the card's keys use."""

    DES = 1
    SSF33 = 2
    SM4 = 3


@dataclass(frozen=True, slots=True)
class Fci:
    """What SELECT told about the social-security environment."""

    df_name: bytes = b""
    directory_sfi: int | None = None
    algorithm: Algorithm | None = None


def parse_fci(data: bytes) -> Fci:
    """Read the answer to SELECT; the issuer's part 9F0C has several forms, all of them TLV."""
    nodes = parse_ber(data, "FCI")
    name, directory, issuer = find(nodes, 0x84), find(nodes, 0x88), find(nodes, 0x9F0C)
    return Fci(
        df_name=name.value if name else b"",
        directory_sfi=directory.value[0] if directory and directory.value else None,
        algorithm=_algorithm(issuer.value) if issuer else None,
    )


def _algorithm(issuer: bytes) -> Algorithm | None:
    node = find(parse_ber(issuer, "FCI, issuer data"), 0x86)
    if node is None:
        return None
    try:
        return Algorithm(int.from_bytes(node.value, "big"))
    except ValueError:
        raise CardDataError("FCI, tag 86: unknown algorithm") from None
