"""The keys of private topics: a subscriber signs the random value that a publisher has sent.

The signature is secp256k1 over the value's Keccak-256 hash: r and s, 32 bytes each, and one byte that says
which of two points r stands for.
"""

from __future__ import annotations

from typing import Final

from ecdsa import SECP256k1, SigningKey, VerifyingKey, util
from ecdsa.keys import BadSignatureError, MalformedPointError

from node.amop.keccak import keccak256
from node.amop.verification import CHALLENGE, PRIVATE, PUSH

SIGNATURE_SIZE: Final = 65
_ORDER: Final = SECP256k1.order


class PrivateKey:
    """A subscriber's key."""

    def __init__(self, secret: bytes) -> None:
        """32 bytes; raises `ValueError` if they are no key."""
        try:
            self._key = SigningKey.from_string(secret, SECP256k1)
        except MalformedPointError as error:
            raise ValueError(f"a secp256k1 key has 32 bytes below the curve's order: {error}") from None

    @property
    def public(self) -> bytes:
        """What a publisher knows it by: the point's 64 bytes."""
        return bytes(self._key.verifying_key.to_string())

    def sign(self, value: bytes) -> bytes:
        """65 bytes."""
        digest = keccak256(value)
        r, s = self._key.sign_digest_deterministic(digest, sigencode=lambda r, s, _: (r, s))
        pair = util.sigencode_string(r, s, _ORDER)
        found = VerifyingKey.from_public_key_recovery_with_digest(pair, digest, SECP256k1)
        keys = [key.to_string() for key in found]
        return bytes(pair) + bytes((keys.index(self.public),))  # the even point comes first


def is_signed_by(public: bytes, value: bytes, signature: bytes) -> bool:
    """Whether the holder of a public key (64 bytes, or 65 with 0x04 in front) has signed a value."""
    if len(signature) != SIGNATURE_SIZE:
        return False
    try:
        key = VerifyingKey.from_string(public[-64:], SECP256k1)
        return bool(key.verify_digest(signature[:64], keccak256(value)))
    except (BadSignatureError, MalformedPointError):
        return False


def private_name(topic: bytes) -> bytes:
    """What a private topic is called on the wire."""
    return PRIVATE + topic


def challenge_name(topic: bytes, secret: bytes) -> bytes:
    """The topic at which a subscriber can be verified; `secret` is 32 letters."""
    return CHALLENGE + PRIVATE + topic + b"_" + secret


def push_name(topic: bytes) -> bytes:
    """The topic by which a node finds its publishers of a private topic."""
    return PUSH + PRIVATE + topic
