"""The state of one chain: keys and values, storage layers, and the root.

A **layer** is all-or-nothing: leaving it normally keeps what was written inside, an exception undoes it.
Layers nest. Each remembers, for every key first written inside it, what stood there before; so reads stay
one dictionary look-up however deep the nesting, keeping is a merge and undoing a replay. Layers that the
chain itself opens count towards its limit of 255; those of the host around it (`frame`: a block to be
tried, a step to be looked at) do not.

Decoded values are kept beside the bytes they were decoded from. That is safe because stored values are
immutable. A sequence that elements are added to without reading it (the events of a block) is put together
only when its bytes are asked for.

The trie is brought up to date only when the root or an ordered walk over keys is asked for, with the keys
changed since.

Upstream: substrate/primitives/state-machine/src/overlayed_changes,
substrate/frame/support/src/storage/transactional.rs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, cast

from primitives.errors import Defect, DispatchError, Transactional, TransactionalError
from primitives.scale.compact import decode_compact, encode_compact
from primitives.scale.errors import DecodeError
from primitives.trie.layout import HashedValue, StateVersion
from primitives.trie.trie import Trie

TRANSACTIONAL_LIMIT = 255
"""Layers that a chain may have open at once.

Upstream: substrate/frame/support/src/storage/transactional.rs `TRANSACTIONAL_LIMIT`
"""

Entry = bytes | HashedValue


class Growing:
    """A sequence to which elements were added, put together only when somebody reads it.

    Like all that is stored it never changes: adding an element gives the next one. Successors share one
    buffer, of which each knows its end, so that a block's thousands of events are not copied with each
    further one. Whoever is not at the end of the buffer any more (what came behind was undone) takes a copy.

    Upstream: substrate/primitives/state-machine/src/overlayed_changes/changeset.rs `StorageEntry::Append`
    """

    __slots__ = ("_buffer", "_count", "_end")

    def __init__(self, count: int, buffer: bytearray) -> None:
        self._count, self._buffer, self._end = count, buffer, len(buffer)

    @classmethod
    def of(cls, sequence: bytes) -> Growing:
        """Of an encoded sequence; of what is none, the empty one."""
        try:
            count, start = decode_compact(sequence, 0, 32)
        except DecodeError:
            return cls(0, bytearray())
        return cls(count, bytearray(sequence[start:]))

    def add(self, element: bytes) -> Growing:
        """The sequence with one more element."""
        buffer = self._buffer if len(self._buffer) == self._end else self._buffer[: self._end]
        buffer += element
        return Growing(self._count + 1, buffer)

    @property
    def count(self) -> int:
        """How many elements it has."""
        return self._count

    def whole(self) -> bytes:
        """The sequence's bytes."""
        return encode_compact(self._count) + self._buffer[: self._end]


Stored = Entry | Growing


def _whole(stored: Stored | None) -> Entry | None:
    return stored.whole() if isinstance(stored, Growing) else stored


