"""Relay chains, each from a seed: root, users and parachains do anything, and a second chain follows.

After every block the follower has come to the same state, and Hrmp's invariants hold. Now and then the
follower is given the block with one bit changed first, which it must refuse without a trace.
"""

from __future__ import annotations

from random import Random

from pallets.relay import hrmp_invariants
from pallets.relay.paras_items import ParaGenesisArgs
from primitives.candidates import HeadData, ValidationCode
from primitives.channels import HrmpChannelId
from primitives.errors import InvalidBlock, InvalidTransaction
from primitives.header import Header
from primitives.ids import Balance, ParaId, SessionIndex, ValidatorId, sovereign_account
from primitives.origin import Parachain
from primitives.pallet import RuntimeCall
from primitives.record import replace
from runtime.outside import Alone, NewSession
from runtime.relay import Relay
from tests.soak.parts import Budget, Outcome, Show
from tests.support.blocks import ALICE, BOB, CAROL, EDDIE, UNIT, Chain, claiming, remark, sudo, transfer
from xcm.instructions import ClearOrigin
from xcm.program import Xcm
from xcm.versions import Versioned

PARAS = tuple(ParaId(number) for number in (1000, 1001, 2000, 2001, 2002))
VALIDATORS = tuple(ValidatorId(bytes((number,)) * 32) for number in range(5))
CODE = ValidationCode(b"validation code")

BLOCKS = 60
"""Blocks of one chain."""


def run(budget: Budget, show: Show, seed: int) -> Outcome:
    """One chain after the other, with ascending seeds, as many as there is time for."""
    failures: list[str] = []
    blocks = calls = changes = 0
    first, last = seed, seed
    while budget.left and not failures:
        walk = Walk(last)
        try:
            for _ in range(BLOCKS):
                walk.block()
        except Exception as error:
            failures.append(
                f"seed {last}, block {walk.chain.parent.number + 1}: {type(error).__name__}: {error}"
            )
        blocks, calls = blocks + walk.chain.parent.number, calls + walk.calls
        changes += walk.changes
        show(f"{blocks:,} blocks")
        last += 1
    done = f"{blocks:,} blocks of {last - first} chains, {calls:,} calls, {changes:,} events of Hrmp"
    return Outcome("chains", f"{done}; seeds {first} to {last - 1}", budget.used, tuple(failures))


def program_of(instructions: int) -> Versioned[Xcm]:
    """A program that does nothing, so many times."""
    return Versioned(5, (ClearOrigin(),) * instructions)


