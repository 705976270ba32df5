"""Reading recordings: a broken one is refused with its name, the place, and what is wrong there."""

from __future__ import annotations

import copy
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from node.conform.recording import BadRecording, Recording, read
from node.conform.replay import out_of_scope
from tests.support.recordings import FIXTURES, PATHS
from tests.support.small_recordings import small_recording, write_recording

HASH = "0x" + "11" * 32

STEP: dict[str, Any] = {
    "op": "apply_extrinsic",
    "kind": "signed",
    "call": "System.remark",
    "input": "0x0102",
    "output": "0x0000",
    "result": {"ok": None},
    "changes": [["0x01", "0x02"], ["0x03", None]],
    "events": ["0x0400"],
}
BLOCK: dict[str, Any] = {
    "number": 1,
    "state_root": HASH,
    "state_root_before": HASH,
    "extrinsics": ["0x0102"],
    "forced": [["0x05", "0x06"]],
    "header": "0x07",
    "hash": HASH,
    "steps": [STEP],
}


def whole() -> dict[str, Any]:
    """One block with one step."""
    found = small_recording("small") | {
        "before": [["0x0a", "0x0b"]],
        "before_left_out": [["0x0c", 40, HASH]],
        "blocks": [BLOCK],
    }
    return copy.deepcopy(found)


def reading(folder: Path, data: object) -> Recording:
    return read(write_recording(folder / "small.json.xz", data))


def refusal(folder: Path, data: object) -> str:
    with pytest.raises(BadRecording) as caught:
        reading(folder, data)
    assert caught.value.name == "small.json.xz"
    return str(caught.value)


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


def test_a_recording_of_one_step(tmp_path: Path) -> None:
    recording = reading(tmp_path, whole())
    assert (recording.name, recording.kind, recording.paras) == ("small", "relay", ())
    chain = recording.relay
    assert chain is not None
    assert (chain.spec_name, chain.spec_version, chain.state_version) == ("paseo", 2003001, 1)
    assert (chain.before, chain.left_out) == ({b"\x0a": b"\x0b"}, ((b"\x0c", 40, b"\x11" * 32),))
    (block,) = chain.blocks
    assert (block.number, block.state_root, block.refused) == (1, b"\x11" * 32, None)
    assert (block.extrinsics, block.forced, block.header) == ((b"\x01\x02",), ((b"\x05", b"\x06"),), b"\x07")
    (step,) = block.steps
    assert (step.op, step.kind, step.call) == ("apply_extrinsic", "signed", "System.remark")
    assert (step.input, step.output, step.events) == (b"\x01\x02", bytes(2), (b"\x04\x00",))
    assert step.changes == ((b"\x01", b"\x02"), (b"\x03", None))


@pytest.mark.parametrize(
    ("file", "kind", "paras"),
    [
        (PATHS["relay_empty"], "relay", []),
        (FIXTURES / "para" / "para_empty.json.xz", "para", [0]),
        (PATHS["world"], "world", [1010, 2000]),
    ],
    ids=["relay", "para", "world"],
)
def test_kinds_of_recordings(file: Path, kind: str, paras: list[int]) -> None:
    recording = read(file)
    assert recording.kind == kind
    assert sorted(para for para, _ in recording.paras) == paras
    assert (recording.relay is None) == (kind == "para")
    assert out_of_scope(recording) is None


def with_splits(**changed: object) -> dict[str, Any]:
    """Two messages, the second of which may come as its hash."""
    messages = {"count": 2, "size": 4, "content": "byte 255 and the message's number, repeated"}
    split = {"full": 1, "hashed": 1, "verdict": "accepted"}
    return whole() | {"messages": messages, "splits": [split]} | changed


