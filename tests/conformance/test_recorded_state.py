"""Every entry and every event of ours that a real relay chain ever had decodes whole, and encodes back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from node.conform.recording import Chain, read
from node.conform.scope import Side
from pallets.session import Session
from pallets.system_items import EventRecord, Phase
from primitives.extrinsic import decode_extrinsic
from primitives.hashing import HASHERS, storage_prefix
from primitives.header import HEADER
from primitives.pallet import Pallet, RuntimeCall, storage_items
from primitives.record import Record
from primitives.scale.codec import U16, U32, Codec
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.storage.naming import RAW_KEYS, REMAINING_CAPACITY, STORAGE_VERSION
from runtime.relay import Relay
from tests.support.recordings import PATHS, every_relay_recording, relay_of, scope

PALLETS: tuple[type[Pallet], ...] = (*Relay.indices, Session)
EVENTS = storage_prefix("System", "Events")
CAPACITIES = (REMAINING_CAPACITY, storage_prefix("Ump", "RelayDispatchQueueSize"))
AMOUNTS: Codec[tuple[int, int]] = codec(tuple[U32, U32])
INDICES = {bytes((index,)) for index in Relay.indices.values()}


class Item(Record):
    """How the keys and values of one storage item are encoded."""

    name: str
    keys: tuple[tuple[Codec[Any], str], ...]
    value: Codec[Any]


@cache
def items() -> dict[bytes, Item]:
    """By the first 32 bytes of their keys: all items of our pallets, and the versions of their storage."""
    wire = Relay.wire()
    found = {
        storage_prefix(pallet.prefix, each.name): Item(
            f"{pallet.prefix}.{each.name}",
            tuple(zip(map(wire.codec, each.key_types), each.hashers, strict=True)),
            wire.codec(each.value_type),
        )
        for pallet in PALLETS
        for each in storage_items(pallet)
    }
    versions = {
        storage_prefix(pallet.prefix, STORAGE_VERSION): Item(f"{pallet.prefix}:version", (), codec(U16))
        for pallet in PALLETS
    }
    return found | versions


def entries(chain: Chain) -> Iterator[tuple[bytes, bytes]]:
    """All values that were ever there, each with one of the keys that it stood under; and all keys."""
    seen_keys, seen_values = set[bytes](), set[tuple[bytes, bytes]]()
    changes = [change for block in chain.blocks for step in block.steps for change in step.changes]
    forced = [change for block in chain.blocks for change in block.forced]
    for key, value in (*chain.before.items(), *changes, *forced):
        if value is None or (key in seen_keys and (key[:32], value) in seen_values):
            continue
        seen_keys.add(key)
        seen_values.add((key[:32], value))
        yield key, value


def again(layout: Codec[Any], raw: bytes) -> bytes:
    return layout.encode(layout.decode(raw))


def key_again(item: Item, key: bytes) -> bytes:
    """The key made anew from the parts read out of it."""
    made, at = key[:32], 32
    for layout, name in item.keys:
        hasher, length = HASHERS[name]
        assert length is not None, "no map of ours loses its keys"
        part, end = layout.decode_at(key, at + length)
        made, at = made + hasher(layout.encode(part)), end
    assert at == len(key), item.name
    return made


@every_relay_recording
def test_entries(name: str) -> None:
    counted = 0
    for key, value in entries(relay_of(read(PATHS[name]))):
        layout = AMOUNTS if key.startswith(CAPACITIES) else RAW_KEYS.get(key)
        if layout is not None:
            assert again(layout, value) == value, key
        item = items().get(key[:32])
        if item is None or key == EVENTS:
            assert item is not None or layout is not None or scope().side(key) is not Side.COMPARED, key.hex()
            continue
        counted += 1
        assert again(item.value, value) == value, item.name
        assert key_again(item, key) == key, item.name
    assert counted > 100


@every_relay_recording
def test_events(name: str) -> None:
    phase, layout = codec(Phase), Relay.wire().codec(EventRecord)
    blocks = relay_of(read(PATHS[name])).blocks
    events = {event for block in blocks for step in block.steps for event in step.events}
    ours = 0
    for raw in events:
        _, at = phase.decode_at(raw, 0)
        if raw[at : at + 1] in INDICES:
            ours += 1
            assert again(layout, raw) == raw
    assert ours >= 2


@every_relay_recording
def test_headers_and_inherents(name: str) -> None:
    call = Relay.wire().codec(RuntimeCall)
    for block in relay_of(read(PATHS[name])).blocks:
        for step in block.steps:
            if step.op == "initialize_block":
                assert again(HEADER, step.input) == step.input
            if step.op == "finalize_block":
                assert again(HEADER, step.output) == step.output
            if step.call in ("Timestamp.set", "ParaInherent.enter"):
                extrinsic = decode_extrinsic(step.input, call, Relay.extensions)
                assert extrinsic.signature is None
                assert call.encode(extrinsic.call) == extrinsic.call_bytes


def test_trailing_bytes_are_noticed() -> None:
    number = items()[storage_prefix("System", "Number")].value
    assert again(number, bytes(4)) == bytes(4)
    with pytest.raises(DecodeError):
        again(number, bytes(5))
