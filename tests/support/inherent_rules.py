"""What becomes of an inherent, told from its arguments and the state before it: the rules once more, without
the pallet that has them.

A `Verdict` names what an `InvalidBlock` is about, be it raised when the inherent runs, when the block ends or
when the relay chain looks at what the block was shown. Or it says why the inherent is none the worse.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pallets.para.inbound_messages import (
    AbridgedDownwardMessages,
    AbridgedHrmpMessages,
    BasicParachainInherentData,
    InboundMessagesData,
)
from pallets.para.parachain_system import ParachainSystem
from primitives import relay_keys
from primitives.channels import HrmpChannelId
from primitives.ids import ParaId
from primitives.record import replace
from primitives.scale.compact import encode_compact
from primitives.scale.derive import codec
from primitives.trie.proof import ProofError, ProofReader
from primitives.validation import PersistedValidationData

Arguments = tuple[BasicParachainInherentData, InboundMessagesData]
NO_HEAD = bytes(32)


class Verdict(NamedTuple):
    """What becomes of an inherent."""

    refused: str | None
    """What the `InvalidBlock` is about; None if it is taken."""

    why_taken: str = ""


class Before(NamedTuple):
    """What the rules look at, as it is before the inherent."""

    para: ParaId
    last_relay_number: int
    downward_head: bytes
    horizontal_heads: dict[int, bytes]
    size_limit: int


def before(pallet: ParachainSystem, number: ParaId) -> Before:
    return Before(
        number,
        pallet.last_relay_chain_block_number.get(),
        pallet.last_dmq_mqc_head.get(),
        dict(pallet.last_hrmp_mqc_heads.get()),
        pallet.messages_collection_size_limit(),
    )


def verdict(known: Before, honest: Arguments, given: Arguments) -> Verdict:
    """The first rule that an inherent breaks; `honest` is the one that it was made from."""
    data, messages = given
    reader, fault = shown_or_fault(known, data)
    if reader is None:
        return Verdict(fault)
    channels = {sender: head_of_channel(reader, known.para, sender) for sender in senders(reader, known.para)}
    longest = {sender: longest_of_channel(reader, known.para, sender) for sender in channels}
    expected = reader.get(relay_keys.dmq_mqc_head(known.para)) or NO_HEAD
    refused = (
        downward_fault(known.downward_head, expected, messages.downward_messages)
        or horizontal_fault(known, channels, longest, messages.horizontal_messages)
        or parent_fault(honest[0].validation_data, data.validation_data)
    )
    return Verdict(refused) if refused else Verdict(None, why_taken(honest, given))


# The proof.


def shown_or_fault(known: Before, data: BasicParachainInherentData) -> tuple[ProofReader | None, str]:
    """The proof, if everything can be read from it that has to be."""
    shown = data.validation_data
    if shown.relay_parent_number < known.last_relay_number:
        return None, "relay parent number"
    try:
        reader = ProofReader(shown.relay_parent_storage_root, data.relay_chain_state.trie_nodes)
    except ProofError:
        return None, "relay chain state proof"
    for what, key, needed in looked_up(reader, known.para):
        try:
            found = reader.get(key)
        except ProofError:
            return None, f"{what} in the relay chain state proof"
        if needed and found is None:
            state = "relay chain state proof" if what == "included head" else "relay chain's state"
            return None, f"{what} in the {state}"
    return reader, ""


def looked_up(reader: ProofReader, para: ParaId) -> Iterator[tuple[str, bytes, bool]]:
    """What is looked up, in its order: its name, its key, and whether it must be there."""
    yield "slot", relay_keys.CURRENT_SLOT, True
    yield "included head", relay_keys.para_head(para), True
    yield "upgrade go-ahead signal", relay_keys.upgrade_go_ahead_signal(para), False
    yield "upgrade restriction signal", relay_keys.upgrade_restriction_signal(para), False
    yield "host configuration", relay_keys.ACTIVE_CONFIG, True
    yield "downward queue head", relay_keys.dmq_mqc_head(para), False
    capacity = relay_keys.relay_dispatch_queue_remaining_capacity(para)
    yield "remaining capacity of the upward queue", capacity, False
    if reader.get(capacity) is None:
        yield "size of the upward queue", relay_keys.relay_dispatch_queue_size(para), False
    yield "ingress index", relay_keys.hrmp_ingress_channel_index(para), False
    yield "egress index", relay_keys.hrmp_egress_channel_index(para), False
    for sender in senders(reader, para):
        yield f"channel from {sender} to {para}", channel_key(sender, para), True
    for recipient in PARAS.decode(reader.get(relay_keys.hrmp_egress_channel_index(para)) or b"\x00"):
        yield f"channel from {para} to {recipient}", channel_key(para, recipient), True


def senders(reader: ProofReader, para: ParaId) -> tuple[ParaId, ...]:
    return PARAS.decode(reader.get(relay_keys.hrmp_ingress_channel_index(para)) or b"\x00")


def channel_key(sender: ParaId, recipient: ParaId) -> bytes:
    return relay_keys.hrmp_channels(HrmpChannelId(sender, recipient))


def head_of_channel(reader: ProofReader, para: ParaId, sender: ParaId) -> bytes:
    """Behind five numbers of four bytes, a head that may be there or not."""
    raw = reader.get(channel_key(sender, para)) or b""
    return raw[21:53] if raw[20] else NO_HEAD


def longest_of_channel(reader: ProofReader, para: ParaId, sender: ParaId) -> int:
    return int.from_bytes((reader.get(channel_key(sender, para)) or b"")[8:12], "little")


PARAS = codec(tuple[ParaId, ...])


# Messages.


def blake2(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=32).digest()


def hash_of(message: bytes) -> bytes:
    return blake2(encode_compact(len(message)) + message)


def extended(head: bytes, rows: Iterable[tuple[int, bytes]]) -> bytes:
    """A head with messages behind it, given as times and hashes."""
    for sent_at, hashed in rows:
        head = blake2(head + sent_at.to_bytes(4, "little") + hashed)
    return head


def downward_fault(head: bytes, expected: bytes, messages: AbridgedDownwardMessages) -> str | None:
    full, hashed = messages.full_messages, messages.hashed_messages
    if hashed and not full:
        return "downward messages given whole"
    found = extended(head, ((each.sent_at, hash_of(each.msg)) for each in full))
    found = extended(found, ((each.sent_at, each.msg_hash) for each in hashed))
    return None if found == expected else "downward queue head after the messages given"


def horizontal_fault(
    known: Before, channels: dict[ParaId, bytes], longest: dict[ParaId, int], messages: AbridgedHrmpMessages
) -> str | None:
    full, hashed = messages.full_messages, messages.hashed_messages
    if hashed:
        first = hashed[0][0]
        if first not in channels:
            return "sender of a horizontal message"
        if sum(len(each.data) for _, each in full) + longest[first] <= known.size_limit:
            return "bytes of horizontal messages given whole"
        if not full:
            return "horizontal messages given whole"
    rows = [(each.sent_at, sender, hash_of(each.data)) for sender, each in full]
    rows += [(each.sent_at, sender, each.msg_hash) for sender, each in hashed]
    for one, other in zip([(0, 0, b""), *rows], rows, strict=False):
        if other[:2] < one[:2]:
            return "horizontal message by arrival and sender"
        if other[1] not in channels:
            return "sender of a horizontal message"
    for sender, expected in channels.items():
        theirs = ((sent_at, hashed) for sent_at, who, hashed in rows if who == sender)
        if extended(known.horizontal_heads.get(sender, NO_HEAD), theirs) != expected:
            return f"head of the channel from {sender} after the messages given"
    return None


# What is found later, or never.


def parent_fault(honest: PersistedValidationData, given: PersistedValidationData) -> str | None:
    if given.parent_head != honest.parent_head:
        return "parent head that the block was shown"
    if given.relay_parent_number != honest.relay_parent_number:
        return "relay parent number that the block was shown"
    return None


def why_taken(honest: Arguments, given: Arguments) -> str:
    """By which rule an inherent is as good as the honest one; raises if there is none."""
    (data, messages), (other, others) = honest, given
    nodes, other_nodes = set(data.relay_chain_state.trie_nodes), set(other.relay_chain_state.trie_nodes)
    reasons = {
        "nobody looks at max_pov_size": data.validation_data != other.validation_data,
        "nodes are a set": nodes == other_nodes and given == honest,
        "nobody looks that node up": nodes != other_nodes,
        "no descendants are wanted": data.relay_parent_descendants != other.relay_parent_descendants,
        "an author may name any node": data.collator_peer_id != other.collator_peer_id,
        "some come as hashes, and again": others != messages,
    }
    rest = replace(
        other,
        relay_chain_state=data.relay_chain_state,
        validation_data=replace(other.validation_data, max_pov_size=data.validation_data.max_pov_size),
        relay_parent_descendants=data.relay_parent_descendants,
        collator_peer_id=data.collator_peer_id,
    )
    found = [reason for reason, holds in reasons.items() if holds]
    if len(found) != 1 or rest != data:
        raise AssertionError(f"an inherent is taken, and there is no rule that says so: {found}")
    return found[0]
