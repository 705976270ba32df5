"""The pool against a model that counts everything anew each time."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from node.pool import Refused
from node.service import Node
from primitives.ids import Hash, Moment
from tests.support.signing import account, remark, sign

NAMES = ("Alice", "Bob")


class PoolMachine(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.node = Node()
        self.told: dict[Hash, Any] = {}
        self.node.pool.tell = self.hear
        self.nonces = dict.fromkeys(NAMES, 0)
        self.waiting: dict[str, dict[int, tuple[int, Hash, bytes]]] = {name: {} for name in NAMES}

    def hear(self, extrinsic: Hash, status: Any) -> None:
        self.told[extrinsic] = status

    def ready(self, name: str) -> list[Hash]:
        nonce, found = self.nonces[name], []
        while nonce in self.waiting[name]:
            found.append(self.waiting[name][nonce][1])
            nonce += 1
        return found

    @rule(name=st.sampled_from(NAMES), ahead=st.integers(0, 4), tip=st.integers(0, 3))
    def submit(self, name: str, ahead: int, tip: int) -> None:
        nonce = self.nonces[name] + ahead
        data = sign(self.node.pool.trial, name, remark(), nonce, tip=tip)
        there = self.waiting[name].get(nonce)
        try:
            extrinsic = self.node.pool.submit(data)
        except Refused:
            assert there is not None
            assert tip <= there[0]
        else:
            assert there is None or tip > there[0]
            self.waiting[name][nonce] = (tip, extrinsic, data)

    @rule(data=st.data())
    def drop_one(self, data: st.DataObject) -> None:
        every = [(name, nonce) for name in NAMES for nonce in self.waiting[name]]
        if every:
            name, nonce = data.draw(st.sampled_from(every))
            self.node.pool.drop(self.waiting[name].pop(nonce)[1])

    @rule()
    def seal(self) -> None:
        included = len(self.node.seal(Moment(1_700_000_000_000)).extrinsics) - 2
        taken = {name: len(self.ready(name)) for name in NAMES}
        assert included == sum(taken.values())
        for name in NAMES:
            for _ in range(taken[name]):
                del self.waiting[name][self.nonces[name]]
                self.nonces[name] += 1

    @invariant()
    def holds_what_waits(self) -> None:
        every = [each for name in NAMES for each in self.waiting[name].values()]
        assert len(self.node.pool) == len(every)
        assert self.node.pool._bytes == sum(len(data) for _, _, data in every)

    @invariant()
    def gives_each_account_s_in_order(self) -> None:
        given = [pooled.hash for pooled in self.node.pool.ready()]
        for name in NAMES:
            ready = self.ready(name)
            assert [each for each in given if each in ready] == ready
            assert self.node.pool.next_nonce(account(name)) == self.nonces[name] + len(ready)
        assert len(given) == sum(len(self.ready(name)) for name in NAMES)

    @invariant()
    def has_told_of_all_that_is_ready(self) -> None:
        assert {self.told[each] for name in NAMES for each in self.ready(name)} <= {"ready"}


TestPool = PoolMachine.TestCase
TestPool.settings = settings(stateful_step_count=20)
