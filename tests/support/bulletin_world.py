"""The recorded parachain's runtime in the middle of a block, to run programs and calls on."""

from __future__ import annotations

from pallets.para.parachain_info import ParachainInfo
from primitives.ids import AccountId, Balance, BlockNumber, ParaId
from primitives.pallet import Frame, RuntimeCall
from primitives.record import Record
from primitives.storage.state import State
from primitives.weights import ZERO_WEIGHT, Weight
from runtime.para import Para
from tests.support.xcm_world import MESSAGE_ID
from xcm import errors
from xcm.errors import Incomplete, InstructionError, Outcome
from xcm.location import Location
from xcm.program import Instruction
from xcm.weigher import MAX_WEIGHT

US = ParaId(1010)
ALICE, BOB = AccountId(b"alice".ljust(32, b".")), AccountId(b"bob".ljust(32, b"."))


class BulletinWorld:
    """A parachain whose accounts have what a test gives them."""

    def __init__(self) -> None:
        state = State()
        ParachainInfo(Frame(state, Para.wire())).parachain_id.put(US)
        self.para = Para(state)
        self.para.system.number.put(BlockNumber(1))

    def endow(self, who: AccountId, amount: int) -> None:
        """Give an account so much, and forget the event."""
        self.para.balances.mint_into(who, Balance(amount))
        self.events()

    def balance(self, who: AccountId) -> int:
        return self.para.balances.free_balance(who)

    def run(self, origin: Location, *program: Instruction, credit: Weight = ZERO_WEIGHT) -> Outcome:
        """How a program of somebody ends."""
        executor = self.para.xcm.executor
        return executor.prepare_and_execute(origin, program, MESSAGE_ID, MAX_WEIGHT, credit).outcome

    def is_let_in(self, origin: Location, *program: Instruction) -> bool:
        """Whether a program of somebody may run at all."""
        match self.run(origin, *program):
            case Incomplete(error=InstructionError(_, errors.Barrier())):
                return False
            case _:
                return True

    def events(self) -> list[Record]:
        """What was told since it was last asked."""
        found = [record.event.event for record in self.para.system.events_.get()]
        self.para.system.reset_events()
        return found

    def encoded(self, call: RuntimeCall) -> bytes:
        return bytes(self.para.wire().codec(RuntimeCall).encode(call))
