"""The system's speech synthesiser, espeak-ng: text goes in by a pipe, a WAV file comes out.

Never by arguments: command lines are seen by every process of the machine. Chinese is handed over
as syllables with tones (its voice `cmn-latn-pinyin`), chosen by words and not by single characters:
espeak-ng alone reads 银行 as "yin xing", and its voice `cmn` reads most characters as English.
"""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from string import ascii_uppercase
from typing import Final

from kiosk.speech.numerals import in_chinese, in_english
from kiosk.speech.tones import SAMPLE_RATE, wav_file
from kiosk.visit.look import Language

PROGRAM: Final = "espeak-ng"
SECONDS: Final = 10.0
"""A screen takes a tenth of a second; what takes so long hangs."""
MOST_BYTES: Final = 24_000_000
"""Nine minutes at 22,050 samples of two bytes a second."""
_HEAD_BYTES: Final = 44
"""Its own head does not know the length of what comes through a pipe."""
_VOICES: Final[dict[Language, str]] = {"zh": "cmn-latn-pinyin", "en": "en-gb"}
_NAMES: Final = (
    "ei1 bi4 xi1 di4 yi4 ai2fu5 ji4 ei1chi5 ai4 zhei4 kei4 ai2lu5 ai2mu5 en1 ou1 pi4 kiu4 a4 "
    "ai2si5 ti4 you1 wei1 da2bu5liu5 ai2ke5si5 wai4 zei4"
)
_LETTERS: Final = dict(zip(ascii_uppercase, _NAMES.split(), strict=True))
"""Letters as they are called in Chinese."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How it speaks."""

    program: str
    """Path of espeak-ng."""
    rate: int
    """Words (Chinese: syllables) a minute."""
    loudness: int
    """0 to 200, 100 is the synthesiser's own."""

    def wav(self, said: tuple[str, ...], language: Language) -> bytes | None:
        """The sentences as a WAV file; None where the synthesiser fails or takes too long."""
        text = "\n".join(spelled(one) if language == "zh" else romanised(one) for one in said)
        command = [
            self.program,
            *("-v", _VOICES[language], "-s", str(self.rate), "-a", str(self.loudness)),
            *("-b", "1", "--stdin", "--stdout"),
        ]
        try:
            done = subprocess.run(  # noqa: S603 - found by `voice`, the text goes by the pipe
                command, input=text.encode(), capture_output=True, timeout=SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return None
        samples = done.stdout[_HEAD_BYTES:]
        return wav_file(samples, SAMPLE_RATE) if 0 < len(samples) <= MOST_BYTES else None


def installed() -> str | None:
    """Path of the synthesiser; None: there is none on this machine."""
    return shutil.which(PROGRAM)


def spelled(text: str) -> str:
    """Chinese as syllables with tones, figures in words, letters by their names."""
    from pypinyin import Style, lazy_pinyin

    _load_phrases()
    words = in_chinese(text)
    syllables = lazy_pinyin(words, style=Style.TONE3, neutral_tone_with_five=True, errors=_foreign)
    return " ".join(" ".join(syllables).split())


@cache
def _load_phrases() -> None:
    """Once, at the first screen that is read: the tables take 59 MB, which others go without."""
    from pypinyin import load_phrases_dict
    from pypinyin.phrases_dict import phrases_dict

    load_phrases_dict(phrases_dict)


def _foreign(run: str) -> str:
    """What is no hanzi: stops part clauses, letters have names, signs say nothing."""
    return " ".join(filter(None, map(_sign, run.upper())))


def _sign(sign: str) -> str:
    if sign in _LETTERS:
        return _LETTERS[sign]
    if sign in "。！？.!?":
        return "."
    return "," if sign in "，、；：,;:（）()·" else ""


def romanised(text: str) -> str:
    """English as it is, Chinese names in it as syllables; nothing that steers the synthesiser."""
    from pypinyin import lazy_pinyin

    _load_phrases()
    latin = " ".join(lazy_pinyin(in_english(text), errors=lambda run: run))
    return " ".join("".join(sign for sign in latin if sign not in "[]<>{}|\\*").split())
