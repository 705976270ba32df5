"""What storage costs above a dictionary: `python -m bench.storage`.

A storage key is a prefix, fixed for each item, and a hashed key. Both are remembered: the prefix for ever,
the keys of a map up to a number. A decoded value stays beside its bytes until these change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.codec import CHANNEL, CHANNEL_ID
from bench.timing import heading, medians, row, shown, times
from primitives.channels import HrmpChannel, HrmpChannelId
from primitives.hashing import blake2_128_concat, storage_prefix, twox_64_concat, twox_128
from primitives.ids import AccountId
from primitives.scale.codec import Codec
from primitives.scale.compact import encode_compact
from primitives.scale.derive import codec
from primitives.storage.state import State
from primitives.storage.views import Item, Keys, Map

CHANNELS = Item("Hrmp.HrmpChannels", storage_prefix("Hrmp", "HrmpChannels"), codec(HrmpChannel), None, None)
CHANNEL_KEYS: Keys[HrmpChannelId] = Keys(CHANNELS.prefix, (codec(HrmpChannelId),), ("Twox64Concat",))
ACCOUNT_KEYS: Keys[AccountId] = Keys(
    storage_prefix("System", "Account"), (codec(AccountId),), ("Blake2_128Concat",)
)
WHO = AccountId(b"\x0a" * 32)


def bench_keys(
    label: str, keys: Keys[Any], key: Any, layout: Codec[Any], hasher: Callable[[bytes], bytes]
) -> None:
    """From a typed key to a storage key: everything hashed, only the key hashed, nothing hashed."""
    pallet, item = (name.encode() for name in label.split("."))
    prefix = keys.prefix

    def from_nothing() -> bytes:
        return twox_128(pallet) + twox_128(item) + hasher(layout.encode(key))

    def prefix_known() -> bytes:
        return prefix + hasher(layout.encode(key))

    assert from_nothing() == prefix_known() == keys.of(key)
    nothing, known, remembered = medians(from_nothing, prefix_known, lambda: keys.of(key))
    row(f"key of {label}", shown(nothing), shown(known), shown(remembered), times(nothing / remembered))


def bench_reads() -> None:
    """One value of a map: decoded anew, decoded before, and the bytes alone."""
    state = State()
    channels: Map[HrmpChannelId, HrmpChannel] = Map(state, CHANNELS, CHANNEL_KEYS)
    channels[CHANNEL_ID] = CHANNEL
    key, typed = channels.storage_key(CHANNEL_ID), state.typed

    def decoding() -> object:
        typed.pop(key, None)
        return channels.get(CHANNEL_ID)

    assert decoding() == channels.get(CHANNEL_ID) == CHANNEL
    decoded, before, raw = medians(decoding, lambda: channels.get(CHANNEL_ID), lambda: state.get(key))
    heading("Reading an HrmpChannel", "decoded", "remembered", "bytes only", "faster")
    row("Map.get", shown(decoded), shown(before), shown(raw), times(decoded / before))


def bench_layers() -> None:
    """A write as such, in a layer, and in a layer that is undone."""
    state = State()
    channels: Map[HrmpChannelId, HrmpChannel] = Map(state, CHANNELS, CHANNEL_KEYS)

    def plain() -> None:
        channels[CHANNEL_ID] = CHANNEL

    def layered() -> None:
        with state.layer():
            channels[CHANNEL_ID] = CHANNEL

    def undone() -> None:
        with state.layer() as layer:
            channels[CHANNEL_ID] = CHANNEL
            layer.discard()

    alone, kept, dropped = medians(plain, layered, undone)
    heading("Writing an HrmpChannel", "as such", "in a layer", "undone")
    row("Map[key] = value", shown(alone), shown(kept), shown(dropped))


def bench_appends() -> None:
    """Adding elements to a sequence without reading it, as events are: for each, from none on."""
    heading("Adding elements of 64 bytes, each", "ours", "put together", "faster")
    element = bytes(64)
    for count in (10, 1_000, 10_000):

        def grow(count: int = count) -> None:
            state = State()
            for _ in range(count):
                state.append(CHANNELS.prefix, element)

        def put_together(count: int = count) -> None:
            state, sequence = State(), b""
            for number in range(count):
                sequence += element
                state.set(CHANNELS.prefix, encode_compact(number + 1) + sequence)

        ours, other = medians(grow, put_together)
        row(f"{count} elements", shown(ours / count), shown(other / count), times(other / ours))


def main() -> None:
    """Print the tables."""
    heading("Storage keys", "all hashed", "prefix known", "remembered", "faster")
    bench_keys("Hrmp.HrmpChannels", CHANNEL_KEYS, CHANNEL_ID, codec(HrmpChannelId), twox_64_concat)
    bench_keys("System.Account", ACCOUNT_KEYS, WHO, codec(AccountId), blake2_128_concat)
    bench_reads()
    bench_layers()
    bench_appends()


if __name__ == "__main__":
    main()
