"""Mutants of the inherent of a parachain's block: each differs from the honest one in one place.

An element is a field of the validation data, a node of the proof, a message whole or as its hash, or the
order of those. It is flipped, dropped, repeated, exchanged with its neighbour, or cut short. Where exactly,
chance says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple, TypeVar

from pallets.para.inbound_messages import (
    AbridgedDownwardMessages,
    AbridgedHrmpMessages,
    BasicParachainInherentData,
    HashedMessage,
    InboundMessagesData,
    StorageProof,
)
from primitives import mqc
from primitives.extrinsic import encode_extrinsic
from primitives.hashing import blake2_256
from primitives.header import NO_HASH, Digest, Header
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.record import Record, replace
from runtime.para import Para
from tests.support.para_recordings import ARGUMENTS, SET_VALIDATION_DATA, inherent_arguments

Rows = tuple[Any, ...]
Arguments = tuple[BasicParachainInherentData, InboundMessagesData]
T = TypeVar("T")

BYTE_CHANGES = 8
"""Mutants of an inherent's bytes, whatever they mean."""


class Mutant(NamedTuple):
    """An inherent that is not the honest one."""

    element: str
    change: str
    extrinsics: tuple[bytes, ...]
    """What stands in the block in place of the one inherent."""


def as_extrinsic(arguments: Arguments) -> bytes:
    return around(SET_VALIDATION_DATA + ARGUMENTS.encode(arguments))


def around(call: bytes) -> bytes:
    """An unsigned extrinsic with this call."""
    return encode_extrinsic(call, None, Para.extensions)


def mutants(extrinsic: bytes, random: Random) -> Iterator[Mutant]:
    """All mutants of an inherent, those left out that chance made the same as the honest one."""
    arguments = inherent_arguments(extrinsic)
    for element, change, changed in (*of_data(arguments, random), *of_messages(arguments, random)):
        made = as_extrinsic(changed)
        if made != extrinsic:
            yield Mutant(element, change, (made,))
    for change, made in of_bytes(ARGUMENTS.encode(arguments), random):
        yield Mutant("bytes of the inherent", change, (made,))
    yield Mutant("inherent", "dropped", ())
    yield Mutant("inherent", "repeated", (extrinsic, extrinsic))


# What is shown of the relay chain.

Changed = Iterator[tuple[str, str, Arguments]]


def of_data(arguments: Arguments, random: Random) -> Changed:
    data, messages = arguments
    for element, change, basic in (
        *of_validation_data(data, random),
        *of_nodes(data, random),
        *of_the_rest(data),
    ):
        yield element, change, (basic, messages)


def of_validation_data(
    data: BasicParachainInherentData, random: Random
) -> Iterator[tuple[str, str, BasicParachainInherentData]]:
    given = data.validation_data

    def field(name: str, change: str, value: object) -> tuple[str, str, BasicParachainInherentData]:
        return name, change, replace(data, validation_data=replace(given, **{name: value}))

    yield field("parent_head", "flipped", flipped(given.parent_head, random))
    yield field("parent_head", "cut short", given.parent_head[:-1])
    yield field("parent_head", "dropped", b"")
    number, root = given.relay_parent_number, given.relay_parent_storage_root
    yield field("relay_parent_number", "flipped", number ^ 1 << random.randrange(32))
    yield field("relay_parent_number", "next", number + 1)
    yield field("relay_parent_number", "dropped", 0)
    yield field("relay_parent_storage_root", "flipped", Hash(flipped(root, random)))
    yield field("relay_parent_storage_root", "dropped", NO_HASH)
    other = Hash(blake2_256(random.choice(data.relay_chain_state.trie_nodes)))
    yield field("relay_parent_storage_root", "another node", other)
    yield field("max_pov_size", "flipped", given.max_pov_size ^ 1 << random.randrange(32))


def of_nodes(
    data: BasicParachainInherentData, random: Random
) -> Iterator[tuple[str, str, BasicParachainInherentData]]:
    nodes = data.relay_chain_state.trie_nodes
    for change, changed in rows_changed(nodes, lambda node: flipped(node, random), lambda node: node[:-1]):
        yield "proof node", change, replace(data, relay_chain_state=StorageProof(changed))
    yield "proof", "dropped", replace(data, relay_chain_state=StorageProof(()))
    made_up = replace(data, relay_chain_state=StorageProof((*nodes, random.randbytes(40))))
    yield "proof", "with a node of no use", made_up


def of_the_rest(
    data: BasicParachainInherentData,
) -> Iterator[tuple[str, str, BasicParachainInherentData]]:
    header = Header(NO_HASH, 1, NO_HASH, NO_HASH, Digest())
    yield "relay_parent_descendants", "one made up", replace(data, relay_parent_descendants=(header,))
    yield "collator_peer_id", "made up", replace(data, collator_peer_id=b"somebody")
    yield "collator_peer_id", "too long", replace(data, collator_peer_id=bytes(65))


# Messages.


def of_messages(arguments: Arguments, random: Random) -> Changed:
    data, messages = arguments
    for element, change, down in of_downward(messages.downward_messages, random):
        yield element, change, (data, replace(messages, downward_messages=down))
    for element, change, across in of_horizontal(messages.horizontal_messages, random):
        yield element, change, (data, replace(messages, horizontal_messages=across))


