"""The product's arithmetic beside the same arithmetic over `reference_ciphers`."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.card import crypto
from devices.card.crypto import Factors
from devices.card.errors import CardDataError, SamAlgorithmError
from devices.card.fci import Algorithm
from devices.card.keys import Key
from tests.devices.card.reference_ciphers import (
    des_decrypt,
    des_encrypt,
    sm4_encrypt,
    triple_des_encrypt,
)

KEY = bytes.fromhex("000102030405060708090A0B0C0D0E0F")
CHALLENGE = bytes.fromhex("1122334455667788")
ORIGINAL = bytes.fromhex("A1B2C3D4E5F60718")
FACTORS = Factors("639900", bytes.fromhex("8697159900BF7C7A"))

blocks = st.binary(min_size=8, max_size=8)
keys = st.binary(min_size=16, max_size=16)


def inverted(value: bytes) -> bytes:
    return bytes(~byte & 0xFF for byte in value)


def xored(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def reference_child(algorithm: Algorithm, key: bytes, factor: bytes) -> bytes:
    if algorithm is Algorithm.SM4:
        return sm4_encrypt(key, factor + inverted(factor))
    return triple_des_encrypt(key, factor) + triple_des_encrypt(key, inverted(factor))


def reference_proof(algorithm: Algorithm, key: bytes, challenge: bytes, original: bytes) -> bytes:
    if algorithm is Algorithm.SM4:
        session = sm4_encrypt(key, challenge + bytes(8))
        block = sm4_encrypt(session, original + bytes(8))
        return xored(block[:8], block[8:])
    return des_encrypt(triple_des_encrypt(key, challenge), original)


def reference_mac(algorithm: Algorithm, session: bytes, start: bytes, data: bytes) -> bytes:
    size, cipher = (16, sm4_encrypt) if algorithm is Algorithm.SM4 else (8, des_encrypt)
    padded = data + b"\x80"
    while len(padded) % size:
        padded += b"\0"
    block = start
    for at in range(0, len(padded), size):
        block = cipher(session, xored(block, padded[at : at + size]))
    if algorithm is Algorithm.DES:
        return block[:4]
    return bytes(block[i] ^ block[4 + i] ^ block[8 + i] ^ block[12 + i] for i in range(4))


@pytest.mark.parametrize(
    ("key", "plain", "cipher"),
    [
        ("0123456789ABCDEF", "4E6F772069732074", "3FA40E8A984D4815"),  # FIPS 81, table B1
        ("0123456789ABCDEF", "68652074696D6520", "6A271787AB8883F9"),
        ("0123456789ABCDEF", "666F7220616C6C20", "893D51EC4B563B53"),
        ("0101010101010101", "8000000000000000", "95F8A5E5DD31D900"),  # SP 800-17, table A.1
        ("0101010101010101", "0000000000000001", "166B40B44ABA4BD6"),
        ("8001010101010101", "0000000000000000", "95A8D72813DAA94D"),  # SP 800-17, table A.2
        ("1046913489980131", "0000000000000000", "88D55E54F54C97B4"),  # SP 800-17, table A.3
        ("7CA110454A1A6E57", "01A1D6D039776742", "690F5B0D9A26939B"),  # SP 800-17, table A.4
    ],
)
def test_the_reference_des_gives_the_published_vectors(key: str, plain: str, cipher: str) -> None:
    secret, block = bytes.fromhex(key), bytes.fromhex(plain)
    assert des_encrypt(secret, block).hex().upper() == cipher
    assert des_decrypt(secret, bytes.fromhex(cipher)) == block


def test_the_reference_sm4_gives_the_published_vector() -> None:
    """GB/T 32907-2016, appendix A.1."""
    block = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert sm4_encrypt(block, block).hex().upper() == "681EDF34D206965E86B3E94F536E4246"


@given(keys, blocks)
@settings(max_examples=60)
def test_the_product_s_ciphers_are_the_reference_s(key: bytes, factor: bytes) -> None:
    """Both children hold every cipher the cards use: 3DES under two keys, and SM4."""
    for algorithm in (Algorithm.DES, Algorithm.SM4):
        child = crypto.diversify(algorithm, Key(key), factor).reveal()
        assert child == reference_child(algorithm, key, factor)


@given(keys, blocks, blocks)
@settings(max_examples=60)
def test_proofs_agree_for_every_key_challenge_and_original(
    key: bytes, challenge: bytes, original: bytes
) -> None:
    for algorithm in (Algorithm.DES, Algorithm.SM4):
        proof = crypto.authentication_data(algorithm, Key(key), challenge, original)
        assert proof == reference_proof(algorithm, key, challenge, original)
        assert len(proof) == 8


@given(keys, keys, st.binary(max_size=40))
@settings(max_examples=60)
def test_macs_agree_for_every_length(session: bytes, start: bytes, data: bytes) -> None:
    for algorithm, size in ((Algorithm.DES, 8), (Algorithm.SM4, 16)):
        found = crypto.mac(algorithm, session[:size], start[:size], data)
        assert found == reference_mac(algorithm, session[:size], start[:size], data)


@pytest.mark.parametrize("algorithm", [Algorithm.DES, Algorithm.SM4])
def test_a_card_s_key_lies_three_levels_below_the_master(algorithm: Algorithm) -> None:
    province = reference_child(algorithm, KEY, b"630000sh")
    city = reference_child(algorithm, province, b"639900sx")
    card = reference_child(algorithm, city, bytes.fromhex("8697159900BF7C7A"))
    assert crypto.card_key(algorithm, Key(KEY), FACTORS).reveal() == card


def test_the_vectors_of_a_test_key_stay_what_they_are() -> None:
    """Fixed once from the reference ciphers: a change on both sides at once would show here."""
    assert (
        crypto.card_key(Algorithm.DES, Key(KEY), FACTORS).reveal().hex()
        == "17db4336da83bde7f509e7f34192e2be"
    )
    assert (
        crypto.card_key(Algorithm.SM4, Key(KEY), FACTORS).reveal().hex()
        == "f34d877883f3a81e61b79b7873d20cf2"
    )
    proof = crypto.authentication_data(Algorithm.DES, Key(KEY), CHALLENGE, ORIGINAL)
    assert proof.hex() == "7508eb8a951e143a"
    proof = crypto.authentication_data(Algorithm.SM4, Key(KEY), CHALLENGE, ORIGINAL)
    assert proof.hex() == "1b9776b47265fb60"


def test_the_factors_are_those_of_the_area_and_of_the_answer_to_reset() -> None:
    factors = Factors.of("639900", bytes.fromhex("00814E43238697159900BF7C7A"))
    assert factors == FACTORS
    assert factors.province == bytes.fromhex("3633303030307368")
    assert factors.city == bytes.fromhex("3633393930307378")
    assert "BF7C" not in repr(factors)


@pytest.mark.parametrize("area", ["", "63990", "6399000", "63990A", "６３９９００"])
def test_an_area_that_is_no_area_gives_no_factors(area: str) -> None:
    with pytest.raises(CardDataError, match="issuing area"):
        Factors(area, bytes(8))


def test_a_card_with_too_few_historical_bytes_gives_no_factors() -> None:
    with pytest.raises(CardDataError, match="key factor"):
        Factors.of("639900", bytes(7))


@pytest.mark.parametrize(
    "compute",
    [
        lambda: crypto.diversify(Algorithm.SSF33, Key(KEY), CHALLENGE),
        lambda: crypto.session_key(Algorithm.SSF33, Key(KEY), CHALLENGE),
        lambda: crypto.authentication_data(Algorithm.SSF33, Key(KEY), CHALLENGE, ORIGINAL),
        lambda: crypto.mac(Algorithm.SSF33, KEY, bytes(16), b""),
    ],
)
def test_ssf33_is_not_computed_but_told(compute: Callable[[], object]) -> None:
    with pytest.raises(SamAlgorithmError) as caught:
        compute()
    assert (caught.value.code, caught.value.algorithm) == ("sam.algorithm", "SSF33")


@pytest.mark.parametrize("length", [0, 4, 7, 9, 16])
def test_a_challenge_or_original_of_another_length_is_refused(length: int) -> None:
    for arguments in ((bytes(length), ORIGINAL), (CHALLENGE, bytes(length))):
        with pytest.raises(CardDataError):
            crypto.authentication_data(Algorithm.DES, Key(KEY), *arguments)


def test_a_block_of_sixteen_is_folded_to_eight() -> None:
    assert crypto.fold(ORIGINAL) == ORIGINAL
    assert crypto.fold(ORIGINAL + CHALLENGE) == xored(ORIGINAL, CHALLENGE)
    with pytest.raises(CardDataError):
        crypto.fold(bytes(4))
