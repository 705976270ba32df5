"""Every message in the recordings: those that the real runtimes could read come out of our reader and writer
as they went in, and those that they called corrupt are corrupt to us.

Messages are taken from where chains keep them: downward and horizontal queues of the relay chain, and the
pages of message queues on either side. What the runtime made of a message is told by the events of its
message queue, which name it by its hash. Some messages are malformed on purpose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from node.conform.recording import Chain, read
from pallets.message_queue_items import Page, peek_index
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.hashing import blake2_256, storage_prefix
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from tests.support.recorded_metadata import recorded_metadata
from xcm.reading import Unconvertible
from xcm.versions import decode_versioned_xcm, encode_versioned_xcm, versioned_xcm_end

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FOLDERS = ("relay", "para", "random/relay", "random/para", "world", "random/world")
FILES = {path.name.partition(".")[0]: path for folder in FOLDERS for path in (FIXTURES / folder).glob("*.xz")}

DOWNWARD = storage_prefix("Dmp", "DownwardMessageQueues")
HORIZONTAL = storage_prefix("Hrmp", "HrmpChannelContents")
PAGES = storage_prefix("MessageQueue", "Pages")

VERSIONED = b"\x00"
"""The first byte of a horizontal page of messages with their versions, one after the other."""

CORRUPT, UNSUPPORTED = 1, 2
"""Why a message queue gives up on a message, as its event tells."""

every_file = pytest.mark.parametrize("name", FILES)


def chains_of(name: str) -> list[tuple[str, Chain]]:
    recording = read(FILES[name])
    paras = [("para", chain) for _, chain in recording.paras]
    return paras if recording.relay is None else [("relay", recording.relay), *paras]


def stored(chain: Chain) -> Iterator[tuple[bytes, bytes]]:
    """Every entry that the chain ever had, with each of its values."""
    yield from chain.before.items()
    for block in chain.blocks:
        for key, value in (*block.forced, *(change for step in block.steps for change in step.changes)):
            if value is not None:
                yield key, value


def messages_in(key: bytes, value: bytes) -> Iterator[bytes]:
    if key.startswith(DOWNWARD):
        yield from (each.msg for each in codec(tuple[InboundDownwardMessage, ...]).decode(value))
    elif key.startswith(HORIZONTAL):
        for message in codec(tuple[InboundHrmpMessage, ...]).decode(value):
            yield from split(message.data)
    elif key.startswith(PAGES):
        page = codec(Page).decode(value)
        places = range(page.first_index + page.remaining + 100)
        items = (peek_index(page, place) for place in places)
        yield from (item.message for item in items if item is not None)


def split(page: bytes) -> Iterator[bytes]:
    """The messages of a horizontal page; what is no message ends it."""
    at = 1
    while page[:1] == VERSIONED and at < len(page):
        try:
            end = versioned_xcm_end(page, at)
        except DecodeError:
            yield page[at:]
            return
        yield page[at:end]
        at = end


def verdicts(side: str, chain: Chain) -> dict[bytes, int]:
    """What became of messages, by their hash: 0 if they were executed, else why not."""
    index = recorded_metadata(side).indices["MessageQueue"]
    found: dict[bytes, int] = {}
    for event in (event for block in chain.blocks for step in block.steps for event in step.events):
        body = event[5:] if event[0] == 0 else event[1:]
        if body[0] == index and body[1] == 0:
            found[body[2:34]] = body[-2]  # the error, before the empty list of topics
        elif body[0] == index and body[1] == 1:
            found[body[2:34]] = 0
    return found


@cache
def messages(name: str) -> dict[bytes, int | None]:
    """All messages of a recording, with what became of them if that is known."""
    found: dict[bytes, int | None] = {}
    for side, chain in chains_of(name):
        known = verdicts(side, chain)
        for message in {each for entry in stored(chain) for each in messages_in(*entry)}:
            verdict = known.get(blake2_256(message))
            found[message] = found.get(message) if verdict is None else verdict
    return found


def outcome(message: bytes) -> str:
    """What our reader makes of a message; what it reads, it writes as it was."""
    try:
        version, program = decode_versioned_xcm(message)
    except DecodeError:
        return "corrupt"
    except Unconvertible:
        return "unconvertible"
    assert encode_versioned_xcm(version, program) == message
    return f"version {version}"


@every_file
def test_messages_are_read_as_the_real_runtime_read_them(name: str) -> None:
    for message, verdict in messages(name).items():
        read_as = outcome(message)
        if verdict == 0:
            assert read_as.startswith("version"), message.hex()
        elif verdict == CORRUPT:
            assert read_as == "corrupt", message.hex()
        elif verdict == UNSUPPORTED:
            assert read_as != "corrupt", message.hex()


def test_the_recordings_hold_messages_of_every_kind() -> None:
    everything = {message: verdict for name in FILES for message, verdict in messages(name).items()}
    kinds = Counter(outcome(message) for message in everything)
    known = Counter(verdict for verdict in everything.values())
    assert kinds == {"version 5": 2062, "version 4": 1177, "version 3": 192, "corrupt": 375}
    assert (known[CORRUPT], known[UNSUPPORTED]) == (374, 109)
    assert known[0] > 1000
    assert sum(count for verdict, count in known.items() if verdict is not None) > sum(kinds.values()) / 2
