"""Messages out: what a block sends, chosen when it ends.

First upward messages, the oldest that the relay chain still takes; then signals, behind them; then one
message to each parachain that takes one. The limits are those of the relay parent less what parents used that
are not included yet, and less what blocks of the same candidate sent. What cannot go now waits for a later
block. Last, what was sent is noted in the unincluded segment.

Upstream: cumulus/pallets/parachain-system/src/lib.rs `Hooks::on_finalize`
"""

from __future__ import annotations

from pallets.para.cumulus_digest import (
    CoreInfo,
    find_block_bundle_info,
    find_core_info,
    is_last_block_in_core,
)
from pallets.para.parachain_system_items import (
    MessageTooBig,
    PoVMessages,
    UpwardMessageSent,
    XcmpMessageSource,
)
from pallets.para.parachain_system_storage import ParachainSystemStorage
from pallets.para.relay_state import RelayDispatchQueueRemainingCapacity
from pallets.para.unincluded_segment import (
    Ancestor,
    OutboundBandwidthLimits,
    SegmentTracker,
    UsedBandwidth,
    appended,
)
from primitives import fee_factor
from primitives.arithmetic import saturating_sub
from primitives.channels import OutboundHrmpMessage
from primitives.hashing import blake2_256
from primitives.header import Digest
from primitives.host_configuration import AbridgedHostConfiguration
from primitives.ids import BlockNumber, Hash
from primitives.record import replace
from primitives.ump import UMP_SEPARATOR, UMP_SIGNAL, ApprovedPeer, SelectCore
from primitives.validation import UpgradeGoAhead

SINGLE_CORE = 1
"""The cores of a parachain that says nothing of them."""


def check_upward_message(storage: ParachainSystemStorage, message: bytes) -> None:
    """Raise `MessageTooBig` if the relay chain would not take a message; while its limits are not known, any
    may wait.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `UpwardMessageSender::can_send_upward_message`
    """
    config = storage.host_configuration.get()
    if config is not None and len(message) > config.max_upward_message_size:
        raise MessageTooBig(len(message), config.max_upward_message_size)


def send_upward_message(storage: ParachainSystemStorage, message: bytes) -> Hash:
    """Let a message wait to go up; gives its hash. Raises as `check_upward_message`.

    The fee factor rises if more bytes wait than half the relay chain's queue may hold.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::send_upward_message`
    """
    check_upward_message(storage, message)

    storage.pending_upward_messages.append(message)
    config = storage.host_configuration.get()
    if config is not None and _waiting_bytes(storage) > _threshold(config):
        factor = storage.upward_delivery_fee_factor.get()
        storage.upward_delivery_fee_factor.put(fee_factor.increased(factor, len(message)))
    hashed = Hash(blake2_256(message))
    storage.deposit_event(UpwardMessageSent(hashed))
    return hashed


def _waiting_bytes(storage: ParachainSystemStorage) -> int:
    return sum(map(len, storage.pending_upward_messages.get()))


def _threshold(config: AbridgedHostConfiguration) -> int:
    return config.max_upward_queue_size // fee_factor.THRESHOLD_FACTOR


def tracked(storage: ParachainSystemStorage, relay_root: Hash, digest: Digest) -> PoVMessages:
    """What blocks of the same candidate have sent before this one: those on the same relay parent and core,
    with lower numbers in the bundle.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `refresh_pov_tracker`
    """
    core, bundle = find_core_info(digest), find_block_bundle_info(digest)
    selector, index = core.selector if core else 0, bundle.index if bundle else 0
    before = storage.po_v_messages_tracker.get()
    if (
        before is None
        or (before.relay_storage_root_or_hash, before.core_selector) != (relay_root, selector)
        or index <= before.bundle_index
    ):
        before = PoVMessages()
    return replace(before, relay_storage_root_or_hash=relay_root, core_selector=selector, bundle_index=index)


