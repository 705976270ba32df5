"""The scope of a replay: which keys are compared, which are given, and files that do not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.conform.scope import BadScope, Line, Scope, Side, prefix_of
from primitives.hashing import storage_prefix, twox_128

GOOD = """
[[compared]]
items = ["Hrmp.*", "System.Account", ":extrinsic_index"]
reason = "ours"

[[given]]
items = ["System.*", "Hrmp.HrmpWatermarks"]
reason = "not ours"

[[given]]
items = ["Babe.*"]
reason = "block production"

[[input]]
what = "randomness"
reason = "of Babe"
"""


def load(folder: Path, text: str) -> Scope:
    path = folder / "scope.toml"
    path.write_text(text)
    return Scope.load(path)


@pytest.mark.parametrize(
    ("key", "side"),
    [
        (storage_prefix("Hrmp", "HrmpChannels"), Side.COMPARED),
        (storage_prefix("Hrmp", "HrmpChannels") + bytes(24), Side.COMPARED),
        (storage_prefix("Hrmp", "HrmpWatermarks") + bytes(12), Side.GIVEN),
        (storage_prefix("System", "Account") + bytes(48), Side.COMPARED),
        (storage_prefix("System", "Number"), Side.GIVEN),
        (twox_128(b"Babe"), Side.GIVEN),
        (storage_prefix("Paras", "Heads"), Side.UNKNOWN),
        (twox_128(b"Hrmp")[:15], Side.UNKNOWN),
        (b":extrinsic_index", Side.COMPARED),
        (b":extrinsic_index2", Side.UNKNOWN),
        (b":extrinsic", Side.UNKNOWN),
        (b"", Side.UNKNOWN),
    ],
)
def test_sides(tmp_path: Path, key: bytes, side: Side) -> None:
    assert load(tmp_path, GOOD).side(key) is side


def test_the_summary_tells_every_line_with_its_reason(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).summary() == (
        "compared: Hrmp.*, System.Account, :extrinsic_index (ours)",
        "given: System.*, Hrmp.HrmpWatermarks (not ours)",
        "given: Babe.* (block production)",
        "input: randomness (of Babe)",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[compared", "scope.toml cannot be read"),
        ('[[compared]]\nitems = ["Hrmp.*"]', "an entry of [[compared]] lacks 'items' or 'reason'"),
        ('[[given]]\nreason = "why"', "an entry of [[given]] lacks 'items' or 'reason'"),
        ('[[given]]\nitems = []\nreason = "why"', "an entry of [[given]] lacks 'items' or 'reason'"),
        ('[[input]]\nitems = ["x"]\nreason = "why"', "an entry of [[input]] lacks 'what' or 'reason'"),
        ('[[given]]\nitems = ["Hrmp"]\nreason = "why"', "'Hrmp' is neither Pallet.*, Pallet.Item nor :key"),
        ('[[given]]\nitems = [".Item"]\nreason = "why"', "'.Item' is neither"),
        ('[[given]]\nitems = ["Hrmp."]\nreason = "why"', "'Hrmp.' is neither"),
        (
            '[[given]]\nitems = ["A.B"]\nreason = "x"\n[[compared]]\nitems = ["A.B"]\nreason = "y"',
            "A.B is on both",
        ),
        ("compared = 5", "[[compared]] is no list of entries"),
        ("compared = [5]", "[[compared]] is no list of entries"),
        ('[[given]]\nitems = [5]\nreason = "why"', "an entry of [[given]] lacks 'items' or 'reason'"),
        ('[[given]]\nitems = 5\nreason = "why"', "an entry of [[given]] lacks 'items' or 'reason'"),
        ("[[gvien]]\nitems = []", "there is no side 'gvien'"),
    ],
)
def test_files_that_say_nothing_one_could_go_by(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadScope) as caught:
        load(tmp_path, text)
    assert reason in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadScope, match=r"nothing\.toml cannot be read"):
        Scope.load(tmp_path / "nothing.toml")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "scope.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadScope, match="cannot be read"):
        Scope.load(path)


def test_an_item_twice_on_one_side_is_no_fault() -> None:
    line = Line(("Hrmp.*", "Hrmp.*"), "ours")
    assert Scope((line, line), (), ()).side(storage_prefix("Hrmp", "HrmpChannels")) is Side.COMPARED


def test_prefixes() -> None:
    assert prefix_of("Hrmp.*") == twox_128(b"Hrmp")
    assert prefix_of("Hrmp.HrmpChannels") == storage_prefix("Hrmp", "HrmpChannels")
    assert prefix_of(":code") == b":code"


def test_the_scope_of_this_repository() -> None:
    scope = Scope.load()
    assert all(line.reason for line in (*scope.compared, *scope.given, *scope.inputs))
    assert scope.side(storage_prefix("Hrmp", "HrmpChannels")) is Side.COMPARED
    assert scope.side(storage_prefix("Babe", "NextRandomness")) is Side.GIVEN
