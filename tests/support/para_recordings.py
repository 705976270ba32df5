"""The recordings of parachains, read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from node.conform.recording import Chain, Recording, read
from pallets.para.inbound_messages import BasicParachainInherentData, InboundMessagesData
from primitives.ids import ParaId
from primitives.scale.compact import decode_compact
from primitives.scale.derive import codec
from primitives.storage.state import State
from tests.support.recordings import FIXTURES

PATHS = {
    path.name.removesuffix(".json.xz"): path
    for folder in ("para", "random/para", "world", "random/world")
    for path in sorted((FIXTURES / folder).glob("*.json.xz"))
}
"""The files in which there are parachains, by name."""

ARGUMENTS = codec(tuple[BasicParachainInherentData, InboundMessagesData])
SET_VALIDATION_DATA = bytes((1, 0))


@cache
def recording(name: str) -> Recording:
    return read(PATHS[name])


class Course(NamedTuple):
    """One parachain of a recording."""

    name: str
    para: ParaId
    chain: Chain
    raw: tuple[dict[str, Any], ...]
    """The blocks' JSON, for what recordings of parachains have besides."""


def courses(name: str) -> Iterator[Course]:
    found = recording(name)
    for para, chain in found.paras:
        raw = found.raw["paras"][str(para)] if para else found.raw
        yield Course(f"{name} of {para or 1010}", ParaId(para or 1010), chain, tuple(raw["blocks"]))


def inherent_arguments(extrinsic: bytes) -> tuple[BasicParachainInherentData, InboundMessagesData]:
    """What `set_validation_data` is given, from the bytes of the extrinsic."""
    _, start = decode_compact(extrinsic, 0, 32)
    assert extrinsic[start + 1 : start + 3] == SET_VALIDATION_DATA
    return ARGUMENTS.decode(extrinsic[start + 3 :])


def apply(state: State, changes: Iterable[tuple[bytes, bytes | None]]) -> None:
    for key, value in changes:
        state.set(key, value)
