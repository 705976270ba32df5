"""A chain with the XCM pallet and little else, to call it and to run programs on.

Accounts, assets, weights and fees are those of `xcm_world`; programs are let in that are paid for, that
answer what was asked, or that subscribe. What leaves is wrapped in the version of its destination, and
written down in `sent`. What a call did that fails is undone, with the accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from typing_extensions import override

from pallets.balances import Balances
from pallets.balances_holds import Holds
from pallets.balances_items import BalancesConstants, RuntimeHoldReason
from pallets.system import System
from pallets.xcm_pallet import PolkadotXcm, XcmPallet
from pallets.xcm_pallet_aliases import ALIASER_SIZE, HeldDeposit, NoDeposit, linear_price
from pallets.xcm_pallet_items import XcmPalletConstants, XcmPalletWeights
from pallets.xcm_pallet_origins import ensure_response
from pallets.xcm_pallet_storage import XcmPalletConfig
from primitives.errors import BadOrigin, DispatchError, DispatchErrorCase, ErrorCode
from primitives.hashing import blake2_256
from primitives.ids import AccountId, Balance, BlockNumber
from primitives.origin import Origin, Root, Signed, ensure_root
from primitives.pallet import Frame, Pallet, RuntimeCall, call
from primitives.record import Record
from primitives.scale.codec import U64, Bytes32
from primitives.scale.derive import codec
from primitives.storage.state import State
from primitives.weights import PostDispatchInfo, Weight
from runtime.construct import Runtime
from runtime.paseo import SYSTEM
from tests.support.xcm_world import NO_LIMIT, US, World
from xcm.asset import Assets
from xcm.barriers import AllowKnownQueryResponses, AllowSubscriptionsFrom, TakeWeightCredit
from xcm.barriers_combined import FirstOf
from xcm.errors import Outcome, SendError
from xcm.failures import NotSent
from xcm.location import Location
from xcm.origins import ensure_xcm_origin, signed_to_account
from xcm.program import Instruction, Xcm
from xcm.responses import Response
from xcm.traits import Dispatched
from xcm.versions import XCM_VERSION, Versioned

STEP = Weight(100, 100)
"""What each call and each step of a migration weighs, besides programs."""

WEIGHTS = XcmPalletWeights(*(STEP for _ in XcmPalletWeights.__struct_fields__))

ALICE = AccountId(bytes([1]) * 32)
BOB = AccountId(bytes([2]) * 32)


def plain_config(**changed: Any) -> XcmPalletConfig:
    """A configuration that allows everything, and no deposits."""
    chosen: dict[str, Any] = {
        "constants": XcmPalletConstants(US, XCM_VERSION, 8, 0),
        "weights": WEIGHTS,
        "migration_weight": NO_LIMIT,
        "send_origin": ensure_xcm_origin(signed_to_account(None)),
        "execute_origin": ensure_xcm_origin(signed_to_account(None)),
        "ensure_admin": ensure_root,
        "consideration": NoDeposit(),
        "execute_filter": lambda origin, program: True,
        "teleport_filter": lambda origin, assets: True,
        "reserve_filter": lambda origin, assets: True,
    }
    return XcmPalletConfig(**(chosen | changed))


class SmallChain(Runtime):
    """System and the XCM pallet, under whichever name a subclass gives it."""

    indices: ClassVar[Mapping[type[Pallet], int]] = {System: 0, XcmPallet: 99}

    def __init__(self, state: State, config: XcmPalletConfig | None = None) -> None:
        super().__init__(state)
        self.system = self.add(System(self.frame, SYSTEM))
        kind = next(each for each in self.indices if issubclass(each, XcmPallet))
        self.xcm = self.add(kind(self.frame, self.system, config or self.usual_config()))

    def usual_config(self) -> XcmPalletConfig:
        """What is settled if nothing else is said."""
        return plain_config()


class ResponseReceived(Record, tag=0):
    """An answer reached whom it was meant for."""

    responder: Location
    query_id: U64
    response: Response


class NotifierError(ErrorCode):
    """Why a call of the notifier fails."""

    Annoyed = 0
    """It did not want to know."""


class Notifier(Pallet, prefix="Notifier", events=ResponseReceived, errors=NotifierError):
    """Calls that wait for answers."""

    @call(2)
    def notification_received(self, origin: Origin, query_id: U64, response: Response) -> None:
        self.deposit_event(ResponseReceived(ensure_response(origin), query_id, response))

    @call(3)
    def fails(self, origin: Origin, query_id: U64, response: Response) -> None:
        raise DispatchError(NotifierError.Annoyed)

    @call(4)
    def takes_something_else(self, origin: Origin, id: Bytes32) -> None:
        raise AssertionError("an answer was taken for an id")


class ChainWithNotifier(SmallChain):
    indices: ClassVar[Mapping[type[Pallet], int]] = {System: 0, Notifier: 5, XcmPallet: 99}

    def __init__(self, state: State, config: XcmPalletConfig | None = None) -> None:
        super().__init__(state, config)
        self.notifier = self.add(Notifier(self.frame))


class ParaChain(SmallChain):
    indices: ClassVar[Mapping[type[Pallet], int]] = {System: 0, PolkadotXcm: 31}


XCM_ALIASES = RuntimeHoldReason(31, 0)
BASE, PER_BYTE, RICH = 2000, 10, 10_000_000


class ChainWithDeposits(SmallChain):
    """With accounts, of which Alice and Bob have something."""

    indices: ClassVar[Mapping[type[Pallet], int]] = {System: 0, Balances: 10, PolkadotXcm: 31}

    @override
    def usual_config(self) -> XcmPalletConfig:
        balances = self.add(Balances(self.frame, self.system, BalancesConstants(Balance(1), 50, 50, 1)))
        for who in (ALICE, BOB):
            balances.mint_into(who, Balance(RICH))
        self.holds = Holds(balances, 1)
        return plain_config(consideration=HeldDeposit(self.holds, XCM_ALIASES, linear_price(BASE, PER_BYTE)))


def deposit(aliasers: int) -> int:
    """What is on hold for so many."""
    return BASE + PER_BYTE * ALIASER_SIZE * aliasers if aliasers else 0


class Calls:
    """The chain's own calls, which weigh 50."""

    def __init__(self, chain: Runtime) -> None:
        self.chain = chain

    def decode(self, encoded: bytes) -> RuntimeCall:
        return self.chain.wire().codec(RuntimeCall).decode(encoded)

    def weight(self, call: RuntimeCall) -> Weight:
        return Weight(50, 50)

    def dispatch(self, call: RuntimeCall, origin: Origin) -> Dispatched:
        try:
            return Dispatched(None, self.chain.dispatch(call, origin).actual_weight)
        except DispatchError as error:
            return Dispatched(self.chain.error_case(error), error.actual_weight)

    def encode_error(self, error: DispatchErrorCase) -> bytes:
        return codec(DispatchErrorCase).encode(error)


