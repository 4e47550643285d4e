"""DES and SM4 in plain Python, written from the standards: a second opinion on the product's.

FIPS 46-3 and GB/T 32907-2016. Slow, and for tests only. Nothing here imports the product.
"""

from collections.abc import Sequence

# DES (FIPS 46-3): positions are counted from 1 at the most significant bit.

_IP = tuple(start - 8 * step for start in (58, 60, 62, 64, 57, 59, 61, 63) for step in range(8))
_FP = tuple(_IP.index(position) + 1 for position in range(1, 65))
_E = tuple((4 * row + column - 1) % 32 + 1 for row in range(8) for column in range(6))
_P = (
    *(16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10),
    *(2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25),
)
_PC1 = (
    *(57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11),
    *(3, 60, 52, 44, 36, 63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53),
    *(45, 37, 29, 21, 13, 5, 28, 20, 12, 4),
)
_PC2 = (
    *(14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2),
    *(41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36),
    *(29, 32),
)
_SHIFTS = (1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1)
_DES_BOXES = (
    "E4D12FB83A6C59070F74E2D1A6CB953841E8D62BFC973A50FC8249175B3EA06D",
    "F18E6B34972DC05A3D47F28EC01A69B50E7BA4D158C6932FD8A13F42B67C05E9",
    "A09E63F51DC7B428D709346A285ECBF1D6498F30B12C5AE71AD069874FE3B52C",
    "7DE3069A1285BC4FD8B56F03472C1AE9A690CB7DF13E52843F06A1D8945BC72E",
    "2C417AB6853FD0E9EB2C47D150FA3986421BAD78F9C5630EB8C71E2D6F09A453",
    "C1AF92680D34E75BAF427C9561DE0B389EF528C3704A1DB6432C95FABE17608D",
    "4B2EF08D3C975A61D0B7491AE35C2F8614BDC37EAF6805926BD814A7950FE23C",
    "D2846FB1A93E50C71FD8A374C56B0E927B419CE206ADF35821E74A8DFC90356B",
)


def _permuted(bits: Sequence[int], positions: Sequence[int]) -> list[int]:
    return [bits[position - 1] for position in positions]


def _bits(data: bytes) -> list[int]:
    return [byte >> shift & 1 for byte in data for shift in range(7, -1, -1)]


def _bytes(bits: Sequence[int]) -> bytes:
    return int("".join(map(str, bits)), 2).to_bytes(len(bits) // 8, "big")


def _des_round_keys(key: bytes) -> list[list[int]]:
    chosen = _permuted(_bits(key), _PC1)
    left, right = chosen[:28], chosen[28:]
    keys = []
    for shift in _SHIFTS:
        left, right = left[shift:] + left[:shift], right[shift:] + right[:shift]
        keys.append(_permuted(left + right, _PC2))
    return keys


def _des_feistel(half: list[int], key: list[int]) -> list[int]:
    mixed = [a ^ b for a, b in zip(_permuted(half, _E), key, strict=True)]
    out: list[int] = []
    for number, box in enumerate(_DES_BOXES):
        b = mixed[6 * number : 6 * number + 6]
        row, column = b[0] << 1 | b[5], b[1] << 3 | b[2] << 2 | b[3] << 1 | b[4]
        value = int(box[16 * row + column], 16)
        out += [value >> shift & 1 for shift in (3, 2, 1, 0)]
    return _permuted(out, _P)


def _des(block: bytes, keys: Sequence[list[int]]) -> bytes:
    state = _permuted(_bits(block), _IP)
    left, right = state[:32], state[32:]
    for key in keys:
        left, right = right, [a ^ b for a, b in zip(left, _des_feistel(right, key), strict=True)]
    return _bytes(_permuted(right + left, _FP))


def des_encrypt(key: bytes, block: bytes) -> bytes:
    """One block of 8 bytes under a key of 8 bytes."""
    return _des(block, _des_round_keys(key))


def des_decrypt(key: bytes, block: bytes) -> bytes:
    """The inverse of `des_encrypt`."""
    return _des(block, _des_round_keys(key)[::-1])


def triple_des_encrypt(key: bytes, block: bytes) -> bytes:
    """EDE with two keys: 16 bytes of key."""
    left, right = key[:8], key[8:]
    return des_encrypt(left, des_decrypt(right, des_encrypt(left, block)))


# SM4 (GB/T 32907-2016): its S-box is made, not copied: an inversion between two affine maps.


def _times(a: int, b: int) -> int:
    """Product modulo x^8 + x^7 + x^6 + x^5 + x^4 + x^2 + 1."""
    product = 0
    for _ in range(8):
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x1F5 if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(value: int) -> int:
    return next((other for other in range(256) if _times(value, other) == 1), 0)


def _affine(value: int) -> int:
    """Multiply by the circulant matrix whose first row is A7, then add D3."""
    result = 0
    for row in range(8):
        mask = (0xA7 << row | 0xA7 >> (8 - row)) & 0xFF if row else 0xA7
        result |= (value & mask).bit_count() % 2 << row
    return result ^ 0xD3


_SM4_BOX = tuple(_affine(_inverse(_affine(value))) for value in range(256))
_FK = (0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC)
_CK = tuple(
    int.from_bytes(bytes((4 * i + j) * 7 % 256 for j in range(4)), "big") for i in range(32)
)


def _substituted(word: int) -> int:
    return int.from_bytes(bytes(_SM4_BOX[byte] for byte in word.to_bytes(4, "big")), "big")


def _rotated(word: int, by: int) -> int:
    return (word << by | word >> (32 - by)) & 0xFFFFFFFF


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 4], "big") for at in range(0, 16, 4)]


def _sm4_round_keys(key: bytes) -> list[int]:
    state = [word ^ fixed for word, fixed in zip(_words(key), _FK, strict=True)]
    for constant in _CK:
        mixed = _substituted(state[-3] ^ state[-2] ^ state[-1] ^ constant)
        state.append(state[-4] ^ mixed ^ _rotated(mixed, 13) ^ _rotated(mixed, 23))
    return state[4:]


def sm4_encrypt(key: bytes, block: bytes) -> bytes:
    """One block of 16 bytes under a key of 16 bytes."""
    state = _words(block)
    for round_key in _sm4_round_keys(key):
        b = _substituted(state[-3] ^ state[-2] ^ state[-1] ^ round_key)
        mixed = b ^ _rotated(b, 2) ^ _rotated(b, 10) ^ _rotated(b, 18) ^ _rotated(b, 24)
        state.append(state[-4] ^ mixed)
    return b"".join(word.to_bytes(4, "big") for word in state[:-5:-1])
