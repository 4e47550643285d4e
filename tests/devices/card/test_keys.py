import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.card.errors import KeyFileError
from devices.card.keys import Key, MasterKeys

SECRET = bytes.fromhex("C0FFEE00112233445566778899AABBCC")


def counted(length: int) -> bytes:
    return bytes(range(length))


def test_a_key_is_never_shown() -> None:
    key = Key(SECRET)
    shown = f"{key!r} {key} {key:>40} {MasterKeys(key, key)!r} {vars(MasterKeys)}"
    assert "C0FFEE" not in shown.upper()
    assert str(SECRET) not in shown


@pytest.mark.parametrize("leak", [copy.copy, copy.deepcopy, pickle.dumps, hash])
def test_a_key_is_neither_copied_nor_hashed_nor_serialised(leak: Callable[[Key], object]) -> None:
    with pytest.raises(TypeError) as caught:
        leak(Key(SECRET))
    assert "C0FFEE" not in str(caught.value).upper()


def test_two_keys_with_the_same_bytes_do_not_tell_so() -> None:
    assert Key(SECRET) != Key(SECRET)


def test_a_key_of_another_length_is_none() -> None:
    with pytest.raises(ValueError):
        Key(bytes(8))


def test_generated_keys_come_back_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    made = MasterKeys.generate(counted)
    made.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    again = MasterKeys.load(path)
    assert again.irk.reveal() == made.irk.reveal()
    assert again.read_ssse.reveal() == made.read_ssse.reveal()


def test_an_existing_key_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text("kept")
    with pytest.raises(KeyFileError):
        MasterKeys.generate(counted).save(path)
    assert path.read_text() == "kept"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.toml"
    MasterKeys.generate(counted).save(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600") as caught:
        MasterKeys.load(path)
    assert caught.value.code == "sam.key_file"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", r"\[master\] is missing"),
        ("master = 3", r"\[master\] is missing"),
        ("[master", "no TOML"),
        ('[master]\nirk = "C0FFEE"', "master.irk: not 32 hex digits"),
        ('[master]\nirk = "C0FFEE00112233445566778899AABBCC"', "master.read_ssse"),
        ("[master]\nirk = 12", "master.irk"),
        ("[master]\nirk = C0FFEE", "no TOML"),
    ],
)
def test_a_wrong_key_file_is_told_without_its_content(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "keys.toml"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(KeyFileError, match=reason) as caught:
        MasterKeys.load(path)
    assert "C0FFEE" not in str(caught.value)


def test_a_missing_key_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="No such file"):
        MasterKeys.load(tmp_path / "none.toml")
