"""Each fault of a printer's memory: the screen and the way back, on a virtual clock."""

from collections.abc import Callable

import pytest

from kiosk.visit.state import EnterPin, Idle, OutOfService, Problem
from tests.faults.matrix import Strike, load
from tests.simulate.test_rows_left import Scene, scene, shelf

__all__ = ["scene", "shelf"]

pytestmark = pytest.mark.slow

STRIKES = load().of("memory")
BACK_SECONDS = 15.0
HANDS: dict[str, Callable[[Scene], None]] = {"rows_left": Scene.leaves_a_half_receipt}
"""What brings each about; paper ends it."""


@pytest.mark.parametrize("scene", ["escpos-80mm-plain"], indirect=True)
@pytest.mark.parametrize("strike", STRIKES, ids=str)
def test_the_kiosk_says_and_does_what_the_matrix_tells(scene: Scene, strike: Strike) -> None:
    HANDS[strike.fault](scene)
    if strike.state == "reading":
        scene.comes(1)
        state = scene.on(Problem)
    else:
        state = scene.daemon.service.state
    assert isinstance(state, Problem if strike.end == "problem" else OutOfService)
    assert state.fault.code == strike.code
    scene._leave()
    scene.world.sim.load_paper()
    scene.until(lambda state: state == Idle(), BACK_SECONDS)
    if strike.recovery == "next_card":
        scene.comes(2)
        scene.on(EnterPin)
