"""Who is connected to the card service that this process uses: the kernel tells it (sock_diag(7)).

Another pcscd on the same machine, as of a container or of tests, has a socket of its own: its
programs hold no card of ours.
"""

import os
import socket
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

SOCKET_VARIABLE: Final = "PCSCLITE_CSOCK_NAME"
"""Where libpcsclite is told of another socket than its usual one."""
USUAL_SOCKET: Final = "/run/pcscd/pcscd.comm"

_SOCK_DIAG: Final = 4  # NETLINK_SOCK_DIAG
_BY_FAMILY, _DUMP = 20, 0x301  # SOCK_DIAG_BY_FAMILY; NLM_F_REQUEST | NLM_F_DUMP
_NAME, _PLACE, _PEER = 0, 1, 2  # UNIX_DIAG_NAME, _VFS, _PEER; each is asked for by its own bit
_ALL: Final = 0xFFFFFFFF
_HEAD: Final = struct.Struct("=IHHII")  # nlmsghdr
_ASK: Final = struct.Struct("=BBHIIIII")  # unix_diag_req
_SOCKET: Final = struct.Struct("=BBBBIII")  # unix_diag_msg
_ATTRIBUTE: Final = struct.Struct("=HH")
_NUMBER: Final = struct.Struct("=I")
_ENDS: Final = frozenset({2, 3})  # NLMSG_ERROR, NLMSG_DONE
_LONGEST_ANSWER: Final = 1 << 16
_SECONDS: Final = 2.0


def service_socket() -> Path:
    """The socket of the card service that this process uses."""
    return Path(os.environ.get(SOCKET_VARIABLE, USUAL_SOCKET))


def clients_of(path: Path) -> frozenset[int] | None:
    """The clients' ends of all connections to the socket at this path, as inode numbers.

    None: the kernel does not tell, as in a unit that may not use netlink.
    """
    try:
        place = _NUMBER.pack(path.stat().st_ino & _ALL)
    except OSError:
        return frozenset()  # nobody can be connected
    name = os.fsencode(path)
    try:
        return frozenset(
            _NUMBER.unpack(told[_PEER])[0]
            for told in _sockets()
            if _PEER in told and told.get(_PLACE, b"").startswith(place)
            if told.get(_NAME, b"").rstrip(b"\0") == name
        )
    except OSError:
        return None


def _sockets() -> Iterator[Mapping[int, bytes]]:
    """What is told of each Unix socket. Raises OSError where nothing is."""
    show = sum(1 << wanted for wanted in (_NAME, _PLACE, _PEER))
    ask = _ASK.pack(socket.AF_UNIX, 0, 0, _ALL, 0, show, _ALL, _ALL)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
        kernel.settimeout(_SECONDS)
        kernel.sendto(_HEAD.pack(_HEAD.size + len(ask), _BY_FAMILY, _DUMP, 1, 0) + ask, (0, 0))
        while True:
            answer, at = kernel.recv(_LONGEST_ANSWER), 0
            while at < len(answer):
                length, kind, *_ = _HEAD.unpack_from(answer, at)
                if kind in _ENDS:
                    return
                yield _attributes(answer[at + _HEAD.size + _SOCKET.size : at + length])
                at += _aligned(length)


def _attributes(data: bytes) -> Mapping[int, bytes]:
    found, at = {}, 0
    while at < len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        found[kind] = data[at + _ATTRIBUTE.size : at + length]
        at += _aligned(length)
    return found


def _aligned(length: int) -> int:
    return (length + 3) & ~3
