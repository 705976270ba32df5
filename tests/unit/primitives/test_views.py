"""Views: how storage items are read, written and walked, and the keys they stand under."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from primitives.channels import HrmpChannel, HrmpChannelId
from primitives.errors import Defect
from primitives.hashing import blake2_128, storage_prefix, twox_64
from primitives.ids import AccountId, Hash, ParaId
from primitives.pallet import BLAKE2_128_CONCAT, IDENTITY, TWOX_64_CONCAT, Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U8, U16, U32
from primitives.scale.errors import EncodeError
from primitives.storage.state import State
from primitives.storage.views import DefaultMap, Item, Keys, Map, OptionValue, Value
from primitives.trie.trie import HashedValue
from runtime.relay import Relay

A, B = ParaId(2000), ParaId(2024)


class Pair(Record):
    one: U8
    two: U16


class Shelf(Pallet, prefix="Shelf"):
    count: Value[U32] = item(default=5)
    pair: OptionValue[Pair]
    row: Value[tuple[Pair, ...]] = item(default=())
    by_para: Map[ParaId, Pair]
    rows: DefaultMap[AccountId, tuple[U16, ...]] = item(default=(), hashers=(BLAKE2_128_CONCAT,))
    table: Map[tuple[ParaId, U16], U32] = item(hashers=(TWOX_64_CONCAT, IDENTITY))
    blobs: Map[U8, bytes] = item(hashers=("Blake2_128",))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(Frame(State()))


def key(name: str, *rest: bytes) -> bytes:
    return storage_prefix("Shelf", name) + b"".join(rest)


# ---------------------------------------------------------------------------------------------- single values


def test_an_absent_value_reads_as_its_default(shelf: Shelf) -> None:
    assert (shelf.count.get(), shelf.pair.get(), shelf.row.get()) == (5, None, ())
    assert not shelf.count.exists()
    assert len(shelf.state) == 0


def test_a_value_that_was_put_is_stored_even_if_it_is_the_default(shelf: Shelf) -> None:
    shelf.count.put(5)
    shelf.row.put(())
    assert shelf.state.entries() == {key("Count"): b"\x05\x00\x00\x00", key("Row"): b"\x00"}
    assert shelf.count.exists()
    assert shelf.row.exists()


def test_kill_makes_a_value_absent(shelf: Shelf) -> None:
    shelf.count.put(9)
    shelf.pair.put(Pair(1, 2))
    shelf.count.kill()
    shelf.pair.kill()
    shelf.pair.kill()
    assert (shelf.count.get(), shelf.pair.get(), len(shelf.state)) == (5, None, 0)


def test_take_reads_and_makes_absent(shelf: Shelf) -> None:
    shelf.count.put(9)
    shelf.pair.put(Pair(1, 2))
    assert (shelf.count.take(), shelf.count.take()) == (9, 5)
    assert (shelf.pair.take(), shelf.pair.take()) == (Pair(1, 2), None)
    assert len(shelf.state) == 0


def test_an_element_is_appended_to_a_value(shelf: Shelf) -> None:
    shelf.row.append(Pair(1, 2))
    assert shelf.row.get() == (Pair(1, 2),)
    shelf.row.append(Pair(3, 4))
    assert shelf.row.get() == (Pair(1, 2), Pair(3, 4))
    assert shelf.state.entries() == {key("Row"): bytes.fromhex("08010200030400")}


def test_only_sequences_are_appended_to(shelf: Shelf) -> None:
    with pytest.raises(AssertionError, match=r"Shelf\.Count is no sequence"):
        shelf.count.append(1)  # type: ignore[arg-type, misc]


# ------------------------------------------------------------------------------------------------------- maps


def test_a_map_reads_none_and_a_default_map_its_default(shelf: Shelf) -> None:
    assert shelf.by_para.get(A) is None
    assert shelf.rows[AccountId(b"a" * 32)] == ()
    assert A not in shelf.by_para


def test_an_entry_that_equals_the_default_is_stored(shelf: Shelf) -> None:
    alice = AccountId(b"a" * 32)
    shelf.rows[alice] = ()
    assert alice in shelf.rows
    assert shelf.state.entries() == {key("Rows", blake2_128(alice), alice): b"\x00"}


def test_remove_and_take_make_an_entry_absent(shelf: Shelf) -> None:
    alice = AccountId(b"a" * 32)
    shelf.by_para[A] = Pair(1, 2)
    shelf.rows[alice] = (1,)
    assert (shelf.by_para.take(A), shelf.by_para.take(A)) == (Pair(1, 2), None)
    assert (shelf.rows.take(alice), shelf.rows.take(alice)) == ((1,), ())
    shelf.by_para[A] = Pair(1, 2)
    shelf.by_para.remove(A)
    shelf.by_para.remove(A)
    assert len(shelf.state) == 0


def test_an_element_is_appended_to_an_entry(shelf: Shelf) -> None:
    alice = AccountId(b"a" * 32)
    shelf.rows.append(alice, 7)
    shelf.rows.append(alice, 8)
    assert shelf.rows[alice] == (7, 8)


def test_entries_are_walked_in_the_order_of_their_storage_keys(shelf: Shelf) -> None:
    for number in range(20):
        shelf.by_para[ParaId(number)] = Pair(number, number)
    in_order = sorted(range(20), key=lambda number: twox_64(number.to_bytes(4, "little")))
    assert list(shelf.by_para.keys()) == in_order
    assert list(shelf.by_para.items()) == [(number, Pair(number, number)) for number in in_order]
    assert in_order != list(range(20))


def test_entries_may_be_removed_while_they_are_walked(shelf: Shelf) -> None:
    for number in range(5):
        shelf.by_para[ParaId(number)] = Pair(number, 0)
    seen = []
    for entry in shelf.by_para.items():
        seen.append(entry)
        shelf.by_para.clear()
    assert len(seen) == 1


def test_a_map_is_cleared_without_its_neighbours(shelf: Shelf) -> None:
    shelf.by_para[A] = shelf.by_para[B] = Pair(1, 2)
    shelf.table[A, 1] = 1
    assert shelf.by_para.clear() == 2
    assert list(shelf.table.items()) == [((A, 1), 1)]


def test_a_key_of_two_parts_is_hashed_part_by_part(shelf: Shelf) -> None:
    shelf.table[A, 258] = 1
    para = A.to_bytes(4, "little")
    assert shelf.table.storage_key((A, 258)) == key("Table", twox_64(para), para, b"\x02\x01")
    assert list(shelf.table.keys()) == [(A, 258)]


def test_entries_are_removed_by_the_first_part_of_their_key(shelf: Shelf) -> None:
    for para, number in ((A, 1), (A, 2), (B, 1)):
        shelf.table[para, number] = number
    assert shelf.table.clear_beginning(A) == 2
    assert list(shelf.table.keys()) == [(B, 1)]


@pytest.mark.parametrize("wrong", [(), (A,), (A, 1, 2)])
def test_a_key_has_all_its_parts(shelf: Shelf, wrong: Any) -> None:
    with pytest.raises(EncodeError, match=f"^a key of 2 parts wanted, not of {len(wrong)}$"):
        shelf.table[wrong] = 1
    assert len(shelf.state) == 0


def test_a_hasher_that_does_not_keep_its_key_cannot_be_walked(shelf: Shelf) -> None:
    shelf.blobs[1] = b"x"
    assert shelf.state.entries() == {key("Blobs", blake2_128(b"\x01")): b"\x04x"}
    with pytest.raises(Defect, match="cannot be walked"):
        list(shelf.blobs.keys())


# --------------------------------------------------------------------------------------------- what is stored


def test_bytes_behind_a_value_are_ignored(shelf: Shelf) -> None:
    shelf.state.set(key("Pair"), bytes.fromhex("010200ffff"))
    assert shelf.pair.get() == Pair(1, 2)


def test_what_cannot_be_decoded_is_a_defect_that_names_the_item(shelf: Shelf) -> None:
    shelf.state.set(key("Pair"), b"\x01")
    with pytest.raises(Defect, match=r"^Shelf\.Pair holds what is no Pair: two: expected u16, found 0 bytes"):
        shelf.pair.get()


def test_a_key_that_cannot_be_decoded_is_a_defect_that_names_the_item(shelf: Shelf) -> None:
    shelf.state.set(key("ByPara", b"12345678", b"\x01"), bytes(3))
    for walk in (shelf.by_para.keys, shelf.by_para.items):
        with pytest.raises(Defect, match=r"^Shelf\.ByPara has the key 0x.*: value: expected u32"):
            list(walk())


def test_a_value_known_by_its_hash_is_a_defect() -> None:
    shelf = Shelf(Frame(State({key("Pair"): HashedValue(bytes(32), 40)})))
    assert shelf.pair.exists()
    with pytest.raises(Defect, match="known only by its hash"):
        shelf.pair.get()


def test_a_value_that_does_not_fit_is_refused_and_nothing_written(shelf: Shelf) -> None:
    with pytest.raises(EncodeError):
        shelf.count.put(2**32)
    with pytest.raises(EncodeError):
        shelf.by_para[A] = Pair(256, 0)
    assert len(shelf.state) == 0


WRITES: list[Callable[[Shelf], object]] = [
    lambda shelf: shelf.pair.put(Pair(3, 4)),
    lambda shelf: shelf.pair.kill(),
    lambda shelf: shelf.state.set(key("Pair"), b"\x03\x04\x00"),
    lambda shelf: shelf.state.set(key("Pair"), None),
    lambda shelf: shelf.state.clear_prefix(key("Pair")),
]


@pytest.mark.parametrize("write", WRITES, ids=["put", "kill", "set", "unset", "clear"])
def test_a_remembered_value_is_never_stale(shelf: Shelf, write: Callable[[Shelf], object]) -> None:
    shelf.pair.put(Pair(1, 2))
    assert shelf.pair.get() == Pair(1, 2)
    fork = Shelf(Frame(shelf.state.fork()))

    with suppress(ValueError), shelf.state.layer():
        write(shelf)
        assert shelf.pair.get() in (Pair(3, 4), None)
        assert fork.pair.get() == Pair(1, 2)
        raise ValueError
    assert shelf.pair.get() == Pair(1, 2)

    write(shelf)
    written = shelf.pair.get()
    assert written == Shelf(Frame(State(shelf.state.entries()))).pair.get()
    assert fork.pair.get() == Pair(1, 2)


def test_an_appended_sequence_is_never_stale(shelf: Shelf) -> None:
    shelf.row.append(Pair(1, 2))
    assert len(shelf.row.get()) == 1
    with suppress(ValueError), shelf.state.layer():
        shelf.row.append(Pair(3, 4))
        assert len(shelf.row.get()) == 2
        raise ValueError
    assert shelf.row.get() == (Pair(1, 2),)


# --------------------------------------------------------------------------------------- keys of a real chain


def test_keys_that_parachains_read() -> None:
    relay = Relay(State())
    channel = HrmpChannelId(A, B)
    relay.hrmp.hrmp_channels[channel] = HrmpChannel(1, 2, 3, 0, 0, None, 0, 0)  # type: ignore[arg-type]
    relay.dmp.downward_message_queue_heads[A] = Hash(bytes(32))
    assert {each.hex() for each in relay.state.entries()} == {
        "6a0da05ca59913bc38a8630590f2627cb6604cff828a6e3f579ca6c59ace013d8836f89287c82a24d0070000e8070000",
        "63f78c98723ddc9073523ef3beefda0c4d7fefc408aac59dbfe80a72ac8e3ce563f5a4efb16ffa83d0070000",
    }
    assert list(relay.hrmp.hrmp_channels.keys()) == [channel]


def test_a_view_can_be_made_by_hand() -> None:
    unbound: Item[int] = Item("A.B", storage_prefix("A", "B"), Relay.wire().codec(U32), None, None)
    view: Map[int, int] = Map(
        State(), unbound, Keys(unbound.prefix, (Relay.wire().codec(U32),), ("Identity",))
    )
    view[1] = 2
    assert list(view.items()) == [(1, 2)]
