"""The synthesiser: fed by a pipe, with a time limit, and with the right syllables."""

import io
import os
import shutil
import stat
import wave
from pathlib import Path

import pytest

from kiosk.speech import voice as voice_module
from kiosk.speech.tones import SOUNDS, sound
from kiosk.speech.voice import Voice, installed, romanised, spelled

LISTENING = """#!/bin/sh
printf '%s\\n' "$@" > "{folder}/arguments"
head -c 44 /dev/zero
cat
"""


def stand_in(folder: Path, script: str) -> Voice:
    program = folder / "espeak-ng"
    program.write_text(script.format(folder=folder))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Voice(str(program), 175, 100)


def test_words_are_spelled_by_their_neighbours() -> None:
    assert spelled("到银行重新办理") == "dao4 yin2 hang2 chong2 xin1 ban4 li3"
    assert spelled("A4 报表，2 页。") == "ei1 si4 bao4 biao3 , liang3 ye4 ."


def test_nothing_in_a_text_steers_the_synthesiser() -> None:
    assert "[" not in romanised("Balance [[h@l'oU]] <break/> of 林*岚")
    assert "lin lan" in romanised("Balance of 林*岚")
    assert spelled("[[x]]<b>") == "ai2ke5si5 bi4"


def test_what_is_said_goes_by_the_pipe_and_never_by_arguments(tmp_path: Path) -> None:
    wav = stand_in(tmp_path, LISTENING).wav(("林某岚",), "zh")
    assert wav is not None
    assert b"lin2 mou3 lan2" in wav
    arguments = (tmp_path / "arguments").read_text()
    assert "lin" not in arguments
    assert "--stdin" in arguments


def test_a_synthesiser_that_hangs_fails_or_is_silent_gives_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_module, "SECONDS", 0.1)
    for script in ("#!/bin/sh\nexec tail -f /dev/null\n", "#!/bin/sh\nexit 1\n", "#!/bin/sh\n"):
        assert stand_in(tmp_path, script).wav(("一",), "zh") is None
    assert Voice(str(tmp_path / "none"), 175, 100).wav(("一",), "zh") is None


@pytest.mark.skipif(
    shutil.which("espeak-ng") is None and os.environ.get("CI") != "true",
    reason="espeak-ng is not installed",
)
@pytest.mark.parametrize(
    ("language", "text"), [("zh", "请取回您的卡。"), ("en", "Take your card.")]
)
def test_the_systems_synthesiser_makes_a_sound_file(language: str, text: str) -> None:
    program = installed()
    assert program is not None
    wav = Voice(program, 175, 100).wav((text,), language)  # type: ignore[arg-type]
    assert wav is not None
    with wave.open(io.BytesIO(wav)) as file:
        assert file.getframerate() == 22_050
        assert 0.5 < file.getnframes() / file.getframerate() < 6
        assert any(file.readframes(file.getnframes()))


@pytest.mark.parametrize("name", SOUNDS)
def test_a_signal_is_a_short_sound_that_begins_and_ends_in_silence(name: str) -> None:
    with wave.open(io.BytesIO(sound(name))) as file:
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
        assert 0.3 < len(samples) / file.getframerate() < 3
    assert max(samples) > 8000
    assert samples[0] == 0
    assert abs(samples[-1]) < 400
