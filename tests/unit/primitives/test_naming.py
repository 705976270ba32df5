from __future__ import annotations

import enum
from typing import Any, ClassVar

from hypothesis import given
from hypothesis import strategies as st

from primitives.hashing import (
    blake2_128_concat,
    storage_prefix,
    twox_64_concat,
    twox_128,
    twox_256,
)
from primitives.ids import AccountId, BlockNumber, Hash, ParaId
from primitives.pallet import (
    BLAKE2_128_CONCAT,
    TWOX_64_CONCAT,
    Pallet,
    RuntimeCall,
    RuntimeEvent,
    item,
)
from primitives.record import Record
from primitives.scale.codec import U32, U128, Bits, Codec
from primitives.scale.derive import PLAIN, Wire, codec
from primitives.storage.naming import Names, short_hex, show
from primitives.storage.views import DefaultMap, Map, OptionValue, Value


class HrmpChannelId(Record):
    sender: ParaId
    recipient: ParaId


class HrmpChannel(Record):
    max_capacity: U32
    total_size: U32
    mqc_head: Hash | None


class Severity(enum.Enum):
    Low = 0
    High = 1


class Idle(Record, tag=0):
    """Nothing to do."""


class Task(Record, tag=2):
    UNNAMED: ClassVar[bool] = True

    para: ParaId


Work = Idle | Task


class AccountInfo(Record):
    nonce: U32
    free: U128


class Hrmp(Pallet, prefix="Hrmp"):
    hrmp_channels: Map[HrmpChannelId, HrmpChannel]
    hrmp_watermarks: Map[ParaId, BlockNumber]
    hrmp_open_channel_requests_list: Value[tuple[HrmpChannelId, ...]] = item(default=())
    hrmp_channel_digests: DefaultMap[ParaId, tuple[tuple[BlockNumber, tuple[ParaId, ...]], ...]] = item(
        default=()
    )


class System(Pallet, prefix="System"):
    account: Map[AccountId, AccountInfo] = item(hashers=(BLAKE2_128_CONCAT,))
    digested: Map[AccountId, bytes] = item(hashers=("Twox256",))
    pages: Map[tuple[ParaId, U32], bytes] = item(hashers=(TWOX_64_CONCAT, TWOX_64_CONCAT))
    votes: OptionValue[Bits]
    work: OptionValue[Work]
    included: OptionValue[tuple[()]]
    severities: Value[tuple[Severity, ...]] = item(default=())


NAMES = Names((Hrmp, System), PLAIN, others=("Babe",))

ALICE = AccountId(bytes.fromhex("88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee"))


def channel_key(sender: int, recipient: int) -> bytes:
    raw = codec(HrmpChannelId).encode(HrmpChannelId(ParaId(sender), ParaId(recipient)))
    return storage_prefix("Hrmp", "HrmpChannels") + twox_64_concat(raw)


def channel(total_size: int, head: Hash | None = None) -> bytes:
    return codec(HrmpChannel).encode(HrmpChannel(8, total_size, head))


