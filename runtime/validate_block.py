"""The validation function: how the relay chain checks blocks of a parachain without having its state.

It is given the head that they are built on, and the blocks with the part of the parachain's state that
running them needs: a **witness**. It runs them on that and gives what they put out, as one. Everything that
is not as it should be is an `InvalidBlock`: a wrong parent or seal, a witness of another state, an entry that
the witness does not show, an outcome other than a block says.

Upstream: cumulus/pallets/parachain-system/src/validate_block/implementation.rs
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pallets.para.aura import AURA_ENGINE_ID
from pallets.para.cumulus_digest import find_block_bundle_info, is_last_block_in_core
from pallets.para.parachain_system_items import CollationInfo
from pallets.system import CODE
from primitives.crypto import verify_sr25519
from primitives.errors import InvalidBlock
from primitives.header import HEADER, Digest, Header, Seal
from primitives.host_configuration import MAX_HEAD_DATA_SIZE
from primitives.record import Record, replace
from primitives.scale.errors import DecodeError
from primitives.storage.state import State
from primitives.storage.witness import WitnessState
from primitives.trie.compact_proof import decode_compact_proof
from primitives.trie.proof import ProofError
from primitives.ump import UMP_SEPARATOR, UMP_SIGNAL, UMPSignal
from primitives.validation import ValidationParams, ValidationResult
from runtime.block_data import Block, ParachainBlockData
from runtime.parachain import ParachainRuntime

ParaOver = Callable[[State], ParachainRuntime]
"""Makes the parachain's runtime over a state."""


def validate_block(para_over: ParaOver, params: ValidationParams) -> ValidationResult:
    """What blocks put out, if they are as they should be; raises `InvalidBlock`.

    Checked in this order: that blocks and parent can be read, that each is built on the other, that the
    witness is of the parent's state; then for each block its seal, its outcome, and whether it was shown what
    the relay chain says it was.

    Upstream: cumulus/pallets/parachain-system/src/validate_block/implementation.rs `validate_block`
    """
    data, parent = _decoded(params)
    _check_chain(data.blocks, parent)
    with _witnessed():
        nodes = decode_compact_proof(parent.state_root, data.proof)
        state = WitnessState(parent.state_root, nodes, ParachainRuntime.state_version)
        infos = [_run(para_over(state), block, params, len(data.blocks)) for block in data.blocks]
    return _as_one(infos)


def _decoded(params: ValidationParams) -> tuple[ParachainBlockData, Header]:
    try:
        return ParachainBlockData.decode(params.block_data), HEADER.decode(params.parent_head)
    except DecodeError as fault:
        raise InvalidBlock("blocks and parent head", "what can be read", fault) from None


def _check_chain(blocks: tuple[Block, ...], parent: Header) -> None:
    """Each block is built on the one before; and if there are several, says which of them it is.

    Upstream: cumulus/pallets/parachain-system/src/validate_block/implementation.rs `verify_blocks_form_chain`
    """
    if not blocks:
        raise InvalidBlock("blocks", "at least one", 0)
    is_bundle = find_block_bundle_info(blocks[0].header.digest) is not None
    if not is_bundle and len(blocks) > 1:
        raise InvalidBlock("blocks that say nothing of a bundle", 1, len(blocks))
    before = parent
    for place, block in enumerate(blocks):
        if block.header.parent_hash != before.hash():
            raise InvalidBlock(f"parent of block {place}", before.hash(), block.header.parent_hash)
        size = len(HEADER.encode(block.header))
        if size > MAX_HEAD_DATA_SIZE:
            raise InvalidBlock(f"bytes of the header of block {place}", MAX_HEAD_DATA_SIZE, size)
        if is_bundle:
            _check_place(block.header.digest, place, is_last=place + 1 == len(blocks))
        before = block.header


def _check_place(digest: Digest, place: int, *, is_last: bool) -> None:
    found = find_block_bundle_info(digest)
    if found is None or found.index != place:
        raise InvalidBlock(
            f"place in the bundle of block {place}", place, None if found is None else found.index
        )
    if is_last_block_in_core(digest) != is_last:
        raise InvalidBlock(f"block {place} says that it is the last", is_last, not is_last)


def _run(para: ParachainRuntime, block: Block, params: ValidationParams, count: int) -> CollationInfo:
    """Run one of so many blocks on the state that the runtime is over, and give what it puts out."""
    header = check_seal(para, block.header)
    with para.state.frame() as run:
        para.executive.execute_block(header, block.whole_extrinsics())
    if count > 1 and CODE in run.changes():
        raise InvalidBlock("blocks where one changes the code", 1, count)
    check_relay_parent(para, params)
    return para.parachain_system.collect_collation_info(block.header)


@contextmanager
def _witnessed() -> Iterator[None]:
    """Whatever the witness does not show makes the block invalid."""
    try:
        yield
    except ProofError as fault:
        raise InvalidBlock("witness of the parachain's state", "all that the block needs", fault) from fault


def check_seal(para: ParachainRuntime, header: Header) -> Header:
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


def check_relay_parent(para: ParachainRuntime, params: ValidationParams) -> None:
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


def outputs(para: ParachainRuntime, header: Header) -> ValidationResult:
    """What a block that has just run puts out, as the relay chain is told; its head is this header."""
    return _as_one([para.parachain_system.collect_collation_info(header)])


def _as_one(infos: list[CollationInfo]) -> ValidationResult:
    """What blocks put out, one after the other, as if it were one block."""
    last, messages, signals = infos[-1], list[bytes](), list[bytes]()
    for info in infos:
        sent = info.upward_messages
        split = sent.index(UMP_SEPARATOR) if UMP_SEPARATOR in sent else len(sent)
        messages += sent[:split]
        signals += (each for each in sent[split + 1 :] if each != UMP_SEPARATOR)
    codes = [info.new_validation_code for info in infos if info.new_validation_code is not None]
    across = (each for info in infos for each in info.horizontal_messages)
    return ValidationResult(
        head_data=last.head_data,
        new_validation_code=codes[0] if codes else None,
        upward_messages=(*messages, *_merged(signals)),
        horizontal_messages=tuple(sorted(across, key=lambda each: each.recipient)),
        processed_downward_messages=sum(info.processed_downward_messages for info in infos),
        hrmp_watermark=last.hrmp_watermark,
    )


def _merged(signals: list[bytes]) -> tuple[bytes, ...]:
    """A separator and the signals, one of each kind; nothing, if there are none.

    Upstream: cumulus/pallets/parachain-system/src/validate_block/scheduling.rs
    `SchedulingSignals::from_block_signals`
    """
    found: dict[type[Record], UMPSignal] = {}
    for raw in signals:
        signal = _signal(raw)
        if found.setdefault(type(signal), signal) != signal:
            raise InvalidBlock("signals of one kind", found[type(signal)], signal)
    in_order = sorted(found.values(), key=lambda signal: UMP_SIGNAL.encode(signal)[0])
    return (UMP_SEPARATOR, *map(UMP_SIGNAL.encode, in_order)) if in_order else ()


def _signal(raw: bytes) -> UMPSignal:
    try:
        signal: UMPSignal = UMP_SIGNAL.decode_at(raw, 0)[0]
    except DecodeError as fault:
        raise InvalidBlock("what stands behind the separator", "signals", fault) from None
    return signal
