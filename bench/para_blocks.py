"""Parachain blocks with messages from siblings, state root included: `python -m bench.para_blocks`.

A block takes in so many horizontal messages of ten senders, each with one program. Each is decoded, queued,
taken out of its sender's queue again and run, all in this block. The chain starts from the state of a
recording, with an author of ours; what the relay chain shows of itself is made up.

The real runtime was timed on blocks with as many messages when the recordings were made, under wasmtime-py,
on another day and with other load (`bench.block` says more). What those messages were is not known. Three
kinds stand beside its times here:

| kind | |
|---|---|
| turned away | does not pay, so that the barrier does not let it in |
| unpaid, with a call | from a sender whom the chain trusts: leaves a remark of four bytes |
| paying, with a call | withdraws, buys weight, leaves that remark; what is left over is kept for its owner |

One block cannot run 500 of the last kind, which weigh too much. The real runtime's times and host calls grow
as fast from 100 to 500 messages as from 10 to 100, so its messages were none of those.

chopsticks, which runs the real runtime, is given the same messages in the same run where it is at hand
(`bench.chopsticks`).
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from copy import copy
from functools import partial
from statistics import median

from bench.block import FIXTURES
from bench.chopsticks import VARIABLE, Chopsticks, folder
from bench.timing import Work, heading, row, seconds, shown, times
from node.conform.recording import read
from node.para_producer import Collation, Collator, Turn, head_of
from pallets.message_queue_items import Processed
from pallets.para.aura import AuraId, Slot
from pallets.para.inbound_messages import ParachainInherentData
from pallets.para.message_origin import Sibling
from pallets.para.sibling_queues import location_of
from pallets.system_items import AccountData, AccountInfo, EventRecord
from primitives.hashing import storage_prefix, twox_128
from primitives.header import NO_HASH, Digest, Header, Seal
from primitives.ids import AccountId, Balance, Hash, Moment, ParaId
from primitives.pallet import RuntimeCall
from primitives.record import replace
from primitives.scale.derive import codec
from primitives.storage.state import Entry
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
from xcm.instructions import BuyExecution, ClearOrigin, Transact, UnpaidExecution, WithdrawAsset
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

QUOTED = (
    "Where the facts of this project were gathered, chopsticks 1.5.1 took 1.8 s for 1000 messages to another "
    "parachain (paseo-people 1002006), and 300 of them showed as run in the last of the blocks that it made."
)

PEER_TURNS = 3

EVENTS = storage_prefix("System", "Events")
_EVENTS = Para.wire().codec(tuple[EventRecord, ...])

PAYMENT = Asset(PARENT, Fungible(UNITS))


def turned_away(number: int) -> bytes:
    """A program that does not pay."""
    return encode_versioned_xcm(XCM_VERSION, (ClearOrigin(),))


def paying(number: int) -> bytes:
    """A program that pays for itself and leaves a remark, each another one."""
    steps = (WithdrawAsset((PAYMENT,)), BuyExecution(PAYMENT, Unlimited()), _remark(number))
    return encode_versioned_xcm(XCM_VERSION, steps)


def trusted(number: int) -> bytes:
    """A program that need not pay and leaves a remark, each another one."""
    return encode_versioned_xcm(XCM_VERSION, (UnpaidExecution(Unlimited(), None), _remark(number)))


def _remark(number: int) -> Transact:
    remark = RuntimeCall("System", "remark", (number.to_bytes(4, "little"),))
    return Transact(OriginKind.SovereignAccount, None, Para.wire().codec(RuntimeCall).encode(remark))


KINDS = {"turned away": turned_away, "unpaid, with a call": trusted, "paying, with a call": paying}
RUN_WHOLE = ("turned away", "unpaid, with a call")
"""Kinds of which one block runs as many as are asked for here."""


class Chain:
    """A parachain at the end of its first block, whose senders can pay, and are trusted."""

    def __init__(self) -> None:
        recording = read(RECORDING).paras[0][1]
        self.code_hash = next(hashed for key, _, hashed in recording.left_out if key == b":code")
        entries: dict[bytes, Entry | None] = dict(recording.before)
        entries |= {key: HashedValue(hashed, length) for key, length, hashed in recording.left_out}
        entries |= dict(recording.blocks[0].forced)
        self.state = RecordingState({key: value for key, value in entries.items() if value is not None})
        self.para = Para(self.state)
        self.us = self.para.parachain_info.parachain_id.get()
        author = AuraId(account("Alice"))
        self.para.aura.authorities.put((author,))
        self.para.aura_ext.authorities.put((author,))
        self.para.session.validators.put((account("Alice"),))
        with self.state.frame() as endowed:
            self._endow()
            self.endowed = {key: bytes_of(value) for key, value in endowed.changes().items()}
        self.relay = RelaySide()
        self.parent = Header(NO_HASH, 0, NO_HASH, NO_HASH, Digest())
        self.advance(self.parent)
        self.advance(self.make(self.state, ()).header)

    def _endow(self) -> None:
        for sender in SENDERS:
            self.para.system.account[sovereign(sender)] = AccountInfo(
                providers=1, data=AccountData(free=Balance(10**6 * UNITS))
            )
        self.state.set(twox_128(b":AllowedParachainIds:"), codec(tuple[ParaId, ...]).encode(SENDERS))

    def advance(self, parent: Header) -> None:
        """Go on behind a block, from the state as it is; the next block comes one relay chain block later."""
        self.parent = replace(parent, state_root=Hash(self.state.root()))
        self.relay.included = head_of(self.parent)
        self.relay.number += 1
        self.relay.slot += 1

    def suspend(self) -> None:
        """From now on execute nothing of what siblings send."""
        self.para.xcmp_queue.queue_suspended.put(True)
        self.parent = replace(self.parent, state_root=Hash(self.state.root()))
        self.relay.included = head_of(self.parent)

    def behind(self, block: Block) -> Chain:
        """A chain of its own behind a block."""
        made = copy(self)
        made.relay, made.state = copy(self.relay), RecordingState(self.state.entries())
        made.para = Para(made.state)
        made.para.executive.execute_block(block.unsealed, block.extrinsics)
        made.advance(block.made.header)
        return made

    def make(self, state: RecordingState, messages: tuple[bytes, ...]) -> Collation:
        """Make the next block, with these messages in it."""
        slot = Slot(self.relay.slot // RELAY_SLOTS_IN_ONE)
        turn = Turn(slot, Moment(self.relay.slot * RELAY_SLOT_MILLISECONDS))
        return Collator(over, state, seal).make(self.parent, self.shown(messages), turn)

    def shown(self, messages: tuple[bytes, ...]) -> ParachainInherentData:
        """What the relay chain shows the block."""
        known = dict(self.para.parachain_system.last_hrmp_mqc_heads.get())
        self.relay.ingress = {sender: Channel(1_000, 1_000_000, 100_000) for sender in SENDERS}
        for sender, channel in self.relay.ingress.items():
            channel.limits = replace(channel.limits, mqc_head=known.get(ParaId(sender)))
        for sender, pages in by_sender(messages).items():
            for page in pages:
                self.relay.ingress[sender].send(self.relay.number, page)
        return self.relay.shown(head_of(self.parent), self.us)


def by_sender(messages: tuple[bytes, ...]) -> dict[ParaId, tuple[bytes, ...]]:
    """Each message as a page of its own; the senders come in turn."""
    pages = [b"\x00" + message for message in messages]
    found = {sender: tuple(pages[place :: len(SENDERS)]) for place, sender in enumerate(SENDERS)}
    return {sender: each for sender, each in found.items() if each}


def bytes_of(value: Entry | None) -> bytes:
    """A value that is there, whole."""
    assert isinstance(value, bytes)
    return value


def sovereign(para: ParaId) -> AccountId:
    """A sibling's account."""
    found = ACCOUNT_OF(location_of(Sibling(para)))
    assert found is not None
    return found


