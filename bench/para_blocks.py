"""Parachain blocks with messages from siblings, state root included: `python -m bench.para_blocks`.

A block takes in so many horizontal messages of ten senders, each with one program. Each is decoded, queued in
its sender's queue, taken out of it and run, all in this block. The chain starts from the state of a recording,
with an author of ours; what the relay chain shows of itself is made up.

The real runtime was timed on blocks with as many messages when the recordings were made, under wasmtime-py, on
another day and with other load (`bench.block` says more). What those messages were is not known. Two kinds stand
beside its times here: messages that the barrier turns away, and messages that pay for themselves and make a call
(withdraw, buy, transact: a remark of four bytes).

chopsticks, which runs the real runtime in a database of its own, is measured by `bench.chopsticks` in the same
run where it is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from statistics import median

from bench.block import FIXTURES
from bench.timing import Work, heading, row, seconds, shown, times
from node.conform.recording import read
from node.para_producer import Collation, Collator, Turn, head_of
from pallets.message_queue_items import Processed
from pallets.para.aura import AuraId, Slot
from pallets.para.inbound_messages import ParachainInherentData
from pallets.para.message_origin import Sibling
from pallets.para.sibling_queues import location_of
from pallets.system_items import AccountData, AccountInfo
from primitives.header import NO_HASH, Digest, Header, Seal
from primitives.ids import AccountId, Balance, Moment, ParaId
from primitives.pallet import RuntimeCall
from primitives.record import replace
from primitives.storage.state import Entry, State
from primitives.storage.witness import RecordingState
from primitives.trie.layout import HashedValue
from runtime.bulletin import UNITS
from runtime.bulletin_trust import ACCOUNT_OF
from runtime.para import Para
from runtime.validate_block import validate_block
from tests.support.para_author import RELAY_SLOT_MILLISECONDS, RELAY_SLOTS_IN_ONE, over, seal
from tests.support.para_world import Channel, RelaySide
from tests.support.signing import account
from xcm.asset import Asset, Fungible
from xcm.instructions import BuyExecution, ClearOrigin, Transact, WithdrawAsset
from xcm.location import PARENT
from xcm.terms import OriginKind, Unlimited
from xcm.versions import XCM_VERSION, encode_versioned_xcm

RECORDING = FIXTURES.parent / "para" / "para_hrmp.json.xz"

TURNS = 9
SENDERS = tuple(ParaId(3000 + number) for number in range(10))
COUNTS = (0, 1, 10, 100, 500)
RECORDED = {0: 18, 1: 21, 10: 52, 100: 209, 500: 948}
"""Milliseconds that the real runtime took, by messages: medians of 7, recorded elsewhere."""

GOAL = "10"
QUEUED_GOAL = 0.090
"""Seconds for a thousand messages taken in and queued."""

PAYMENT = Asset(PARENT, Fungible(UNITS))


def turned_away(number: int) -> bytes:
    """A program that does not pay."""
    return encode_versioned_xcm(XCM_VERSION, (ClearOrigin(),))


def paying(number: int) -> bytes:
    """A program that pays for itself and leaves a remark, each another one."""
    remark = RuntimeCall("System", "remark", (number.to_bytes(4, "little"),))
    call = Para.wire().codec(RuntimeCall).encode(remark)
    steps = (
        WithdrawAsset((PAYMENT,)),
        BuyExecution(PAYMENT, Unlimited()),
        Transact(OriginKind.SovereignAccount, None, call),
    )
    return encode_versioned_xcm(XCM_VERSION, steps)


KINDS = {"turned away": turned_away, "paying": paying}


class Chain:
    """A parachain at the end of its first block, whose senders can pay."""

    def __init__(self) -> None:
        recording = read(RECORDING).paras[0][1]
        entries: dict[bytes, Entry | None] = dict(recording.before)
        entries |= {key: HashedValue(hashed, length) for key, length, hashed in recording.left_out}
        entries |= dict(recording.blocks[0].forced)
        self.state = RecordingState({key: value for key, value in entries.items() if value is not None})
        self.para = Para(self.state)
        self.us = self.para.parachain_info.parachain_id.get()
        self._endow()
        self.relay = RelaySide()
        self.parent = Header(NO_HASH, 0, NO_HASH, NO_HASH, Digest())
        self.settle()
        self.parent = self.make(self.state, ()).header
        self.settle()

    def _endow(self) -> None:
        author = AuraId(account("Alice"))
        self.para.aura.authorities.put((author,))
        self.para.aura_ext.authorities.put((author,))
        self.para.session.validators.put((account("Alice"),))
        for sender in SENDERS:
            self.para.system.account[sovereign(sender)] = AccountInfo(
                providers=1, data=AccountData(free=Balance(10**6 * UNITS))
            )

    def settle(self) -> None:
        """Go on from the state as it is; the next block comes one relay chain block later."""
        self.parent = replace(self.parent, state_root=self.state.root())
        self.relay.included = head_of(self.parent)
        self.relay.number += 1
        self.relay.slot += 1

    def suspended(self) -> Chain:
        """The same, where nothing is executed of what siblings send."""
        self.para.xcmp_queue.queue_suspended.put(True)
        return self

    def make(self, state: RecordingState, messages: tuple[bytes, ...]) -> Collation:
        """Make the next block, with these messages in it, sent by the senders in turn."""
        slot = Slot(self.relay.slot // RELAY_SLOTS_IN_ONE)
        turn = Turn(slot, Moment(self.relay.slot * RELAY_SLOT_MILLISECONDS))
        return Collator(over, state, seal).make(self.parent, self.known(messages), turn)

    @cache  # noqa: B019  (a handful of inputs of one chain, which lives as long as the measurement)
    def known(self, messages: tuple[bytes, ...]) -> ParachainInherentData:
        """What the relay chain shows the block."""
        self.relay.ingress = {sender: Channel(1_000, 1_000_000, 100_000) for sender in SENDERS}
        for number, message in enumerate(messages):
            page = b"\x00" + message
            self.relay.ingress[SENDERS[number % len(SENDERS)]].send(self.relay.number, page)
        return self.relay.shown(head_of(self.parent), self.us)


def sovereign(para: ParaId) -> AccountId:
    """A sibling's account."""
    found = ACCOUNT_OF(location_of(Sibling(para)))
    assert found is not None
    return found


