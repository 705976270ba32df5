"""Storage keys and values, read by hand."""

from __future__ import annotations

import enum

import pytest

from node.cli import main
from node.decode import parse_hex, tree
from node.errors import UserError
from primitives.channels import HrmpChannelId
from primitives.hashing import storage_prefix, twox_64_concat, twox_128
from primitives.ids import ParaId
from primitives.pallet import RuntimeCall, RuntimeEvent
from primitives.record import Record
from primitives.scale.derive import codec

Capture = pytest.CaptureFixture[str]

CHANNEL = HrmpChannelId(ParaId(1000), ParaId(2000))
CHANNEL_KEY = storage_prefix("Hrmp", "HrmpChannels") + twox_64_concat(codec(HrmpChannelId).encode(CHANNEL))
CHANNELS = tuple(storage_prefix("Hrmp", f"Hrmp{side}gressChannelsIndex") for side in ("In", "E"))


class Color(enum.Enum):
    Red = 1


class Pair(Record):
    name: bytes
    parts: tuple[Record, ...]


def test_a_key_is_named(capsys: Capture) -> None:
    status = main(["decode", CHANNEL_KEY.hex()])

    assert status == 0
    assert capsys.readouterr().out.splitlines()[0] == "Hrmp.HrmpChannels[1000 -> 2000]"


def test_a_value_is_read_by_its_declaration(capsys: Capture) -> None:
    key = CHANNELS[0] + twox_64_concat((2000).to_bytes(4, "little"))
    value = b"\x08" + (1000).to_bytes(4, "little") + (1002).to_bytes(4, "little")

    status = main(["decode", f"0x{key.hex()}", f"0x{value.hex()}"])

    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "Hrmp.HrmpIngressChannelsIndex[2000]",
        "key[0]: 2000",
        "value: [1000, 1002]",
    ]


def test_a_raw_key_has_its_value_as_it_is(capsys: Capture) -> None:
    main(["decode", b":code".hex(), "0x0061"])

    assert capsys.readouterr().out.splitlines() == [":code", "value: 0x0061"]


def test_a_value_that_is_nothing_but_bytes_is_read_too(capsys: Capture) -> None:
    status = main(["decode", b":intrablock_entropy".hex(), bytes(32).hex()])

    assert status == 0
    assert capsys.readouterr().out.splitlines()[1] == f"value: 0x{bytes(32).hex()}"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["0xabc"], "'0xabc' is no hex"),
        (["kusama"], "'kusama' is no hex"),
        (["z" * 99], "'" + "z" * 40 + "…' is no hex"),
        ([bytes(32).hex()], f"0x{bytes(32).hex()} is the key of an item that we do not declare"),
        ([(twox_128(b"Hrmp") + bytes(16)).hex()], "is a key of Hrmp, of an item that we do not declare"),
        ([CHANNEL_KEY[:-1].hex()], "Hrmp.HrmpChannels has no key that ends in 0x"),
        ([CHANNEL_KEY.hex(), "0x00"], "0x00 is no value of Hrmp.HrmpChannels[1000 -> 2000]"),
        ([CHANNEL_KEY.hex(), "value"], "'value' is no hex"),
        ([b":extrinsic_index".hex(), "0x00"], "0x00 is no value of :extrinsic_index"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(arguments: list[str], reason: str, capsys: Capture) -> None:
    status = main(["decode", *arguments])

    out, error = capsys.readouterr()
    assert status == 2
    assert out == ""
    assert error.startswith("crosslane: error: ")
    assert reason in error
    assert error.count("\n") == 1


def test_hex_may_do_without_its_mark() -> None:
    assert parse_hex("0x0a0B") == parse_hex("0A0b") == b"\x0a\x0b"


@pytest.mark.parametrize("text", ["0x0", "0x0g", "x00", "0x0x00"])
def test_other_text_is_no_hex(text: str) -> None:
    with pytest.raises(UserError):
        parse_hex(text)


def test_a_value_is_shown_whole_a_line_for_each_part() -> None:
    value = Pair(bytes(range(40)), (Pair(b"", ()),))

    assert list(tree(value, "value: ")) == [
        "value: Pair",
        f"  name: 0x{bytes(range(40)).hex()}",
        "  parts: 1 elements",
        "    [0]: Pair",
        "      name: 0x",
        "      parts: []",
    ]


def test_calls_and_events_are_shown_with_their_pallet() -> None:
    call = RuntimeCall("Hrmp", "hrmp_close_channel", (CHANNEL, Color.Red))

    assert list(tree(call)) == [
        "Hrmp.hrmp_close_channel",
        "  [0]: HrmpChannelId",
        "    sender: 1000",
        "    recipient: 2000",
        "  [1]: Red",
    ]
    assert list(tree(RuntimeEvent("Hrmp", CHANNEL), "event: "))[:2] == [
        "event: Hrmp.HrmpChannelId",
        "  sender: 1000",
    ]
