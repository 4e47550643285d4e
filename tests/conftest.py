"""What holds for every test: how the run is shared out, and what a busy machine may not break."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.leaks", "tests.demo"]

AT_DEVICES = ("pcscd", "browser")
"""Marks of tests that share one private pcscd, or one browser and its real time."""

# How long an example takes is the machine's business: beside other work any of them may be slow.
settings.register_profile(
    "kiosk",
    parent=settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("quick", parent=settings.get_profile("kiosk"), max_examples=25)
settings.load_profile("kiosk")


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests at a device in one process, one after another, when several share a run."""
    for item in items:
        for device in AT_DEVICES:
            if item.get_closest_marker(device):
                item.add_marker(pytest.mark.xdist_group(device))
                break


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Do not look for garbage in what lives as long as the run: thousands of tests, all modules."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