class State:
    """All entries of a chain's state, with an undo journal over them and a trie under them."""

    __slots__ = ("_data", "_depth", "_dirty", "_layers", "_trie", "typed")

    def __init__(
        self, entries: Mapping[bytes, Entry] | None = None, version: StateVersion = StateVersion.V1
    ) -> None:
        self._data: dict[bytes, Stored] = dict(entries or {})
        self._trie = Trie.build(entries or {}, version)
        self._dirty: set[bytes] = set()
        self._layers: list[dict[bytes, Stored | None]] = []
        self._depth = 0
        self.typed: dict[bytes, Any] = {}
        """Decoded values by key; entries vanish when the bytes change. For the views of `storage.views`
        only."""

    def get(self, key: bytes) -> bytes | None:
        """The value under a key, or None. A value known only by its hash cannot be read: `Defect`."""
        value = self._data.get(key)
        if value is None or type(value) is bytes:
            return value
        if isinstance(value, HashedValue):
            raise Defect(f"the value of 0x{key.hex()} is known only by its hash")
        return value.whole() if isinstance(value, Growing) else value

    def entry(self, key: bytes) -> Entry | None:
        """As `get`, and a value known only by its hash as such."""
        return _whole(self._data.get(key))

    def __contains__(self, key: bytes) -> bool:
        return key in self._data

    def __len__(self) -> int:
        return len(self._data)

    def set(self, key: bytes, value: Stored | None) -> None:
        """Write a value, or remove it with None."""
        data = self._data
        if self._layers:
            self._layers[-1].setdefault(key, data.get(key))
        if value is None:
            data.pop(key, None)
        else:
            data[key] = value
        self._dirty.add(key)
        self.typed.pop(key, None)

    def append(self, key: bytes, element: bytes) -> None:
        """Add an encoded element to an encoded sequence without decoding it; what is no sequence is replaced.

        Upstream: substrate/primitives/state-machine/src/overlayed_changes/mod.rs `append_storage`
        """
        present = self._data.get(key)
        sequence = present if isinstance(present, Growing) else Growing.of(self.get(key) or b"")
        self.set(key, sequence.add(element))

    def count(self, key: bytes) -> int:
        """How many elements an encoded sequence has, by its first bytes; 0 if there is none.

        Upstream: substrate/frame/support/src/storage/mod.rs `StorageDecodeLength::decode_len`
        """
        present = self._data.get(key)
        if isinstance(present, Growing):
            return present.count
        raw = self.get(key)
        return decode_compact(raw, 0, 32)[0] if raw else 0

    def keys(self, prefix: bytes = b"") -> Iterator[bytes]:
        """All keys that start with the prefix, ascending, as they are at the time of asking."""
        return iter(tuple(self._synced().keys(prefix)))

    def next_key(self, key: bytes) -> bytes | None:
        """The least key above this one."""
        return self._synced().next_key(key)

    def clear_prefix(self, prefix: bytes) -> int:
        """Remove every entry whose key starts with the prefix; gives how many there were."""
        doomed = tuple(self.keys(prefix))
        for key in doomed:
            self.set(key, None)
        return len(doomed)

    def entries(self) -> Mapping[bytes, Entry]:
        """A copy of all entries."""
        self._put_together()
        return cast("dict[bytes, Entry]", dict(self._data))

    @property
    def trie(self) -> Trie:
        """The entries as a trie; later writes leave it as it is."""
        return self._synced()

    def root(self) -> bytes:
        """The state root of the entries as they are now."""
        return self._synced().root

    def fork(self) -> State:
        """A state of its own with the same entries; the trie's nodes are shared, open layers are not."""
        made = State.__new__(State)
        made._trie, made._data = self._synced(), dict(self._data)
        made._dirty, made._layers, made._depth, made.typed = set(), [], 0, dict(self.typed)
        return made

    def layer(self) -> Layer:
        """A storage layer of the chain: `with state.layer(): ...`. Raises LimitReached at depth 255.

        Upstream: substrate/frame/support/src/storage/transactional.rs `with_storage_layer`
        """
        if self._depth >= TRANSACTIONAL_LIMIT:
            raise DispatchError(Transactional(TransactionalError.LimitReached))
        return Layer(self, 1)

    def frame(self) -> Layer:
        """A layer of the host: not counted, and it can be undone on purpose (`Layer.discard`)."""
        return Layer(self, 0)

    def _synced(self) -> Trie:
        if self._dirty:
            self._put_together()
            self._trie = self._trie.apply({key: self.entry(key) for key in self._dirty})
            self._dirty = set()
        return self._trie

    def _put_together(self) -> None:
        """Replace growing sequences, which only keys written since the last root can hold, by their bytes."""
        for key in self._dirty:
            value = self._data.get(key)
            if isinstance(value, Growing):
                self._data[key] = value.whole()

    def _open(self, layer: Layer) -> None:
        self._layers.append(layer.journal)
        self._depth += layer.counted

    def _close(self, layer: Layer, *, keep: bool) -> None:
        before = self._layers.pop()
        self._depth -= layer.counted
        if not keep:
            self._undo(before)
        elif self._layers:
            outer = self._layers[-1]
            for key, value in before.items():
                outer.setdefault(key, value)

    def _undo(self, before: dict[bytes, Stored | None]) -> None:
        for key, value in before.items():
            if value is None:
                self._data.pop(key, None)
            else:
                self._data[key] = value
            self.typed.pop(key, None)
        self._dirty.update(before)


class Layer:
    """One open layer; used once, in a `with` statement."""

    __slots__ = ("_before", "_keep", "_state", "counted", "journal")

    def __init__(self, state: State, counted: int) -> None:
        self._state, self._keep, self.counted = state, True, counted
        self.journal: dict[bytes, Stored | None] = {}
        """What stood under each key written inside, before its first write here; for the state only."""
        self._before: dict[bytes, Entry | None] = {}

    @property
    def before(self) -> Mapping[bytes, Entry | None]:
        """What stood under each key written inside, before its first write here."""
        if len(self._before) < len(self.journal):  # keys are only ever added, and what stood there stays
            self._before = {key: _whole(value) for key, value in self.journal.items()}
        return self._before

    def __enter__(self) -> Layer:
        self._state._open(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._state._close(self, keep=self._keep and kind is None)

    def discard(self) -> None:
        """Undo everything at the end, although nothing fails."""
        self._keep = False

    def changes(self) -> dict[bytes, Entry | None]:
        """The keys whose values differ from when the layer was opened, with what stands there now."""
        before = self.before
        now = {key: self._state.entry(key) for key in before}
        return {key: value for key, value in now.items() if value != before[key]}
