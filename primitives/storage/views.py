"""Typed views of the state: what a pallet's storage items are, once bound to one `State`.

| declared as | absent reads as | FRAME |
|---|---|---|
| `Value[V]` | its default | `StorageValue`, ValueQuery |
| `OptionValue[V]` | `None` | `StorageValue`, OptionQuery |
| `Map[K, V]` | `None` | `StorageMap`, OptionQuery |
| `DefaultMap[K, V]` | its default | `StorageMap`, ValueQuery |

A map with several hashers has a tuple as its key (`StorageDoubleMap`). A value that was put is stored, even
if it equals the default; only `kill`, `remove` and `take` make it absent.

Upstream: substrate/frame/support/src/storage/types
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Generic, TypeVar

from primitives.errors import Defect
from primitives.hashing import HASHERS
from primitives.scale.codec import Codec
from primitives.scale.errors import DecodeError, EncodeError
from primitives.storage.state import State

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

KEYS_REMEMBERED = 4096
"""Hashed keys that a map remembers; hashing one anew costs about ten times as much as looking it up."""


class Item(Generic[V]):
    """What is known of a storage item before it is bound: prefix, codecs, default."""

    __slots__ = ("codec", "default", "element", "name", "prefix")

    def __init__(
        self, name: str, prefix: bytes, codec: Codec[V], default: V | None, element: Codec[Any] | None
    ) -> None:
        self.name, self.prefix, self.codec, self.default, self.element = name, prefix, codec, default, element


class Keys(Generic[K]):
    """How the keys of a map are made and read back."""

    __slots__ = ("_hashers", "_parts", "of", "prefix")

    def __init__(self, prefix: bytes, parts: tuple[Codec[Any], ...], hashers: tuple[str, ...]) -> None:
        self.prefix, self._parts = prefix, parts
        self._hashers = tuple(HASHERS[hasher] for hasher in hashers)
        self.of: Callable[[K], bytes] = lru_cache(KEYS_REMEMBERED)(self._make)

    def _make(self, key: Any) -> bytes:
        if len(self._parts) == 1:
            return self.prefix + self._hashers[0][0](self._parts[0].encode(key))
        if len(key) != len(self._parts):
            raise EncodeError(f"a key of {len(self._parts)} parts wanted, not of {len(key)}")
        return self.beginning(*key)

    def beginning(self, *first: Any) -> bytes:
        """What the storage keys of all entries share whose key begins with these parts."""
        parts = zip(self._parts, self._hashers, first, strict=False)
        return self.prefix + b"".join(hasher[0](part.encode(value)) for part, hasher, value in parts)

    def read(self, raw: bytes) -> K:
        """The key that a storage key was made from; only for hashers that keep it."""
        at, values = len(self.prefix), []
        for part, (_, length) in zip(self._parts, self._hashers, strict=True):
            if length is None:
                raise Defect("a hasher that does not keep its key cannot be walked")
            value, at = part.decode_at(raw, at + length)
            values.append(value)
        return values[0] if len(values) == 1 else tuple(values)  # type: ignore[return-value]


class View(Generic[V]):
    """What all views share: reading and writing one decoded value under one storage key."""

    __slots__ = ("_codec", "_state", "item")

    def __init__(self, state: State, item: Item[V]) -> None:
        self._state, self.item, self._codec = state, item, item.codec

    def _read(self, key: bytes) -> V | None:
        known = self._state.typed.get(key)
        if known is not None:
            return known  # type: ignore[no-any-return]
        raw = self._state.get(key)
        if raw is None:
            return None
        try:
            # bytes behind the value are ignored, as FRAME ignores them
            value, _ = self._codec.decode_at(raw, 0)
        except DecodeError as error:
            # DEVIATION: upstream logs this and reads the item as absent
            raise Defect(f"{self.item.name} holds what is no {self._codec.name}: {error}") from None
        self._state.typed[key] = value
        return value

    def _write(self, key: bytes, value: V) -> None:
        self._state.set(key, self._codec.encode(value))
        self._state.typed[key] = value

    def _take(self, key: bytes) -> V | None:
        value = self._read(key)
        if value is not None or key in self._state:  # an option that is stored as None is there
            self._state.set(key, None)
        return value

    def _append(self, key: bytes, element: Any) -> None:
        assert self.item.element is not None, f"{self.item.name} is no sequence"
        self._state.append(key, self.item.element.encode(element))

    def _default(self) -> V:
        return self.item.default  # type: ignore[return-value]  # None only where the declaration allows it


class OptionValue(View[V]):
    """One value, or none."""

    __slots__ = ()

    def get(self) -> V | None:
        """The value, or None."""
        return self._read(self.item.prefix)

    def put(self, value: V) -> None:
        """Store a value."""
        self._write(self.item.prefix, value)

    def kill(self) -> None:
        """Make the item absent."""
        self._state.set(self.item.prefix, None)

    def take(self) -> V | None:
        """The value, which is then absent."""
        return self._take(self.item.prefix)

    def exists(self) -> bool:
        """Whether a value is stored, be it the default."""
        return self.item.prefix in self._state


class Value(View[V]):
    """One value, with a default for when none is stored."""

    __slots__ = ()

    def get(self) -> V:
        """The value, or the default."""
        value = self._read(self.item.prefix)
        return self._default() if value is None else value

    def put(self, value: V) -> None:
        """Store a value."""
        self._write(self.item.prefix, value)

    def kill(self) -> None:
        """Make the item absent: it then reads as its default."""
        self._state.set(self.item.prefix, None)

    def take(self) -> V:
        """The value or the default; the item is then absent."""
        value = self._take(self.item.prefix)
        return self._default() if value is None else value

    def exists(self) -> bool:
        """Whether a value is stored, be it the default."""
        return self.item.prefix in self._state

    def length(self: Value[tuple[T, ...]]) -> int:
        """How many elements a sequence has, without reading them."""
        return self._state.count(self.item.prefix)

    def append(self: Value[tuple[T, ...]], element: T) -> None:
        """Add an element to a sequence without reading it."""
        self._append(self.item.prefix, element)


class _Keyed(View[V], Generic[K, V]):
    """What both kinds of map share."""

    __slots__ = ("_keys",)

    def __init__(self, state: State, item: Item[V], keys: Keys[K]) -> None:
        super().__init__(state, item)
        self._keys = keys

    def __setitem__(self, key: K, value: V) -> None:
        self._write(self._keys.of(key), value)

    def __contains__(self, key: K) -> bool:
        return self._keys.of(key) in self._state

    def remove(self, key: K) -> None:
        """Make an entry absent; no harm if it is."""
        self._state.set(self._keys.of(key), None)

    def keys(self) -> Iterator[K]:
        """All keys, in the order of their storage keys (that is, by hash)."""
        return (self._key(raw) for raw in self._state.keys(self.item.prefix))

    def items(self) -> Iterator[tuple[K, V]]:
        """All entries, in the order of their storage keys."""
        for raw in self._state.keys(self.item.prefix):
            value = self._read(raw)
            if value is not None:
                yield self._key(raw), value

    def _key(self, raw: bytes) -> K:
        try:
            return self._keys.read(raw)
        except DecodeError as error:
            # DEVIATION: upstream logs this and passes the entry over
            raise Defect(f"{self.item.name} has the key 0x{raw.hex()}: {error}") from None

    def clear(self) -> int:
        """Remove every entry; gives how many there were."""
        return self._state.clear_prefix(self.item.prefix)

    def storage_key(self, key: K) -> bytes:
        """The key of the state under which an entry is stored."""
        return self._keys.of(key)

    def clear_beginning(self, *first: Any) -> int:
        """Remove every entry whose key begins with these parts; gives how many there were."""
        return self._state.clear_prefix(self._keys.beginning(*first))


class Map(_Keyed[K, V]):
    """Values by key; absent ones read as None."""

    __slots__ = ()

    def get(self, key: K) -> V | None:
        """The value of a key, or None."""
        return self._read(self._keys.of(key))

    def take(self, key: K) -> V | None:
        """The value of a key, which is then absent."""
        return self._take(self._keys.of(key))


class DefaultMap(_Keyed[K, V]):
    """Values by key, with a default for absent ones."""

    __slots__ = ()

    def __getitem__(self, key: K) -> V:
        value = self._read(self._keys.of(key))
        return self._default() if value is None else value

    def take(self, key: K) -> V:
        """The value of a key or the default; the entry is then absent."""
        value = self._take(self._keys.of(key))
        return self._default() if value is None else value

    def length(self: DefaultMap[K, tuple[T, ...]], key: K) -> int:
        """How many elements the sequence under a key has, without reading them."""
        return self._state.count(self._keys.of(key))

    def append(self: DefaultMap[K, tuple[T, ...]], key: K, element: T) -> None:
        """Add an element to the sequence under a key without reading it."""
        self._append(self._keys.of(key), element)
