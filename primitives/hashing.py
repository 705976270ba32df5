"""The hash functions of Substrate, and the hashers that storage keys are built with.

**Twox** is xxHash64 with seeds 0, 1, 2, ... glued together, little-endian: fast, not safe against chosen
keys. **Blake2** is blake2b with a short digest. A *concat* hasher appends the key itself to its hash, so
that the key can be read back from storage.

Upstream: substrate/primitives/core/src/hashing `lib.rs`
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

from xxhash import xxh64_intdigest

Hasher = Callable[[bytes], bytes]


def blake2_256(data: bytes) -> bytes:
    """Hash to 32 bytes: block hashes, trie nodes, message chains."""
    return blake2b(data, digest_size=32).digest()


def blake2_128(data: bytes) -> bytes:
    """Hash to 16 bytes."""
    return blake2b(data, digest_size=16).digest()


def twox_64(data: bytes) -> bytes:
    """Hash to 8 bytes, without cryptographic strength."""
    return xxh64_intdigest(data, 0).to_bytes(8, "little")


def twox_128(data: bytes) -> bytes:
    """Hash to 16 bytes, without cryptographic strength."""
    return (xxh64_intdigest(data, 0) | xxh64_intdigest(data, 1) << 64).to_bytes(16, "little")


def twox_256(data: bytes) -> bytes:
    """Hash to 32 bytes, without cryptographic strength."""
    return b"".join(xxh64_intdigest(data, seed).to_bytes(8, "little") for seed in range(4))


def blake2_128_concat(key: bytes) -> bytes:
    """Hash of the key, 16 bytes, then the key: for keys that outsiders choose."""
    return blake2b(key, digest_size=16).digest() + key


def twox_64_concat(key: bytes) -> bytes:
    """Hash of the key, 8 bytes, then the key: for keys that the chain hands out."""
    return xxh64_intdigest(key, 0).to_bytes(8, "little") + key


def identity(key: bytes) -> bytes:
    """The key itself: for keys that are hashes already."""
    return key


HASHERS: dict[str, tuple[Hasher, int | None]] = {
    "Blake2_128": (blake2_128, None),
    "Blake2_256": (blake2_256, None),
    "Blake2_128Concat": (blake2_128_concat, 16),
    "Twox128": (twox_128, None),
    "Twox256": (twox_256, None),
    "Twox64Concat": (twox_64_concat, 8),
    "Identity": (identity, 0),
}
"""By upstream's name: the function, and how many bytes stand before the key in its output (None: key is
lost)."""


@lru_cache(maxsize=4096)
def storage_prefix(pallet: str, item: str) -> bytes:
    """The 32 bytes that every key of a storage item starts with.

    Upstream: substrate/frame/support/src/storage/mod.rs `storage_prefix`
    """
    return twox_128(pallet.encode()) + twox_128(item.encode())
