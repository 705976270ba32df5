"""The validation function: how the relay chain checks a block of a parachain without having its state.

It is given the head that the block is built on, and the block with the part of the parachain's state that
running it needs: a **witness**, as a compact proof. It runs the block on that and gives what the block puts
out. Everything about the block that is not as it should be is an `InvalidBlock`: a wrong parent or seal, a
witness of another state, an entry that the witness does not show, an outcome other than the block says.

| block data | |
|---|---|
| header | with the author's seal |
| compact number | of extrinsics |
| extrinsics | each behind its length |
| compact number | of items of the proof |
| items | each behind its length |

Upstream: cumulus/pallets/parachain-system/src/validate_block/implementation.rs
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pallets.para.aura import AURA_ENGINE_ID
from primitives.candidates import HeadData, ValidationCode
from primitives.crypto import verify_sr25519
from primitives.errors import InvalidBlock
from primitives.header import HEADER, Digest, Header, Seal
from primitives.ids import Hash
from primitives.record import Record, replace
from primitives.scale.codec import BYTES
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.storage.state import State
from primitives.storage.witness import WitnessState
from primitives.trie.compact_proof import decode_compact_proof, encode_compact_proof
from primitives.trie.proof import ProofError
from primitives.ump import UMP_SEPARATOR, UMP_SIGNAL, UMPSignal
from primitives.validation import ValidationParams, ValidationResult
from runtime.para import Para

ParaOver = Callable[[State], Para]
"""Makes the parachain's runtime over a state."""


class ParachainBlockData(Record):
    """A block with its witness.

    Upstream: cumulus/primitives/core/src/parachain_block_data.rs `ParachainBlockData`
    """

    header: Header

    extrinsics: tuple[bytes, ...]
    """Without their lengths."""

    storage_proof: tuple[bytes, ...]
    """Compact."""


_BLOCK_DATA = codec(ParachainBlockData)


def block_data(
    header: Header, extrinsics: tuple[bytes, ...], parent_root: Hash, witness: tuple[bytes, ...]
) -> bytes:
    """A block with its witness, in bytes; each extrinsic begins with its length, as blocks hold them."""
    bare = tuple(BYTES.decode(each) for each in extrinsics)
    return _BLOCK_DATA.encode(ParachainBlockData(header, bare, encode_compact_proof(parent_root, witness)))


def validate_block(para_over: ParaOver, params: ValidationParams) -> ValidationResult:
    """What a block puts out, if it is as it should be; raises `InvalidBlock`.

    Checked in this order: that block and parent can be read, that one is built on the other, that the witness
    is of the parent's state, the seal, the block itself; then whether the block was shown what the relay
    chain says it was.

    Upstream: cumulus/pallets/parachain-system/src/validate_block/implementation.rs `validate_block`
    """
    block, parent = _decoded(params)
    if block.header.parent_hash != parent.hash():
        raise InvalidBlock("parent of the block", parent.hash(), block.header.parent_hash)
    with _witnessed():
        nodes = decode_compact_proof(parent.state_root, block.storage_proof)
        para = para_over(WitnessState(parent.state_root, nodes, Para.state_version))
        header = check_seal(para, block.header)
        para.executive.execute_block(header, tuple(map(BYTES.encode, block.extrinsics)))
        check_relay_parent(para, params)
        return outputs(para, block.header)


def _decoded(params: ValidationParams) -> tuple[ParachainBlockData, Header]:
    try:
        return _BLOCK_DATA.decode(params.block_data), HEADER.decode(params.parent_head)
    except DecodeError as fault:
        raise InvalidBlock("block and parent head", "what can be read", fault) from None


@contextmanager
def _witnessed() -> Iterator[None]:
    """Whatever the witness does not show makes the block invalid."""
    try:
        yield
    except ProofError as fault:
        raise InvalidBlock("witness of the parachain's state", "all that the block needs", fault) from fault


def check_seal(para: Para, header: Header) -> Header:
    """The header as its author signed it: without the seal, which must be the author's whose turn it was.

    Upstream: cumulus/pallets/aura-ext/src/lib.rs `BlockExecutor::execute_block`
    """
    seals = [each for each in header.digest.logs if isinstance(each, Seal) and each.engine == AURA_ENGINE_ID]
    if len(seals) != 1:
        raise InvalidBlock("seals of the author", 1, len(seals))
    authors, slot_owner = para.aura_ext.authorities.get(), para.aura.find_author(header.digest)
    if slot_owner is None or slot_owner >= len(authors):
        raise InvalidBlock("author of the block", f"one of {len(authors)}", slot_owner)
    unsealed = replace(
        header, digest=Digest(tuple(each for each in header.digest.logs if each is not seals[0]))
    )
    if not verify_sr25519(seals[0].data, unsealed.hash(), authors[slot_owner]):
        raise InvalidBlock("seal", f"a signature by 0x{authors[slot_owner].hex()}", seals[0].data)
    return unsealed


def check_relay_parent(para: Para, params: ValidationParams) -> None:
    """Whether a block that has just run was shown what the relay chain says it was; raises `InvalidBlock`.

    Upstream: cumulus/pallets/parachain-system/src/validate_block/implementation.rs
    `validate_validation_data`
    """
    given = para.parachain_system.validation_data.get()
    assert given is not None  # the block would not have ended without
    if given.parent_head != params.parent_head:
        raise InvalidBlock("parent head that the block was shown", params.parent_head, given.parent_head)
    if given.relay_parent_number != params.relay_parent_number:
        raise InvalidBlock(
            "relay parent number that the block was shown",
            params.relay_parent_number,
            given.relay_parent_number,
        )
    if given.relay_parent_storage_root != params.relay_parent_storage_root:
        raise InvalidBlock(
            "relay parent root that the block was shown",
            params.relay_parent_storage_root,
            given.relay_parent_storage_root,
        )


def outputs(para: Para, header: Header) -> ValidationResult:
    """What a block that has just run puts out, as the relay chain is told; its head is this header."""
    info = para.parachain_system.collect_collation_info(header)
    code = info.new_validation_code
    return ValidationResult(
        head_data=HeadData(info.head_data),
        new_validation_code=None if code is None else ValidationCode(code),
        upward_messages=_with_signals(info.upward_messages),
        horizontal_messages=info.horizontal_messages,
        processed_downward_messages=info.processed_downward_messages,
        hrmp_watermark=info.hrmp_watermark,
    )


def _with_signals(messages: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The messages and, behind a separator if there are any, the signals, one of each kind.

    Upstream: cumulus/pallets/parachain-system/src/validate_block/scheduling.rs
    `SchedulingSignals::from_block_signals`
    """
    if UMP_SEPARATOR not in messages:
        return messages
    split = messages.index(UMP_SEPARATOR)
    found: dict[type[Record], UMPSignal] = {}
    for raw in messages[split + 1 :]:
        signal = _signal(raw)
        if found.setdefault(type(signal), signal) != signal:
            raise InvalidBlock("signals of one kind", found[type(signal)], signal)
    in_order = sorted(found.values(), key=lambda signal: UMP_SIGNAL.encode(signal)[0])
    signals = tuple(map(UMP_SIGNAL.encode, in_order))
    return (*messages[:split], UMP_SEPARATOR, *signals) if signals else messages[:split]


def _signal(raw: bytes) -> UMPSignal:
    try:
        signal: UMPSignal = UMP_SIGNAL.decode_at(raw, 0)[0]
    except DecodeError as fault:
        raise InvalidBlock("what stands behind the separator", "signals", fault) from None
    return signal
