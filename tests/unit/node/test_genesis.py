"""Roots and hashes from chain specs and recordings, and what a runtime states of its layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from node.cli import main
from node.genesis import BadChainSpec, HasChildTries, genesis_hash, read_chain_spec
from node.runtime_version import COMPRESSED, WASM, Unreadable, custom_sections, layout_of
from primitives.scale.compact import encode_compact
from primitives.trie.layout import EMPTY_ROOT, StateVersion
from primitives.trie.oracle import slow_root
from tests.support.small_recordings import small_recording, write_recording

Capture = pytest.CaptureFixture[str]

ENTRIES = {b":code": b"no wasm", b"long": bytes(range(64)), b"short": b"x"}
INTERFACES = bytes(8) + bytes(4)


def name(text: str) -> bytes:
    return encode_compact(len(text)) + text.encode()


def version_section(tail: bytes, apis: int = 0) -> bytes:
    numbers = b"".join(number.to_bytes(4, "little") for number in (2, 2003001, 0))
    return name("paseo") + name("parity-paseo") + numbers + encode_compact(apis) + INTERFACES * apis + tail


def section(kind: int, content: bytes) -> bytes:
    size = len(content)
    return bytes((kind, size & 127 | 128, size >> 7 & 127)) + content


def wasm(version: bytes) -> bytes:
    named = bytes((len(b"runtime_version"),)) + b"runtime_version" + version
    return WASM + section(1, bytes(200)) + section(0, b"\x04name") + section(0, named)


def write_spec(path: Path, entries: dict[bytes, bytes], **raw: Any) -> Path:
    top = {f"0x{key.hex()}": f"0x{value.hex()}" for key, value in entries.items()}
    path.write_text(json.dumps({"genesis": {"raw": {"top": top, "childrenDefault": {}} | raw}}))
    return path


# -------------------------------------------------------------------------------------- chain specs


@pytest.mark.parametrize("layout", list(StateVersion), ids=lambda layout: str(layout.name))
def test_root_and_hash_in_the_layout_asked_for(tmp_path: Path, capsys: Capture, layout: StateVersion) -> None:
    spec = write_spec(tmp_path / "spec.json", ENTRIES)

    status = main(["genesis", str(spec), "--layout", layout.name.lower()])

    root = slow_root(ENTRIES, layout)
    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "entries       3",
        f"layout        {layout.name.lower()} (as asked)",
        f"state root    0x{root.hex()}",
        f"genesis hash  0x{genesis_hash(root).hex()}",
    ]


def test_the_layout_is_what_the_runtime_states(tmp_path: Path, capsys: Capture) -> None:
    entries = ENTRIES | {b":code": wasm(version_section(bytes(4) + b"\x01"))}

    main(["genesis", str(write_spec(tmp_path / "spec.json", entries))])

    out = capsys.readouterr().out
    assert "layout        v1 (as paseo 2003001 states)\n" in out
    assert f"state root    0x{slow_root(entries, StateVersion.V1).hex()}\n" in out


def test_both_layouts_are_shown_where_the_runtime_does_not_tell(tmp_path: Path, capsys: Capture) -> None:
    spec = write_spec(tmp_path / "spec.json", ENTRIES)

    main(["genesis", str(spec)])

    out = capsys.readouterr().out
    assert "unknown: `:code` is no Wasm module; choose with --layout v0 or --layout v1" in out
    assert f"v0 state root    0x{slow_root(ENTRIES, StateVersion.V0).hex()}\n" in out
    assert f"v1 state root    0x{slow_root(ENTRIES, StateVersion.V1).hex()}\n" in out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is no JSON"),
        ("[]", "no raw chain spec"),
        ('{"genesis": {"runtime": {}}}', "no raw chain spec: there is no 'raw'"),
        ('{"genesis": {"raw": {}}}', "there is no 'top'"),
        ('{"genesis": {"raw": {"top": {"3a": "0x00"}}}}', "expected 0x hex, found '3a'"),
        ('{"genesis": {"raw": {"top": {"0x3a": "0x0"}}}}', "expected 0x hex, found '0x0'"),
        ('{"genesis": {"raw": {"top": {"0x3a": 1}}}}', "expected 0x hex, found '1'"),
        ('{"genesis": {"raw": {"top": {"0xaa": "0x", "0xAA": "0x"}}}}', "a key twice"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_what_is_no_raw_chain_spec_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "spec.json"
    path.write_text(text)

    with pytest.raises(BadChainSpec, match=reason):
        read_chain_spec(path)


def test_child_tries_are_refused(tmp_path: Path) -> None:
    spec = write_spec(tmp_path / "spec.json", ENTRIES, childrenDefault={"0x00": {"0x01": "0x02"}})

    with pytest.raises(HasChildTries):
        read_chain_spec(spec)


def test_roots_of_child_tries_are_refused(tmp_path: Path) -> None:
    spec = write_spec(tmp_path / "spec.json", {b":child_storage:default:x": bytes(32)})

    with pytest.raises(HasChildTries):
        read_chain_spec(spec)


# ---------------------------------------------------------------------------------- what a runtime states


@pytest.mark.parametrize(
    ("tail", "layout"),
    [
        (b"", StateVersion.V0),
        (bytes(4), StateVersion.V0),
        (bytes(4) + b"\x00", StateVersion.V0),
        (bytes(4) + b"\x01", StateVersion.V1),
        (bytes(4) + b"\x02", StateVersion.V1),
    ],
    ids=["oldest", "with-transaction-version", "stated-v0", "stated-v1", "beyond"],
)
@pytest.mark.parametrize("apis", [0, 3])
def test_a_missing_state_version_is_zero(tail: bytes, layout: StateVersion, apis: int) -> None:
    assert layout_of(wasm(version_section(tail, apis)))[0] == layout


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (None, "no entry `:code`"),
        (COMPRESSED + bytes(9), "compressed"),
        (b"", "no Wasm module"),
        (WASM, "no section runtime_version"),
        (WASM + section(1, bytes(9))[:-1], "cut short"),
        (WASM + b"\x00\x80", "cut short"),
        (WASM + b"\x00\xff\xff\xff\xff\xff", "more than 32 bits"),
        (wasm(b"\x14pase"), "does not decode"),
        (wasm(version_section(bytes(3))), "does not decode"),
    ],
)
def test_a_runtime_that_does_not_tell_its_layout(code: bytes | None, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        layout_of(code)


def test_only_custom_sections_have_names() -> None:
    module = WASM + section(1, b"\x01x") + section(0, b"\x01yz")

    assert list(custom_sections(module)) == [(b"y", b"z")]


# ---------------------------------------------------------------------------------------- recordings


def recorded_block(state_root_before: bytes, forced: list[list[str]]) -> dict[str, Any]:
    return {
        "number": 1,
        "state_root_before": f"0x{state_root_before.hex()}",
        "forced": forced,
        "steps": [],
    }


def test_the_root_of_a_recording_is_compared(tmp_path: Path, capsys: Capture) -> None:
    root = slow_root({b"a": b"1", b"b": b"2"}, StateVersion.V1)
    recording = small_recording("small") | {
        "before": [["0x61", "0x31"], ["0x63", "0x33"]],
        "genesis_hash": f"0x{genesis_hash(root).hex()}",
        "blocks": [recorded_block(root, [["0x62", "0x32"], ["0x63", None]])],  # type: ignore[list-item]
    }

    status = main(["genesis", str(write_recording(tmp_path / "small.json.xz", recording))])

    out = capsys.readouterr().out
    assert status == 0
    assert f"with forced   0x{root.hex()} as recorded\n" in out
    assert "it is the hash of block 0 with the forced writes" in out


def test_a_root_that_differs_gives_status_one(tmp_path: Path, capsys: Capture) -> None:
    recording = small_recording("small") | {"blocks": [recorded_block(bytes(32), [])]}

    status = main(["genesis", str(write_recording(tmp_path / "small.json.xz", recording))])

    out = capsys.readouterr().out
    assert status == 1
    assert "NOT as recorded" in out
    assert "does not follow from this state" in out


def test_a_broken_recording_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "broken.json.xz"
    path.write_bytes(b"no xz")

    assert main(["genesis", str(path)]) == 2
    assert capsys.readouterr().err.startswith("crosslane: error: broken.json.xz: is truncated or no xz file")


def test_the_hash_of_block_zero_covers_nothing_but_the_state() -> None:
    root = bytes(range(32))

    assert genesis_hash(root) != genesis_hash(bytes(32))
    assert EMPTY_ROOT.hex() == "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"


@pytest.mark.parametrize(
    "wrong",
    [
        {"runtime": {"spec_name": "paseo", "spec_version": 1, "state_version": 7}},
        {"runtime": {"spec_name": "paseo", "spec_version": 1, "state_version": 0}},
        {"before_left_out": [["0x61", 99, "0x00"]]},
        {"before_left_out": [["0x61", 1, "0x" + "00" * 32]]},
    ],
    ids=["no-layout", "hash-in-v0", "short-hash", "short-value"],
)
def test_a_state_that_makes_no_trie_is_one_line(tmp_path: Path, capsys: Capture, wrong: Any) -> None:
    left_out = {"before_left_out": [["0x61", 99, "0x" + "00" * 32]]}

    path = write_recording(tmp_path / "s.json.xz", small_recording("s") | left_out | wrong)

    status = main(["genesis", str(path)])

    assert status == 2
    assert capsys.readouterr().err.startswith("crosslane: error: the recorded state makes no trie: ")
