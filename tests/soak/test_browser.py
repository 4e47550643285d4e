"""The soak's page waits for what a person would see."""

from tests.soak.browser import Screen

WARNING = '<template data-more><section role="alert">Go on?</section></template>'


def test_what_a_screen_may_say_later_is_no_alarm_yet() -> None:
    assert not Screen("enter_pin", f"<p>Your PIN</p>{WARNING}", "").alarms
    assert Screen("enter_pin", f'<p role="alert">Wrong PIN</p>{WARNING}', "").alarms
