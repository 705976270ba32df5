"""Relay chain blocks with parachains in them, state root included: `python -m bench.relay_blocks`.

A block that enacts a candidate with so many upward messages and runs them all, and a block that ends a
session and opens so many channels. The real runtime was timed on the same kinds of blocks when the recordings
were made, under wasmtime-py, on another day and with other load (`bench.block` says more). So the last column
is an indication and not a comparison of two sides in one process.

What messages the real runtime was given is not known. It made about 105 host calls for each, where a signed
call took it more than 1,200: so they can hardly have done more than be taken out of their queue, as messages
do that the barrier turns away. The others here pay for themselves and make a call (withdraw, buy, transact: a
remark of four bytes), which is what most recorded messages do; they stand beside the same figure for want of
another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from typing_extensions import override

from bench.block import CASES, Ring, bench_blocks
from bench.timing import Work, heading
from pallets.message_queue_items import Processed
from pallets.relay.paras_items import ParaGenesisArgs
from primitives.candidates import HeadData, InherentData, ValidationCode
from primitives.header import Header
from primitives.ids import BlockNumber, Hash, SessionIndex, sovereign_account
from primitives.pallet import RuntimeCall
from primitives.record import replace
from runtime.paseo import UNITS
from runtime.relay import Relay
from tests.support.backing import VALIDATORS, A, B, C, Candidates
from xcm.asset import Asset, Fungible
from xcm.instructions import BuyExecution, ClearOrigin, Transact, WithdrawAsset
from xcm.location import HERE
from xcm.terms import OriginKind, Unlimited
from xcm.versions import XCM_VERSION, encode_versioned_xcm

Case = tuple[str, int, Callable[[Ring], Work]]

GOAL = "5"

MESSAGE_FEE = Asset(HERE, Fungible(UNITS))


class Cores(Candidates):
    """A chain behind a block, with three parachains on cores of their own and validators of ours."""

    def __init__(self, relay: Relay, parent: Header) -> None:
        self.relay, self.header = relay, parent
        self.parent, self.parent_root = parent.hash(), Hash(parent.state_root)
        self.system, self.configuration = relay.system, relay.configuration
        self.paras, self.shared = relay.paras, relay.paras_shared
        self.scheduler, self.inclusion = relay.para_scheduler, relay.para_inclusion

    @property
    @override
    def now(self) -> BlockNumber:
        """The block that is to be made."""
        return BlockNumber(self.header.number + 1)

    def prepare(self, ring: Ring) -> None:
        """Give out the cores; a candidate may have a hundred messages."""
        config = self.configuration.active_config.get()
        params = replace(config.scheduler_params, num_cores=3, max_validators_per_core=None)
        self.configuration.active_config.put(
            replace(config, max_upward_message_num_per_candidate=100, scheduler_params=params)
        )
        for para in (A, B, C):
            genesis = ParaGenesisArgs(HeadData(b"head"), ValidationCode(b"code"), para_kind=True)
            self.paras.initialize_para_now(para, genesis)
            ring.endow(sovereign_account(para))
        session = SessionIndex(self.shared.session_index() + 1)
        self.relay.initializer.apply_new_session(session, VALIDATORS, VALIDATORS)
        self.assign(A, B, C)

    def backing(self, upward: tuple[bytes, ...]) -> InherentData:
        """An inherent that brings a candidate with these upward messages."""
        return InherentData((), (self.candidate(A, self.outputs(A, upward=upward)),), (), self.header)

    def including(self) -> InherentData:
        """One that makes it available."""
        return InherentData(self.bitfields(0), (), (), self.header)


def turned_away(relay: Relay, number: int) -> bytes:
    """An upward message that does not pay."""
    return encode_versioned_xcm(XCM_VERSION, (ClearOrigin(),))


def paying(relay: Relay, number: int) -> bytes:
    """An upward message that pays for itself and leaves a remark, each another one."""
    remark = RuntimeCall("System", "remark", (number.to_bytes(4, "little"),))
    call = relay.wire().codec(RuntimeCall).encode(remark)
    steps = (
        WithdrawAsset((MESSAGE_FEE,)),
        BuyExecution(MESSAGE_FEE, Unlimited()),
        Transact(OriginKind.SovereignAccount, None, call),
    )
    return encode_versioned_xcm(XCM_VERSION, steps)


def with_candidate(ring: Ring, count: int, message: Callable[[Relay, int], bytes]) -> Work:
    """A block in which a candidate with so many upward messages takes effect, and all of them are run."""
    relay = ring.fork()
    messages = tuple(message(relay, number) for number in range(count))
    header = ring.block(relay, (), Cores(relay, ring.parent).backing(messages))
    data = Cores(relay, header).including()
    assert relay.state.root() == header.state_root

    def work() -> None:
        ring.block(relay, (), data)

    return work


def check(ring: Ring) -> None:
    """The measured blocks do what they say: the candidate is included, and every message has its turn."""
    relay = ring.fork()
    messages = tuple(kind(relay, number) for kind in (turned_away, paying) for number in range(50))
    header = ring.block(relay, (), Cores(relay, ring.parent).backing(messages))
    ring.block(relay, (), Cores(relay, header).including())

    events = [each.event.event for each in relay.system.events_.get()]
    done = [each.success for each in events if isinstance(each, Processed)]
    assert relay.para_inclusion.pending_availability.get(A) == ()
    assert done == [False] * 50 + [True] * 50


CANDIDATES: tuple[Case, ...] = (
    ("candidate without upward messages", 32, partial(with_candidate, count=0, message=turned_away)),
    ("with 10 that are turned away", 41, partial(with_candidate, count=10, message=turned_away)),
    ("with 100 that are turned away", 101, partial(with_candidate, count=100, message=turned_away)),
    ("with 10 that pay and make a call", 41, partial(with_candidate, count=10, message=paying)),
    ("with 100 that pay and make a call", 101, partial(with_candidate, count=100, message=paying)),
)
"""A kind of block, the real runtime's milliseconds (medians of 7), and what makes one ready to be run."""

SESSIONS: tuple[Case, ...] = tuple(case for case in CASES if case[0].startswith("session change"))


def main() -> None:
    """Print the table."""
    ring = Ring()
    Cores(ring.relay, ring.parent).prepare(ring)
    ring.parent = ring.block(ring.relay, ())
    check(ring)
    heading(
        "Blocks with parachains, with the state root; the real runtime was recorded elsewhere",
        "ours",
        "real",
        "faster",
        "goal",
    )
    bench_blocks(ring, CANDIDATES, GOAL)
    bench_blocks(Ring(), SESSIONS, GOAL)


if __name__ == "__main__":
    main()
