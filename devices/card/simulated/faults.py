"""What can be wrong with a simulated chip, as values of its description."""

import re
from dataclasses import dataclass, replace
from typing import Final

from devices.card.simulated.table import (
    Table,
    flag,
    hex_up_to,
    one_of,
    status_word,
    text,
    whole,
)

_LONGEST_APDU: Final = 261
_MOST_APDUS: Final = 1_000_000
_LONGEST_WAIT_MS: Final = 60_000
_LONGEST_ANSWER: Final = 256
_FILE: Final = re.compile(r"(DF0[1-7]/)?EF[01][0-9A-F]")


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong; commands are counted from 1 after each reset."""

    mute: bool = False
    """It does not answer its reset."""
    slow_ms: int = 0
    """Every answer comes so much later."""
    wrong_length: int = 0
    """So many bytes are added to every answer with data, or cut off it when negative."""
    remove_at_apdu: int | None = None
    """It is pulled at this command."""
    reset_at_apdu: int | None = None
    """Somebody else resets it at this command, once in its life."""
    sw_at_apdu: tuple[int, int] | None = None
    """This command is answered with that status word."""
    answers: tuple[tuple[bytes, int], ...] = ()
    """Commands that begin so are answered with this status word."""
    truncate_tlv: bool = False
    """Its FCI and its records end in the middle of their values."""
    hostile_tlv: bool = False
    """The lengths in its FCI and its records lie, and objects nest as deep as they can."""
    invalid_name: bool = False
    """The holder's name is not GB18030."""
    worn_file: str | None = None
    """This file ("EF06", "DF03/EF07") cannot be read: 6581."""
    blocked: str | None = None
    """The issuer has blocked the whole "card" or the social-security "application"."""
    clone: bool = False
    """It has the files of a genuine card, and no key."""


NO_FAULTS: Final = Faults()


def wire_faults(table: Table | None) -> Faults:
    """The faults that any chip can have at its contacts."""
    if table is None:
        return NO_FAULTS
    faults = _at_the_contacts(table)
    table.finish()
    return faults


def card_faults(table: Table | None) -> Faults:
    """The faults of a card: those at the contacts and those of its files and keys."""
    if table is None:
        return NO_FAULTS
    faults = replace(
        _at_the_contacts(table),
        truncate_tlv=table.get("truncate_tlv", flag, False),
        hostile_tlv=table.get("hostile_tlv", flag, False),
        invalid_name=table.get("invalid_name", flag, False),
        worn_file=table.get("worn_file", _file, "") or None,
        blocked=table.get("blocked", one_of("", "card", "application"), "") or None,
        clone=table.get("clone", flag, False),
    )
    table.finish()
    return faults


def _at_the_contacts(table: Table) -> Faults:
    return Faults(
        mute=table.get("mute", flag, False),
        slow_ms=table.get("slow_ms", whole(0, _LONGEST_WAIT_MS), 0),
        wrong_length=table.get("wrong_length", whole(-_LONGEST_ANSWER, _LONGEST_ANSWER), 0),
        remove_at_apdu=table.get("remove_at_apdu", _at_apdu, 0) or None,
        reset_at_apdu=table.get("reset_at_apdu", _at_apdu, 0) or None,
        sw_at_apdu=_sw_at_apdu(table.table("sw_at_apdu")),
        answers=_answers(table.table("answers")),
    )


def _sw_at_apdu(table: Table | None) -> tuple[int, int] | None:
    if table is None:
        return None
    at = table.get("n", whole(1, _MOST_APDUS)), table.get("sw", status_word)
    table.finish()
    return at


def _answers(table: Table | None) -> tuple[tuple[bytes, int], ...]:
    """Entries whose key is the beginning of a command and whose value is a status word."""
    if table is None:
        return ()
    return tuple((_command(table, key), table.get(key, status_word)) for key in table.left())


def _command(table: Table, key: str) -> bytes:
    try:
        return hex_up_to(_LONGEST_APDU)(key)
    except ValueError as error:
        raise table.error(key, f"the key is {error}") from None


def _at_apdu(value: object) -> int:
    return whole(0, _MOST_APDUS)(value)


def _file(value: object) -> str:
    name = text(value)
    if name and not _FILE.fullmatch(name):
        raise ValueError("not a file as EF06 or DF03/EF07")
    return name