class Block:
    """One kind of block, made once; how it is made, run and checked."""

    def __init__(self, chain: Chain, messages: tuple[bytes, ...]) -> None:
        self.chain, self.messages = chain, messages
        self.known = chain.shown(messages)
        self.made = chain.make(self._recording(), messages)
        logs = tuple(each for each in self.made.header.digest.logs if not isinstance(each, Seal))
        self.unsealed = replace(self.made.header, digest=Digest(logs))
        self.extrinsics = self.made.made[-1].extrinsics

    def _recording(self) -> RecordingState:
        return RecordingState(self.chain.state.entries())

    def running(self) -> Work:
        """Run it on the state before it, and compare the root."""
        para = Para(self.chain.state.fork())
        return partial(para.executive.execute_block, self.unsealed, self.extrinsics)

    def making(self) -> Work:
        """Make it, and the witness that goes with it."""
        slot = Slot(self.chain.relay.slot // RELAY_SLOTS_IN_ONE)
        turn = Turn(slot, Moment(self.chain.relay.slot * RELAY_SLOT_MILLISECONDS))
        collator = Collator(over, self._recording(), seal)
        return partial(collator.make, self.chain.parent, self.known, turn)

    def checking(self) -> Work:
        """Check it on its witness."""
        return partial(validate_block, over, self.made.params)

    def done(self) -> tuple[list[Processed], int]:
        """The messages it ran, and how many still wait."""
        para = Para(self.chain.state.fork())
        para.executive.execute_block(self.unsealed, self.extrinsics)
        books = (para.message_queue.book_state_for[Sibling(sender)] for sender in SENDERS)
        return outcomes(para.system.events_.get()), sum(book.message_count for book in books)


def outcomes(events: tuple[EventRecord, ...]) -> list[Processed]:
    """What a block says of each message that it ran."""
    return [each.event.event for each in events if isinstance(each.event.event, Processed)]


def by_turns(prepare: list[Callable[[], Work]]) -> list[float]:
    """Seconds that each takes, medians of turns of all."""
    taken = [[seconds(each()) for each in prepare] for _ in range(TURNS)]
    return [median(side) for side in zip(*taken, strict=True)]


def messages(kind: str, count: int) -> tuple[bytes, ...]:
    """So many of a kind."""
    return tuple(map(KINDS[kind], range(count)))


def bench_blocks(chain: Chain) -> None:
    """Blocks that run their messages, beside the real runtime's times."""
    heading("Messages taken in, queued and run in one block", "ours", "ran", "real", "faster", "goal")
    named = [(kind, count) for kind in KINDS for count in COUNTS]
    blocks = [Block(chain, messages(kind, count)) for kind, count in named]
    taken = by_turns([block.running for block in blocks])
    for (kind, count), block, ours in zip(named, blocks, taken, strict=True):
        done, waiting = block.done()
        ran = len(done)
        assert ran + waiting == count
        assert ran == count or kind not in RUN_WHOLE
        assert all(each.success == (kind != "turned away") for each in done)
        real, goal = RECORDED[count], GOAL if count == max(COUNTS) else ""
        row(f"{count} {kind}", shown(ours), str(ran), f"{real} ms", times(real / 1000 / ours), goal)


def bench_queued() -> None:
    """A thousand messages that only join their queues, since nothing is executed."""
    heading("Messages taken in and queued, none of them run", "ours", "ran", "queued", "goal")
    chain = Chain()
    chain.suspend()
    kinds = [(kind, 1000) for kind in KINDS]
    blocks = [Block(chain, messages(kind, count)) for kind, count in kinds]
    for (kind, count), block, ours in zip(
        kinds, blocks, by_turns([each.running for each in blocks]), strict=True
    ):
        done, waiting = block.done()
        assert (done, waiting) == ([], count)
        row(f"{count} {kind}", shown(ours), str(len(done)), str(waiting), shown(QUEUED_GOAL))


def bench_validation(chain: Chain) -> None:
    """Making a block with its witness, and checking it on that witness alone."""
    heading(
        "Making a block, and checking it by validate_block", "making", "checking", "ratio", "goal", "witness"
    )
    named = [(kind, count) for kind in KINDS for count in (0, 500)]
    blocks = [Block(chain, messages(kind, count)) for kind, count in named]
    taken = by_turns([work for block in blocks for work in (block.making, block.checking)])
    for (kind, count), block, making, checking in zip(named, blocks, taken[::2], taken[1::2], strict=True):
        ratio = f"{checking / making:.2f}"
        witness = f"{block.made.witness_size} B"
        row(f"{count} {kind}", shown(making), shown(checking), ratio, "2", witness)


def bench_chopsticks(chain: Chain) -> None:
    """The same messages given to the real runtime in chopsticks, by turns with ours; wall clock."""
    place = folder()
    if place is None:
        sys.stdout.write(f"\nchopsticks was not run: {VARIABLE} names no folder with it. {QUOTED}\n")
        return
    heading("Two blocks, the first with messages; wall clock", "ran by each", "ours", "chopsticks", "faster")
    with Chopsticks(place, chain.code_hash) as peer:
        peer.write(chain.endowed)
        for kind in KINDS:
            for count in (500, 1000):
                _compare(chain, peer, kind, count)


def _compare(chain: Chain, peer: Chopsticks, kind: str, count: int) -> None:
    """One row; both sides must have said the same of every message."""
    sent = messages(kind, count)
    first = Block(chain, sent)
    blocks = first, Block(chain.behind(first), ())
    ran = [each for block in blocks for each in block.done()[0]]
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(PEER_TURNS):
        ours.append(_run(blocks))
        before = peer.number()
        theirs.append(peer.new_blocks(by_sender(sent), chain.relay.number))
        if not turn:  # later ones may begin with what was left over
            assert ran == _ran(peer, range(before + 1, peer.number() + 1))
    faster = times(median(theirs) / median(ours))
    row(f"{count} {kind}", str(len(ran)), shown(median(ours)), shown(median(theirs)), faster)


def _ran(peer: Chopsticks, numbers: range) -> list[Processed]:
    """What the peer says of the messages in these blocks."""
    events = [_EVENTS.decode(peer.stored(EVENTS, number)) for number in numbers]
    return [each for block in events for each in outcomes(block)]


def _run(blocks: tuple[Block, ...]) -> float:
    """Seconds that blocks take one after the other."""
    works = [block.running() for block in blocks]
    gc.collect()
    start = time.perf_counter()
    for work in works:
        work()
    return time.perf_counter() - start


def main() -> None:
    """Print the tables."""
    chain = Chain()
    bench_blocks(chain)
    bench_queued()
    bench_validation(chain)
    bench_chopsticks(chain)


if __name__ == "__main__":
    main()
