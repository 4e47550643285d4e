"""One page shows a visit; another tab, an older page or a guessed key gets nothing of it."""

import random

from kiosk.web.owner import Owner
from kiosk.web.pin_pad import PLAIN, PinPad


def test_between_visits_the_newest_page_is_the_kiosks() -> None:
    owner = Owner()
    old, new = owner.load(), owner.load()
    assert not owner.shows(old, "t", visiting=False)
    assert owner.shows(new, "t", visiting=False)
    assert not owner.shows("", "t", visiting=False)


def test_the_page_that_first_shows_a_visit_keeps_it_to_its_end() -> None:
    owner = Owner()
    first = owner.load()
    assert owner.shows(first, "visit", visiting=True)
    second = owner.load()
    assert not owner.shows(second, "visit", visiting=True)
    assert owner.shows(first, "visit", visiting=True)
    assert owner.knows(first)
    assert owner.shows(second, "after", visiting=False)
    assert not owner.shows(first, "after", visiting=False)
    assert not owner.knows(first)


def test_a_visit_after_a_visit_belongs_to_the_newest_page() -> None:
    owner = Owner()
    first = owner.load()
    owner.shows(first, "one", visiting=True)
    second = owner.load()
    assert owner.shows(second, "two", visiting=True)
    assert not owner.shows(first, "two", visiting=True)


def test_a_shuffled_pad_has_all_digits_and_another_order_for_each_try() -> None:
    pad = PinPad("shuffled", random.Random(7))
    orders = [pad.digits(3)]
    assert pad.digits(3) == orders[0]  # drawing the screen again moves nothing under a finger
    pad.used()
    orders.append(pad.digits(3))
    orders.append(pad.digits(4))
    assert len(set(orders)) == 3
    assert all(sorted(order) == sorted(PLAIN) for order in orders)


def test_a_plain_pad_stays_as_everybody_knows_it() -> None:
    pad = PinPad("plain", random.Random(7))
    pad.used()
    assert pad.digits(9) == PLAIN
