"""Makes blocks of a parachain, with all that the relay chain needs to check them.

The runtime has to be over a state that notes what is needed of it (`RecordingState`): that is the block's
witness. The author's slot, time and seal are arguments.

Upstream: cumulus/client/collator/src/service.rs, cumulus/client/consensus/aura/src/collator.rs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pallets.para.aura import AURA_ENGINE_ID, Slot
from pallets.para.inbound_messages import ParachainInherentData
from pallets.para.parachain_system_items import CollationInfo
from primitives.candidates import HeadData
from primitives.errors import Defect, Err, InvalidBlock, InvalidTransaction
from primitives.extrinsic import encode_extrinsic
from primitives.header import HEADER, NO_HASH, Digest, DigestItem, Header, PreRuntime, Seal
from primitives.ids import BlockNumber, Hash, Moment
from primitives.pallet import RuntimeCall
from primitives.record import Record, replace
from primitives.scale.codec import U64
from primitives.scale.derive import codec
from primitives.storage.witness import RecordingState
from primitives.validation import ValidationParams
from runtime.para import Para
from runtime.validate_block import block_data


class Turn(Record):
    """An author's turn to make a block."""

    slot: Slot
    now: Moment
    """Milliseconds since 1970; in the slot."""

    digest: tuple[DigestItem, ...] = ()
    """What the author says besides, such as for which core the block is."""


class Collation(Record):
    """A block of a parachain and what it puts out."""

    header: Header
    """With the seal."""

    extrinsics: tuple[bytes, ...]
    info: CollationInfo
    params: ValidationParams
    """What the relay chain gives the validation function to check it."""

    proof_size: int
    """Bytes of the witness, compact, in the block data."""


def collate(
    para: Para,
    parent: Header,
    known: ParachainInherentData,
    turn: Turn,
    ready: Iterable[bytes] = (),
    seal: Callable[[bytes], bytes] = lambda hash: bytes(64),
) -> Collation:
    """Make the block after `parent`, whose state the runtime is over; that state is written to.

    Of the extrinsics that are ready, those that may not be in the block are left out. Raises `InvalidBlock`
    if nothing can be built on what is known of the relay chain.
    """
    state, executive = para.state, para.executive
    if not isinstance(state, RecordingState):
        raise Defect("blocks of a parachain are made over a state that notes what is needed of it")
    state.begin()
    pre = (PreRuntime(AURA_ENGINE_ID, codec(U64).encode(turn.slot)), *turn.digest)
    number = BlockNumber(parent.number + 1)
    executive.initialize_block(Header(parent.hash(), number, NO_HASH, NO_HASH, Digest(pre)))
    basic, messages = para.parachain_system.create_inherent(known)
    taken = [
        _inherent(para, RuntimeCall("ParachainSystem", "set_validation_data", (basic, messages))),
        _inherent(para, RuntimeCall("Timestamp", "set", (turn.now,))),
    ]
    taken += [each for each in ready if _applied(para, each)]
    unsealed = executive.finalize_block()

    sealed = Seal(AURA_ENGINE_ID, seal(unsealed.hash()))
    header = replace(unsealed, digest=Digest((*unsealed.digest.logs, sealed)))
    data = block_data(header, tuple(taken), Hash(parent.state_root), state.witness())
    given = known.validation_data
    params = ValidationParams(
        given.parent_head, data, given.relay_parent_number, given.relay_parent_storage_root
    )
    bare = len(HEADER.encode(header)) + sum(map(len, taken))
    info = para.parachain_system.collect_collation_info(header)
    return Collation(header, tuple(taken), info, params, len(data) - bare)


def head_of(header: Header) -> HeadData:
    """The head data of a parachain whose newest block has this header."""
    return HeadData(HEADER.encode(header))


def _inherent(para: Para, made: RuntimeCall) -> bytes:
    data = encode_extrinsic(para.executive.call_codec.encode(made), None, para.extensions)
    outcome = para.executive.apply_extrinsic(data)
    if isinstance(outcome, Err):
        raise Defect(f"an inherent of our own fails: {outcome.error!r}")
    return data


def _applied(para: Para, extrinsic: bytes) -> bool:
    try:
        para.executive.apply_extrinsic(extrinsic)
    except (InvalidTransaction, InvalidBlock):
        return False
    return True