def test_ways_to_hand_messages_over_in_part(tmp_path: Path) -> None:
    chain = reading(tmp_path, with_splits()).relay
    assert chain is not None
    assert [(split.full, split.hashed, split.accepted) for split in chain.splits] == [(1, 1, True)]
    assert chain.split_messages == (b"\xff\x00" * 2, b"\xff\x01" * 2)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"splits": [{"full": 1, "hashed": 1, "verdict": "good"}]}, "verdict: expected accepted or panic"),
        ({"splits": [{"full": 1, "verdict": "panic"}]}, "splits[0]: 'hashed' is missing"),
        ({"messages": None}, ".messages: expected an object, found None"),
        ({"messages": {"count": 2, "size": 4, "content": "noise"}}, "messages.content: expected "),
        (
            {"messages": {**with_splits()["messages"], "size": 3}},
            "messages: expected at most 256 messages of an even size",
        ),
    ],
)
def test_ways_to_hand_messages_over_that_are_none(
    tmp_path: Path, changed: dict[str, object], reason: str
) -> None:
    assert reason in refusal(tmp_path, with_splits(**changed))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadRecording, match=r"small\.json\.xz: cannot be read: No such file"):
        read(tmp_path / "small.json.xz")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "truncated or no xz file"),
        (b"{}", "truncated or no xz file"),
        (lzma.compress(b"{}")[:-9], "truncated or no xz file"),
        (lzma.compress(b"{"), "is no JSON"),
        (lzma.compress(b"\xff\xfe"), "is no JSON"),
        (lzma.compress(b"[1, 2]"), "expected a JSON object, found list"),
        (lzma.compress(b"{}"), "expected format 1, found None"),
        (lzma.compress(json.dumps(whole() | {"format": 2}).encode()), "expected format 1, found 2"),
    ],
)
def test_files_that_are_no_recordings(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "small.json.xz"
    path.write_bytes(content)
    with pytest.raises(BadRecording, match=reason) as caught:
        read(path)
    assert str(caught.value).startswith("small.json.xz: ")


REQUIRED: list[tuple[tuple[str | int, ...], str]] = [
    ((), "name"),
    ((), "runtime"),
    ((), "genesis_hash"),
    ((), "before"),
    ((), "before_left_out"),
    ((), "blocks"),
    (("runtime",), "spec_name"),
    (("runtime",), "spec_version"),
    (("runtime",), "state_version"),
    (("blocks", 0), "number"),
    (("blocks", 0), "state_root_before"),
    (("blocks", 0), "steps"),
    (("blocks", 0, "steps", 0), "op"),
    (("blocks", 0, "steps", 0), "output"),
    (("blocks", 0, "steps", 0), "changes"),
    (("blocks", 0, "steps", 0), "events"),
]


@pytest.mark.parametrize(("path", "key"), REQUIRED)
def test_a_field_that_is_missing(tmp_path: Path, path: tuple[str | int, ...], key: str) -> None:
    data = whole()
    del at(data, path)[key]
    assert f"{key!r} is missing" in refusal(tmp_path, data)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("name",), 1, ".name: expected text, found 1"),
        (("runtime",), [], ".runtime: expected an object, found []"),
        (("runtime", "state_version"), True, ".runtime.state_version: expected a number, found True"),
        (("runtime", "spec_version"), -1, ".runtime.spec_version: expected a number, found -1"),
        (("genesis_hash",), "0x11", ".genesis_hash: expected 32 bytes, found '11'"),
        (("before", 0), ["0x01"], ".before: expected [key, value], found ['0x01']"),
        (("before", 0, 1), "0x1", ".before: expected 0x hex, found '0x1'"),
        (("before", 0, 0), None, ".before: expected 0x hex, found None"),
        (("before_left_out", 0), ["0x01", "2", HASH], "before_left_out: expected [key, length, hash]"),
        (("blocks",), {}, ".blocks: expected a list, found {}"),
        (("blocks", 0), 7, "blocks[0]: 'steps' is missing"),
        (("blocks", 0, "number"), "1", "blocks[0].number: expected a number, found '1'"),
        (("blocks", 0, "state_root"), "0x", "blocks[0].state_root: expected 32 bytes, found ''"),
        (("blocks", 0, "extrinsics", 0), "01", "blocks[0].extrinsics: expected 0x hex, found '01'"),
        (("blocks", 0, "forced", 0, 1), "0xzz", "blocks[0].forced: expected 0x hex, found '0xzz'"),
        (("description",), 5, ".description: expected text, found 5"),
        (("blocks", 0, "forced"), 5, "blocks[0].forced: expected a list, found 5"),
        (("blocks", 0, "refused"), True, "blocks[0].refused: expected text, found True"),
        (("blocks", 0, "steps", 0, "call"), 5, "blocks[0].steps[0].call: expected text, found 5"),
        (("blocks", 0, "steps", 0, "kind"), [], "blocks[0].steps[0].kind: expected text, found []"),
        (("blocks", 0, "steps", 0, "op"), "stop", "blocks[0].steps[0].op: expected initialize_block or"),
        (("blocks", 0, "steps", 0, "input"), "0x0", "blocks[0].steps[0].input: expected 0x hex"),
        (("blocks", 0, "steps", 0, "output"), None, "blocks[0].steps[0].output: expected 0x hex"),
        (("blocks", 0, "steps", 0, "changes", 0), "0x", "blocks[0].steps[0].changes: expected [key, value]"),
        (
            ("blocks", 0, "steps", 0, "changes", 0, 0),
            5,
            "blocks[0].steps[0].changes: expected 0x hex, found 5",
        ),
        (("blocks", 0, "steps", 0, "events", 0), "0xg0", "blocks[0].steps[0].events: expected 0x hex"),
    ],
)
def test_a_field_that_is_wrong(
    tmp_path: Path, path: tuple[str | int, ...], value: object, reason: str
) -> None:
    data = whole()
    at(data, path[:-1])[path[-1]] = value
    assert reason in refusal(tmp_path, data)


@pytest.mark.parametrize("para", ["abc", "-1", "1.5"])
def test_a_world_whose_paras_have_no_numbers(tmp_path: Path, para: str) -> None:
    data = {"format": 1, "name": "w", "order": [], "relay": whole(), "paras": {para: whole()}}
    assert ".paras: expected a para id" in refusal(tmp_path, data)


def test_long_values_are_shortened(tmp_path: Path) -> None:
    data = whole()
    data["genesis_hash"] = "z" * 1_000
    assert len(refusal(tmp_path, data)) < 150