class Block:
    """One kind of block, made once; how it is made, run and checked."""

    def __init__(self, chain: Chain, messages: tuple[bytes, ...]) -> None:
        self.chain, self.messages = chain, messages
        self.made = chain.make(self._recording(), messages)
        logs = tuple(each for each in self.made.header.digest.logs if not isinstance(each, Seal))
        self.unsealed = replace(self.made.header, digest=Digest(logs))

    def _recording(self) -> RecordingState:
        return RecordingState(self.chain.state.entries())

    def running(self) -> Work:
        """Run it on the state before it, and compare the root."""
        para = Para(self.chain.state.fork())
        return partial(para.executive.execute_block, self.unsealed, self.made.extrinsics)

    def making(self) -> Work:
        """Make it, and the witness that goes with it."""
        return partial(self.chain.make, self._recording(), self.messages)

    def checking(self) -> Work:
        """Check it on its witness."""
        return partial(validate_block, over, self.made.params)

    def done(self) -> tuple[int, int, int]:
        """How many messages it ran, how many of them to their end, and how many still wait."""
        para = Para(self.chain.state.fork())
        para.executive.execute_block(self.unsealed, self.made.extrinsics)
        events = [each.event.event for each in para.system.events_.get()]
        ran = [each.success for each in events if isinstance(each, Processed)]
        books = (para.message_queue.book_state_for[Sibling(sender)] for sender in SENDERS)
        return len(ran), sum(ran), sum(book.message_count for book in books)


def by_turns(prepare: list[Callable[[], Work]]) -> list[float]:
    """Seconds that each takes, medians of turns of all."""
    taken = [[seconds(each()) for each in prepare] for _ in range(TURNS)]
    return [median(side) for side in zip(*taken, strict=True)]


def bench_blocks(chain: Chain) -> None:
    """Blocks that run all their messages, beside the real runtime's times."""
    heading("Messages taken in, queued and run in one block", "ours", "ran", "real", "faster", "goal")
    named = [(name, count) for name in KINDS for count in COUNTS]
    blocks = [Block(chain, tuple(map(KINDS[name], range(count)))) for name, count in named]
    taken = by_turns([block.running for block in blocks])
    for (name, count), block, ours in zip(named, blocks, taken, strict=True):
        ran, well, waiting = block.done()
        assert (ran, well, waiting) == (count, count if name == "paying" else 0, 0)
        real = RECORDED[count]
        row(f"{count} {name}", shown(ours), str(ran), f"{real} ms", times(real / 1000 / ours), GOAL)


def main() -> None:
    """Print the tables."""
    chain = Chain()
    bench_blocks(chain)


if __name__ == "__main__":
    main()