class TestKeys:
    def test_an_item_without_a_key_is_pallet_and_item(self) -> None:
        key = storage_prefix("Hrmp", "HrmpOpenChannelRequestsList")

        assert str(NAMES.describe_key(key)) == "Hrmp.HrmpOpenChannelRequestsList"

    def test_a_pair_of_paras_is_an_arrow(self) -> None:
        name = NAMES.describe_key(channel_key(1000, 2000))

        assert (name.pallet, name.item) == ("Hrmp", "HrmpChannels")
        assert name.parts == (HrmpChannelId(ParaId(1000), ParaId(2000)),)
        assert str(name) == "Hrmp.HrmpChannels[1000 -> 2000]"

    def test_a_para_is_its_number(self) -> None:
        key = storage_prefix("Hrmp", "HrmpWatermarks") + twox_64_concat((2000).to_bytes(4, "little"))

        assert str(NAMES.describe_key(key)) == "Hrmp.HrmpWatermarks[2000]"

    def test_an_account_is_short_hex(self) -> None:
        key = storage_prefix("System", "Account") + blake2_128_concat(ALICE)

        assert str(NAMES.describe_key(key)) == "System.Account[0x88dc…b0ee]"

    def test_every_part_of_a_double_key_is_named(self) -> None:
        parts = twox_64_concat((2000).to_bytes(4, "little")) + twox_64_concat((3).to_bytes(4, "little"))

        assert str(NAMES.describe_key(storage_prefix("System", "Pages") + parts)) == "System.Pages[2000, 3]"

    def test_a_hasher_that_loses_the_key_leaves_its_hash(self) -> None:
        digest = twox_256(ALICE)
        name = NAMES.describe_key(storage_prefix("System", "Digested") + digest)

        assert name.parts == (digest,)
        assert str(name) == f"System.Digested[{short_hex(digest)}]"

    def test_a_key_with_a_wrong_hash_is_not_read(self) -> None:
        key = storage_prefix("Hrmp", "HrmpWatermarks") + bytes(8) + (2000).to_bytes(4, "little")

        assert str(NAMES.describe_key(key)) == "Hrmp.HrmpWatermarks[? 0x0000…0000]"

    def test_bytes_behind_a_key_are_not_overlooked(self) -> None:
        name = NAMES.describe_key(channel_key(1000, 2000) + b"\x07")

        assert name.parts == ()
        assert name.rest.endswith(b"\x07")

    def test_an_unknown_item_tells_its_pallet(self) -> None:
        key = storage_prefix("Babe", "NextRandomness")

        assert str(NAMES.describe_key(key)) == f"{short_hex(key)} (Babe)"
        assert str(NAMES.describe_key(twox_128(b"Nobody"))) == f"{short_hex(twox_128(b'Nobody'))} (unknown)"

    def test_the_storage_version_of_any_named_pallet_is_known(self) -> None:
        key = storage_prefix("Babe", ":__STORAGE_VERSION__:")

        assert str(NAMES.describe_key(key)) == "Babe.:__STORAGE_VERSION__:"
        assert NAMES.decode_value(key, b"\x04\x00") == 4

    def test_raw_keys_keep_their_names(self) -> None:
        assert str(NAMES.describe_key(b":extrinsic_index")) == ":extrinsic_index"
        assert str(NAMES.describe_key(b":code")) == ":code"
        assert NAMES.decode_value(b":extrinsic_index", b"\x02\x00\x00\x00") == 2
        assert NAMES.decode_value(b":code", b"\x00asm") == b"\x00asm"

    def test_the_remaining_capacity_names_its_para(self) -> None:
        key = b":relay_dispatch_queue_remaining_capacity" + (2000).to_bytes(4, "little")

        assert str(NAMES.describe_key(key)) == ":relay_dispatch_queue_remaining_capacity[2000]"
        assert NAMES.decode_value(key, bytes((174, 0, 0, 0, 5, 0, 0, 0))) == (174, 5)