class Walk:
    """One chain and its follower."""

    def __init__(self, seed: int) -> None:
        self.random, self.chain, self.session = Random(seed), Chain(), 0
        self.calls = self.changes = 0
        self.cleaned_up = False
        relay = self.chain.relay
        active = relay.configuration.active_config
        active.put(
            replace(
                active.get(),
                max_code_size=100,
                max_head_data_size=100,
                max_downward_message_size=200,
                hrmp_sender_deposit=UNIT,
                hrmp_recipient_deposit=UNIT,
                hrmp_channel_max_capacity=4,
                hrmp_channel_max_message_size=64,
                hrmp_channel_max_total_size=256,
                hrmp_max_parachain_inbound_channels=3,
                hrmp_max_parachain_outbound_channels=3,
            )
        )
        for para in PARAS:
            genesis = ParaGenesisArgs(HeadData(b"head"), CODE, para_kind=True)
            relay.paras.initialize_para_now(para, genesis)
            self.fund(para)
        self.follower = self.chain.twin()

    def fund(self, para: ParaId) -> None:
        system, who = self.chain.relay.system, sovereign_account(para)
        rich = system.account[ALICE.account]
        system.account[who] = replace(
            rich, data=replace(rich.data, free=Balance(self.random.randint(2, 9) * UNIT))
        )

    # Blocks.

    def block(self) -> None:
        """Make one, have it followed, and look at both."""
        if self.random.random() < 0.25:
            self.announce_session()
        self.chain.open()
        body = [
            *self.chain.inherents(),
            *filter(None, (self.extrinsic() for _ in range(self.random.randrange(6)))),
        ]
        before, header = self.follower.state.root(), self.chain.close()
        if self.random.random() < 0.3:
            self.offer_spoilt(header, tuple(body))
            assert self.follower.state.root() == before, "a refused block left a trace"
        self.follower.executive.execute_block(header, tuple(body))
        assert self.follower.state.root() == self.chain.state.root() == header.state_root
        self.check()

    def announce_session(self) -> None:
        self.session += 1
        for each in (self.chain.outside, self.follower.outside):
            assert isinstance(each, Alone)
            each.session = NewSession(SessionIndex(self.session), VALIDATORS, VALIDATORS)

    def check(self) -> None:
        relay: Relay = self.chain.relay
        self.changes += sum(each.event.pallet == "Hrmp" for each in relay.system.events_.get())
        for sentence in hrmp_invariants.violations(relay.hrmp, nobody_cleaned_up=not self.cleaned_up):
            raise AssertionError(sentence)

    def offer_spoilt(self, header: Header, body: tuple[bytes, ...]) -> None:
        """Give the follower the block with one bit of one extrinsic changed, and the root made to match."""
        place = self.random.randrange(len(body))
        raw = bytearray(body[place])
        raw[self.random.randrange(len(raw))] ^= 1 << self.random.randrange(8)
        spoilt = (*body[:place], bytes(raw), *body[place + 1 :])
        session = getattr(self.follower.outside, "session", None)
        try:
            self.follower.executive.execute_block(claiming(header, spoilt), spoilt)
        except InvalidBlock:
            self.follower.outside.session = session  # type: ignore[attr-defined]
            return
        raise AssertionError(f"a block with extrinsic {place} changed was accepted")

    # What is done in them.

    def extrinsic(self) -> bytes | None:
        """Apply one; gives it if it is in the block now."""
        call, key = self.call(), ALICE
        if call.pallet != "Sudo":
            key = self.random.choice((ALICE, BOB, CAROL, EDDIE))
        made = self.chain.sign(call, key)
        self.calls += 1
        try:
            self.chain.apply(made)
        except InvalidTransaction:
            return None
        return made

    def call(self) -> RuntimeCall:
        by_root, by_para = self.random.random() < 0.4, self.random.random() < 0.6
        if by_root:
            return sudo(self.root_call())
        if by_para:
            who = Parachain(self.random.choice(PARAS))
            return sudo(RuntimeCall("Utility", "dispatch_as_fallible", (who, self.para_call(who.para))))
        return self.user_call()

    def root_call(self) -> RuntimeCall:
        sender, recipient = self.pair()
        small = self.random.randrange(6)
        if self.random.random() < 0.04:
            self.cleaned_up = True
            return RuntimeCall("Hrmp", "force_clean_hrmp", (sender, 3, 3))
        return self.random.choice(
            (
                RuntimeCall("Hrmp", "force_open_hrmp_channel", (sender, recipient, small, 16 * small)),
                RuntimeCall("Hrmp", "force_process_hrmp_open", (small,)),
                RuntimeCall("Hrmp", "force_process_hrmp_close", (small,)),
                RuntimeCall("ParaSudoWrapper", "sudo_establish_hrmp_channel", (sender, recipient, small, 32)),
                RuntimeCall("ParaSudoWrapper", "sudo_queue_downward_xcm", (sender, program_of(small))),
                RuntimeCall("Configuration", "set_hrmp_sender_deposit", (small * UNIT,)),
                RuntimeCall("Configuration", "set_hrmp_recipient_deposit", (small * UNIT,)),
                RuntimeCall("Configuration", "set_hrmp_channel_max_capacity", (small,)),
                RuntimeCall("Configuration", "set_hrmp_max_parachain_inbound_channels", (small,)),
            )
        )

    def para_call(self, para: ParaId) -> RuntimeCall:
        other, sender = self.random.choice(PARAS), self.random.choice(PARAS)
        channel = HrmpChannelId(*self.random.choice(((para, other), (other, para), (sender, other))))
        small = self.random.randrange(6)
        return self.random.choice(
            (
                RuntimeCall("Hrmp", "hrmp_init_open_channel", (other, small, 16 * small)),
                RuntimeCall("Hrmp", "hrmp_init_open_channel", (other, 2, 32)),
                RuntimeCall("Hrmp", "hrmp_accept_open_channel", (other,)),
                RuntimeCall("Hrmp", "hrmp_accept_open_channel", (other,)),
                RuntimeCall("Hrmp", "hrmp_close_channel", (channel,)),
                RuntimeCall("Hrmp", "hrmp_cancel_open_request", (channel, small)),
                RuntimeCall("Hrmp", "establish_channel_with_system", (other,)),
            )
        )

    def user_call(self) -> RuntimeCall:
        sender, recipient = self.pair()
        options = (
            remark(self.random.randbytes(20)),
            transfer(self.random.choice((ALICE, BOB, CAROL)), self.random.randrange(UNIT)),
            RuntimeCall("Hrmp", "establish_system_channel", (sender, recipient)),
            RuntimeCall("Hrmp", "poke_channel_deposits", (sender, recipient)),
        )
        chosen = tuple(self.random.choice(options) for _ in range(self.random.randrange(1, 4)))
        return self.random.choice(
            (
                chosen[0],
                RuntimeCall("Utility", self.random.choice(("batch", "batch_all", "force_batch")), (chosen,)),
            )
        )

    def pair(self) -> tuple[ParaId, ParaId]:
        return self.random.choice(PARAS), self.random.choice(PARAS)
