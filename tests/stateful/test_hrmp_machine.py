"""A relay chain and its parachains against a model of a few dictionaries, whatever they do in whatever order.

The limits are so low, and the accounts so poor, that everything is refused now and then. After each step
every channel, message, head, deposit, notification and watermark is what the model says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import permutations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pallets.relay.hrmp_invariants import violations
from primitives.errors import AcceptanceError, DispatchError
from primitives.ids import BlockNumber, ParaId
from tests.support.hrmp_model import Channel, Model, Outcome, Pair, Request
from tests.support.worlds import TINY, World, channel, relay_world

PARAS = (1000, 2000, 2001, 2002)
STRANGER = 3000
PAIRS = tuple(permutations(PARAS, 2))
paras = st.sampled_from(PARAS)
pairs = st.sampled_from((*PAIRS, (2001, 2001)))
picks = st.integers(0, 9)
whose = st.sampled_from((0, 1, 2))  # sender, recipient, stranger
shapes = st.sampled_from(((2, 40), (1, 40), (2, 20), (2, 1), (3, 40), (0, 40), (2, 41), (2, 0)))
balances = st.sampled_from((400, 90, 36, 20))
payloads = st.sampled_from((b"", b"1", b"x" * 20, b"y" * 39, b"z" * 40, b"!" * 41))
changes = st.sampled_from(
    [
        *(("hrmp_sender_deposit", amount) for amount in (0, 20, 45)),
        *(("hrmp_recipient_deposit", amount) for amount in (0, 15, 40)),
        *(("hrmp_channel_max_capacity", limit) for limit in (1, 2, 3)),
        *(("hrmp_channel_max_total_size", limit) for limit in (40, 64)),
        *(("hrmp_max_parachain_outbound_channels", limit) for limit in (1, 2, 3)),
        *(("hrmp_max_parachain_inbound_channels", limit) for limit in (1, 2, 3)),
    ]
)


class HrmpMachine(RuleBasedStateMachine):
    """Every rule does the same to a world and to its model."""

    world: World
    model: Model
    issuance: int
    sent_now: set[int]

    @initialize(
        balance=balances,
        opened=st.sets(st.sampled_from(PAIRS), min_size=2, max_size=7),
        asked=st.sets(st.sampled_from(PAIRS), max_size=4),
    )
    def genesis(self, balance: int, opened: set[Pair], asked: set[Pair]) -> None:
        self.world = relay_world(PARAS, config=TINY, balance=balance)
        self.model = Model(PARAS, TINY, balance)
        self.issuance, self.sent_now = self.world.balances.total_issuance.get(), set()
        for pair in sorted(opened):
            self.force_open(pair, (2, 40))  # some are refused: too many, or too dear
        self.session()
        for pair in sorted(asked):
            self.ask_one(pair, 1, 20)

    def agree(self, expected: Outcome, act: Callable[[], object]) -> None:
        """The world does what the model did, or refuses it for the same reason."""
        found: Outcome = None
        try:
            act()
        except DispatchError as error:
            found = error.error
        except AcceptanceError as error:
            found = error.reason
        assert found == expected

    def pick(self, among: Iterable[Pair], pair: Pair, pick: int) -> Pair:
        """Mostly one of those that there are, else any."""
        known = [*sorted(among) * 3, pair]
        return known[pick % len(known)]

    # What parachains ask for, several at once.

    @rule(batch=st.lists(st.tuples(pairs, shapes, st.booleans()), min_size=1, max_size=4))
    def ask(self, batch: list[tuple[Pair, tuple[int, int], bool]]) -> None:
        for pair, shape, and_accept in batch:
            self.ask_one(pair, *shape)
            if and_accept:
                self.accept_one(pair)

    def ask_one(self, pair: Pair, capacity: int, size: int) -> None:
        expected = self.model.ask(*pair, capacity, size)
        self.agree(expected, lambda: self.world.init(*pair, capacity, size))

    @rule(batch=st.lists(st.tuples(pairs, picks), min_size=1, max_size=4))
    def accept(self, batch: list[tuple[Pair, int]]) -> None:
        for pair, pick in batch:
            self.accept_one(self.pick(self.model.requests, pair, pick))

    def accept_one(self, pair: Pair) -> None:
        expected = self.model.accept(pair[1], pair[0])
        self.agree(expected, lambda: self.world.accept(pair[1], pair[0]))

    @rule(pair=pairs, pick=picks, who=whose, witness=st.sampled_from((9, 9, 2)))
    def cancel(self, pair: Pair, pick: int, who: int, witness: int) -> None:
        found = self.pick(self.model.requests, pair, pick)
        para = (*found, STRANGER)[who]
        expected = self.model.cancel(para, found, witness)
        self.agree(expected, lambda: self.world.cancel(para, channel(*found), witness))

    @rule(pair=pairs, pick=picks, who=whose)
    def close(self, pair: Pair, pick: int, who: int) -> None:
        found = self.pick(self.model.channels, pair, pick)
        para = (*found, STRANGER)[who]
        self.agree(self.model.close(para, found), lambda: self.world.close(para, channel(*found)))

    @rule(pair=pairs, pick=picks)
    def poke(self, pair: Pair, pick: int) -> None:
        sender, recipient = self.pick(self.model.channels, pair, pick)
        expected = self.model.poke((sender, recipient))
        self.agree(expected, lambda: self.world.as_signed("poke_channel_deposits", sender, recipient))

    # What governance does.

    @rule(pair=pairs, shape=shapes)
    def force_open(self, pair: Pair, shape: tuple[int, int]) -> None:
        expected = self.model.force_open(pair, *shape)
        self.agree(expected, lambda: self.world.as_root("force_open_hrmp_channel", *pair, *shape))

    @rule()
    def process_open(self) -> None:
        self.model.open_accepted(self.model.config)
        self.world.as_root("force_process_hrmp_open", 99)

    @rule()
    def process_close(self) -> None:
        self.model.end_closing()
        self.world.as_root("force_process_hrmp_close", 99)

    @precondition(lambda self: self.model.block % 3 == 0)
    @rule(para=paras)
    def clear(self, para: int) -> None:
        self.model.clear(para)
        self.world.as_root("force_clean_hrmp", para, 9, 9)

    @rule(para=paras)
    def send_away(self, para: int) -> None:
        self.agree(self.model.send_away(para), lambda: self.world.deregister(para))

    @precondition(lambda self: len(self.model.present) < len(PARAS))
    @rule()
    def bring_back(self) -> None:
        para = min(set(PARAS) - self.model.present)
        self.model.present.add(para)
        self.world.add_para(para)

    @rule(change=changes)
    def change_configuration(self, change: tuple[str, int]) -> None:
        self.model.change(*change)
        self.world.as_root(f"set_{change[0]}", change[1], pallet="Configuration")

    # Time.

    @rule(count=st.integers(1, 2))
    def sessions(self, count: int) -> None:
        for _ in range(count):
            self.session()

    def session(self) -> None:
        self.model.begin_session()
        self.world.next_session()
        self.sent_now.clear()

    @rule()
    def block(self) -> None:
        self.model.block += 1
        self.world.next_block()
        self.sent_now.clear()

    # Messages.

    @rule(sends=st.lists(st.tuples(paras, st.lists(st.tuples(paras, payloads), max_size=3)), max_size=4))
    def send(self, sends: list[tuple[int, list[tuple[int, bytes]]]]) -> None:
        for sender, batch in sends:
            self.send_one(sender, sorted(dict(batch).items()))

    @rule(batch=st.lists(st.tuples(picks, payloads), min_size=1, max_size=8))
    def send_through_channels(self, batch: list[tuple[int, bytes]]) -> None:
        for pick, data in batch:
            if self.model.channels:
                sender, recipient = self.pick(self.model.channels, (0, 0), pick % len(self.model.channels))
                self.send_one(sender, [(recipient, data)])

    @rule(sender=paras, batch=st.lists(st.tuples(paras, payloads), min_size=2, max_size=3))
    def send_unsorted(self, sender: int, batch: list[tuple[int, bytes]]) -> None:
        if [to for to, _ in batch] != sorted({to for to, _ in batch}):
            self.agree(self.model.send(sender, batch), lambda: self.world.send_in_order(sender, batch))

    def send_one(self, sender: int, batch: list[tuple[int, bytes]]) -> None:
        if sender in self.sent_now:  # twice in a block is possible, but breaks an invariant
            self.block()
        self.sent_now.add(sender)
        self.agree(self.model.send(sender, batch), lambda: self.world.send_in_order(sender, batch))

    @rule(batch=st.lists(st.tuples(paras, picks, st.integers(0, 3)), min_size=1, max_size=4))
    def receive(self, batch: list[tuple[int, int, int]]) -> None:
        for recipient, pick, age in batch:
            if recipient in self.model.present:
                parent = max(self.model.block - age, 0)
                last = self.model.watermark.get(recipient, 0)
                known = [
                    *self.model.arrivals.get(recipient, ()),
                    last,
                    parent,
                    parent + 1,
                    max(parent - 2, 0),
                ]
                self.receive_one(recipient, parent, known[pick % len(known)])

    def receive_one(self, recipient: int, parent: int, new: int) -> None:
        expected = self.model.receive(recipient, parent, new)
        self.agree(expected, lambda: self.world.receive(recipient, new, relay_parent=parent))

    @rule(para=paras, count=st.integers(0, 3), age=st.integers(0, 2))
    def take_mail(self, para: int, count: int, age: int) -> None:
        parent = max(self.model.block - age, 0)
        expected = self.model.take_mail(para, parent, count)
        self.agree(expected, lambda: self.world.take_mail(para, parent, count))

    # After every step.

    @invariant()
    def storage_is_consistent(self) -> None:
        gone = set(self.model.watermark) - self.model.present
        untouched = not gone and not self.model.miscounted
        assert list(violations(self.world.hrmp, nobody_cleaned_up=untouched)) == []

    @invariant()
    def money_is_where_it_should_be(self) -> None:
        held = {para: (self.world.free(para), self.world.reserved(para)) for para in PARAS}
        assert held == {para: (self.model.free[para], self.model.reserved[para]) for para in PARAS}
        assert self.world.balances.total_issuance.get() == self.issuance

    @invariant()
    def requests_are_those_asked_for(self) -> None:
        hrmp = self.world.hrmp
        found = {
            pair.order(): Request(
                each.max_capacity,
                each.max_message_size,
                each.max_total_size,
                each.sender_deposit,
                each.confirmed,
            )
            for pair, each in hrmp.hrmp_open_channel_requests.items()
        }
        assert found == self.model.requests
        assert dict(hrmp.hrmp_open_channel_request_count.items()) == dict(self.model.asked)
        assert dict(hrmp.hrmp_accepted_channel_request_count.items()) == dict(self.model.accepted)

    @invariant()
    def channels_are_those_opened_and_no_message_is_lost_or_doubled_or_moved(self) -> None:
        hrmp = self.world.hrmp
        found = {
            pair.order(): Channel(
                each.max_capacity,
                each.max_message_size,
                each.max_total_size,
                each.sender_deposit,
                each.recipient_deposit,
                [(message.sent_at, message.data) for message in hrmp.hrmp_channel_contents[pair]],
                each.mqc_head,
            )
            for pair, each in hrmp.hrmp_channels.items()
        }
        assert found == self.model.channels
        assert set(hrmp.hrmp_close_channel_requests.keys()) == {channel(*pair) for pair in self.model.closing}

    @invariant()
    def recipients_are_as_far_as_they_said(self) -> None:
        hrmp = self.world.hrmp
        for para in PARAS:
            arrivals = self.model.arrivals.get(para, {})
            digest = tuple((block, tuple(senders)) for block, senders in arrivals.items())
            assert hrmp.hrmp_channel_digests[ParaId(para)] == digest
        assert dict(hrmp.hrmp_watermarks.items()) == self.model.watermark

    @invariant()
    def mail_is_what_was_told(self) -> None:
        assert {para: self.world.downward(para) for para in PARAS} == {
            para: self.model.mail[para] for para in PARAS
        }
        assert self.world.now == BlockNumber(self.model.block)


TestHrmpMachine = HrmpMachine.TestCase
TestHrmpMachine.settings = settings(stateful_step_count=30, deadline=None)