class TestDifferences:
    def test_equal_bytes_do_not_differ(self) -> None:
        assert NAMES.difference(channel_key(1000, 2000), channel(911), channel(911)) == ()
        assert NAMES.difference(b"anything", None, None) == ()

    def test_only_the_field_that_differs_is_named(self) -> None:
        lines = NAMES.difference(channel_key(1000, 2000), channel(911), channel(912))

        assert lines == ("Hrmp.HrmpChannels[1000 -> 2000].total_size expected 911, found 912",)

    def test_every_field_that_differs_has_a_line(self) -> None:
        lines = NAMES.difference(channel_key(1, 2), channel(911), channel(912, Hash(bytes(31) + b"\x01")))

        assert lines == (
            "Hrmp.HrmpChannels[1 -> 2].total_size expected 911, found 912",
            "Hrmp.HrmpChannels[1 -> 2].mqc_head expected none, found 0x0000…0001",
        )

    def test_hashes_that_look_alike_tell_where_they_part(self) -> None:
        one, other = Hash(bytes(32)), Hash(bytes(16) + b"\x01" + bytes(15))
        lines = NAMES.difference(channel_key(1, 2), channel(1, one), channel(1, other))

        assert lines == (
            "Hrmp.HrmpChannels[1 -> 2].mqc_head expected 0x0000…0000, found 0x0000…0000, "
            "first differing byte 16",
        )

    def test_absent_against_present(self) -> None:
        key = channel_key(1000, 2000)
        shown = "HrmpChannel(max_capacity=8, total_size=911, mqc_head=none)"

        assert NAMES.difference(key, None, channel(911)) == (
            f"Hrmp.HrmpChannels[1000 -> 2000] expected absent, found {shown}",
        )
        assert NAMES.difference(key, channel(911), None) == (
            f"Hrmp.HrmpChannels[1000 -> 2000] expected {shown}, found absent",
        )

    def test_what_has_no_parts_is_present_or_absent(self) -> None:
        assert NAMES.difference(storage_prefix("System", "Included"), b"", None) == (
            "System.Included expected present, found absent",
        )

    def test_sequences_differ_by_length_and_place(self) -> None:
        key = storage_prefix("Hrmp", "HrmpChannelDigests") + twox_64_concat((7).to_bytes(4, "little"))
        digests = codec(tuple[tuple[U32, tuple[ParaId, ...]], ...])
        expected = digests.encode(((5, (ParaId(1), ParaId(2))), (6, ())))
        found = digests.encode(((5, (ParaId(1), ParaId(3))),))

        assert NAMES.difference(key, expected, found) == (
            "Hrmp.HrmpChannelDigests[7] length expected 2, found 1",
            "Hrmp.HrmpChannelDigests[7][0][1][1] expected 2, found 3",
            "Hrmp.HrmpChannelDigests[7][1] expected [6, []], found absent",
        )

    def test_another_arm_is_shown_whole(self) -> None:
        key = storage_prefix("System", "Work")

        assert NAMES.difference(key, b"\x00", b"\x02\xd0\x07\x00\x00") == (
            "System.Work expected Idle, found Task(2000)",
        )

    def test_enum_members_go_by_their_names(self) -> None:
        key = storage_prefix("System", "Severities")

        assert NAMES.difference(key, b"\x04\x00", b"\x04\x01") == (
            "System.Severities[0] expected Low, found High",
        )

    def test_what_does_not_decode_falls_back_to_bytes(self) -> None:
        lines = NAMES.difference(channel_key(1, 2), channel(1), channel(1)[:-1])

        assert lines == (
            "Hrmp.HrmpChannels[1 -> 2] (undecodable) expected 0x0800…0000, found 0x0800000001000000, "
            "first differing byte 8",
        )

    def test_unknown_keys_are_compared_as_bytes(self) -> None:
        assert NAMES.difference(b"?", b"\x01\x02", b"\x01\x03") == (
            "0x3f (unknown) expected 0x0102, found 0x0103, first differing byte 1",
        )

    def test_bits_are_one_value(self) -> None:
        key = storage_prefix("System", "Votes")

        assert NAMES.difference(key, b"\x10\x05", b"\x10\x07") == (
            "System.Votes expected bits 1010, found bits 1110",
        )


class TestEvents:
    """The layout of events is the chain's own; here a wire with two of them stands in."""

    def test_a_field_of_the_same_event_is_found(self) -> None:
        one = RuntimeEvent("Hrmp", HrmpChannel(8, 1, None))
        other = RuntimeEvent("Hrmp", HrmpChannel(8, 2, None))

        assert lines_between(one, other) == ("System.Latest.total_size expected 1, found 2",)

    def test_another_event_is_shown_whole(self) -> None:
        one, other = RuntimeEvent("Paras", Idle()), RuntimeEvent("Hrmp", Idle())

        assert lines_between(one, other) == ("System.Latest expected Paras.Idle, found Hrmp.Idle",)

    def test_calls_differ_by_argument_or_as_a_whole(self) -> None:
        one, other = RuntimeCall("Hrmp", "open", (1, 2)), RuntimeCall("Hrmp", "open", (1, 3))
        third = RuntimeCall("Hrmp", "close", ())

        assert lines_between(one, other) == ("System.Latest.args[1] expected 2, found 3",)
        assert lines_between(one, third) == ("System.Latest expected Hrmp.open(1, 2), found Hrmp.close()",)

    def test_more_than_was_expected(self) -> None:
        assert lines_between(RuntimeCall("Hrmp", "open", ()), RuntimeCall("Hrmp", "open", (5,))) == (
            "System.Latest.args length expected 0, found 1",
            "System.Latest.args[0] expected absent, found 5",
        )


