"""The three kinds of signature an account may use, one function each: is this signature good?

| kind | public key | signature | signs |
|---|---|---|---|
| **sr25519** | 32 bytes, is the account | 64 bytes | the message, in the context `substrate` |
| **ed25519** | 32 bytes, is the account | 64 bytes | the message |
| **ecdsa** | 33 bytes, its blake2_256 is the account | 65 bytes: r, s, recovery id | the blake2_256 of it |

Bytes of the right length never raise: whatever is no signature is not a good one. A wrong length cannot come
from a decoded extrinsic, so it is the caller's fault and raises `ValueError`.

Chains must agree on *every* byte string, also on those no honest signer makes. For ed25519 the rules are
those of **ZIP 215**: points of small order and spellings of a coordinate above the field's prime are
accepted, a factor `s` at or above the group's order is not, and the equation is checked times the cofactor
8. Libraries that follow RFC 8032 alone differ here.

Upstream: substrate/primitives/runtime/src/lib.rs `MultiSignature`, `Verify`;
substrate/primitives/io/src/lib.rs `Crypto`
"""

from __future__ import annotations

from ecdsa.curves import SECP256k1
from ecdsa.ellipticcurve import INFINITY, PointJacobi
from ed25519_zebra import ed_verify
from sr25519 import verify as sr_verify

from primitives.hashing import blake2_256

FIELD_PRIME = 2**256 - 2**32 - 977
"""Coordinates of the curve secp256k1 are numbers below this; 3 modulo 4."""

GROUP_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
"""How many points the curve secp256k1 has; the factors r and s of a signature are below this."""


def verify_sr25519(signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether the signature over the message is the key's.

    Upstream: substrate/primitives/core/src/sr25519.rs `Pair::verify`
    """
    _check_lengths(signature, 64, public, 32)
    try:
        return bool(sr_verify(signature, message, public))
    except ValueError:  # no point of the group, a factor too large, or the last byte lacks its marking bit
        return False


def verify_ed25519(signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether the signature over the message is the key's, by the rules of ZIP 215.

    Upstream: substrate/primitives/core/src/ed25519.rs `Pair::verify`
    """
    _check_lengths(signature, 64, public, 32)
    return bool(ed_verify(signature, message, public))


def verify_ecdsa(signature: bytes, message: bytes, account: bytes) -> bool:
    """Whether the signature over the message is by the key whose blake2_256 is the account.

    Both `s` and its negative are accepted, each with its own recovery id; r and s of 0 or beyond the
    group's order are not.

    Upstream: substrate/primitives/runtime/src/lib.rs `MultiSignature::Ecdsa`
    """
    _check_lengths(signature, 65, account, 32)
    public = recover_ecdsa(signature, blake2_256(message))
    return public is not None and blake2_256(public) == account


def recover_ecdsa(signature: bytes, digest: bytes) -> bytes | None:
    """The compressed public key, 33 bytes, whose signature of the 32-byte digest this is; `None` if there
    is none.

    The last byte tells which of up to four keys: 0 to 3, or 27 to 30 as some wallets write it.

    Upstream: substrate/primitives/io/src/lib.rs `secp256k1_ecdsa_recover_compressed`
    """
    _check_lengths(signature, 65, digest, 32)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    recovery_id = signature[64] - 27 if signature[64] > 26 else signature[64]
    if not (0 < r < GROUP_ORDER and 0 < s < GROUP_ORDER and recovery_id <= 3):
        return None

    # r is the point's x coordinate reduced by the group's order, which is a little below the field's prime
    x = r + GROUP_ORDER if recovery_id & 2 else r
    y = _y_coordinate(x, recovery_id & 1)
    if y is None:
        return None

    inverse = pow(r, -1, GROUP_ORDER)
    by_factor = PointJacobi(SECP256k1.curve, x, y, 1, GROUP_ORDER) * (s * inverse % GROUP_ORDER)
    by_digest = SECP256k1.generator * (-int.from_bytes(digest, "big") * inverse % GROUP_ORDER)
    public = by_factor + by_digest
    return None if public == INFINITY else bytes(public.to_bytes("compressed"))


def _y_coordinate(x: int, parity: int) -> int | None:
    """The y of that parity with y^2 = x^3 + 7, or `None` where x belongs to no point."""
    square = (x**3 + 7) % FIELD_PRIME
    y = pow(square, (FIELD_PRIME + 1) // 4, FIELD_PRIME)
    if x >= FIELD_PRIME or y * y % FIELD_PRIME != square:
        return None
    return y if y & 1 == parity else FIELD_PRIME - y


def _check_lengths(signature: bytes, signature_size: int, key: bytes, key_size: int) -> None:
    if (len(signature), len(key)) != (signature_size, key_size):
        found = f"{len(signature)} and {len(key)}"
        raise ValueError(f"expected {signature_size} bytes of signature and {key_size} beside, found {found}")