def of_downward(
    given: AbridgedDownwardMessages, random: Random
) -> Iterator[tuple[str, str, AbridgedDownwardMessages]]:
    full, hashed = given.full_messages, given.hashed_messages
    for change, rows in rows_changed(
        full,
        lambda each: replace(each, msg=flipped(each.msg, random)),
        lambda each: replace(each, msg=each.msg[:-1]),
        lambda each: with_time(each, random),
    ):
        yield "downward message", change, replace(given, full_messages=rows)
    for change, rows in of_hashes(hashed, random):
        yield "hash of a downward message", change, replace(given, hashed_messages=rows)
    for place in range(len(full)):
        behind = tuple(HashedMessage(row.sent_at, mqc.message_hash(row.msg)) for row in full[place:])
        split = AbridgedDownwardMessages(full[:place], (*behind, *hashed))
        yield "downward messages", "more of them as hashes", split
    made_up = HashedMessage(BlockNumber(1), Hash(random.randbytes(32)))
    yield "hash of a downward message", "made up", replace(given, hashed_messages=(*hashed, made_up))


def of_horizontal(
    given: AbridgedHrmpMessages, random: Random
) -> Iterator[tuple[str, str, AbridgedHrmpMessages]]:
    full, hashed = given.full_messages, given.hashed_messages
    for change, rows in rows_changed(
        full,
        lambda row: (row[0], replace(row[1], data=flipped(row[1].data, random))),
        lambda row: (row[0], replace(row[1], data=row[1].data[:-1])),
        lambda row: (row[0], with_time(row[1], random)),
        lambda row: (ParaId(row[0] ^ 1 << random.randrange(32)), row[1]),
    ):
        yield "horizontal message", change, replace(given, full_messages=rows)
    for change, rows in rows_changed(
        hashed,
        lambda row: (row[0], replace(row[1], msg_hash=Hash(flipped(row[1].msg_hash, random)))),
        None,
        lambda row: (row[0], with_time(row[1], random)),
        lambda row: (ParaId(row[0] ^ 1 << random.randrange(32)), row[1]),
    ):
        yield "hash of a horizontal message", change, replace(given, hashed_messages=rows)
    for place in range(len(full)):
        behind = tuple(
            (sender, HashedMessage(row.sent_at, mqc.message_hash(row.data))) for sender, row in full[place:]
        )
        split = AbridgedHrmpMessages(full[:place], (*behind, *hashed))
        yield "horizontal messages", "some of them as hashes", split
    sender = full[-1][0] if full else ParaId(2000)
    made_up = (sender, HashedMessage(BlockNumber(2**32 - 1), Hash(random.randbytes(32))))
    yield "hash of a horizontal message", "made up", replace(given, hashed_messages=(*hashed, made_up))


def of_hashes(rows: Rows, random: Random) -> Iterator[tuple[str, Rows]]:
    return rows_changed(
        rows,
        lambda each: replace(each, msg_hash=Hash(flipped(each.msg_hash, random))),
        None,
        lambda each: with_time(each, random),
    )


def with_time(message: Any, random: Random) -> Record:
    """A message that says it was taken in at another time."""
    changed: Record = replace(message, sent_at=BlockNumber(message.sent_at ^ 1 << random.randrange(32)))
    return changed


# Changes of rows and bytes.

Change = Callable[[Any], Any]


def rows_changed(
    rows: Rows,
    flip: Change,
    cut: Change | None,
    time: Change | None = None,
    sender: Change | None = None,
) -> Iterator[tuple[str, Rows]]:
    """Each row changed in each of these ways, dropped, repeated, and exchanged with the next; then the rows
    cut off behind the first, and all dropped.
    """
    ways = {"flipped": flip, "cut short": cut, "with another time": time, "with another sender": sender}
    for place, row in enumerate(rows):
        before, behind = rows[:place], rows[place + 1 :]
        for name, change in ways.items():
            if change is not None:
                yield name, (*before, change(row), *behind)
        yield "dropped", (*before, *behind)
        yield "repeated", (*before, row, row, *behind)
        if behind:
            yield "exchanged with the next", (*before, behind[0], row, *behind[1:])
    if len(rows) > 2:
        yield "all but the first dropped", rows[:1]
    if len(rows) > 1:
        yield "all dropped", ()


def flipped(raw: bytes, random: Random) -> bytes:
    """With one bit turned; a byte, if there is none."""
    if not raw:
        return b"\x01"
    found = bytearray(raw)
    found[random.randrange(len(found))] ^= 1 << random.randrange(8)
    return bytes(found)


def of_bytes(arguments: bytes, random: Random) -> Iterator[tuple[str, bytes]]:
    call = SET_VALIDATION_DATA + arguments
    honest = around(call)
    yield "one byte more", around(call + b"\x00")
    yield "wrong length", bytes((honest[0] ^ 4,)) + honest[1:]
    yield (
        "wrong version",
        around(call).replace(b"\x04" + SET_VALIDATION_DATA, b"\x05" + SET_VALIDATION_DATA, 1),
    )
    for _ in range(BYTE_CHANGES):
        yield "flipped", around(SET_VALIDATION_DATA + flipped(arguments, random))
        yield "cut short", around(call[: random.randrange(len(call))])
