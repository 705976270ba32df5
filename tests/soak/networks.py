"""Networks of a relay chain and three parachains, each from a seed: whatever they send, whenever they make
blocks.

After every block the book of `tests/support/post.py` is looked through: no message lost, doubled or out of
order, heads and invariants as they should be. In the end all that must arrive has arrived.
"""

from __future__ import annotations

from itertools import permutations
from random import Random

from primitives.channels import HrmpChannelId
from primitives.pallet import RuntimeCall
from tests.soak.parts import Budget, Outcome, Show
from tests.support.post import PARAS, RELAY, Post
from xcm.terms import OriginKind

BLOCKS = 120
"""Relay chain blocks of one network, before it is drained."""

CAPACITY, MESSAGE_SIZE = 4, 600
PAIRS = tuple(permutations(PARAS, 2))


def run(budget: Budget, show: Show, seed: int) -> Outcome:
    """One network after the other, with ascending seeds, as many as there is time for."""
    failures: list[str] = []
    blocks = arrived = channels = 0
    last = seed
    while budget.left and not failures:
        walk = Walk(last)
        try:
            walk.whole(budget)
        except Exception as error:
            block = walk.post.network.relay.chain.best.number
            failures.append(f"seed {last}, block {block}: {type(error).__name__}: {error}")
        blocks += walk.post.network.relay.chain.best.number
        arrived += sum(map(len, walk.post.arrived.values()))
        channels += sum(walk.post.openings.values())
        show(f"{blocks:,} blocks")
        last += 1
    done = f"{blocks:,} relay blocks of {last - seed} networks, {channels:,} channels, {arrived:,} messages"
    return Outcome("networks", f"{done}; seeds {seed} to {last - 1}", budget.used, tuple(failures))


class Walk:
    """One network."""

    def __init__(self, seed: int) -> None:
        self.random, self.post = Random(seed), Post()
        self.halted: set[int] = set()
        for sender, recipient in self.random.sample(PAIRS, self.random.randrange(2, 7)):
            arguments = (sender, recipient, CAPACITY, MESSAGE_SIZE)
            self.post.submit(RELAY, RuntimeCall("Hrmp", "force_open_hrmp_channel", arguments))

    def whole(self, budget: Budget) -> None:
        """Do things block by block, then let everything arrive."""
        for _ in range(BLOCKS):
            for _ in range(self.random.randrange(3)):
                self.act()
            few = [para for para in PARAS if self.random.random() < 0.2]
            late = [para for para in PARAS if self.random.random() < 0.1]
            self.post.seal(idle=few, withheld=late)
            self.look()
            if not budget.left:
                break
        for para in sorted(self.halted):
            self.post.submit(para, RuntimeCall("XcmpQueue", "resume_xcm_execution", ()))
        self.post.drain()
        self.look()

    def look(self) -> None:
        for sentence in self.post.violations():
            raise AssertionError(sentence)

    def act(self) -> None:
        """Send, mostly."""
        chance, para = self.random.random(), self.random.choice(PARAS)
        ways = [(RELAY, para), (para, RELAY), *([self.random.choice(PAIRS)] * 3)]
        if chance < 0.75:
            way, size = self.random.choice(ways), self.random.choice((0, 20, 150, 400))
            for _ in range(self.random.randrange(1, 9)):
                self.post.send(*way, size)
        elif chance < 0.82:
            self.halt_or_go_on(para)
        elif chance < 0.88:
            pair = self.random.choice(PAIRS)
            self.up(self.random.choice(pair), "hrmp_close_channel", HrmpChannelId(*pair))
        else:
            self.open()

    def halt_or_go_on(self, para: int) -> None:
        name = "resume_xcm_execution" if para in self.halted else "suspend_xcm_execution"
        self.halted ^= {para}
        self.post.submit(para, RuntimeCall("XcmpQueue", name, ()))

    def open(self) -> None:
        """Ask for a channel and accept it, once both ends have seen that the one before was closed: sooner
        would stop the recipient, as on the real chain.
        """
        sender, recipient = pair = self.random.choice(PAIRS)
        seen = min(self.post.seen_by(end) for end in pair)
        if pair in self.post.open_now or seen < self.post.closed_at.get(pair, 0):
            return
        self.up(sender, "hrmp_init_open_channel", recipient, CAPACITY, MESSAGE_SIZE)
        for _ in range(5):
            self.post.seal()
            self.look()
        self.up(recipient, "hrmp_accept_open_channel", sender)

    def up(self, para: int, name: str, *arguments: object) -> None:
        self.post.make(para, RELAY, RuntimeCall("Hrmp", name, arguments), OriginKind.Native)
