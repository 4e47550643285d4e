"""Which reader gets which role, by its name alone."""

import pytest

from devices.card.roles import ReaderRoles, Role

TWO_SLOTS = ("ACME Terminal 00 00", "ACME Terminal SAM 00 01")
VIRTUAL = ("Virtual PCD 00 00", "Virtual PCD 00 01")


def test_without_settings_the_slots_are_told_by_their_usual_names() -> None:
    roles = ReaderRoles()
    readers = (*reversed(TWO_SLOTS), "ACME Dual CL 00", "Other PICC Interface")
    assert roles.holder(readers) == TWO_SLOTS[0]
    assert roles.sam(readers) == TWO_SLOTS[1]
    assert roles.contactless(readers) == "ACME Dual CL 00"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("ACME Terminal 00 00", Role.HOLDER),
        ("ACME sam slot", Role.SAM),
        ("ACME Contactless SAM", Role.SAM),
        ("ACME ContactLess 01", Role.CONTACTLESS),
        ("Reader picc 0", Role.CONTACTLESS),
        ("Reader CLever", Role.HOLDER),
    ],
)
def test_the_default_patterns_look_at_names_in_any_case(name: str, role: Role) -> None:
    assert ReaderRoles().role_of(name) is role


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("terminal", "ACME Terminal 00 00", True),
        ("ACME Terminal ?? 00", "ACME Terminal 00 00", True),
        ("Terminal*", "ACME Terminal 00 00", False),
        ("*[0-4]", "Reader 4", True),
        ("*[0-4]", "Reader 5", False),
        ("nobody|terminal", "ACME Terminal", True),
        ("nobody| |", "ACME Terminal", False),
        ("a.me", "ACME Terminal", False),
    ],
)
def test_a_pattern_is_contained_or_matches_whole(pattern: str, name: str, fits: bool) -> None:
    expected = Role.HOLDER if fits else Role.NONE
    assert ReaderRoles(holder=pattern, sam="").role_of(name) is expected


def test_an_empty_pattern_gives_a_slot_to_nobody() -> None:
    roles = ReaderRoles(sam="", contactless="")
    assert roles.sam(TWO_SLOTS) is None
    assert roles.contactless(("A contactless",)) is None
    assert roles.role_of("ACME Terminal SAM") is Role.HOLDER


def test_no_reader_at_all_is_an_answer() -> None:
    assert ReaderRoles().holder(()) is None


def test_a_virtual_reader_in_service_is_a_finding_and_has_no_other_role() -> None:
    roles = ReaderRoles(holder="Virtual", sam="Virtual PCD 00 01")
    assert {roles.role_of(name) for name in VIRTUAL} == {Role.VIRTUAL_REFUSED}
    assert roles.findings((*TWO_SLOTS, *VIRTUAL)) == VIRTUAL
    assert (roles.holder(VIRTUAL), roles.sam(VIRTUAL)) == (None, None)


def test_virtual_readers_are_readers_like_others_where_they_are_allowed() -> None:
    roles = ReaderRoles(sam="*00 01", virtual=True)
    assert (roles.holder(VIRTUAL), roles.sam(VIRTUAL)) == VIRTUAL
    assert roles.findings(VIRTUAL) == ()
