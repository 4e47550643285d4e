"""A screen read aloud: made when it is asked for, kept in memory while its visit lasts."""

import threading

from kiosk.sections.speech import Speech
from kiosk.speech.sentences import sentences
from kiosk.speech.voice import Voice, installed
from kiosk.visit.look import Language


class ReadAloud:
    """Speaks screens, one at a time. Used by any thread."""

    def __init__(self, settings: Speech, voice: Voice | None) -> None:
        """Without a voice nothing is read aloud and no button offers it."""
        self._settings = settings
        self._voice = voice
        self._speaking = threading.Lock()
        self._lock = threading.Lock()
        self._token = ""
        self._spoken: dict[tuple[str, ...], bytes] = {}

    @property
    def can_speak(self) -> bool:
        """Whether screens can be read aloud here."""
        return self._voice is not None

    def keep_for(self, token: str) -> None:
        """Drop what was spoken in a visit of another token."""
        with self._lock:
            if token != self._token:
                self._token = token
                self._spoken = {}

    def wav(self, html: str, *, token: str, language: Language, part: str = "") -> bytes | None:
        """The screen, or the part of it with that id, as a WAV file; None: it cannot be had."""
        own = self._settings
        said = sentences(html, out=own.out, language=language, part=part, longest=own.longest)
        if self._voice is None or not said:
            return None
        self.keep_for(token)
        with self._speaking:  # one voice, and one process of it, at a time
            with self._lock:
                known = self._spoken.get(said)
            spoken = known or self._voice.wav(said, language)
        with self._lock:
            if spoken is not None and token == self._token:
                self._spoken[said] = spoken
        return spoken


def read_aloud(settings: Speech) -> ReadAloud:
    """As configured, with the synthesiser of this machine if there is one."""
    program = installed() if settings.use != "off" else None
    voice = Voice(program, settings.rate, settings.loudness) if program else None
    return ReadAloud(settings, voice)
