"""The technicians' accounts: a file of their own with hashes of passwords, for its owner only."""

import json
import os
import stat
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from kiosk.console.errors import PasswordWeakError, TechnicianFileError, TechnicianUnknownError

SHORTEST: Final = 12
LEAST_DIFFERENT: Final = 6
LONGEST: Final = 128
"""What is longer is no password but a way to keep the processor busy."""
_PRIVATE: Final = 0o600


def usual_hasher() -> PasswordHasher:
    """argon2id as OWASP names it for little memory: 19 MiB, two passes, one lane."""
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@dataclass(frozen=True, slots=True)
class Account:
    """A technician."""

    login: str
    name: str
    """As colleagues read it on the console."""
    hash: str = field(repr=False)
    """argon2id, with its salt and costs."""


class Accounts:
    """The file, read anew for each question: a changed password counts at once."""

    def __init__(self, path: Path, hasher: PasswordHasher | None = None) -> None:
        self._path = path
        self._hasher = hasher or usual_hasher()
        # Who has no account waits as long as who has one: nobody learns which logins there are.
        self._nobody = Account("", "", self._hasher.hash("nobody has this password"))

    def all(self) -> tuple[Account, ...]:
        """Every account; none before the first was made. TechnicianFileError."""
        try:
            text = self._private_text()
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError) as error:
            raise TechnicianFileError(self._path, _why(error)) from None
        try:
            return tuple(Account(**one) for one in json.loads(text))
        except (ValueError, TypeError):
            raise TechnicianFileError(self._path, "no list of accounts") from None

    def check(self, login: str, password: str) -> Account | None:
        """The account, if the password is its own; takes as long where there is none."""
        account = next((one for one in self.all() if one.login == login), self._nobody)
        try:
            self._hasher.verify(account.hash, password)
        except (Argon2Error, InvalidHashError):
            return None
        return None if account is self._nobody else account

    def known(self, login: str) -> bool:
        """Whether there is such an account."""
        return any(one.login == login for one in self.all())

    def stands(self, account: Account) -> bool:
        """Whether it is still there with the same password; False while nothing can be read."""
        try:
            return account in self.all()
        except TechnicianFileError:
            return False

    def set(self, login: str, name: str, password: str) -> None:
        """Make the account, or give it another password. PasswordWeakError."""
        if why := weakness(login, name, password):
            raise PasswordWeakError(why)
        account = Account(login, name, self._hasher.hash(password))
        self._write((*(one for one in self.all() if one.login != login), account))

    def remove(self, login: str) -> None:
        """Take the account away. TechnicianUnknownError."""
        if not self.known(login):
            raise TechnicianUnknownError(login)
        self._write(tuple(one for one in self.all() if one.login != login))

    def _private_text(self) -> str:
        with self._path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & ~_PRIVATE:
                raise TechnicianFileError(self._path, f"mode {mode:04o}, must be 0600")
            return file.read()

    def _write(self, accounts: tuple[Account, ...]) -> None:
        text = json.dumps([asdict(one) for one in accounts], ensure_ascii=False, indent=1)
        try:
            write_private(self._path, text)
        except OSError as error:
            raise TechnicianFileError(self._path, _why(error)) from None


def write_private(path: Path, text: str) -> None:
    """Replace a file at once by one that only its owner may read. Raises OSError."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def weakness(login: str, name: str, password: str) -> str:
    """What is wrong with a password, in a few words; empty: nothing."""
    folded = password.casefold()
    rules: tuple[tuple[bool, str], ...] = (
        (len(password) < SHORTEST, f"不足 {SHORTEST} 位 shorter than {SHORTEST} characters"),
        (len(password) > LONGEST, f"超过 {LONGEST} 位 longer than {LONGEST} characters"),
        (
            len(set(folded)) < LEAST_DIFFERENT,
            f"不同字符少于 {LEAST_DIFFERENT} 个 fewer than {LEAST_DIFFERENT} different characters",
        ),
        (password.isdigit(), "全是数字 digits only"),
        (
            any(word and word.casefold() in folded for word in (login, name, "kiosk", "password")),
            "包含登录名、姓名或常用词 holds the login, the name or a common word",
        ),
    )
    return next((why for broken, why in rules if broken), "")


def _why(error: OSError | UnicodeDecodeError) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
