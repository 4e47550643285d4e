"""One page shows a visit; another tab, an older page or a guessed key gets nothing of it."""

import random

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

from kiosk.web.owner import Owner
from kiosk.web.pin_pad import PLAIN, PinPad

SECRET = "the screen's"


def loaded(owner: Owner, secret: str = "") -> str:
    """A page that was loaded and has claimed."""
    key = owner.load()
    owner.claim(key, secret)
    return key


def test_between_visits_the_newest_page_is_the_kiosks() -> None:
    owner = Owner()
    old, new = loaded(owner), loaded(owner)
    assert not owner.shows(old, "t", visiting=False)
    assert owner.shows(new, "t", visiting=False)
    assert not owner.shows("", "t", visiting=False)


def test_the_page_that_first_shows_a_visit_keeps_it_to_its_end() -> None:
    owner = Owner()
    first = loaded(owner)
    assert owner.shows(first, "visit", visiting=True)
    second = loaded(owner)
    assert not owner.shows(second, "visit", visiting=True)
    assert owner.shows(first, "visit", visiting=True)
    assert owner.knows(first)
    assert owner.shows(second, "after", visiting=False)
    assert not owner.shows(first, "after", visiting=False)
    assert not owner.knows(first)


def test_a_visit_after_a_visit_belongs_to_the_newest_page() -> None:
    owner = Owner()
    first = loaded(owner)
    owner.shows(first, "one", visiting=True)
    second = loaded(owner)
    assert not owner.shows(first, "two", visiting=True)
    assert owner.shows(second, "two", visiting=True)


def test_a_page_of_another_process_is_told_from_one_that_does_not_own() -> None:
    owner = Owner()
    assert owner.issued(owner.load())
    for foreign in ("", "guessed", Owner().load(), owner.load()[:-1], owner.load() + "A"):
        assert not owner.issued(foreign)
        assert not owner.claim(foreign, "")


def test_only_who_has_the_screens_secret_becomes_the_newest() -> None:
    owner = Owner(SECRET)
    own = loaded(owner, SECRET)
    for wrong in ("", "guessed", SECRET[:-1]):
        foreign = loaded(owner, wrong)
        assert not owner.knows(foreign)
        assert not owner.shows(foreign, "t", visiting=False)
    assert owner.shows(own, "t", visiting=False)


def test_who_only_asks_keeps_no_visit_from_the_page_that_comes_after() -> None:
    owner = Owner(SECRET)
    foreign = owner.load()
    assert not owner.shows(foreign, "visit", visiting=True)  # a card was in when the daemon began
    assert owner.shows(loaded(owner, SECRET), "visit", visiting=True)


class Pages(RuleBasedStateMachine):
    """Pages come and ask while visits begin and end; a model knows whose the screen is."""

    keys: Bundle[str] = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.owner = Owner(SECRET)
        self.every: list[str] = []
        self.newest = self.keeper = ""
        self.visit = 0
        self.visiting = False

    @rule(target=keys, own=st.booleans())
    def load(self, *, own: bool) -> str:
        key = loaded(self.owner, SECRET if own else "")
        self.every.append(key)
        self.newest = key if own else self.newest
        return key

    @rule()
    def begin(self) -> None:
        self.visit, self.visiting, self.keeper = self.visit + 1, True, ""

    @rule()
    def end(self) -> None:
        self.visit, self.visiting, self.keeper = self.visit + 1, False, ""

    @rule(key=keys)
    def ask(self, key: str) -> None:
        shown = self.owner.shows(key, str(self.visit), visiting=self.visiting)
        if self.visiting and not self.keeper and key == self.newest:
            self.keeper = key
        assert shown == (key == (self.keeper if self.visiting else self.newest))
        others = [other for other in self.every if other != key]
        token = str(self.visit)
        assert not shown or not any(
            self.owner.shows(other, token, visiting=self.visiting) for other in others
        )


TestPages = Pages.TestCase


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
