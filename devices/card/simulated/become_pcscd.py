"""Run as a program: becomes a pcscd that serves a given socket and sees nothing but its own files.

    python -I -S become_pcscd.py DESCRIPTOR PCSCD ARGUMENT...

The socket goes to descriptor 3 with this process named as its owner (sd_listen_fds); only the
process itself knows its id, hence this step between. In a mount namespace of its own, pcscd finds
an empty /run/pcscd (it would overwrite the machine's pcscd.pid) and no drivers for real readers
(it would take them from the machine's pcscd). Where the kernel allows no namespace it runs
without, which still works. It ends with the thread that started it, so that nothing stays behind
when a demo or a test run is killed.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_MS_PRIVATE_RECURSIVE = 0x00040000 | 0x4000
_RUN = Path("/run/pcscd")
_DRIVERS = Path("/usr/lib/pcsc/drivers")


def main() -> None:
    """Become pcscd; returns only by an exception."""
    descriptor, program, *arguments = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    hide_the_machine(libc)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.dup2(int(descriptor), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    os.execv(program, [program, *arguments])  # noqa: S606 - the caller names it, no shell is wanted


def hide_the_machine(libc: ctypes.CDLL) -> None:
    """Cover the machine's own pcscd and the drivers of real readers, where that is allowed."""
    user, group = os.getuid(), os.getgid()
    flags = _CLONE_NEWNS if user == 0 else _CLONE_NEWNS | _CLONE_NEWUSER
    if libc.unshare(flags) != 0:
        return
    if user != 0:
        # As root of the namespace pcscd lets its own user in without asking polkit.
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    libc.mount(b"none", b"/", None, _MS_PRIVATE_RECURSIVE, None)
    for path in (_RUN, *_DRIVERS.glob("*.bundle")):
        if path.is_dir():
            libc.mount(b"none", bytes(path), b"tmpfs", 0, None)


if __name__ == "__main__":
    main()