class PalletWorld:
    """The chain, with the world that its programs run in."""

    def __init__(
        self,
        config: XcmPalletConfig | None = None,
        chain: type[SmallChain] = ChainWithNotifier,
        **executor: Any,
    ) -> None:
        self.chain = chain(State(), config)
        self.pallet, self.system = self.chain.xcm, self.chain.system
        self.system.number.put(BlockNumber(1))
        self.pallet.build()
        barrier = FirstOf(
            (
                TakeWeightCredit(),
                AllowKnownQueryResponses(self.pallet),
                AllowSubscriptionsFrom(lambda location: True),
            )
        )
        ours: dict[str, Any] = dict.fromkeys(("responses", "trap", "subscriptions", "events"), self.pallet)
        ours |= {
            "barrier": barrier,
            "sender": self,
            "transactional": self,
            "calls": Calls(self.chain),
            "record": self.pallet.record,
        }
        self.world = World(**(ours | executor))
        self.pallet.bind(self.world.executor)
        self.sent: list[tuple[Location, Xcm]] = []
        self.price: Assets = ()
        self.unreachable: set[Location] = set()

    @property
    def frame(self) -> Frame:
        return self.chain.frame

    # ------------------------------------------------------------------------------------------ stories

    def call(self, origin: Origin, name: str, *args: Any) -> PostDispatchInfo:
        """Make a call of the pallet; undone with the accounts if it fails."""
        with self.world.layer():
            return self.chain.dispatch(RuntimeCall(self.pallet.prefix, name, args), origin)

    @contextmanager
    def refuses(self, error: ErrorCode | DispatchErrorCase) -> Iterator[pytest.ExceptionInfo[DispatchError]]:
        """What is called inside fails with exactly this error, and leaves everything as it was."""
        before = self._everything()
        with pytest.raises(DispatchError) as caught:
            yield caught
        assert caught.value.error == error
        assert self._everything() == before

    def _everything(self) -> Any:
        held = {who: assets.assets() for who, assets in self.world.accounts.items() if len(assets)}
        return self.chain.state.root(), held, list(self.sent)

    def as_root(self, name: str, *args: Any) -> PostDispatchInfo:
        return self.call(Root(), name, *args)

    def as_alice(self, name: str, *args: Any) -> PostDispatchInfo:
        return self.call(Signed(ALICE), name, *args)

    def receive(self, origin: Location, *program: Instruction) -> Outcome:
        """Run a program that came from somewhere."""
        return self.world.run(origin, *program)

    def next_block(self) -> None:
        """Go on to the next block, as far as the pallet's hook."""
        now = BlockNumber(self.system.number.get() + 1)
        self.system.number.put(now)
        self.pallet.on_initialize(now)

    def events(self) -> list[Record]:
        """The events deposited since the last time, oldest first."""
        found = [record.event.event for record in self.system.events_.get()]
        self.system.reset_events()
        return found

    def take_sent(self) -> list[tuple[Location, Xcm]]:
        """What was sent since the last time."""
        found, self.sent = self.sent, []
        return found

    # ---------------------------------------------------------------------------------------- the way out

    def validate(self, destination: Location, message: Xcm) -> tuple[Any, Assets]:
        if destination in self.unreachable:
            raise NotSent(SendError.NotApplicable)
        wrapped = self.pallet.wrap_version(destination, message)
        if wrapped is None:
            raise NotSent(SendError.DestinationUnsupported)
        return (destination, message, wrapped), self.price

    def deliver(self, ticket: Any) -> bytes:
        destination, message, wrapped = ticket
        self.sent.append((destination, message))
        return blake2_256(wrapped)

    @contextmanager
    def layer(self) -> Iterator[None]:
        before = list(self.sent)
        try:
            with self.world.layer(), self.chain.state.layer():
                yield
        except BaseException:
            self.sent = before
            raise


def in_newest(value: Any) -> Versioned[Any]:
    """An argument in the newest version."""
    return Versioned(XCM_VERSION, value)


def nobody(origin: Origin) -> Location:
    """For chains where nobody may do something."""
    raise DispatchError(BadOrigin())
