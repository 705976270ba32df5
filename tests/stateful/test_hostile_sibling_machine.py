"""Siblings that send whatever they like, in whatever order, to a queue with little weight and narrow limits:
nothing that they do makes it fail, and nothing that it keeps for them grows beyond its bounds.

| what is kept | never more than |
|---|---|
| pages of a sibling's programs that wait | the drop threshold as it is when they come |
| siblings that were told to stop | `MaxInboundSuspended` |
| channels out, to which a sibling's signals add | `MaxActiveOutboundChannels` |
| signals, those included that a sibling has made us forget to send | one of two bytes for each sibling |
| pages out | those that we ourselves sent |
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pallets.message_queue_invariants import violations
from pallets.para.message_origin import Sibling
from pallets.para.xcmp_channels import NotQueued
from pallets.para.xcmp_queue_items import (
    QueueConfigData,
    XcmpMessageFormat,
    XcmpQueueConstants,
    XcmpQueueWeights,
)
from primitives.ids import BlockNumber, ParaId
from primitives.origin import Root
from primitives.scale.codec import BYTES
from primitives.weights import Weight
from runtime.bulletin_weights import XCMP_QUEUE_WEIGHTS
from tests.support.xcmp_world import FREE, PLENTY, XcmpWorld
from xcm.instructions import ClearOrigin, Trap
from xcm.program import SetAppendix
from xcm.versions import encode_versioned_xcm

HEAP_SIZE = 64
LIMITS = XcmpQueueConstants(max_inbound_suspended=3, max_active_outbound_channels=4, max_page_size=256)
PARAS = (1000, 1500, 2000, 2001, 2002, 2003, 2004)
"""More than may be suspended, and than there is room for out."""

paras = st.sampled_from(PARAS).map(ParaId)
programs = st.sampled_from(
    [
        encode_versioned_xcm(5, (Trap(7),)),
        encode_versioned_xcm(4, (ClearOrigin(),) * 40),
        encode_versioned_xcm(5, (ClearOrigin(),) * 80),  # no page of the queue has room for it
        encode_versioned_xcm(3, (SetAppendix((SetAppendix((Trap(1),)),)),)),
        b"\x05\xff",
        b"",
    ]
)
several = st.lists(programs, max_size=12)
pages = st.one_of(
    st.binary(max_size=40),
    st.builds(lambda kind, rest: bytes((kind,)) + rest, st.integers(0, 4), st.binary(max_size=40)),
    several.map(lambda found: b"\x00" + b"".join(found)),
    several.map(lambda found: b"\x03" + b"".join(map(BYTES.encode, found))),
    st.builds(lambda found, count: b"\x00" + found * count, programs, st.sampled_from((3, 30, 251))),
    st.builds(lambda found, end: b"\x03" + BYTES.encode(found) * 9 + end, programs, st.binary(max_size=6)),
    st.lists(st.sampled_from((0, 1, 0, 1, 2)), max_size=6).map(lambda found: b"\x02" + bytes(found)),
)
weights = st.one_of(
    st.just(PLENTY),
    st.builds(Weight, st.integers(0, 10**9), st.integers(0, 10**5)),
    st.just(Weight(0, 0)),
)
configs = st.builds(QueueConfigData, *[st.sampled_from((0, 1, 2, 3, 5, 8))] * 3)


def in_line_for_nothing(para: ParaId) -> str:
    """What is said of a sibling of whose programs none was taken: its empty queue is in the ready ring until
    it is served, as upstream's is.
    """
    return f"{Sibling(para)} is ready, or not, against what its book says"


class HostileSiblings(RuleBasedStateMachine):
    """One parachain's queue; its siblings are anybody."""

    world: XcmpWorld
    given: dict[ParaId, list[bytes]]
    ours: dict[ParaId, int]

    @initialize(config=configs, costs=st.sampled_from((FREE, XCMP_QUEUE_WEIGHTS)))
    def genesis(self, config: QueueConfigData, costs: XcmpQueueWeights) -> None:
        self.world = XcmpWorld(constants=LIMITS, weights=costs, heap_size=HEAP_SIZE)
        self.given, self.ours = {para: [] for para in map(ParaId, PARAS)}, {}
        self.world.queue.queue_config.put(config if config.is_valid() else QueueConfigData(3, 5, 1))
        for para in PARAS[:5]:
            self.world.open_channel(para)

    def waiting(self, para: ParaId) -> int:
        book = self.world.messages.book_state_for[Sibling(para)]
        return book.end - book.begin

    # What siblings do.

    @rule(batch=st.lists(st.tuples(paras, pages), max_size=6), weight=weights)
    def send(self, batch: list[tuple[ParaId, bytes]], weight: Weight) -> None:
        before = {para: self.waiting(para) for para in self.given}
        for para, page in batch:
            self.given[para].append(page)
        rows = ((para, BlockNumber(1), page) for para, page in batch)
        self.world.queue.handle_xcmp_messages(rows, weight)
        limit = self.world.queue.queue_config.get().drop_threshold
        assert all(self.waiting(para) <= max(before[para], limit) for para in before)

    @rule(para=paras, page=pages, times=st.integers(2, 9))
    def flood(self, para: ParaId, page: bytes, times: int) -> None:
        self.send([(para, page)] * times, PLENTY)

    # What happens here.

    @rule(weight=st.sampled_from((0, 1, 2, 9, 200)))
    def serve(self, weight: int) -> None:
        self.world.messages.service_queues(Weight(weight, weight))

    @rule(most=st.integers(0, 5))
    def let_out(self, most: int) -> None:
        """Signals and pages leave; those of ours count down."""
        for para, page in self.world.queue.take_outbound_messages(most):
            if page[0] == XcmpMessageFormat.ConcatenatedVersionedXcm.value:
                self.ours[para] -= 1

    @rule(para=paras, size=st.integers(0, 300))
    def send_something(self, para: ParaId, size: int) -> None:
        pages = self.pages_out(para)
        try:
            self.world.queue.send_fragment(para, XcmpMessageFormat.ConcatenatedVersionedXcm, bytes(size))
        except NotQueued:
            return
        self.ours[para] = self.ours.get(para, 0) + self.pages_out(para) - pages

    def pages_out(self, para: ParaId) -> int:
        channel = self.world.queue.outbound_channel(para)
        return channel.pages if channel else 0

    @rule(para=paras, inside=st.sampled_from(((0, 0), (8, 100), (1, 8_190))))
    def open_channel(self, para: ParaId, inside: tuple[int, int]) -> None:
        self.world.open_channel(para, msg_count=inside[0], total_size=inside[1])

    @precondition(lambda self: self.world.channels.open)
    @rule(data=st.data())
    def close_channel(self, data: st.DataObject) -> None:
        para = data.draw(st.sampled_from(sorted(self.world.channels.open)))
        self.world.close_channel(para)
        self.world.queue.take_outbound_messages(0)
        self.ours.pop(para, None)

    @rule(config=configs)
    def change_thresholds(self, config: QueueConfigData) -> None:
        if config.is_valid():
            self.world.queue.queue_config.put(config)

    @rule()
    def suspend_or_resume_execution(self) -> None:
        queue = self.world.queue
        call: Any = queue.resume_xcm_execution if queue.queue_suspended.get() else queue.suspend_xcm_execution
        call(Root())

    # After every step.

    @invariant()
    def what_waits_is_whole_and_in_bounds(self) -> None:
        messages = self.world.messages
        assert set(violations(messages)) <= {in_line_for_nothing(para) for para in self.given}
        for _, page in messages.pages.items():  # noqa: PERF102 - no dict
            assert len(page.heap) <= HEAP_SIZE

    @invariant()
    def those_told_to_stop_are_few_and_in_order(self) -> None:
        suspended = self.world.queue.inbound_xcmp_suspended.get()
        assert len(suspended) <= LIMITS.max_inbound_suspended
        assert list(suspended) == sorted(set(suspended))

    @invariant()
    def channels_out_are_few_and_nothing_is_kept_besides(self) -> None:
        queue = self.world.queue
        channels = queue.outbound_xcmp_status.get()
        assert len(channels) <= LIMITS.max_active_outbound_channels
        assert len({channel.recipient for channel in channels}) == len(channels)
        signals = dict(queue.signal_messages.items())
        assert signals.keys() >= {channel.recipient for channel in channels if channel.signals_exist}
        assert all(signal in (b"\x02\x00", b"\x02\x01") for signal in signals.values())
        kept = {key for key, _ in queue.outbound_xcmp_messages.items()}
        named = {
            (channel.recipient, index)
            for channel in channels
            for index in range(channel.first_index, channel.last_index)
        }
        assert kept == named
        assert {para: count for para, count in self.ours.items() if count} == {
            channel.recipient: channel.pages for channel in channels if channel.pages
        }

    @invariant()
    def only_what_a_sibling_sent_is_executed_as_from_it(self) -> None:
        for origin, message in self.world.processed:
            assert isinstance(origin, Sibling)
            assert len(message) <= self.world.messages.max_message_len
            assert any(message in page for page in self.given[origin.para])
        self.world.processed.clear()


TestHostileSiblings = HostileSiblings.TestCase
TestHostileSiblings.settings = settings(stateful_step_count=25, deadline=None)