def send_upward(
    storage: ParachainSystemStorage,
    config: AbridgedHostConfiguration,
    capacity: RelayDispatchQueueRemainingCapacity,
    before: PoVMessages,
    digest: Digest,
) -> tuple[int, int]:
    """Send the oldest upward messages, in their order, up to the first that does not fit; then signals, with
    the last block of a candidate. Gives the number of messages and of their bytes.

    The fee factor falls if few enough bytes wait afterwards.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `send_ump_messages`
    """
    pending = storage.pending_upward_messages.get()
    most = saturating_sub(config.max_upward_message_num_per_candidate, before.ump_msg_count)
    count = _count_fitting(pending, min(capacity.remaining_count, most), capacity.remaining_size)
    core = find_core_info(digest)

    storage.upward_messages.put(pending[:count])
    storage.pending_upward_messages.put(pending[count:])
    storage.previous_core_count.put(core.number_of_cores if core else SINGLE_CORE)
    if is_last_block_in_core(digest):
        _send_signals(storage, core)
    if _waiting_bytes(storage) <= _threshold(config):
        factor = storage.upward_delivery_fee_factor.get()
        storage.upward_delivery_fee_factor.put(fee_factor.decreased(factor))
    return count, sum(map(len, pending[:count]))


def _count_fitting(messages: tuple[bytes, ...], most: int, size: int) -> int:
    count = 0
    for message in messages[:most]:
        size -= len(message)
        if size < 0:
            break
        count += 1
    return count


def _send_signals(storage: ParachainSystemStorage, core: CoreInfo | None) -> None:
    """Signals that wait, the core, the peer; with a separator in front if there are any.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `send_ump_signals`
    """
    signals = storage.pending_upward_signals.take()
    if core is not None:
        signals = (*signals, UMP_SIGNAL.encode(SelectCore(core.selector, core.claim_queue_offset)))
    peer = storage.pending_approved_peer.take()
    if peer is not None:
        signals = (*signals, UMP_SIGNAL.encode(ApprovedPeer(peer)))
    for each in (UMP_SEPARATOR, *signals) if signals else ():
        storage.upward_messages.append(each)


def with_upward(sent: PoVMessages, count: int) -> PoVMessages:
    """What a candidate sent, with so many more messages up."""
    return replace(sent, ump_msg_count=sent.ump_msg_count + count)


def send_horizontal(
    storage: ParachainSystemStorage,
    source: XcmpMessageSource,
    config: AbridgedHostConfiguration,
    before: PoVMessages,
) -> tuple[tuple[OutboundHrmpMessage, ...], PoVMessages]:
    """Take what may go to other parachains: as many messages as the block said it would send, if the relay
    chain still takes so many, to none that a block of this candidate sent to. Gives them, and what the
    candidate sent with them.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `send_hrmp_messages`
    """
    announced = storage.announced_hrmp_messages_per_candidate.take()
    most = saturating_sub(
        min(config.hrmp_max_message_num_per_candidate, announced), before.hrmp_outbound_count
    )
    taken = source.take_outbound_messages(most, before.hrmp_outbound_recipients)
    outbound = tuple(OutboundHrmpMessage(recipient, data) for recipient, data in taken)
    return outbound, replace(
        before,
        hrmp_outbound_count=before.hrmp_outbound_count + len(outbound),
        hrmp_outbound_recipients=(
            *before.hrmp_outbound_recipients,
            *(each.recipient for each in outbound),
        ),
    )


def note_in_segment(
    storage: ParachainSystemStorage,
    used: UsedBandwidth,
    go_ahead: UpgradeGoAhead | None,
    relay_parent_number: BlockNumber,
    limits: OutboundBandwidthLimits,
) -> None:
    """Make this block the newest of those that are not included; raises `InvalidBlock` if together they are
    over a limit.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `update_unincluded_segment`
    """
    tracker = storage.aggregated_unincluded_segment.get() or SegmentTracker()
    # a parent that is not included acted on the relay chain's word already
    consumed = go_ahead if tracker.consumed_go_ahead_signal is None else None
    block = Ancestor(used, None, consumed)
    watermark = storage.hrmp_watermark.get()
    storage.aggregated_unincluded_segment.put(
        appended(tracker, block, watermark, relay_parent_number, limits)
    )
    storage.unincluded_segment.append(block)