class Latest(Pallet, prefix="System"):
    latest: OptionValue[RuntimeEvent]


def lines_between(one: Record, other: Record) -> tuple[str, ...]:
    known = {b"\x00": one, b"\x01": other}
    event_codec: Codec[Any] = Codec("RuntimeEvent", lambda _: b"", lambda data, at: (known[data], at + 1), 1)
    names = Names((Latest,), Wire("two events", replace={RuntimeEvent: event_codec}))
    return names.difference(storage_prefix("System", "Latest"), b"\x00", b"\x01")


class TestShow:
    def test_values_read_as_themselves(self) -> None:
        assert show(None) == "none"
        assert show(True) == "true"
        assert show(7) == "7"
        assert show("paseo") == "'paseo'"
        assert show(Severity.High) == "High"
        assert show((1, (2, None))) == "[1, [2, none]]"
        assert show((True, False, True)) == "bits 101"

    def test_bytes_are_hex_and_short(self) -> None:
        assert show(b"") == "0x"
        assert show(b"py/trsry") == "0x70792f7472737279"
        assert show(ALICE) == "0x88dc…b0ee"
        assert show(bytes(911)) == "0x0000…0000 (911 bytes)"

    def test_records_name_their_fields_where_upstream_does(self) -> None:
        assert show(AccountInfo(3, 10)) == "AccountInfo(nonce=3, free=10)"
        assert show(Task(ParaId(2000))) == "Task(2000)"
        assert show(Idle()) == "Idle"
        assert show(HrmpChannelId(ParaId(1), ParaId(2))) == "1 -> 2"
        assert show(NAMES.describe_key(channel_key(1, 2))) == "Hrmp.HrmpChannels[1 -> 2]"

    def test_calls_and_events_name_their_pallet(self) -> None:
        assert show(RuntimeCall("Hrmp", "hrmp_close_channel", (HrmpChannelId(ParaId(1), ParaId(2)),))) == (
            "Hrmp.hrmp_close_channel(1 -> 2)"
        )
        assert show(RuntimeEvent("Paras", Task(ParaId(5)))) == "Paras.Task(5)"

    def test_long_sequences_are_cut(self) -> None:
        shown = show(tuple(range(500)))

        assert shown.startswith("[0, 1, 2, ")
        assert shown.endswith(", 19, … 500 in all]")


PREFIXES = st.sampled_from(
    [
        storage_prefix("Hrmp", "HrmpChannels"),
        storage_prefix("Hrmp", "HrmpChannelDigests"),
        storage_prefix("System", "Digested"),
        storage_prefix("System", "Pages"),
        storage_prefix("System", "Votes"),
        storage_prefix("System", "Work"),
        storage_prefix("Babe", "Anything"),
        b":relay_dispatch_queue_remaining_capacity",
        b":heappages",
        channel_key(1000, 2000),
        b"",
    ]
)
KEYS = st.builds(lambda prefix, rest: prefix + rest, PREFIXES, st.binary(max_size=48))
VALUES = st.none() | st.binary(max_size=64) | st.builds(channel, st.integers(0, 2**32 - 1))


@given(key=KEYS, expected=VALUES, found=VALUES)
def test_any_key_and_any_values_can_be_shown(key: bytes, expected: bytes | None, found: bytes | None) -> None:
    name = str(NAMES.describe_key(key))
    lines = NAMES.difference(key, expected, found)

    assert (lines == ()) == (expected == found)
    assert all(line.startswith(name) for line in lines)


@given(key=KEYS, raw=st.binary(max_size=64))
def test_any_value_is_decoded_or_given_back(key: bytes, raw: bytes) -> None:
    assert show(NAMES.decode_value(key, raw))
