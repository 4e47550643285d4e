"""Short signals as WAV files, made of sine tones: no recording is needed for three notes."""

import io
import math
import wave
from array import array
from functools import cache
from typing import Final

SAMPLE_RATE: Final = 22_050
"""Samples of 16 bits a second, one channel; espeak-ng's too."""
SOUNDS: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    "take-card": ((659.3, 0.18), (880.0, 0.28)),
    "card-forgotten": ((880.0, 0.22), (0.0, 0.12)) * 3,
    "paper-ready": ((523.3, 0.14), (659.3, 0.14), (784.0, 0.3)),
}
"""Tones one after the other: hertz (0: silence) and seconds."""
_LOUDEST: Final = 0.35 * 32_767
_EDGE_SECONDS: Final = 0.012
"""A tone that begins or ends at once clicks."""


@cache
def sound(name: str) -> bytes:
    """A signal as a WAV file; a name that is none is a `KeyError`."""
    samples = array("h")
    for hertz, seconds in SOUNDS[name]:
        samples.extend(_tone(hertz, seconds))
    return wav_file(samples.tobytes(), SAMPLE_RATE)


def wav_file(samples: bytes, rate: int) -> bytes:
    """Samples of 16 bits, one channel, as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples)
    return file.getvalue()


def _tone(hertz: float, seconds: float) -> list[int]:
    count, edge = int(seconds * SAMPLE_RATE), _EDGE_SECONDS * SAMPLE_RATE
    return [
        round(
            _LOUDEST
            * min(1.0, at / edge, (count - at) / edge)
            * math.sin(2 * math.pi * hertz * at / SAMPLE_RATE)
        )
        for at in range(count)
    ]
