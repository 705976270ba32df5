"""Recordings of one empty chain, folders of them, and replayers that know the result beforehand."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from node import manifest
from node.conform.recording import Recording
from node.conform.results import CaseResult, StepResult
from node.conform.scope import Scope

OnBlock = Callable[[int, int], None]

SCOPE = """
[[compared]]
items = ["Hrmp.*"]
reason = "ours"

[[given]]
items = ["Babe.*"]
reason = "block production"
"""

RUNTIME = {"spec_name": "paseo", "spec_version": 2003001, "state_version": 1}
ZEROS = "0x" + "00" * 32


def small_recording(name: str) -> dict[str, Any]:
    """A relay chain without entries and blocks."""
    return {
        "format": 1,
        "name": name,
        "description": f"the story of {name}",
        "runtime": RUNTIME,
        "genesis_hash": ZEROS,
        "before": [],
        "before_left_out": [],
        "blocks": [],
    }


def write_recording(path: Path, data: object = None) -> Path:
    """A file with this content, or with a small recording under its own name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = data if data is not None else small_recording(path.name.removesuffix(".json.xz"))
    path.write_bytes(lzma.compress(json.dumps(content).encode()))
    return path


def small_corpus(folder: Path, *names: str) -> Path:
    """A sealed folder of recordings, such as `relay/one`."""
    folder.mkdir()
    (folder / "scope.toml").write_text(SCOPE)
    for name in names:
        write_recording(folder / f"{name}.json.xz")
    seal(folder)
    return folder


def seal(folder: Path) -> None:
    """Write the folder's manifest."""
    (folder / manifest.MANIFEST).write_text(manifest.make(folder))


def steps(*differences: str) -> tuple[StepResult, ...]:
    """A block of two steps and its root; the second step differs in these."""
    return (
        StepResult(1, 0, 0, "initialize_block", ""),
        StepResult(1, 0, 1, "apply_extrinsic", "Hrmp.force_open_hrmp_channel", differences, given=True),
        StepResult(1, 0, 2, "state_root", ""),
    )


def result_of(recording: Recording, *differences: str) -> CaseResult:
    return CaseResult(recording.name, recording.path, recording.description, steps(*differences), 0.5)


def passing(recording: Recording, scope: Scope, on_block: OnBlock | None = None) -> CaseResult:
    """Everything is as recorded."""
    if on_block is not None:
        on_block(1, 1)
    return result_of(recording)


def differing(recording: Recording, scope: Scope, on_block: OnBlock | None = None) -> CaseResult:
    """Twelve things differ."""
    return result_of(recording, *(f"Hrmp.Thing{number} expected 1, found 2" for number in range(12)))


def defective(recording: Recording, scope: Scope, on_block: OnBlock | None = None) -> CaseResult:
    """The recording called `bad` meets a mistake of ours."""
    if recording.name == "bad":
        raise ZeroDivisionError("a share of nothing")
    return result_of(recording)


def dying(recording: Recording, scope: Scope, on_block: OnBlock | None = None) -> CaseResult:
    """The process ends at once, as one does that gets no more memory."""
    os._exit(3)


def all_in_scope(recording: Recording) -> str | None:
    """Every recording can be replayed."""
    return None


def none_in_scope(recording: Recording) -> str | None:
    """None can."""
    return "its pallets are not there yet"
