"""No image of this process on disk and no look into it from outside: it holds citizens' records."""

import resource
from typing import Final

_PR_SET_DUMPABLE: Final = 4  # prctl(2)


def refuse() -> None:
    """Refuse core dumps, and debuggers of the same user.

    Raises OSError where the kernel does not let us.
    """
    # systemd has set the limit already, and where it has, nothing is left to ask for.
    if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The limit alone is not enough: a handler that dumps are piped to (core(5)) does not see it.
    import ctypes

    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "PR_SET_DUMPABLE")
