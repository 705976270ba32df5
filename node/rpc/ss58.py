"""SS58: accounts as people write them, with a checksum.

Base 58 of: a prefix of one or two bytes that names the network, the account's 32 bytes, and the first two
bytes of a hash over both.

Upstream: substrate/primitives/core/src/crypto.rs `Ss58Codec`
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from primitives.ids import AccountId

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CHECKED: Final = b"SS58PRE"
LONGEST: Final = 50
"""Letters that an address of 32 bytes can have."""


class BadAddress(ValueError):
    """A text that is no address of an account."""


def account(address: str) -> AccountId:
    """The account of an address of any network, or of 32 bytes in hex; raises `BadAddress`."""
    if address.startswith("0x"):
        return _of_hex(address)
    raw = _base58(address)
    prefix = 1 if raw and raw[0] < 64 else 2
    body, checksum = raw[:-2], raw[-2:]
    if len(raw) != prefix + 34:
        raise BadAddress(f"{len(raw)} bytes instead of {prefix + 34}")
    if blake2b(CHECKED + body).digest()[:2] != checksum:
        raise BadAddress("the checksum does not fit")
    return AccountId(body[prefix:])


def _of_hex(text: str) -> AccountId:
    try:
        raw = bytes.fromhex(text[2:])
    except ValueError:
        raise BadAddress("no hex") from None
    if len(raw) != 32:
        raise BadAddress(f"{len(raw)} bytes instead of 32")
    return AccountId(raw)


def _base58(text: str) -> bytes:
    if len(text) > LONGEST or not set(text) <= set(ALPHABET):
        raise BadAddress("no base 58")
    number = 0
    for letter in text:
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
